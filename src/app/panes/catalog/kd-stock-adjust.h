/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* A button that opens a small form: what happened to the stock of a variant in one place, how
 * many, and why; or how many were counted. */
#define KD_TYPE_STOCK_ADJUST (kd_stock_adjust_get_type ())
G_DECLARE_FINAL_TYPE (KdStockAdjust, kd_stock_adjust, KD, STOCK_ADJUST, GtkWidget)

/* name: what it is about, for screen readers and undo: the product's name. */
GtkWidget *kd_stock_adjust_new (KdSession *session);
void kd_stock_adjust_show (KdStockAdjust *self,
                           const KdId *variant,
                           const KdId *location,
                           gint64 on_hand,
                           const char *name);

G_END_DECLS
