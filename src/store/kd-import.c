/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-run-private.h"

#include "kd-csv-writer.h"

/* A file that is to be imported: what it is and how it is to be read. The run is kd-import-run.c. */

G_DEFINE_FINAL_TYPE (KdImport, kd_import, G_TYPE_OBJECT)

#define DEFAULT_CURRENCY "IDR"

static void
kd_import_finalize (GObject *object)
{
  KdImport *self = KD_IMPORT (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->file, kd_import_file_free);
  g_free (self->path);
  g_free (self->encoding);
  g_free (self->rate_currency);
  g_free (self->currency);
  G_OBJECT_CLASS (kd_import_parent_class)->finalize (object);
}

static void
kd_import_class_init (KdImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_import_finalize;
}

static void
kd_import_init (KdImport *self)
{
  self->progress_ms = KD_IMPORT_PROGRESS_MS;
}

static KdImport *
import_new (KdStore *store,
            const char *path,
            const KdImportOptions *options)
{
  static const KdImportOptions defaults;
  KdImport *self = g_object_new (KD_TYPE_IMPORT, NULL);

  self->store = g_object_ref (store);
  self->path = g_strdup (path);
  kd_import_set_options (self, options != NULL ? options : &defaults);
  return self;
}

static gboolean
open_file (KdImport *self,
           GError **error)
{
  KdShopProfile *profile = kd_store_dup_profile (self->store);

  self->currency = g_strdup (profile != NULL && profile->currency != NULL ? profile->currency : DEFAULT_CURRENCY);
  if (profile != NULL)
    kd_record_free (&profile->parent);
  self->file = kd_import_file_open (self->path, self->encoding, self->currency, error);
  return self->file != NULL;
}

KdImport *
kd_import_open (KdStore *store,
                const char *path,
                const KdImportOptions *options,
                GError **error)
{
  g_autoptr (KdImport) self = import_new (store, path, options);

  return open_file (self, error) ? g_steal_pointer (&self) : NULL;
}

static void
open_in_thread (GTask *task,
                gpointer source,
                gpointer data,
                GCancellable *cancellable)
{
  KdImport *self = data;
  GError *error = NULL;

  if (open_file (self, &error))
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
  else
    g_task_return_error (task, error);
}

void
kd_import_open_async (KdStore *store,
                      const char *path,
                      const KdImportOptions *options,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, data);

  g_task_set_source_tag (task, kd_import_open_async);
  g_task_set_task_data (task, import_new (store, path, options), g_object_unref);
  g_task_run_in_thread (task, open_in_thread);
}

KdImport *
kd_import_open_finish (GAsyncResult *result,
                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kd_import_set_options (KdImport *self,
                       const KdImportOptions *options)
{
  char *encoding = g_strdup (options->encoding), *currency = g_strdup (options->rate_currency);

  g_free (self->encoding);
  g_free (self->rate_currency);
  self->encoding = encoding;
  self->rate_currency = currency;
  self->options = *options;
  self->options.encoding = encoding;
  self->options.rate_currency = currency;
}

const KdImportOptions *
kd_import_get_options (KdImport *self)
{
  return &self->options;
}

void
kd_import_set_progress_interval (KdImport *self,
                                 int ms)
{
  self->progress_ms = ms;
}

const char *
kd_import_get_path (KdImport *self)
{
  return self->path;
}

const char *
kd_import_get_currency (KdImport *self)
{
  return self->currency;
}

KdImportFile *
kd_import_get_file (KdImport *self)
{
  return self->file;
}

gboolean
kd_import_names_currency (KdImport *self)
{
  KdImportScan *scan = kd_import_file_get_scan (self->file);

  return scan != NULL && kd_import_scan_names_currency (scan);
}

/* ---- the rows that were set aside ---- */

typedef struct
{
  GHashTable *reasons;          /* row -> GString */
  KdCsvWriter *writer;
  GString *text;
  GOutputStream *stream;
  GError *error;
} ErrorFile;

static void
free_reason (gpointer data)
{
  g_string_free (data, TRUE);
}

static GHashTable *
collect_reasons (const KdImportReport *report,
                 KdImportWordsFunc words,
                 gpointer data)
{
  GHashTable *reasons = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_reason);

  for (guint i = 0; i < report->problems->len; i++)
    {
      KdImportProblem *problem = g_ptr_array_index (report->problems, i);
      g_autofree char *text = words (problem, data);
      GString *reason = g_hash_table_lookup (reasons, &problem->row);

      if (reason == NULL)
        {
          reason = g_string_new (NULL);
          g_hash_table_insert (reasons, &problem->row, reason);
        }
      else
        g_string_append (reason, "; ");
      g_string_append (reason, text);
    }
  return reasons;
}

static gboolean
write_cells (ErrorFile *out,
             const char *reason,
             const char *const *cells,
             guint n)
{
  kd_csv_writer_add_text (out->writer, reason);
  for (guint i = 0; i < n; i++)
    {
      double number;
      char *end;

      /* a negative number is no formula */
      number = g_ascii_strtod (cells[i], &end);
      if (cells[i][0] == '-' && end != cells[i] && *end == '\0' && number < 0)
        kd_csv_writer_add_plain (out->writer, cells[i]);
      else
        kd_csv_writer_add_text (out->writer, cells[i]);
    }
  kd_csv_writer_end_row (out->writer);
  if (!g_output_stream_write_all (out->stream, out->text->str, out->text->len, NULL, NULL, &out->error))
    return FALSE;
  g_string_truncate (out->text, 0);
  return TRUE;
}

static gboolean
error_row_cb (const KdImportRow *row,
              gpointer data)
{
  ErrorFile *out = data;
  guint64 number = row->number;
  GString *reason = g_hash_table_lookup (out->reasons, &number);

  return reason == NULL || write_cells (out, reason->str, row->cells, row->n_cells);
}

gboolean
kd_import_write_errors (KdImport *self,
                        const KdImportReport *report,
                        const char *path,
                        const char *heading,
                        KdImportWordsFunc words,
                        gpointer data,
                        GError **error)
{
  g_autoptr (GFile) place = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = g_file_replace (place, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  g_autoptr (GHashTable) reasons = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (KdCsvWriter) writer = kd_csv_writer_new (text, ',', TRUE);
  ErrorFile out = { .writer = writer, .text = text, .stream = G_OUTPUT_STREAM (stream) };
  char **headings = kd_import_file_get_headings (self->file);

  if (stream == NULL)
    return FALSE;
  out.reasons = reasons = collect_reasons (report, words, data);
  if (!write_cells (&out, heading, (const char *const *) headings, g_strv_length (headings))
      || !kd_import_file_read (self->file, error_row_cb, NULL, &out, NULL, error))
    {
      if (out.error != NULL)
        g_propagate_error (error, out.error);
      return FALSE;
    }
  if (out.error != NULL)
    {
      g_propagate_error (error, out.error);
      return FALSE;
    }
  return g_output_stream_close (out.stream, NULL, error);
}
