/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-run.h"

G_BEGIN_DECLS

/* The rows that were set aside, as a CSV file with the reason of each, on a thread of its own.
 * source: (nullable): the object that the callback gets */
void kd_import_save_errors_async (gpointer source,
                                  KdImport *import,
                                  const KdImportReport *report,
                                  GFile *file,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
gboolean kd_import_save_errors_finish (GAsyncResult *result,
                                       GError **error);

G_END_DECLS
