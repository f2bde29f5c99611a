/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-picture.h"

G_BEGIN_DECLS

/* What a raster picture's header says. */
typedef struct
{
  guint64 width;       /* as stored */
  guint64 height;
  guint64 max_frame;   /* pixels of the largest frame (GIF frames have sizes of their own) */
  int orientation;
  gsize end;           /* bytes a decoder needs for the first frame */
  gboolean cut;        /* the bytes end before the picture does */
} KdPictureHeader;

/* Reads the header of a raster format. FALSE: it isn't one, or is broken before its dimensions. */
gboolean kd_picture_header_read (KdPictureFormat format,
                                 const guint8 *data,
                                 gsize size,
                                 KdPictureHeader *ret_header);

/* Whether the text begins as an SVG document. */
gboolean kd_svg_sniff (const char *text,
                       gsize size);

/**
 * kd_svg_check:
 *
 * Refuses what makes a vector picture dangerous: entities, references to anything outside of it,
 * pictures and scripts inside, and uses of uses whose drawing would grow without bounds.
 */
gboolean kd_svg_check (const char *text,
                       gsize size,
                       double *ret_width,
                       double *ret_height,
                       GError **error);

/* Draws a checked document so that it fits into edge x edge. Gives up after KD_SVG_MAX_MS. */
GdkPixbuf *kd_svg_draw (GBytes *bytes,
                        int edge,
                        GCancellable *cancellable,
                        GError **error);

G_END_DECLS
