/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-run.h"

G_BEGIN_DECLS

#define KD_IMPORT_SAMPLES 3

/* How a row of the file was understood: its cells, "" where there is no such column. */
typedef struct
{
  char *name, *sku, *price;
  gint64 amount;          /* the price x 1,000,000; -1 where there is none that can be read */
} KdImportSample;
void kd_import_sample_free (gpointer sample);

/* The first rows that have a price, after a dry run and not beside one. */
void kd_import_sample_async (KdImport *import,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* (transfer full) (nullable) (element-type KdImportSample): %NULL when it couldn't be read */
GPtrArray *kd_import_sample_finish (GAsyncResult *result);

G_END_DECLS
