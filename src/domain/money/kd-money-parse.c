/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-money.h"

#include "kd-currency.h"
#include "kd-number-style.h"
#include "kd-shape.h"

#include <string.h>

/* Amounts inside a sum have this many digits more than the minor unit, for percentages. */
#define INNER G_GINT64_CONSTANT (1000000)
#define NUMBER_DIGITS_MAX 24
#define PERCENT_MAX G_GINT64_CONSTANT (1000000)

typedef struct
{
  const char *at;
  const char *currency;
  const KdNumberStyle *style;
  int digits;
  gboolean indonesian;
  const char *code;
} Reader;

/* mantissa x 10^-places */
typedef struct
{
  KdWide mantissa;
  int places;
} Number;

static gboolean
fail (Reader *reader,
      const char *code)
{
  if (reader->code == NULL)
    reader->code = code;
  return FALSE;
}

static gboolean
take (Reader *reader,
      const char *token)
{
  if (!g_str_has_prefix (reader->at, token))
    return FALSE;
  reader->at += strlen (token);
  return TRUE;
}

static void
skip_space (Reader *reader)
{
  while (take (reader, " ") || take (reader, "\t") || take (reader, "\u00a0") ||
         take (reader, "\u202f"))
    ;
}

/* A separator between digits, as one character: '.', ',', ' ' for every space, '\'' for every
 * apostrophe; 0 where there is none. */
static char
peek_separator (const char *at,
                gsize *ret_length)
{
  static const struct
  {
    const char *text;
    char kind;
  } separators[] = {
    { ".", '.' }, { ",", ',' }, { "'", '\'' }, { "\u2019", '\'' },
    { " ", ' ' }, { "\u00a0", ' ' }, { "\u202f", ' ' }, { "\u2009", ' ' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (separators); i++)
    if (g_str_has_prefix (at, separators[i].text))
      {
        *ret_length = strlen (separators[i].text);
        return separators[i].kind;
      }
  return 0;
}

/* The digits of a number and what stood between them. */
typedef struct
{
  char digits[NUMBER_DIGITS_MAX + 1];
  gsize n;
  char kinds[NUMBER_DIGITS_MAX];  /* separators in order */
  gsize before[NUMBER_DIGITS_MAX]; /* digits in front of each */
  gsize n_separators;
} Digits;

static gboolean
read_digits (Reader *reader,
             Digits *digits)
{
  *digits = (Digits) { 0 };
  for (;;)
    {
      gsize length;
      char kind;

      if (g_ascii_isdigit (*reader->at))
        {
          if (digits->n == NUMBER_DIGITS_MAX)
            return fail (reader, "number.range");
          digits->digits[digits->n++] = *reader->at++;
          continue;
        }
      kind = peek_separator (reader->at, &length);
      if (kind == 0 || !g_ascii_isdigit (reader->at[length]))
        break;
      /* ".5" is a number, but no space or apostrophe begins one. */
      if ((digits->n == 0 && kind != '.' && kind != ',') ||
          digits->n_separators == NUMBER_DIGITS_MAX)
        return fail (reader, "money.syntax");
      digits->kinds[digits->n_separators] = kind;
      digits->before[digits->n_separators++] = digits->n;
      reader->at += length;
    }
  return digits->n > 0 || fail (reader, "money.syntax");
}

/* Whether the first @n separators cut the @whole leading digits into groups as people write them. */
static gboolean
groups_are_good (const Digits *digits,
                 gsize n,
                 gsize whole,
                 gboolean indian)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize end = i + 1 < n ? digits->before[i + 1] : whole;
      gsize size = end - digits->before[i];

      if (size != 3 && !(indian && size == 2 && i + 1 < n))
        return FALSE;
    }
  return n == 0 || (digits->before[0] >= 1 && digits->before[0] <= 3);
}

/* Whether the only separator of a number is its decimal sign. @whole_units: the amount can't have
 * decimals, so that three digits behind a sign are thousands whatever the language. */
static gboolean
single_is_decimal (const Reader *reader,
                   const Digits *digits,
                   gboolean whole_units,
                   gboolean percent)
{
  gsize after = digits->n - digits->before[0];
  char kind = digits->kinds[0];

  if (kind == ' ' || kind == '\'')
    return FALSE;
  if (percent || after != 3 || digits->before[0] == 0 || digits->before[0] > 3 ||
      (digits->before[0] == 1 && digits->digits[0] == '0'))
    return TRUE;
  return kind == reader->style->decimal[0] && !whole_units;
}

static gboolean
read_number_value (Reader *reader,
                   const Digits *digits,
                   gboolean whole_units,
                   gboolean percent,
                   Number *number)
{
  gsize n = digits->n_separators, whole = digits->n, groups = n;
  char last = n > 0 ? digits->kinds[n - 1] : 0;
  gboolean decimal = FALSE;

  if (n == 1)
    decimal = single_is_decimal (reader, digits, whole_units, percent);
  else if (n > 1)
    decimal = last != digits->kinds[n - 2] && (last == '.' || last == ',');
  if (decimal)
    {
      whole = digits->before[n - 1];
      groups = n - 1;
    }
  for (gsize i = 1; i < groups; i++)
    if (digits->kinds[i] != digits->kinds[0])
      return fail (reader, "money.syntax");
  if (!groups_are_good (digits, groups, whole, reader->style->indian))
    return fail (reader, "money.syntax");
  *number = (Number) { 0, (int) (digits->n - whole) };
  for (gsize i = 0; i < digits->n; i++)
    number->mantissa = number->mantissa * 10 + (digits->digits[i] - '0');
  while (number->places > 0 && number->mantissa % 10 == 0)
    {
      number->mantissa /= 10;
      number->places--;
    }
  return TRUE;
}

/* Letters and signs up to a digit, a space or an operator. */
static gsize
word_length (const char *at)
{
  const char *end = at;

  while (*end != '\0' && !g_ascii_isdigit (*end) && strchr (" \t+-%", *end) == NULL &&
         !g_str_has_prefix (end, "\u00a0") && !g_str_has_prefix (end, "\u202f") &&
         !g_str_has_prefix (end, "\u2212"))
    end = g_utf8_next_char (end);
  return (gsize) (end - at);
}

static gboolean
read_currency (Reader *reader)
{
  gsize length = word_length (reader->at);
  gboolean known;

  /* A point or comma that begins a number (".5") is no part of the word. */
  if (length > 0 && g_ascii_isdigit (reader->at[length]) && reader->at[length - 1] == ',')
    length--;
  if (length == 0 || (length == 1 && *reader->at == '.'))
    return TRUE;
  if (!kd_currency_named (reader->at, length, reader->currency, &known))
    return fail (reader, known ? "money.currency" : "money.syntax");
  reader->at += length;
  skip_space (reader);
  return TRUE;
}

/* "rb", "jt": zeros that a word stands for; 0 where there is no such word. */
static int
read_scale (Reader *reader)
{
  static const struct
  {
    const char *word;
    int zeros, zeros_id;
  } scales[] = {
    { "rb", 3, 3 },      { "ribu", 3, 3 },    { "k", 3, 3 },       { "jt", 6, 6 },
    { "juta", 6, 6 },    { "miliar", 9, 9 },  { "milyar", 9, 9 },  { "m", 6, 9 },
    { "mio", 6, 6 },     { "bn", 9, 9 },
  };
  gsize length = word_length (reader->at);

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    if (strlen (scales[i].word) == length &&
        g_ascii_strncasecmp (reader->at, scales[i].word, length) == 0)
      {
        reader->at += length;
        return reader->indonesian ? scales[i].zeros_id : scales[i].zeros;
      }
  return 0;
}

/* "15.000,-" and "15.000,--": a way to write that there are no sen. */
static void
skip_dash_ending (Reader *reader)
{
  const char *at = reader->at;
  gsize dashes;

  if (*at != ',' && *at != '.')
    return;
  dashes = strspn (at + 1, "-");
  if (dashes >= 1 && dashes <= 2 && !g_ascii_isdigit (at[1 + dashes]))
    reader->at = at + 1 + dashes;
}

static gboolean
to_inner (Reader *reader,
          const Number *number,
          int zeros,
          KdWide *ret_value)
{
  KdWide value = number->mantissa;
  int shift = reader->digits + zeros - number->places;

  if (shift < 0)
    return fail (reader, "money.decimals");
  while (shift-- > 0 && value <= KD_MONEY_MAX)
    value *= 10;
  if (value > KD_MONEY_MAX)
    return fail (reader, "number.range");
  *ret_value = value * INNER;
  return TRUE;
}

/* @sum x number / 100, half up on the inner digits. */
static gboolean
percent_of (Reader *reader,
            const Number *number,
            KdWide sum,
            KdWide *ret_value)
{
  KdWide by = 100;

  for (int i = 0; i < number->places; i++)
    by *= 10;
  if (number->places > 6)
    return fail (reader, "money.decimals");
  if (number->mantissa > PERCENT_MAX * (by / 100))
    return fail (reader, "number.range");
  *ret_value = kd_wide_divide (sum * number->mantissa, by, KD_ROUND_HALF_UP);
  return TRUE;
}

static gboolean
read_term (Reader *reader,
           const KdWide *sum,
           KdWide *ret_value)
{
  Digits digits;
  Number number;
  int zeros;

  skip_space (reader);
  if (!read_currency (reader) || !read_digits (reader, &digits))
    return FALSE;
  skip_dash_ending (reader);
  skip_space (reader);
  if (take (reader, "%"))
    {
      if (sum == NULL)
        return fail (reader, "money.syntax");
      skip_space (reader);
      return read_number_value (reader, &digits, FALSE, TRUE, &number) &&
             percent_of (reader, &number, *sum, ret_value);
    }
  zeros = read_scale (reader);
  skip_space (reader);
  if (!read_currency (reader))
    return FALSE;
  return read_number_value (reader, &digits, reader->digits == 0 && zeros == 0, FALSE, &number) &&
         to_inner (reader, &number, zeros, ret_value);
}

static int
read_sign (Reader *reader)
{
  skip_space (reader);
  if (take (reader, "+"))
    return 1;
  if (take (reader, "-") || take (reader, "\u2212"))
    return -1;
  return 0;
}

static gboolean
read_sum (Reader *reader,
          gint64 *ret_minor)
{
  KdWide sum, term;
  int sign = read_sign (reader);

  if (!read_term (reader, NULL, &sum))
    return FALSE;
  if (sign < 0)
    sum = -sum;
  while (*reader->at != '\0')
    {
      sign = read_sign (reader);
      if (sign == 0)
        return fail (reader, "money.syntax");
      if (!read_term (reader, &sum, &term))
        return FALSE;
      sum += sign * term;
      if (sum > KD_MONEY_MAX * (KdWide) INNER || sum < -KD_MONEY_MAX * (KdWide) INNER)
        return fail (reader, "number.range");
    }
  *ret_minor = (gint64) kd_wide_divide (sum, INNER, KD_ROUND_HALF_UP);
  return TRUE;
}

gboolean
kd_money_parse (const char *text,
                const char *currency,
                const char *locale,
                int digits,
                gint64 *ret_minor,
                const char **ret_code)
{
  char language[KD_LANGUAGE_MAX + 1];
  Reader reader = { .at = text, .currency = currency };
  gboolean good;

  if (locale == NULL || *locale == '\0')
    locale = kd_number_default_locale (currency);
  reader.style = kd_number_style (locale);
  reader.indonesian = strcmp (kd_locale_language (locale, language), "id") == 0;
  reader.digits = digits >= 0 ? digits : kd_currency_digits (currency);
  skip_space (&reader);
  if (kd_currency_digits (currency) < 0)
    good = fail (&reader, "currency.unknown");
  else if (reader.digits > KD_MONEY_DIGITS_MAX)
    good = fail (&reader, "number.range");
  else if (*reader.at == '\0')
    good = fail (&reader, "money.empty");
  else if (strlen (text) > KD_MONEY_TEXT_MAX || !g_utf8_validate (text, -1, NULL))
    good = fail (&reader, "money.syntax");
  else
    good = read_sum (&reader, ret_minor);
  if (!good)
    *ret_code = reader.code;
  return good;
}
