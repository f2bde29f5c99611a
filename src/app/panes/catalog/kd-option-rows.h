/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-product-form.h"

G_BEGIN_DECLS

/* The options of a product: for each its name, its values, and where to type another. */
#define KD_TYPE_OPTION_ROWS (kd_option_rows_get_type ())
G_DECLARE_FINAL_TYPE (KdOptionRows, kd_option_rows, KD, OPTION_ROWS, GtkWidget)

GtkWidget *kd_option_rows_new (void);
/* form: (nullable) */
void kd_option_rows_set_form (KdOptionRows *self,
                              KdProductForm *form);

G_END_DECLS
