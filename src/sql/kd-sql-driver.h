/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql.h"

G_BEGIN_DECLS

/* What an engine implements. Only drivers and src/sql include this. */

/**
 * KdSqlDialect:
 *
 * What differs in the text of the statements that are generated from kinds.
 */
typedef struct
{
  const char *type_int;
  const char *type_text;
  const char *type_blob;
  const char *rid_column;       /* (nullable): the device form's rowid column, declared; NULL: no such form */
  const char *is;               /* compares two values, NULL equal to NULL; an index must serve it */
  const char *without_rowid;    /* appended to CREATE TABLE of a narrow table with its own key */
  const char *columns_sql;      /* names of the columns of table ?1 */
  const char *index_sql;        /* the statement that made index ?1 */
  const char *guard_sql;        /* printf format: trigger name, operation, table */
} KdSqlDialect;

typedef enum
{
  KD_SQL_COPY,
  KD_SQL_STATIC, /* lives until the statement is reset */
  KD_SQL_TAKE,   /* freed with g_free() */
} KdSqlKeep;

typedef struct
{
  const char *name;
  KdSqlDialect dialect;

  void (*close) (KdSqlConnection *connection);
  void (*interrupt) (KdSqlConnection *connection); /* any thread */
  gboolean (*exec) (KdSqlConnection *connection, const char *sql, GError **error);
  gint64 (*last_rowid) (KdSqlConnection *connection);
  void (*clear_last_rowid) (KdSqlConnection *connection);
  gint64 (*changes) (KdSqlConnection *connection);
  gboolean (*in_transaction) (KdSqlConnection *connection);
  int (*get_version) (KdSqlConnection *connection, GError **error);
  gboolean (*set_version) (KdSqlConnection *connection, int version, GError **error);
  const char *begin_read, *begin_write;

  /* (nullable): the table has guard triggers; the connection may do by itself what they do. */
  gboolean (*guarded) (KdSqlConnection *connection, const char *table, GError **error);

  /* (nullable): tells the planner that all rows of a table have the same first key column. @index:
   * NULL: the primary key; @n: its columns. Nothing where it knows better already. */
  gboolean (*hint) (KdSqlConnection *connection, const char *table, const char *index, guint n,
                    GError **error);

  /* (nullable): a worker has had nothing to do for a while: what was kept to be faster may go. */
  void (*rest) (KdSqlConnection *connection);

  KdSqlStatement *(*prepare) (KdSqlConnection *connection, const char *sql, GError **error);
  void (*finalize) (KdSqlStatement *statement); /* frees the struct too */
  void (*reset) (KdSqlStatement *statement);
  void (*clear) (KdSqlStatement *statement);    /* resets, and all parameters are NULL again */
  KdSqlStep (*step) (KdSqlStatement *statement, GError **error);

  void (*bind_null) (KdSqlStatement *statement, int index);
  void (*bind_int64) (KdSqlStatement *statement, int index, gint64 value);
  void (*bind_double) (KdSqlStatement *statement, int index, double value);
  /* @n: -1: up to the NUL */
  void (*bind_text) (KdSqlStatement *statement, int index, const char *text, gssize n, KdSqlKeep keep);
  void (*bind_blob) (KdSqlStatement *statement, int index, gconstpointer bytes, gsize n, KdSqlKeep keep);

  int (*n_columns) (KdSqlStatement *statement);
  gboolean (*column_is_null) (KdSqlStatement *statement, int column);
  gint64 (*column_int64) (KdSqlStatement *statement, int column);
  double (*column_double) (KdSqlStatement *statement, int column);
  const char *(*column_text) (KdSqlStatement *statement, int column, gsize *ret_n);
  gconstpointer (*column_blob) (KdSqlStatement *statement, int column, gsize *ret_n);
} KdSqlDriver;

struct _KdSqlConnection
{
  const KdSqlDriver *driver;
  GThread *owner;          /* NULL: whoever comes first */
  int stopped;             /* atomic */
  GHashTable *statements;  /* text -> KdSqlStatement */
  GQueue idle;             /* those not borrowed, the least recently used at the head */
  guint n_borrowed;        /* kept and surplus ones */
  gpointer kinds;          /* what kd-sql-kind.c keeps for each kind */
  GDestroyNotify kinds_free;
};

struct _KdSqlStatement
{
  const KdSqlDriver *driver;
  KdSqlConnection *connection;
  char *sql;               /* (nullable): key in `statements`; NULL: a surplus one, freed when done */
  GList link;              /* in `idle` */
  gboolean borrowed;
};

/* For a driver's open: sets up what all connections have. */
void kd_sql_connection_init (KdSqlConnection *connection, const KdSqlDriver *driver);

/* For src/sql: compiled outside the cache; ended by kd_sql_statement_free(). */
KdSqlStatement *kd_sql_prepare_own (KdSqlConnection *connection, const char *sql, GError **error);
void kd_sql_statement_free (KdSqlStatement *statement);

/* Asserts that the calling thread owns the connection. */
void kd_sql_assert_owner (KdSqlConnection *connection);

G_END_DECLS
