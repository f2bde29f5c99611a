/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-media.h"

#include <string.h>

/* The colour in the middle of a quarter, as the letter of what test_make() put there. */
static char
colour_at (GdkPixbuf *pixels,
           gboolean right,
           gboolean low)
{
  int x = gdk_pixbuf_get_width (pixels) * (right ? 3 : 1) / 4;
  int y = gdk_pixbuf_get_height (pixels) * (low ? 3 : 1) / 4;
  const guint8 *p = gdk_pixbuf_read_pixels (pixels) + y * gdk_pixbuf_get_rowstride (pixels)
                    + x * gdk_pixbuf_get_n_channels (pixels);
  guint bits = (p[0] > 127 ? 4 : 0) | (p[1] > 127 ? 2 : 0) | (p[2] > 127 ? 1 : 0);

  return "kbgcrmyw"[bits];
}

static char *
colours (GdkPixbuf *pixels)
{
  return g_strdup_printf ("%c%c%c%c", colour_at (pixels, FALSE, FALSE),
                          colour_at (pixels, TRUE, FALSE), colour_at (pixels, FALSE, TRUE),
                          colour_at (pixels, TRUE, TRUE));
}

static GBytes *
thumbnail (GBytes *bytes,
           int edge,
           gsize max_bytes,
           KdPictureInfo *info)
{
  g_autoptr (GError) error = NULL;
  GBytes *small = kd_picture_thumbnail (bytes, 0, edge, max_bytes, info, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (small);
  return small;
}

static void
test_sizes (void)
{
  const struct
  {
    int width, height, edge, to_width, to_height;
  } cases[] = {
    { 1000, 500, 100, 100, 50 }, { 500, 1000, 100, 50, 100 }, { 30, 20, 100, 30, 20 },
    { 2000, 1, 100, 100, 1 },    { 100, 100, 100, 100, 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) jpeg = test_make ("jpeg", cases[i].width, cases[i].height, FALSE);
      g_autoptr (GBytes) png = test_make ("png", cases[i].width, cases[i].height, FALSE);
      KdPictureInfo a = { 0 };
      KdPictureInfo b = { 0 };
      g_autoptr (GBytes) small = thumbnail (jpeg, cases[i].edge, 0, &a);
      g_autoptr (GBytes) other = thumbnail (png, cases[i].edge, 0, &b);

      g_assert_cmpint (a.width, ==, cases[i].to_width);
      g_assert_cmpint (a.height, ==, cases[i].to_height);
      g_assert_cmpint (b.width, ==, cases[i].to_width);
      g_assert_cmpint (b.height, ==, cases[i].to_height);
      /* Opaque: JPEG, whatever it came as. */
      g_assert_cmpint (b.format, ==, KD_PICTURE_JPEG);
      g_assert_cmpint (kd_picture_sniff (g_bytes_get_data (other, NULL), g_bytes_get_size (other)),
                       ==, KD_PICTURE_JPEG);
    }
}

static void
test_transparent (void)
{
  g_autoptr (GBytes) png = test_make ("png", 400, 300, TRUE);
  g_autoptr (GBytes) noise = test_make_noise ("png", 400, 300, TRUE);
  g_autoptr (GError) error = NULL;
  KdPictureInfo info = { 0 };
  g_autoptr (GBytes) small = thumbnail (png, 200, KD_PICTURE_BUYER_BYTES, &info);
  g_autoptr (GBytes) flat = NULL;
  g_autoptr (GdkPixbuf) pixels = NULL;

  g_assert_cmpint (info.format, ==, KD_PICTURE_PNG);
  pixels = kd_picture_decode (small, 0, 200, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gdk_pixbuf_get_has_alpha (pixels));
  flat = thumbnail (noise, 400, KD_PICTURE_BUYER_BYTES, &info);
  g_assert_cmpint (info.format, ==, KD_PICTURE_JPEG);
  g_assert_cmpuint (g_bytes_get_size (flat), <=, KD_PICTURE_BUYER_BYTES);
}

static void
test_bytes (void)
{
  g_autoptr (GBytes) noise = test_make_noise ("jpeg", 1600, 1200, FALSE);
  g_autoptr (GBytes) plain = test_make ("jpeg", 1600, 1200, FALSE);
  KdPictureInfo info = { 0 };
  g_autoptr (GBytes) small = thumbnail (noise, 800, KD_PICTURE_BUYER_BYTES, &info);
  g_autoptr (GBytes) easy = NULL;
  g_autoptr (GBytes) tiny = NULL;

  g_assert_cmpuint (g_bytes_get_size (small), <=, KD_PICTURE_BUYER_BYTES);
  g_assert_cmpint (info.width, <, 800);
  g_assert_cmpint (info.width, >, 100);
  easy = thumbnail (plain, 800, KD_PICTURE_BUYER_BYTES, &info);
  g_assert_cmpint (info.width, ==, 800);
  /* A limit nothing can keep still gives a picture. */
  tiny = thumbnail (noise, 800, 1, &info);
  g_assert_cmpint (MAX (info.width, info.height), ==, 16);
}

static void
test_orientation (void)
{
  static const char *const expected[] = { NULL, "rgbw", "grwb", "wbgr", "bwrg",
                                          "rbgw", "brwg", "wgbr", "gwrb" };
  g_autoptr (GBytes) jpeg = test_make ("jpeg", 120, 80, FALSE);

  for (int orientation = 1; orientation <= 8; orientation++)
    for (int big = 0; big < 2; big++)
      {
        g_autoptr (GBytes) turned = test_with_exif (jpeg, orientation, big);
        g_autoptr (GError) error = NULL;
        g_autoptr (GdkPixbuf) pixels = NULL;
        g_autoptr (GBytes) small = NULL;
        g_autofree char *seen = NULL;
        KdPictureInfo info = { 0 };
        gboolean lying = orientation >= 5;

        g_assert_true (kd_picture_check (turned, 0, &info, &error));
        g_assert_cmpint (info.orientation, ==, orientation);
        g_assert_cmpint (info.width, ==, lying ? 80 : 120);
        small = thumbnail (turned, 60, 0, &info);
        g_assert_cmpint (info.width, ==, lying ? 40 : 60);
        g_assert_cmpint (info.height, ==, lying ? 60 : 40);
        /* Upright by its pixels, and without a word about it. */
        g_assert_null (g_strstr_len (g_bytes_get_data (small, NULL),
                                     (gssize) g_bytes_get_size (small), "Exif"));
        pixels = kd_picture_decode (small, 0, 60, NULL, &error);
        g_assert_no_error (error);
        seen = colours (pixels);
        g_assert_cmpstr (seen, ==, expected[orientation]);
      }
}

static void
test_orientation_nonsense (void)
{
  g_autoptr (GBytes) jpeg = test_make ("jpeg", 120, 80, FALSE);
  g_autoptr (GBytes) turned = test_with_exif (jpeg, 9, FALSE);
  g_autoptr (GError) error = NULL;
  KdPictureInfo info = { 0 };

  g_assert_true (kd_picture_check (turned, 0, &info, &error));
  g_assert_cmpint (info.orientation, ==, 1);
}

static void
test_other_formats (void)
{
  static const char *const all[] = { TEST_GIF, TEST_WEBP };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GBytes) bytes = test_from_base64 (all[i]);
      KdPictureInfo info = { 0 };
      g_autoptr (GBytes) small = thumbnail (bytes, 10, 0, &info);

      g_assert_cmpint (info.width, ==, 1);
      g_assert_cmpint (info.height, ==, 1);
    }
}

static void
test_cancel (void)
{
  g_autoptr (GBytes) jpeg = test_make ("jpeg", 60, 40, FALSE);
  g_autoptr (GBytes) svg = g_bytes_new_static ("<svg viewBox='0 0 30 20'/>", 26);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (kd_picture_thumbnail (jpeg, 0, 10, 0, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (kd_picture_decode (svg, KD_PICTURE_ALLOW_SVG, 10, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gpointer
work_thread (gpointer data)
{
  for (guint i = 0; i < 10; i++)
    g_bytes_unref (thumbnail (data, 100, KD_PICTURE_BUYER_BYTES, NULL));
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GBytes) noise = test_make_noise ("jpeg", 300, 200, FALSE);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("work", work_thread, noise);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

void
test_thumbnail_add (void)
{
  g_test_add_func ("/thumbnail/sizes", test_sizes);
  g_test_add_func ("/thumbnail/transparent", test_transparent);
  g_test_add_func ("/thumbnail/bytes", test_bytes);
  g_test_add_func ("/thumbnail/orientation", test_orientation);
  g_test_add_func ("/thumbnail/orientation-nonsense", test_orientation_nonsense);
  g_test_add_func ("/thumbnail/other-formats", test_other_formats);
  g_test_add_func ("/thumbnail/cancel", test_cancel);
  g_test_add_func ("/thumbnail/threads", test_threads);
}
