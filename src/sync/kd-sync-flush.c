/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-private.h"

/* Who waits until all is sent and received: the command line, and quitting. */

#define ROUNDS_MAX 4

void
kd_sync_flush_free (gpointer data)
{
  KdSyncFlush *flush = data;

  g_object_unref (flush->task);
  g_free (flush);
}

static gboolean
is_idle (const KdSyncLane *lane)
{
  return !lane->running && lane->timer == 0;
}

void
kd_sync_engine_add_flush (KdSyncEngine *self,
                          KdSyncFlush *flush)
{
  if (!self->running)
    {
      g_mutex_lock (&self->mutex);
      g_task_return_new_error (flush->task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                               self->status.reason != NULL ? self->status.reason : "not started");
      g_mutex_unlock (&self->mutex);
      kd_sync_flush_free (flush);
      return;
    }
  flush->after = self->pulls;
  g_ptr_array_add (self->flushes, flush);
  kd_sync_engine_wake (self, FALSE);
  kd_sync_pull_kick (self);
}

/* Called when the push lane has found nothing to send. */
void
kd_sync_engine_check_flushes (KdSyncEngine *self)
{
  if (!is_idle (&self->push) || !is_idle (&self->pull) || !is_idle (&self->blobs))
    return;
  for (guint i = 0; i < self->flushes->len;)
    {
      KdSyncFlush *flush = self->flushes->pdata[i];

      if (flush->pulled && self->outbox_empty)
        g_task_return_boolean (flush->task, TRUE);
      else if (flush->pulled && ++flush->rounds > ROUNDS_MAX)
        g_task_return_new_error (flush->task, G_IO_ERROR, G_IO_ERROR_PENDING, "some changes can't be sent yet");
      else
        {
          i++;
          kd_sync_blobs_kick (self);
          kd_sync_pull_kick (self);
          continue;
        }
      g_ptr_array_remove_index (self->flushes, i);
    }
}

void
kd_sync_engine_flush_failed (KdSyncEngine *self,
                             const char *message)
{
  for (guint i = 0; i < self->flushes->len;)
    {
      KdSyncFlush *flush = self->flushes->pdata[i];

      if (--flush->tries > 0)
        {
          i++;
          continue;
        }
      g_task_return_new_error (flush->task, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "%s",
                               message != NULL ? message : "no answer");
      g_ptr_array_remove_index (self->flushes, i);
    }
}
