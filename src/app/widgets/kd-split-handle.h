/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The grip between two columns: dragged, or focused and moved with the arrow keys.
 * Signal moved (int pixels): towards the end of the line, whichever side that is.
 */
#define KD_TYPE_SPLIT_HANDLE (kd_split_handle_get_type ())
G_DECLARE_FINAL_TYPE (KdSplitHandle, kd_split_handle, KD, SPLIT_HANDLE, GtkWidget)

/* name: the accessible name, translated. */
GtkWidget *kd_split_handle_new (const char *name);

G_END_DECLS
