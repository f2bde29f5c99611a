/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql.h"

G_BEGIN_DECLS

/* One thread that owns one connection, and the queue of work for it. */

typedef enum
{
  KD_SQL_INTERACTIVE = 0, /* a person waits */
  KD_SQL_SYNC,
  KD_SQL_BULK,            /* imports, one chunk at a time */
  KD_SQL_BACKGROUND,      /* indexing, tidying */
} KdSqlPriority;
#define KD_SQL_N_PRIORITIES 4

typedef enum
{
  KD_SQL_WORKER_THREAD = 0,
  KD_SQL_WORKER_AT_ONCE,  /* no thread: runs inside kd_sql_worker_run_async() */
  KD_SQL_WORKER_MANUAL,   /* no thread: runs inside kd_sql_worker_iterate() */
} KdSqlWorkerMode;

#define KD_TYPE_SQL_WORKER (kd_sql_worker_get_type ())
G_DECLARE_FINAL_TYPE (KdSqlWorker, kd_sql_worker, KD, SQL_WORKER, GObject)

/**
 * KdSqlWorkFunc:
 * @connection: (nullable): the worker's
 * @data: question and answer in one; no other thread touches it meanwhile
 *
 * Runs on the worker's thread. A transaction that it leaves open is rolled back.
 */
typedef gboolean (*KdSqlWorkFunc) (KdSqlConnection *connection,
                                   gpointer         data,
                                   GCancellable    *cancellable,
                                   GError         **error);

/**
 * kd_sql_worker_new:
 * @name: of the thread, at most 15 bytes
 * @connection: (transfer full) (nullable): may also come later, from a task
 */
KdSqlWorker *kd_sql_worker_new (const char *name, KdSqlWorkerMode mode, KdSqlConnection *connection);

/**
 * kd_sql_worker_take_connection:
 * @connection: (transfer full)
 *
 * For a task that opens the database on the worker's own thread: inside its function, once.
 */
void kd_sql_worker_take_connection (KdSqlWorker *worker, KdSqlConnection *connection);

/**
 * kd_sql_worker_run_async:
 * @data: given to @func; freed by @destroy after @callback, on the caller's context
 * @cancellable: (nullable): cancelling it before the task begins leaves it out; while it runs, its
 *   statements are interrupted (and only its own), which is how a superseded search ends
 * @callback: (nullable): called from the main context that is the caller's thread default
 *
 * First in, first out within a priority; higher ones go first.
 */
void kd_sql_worker_run_async (KdSqlWorker        *worker,
                              KdSqlPriority       priority,
                              KdSqlWorkFunc       func,
                              gpointer            data,
                              GDestroyNotify      destroy,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);

/* What the function returned. A cancelled task gives G_IO_ERROR_CANCELLED, one that came after
 * the shutdown G_IO_ERROR_CLOSED. */
gboolean kd_sql_worker_run_finish (KdSqlWorker *worker, GAsyncResult *result, GError **error);

/* (transfer none): the task's @data, for the callback */
gpointer kd_sql_worker_result_get_data (GAsyncResult *result);

/**
 * kd_sql_worker_run:
 *
 * Waits for its end: for programs without a main loop and for tests; never on a thread that
 * serves people. In the manual mode it runs what is queued up to it.
 */
gboolean kd_sql_worker_run (KdSqlWorker  *worker,
                            KdSqlPriority priority,
                            KdSqlWorkFunc func,
                            gpointer      data,
                            GError      **error);

/**
 * kd_sql_worker_iterate:
 *
 * Manual mode: runs the next task.
 *
 * Returns: whether there was one
 */
gboolean kd_sql_worker_iterate (KdSqlWorker *worker);

/* Tasks queued and running. Any thread. */
guint kd_sql_worker_get_pending (KdSqlWorker *worker);

/* Waits until all that is queued now has run. */
void kd_sql_worker_flush (KdSqlWorker *worker);

/**
 * kd_sql_worker_shutdown:
 * @last: tasks of this and higher priorities are still run, the others are cancelled
 *
 * Takes no more work, ends what is queued, closes the connection on its thread and joins it. The
 * last unref does the same with %KD_SQL_BACKGROUND.
 */
void kd_sql_worker_shutdown (KdSqlWorker *worker, KdSqlPriority last);

G_END_DECLS
