/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the windows about orders share. */

/* A window over @parent with a button that does it, as Ctrl+Enter does; Escape closes it. */
GtkWidget *kd_order_form_window_new (GtkWidget *parent, const char *title, const char *button_label, GtkWidget *content,
                                     int width, int height, GCallback done, gpointer data);

/* @text: (nullable) */
GtkWidget *kd_order_form_entry_new (AdwPreferencesGroup *group, const char *title, const char *text);

/* (transfer full) (nullable): without blanks around it; NULL where nothing stands */
char *kd_order_form_get_text (GtkWidget *entry);

/* How one pays. @selected: a KdPayMethod */
GtkWidget *kd_order_form_methods_new (int selected);

G_END_DECLS
