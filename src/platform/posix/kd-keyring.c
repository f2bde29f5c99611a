/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-keyring-private.h"

#include <libsecret/secret.h>

struct _KdKeyring
{
  GMainContext *context;
  SecretService *service;
  char *folder;
  guint wait_ms;
};

/* One call's end, or the clock's. */
typedef struct
{
  GCancellable *cancellable;
  GAsyncResult *result;
  gboolean late;
} Wait;

static const SecretSchema schema = {
  "id.kedai.Kedai",
  SECRET_SCHEMA_NONE,
  {
    { "folder", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static void
done_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  Wait *wait = data;

  wait->result = g_object_ref (result);
}

static gboolean
late_cb (gpointer data)
{
  Wait *wait = data;

  wait->late = TRUE;
  g_cancellable_cancel (wait->cancellable);
  return G_SOURCE_REMOVE;
}

/* Turns the keyring's own loop until the call that was just started has ended; a cancelled call
 * still ends by its callback, so nothing is left running behind. */
static void
wait_for (KdKeyring *self,
          Wait *wait)
{
  g_autoptr (GSource) timer = g_timeout_source_new (self->wait_ms);

  g_source_set_callback (timer, late_cb, wait, NULL);
  g_source_attach (timer, self->context);
  while (!wait->result)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (timer);
}

static void
begin (KdKeyring *self,
       Wait *wait)
{
  *wait = (Wait){ .cancellable = g_cancellable_new () };
  g_main_context_push_thread_default (self->context);
}

static gboolean
end (KdKeyring *self,
     Wait *wait,
     gboolean ok,
     GError **error)
{
  g_main_context_pop_thread_default (self->context);
  if (!ok && wait->late)
    {
      g_clear_error (error);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The keyring does not answer");
    }
  g_clear_object (&wait->result);
  g_clear_object (&wait->cancellable);
  return ok;
}

static GHashTable *
attributes_of (KdKeyring *self,
               const char *name)
{
  return secret_attributes_build (&schema, "folder", self->folder, "name", name, NULL);
}

static gboolean
connect_service (KdKeyring *self,
                 GError **error)
{
  Wait wait;

  begin (self, &wait);
  secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, wait.cancellable,
                       done_cb, &wait);
  wait_for (self, &wait);
  self->service = secret_service_open_finish (wait.result, error);
  return end (self, &wait, self->service != NULL, error);
}

static gboolean
check_unlocked (KdKeyring *self,
                GError **error)
{
  g_autoptr (SecretCollection) collection = NULL;
  Wait wait;

  begin (self, &wait);
  secret_collection_for_alias (self->service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                               wait.cancellable, done_cb, &wait);
  wait_for (self, &wait);
  collection = secret_collection_for_alias_finish (wait.result, error);
  if (!collection && error && !*error)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no default keyring");
  else if (collection && secret_collection_get_locked (collection))
    {
      g_clear_object (&collection);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "The keyring is locked");
    }
  return end (self, &wait, collection != NULL, error);
}

KdKeyring *
kd_keyring_open (const char *folder,
                 guint wait_ms,
                 GError **error)
{
  g_autoptr (KdKeyring) self = g_new0 (KdKeyring, 1);
  g_autoptr (GError) local = NULL;

  self->context = g_main_context_new ();
  self->folder = g_canonicalize_filename (folder, NULL);
  self->wait_ms = wait_ms;
  if (!connect_service (self, &local) || !check_unlocked (self, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
kd_keyring_free (KdKeyring *self)
{
  if (!self)
    return;
  g_clear_object (&self->service);
  /* What the bus still had to say to this loop goes with it. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_unref (self->context);
  g_free (self->folder);
  g_free (self);
}

gboolean
kd_keyring_store (KdKeyring *self,
                  const char *name,
                  const char *label,
                  const char *value,
                  GError **error)
{
  g_autoptr (GHashTable) attributes = attributes_of (self, name);
  SecretValue *secret = secret_value_new (value, -1, "text/plain");
  gboolean ok;
  Wait wait;

  begin (self, &wait);
  secret_service_store (self->service, &schema, attributes, SECRET_COLLECTION_DEFAULT, label, secret,
                        wait.cancellable, done_cb, &wait);
  wait_for (self, &wait);
  ok = secret_service_store_finish (self->service, wait.result, error);
  secret_value_unref (secret);
  return end (self, &wait, ok, error);
}

char *
kd_keyring_lookup (KdKeyring *self,
                   const char *name,
                   GError **error)
{
  g_autoptr (GHashTable) attributes = attributes_of (self, name);
  g_autoptr (GError) local = NULL;
  SecretValue *secret;
  char *text = NULL;
  Wait wait;

  begin (self, &wait);
  secret_service_lookup (self->service, &schema, attributes, wait.cancellable, done_cb, &wait);
  wait_for (self, &wait);
  secret = secret_service_lookup_finish (self->service, wait.result, &local);
  end (self, &wait, local == NULL, &local);
  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  if (secret)
    {
      text = g_strdup (secret_value_get_text (secret));
      secret_value_unref (secret);
    }
  return text;
}

gboolean
kd_keyring_delete (KdKeyring *self,
                   const char *name,
                   GError **error)
{
  g_autoptr (GHashTable) attributes = attributes_of (self, name);
  g_autoptr (GError) local = NULL;
  Wait wait;

  begin (self, &wait);
  secret_service_clear (self->service, &schema, attributes, wait.cancellable, done_cb, &wait);
  wait_for (self, &wait);
  /* FALSE without an error says that there was none. */
  secret_service_clear_finish (self->service, wait.result, &local);
  end (self, &wait, local == NULL, &local);
  if (!local)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
