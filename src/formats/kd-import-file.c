/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-file.h"

#include "kd-csv-file.h"
#include "kd-csv-writer.h"
#include "kd-decode.h"
#include "kd-file-check.h"

G_DEFINE_QUARK (kd-import-file-error-quark, kd_import_file_error)

struct _KdImportFile
{
  char *path;
  char *currency;
  char *encoding, *delimiter;
  char *hash;
  char **headings;
  gint64 size;
  guint64 n_bad;
  KdImportColumns *columns;
  KdImportScan *scan;
};

/* One reading. */
typedef struct
{
  KdImportFile *file;
  KdImportFileFunc func;
  gpointer data;
  GPtrArray *cells;
  const char *problem;          /* of the row that comes next */
  guint64 problem_row;
  const char *code;             /* why the headings were refused */
  gboolean headings_alone, seen_headings, too_many;
} Reading;

static const char *const codes[] = {
  "import.orders", "import.contacts", "import.no_columns", "import.no_rows", "import.too_many_rows",
  "import.file_changed",
};

const char *
kd_import_file_error_code (const GError *error)
{
  if (error->domain == KD_IMPORT_FILE_ERROR)
    return codes[error->code];
  if (error->domain == KD_FILE_ERROR)
    return kd_file_error_to_text ((KdFileError) error->code);
  return error->domain == KD_DECODE_ERROR ? "file.encoding" : NULL;
}

static gboolean
fail (KdImportFileError code,
      GError **error)
{
  static const char *const messages[] = {
    "this is a list of orders", "this is a list of contacts", "no column of it tells products",
    "there are no rows below the headings", "there are too many rows", "the file has changed",
  };

  g_set_error_literal (error, KD_IMPORT_FILE_ERROR, (int) code, messages[code]);
  return FALSE;
}

static gboolean
fail_with (const char *code,
           GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (codes[i], code) == 0)
      return fail ((KdImportFileError) i, error);
  return fail (KD_IMPORT_FILE_ERROR_NO_COLUMNS, error);
}

static gboolean
take_headings (Reading *reading)
{
  KdImportFile *file = reading->file;
  const char *const *cells = (const char *const *) reading->cells->pdata;

  reading->seen_headings = TRUE;
  if (file->columns != NULL)
    return TRUE;
  file->headings = g_strdupv ((char **) cells);
  file->columns = kd_import_columns_new (cells, reading->cells->len - 1, file->currency, &reading->code);
  return file->columns != NULL && !reading->headings_alone;
}

/* More cells than headings do no harm where nothing stands in them. */
static gboolean
is_harmless (const KdCsvRow *row,
             guint n_headings)
{
  for (guint i = n_headings; i < row->n_fields; i++)
    if (row->fields[i].length > 0)
      return FALSE;
  return TRUE;
}

static void
problem_cb (const KdCsvProblem *problem,
            gpointer data)
{
  Reading *reading = data;

  switch (problem->code)
    {
    case KD_CSV_UNTERMINATED_QUOTE:
    case KD_CSV_TOO_FEW_FIELDS:
    case KD_CSV_TOO_MANY_FIELDS:
      /* an open quote swallows what follows: that is the reason to tell */
      if (reading->problem != NULL && reading->problem_row == problem->row)
        break;
      reading->problem = kd_csv_problem_to_text (problem->code);
      reading->problem_row = problem->row;
      break;
    case KD_CSV_ROW_TOO_LONG:
      if (reading->func != NULL)
        {
          KdImportRow row = { .number = problem->row, .problem = kd_csv_problem_to_text (problem->code) };
          reading->func (&row, reading->data);
        }
      break;
    default:
      break;
    }
}

static gboolean
row_cb (const KdCsvRow *csv,
        gpointer data)
{
  Reading *reading = data;
  KdImportRow row = { .number = csv->number };
  guint n;

  g_ptr_array_set_size (reading->cells, 0);
  for (guint i = 0; i < csv->n_fields; i++)
    g_ptr_array_add (reading->cells, (gpointer) kd_csv_unguard (csv->fields[i].text));
  n = reading->cells->len;
  g_ptr_array_add (reading->cells, NULL);
  if (!reading->seen_headings)
    return take_headings (reading);
  if (reading->problem != NULL && reading->problem_row == csv->number
      && !(n > reading->file->columns->columns->len && is_harmless (csv, reading->file->columns->columns->len)))
    row.problem = reading->problem;
  reading->problem = NULL;
  row.cells = (const char *const *) reading->cells->pdata;
  row.n_cells = n;
  return reading->func == NULL || reading->func (&row, reading->data);
}

static gboolean
scan_row (const KdImportRow *row,
          gpointer data)
{
  Reading *reading = data;

  if (kd_import_scan_row (reading->file->scan, row))
    return TRUE;
  reading->too_many = TRUE;
  return FALSE;
}

static gboolean
read_all (Reading *reading,
          KdImportFileProgress progress,
          gpointer data,
          GCancellable *cancellable,
          GError **error)
{
  KdImportFile *file = reading->file;
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  g_autoptr (KdCsvFile) csv = NULL;
  gboolean more = TRUE, ok = TRUE;

  options.delimiter = file->delimiter;
  options.header = TRUE;
  options.skip = KD_CSV_SKIP_BLANK;
  reading->cells = g_ptr_array_new ();
  csv = kd_csv_file_open (file->path, file->encoding, &options, row_cb, problem_cb, reading, error);
  if (csv != NULL && file->size != 0 && kd_csv_file_get_size (csv) != file->size)
    ok = fail (KD_IMPORT_FILE_ERROR_CHANGED, error);
  while (csv != NULL && ok && more)
    {
      ok = !g_cancellable_set_error_if_cancelled (cancellable, error) && kd_csv_file_step (csv, &more, error);
      if (ok && progress != NULL)
        progress (kd_csv_file_get_position (csv), kd_csv_file_get_size (csv), data);
    }
  g_clear_pointer (&reading->cells, g_ptr_array_unref);
  if (csv == NULL || !ok)
    return FALSE;
  file->size = kd_csv_file_get_size (csv);
  file->n_bad = kd_csv_file_get_n_bad (csv);
  if (file->encoding == NULL && !reading->headings_alone)
    file->encoding = g_strdup (kd_csv_file_get_encoding (csv));
  if (file->delimiter == NULL)
    file->delimiter = g_strdup (kd_csv_file_get_delimiter (csv));
  return TRUE;
}

KdImportFile *
kd_import_file_open (const char *path,
                     const char *encoding,
                     const char *currency,
                     GError **error)
{
  g_autoptr (KdImportFile) file = g_new0 (KdImportFile, 1);
  Reading reading = { .file = file, .headings_alone = TRUE };

  file->path = g_strdup (path);
  file->encoding = g_strdup (encoding);
  file->currency = g_strdup (currency);
  if (!read_all (&reading, NULL, NULL, NULL, error))
    return NULL;
  if (file->columns == NULL)
    {
      fail_with (reading.code, error);
      return NULL;
    }
  return g_steal_pointer (&file);
}

void
kd_import_file_free (KdImportFile *file)
{
  if (file == NULL)
    return;
  kd_import_scan_free (file->scan);
  kd_import_columns_free (file->columns);
  g_strfreev (file->headings);
  g_free (file->path);
  g_free (file->currency);
  g_free (file->encoding);
  g_free (file->delimiter);
  g_free (file->hash);
  g_free (file);
}

/* Of the bytes, to know the file again when an interrupted import goes on. */
static char *
hash_file (const char *path,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GFile) place = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (place, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *piece = g_malloc (128 * 1024);
  gssize n;

  if (stream == NULL)
    return NULL;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), piece, 128 * 1024, cancellable, error)) > 0)
    g_checksum_update (checksum, piece, n);
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

gboolean
kd_import_file_scan (KdImportFile *file,
                     char decimal,
                     KdImportFileProgress progress,
                     gpointer data,
                     GCancellable *cancellable,
                     GError **error)
{
  Reading reading = { .file = file, .func = scan_row };

  if (file->scan != NULL)
    {
      kd_import_scan_end (file->scan, decimal);
      return TRUE;
    }
  reading.data = &reading;
  g_free (file->hash);
  file->hash = hash_file (file->path, cancellable, error);
  if (file->hash == NULL)
    return FALSE;
  file->scan = kd_import_scan_new (file->columns);
  if (!read_all (&reading, progress, data, cancellable, error)
      || (reading.too_many && !fail (KD_IMPORT_FILE_ERROR_TOO_MANY_ROWS, error))
      || (kd_import_scan_get_n_rows (file->scan) == 0 && !fail (KD_IMPORT_FILE_ERROR_NO_ROWS, error)))
    {
      g_clear_pointer (&file->scan, kd_import_scan_free);
      return FALSE;
    }
  kd_import_scan_end (file->scan, decimal);
  return TRUE;
}

gboolean
kd_import_file_read (KdImportFile *file,
                     KdImportFileFunc func,
                     KdImportFileProgress progress,
                     gpointer data,
                     GCancellable *cancellable,
                     GError **error)
{
  Reading reading = { .file = file, .func = func, .data = data };

  return read_all (&reading, progress, data, cancellable, error);
}

KdImportScan *
kd_import_file_get_scan (KdImportFile *file)
{
  return file->scan;
}

KdImportColumns *
kd_import_file_get_columns (KdImportFile *file)
{
  return file->columns;
}

char **
kd_import_file_get_headings (KdImportFile *file)
{
  return file->headings;
}

const char *
kd_import_file_get_encoding (KdImportFile *file)
{
  return file->encoding;
}

const char *
kd_import_file_get_delimiter (KdImportFile *file)
{
  return file->delimiter;
}

gint64
kd_import_file_get_size (KdImportFile *file)
{
  return file->size;
}

const char *
kd_import_file_get_hash (KdImportFile *file)
{
  return file->hash;
}

guint64
kd_import_file_get_n_bad (KdImportFile *file)
{
  return file->n_bad;
}
