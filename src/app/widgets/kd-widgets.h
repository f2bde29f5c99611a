/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Loads what the widgets bring along (style sheet). Once, after GTK and libadwaita are ready. */
void kd_widgets_init (void);

/* For dispose of a widget that made its children itself. */
void kd_widgets_unparent_children (GtkWidget *widget);

G_END_DECLS
