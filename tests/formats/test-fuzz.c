/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

#include "kd-csv.h"
#include "kd-decode.h"
#include "kd-file-check.h"
#include "kd-number-guess.h"

#include <string.h>

/* Each test takes about this long, with sanitizers or without. */
#define BUDGET (G_USEC_PER_SEC / 2)

static const char *const samples[] = {
  "id,sku,name\n1,A-1,\"Kopi, Gayo\"\n2,\"B\"\"2\",x\r\n",
  "\xff\xfe" "a\0;\0\xe9\0",
  "\xef\xbb\xbfNama;Harga\nCaf\xc3\xa9;1.250.000,50\n",
  "sep=;\na;b\n\"c\nd\";e\n",
  "#c\n\"unterminated, and, more\n\n\n",
  "a\tb\tc\r1\t2\t3\r",
};

static GString *
mutate (GRand *rand)
{
  guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (samples) + 1);
  GString *bytes = g_string_new (which < G_N_ELEMENTS (samples) ? samples[which] : NULL);
  guint changes = (guint) g_rand_int_range (rand, 0, 20);

  while (changes-- > 0)
    {
      gssize at = g_rand_int_range (rand, 0, (gint32) bytes->len + 1);

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          g_string_insert_c (bytes, at, (char) g_rand_int_range (rand, 0, 256));
          break;
        case 1:
          g_string_insert_c (bytes, at, "\"\",;\t\n\r|\\'#\0"[g_rand_int_range (rand, 0, 12)]);
          break;
        case 2:
          g_string_erase (bytes, at, MIN (3, (gssize) bytes->len - at));
          break;
        default:
          if (bytes->len < 100000)
            g_string_insert_len (bytes, at, bytes->str, (gssize) bytes->len / 2);
          break;
        }
    }
  return bytes;
}

static gboolean
check_row (const KdCsvRow *row,
           gpointer data)
{
  g_assert_cmpuint (row->n_fields, >, 0);
  for (guint i = 0; i < row->n_fields; i++)
    {
      KdNumberGuess guess = { 0 };
      KdNumberForm form;
      const char *code;
      gint64 value;

      g_assert_cmpuint (strlen (row->fields[i].text), ==, row->fields[i].length);
      g_checksum_update (data, (const guchar *) row->fields[i].text,
                         (gssize) row->fields[i].length + 1);
      if (!g_utf8_validate_len (row->fields[i].text, row->fields[i].length, NULL))
        continue;
      kd_number_guess_add (&guess, row->fields[i].text);
      form = kd_number_guess_end (&guess, 0);
      kd_number_parse (row->fields[i].text, &form, 3, &value, NULL, &code);
    }
  return TRUE;
}

static void
ignore_problem (const KdCsvProblem *problem,
                gpointer data)
{
}

static char *
parse (const GString *text,
       const KdCsvOptions *options,
       GRand *rand)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  g_autoptr (KdCsvReader) reader = kd_csv_reader_new (options, check_row, ignore_problem, sum);

  for (gsize i = 0; i < text->len;)
    {
      gsize piece = rand != NULL ? (gsize) g_rand_int_range (rand, 1, 9) : text->len;

      piece = MIN (piece, text->len - i);
      kd_csv_reader_feed (reader, text->str + i, piece);
      i += piece;
    }
  kd_csv_reader_finish (reader);
  return g_strdup (g_checksum_get_string (sum));
}

/* However the bytes are cut, the rows are the same. */
static void
test_csv (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  gint64 until = g_get_monotonic_time () + BUDGET;

  while (g_get_monotonic_time () < until)
    {
      KdCsvOptions options = KD_CSV_OPTIONS_INIT;
      GString *bytes = mutate (rand);
      g_autofree char *whole = NULL;
      g_autofree char *pieces = NULL;

      if (g_rand_boolean (rand))
        options.delimiter = ";;";
      if (g_rand_boolean (rand))
        options.comment = "##";
      if (g_rand_boolean (rand))
        options.escape = '\\';
      options.newline = (KdCsvNewline) g_rand_int_range (rand, 0, 4);
      options.header = g_rand_boolean (rand);
      whole = parse (bytes, &options, NULL);
      pieces = parse (bytes, &options, rand);
      g_assert_cmpstr (whole, ==, pieces);
      g_string_free (bytes, TRUE);
    }
}

static void
test_decode (void)
{
  static const char *const encodings[] = { NULL, "UTF-8", "UTF-16", "windows-1252", "Shift_JIS",
                                           "GB18030", "UTF-7", "ISO-2022-JP" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (43);
  gint64 until = g_get_monotonic_time () + BUDGET;

  while (g_get_monotonic_time () < until)
    {
      const char *encoding = encodings[g_rand_int_range (rand, 0, G_N_ELEMENTS (encodings))];
      GString *bytes = mutate (rand);
      GString *whole = kd_decode (bytes->str, bytes->len, encoding, NULL, NULL);
      g_autoptr (KdDecoder) decoder = kd_decoder_new (encoding, NULL);
      g_autoptr (GString) pieces = g_string_new (NULL);

      for (gsize i = 0; i < bytes->len;)
        {
          gsize piece = (gsize) g_rand_int_range (rand, 1, 50);

          piece = MIN (piece, bytes->len - i);
          kd_decoder_feed (decoder, bytes->str + i, piece, pieces);
          i += piece;
        }
      kd_decoder_finish (decoder, pieces);
      g_assert_cmpmem (whole->str, whole->len, pieces->str, pieces->len);
      for (gsize i = 0; i < whole->len; i++)
        if (whole->str[i] == '\0')
          whole->str[i] = ' ';
      g_assert_true (g_utf8_validate_len (whole->str, whole->len, NULL));
      kd_file_find_type (bytes->str, bytes->len);
      g_string_free (whole, TRUE);
      g_string_free (bytes, TRUE);
    }
}

void
kd_test_add_fuzz (void)
{
  g_test_add_func ("/fuzz/csv", test_csv);
  g_test_add_func ("/fuzz/decode", test_decode);
}
