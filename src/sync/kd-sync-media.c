/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-media.h"

#include "kd-files.h"
#include "kd-sync-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

char *
kd_sync_media_path (const char *folder,
                    const KdHash *sha256,
                    guint width)
{
  char text[KD_HASH_TEXT_LENGTH + 1];

  kd_hash_to_text (sha256, text);
  if (width == 0)
    return g_strdup_printf ("%s/%.2s/%s", folder, text, text + 2);
  return g_strdup_printf ("%s/%.2s/%s.w%u", folder, text, text + 2, width);
}

static gboolean
hash_of (GBytes *bytes,
         KdHash *ret_hash)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = sizeof ret_hash->b;

  g_checksum_update (sum, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_checksum_get_digest (sum, ret_hash->b, &n);
  return n == sizeof ret_hash->b;
}

static gboolean
write_file (const char *folder,
            const KdHash *hash,
            guint width,
            GBytes *bytes,
            GError **error)
{
  g_autofree char *path = kd_sync_media_path (folder, hash, width);
  g_autofree char *parent = g_path_get_dirname (path);

  return kd_files_ensure_folder (parent, error)
         && kd_files_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

/* ---- keeping one ---- */

typedef struct
{
  KdSyncEngine *engine;   /* the task's source */
  GBytes *bytes;
  char *mime;
  KdHash hash;
} Put;

static void
put_free (gpointer data)
{
  Put *put = data;

  g_bytes_unref (put->bytes);
  g_free (put->mime);
  g_free (put);
}

static gboolean
add_work (KdSqlConnection *connection,
          gpointer data,
          GCancellable *cancellable,
          GError **error)
{
  Put *put = data;
  KdStoreBlob blob = { put->hash, (gint64) g_bytes_get_size (put->bytes), put->mime };

  return kd_store_blob_add (put->engine->store, connection, &blob, error);
}

static void
added_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
put_thread (GTask *task,
            gpointer source,
            gpointer data,
            GCancellable *cancellable)
{
  KdSyncEngine *self = source;
  Put *put = data;
  GError *error = NULL;

  if (!hash_of (put->bytes, &put->hash) || !write_file (self->media_folder, &put->hash, 0, put->bytes, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* The file is there: now the database knows of it. */
static void
written_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GTask) task = data;
  KdSyncEngine *self = KD_SYNC_ENGINE (source);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  kd_sql_worker_run_async (kd_store_get_writer (self->store), KD_SQL_INTERACTIVE, add_work, g_task_get_task_data (task),
                           NULL, NULL, added_cb, g_object_ref (task));
}

void
kd_sync_media_put_async (KdSyncEngine *self,
                         GBytes *bytes,
                         const char *mime,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GTask) write = NULL;
  Put *put = g_new0 (Put, 1);

  put->engine = self;
  put->bytes = g_bytes_ref (bytes);
  put->mime = g_strdup (mime);
  g_task_set_task_data (task, put, put_free);
  g_task_set_source_tag (task, kd_sync_media_put_async);
  if (g_bytes_get_size (bytes) > KD_MEDIA_MAX_BYTES)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "the picture is too large");
      g_object_unref (task);
      return;
    }
  write = g_task_new (self, NULL, written_cb, task);
  g_task_set_task_data (write, put, NULL);
  g_task_run_in_thread (write, put_thread);
}

gboolean
kd_sync_media_put_finish (KdSyncEngine *self,
                          GAsyncResult *result,
                          KdHash *ret_hash,
                          GError **error)
{
  Put *put = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *ret_hash = put->hash;
  return TRUE;
}

/* ---- looking at one ---- */

typedef struct
{
  KdHash hash;
  guint width;
  GBytes *bytes;          /* fetched, to be written */
} Get;

static void
get_free (gpointer data)
{
  Get *get = data;

  g_clear_pointer (&get->bytes, g_bytes_unref);
  g_free (get);
}

static void fetch_next (KdSyncEngine *self);

static void
give_up (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "the server can't be asked");
  g_object_unref (task);
}

void
kd_sync_media_give_up (KdSyncEngine *self)
{
  GTask *task;

  while ((task = g_queue_pop_head (&self->fetches)) != NULL)
    give_up (task);
}

static void
save_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  KdSyncEngine *self = source;
  Get *get = data;

  /* one that can't be kept is shown all the same */
  write_file (self->media_folder, &get->hash, get->width, get->bytes, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
fetched_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  GTask *task = data;
  KdSyncEngine *self = g_task_get_source_object (task);
  Get *get = g_task_get_task_data (task);
  g_autoptr (KdSyncReply) reply = kd_sync_transport_send_finish (KD_SYNC_TRANSPORT (source), result, NULL);
  KdHash hash;

  self->outstanding--;
  self->fetching--;
  if (reply == NULL || reply->status >= 500 || reply->status == 429)
    give_up (task);
  else if (reply->status != 200
           || (get->width == 0 && (!hash_of (reply->body, &hash) || !kd_hash_equal (&hash, &get->hash))))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the server has no such picture for us");
      g_object_unref (task);
    }
  else
    {
      g_autoptr (GTask) save = g_task_new (self, NULL, NULL, NULL);
      Get *copy = g_new0 (Get, 1);

      copy->hash = get->hash;
      copy->width = get->width;
      copy->bytes = g_bytes_ref (reply->body);
      g_task_set_task_data (save, copy, get_free);
      g_task_run_in_thread (save, save_thread);
      g_task_return_pointer (task, g_bytes_ref (reply->body), (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
    }
  fetch_next (self);
}

static void
fetch_next (KdSyncEngine *self)
{
  while (self->running && self->fetching < KD_MEDIA_AT_ONCE)
    {
      GTask *task = g_queue_pop_head (&self->fetches);
      KdSyncRequest request = KD_SYNC_REQUEST_INIT;
      char shop[KD_ID_TEXT_LENGTH + 1], hash[KD_HASH_TEXT_LENGTH + 1];
      g_autoptr (GString) path = g_string_new (NULL);
      const Get *get;

      if (task == NULL)
        return;
      if (g_task_return_error_if_cancelled (task))
        {
          g_object_unref (task);
          continue;
        }
      get = g_task_get_task_data (task);
      g_string_printf (path, "/v1/shops/%s/blobs/%s", kd_id_to_text (&self->shop, shop), kd_hash_to_text (&get->hash, hash));
      if (get->width != 0)
        g_string_append_printf (path, "?w=%u", get->width);
      request.method = "GET";
      request.path = path->str;
      request.max_answer = KD_MEDIA_MAX_BYTES;
      request.timeout_ms = KD_SYNC_UPLOAD_MS;
      request.any_type = TRUE;
      self->outstanding++;
      self->fetching++;
      kd_sync_transport_send_async (self->transport, &request, NULL, fetched_cb, task);
    }
}

static gboolean
fetch_cb (gpointer data)
{
  GTask *task = data;
  KdSyncEngine *self = g_task_get_source_object (task);

  if (!self->running)
    give_up (task);
  else
    {
      /* what is on the screen now was asked for last */
      g_queue_push_head (&self->fetches, task);
      fetch_next (self);
    }
  return G_SOURCE_REMOVE;
}

static void
read_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  KdSyncEngine *self = source;
  const Get *get = data;
  const guint widths[] = { get->width, 0 };

  for (guint i = 0; i < (get->width != 0 ? 2 : 1); i++)
    {
      g_autofree char *path = kd_sync_media_path (self->media_folder, &get->hash, widths[i]);
      GBytes *bytes = kd_files_read (path, KD_MEDIA_MAX_BYTES, NULL);

      if (bytes != NULL)
        {
          g_utime (path, NULL);
          g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
          return;
        }
    }
  g_task_return_pointer (task, NULL, NULL);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  GTask *task = data;
  KdSyncEngine *self = KD_SYNC_ENGINE (source);
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), NULL);

  if (bytes != NULL)
    {
      g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
    }
  else
    g_main_context_invoke (self->context, fetch_cb, task);
}

void
kd_sync_media_get_async (KdSyncEngine *self,
                         const KdHash *sha256,
                         guint width,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GTask) read = g_task_new (self, NULL, read_cb, task);
  Get *get = g_new0 (Get, 1);

  get->hash = *sha256;
  get->width = width;
  g_task_set_task_data (task, get, get_free);
  g_task_set_source_tag (task, kd_sync_media_get_async);
  g_task_set_task_data (read, get, NULL);
  g_task_run_in_thread (read, read_thread);
}

GBytes *
kd_sync_media_get_finish (KdSyncEngine *self,
                          GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
