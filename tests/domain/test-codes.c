/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-barcode.h"
#include "kd-phone.h"
#include "kd-position.h"
#include "kd-shape.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Names the case in the log, on one line. */
static void
show (const char *text)
{
  g_autofree char *line = g_strescape (text, NULL);
  g_test_message ("%s", line);
}

/* Phone numbers */

static void
test_phone_forms (void)
{
  static const struct
  {
    const char *text, *region, *e164, *type;
  } cases[] = {
    { "081234567890", NULL, "+6281234567890", "MOBILE" },
    { "0812-3456-7890", "ID", "+6281234567890", "MOBILE" },
    { "81234567890", "ID", "+6281234567890", "MOBILE" },
    { "6281234567890", "ID", "+6281234567890", "MOBILE" },
    { "+62 812-3456-7890", "US", "+6281234567890", "MOBILE" },
    { "0062 812 3456 7890", "ID", "+6281234567890", "MOBILE" },
    { "(021) 5551234", "ID", "+62215551234", "FIXED_LINE" },
    { "020 7946 0958", "GB", "+442079460958", "FIXED_LINE" },
    { "+1 415 555 2671", "ID", "+14155552671", "FIXED_LINE_OR_MOBILE" },
    { "\xef\xbc\x90\xef\xbc\x98\xef\xbc\x91\xef\xbc\x92" "34567890", "ID", "+6281234567890",
      "MOBILE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KdPhone) phone = kd_phone_parse (cases[i].text, cases[i].region);

      show (cases[i].text);
      g_assert_true (phone->valid && phone->possible);
      g_assert_cmpstr (phone->e164, ==, cases[i].e164);
      g_assert_cmpstr (phone->type, ==, cases[i].type);
    }
}

static void
test_phone_parts (void)
{
  g_autoptr (KdPhone) phone = kd_phone_parse ("+44 20 7946 0958 ext. 12", "ID");
  g_autofree char *normalized = kd_phone_normalize ("0812 3456 789", NULL);

  g_assert_cmpstr (phone->e164, ==, "+442079460958");
  g_assert_cmpstr (phone->national, ==, "020 7946 0958 x12");
  g_assert_cmpstr (phone->international, ==, "+44 20 7946 0958 x12");
  g_assert_cmpstr (phone->extension, ==, "12");
  g_assert_cmpstr (phone->region, ==, "GB");
  g_assert_cmpstr (normalized, ==, "+628123456789");
}

static void
test_phone_none (void)
{
  g_autofree char *long_text = g_strnfill (100000, '1');
  const char *const texts[] = { "", "halo", "\xff\xfe", long_text, "12", "+", "08999", "@@@",
                                "+999123" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (KdPhone) phone = kd_phone_parse (texts[i], "ID");
      g_assert_false (phone->valid);
      g_assert_null (kd_phone_normalize (texts[i], "nowhere"));
    }
  g_assert_null (kd_phone_normalize (NULL, NULL));
}

static void
test_phone_match (void)
{
  g_assert_cmpint (kd_phone_match ("+62 812 3456 7890", "+6281234567890"), ==,
                   KD_PHONE_MATCH_EXACT);
  g_assert_cmpint (kd_phone_match ("+62 812 3456 7890", "81234567890"), ==, KD_PHONE_MATCH_NSN);
  g_assert_cmpint (kd_phone_match ("+62 812 3456 7890", "34567890"), ==,
                   KD_PHONE_MATCH_SHORT_NSN);
  g_assert_cmpint (kd_phone_match ("+62 812 3456 7890", "+6281234567891"), ==,
                   KD_PHONE_MATCH_NONE);
  g_assert_cmpint (kd_phone_match ("", "x"), ==,
                   KD_PHONE_MATCH_NONE);
  g_assert_cmpstr (kd_phone_match_to_text (KD_PHONE_MATCH_SHORT_NSN), ==, "short_nsn");
}

/* The published cases, where they lie beside the project. */
static void
test_phone_published (void)
{
  const char *shared = g_getenv ("KD_TEST_SHARED");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "", "contracts", "payloads",
                                            "standards", "phone_e164_cases.json", NULL);
  JsonArray *cases;

  if (!json_parser_load_from_file (parser, path, NULL))
    {
      g_test_skip ("the published phone cases are not beside the project");
      return;
    }
  cases = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *one = json_array_get_object_element (cases, i);
      const char *in = json_object_get_string_member (one, "in");
      g_autoptr (KdPhone) phone = kd_phone_parse (in, "ID");

      show (in);
      if (json_object_has_member (one, "e164"))
        {
          g_assert_true (phone->valid);
          g_assert_cmpstr (phone->e164, ==, json_object_get_string_member (one, "e164"));
          g_assert_cmpstr (phone->type, ==, json_object_get_string_member (one, "type"));
        }
      else if (strncmp (in, "00", 2) == 0)
        g_assert_cmpstr (phone->e164, ==, "+628123456789"); /* the note of that case */
      else
        g_assert_false (phone->valid);
    }
}

/* Barcodes */

static void
test_barcode (void)
{
  static const struct
  {
    const char *code;
    gboolean valid;
    KdBarcodeType type;
    const char *canonical;
  } cases[] = {
    { "4006381333931", TRUE, KD_BARCODE_EAN13, "4006381333931" },
    { "4006381333932", FALSE, KD_BARCODE_EAN13, NULL },
    { " 4-006381-333931 ", TRUE, KD_BARCODE_EAN13, "4006381333931" },
    { "73513537", TRUE, KD_BARCODE_EAN8, "73513537" },
    { "73513536", FALSE, KD_BARCODE_EAN8, NULL },
    { "036000291452", TRUE, KD_BARCODE_UPCA, "0036000291452" },
    { "036000291453", FALSE, KD_BARCODE_UPCA, NULL },
    { "0036000291452", TRUE, KD_BARCODE_EAN13, "0036000291452" },
    { "ABC-123", TRUE, KD_BARCODE_TEXT, "ABC-123" },
    { "12345", TRUE, KD_BARCODE_TEXT, "12345" },
    { "00012345", FALSE, KD_BARCODE_EAN8, NULL },
    { "", FALSE, KD_BARCODE_TEXT, NULL },
    { "a\nb", FALSE, KD_BARCODE_TEXT, NULL },
    { "\xff", FALSE, KD_BARCODE_TEXT, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *canonical = NULL;
      KdBarcodeType type;

      show (cases[i].code);
      g_assert_cmpint (kd_barcode_check (cases[i].code, &type, &canonical), ==, cases[i].valid);
      g_assert_cmpint (type, ==, cases[i].type);
      g_assert_cmpstr (canonical, ==, cases[i].canonical);
    }
}

static void
test_barcode_internal (void)
{
  for (guint64 number = 0; number <= KD_BARCODE_INTERNAL_MAX; number = number * 7 + 1)
    {
      g_autofree char *code = kd_barcode_make_internal (20 + (guint) (number % 10), number);
      KdBarcodeType type;

      g_assert_true (kd_barcode_check (code, &type, NULL) && type == KD_BARCODE_EAN13);
      g_assert_true (kd_barcode_is_internal (code));
    }
  g_assert_null (kd_barcode_make_internal (19, 1));
  g_assert_null (kd_barcode_make_internal (30, 1));
  g_assert_null (kd_barcode_make_internal (20, KD_BARCODE_INTERNAL_MAX + 1));
  g_assert_false (kd_barcode_is_internal ("4006381333931"));
}

/* Positions */

static void
test_position_bounds (void)
{
  static const char *const bad[] = { "", "0", "a", "b1", "a00", "a0V0", "a-",
                                     "A00000000000000000000000000", "é" };
  g_autofree char *first = kd_position_first ();
  g_autofree char *before = kd_position_between (NULL, first);
  g_autofree char *after = kd_position_after (first);

  g_assert_true (kd_position_is_valid (first));
  g_assert_cmpstr (before, <, first);
  g_assert_cmpstr (first, <, after);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (kd_position_is_valid (bad[i]));
      g_assert_null (kd_position_between (bad[i], NULL));
    }
  g_assert_null (kd_position_between ("a1", "a1"));
  g_assert_null (kd_position_between ("a2", "a1"));
  {
    g_autofree char *least = kd_position_between (NULL, "A00000000000000000000000001");
    g_autofree char *less = kd_position_between (NULL, least);

    g_assert_true (kd_position_is_valid (least) && kd_position_is_valid (less));
    g_assert_cmpstr (less, <, least);
    g_assert_cmpstr (least, <, "A00000000000000000000000001");
  }
}

/* 100,000 rows added at either end stay short, and in order. */
static void
test_position_ends (void)
{
  g_autofree char *low = kd_position_first ();
  g_autofree char *high = kd_position_first ();

  for (guint i = 0; i < 100000; i++)
    {
      char *higher = kd_position_after (high);
      char *lower = kd_position_between (NULL, low);

      g_assert_true (strcmp (high, higher) < 0 && strcmp (lower, low) < 0);
      g_free (high);
      g_free (low);
      high = higher;
      low = lower;
    }
  g_assert_cmpuint (strlen (high), <=, 5);
  g_assert_cmpuint (strlen (low), <=, 5);
}

static void
test_position_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 3000; i++)
    {
      guint at = (guint) g_rand_int_range (rand, 0, (gint32) rows->len + 1);
      const char *a = at > 0 ? g_ptr_array_index (rows, at - 1) : NULL;
      const char *b = at < rows->len ? g_ptr_array_index (rows, at) : NULL;
      char *made = kd_position_between (a, b);

      g_assert_true (kd_position_is_valid (made));
      g_assert_true ((a == NULL || strcmp (a, made) < 0) && (b == NULL || strcmp (made, b) < 0));
      g_ptr_array_insert (rows, (int) at, made);
    }
}

/* Always the same gap: 64 bytes are used up some day, and that is said. */
static void
test_position_squeezed (void)
{
  g_autofree char *a = g_strdup ("a0");
  g_autofree char *b = g_strdup ("a1");
  guint count = 0;

  for (;; count++)
    {
      char *made = kd_position_between (a, b);

      if (made == NULL)
        break;
      g_assert_cmpuint (strlen (made), <=, KD_POSITION_MAX);
      g_assert_true (strcmp (a, made) < 0 && strcmp (made, b) < 0);
      g_free (count % 2 ? a : b);
      *(count % 2 ? &a : &b) = made;
    }
  g_assert_cmpuint (count, >, 100);
}

static void
test_position_spread (void)
{
  static const char *const ends[][2] = { { NULL, NULL }, { "a5", NULL }, { NULL, "a5" },
                                         { "a5", "a6" }, { "a0", "b00" } };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_auto (GStrv) texts = kd_position_spread (ends[i][0], ends[i][1], 1000);

      g_assert_cmpuint (g_strv_length (texts), ==, 1000);
      for (guint j = 0; j < 1000; j++)
        {
          g_assert_true (kd_position_is_valid (texts[j]));
          g_assert_cmpuint (strlen (texts[j]), <=, 6);
          if (j > 0)
            g_assert_cmpstr (texts[j - 1], <, texts[j]);
        }
      if (ends[i][0] != NULL)
        g_assert_cmpstr (ends[i][0], <, texts[0]);
      if (ends[i][1] != NULL)
        g_assert_cmpstr (texts[999], <, ends[i][1]);
    }
  g_assert_null (kd_position_spread ("a1", "a1", 3));
}

void
kd_test_add_codes (void)
{
  g_test_add_func ("/phone/forms", test_phone_forms);
  g_test_add_func ("/phone/parts", test_phone_parts);
  g_test_add_func ("/phone/none", test_phone_none);
  g_test_add_func ("/phone/match", test_phone_match);
  g_test_add_func ("/phone/published", test_phone_published);
  g_test_add_func ("/barcode/check", test_barcode);
  g_test_add_func ("/barcode/internal", test_barcode_internal);
  g_test_add_func ("/position/bounds", test_position_bounds);
  g_test_add_func ("/position/ends", test_position_ends);
  g_test_add_func ("/position/random", test_position_random);
  g_test_add_func ("/position/squeezed", test_position_squeezed);
  g_test_add_func ("/position/spread", test_position_spread);
}
