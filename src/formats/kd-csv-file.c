/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-csv-file.h"

#include "kd-decode.h"
#include "kd-file-check.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#define PIECE (128 * 1024)

struct _KdCsvFile
{
  FILE *file;
  gint64 size, position;
  gboolean done;
  KdDecoder *decoder;
  KdCsvReader *reader;
  GString *text;
  char bytes[PIECE];
};

KdCsvFile *
kd_csv_file_open (const char *path,
                  const char *encoding,
                  const KdCsvOptions *options,
                  KdCsvRowFunc row_func,
                  KdCsvProblemFunc problem_func,
                  gpointer data,
                  GError **error)
{
  g_autoptr (KdCsvFile) file = g_new0 (KdCsvFile, 1);

  if (!kd_file_check_table (path, &file->size, error))
    return NULL;
  file->decoder = kd_decoder_new (encoding, error);
  if (file->decoder == NULL)
    return NULL;
  file->file = g_fopen (path, "rb");
  if (file->file == NULL)
    {
      g_set_error_literal (error, KD_FILE_ERROR, KD_FILE_ERROR_UNREADABLE, g_strerror (errno));
      return NULL;
    }
  file->reader = kd_csv_reader_new (options, row_func, problem_func, data);
  file->text = g_string_sized_new (PIECE + 16);
  return g_steal_pointer (&file);
}

void
kd_csv_file_free (KdCsvFile *file)
{
  if (file == NULL)
    return;
  if (file->file != NULL)
    fclose (file->file);
  kd_decoder_free (file->decoder);
  kd_csv_reader_free (file->reader);
  if (file->text != NULL)
    g_string_free (file->text, TRUE);
  g_free (file);
}

gboolean
kd_csv_file_step (KdCsvFile *file,
                  gboolean *ret_more,
                  GError **error)
{
  gsize n;

  *ret_more = FALSE;
  if (file->done)
    return TRUE;
  n = fread (file->bytes, 1, PIECE, file->file);
  if (n < PIECE && ferror (file->file) != 0)
    {
      g_set_error_literal (error, KD_FILE_ERROR, KD_FILE_ERROR_UNREADABLE,
                           "the disk could not be read");
      return FALSE;
    }
  file->position += (gint64) n;
  g_string_truncate (file->text, 0);
  kd_decoder_feed (file->decoder, file->bytes, n, file->text);
  if (n < PIECE)
    kd_decoder_finish (file->decoder, file->text);
  file->done = !kd_csv_reader_feed (file->reader, file->text->str, file->text->len);
  if (n < PIECE && !file->done)
    {
      kd_csv_reader_finish (file->reader);
      file->done = TRUE;
    }
  *ret_more = !file->done;
  return TRUE;
}

gboolean
kd_csv_file_run (KdCsvFile *file,
                 GCancellable *cancellable,
                 GError **error)
{
  gboolean more = TRUE;

  while (more)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !kd_csv_file_step (file, &more, error))
      return FALSE;
  return TRUE;
}

gint64
kd_csv_file_get_size (KdCsvFile *file)
{
  return file->size;
}

gint64
kd_csv_file_get_position (KdCsvFile *file)
{
  return file->position;
}

const char *
kd_csv_file_get_encoding (KdCsvFile *file)
{
  return kd_decoder_get_encoding (file->decoder);
}

const char *
kd_csv_file_get_delimiter (KdCsvFile *file)
{
  return kd_csv_reader_get_delimiter (file->reader);
}

gboolean
kd_csv_file_had_bom (KdCsvFile *file)
{
  return kd_decoder_had_bom (file->decoder) || kd_csv_reader_had_bom (file->reader);
}

guint64
kd_csv_file_get_n_bad (KdCsvFile *file)
{
  return kd_decoder_get_n_bad (file->decoder);
}
