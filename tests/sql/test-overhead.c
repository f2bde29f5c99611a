/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include "kd-kinds.h"
#include "kd-random-record.h"
#include "kd-sql-kind.h"
#include "kd-sqlite.h"

#include <sqlite3.h>
#include <time.h>

/* What our layer costs over SQLite alone, and how fast rows of a kind go in. Figures are printed
 * and not judged: a test machine is busy. */

#define ROWS 100000
#define RECORDS 20000
#define QUICK 20 /* the divisor without -m perf */

static guint
scaled (guint n)
{
  return g_test_perf () ? n : n / QUICK;
}

/* Of this process, in microseconds: others on the machine don't count. */
static gint64
cpu_us (void)
{
  return (gint64) ((double) clock () * 1e6 / CLOCKS_PER_SEC);
}

static double
insert_raw (const char *path,
            guint n)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;
  gint64 start;
  guint8 id[16] = { 0 };

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
                    "PRAGMA wal_autocheckpoint = 4000; DELETE FROM t", NULL, NULL, NULL);
  start = cpu_us ();
  sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  sqlite3_prepare_v2 (db, "INSERT INTO t VALUES (?1, ?2, ?3, ?4)", -1, &stmt, NULL);
  for (guint i = 0; i < n; i++)
    {
      id[15] = (guint8) i;
      sqlite3_bind_int64 (stmt, 1, i);
      sqlite3_bind_blob (stmt, 2, id, 16, SQLITE_TRANSIENT);
      sqlite3_bind_text (stmt, 3, "kopi gayo 250 g", -1, SQLITE_TRANSIENT);
      sqlite3_bind_int64 (stmt, 4, 25000);
      g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
  start = cpu_us () - start;
  sqlite3_close (db);
  return n * 1e6 / (double) start;
}

static double
insert_ours (const char *path,
             guint n)
{
  g_autoptr (KdSqlConnection) connection = kd_sqlite_open (path, KD_SQLITE_DEFAULT, NULL);
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdSqlStatement) statement = NULL;
  gint64 start;
  KdId id = { { 1 } };

  test_exec (connection, "DELETE FROM t");
  start = cpu_us ();
  g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, NULL));
  statement = kd_sql_prepare (connection, "INSERT INTO t VALUES (?1, ?2, ?3, ?4)", NULL);
  for (guint i = 0; i < n; i++)
    {
      id.b[15] = (guint8) i;
      kd_sql_bind_int64 (statement, 1, i);
      kd_sql_bind_id (statement, 2, &id);
      kd_sql_bind_text (statement, 3, "kopi gayo 250 g");
      kd_sql_bind_int64 (statement, 4, 25000);
      g_assert_true (kd_sql_run (statement, NULL));
    }
  g_assert_true (kd_sql_commit (&tx, NULL));
  return n * 1e6 / (double) (cpu_us () - start);
}

static void
test_insert (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "test.db");
  guint n = scaled (ROWS);
  double raw = 0, ours = 0;

  {
    g_autoptr (KdSqlConnection) connection = kd_sqlite_open (path, KD_SQLITE_CREATE, NULL);
    test_exec (connection, "CREATE TABLE t (n INTEGER PRIMARY KEY, id BLOB, v TEXT, p INTEGER)");
  }
  for (guint i = 0; i < 5; i++)
    {
      raw = MAX (raw, insert_raw (path, n));
      ours = MAX (ours, insert_ours (path, n));
    }
  g_test_message ("inserts/s: SQLite alone %.0f, ours %.0f (%.0f %%)", raw, ours, 100 * ours / raw);
}

static double
put_all (KdSqlConnection *connection,
         GPtrArray *records)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (GError) error = NULL;
  gint64 start = cpu_us ();

  kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error);
  for (guint i = 0; i < records->len && error == NULL; i++)
    kd_sql_kind_put (connection, NULL, g_ptr_array_index (records, i), 0, NULL, &error);
  g_assert_no_error (error);
  kd_sql_commit (&tx, &error);
  g_assert_no_error (error);
  return records->len * 1e6 / (double) (cpu_us () - start);
}

static void
measure_kind (const KdKind *kind)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (test_engines[0], folder);
  KdRandom random = KD_RANDOM (1);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  g_autoptr (GError) error = NULL;
  double new_rows, again, reads;
  gint64 start;
  guint n = scaled (RECORDS);

  kd_sql_kind_ensure (connection, kind, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_ALL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      KdRecord *record = kd_random_record (&random, kind);

      /* As a device makes them: in the order of their ids. */
      record->id = kd_id_make (KD_TIME_MIN + i, record->id.b + 6);
      g_ptr_array_add (records, record);
    }
  new_rows = put_all (connection, records);
  again = put_all (connection, records);
  start = cpu_us ();
  for (guint i = 0; i < n; i++)
    {
      const KdRecord *record = g_ptr_array_index (records, i);
      g_autoptr (KdRecord) read = NULL;

      kd_sql_kind_get (connection, kind, NULL, &record->id, &read, NULL, &error);
      g_assert_nonnull (read);
    }
  reads = n * 1e6 / (double) (cpu_us () - start);
  g_test_message ("%s: %.0f new rows/s, %.0f rows/s again, %.0f reads/s", kind->shape.name, new_rows,
                  again, reads);
}

static void
test_kinds (void)
{
  measure_kind (&kd_kind_product);
  measure_kind (&kd_kind_variant);
  measure_kind (&kd_kind_message);
  measure_kind (&kd_kind_stock_level);
}

void
test_add_overhead (void)
{
  g_test_add_func ("/sql/overhead/insert", test_insert);
  g_test_add_func ("/sql/overhead/kinds", test_kinds);
}
