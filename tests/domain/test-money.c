/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-currency.h"
#include "kd-decimal.h"
#include "kd-money.h"
#include "kd-number-style.h"
#include "kd-shape.h"

#include <string.h>

#define ROUNDS 2000

typedef struct
{
  const char *text;
  const char *currency, *locale;
  gint64 minor;
  const char *code; /* instead of an amount */
} Typed;

static const Typed typed[] = {
  /* as the rules write them */
  { "15rb", "IDR", NULL, 15000, NULL },
  { "1,5jt", "IDR", NULL, 1500000, NULL },
  { "15.000", "IDR", NULL, 15000, NULL },
  { "15000", "IDR", NULL, 15000, NULL },
  { "15.000+10%", "IDR", NULL, 16500, NULL },
  { "20000-2500", "IDR", NULL, 17500, NULL },
  { "Rp 15.000", "IDR", NULL, 15000, NULL },
  /* other ways of the same */
  { " 15 ribu ", "IDR", NULL, 15000, NULL },
  { "15K", "IDR", NULL, 15000, NULL },
  { "1.5jt", "IDR", NULL, 1500000, NULL },
  { "2,5 juta", "IDR", NULL, 2500000, NULL },
  { "1,25m", "IDR", NULL, 1250000000, NULL },
  { "1,25m", "IDR", "en", 1250000, NULL },
  { "1.25m", "IDR", "en", 1250000, NULL },
  { "1.500rb", "IDR", NULL, 1500000, NULL },
  { "3,333rb", "IDR", NULL, 3333, NULL },
  { "Rp15.000,-", "IDR", NULL, 15000, NULL },
  { "Rp. 15.000,--", "IDR", NULL, 15000, NULL },
  { "15.000,00", "IDR", NULL, 15000, NULL },
  { "145000.00", "IDR", NULL, 145000, NULL },
  { "15,000", "IDR", NULL, 15000, NULL },
  { "15,000.00", "IDR", NULL, 15000, NULL },
  { "15 000", "IDR", NULL, 15000, NULL },
  { "15\u00a0000", "IDR", NULL, 15000, NULL },
  { "IDR 15000", "IDR", NULL, 15000, NULL },
  { "15000 rp", "IDR", NULL, 15000, NULL },
  { "1.250.000", "IDR", NULL, 1250000, NULL },
  { "0", "IDR", NULL, 0, NULL },
  { "007", "IDR", NULL, 7, NULL },
  { "-2500", "IDR", NULL, -2500, NULL },
  { "\u22122500", "IDR", NULL, -2500, NULL },
  { "15rb + 5rb - 10%", "IDR", NULL, 18000, NULL },
  { "10000-12,5%", "IDR", NULL, 8750, NULL },
  { "9999-33,33%", "IDR", NULL, 6666, NULL },
  { "1+50%", "IDR", NULL, 2, NULL },
  { "12.50", "USD", "en", 1250, NULL },
  { "12,50", "USD", "id", 1250, NULL },
  { "$1,234.56", "USD", "en", 123456, NULL },
  { "US$ 5", "USD", NULL, 500, NULL },
  { "1.234,56 \u20ac", "EUR", "de", 123456, NULL },
  { "1 234,56", "EUR", "fr", 123456, NULL },
  { "1\u202f234,56", "EUR", "fr", 123456, NULL },
  { "1'234.50", "CHF", "de-CH", 123450, NULL },
  { "1,00,000.5", "INR", "en-IN", 10000050, NULL },
  { "1.234", "KWD", "en", 1234, NULL },
  { "12.345", "KWD", "id", 12345000, NULL },
  { ".5", "USD", "en", 50, NULL },
  { "$5", "SGD", "en", 500, NULL },
  { "1000", "JPY", "ja", 1000, NULL },
  /* none of these is an amount */
  { "", "IDR", NULL, 0, "money.empty" },
  { " \t\u00a0", "IDR", NULL, 0, "money.empty" },
  { "abc", "IDR", NULL, 0, "money.syntax" },
  { "15.", "IDR", NULL, 0, "money.syntax" },
  { "1.25.000", "IDR", NULL, 0, "money.syntax" },
  { "1,250.000,50", "IDR", NULL, 0, "money.syntax" },
  { "15 20", "IDR", NULL, 0, "money.syntax" },
  { "15--3", "IDR", NULL, 0, "money.syntax" },
  { "15+", "IDR", NULL, 0, "money.syntax" },
  { "10%", "IDR", NULL, 0, "money.syntax" },
  { "+10%", "IDR", NULL, 0, "money.syntax" },
  { "1e5", "IDR", NULL, 0, "money.syntax" },
  { "0x10", "IDR", NULL, 0, "money.syntax" },
  { "\u0661\u0665", "IDR", NULL, 0, "money.syntax" },
  { "15rbx", "IDR", NULL, 0, "money.syntax" },
  { "=1+1", "IDR", NULL, 0, "money.syntax" },
  { "NaN", "IDR", NULL, 0, "money.syntax" },
  { "\xff", "IDR", NULL, 0, "money.syntax" },
  { "11.05", "IDR", NULL, 0, "money.decimals" },
  { "1.250.000,50", "IDR", NULL, 0, "money.decimals" },
  { "1,250,000.50", "IDR", NULL, 0, "money.decimals" },
  { "0.500", "IDR", NULL, 0, "money.decimals" },
  { "1,2345rb", "IDR", NULL, 0, "money.decimals" },
  { "12.345", "USD", "en", 0, "money.decimals" },
  { "$15", "IDR", NULL, 0, "money.currency" },
  { "15 USD", "IDR", NULL, 0, "money.currency" },
  { "Rp15", "USD", "en", 0, "money.currency" },
  { "15", "ZZZ", NULL, 0, "currency.unknown" },
  { "15", "idr", NULL, 0, "currency.unknown" },
  { "1000000000000001", "IDR", NULL, 0, "number.range" },
  { "999999999999999999999999999999", "IDR", NULL, 0, "number.range" },
  { "999999999m", "IDR", NULL, 0, "number.range" },
  { "1000000000000000+1", "IDR", NULL, 0, "number.range" },
  { "1+99999999%", "IDR", NULL, 0, "number.range" },
};

static void
test_parse (gconstpointer data)
{
  const Typed *one = data;
  gint64 minor = -777;
  const char *code = NULL;
  gboolean good = kd_money_parse (one->text, one->currency, one->locale, -1, &minor, &code);

  g_assert_cmpstr (code, ==, one->code);
  g_assert_true (good == (one->code == NULL));
  g_assert_cmpint (minor, ==, good ? one->minor : -777);
}

static void
test_parse_digits (void)
{
  gint64 minor;
  const char *code;

  g_assert_true (kd_money_parse ("11.05", "IDR", "en", 2, &minor, &code));
  g_assert_cmpint (minor, ==, 1105);
  g_assert_false (kd_money_parse ("1", "IDR", "en", KD_MONEY_DIGITS_MAX + 1, &minor, &code));
  g_assert_cmpstr (code, ==, "number.range");
}

static void
test_parse_long (void)
{
  g_autofree char *text = g_strnfill (KD_MONEY_TEXT_MAX + 1, '1');
  gint64 minor;
  const char *code;

  g_assert_false (kd_money_parse (text, "IDR", NULL, -1, &minor, &code));
  g_assert_cmpstr (code, ==, "money.syntax");
}

static const struct
{
  gint64 minor;
  const char *currency, *locale, *text;
} shown[] = {
  { 15000, "IDR", NULL, "Rp15.000" },
  { 15000, "IDR", "id_ID.UTF-8", "Rp15.000" },
  { 15000, "IDR", "en", "Rp15,000" },
  { 0, "IDR", "id", "Rp0" },
  { 999, "IDR", "id", "Rp999" },
  { -1234567, "IDR", "id", "-Rp1.234.567" },
  { 123456, "USD", "en_US", "$1,234.56" },
  { 123456, "USD", "id", "US$1.234,56" },
  { 5, "USD", "en", "$0.05" },
  { -5, "USD", "C", "-$0.05" },
  { 123456789, "EUR", "de", "1.234.567,89\u00a0\u20ac" },
  { 123456789, "EUR", "fr", "1\u202f234\u202f567,89\u00a0\u20ac" },
  { 123456, "CHF", "de_CH", "CHF\u00a01\u2019234.56" },
  { 123456789, "INR", "en-IN", "\u20b912,34,567.89" },
  { 1234, "KWD", "en", "KWD\u00a01.234" },
  { 1000, "JPY", "ja", "\u00a51,000" },
  { 100, "MYR", "ms", "RM\u00a01.00" },
  { G_MININT64, "IDR", "id", "-Rp9.223.372.036.854.775.808" },
};

static void
test_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *text = kd_money_format (shown[i].minor, shown[i].currency, shown[i].locale);

      g_assert_cmpstr (text, ==, shown[i].text);
    }
  g_assert_null (kd_money_format (1, "ZZZ", "en"));
}

/* What is shown can be typed back, in every style. */
static void
test_format_and_back (void)
{
  static const char *const locales[] = { "id", "en", "de", "fr", "pt-BR", "de-CH", "en-IN", "ru" };
  static const char *const currencies[] = { "IDR", "USD", "EUR", "KWD", "JPY", "INR" };

  for (guint i = 0; i < ROUNDS; i++)
    {
      const char *locale = locales[g_test_rand_int_range (0, G_N_ELEMENTS (locales))];
      const char *currency = currencies[g_test_rand_int_range (0, G_N_ELEMENTS (currencies))];
      gint64 minor = (gint64) g_test_rand_double_range (-1e12, 1e12) >> g_test_rand_int_range (0, 38);
      g_autofree char *text = kd_money_format (minor, currency, locale);
      g_autofree char *plain = kd_money_format_plain (minor, currency, locale);
      gint64 back;
      const char *code = NULL;

      if (!kd_money_parse (text, currency, locale, -1, &back, &code))
        g_test_message ("%s %s %s: %s", text, currency, locale, code);
      g_assert_cmpstr (code, ==, NULL);
      g_assert_cmpint (back, ==, minor);
      g_assert_true (kd_money_parse (plain, currency, locale, -1, &back, &code));
      g_assert_cmpint (back, ==, minor);
    }
}

static void
test_random_texts (void)
{
  static const char alphabet[] = "0123456789.,+-% rbjtkRp$'\t()eE";

  for (guint i = 0; i < 20 * ROUNDS; i++)
    {
      char text[24] = { 0 };
      gint64 minor = 0;
      const char *code = NULL;

      for (int n = g_test_rand_int_range (0, 23); n > 0; n--)
        text[n - 1] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      if (kd_money_parse (text, "IDR", "id", -1, &minor, &code))
        g_assert_cmpint (ABS (minor), <=, KD_MONEY_MAX);
      else
        g_assert_nonnull (code);
    }
}

/* The table that documents rounding modes everywhere. */
static void
test_round_modes (void)
{
  static const char *const values[] = { "5.5",  "2.5",  "1.6",  "1.1",  "1.0",
                                        "-1.0", "-1.1", "-1.6", "-2.5", "-5.5" };
  static const struct
  {
    const char *mode;
    int expected[10];
  } modes[] = {
    { "up", { 6, 3, 2, 2, 1, -1, -2, -2, -3, -6 } },
    { "down", { 5, 2, 1, 1, 1, -1, -1, -1, -2, -5 } },
    { "ceiling", { 6, 3, 2, 2, 1, -1, -1, -1, -2, -5 } },
    { "floor", { 5, 2, 1, 1, 1, -1, -2, -2, -3, -6 } },
    { "half_up", { 6, 3, 2, 1, 1, -1, -1, -2, -3, -6 } },
    { "half_down", { 5, 2, 2, 1, 1, -1, -1, -2, -2, -5 } },
    { "half_even", { 6, 2, 2, 1, 1, -1, -1, -2, -2, -6 } },
  };

  for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
    for (guint i = 0; i < G_N_ELEMENTS (values); i++)
      {
        KdRounding mode;
        const char *code;
        g_autofree char *rounded = NULL;
        g_autofree char *expected = g_strdup_printf ("%d", modes[m].expected[i]);
        gint64 tenths;

        g_assert_true (kd_rounding_from_text (modes[m].mode, &mode));
        rounded = kd_decimal_round (values[i], 0, mode, &code);
        g_assert_cmpstr (rounded, ==, expected);
        g_assert_true (kd_decimal_to_scaled (values[i], 1, &tenths, &code));
        g_assert_cmpint ((gint64) kd_wide_divide (tenths, 10, mode), ==, modes[m].expected[i]);
      }
}

static void
test_round_texts (void)
{
  static const struct
  {
    const char *value;
    int digits;
    const char *expected; /* or the code */
  } cases[] = {
    { "99.995", 2, "100.00" },      { "0.005", 2, "0.01" },       { "-0.4", 0, "0" },
    { "-0.5", 0, "-1" },            { "1450", -2, "1500" },       { "49", -2, "0" },
    { "1e3", 2, "1000.00" },        { "1e-3", 2, "0.00" },        { ".5", 0, "1" },
    { "5.", 1, "5.0" },             { "+7", 0, "7" },             { "00012.50", 1, "12.5" },
    { "0", -3, "0" },               { "0.000", 5, "0.00000" },    { "999999.9999999", 6, "1000000.000000" },
    { "123456789012345678901234567890.5", 0, "123456789012345678901234567891" },
    { "", 0, "number.syntax" },     { ".", 0, "number.syntax" },  { "1.2.3", 0, "number.syntax" },
    { "1,5", 0, "number.syntax" },  { "1e", 0, "number.syntax" }, { "e1", 0, "number.syntax" },
    { "--1", 0, "number.syntax" },  { " 1", 0, "number.syntax" }, { "NaN", 0, "number.syntax" },
    { "1e401", 0, "number.range" }, { "1e99999999999999999999", 0, "number.range" },
    { "1", 401, "number.range" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *code = NULL;
      g_autofree char *rounded =
        kd_decimal_round (cases[i].value, cases[i].digits, KD_ROUND_HALF_UP, &code);

      g_assert_cmpstr (rounded != NULL ? rounded : code, ==, cases[i].expected);
    }
}

/* The text way and the 128-bit way must agree. */
static void
test_round_agrees (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 value = (gint64) g_test_rand_double_range (-1e15, 1e15) >> g_test_rand_int_range (0, 40);
      int scale = g_test_rand_int_range (0, 6), digits = g_test_rand_int_range (0, scale + 1);
      KdRounding mode = (KdRounding) g_test_rand_int_range (0, 7);
      gint64 by = 1, back;
      const char *code;
      g_autofree char *text = kd_decimal_from_scaled (value, scale);
      g_autofree char *rounded = kd_decimal_round (text, digits, mode, &code);

      for (int n = digits; n < scale; n++)
        by *= 10;
      g_assert_true (kd_decimal_to_scaled (text, scale, &back, &code));
      g_assert_cmpint (back, ==, value);
      g_assert_true (kd_decimal_to_scaled (rounded, digits, &back, &code));
      g_assert_cmpint (back, ==, (gint64) kd_wide_divide (value, by, mode));
    }
}

static void
check_parts (gint64 amount,
             const gint64 *weights,
             guint n,
             const gint64 *expected)
{
  g_autofree gint64 *parts = g_new (gint64, n);
  const char *code;

  g_assert_true (kd_money_allocate (amount, weights, n, parts, &code));
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (parts[i], ==, expected[i]);
}

static void
test_allocate (void)
{
  const gint64 none[] = { 0, 0 }, negative[] = { 3, -1 };
  gint64 parts[2];
  const char *code;

  check_parts (2200, (gint64[]) { 1000, 1300, 1000 }, 3, (gint64[]) { 667, 867, 666 });
  check_parts (1003, (gint64[]) { 50, 50 }, 2, (gint64[]) { 502, 501 });
  check_parts (100, (gint64[]) { 1, 1, 1 }, 3, (gint64[]) { 34, 33, 33 });
  check_parts (-100, (gint64[]) { 1, 1, 1 }, 3, (gint64[]) { -34, -33, -33 });
  check_parts (5, (gint64[]) { 0, 3, 0, 7 }, 4, (gint64[]) { 0, 2, 0, 3 });
  check_parts (1, (gint64[]) { 1, 1 }, 2, (gint64[]) { 1, 0 });
  check_parts (0, none, 2, none);
  check_parts (G_MAXINT64, (gint64[]) { G_MAXINT64, G_MAXINT64 }, 2,
               (gint64[]) { G_MAXINT64 / 2 + 1, G_MAXINT64 / 2 });
  g_assert_false (kd_money_allocate (1, none, 2, parts, &code));
  g_assert_cmpstr (code, ==, "money.weights");
  g_assert_false (kd_money_allocate (1, negative, 2, parts, &code));
  g_assert_false (kd_money_allocate (1, negative, 0, parts, &code));
}

/* Sums exactly, nobody is a whole unit away from what is due, no weight gets nothing's share. */
static void
test_allocate_laws (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      guint n = (guint) g_test_rand_int_range (1, 40);
      g_autofree gint64 *weights = g_new (gint64, n), *parts = g_new (gint64, n);
      gint64 amount = (gint64) g_test_rand_double_range (-1e9, 1e9);
      KdWide sum = 0, total = 0;
      const char *code;

      for (guint w = 0; w < n; w++)
        {
          weights[w] = g_test_rand_int_range (0, 4) == 0 ? 0 : g_test_rand_int_range (0, 1000000);
          sum += weights[w];
        }
      if (sum == 0)
        continue;
      g_assert_true (kd_money_allocate (amount, weights, n, parts, &code));
      for (guint w = 0; w < n; w++)
        {
          KdWide due = (KdWide) amount * weights[w], off = due - (KdWide) parts[w] * sum;

          total += parts[w];
          g_assert_true (off < sum && off > -sum);
          g_assert_true (weights[w] != 0 || parts[w] == 0);
        }
      g_assert_true (total == amount);
    }
}

static void
test_range (void)
{
  gint64 value = 5;
  const char *code = NULL;

  g_assert_true (kd_money_add (KD_MONEY_MAX - 1, 1, &value, &code));
  g_assert_cmpint (value, ==, KD_MONEY_MAX);
  g_assert_false (kd_money_add (KD_MONEY_MAX, 1, &value, &code));
  g_assert_cmpstr (code, ==, "number.range");
  g_assert_false (kd_money_add (G_MAXINT64, G_MAXINT64, &value, &code));
  g_assert_false (kd_money_scale (G_MAXINT64, G_MAXINT64, 1, KD_ROUND_HALF_UP, &value, &code));
  g_assert_false (kd_money_of_quantity (KD_MONEY_MAX, 1001, &value, &code));
  g_assert_cmpint (value, ==, KD_MONEY_MAX);
  g_assert_true (kd_money_of_quantity (15000, 1500, &value, &code));
  g_assert_cmpint (value, ==, 22500);
  g_assert_true (kd_money_of_quantity (1, 500, &value, &code));
  g_assert_cmpint (value, ==, 1);
  g_assert_true (kd_money_of_quantity (-1, 500, &value, &code));
  g_assert_cmpint (value, ==, -1);
}

static void
test_currencies (void)
{
  g_assert_cmpint (kd_currency_digits ("IDR"), ==, 0);
  g_assert_cmpint (kd_currency_digits ("USD"), ==, 2);
  g_assert_cmpint (kd_currency_digits ("JPY"), ==, 0);
  g_assert_cmpint (kd_currency_digits ("KWD"), ==, 3);
  g_assert_cmpint (kd_currency_digits ("CLF"), ==, 4);
  g_assert_cmpint (kd_currency_digits ("ISK"), ==, 0);
  g_assert_cmpint (kd_currency_digits ("HUF"), ==, 2);
  g_assert_cmpint (kd_currency_digits ("usd"), ==, -1);
  g_assert_cmpint (kd_currency_digits ("D A"), ==, -1);
  g_assert_cmpint (kd_currency_digits ("US"), ==, -1);
  g_assert_cmpint (kd_currency_digits (""), ==, -1);
}

void
kd_test_add_money (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *path = g_strdup_printf ("/money/parse/%u", i);

      g_test_add_data_func (path, &typed[i], test_parse);
    }
  g_test_add_func ("/money/parse-digits", test_parse_digits);
  g_test_add_func ("/money/parse-long", test_parse_long);
  g_test_add_func ("/money/format", test_format);
  g_test_add_func ("/money/format-and-back", test_format_and_back);
  g_test_add_func ("/money/random-texts", test_random_texts);
  g_test_add_func ("/money/round-modes", test_round_modes);
  g_test_add_func ("/money/round-texts", test_round_texts);
  g_test_add_func ("/money/round-agrees", test_round_agrees);
  g_test_add_func ("/money/allocate", test_allocate);
  g_test_add_func ("/money/allocate-laws", test_allocate_laws);
  g_test_add_func ("/money/range", test_range);
  g_test_add_func ("/money/currencies", test_currencies);
}
