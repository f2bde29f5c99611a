/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

typedef struct
{
  KdStore *store;
  KdReadFunc func;
  gpointer data;
  GDestroyNotify destroy, free_result;
  gpointer result;
  guint64 generation;
} ReadTask;

static void
read_task_free (gpointer data)
{
  ReadTask *task = data;

  if (task->destroy != NULL)
    task->destroy (task->data);
  if (task->result != NULL && task->free_result != NULL)
    task->free_result (task->result);
  g_free (task);
}

static gboolean
read_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  ReadTask *task = data;
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  GError *failed = NULL;

  /* Before the transaction begins: a result is never newer than it says. */
  task->generation = kd_store_get_generation (task->store);
  if (!kd_sql_begin (&transaction, connection, KD_SQL_READ, error))
    return FALSE;
  task->result = task->func (task->store, connection, task->data, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  return TRUE;
}

static void
read_done_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GTask) task = data;
  ReadTask *work = kd_sql_worker_result_get_data (result);
  GError *error = NULL;

  if (!kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    {
      g_task_return_error (task, kd_store_translate (error));
      return;
    }
  g_object_set_data_full (G_OBJECT (task), "generation", g_memdup2 (&work->generation, sizeof work->generation), g_free);
  g_task_return_pointer (task, g_steal_pointer (&work->result), work->free_result);
}

void
kd_store_read_async (KdStore *store,
                     KdReaderKind reader,
                     KdReadFunc func,
                     gpointer data,
                     GDestroyNotify destroy,
                     GDestroyNotify free_result,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);
  ReadTask *work = g_new0 (ReadTask, 1);

  g_task_set_source_tag (task, kd_store_read_async);
  if (store->readers[reader] == NULL)
    {
      if (destroy != NULL)
        destroy (data);
      g_free (work);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the store is closed");
      g_object_unref (task);
      return;
    }
  work->store = store;
  work->func = func;
  work->data = data;
  work->destroy = destroy;
  work->free_result = free_result;
  kd_sql_worker_run_async (store->readers[reader], KD_SQL_INTERACTIVE, read_work, work, read_task_free,
                           cancellable, read_done_cb, task);
}

gpointer
kd_store_read_finish (KdStore *store,
                      GAsyncResult *result,
                      guint64 *ret_generation,
                      GError **error)
{
  const guint64 *generation = g_object_get_data (G_OBJECT (result), "generation");

  if (ret_generation != NULL)
    *ret_generation = generation != NULL ? *generation : 0;
  return g_task_propagate_pointer (G_TASK (result), error);
}

gpointer
kd_store_read (KdStore *store,
               KdReadFunc func,
               gpointer data,
               GError **error)
{
  ReadTask *work = g_new0 (ReadTask, 1);
  gpointer result = NULL;

  work->store = store;
  work->func = func;
  work->data = data;
  if (kd_sql_worker_run (store->readers[KD_READER_INTERACTIVE], KD_SQL_INTERACTIVE, read_work, work, error))
    result = g_steal_pointer (&work->result);
  read_task_free (work);
  return result;
}
