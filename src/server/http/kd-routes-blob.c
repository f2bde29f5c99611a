/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-blob-answer.h"
#include "kd-blob-store.h"
#include "kd-http-private.h"
#include "kd-json.h"
#include "kd-picture.h"
#include "kd-shop-blobs.h"

#include <string.h>

/* Pictures and other files of a shop (SYNC 4.13, SECURITY 5): announced, sent in pieces, read. */

#define ANNOUNCE_MAX 1024

typedef struct
{
  KdUpload upload;
  char *folder;
  KdId user;
  gboolean naming;          /* what is asked: to name it, else to read it */
  gboolean member, may, have, picture, done;
  KdShopBlob blob;
  gint64 size, offset;
  GBytes *bytes;
  KdBlobInfo info;
} Blob;

static void
blob_free (gpointer data)
{
  Blob *blob = data;

  kd_shop_blob_clear (&blob->blob);
  g_clear_pointer (&blob->bytes, g_bytes_unref);
  g_free (blob->folder);
  g_free (blob);
}

static Blob *
blob_new (KdRequest *request)
{
  Blob *blob = g_new0 (Blob, 1);

  blob->folder = g_strdup (request->http->media_folder);
  blob->user = request->session.user;
  blob->upload.folder = blob->folder;
  blob->upload.user = blob->user;
  return blob;
}

static Blob *
blob_move (Blob *blob)
{
  Blob *copy = g_memdup2 (blob, sizeof *blob);

  *blob = (Blob){ 0 };
  copy->upload.folder = copy->folder;
  return copy;
}

/* NULL: answered. */
static Blob *
blob_new_named (KdRequest *request)
{
  KdHash sha256;
  Blob *blob;

  if (!kd_hash_parse (kd_request_param (request, "sha256"), &sha256))
    {
      kd_request_refuse (request, 404, "not_found");
      return NULL;
    }
  blob = blob_new (request);
  blob->upload.sha256 = sha256;
  return blob;
}

static gboolean
look (KdSqlConnection *connection,
      const KdShop *shop,
      gpointer data,
      GError **error)
{
  Blob *blob = data;
  const KdHash *sha256 = &blob->upload.sha256;
  GError *failed = NULL;
  KdRole role;
  KdScopes scopes;

  blob->member = kd_shop_get_member (connection, shop, &blob->user, &role, &scopes, &failed);
  if (blob->member)
    blob->have = kd_shop_blob_find (connection, shop, sha256, &blob->blob, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (!blob->have)
    return TRUE;
  return blob->naming ? kd_shop_blob_may_name (connection, shop, &blob->user, scopes, sha256, &blob->may, error)
                      : kd_shop_blob_may_read (connection, shop, scopes, sha256, &blob->may, error);
}

/* FALSE: answered. */
static gboolean
is_member (KdRequest *request,
           const Blob *blob,
           const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else if (!blob->member)
    kd_request_refuse (request, 403, "scope");
  else
    return TRUE;
  return FALSE;
}

static void
fail_blob (KdRequest *request,
           const GError *error)
{
  const char *code = kd_picture_error_code (error);

  if (code != NULL)
    kd_request_refuse (request, 422, code);
  else if (g_error_matches (error, KD_BLOB_ERROR, KD_BLOB_ERROR_HASH))
    kd_request_refuse (request, 422, "blob.hash");
  else if (g_error_matches (error, KD_BLOB_ERROR, KD_BLOB_ERROR_SIZE))
    kd_request_refuse (request, 413, "blob.size");
  else
    kd_request_fail (request, error);
}

static void
set_offset (KdRequest *request,
            gint64 offset)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, offset);

  kd_request_header (request, "Upload-Offset", text);
}

static void
answer_known (KdRequest *request,
              guint status,
              const KdHash *sha256,
              const char *mime,
              gint64 size,
              gint64 width,
              gint64 height)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_HASH_TEXT_LENGTH + 1];

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "height");
  kd_json_int (&writer, height);
  kd_json_member (&writer, "mime");
  kd_json_string (&writer, mime);
  kd_json_member (&writer, "sha256");
  kd_json_string (&writer, kd_hash_to_text (sha256, text));
  kd_json_member (&writer, "size");
  kd_json_int (&writer, size);
  kd_json_member (&writer, "width");
  kd_json_int (&writer, width);
  kd_json_end_object (&writer);
  set_offset (request, size);
  kd_request_answer_json (request, status, g_string_free (out, FALSE));
}

/* ---- announcing ---- */

static gboolean
begin (gpointer data,
       GError **error)
{
  Blob *blob = data;

  return kd_upload_begin (&blob->upload, blob->size, blob->picture, &blob->offset, error);
}

static void
begun_cb (KdRequest *request,
          gpointer data,
          const GError *error)
{
  Blob *blob = data;
  char shop[KD_ID_TEXT_LENGTH + 1], text[KD_HASH_TEXT_LENGTH + 1];
  g_autofree char *location = NULL;

  if (error != NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  location = g_strdup_printf ("/v1/shops/%s/blobs/%s", kd_id_to_text (&request->shop->id, shop), kd_hash_to_text (&blob->upload.sha256, text));
  kd_request_header (request, "Location", location);
  set_offset (request, blob->offset);
  kd_request_answer_json (request, 201, g_strdup_printf ("{\"offset\":%" G_GINT64_FORMAT "}", blob->offset));
}

static void
announced_cb (KdRequest *request,
              gpointer data,
              const GError *error)
{
  Blob *blob = data;

  if (!is_member (request, blob, error))
    return;
  if (blob->have && blob->may && kd_blob_exists (blob->folder, &blob->upload.sha256))
    answer_known (request, 200, &blob->upload.sha256, blob->blob.mime, blob->blob.size, blob->blob.width, blob->blob.height);
  else
    kd_request_run_pool (request, begin, blob_move (blob), blob_free, begun_cb);
}

static void
announce_cb (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  g_autoptr (JsonNode) node = kd_json_parse_object (text, size, ANNOUNCE_MAX, &error);
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;
  const char *hash, *mime;
  KdHash sha256;
  gint64 bytes;
  Blob *blob;

  if (object == NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  hash = json_object_get_string_member_with_default (object, "sha256", "");
  mime = json_object_get_string_member_with_default (object, "mime", "");
  bytes = json_object_get_int_member_with_default (object, "size", 0);
  if (hash == NULL || !kd_hash_parse (hash, &sha256))
    kd_request_refuse_field (request, "sha256", "field.type");
  else if (bytes < 1)
    kd_request_refuse_field (request, "size", "field.range");
  else if (bytes > KD_BLOB_MAX)
    kd_request_refuse (request, 413, "blob.size");
  else
    {
      blob = blob_new (request);
      blob->upload.sha256 = sha256;
      blob->naming = TRUE;
      blob->size = bytes;
      blob->picture = mime != NULL && g_str_has_prefix (mime, "image/");
      kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, look, blob, blob_free, announced_cb);
    }
}

/* ---- sending ---- */

static gboolean
add_row (KdSqlConnection *connection,
         const KdShop *shop,
         gpointer data,
         GError **error)
{
  Blob *blob = data;
  KdShopBlob row = { blob->upload.sha256, blob->info.size, blob->info.width, blob->info.height, (char *) blob->info.mime };

  return kd_shop_blob_add (connection, shop, &row, &blob->user, error);
}

static void
row_added_cb (KdRequest *request,
              gpointer data,
              const GError *error)
{
  Blob *blob = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else
    answer_known (request, 200, &blob->upload.sha256, blob->info.mime, blob->info.size, blob->info.width, blob->info.height);
}

static gboolean
append (gpointer data,
        GError **error)
{
  Blob *blob = data;

  return kd_upload_append (&blob->upload, blob->size, blob->bytes, &blob->offset, &blob->done, &blob->info, error);
}

static char *
busy_name (const Blob *blob)
{
  char hash[KD_HASH_TEXT_LENGTH + 1], user[KD_ID_TEXT_LENGTH + 1];

  return g_strconcat (kd_hash_to_text (&blob->upload.sha256, hash), kd_id_to_text (&blob->user, user), NULL);
}

static void
appended (KdRequest *request,
          Blob *blob,
          const GError *error)
{
  if (g_error_matches (error, KD_BLOB_ERROR, KD_BLOB_ERROR_OFFSET))
    {
      set_offset (request, blob->offset);
      kd_request_refuse (request, 409, "blob.offset");
    }
  else if (error != NULL)
    fail_blob (request, error);
  else if (blob->done)
    kd_request_run_shop (request, &request->shop->id, KD_LANE_WRITE, add_row, blob_move (blob), blob_free, row_added_cb);
  else
    {
      set_offset (request, blob->offset);
      kd_request_answer_empty (request, 204);
    }
}

typedef struct
{
  KdRequest *request;
  Blob *blob;
} Append;

static void
append_free (gpointer data)
{
  Append *append = data;

  blob_free (append->blob);
  kd_request_unref (append->request);
  g_free (append);
}

static gboolean
append_work (gpointer data,
             GError **error)
{
  return append (((Append *) data)->blob, error);
}

/* Told even where the client has gone: the upload is free for the next piece. */
static void
append_done_cb (gpointer data,
                const GError *error,
                gpointer user_data)
{
  Append *append = data;
  g_autofree char *name = busy_name (append->blob);

  g_hash_table_remove (append->request->http->uploads, name);
  appended (append->request, append->blob, error);
}

static void
may_append_cb (KdRequest *request,
               gpointer data,
               const GError *error)
{
  g_autofree char *name = NULL;
  Append *append;

  if (!is_member (request, data, error))
    return;
  name = busy_name (data);
  if (g_hash_table_contains (request->http->uploads, name))
    {
      kd_request_refuse (request, 409, "blob.busy");
      return;
    }
  g_hash_table_add (request->http->uploads, g_steal_pointer (&name));
  append = g_new0 (Append, 1);
  append->request = kd_request_ref (request);
  append->blob = blob_move (data);
  kd_server_run_pool (request->http->server, append_work, append, append_free, append_done_cb, NULL);
}

static void
patch_cb (KdRequest *request)
{
  const char *offset = kd_request_in_header (request, "Upload-Offset");
  gint64 at;
  Blob *blob;

  if (offset == NULL || !g_ascii_string_to_signed (offset, 10, 0, KD_BLOB_MAX, &at, NULL))
    {
      kd_request_refuse_field (request, "Upload-Offset", "field.range");
      return;
    }
  blob = blob_new_named (request);
  if (blob == NULL)
    return;
  blob->size = at;
  blob->bytes = g_bytes_ref (request->body);
  blob->naming = TRUE;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, look, blob, blob_free, may_append_cb);
}

/* ---- asking and reading ---- */

static void
head_cb (KdRequest *request,
         gpointer data,
         const GError *error)
{
  Blob *blob = data;
  gint64 offset;

  if (!is_member (request, blob, error))
    return;
  if (blob->have && blob->may)
    offset = blob->blob.size;
  else
    offset = kd_upload_get_offset (&blob->upload);
  if (offset < 0)
    {
      kd_request_refuse (request, 404, "not_found");
      return;
    }
  set_offset (request, offset);
  kd_request_answer_empty (request, 200);
}

static void
may_read_cb (KdRequest *request,
             gpointer data,
             const GError *error)
{
  Blob *blob = data;
  const char *text = kd_request_query (request, "w");
  gint64 width = 0;

  if (!is_member (request, blob, error))
    return;
  if (!blob->have || !blob->may)
    kd_request_refuse (request, 404, "not_found");
  else if (text != NULL && !g_ascii_string_to_signed (text, 10, 1, KD_BLOB_EDGE_MAX, &width, NULL))
    kd_request_refuse_field (request, "w", "field.range");
  else
    kd_blob_answer (request, &blob->upload.sha256, blob->blob.mime, (guint) width, FALSE);
}

static void
read_cb (KdRequest *request)
{
  Blob *blob = blob_new_named (request);
  gboolean head = request->msg != NULL && strcmp (soup_server_message_get_method (request->msg), "HEAD") == 0;

  if (blob == NULL)
    return;
  blob->naming = head;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, look, blob, blob_free, head ? head_cb : may_read_cb);
}

const KdRoute kd_routes_blob[] = {
  { "POST", "/v1/shops/{shop}/blobs", KD_AUTH_SHOP, KD_BODY_JSON, ANNOUNCE_MAX, KD_TIME_SHORT, KD_RATE_NORMAL, announce_cb,
    "Announces {sha256, size, mime}: 200 it is here already, 201 send it" },
  { "PATCH", "/v1/shops/{shop}/blobs/{sha256}", KD_AUTH_SHOP, KD_BODY_BYTES, KD_BLOB_CHUNK_MAX, KD_TIME_LONG, KD_RATE_NORMAL, patch_cb,
    "The next piece, at Upload-Offset; 409 says where the upload stands" },
  { "GET", "/v1/shops/{shop}/blobs/{sha256}", KD_AUTH_SHOP, KD_BODY_NONE, 0, KD_TIME_LONG, KD_RATE_NORMAL, read_cb,
    "The bytes, in ranges; ?w a small picture. HEAD: Upload-Offset" },
  { NULL },
};
