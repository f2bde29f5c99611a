/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-wire-call.h"

#include <string.h>

void
kd_store_status_free (KdStoreStatus *status)
{
  if (status == NULL)
    return;
  g_free (status->state);
  g_free (status->pause_reason);
  g_free (status);
}

KdStoreStatus *
kd_store_status (KdStore *store,
                 KdSqlConnection *connection,
                 GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT (SELECT count(*) FROM outbox), (SELECT ifnull(min(made_at), 0) FROM outbox),"
    " (SELECT count(*) FROM sync_problem WHERE state=0), (SELECT count(*) FROM conflict WHERE state='open'),"
    " (SELECT count(*) FROM task WHERE state='open'), last_pull_ok, last_push_ok, cur_seq, seen_head, state,"
    " pause_reason, (SELECT count(*) FROM search_stale), clock_offset_ms FROM sync_state", error);
  KdStoreStatus *status;

  if (read == NULL || kd_sql_step (read, error) != KD_SQL_ROW)
    return NULL;
  status = g_new0 (KdStoreStatus, 1);
  status->waiting = (guint) kd_sql_column_int64 (read, 0);
  status->oldest = kd_sql_column_int64 (read, 1);
  status->problems = (guint) kd_sql_column_int64 (read, 2);
  status->conflicts = (guint) kd_sql_column_int64 (read, 3);
  status->tasks = (guint) kd_sql_column_int64 (read, 4);
  status->last_pull_ok = kd_sql_column_int64 (read, 5);
  status->last_push_ok = kd_sql_column_int64 (read, 6);
  status->cur_seq = kd_sql_column_int64 (read, 7);
  status->seen_head = kd_sql_column_int64 (read, 8);
  status->state = kd_sql_column_dup_text (read, 9);
  status->pause_reason = kd_sql_column_dup_text (read, 10);
  status->indexing = (guint) kd_sql_column_int64 (read, 11);
  status->clock_offset = kd_sql_column_int64 (read, 12);
  return status;
}

void
kd_queue_entry_free (KdQueueEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->name);
  kd_summary_clear (&entry->summary);
  g_free (entry->code);
  g_free (entry->detail);
  g_free (entry->last_error);
  g_free (entry);
}

static const char queue_sql[] =
  "SELECT uid, op, made_at, 1, 1, 0, name, ver, args, code, detail, 0, NULL, 0 AS late, 0 AS place"
  "  FROM sync_problem WHERE state=0 UNION ALL "
  "SELECT uid, op, made_at, mut_no IS NOT NULL, 0, refused_here IS NOT NULL OR waits_for IS NOT NULL, name, ver, args,"
  "  refused_here, NULL, attempts, last_error, 1, id FROM outbox ORDER BY late, place LIMIT ?1";

GPtrArray *
kd_store_queue (KdStore *store,
                KdSqlConnection *connection,
                guint limit,
                GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, queue_sql, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_queue_entry_free);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  kd_sql_bind_int64 (read, 1, limit > 0 ? (gint64) limit : -1);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdQueueEntry *entry = g_new0 (KdQueueEntry, 1);
      g_autoptr (KdCall) call = NULL;

      kd_sql_column_id (read, 0, &entry->uid);
      kd_sql_column_id (read, 1, &entry->operation);
      entry->made_at = kd_sql_column_int64 (read, 2);
      entry->sealed = kd_sql_column_int64 (read, 3) != 0;
      entry->problem = kd_sql_column_int64 (read, 4) != 0;
      entry->waits = kd_sql_column_int64 (read, 5) != 0;
      entry->name = kd_sql_column_dup_text (read, 6);
      entry->code = kd_sql_column_dup_text (read, 9);
      entry->detail = kd_sql_column_dup_text (read, 10);
      entry->attempts = (guint) kd_sql_column_int64 (read, 11);
      entry->last_error = kd_sql_column_dup_text (read, 12);
      call = kd_wire_call_parse (entry->name, (guint) kd_sql_column_int64 (read, 7), kd_sql_column_text (read, 8),
                                 KD_WIRE_READ_OWN, NULL);
      if (call != NULL)
        kd_mutation_summary (call->mutation, call->args, &entry->summary);
      g_ptr_array_add (entries, entry);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&entries) : NULL;
}

char *
kd_store_export_unsent (KdStore *store,
                        KdSqlConnection *connection,
                        GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT uid, name, ver, made_at, args FROM outbox ORDER BY id", error);
  g_autoptr (GString) json = g_string_new ("[");
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      char text[KD_ID_TEXT_LENGTH + 1];
      KdId uid = KD_ID_NONE;

      kd_sql_column_id (read, 0, &uid);
      g_string_append_printf (json, "%s\n{\"args\":%s,\"made_at\":%" G_GINT64_FORMAT ",\"name\":\"%s\",\"uid\":\"%s\",\"v\":%d}",
                              json->len > 1 ? "," : "", kd_sql_column_text (read, 4), kd_sql_column_int64 (read, 3),
                              kd_sql_column_text (read, 1), kd_id_to_text (&uid, text), (int) kd_sql_column_int64 (read, 2));
    }
  g_string_append (json, "\n]\n");
  return step == KD_SQL_DONE ? g_string_free (g_steal_pointer (&json), FALSE) : NULL;
}

/* ---- discard, and what to do with a refused change ---- */

typedef struct
{
  KdStore *store;
  KdId uid;
  gboolean retry;
} SettleTask;

/* The entry and every unsealed later one that touches what it wrote. What has a number may be on its
 * way: the server says what becomes of it, also where it does nothing here. */
static gboolean
find_with_dependents (KdSqlConnection *connection,
                      const KdId *uid,
                      GArray *ids,
                      GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "WITH RECURSIVE gone(id) AS (SELECT id FROM outbox WHERE uid=?1 AND mut_no IS NULL"
    " UNION SELECT b.outbox_id FROM gone JOIN outbox_touch a ON a.outbox_id=gone.id AND a.mode=1"
    " JOIN outbox_touch b ON b.kind=a.kind AND b.row_id=a.row_id AND b.outbox_id > gone.id"
    " JOIN outbox o ON o.id=b.outbox_id AND o.mut_no IS NULL) SELECT id FROM gone", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, uid);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      gint64 id = kd_sql_column_int64 (read, 0);
      g_array_append_val (ids, id);
    }
  return step == KD_SQL_DONE;
}

static gboolean
discard_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  SettleTask *task = data;
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (task->store, connection, KD_CHANGE_DISCARD);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || !find_with_dependents (connection, &task->uid, ids, error))
    return FALSE;
  if (ids->len == 0)
    {
      g_set_error_literal (error, KD_STORE_ERROR, KD_STORE_ERROR_REFUSED, "already sent");
      return FALSE;
    }
  if (!kd_store_drop_entries (rows, ids, error) || !kd_sql_commit (&transaction, error))
    return FALSE;
  rows->changes->status = TRUE;
  kd_store_rows_publish (rows);
  return TRUE;
}

static gboolean
retry_problem (KdStoreRows *rows,
               const KdId *uid,
               GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    rows->connection, "SELECT name, ver, args FROM sync_problem WHERE uid=?1", error);
  g_autoptr (KdCall) call = NULL;
  g_autoptr (KdCommit) commit = g_new0 (KdCommit, 1);
  guint position = 0;
  KdId operation = kd_store_new_id (rows->store);
  GError *failed = NULL;

  commit->uids = g_array_new (FALSE, FALSE, sizeof (KdId));
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, uid);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  call = kd_wire_call_parse (kd_sql_column_text (read, 0), (guint) kd_sql_column_int64 (read, 1),
                             kd_sql_column_text (read, 2), KD_WIRE_READ_OWN, error);
  if (call == NULL)
    return FALSE;
  if (kd_store_enqueue (rows, call, &operation, &position, FALSE, commit, &failed))
    return TRUE;
  if (failed != NULL)
    g_propagate_error (error, failed);
  else
    g_set_error_literal (error, KD_STORE_ERROR, KD_STORE_ERROR_REFUSED, commit->outcome.code);
  return FALSE;
}

static gboolean
settle_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  SettleTask *task = data;
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (task->store, connection, KD_CHANGE_EDIT);
  g_autoptr (KdSqlStatement) done = NULL;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || (task->retry && !retry_problem (rows, &task->uid, error)))
    return FALSE;
  done = kd_sql_prepare (connection, "UPDATE sync_problem SET state=1 WHERE uid=?1", error);
  if (done == NULL)
    return FALSE;
  kd_sql_bind_id (done, 1, &task->uid);
  if (!kd_sql_run (done, error) || !kd_sql_commit (&transaction, error))
    return FALSE;
  rows->changes->status = TRUE;
  kd_store_rows_publish (rows);
  return TRUE;
}

static void
settled_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    g_task_return_error (task, kd_store_translate (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
start (KdStore *store,
       KdSqlWorkFunc work,
       const KdId *uid,
       gboolean retry,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer data)
{
  GTask *task = g_task_new (store, cancellable, callback, data);
  SettleTask *settle = g_new0 (SettleTask, 1);

  settle->store = store;
  settle->uid = *uid;
  settle->retry = retry;
  kd_sql_worker_run_async (store->writer, KD_SQL_INTERACTIVE, work, settle, g_free, NULL, settled_cb, task);
}

void
kd_store_discard_async (KdStore *store,
                        const KdId *uid,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  start (store, discard_work, uid, FALSE, cancellable, callback, data);
}

gboolean
kd_store_discard_finish (KdStore *store,
                         GAsyncResult *result,
                         GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
kd_store_settle_problem_async (KdStore *store,
                               const KdId *uid,
                               gboolean retry,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  start (store, settle_work, uid, retry, cancellable, callback, data);
}

gboolean
kd_store_settle_problem_finish (KdStore *store,
                                GAsyncResult *result,
                                GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
