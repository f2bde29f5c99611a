/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql.h"

#include "kd-sql-driver.h"

static gboolean
run_word (KdSqlConnection *connection,
          const char *sql,
          GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, sql, error);
  return statement != NULL && kd_sql_run (statement, error);
}

gboolean
kd_sql_begin (KdSqlTransaction *transaction,
              KdSqlConnection *connection,
              KdSqlTransactionKind kind,
              GError **error)
{
  const KdSqlDriver *driver = connection->driver;

  g_assert (transaction->connection == NULL);
  if (!run_word (connection, kind == KD_SQL_WRITE ? driver->begin_write : driver->begin_read, error))
    return FALSE;
  transaction->connection = connection;
  return TRUE;
}

gboolean
kd_sql_commit (KdSqlTransaction *transaction,
               GError **error)
{
  g_assert (transaction->connection != NULL);
  /* An engine may have rolled back by itself: a full disk or an interrupt in the middle. */
  if (!kd_sql_in_transaction (transaction->connection))
    {
      transaction->connection = NULL;
      g_set_error_literal (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER,
                           "the transaction was rolled back before its end");
      return FALSE;
    }
  if (!run_word (transaction->connection, "COMMIT", error))
    {
      kd_sql_rollback (transaction);
      return FALSE;
    }
  transaction->connection = NULL;
  return TRUE;
}

void
kd_sql_rollback (KdSqlTransaction *transaction)
{
  KdSqlConnection *connection = g_steal_pointer (&transaction->connection);
  g_autoptr (GError) error = NULL;

  if (connection == NULL)
    return;
  kd_sql_assert_owner (connection);
  if (kd_sql_in_transaction (connection)
      && !connection->driver->exec (connection, "ROLLBACK", &error)
      && kd_sql_in_transaction (connection))
    g_warning ("rolling back failed: %s", error->message);
}

static gboolean
run_savepoint (KdSqlConnection *connection,
               const char *format,
               const char *name,
               GError **error)
{
  g_autofree char *sql = g_strdup_printf (format, name);

  for (const char *c = name; *c != '\0'; c++)
    g_assert (g_ascii_isalnum (*c) || *c == '_');
  return run_word (connection, sql, error);
}

gboolean
kd_sql_savepoint (KdSqlConnection *connection,
                  const char *name,
                  GError **error)
{
  return run_savepoint (connection, "SAVEPOINT %s", name, error);
}

gboolean
kd_sql_release (KdSqlConnection *connection,
                const char *name,
                GError **error)
{
  return run_savepoint (connection, "RELEASE SAVEPOINT %s", name, error);
}

gboolean
kd_sql_rollback_to (KdSqlConnection *connection,
                    const char *name,
                    GError **error)
{
  return run_savepoint (connection, "ROLLBACK TO SAVEPOINT %s", name, error)
         && run_savepoint (connection, "RELEASE SAVEPOINT %s", name, error);
}
