/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-picture-private.h"

#include <string.h>

static const char *const error_codes[] = {
  [KD_PICTURE_ERROR_NOT_A_PICTURE] = "picture.not_a_picture",
  [KD_PICTURE_ERROR_TOO_LARGE] = "picture.too_large",
  [KD_PICTURE_ERROR_TOO_MANY_PIXELS] = "picture.too_many_pixels",
  [KD_PICTURE_ERROR_DAMAGED] = "picture.damaged",
  [KD_PICTURE_ERROR_SVG_REFUSED] = "picture.svg_refused",
  [KD_PICTURE_ERROR_NO_DECODER] = "picture.no_decoder",
};

static const char *const mimes[] = {
  [KD_PICTURE_JPEG] = "image/jpeg",
  [KD_PICTURE_PNG] = "image/png",
  [KD_PICTURE_WEBP] = "image/webp",
  [KD_PICTURE_GIF] = "image/gif",
  [KD_PICTURE_SVG] = "image/svg+xml",
};

G_DEFINE_QUARK (kd-picture-error-quark, kd_picture_error)

const char *
kd_picture_error_code (const GError *error)
{
  if (error->domain != KD_PICTURE_ERROR || error->code < 0
      || error->code >= (int) G_N_ELEMENTS (error_codes))
    return NULL;
  return error_codes[error->code];
}

const char *
kd_picture_format_mime (KdPictureFormat format)
{
  return mimes[format];
}

KdPictureFormat
kd_picture_sniff (gconstpointer data,
                  gsize size)
{
  const guint8 *p = data;

  if (size >= 3 && memcmp (p, "\xFF\xD8\xFF", 3) == 0)
    return KD_PICTURE_JPEG;
  if (size >= 8 && memcmp (p, "\x89PNG\r\n\x1A\n", 8) == 0)
    return KD_PICTURE_PNG;
  if (size >= 6 && (memcmp (p, "GIF87a", 6) == 0 || memcmp (p, "GIF89a", 6) == 0))
    return KD_PICTURE_GIF;
  if (size >= 12 && memcmp (p, "RIFF", 4) == 0 && memcmp (p + 8, "WEBP", 4) == 0)
    return KD_PICTURE_WEBP;
  if (kd_svg_sniff ((const char *) p, size))
    return KD_PICTURE_SVG;
  return KD_PICTURE_NONE;
}

static gboolean
check_pixels (guint64 width,
              guint64 height,
              guint64 frame,
              GError **error)
{
  if (width <= KD_PICTURE_MAX_EDGE && height <= KD_PICTURE_MAX_EDGE
      && width * height <= KD_PICTURE_MAX_PIXELS && frame <= KD_PICTURE_MAX_PIXELS)
    return TRUE;
  g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_TOO_MANY_PIXELS,
               "The picture has %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT " pixels", width, height);
  return FALSE;
}

static gboolean
check_svg (const char *text,
           gsize size,
           KdPictureFlags flags,
           KdPictureInfo *info,
           GError **error)
{
  double width = 0;
  double height = 0;

  if (!(flags & KD_PICTURE_ALLOW_SVG))
    {
      g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_SVG_REFUSED,
                   "Vector pictures are not taken here");
      return FALSE;
    }
  if (size > KD_SVG_MAX_BYTES)
    {
      g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_TOO_LARGE,
                   "The vector picture has %" G_GSIZE_FORMAT " bytes", size);
      return FALSE;
    }
  if (!kd_svg_check (text, size, &width, &height, error))
    return FALSE;
  if (width > KD_PICTURE_MAX_EDGE || height > KD_PICTURE_MAX_EDGE)
    return check_pixels ((guint64) MIN (width, G_MAXUINT32), (guint64) MIN (height, G_MAXUINT32), 0,
                         error);
  info->width = MAX (1, (int) width);
  info->height = MAX (1, (int) height);
  return check_pixels ((guint64) info->width, (guint64) info->height, 0, error);
}

gboolean
kd_picture_check (GBytes *bytes,
                  KdPictureFlags flags,
                  KdPictureInfo *ret_info,
                  GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  KdPictureInfo info = { .format = kd_picture_sniff (data, size), .orientation = 1 };
  KdPictureHeader header;

  info.mime = kd_picture_format_mime (info.format);
  if (info.format == KD_PICTURE_NONE)
    {
      g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_NOT_A_PICTURE,
                   "The content is no picture of a known kind");
      return FALSE;
    }
  if (size > KD_PICTURE_MAX_BYTES)
    {
      g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_TOO_LARGE,
                   "The picture has %" G_GSIZE_FORMAT " bytes", size);
      return FALSE;
    }
  if (info.format == KD_PICTURE_SVG)
    {
      if (!check_svg ((const char *) data, size, flags, &info, error))
        return FALSE;
    }
  else
    {
      if (!kd_picture_header_read (info.format, data, size, &header))
        {
          g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_DAMAGED,
                       "The picture's header is broken");
          return FALSE;
        }
      if (!check_pixels (header.width, header.height, header.max_frame, error))
        return FALSE;
      if (header.cut)
        {
          g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_DAMAGED, "The picture is cut off");
          return FALSE;
        }
      /* From 5 on the picture lies on its side. */
      info.orientation = header.orientation;
      info.width = (int) (header.orientation >= 5 ? header.height : header.width);
      info.height = (int) (header.orientation >= 5 ? header.width : header.height);
    }
  if (ret_info)
    *ret_info = info;
  return TRUE;
}

void
kd_picture_hash (GBytes *bytes,
                 KdHash *ret_hash)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 0;
  gsize n = sizeof ret_hash->b;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_checksum_update (sum, data, (gssize) size);
  g_checksum_get_digest (sum, ret_hash->b, &n);
}
