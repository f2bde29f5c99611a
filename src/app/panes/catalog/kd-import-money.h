/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-import-job.h"

G_BEGIN_DECLS

/* The question about the prices of a file: which currency they are in, what one of it costs, how
 * the result is rounded, shown with examples. Seen where it has to be asked. */
#define KD_TYPE_IMPORT_MONEY (kd_import_money_get_type ())
G_DECLARE_FINAL_TYPE (KdImportMoneyBox, kd_import_money, KD, IMPORT_MONEY, GtkWidget)

GtkWidget *kd_import_money_new (void);
/* job: (nullable) */
void kd_import_money_set_job (KdImportMoneyBox *self,
                              KdImportJob *job);

G_END_DECLS
