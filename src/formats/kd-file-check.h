/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Larger tables are split before they are imported. */
#define KD_FILE_TABLE_MAX (G_GINT64_CONSTANT (512) * 1024 * 1024)

/* How much of the beginning is looked at. */
#define KD_FILE_HEAD 4096

typedef enum
{
  KD_FILE_ERROR_NOT_FOUND,
  KD_FILE_ERROR_UNREADABLE,  /* no permission, or the disk refused */
  KD_FILE_ERROR_DIRECTORY,
  KD_FILE_ERROR_NOT_REGULAR, /* a device, pipe or socket */
  KD_FILE_ERROR_EMPTY,
  KD_FILE_ERROR_TOO_LARGE,
  KD_FILE_ERROR_SPARSE,      /* most of its size was never written */
  KD_FILE_ERROR_BINARY,      /* the message names what it is, where that is known */
} KdFileError;

#define KD_FILE_ERROR (kd_file_error_quark ())
GQuark kd_file_error_quark (void);

/* "file.not_found", "file.unreadable", "file.directory", "file.not_regular", "file.empty",
 * "file.too_large", "file.sparse", "file.binary". */
const char *kd_file_error_to_text (KdFileError code);

/**
 * kd_file_check_table:
 * @path: what was dropped, chosen or named
 * @ret_size: (out) (optional): bytes
 *
 * Whether @path can be read as a table of text, before it is.
 */
gboolean kd_file_check_table (const char *path,
                              gint64 *ret_size,
                              GError **error);

/**
 * kd_file_find_type:
 * @n: of the beginning of a file
 *
 * Returns: (nullable): "PNG", "XLSX", "PDF"... by the bytes that such a file begins with; "binary"
 *   for other bytes that no text has; %NULL for what may be text
 */
const char *kd_file_find_type (gconstpointer bytes,
                               gsize n);

G_END_DECLS
