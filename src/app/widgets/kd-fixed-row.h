/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The one height of a list's rows: the tallest seen so far. GTK 4.8 loses its place in lists
 * whose rows differ. */
typedef struct _KdRowHeight KdRowHeight;

KdRowHeight *kd_row_height_new (void);
void kd_row_height_unref (KdRowHeight *height);
/* The font is another one: measure anew. */
void kd_row_height_reset (KdRowHeight *height);
/* Whether a row that has a child was measured. */
gboolean kd_row_height_is_known (const KdRowHeight *height);

/* A row's content at that height. It may come later: until then the row is empty. */
#define KD_TYPE_FIXED_ROW (kd_fixed_row_get_type ())
G_DECLARE_FINAL_TYPE (KdFixedRow, kd_fixed_row, KD, FIXED_ROW, GtkWidget)

GtkWidget *kd_fixed_row_new (KdRowHeight *height);
void kd_fixed_row_set_child (KdFixedRow *self,
                             GtkWidget *child);
/* (nullable) */
GtkWidget *kd_fixed_row_get_child (KdFixedRow *self);

G_END_DECLS
