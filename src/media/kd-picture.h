/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include "kd-id.h"

G_BEGIN_DECLS

/* Pictures from anywhere. What one is says its content, never its name or what a sender claims.
 * The header is read by our own code and held against the limits before any decoder sees a byte.
 * Everything here may be called on any thread, and takes long: never on the main thread. */

#define KD_PICTURE_MAX_BYTES (20 * 1024 * 1024)
#define KD_PICTURE_MAX_PIXELS 100000000
#define KD_PICTURE_MAX_EDGE 65535
#define KD_PICTURE_BUYER_BYTES 30000   /* a picture on the buyers' page */
#define KD_SVG_MAX_BYTES (1024 * 1024)
#define KD_SVG_MAX_EDGE 4096           /* what a vector picture is rasterised to at most */
#define KD_SVG_MAX_MS 2000

/**
 * KdPictureError:
 *
 * Each has a stable code: kd_picture_error_code(). Cancelling gives G_IO_ERROR_CANCELLED.
 */
typedef enum
{
  KD_PICTURE_ERROR_NOT_A_PICTURE,     /* picture.not_a_picture: no format of the list */
  KD_PICTURE_ERROR_TOO_LARGE,         /* picture.too_large: too many bytes */
  KD_PICTURE_ERROR_TOO_MANY_PIXELS,   /* picture.too_many_pixels */
  KD_PICTURE_ERROR_DAMAGED,           /* picture.damaged: cut off or broken */
  KD_PICTURE_ERROR_SVG_REFUSED,       /* picture.svg_refused: not allowed here, or not harmless */
  KD_PICTURE_ERROR_NO_DECODER,        /* picture.no_decoder: this computer can't read the format */
} KdPictureError;

#define KD_PICTURE_ERROR (kd_picture_error_quark ())
GQuark kd_picture_error_quark (void);

/* The stable code of an error of this domain; NULL for one of another. */
const char *kd_picture_error_code (const GError *error);

typedef enum
{
  KD_PICTURE_NONE,
  KD_PICTURE_JPEG,
  KD_PICTURE_PNG,
  KD_PICTURE_WEBP,
  KD_PICTURE_GIF,
  KD_PICTURE_SVG,
} KdPictureFormat;

typedef enum
{
  KD_PICTURE_ALLOW_SVG = 1 << 0,   /* from staff alone; never from buyers and channels */
} KdPictureFlags;

typedef struct
{
  KdPictureFormat format;
  const char *mime;    /* static */
  int width;           /* as it is shown, turned by its orientation */
  int height;
  int orientation;     /* 1 to 8, as EXIF counts; 1 is upright */
} KdPictureInfo;

/**
 * kd_picture_sniff:
 *
 * Returns: what the first bytes are; %KD_PICTURE_NONE for anything that isn't on the list
 */
KdPictureFormat kd_picture_sniff (gconstpointer data,
                                  gsize size);

/* Static text; NULL for KD_PICTURE_NONE. */
const char *kd_picture_format_mime (KdPictureFormat format);

/**
 * kd_picture_check:
 * @ret_info: (out) (optional)
 *
 * Reads the header alone: format, limits, dimensions, orientation. Decodes nothing.
 */
gboolean kd_picture_check (GBytes *bytes,
                           KdPictureFlags flags,
                           KdPictureInfo *ret_info,
                           GError **error);

/**
 * kd_picture_decode:
 * @edge: the longest edge of the result in pixels; a smaller picture keeps its size (SVG, which
 *   has none, is drawn at @edge)
 *
 * Checks, decodes the first frame, turns it upright and scales it.
 *
 * Returns: (transfer full): the pixels, or %NULL with an error
 */
GdkPixbuf *kd_picture_decode (GBytes *bytes,
                              KdPictureFlags flags,
                              int edge,
                              GCancellable *cancellable,
                              GError **error);

/**
 * kd_picture_thumbnail:
 * @edge: the longest edge in pixels
 * @max_bytes: what the result may weigh; 0 for no limit
 * @ret_info: (out) (optional): format and size of the result
 *
 * A small copy without any metadata (place, camera, orientation): JPEG, or PNG where parts are
 * transparent. To keep within @max_bytes the quality is lowered first, then transparency laid on
 * white, then the edge shortened.
 */
GBytes *kd_picture_thumbnail (GBytes *bytes,
                              KdPictureFlags flags,
                              int edge,
                              gsize max_bytes,
                              KdPictureInfo *ret_info,
                              GCancellable *cancellable,
                              GError **error);

/* The SHA-256 of the bytes: a picture's address. */
void kd_picture_hash (GBytes *bytes,
                      KdHash *ret_hash);

G_END_DECLS
