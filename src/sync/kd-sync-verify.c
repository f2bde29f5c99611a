/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-private.h"

#include "kd-store-records.h"

/* Once a day all rows are counted anew (SYNC 4.8): what a disk has changed behind our back would
 * else be shown, and sent on, as if it were the shop's. */

#define VERIFY_FIRST_MS (10 * 60 * 1000)        /* not while the program starts */
#define VERIFY_MS (24 * 60 * 60 * 1000)
#define VERIFIED_AT "sync-verified-at"

static gboolean
due_cb (gpointer data)
{
  KdSyncEngine *self = data;

  self->verify = 0;
  kd_sync_verify_now (self);
  return G_SOURCE_REMOVE;
}

static void
arm (KdSyncEngine *self,
     guint ms)
{
  kd_sync_timer_clear (self, &self->verify);
  self->verify = kd_sync_timer (self, ms, due_cb, self);
}

typedef struct
{
  KdStore *store;
  const KdKind *wrong;
} Wrong;

static gboolean
restart_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  return kd_store_sync_restart (((Wrong *) data)->store, connection, NULL, error);
}

static void
restarted_cb (KdSyncEngine *self,
              gpointer data,
              const GError *error)
{
  g_autofree char *message
    = g_strdup_printf ("the rows of %s are not what the server sent", ((Wrong *) data)->wrong->shape.name);

  kd_sync_engine_halt (self, "digest");
  kd_sync_engine_update (self, message);
}

/* Whoever lets it go on fetches everything anew. */
static void
found_wrong (KdSyncEngine *self,
             const KdKind *kind)
{
  Wrong *wrong = g_new0 (Wrong, 1);

  wrong->store = self->store;
  wrong->wrong = kind;
  kd_sync_engine_work (self, restart_work, wrong, g_free, restarted_cb);
}

static void
verified_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  g_autoptr (KdSyncEngine) self = data;
  const KdKind *wrong;
  g_autoptr (GError) error = NULL;
  gboolean ok = kd_store_verify_finish (KD_STORE (source), result, &wrong, &error);

  self->outstanding--;
  self->verifying = FALSE;
  if (!self->running)
    return;
  if (ok && wrong != NULL)
    {
      found_wrong (self, wrong);
      return;
    }
  if (ok)
    {
      g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, kd_store_now (self->store));
      kd_store_set_local_async (self->store, VERIFIED_AT, now);
    }
  else
    g_info ("the rows could not be counted: %s", error->message);
  arm (self, VERIFY_MS);
}

void
kd_sync_verify_now (KdSyncEngine *self)
{
  if (!self->running || self->verifying)
    return;
  self->verifying = TRUE;
  self->outstanding++;
  g_clear_object (&self->verify_cancellable);
  self->verify_cancellable = g_cancellable_new ();
  kd_store_verify_async (self->store, self->verify_cancellable, verified_cb, g_object_ref (self));
}

gint64
kd_sync_verify_last (KdStore *store,
                     KdSqlConnection *connection)
{
  g_autofree char *text = kd_store_get_local (store, connection, VERIFIED_AT, NULL);
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

void
kd_sync_verify_arm (KdSyncEngine *self,
                    gint64 last)
{
  gint64 left = last + VERIFY_MS - kd_store_now (self->store);

  /* one pull and push are no reason to read everything */
  if (!self->no_live)
    arm (self, (guint) CLAMP (left, VERIFY_FIRST_MS, VERIFY_MS));
}

void
kd_sync_verify_stop (KdSyncEngine *self)
{
  kd_sync_timer_clear (self, &self->verify);
  if (self->verify_cancellable != NULL)
    g_cancellable_cancel (self->verify_cancellable);
  g_clear_object (&self->verify_cancellable);
}
