/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-wire-call.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* The undo log (rules 7). An undo is an operation of its own: unsealed entries are discarded,
 * sealed ones answered by their inverses, last first, in one commit. */

/* From so many bytes of arguments on, full text is rebuilt rather than changed row by row. */
#define MANY_BYTES (1024 * 1024)

#define UNDO_KEPT_MS (G_GINT64_CONSTANT (30) * 24 * 3600 * 1000)

typedef struct
{
  KdId uid;
  char *inverse;
  gint64 outbox_id;       /* 0: sealed and gone, or archived */
  gboolean sealed;
  char *name, *args;      /* of an unsealed entry */
  guint ver;
} Step;

static void
step_clear (gpointer data)
{
  Step *step = data;

  g_free (step->inverse);
  g_free (step->name);
  g_free (step->args);
}

typedef struct
{
  KdStore *store;
  KdId operation;         /* none: the newest */
  gboolean redo;
  KdCommit *commit;
} UndoTask;

static void
undo_task_free (gpointer data)
{
  UndoTask *task = data;

  g_clear_pointer (&task->commit, kd_commit_free);
  g_free (task);
}

/* The newest operation that can be taken back; none found leaves @ret_operation untouched. */
static gboolean
find_operation (KdSqlConnection *connection,
                gboolean redo,
                gint64 since,
                KdId *ret_operation,
                GError **error)
{
  g_autoptr (KdSqlStatement) find = kd_sql_prepare (
    connection,
    redo ? "SELECT o.id FROM operation o WHERE o.state=0 AND o.undoes IS NOT NULL AND NOT EXISTS("
           " SELECT 1 FROM operation n WHERE n.rowid > o.rowid AND n.undoes IS NULL AND n.redoes IS NULL)"
           " AND o.made_at > ?1 ORDER BY o.rowid DESC LIMIT 1"
         : "SELECT o.id FROM operation o WHERE o.state=0 AND o.undoes IS NULL AND o.made_at > ?1 AND EXISTS("
           " SELECT 1 FROM operation_step s WHERE s.operation=o.id AND s.inverse IS NOT NULL)"
           " ORDER BY o.rowid DESC LIMIT 1", error);
  KdSqlStep step;

  if (find == NULL)
    return FALSE;
  kd_sql_bind_int64 (find, 1, since);
  step = kd_sql_step (find, error);
  if (step == KD_SQL_ROW)
    kd_sql_column_id (find, 0, ret_operation);
  return step != KD_SQL_ERRED;
}

static GArray *
load_steps (KdSqlConnection *connection,
            const KdId *operation,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT s.uid, s.inverse, ifnull(b.id, 0), b.mut_no IS NOT NULL, b.name, b.args, b.ver"
    " FROM operation_step s LEFT JOIN outbox b ON b.uid=s.uid WHERE s.operation=?1 ORDER BY s.pos DESC", error);
  GArray *steps = g_array_new (FALSE, TRUE, sizeof (Step));
  KdSqlStep state = KD_SQL_ERRED;

  g_array_set_clear_func (steps, step_clear);
  if (read != NULL)
    {
      kd_sql_bind_id (read, 1, operation);
      while ((state = kd_sql_step (read, error)) == KD_SQL_ROW)
        {
          Step step = { 0 };

          kd_sql_column_id (read, 0, &step.uid);
          step.inverse = kd_sql_column_dup_text (read, 1);
          step.outbox_id = kd_sql_column_int64 (read, 2);
          step.sealed = kd_sql_column_int64 (read, 3) != 0;
          step.name = kd_sql_column_dup_text (read, 4);
          step.args = kd_sql_column_dup_text (read, 5);
          step.ver = (guint) kd_sql_column_int64 (read, 6);
          g_array_append_val (steps, step);
        }
    }
  if (state != KD_SQL_DONE)
    g_clear_pointer (&steps, g_array_unref);
  return steps;
}

/* Whether an entry of another operation reads or writes what this one wrote. */
static gboolean
has_dependents (KdSqlConnection *connection,
                gint64 outbox_id,
                const KdId *operation,
                gboolean *ret_has,
                GError **error)
{
  g_autoptr (KdSqlStatement) find = kd_sql_prepare (
    connection,
    "SELECT 1 FROM outbox_touch a JOIN outbox_touch b ON b.kind=a.kind AND b.row_id=a.row_id"
    " JOIN outbox o ON o.id=b.outbox_id"
    " WHERE a.outbox_id=?1 AND a.mode=1 AND b.outbox_id > ?1 AND o.op IS NOT ?2 LIMIT 1", error);
  KdSqlStep step;

  if (find == NULL)
    return FALSE;
  kd_sql_bind_int64 (find, 1, outbox_id);
  kd_sql_bind_id (find, 2, operation);
  step = kd_sql_step (find, error);
  *ret_has = step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

static gboolean
begin_undo_operation (KdStore *store,
                      KdSqlConnection *connection,
                      const KdId *operation,
                      const KdId *undoes,
                      gboolean redo,
                      KdCommit *commit,
                      GError **error)
{
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    connection,
    "INSERT INTO operation(id, label, value, made_at, undoes, redoes)"
    " SELECT ?1, label, value, ?3, CASE WHEN NOT ?4 THEN id END, CASE WHEN ?4 THEN id END"
    " FROM operation WHERE id=?2", error);
  g_autoptr (KdSqlStatement) mark = kd_sql_prepare (connection, "UPDATE operation SET state=1 WHERE id=?1", error);
  g_autoptr (KdSqlStatement) label = kd_sql_prepare (connection, "SELECT label, value FROM operation WHERE id=?1", error);

  if (insert == NULL || mark == NULL || label == NULL)
    return FALSE;
  kd_sql_bind_id (insert, 1, operation);
  kd_sql_bind_id (insert, 2, undoes);
  kd_sql_bind_int64 (insert, 3, kd_store_now (store));
  kd_sql_bind_int64 (insert, 4, redo);
  kd_sql_bind_id (mark, 1, undoes);
  kd_sql_bind_id (label, 1, undoes);
  if (!kd_sql_run (insert, error) || !kd_sql_run (mark, error) || kd_sql_step (label, error) == KD_SQL_ERRED)
    return FALSE;
  commit->label = kd_sql_column_dup_text (label, 0);
  commit->value = kd_sql_column_dup_text (label, 1);
  return TRUE;
}

static gboolean
keep_for_redo (KdSqlConnection *connection,
               const KdId *operation,
               guint *position,
               const Step *step,
               GError **error)
{
  g_autofree char *call = g_strdup_printf ("[{\"args\":%s,\"name\":\"%s\",\"v\":%u}]", step->args, step->name, step->ver);
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    connection, "INSERT INTO operation_step(operation, pos, inverse) VALUES(?1, ?2, ?3)", error);

  if (insert == NULL)
    return FALSE;
  kd_sql_bind_id (insert, 1, operation);
  kd_sql_bind_int64 (insert, 2, (*position)++);
  kd_sql_bind_text (insert, 3, call);
  return kd_sql_run (insert, error);
}

/* Runs the stored inverse calls of one step. What is refused is counted as left. */
static gboolean
run_inverse (KdStoreRows *rows,
             const Step *step,
             const KdId *operation,
             guint *position,
             KdCommit *commit,
             GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (step->inverse, NULL);
  JsonArray *calls = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = calls != NULL ? json_array_get_length (calls) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = json_to_string (json_array_get_element (calls, i), FALSE);
      g_autoptr (KdCall) call = kd_wire_call_from_json (text, KD_WIRE_READ_OWN, error);
      GError *failed = NULL;

      if (call == NULL || !kd_sql_savepoint (rows->connection, "undo", error))
        return FALSE;
      if (!kd_store_enqueue (rows, call, operation, position, FALSE, commit, &failed))
        {
          if (failed != NULL)
            {
              g_propagate_error (error, failed);
              return FALSE;
            }
          commit->n_left++;
          if (!kd_store_rows_rollback_to (rows, "undo", error))
            return FALSE;
          continue;
        }
      if (commit->outcome.detail != NULL)
        {
          g_autoptr (GVariant) left = g_variant_dict_lookup_value (commit->outcome.detail, "left", NULL);
          commit->n_left += left != NULL ? (guint) g_variant_n_children (left) : 0;
        }
      if (!kd_sql_release (rows->connection, "undo", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
undo_steps (KdStoreRows *rows,
            GArray *steps,
            const KdId *undoes,
            const KdId *operation,
            KdCommit *commit,
            GError **error)
{
  g_autoptr (GArray) drop = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint position = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      Step *step = &g_array_index (steps, Step, i);
      gboolean dependents = FALSE;

      if (step->outbox_id == 0 || step->sealed)
        continue;
      if (!has_dependents (rows->connection, step->outbox_id, undoes, &dependents, error))
        return FALSE;
      if (dependents)
        step->sealed = TRUE; /* answered by its inverse, like one that went out */
      else
        g_array_append_val (drop, step->outbox_id);
    }
  if (drop->len > 0 && !kd_store_drop_entries (rows, drop, error))
    return FALSE;
  for (guint i = 0; i < steps->len; i++)
    {
      const Step *step = &g_array_index (steps, Step, i);

      if (step->outbox_id != 0 && !step->sealed)
        {
          if (!keep_for_redo (rows->connection, operation, &position, step, error))
            return FALSE;
        }
      else if (step->inverse != NULL
               && !run_inverse (rows, step, operation, &position, commit, error))
        return FALSE;
    }
  return TRUE;
}

/* What an import made goes by the thousand: its words are taken out by one rebuild afterwards. */
static gboolean
leave_search (KdStoreRows *rows,
              GArray *steps,
              GError **error)
{
  gsize bytes = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      const Step *step = &g_array_index (steps, Step, i);
      bytes += (step->inverse != NULL ? strlen (step->inverse) : 0) + (step->args != NULL ? strlen (step->args) : 0);
    }
  return bytes < MANY_BYTES || kd_store_rows_leave_search (rows, error);
}

/* A named operation that isn't known, or was taken back before, leaves nothing to do. */
static gboolean
still_stands (KdSqlConnection *connection,
              const KdId *operation,
              gboolean *ret_stands,
              GError **error)
{
  g_autoptr (KdSqlStatement) find = kd_sql_prepare (connection, "SELECT 1 FROM operation WHERE id=?1 AND state=0", error);
  KdSqlStep step;

  if (find == NULL)
    return FALSE;
  kd_sql_bind_id (find, 1, operation);
  step = kd_sql_step (find, error);
  *ret_stands = step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

static gboolean
undo_in_transaction (KdStoreRows *rows,
                     UndoTask *task,
                     GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  KdStore *store = task->store;
  KdCommit *commit = task->commit;
  g_autoptr (GArray) steps = NULL;
  KdId undoes = task->operation;
  gboolean stands = FALSE;

  if (!kd_sql_begin (&transaction, rows->connection, KD_SQL_WRITE, error))
    return FALSE;
  if (kd_id_is_none (&undoes)
      && !find_operation (rows->connection, task->redo, kd_store_now (store) - UNDO_KEPT_MS, &undoes, error))
    return FALSE;
  if (kd_id_is_none (&undoes))
    return TRUE;
  if (!still_stands (rows->connection, &undoes, &stands, error))
    return FALSE;
  if (!stands)
    return TRUE;
  steps = load_steps (rows->connection, &undoes, error);
  if (steps == NULL)
    return FALSE;
  commit->operation = kd_store_new_id (store);
  if (!begin_undo_operation (store, rows->connection, &commit->operation, &undoes, task->redo, commit, error)
      || !leave_search (rows, steps, error)
      || !undo_steps (rows, steps, &undoes, &commit->operation, commit, error)
      || !kd_sql_commit (&transaction, error))
    return FALSE;
  rows->changes->status = TRUE;
  commit->generation = kd_store_rows_publish (rows);
  return TRUE;
}

static gboolean
undo_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  UndoTask *task = data;
  KdStore *store = task->store;
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (store, connection, KD_CHANGE_UNDO);
  guint32 stale = store->stale;

  task->commit = g_new0 (KdCommit, 1);
  task->commit->refused = -1;
  task->commit->uids = g_array_new (FALSE, FALSE, sizeof (KdId));
  if (!undo_in_transaction (rows, task, error))
    {
      store->stale = stale;
      return FALSE;
    }
  return store->stale == stale || kd_store_search_rebuild (store, connection, error);
}

static void
undo_done_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GTask) task = data;
  UndoTask *work = kd_sql_worker_result_get_data (result);
  GError *error = NULL;

  if (!kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    g_task_return_error (task, kd_store_translate (error));
  else
    g_task_return_pointer (task, g_steal_pointer (&work->commit), (GDestroyNotify) kd_commit_free);
}

static void
start (KdStore *store,
       const KdId *operation,
       gboolean redo,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer data)
{
  GTask *task = g_task_new (store, cancellable, callback, data);
  UndoTask *work = g_new0 (UndoTask, 1);

  g_task_set_source_tag (task, kd_store_undo_async);
  work->store = store;
  work->redo = redo;
  if (operation != NULL)
    work->operation = *operation;
  kd_sql_worker_run_async (store->writer, KD_SQL_INTERACTIVE, undo_work, work, undo_task_free, NULL, undo_done_cb, task);
}

void
kd_store_undo_async (KdStore *store,
                     const KdId *operation,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  start (store, operation, FALSE, cancellable, callback, data);
}

void
kd_store_redo_async (KdStore *store,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  start (store, NULL, TRUE, cancellable, callback, data);
}

KdCommit *
kd_store_undo_finish (KdStore *store,
                      GAsyncResult *result,
                      GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
