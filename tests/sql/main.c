/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include "kd-sqlite.h"

#include <glib/gstdio.h>

/* ---- engines ---- */

static KdSqlConnection *
open_sqlite (const char *folder,
             GError **error)
{
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  return kd_sqlite_open (path, KD_SQLITE_CREATE, error);
}

static void
hurry_sqlite (KdSqlConnection *connection)
{
  kd_sqlite_set_busy_timeout (connection, 0);
}

static const TestEngine sqlite_engine = { "sqlite", open_sqlite, hurry_sqlite };

const TestEngine *const test_engines[] = { &sqlite_engine, NULL };

/* ---- what cases share ---- */

TestFolder *
test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("kd-sql-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

void
test_folder_free (TestFolder *folder)
{
  remove_tree (folder);
  g_free (folder);
}

char *
test_path (const TestFolder *folder,
           const char *name)
{
  return g_build_filename (folder, name, NULL);
}

KdSqlConnection *
test_open (const TestEngine *engine,
           const TestFolder *folder)
{
  g_autoptr (GError) error = NULL;
  KdSqlConnection *connection = engine->open (folder, &error);

  g_assert_no_error (error);
  return connection;
}

void
test_exec (KdSqlConnection *connection,
           const char *sql)
{
  g_autoptr (GError) error = NULL;

  kd_sql_exec (connection, sql, &error);
  g_assert_no_error (error);
}

gint64
test_int64 (KdSqlConnection *connection,
            const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  kd_sql_query_int64 (connection, sql, -1, &value, &error);
  g_assert_no_error (error);
  return value;
}

typedef struct
{
  const TestEngine *engine;
  void (*func) (const TestEngine *engine);
} Case;

static void
run_case (gconstpointer data)
{
  const Case *one = data;
  one->func (one->engine);
}

void
test_add (const char *name,
          void (*func) (const TestEngine *engine))
{
  for (guint i = 0; test_engines[i] != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/sql/%s/%s", test_engines[i]->name, name);
      Case *one = g_new (Case, 1);

      one->engine = test_engines[i];
      one->func = func;
      g_test_add_data_func_full (path, one, run_case, g_free);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_add_connection ();
  test_add_sqlite ();
  test_add_worker ();
  test_add_migrate ();
  test_add_kind ();
  test_add_overhead ();
  return g_test_run ();
}
