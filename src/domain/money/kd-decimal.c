/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-decimal.h"

#include <string.h>

/* digits x 10^-places; the digits have no zeros in front, none at all for zero. */
typedef struct
{
  gboolean negative;
  char *digits;
  int n;
  int places;
} Decimal;

static void
decimal_clear (Decimal *decimal)
{
  g_clear_pointer (&decimal->digits, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decimal, decimal_clear)

static gboolean
refuse (const char **ret_code,
        const char *code)
{
  *ret_code = code;
  return FALSE;
}

/* What stands after "e": [+-]digits up to the end. */
static gboolean
parse_exponent (const char *text,
                int *ret_exponent,
                const char **ret_code)
{
  gint64 value;
  const char *digits = text + (*text == '+' || *text == '-');

  if (*digits == '\0' || strspn (digits, "0123456789") != strlen (digits))
    return refuse (ret_code, "number.syntax");
  if (!g_ascii_string_to_signed (text, 10, -KD_DECIMAL_SHIFT_MAX, KD_DECIMAL_SHIFT_MAX, &value,
                                 NULL))
    return refuse (ret_code, "number.range");
  *ret_exponent = (int) value;
  return TRUE;
}

static gboolean
decimal_parse (const char *text,
               Decimal *decimal,
               const char **ret_code)
{
  const char *at = text;
  gboolean point = FALSE;
  gsize seen = 0;

  *decimal = (Decimal) { .digits = g_malloc (strlen (text) + 1) };
  decimal->negative = *at == '-';
  if (*at == '-' || *at == '+')
    at++;
  for (; g_ascii_isdigit (*at) || (*at == '.' && !point); at++)
    {
      if (*at == '.')
        {
          point = TRUE;
          continue;
        }
      if (++seen > KD_DECIMAL_DIGITS_MAX)
        return refuse (ret_code, "number.range");
      if (decimal->n > 0 || *at != '0')
        decimal->digits[decimal->n++] = *at;
      decimal->places += point;
    }
  if (seen == 0)
    return refuse (ret_code, "number.syntax");
  if (*at == 'e' || *at == 'E')
    {
      int exponent;

      if (!parse_exponent (at + 1, &exponent, ret_code))
        return FALSE;
      decimal->places -= exponent;
    }
  else if (*at != '\0')
    return refuse (ret_code, "number.syntax");
  return TRUE;
}

/* Zeros at the end are worth nothing as decimals. */
static void
decimal_trim (Decimal *decimal)
{
  while (decimal->n > 0 && decimal->places > 0 && decimal->digits[decimal->n - 1] == '0')
    {
      decimal->n--;
      decimal->places--;
    }
  if (decimal->n == 0)
    decimal->places = 0;
}

/* Whether what is cut away lifts the last digit that stays. @half: -1, 0, 1 for less than, equal
 * to and more than one half; @any: whether it is more than nothing. */
static gboolean
lifts (KdRounding mode,
       gboolean negative,
       gboolean odd,
       int half,
       gboolean any)
{
  switch (mode)
    {
    case KD_ROUND_HALF_UP:
      return half >= 0;
    case KD_ROUND_HALF_DOWN:
      return half > 0;
    case KD_ROUND_HALF_EVEN:
      return half > 0 || (half == 0 && odd);
    case KD_ROUND_UP:
      return any;
    case KD_ROUND_DOWN:
      return FALSE;
    case KD_ROUND_CEILING:
      return any && !negative;
    case KD_ROUND_FLOOR:
      return any && negative;
    }
  return FALSE;
}

/* The digits without their last @cut, rounded. @digits has room for one more. */
static void
cut_digits (GString *digits,
            gsize cut,
            gboolean negative,
            KdRounding mode)
{
  gsize keep;
  const char *gone;
  gboolean any, lift;
  int half;

  while (digits->len < cut + 1)
    g_string_prepend_c (digits, '0');
  keep = digits->len - cut;
  gone = digits->str + keep;
  any = strspn (gone, "0") < cut;
  half = gone[0] > '5' || (gone[0] == '5' && strspn (gone + 1, "0") < cut - 1) ? 1
         : gone[0] == '5'                                                      ? 0
                                                                               : -1;
  lift = lifts (mode, negative, (digits->str[keep - 1] - '0') % 2 == 1, half, any);
  g_string_truncate (digits, keep);
  for (gsize i = keep; lift && i > 0; i--)
    {
      lift = digits->str[i - 1] == '9';
      digits->str[i - 1] = lift ? '0' : digits->str[i - 1] + 1;
    }
  if (lift)
    g_string_prepend_c (digits, '1');
}

static void
append_zeros (GString *text,
              int n)
{
  for (int i = 0; i < n; i++)
    g_string_append_c (text, '0');
}

/* Writes digits x 10^-places with @places decimals, at least one digit before the point. */
static char *
write_plain (GString *digits,
             gboolean negative,
             int places)
{
  gsize zeros = strspn (digits->str, "0");

  g_string_erase (digits, 0, zeros);
  if (digits->len == 0)
    negative = FALSE;
  while ((int) digits->len < places + 1)
    g_string_prepend_c (digits, '0');
  if (places > 0)
    g_string_insert_c (digits, digits->len - places, '.');
  if (negative)
    g_string_prepend_c (digits, '-');
  return g_string_free (digits, FALSE);
}

char *
kd_decimal_round (const char *value,
                  int digits,
                  KdRounding mode,
                  const char **ret_code)
{
  g_auto (Decimal) decimal = { 0 };
  GString *text;

  if (!decimal_parse (value, &decimal, ret_code))
    return NULL;
  if (digits > KD_DECIMAL_SHIFT_MAX || digits < -KD_DECIMAL_SHIFT_MAX)
    {
      *ret_code = "number.range";
      return NULL;
    }
  text = g_string_new_len (decimal.digits, decimal.n);
  if (decimal.n == 0)
    g_string_truncate (text, 0);
  else if (decimal.places > digits)
    cut_digits (text, (gsize) (decimal.places - digits), decimal.negative, mode);
  else
    append_zeros (text, digits - decimal.places);
  if (digits < 0 && strspn (text->str, "0") < text->len)
    append_zeros (text, -digits);
  return write_plain (text, decimal.negative, MAX (digits, 0));
}

gboolean
kd_decimal_to_scaled (const char *value,
                      int scale,
                      gint64 *ret_value,
                      const char **ret_code)
{
  g_auto (Decimal) decimal = { 0 };
  KdWide sum = 0;

  if (!decimal_parse (value, &decimal, ret_code))
    return FALSE;
  decimal_trim (&decimal);
  if (decimal.places > scale)
    return refuse (ret_code, "number.decimals");
  if (decimal.n > 0 && decimal.n + scale - decimal.places > 19)
    return refuse (ret_code, "number.range");
  for (int i = 0; i < decimal.n; i++)
    sum = sum * 10 + (decimal.digits[i] - '0');
  for (int i = decimal.places; sum != 0 && i < scale; i++)
    sum *= 10;
  if (decimal.negative)
    sum = -sum;
  if (sum > G_MAXINT64 || sum < G_MININT64)
    return refuse (ret_code, "number.range");
  *ret_value = (gint64) sum;
  return TRUE;
}

char *
kd_decimal_from_scaled (gint64 value,
                        int scale)
{
  GString *digits = g_string_new (NULL);
  guint64 size = value < 0 ? -(guint64) value : (guint64) value;
  int places = scale;

  g_string_append_printf (digits, "%" G_GUINT64_FORMAT, size);
  while (places > 0 && (digits->len == 0 || digits->str[digits->len - 1] == '0'))
    {
      g_string_truncate (digits, digits->len > 0 ? digits->len - 1 : 0);
      places--;
    }
  return write_plain (digits, value < 0, places);
}

int
kd_decimal_places (const char *value)
{
  g_auto (Decimal) decimal = { 0 };
  const char *code;

  if (!decimal_parse (value, &decimal, &code))
    return -1;
  decimal_trim (&decimal);
  return MAX (decimal.places, 0);
}

gboolean
kd_rounding_from_text (const char *text,
                       KdRounding *ret_mode)
{
  static const char *const names[] = { "half_up", "half_down", "half_even", "up",
                                       "down",    "ceiling",   "floor",     NULL };

  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], text) == 0)
      {
        *ret_mode = (KdRounding) i;
        return TRUE;
      }
  return FALSE;
}

KdWide
kd_wide_divide (KdWide value,
                KdWide by,
                KdRounding mode)
{
  gboolean negative = value < 0;
  KdWide size = negative ? -value : value;
  KdWide whole = size / by;
  KdWide rest = size % by;
  int half = rest > by - rest ? 1 : rest == by - rest ? 0 : -1;

  if (lifts (mode, negative, whole % 2 == 1, half, rest != 0))
    whole++;
  return negative ? -whole : whole;
}
