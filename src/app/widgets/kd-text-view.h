/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A text view that leaves F7 to the window. GTK's own hides the cursor with it, and GTK 4.8 stops
 * the whole program when a cursor is hidden while it blinks.
 */
#define KD_TYPE_TEXT_VIEW (kd_text_view_get_type ())
G_DECLARE_FINAL_TYPE (KdTextView, kd_text_view, KD, TEXT_VIEW, GtkTextView)

GtkWidget *kd_text_view_new (void);

G_END_DECLS
