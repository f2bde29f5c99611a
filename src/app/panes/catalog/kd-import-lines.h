/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-import-run.h"

G_BEGIN_DECLS

/* Rows of the file that something is to be said about: wrong ones, or notes. A list of its own
 * height, which scrolls in itself beyond a few rows. */
#define KD_TYPE_IMPORT_LINES (kd_import_lines_get_type ())
G_DECLARE_FINAL_TYPE (KdImportLines, kd_import_lines, KD, IMPORT_LINES, GtkWidget)

/* name: the list's accessible name, translated */
GtkWidget *kd_import_lines_new (const char *name);

void kd_import_lines_set_problems (KdImportLines *self,
                                       const KdImportReport *report,
                                       const char *currency);
void kd_import_lines_set_notes (KdImportLines *self,
                                    const KdImportReport *report,
                                    const char *currency);
guint kd_import_lines_get_n (KdImportLines *self);

G_END_DECLS
