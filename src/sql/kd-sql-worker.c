/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-worker.h"

#include "kd-sql-driver.h"

#define REST_AFTER_MS 1000

typedef struct
{
  KdSqlWorker *worker;     /* (unowned): the task, or the waiting caller, holds it */
  KdSqlPriority priority;
  guint64 serial;
  KdSqlWorkFunc func;
  gpointer data;
  GCancellable *cancellable;
  GTask *task;             /* (nullable): NULL of a caller that waits */
  gboolean done;
  gboolean ok;
  GError *error;
} Job;

struct _KdSqlWorker
{
  GObject parent_instance;

  KdSqlWorkerMode mode;
  GThread *thread;
  GMutex lock;
  GCond wake;              /* there is work, or the end */
  GCond ended;             /* a job has ended */
  /* under the lock */
  GQueue queues[KD_SQL_N_PRIORITIES];
  Job *running;
  guint64 last_serial;
  gboolean closed;
  KdSqlConnection *connection; /* used by the worker's thread; set and cleared under the lock */
};

G_DEFINE_FINAL_TYPE (KdSqlWorker, kd_sql_worker, G_TYPE_OBJECT)

/* ---- jobs ---- */

static Job *
job_new (KdSqlWorker *self,
         KdSqlPriority priority,
         KdSqlWorkFunc func,
         gpointer data)
{
  Job *job = g_new0 (Job, 1);

  g_assert ((guint) priority < KD_SQL_N_PRIORITIES);
  job->worker = self;
  job->priority = priority;
  job->func = func;
  job->data = data;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_error (&job->error);
  g_clear_object (&job->cancellable);
  g_clear_object (&job->task);
  g_free (job);
}

static gboolean
answer_cb (gpointer data)
{
  Job *job = data;

  if (job->ok)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  return G_SOURCE_REMOVE;
}

/* Tells the outcome. The job, and with it what the caller gave, is freed on the caller's context
 * and never here: its data may be something of the main thread. */
static void
job_answer (Job *job)
{
  g_autoptr (GSource) source = NULL;

  if (job->task == NULL)
    {
      KdSqlWorker *self = job->worker;

      g_mutex_lock (&self->lock);
      job->done = TRUE;
      g_cond_broadcast (&self->ended);
      g_mutex_unlock (&self->lock);
      return;
    }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "kd-sql-worker answer");
  g_source_set_callback (source, answer_cb, job, job_free);
  g_source_attach (source, g_task_get_context (job->task));
}

static void
job_refuse (Job *job,
            int code,
            const char *message)
{
  job->ok = FALSE;
  g_set_error_literal (&job->error, G_IO_ERROR, code, message);
  job_answer (job);
}

/* The first job of the highest priority; under the lock. */
static Job *
pop (KdSqlWorker *self)
{
  for (guint i = 0; i < KD_SQL_N_PRIORITIES; i++)
    if (!g_queue_is_empty (&self->queues[i]))
      return g_queue_pop_head (&self->queues[i]);
  return NULL;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer data)
{
  Job *job = data;
  KdSqlWorker *self = job->worker;

  g_mutex_lock (&self->lock);
  if (self->running == job && self->connection != NULL)
    kd_sql_set_stopped (self->connection, TRUE);
  g_mutex_unlock (&self->lock);
}

static void
end_transaction (KdSqlConnection *connection)
{
  KdSqlTransaction left = { connection };

  if (connection == NULL || !kd_sql_in_transaction (connection))
    return;
  g_warning ("a task left its transaction open; it is rolled back");
  kd_sql_rollback (&left);
}

static void
work (KdSqlWorker *self,
      Job *job)
{
  gulong handler = 0;

  if (job->cancellable != NULL)
    handler = g_cancellable_connect (job->cancellable, G_CALLBACK (cancelled_cb), job, NULL);
  if (g_cancellable_set_error_if_cancelled (job->cancellable, &job->error))
    job->ok = FALSE;
  else
    job->ok = job->func (self->connection, job->data, job->cancellable, &job->error);
  /* Waits for a handler that runs just now; from here on nobody interrupts for this job. */
  g_cancellable_disconnect (job->cancellable, handler);

  if (!job->ok && g_cancellable_is_cancelled (job->cancellable)
      && g_error_matches (job->error, KD_SQL_ERROR, KD_SQL_ERROR_INTERRUPTED))
    {
      g_clear_error (&job->error);
      g_cancellable_set_error_if_cancelled (job->cancellable, &job->error);
    }
  if (!job->ok && job->error == NULL)
    {
      g_critical ("a task failed without an error");
      g_set_error_literal (&job->error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER, "unknown error");
    }
  end_transaction (self->connection);
}

/* Runs one job. Called with the lock held, which it gives up meanwhile. */
static void
run_job (KdSqlWorker *self,
         Job *job)
{
  Job *outer = self->running; /* a task of an inline worker may queue another */

  self->running = job;
  g_mutex_unlock (&self->lock);
  work (self, job);
  g_mutex_lock (&self->lock);
  self->running = outer;
  if (self->connection != NULL)
    kd_sql_set_stopped (self->connection, FALSE);
  g_cond_broadcast (&self->ended);
  g_mutex_unlock (&self->lock);
  job_answer (job);
  g_mutex_lock (&self->lock);
}

static void
close_connection (KdSqlWorker *self)
{
  KdSqlConnection *connection;

  g_mutex_lock (&self->lock);
  connection = g_steal_pointer (&self->connection);
  g_mutex_unlock (&self->lock);
  kd_sql_close (connection);
}

/* The next job, waited for, or NULL at the end. The connection rests, once, when there has been none
 * for a while; under the lock. */
static Job *
wait_for_job (KdSqlWorker *self)
{
  gint64 rest_at = g_get_monotonic_time () + REST_AFTER_MS * 1000;
  gboolean rests = self->connection == NULL || self->connection->driver->rest == NULL;
  Job *job;

  while ((job = pop (self)) == NULL && !self->closed)
    if (rests)
      g_cond_wait (&self->wake, &self->lock);
    else if (!g_cond_wait_until (&self->wake, &self->lock, rest_at))
      {
        rests = TRUE;
        g_mutex_unlock (&self->lock);
        self->connection->driver->rest (self->connection);
        g_mutex_lock (&self->lock);
      }
  return job;
}

static gpointer
thread_func (gpointer data)
{
  KdSqlWorker *self = data;
  Job *job;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      job = wait_for_job (self);
      if (job == NULL)
        break;
      run_job (self, job);
    }
  g_mutex_unlock (&self->lock);
  close_connection (self);
  return NULL;
}

/* Queues a job, or refuses it after the end. */
static gboolean
push (KdSqlWorker *self,
      Job *job)
{
  gboolean closed;

  g_mutex_lock (&self->lock);
  closed = self->closed;
  if (!closed)
    {
      job->serial = ++self->last_serial;
      g_queue_push_tail (&self->queues[job->priority], job);
      g_cond_signal (&self->wake);
    }
  g_mutex_unlock (&self->lock);
  return !closed;
}

/* Whether a job up to @serial is queued or runs; under the lock. */
static gboolean
is_busy (KdSqlWorker *self,
         guint64 serial)
{
  if (self->running != NULL && self->running->serial <= serial)
    return TRUE;
  for (guint i = 0; i < KD_SQL_N_PRIORITIES; i++)
    {
      Job *first = g_queue_peek_head (&self->queues[i]);

      if (first != NULL && first->serial <= serial)
        return TRUE;
    }
  return FALSE;
}

/* ---- overrides ---- */

static void
kd_sql_worker_dispose (GObject *object)
{
  kd_sql_worker_shutdown (KD_SQL_WORKER (object), KD_SQL_BACKGROUND);
  G_OBJECT_CLASS (kd_sql_worker_parent_class)->dispose (object);
}

static void
kd_sql_worker_finalize (GObject *object)
{
  KdSqlWorker *self = KD_SQL_WORKER (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->ended);
  G_OBJECT_CLASS (kd_sql_worker_parent_class)->finalize (object);
}

static void
kd_sql_worker_class_init (KdSqlWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_sql_worker_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_sql_worker_finalize;
}

static void
kd_sql_worker_init (KdSqlWorker *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_cond_init (&self->ended);
  for (guint i = 0; i < KD_SQL_N_PRIORITIES; i++)
    g_queue_init (&self->queues[i]);
}

/* ---- public ---- */

KdSqlWorker *
kd_sql_worker_new (const char *name,
                   KdSqlWorkerMode mode,
                   KdSqlConnection *connection)
{
  KdSqlWorker *self = g_object_new (KD_TYPE_SQL_WORKER, NULL);

  self->mode = mode;
  self->connection = connection;
  if (connection != NULL)
    kd_sql_disown (connection);
  if (mode == KD_SQL_WORKER_THREAD)
    self->thread = g_thread_new (name, thread_func, self);
  return self;
}

void
kd_sql_worker_take_connection (KdSqlWorker *self,
                               KdSqlConnection *connection)
{
  g_assert (self->thread == NULL || self->thread == g_thread_self ());
  g_mutex_lock (&self->lock);
  g_assert (self->connection == NULL);
  self->connection = connection;
  g_mutex_unlock (&self->lock);
}

void
kd_sql_worker_run_async (KdSqlWorker *self,
                         KdSqlPriority priority,
                         KdSqlWorkFunc func,
                         gpointer data,
                         GDestroyNotify destroy,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Job *job = job_new (self, priority, func, data);

  job->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, kd_sql_worker_run_async);
  g_task_set_task_data (job->task, data, destroy);
  /* What has been committed is told as done, though somebody cancelled it too late. */
  g_task_set_check_cancellable (job->task, FALSE);
  if (cancellable != NULL)
    job->cancellable = g_object_ref (cancellable);

  if (!push (self, job))
    job_refuse (job, G_IO_ERROR_CLOSED, "the database is closed");
  else if (self->mode == KD_SQL_WORKER_AT_ONCE)
    kd_sql_worker_iterate (self);
}

gboolean
kd_sql_worker_run_finish (KdSqlWorker *self,
                          GAsyncResult *result,
                          GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

gpointer
kd_sql_worker_result_get_data (GAsyncResult *result)
{
  return g_task_get_task_data (G_TASK (result));
}

gboolean
kd_sql_worker_run (KdSqlWorker *self,
                   KdSqlPriority priority,
                   KdSqlWorkFunc func,
                   gpointer data,
                   GError **error)
{
  Job *job = job_new (self, priority, func, data);
  gboolean ok;

  g_assert (self->thread == NULL || self->thread != g_thread_self ());
  if (!push (self, job))
    job_refuse (job, G_IO_ERROR_CLOSED, "the database is closed");
  if (self->mode != KD_SQL_WORKER_THREAD)
    while (!job->done && kd_sql_worker_iterate (self))
      ;
  g_mutex_lock (&self->lock);
  while (!job->done)
    g_cond_wait (&self->ended, &self->lock);
  g_mutex_unlock (&self->lock);
  ok = job->ok;
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&job->error));
  job_free (job);
  return ok;
}

gboolean
kd_sql_worker_iterate (KdSqlWorker *self)
{
  Job *job;

  g_assert (self->mode != KD_SQL_WORKER_THREAD);
  g_mutex_lock (&self->lock);
  job = pop (self);
  if (job != NULL)
    run_job (self, job);
  g_mutex_unlock (&self->lock);
  return job != NULL;
}

guint
kd_sql_worker_get_pending (KdSqlWorker *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->running != NULL ? 1 : 0;
  for (guint i = 0; i < KD_SQL_N_PRIORITIES; i++)
    n += self->queues[i].length;
  g_mutex_unlock (&self->lock);
  return n;
}

void
kd_sql_worker_flush (KdSqlWorker *self)
{
  guint64 serial;

  g_assert (self->thread == NULL || self->thread != g_thread_self ());
  if (self->mode != KD_SQL_WORKER_THREAD)
    while (kd_sql_worker_iterate (self))
      ;
  g_mutex_lock (&self->lock);
  serial = self->last_serial;
  while (is_busy (self, serial))
    g_cond_wait (&self->ended, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
kd_sql_worker_shutdown (KdSqlWorker *self,
                        KdSqlPriority last)
{
  GQueue dropped = G_QUEUE_INIT;
  Job *job;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  for (guint i = (guint) last + 1; i < KD_SQL_N_PRIORITIES; i++)
    while ((job = g_queue_pop_head (&self->queues[i])) != NULL)
      g_queue_push_tail (&dropped, job);
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  while ((job = g_queue_pop_head (&dropped)) != NULL)
    job_refuse (job, G_IO_ERROR_CANCELLED, "left out, the database is being closed");

  if (self->mode != KD_SQL_WORKER_THREAD)
    {
      while (kd_sql_worker_iterate (self))
        ;
      close_connection (self);
    }
  else if (self->thread != NULL)
    {
      g_assert (self->thread != g_thread_self ());
      g_thread_join (g_steal_pointer (&self->thread));
    }
}
