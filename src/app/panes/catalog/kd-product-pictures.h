/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-product-form.h"

G_BEGIN_DECLS

/* The pictures of a product: dropped, pasted or chosen, put in order, described, removed. They are
 * checked before they are taken, off the main thread. */
#define KD_TYPE_PRODUCT_PICTURES (kd_product_pictures_get_type ())
G_DECLARE_FINAL_TYPE (KdProductPictures, kd_product_pictures, KD, PRODUCT_PICTURES, GtkWidget)

GtkWidget *kd_product_pictures_new (KdSession *session);
/* form: (nullable) */
void kd_product_pictures_set_form (KdProductPictures *self,
                                   KdProductForm *form);
void kd_product_pictures_set_editable (KdProductPictures *self,
                                       gboolean editable);

G_END_DECLS
