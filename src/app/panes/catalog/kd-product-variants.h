/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-product-form.h"

G_BEGIN_DECLS

/* Options and the table of the variants they make. Cells of stored variants are saved as soon as
 * they are left; what is typed into new ones, and the ticks, lie in the draft until Save. */
#define KD_TYPE_PRODUCT_VARIANTS (kd_product_variants_get_type ())
G_DECLARE_FINAL_TYPE (KdProductVariants, kd_product_variants, KD, PRODUCT_VARIANTS, GtkWidget)

GtkWidget *kd_product_variants_new (void);
/* form: (nullable) */
void kd_product_variants_set_form (KdProductVariants *self,
                                   KdProductForm *form);

G_END_DECLS
