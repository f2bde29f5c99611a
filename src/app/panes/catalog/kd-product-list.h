/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-row-set.h"
#include "kd-selection.h"

G_BEGIN_DECLS

/*
 * The products of the shop: search and filters, the rows, what is selected. The context menu's
 * items are commands of the page around it.
 *
 * Signals, with a gpointer KdId: opened (a row became the current one), open-in-window, begun (a
 * product that was never saved was chosen). Without: activated (): Enter on a row, or what else
 * opens one; selection-changed ().
 */
#define KD_TYPE_PRODUCT_LIST (kd_product_list_get_type ())
G_DECLARE_FINAL_TYPE (KdProductList, kd_product_list, KD, PRODUCT_LIST, GtkWidget)

/* menu: of a row. */
GtkWidget *kd_product_list_new (KdSession *session,
                                GMenuModel *menu);

KdWindowModel *kd_product_list_get_model (KdProductList *self);
KdRowSet *kd_product_list_get_row_set (KdProductList *self);
KdSelection *kd_product_list_get_selection (KdProductList *self);
/* (transfer none): the KdListView of the rows */
GtkWidget *kd_product_list_get_view (KdProductList *self);

/* The product whose row is current; none where there is none. */
KdId kd_product_list_get_current (KdProductList *self);
/* Makes the product's row the current one, once it is there. Filters that hide it stay. */
void kd_product_list_show (KdProductList *self,
                           const KdId *id);
/* The next or previous row becomes the current one and is opened. */
gboolean kd_product_list_step (KdProductList *self,
                               int by);

void kd_product_list_search_focus (KdProductList *self);
void kd_product_list_focus (KdProductList *self);
void kd_product_list_clear_filters (KdProductList *self);
gboolean kd_product_list_is_filtered (KdProductList *self);
/* Narrows to a category and what lies below it. */
void kd_product_list_set_category (KdProductList *self,
                                   const KdId *category);

/* What brings the view back: filters, and ids. (transfer full) */
GVariant *kd_product_list_save_state (KdProductList *self);
void kd_product_list_restore_state (KdProductList *self,
                                    GVariant *state);
/* A hidden pane's list lets go of its rows. */
void kd_product_list_set_active (KdProductList *self,
                                 gboolean active);

G_END_DECLS
