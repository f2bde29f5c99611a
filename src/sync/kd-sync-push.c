/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-private.h"

/* The lane that sends: seal, push, keep the results. They become visible with the next pull. */

typedef struct
{
  KdSyncEngine *engine;
  guint max;
  GPtrArray *mutations;
  gint64 sealed, touched, waiting;
  gboolean was_many;
  KdSyncState *state;
} Seal;

static void
seal_free (gpointer data)
{
  Seal *seal = data;

  g_clear_pointer (&seal->mutations, g_ptr_array_unref);
  kd_sync_state_free (seal->state);
  g_free (seal);
}

static gboolean
seal_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Seal *seal = data;

  seal->mutations = kd_store_sync_seal (seal->engine->store, connection, seal->max, KD_PUSH_MAX_BYTES, &seal->sealed, error);
  if (seal->mutations == NULL)
    return FALSE;
  seal->state = kd_store_sync_state (seal->engine->store, connection, error);
  return seal->state != NULL
         && kd_sql_query_int64 (connection, "SELECT count(*) FROM (SELECT 1 FROM outbox_touch LIMIT 5001)", 0,
                                &seal->touched, error)
         && (seal->was_many || seal->touched <= KD_SYNC_MANY_TOUCHED
             || kd_sql_query_int64 (connection, "SELECT count(*) FROM outbox_touch", 0, &seal->touched, error))
         && kd_sql_query_int64 (connection, "SELECT EXISTS(SELECT 1 FROM outbox)", 0, &seal->waiting, error);
}

typedef struct
{
  KdSyncEngine *engine;
  KdPushAnswer *answer;
  gboolean stopped;
} Take;

static void
take_free (gpointer data)
{
  Take *take = data;

  kd_push_answer_free (take->answer);
  g_free (take);
}

static gboolean
take_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Take *take = data;
  KdSyncState *state;

  if (!kd_store_sync_take_results (take->engine->store, connection, take->answer, error))
    return FALSE;
  state = kd_store_sync_state (take->engine->store, connection, error);
  if (state == NULL)
    return FALSE;
  take->stopped = state->pause_reason != NULL;
  kd_sync_state_free (state);
  return TRUE;
}

static void
taken_cb (KdSyncEngine *self,
          gpointer data,
          const GError *error)
{
  Take *take = data;

  if (error != NULL)
    {
      kd_sync_lane_retry (&self->push, 0, error->message);
      return;
    }
  if (take->stopped)
    {
      kd_sync_engine_halt (self, "fork");
      return;
    }
  self->batch = MIN (self->batch * 2, KD_PUSH_MAX_MUTATIONS);
  kd_sync_lane_done (&self->push);
  /* what was acknowledged leaves the outbox with the next pull */
  self->wanted = MAX (self->wanted, take->answer->head);
  kd_sync_pull_kick (self);
  kd_sync_push_kick (self);
}

static void
answered (KdSyncEngine *self,
          const KdSyncSent *sent,
          KdSyncReply *reply,
          const GError *error)
{
  g_autoptr (KdPushAnswer) answer = NULL;
  const char *text = NULL;
  gsize n = 0;
  Take *take;

  if (reply != NULL && reply->status == 200)
    {
      text = g_bytes_get_data (reply->body, &n);
      answer = n > 0 ? kd_push_answer_parse (text, (gssize) n, NULL) : NULL;
    }
  if (answer != NULL)
    {
      kd_sync_engine_heard (self, answer->now, sent->sent_at);
      take = g_new0 (Take, 1);
      take->engine = self;
      take->answer = g_steal_pointer (&answer);
      kd_sync_engine_work (self, take_work, take, take_free, taken_cb);
    }
  else if (reply != NULL && reply->status == 413 && self->batch > 1)
    {
      self->batch /= 2;
      kd_sync_lane_done (&self->push);
      kd_sync_push_kick (self);
    }
  else if (reply != NULL && reply->status == 413)
    kd_sync_engine_halt (self, "bad_request");
  else
    {
      /* a gap: the server has less than it told us; the next pull finds out why */
      if (reply != NULL && reply->status == 409)
        kd_sync_pull_kick (self);
      kd_sync_lane_refused (sent, reply, error);
    }
}

static void
send_push (KdSyncEngine *self,
           const Seal *seal)
{
  g_autoptr (KdPush) push = kd_push_new ();
  char shop[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *path = g_strdup_printf ("/v1/shops/%s/push", kd_id_to_text (&self->shop, shop));
  g_autoptr (GBytes) body = NULL;
  KdSyncRequest request = KD_SYNC_REQUEST_INIT;
  char *text;
  gsize n;

  push->proto = KD_PROTO;
  push->schema = KD_SCHEMA;
  push->device = seal->state->device_id;
  push->sealed = seal->sealed;
  push->ack = seal->state->acked;
  push->clock = kd_store_now (self->store);
  push->witness = seal->state->witness;
  g_clear_pointer (&push->mutations, g_ptr_array_unref);
  push->mutations = g_ptr_array_ref (seal->mutations);
  text = kd_push_to_json (push, &n);
  body = g_bytes_new_take (text, n);
  request.method = "POST";
  request.path = path;
  request.content_type = "application/json";
  request.body = body;
  request.max_answer = KD_SYNC_ANSWER_MAX;
  request.timeout_ms = KD_SYNC_REQUEST_MS;
  kd_sync_lane_send (&self->push, &request, seal->sealed, NULL, NULL, answered);
  kd_sync_engine_update (self, NULL);
}

static void
sealed_cb (KdSyncEngine *self,
           gpointer data,
           const GError *error)
{
  Seal *seal = data;

  if (error != NULL)
    {
      kd_sync_lane_retry (&self->push, 0, error->message);
      return;
    }
  /* once all of it is sent, what it waits for is the next pull */
  self->many = seal->touched > KD_SYNC_MANY_TOUCHED && seal->mutations->len > 0;
  if (self->many && !seal->was_many)
    kd_sync_pull_expect (self, seal->touched / KD_SYNC_REPLAY_ROWS_PER_MS);
  self->outbox_empty = seal->waiting == 0;
  if (seal->mutations->len > 0)
    {
      send_push (self, seal);
      return;
    }
  if (kd_sync_lane_done (&self->push))
    kd_sync_push_kick (self);
  else
    kd_sync_engine_update (self, NULL);
  kd_sync_pull_end_pause (self);
  kd_sync_engine_check_flushes (self);
}

gboolean
kd_sync_push_kick (gpointer data)
{
  KdSyncEngine *self = data;
  Seal *seal;

  if (!kd_sync_lane_begin (self, &self->push, FALSE))
    return G_SOURCE_REMOVE;
  seal = g_new0 (Seal, 1);
  seal->engine = self;
  seal->max = self->batch;
  seal->was_many = self->many;
  kd_sync_engine_work (self, seal_work, seal, seal_free, sealed_cb);
  return G_SOURCE_REMOVE;
}
