/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-money.h"

#include "kd-currency.h"
#include "kd-number-style.h"
#include "kd-shape.h"

#include <stdlib.h>
#include <string.h>

#define NBSP "\u00a0"

static gboolean
keep_range (KdWide value,
            gint64 *ret_amount,
            const char **ret_code)
{
  if (value > KD_MONEY_MAX || value < -KD_MONEY_MAX)
    {
      *ret_code = "number.range";
      return FALSE;
    }
  *ret_amount = (gint64) value;
  return TRUE;
}

gboolean
kd_money_add (gint64 a,
              gint64 b,
              gint64 *ret_sum,
              const char **ret_code)
{
  return keep_range ((KdWide) a + b, ret_sum, ret_code);
}

gboolean
kd_money_scale (gint64 amount,
                gint64 numerator,
                gint64 denominator,
                KdRounding mode,
                gint64 *ret_amount,
                const char **ret_code)
{
  g_return_val_if_fail (denominator > 0, FALSE);

  return keep_range (kd_wide_divide ((KdWide) amount * numerator, denominator, mode), ret_amount,
                     ret_code);
}

gboolean
kd_money_of_quantity (gint64 price,
                      gint64 quantity,
                      gint64 *ret_amount,
                      const char **ret_code)
{
  return kd_money_scale (price, quantity, 1000, KD_ROUND_HALF_UP, ret_amount, ret_code);
}

typedef struct
{
  guint64 rest_high, rest_low; /* of the division, compared high first */
  guint index;
} Share;

static int
compare_shares (gconstpointer a,
                gconstpointer b)
{
  const Share *x = a, *y = b;

  if (x->rest_high != y->rest_high)
    return x->rest_high > y->rest_high ? -1 : 1;
  if (x->rest_low != y->rest_low)
    return x->rest_low > y->rest_low ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

gboolean
kd_money_allocate (gint64 amount,
                   const gint64 *weights,
                   guint n,
                   gint64 *parts,
                   const char **ret_code)
{
  g_autofree Share *shares = NULL;
  KdWide sum = 0, size = amount < 0 ? -(KdWide) amount : amount, left = size;

  for (guint i = 0; i < n; i++)
    {
      sum = weights[i] < 0 || sum < 0 ? -1 : sum + weights[i];
      parts[i] = 0;
    }
  if (n == 0 || n > KD_MONEY_ALLOCATE_MAX || sum < 0 || (sum == 0 && amount != 0))
    {
      *ret_code = "money.weights";
      return FALSE;
    }
  if (sum == 0)
    return TRUE;
  shares = g_new (Share, n);
  for (guint i = 0; i < n; i++)
    {
      KdWide product = size * weights[i], rest = product % sum;

      left -= product / sum;
      parts[i] = (gint64) (amount < 0 ? -(product / sum) : product / sum);
      shares[i] = (Share) { (guint64) (rest >> 64), (guint64) rest, i };
    }
  qsort (shares, n, sizeof *shares, compare_shares);
  for (guint i = 0; left > 0; i++, left--)
    parts[shares[i].index] += amount < 0 ? -1 : 1;
  return TRUE;
}

/* Puts the group sign between the digits in front of the point. */
static void
append_grouped (GString *text,
                const char *digits,
                gsize n,
                const KdNumberStyle *style)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize after = n - i;

      if (i > 0 && (after == 3 || (after > 3 && (style->indian ? after % 2 == 1 : after % 3 == 0))))
        g_string_append (text, style->group);
      g_string_append_c (text, digits[i]);
    }
}

static void
append_amount (GString *text,
               guint64 size,
               guint digits,
               const KdNumberStyle *style)
{
  char buffer[32];
  gsize n;

  /* At least one digit before the point. */
  n = (gsize) g_snprintf (buffer, sizeof buffer, "%0*" G_GUINT64_FORMAT, (int) digits + 1, size);
  append_grouped (text, buffer, n - digits, style);
  if (digits > 0)
    {
      g_string_append (text, style->decimal);
      g_string_append_len (text, buffer + n - digits, digits);
    }
}

static char *
format (gint64 minor,
        const char *currency,
        const char *locale,
        gboolean with_sign)
{
  int digits = kd_currency_digits (currency);
  guint64 size = minor < 0 ? -(guint64) minor : (guint64) minor;
  char language[KD_LANGUAGE_MAX + 1];
  const KdNumberStyle *style;
  const char *sign;
  GString *text;

  if (digits < 0)
    return NULL;
  if (locale == NULL || *locale == '\0')
    locale = kd_number_default_locale (currency);
  style = kd_number_style (locale);
  sign = kd_currency_symbol (currency, kd_locale_language (locale, language));
  text = g_string_new (minor < 0 ? "-" : "");
  if (with_sign && style->sign != KD_SIGN_AFTER)
    {
      g_string_append (text, sign != NULL ? sign : currency);
      if (sign == NULL || style->sign == KD_SIGN_BEFORE_SPACE)
        g_string_append (text, NBSP);
    }
  append_amount (text, size, (guint) digits, style);
  if (with_sign && style->sign == KD_SIGN_AFTER)
    g_string_append_printf (text, NBSP "%s", sign != NULL ? sign : currency);
  return g_string_free (text, FALSE);
}

char *
kd_money_format (gint64 minor,
                 const char *currency,
                 const char *locale)
{
  return format (minor, currency, locale, TRUE);
}

char *
kd_money_format_plain (gint64 minor,
                       const char *currency,
                       const char *locale)
{
  return format (minor, currency, locale, FALSE);
}
