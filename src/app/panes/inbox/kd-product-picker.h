/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* Finds a product while one types, and gives it: three letters and Enter. A popover.
 * Signal: picked (gpointer KdId). */
#define KD_TYPE_PRODUCT_PICKER (kd_product_picker_get_type ())
G_DECLARE_FINAL_TYPE (KdProductPicker, kd_product_picker, KD, PRODUCT_PICKER, GtkPopover)

GtkWidget *kd_product_picker_new (KdSession *session);
void kd_product_picker_open (KdProductPicker *self);

G_END_DECLS
