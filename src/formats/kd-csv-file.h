/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-csv.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KdCsvFile:
 *
 * A table in a file, read piece by piece: checked, decoded, parsed. Memory doesn't grow with the
 * file. Blocking; for a thread of its own.
 */
typedef struct _KdCsvFile KdCsvFile;

/**
 * kd_csv_file_open:
 * @encoding: (nullable): %NULL: find out
 *
 * Returns: (nullable): %NULL with an error of %KD_FILE_ERROR or %KD_DECODE_ERROR
 */
KdCsvFile *kd_csv_file_open (const char *path,
                             const char *encoding,
                             const KdCsvOptions *options,
                             KdCsvRowFunc row_func,
                             KdCsvProblemFunc problem_func,
                             gpointer data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void kd_csv_file_free (KdCsvFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdCsvFile, kd_csv_file_free)

/**
 * kd_csv_file_step:
 * @ret_more: (out): FALSE after the last row, the limit, or the callback's FALSE
 *
 * Reads a piece and calls back for its rows.
 *
 * Returns: FALSE when the file can't be read any further, with an error of %KD_FILE_ERROR
 */
gboolean kd_csv_file_step (KdCsvFile *file,
                           gboolean *ret_more,
                           GError **error);

/* All steps; stops with %G_IO_ERROR_CANCELLED between two of them. */
gboolean kd_csv_file_run (KdCsvFile *file,
                          GCancellable *cancellable,
                          GError **error);

gint64 kd_csv_file_get_size (KdCsvFile *file);
gint64 kd_csv_file_get_position (KdCsvFile *file);

/* (nullable): %NULL until it is decided. */
const char *kd_csv_file_get_encoding (KdCsvFile *file);
const char *kd_csv_file_get_delimiter (KdCsvFile *file);
gboolean kd_csv_file_had_bom (KdCsvFile *file);

/* Bytes that meant nothing in the encoding, so far. */
guint64 kd_csv_file_get_n_bad (KdCsvFile *file);

G_END_DECLS
