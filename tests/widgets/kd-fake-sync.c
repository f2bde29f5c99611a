/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-fake-sync.h"

#include "kd-picture.h"

struct _KdFakeSync {
  GObject parent_instance;

  GHashTable *blobs; /* KdHash -> GBytes */
};

static void
put_blob_async (KdSyncControl *control,
                GBytes *bytes,
                const char *mime,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer data)
{
  KdFakeSync *self = KD_FAKE_SYNC (control);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  KdHash *hash = g_new0 (KdHash, 1);

  kd_picture_hash (bytes, hash);
  g_hash_table_insert (self->blobs, g_memdup2 (hash, sizeof *hash), g_bytes_ref (bytes));
  g_task_return_pointer (task, hash, g_free);
}

static gboolean
put_blob_finish (KdSyncControl *control,
                 GAsyncResult *result,
                 KdHash *ret_hash,
                 GError **error)
{
  g_autofree KdHash *hash = g_task_propagate_pointer (G_TASK (result), error);

  if (hash == NULL)
    return FALSE;
  *ret_hash = *hash;
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
  KdFakeSync *self = KD_FAKE_SYNC (control);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  GBytes *bytes = g_hash_table_lookup (self->blobs, hash);

  if (bytes != NULL)
    g_task_return_pointer (task, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such picture");
}

static GBytes *
get_blob_finish (KdSyncControl *control,
                 GAsyncResult *result,
                 GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sync_control_init (KdSyncControlInterface *iface)
{
  iface->put_blob_async = put_blob_async;
  iface->put_blob_finish = put_blob_finish;
  iface->get_blob_async = get_blob_async;
  iface->get_blob_finish = get_blob_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KdFakeSync, kd_fake_sync, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_SYNC_CONTROL, sync_control_init))

static void
kd_fake_sync_finalize (GObject *object)
{
  g_hash_table_unref (KD_FAKE_SYNC (object)->blobs);
  G_OBJECT_CLASS (kd_fake_sync_parent_class)->finalize (object);
}

static void
kd_fake_sync_class_init (KdFakeSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_fake_sync_finalize;
}

static void
kd_fake_sync_init (KdFakeSync *self)
{
  self->blobs = g_hash_table_new_full (kd_hash_hash, kd_hash_equal, g_free, (GDestroyNotify) g_bytes_unref);
}

KdFakeSync *
kd_fake_sync_new (void)
{
  return g_object_new (KD_TYPE_FAKE_SYNC, NULL);
}

unsigned
kd_fake_sync_count (KdFakeSync *self)
{
  return g_hash_table_size (self->blobs);
}
