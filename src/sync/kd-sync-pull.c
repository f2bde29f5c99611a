/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-private.h"

/* The lane that fetches: pages of changes after our cursor, each given to the store, until one says
 * that there are no more. */

typedef struct
{
  KdSyncEngine *engine;
  KdSyncState *state;
  KdChanges *page;
  KdApplyResult result;
  gint64 took_ms;
} Pull;

static void
pull_free (gpointer data)
{
  Pull *pull = data;

  kd_sync_state_free (pull->state);
  g_clear_pointer (&pull->page, kd_changes_free);
  g_free (pull);
}

static gboolean
state_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Pull *pull = data;

  pull->state = kd_store_sync_state (pull->engine->store, connection, error);
  return pull->state != NULL;
}

static gboolean
apply_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Pull *pull = data;
  gint64 began = g_get_monotonic_time ();

  pull->result = kd_store_sync_apply (pull->engine->store, connection, pull->page, error);
  if (pull->result == KD_APPLY_FAILED)
    return FALSE;
  pull->state = kd_store_sync_state (pull->engine->store, connection, error);
  pull->took_ms = (g_get_monotonic_time () - began) / 1000;
  return pull->state != NULL;
}

static void
note_progress (KdSyncEngine *self,
               const Pull *pull)
{
  g_mutex_lock (&self->mutex);
  self->status.full = pull->state->full_pass;
  if (pull->result == KD_APPLY_MORE)
    {
      self->status.rows_done += pull->page->rows->len;
      self->status.rows_total = MAX (pull->page->head, self->status.rows_done);
    }
  else
    self->status.rows_done = self->status.rows_total = 0;
  g_mutex_unlock (&self->mutex);
}

static void
end_of_pull (KdSyncEngine *self,
             const Pull *pull)
{
  gboolean again = kd_sync_lane_done (&self->pull);

  self->stale = 0;
  self->applied_at = g_get_monotonic_time () / 1000;
  self->applied_ms = pull->took_ms;
  for (guint i = 0; i < self->flushes->len; i++)
    {
      KdSyncFlush *flush = self->flushes->pdata[i];
      flush->pulled = flush->pulled || self->pulls > flush->after;
    }
  /* told of more than came: asked once more, not for ever (a restored server has less) */
  if (self->wanted > pull->page->head)
    again = TRUE;
  self->wanted = 0;
  kd_sync_poll_arm (self);
  kd_sync_engine_update (self, NULL);
  kd_sync_engine_wake (self, TRUE);
  if (again)
    kd_sync_pull_kick (self);
  else if (self->flushes->len > 0)
    kd_sync_push_kick (self);
}

static void
applied_cb (KdSyncEngine *self,
            gpointer data,
            const GError *error)
{
  Pull *pull = data;

  if (error != NULL)
    {
      kd_sync_lane_retry (&self->pull, 0, error->message);
      return;
    }
  self->cur_seq = pull->state->cur_seq;
  note_progress (self, pull);
  switch (pull->result)
    {
    case KD_APPLY_DONE:
      end_of_pull (self, pull);
      break;
    case KD_APPLY_STOPPED:
      kd_sync_engine_halt (self, pull->state->pause_reason);
      break;
    case KD_APPLY_STALE:
      if (++self->stale > KD_SYNC_STALE_MAX)
        {
          kd_sync_lane_retry (&self->pull, 0, "pages that were not asked for");
          break;
        }
      G_GNUC_FALLTHROUGH;
    default:
      kd_sync_lane_done (&self->pull);
      kd_sync_engine_update (self, NULL);
      kd_sync_pull_kick (self);
    }
}

static void
answered (KdSyncEngine *self,
          const KdSyncSent *sent,
          KdSyncReply *reply,
          const GError *error)
{
  g_autoptr (KdChanges) page = NULL;
  const char *text;
  gsize n;
  Pull *pull;

  if (reply != NULL && reply->status == 200)
    {
      text = g_bytes_get_data (reply->body, &n);
      page = n > 0 ? kd_changes_parse (text, (gssize) n, NULL) : NULL;
    }
  if (page == NULL)
    {
      kd_sync_lane_refused (sent, reply, error);
      return;
    }
  kd_sync_engine_heard (self, page->now, sent->sent_at);
  pull = g_new0 (Pull, 1);
  pull->engine = self;
  pull->page = g_steal_pointer (&page);
  kd_sync_engine_work (self, apply_work, pull, pull_free, applied_cb);
}

static void
send_pull (KdSyncEngine *self,
           const KdSyncState *state)
{
  char shop[KD_ID_TEXT_LENGTH + 1], device[KD_ID_TEXT_LENGTH + 1];
  g_autoptr (GString) path = g_string_new (NULL);
  KdSyncRequest request = KD_SYNC_REQUEST_INIT;

  g_string_printf (path, "/v1/shops/%s/changes?device=%s&sealed=%" G_GINT64_FORMAT "&ack=%" G_GINT64_FORMAT
                   "&proto=%d&schema=%d", kd_id_to_text (&self->shop, shop), kd_id_to_text (&state->device_id, device),
                   state->sealed, state->acked, KD_PROTO, KD_SCHEMA);
  if (state->cursor != NULL && *state->cursor != '\0')
    g_string_append_printf (path, "&cursor=%s", state->cursor);
  if (state->witness.head > 0)
    {
      g_autofree char *witness = kd_witness_to_text (&state->witness);
      g_string_append_printf (path, "&witness=%s", witness);
    }
  request.method = "GET";
  request.path = path->str;
  request.max_answer = KD_SYNC_ANSWER_MAX;
  request.timeout_ms = KD_SYNC_REQUEST_MS;
  kd_sync_lane_send (&self->pull, &request, state->sealed, NULL, NULL, answered);
}

static void
state_cb (KdSyncEngine *self,
          gpointer data,
          const GError *error)
{
  Pull *pull = data;

  if (error != NULL)
    kd_sync_lane_retry (&self->pull, 0, error->message);
  else
    send_pull (self, pull->state);
}

static gboolean
pause_over_cb (gpointer data)
{
  KdSyncEngine *self = data;

  self->pull.timer = 0;
  return kd_sync_pull_kick (self);
}

/* With very many rows waiting, each apply runs them all again: now and again only, and for a tenth
 * of the time at most. */
static gboolean
must_wait (KdSyncEngine *self)
{
  gint64 pause = MAX (KD_SYNC_MANY_PAUSE_MS, 9 * self->applied_ms);
  gint64 left = self->applied_at + pause - g_get_monotonic_time () / 1000;

  if (!self->many || left <= 0 || self->pull.timer != 0)
    return FALSE;
  self->pull.timer = kd_sync_timer (self, (guint) left, pause_over_cb, self);
  return TRUE;
}

/* None was applied with so much waiting yet: a first guess of what it takes. */
void
kd_sync_pull_expect (KdSyncEngine *self,
                     gint64 ms)
{
  self->applied_at = g_get_monotonic_time () / 1000;
  self->applied_ms = MAX (self->applied_ms, ms);
}

void
kd_sync_pull_end_pause (KdSyncEngine *self)
{
  /* one that waits after a failure has a time that is told */
  if (self->pull.timer == 0 || self->pull.due != 0)
    return;
  kd_sync_timer_clear (self, &self->pull.timer);
  kd_sync_pull_kick (self);
}

gboolean
kd_sync_pull_kick (gpointer data)
{
  KdSyncEngine *self = data;
  Pull *pull;

  if (self->running && !self->pull.running && must_wait (self))
    return G_SOURCE_REMOVE;
  if (!kd_sync_lane_begin (self, &self->pull, FALSE))
    return G_SOURCE_REMOVE;
  self->pulls++;
  pull = g_new0 (Pull, 1);
  pull->engine = self;
  kd_sync_engine_work (self, state_work, pull, pull_free, state_cb);
  return G_SOURCE_REMOVE;
}
