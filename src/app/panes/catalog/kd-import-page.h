/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-import-job.h"

G_BEGIN_DECLS

/* An import from the reading to its end, in place of the products: what would happen, what is
 * wrong, what has to be chosen. Its buttons are commands of the page around it. */
#define KD_TYPE_IMPORT_PAGE (kd_import_page_get_type ())
G_DECLARE_FINAL_TYPE (KdImportPage, kd_import_page, KD, IMPORT_PAGE, GtkWidget)

GtkWidget *kd_import_page_new (KdSession *session);
/* job: (nullable) */
void kd_import_page_set_job (KdImportPage *self,
                             KdImportJob *job);
/* Puts the focus where the next step is. */
void kd_import_page_focus (KdImportPage *self);

G_END_DECLS
