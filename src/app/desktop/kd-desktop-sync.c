/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-desktop-sync.h"

#include "kd-desktop-wait.h"
#include "kd-sync-engine.h"
#include "kd-sync-http.h"
#include "kd-sync-media.h"

struct _KdDesktopSync
{
  GObject parent_instance;

  KdProfile *profile;         /* (owned) */
  KdStore *store;             /* (owned) */
  KdDesktopServer *server;    /* (owned) */
  KdSecrets *secrets;         /* (owned) (nullable): the account borrows it */
  KdAccount *account;         /* (owned) (nullable) */
  KdSyncEngine *engine;       /* (owned) (nullable) */
  KdSyncStatus *status;       /* (owned) (nullable): as of the last change */
  GPtrArray *early;           /* of GTask: pictures asked for before there was an engine */
  char *message;              /* (nullable): why there is no engine */
  gboolean started, stopped;
};

/* A picture to be kept or fetched, waiting for the engine. */
typedef struct
{
  GBytes *bytes;    /* (nullable): put */
  char *mime;
  KdHash hash;
  guint size;
} Picture;

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_clear_pointer (&picture->bytes, g_bytes_unref);
  g_free (picture->mime);
  g_free (picture);
}

/* ---- pictures ---- */

static void
put_cb (GObject *source,
        GAsyncResult *result,
        gpointer data)
{
  g_autoptr (GTask) task = data;
  Picture *picture = g_task_get_task_data (task);
  GError *error = NULL;

  if (kd_sync_media_put_finish (KD_SYNC_ENGINE (source), result, &picture->hash, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
get_cb (GObject *source,
        GAsyncResult *result,
        gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GBytes *bytes = kd_sync_media_get_finish (KD_SYNC_ENGINE (source), result, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* (transfer full) of @task */
static void
run_picture (KdDesktopSync *self,
             GTask *task)
{
  Picture *picture = g_task_get_task_data (task);

  if (self->stopped)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the program ends");
      g_object_unref (task);
    }
  else if (self->engine == NULL)
    g_ptr_array_add (self->early, task);
  else if (picture->bytes != NULL)
    kd_sync_media_put_async (self->engine, picture->bytes, picture->mime, g_task_get_cancellable (task), put_cb, task);
  else
    kd_sync_media_get_async (self->engine, &picture->hash, picture->size, g_task_get_cancellable (task), get_cb, task);
}

static void
run_early (KdDesktopSync *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  self->early = g_ptr_array_new ();
  for (guint i = 0; i < early->len; i++)
    run_picture (self, g_ptr_array_index (early, i));
}

static void
put_blob_async (KdSyncControl *control,
                GBytes *bytes,
                const char *mime,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer data)
{
  GTask *task = g_task_new (control, cancellable, callback, data);
  Picture *picture = g_new0 (Picture, 1);

  picture->bytes = g_bytes_ref (bytes);
  picture->mime = g_strdup (mime);
  g_task_set_task_data (task, picture, picture_free);
  run_picture (KD_DESKTOP_SYNC (control), task);
}

static gboolean
put_blob_finish (KdSyncControl *control,
                 GAsyncResult *result,
                 KdHash *ret_hash,
                 GError **error)
{
  const Picture *picture = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *ret_hash = picture->hash;
  return TRUE;
}

static void
get_blob_async (KdSyncControl *control,
                const KdHash *hash,
                guint size,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer data)
{
  GTask *task = g_task_new (control, cancellable, callback, data);
  Picture *picture = g_new0 (Picture, 1);

  picture->hash = *hash;
  picture->size = size;
  g_task_set_task_data (task, picture, picture_free);
  run_picture (KD_DESKTOP_SYNC (control), task);
}

static GBytes *
get_blob_finish (KdSyncControl *control,
                 GAsyncResult *result,
                 GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- the account's session ---- */

typedef struct
{
  KdSecrets *secrets;
  KdAccount *account;
  char *address, *owner_token;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_object (&opening->account);
  g_clear_pointer (&opening->secrets, kd_secrets_free);
  g_free (opening->address);
  kd_secrets_value_free (opening->owner_token);
  g_free (opening);
}

/* On a thread of its own: keyrings may be slow. An embedded shop's owner whose session is lost
 * signs in again with the server's token; who else is not signed in hears it from the engine. */
static void
open_account (GTask *task,
              gpointer source,
              gpointer data,
              GCancellable *cancellable)
{
  KdDesktopSync *self = source;
  Opening *opening = data;
  const KdProfile *profile = self->profile;
  g_autoptr (GError) error = NULL;

  opening->secrets = kd_secrets_open (profile->data);
  opening->account = kd_account_open (opening->secrets, opening->address, profile->fingerprint, &profile->server,
                                      &profile->user, &error);
  if (opening->account == NULL)
    {
      KdDesktopWait wait;
      g_autoptr (GAsyncResult) result = NULL;

      opening->account = kd_account_new (opening->secrets, opening->address, profile->fingerprint);
      if (opening->owner_token != NULL)
        {
          kd_desktop_wait_begin (&wait);
          kd_account_sign_in_owner_async (opening->account, opening->owner_token, NULL, kd_desktop_wait_cb, &wait);
          result = kd_desktop_wait_take (&wait);
          if (!kd_account_sign_in_finish (opening->account, result, NULL))
            g_message ("the shop's owner could not sign in: %s", error->message);
          kd_desktop_wait_end (&wait);
        }
    }
  g_task_return_boolean (task, TRUE);
}

static void
engine_changed_cb (KdSyncEngine *engine,
                   gpointer data)
{
  KdDesktopSync *self = data;

  g_clear_pointer (&self->status, kd_sync_status_free);
  self->status = kd_sync_engine_get_status (engine);
  g_signal_emit_by_name (self, "changed");
}

static void
account_opened_cb (GObject *source,
                   GAsyncResult *result,
                   gpointer data)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (source);
  Opening *opening = g_task_get_task_data (G_TASK (result));
  g_autofree char *media = kd_profile_media_folder (self->profile->data);
  g_autoptr (KdSyncTransport) transport = NULL;
  KdSyncOptions options = { .media_folder = media };

  if (self->stopped)
    return;
  self->secrets = g_steal_pointer (&opening->secrets);
  self->account = g_steal_pointer (&opening->account);
  transport = kd_sync_http_new (self->account, &self->profile->shop);
  self->engine = kd_sync_engine_new (self->store, transport, &options);
  g_signal_connect_object (self->engine, "changed", G_CALLBACK (engine_changed_cb), self, 0);
  kd_sync_engine_start (self->engine);
  run_early (self);
  engine_changed_cb (self->engine, self);
}

static void
begin_engine (KdDesktopSync *self)
{
  const char *address = kd_server_control_get_address (KD_SERVER_CONTROL (self->server));
  g_autoptr (GTask) task = g_task_new (self, NULL, account_opened_cb, NULL);
  Opening *opening = g_new0 (Opening, 1);

  opening->address = g_strdup (address != NULL ? address : self->profile->address);
  opening->owner_token = self->profile->embedded ? kd_desktop_server_take_owner_token (self->server) : NULL;
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_account);
}

static void
server_ready_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  g_autoptr (KdDesktopSync) self = data;
  g_autoptr (GError) error = NULL;

  if (self->stopped)
    return;
  /* Without a server the engine still serves the pictures that are here, and tries by itself. */
  if (!kd_desktop_server_ensure_finish (self->server, result, &error))
    {
      g_message ("%s", error->message);
      g_free (self->message);
      self->message = g_strdup (error->message);
    }
  begin_engine (self);
}

/* The embedded server was started again, perhaps on another port. */
static void
server_changed_cb (KdServerControl *control,
                   gpointer data)
{
  KdDesktopSync *self = data;

  if (self->account == NULL || kd_server_control_get_state (control) != KD_SERVER_RUNNING)
    return;
  g_clear_pointer (&self->message, g_free);
  kd_account_set_address (self->account, kd_server_control_get_address (control));
  kd_sync_engine_retry (self->engine);
}

/* ---- the interface ---- */

static void
start (KdSyncControl *control)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);

  if (self->started)
    return;
  self->started = TRUE;
  if (self->profile->embedded)
    kd_desktop_server_ensure_async (self->server, server_ready_cb, g_object_ref (self));
  else
    begin_engine (self);
}

static void
stop (KdSyncControl *control)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);

  self->stopped = TRUE;
  if (self->engine != NULL)
    kd_sync_engine_stop (self->engine);
  run_early (self);
}

static void
server_tried_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  g_autoptr (KdDesktopSync) self = data;
  g_autoptr (GError) error = NULL;

  /* that it runs is told by its signal */
  if (!kd_desktop_server_ensure_finish (self->server, result, &error))
    g_message ("%s", error->message);
}

static void
retry_now (KdSyncControl *control)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);

  if (self->profile->embedded && kd_server_control_get_state (KD_SERVER_CONTROL (self->server)) != KD_SERVER_RUNNING)
    kd_desktop_server_ensure_async (self->server, server_tried_cb, g_object_ref (self));
  if (self->engine == NULL)
    return;
  if (self->status != NULL && self->status->activity == KD_SYNC_STOPPED)
    kd_sync_engine_resume (self->engine);
  else
    kd_sync_engine_retry (self->engine);
}

static KdSyncPhase
get_phase (KdSyncControl *control)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);

  if (self->status == NULL)
    return self->message != NULL || !self->started ? KD_LINK_OFF : KD_LINK_BUSY;
  switch (self->status->activity)
    {
    case KD_SYNC_OFFLINE:
      return KD_LINK_OFFLINE;
    case KD_SYNC_ONLINE:
      return KD_LINK_IDLE;
    case KD_SYNC_CONNECTING:
    case KD_SYNC_BUSY:
      return KD_LINK_BUSY;
    case KD_SYNC_STOPPED:
      return KD_LINK_STOPPED;
    default:
      return KD_LINK_OFF;
    }
}

static gint64
get_next_try (KdSyncControl *control)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);

  return self->status != NULL ? self->status->retry_at : 0;
}

static const char *
get_message (KdSyncControl *control)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);

  return self->message != NULL ? self->message : self->status != NULL ? self->status->error : NULL;
}

static void
get_progress (KdSyncControl *control,
              guint64 *ret_done,
              guint64 *ret_total)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (control);
  gboolean full = self->status != NULL && self->status->full;

  *ret_done = full ? (guint64) self->status->rows_done : 0;
  *ret_total = full ? (guint64) self->status->rows_total : 0;
}

static void
kd_desktop_sync_iface_init (KdSyncControlInterface *iface)
{
  iface->start = start;
  iface->stop = stop;
  iface->retry_now = retry_now;
  iface->get_phase = get_phase;
  iface->get_next_try = get_next_try;
  iface->get_message = get_message;
  iface->get_progress = get_progress;
  iface->put_blob_async = put_blob_async;
  iface->put_blob_finish = put_blob_finish;
  iface->get_blob_async = get_blob_async;
  iface->get_blob_finish = get_blob_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KdDesktopSync, kd_desktop_sync, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_SYNC_CONTROL, kd_desktop_sync_iface_init))

static void
kd_desktop_sync_finalize (GObject *object)
{
  KdDesktopSync *self = KD_DESKTOP_SYNC (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->account);
  g_clear_pointer (&self->secrets, kd_secrets_free);
  g_clear_pointer (&self->status, kd_sync_status_free);
  g_clear_object (&self->store);
  g_clear_object (&self->server);
  kd_profile_free (self->profile);
  g_ptr_array_unref (self->early);
  g_free (self->message);
  G_OBJECT_CLASS (kd_desktop_sync_parent_class)->finalize (object);
}

static void
kd_desktop_sync_class_init (KdDesktopSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_desktop_sync_finalize;
}

static void
kd_desktop_sync_init (KdDesktopSync *self)
{
  self->early = g_ptr_array_new ();
}

KdDesktopSync *
kd_desktop_sync_new (const KdProfile *profile,
                     KdStore *store,
                     KdDesktopServer *server)
{
  KdDesktopSync *self = g_object_new (KD_TYPE_DESKTOP_SYNC, NULL);

  self->profile = kd_profile_copy (profile);
  self->store = g_object_ref (store);
  self->server = g_object_ref (server);
  g_signal_connect_object (server, "changed", G_CALLBACK (server_changed_cb), self, 0);
  return self;
}

KdAccount *
kd_desktop_sync_get_account (KdDesktopSync *self)
{
  return self->account;
}
