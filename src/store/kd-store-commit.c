/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-wire-call.h"

#include <string.h>

void
kd_commit_free (KdCommit *commit)
{
  if (commit == NULL)
    return;
  kd_outcome_clear (&commit->outcome);
  g_array_unref (commit->uids);
  g_clear_pointer (&commit->refused_rows, g_ptr_array_unref);
  g_free (commit->label);
  g_free (commit->value);
  g_free (commit);
}

static KdCommit *
commit_new (void)
{
  KdCommit *commit = g_new0 (KdCommit, 1);

  commit->refused = -1;
  commit->uids = g_array_new (FALSE, FALSE, sizeof (KdId));
  return commit;
}

/* The picture that the call names, where it is still to be sent: the server takes the call only then. */
static const KdHash *
find_blob (const KdCall *call)
{
  static const KdHash none = { { 0 } };
  const KdShape *shape = call->mutation->args;

  for (guint i = 0; i < shape->n_fields; i++)
    if (shape->fields[i].type == KD_TYPE_BLOB_HASH && !kd_field_is_default (&shape->fields[i], call->args))
      return kd_field_at (&shape->fields[i], call->args);
  return &none;
}

static gboolean
insert_outbox (KdStoreRows *rows,
               KdOutboxEntry *entry,
               const KdHash *blob,
               gboolean bulk,
               GError **error)
{
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    rows->connection,
    "INSERT INTO outbox(uid, name, ver, args, made_at, base_seq, op, bulk, waits_for)"
    " VALUES(?1, ?2, ?3, ?4, ?5, (SELECT cur_seq FROM sync_state), ?6, ?7,"
    " (SELECT sha256 FROM blob WHERE sha256=?8 AND state<>1))", error);

  if (insert == NULL)
    return FALSE;
  kd_sql_bind_id (insert, 1, &entry->uid);
  kd_sql_bind_text (insert, 2, entry->name);
  kd_sql_bind_int64 (insert, 3, entry->ver);
  kd_sql_bind_text (insert, 4, entry->args);
  kd_sql_bind_int64 (insert, 5, entry->made_at);
  kd_sql_bind_id (insert, 6, &entry->op);
  kd_sql_bind_int64 (insert, 7, bulk);
  kd_sql_bind_hash (insert, 8, blob);
  if (!kd_sql_run (insert, error))
    return FALSE;
  entry->id = kd_sql_last_rowid (rows->connection);
  return TRUE;
}

static char *
inverse_text (GPtrArray *calls)
{
  GString *text;

  if (calls->len == 0)
    return NULL;
  text = g_string_new ("[");
  for (guint i = 0; i < calls->len; i++)
    {
      g_autofree char *one = kd_wire_call_to_json (g_ptr_array_index (calls, i));
      if (i > 0)
        g_string_append_c (text, ',');
      g_string_append (text, one);
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static gboolean
insert_step (KdSqlConnection *connection,
             const KdId *operation,
             guint position,
             const KdId *uid,
             const char *inverse,
             GError **error)
{
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    connection, "INSERT INTO operation_step(operation, pos, uid, inverse) VALUES(?1, ?2, ?3, ?4)", error);

  if (insert == NULL)
    return FALSE;
  kd_sql_bind_id (insert, 1, operation);
  kd_sql_bind_int64 (insert, 2, position);
  kd_sql_bind_id (insert, 3, uid);
  kd_sql_bind_text (insert, 4, inverse);
  return kd_sql_run (insert, error);
}

/* Offline the till prints "<device letter>-<counter>": an argument, so that it stays for ever. The
 * counter moves in the transaction that uses it, so no number is given twice. */
static gboolean
fill_alias (KdStoreRows *rows,
            KdCall *call,
            GError **error)
{
  const KdField *field = kd_shape_find (call->mutation->args, "alias");
  const char *letter = rows->store->identity.letter;
  gint64 next;

  if (field == NULL || letter == NULL || !kd_field_is_default (field, call->args))
    return TRUE;
  if (!kd_sql_query_int64 (rows->connection, "SELECT next_alias FROM sync_state", 1, &next, error)
      || !kd_sql_exec (rows->connection, "UPDATE sync_state SET next_alias=next_alias + 1", error))
    return FALSE;
  *(char **) kd_field_at (field, call->args) = g_strdup_printf ("%s-%" G_GINT64_FORMAT, letter, next);
  return TRUE;
}

/* Rows that the call left out though it was applied. */
static void
keep_refused_rows (KdCommit *commit)
{
  GVariant *rows;

  if (commit->outcome.detail == NULL)
    return;
  rows = g_variant_dict_lookup_value (commit->outcome.detail, "refused", G_VARIANT_TYPE ("aa{sv}"));
  if (rows == NULL)
    return;
  if (commit->refused_rows == NULL)
    commit->refused_rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_ptr_array_add (commit->refused_rows, rows);
}

gboolean
kd_store_enqueue (KdStoreRows *rows,
                  KdCall *call,
                  const KdId *operation,
                  guint *position,
                  gboolean courtesy,
                  KdCommit *commit,
                  GError **error)
{
  KdStore *store = rows->store;
  g_autofree char *args = NULL;
  KdOutboxEntry entry = { .name = (char *) call->mutation->name, .ver = call->mutation->version, .op = *operation };
  g_autoptr (GPtrArray) inverse = NULL;
  g_autofree char *text = NULL;
  KdContext ctx;

  if (!fill_alias (rows, call, error))
    return FALSE;
  entry.args = args = kd_wire_call_to_args (call);
  entry.uid = kd_store_new_id (store);
  entry.made_at = kd_store_now (store);
  kd_outcome_clear (&commit->outcome);
  kd_store_context (store, &entry, &ctx);
  kd_store_rows_begin (rows, 0, &ctx.actor.id);
  if (!kd_mutation_check_args (call->mutation, call->args, &commit->outcome)
      || !kd_mutation_may (call->mutation, &rows->rows, &ctx, call->args, &commit->outcome)
      || (courtesy && !kd_mutation_check (call->mutation, &rows->rows, &ctx, call->args, &commit->outcome)))
    return FALSE;
  inverse = kd_mutation_inverse (call->mutation, &rows->rows, &ctx, call->args);
  if (!insert_outbox (rows, &entry, find_blob (call), rows->bulk, error))
    return FALSE;
  kd_store_rows_begin (rows, entry.id, &ctx.actor.id);
  if (!kd_mutation_apply (call->mutation, &rows->rows, &ctx, call->args, &commit->outcome))
    {
      kd_store_rows_failed_with (rows, error);
      return FALSE;
    }
  keep_refused_rows (commit);
  kd_store_rows_end (rows);
  if (kd_store_rows_failed_with (rows, error))
    return FALSE;
  text = inverse_text (inverse);
  if (!insert_step (rows->connection, operation, (*position)++, &entry.uid, text, error))
    return FALSE;
  g_array_append_val (commit->uids, entry.uid);
  g_array_append_val (rows->changes->uids, entry.uid);
  return TRUE;
}

static gboolean
ensure_operation (KdStore *store,
                  KdSqlConnection *connection,
                  const KdId *operation,
                  const char *label,
                  const char *value,
                  guint *ret_position,
                  GError **error)
{
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    connection, "INSERT OR IGNORE INTO operation(id, label, value, made_at) VALUES(?1, ?2, ?3, ?4)", error);
  g_autoptr (KdSqlStatement) count = NULL;

  if (insert == NULL)
    return FALSE;
  kd_sql_bind_id (insert, 1, operation);
  kd_sql_bind_text (insert, 2, label);
  kd_sql_bind_text (insert, 3, value);
  kd_sql_bind_int64 (insert, 4, kd_store_now (store));
  if (!kd_sql_run (insert, error))
    return FALSE;
  count = kd_sql_prepare (connection, "SELECT ifnull(max(pos) + 1, 0) FROM operation_step WHERE operation=?1", error);
  if (count == NULL)
    return FALSE;
  kd_sql_bind_id (count, 1, operation);
  if (kd_sql_step (count, error) != KD_SQL_ROW)
    return FALSE;
  *ret_position = (guint) kd_sql_column_int64 (count, 0);
  return TRUE;
}

/* A bulk load of products leaves their full text to one rebuild at its end. */
gboolean
kd_store_rows_leave_search (KdStoreRows *rows,
                            GError **error)
{
  return kd_store_search_set_stale (rows->store, rows->connection, &kd_kind_product, error)
         && kd_store_search_set_stale (rows->store, rows->connection, &kd_kind_variant, error)
         && kd_store_search_set_stale (rows->store, rows->connection, &kd_kind_variant_code, error);
}

static gboolean
set_bulk (KdStoreRows *rows,
          GPtrArray *calls,
          GError **error)
{
  const KdCall *first = calls->len > 0 ? g_ptr_array_index (calls, 0) : NULL;

  rows->bulk = TRUE;
  return first == NULL || strcmp (first->mutation->name, "catalog.import_chunk") != 0
         || kd_store_rows_leave_search (rows, error);
}

static KdCommit *
run_commit (KdStore *store,
            KdSqlConnection *connection,
            const KdId *operation,
            const char *label,
            const char *value,
            GPtrArray *calls,
            gboolean bulk,
            gboolean (*also) (KdSqlConnection *connection, gpointer data, GError **error),
            gpointer also_data,
            GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (store, connection, KD_CHANGE_EDIT);
  g_autoptr (KdCommit) commit = commit_new ();
  guint32 stale = store->stale;
  guint position = 0;
  GError *failed = NULL;

  commit->operation = operation != NULL ? *operation : kd_store_new_id (store);
  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || !ensure_operation (store, connection, &commit->operation, label, value, &position, error)
      || (bulk && !set_bulk (rows, calls, error)))
    {
      store->stale = stale;
      return NULL;
    }
  for (guint i = 0; i < calls->len; i++)
    if (!kd_store_enqueue (rows, g_ptr_array_index (calls, i), &commit->operation, &position, !bulk, commit, &failed))
      {
        store->stale = stale;
        if (failed != NULL)
          {
            g_propagate_error (error, failed);
            return NULL;
          }
        commit->refused = (int) i;
        g_array_set_size (commit->uids, 0);
        return g_steal_pointer (&commit);
      }
  if ((also != NULL && !also (connection, also_data, error))
      || !kd_sql_commit (&transaction, error))
    {
      store->stale = stale;
      return NULL;
    }
  rows->changes->status = TRUE;
  commit->generation = kd_store_rows_publish (rows);
  return g_steal_pointer (&commit);
}

KdCommit *
kd_store_commit_in (KdStore *store,
                    KdSqlConnection *connection,
                    const KdId *operation,
                    const char *label,
                    const char *value,
                    GPtrArray *calls,
                    gboolean (*also) (KdSqlConnection *connection, gpointer data, GError **error),
                    gpointer also_data,
                    GError **error)
{
  return run_commit (store, connection, operation, label, value, calls, TRUE, also, also_data, error);
}

typedef struct
{
  KdStore *store;
  char *label, *value;
  GPtrArray *calls;
  gboolean bulk;
  KdCommit *commit;
} CommitTask;

static void
commit_task_free (gpointer data)
{
  CommitTask *task = data;

  g_free (task->label);
  g_free (task->value);
  g_ptr_array_unref (task->calls);
  g_clear_pointer (&task->commit, kd_commit_free);
  g_free (task);
}

static gboolean
commit_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  CommitTask *task = data;

  task->commit = run_commit (task->store, connection, NULL, task->label, task->value, task->calls,
                             task->bulk, NULL, NULL, error);
  return task->commit != NULL;
}

static void
commit_done_cb (GObject *source,
                GAsyncResult *result,
                gpointer data)
{
  g_autoptr (GTask) task = data;
  CommitTask *work = kd_sql_worker_result_get_data (result);
  GError *error = NULL;

  if (!kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    g_task_return_error (task, kd_store_translate (error));
  else
    g_task_return_pointer (task, g_steal_pointer (&work->commit), (GDestroyNotify) kd_commit_free);
}

static CommitTask *
commit_task_new (KdStore *store,
                 const char *label,
                 const char *value,
                 GPtrArray *calls)
{
  CommitTask *work = g_new0 (CommitTask, 1);

  work->store = store;
  work->label = g_strdup (label);
  work->value = g_strdup (value);
  work->calls = calls;
  return work;
}

void
kd_store_commit_async (KdStore *store,
                       const char *label,
                       const char *label_value,
                       GPtrArray *calls,
                       KdSqlPriority priority,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  GTask *task = g_task_new (store, cancellable, callback, data);
  CommitTask *work = commit_task_new (store, label, label_value, calls);

  g_task_set_source_tag (task, kd_store_commit_async);
  /* Once queued it can't be cancelled: what was typed is kept. */
  g_task_set_check_cancellable (task, FALSE);
  work->bulk = priority >= KD_SQL_BULK;
  kd_sql_worker_run_async (store->writer, priority, commit_work, work, commit_task_free, NULL, commit_done_cb, task);
}

KdCommit *
kd_store_commit_finish (KdStore *store,
                        GAsyncResult *result,
                        GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

KdCommit *
kd_store_commit (KdStore *store,
                 const char *label,
                 GPtrArray *calls,
                 GError **error)
{
  CommitTask *work = commit_task_new (store, label, NULL, calls);
  KdCommit *commit = NULL;
  GError *failed = NULL;

  if (kd_sql_worker_run (store->writer, KD_SQL_INTERACTIVE, commit_work, work, &failed))
    commit = g_steal_pointer (&work->commit);
  else
    g_propagate_error (error, kd_store_translate (failed));
  commit_task_free (work);
  return commit;
}
