/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-item.h"
#include "kd-photo-loader.h"

G_BEGIN_DECLS

/* A row of the list of products: photo, name, SKU and price, stock, what waits. */
#define KD_TYPE_LISTED_ROW (kd_listed_row_get_type ())
G_DECLARE_FINAL_TYPE (KdListedRow, kd_listed_row, KD, LISTED_ROW, GtkWidget)

/* photos: (transfer none): outlives the row */
GtkWidget *kd_listed_row_new (KdPhotoLoader *photos);

/* unsaved: something is typed about it and not saved. */
void kd_listed_row_set_item (KdListedRow *self,
                             KdListedProduct *item,
                             const char *currency,
                             gboolean unsaved);

/* What a screen reader says for it. (transfer full) */
char *kd_listed_row_name (KdListedProduct *item,
                          const char *currency,
                          gboolean unsaved);

G_END_DECLS
