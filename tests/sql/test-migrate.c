/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include "kd-sql-migrate.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Where the killed child works, and at which migration it dies. */
#define ENV_FOLDER "KD_TEST_MIGRATE_FOLDER"
#define ENV_ENGINE "KD_TEST_MIGRATE_ENGINE"
#define ENV_DIE_AT "KD_TEST_MIGRATE_DIE_AT"

static gboolean
fill (KdSqlConnection *connection,
      gpointer data,
      GError **error)
{
  return kd_sql_exec (connection, "INSERT INTO a (v) SELECT n FROM (WITH RECURSIVE c (n) AS (SELECT 1 "
                                  "UNION ALL SELECT n + 1 FROM c WHERE n < 2000) SELECT n FROM c)", error);
}

static void
die_at (const char *number)
{
  const char *wanted = g_getenv (ENV_DIE_AT);

  if (g_strcmp0 (wanted, number) == 0)
    kill (getpid (), SIGKILL);
}

static gboolean
second (KdSqlConnection *connection,
        gpointer data,
        GError **error)
{
  if (!fill (connection, data, error))
    return FALSE;
  die_at ("2");
  return TRUE;
}

static gboolean
third (KdSqlConnection *connection,
       gpointer data,
       GError **error)
{
  if (!kd_sql_exec (connection, "UPDATE a SET w = v", error))
    return FALSE;
  die_at ("3");
  return TRUE;
}

static const KdSqlMigration migrations[] = {
  { 1, "CREATE TABLE a (n INTEGER PRIMARY KEY, v INTEGER); INSERT INTO a (v) VALUES (7)", NULL },
  { 2, "CREATE TABLE b (n INTEGER PRIMARY KEY)", second },
  { 5, "ALTER TABLE a ADD COLUMN w INTEGER", third },
};

static gboolean
count_backup (KdSqlConnection *connection,
              int from,
              int to,
              gpointer data,
              GError **error)
{
  int *seen = data;

  seen[0]++;
  seen[1] = from;
  seen[2] = to;
  return TRUE;
}

static gboolean
fail_backup (KdSqlConnection *connection,
             int from,
             int to,
             gpointer data,
             GError **error)
{
  g_set_error_literal (error, KD_SQL_ERROR, KD_SQL_ERROR_FULL, "no room");
  return FALSE;
}

static void
test_up (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;
  int seen[3] = { 0 };

  /* A new database needs no copy. */
  g_assert_true (kd_sql_migrate (connection, migrations, 1, count_backup, seen, &error));
  g_assert_cmpint (seen[0], ==, 0);
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 1);
  /* No copy, no migration. */
  g_assert_false (kd_sql_migrate (connection, migrations, 3, fail_backup, NULL, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_FULL);
  g_clear_error (&error);
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 1);
  g_assert_true (kd_sql_migrate (connection, migrations, 3, count_backup, seen, &error));
  g_assert_no_error (error);
  g_assert_cmpint (seen[0], ==, 1);
  g_assert_cmpint (seen[1], ==, 1);
  g_assert_cmpint (seen[2], ==, 5);
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 5);
  g_assert_cmpint (test_int64 (connection, "SELECT count(w) FROM a"), ==, 2001);
  g_assert_true (kd_sql_migrate (connection, migrations, 3, fail_backup, NULL, &error));
}

static void
test_newer (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;
  int seen[3] = { 0 };

  g_assert_true (kd_sql_migrate (connection, migrations, 3, NULL, NULL, &error));
  g_assert_false (kd_sql_migrate (connection, migrations, 2, count_backup, seen, &error));
  g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_cmpint (seen[0], ==, 0);
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 5);
  g_assert_cmpint (test_int64 (connection, "SELECT count(w) FROM a"), ==, 2001);
}

static void
test_failing (const TestEngine *engine)
{
  static const KdSqlMigration bad[] = {
    { 1, "CREATE TABLE a (n INTEGER PRIMARY KEY)", NULL },
    { 2, "CREATE TABLE b (n); INSERT INTO nowhere VALUES (1)", NULL },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;

  g_assert_false (kd_sql_migrate (connection, bad, 2, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "migration 2"));
  g_clear_error (&error);
  g_assert_cmpint (kd_sql_get_version (connection, &error), ==, 1);
  g_assert_false (kd_sql_in_transaction (connection));
  g_assert_false (kd_sql_exec (connection, "DELETE FROM b", NULL)); /* not there */
}

static const TestEngine *
engine_by_name (const char *name)
{
  for (guint i = 0; test_engines[i] != NULL; i++)
    if (strcmp (test_engines[i]->name, name) == 0)
      return test_engines[i];
  g_assert_not_reached ();
}

/* The child that dies; no case of its own. */
static void
test_die (void)
{
  g_autoptr (KdSqlConnection) connection = NULL;

  if (g_getenv (ENV_FOLDER) == NULL)
    return;
  connection = test_open (engine_by_name (g_getenv (ENV_ENGINE)), g_getenv (ENV_FOLDER));
  kd_sql_migrate (connection, migrations, 3, NULL, NULL, NULL);
}

static void
test_killed (const TestEngine *engine)
{
  static const struct
  {
    const char *at;
    int version;
    int rows;
  } cases[] = { { "2", 1, 1 }, { "3", 2, 2001 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (KdSqlConnection) connection = NULL;
      g_autoptr (GError) error = NULL;

      g_setenv (ENV_FOLDER, folder, TRUE);
      g_setenv (ENV_ENGINE, engine->name, TRUE);
      g_setenv (ENV_DIE_AT, cases[i].at, TRUE);
      g_test_trap_subprocess ("/sql/migrate/die", 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_failed ();
      g_unsetenv (ENV_FOLDER);
      g_unsetenv (ENV_DIE_AT);

      connection = test_open (engine, folder);
      g_assert_cmpint (kd_sql_get_version (connection, &error), ==, cases[i].version);
      g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM a"), ==, cases[i].rows);
      g_assert_cmpint (test_int64 (connection, "SELECT v FROM a WHERE n = 1"), ==, 7);
      g_assert_true (kd_sql_migrate (connection, migrations, 3, NULL, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (test_int64 (connection, "SELECT count(w) FROM a"), ==, 2001);
    }
}

void
test_add_migrate (void)
{
  test_add ("migrate/up", test_up);
  test_add ("migrate/newer", test_newer);
  test_add ("migrate/failing", test_failing);
  test_add ("migrate/killed", test_killed);
  g_test_add_func ("/sql/migrate/die", test_die);
}
