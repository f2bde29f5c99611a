/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-engine.h"

#include "kd-sync-media.h"
#include "kd-sync-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (KdSyncEngine, kd_sync_engine, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

KdSyncStatus *
kd_sync_status_copy (const KdSyncStatus *status)
{
  KdSyncStatus *copy = g_memdup2 (status, sizeof *status);

  copy->reason = g_strdup (status->reason);
  copy->error = g_strdup (status->error);
  return copy;
}

void
kd_sync_status_free (KdSyncStatus *status)
{
  if (status == NULL)
    return;
  g_free (status->reason);
  g_free (status->error);
  g_free (status);
}

/* ---- real time ---- */

static guint
real_add (gpointer data,
          guint ms,
          GSourceFunc func,
          gpointer func_data)
{
  KdSyncEngine *self = data;
  g_autoptr (GSource) source = g_timeout_source_new (ms);

  g_source_set_callback (source, func, func_data, NULL);
  return g_source_attach (source, self->context);
}

static void
real_remove (gpointer data,
             guint id)
{
  KdSyncEngine *self = data;
  GSource *source = g_main_context_find_source_by_id (self->context, id);

  if (source != NULL)
    g_source_destroy (source);
}

static guint32
real_random (gpointer data)
{
  return g_random_int ();
}

/* ---- what others see ---- */

static gboolean
emit_changed_cb (gpointer data)
{
  KdSyncEngine *self = data;

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->changed, g_source_unref);
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
queue_changed (KdSyncEngine *self)
{
  if (self->changed != NULL)
    return;
  self->changed = g_idle_source_new ();
  g_source_set_priority (self->changed, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->changed, emit_changed_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->changed, self->owner);
}

static KdSyncActivity
judge (KdSyncEngine *self)
{
  if (self->status.reason != NULL)
    return KD_SYNC_STOPPED;
  if (!self->running)
    return KD_SYNC_OFF;
  /* until something succeeds, also while it is tried again */
  if (self->pull.failures > 0 || self->push.failures > 0)
    return KD_SYNC_OFFLINE;
  if (self->status.last_contact == 0)
    return KD_SYNC_CONNECTING;
  if (self->push.deadline != 0 || self->pull.running || self->blobs.deadline != 0)
    return KD_SYNC_BUSY;
  return KD_SYNC_ONLINE;
}

static gint64
next_try (KdSyncEngine *self)
{
  const KdSyncLane *const lanes[] = { &self->push, &self->pull };
  gint64 at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
    if (lanes[i]->timer != 0 && lanes[i]->due > 0 && (at == 0 || lanes[i]->due < at))
      at = lanes[i]->due;
  return at;
}

void
kd_sync_engine_update (KdSyncEngine *self,
                       const char *error)
{
  KdSyncActivity activity = judge (self);
  gint64 retry_at = activity == KD_SYNC_OFFLINE ? next_try (self) : 0;

  g_mutex_lock (&self->mutex);
  if (error != NULL)
    {
      g_free (self->status.error);
      self->status.error = g_strdup (error);
    }
  else if (activity == KD_SYNC_ONLINE)
    g_clear_pointer (&self->status.error, g_free);
  self->status.activity = activity;
  self->status.retry_at = retry_at;
  self->status.live = self->live_open;
  queue_changed (self);
  g_mutex_unlock (&self->mutex);
}

KdSyncStatus *
kd_sync_engine_get_status (KdSyncEngine *self)
{
  KdSyncStatus *copy;

  g_mutex_lock (&self->mutex);
  copy = kd_sync_status_copy (&self->status);
  g_mutex_unlock (&self->mutex);
  return copy;
}

/* ---- the store ---- */

typedef struct
{
  KdSyncEngine *engine;         /* (owned) */
  KdSyncDoneFunc done;
} Work;

static void
work_done_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  Work *work = data;
  KdSyncEngine *self = work->engine;
  g_autoptr (GError) error = NULL;

  kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error);
  self->outstanding--;
  if (self->running && work->done != NULL)
    work->done (self, kd_sql_worker_result_get_data (result), error);
  g_object_unref (self);
  g_free (work);
}

void
kd_sync_engine_work (KdSyncEngine *self,
                     KdSqlWorkFunc func,
                     gpointer data,
                     GDestroyNotify destroy,
                     KdSyncDoneFunc done)
{
  Work *work = g_new0 (Work, 1);

  work->engine = g_object_ref (self);
  work->done = done;
  self->outstanding++;
  kd_sql_worker_run_async (kd_store_get_writer (self->store), KD_SQL_SYNC, func, data, destroy, NULL, work_done_cb, work);
}

typedef struct
{
  KdStore *store;
  char *text;
  gint64 number;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->text);
  g_free (note);
}

static gboolean
stop_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Note *note = data;
  return kd_store_sync_stop (note->store, connection, note->text, error);
}

static gboolean
clock_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Note *note = data;
  return kd_store_sync_note_clock (note->store, connection, note->number, error);
}

static gboolean
error_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Note *note = data;
  return kd_store_sync_note_error (note->store, connection, note->text, error);
}

void
kd_sync_engine_note_failure (KdSyncEngine *self,
                             const char *message)
{
  Note *data = g_new0 (Note, 1);

  data->store = self->store;
  data->text = g_strdup (message);
  kd_sync_engine_work (self, error_work, data, note_free, NULL);
}

static void
note (KdSyncEngine *self,
      KdSqlWorkFunc func,
      const char *text,
      gint64 number)
{
  Note *data = g_new0 (Note, 1);

  data->store = self->store;
  data->text = g_strdup (text);
  data->number = number;
  kd_sync_engine_work (self, func, data, note_free, NULL);
}

void
kd_sync_engine_heard (KdSyncEngine *self,
                      gint64 server_now,
                      gint64 sent_at)
{
  gint64 now = kd_store_now (self->store);
  /* no time at all is no answer; and its difference must fit */
  gboolean told = server_now >= KD_TIME_MIN && server_now <= KD_TIME_MAX;
  gint64 offset = told ? server_now - (sent_at + now) / 2 : 0;
  gboolean moved = FALSE;

  if (ABS (offset) < KD_SYNC_CLOCK_MS)
    offset = 0;
  g_mutex_lock (&self->mutex);
  self->status.last_contact = now;
  if (told)
    {
      /* the first time also where it is right: the store may hold what was wrong before */
      moved = !self->clock_known || ABS (offset - self->status.clock_offset) > KD_SYNC_CLOCK_MS;
      self->clock_known = TRUE;
      if (moved)
        self->status.clock_offset = offset;
    }
  g_mutex_unlock (&self->mutex);
  if (moved)
    note (self, clock_work, NULL, offset);
}

/* ---- starting, stopping ---- */

static void
clear_lanes (KdSyncEngine *self)
{
  kd_sync_live_close (self);
  kd_sync_lane_clear (self, &self->push);
  kd_sync_lane_clear (self, &self->pull);
  kd_sync_lane_clear (self, &self->blobs);
  kd_sync_timer_clear (self, &self->poll);
  kd_sync_verify_stop (self);
  if (self->watch != 0)
    kd_store_unwatch (self->store, self->watch);
  self->watch = 0;
  self->running = FALSE;
  kd_sync_media_give_up (self);
}

static void
end_flushes (KdSyncEngine *self,
             const char *reason)
{
  for (guint i = 0; i < self->flushes->len; i++)
    g_task_return_new_error (((KdSyncFlush *) self->flushes->pdata[i])->task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", reason);
  g_ptr_array_set_size (self->flushes, 0);
}

static void
set_reason (KdSyncEngine *self,
            const char *reason)
{
  g_mutex_lock (&self->mutex);
  g_free (self->status.reason);
  self->status.reason = g_strdup (reason);
  g_mutex_unlock (&self->mutex);
}

void
kd_sync_engine_halt (KdSyncEngine *self,
                     const char *reason)
{
  g_info ("sync stops: %s", reason);
  note (self, stop_work, reason, 0);
  clear_lanes (self);
  set_reason (self, reason);
  end_flushes (self, reason);
  kd_sync_engine_update (self, NULL);
}

static void
changed_cb (KdStore *store,
            const KdChangeSet *changes,
            gpointer data)
{
  KdSyncEngine *self = data;

  if ((changes->origins & (1u << KD_CHANGE_EDIT | 1u << KD_CHANGE_UNDO | 1u << KD_CHANGE_DISCARD)) == 0)
    return;
  kd_sync_push_kick (self);
  kd_sync_blobs_kick (self);
}

void
kd_sync_engine_wake (KdSyncEngine *self,
                     gboolean unreachable_only)
{
  KdSyncLane *const lanes[] = { &self->push, &self->pull, &self->blobs, &self->live };

  for (guint i = 0; i < G_N_ELEMENTS (lanes) && self->running; i++)
    {
      KdSyncLane *lane = lanes[i];

      if (unreachable_only && (lane->timer == 0 || !lane->unreachable))
        continue;
      kd_sync_timer_clear (self, &lane->timer);
      lane->failures = 0;
      if (!unreachable_only || lane != &self->pull)
        lane->kick (self);
    }
}

typedef struct
{
  KdSyncEngine *engine;
  KdSyncState *state;
  gint64 verified;
} Begin;

static void
begin_free (gpointer data)
{
  Begin *begin = data;

  kd_sync_state_free (begin->state);
  g_free (begin);
}

static gboolean
begin_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Begin *begin = data;

  begin->state = kd_store_sync_state (begin->engine->store, connection, error);
  begin->verified = kd_sync_verify_last (begin->engine->store, connection);
  return begin->state != NULL;
}

static void
begun_cb (KdSyncEngine *self,
          gpointer data,
          const GError *error)
{
  Begin *begin = data;

  if (error != NULL || begin->state->pause_reason != NULL)
    {
      const char *reason = error != NULL ? "storage" : begin->state->pause_reason;

      clear_lanes (self);
      set_reason (self, reason);
      end_flushes (self, reason);
      kd_sync_engine_update (self, error != NULL ? error->message : NULL);
      return;
    }
  self->shop = begin->state->shop_id;
  self->cur_seq = begin->state->cur_seq;
  g_mutex_lock (&self->mutex);
  self->status.full = begin->state->full_pass;
  g_mutex_unlock (&self->mutex);
  self->watch = kd_store_watch (self->store, self->context, changed_cb, self, NULL);
  kd_sync_pull_kick (self);
  kd_sync_push_kick (self);
  kd_sync_blobs_kick (self);
  kd_sync_live_kick (self);
  kd_sync_poll_arm (self);
  kd_sync_verify_arm (self, begin->verified);
  kd_sync_engine_update (self, NULL);
}

static gboolean
start_cb (gpointer data)
{
  KdSyncEngine *self = data;
  Begin *begin;

  if (self->running)
    return G_SOURCE_REMOVE;
  self->running = TRUE;
  set_reason (self, NULL);
  begin = g_new0 (Begin, 1);
  begin->engine = self;
  kd_sync_engine_work (self, begin_work, begin, begin_free, begun_cb);
  kd_sync_engine_update (self, NULL);
  return G_SOURCE_REMOVE;
}

/* Runs @func on the engine's context: at once where that is the caller's. */
static void
invoke (KdSyncEngine *self,
        GSourceFunc func,
        gpointer data,
        GDestroyNotify destroy)
{
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, func, data, destroy);
}

static gpointer
thread_func (gpointer data)
{
  KdSyncEngine *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  /* what is under way comes to its end, unheard */
  while (self->outstanding > 0)
    g_main_context_iteration (self->context, TRUE);
  kd_sync_transport_drop (self->transport);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

void
kd_sync_engine_start (KdSyncEngine *self)
{
  if (self->own_context && self->thread == NULL)
    {
      self->loop = g_main_loop_new (self->context, FALSE);
      self->thread = g_thread_new ("kd-sync", thread_func, self);
    }
  self->started = TRUE;
  invoke (self, start_cb, g_object_ref (self), g_object_unref);
}

static gboolean
stop_cb (gpointer data)
{
  KdSyncEngine *self = data;

  clear_lanes (self);
  end_flushes (self, "stopped");
  kd_sync_engine_update (self, NULL);
  if (self->loop != NULL)
    g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

void
kd_sync_engine_stop (KdSyncEngine *self)
{
  if (!self->started)
    return;
  self->started = FALSE;
  if (self->thread == NULL)
    {
      stop_cb (self);
      return;
    }
  g_assert (g_thread_self () != self->thread);
  invoke (self, stop_cb, self, NULL);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

/* ---- asked from outside ---- */

static gboolean
retry_cb (gpointer data)
{
  kd_sync_engine_wake (data, FALSE);
  return G_SOURCE_REMOVE;
}

void
kd_sync_engine_retry (KdSyncEngine *self)
{
  invoke (self, retry_cb, g_object_ref (self), g_object_unref);
}

static void
resumed_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdSyncEngine) self = data;

  self->outstanding--;
  if (kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, NULL) && self->started)
    start_cb (self);
}

static gboolean
resume_cb (gpointer data)
{
  KdSyncEngine *self = data;
  Note *forget;

  if (self->running)
    return retry_cb (self);
  forget = g_new0 (Note, 1);
  forget->store = self->store;
  self->outstanding++;
  kd_sql_worker_run_async (kd_store_get_writer (self->store), KD_SQL_SYNC, stop_work, forget, note_free, NULL,
                           resumed_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

void
kd_sync_engine_resume (KdSyncEngine *self)
{
  invoke (self, resume_cb, g_object_ref (self), g_object_unref);
}

static gboolean
flush_cb (gpointer data)
{
  KdSyncFlush *flush = data;

  kd_sync_engine_add_flush (g_task_get_source_object (flush->task), flush);
  return G_SOURCE_REMOVE;
}

void
kd_sync_engine_flush_async (KdSyncEngine *self,
                            guint tries,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  KdSyncFlush *flush = g_new0 (KdSyncFlush, 1);

  flush->task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (flush->task, kd_sync_engine_flush_async);
  flush->tries = MAX (tries, 1);
  invoke (self, flush_cb, flush, NULL);
}

gboolean
kd_sync_engine_flush_finish (KdSyncEngine *self,
                             GAsyncResult *result,
                             GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the object ---- */

static void
kd_sync_engine_dispose (GObject *object)
{
  KdSyncEngine *self = KD_SYNC_ENGINE (object);

  kd_sync_engine_stop (self);
  G_OBJECT_CLASS (kd_sync_engine_parent_class)->dispose (object);
}

static void
kd_sync_engine_finalize (GObject *object)
{
  KdSyncEngine *self = KD_SYNC_ENGINE (object);

  g_ptr_array_unref (self->flushes);
  g_queue_clear (&self->fetches);
  g_clear_object (&self->transport);
  g_clear_object (&self->store);
  g_free (self->media_folder);
  g_free (self->status.reason);
  g_free (self->status.error);
  g_main_context_unref (self->context);
  g_main_context_unref (self->owner);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (kd_sync_engine_parent_class)->finalize (object);
}

static void
kd_sync_engine_class_init (KdSyncEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_sync_engine_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_sync_engine_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_SYNC_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_sync_engine_init (KdSyncEngine *self)
{
  g_mutex_init (&self->mutex);
  self->flushes = g_ptr_array_new_with_free_func (kd_sync_flush_free);
  self->batch = KD_PUSH_MAX_MUTATIONS;
  kd_sync_lane_init (self, &self->push, kd_sync_push_kick, KD_SYNC_BACKOFF_MAX_MS);
  kd_sync_lane_init (self, &self->pull, kd_sync_pull_kick, KD_SYNC_BACKOFF_MAX_MS);
  kd_sync_lane_init (self, &self->blobs, kd_sync_blobs_kick, KD_SYNC_BACKOFF_MAX_MS);
  kd_sync_lane_init (self, &self->live, kd_sync_live_kick, KD_SYNC_LIVE_BACKOFF_MAX_MS);
}

KdSyncEngine *
kd_sync_engine_new (KdStore *store,
                    KdSyncTransport *transport,
                    const KdSyncOptions *options)
{
  static const KdSyncOptions defaults;
  KdSyncEngine *self = g_object_new (KD_TYPE_SYNC_ENGINE, NULL);

  if (options == NULL)
    options = &defaults;
  self->store = g_object_ref (store);
  self->transport = g_object_ref (transport);
  self->media_folder = g_strdup (options->media_folder);
  self->no_live = options->no_live;
  self->own_context = options->context == NULL;
  self->context = self->own_context ? g_main_context_new () : g_main_context_ref (options->context);
  self->owner = g_main_context_ref_thread_default ();
  self->timers = options->timers;
  if (self->timers.add == NULL)
    self->timers = (KdSyncTimers){ .add = real_add, .remove = real_remove, .random = real_random, .data = self };
  return self;
}
