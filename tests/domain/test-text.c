/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-text.h"

#include <string.h>

/* Names the case in the log, on one line. */
static void
show (const char *text)
{
  g_autofree char *line = g_strescape (text, NULL);
  g_test_message ("%s", line);
}

#define FAMILY "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"
#define ACCENT "e\xcc\x81"
#define FLAG_ID "\xf0\x9f\x87\xae\xf0\x9f\x87\xa9"

typedef struct
{
  const char *in, *out;
} Pair;

static void
test_fold (void)
{
  static const Pair pairs[] = {
    { "", "" },
    { "Kopi GAYO", "kopi gayo" },
    { "Café", "cafe" },
    { "Cafe\xcc\x81", "cafe" },
    { "Straße", "strasse" },
    { "ŁÓDŹ Ørsted Æble", "lodz orsted aeble" },
    { "İstanbul ılık", "istanbul ilik" },
    { "Tiếng Việt", "tieng viet" },
    { "ﬁne ①", "fine 1" },
    { "ＡＢＣ", "abc" },
    { "ΑΘΉΝΑ ς", "αθηνα σ" },
    { "ёлка Й", "елка и" },
    { "がか", "がか" },
    { "ｶﾞ", "ガ" },
    { "ที่", "ที่" },
    { "हिन्दी", "हिन्दी" },
    { "محمَّد", "محمد" },
    { "שָׁלוֹם", "שלום" },
    { "한국어", "한국어" },
    { "\xf0\x9f\x98\x80 ok", "\xf0\x9f\x98\x80 ok" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *folded = kd_text_fold (pairs[i].in);
      g_autofree char *again = kd_text_fold (folded);

      g_assert_cmpstr (folded, ==, pairs[i].out);
      g_assert_cmpstr (again, ==, folded);
    }
}

static void
test_key (void)
{
  static const Pair pairs[] = {
    { "  SKU-01 ", "sku-01" },
    { "007", "007" },
    { "\xc2\xa0Kopi\xe3\x80\x80", "kopi" },
    { "Café", "café" },
    { "Cafe\xcc\x81", "café" },
    { "ＳＫＵ１", "sku1" },
    { "STRASSE", "strasse" },
    { "straße", "strasse" },
    { "\xef\xbb\xbfID", "id" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *key = kd_text_key (pairs[i].in);
      g_assert_cmpstr (key, ==, pairs[i].out);
    }
  g_assert_true (kd_text_same ("Abc ", "aBC"));
  g_assert_true (kd_text_same (NULL, ""));
  g_assert_false (kd_text_same ("cafe", "café"));
}

static void
test_graphemes (void)
{
  static const struct
  {
    const char *text;
    guint count;
  } cases[] = {
    { "", 0 },
    { "abc", 3 },
    { "a\r\nb", 3 },
    { "e\xcc\x81" "a", 2 },
    { FAMILY, 1 },
    { FAMILY FAMILY, 2 },
    { FLAG_ID FLAG_ID, 2 },
    { "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd!", 2 },
    { "नमस्ते", 3 },
    { "각", 1 },
    { "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", 1 },
    { "1\xef\xb8\x8f\xe2\x83\xa3", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) clusters = kd_text_split_graphemes (cases[i].text);
      g_autofree char *joined = g_strjoinv ("", clusters);

      show (cases[i].text);
      g_assert_cmpuint (g_strv_length (clusters), ==, cases[i].count);
      g_assert_cmpuint (kd_text_count_graphemes (cases[i].text), ==, cases[i].count);
      g_assert_cmpstr (joined, ==, cases[i].text);
    }
}

static void
test_truncate (void)
{
  static const struct
  {
    const char *text;
    gsize limit;
    const char *out;
  } cases[] = {
    { "Kopi", 4, "Kopi" },
    { "Kopi", 3, "Ko…" },
    { "Kopi", 1, "…" },
    { "Kopi", 0, "" },
    { "", 5, "" },
    { FAMILY FAMILY FAMILY, 3, FAMILY FAMILY FAMILY },
    { FAMILY FAMILY FAMILY, 2, FAMILY "…" },
    { ACCENT ACCENT ACCENT, 2, ACCENT "…" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = kd_text_truncate (cases[i].text, cases[i].limit);
      g_assert_cmpstr (out, ==, cases[i].out);
    }
}

static void
test_truncate_bytes (void)
{
  g_autofree char *fits = kd_text_truncate_bytes ("kopi", 4);
  g_autofree char *ascii = kd_text_truncate_bytes ("kopi susu", 4);
  g_autofree char *family = kd_text_truncate_bytes ("a" FAMILY, 10);
  g_autofree char *accent = kd_text_truncate_bytes (ACCENT ACCENT, 4);

  g_assert_cmpstr (fits, ==, "kopi");
  g_assert_cmpstr (ascii, ==, "kopi");
  g_assert_cmpstr (family, ==, "a");
  g_assert_cmpstr (accent, ==, "e\xcc\x81");
}

static void
test_clean_and_blank (void)
{
  g_assert_true (kd_text_is_clean ("héllo", -1));
  g_assert_true (kd_text_is_clean ("", 0));
  g_assert_false (kd_text_is_clean ("a\0b", 3));
  g_assert_false (kd_text_is_clean ("\xff", -1));
  g_assert_false (kd_text_is_clean ("\xed\xa0\x80", -1));
  g_assert_false (kd_text_is_clean ("\xc0\x80", -1));
  g_assert_true (kd_text_is_blank (NULL));
  g_assert_true (kd_text_is_blank (" \t\r\n\xc2\xa0\xe2\x80\x8b\xe2\x80\xae\xef\xbb\xbf"));
  g_assert_true (kd_text_is_blank ("\xe3\x85\xa4"));
  g_assert_false (kd_text_is_blank (" \xf0\x9f\x98\x80"));
}

static void
test_slug (void)
{
  static const struct
  {
    const char *text;
    gsize max;
    const char *slug;
  } cases[] = {
    { "Kopi Gayo 250 g", 40, "kopi-gayo-250-g" },
    { "  --Toko  Bu Sri!! ", 40, "toko-bu-sri" },
    { "Café Ølé", 40, "cafe-ole" },
    { "Men's Shirt", 40, "mens-shirt" },
    { "Привет", 40, "privet" },
    { "東京", 40, "dong-jing" },
    { "\xf0\x9f\x98\x80", 40, "" },
    { "", 40, "" },
    { "satu dua tiga", 8, "satu-dua" },
    { "satu dua tiga", 7, "satu" },
    { "sepanjangjalan", 5, "sepan" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *slug = kd_text_slug (cases[i].text, cases[i].max);
      g_assert_cmpstr (slug, ==, cases[i].slug);
    }
}

static void
test_is_slug (void)
{
  static const char *const good[] = { "abc", "toko-bu-sri", "0ab", "a--" };
  static const char *const bad[] = { "",     "ab",   "-abc", "Abc",  "a_b", "tokó",    "v1",
                                     "hooks", "docs", "healthz", "readyz", "metrics", "_app",
                                     "a123456789012345678901234567890123456789x" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kd_text_is_slug (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kd_text_is_slug (bad[i]));
}

static void
test_email (void)
{
  static const char *const good[]
      = { "a@b.co", "sri.wahyuni+toko@mail.example.id", "ü@münchen.de" };
  static const char *const bad[] = { "", "a", "a@", "@b.co", "a@b", "a b@c.id", "a@b@c.id",
                                     "a@b.co\nBcc: x@y.id", "a..b@c.id", ".a@c.id", "a@-c.id",
                                     "\"a\"@b.co", "a@b..co", "<a@b.co>" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kd_text_is_email (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      show (bad[i]);
      g_assert_false (kd_text_is_email (bad[i]));
    }
}

static void
test_web_address (void)
{
  static const char *const good[]
      = { "https://example.id", "http://example.id:8080/a?b=c#d", "HTTPS://Example.id/%20",
          "http://[::1]:80/", "https://toko.example/kopi,gayo;1" };
  static const char *const bad[]
      = { "", "example.id", "ftp://example.id", "javascript:alert(1)", "https://", "https:///a",
          "https://user:pw@example.id/", "https://exa mple.id", "https://a.id/\"onclick=",
          "https://a.id/\nx", "https://a.id:99999999", "https://a.id:", "https://-a.id",
          "https://[::1", "http://a..b/" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kd_text_is_web_address (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      show (bad[i]);
      g_assert_false (kd_text_is_web_address (bad[i]));
    }
}

/* Text of any sort neither crashes nor comes out as something that isn't text. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_rand_int_range (rand, 0, 40);

      for (guint j = 0; j < n; j++)
        {
          gunichar c = (gunichar) g_rand_int_range (rand, 1, i % 2 ? 0x800 : 0x20000);
          if (g_unichar_validate (c))
            g_string_append_unichar (text, c);
        }
      {
        g_autofree char *folded = kd_text_fold (text->str);
        g_autofree char *key = kd_text_key (text->str);
        g_autofree char *cut = kd_text_truncate (text->str, 7);
        g_autofree char *slug = kd_text_slug (text->str, KD_SLUG_MAX);

        g_assert_true (kd_text_is_clean (folded, -1) && kd_text_is_clean (key, -1));
        g_assert_true (kd_text_is_clean (cut, -1) && kd_text_count_graphemes (cut) <= 7);
        g_assert_cmpuint (strlen (slug), <=, KD_SLUG_MAX);
        g_assert_cmpuint (strspn (slug, "abcdefghijklmnopqrstuvwxyz0123456789-"), ==,
                          strlen (slug));
      }
    }
}

void
kd_test_add_text (void)
{
  g_test_add_func ("/text/fold", test_fold);
  g_test_add_func ("/text/key", test_key);
  g_test_add_func ("/text/graphemes", test_graphemes);
  g_test_add_func ("/text/truncate", test_truncate);
  g_test_add_func ("/text/truncate-bytes", test_truncate_bytes);
  g_test_add_func ("/text/clean-and-blank", test_clean_and_blank);
  g_test_add_func ("/text/slug", test_slug);
  g_test_add_func ("/text/is-slug", test_is_slug);
  g_test_add_func ("/text/email", test_email);
  g_test_add_func ("/text/web-address", test_web_address);
  g_test_add_func ("/text/random", test_random);
}
