/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-import-job.h"

G_BEGIN_DECLS

/* What an import is to do with the file, and how the file is read: new or existing products, empty
 * cells, all or nothing, where stock begins; encoding and numbers, with the first rows as proof. */
#define KD_TYPE_IMPORT_CHOICES (kd_import_choices_get_type ())
G_DECLARE_FINAL_TYPE (KdImportChoicesBox, kd_import_choices, KD, IMPORT_CHOICES, GtkWidget)

GtkWidget *kd_import_choices_new (KdSession *session);
/* job: (nullable) */
void kd_import_choices_set_job (KdImportChoicesBox *self,
                                KdImportJob *job);

G_END_DECLS
