/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-private.h"

/* The live socket says that the shop has moved, nothing else (SYNC 4.10). Where it is down, or
 * suspiciously silent, a poll stands in for it. */

static gboolean
poll_cb (gpointer data)
{
  KdSyncEngine *self = data;

  self->poll = 0;
  kd_sync_pull_kick (self);
  kd_sync_poll_arm (self);
  return G_SOURCE_REMOVE;
}

void
kd_sync_poll_arm (KdSyncEngine *self)
{
  guint ms = self->live_open ? KD_SYNC_SILENT_MS : KD_SYNC_POLL_MS;

  kd_sync_timer_clear (self, &self->poll);
  if (!self->running || self->no_live)
    return;
  /* three quarters to the whole, so that many desktops don't ask at once */
  ms -= self->timers.random (self->timers.data) % (ms / 4);
  self->poll = kd_sync_timer (self, ms, poll_cb, self);
}

/* The socket is gone, and perhaps the server: who asks at once knows, and can say so. A moment apart
 * from the other desktops that lost it too. */
static void
look_soon (KdSyncEngine *self)
{
  kd_sync_timer_clear (self, &self->poll);
  if (self->running && !self->no_live)
    self->poll = kd_sync_timer (self, self->timers.random (self->timers.data) % KD_SYNC_LOST_MS, poll_cb, self);
}

static void
take_text (KdSyncEngine *self,
           const char *text,
           gsize len)
{
  g_autofree char *type = NULL;
  KdLiveHead head = { 0 };

  if (len > KD_LIVE_MAX_BYTES || !kd_live_parse (text, (gssize) len, &type, &head, NULL)
      || g_strcmp0 (type, KD_LIVE_HEAD) != 0 || !kd_id_equal (&head.shop, &self->shop))
    return;
  if (head.seq == self->cur_seq)
    return;
  /* also a lower one: a server that was restored */
  self->wanted = MAX (self->wanted, head.seq);
  kd_sync_pull_kick (self);
}

static void
live_cb (KdSyncLiveEvent event,
         const char *text,
         gsize len,
         gpointer data)
{
  KdSyncEngine *self = data;

  if (!self->running)
    return;
  switch (event)
    {
    case KD_SYNC_LIVE_OPEN:
      self->live_open = TRUE;
      self->live.failures = 0;
      kd_sync_engine_wake (self, FALSE);
      kd_sync_pull_kick (self);
      kd_sync_poll_arm (self);
      kd_sync_engine_update (self, NULL);
      break;
    case KD_SYNC_LIVE_TEXT:
      take_text (self, text, len);
      break;
    default:
      /* a failed try to connect again does not put the poll off */
      if (self->live_open)
        {
          self->live_open = FALSE;
          look_soon (self);
        }
      self->live.unreachable = TRUE;
      kd_sync_lane_retry (&self->live, 0, NULL);
    }
}

gboolean
kd_sync_live_kick (gpointer data)
{
  KdSyncEngine *self = data;

  if (self->no_live || !kd_sync_lane_begin (self, &self->live, FALSE))
    return G_SOURCE_REMOVE;
  kd_sync_transport_open_live (self->transport, live_cb, self);
  return G_SOURCE_REMOVE;
}

void
kd_sync_live_close (KdSyncEngine *self)
{
  if (self->live.running)
    kd_sync_transport_close_live (self->transport);
  self->live_open = FALSE;
  kd_sync_lane_clear (self, &self->live);
}
