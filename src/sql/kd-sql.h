/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-id.h"

G_BEGIN_DECLS

/* A connection to a database, its statements and its transactions, whatever the engine. Nothing
 * here is thread-safe but kd_sql_interrupt(): a connection belongs to one thread at a time, and
 * that is asserted. All values go in as bound parameters, never as text of a statement. */

/**
 * KdSqlError:
 * @KD_SQL_ERROR_BUSY: another connection held the lock longer than the busy timeout; try again
 * @KD_SQL_ERROR_FULL: the disk, or the database's own limit, is full
 * @KD_SQL_ERROR_READ_ONLY: file or folder may not be written
 * @KD_SQL_ERROR_CORRUPT: the database is damaged
 * @KD_SQL_ERROR_NOT_DATABASE: the file is something else, or a folder
 * @KD_SQL_ERROR_NOT_FOUND: there is no such file
 * @KD_SQL_ERROR_NEWER: written by a newer version of the program
 * @KD_SQL_ERROR_LOCKED: another program has locked the database whole
 * @KD_SQL_ERROR_CONSTRAINT: a unique or check constraint, or a guard trigger, refused the change
 * @KD_SQL_ERROR_INTERRUPTED: kd_sql_interrupt() or a cancelled task ended it
 * @KD_SQL_ERROR_IO: reading or writing failed
 * @KD_SQL_ERROR_OTHER: anything else; a mistake in a statement, mostly
 *
 * Messages are English and meant for a log; the app words what a person reads from the code.
 */
typedef enum
{
  KD_SQL_ERROR_BUSY,
  KD_SQL_ERROR_FULL,
  KD_SQL_ERROR_READ_ONLY,
  KD_SQL_ERROR_CORRUPT,
  KD_SQL_ERROR_NOT_DATABASE,
  KD_SQL_ERROR_NOT_FOUND,
  KD_SQL_ERROR_NEWER,
  KD_SQL_ERROR_LOCKED,
  KD_SQL_ERROR_CONSTRAINT,
  KD_SQL_ERROR_INTERRUPTED,
  KD_SQL_ERROR_IO,
  KD_SQL_ERROR_OTHER,
} KdSqlError;

#define KD_SQL_ERROR (kd_sql_error_quark ())
GQuark kd_sql_error_quark (void);

typedef struct _KdSqlConnection KdSqlConnection;
typedef struct _KdSqlStatement KdSqlStatement;

typedef enum
{
  KD_SQL_ERRED = 0,
  KD_SQL_ROW,
  KD_SQL_DONE,
} KdSqlStep;

/* ---- the connection; kd_sqlite_open() makes one ---- */

/**
 * kd_sql_close:
 *
 * Closes and frees. Every statement must be done; an open transaction is rolled back.
 */
void kd_sql_close (KdSqlConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSqlConnection, kd_sql_close)

/**
 * kd_sql_disown:
 *
 * Lets the connection go from this thread; the next thread that uses it owns it. Only between
 * transactions.
 */
void kd_sql_disown (KdSqlConnection *connection);

/**
 * kd_sql_interrupt:
 *
 * Ends the statements that run now with %KD_SQL_ERROR_INTERRUPTED. May be called from any thread
 * as long as the connection is open; does nothing to statements that begin later.
 */
void kd_sql_interrupt (KdSqlConnection *connection);

/**
 * kd_sql_set_stopped:
 *
 * While stopped, every further step fails with %KD_SQL_ERROR_INTERRUPTED; rolling back works. Any
 * thread. KdSqlWorker uses it to end a cancelled task between two statements.
 */
void kd_sql_set_stopped (KdSqlConnection *connection, gboolean stopped);

/**
 * kd_sql_exec:
 * @sql: one or more statements without parameters and without results
 */
gboolean kd_sql_exec (KdSqlConnection *connection, const char *sql, GError **error);

/* Of the last INSERT that really inserted; 0 if none did. */
gint64 kd_sql_last_rowid (KdSqlConnection *connection);

/* Rows that the last INSERT, UPDATE or DELETE changed, without those of triggers. */
gint64 kd_sql_changes (KdSqlConnection *connection);

gboolean kd_sql_in_transaction (KdSqlConnection *connection);

/**
 * kd_sql_get_version:
 *
 * The number of the last migration, 0 of a new database, -1 with an error.
 */
int kd_sql_get_version (KdSqlConnection *connection, GError **error);
gboolean kd_sql_set_version (KdSqlConnection *connection, int version, GError **error);

/* ---- statements ---- */

/**
 * kd_sql_prepare:
 * @sql: one statement; parameters are ?1, ?2... or ?
 *
 * Statements are kept by their text: the same text gives the same compiled statement again, reset
 * and with all parameters NULL. One that is still borrowed is compiled a second time.
 *
 * Returns: (transfer none) (nullable): borrowed until kd_sql_statement_done(), which g_autoptr does
 */
KdSqlStatement *kd_sql_prepare (KdSqlConnection *connection, const char *sql, GError **error);

/* Ends the statement (its read lock too) and gives it back. */
void kd_sql_statement_done (KdSqlStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSqlStatement, kd_sql_statement_done)

/* Parameters count from 1. Texts and blobs are copied; the forms with `static` keep the pointer,
 * which must live until the statement is reset or done. What goes wrong shows at the next step. */
void kd_sql_bind_null (KdSqlStatement *statement, int index);
void kd_sql_bind_int64 (KdSqlStatement *statement, int index, gint64 value);
void kd_sql_bind_double (KdSqlStatement *statement, int index, double value);
void kd_sql_bind_text (KdSqlStatement *statement, int index, const char *text); /* NULL: null */
void kd_sql_bind_text_n (KdSqlStatement *statement, int index, const char *text, gsize n);
void kd_sql_bind_static_text (KdSqlStatement *statement, int index, const char *text);
void kd_sql_bind_blob (KdSqlStatement *statement, int index, gconstpointer bytes, gsize n);
void kd_sql_bind_static_blob (KdSqlStatement *statement, int index, gconstpointer bytes, gsize n);
void kd_sql_bind_bytes (KdSqlStatement *statement, int index, GBytes *bytes); /* NULL: null */
void kd_sql_bind_id (KdSqlStatement *statement, int index, const KdId *id);     /* none: null */
void kd_sql_bind_hash (KdSqlStatement *statement, int index, const KdHash *hash); /* none: null */

/* (transfer full) (nullable): takes @text over */
void kd_sql_bind_text_take (KdSqlStatement *statement, int index, char *text);

/**
 * kd_sql_step:
 *
 * Returns: %KD_SQL_ROW while there are rows, %KD_SQL_DONE at the end, %KD_SQL_ERRED (0) with @error
 */
KdSqlStep kd_sql_step (KdSqlStatement *statement, GError **error);

/* Back to the start for the next round; parameters keep their values. */
void kd_sql_reset (KdSqlStatement *statement);

/**
 * kd_sql_run:
 *
 * Steps to the end and resets: for statements without results, in a loop too. Parameters keep
 * their values.
 */
gboolean kd_sql_run (KdSqlStatement *statement, GError **error);

/* Columns count from 0. Pointers live until the next step. NULL reads as 0, NULL or none. */
gboolean kd_sql_column_is_null (KdSqlStatement *statement, int column);
gint64 kd_sql_column_int64 (KdSqlStatement *statement, int column);
double kd_sql_column_double (KdSqlStatement *statement, int column);
const char *kd_sql_column_text (KdSqlStatement *statement, int column);
char *kd_sql_column_dup_text (KdSqlStatement *statement, int column) G_GNUC_WARN_UNUSED_RESULT;
gconstpointer kd_sql_column_blob (KdSqlStatement *statement, int column, gsize *ret_n);
GBytes *kd_sql_column_bytes (KdSqlStatement *statement, int column) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE, and none in *ret_id, where there is no value of the right length. */
gboolean kd_sql_column_id (KdSqlStatement *statement, int column, KdId *ret_id);
gboolean kd_sql_column_hash (KdSqlStatement *statement, int column, KdHash *ret_hash);
int kd_sql_n_columns (KdSqlStatement *statement);

/**
 * kd_sql_query_int64:
 * @fallback: what is returned where there is no row or the value is NULL
 * @ret_value: (out)
 *
 * The first column of the first row of a statement without parameters.
 */
gboolean kd_sql_query_int64 (KdSqlConnection *connection,
                             const char      *sql,
                             gint64           fallback,
                             gint64          *ret_value,
                             GError         **error);

/* As above with a text: (out) (transfer full) (nullable). */
gboolean kd_sql_query_text (KdSqlConnection *connection,
                            const char      *sql,
                            char           **ret_text,
                            GError         **error);

/* ---- transactions ---- */

typedef enum
{
  KD_SQL_READ,  /* deferred: one snapshot from its first read on */
  KD_SQL_WRITE, /* immediate: holds the write lock from the start */
} KdSqlTransactionKind;

/**
 * KdSqlTransaction:
 *
 * On the stack: `g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;`. Leaving the scope
 * without kd_sql_commit() rolls back.
 */
typedef struct
{
  KdSqlConnection *connection; /* NULL: none is open */
} KdSqlTransaction;

#define KD_SQL_TRANSACTION_INIT { NULL }

gboolean kd_sql_begin (KdSqlTransaction    *transaction,
                       KdSqlConnection     *connection,
                       KdSqlTransactionKind kind,
                       GError             **error);

/* On failure everything is rolled back. */
gboolean kd_sql_commit (KdSqlTransaction *transaction, GError **error);
void kd_sql_rollback (KdSqlTransaction *transaction);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdSqlTransaction, kd_sql_rollback)

/* Savepoints inside a transaction; @name is a plain word. */
gboolean kd_sql_savepoint (KdSqlConnection *connection, const char *name, GError **error);
gboolean kd_sql_release (KdSqlConnection *connection, const char *name, GError **error);
/* Takes everything since the savepoint back and forgets the savepoint. */
gboolean kd_sql_rollback_to (KdSqlConnection *connection, const char *name, GError **error);

G_END_DECLS
