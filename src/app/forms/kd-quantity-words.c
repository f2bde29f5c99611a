/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-quantity-words.h"

#include "kd-decimal.h"
#include "kd-number-style.h"

#include <string.h>

#define QUANTITY_DIGITS 3
#define GROUP_DIGITS 3

/* Groups the digits before the point and writes the point as the style does. */
static char *
grouped (const char *decimal,
         const KdNumberStyle *style)
{
  GString *text = g_string_new (NULL);
  const char *digits = *decimal == '-' ? decimal + 1 : decimal;
  const char *point = strchr (digits, '.');
  gsize n = point != NULL ? (gsize) (point - digits) : strlen (digits);

  if (*decimal == '-')
    g_string_append (text, "−");
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % GROUP_DIGITS == 0)
        g_string_append (text, style->group);
      g_string_append_c (text, digits[i]);
    }
  if (point != NULL)
    g_string_append_printf (text, "%s%s", style->decimal, point + 1);
  return g_string_free (text, FALSE);
}

char *
kd_quantity_words (gint64 quantity,
                   const char *currency)
{
  g_autofree char *decimal = kd_decimal_from_scaled (quantity, QUANTITY_DIGITS);

  return grouped (decimal, kd_number_style (kd_number_default_locale (currency)));
}

char *
kd_count_words (guint n,
                const char *currency)
{
  return kd_quantity_words ((gint64) n * 1000, currency);
}
