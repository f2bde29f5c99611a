/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-product-form.h"

G_BEGIN_DECLS

/* The stock of a saved product: on hand, reserved and available in each place, changing it, and
 * its last movements. Everything here takes effect at once. */
#define KD_TYPE_PRODUCT_STOCK (kd_product_stock_get_type ())
G_DECLARE_FINAL_TYPE (KdProductStock, kd_product_stock, KD, PRODUCT_STOCK, GtkWidget)

GtkWidget *kd_product_stock_new (KdSession *session);
/* form: (nullable) */
void kd_product_stock_set_form (KdProductStock *self,
                                KdProductForm *form);

G_END_DECLS
