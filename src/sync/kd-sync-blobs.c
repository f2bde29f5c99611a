/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-media.h"
#include "kd-sync-private.h"

/* The lane that sends pictures, a piece at a time, beside the others: what waits for a large one
 * holds nothing else up. */

#define CHUNK_BYTES (1024 * 1024)

typedef struct
{
  KdSyncEngine *engine;
  KdStoreBlob blob;
  guint left;
  char *failed;           /* (nullable): why it can't be sent */
  gint64 offset;          /* what the server has of it */
} Upload;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  kd_store_blob_clear (&upload->blob);
  g_free (upload->failed);
  g_free (upload);
}

static Upload *
upload_copy (const Upload *upload)
{
  Upload *copy = g_memdup2 (upload, sizeof *upload);

  copy->blob.mime = g_strdup (upload->blob.mime);
  copy->failed = g_strdup (upload->failed);
  return copy;
}

static char *
blob_path (KdSyncEngine *self,
           const Upload *upload)
{
  char shop[KD_ID_TEXT_LENGTH + 1], hash[KD_HASH_TEXT_LENGTH + 1];

  return g_strdup_printf ("/v1/shops/%s/blobs/%s", kd_id_to_text (&self->shop, shop),
                          kd_hash_to_text (&upload->blob.sha256, hash));
}

/* ---- its end ---- */

static gboolean
ended_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Upload *upload = data;
  KdStore *store = upload->engine->store;

  if (upload->failed != NULL)
    return kd_store_blob_failed (store, connection, &upload->blob.sha256, upload->failed, error);
  return kd_store_blob_sent (store, connection, &upload->blob.sha256, error);
}

static void
ended_cb (KdSyncEngine *self,
          gpointer data,
          const GError *error)
{
  if (error != NULL)
    {
      kd_sync_lane_retry (&self->blobs, 0, error->message);
      return;
    }
  kd_sync_lane_done (&self->blobs);
  kd_sync_push_kick (self);
  kd_sync_blobs_kick (self);
}

static void
end (KdSyncEngine *self,
     const Upload *upload,
     const char *failed)
{
  Upload *work = upload_copy (upload);

  work->failed = g_strdup (failed);
  kd_sync_engine_work (self, ended_work, work, upload_free, ended_cb);
}

/* ---- pieces ---- */

static void send_piece (KdSyncEngine *self, const Upload *upload);

static void
refused (KdSyncEngine *self,
         const KdSyncSent *sent,
         KdSyncReply *reply,
         const GError *error)
{
  g_autoptr (KdProblem) problem = NULL;
  const char *text;
  gsize n;

  if (reply == NULL || (reply->status != 404 && reply->status != 413 && reply->status != 415 && reply->status != 422))
    {
      kd_sync_lane_refused (sent, reply, error);
      return;
    }
  text = g_bytes_get_data (reply->body, &n);
  problem = n > 0 ? kd_problem_parse (text, (gssize) n, NULL) : NULL;
  if (problem == NULL)
    kd_sync_lane_refused (sent, reply, error);
  else
    end (self, sent->data, problem->code);
}

static void
piece_answered (KdSyncEngine *self,
                const KdSyncSent *sent,
                KdSyncReply *reply,
                const GError *error)
{
  Upload *upload = sent->data;

  if (reply != NULL && (reply->status / 100 == 2 || reply->status == 409) && reply->upload_offset >= 0)
    {
      kd_sync_engine_heard (self, 0, 0);
      upload->offset = reply->upload_offset;
      if (upload->offset >= upload->blob.size)
        end (self, upload, NULL);
      else
        send_piece (self, upload);
    }
  else
    refused (self, sent, reply, error);
}

static void
send_piece (KdSyncEngine *self,
            const Upload *upload)
{
  g_autofree char *path = blob_path (self, upload);
  g_autofree char *file = kd_sync_media_path (self->media_folder, &upload->blob.sha256, 0);
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (file, FALSE, NULL);
  g_autoptr (GBytes) all = mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
  g_autoptr (GBytes) piece = NULL;
  KdSyncRequest request = KD_SYNC_REQUEST_INIT;

  if (all == NULL || (gint64) g_bytes_get_size (all) != upload->blob.size)
    {
      end (self, upload, "file.gone");
      return;
    }
  piece = g_bytes_new_from_bytes (all, (gsize) upload->offset,
                                  (gsize) MIN (CHUNK_BYTES, upload->blob.size - upload->offset));
  request.method = "PATCH";
  request.path = path;
  request.content_type = "application/octet-stream";
  request.body = piece;
  request.upload_offset = upload->offset;
  request.max_answer = KD_PROBLEM_MAX_BYTES;
  request.timeout_ms = KD_SYNC_UPLOAD_MS;
  kd_sync_lane_send (&self->blobs, &request, 0, upload_copy (upload), upload_free, piece_answered);
}

/* ---- its beginning ---- */

static void
announced (KdSyncEngine *self,
           const KdSyncSent *sent,
           KdSyncReply *reply,
           const GError *error)
{
  Upload *upload = sent->data;

  if (reply != NULL && reply->status == 200)
    {
      kd_sync_engine_heard (self, 0, 0);
      end (self, upload, NULL);
    }
  else if (reply != NULL && reply->status == 201)
    {
      kd_sync_engine_heard (self, 0, 0);
      upload->offset = MAX (reply->upload_offset, 0);
      send_piece (self, upload);
    }
  else
    refused (self, sent, reply, error);
}

static void
announce (KdSyncEngine *self,
          const Upload *upload)
{
  char shop[KD_ID_TEXT_LENGTH + 1], hash[KD_HASH_TEXT_LENGTH + 1];
  g_autofree char *path = g_strdup_printf ("/v1/shops/%s/blobs", kd_id_to_text (&self->shop, shop));
  g_autoptr (GBytes) body = NULL;
  KdSyncRequest request = KD_SYNC_REQUEST_INIT;
  char *json = g_strdup_printf ("{\"mime\":\"%s\",\"sha256\":\"%s\",\"size\":%" G_GINT64_FORMAT "}",
                                upload->blob.mime != NULL ? upload->blob.mime : "application/octet-stream",
                                kd_hash_to_text (&upload->blob.sha256, hash), upload->blob.size);

  body = g_bytes_new_take (json, strlen (json));
  request.method = "POST";
  request.path = path;
  request.content_type = "application/json";
  request.body = body;
  request.max_answer = KD_PROBLEM_MAX_BYTES;
  request.timeout_ms = KD_SYNC_REQUEST_MS;
  kd_sync_lane_send (&self->blobs, &request, 0, upload_copy (upload), upload_free, announced);
}

static gboolean
next_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Upload *upload = data;
  return kd_store_blob_next (upload->engine->store, connection, &upload->blob, &upload->left, error);
}

static void
next_cb (KdSyncEngine *self,
         gpointer data,
         const GError *error)
{
  Upload *upload = data;

  if (error != NULL)
    {
      kd_sync_lane_retry (&self->blobs, 0, error->message);
      return;
    }
  g_mutex_lock (&self->mutex);
  self->status.uploads = upload->left;
  g_mutex_unlock (&self->mutex);
  if (upload->left > 0)
    announce (self, upload);
  else if (kd_sync_lane_done (&self->blobs))
    kd_sync_blobs_kick (self);
  kd_sync_engine_update (self, NULL);
}

gboolean
kd_sync_blobs_kick (gpointer data)
{
  KdSyncEngine *self = data;
  Upload *upload;

  if (self->media_folder == NULL || !kd_sync_lane_begin (self, &self->blobs, FALSE))
    return G_SOURCE_REMOVE;
  upload = g_new0 (Upload, 1);
  upload->engine = self;
  kd_sync_engine_work (self, next_work, upload, upload_free, next_cb);
  return G_SOURCE_REMOVE;
}
