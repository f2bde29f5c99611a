/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-blob-answer.h"

#include "kd-blob-store.h"
#include "kd-picture.h"

#include <string.h>

/* A blob on its way out. */

#define OCTETS "application/octet-stream"
#define SVG "image/svg+xml"
#define DRAWING_EDGE 1024     /* a drawing without a size asked for */

typedef struct
{
  char *folder;
  KdHash sha256;
  guint edge;
  gboolean open;
  char *mime;
  GBytes *bytes;
} Read;

static void
read_free (gpointer data)
{
  Read *read = data;

  g_clear_pointer (&read->bytes, g_bytes_unref);
  g_free (read->folder);
  g_free (read->mime);
  g_free (read);
}

static guint
round_edge (guint edge)
{
  static const guint edges[] = { 64, 128, 256, 512, 640, 1024, KD_BLOB_EDGE_MAX };

  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    if (edge <= edges[i])
      return edges[i];
  return KD_BLOB_EDGE_MAX;
}

static gboolean
read_work (gpointer data,
           GError **error)
{
  Read *self = data;
  const char *mime = NULL;

  if (self->mime == NULL)
    {
      g_autoptr (GBytes) whole = kd_blob_read (self->folder, &self->sha256, error);
      gsize size;
      const void *bytes;

      if (whole == NULL)
        return FALSE;
      bytes = g_bytes_get_data (whole, &size);
      self->mime = g_strdup (kd_picture_format_mime (kd_picture_sniff (bytes, size)));
    }
  /* a drawing never leaves as it came */
  if (self->edge == 0 && g_strcmp0 (self->mime, SVG) == 0)
    self->edge = DRAWING_EDGE;
  if (self->edge == 0)
    {
      self->bytes = kd_blob_read (self->folder, &self->sha256, error);
      return self->bytes != NULL;
    }
  self->bytes = kd_blob_read_small (self->folder, &self->sha256, self->edge,
                                    self->edge <= KD_BLOB_SMALL_EDGE ? KD_BLOB_SMALL_BYTES : 0, &mime, error);
  g_free (self->mime);
  self->mime = g_strdup (mime);
  return self->bytes != NULL;
}

/* One range, as most clients ask for; whatever else gets the whole. */
static gboolean
parse_range (const char *text,
             gint64 size,
             gint64 *ret_start,
             gint64 *ret_end)
{
  static const char unit[] = "bytes=";
  g_auto (GStrv) parts = NULL;

  if (text == NULL || !g_str_has_prefix (text, unit) || strchr (text, ',') != NULL)
    return FALSE;
  parts = g_strsplit (text + strlen (unit), "-", 2);
  if (parts[0] == NULL || parts[1] == NULL)
    return FALSE;
  if (*parts[0] == '\0')
    {
      if (!g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, ret_start, NULL))
        return FALSE;
      *ret_start = MAX (0, size - *ret_start);
      *ret_end = size - 1;
      return TRUE;
    }
  if (!g_ascii_string_to_signed (parts[0], 10, 0, G_MAXINT64, ret_start, NULL))
    return FALSE;
  *ret_end = size - 1;
  if (*parts[1] != '\0' && !g_ascii_string_to_signed (parts[1], 10, *ret_start, G_MAXINT64, ret_end, NULL))
    return FALSE;
  *ret_end = MIN (*ret_end, size - 1);
  return TRUE;
}

static void
set_headers (KdRequest *request,
             const Read *self)
{
  char hash[KD_HASH_TEXT_LENGTH + 1];
  g_autofree char *tag = g_strdup_printf ("\"%s-%u\"", kd_hash_to_text (&self->sha256, hash), self->edge);

  kd_request_header (request, "ETag", tag);
  kd_request_header (request, "Cache-Control", self->open ? "public, max-age=31536000, immutable"
                     : request->route == &kd_buyers_route ? "private, no-store" : "private, max-age=31536000, immutable");
  kd_request_header (request, "Content-Security-Policy", "sandbox; default-src 'none'");
  kd_request_header (request, "Accept-Ranges", "bytes");
  if (self->mime == NULL || strcmp (self->mime, OCTETS) == 0)
    kd_request_header (request, "Content-Disposition", "attachment");
}

static void
send_range (KdRequest *request,
            const Read *self)
{
  const char *mime = self->mime != NULL ? self->mime : OCTETS;
  const char *range = kd_request_in_header (request, "Range");
  gint64 size = (gint64) g_bytes_get_size (self->bytes), start, end;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) part = NULL;

  if (!parse_range (range, size, &start, &end))
    {
      kd_request_answer (request, 200, mime, self->bytes);
      return;
    }
  if (start >= size)
    {
      text = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, size);
      kd_request_header (request, "Content-Range", text);
      kd_request_refuse (request, 416, "range");
      return;
    }
  text = g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, start, end, size);
  kd_request_header (request, "Content-Range", text);
  part = g_bytes_new_from_bytes (self->bytes, (gsize) start, (gsize) (end - start + 1));
  kd_request_answer (request, 206, mime, part);
}

static void
read_cb (KdRequest *request,
         gpointer data,
         const GError *error)
{
  Read *self = data;
  const char *match = kd_request_in_header (request, "If-None-Match");
  char hash[KD_HASH_TEXT_LENGTH + 1];

  if (error != NULL)
    {
      if (kd_picture_error_code (error) != NULL)
        kd_request_refuse (request, 404, "not_found");
      else
        kd_request_fail (request, error);
      return;
    }
  set_headers (request, self);
  /* what has this name never changes */
  if (match != NULL && strstr (match, kd_hash_to_text (&self->sha256, hash)) != NULL)
    kd_request_answer_empty (request, 304);
  else
    send_range (request, self);
}

void
kd_blob_answer (KdRequest *request,
                const KdHash *sha256,
                const char *mime,
                guint edge,
                gboolean open)
{
  Read *read = g_new0 (Read, 1);

  read->folder = g_strdup (request->http->media_folder);
  read->sha256 = *sha256;
  read->edge = edge > 0 ? round_edge (edge) : 0;
  read->mime = g_strdup (mime);
  read->open = open;
  kd_request_run_pool (request, read_work, read, read_free, read_cb);
}
