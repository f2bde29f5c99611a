/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

#include "kd-csv-file.h"
#include "kd-file-check.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  const char *name;
  const char *bytes;
  gsize n;
  KdFileError code;
  const char *says; /* in the message */
} Bad;

static char *
write_file (const char *folder,
            const char *name,
            const char *bytes,
            gsize n)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  return path;
}

static void
assert_refused (const char *path,
                KdFileError code,
                const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kd_file_check_table (path, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, KD_FILE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_bad (void)
{
  static const Bad files[] = {
    { "empty.csv", "", 0, KD_FILE_ERROR_EMPTY, "empty" },
    { "picture.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16, KD_FILE_ERROR_BINARY, "PNG" },
    { "picture.csv", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16, KD_FILE_ERROR_BINARY, "PNG" },
    { "photo.csv", "\xff\xd8\xff\xe0\0\x10JFIF", 10, KD_FILE_ERROR_BINARY, "JPEG" },
    { "table.xlsx", "PK\x03\x04\x14\0\6\0", 8, KD_FILE_ERROR_BINARY, "XLSX" },
    { "old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, KD_FILE_ERROR_BINARY, "XLS" },
    { "paper.csv", "%PDF-1.7\n", 9, KD_FILE_ERROR_BINARY, "PDF" },
    { "noise.csv", "\1\2\3\0\0\0\4\5\6\0\0\0", 12, KD_FILE_ERROR_BINARY, "binary" },
  };
  g_autofree char *folder = g_dir_make_tmp ("kedai-file-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing.csv", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = write_file (folder, files[i].name, files[i].bytes, files[i].n);

      assert_refused (path, files[i].code, files[i].says);
      g_unlink (path);
    }
  assert_refused (folder, KD_FILE_ERROR_DIRECTORY, "folder");
  assert_refused (missing, KD_FILE_ERROR_NOT_FOUND, "missing.csv");
  assert_refused ("/dev/null", KD_FILE_ERROR_NOT_REGULAR, "not a file");
  g_rmdir (folder);
}

static void
test_sparse (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kedai-file-XXXXXX", NULL);
  g_autofree char *path = write_file (folder, "huge.csv", "a,b\n", 4);
  GStatBuf info;

  g_assert_cmpint (truncate (path, G_GINT64_CONSTANT (2) << 30), ==, 0);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  assert_refused (path, (gint64) info.st_blocks * 512 < info.st_size / 64 ? KD_FILE_ERROR_SPARSE
                                                                          : KD_FILE_ERROR_TOO_LARGE,
                  "huge.csv");
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_unreadable (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kedai-file-XXXXXX", NULL);
  g_autofree char *path = write_file (folder, "closed.csv", "a,b\n", 4);

  g_chmod (path, 0);
  if (g_access (path, R_OK) == 0)
    g_test_skip ("this user may read everything");
  else
    assert_refused (path, KD_FILE_ERROR_UNREADABLE, "closed.csv");
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_good (void)
{
  static const struct
  {
    const char *bytes;
    gsize n;
  } files[] = {
    { "a,b\n", 4 },
    { "a", 1 },
    { "\xff\xfe" "a\0,\0b\0", 8 },
    { "a\0,\0b\0\n\0", 8 },
    { "caf\xe9;1\n", 7 },
    { "\xef\xbb\xbfID,Name\n", 11 },
  };
  g_autofree char *folder = g_dir_make_tmp ("kedai-file-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = write_file (folder, "good.csv", files[i].bytes, files[i].n);
      gint64 size;

      g_assert_true (kd_file_check_table (path, &size, &error));
      g_assert_no_error (error);
      g_assert_cmpint (size, ==, (gint64) files[i].n);
      g_unlink (path);
    }
  g_rmdir (folder);
  g_assert_cmpstr (kd_file_error_to_text (KD_FILE_ERROR_BINARY), ==, "file.binary");
}

static gboolean
add_cells (const KdCsvRow *row,
           gpointer data)
{
  for (guint i = 0; i < row->n_fields; i++)
    g_string_append_printf (data, "<%s>", row->fields[i].text);
  return TRUE;
}

static void
test_reading (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kedai-file-XXXXXX", NULL);
  g_autofree char *path = write_file (folder, "t.csv", "\xff\xfe" "a\0;\0\xe9\0\n\0b\0;\0c\0", 16);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  g_autoptr (KdCsvFile) file = NULL;

  file = kd_csv_file_open (path, NULL, &options, add_cells, NULL, out, &error);
  g_assert_no_error (error);
  g_assert_true (kd_csv_file_run (file, cancellable, &error));
  g_assert_cmpstr (out->str, ==, "<a><é><b><c>");
  g_assert_cmpstr (kd_csv_file_get_encoding (file), ==, "UTF-16LE");
  g_assert_cmpstr (kd_csv_file_get_delimiter (file), ==, ";");
  g_assert_true (kd_csv_file_had_bom (file));
  g_assert_cmpint (kd_csv_file_get_position (file), ==, kd_csv_file_get_size (file));
  g_assert_cmpuint (kd_csv_file_get_n_bad (file), ==, 0);
  g_cancellable_cancel (cancellable);
  g_assert_false (kd_csv_file_run (file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (kd_csv_file_open (folder, NULL, &options, add_cells, NULL, out, &error));
  g_assert_error (error, KD_FILE_ERROR, KD_FILE_ERROR_DIRECTORY);
  g_unlink (path);
  g_rmdir (folder);
}

void
kd_test_add_file (void)
{
  g_test_add_func ("/file/bad", test_bad);
  g_test_add_func ("/file/sparse", test_sparse);
  g_test_add_func ("/file/unreadable", test_unreadable);
  g_test_add_func ("/file/good", test_good);
  g_test_add_func ("/file/reading", test_reading);
}
