/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-desktop-server.h"

#include "kd-embedded.h"

struct _KdDesktopServer
{
  GObject parent_instance;

  KdEmbedded *embedded;     /* (owned) */
  GPtrArray *waiting;       /* of GTask: they wait for the start that is under way */
  char *remote;             /* (nullable) */
  char *address;            /* (nullable): as given out last */
  gboolean failed;
};

static void
ensured_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdDesktopServer) self = data;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);
  g_autoptr (GError) error = NULL;
  gboolean ok = kd_embedded_start_finish (KD_EMBEDDED (source), result, &error);

  self->waiting = g_ptr_array_new ();
  self->failed = !ok;
  for (guint i = 0; i < waiting->len; i++)
    {
      g_autoptr (GTask) task = g_ptr_array_index (waiting, i);

      if (ok)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_error_copy (error));
    }
  g_signal_emit_by_name (self, "changed");
}

void
kd_desktop_server_ensure_async (KdDesktopServer *self,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_source_tag (task, kd_desktop_server_ensure_async);
  if (kd_embedded_get_state (self->embedded) == KD_EMBEDDED_RUNNING)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (self->waiting, task);
  if (self->waiting->len == 1)
    kd_embedded_start_async (self->embedded, NULL, ensured_cb, g_object_ref (self));
}

gboolean
kd_desktop_server_ensure_finish (KdDesktopServer *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
started_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!kd_desktop_server_ensure_finish (KD_DESKTOP_SERVER (source), result, &error))
    g_message ("%s", error->message);
}

static void
start (KdServerControl *control)
{
  KdDesktopServer *self = KD_DESKTOP_SERVER (control);

  if (self->remote == NULL)
    kd_desktop_server_ensure_async (self, started_cb, NULL);
}

static void
stop (KdServerControl *control)
{
  KdDesktopServer *self = KD_DESKTOP_SERVER (control);

  if (self->remote == NULL)
    kd_embedded_stop_async (self->embedded, NULL, NULL);
}

static KdServerState
get_state (KdServerControl *control)
{
  KdDesktopServer *self = KD_DESKTOP_SERVER (control);

  if (self->remote != NULL)
    return KD_SERVER_NONE;
  switch (kd_embedded_get_state (self->embedded))
    {
    case KD_EMBEDDED_RUNNING:
      return KD_SERVER_RUNNING;
    case KD_EMBEDDED_STARTING:
    case KD_EMBEDDED_WAITING:
      return KD_SERVER_STARTING;
    default:
      return self->failed ? KD_SERVER_FAILED : KD_SERVER_STOPPED;
    }
}

static const char *
get_address (KdServerControl *control)
{
  KdDesktopServer *self = KD_DESKTOP_SERVER (control);

  g_free (self->address);
  self->address = self->remote != NULL ? g_strdup (self->remote) : kd_embedded_dup_address (self->embedded);
  return self->address;
}

static const char *
get_message (KdServerControl *control)
{
  KdDesktopServer *self = KD_DESKTOP_SERVER (control);

  return self->remote != NULL ? NULL : kd_embedded_get_problem (self->embedded);
}

static void
kd_desktop_server_iface_init (KdServerControlInterface *iface)
{
  iface->start = start;
  iface->stop = stop;
  iface->get_state = get_state;
  iface->get_address = get_address;
  iface->get_message = get_message;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KdDesktopServer, kd_desktop_server, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_SERVER_CONTROL, kd_desktop_server_iface_init))

static void
embedded_changed_cb (KdEmbedded *embedded,
                     gpointer data)
{
  g_signal_emit_by_name (data, "changed");
}

static void
kd_desktop_server_finalize (GObject *object)
{
  KdDesktopServer *self = KD_DESKTOP_SERVER (object);

  g_clear_object (&self->embedded);
  g_ptr_array_unref (self->waiting);
  g_free (self->remote);
  g_free (self->address);
  G_OBJECT_CLASS (kd_desktop_server_parent_class)->finalize (object);
}

static void
kd_desktop_server_class_init (KdDesktopServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_desktop_server_finalize;
}

static void
kd_desktop_server_init (KdDesktopServer *self)
{
  self->waiting = g_ptr_array_new ();
}

KdDesktopServer *
kd_desktop_server_new (const char *folder)
{
  KdDesktopServer *self = g_object_new (KD_TYPE_DESKTOP_SERVER, NULL);

  self->embedded = kd_embedded_new (folder);
  g_signal_connect_object (self->embedded, "changed", G_CALLBACK (embedded_changed_cb), self, 0);
  return self;
}

void
kd_desktop_server_set_remote (KdDesktopServer *self,
                              const char *address)
{
  g_free (self->remote);
  self->remote = g_strdup (address);
  g_signal_emit_by_name (self, "changed");
}

char *
kd_desktop_server_take_owner_token (KdDesktopServer *self)
{
  return kd_embedded_take_owner_token (self->embedded);
}

void
kd_desktop_server_end (KdDesktopServer *self)
{
  kd_embedded_stop (self->embedded);
}
