/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-product-form.h"

G_BEGIN_DECLS

/*
 * One product: its head with status and what to do, everything that is typed about it, pictures,
 * variants, stock. Its buttons are commands of the page around it. Signal: changed (): what its
 * commands may do is another now; saved ().
 */
#define KD_TYPE_PRODUCT_EDITOR (kd_product_editor_get_type ())
G_DECLARE_FINAL_TYPE (KdProductEditor, kd_product_editor, KD, PRODUCT_EDITOR, GtkWidget)

/* back: (nullable): a button for the start of the head. menu: (nullable): of the head's button */
GtkWidget *kd_product_editor_new (KdSession *session,
                                  GtkWidget *back,
                                  GMenuModel *menu);

/* id: (nullable): NULL shows that nothing is chosen. begin: it doesn't exist yet. */
void kd_product_editor_set_product (KdProductEditor *self,
                                    const KdId *id,
                                    gboolean begin);
/* (nullable) (transfer none) */
KdProductForm *kd_product_editor_get_form (KdProductEditor *self);
/* Puts the focus on the name of a product, or where something was refused. */
void kd_product_editor_focus (KdProductEditor *self);

G_END_DECLS
