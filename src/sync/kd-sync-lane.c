/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-private.h"

#include <string.h>

/* What the lanes share: one piece of work at a time, time limits, waiting after failures. */

void
kd_sync_lane_init (KdSyncEngine *self,
                   KdSyncLane *lane,
                   GSourceFunc kick,
                   guint backoff_max)
{
  lane->engine = self;
  lane->kick = kick;
  lane->backoff_max = backoff_max;
}

guint
kd_sync_timer (KdSyncEngine *self,
               guint ms,
               GSourceFunc func,
               gpointer data)
{
  return self->timers.add (self->timers.data, ms, func, data);
}

void
kd_sync_timer_clear (KdSyncEngine *self,
                     guint *timer)
{
  if (*timer != 0)
    self->timers.remove (self->timers.data, *timer);
  *timer = 0;
}

guint
kd_sync_backoff (KdSyncEngine *self,
                 guint failures,
                 guint max_ms,
                 gint64 retry_after_ms)
{
  guint64 bound = (guint64) KD_SYNC_BACKOFF_MIN_MS << MIN (failures > 0 ? failures - 1 : 0, 16);
  guint64 wait = self->timers.random (self->timers.data) % (MIN (bound, max_ms) + 1);

  return (guint) MIN (wait + (guint64) MAX (retry_after_ms, 0), G_MAXINT32);
}

gboolean
kd_sync_lane_begin (KdSyncEngine *self,
                    KdSyncLane *lane,
                    gboolean force)
{
  if (!self->running)
    return FALSE;
  if (lane->running)
    {
      lane->again = TRUE;
      return FALSE;
    }
  if (lane->timer != 0 && !force)
    return FALSE;
  kd_sync_timer_clear (self, &lane->timer);
  lane->due = 0;
  lane->running = TRUE;
  lane->again = FALSE;
  return TRUE;
}

void
kd_sync_lane_clear (KdSyncEngine *self,
                    KdSyncLane *lane)
{
  kd_sync_timer_clear (self, &lane->timer);
  kd_sync_timer_clear (self, &lane->deadline);
  lane->due = 0;
  lane->request++;
  lane->running = lane->again = FALSE;
  if (lane->cancellable != NULL)
    g_cancellable_cancel (lane->cancellable);
  g_clear_object (&lane->cancellable);
}

static gboolean
wait_over_cb (gpointer data)
{
  KdSyncLane *lane = data;

  lane->timer = 0;
  lane->kick (lane->engine);
  return G_SOURCE_REMOVE;
}

void
kd_sync_lane_retry (KdSyncLane *lane,
                    gint64 retry_after_ms,
                    const char *error)
{
  KdSyncEngine *self = lane->engine;
  guint wait;

  lane->running = lane->again = FALSE;
  lane->failures++;
  wait = kd_sync_backoff (self, lane->failures, lane->backoff_max, retry_after_ms);
  kd_sync_timer_clear (self, &lane->timer);
  lane->due = kd_store_now (self->store) + wait;
  lane->timer = kd_sync_timer (self, wait, wait_over_cb, lane);
  kd_sync_engine_update (self, error);
  if (lane == &self->push && error != NULL)
    kd_sync_engine_note_failure (self, error);
  if (lane == &self->push || lane == &self->pull)
    kd_sync_engine_flush_failed (self, error);
}

gboolean
kd_sync_lane_done (KdSyncLane *lane)
{
  gboolean again = lane->again;

  lane->running = lane->again = lane->unreachable = FALSE;
  lane->failures = 0;
  return again;
}

/* ---- requests ---- */

typedef struct
{
  KdSyncEngine *engine;         /* (owned) */
  KdSyncSent sent;
  GDestroyNotify destroy;
  KdSyncAnswerFunc answered;
} Call;

static void
call_free (Call *call)
{
  if (call->destroy != NULL)
    call->destroy (call->sent.data);
  g_object_unref (call->engine);
  g_free (call);
}

static void
answered_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  Call *call = data;
  KdSyncEngine *self = call->engine;
  KdSyncLane *lane = call->sent.lane;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdSyncReply) reply = kd_sync_transport_send_finish (KD_SYNC_TRANSPORT (source), result, &error);

  /* an answer to a request that was given up is nobody's, however late it comes */
  if (self->running && call->sent.number == lane->request)
    {
      kd_sync_timer_clear (self, &lane->deadline);
      g_clear_object (&lane->cancellable);
      call->answered (self, &call->sent, reply, error);
    }
  self->outstanding--;
  call_free (call);
}

static gboolean
too_late_cb (gpointer data)
{
  KdSyncLane *lane = data;

  lane->deadline = 0;
  lane->request++;
  if (lane->cancellable != NULL)
    g_cancellable_cancel (lane->cancellable);
  g_clear_object (&lane->cancellable);
  lane->unreachable = TRUE;
  kd_sync_lane_retry (lane, 0, "no answer in time");
  return G_SOURCE_REMOVE;
}

void
kd_sync_lane_send (KdSyncLane *lane,
                   const KdSyncRequest *request,
                   gint64 sealed,
                   gpointer data,
                   GDestroyNotify destroy,
                   KdSyncAnswerFunc answered)
{
  KdSyncEngine *self = lane->engine;
  Call *call = g_new0 (Call, 1);

  call->engine = g_object_ref (self);
  call->sent.lane = lane;
  call->sent.number = ++lane->request;
  call->sent.sealed = sealed;
  call->sent.sent_at = kd_store_now (self->store);
  call->sent.data = data;
  call->destroy = destroy;
  call->answered = answered;
  g_clear_object (&lane->cancellable);
  lane->cancellable = g_cancellable_new ();
  kd_sync_timer_clear (self, &lane->deadline);
  lane->deadline = kd_sync_timer (self, request->timeout_ms, too_late_cb, lane);
  self->outstanding++;
  kd_sync_transport_send_async (self->transport, request, lane->cancellable, answered_cb, call);
}

/* ---- what is no success ---- */

typedef struct
{
  KdSyncEngine *engine;
  KdSyncLane *lane;
  gint64 sealed;
  gboolean fork;
} ForkCheck;

static gboolean
fork_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  ForkCheck *check = data;
  KdSyncState *state = kd_store_sync_state (check->engine->store, connection, error);

  if (state == NULL)
    return FALSE;
  check->fork = state->sealed <= check->sealed;
  kd_sync_state_free (state);
  return TRUE;
}

static void
fork_checked_cb (KdSyncEngine *self,
                 gpointer data,
                 const GError *error)
{
  ForkCheck *check = data;

  if (error == NULL && check->fork)
    kd_sync_engine_halt (self, "fork");
  else
    kd_sync_lane_retry (check->lane, 0, NULL);
}

/* What was asked before more was sealed may have been overtaken by it on the other lane; asked
 * again, that is no fork. */
static void
maybe_fork (KdSyncEngine *self,
            const KdSyncSent *sent)
{
  ForkCheck *check = g_new0 (ForkCheck, 1);

  check->engine = self;
  check->lane = sent->lane;
  check->sealed = sent->sealed;
  kd_sync_engine_work (self, fork_work, check, g_free, fork_checked_cb);
}

typedef struct
{
  KdStore *store;
  KdSyncLane *lane;
  KdWitness witness;
} Restart;

static gboolean
restart_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  Restart *restart = data;
  return kd_store_sync_restart (restart->store, connection, restart->witness.head > 0 ? &restart->witness : NULL, error);
}

static void
restarted_cb (KdSyncEngine *self,
              gpointer data,
              const GError *error)
{
  Restart *restart = data;

  self->cur_seq = 0;
  kd_sync_lane_retry (restart->lane, 0, error != NULL ? error->message : NULL);
}

/* Away for longer than the server keeps its memory of what was deleted: everything is fetched anew,
 * nothing is lost by it. */
static void
start_over (KdSyncEngine *self,
            KdSyncLane *lane,
            const KdProblem *problem)
{
  Restart *restart = g_new0 (Restart, 1);

  restart->store = self->store;
  restart->lane = lane;
  restart->witness.head = problem->head;
  restart->witness.mark = problem->mark;
  kd_sync_engine_work (self, restart_work, restart, g_free, restarted_cb);
}

static gboolean
is_one_of (const char *code,
           const char *const *codes)
{
  return code != NULL && g_strv_contains (codes, code);
}

void
kd_sync_lane_refused (const KdSyncSent *sent,
                      KdSyncReply *reply,
                      const GError *error)
{
  static const char *const halting[] = { "auth", "device_revoked", "moved", "upgrade", NULL };
  KdSyncEngine *self = sent->lane->engine;
  g_autoptr (KdProblem) problem = NULL;
  const char *text;
  gsize n;

  sent->lane->unreachable = reply == NULL;
  if (reply == NULL)
    {
      kd_sync_lane_retry (sent->lane, 0, error != NULL ? error->message : "no answer");
      return;
    }
  text = g_bytes_get_data (reply->body, &n);
  if (n > 0 && n <= KD_PROBLEM_MAX_BYTES)
    problem = kd_problem_parse (text, (gssize) n, NULL);
  if (problem == NULL)
    {
      /* not one of ours: something between us and the server */
      g_autofree char *message = g_strdup_printf ("an answer that is not ours (%u)", reply->status);
      kd_sync_lane_retry (sent->lane, reply->retry_after_ms, message);
    }
  else if (g_strcmp0 (problem->code, "fork") == 0)
    maybe_fork (self, sent);
  else if (g_strcmp0 (problem->code, "resync") == 0 && g_strcmp0 (problem->why, "horizon") == 0)
    start_over (self, sent->lane, problem);
  else if (g_strcmp0 (problem->code, "resync") == 0)
    kd_sync_engine_halt (self, problem->why != NULL ? problem->why : "rollback");
  else if (is_one_of (problem->code, halting))
    kd_sync_engine_halt (self, problem->code);
  else if (reply->status == 401)
    kd_sync_engine_halt (self, "auth");
  else if (reply->status == 403)
    kd_sync_engine_halt (self, "scope");
  else if (reply->status == 426)
    kd_sync_engine_halt (self, "upgrade");
  else if (reply->status == 400)
    kd_sync_engine_halt (self, "bad_request");
  else
    kd_sync_lane_retry (sent->lane, reply->retry_after_ms, problem->code);
}
