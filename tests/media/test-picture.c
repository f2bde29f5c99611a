/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-media.h"

#include <string.h>

#define FUZZ_ROUNDS 400

static void
check_as (GBytes *bytes,
          KdPictureFlags flags,
          KdPictureFormat format,
          const char *mime,
          int width,
          int height)
{
  g_autoptr (GError) error = NULL;
  KdPictureInfo info = { 0 };

  g_assert_true (kd_picture_check (bytes, flags, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpint (info.format, ==, format);
  g_assert_cmpstr (info.mime, ==, mime);
  g_assert_cmpint (info.width, ==, width);
  g_assert_cmpint (info.height, ==, height);
}

static void
test_formats (void)
{
  g_autoptr (GBytes) jpeg = test_make ("jpeg", 60, 40, FALSE);
  g_autoptr (GBytes) png = test_make ("png", 61, 41, TRUE);
  g_autoptr (GBytes) gif = test_from_base64 (TEST_GIF);
  g_autoptr (GBytes) webp = test_from_base64 (TEST_WEBP);
  g_autoptr (GBytes) svg = g_bytes_new_static ("<svg viewBox='0 0 30 20'/>", 26);

  check_as (jpeg, 0, KD_PICTURE_JPEG, "image/jpeg", 60, 40);
  check_as (png, 0, KD_PICTURE_PNG, "image/png", 61, 41);
  check_as (gif, 0, KD_PICTURE_GIF, "image/gif", 1, 1);
  check_as (webp, 0, KD_PICTURE_WEBP, "image/webp", 1, 1);
  check_as (svg, KD_PICTURE_ALLOW_SVG, KD_PICTURE_SVG, "image/svg+xml", 30, 20);
}

static GBytes *
png_claiming (guint32 width,
              guint32 height)
{
  g_autoptr (GBytes) png = test_make ("png", 4, 4, FALSE);
  gsize size = 0;
  guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&png), &size);
  guint32 values[] = { GUINT32_TO_BE (width), GUINT32_TO_BE (height) };

  memcpy (data + 16, values, sizeof values);
  return g_bytes_new_take (data, size);
}

static GBytes *
jpeg_claiming (guint16 width,
               guint16 height)
{
  const guint8 head[] = { 0xFF, 0xD8, 0xFF, 0xFF, 0xC2, 0, 17, 8, height >> 8, height & 0xFF,
                          width >> 8, width & 0xFF, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF,
                          0xDA };

  return g_bytes_new (head, sizeof head);
}

static GBytes *
gif_with_huge_frame (void)
{
  g_autoptr (GBytes) gif = test_from_base64 (TEST_GIF);
  gsize size = 0;
  guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&gif), &size);
  guint8 *frame = memchr (data, 0x2C, size);

  memset (data + 6, 0xFF, 4);
  memset (frame + 5, 0xFF, 4);
  return g_bytes_new_take (data, size);
}

static GBytes *
webp_claiming_canvas (void)
{
  static const guint8 data[] = { 'R', 'I', 'F', 'F', 22, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P',
                                 '8', 'X', 10, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0 };

  return g_bytes_new_static (data, sizeof data);
}

static GBytes *
heavy_jpeg (void)
{
  g_autoptr (GBytes) jpeg = test_make ("jpeg", 8, 8, FALSE);
  g_autofree guint8 *data = g_malloc0 (KD_PICTURE_MAX_BYTES + 1);

  memcpy (data, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg));
  return g_bytes_new_take (g_steal_pointer (&data), KD_PICTURE_MAX_BYTES + 1);
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* One named case for each bad file; none may reach a decoder. */
static void
test_bad_files (void)
{
  static const guint8 pdf[] = "%PDF-1.7\n";
  g_autofree char *spaces = g_strnfill (200000, ' ');
  const struct
  {
    const char *name;
    GBytes *bytes;
    const char *code;
  } cases[] = {
    { "empty", g_bytes_new (NULL, 0), "picture.not_a_picture" },
    { "text named .jpg", text_bytes ("Halo kak, ini bukan foto"), "picture.not_a_picture" },
    { "page", text_bytes ("<!doctype html><html><svg/></html>"), "picture.not_a_picture" },
    { "document", g_bytes_new (pdf, sizeof pdf), "picture.not_a_picture" },
    { "spaces", text_bytes (spaces), "picture.not_a_picture" },
    { "svg not allowed", text_bytes ("<?xml version='1.0'?><svg/>"), "picture.svg_refused" },
    { "png of 400 megapixels", png_claiming (20000, 20000), "picture.too_many_pixels" },
    { "png of the largest numbers", png_claiming (0xFFFFFFFF, 0xFFFFFFFF),
      "picture.too_many_pixels" },
    { "png without a pixel", png_claiming (0, 10), "picture.damaged" },
    { "png long and thin", png_claiming (100000, 1), "picture.too_many_pixels" },
    { "jpeg of 200 megapixels", jpeg_claiming (20000, 10000), "picture.too_many_pixels" },
    { "gif with a huge frame", gif_with_huge_frame (), "picture.too_many_pixels" },
    { "webp with a huge canvas", webp_claiming_canvas (), "picture.too_many_pixels" },
    { "too many bytes", heavy_jpeg (), "picture.too_large" },
    { "jpeg of one marker", g_bytes_new ("\xFF\xD8\xFF\xE0", 4), "picture.damaged" },
    { "png of a signature", g_bytes_new ("\x89PNG\r\n\x1A\n", 8), "picture.damaged" },
    { "gif of a signature", g_bytes_new ("GIF89a", 6), "picture.damaged" },
    { "webp of a signature", g_bytes_new ("RIFF\xFF\xFF\xFF\xFFWEBP", 12), "picture.damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      GBytes *small;

      g_test_message ("%s", cases[i].name);
      g_assert_false (kd_picture_check (cases[i].bytes, 0, NULL, &error));
      test_assert_code (error, cases[i].code);
      small = kd_picture_thumbnail (cases[i].bytes, 0, 100, 0, NULL, NULL, &error);
      g_assert_null (small);
      test_assert_code (error, cases[i].code);
      g_bytes_unref (cases[i].bytes);
    }
}

static void
test_truncated (void)
{
  GBytes *all[] = { test_make ("jpeg", 90, 70, FALSE), test_make_noise ("png", 30, 20, TRUE),
                    test_from_base64 (TEST_GIF), test_from_base64 (TEST_WEBP) };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      gsize size = g_bytes_get_size (all[i]);

      for (gsize n = 0; n < size; n += n < 64 ? 1 : 41)
        {
          g_autoptr (GBytes) cut = test_cut (all[i], n);
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) small = kd_picture_thumbnail (cut, 0, 50, 0, NULL, NULL, &error);

          g_test_message ("format %u cut to %" G_GSIZE_FORMAT, i, n);
          g_assert_null (small);
          g_assert_nonnull (kd_picture_error_code (error));
        }
      g_bytes_unref (all[i]);
    }
}

/* Changed bytes may give a picture or an error, never a crash or a read beyond the end. */
static void
test_changed_bytes (void)
{
  GBytes *all[] = { test_make ("jpeg", 40, 30, FALSE), test_make ("png", 16, 12, TRUE),
                    test_from_base64 (TEST_GIF), test_from_base64 (TEST_WEBP) };
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < FUZZ_ROUNDS; i++)
    {
      GBytes *from = all[i % G_N_ELEMENTS (all)];
      gsize size = g_bytes_get_size (from);
      guint8 *data = g_memdup2 (g_bytes_get_data (from, NULL), size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) small = NULL;
      g_autoptr (GError) error = NULL;

      for (guint k = 0; k < 1 + i % 8; k++)
        data[g_rand_int_range (rand, 0, (int) size)] = (guint8) g_rand_int (rand);
      bytes = g_bytes_new_take (data, size);
      small = kd_picture_thumbnail (bytes, 0, 20, 0, NULL, NULL, &error);
      g_assert_true ((small != NULL) != (error != NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_bytes_unref (all[i]);
}

static void
test_hash (void)
{
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  KdHash hash;
  char text[KD_HASH_TEXT_LENGTH + 1];

  kd_picture_hash (abc, &hash);
  g_assert_cmpstr (kd_hash_to_text (&hash, text), ==,
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  kd_picture_hash (empty, &hash);
  g_assert_cmpstr (kd_hash_to_text (&hash, text), ==,
                   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

void
test_picture_add (void)
{
  g_test_add_func ("/picture/formats", test_formats);
  g_test_add_func ("/picture/bad-files", test_bad_files);
  g_test_add_func ("/picture/truncated", test_truncated);
  g_test_add_func ("/picture/changed-bytes", test_changed_bytes);
  g_test_add_func ("/picture/hash", test_hash);
}
