/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-migrate.h"

static gboolean
run_one (KdSqlConnection *connection,
         const KdSqlMigration *migration,
         gpointer data,
         GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  int version;

  if (!kd_sql_begin (&tx, connection, KD_SQL_WRITE, error))
    return FALSE;
  /* Another process may have done it between our look and our lock. */
  version = kd_sql_get_version (connection, error);
  if (version < 0)
    return FALSE;
  if (version >= migration->number)
    return TRUE;
  if ((migration->sql != NULL && !kd_sql_exec (connection, migration->sql, error))
      || (migration->func != NULL && !migration->func (connection, data, error))
      || !kd_sql_set_version (connection, migration->number, error))
    {
      g_prefix_error (error, "migration %d: ", migration->number);
      return FALSE;
    }
  return kd_sql_commit (&tx, error);
}

static int
newest_of (const KdSqlMigration *migrations,
           guint n_migrations)
{
  return n_migrations > 0 ? migrations[n_migrations - 1].number : 0;
}

/* The database's version, -1 with an error, also where it is a newer one. */
static int
known_version (KdSqlConnection *connection,
               int newest,
               GError **error)
{
  int version = kd_sql_get_version (connection, error);

  if (version <= newest)
    return version;
  g_set_error (error, KD_SQL_ERROR, KD_SQL_ERROR_NEWER,
               "the database has version %d, this program knows up to %d", version, newest);
  return -1;
}

gboolean
kd_sql_migrate_check (KdSqlConnection *connection,
                      const KdSqlMigration *migrations,
                      guint n_migrations,
                      GError **error)
{
  int newest = newest_of (migrations, n_migrations);
  int version = known_version (connection, newest, error);

  if (version < 0)
    return FALSE;
  if (version == newest)
    return TRUE;
  g_set_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER,
               "the database has version %d, and %d is read here; opening it for writing once brings it up to date",
               version, newest);
  return FALSE;
}

gboolean
kd_sql_migrate (KdSqlConnection *connection,
                const KdSqlMigration *migrations,
                guint n_migrations,
                KdSqlBackupFunc backup,
                gpointer data,
                GError **error)
{
  int newest = newest_of (migrations, n_migrations);
  int version = known_version (connection, newest, error);

  if (version < 0)
    return FALSE;
  if (version == newest)
    return TRUE;
  if (version > 0 && backup != NULL && !backup (connection, version, newest, data, error))
    {
      g_prefix_error (error, "the copy before the migration: ");
      return FALSE;
    }
  for (guint i = 0; i < n_migrations; i++)
    {
      g_assert (i == 0 ? migrations[i].number >= 1
                       : migrations[i].number > migrations[i - 1].number);
      if (migrations[i].number > version && !run_one (connection, &migrations[i], data, error))
        return FALSE;
    }
  return TRUE;
}
