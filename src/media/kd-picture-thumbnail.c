/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-picture-private.h"

#include <string.h>

#define FEED_BYTES (64 * 1024)
#define EDGE_MIN 16

/* The steps of quality tried for one edge; what is below looks worse than a smaller picture. */
static const char *const qualities[] = { "85", "75", "65", "55", "45" };

typedef struct
{
  KdPictureFormat format;
  int width;       /* as stored */
  int height;
  int edge;
  gboolean wrong;  /* the decoder sees other dimensions than we checked */
} Expect;

/* ---- decoding ---- */

static void
fit (int *width,
     int *height,
     int edge)
{
  int longest = MAX (*width, *height);

  if (longest <= edge)
    return;
  *width = MAX (1, (int) ((gint64) *width * edge / longest));
  *height = MAX (1, (int) ((gint64) *height * edge / longest));
}

/* A JPEG decoder that knows the wanted size skips most of its work. */
static void
size_prepared_cb (GdkPixbufLoader *loader,
                  int width,
                  int height,
                  gpointer data)
{
  Expect *expect = data;

  if (width != expect->width || height != expect->height)
    {
      expect->wrong = TRUE;
      gdk_pixbuf_loader_set_size (loader, 1, 1);
      return;
    }
  /* The other decoders would scale what they have decoded whole, and worse than we do. */
  if (expect->format != KD_PICTURE_JPEG)
    return;
  fit (&width, &height, expect->edge);
  gdk_pixbuf_loader_set_size (loader, width, height);
}

static gboolean
feed (GdkPixbufLoader *loader,
      const guint8 *data,
      gsize size,
      const Expect *expect,
      GCancellable *cancellable,
      GError **error)
{
  for (gsize at = 0; at < size && !expect->wrong; at += FEED_BYTES)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !gdk_pixbuf_loader_write (loader, data + at, MIN (FEED_BYTES, size - at), error))
      {
        gdk_pixbuf_loader_close (loader, NULL);
        return FALSE;
      }
  /* Later frames were left out: the end that stood behind them. */
  if (expect->format == KD_PICTURE_GIF && !expect->wrong
      && !gdk_pixbuf_loader_write (loader, (const guint8 *) ";", 1, error))
    {
      gdk_pixbuf_loader_close (loader, NULL);
      return FALSE;
    }
  return gdk_pixbuf_loader_close (loader, error);
}

static GdkPixbuf *
damaged (GError *from,
         GError **error)
{
  if (from && from->domain == G_IO_ERROR)
    g_propagate_error (error, from);
  else
    {
      g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_DAMAGED, "The picture is broken: %s",
                   from ? from->message : "no pixels");
      g_clear_error (&from);
    }
  return NULL;
}

static GdkPixbuf *
decode_raster (GBytes *bytes,
               const KdPictureInfo *info,
               int edge,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = NULL;
  GdkPixbuf *pixels;
  GError *local = NULL;
  KdPictureHeader header;
  Expect expect;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (!kd_picture_header_read (info->format, data, size, &header))
    return damaged (NULL, error);
  loader = gdk_pixbuf_loader_new_with_mime_type (info->mime, NULL);
  if (!loader)
    {
      g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_NO_DECODER, "No decoder for %s",
                   info->mime);
      return NULL;
    }
  expect = (Expect){ info->format, (int) header.width, (int) header.height, edge, FALSE };
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &expect);
  if (!feed (loader, data, header.end, &expect, cancellable, &local) || expect.wrong)
    return damaged (local, error);
  pixels = gdk_pixbuf_loader_get_pixbuf (loader);
  return pixels ? g_object_ref (pixels) : damaged (NULL, error);
}

static GdkPixbuf *
turn (GdkPixbuf *pixels,
      int orientation)
{
  static const struct
  {
    GdkPixbufRotation rotation;
    gboolean mirror;   /* left to right, after turning */
  } ways[] = {
    [1] = { GDK_PIXBUF_ROTATE_NONE, FALSE },
    [2] = { GDK_PIXBUF_ROTATE_NONE, TRUE },
    [3] = { GDK_PIXBUF_ROTATE_UPSIDEDOWN, FALSE },
    [4] = { GDK_PIXBUF_ROTATE_UPSIDEDOWN, TRUE },
    [5] = { GDK_PIXBUF_ROTATE_CLOCKWISE, TRUE },
    [6] = { GDK_PIXBUF_ROTATE_CLOCKWISE, FALSE },
    [7] = { GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, TRUE },
    [8] = { GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, FALSE },
  };
  g_autoptr (GdkPixbuf) turned = NULL;

  if (orientation < 2 || orientation > 8)
    return g_object_ref (pixels);
  turned = gdk_pixbuf_rotate_simple (pixels, ways[orientation].rotation);
  if (!turned || !ways[orientation].mirror)
    return g_steal_pointer (&turned);
  return gdk_pixbuf_flip (turned, TRUE);
}

static GdkPixbuf *
scale (GdkPixbuf *pixels,
       int edge)
{
  int width = gdk_pixbuf_get_width (pixels);
  int height = gdk_pixbuf_get_height (pixels);

  if (MAX (width, height) <= edge)
    return g_object_ref (pixels);
  fit (&width, &height, edge);
  return gdk_pixbuf_scale_simple (pixels, width, height, GDK_INTERP_BILINEAR);
}

GdkPixbuf *
kd_picture_decode (GBytes *bytes,
                   KdPictureFlags flags,
                   int edge,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GdkPixbuf) full = NULL;
  g_autoptr (GdkPixbuf) small = NULL;
  g_autoptr (GdkPixbuf) upright = NULL;
  KdPictureInfo info;

  g_return_val_if_fail (edge > 0, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !kd_picture_check (bytes, flags, &info, error))
    return NULL;
  if (info.format == KD_PICTURE_SVG)
    return kd_svg_draw (bytes, MIN (edge, KD_SVG_MAX_EDGE), cancellable, error);
  full = decode_raster (bytes, &info, edge, cancellable, error);
  if (!full || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  small = scale (full, edge);
  g_clear_object (&full);
  upright = small ? turn (small, info.orientation) : NULL;
  if (!upright)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No memory for the picture");
  return g_steal_pointer (&upright);
}

/* ---- encoding ---- */

static gboolean
is_transparent (GdkPixbuf *pixels)
{
  const guint8 *row = gdk_pixbuf_read_pixels (pixels);
  int width = gdk_pixbuf_get_width (pixels);
  int height = gdk_pixbuf_get_height (pixels);
  int channels = gdk_pixbuf_get_n_channels (pixels);

  if (!gdk_pixbuf_get_has_alpha (pixels))
    return FALSE;
  for (int y = 0; y < height; y++, row += gdk_pixbuf_get_rowstride (pixels))
    for (int x = 0; x < width; x++)
      if (row[x * channels + channels - 1] < 255)
        return TRUE;
  return FALSE;
}

static GdkPixbuf *
lay_on_white (GdkPixbuf *pixels)
{
  return gdk_pixbuf_composite_color_simple (pixels, gdk_pixbuf_get_width (pixels),
                                            gdk_pixbuf_get_height (pixels), GDK_INTERP_NEAREST, 255,
                                            8, 0xFFFFFF, 0xFFFFFF);
}

static GBytes *
encode (GdkPixbuf *pixels,
        const char *type,
        const char *option,
        const char *value,
        GError **error)
{
  char *data = NULL;
  gsize size = 0;

  if (!gdk_pixbuf_save_to_buffer (pixels, &data, &size, type, error, option, value, NULL))
    return NULL;
  return g_bytes_new_take (data, size);
}

/* JPEG within the bytes, at this edge or a shorter one. */
static GBytes *
encode_jpeg (GdkPixbuf **pixels,
             gsize max_bytes,
             GCancellable *cancellable,
             GError **error)
{
  guint from = 0;

  for (;;)
    {
      int edge = MAX (gdk_pixbuf_get_width (*pixels), gdk_pixbuf_get_height (*pixels));
      g_autoptr (GBytes) best = NULL;
      GdkPixbuf *smaller;

      for (guint i = from; i < G_N_ELEMENTS (qualities); i++)
        {
          g_clear_pointer (&best, g_bytes_unref);
          if (g_cancellable_set_error_if_cancelled (cancellable, error)
              || !(best = encode (*pixels, "jpeg", "quality", qualities[i], error)))
            return NULL;
          if (max_bytes == 0 || g_bytes_get_size (best) <= max_bytes)
            return g_steal_pointer (&best);
        }
      /* Nothing is left to give away: a picture of 16 pixels is what it is. */
      if (edge <= EDGE_MIN)
        return g_steal_pointer (&best);
      smaller = scale (*pixels, MAX (EDGE_MIN, edge * 4 / 5));
      g_object_unref (*pixels);
      *pixels = smaller;
      from = G_N_ELEMENTS (qualities) - 2;
    }
}

GBytes *
kd_picture_thumbnail (GBytes *bytes,
                      KdPictureFlags flags,
                      int edge,
                      gsize max_bytes,
                      KdPictureInfo *ret_info,
                      GCancellable *cancellable,
                      GError **error)
{
  GdkPixbuf *pixels = kd_picture_decode (bytes, flags, edge, cancellable, error);
  GBytes *result = NULL;
  KdPictureFormat format = KD_PICTURE_JPEG;

  if (!pixels)
    return NULL;
  if (is_transparent (pixels))
    {
      g_autoptr (GBytes) png = encode (pixels, "png", "compression", "9", error);

      if (!png)
        {
          g_object_unref (pixels);
          return NULL;
        }
      if (max_bytes == 0 || g_bytes_get_size (png) <= max_bytes)
        {
          format = KD_PICTURE_PNG;
          result = g_steal_pointer (&png);
        }
      else
        {
          GdkPixbuf *white = lay_on_white (pixels);

          g_object_unref (pixels);
          pixels = white;
        }
    }
  if (!result)
    result = encode_jpeg (&pixels, max_bytes, cancellable, error);
  if (result && ret_info)
    *ret_info = (KdPictureInfo){ format, kd_picture_format_mime (format),
                                 gdk_pixbuf_get_width (pixels), gdk_pixbuf_get_height (pixels), 1 };
  g_object_unref (pixels);
  return result;
}
