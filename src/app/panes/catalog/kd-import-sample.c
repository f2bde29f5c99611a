/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-sample.h"

#include "kd-money.h"

#define ROWS_READ_MAX 1000 /* a file of products without prices is not read to its end */

typedef struct
{
  const KdImportColumns *columns;
  GPtrArray *samples;     /* of KdImportSample */
  guint read;
} Reading;

void
kd_import_sample_free (gpointer data)
{
  KdImportSample *sample = data;

  g_free (sample->name);
  g_free (sample->sku);
  g_free (sample->price);
  g_free (sample);
}

static int
price_column (const KdImportColumns *columns)
{
  static const KdImportField fields[] = { KD_COLUMN_PRICE, KD_COLUMN_PRODUCT_PRICE, KD_COLUMN_SALE_PRICE };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (columns->at[fields[i]] >= 0)
      return columns->at[fields[i]];
  return -1;
}

static gint64
amount_of (const KdImportColumns *columns,
           int at,
           const char *cell)
{
  char mark[KD_NUMBER_MARK_MAX + 1];
  const char *code;
  gint64 amount;

  return at >= 0
         && kd_number_parse (cell, &g_array_index (columns->columns, KdImportColumn, at).form, KD_MONEY_DIGITS_MAX,
                             &amount, mark, &code)
         && amount >= 0 ? amount : -1;
}

static gboolean
row_cb (const KdImportRow *row,
        gpointer data)
{
  Reading *reading = data;
  const KdImportColumns *columns = reading->columns;
  int at = price_column (columns);
  const char *name = kd_import_row_cell (row, columns->at[KD_COLUMN_NAME]), *price = kd_import_row_cell (row, at);
  KdImportSample *sample;

  reading->read++;
  if (row->problem == NULL && *name != '\0' && (*price != '\0' || at < 0))
    {
      sample = g_new0 (KdImportSample, 1);
      sample->name = g_strdup (name);
      sample->sku = g_strdup (kd_import_row_cell (row, columns->at[KD_COLUMN_SKU]));
      sample->price = g_strdup (price);
      sample->amount = amount_of (columns, at, price);
      g_ptr_array_add (reading->samples, sample);
    }
  return reading->samples->len < KD_IMPORT_SAMPLES && reading->read < ROWS_READ_MAX;
}

static void
sample_in_thread (GTask *task,
                  gpointer source,
                  gpointer data,
                  GCancellable *cancellable)
{
  KdImportFile *file = kd_import_get_file (data);
  Reading reading = { .columns = kd_import_file_get_columns (file) };
  GError *error = NULL;

  reading.samples = g_ptr_array_new_with_free_func (kd_import_sample_free);
  if (kd_import_file_read (file, row_cb, NULL, &reading, cancellable, &error))
    g_task_return_pointer (task, reading.samples, (GDestroyNotify) g_ptr_array_unref);
  else
    {
      g_ptr_array_unref (reading.samples);
      g_task_return_error (task, error);
    }
}

void
kd_import_sample_async (KdImport *import,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, kd_import_sample_async);
  g_task_set_task_data (task, g_object_ref (import), g_object_unref);
  g_task_run_in_thread (task, sample_in_thread);
}

GPtrArray *
kd_import_sample_finish (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *samples = g_task_propagate_pointer (G_TASK (result), &error);

  if (samples == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("The first rows could not be read: %s", error->message);
  return samples;
}
