/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-picture-private.h"

#include <string.h>

#define ORIENTATION_TAG 0x0112
#define TIFF_SHORT 3
#define TIFF_ENTRIES_MAX 512

static guint16
be16 (const guint8 *p)
{
  return (guint16) (p[0] << 8 | p[1]);
}

static guint32
be32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static guint16
le16 (const guint8 *p)
{
  return (guint16) (p[1] << 8 | p[0]);
}

static guint32
le24 (const guint8 *p)
{
  return (guint32) p[2] << 16 | (guint32) p[1] << 8 | p[0];
}

static guint32
le32 (const guint8 *p)
{
  return (guint32) p[3] << 24 | le24 (p);
}

/* The orientation in a TIFF block, which is what EXIF is; 1 where it says nothing sensible. */
static int
exif_orientation (const guint8 *data,
                  gsize size)
{
  gboolean big;
  guint32 at;
  guint n;

  if (size < 8 || (memcmp (data, "II*\0", 4) != 0 && memcmp (data, "MM\0*", 4) != 0))
    return 1;
  big = data[0] == 'M';
  at = big ? be32 (data + 4) : le32 (data + 4);
  if (at > size - 2)
    return 1;
  n = big ? be16 (data + at) : le16 (data + at);
  at += 2;
  for (guint i = 0; i < MIN (n, TIFF_ENTRIES_MAX) && (gsize) at + 12 <= size; i++, at += 12)
    {
      const guint8 *entry = data + at;
      guint tag = big ? be16 (entry) : le16 (entry);
      guint type = big ? be16 (entry + 2) : le16 (entry + 2);
      guint value = big ? be16 (entry + 8) : le16 (entry + 8);

      if (tag == ORIENTATION_TAG)
        return type == TIFF_SHORT && value >= 1 && value <= 8 ? (int) value : 1;
    }
  return 1;
}

/* ---- JPEG ---- */

static gboolean
is_frame_marker (guint8 marker)
{
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/* Past the coded data behind a scan's header: to the next marker that is one, or the end. */
static gsize
skip_scan (const guint8 *data,
           gsize size,
           gsize at)
{
  while (at + 1 < size)
    {
      const guint8 *found = memchr (data + at, 0xFF, size - at - 1);

      if (!found)
        return size;
      at = (gsize) (found - data);
      if (found[1] != 0x00 && found[1] != 0xFF && (found[1] < 0xD0 || found[1] > 0xD7))
        return at;
      at += found[1] == 0xFF ? 1 : 2;
    }
  return size;
}

/* Walks all segments up to the end marker: a decoder makes grey areas out of what is missing. */
static gboolean
read_jpeg (const guint8 *data,
           gsize size,
           KdPictureHeader *header)
{
  gsize at = 2;

  header->cut = TRUE;
  while (at + 4 <= size || (at + 2 <= size && data[at + 1] == 0xD9))
    {
      guint8 marker = data[at + 1];
      guint length;

      if (data[at] != 0xFF)
        break;
      if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7))
        {
          at += marker == 0xFF ? 1 : 2;
          continue;
        }
      if (marker == 0xD9)
        {
          header->cut = FALSE;
          header->end = at + 2;
          break;
        }
      length = be16 (data + at + 2);
      if (length < 2 || marker == 0xD8 || (marker == 0xDA && header->width == 0))
        break;
      if (is_frame_marker (marker))
        {
          if (length < 8 || at + 9 > size || header->width > 0)
            return FALSE;
          header->height = be16 (data + at + 5);
          header->width = be16 (data + at + 7);
        }
      if (marker == 0xE1 && length > 8 && at + 2 + length <= size
          && memcmp (data + at + 4, "Exif\0\0", 6) == 0)
        header->orientation = exif_orientation (data + at + 10, length - 8);
      at += 2 + (gsize) length;
      if (marker == 0xDA)
        at = skip_scan (data, size, at);
    }
  return header->width > 0;
}

/* ---- PNG ---- */

static gboolean
read_png (const guint8 *data,
          gsize size,
          KdPictureHeader *header)
{
  gsize at = 8;

  if (size < 33 || be32 (data + 8) != 13 || memcmp (data + 12, "IHDR", 4) != 0)
    return FALSE;
  header->width = be32 (data + 16);
  header->height = be32 (data + 20);
  header->cut = TRUE;
  while (size - at >= 12)
    {
      guint32 length = be32 (data + at);
      const guint8 *type = data + at + 4;

      if (length > size - at - 12)
        break;
      if (memcmp (type, "eXIf", 4) == 0)
        header->orientation = exif_orientation (data + at + 8, length);
      at += 12 + (gsize) length;
      if (memcmp (type, "IEND", 4) == 0)
        {
          header->cut = FALSE;
          header->end = at;
          break;
        }
    }
  return TRUE;
}

/* ---- GIF ---- */

/* Past a run of sub-blocks; size if it isn't closed. */
static gsize
skip_sub_blocks (const guint8 *data,
                 gsize size,
                 gsize at)
{
  while (at < size)
    {
      guint8 n = data[at++];

      if (n == 0)
        return at;
      at += n;
    }
  return size;
}

static gsize
colour_table_size (guint8 flags)
{
  return flags & 0x80 ? (gsize) 3 << ((flags & 7) + 1) : 0;
}

/* A frame has a size of its own, which its decoder believes; and only the first one is wanted. */
static gboolean
read_gif (const guint8 *data,
          gsize size,
          KdPictureHeader *header)
{
  gsize at;

  if (size < 13)
    return FALSE;
  header->width = le16 (data + 6);
  header->height = le16 (data + 8);
  header->cut = TRUE;
  at = 13 + colour_table_size (data[10]);
  while (at < size)
    {
      if (data[at] == 0x21)
        at = at + 2 < size ? skip_sub_blocks (data, size, at + 2) : size;
      else if (data[at] == 0x2C && at + 10 < size)
        {
          guint64 left = le16 (data + at + 1);
          guint64 top = le16 (data + at + 3);
          guint64 w = le16 (data + at + 5);
          guint64 h = le16 (data + at + 7);

          header->max_frame = w * h;
          at += 10 + colour_table_size (data[at + 9]) + 1;
          at = skip_sub_blocks (data, size, at);
          header->end = MIN (at, size);
          header->cut = at >= size;
          /* gdk-pixbuf takes a frame beyond the screen's edge for a mistake of its own. */
          return w > 0 && h > 0 && left + w <= header->width && top + h <= header->height;
        }
      else
        return FALSE;
    }
  return FALSE;
}

/* ---- WebP ---- */

static gboolean
read_webp_frame (const guint8 *type,
                 const guint8 *body,
                 gsize n,
                 KdPictureHeader *header)
{
  if (memcmp (type, "VP8 ", 4) == 0)
    {
      if (n < 10 || memcmp (body + 3, "\x9d\x01\x2a", 3) != 0)
        return FALSE;
      header->width = le16 (body + 6) & 0x3FFF;
      header->height = le16 (body + 8) & 0x3FFF;
    }
  else if (memcmp (type, "VP8L", 4) == 0)
    {
      guint32 bits;

      if (n < 5 || body[0] != 0x2F)
        return FALSE;
      bits = le32 (body + 1);
      header->width = (bits & 0x3FFF) + 1;
      header->height = ((bits >> 14) & 0x3FFF) + 1;
    }
  else if (memcmp (type, "VP8X", 4) == 0)
    {
      if (n < 10)
        return FALSE;
      header->width = le24 (body + 4) + 1;
      header->height = le24 (body + 7) + 1;
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_webp (const guint8 *data,
           gsize size,
           KdPictureHeader *header)
{
  gsize end;
  gsize at = 12;
  gboolean first = TRUE;

  if (size < 20)
    return FALSE;
  end = MIN (size, (gsize) le32 (data + 4) + 8);
  header->cut = (gsize) le32 (data + 4) + 8 > size;
  while (end - at >= 8)
    {
      gsize n = le32 (data + at + 4);
      gsize there = MIN (n, end - at - 8);

      if (first && !read_webp_frame (data + at, data + at + 8, there, header))
        return FALSE;
      if (!first && memcmp (data + at, "EXIF", 4) == 0)
        {
          const guint8 *exif = data + at + 8;
          gsize skip = there > 6 && memcmp (exif, "Exif\0\0", 6) == 0 ? 6 : 0;

          header->orientation = exif_orientation (exif + skip, there - skip);
        }
      first = FALSE;
      if (n > there || end - at - 8 - there < (n & 1))
        break;
      at += 8 + n + (n & 1);
    }
  return !first;
}

gboolean
kd_picture_header_read (KdPictureFormat format,
                        const guint8 *data,
                        gsize size,
                        KdPictureHeader *ret_header)
{
  KdPictureHeader header = { .orientation = 1, .end = size };
  gboolean ok = FALSE;

  switch (format)
    {
    case KD_PICTURE_JPEG:
      ok = read_jpeg (data, size, &header);
      break;
    case KD_PICTURE_PNG:
      ok = read_png (data, size, &header);
      break;
    case KD_PICTURE_GIF:
      ok = read_gif (data, size, &header);
      break;
    case KD_PICTURE_WEBP:
      ok = read_webp (data, size, &header);
      break;
    case KD_PICTURE_SVG:
    case KD_PICTURE_NONE:
      break;
    }
  if (!ok || header.width == 0 || header.height == 0)
    return FALSE;
  header.max_frame = MAX (header.max_frame, header.width * header.height);
  *ret_header = header;
  return TRUE;
}
