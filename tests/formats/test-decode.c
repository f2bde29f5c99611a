/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

#include "kd-decode.h"

#include <string.h>

/* All at once, and in pieces of every size up to 7. */
static void
check (const char *bytes,
       gsize n,
       const char *told,
       const char *encoding,
       const char *text)
{
  g_autofree char *found = NULL;
  GString *all = kd_decode (bytes, n, told, &found, NULL);

  g_assert_cmpstr (all->str, ==, text);
  g_assert_cmpstr (found, ==, encoding);
  for (gsize piece = 1; piece <= 7; piece++)
    {
      g_autoptr (KdDecoder) decoder = kd_decoder_new (told, NULL);
      g_autoptr (GString) out = g_string_new (NULL);

      for (gsize i = 0; i < n; i += piece)
        {
          gsize before = out->len;

          kd_decoder_feed (decoder, bytes + i, MIN (piece, n - i), out);
          g_assert_true (g_utf8_validate_len (out->str + before, out->len - before, NULL)
                         || memchr (out->str, 0, out->len) != NULL);
        }
      kd_decoder_finish (decoder, out);
      g_assert_cmpmem (out->str, out->len, all->str, all->len);
      g_assert_cmpstr (kd_decoder_get_encoding (decoder), ==, encoding);
    }
  g_string_free (all, TRUE);
}

static void
check_as (const char *text,
          const char *written,
          const char *prefix,
          gsize prefix_length,
          const char *encoding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) bytes = g_string_new_len (prefix, (gssize) prefix_length);
  g_autofree char *converted = NULL;
  gsize n;

  converted = g_convert (text, -1, written, "UTF-8", NULL, &n, &error);
  g_assert_no_error (error);
  g_string_append_len (bytes, converted, (gssize) n);
  g_test_message ("%s", written);
  check (bytes->str, bytes->len, NULL, encoding, text);
}

static void
test_marks (void)
{
  const char *text = "Nama;Harga\nKopi Gayó;15.000\n日本\xf0\x9f\x98\x80;1\n";

  check_as (text, "UTF-8", "\xef\xbb\xbf", 3, "UTF-8");
  check_as (text, "UTF-8", "", 0, "UTF-8");
  check_as (text, "UTF-16LE", "\xff\xfe", 2, "UTF-16LE");
  check_as (text, "UTF-16BE", "\xfe\xff", 2, "UTF-16BE");
  check_as (text, "UTF-16LE", "", 0, "UTF-16LE");
  check_as (text, "UTF-16BE", "", 0, "UTF-16BE");
  check_as (text, "UTF-32LE", "\xff\xfe\0\0", 4, "UTF-32LE");
  check_as (text, "UTF-32BE", "\0\0\xfe\xff", 4, "UTF-32BE");
  check_as ("商品名,価格\nコーヒー,100\n", "UTF-16LE", "", 0, "UTF-16LE");
}

static void
test_guesses (void)
{
  check_as ("Nama,Harga\nCafé,15\n", "windows-1252", "", 0, "windows-1252");
  check_as ("é", "windows-1252", "", 0, "windows-1252");
  check_as ("“Crème brûlée” – 5 €\n", "windows-1252", "", 0, "windows-1252");
  check_as ("Name;Preis\nKäse;5\nBrötchen;1\nGrüße;2\nStraße;3\n", "ISO-8859-1", "", 0,
            "windows-1252");
  check_as ("Größe: 5 mm ± 1, ½ l, 20 °C\n", "windows-1252", "", 0, "windows-1252");
  check_as ("商品名,価格\nコーヒー豆,100\n緑茶の葉,250\nほうじ茶と抹茶のセット,980\n", "SHIFT_JIS", "", 0,
            "Shift_JIS");
  check_as ("Название;Цена\nКофе в зёрнах;500\nЧай чёрный листовой;300\nСахар тростниковый;120\n"
            "Печенье овсяное классическое;80\n",
            "windows-1251", "", 0, "windows-1251");
  check_as ("Όνομα;Τιμή\nΚαφές;5\nΤσάι μαύρο;3\n", "windows-1253", "", 0, "windows-1253");
  check_as ("الاسم;السعر\nقهوة عربية;5\nشاي أسود;3\n", "windows-1256", "", 0, "windows-1256");
  check_as ("商品名称,价格\n咖啡豆,100\n绿茶,250\n", "GB18030", "", 0, "GB18030");
  check_as ("Product,Price\nCrème Brûlée Señor Ångström,5\nJalapeño,6\nPiñata,7\n", "windows-1252",
            "", 0, "windows-1252");
}

static void
test_told (void)
{
  g_autoptr (GError) error = NULL;

  check ("caf\xe9", 4, "ISO-8859-1", "ISO-8859-1", "café");
  check ("caf\xe9", 4, "latin1", "ISO-8859-1", "café");
  check ("\xd0\xba", 2, "windows-1252", "windows-1252", "Ðº");
  check ("\xef\xbb\xbf" "a", 4, "utf8", "UTF-8", "a");
  check ("\xff\xfe" "a\0", 4, "UTF-16LE", "UTF-16LE", "a");
  check ("\xfe\xff\0a", 4, "UTF-16", "UTF-16", "a");
  g_assert_null (kd_decoder_new ("klingon", &error));
  g_assert_error (error, KD_DECODE_ERROR, KD_DECODE_ERROR_UNKNOWN);
}

static void
test_broken (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autoptr (KdDecoder) decoder = kd_decoder_new (NULL, NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  check ("", 0, NULL, "UTF-8", "");
  check ("abc", 3, NULL, "UTF-8", "abc");
  /* A stray zero doesn't make it wide. */
  check ("id,name\n1,a\0b\n", 14, NULL, "UTF-8", "id,name\n1,a");
  check ("a\0b", 3, NULL, "UTF-8", "a");
  check ("\xef\xbb\xbf", 3, NULL, "UTF-8", "");
  check ("\xff\xfe" "a", 3, NULL, "UTF-16LE", "\xef\xbf\xbd");
  check ("\xff\xfe\0\xd8" "a\0", 6, NULL, "UTF-16LE", "\xef\xbf\xbd" "a");
  /* One bad byte among many good characters is a broken file in UTF-8. */
  for (guint i = 0; i < 50; i++)
    g_string_append (text, "é");
  g_string_assign (wanted, text->str);
  g_string_append (text, "\xff\xe2\x82");
  g_string_append (wanted, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  check (text->str, text->len, NULL, "UTF-8", wanted->str);
  kd_decoder_feed (decoder, text->str, text->len, out);
  kd_decoder_finish (decoder, out);
  g_assert_cmpuint (kd_decoder_get_n_bad (decoder), ==, 3);
}

/* The first byte beyond ASCII comes late. */
static void
test_late (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *wanted = NULL;

  while (bytes->len < 3 * KD_DECODE_WINDOW)
    g_string_append (bytes, "Kopi,15000\n");
  wanted = g_strconcat (bytes->str, "café\n", NULL);
  g_string_append (bytes, "caf\xe9\n");
  check (bytes->str, bytes->len, NULL, "windows-1252", wanted);
}

void
kd_test_add_decode (void)
{
  g_test_add_func ("/decode/marks", test_marks);
  g_test_add_func ("/decode/guesses", test_guesses);
  g_test_add_func ("/decode/told", test_told);
  g_test_add_func ("/decode/broken", test_broken);
  g_test_add_func ("/decode/late", test_late);
}
