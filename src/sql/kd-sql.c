/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql.h"

#include "kd-sql-driver.h"

#include <string.h>

/* Compiled statements that nobody borrows are kept up to this many. */
#define IDLE_MAX 256

G_DEFINE_QUARK (kd-sql-error-quark, kd_sql_error)

/* ---- connection ---- */

void
kd_sql_connection_init (KdSqlConnection *connection,
                        const KdSqlDriver *driver)
{
  connection->driver = driver;
  connection->owner = g_thread_self ();
  connection->statements = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&connection->idle);
}

void
kd_sql_assert_owner (KdSqlConnection *connection)
{
  GThread *self = g_thread_self ();

  if (G_UNLIKELY (connection->owner == NULL))
    connection->owner = self;
  g_assert (connection->owner == self);
}

void
kd_sql_disown (KdSqlConnection *connection)
{
  kd_sql_assert_owner (connection);
  g_assert (!kd_sql_in_transaction (connection));
  connection->owner = NULL;
}

void
kd_sql_statement_free (KdSqlStatement *statement)
{
  if (statement == NULL)
    return;
  g_free (statement->sql);
  statement->driver->finalize (statement);
}

void
kd_sql_close (KdSqlConnection *connection)
{
  GHashTableIter iter;
  gpointer value;

  if (connection == NULL)
    return;
  kd_sql_assert_owner (connection);
  if (connection->n_borrowed > 0)
    g_critical ("closing a connection with %u statements in use", connection->n_borrowed);
  if (connection->kinds != NULL)
    connection->kinds_free (connection->kinds);
  g_hash_table_iter_init (&iter, connection->statements);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_hash_table_iter_remove (&iter);
      kd_sql_statement_free (value);
    }
  g_hash_table_unref (connection->statements);
  connection->driver->close (connection);
}

void
kd_sql_interrupt (KdSqlConnection *connection)
{
  connection->driver->interrupt (connection);
}

void
kd_sql_set_stopped (KdSqlConnection *connection,
                    gboolean stopped)
{
  g_atomic_int_set (&connection->stopped, stopped);
  if (stopped)
    connection->driver->interrupt (connection);
}

static gboolean
check_stopped (KdSqlConnection *connection,
               GError **error)
{
  if (G_LIKELY (!g_atomic_int_get (&connection->stopped)))
    return TRUE;
  g_set_error_literal (error, KD_SQL_ERROR, KD_SQL_ERROR_INTERRUPTED, "interrupted");
  return FALSE;
}

gboolean
kd_sql_exec (KdSqlConnection *connection,
             const char *sql,
             GError **error)
{
  kd_sql_assert_owner (connection);
  return check_stopped (connection, error) && connection->driver->exec (connection, sql, error);
}

gint64
kd_sql_last_rowid (KdSqlConnection *connection)
{
  return connection->driver->last_rowid (connection);
}

gint64
kd_sql_changes (KdSqlConnection *connection)
{
  return connection->driver->changes (connection);
}

gboolean
kd_sql_in_transaction (KdSqlConnection *connection)
{
  return connection->driver->in_transaction (connection);
}

int
kd_sql_get_version (KdSqlConnection *connection,
                    GError **error)
{
  kd_sql_assert_owner (connection);
  return connection->driver->get_version (connection, error);
}

gboolean
kd_sql_set_version (KdSqlConnection *connection,
                    int version,
                    GError **error)
{
  kd_sql_assert_owner (connection);
  return connection->driver->set_version (connection, version, error);
}

/* ---- statements ---- */

KdSqlStatement *
kd_sql_prepare_own (KdSqlConnection *connection,
                    const char *sql,
                    GError **error)
{
  KdSqlStatement *statement;

  kd_sql_assert_owner (connection);
  statement = connection->driver->prepare (connection, sql, error);
  if (statement == NULL)
    return NULL;
  statement->driver = connection->driver;
  statement->connection = connection;
  statement->link.data = statement;
  return statement;
}

KdSqlStatement *
kd_sql_prepare (KdSqlConnection *connection,
                const char *sql,
                GError **error)
{
  KdSqlStatement *statement;

  kd_sql_assert_owner (connection);
  statement = g_hash_table_lookup (connection->statements, sql);
  if (statement != NULL && !statement->borrowed)
    {
      g_queue_unlink (&connection->idle, &statement->link);
    }
  else
    {
      gboolean surplus = statement != NULL;

      statement = kd_sql_prepare_own (connection, sql, error);
      if (statement == NULL)
        return NULL;
      if (!surplus)
        {
          statement->sql = g_strdup (sql);
          g_hash_table_insert (connection->statements, statement->sql, statement);
        }
    }
  statement->borrowed = TRUE;
  connection->n_borrowed++;
  return statement;
}

void
kd_sql_statement_done (KdSqlStatement *statement)
{
  KdSqlConnection *connection;

  if (statement == NULL)
    return;
  connection = statement->connection;
  kd_sql_assert_owner (connection);
  g_assert (statement->borrowed);
  statement->borrowed = FALSE;
  connection->n_borrowed--;
  if (statement->sql == NULL)
    {
      kd_sql_statement_free (statement);
      return;
    }
  statement->driver->clear (statement);
  g_queue_push_tail_link (&connection->idle, &statement->link);
  if (connection->idle.length > IDLE_MAX)
    {
      KdSqlStatement *oldest = g_queue_pop_head_link (&connection->idle)->data;

      g_hash_table_remove (connection->statements, oldest->sql);
      kd_sql_statement_free (oldest);
    }
}

void
kd_sql_bind_null (KdSqlStatement *statement,
                  int index)
{
  statement->driver->bind_null (statement, index);
}

void
kd_sql_bind_int64 (KdSqlStatement *statement,
                   int index,
                   gint64 value)
{
  statement->driver->bind_int64 (statement, index, value);
}

void
kd_sql_bind_double (KdSqlStatement *statement,
                    int index,
                    double value)
{
  statement->driver->bind_double (statement, index, value);
}

void
kd_sql_bind_text (KdSqlStatement *statement,
                  int index,
                  const char *text)
{
  if (text == NULL)
    statement->driver->bind_null (statement, index);
  else
    statement->driver->bind_text (statement, index, text, -1, KD_SQL_COPY);
}

void
kd_sql_bind_text_n (KdSqlStatement *statement,
                    int index,
                    const char *text,
                    gsize n)
{
  statement->driver->bind_text (statement, index, n > 0 ? text : "", (gssize) n, KD_SQL_COPY);
}

void
kd_sql_bind_static_text (KdSqlStatement *statement,
                         int index,
                         const char *text)
{
  if (text == NULL)
    statement->driver->bind_null (statement, index);
  else
    statement->driver->bind_text (statement, index, text, -1, KD_SQL_STATIC);
}

void
kd_sql_bind_text_take (KdSqlStatement *statement,
                       int index,
                       char *text)
{
  if (text == NULL)
    statement->driver->bind_null (statement, index);
  else
    statement->driver->bind_text (statement, index, text, -1, KD_SQL_TAKE);
}

void
kd_sql_bind_blob (KdSqlStatement *statement,
                  int index,
                  gconstpointer bytes,
                  gsize n)
{
  statement->driver->bind_blob (statement, index, n > 0 ? bytes : "", n, KD_SQL_COPY);
}

void
kd_sql_bind_static_blob (KdSqlStatement *statement,
                         int index,
                         gconstpointer bytes,
                         gsize n)
{
  statement->driver->bind_blob (statement, index, n > 0 ? bytes : "", n, KD_SQL_STATIC);
}

void
kd_sql_bind_bytes (KdSqlStatement *statement,
                   int index,
                   GBytes *bytes)
{
  gconstpointer data;
  gsize n;

  if (bytes == NULL)
    {
      statement->driver->bind_null (statement, index);
      return;
    }
  data = g_bytes_get_data (bytes, &n);
  kd_sql_bind_blob (statement, index, data, n);
}

void
kd_sql_bind_id (KdSqlStatement *statement,
                int index,
                const KdId *id)
{
  if (id == NULL || kd_id_is_none (id))
    statement->driver->bind_null (statement, index);
  else
    statement->driver->bind_blob (statement, index, id->b, sizeof id->b, KD_SQL_COPY);
}

void
kd_sql_bind_hash (KdSqlStatement *statement,
                  int index,
                  const KdHash *hash)
{
  if (hash == NULL || kd_hash_is_none (hash))
    statement->driver->bind_null (statement, index);
  else
    statement->driver->bind_blob (statement, index, hash->b, sizeof hash->b, KD_SQL_COPY);
}

KdSqlStep
kd_sql_step (KdSqlStatement *statement,
             GError **error)
{
  kd_sql_assert_owner (statement->connection);
  if (G_UNLIKELY (!check_stopped (statement->connection, error)))
    {
      statement->driver->reset (statement);
      return KD_SQL_ERRED;
    }
  return statement->driver->step (statement, error);
}

void
kd_sql_reset (KdSqlStatement *statement)
{
  statement->driver->reset (statement);
}

gboolean
kd_sql_run (KdSqlStatement *statement,
            GError **error)
{
  KdSqlStep step;

  while ((step = kd_sql_step (statement, error)) == KD_SQL_ROW)
    ;
  statement->driver->reset (statement);
  return step == KD_SQL_DONE;
}

int
kd_sql_n_columns (KdSqlStatement *statement)
{
  return statement->driver->n_columns (statement);
}

gboolean
kd_sql_column_is_null (KdSqlStatement *statement,
                       int column)
{
  return statement->driver->column_is_null (statement, column);
}

gint64
kd_sql_column_int64 (KdSqlStatement *statement,
                     int column)
{
  return statement->driver->column_int64 (statement, column);
}

double
kd_sql_column_double (KdSqlStatement *statement,
                      int column)
{
  return statement->driver->column_double (statement, column);
}

const char *
kd_sql_column_text (KdSqlStatement *statement,
                    int column)
{
  return statement->driver->column_text (statement, column, NULL);
}

char *
kd_sql_column_dup_text (KdSqlStatement *statement,
                        int column)
{
  gsize n;
  const char *text = statement->driver->column_text (statement, column, &n);

  return text != NULL ? g_strndup (text, n) : NULL;
}

gconstpointer
kd_sql_column_blob (KdSqlStatement *statement,
                    int column,
                    gsize *ret_n)
{
  return statement->driver->column_blob (statement, column, ret_n);
}

GBytes *
kd_sql_column_bytes (KdSqlStatement *statement,
                     int column)
{
  gsize n;
  gconstpointer data;

  if (statement->driver->column_is_null (statement, column))
    return NULL;
  data = statement->driver->column_blob (statement, column, &n);
  return g_bytes_new (data, n);
}

static gboolean
column_fixed (KdSqlStatement *statement,
              int column,
              gpointer to,
              gsize size)
{
  gsize n;
  gconstpointer data = statement->driver->column_blob (statement, column, &n);

  if (data == NULL || n != size)
    {
      memset (to, 0, size);
      return FALSE;
    }
  memcpy (to, data, size);
  return TRUE;
}

gboolean
kd_sql_column_id (KdSqlStatement *statement,
                  int column,
                  KdId *ret_id)
{
  return column_fixed (statement, column, ret_id->b, sizeof ret_id->b);
}

gboolean
kd_sql_column_hash (KdSqlStatement *statement,
                    int column,
                    KdHash *ret_hash)
{
  return column_fixed (statement, column, ret_hash->b, sizeof ret_hash->b);
}

gboolean
kd_sql_query_int64 (KdSqlConnection *connection,
                    const char *sql,
                    gint64 fallback,
                    gint64 *ret_value,
                    GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (statement == NULL || (step = kd_sql_step (statement, error)) == KD_SQL_ERRED)
    return FALSE;
  *ret_value = step == KD_SQL_ROW && !kd_sql_column_is_null (statement, 0)
               ? kd_sql_column_int64 (statement, 0) : fallback;
  return TRUE;
}

gboolean
kd_sql_query_text (KdSqlConnection *connection,
                   const char *sql,
                   char **ret_text,
                   GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (statement == NULL || (step = kd_sql_step (statement, error)) == KD_SQL_ERRED)
    return FALSE;
  *ret_text = step == KD_SQL_ROW ? kd_sql_column_dup_text (statement, 0) : NULL;
  return TRUE;
}
