/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql.h"

G_BEGIN_DECLS

/* SQLite: WAL, synchronous=FULL (WAL with NORMAL can forget an acknowledged commit at a power cut),
 * foreign keys on. The only user of sqlite3.h. */

typedef enum
{
  KD_SQLITE_DEFAULT = 0,        /* must exist; read and write */
  KD_SQLITE_READ_ONLY = 1 << 0, /* a reader: statements that write fail */
  KD_SQLITE_CREATE = 1 << 1,    /* made if missing, its folders too (0600, 0700) */
} KdSqliteFlags;

#define KD_SQLITE_BUSY_TIMEOUT_MS 5000

/**
 * kd_sqlite_open:
 * @path: a file name
 *
 * Opens and reads the database's first page, so that what is locked, damaged or no database is
 * said here and not at the first query. Owned by the calling thread. Statements have the functions
 * kd_fold(text), which is kd_text_fold(), kd_tail(text), its digits from the last one on, and
 * kd_shop_tx(), see kd_sqlite_set_guard().
 */
KdSqlConnection *kd_sqlite_open (const char *path, KdSqliteFlags flags, GError **error);

const char *kd_sqlite_get_path (KdSqlConnection *connection);

/**
 * kd_sqlite_check_durable:
 *
 * Whether commits survive a power cut: WAL, synchronous=FULL, foreign keys on.
 */
gboolean kd_sqlite_check_durable (KdSqlConnection *connection, GError **error);

/**
 * kd_sqlite_set_guard:
 * @open: whether a shop transaction is open
 *
 * What the SQL function kd_shop_tx() gives in guard triggers of synced tables. It is FALSE at the
 * start, and after every end of a transaction, however it ends. A connection that made sure of the
 * triggers leaves them alone, and refuses statements that write a guarded table while it is FALSE.
 */
void kd_sqlite_set_guard (KdSqlConnection *connection, gboolean open);

/**
 * kd_sqlite_backup:
 * @path: replaced whole, or left as it was on failure
 *
 * Copies the database as it is now, while others read it, into one file of mode 0600.
 */
gboolean kd_sqlite_backup (KdSqlConnection *connection, const char *path, GError **error);

/**
 * kd_sqlite_quick_check:
 *
 * PRAGMA quick_check; %KD_SQL_ERROR_CORRUPT names the first fault. May be interrupted.
 */
gboolean kd_sqlite_quick_check (KdSqlConnection *connection, GError **error);

/* Another one than %KD_SQLITE_BUSY_TIMEOUT_MS, for tries that may not wait. */
void kd_sqlite_set_busy_timeout (KdSqlConnection *connection, int ms);

/* The same for every connection that is opened from now on: for tests. */
void kd_sqlite_set_default_busy_timeout (int ms);

/**
 * kd_sqlite_checkpoint:
 *
 * Moves the WAL into the database and empties it, where no reader needs it: before closing, and
 * after bulk loads. Busy readers are no error.
 */
gboolean kd_sqlite_checkpoint (KdSqlConnection *connection, GError **error);

/**
 * kd_sqlite_load_begin:
 *
 * From here on commits are not flushed one by one: for a new database that nobody else uses yet,
 * and that is thrown away if kd_sqlite_load_end() isn't reached.
 */
gboolean kd_sqlite_load_begin (KdSqlConnection *connection, GError **error);

/**
 * kd_sqlite_load_end:
 *
 * Puts all of it on the disk; commits are durable again.
 */
gboolean kd_sqlite_load_end (KdSqlConnection *connection, GError **error);

G_END_DECLS
