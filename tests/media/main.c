/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-media.h"

static void
set_pixel (guint8 *pixel,
           gboolean right,
           gboolean low)
{
  pixel[0] = right == low ? 255 : 0;
  pixel[1] = right ? 255 : 0;
  pixel[2] = low ? 255 : 0;
}

static GBytes *
save (GdkPixbuf *pixels,
      const char *type)
{
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize size = 0;

  g_assert_true (gdk_pixbuf_save_to_buffer (pixels, &data, &size, type, &error, NULL));
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

GBytes *
test_make (const char *type,
           int width,
           int height,
           gboolean alpha)
{
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, alpha, 8, width, height);
  int channels = alpha ? 4 : 3;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *pixel = gdk_pixbuf_get_pixels (pixels) + y * gdk_pixbuf_get_rowstride (pixels)
                        + x * channels;

        set_pixel (pixel, x >= width / 2, y >= height / 2);
        if (alpha)
          pixel[3] = x >= width / 2 && y >= height / 2 ? 0 : 255;
      }
  return save (pixels, type);
}

GBytes *
test_make_noise (const char *type,
                 int width,
                 int height,
                 gboolean alpha)
{
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, alpha, 8, width, height);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint8 *at = gdk_pixbuf_get_pixels (pixels);

  for (gsize i = 0; i < gdk_pixbuf_get_byte_length (pixels); i++)
    at[i] = (guint8) g_rand_int (rand);
  return save (pixels, type);
}

GBytes *
test_with_exif (GBytes *jpeg,
                int orientation,
                gboolean big_endian)
{
  static const guint8 little[] = { 0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8,
                                   0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                   0 };
  static const guint8 big[] = { 0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0,
                                0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
                                0 };
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, data, 2);
  g_byte_array_append (out, big_endian ? big : little, sizeof little);
  out->data[2 + (big_endian ? 29 : 28)] = (guint8) orientation;
  g_byte_array_append (out, data + 2, (guint) size - 2);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
test_from_base64 (const char *text)
{
  gsize size = 0;
  guchar *data = g_base64_decode (text, &size);

  return g_bytes_new_take (data, size);
}

GBytes *
test_cut (GBytes *bytes,
          gsize n)
{
  /* A copy, so that a read past the end is seen. */
  return g_bytes_new (g_bytes_get_data (bytes, NULL), n);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_picture_add ();
  test_thumbnail_add ();
  test_svg_add ();
  return g_test_run ();
}
