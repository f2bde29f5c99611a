/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-file-check.h"

#include "kd-decode-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* A block of st_blocks, whatever the file system's own are. */
#define BLOCK 512

/* Smaller files may have holes. */
#define SPARSE_MIN (1024 * 1024)

/* Less on the disk than this part of its size: no file system compresses a table so well. */
#define SPARSE_RATIO 64

G_DEFINE_QUARK (kd-file-error-quark, kd_file_error)

typedef struct
{
  gsize offset;
  const char *bytes;
  gsize length;
  const char *type;
} Magic;

static const Magic magics[] = {
  { 0, "\x89PNG\r\n\x1a\n", 8, "PNG" },
  { 0, "\xff\xd8\xff", 3, "JPEG" },
  { 0, "GIF8", 4, "GIF" },
  { 8, "WEBP", 4, "WebP" },
  { 4, "ftyp", 4, "MP4 or HEIC" },
  { 0, "%PDF-", 5, "PDF" },
  { 0, "PK\x03\x04", 4, "ZIP or XLSX" },
  { 0, "PK\x05\x06", 4, "ZIP" },
  { 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "XLS" },
  { 0, "\x1f\x8b", 2, "gzip" },
  { 0, "BZh", 3, "bzip2" },
  { 0, "\xfd" "7zXZ", 5, "xz" },
  { 0, "\x28\xb5\x2f\xfd", 4, "zstd" },
  { 0, "7z\xbc\xaf\x27\x1c", 6, "7z" },
  { 0, "Rar!\x1a\x07", 6, "RAR" },
  { 0, "SQLite format 3", 16, "SQLite" },
  { 0, "\x7f" "ELF", 4, "program" },
  { 0, "OggS", 4, "Ogg" },
  { 0, "ID3", 3, "MP3" },
  { 8, "WAVE", 4, "WAV" },
};

static const char *const names[] = {
  "file.not_found", "file.unreadable", "file.directory", "file.not_regular",
  "file.empty",     "file.too_large",  "file.sparse",    "file.binary",
};

const char *
kd_file_error_to_text (KdFileError code)
{
  return names[code];
}

/* Control characters that no text has; NUL where it isn't half of a wide character. */
static gboolean
has_binary_bytes (const guint8 *bytes,
                  gsize n)
{
  gsize mark, controls = 0, zeros = 0;

  if (kd_decode_find_bom (bytes, n, &mark) != NULL || kd_decode_find_wide (bytes, n) != NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      zeros += bytes[i] == 0;
      controls += bytes[i] != 0 && bytes[i] < 0x20
                  && strchr ("\t\n\v\f\r\x1a\x1b", bytes[i]) == NULL;
    }
  /* One stray byte is a mistake in a row, which the reader names; many are no text. */
  return (zeros + controls) * 50 > n;
}

const char *
kd_file_find_type (gconstpointer bytes,
                   gsize n)
{
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (n >= magics[i].offset + magics[i].length
        && memcmp ((const guint8 *) bytes + magics[i].offset, magics[i].bytes, magics[i].length)
               == 0)
      return magics[i].type;
  return has_binary_bytes (bytes, n) ? "binary" : NULL;
}

static gboolean
refuse (GError **error,
        KdFileError code,
        const char *path,
        const char *why)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, KD_FILE_ERROR, code, "%s: %s", shown, why);
  return FALSE;
}

static gboolean
check_stat (const char *path,
            gint64 *ret_size,
            GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    {
      int saved = errno;
      return refuse (error,
                     saved == ENOENT || saved == ENOTDIR ? KD_FILE_ERROR_NOT_FOUND
                                                         : KD_FILE_ERROR_UNREADABLE,
                     path, g_strerror (saved));
    }
  if (S_ISDIR (info.st_mode))
    return refuse (error, KD_FILE_ERROR_DIRECTORY, path, "this is a folder");
  if (!S_ISREG (info.st_mode))
    return refuse (error, KD_FILE_ERROR_NOT_REGULAR, path, "this is not a file");
  if (info.st_size == 0)
    return refuse (error, KD_FILE_ERROR_EMPTY, path, "the file is empty");
  *ret_size = info.st_size;
#ifndef G_OS_WIN32
  if (info.st_size >= SPARSE_MIN && (gint64) info.st_blocks * BLOCK < info.st_size / SPARSE_RATIO)
    return refuse (error, KD_FILE_ERROR_SPARSE, path, "most of the file was never written");
#endif
  if (info.st_size > KD_FILE_TABLE_MAX)
    return refuse (error, KD_FILE_ERROR_TOO_LARGE, path, "the file is too large for one import");
  return TRUE;
}

gboolean
kd_file_check_table (const char *path,
                     gint64 *ret_size,
                     GError **error)
{
  guint8 head[KD_FILE_HEAD];
  const char *type;
  gint64 size;
  gsize n;
  FILE *file;
  gboolean failed;

  if (!check_stat (path, &size, error))
    return FALSE;
  file = g_fopen (path, "rb");
  if (file == NULL)
    return refuse (error, KD_FILE_ERROR_UNREADABLE, path, g_strerror (errno));
  n = fread (head, 1, sizeof head, file);
  failed = ferror (file) != 0;
  fclose (file);
  if (failed)
    return refuse (error, KD_FILE_ERROR_UNREADABLE, path, "the disk could not be read");
  type = kd_file_find_type (head, n);
  if (type != NULL)
    {
      g_autofree char *why = g_strdup_printf ("this is no table of text (%s)", type);
      return refuse (error, KD_FILE_ERROR_BINARY, path, why);
    }
  if (ret_size != NULL)
    *ret_size = size;
  return TRUE;
}
