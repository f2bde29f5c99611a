/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-session-photos.h"

#define DATA_KEY "kd-session-photos"

/* The session owns the loader, so the loader's way back to it is weak. */
static void
fetch (const char *key,
       int edge,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer callback_data,
       gpointer data)
{
  g_autoptr (KdSession) session = g_weak_ref_get (data);
  const KdServices *services = session != NULL ? kd_session_get_services (session) : NULL;
  KdHash hash;

  if (services == NULL || services->sync == NULL || !kd_hash_parse (key, &hash))
    {
      g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, callback_data);

      g_task_set_source_tag (task, fetch);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is nowhere to get the picture from");
      return;
    }
  kd_sync_control_get_blob_async (services->sync, &hash, (guint) MAX (edge, 0), cancellable, callback, callback_data);
}

static GBytes *
fetch_finish (GAsyncResult *result,
              gpointer data,
              GError **error)
{
  g_autoptr (KdSession) session = g_weak_ref_get (data);
  const KdServices *services = session != NULL ? kd_session_get_services (session) : NULL;

  if (g_async_result_is_tagged (result, fetch))
    return g_task_propagate_pointer (G_TASK (result), error);
  if (services == NULL || services->sync == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The session is closed");
      return NULL;
    }
  return kd_sync_control_get_blob_finish (services->sync, result, error);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

KdPhotoLoader *
kd_session_get_photos (KdSession *session)
{
  KdPhotoLoader *loader = g_object_get_data (G_OBJECT (session), DATA_KEY);
  GWeakRef *weak;

  if (loader != NULL)
    return loader;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, session);
  loader = kd_photo_loader_new (fetch, fetch_finish, weak, weak_ref_free);
  g_object_set_data_full (G_OBJECT (session), DATA_KEY, loader, g_object_unref);
  return loader;
}
