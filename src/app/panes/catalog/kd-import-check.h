/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A check button whose words take more lines where there is no room for one. label: translated,
 * with its access key. */
GtkWidget *kd_import_check_new (const char *label);
/* Other words; without an access key. */
void kd_import_check_set_label (GtkWidget *check,
                                const char *label);

G_END_DECLS
