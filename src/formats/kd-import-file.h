/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-scan.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  KD_IMPORT_FILE_ERROR_ORDERS,     /* a list of orders: belongs to their page */
  KD_IMPORT_FILE_ERROR_CONTACTS,
  KD_IMPORT_FILE_ERROR_NO_COLUMNS, /* no heading tells products */
  KD_IMPORT_FILE_ERROR_NO_ROWS,
  KD_IMPORT_FILE_ERROR_TOO_MANY_ROWS,
  KD_IMPORT_FILE_ERROR_CHANGED,    /* since it was first read */
} KdImportFileError;

#define KD_IMPORT_FILE_ERROR (kd_import_file_error_quark ())
GQuark kd_import_file_error_quark (void);

/**
 * kd_import_file_error_code:
 *
 * Returns: (nullable): the stable code of any error that this file or those beneath it set:
 *   "import.orders", "file.directory", "file.binary"...; %NULL for other errors
 */
const char *kd_import_file_error_code (const GError *error);

/**
 * KdImportFile:
 *
 * A table of products in a file, read twice: once to learn how it is written, once for its rows.
 * Memory doesn't grow with the file. Blocking; for a thread of its own.
 */
typedef struct _KdImportFile KdImportFile;

/* @done and @total: bytes. May be called often. */
typedef void (*KdImportFileProgress) (gint64 done,
                                      gint64 total,
                                      gpointer data);

/**
 * kd_import_file_open:
 * @encoding: (nullable): %NULL: find out
 * @currency: the shop's
 *
 * Checks the file, finds its encoding and delimiter, reads its headings. Looks at the beginning alone.
 */
KdImportFile *kd_import_file_open (const char *path,
                                   const char *encoding,
                                   const char *currency,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void kd_import_file_free (KdImportFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportFile, kd_import_file_free)

/**
 * kd_import_file_scan:
 * @decimal: '.' or ',' as the seller chose, 0: find out
 *
 * The first reading; kd_import_file_get_scan() is whole then.
 */
gboolean kd_import_file_scan (KdImportFile *file,
                              char decimal,
                              KdImportFileProgress progress,
                              gpointer data,
                              GCancellable *cancellable,
                              GError **error);

/* FALSE: no more rows are wanted. */
typedef gboolean (*KdImportFileFunc) (const KdImportRow *row,
                                      gpointer data);

/* The second: @func for each row that holds anything. */
gboolean kd_import_file_read (KdImportFile *file,
                              KdImportFileFunc func,
                              KdImportFileProgress progress,
                              gpointer data,
                              GCancellable *cancellable,
                              GError **error);

KdImportScan *kd_import_file_get_scan (KdImportFile *file);
KdImportColumns *kd_import_file_get_columns (KdImportFile *file);
/* Cells of the heading, as they are: NULL-terminated. */
char **kd_import_file_get_headings (KdImportFile *file);
const char *kd_import_file_get_encoding (KdImportFile *file);
const char *kd_import_file_get_delimiter (KdImportFile *file);
gint64 kd_import_file_get_size (KdImportFile *file);
/* Of the bytes, known after the scan: lower-case hex. */
const char *kd_import_file_get_hash (KdImportFile *file);
/* Bytes that meant nothing in the encoding, known after the scan. */
guint64 kd_import_file_get_n_bad (KdImportFile *file);

G_END_DECLS
