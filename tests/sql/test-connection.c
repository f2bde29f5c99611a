/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include <string.h>

/* What every engine must do: values, statements, transactions, errors. */

static void
make_table (KdSqlConnection *connection)
{
  test_exec (connection, "CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT UNIQUE)");
}

static void
insert (KdSqlConnection *connection,
        gint64 n,
        const char *v,
        GError **error)
{
  g_autoptr (KdSqlStatement) statement =
    kd_sql_prepare (connection, "INSERT INTO t (n, v) VALUES (?1, ?2)", error);

  g_assert_nonnull (statement);
  kd_sql_bind_int64 (statement, 1, n);
  kd_sql_bind_text (statement, 2, v);
  kd_sql_run (statement, error);
}

static void
test_values (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (KdSqlStatement) put = NULL, get = NULL;
  g_autoptr (GBytes) bytes = NULL, again = NULL;
  g_autofree char *text = NULL;
  KdId id = { { 1, 2, 0, 3 } }, read_id;
  KdHash hash = { { 9, 0, 9 } }, read_hash;
  gsize n;

  test_exec (connection, "CREATE TABLE v (a, b, c, d, e, f, g, h, i)");
  put = kd_sql_prepare (connection, "INSERT INTO v VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_static ("a\0b", 3);
  kd_sql_bind_int64 (put, 1, G_MININT64);
  kd_sql_bind_double (put, 2, 0.25);
  kd_sql_bind_text (put, 3, "kopi ☕");
  kd_sql_bind_text_take (put, 4, g_strdup ("taken"));
  kd_sql_bind_text_n (put, 5, "", 0);
  kd_sql_bind_bytes (put, 6, bytes);
  kd_sql_bind_id (put, 7, &id);
  kd_sql_bind_hash (put, 8, &hash);
  kd_sql_bind_id (put, 9, &KD_ID_NONE);
  g_assert_true (kd_sql_run (put, &error));
  g_assert_no_error (error);
  g_assert_cmpint (kd_sql_changes (connection), ==, 1);
  g_assert_cmpint (kd_sql_last_rowid (connection), ==, 1);

  get = kd_sql_prepare (connection, "SELECT * FROM v", &error);
  g_assert_no_error (error);
  g_assert_cmpint (kd_sql_n_columns (get), ==, 9);
  g_assert_cmpint (kd_sql_step (get, &error), ==, KD_SQL_ROW);
  g_assert_cmpint (kd_sql_column_int64 (get, 0), ==, G_MININT64);
  g_assert_cmpfloat (kd_sql_column_double (get, 1), ==, 0.25);
  g_assert_cmpstr (kd_sql_column_text (get, 2), ==, "kopi ☕");
  text = kd_sql_column_dup_text (get, 3);
  g_assert_cmpstr (text, ==, "taken");
  g_assert_false (kd_sql_column_is_null (get, 4));
  g_assert_cmpstr (kd_sql_column_text (get, 4), ==, "");
  again = kd_sql_column_bytes (get, 5);
  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_true (kd_sql_column_id (get, 6, &read_id));
  g_assert_true (kd_id_equal (&id, &read_id));
  g_assert_true (kd_sql_column_hash (get, 7, &read_hash));
  g_assert_true (kd_hash_equal (&hash, &read_hash));
  g_assert_true (kd_sql_column_is_null (get, 8));
  g_assert_null (kd_sql_column_blob (get, 8, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_false (kd_sql_column_id (get, 8, &read_id));
  g_assert_true (kd_id_is_none (&read_id));
  g_assert_false (kd_sql_column_id (get, 7, &read_id)); /* 32 bytes are no id */
  g_assert_cmpint (kd_sql_step (get, &error), ==, KD_SQL_DONE);
}

static void
test_cache (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;
  KdSqlStatement *first, *second;

  first = kd_sql_prepare (connection, "SELECT ?1", &error);
  kd_sql_bind_int64 (first, 1, 5);
  g_assert_cmpint (kd_sql_step (first, &error), ==, KD_SQL_ROW);
  /* Borrowed: the same text gives another one, which doesn't disturb the first. */
  second = kd_sql_prepare (connection, "SELECT ?1", &error);
  g_assert_true (first != second);
  g_assert_cmpint (kd_sql_step (second, &error), ==, KD_SQL_ROW);
  g_assert_true (kd_sql_column_is_null (second, 0));
  kd_sql_statement_done (second);
  g_assert_cmpint (kd_sql_column_int64 (first, 0), ==, 5);
  kd_sql_statement_done (first);
  /* Given back: the same one again, at its start and without values. */
  second = kd_sql_prepare (connection, "SELECT ?1", &error);
  g_assert_true (first == second);
  g_assert_cmpint (kd_sql_step (second, &error), ==, KD_SQL_ROW);
  g_assert_true (kd_sql_column_is_null (second, 0));
  kd_sql_statement_done (second);

  /* More texts than are kept. */
  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT %u", i);
      g_assert_cmpint (test_int64 (connection, sql), ==, i);
    }
  g_assert_cmpint (test_int64 (connection, "SELECT 3"), ==, 3);
}

static void
test_transactions (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;

  make_table (connection);
  {
    g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
    g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
    g_assert_true (kd_sql_in_transaction (connection));
    insert (connection, 1, "left", &error);
  }
  g_assert_no_error (error);
  g_assert_false (kd_sql_in_transaction (connection));
  g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM t"), ==, 0);
  {
    g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
    g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
    insert (connection, 1, "kept", &error);
    g_assert_true (kd_sql_savepoint (connection, "one", &error));
    insert (connection, 2, "taken back", &error);
    g_assert_true (kd_sql_rollback_to (connection, "one", &error));
    g_assert_true (kd_sql_savepoint (connection, "two", &error));
    insert (connection, 3, "kept too", &error);
    g_assert_true (kd_sql_release (connection, "two", &error));
    g_assert_true (kd_sql_commit (&tx, &error));
  }
  g_assert_no_error (error);
  g_assert_cmpint (test_int64 (connection, "SELECT sum(n) FROM t"), ==, 4);
}

static void
test_snapshot (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) writer = test_open (engine, folder);
  g_autoptr (KdSqlConnection) reader = NULL;
  g_autoptr (GError) error = NULL;

  make_table (writer);
  reader = test_open (engine, folder);
  {
    g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
    g_assert_true (kd_sql_begin (&tx, reader, KD_SQL_READ, &error));
    g_assert_cmpint (test_int64 (reader, "SELECT count(*) FROM t"), ==, 0);
    insert (writer, 1, "a", &error);
    g_assert_no_error (error);
    g_assert_cmpint (test_int64 (reader, "SELECT count(*) FROM t"), ==, 0);
  }
  g_assert_cmpint (test_int64 (reader, "SELECT count(*) FROM t"), ==, 1);
}

static void
test_busy (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) one = test_open (engine, folder);
  g_autoptr (KdSqlConnection) two = test_open (engine, folder);
  g_auto (KdSqlTransaction) held = KD_SQL_TRANSACTION_INIT;
  g_auto (KdSqlTransaction) wanted = KD_SQL_TRANSACTION_INIT;
  g_autoptr (GError) error = NULL;

  engine->hurry (two);
  g_assert_true (kd_sql_begin (&held, one, KD_SQL_WRITE, &error));
  g_assert_false (kd_sql_begin (&wanted, two, KD_SQL_WRITE, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_BUSY);
  g_clear_error (&error);
  kd_sql_rollback (&held);
  g_assert_true (kd_sql_begin (&wanted, two, KD_SQL_WRITE, &error));
}

static void
test_constraint (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (GError) error = NULL;

  make_table (connection);
  g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
  insert (connection, 1, "a", &error);
  g_assert_no_error (error);
  insert (connection, 2, "a", &error);
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT);
  g_clear_error (&error);
  /* The statement alone is taken back, and it works again. */
  insert (connection, 2, "b", &error);
  g_assert_no_error (error);
  g_assert_true (kd_sql_commit (&tx, &error));
  g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM t"), ==, 2);
}

static void
test_mistakes (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (KdSqlStatement) statement = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (kd_sql_prepare (connection, "SELECT nothing FROM nowhere", &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER);
  g_clear_error (&error);
  g_assert_false (kd_sql_exec (connection, "NONSENSE", &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER);
  g_clear_error (&error);
  /* Binding what there is no place for shows at the step, and only at that one. */
  statement = kd_sql_prepare (connection, "SELECT ?1", &error);
  kd_sql_bind_int64 (statement, 7, 1);
  g_assert_cmpint (kd_sql_step (statement, &error), ==, KD_SQL_ERRED);
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER);
  g_clear_error (&error);
  g_assert_cmpint (kd_sql_step (statement, &error), ==, KD_SQL_ROW);
  g_assert_no_error (error);
}

static void
test_queries (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gint64 value;

  make_table (connection);
  g_assert_true (kd_sql_query_int64 (connection, "SELECT n FROM t", 7, &value, &error));
  g_assert_cmpint (value, ==, 7);
  g_assert_true (kd_sql_query_int64 (connection, "SELECT max(n) FROM t", 8, &value, &error));
  g_assert_cmpint (value, ==, 8);
  g_assert_true (kd_sql_query_text (connection, "SELECT v FROM t", &text, &error));
  g_assert_null (text);
  g_assert_true (kd_sql_query_text (connection, "SELECT 'x'", &text, &error));
  g_assert_cmpstr (text, ==, "x");
  g_free (text);
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 0);
  g_assert_true (kd_sql_set_version (connection, 12, &error));
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 12);
}

#define COUNTING "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"

static void
test_stopped (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (KdSqlStatement) endless = NULL;
  g_autoptr (GError) error = NULL;
  KdSqlStep step;

  make_table (connection);
  endless = kd_sql_prepare (connection, COUNTING, &error);
  g_assert_no_error (error);
  for (guint i = 0; (step = kd_sql_step (endless, &error)) == KD_SQL_ROW; i++)
    if (i == 100)
      kd_sql_interrupt (connection);
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_INTERRUPTED);
  g_clear_error (&error);
  /* An interrupt is over with what ran; being stopped holds until it is taken back. */
  g_assert_cmpint (test_int64 (connection, "SELECT 1"), ==, 1);
  {
    g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
    g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
    insert (connection, 1, "a", &error);
    kd_sql_set_stopped (connection, TRUE);
    insert (connection, 2, "b", &error);
    g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_INTERRUPTED);
    g_clear_error (&error);
    g_assert_false (kd_sql_exec (connection, "DELETE FROM t", NULL));
  }
  kd_sql_set_stopped (connection, FALSE);
  g_assert_false (kd_sql_in_transaction (connection));
  g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM t"), ==, 0);
}

static gpointer
use_elsewhere (gpointer data)
{
  KdSqlConnection *connection = data;

  g_assert_cmpint (test_int64 (connection, "SELECT 4"), ==, 4);
  kd_sql_disown (connection);
  return NULL;
}

static void
test_owner (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);

  kd_sql_disown (connection);
  g_thread_join (g_thread_new ("elsewhere", use_elsewhere, connection));
  g_assert_cmpint (test_int64 (connection, "SELECT 5"), ==, 5);
}

void
test_add_connection (void)
{
  test_add ("values", test_values);
  test_add ("cache", test_cache);
  test_add ("transactions", test_transactions);
  test_add ("snapshot", test_snapshot);
  test_add ("busy", test_busy);
  test_add ("constraint", test_constraint);
  test_add ("mistakes", test_mistakes);
  test_add ("queries", test_queries);
  test_add ("stopped", test_stopped);
  test_add ("owner", test_owner);
}
