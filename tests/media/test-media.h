/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-picture.h"

void test_picture_add (void);
void test_svg_add (void);
void test_thumbnail_add (void);

/* A picture whose left upper quarter is red, right upper green, left lower blue and the rest
 * white; with alpha, the white quarter is see-through instead. */
GBytes *test_make (const char *type,
                   int width,
                   int height,
                   gboolean alpha);

/* Nothing but noise, which no encoder makes small. */
GBytes *test_make_noise (const char *type,
                         int width,
                         int height,
                         gboolean alpha);

/* A JPEG with an EXIF block that gives this orientation, in either byte order. */
GBytes *test_with_exif (GBytes *jpeg,
                        int orientation,
                        gboolean big_endian);

GBytes *test_from_base64 (const char *text);
GBytes *test_cut (GBytes *bytes,
                  gsize n);

/* One white pixel each. */
#define TEST_WEBP "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
#define TEST_GIF "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

#define test_assert_code(error, code)                     \
  G_STMT_START                                            \
  {                                                       \
    g_assert_nonnull (error);                             \
    g_assert_cmpstr (kd_picture_error_code (error), ==, code); \
    g_clear_error (&error);                               \
  }                                                       \
  G_STMT_END
