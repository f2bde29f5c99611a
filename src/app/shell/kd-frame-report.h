/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For measuring from outside: with KEDAI_REPORT_FRAMES set, a line on standard output at each of
 * "frame" (something was drawn) and "rows" (the first frame with a list's real rows). Nothing else. */
void kd_frame_report_watch (GtkWindow *window);

G_END_DECLS
