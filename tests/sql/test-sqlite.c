/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include "kd-sql-driver.h"
#include "kd-sqlite.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* SQLite's files: what is wrong with one is said in its own words, and nothing is changed. */

static KdSqlConnection *
open_path (const char *path,
           KdSqliteFlags flags)
{
  g_autoptr (GError) error = NULL;
  KdSqlConnection *connection = kd_sqlite_open (path, flags, &error);

  g_assert_no_error (error);
  return connection;
}

static void
assert_refused (const char *path,
                KdSqliteFlags flags,
                KdSqlError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kd_sqlite_open (path, flags, &error));
  g_assert_error (error, KD_SQL_ERROR, (int) code);
}

/* A database with @n rows in table t, closed. */
static char *
make_database (const TestFolder *folder,
               const char *name,
               int n)
{
  char *path = test_path (folder, name);
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_CREATE);
  g_autofree char *sql =
    g_strdup_printf ("CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT);"
                     "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) "
                     "INSERT INTO t SELECT i, hex (randomblob (200)) FROM c;", n);

  test_exec (connection, sql);
  return path;
}

static void
assert_rows (const char *path,
             int n)
{
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_DEFAULT);
  g_autoptr (GError) error = NULL;

  kd_sqlite_quick_check (connection, &error);
  g_assert_no_error (error);
  g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM t"), ==, n);
}

static void
test_durable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "a.db");
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_CREATE);
  g_autoptr (GError) error = NULL;

  kd_sqlite_check_durable (connection, &error);
  g_assert_no_error (error);
  test_exec (connection, "PRAGMA synchronous = NORMAL");
  g_assert_false (kd_sqlite_check_durable (connection, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER);
  g_assert_cmpstr (kd_sqlite_get_path (connection), ==, path);
}

static int
mode_of (const char *path)
{
  GStatBuf st;

  g_assert_cmpint (g_stat (path, &st), ==, 0);
  return st.st_mode & 0777;
}

static void
test_private (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *inner = test_path (folder, "one/two");
  g_autofree char *path = test_path (folder, "one/two/a.db");
  g_autofree char *wal = test_path (folder, "one/two/a.db-wal");
  mode_t before = umask (0);
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_CREATE);

  test_exec (connection, "CREATE TABLE t (n)");
  umask (before);
  g_assert_cmpint (mode_of (inner), ==, 0700);
  g_assert_cmpint (mode_of (path), ==, 0600);
  g_assert_cmpint (mode_of (wal), ==, 0600);
  g_clear_pointer (&connection, kd_sql_close);
  /* One that was made open to others is closed to them. */
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  connection = open_path (path, KD_SQLITE_DEFAULT);
  g_assert_cmpint (mode_of (path), ==, 0600);
}

static void
test_missing (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "none.db");

  assert_refused (path, KD_SQLITE_DEFAULT, KD_SQL_ERROR_NOT_FOUND);
  assert_refused (path, KD_SQLITE_READ_ONLY, KD_SQL_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_folder (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();

  assert_refused (folder, KD_SQLITE_DEFAULT, KD_SQL_ERROR_NOT_DATABASE);
  assert_refused (folder, KD_SQLITE_CREATE, KD_SQL_ERROR_NOT_DATABASE);
  assert_refused ("/dev/null", KD_SQLITE_DEFAULT, KD_SQL_ERROR_NOT_DATABASE);
}

static void
test_not_database (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "picture.db");
  g_autofree char *content = g_strnfill (8192, 'P'), *after = NULL;
  gsize n;

  g_assert_true (g_file_set_contents (path, content, 8192, NULL));
  assert_refused (path, KD_SQLITE_DEFAULT, KD_SQL_ERROR_NOT_DATABASE);
  assert_refused (path, KD_SQLITE_CREATE, KD_SQL_ERROR_NOT_DATABASE);
  g_assert_true (g_file_get_contents (path, &after, &n, NULL));
  g_assert_cmpmem (after, n, content, 8192);
}

static void
test_corrupt (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 2000);
  g_autoptr (KdSqlConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  FILE *file = g_fopen (path, "r+b");
  gint64 sum;

  g_assert_nonnull (file);
  for (long page = 2; page < 80; page++)
    {
      g_assert_cmpint (fseek (file, page * 4096, SEEK_SET), ==, 0);
      g_assert_cmpint (fwrite ("\xff\xff\xff\xff\xff\xff\xff\xff", 1, 8, file), ==, 8);
    }
  fclose (file);
  connection = open_path (path, KD_SQLITE_DEFAULT);
  g_assert_false (kd_sqlite_quick_check (connection, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (kd_sql_query_int64 (connection, "SELECT sum (length (v)) FROM t", 0, &sum, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CORRUPT);
}

static void
test_truncated (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 2000);
  g_autoptr (KdSqlConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (truncate (path, 20000), ==, 0);
  connection = kd_sqlite_open (path, KD_SQLITE_DEFAULT, &error);
  if (connection != NULL)
    kd_sqlite_quick_check (connection, &error);
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CORRUPT);
}

static void
test_full (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 10);
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_DEFAULT);
  g_autoptr (GError) error = NULL;
  g_autofree char *limit = NULL;
  char *answer = NULL;

  limit = g_strdup_printf ("PRAGMA max_page_count = %" G_GINT64_FORMAT,
                           test_int64 (connection, "PRAGMA page_count") + 4);
  g_assert_true (kd_sql_query_text (connection, limit, &answer, &error));
  g_free (answer);
  {
    g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
    g_autoptr (KdSqlStatement) statement = NULL;

    g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
    statement = kd_sql_prepare (connection, "INSERT INTO t (v) VALUES (hex (randomblob (1000)))", &error);
    for (guint i = 0; i < 1000 && kd_sql_run (statement, &error); i++)
      ;
    g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_FULL);
    g_clear_error (&error);
    g_clear_pointer (&statement, kd_sql_statement_done);
  }
  g_assert_false (kd_sql_in_transaction (connection));
  g_clear_pointer (&connection, kd_sql_close);
  assert_rows (path, 10);
}

static void
test_read_only (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 10);
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_READ_ONLY);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM t"), ==, 10);
  g_assert_false (kd_sql_exec (connection, "DELETE FROM t", &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_READ_ONLY);
  g_clear_pointer (&connection, kd_sql_close);
  assert_rows (path, 10);
}

static void
test_read_only_file (void)
{
  g_autoptr (TestFolder) folder = NULL;
  g_autofree char *path = NULL, *other = NULL;
  g_autoptr (KdSqlConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may write to everything");
      return;
    }
  folder = test_folder_new ();
  path = make_database (folder, "a.db", 10);
  other = test_path (folder, "b.db");
  g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
  assert_refused (other, KD_SQLITE_CREATE, KD_SQL_ERROR_READ_ONLY);
  connection = kd_sqlite_open (path, KD_SQLITE_DEFAULT, &error);
  if (connection != NULL)
    kd_sql_exec (connection, "DELETE FROM t", &error);
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_READ_ONLY);
  g_clear_pointer (&connection, kd_sql_close);
  g_assert_cmpint (g_chmod (folder, 0700), ==, 0);
  assert_rows (path, 10);
}

static void
test_locked (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 10);
  g_autoptr (KdSqlConnection) holder = open_path (path, KD_SQLITE_DEFAULT);
  g_autoptr (GError) error = NULL;

  test_exec (holder, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO t (v) VALUES ('x')");
  kd_sqlite_set_default_busy_timeout (10);
  assert_refused (path, KD_SQLITE_DEFAULT, KD_SQL_ERROR_LOCKED);
  assert_refused (path, KD_SQLITE_READ_ONLY, KD_SQL_ERROR_LOCKED);
  kd_sqlite_set_default_busy_timeout (KD_SQLITE_BUSY_TIMEOUT_MS);
  test_exec (holder, "ROLLBACK");
  g_clear_pointer (&holder, kd_sql_close);
  assert_rows (path, 10);
}

static void
test_guard (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "a.db");
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_CREATE);
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (GError) error = NULL;

  test_exec (connection, "CREATE TABLE t (n)");
  g_assert_cmpint (test_int64 (connection, "SELECT kd_shop_tx()"), ==, 0);
  for (guint commit = 0; commit < 2; commit++)
    {
      g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
      kd_sqlite_set_guard (connection, TRUE);
      test_exec (connection, "INSERT INTO t VALUES (1)");
      g_assert_cmpint (test_int64 (connection, "SELECT kd_shop_tx()"), ==, 1);
      if (commit)
        g_assert_true (kd_sql_commit (&tx, &error));
      else
        kd_sql_rollback (&tx);
      g_assert_cmpint (test_int64 (connection, "SELECT kd_shop_tx()"), ==, 0);
    }
}

static void
test_fold (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "a.db");
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_CREATE);
  g_autoptr (GError) error = NULL;
  g_autofree char *folded = NULL;

  g_assert_true (kd_sql_query_text (connection, "SELECT kd_fold('Kopi É')", &folded, &error));
  g_assert_cmpstr (folded, ==, "kopi e");
  g_assert_cmpint (test_int64 (connection, "SELECT kd_fold(NULL) IS NULL"), ==, 1);
  g_assert_cmpint (test_int64 (connection, "SELECT kd_fold(CAST(x'ff41' AS TEXT)) IS NULL"), ==, 1);
}

static void
test_backup (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 3000);
  g_autofree char *copy = test_path (folder, "backups/copy.db");
  g_autofree char *bad = test_path (folder, "a.db/copy.db");
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_DEFAULT);
  g_autoptr (GError) error = NULL;

  test_exec (connection, "DELETE FROM t WHERE n > 2500");
  g_assert_true (kd_sqlite_backup (connection, copy, &error));
  g_assert_no_error (error);
  g_assert_cmpint (mode_of (copy), ==, 0600);
  assert_rows (copy, 2500);
  /* Over an older one; and where it can't be, what was there stays. */
  test_exec (connection, "DELETE FROM t WHERE n > 2400");
  g_assert_true (kd_sqlite_backup (connection, copy, &error));
  assert_rows (copy, 2400);
  g_assert_false (kd_sqlite_backup (connection, bad, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  kd_sql_set_stopped (connection, TRUE);
  g_assert_false (kd_sqlite_backup (connection, copy, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_INTERRUPTED);
  g_clear_error (&error);
  kd_sql_set_stopped (connection, FALSE);
  assert_rows (copy, 2400);
  kd_sqlite_checkpoint (connection, &error);
  g_assert_no_error (error);
  g_clear_pointer (&connection, kd_sql_close);
  assert_rows (path, 2400);
}

static void
test_load (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 10);
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_DEFAULT);
  g_autoptr (GError) error = NULL;

  g_assert_true (kd_sqlite_load_begin (connection, &error));
  g_assert_no_error (error);
  g_assert_false (kd_sqlite_check_durable (connection, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER);
  g_clear_error (&error);
  test_exec (connection, "DELETE FROM t WHERE n > 7");
  g_assert_true (kd_sqlite_load_end (connection, &error));
  g_assert_no_error (error);
  g_assert_true (kd_sqlite_check_durable (connection, &error));
  g_assert_no_error (error);
  g_clear_pointer (&connection, kd_sql_close);
  assert_rows (path, 7);
}

static void
test_hostile_schema (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "a.db", 10);
  g_autoptr (KdSqlConnection) connection = open_path (path, KD_SQLITE_DEFAULT);
  g_autoptr (GError) error = NULL;

  test_exec (connection, "PRAGMA writable_schema = ON");
  g_assert_false (kd_sql_exec (connection, "UPDATE sqlite_schema SET sql = 'x'", &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER);
}

/* A reader that rests gives the pages back that it has read; it reads them again as before. */
static void
test_reader_rests (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_database (folder, "rest.db", 3000);
  g_autoptr (KdSqlConnection) reader = open_path (path, KD_SQLITE_READ_ONLY);
  gint64 sum = test_int64 (reader, "SELECT sum (length (v)) FROM t"), before = sqlite3_memory_used ();

  reader->driver->rest (reader);
  g_assert_cmpint (before - sqlite3_memory_used (), >, 1000000);
  g_assert_cmpint (test_int64 (reader, "SELECT sum (length (v)) FROM t"), ==, sum);
}

void
test_add_sqlite (void)
{
  g_test_add_func ("/sql/sqlite/file/reader-rests", test_reader_rests);
  g_test_add_func ("/sql/sqlite/file/durable", test_durable);
  g_test_add_func ("/sql/sqlite/file/private", test_private);
  g_test_add_func ("/sql/sqlite/file/missing", test_missing);
  g_test_add_func ("/sql/sqlite/file/folder", test_folder);
  g_test_add_func ("/sql/sqlite/file/not-database", test_not_database);
  g_test_add_func ("/sql/sqlite/file/corrupt", test_corrupt);
  g_test_add_func ("/sql/sqlite/file/truncated", test_truncated);
  g_test_add_func ("/sql/sqlite/file/full", test_full);
  g_test_add_func ("/sql/sqlite/file/read-only", test_read_only);
  g_test_add_func ("/sql/sqlite/file/read-only-folder", test_read_only_file);
  g_test_add_func ("/sql/sqlite/file/locked", test_locked);
  g_test_add_func ("/sql/sqlite/file/guard", test_guard);
  g_test_add_func ("/sql/sqlite/file/fold", test_fold);
  g_test_add_func ("/sql/sqlite/file/backup", test_backup);
  g_test_add_func ("/sql/sqlite/file/load", test_load);
  g_test_add_func ("/sql/sqlite/file/hostile-schema", test_hostile_schema);
}
