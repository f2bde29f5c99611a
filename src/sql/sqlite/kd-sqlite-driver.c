/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sqlite-private.h"

#include <errno.h>

typedef struct
{
  KdSqlStatement parent;
  sqlite3_stmt *stmt;
  int rc;                  /* the first bind that failed, SQLITE_OK if none did */
  gboolean guarded;        /* runs in a shop transaction alone */
} KdSqliteStatement;

static inline sqlite3 *
db_of (KdSqlConnection *connection)
{
  return ((KdSqliteConnection *) connection)->db;
}

static inline sqlite3_stmt *
stmt_of (KdSqlStatement *statement)
{
  return ((KdSqliteStatement *) statement)->stmt;
}

static KdSqlError
error_code (sqlite3 *db,
            int rc)
{
  int system = db != NULL ? sqlite3_system_errno (db) : 0;

  switch (rc & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return KD_SQL_ERROR_BUSY;
    case SQLITE_FULL:
      return KD_SQL_ERROR_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return KD_SQL_ERROR_READ_ONLY;
    case SQLITE_CORRUPT:
      return KD_SQL_ERROR_CORRUPT;
    case SQLITE_NOTADB:
      return KD_SQL_ERROR_NOT_DATABASE;
    case SQLITE_CONSTRAINT:
    case SQLITE_AUTH:
      return KD_SQL_ERROR_CONSTRAINT;
    case SQLITE_INTERRUPT:
      return KD_SQL_ERROR_INTERRUPTED;
    case SQLITE_IOERR:
      if (rc == SQLITE_IOERR_CORRUPTFS)
        return KD_SQL_ERROR_CORRUPT;
      return system == ENOSPC ? KD_SQL_ERROR_FULL : KD_SQL_ERROR_IO;
    case SQLITE_CANTOPEN:
      if (system == EACCES || system == EPERM || system == EROFS)
        return KD_SQL_ERROR_READ_ONLY;
      return system == ENOENT ? KD_SQL_ERROR_NOT_FOUND : KD_SQL_ERROR_IO;
    default:
      return KD_SQL_ERROR_OTHER;
    }
}

void
kd_sqlite_set_error (GError **error,
                     sqlite3 *db,
                     int rc,
                     const char *what)
{
  /* The connection remembers the last call only; where that was another one, the code speaks. */
  const char *message = db != NULL && (sqlite3_errcode (db) & 0xff) == (rc & 0xff)
                        ? sqlite3_errmsg (db) : sqlite3_errstr (rc);

  g_set_error (error, KD_SQL_ERROR, error_code (db, rc), "%s%s%s (%d)",
               what != NULL ? what : "", what != NULL ? ": " : "", message, rc);
}

/* ---- connection ---- */

static void
driver_close (KdSqlConnection *connection)
{
  KdSqliteConnection *self = (KdSqliteConnection *) connection;

  sqlite3_close_v2 (self->db);
  g_clear_pointer (&self->guarded, g_hash_table_unref);
  g_free (self->path);
  g_free (self);
}

static void
driver_interrupt (KdSqlConnection *connection)
{
  sqlite3_interrupt (db_of (connection));
}

static gboolean
driver_exec (KdSqlConnection *connection,
             const char *sql,
             GError **error)
{
  int rc;

  ((KdSqliteConnection *) connection)->at_once = TRUE;
  rc = sqlite3_exec (db_of (connection), sql, NULL, NULL, NULL);
  ((KdSqliteConnection *) connection)->at_once = FALSE;
  if (rc == SQLITE_OK)
    return TRUE;
  kd_sqlite_set_error (error, db_of (connection), rc, NULL);
  return FALSE;
}

static gint64
driver_last_rowid (KdSqlConnection *connection)
{
  return sqlite3_last_insert_rowid (db_of (connection));
}

static void
driver_clear_last_rowid (KdSqlConnection *connection)
{
  sqlite3_set_last_insert_rowid (db_of (connection), 0);
}

static gint64
driver_changes (KdSqlConnection *connection)
{
  return sqlite3_changes64 (db_of (connection));
}

static gboolean
driver_in_transaction (KdSqlConnection *connection)
{
  return !sqlite3_get_autocommit (db_of (connection));
}

static int
driver_get_version (KdSqlConnection *connection,
                    GError **error)
{
  gint64 version;

  if (!kd_sql_query_int64 (connection, "PRAGMA user_version", 0, &version, error))
    return -1;
  return (int) version;
}

static gboolean
driver_set_version (KdSqlConnection *connection,
                    int version,
                    GError **error)
{
  /* A pragma takes no parameter; the number is ours. */
  g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %d", version);
  return driver_exec (connection, sql, error);
}

/* ---- what the planner knows ---- */

/* Rows that a table is said to have, and how many of them one value of a column after the first
 * leaves. Real figures replace these when ANALYZE runs. */
#define HINT_ROWS 100000
#define HINT_STEP 10

static char *
hint_stat (guint n)
{
  GString *stat = g_string_new (NULL);
  guint rows = HINT_ROWS;

  g_string_append_printf (stat, "%u %u", rows, rows);
  for (guint i = 1; i < n; i++)
    {
      rows = i + 1 == n ? 1 : MAX (rows / HINT_STEP, 1);
      g_string_append_printf (stat, " %u", rows);
    }
  return g_string_free (stat, FALSE);
}

/* A reader's pages: the system has them in memory still. The writer's belong to what it goes on with. */
static void
driver_rest (KdSqlConnection *connection)
{
  KdSqliteConnection *self = (KdSqliteConnection *) connection;

  if (sqlite3_db_readonly (self->db, "main") == 1)
    sqlite3_db_release_memory (self->db);
}

static gboolean
driver_hint (KdSqlConnection *connection,
             const char *table,
             const char *index,
             guint n,
             GError **error)
{
  g_autofree char *stat = hint_stat (n);
  g_autoptr (KdSqlStatement) put = NULL;

  /* Makes sqlite_stat1 where it isn't, and reads no table. */
  if (!driver_exec (connection, "ANALYZE sqlite_schema", error))
    return FALSE;
  /* The statistics call a primary key by the name of its index, or of the table that is one. */
  put = kd_sql_prepare (connection,
                        "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT ?1, i.name, ?3 FROM ("
                        " SELECT coalesce (?2, CASE wr WHEN 1 THEN ?1 ELSE 'sqlite_autoindex_' || ?1 || '_1' END) "
                        " AS name FROM pragma_table_list WHERE schema = 'main' AND name = ?1) AS i "
                        "WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = ?1 AND idx = i.name)",
                        error);
  if (put == NULL)
    return FALSE;
  kd_sql_bind_text (put, 1, table);
  kd_sql_bind_text (put, 2, index);
  kd_sql_bind_text (put, 3, stat);
  return kd_sql_run (put, error) && driver_exec (connection, "ANALYZE sqlite_schema", error);
}

/* ---- statements ---- */

static KdSqlStatement *
driver_prepare (KdSqlConnection *connection,
                const char *sql,
                GError **error)
{
  KdSqliteStatement *self;
  sqlite3_stmt *stmt;
  const char *rest;
  int rc;

  ((KdSqliteConnection *) connection)->touches = FALSE;
  rc = sqlite3_prepare_v3 (db_of (connection), sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &rest);
  if (rc != SQLITE_OK)
    {
      kd_sqlite_set_error (error, db_of (connection), rc, NULL);
      return NULL;
    }
  g_assert (stmt != NULL && rest[0] == '\0');
  self = g_new0 (KdSqliteStatement, 1);
  self->stmt = stmt;
  self->guarded = ((KdSqliteConnection *) connection)->touches;
  return &self->parent;
}

static void
driver_finalize (KdSqlStatement *statement)
{
  sqlite3_finalize (stmt_of (statement));
  g_free (statement);
}

static void
driver_reset (KdSqlStatement *statement)
{
  sqlite3_reset (stmt_of (statement));
}

static void
driver_clear (KdSqlStatement *statement)
{
  KdSqliteStatement *self = (KdSqliteStatement *) statement;

  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  self->rc = SQLITE_OK;
}

static KdSqlStep
driver_step (KdSqlStatement *statement,
             GError **error)
{
  KdSqliteStatement *self = (KdSqliteStatement *) statement;
  int rc = self->rc;

  if (G_UNLIKELY (self->guarded && !((KdSqliteConnection *) statement->connection)->guard))
    rc = SQLITE_AUTH;
  if (G_LIKELY (rc == SQLITE_OK))
    {
      rc = sqlite3_step (self->stmt);
      if (rc == SQLITE_ROW)
        return KD_SQL_ROW;
      if (rc == SQLITE_DONE)
        return KD_SQL_DONE;
    }
  kd_sqlite_set_error (error, db_of (statement->connection), rc, NULL);
  sqlite3_reset (self->stmt);
  self->rc = SQLITE_OK;
  return KD_SQL_ERRED;
}

static inline void
note (KdSqlStatement *statement,
      int rc)
{
  KdSqliteStatement *self = (KdSqliteStatement *) statement;

  if (G_UNLIKELY (rc != SQLITE_OK && self->rc == SQLITE_OK))
    self->rc = rc;
}

static sqlite3_destructor_type
destructor (KdSqlKeep keep)
{
  return keep == KD_SQL_COPY ? SQLITE_TRANSIENT : keep == KD_SQL_STATIC ? SQLITE_STATIC : g_free;
}

static void
driver_bind_null (KdSqlStatement *statement,
                  int index)
{
  note (statement, sqlite3_bind_null (stmt_of (statement), index));
}

static void
driver_bind_int64 (KdSqlStatement *statement,
                   int index,
                   gint64 value)
{
  note (statement, sqlite3_bind_int64 (stmt_of (statement), index, value));
}

static void
driver_bind_double (KdSqlStatement *statement,
                    int index,
                    double value)
{
  note (statement, sqlite3_bind_double (stmt_of (statement), index, value));
}

static void
driver_bind_text (KdSqlStatement *statement,
                  int index,
                  const char *text,
                  gssize n,
                  KdSqlKeep keep)
{
  note (statement, n < 0 ? sqlite3_bind_text (stmt_of (statement), index, text, -1, destructor (keep))
                         : sqlite3_bind_text64 (stmt_of (statement), index, text, (sqlite3_uint64) n,
                                                destructor (keep), SQLITE_UTF8));
}

static void
driver_bind_blob (KdSqlStatement *statement,
                  int index,
                  gconstpointer bytes,
                  gsize n,
                  KdSqlKeep keep)
{
  note (statement, sqlite3_bind_blob64 (stmt_of (statement), index, bytes, n, destructor (keep)));
}

static int
driver_n_columns (KdSqlStatement *statement)
{
  return sqlite3_column_count (stmt_of (statement));
}

static gboolean
driver_column_is_null (KdSqlStatement *statement,
                       int column)
{
  return sqlite3_column_type (stmt_of (statement), column) == SQLITE_NULL;
}

static gint64
driver_column_int64 (KdSqlStatement *statement,
                     int column)
{
  return sqlite3_column_int64 (stmt_of (statement), column);
}

static double
driver_column_double (KdSqlStatement *statement,
                      int column)
{
  return sqlite3_column_double (stmt_of (statement), column);
}

static const char *
driver_column_text (KdSqlStatement *statement,
                    int column,
                    gsize *ret_n)
{
  const char *text = (const char *) sqlite3_column_text (stmt_of (statement), column);

  if (ret_n != NULL)
    *ret_n = text != NULL ? (gsize) sqlite3_column_bytes (stmt_of (statement), column) : 0;
  return text;
}

static gconstpointer
driver_column_blob (KdSqlStatement *statement,
                    int column,
                    gsize *ret_n)
{
  gconstpointer bytes = sqlite3_column_blob (stmt_of (statement), column);

  *ret_n = bytes != NULL ? (gsize) sqlite3_column_bytes (stmt_of (statement), column) : 0;
  return bytes;
}

const KdSqlDriver kd_sqlite_driver = {
  .name = "sqlite",
  .dialect = {
    .type_int = "INTEGER",
    .type_text = "TEXT",
    .type_blob = "BLOB",
    .rid_column = "rid INTEGER PRIMARY KEY",
    .is = "IS",
    .without_rowid = " WITHOUT ROWID",
    .columns_sql = "SELECT name FROM pragma_table_info(?1)",
    .index_sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1",
    .guard_sql = "CREATE TRIGGER IF NOT EXISTS \"%s\" BEFORE %s ON \"%s\" WHEN NOT kd_shop_tx() "
                 "BEGIN SELECT raise(ABORT, 'a synced table is written outside a shop transaction'); END",
  },
  .close = driver_close,
  .interrupt = driver_interrupt,
  .exec = driver_exec,
  .last_rowid = driver_last_rowid,
  .clear_last_rowid = driver_clear_last_rowid,
  .changes = driver_changes,
  .in_transaction = driver_in_transaction,
  .get_version = driver_get_version,
  .set_version = driver_set_version,
  .hint = driver_hint,
  .rest = driver_rest,
  .guarded = kd_sqlite_guard_table,
  .begin_read = "BEGIN DEFERRED",
  .begin_write = "BEGIN IMMEDIATE",
  .prepare = driver_prepare,
  .finalize = driver_finalize,
  .reset = driver_reset,
  .clear = driver_clear,
  .step = driver_step,
  .bind_null = driver_bind_null,
  .bind_int64 = driver_bind_int64,
  .bind_double = driver_bind_double,
  .bind_text = driver_bind_text,
  .bind_blob = driver_bind_blob,
  .n_columns = driver_n_columns,
  .column_is_null = driver_column_is_null,
  .column_int64 = driver_column_int64,
  .column_double = driver_column_double,
  .column_text = driver_column_text,
  .column_blob = driver_column_blob,
};
