/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Tells a screen reader something that no focus change would: a refused command's reason, a new
 * message. Politely: it waits its turn. Does nothing where GTK can't (before 4.14). */
void kd_announce (GtkWidget *widget,
                  const char *message);

G_END_DECLS
