/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-tax.h"

#include <string.h>

#define RATE_TEXT_MAX 64
#define RATE_PLACES_MAX 8

/* The law by date. Before 2022-04-01 the rate was 10 %, and nobody enters older receipts. */
static const struct
{
  gint64 from; /* days since 1970 */
  KdTaxGoods goods;
  KdTaxRate rate, base;
} ppn_rates[] = {
  { 20089, KD_TAX_GOODS_LUXURY, { 12, 100 }, { 1, 1 } },   /* 2025-01-01 */
  { 20089, KD_TAX_GOODS_COMMON, { 12, 100 }, { 11, 12 } },
  { 19083, KD_TAX_GOODS_LUXURY, { 11, 100 }, { 1, 1 } },   /* 2022-04-01 */
  { 19083, KD_TAX_GOODS_COMMON, { 11, 100 }, { 1, 1 } },
  { G_MININT64, KD_TAX_GOODS_LUXURY, { 10, 100 }, { 1, 1 } },
  { G_MININT64, KD_TAX_GOODS_COMMON, { 10, 100 }, { 1, 1 } },
};

static gint64
common_divisor (gint64 a,
                gint64 b)
{
  while (b != 0)
    {
      gint64 rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

static KdTaxRate
reduce (KdTaxRate rate)
{
  gint64 divisor = common_divisor (rate.numerator, rate.denominator);

  return (KdTaxRate) { rate.numerator / divisor, rate.denominator / divisor };
}

static gboolean
multiply (KdTaxRate *rate,
          gint64 numerator,
          gint64 denominator)
{
  *rate = reduce (*rate);
  if (denominator == 0 || numerator > KD_TAX_TERM_MAX || denominator > KD_TAX_TERM_MAX)
    return FALSE;
  *rate = reduce ((KdTaxRate) { rate->numerator * numerator, rate->denominator * denominator });
  return rate->numerator <= KD_TAX_TERM_MAX && rate->denominator <= KD_TAX_TERM_MAX;
}

/* A decimal without a sign. */
static gboolean
parse_decimal (const char *text,
               gint64 *ret_value,
               gint64 *ret_scale)
{
  int places = kd_decimal_places (text);
  const char *code;

  if (!g_ascii_isdigit (*text) && *text != '.')
    return FALSE;
  if (places < 0 || places > RATE_PLACES_MAX)
    return FALSE;
  *ret_scale = 1;
  for (int i = 0; i < places; i++)
    *ret_scale *= 10;
  return kd_decimal_to_scaled (text, places, ret_value, &code);
}

/* "12%", "11/12" */
static gboolean
multiply_factor (char *factor,
                 KdTaxRate *rate)
{
  gint64 value, scale, under = 1, under_scale = 1;
  char *slash, *percent;

  g_strstrip (factor);
  percent = g_str_has_suffix (factor, "%") ? factor + strlen (factor) - 1 : NULL;
  if (percent != NULL)
    *percent = '\0';
  g_strchomp (factor);
  slash = strchr (factor, '/');
  if (slash != NULL)
    {
      *slash = '\0';
      if (!parse_decimal (slash + 1, &under, &under_scale))
        return FALSE;
    }
  return parse_decimal (factor, &value, &scale) && multiply (rate, value, scale) &&
         multiply (rate, under_scale, under) && multiply (rate, 1, percent != NULL ? 100 : 1);
}

gboolean
kd_tax_rate_parse (const char *text,
                   KdTaxRate *ret_rate)
{
  g_auto (GStrv) factors = NULL;
  KdTaxRate rate = { 1, 1 };

  if (strlen (text) > RATE_TEXT_MAX)
    return FALSE;
  factors = g_strsplit (text, "*", -1);
  for (guint i = 0; factors[i] != NULL; i++)
    if (!multiply_factor (factors[i], &rate))
      return FALSE;
  if (factors[0] == NULL || rate.numerator > rate.denominator)
    return FALSE;
  *ret_rate = rate;
  return TRUE;
}

KdTaxRate
kd_tax_ppn (gint64 day,
            KdTaxGoods goods)
{
  for (guint i = 0; i < G_N_ELEMENTS (ppn_rates); i++)
    if (day >= ppn_rates[i].from && goods == ppn_rates[i].goods)
      return reduce (
        (KdTaxRate) { ppn_rates[i].rate.numerator * ppn_rates[i].base.numerator,
                      ppn_rates[i].rate.denominator * ppn_rates[i].base.denominator });
  return (KdTaxRate) { 0, 1 };
}

gboolean
kd_tax_of (gint64 amount,
           const KdTaxRate *rate,
           gboolean included,
           gint64 *ret_tax,
           const char **ret_code)
{
  *ret_tax = 0;
  if (rate->numerator == 0)
    return TRUE;
  return kd_money_scale (amount, rate->numerator,
                         rate->denominator + (included ? rate->numerator : 0), KD_ROUND_HALF_UP,
                         ret_tax, ret_code);
}

static gboolean
refuse (const char **ret_code,
        const char *code)
{
  *ret_code = code;
  return FALSE;
}

static gboolean
add_to (gint64 *sum,
        gint64 value,
        const char **ret_code)
{
  return kd_money_add (*sum, value, sum, ret_code);
}

/* An amount as priced, split into what it is before tax and the tax. */
static gboolean
split (gint64 amount,
       const KdTaxRate *rate,
       gboolean included,
       gint64 *ret_net,
       gint64 *ret_tax,
       const char **ret_code)
{
  if (!kd_tax_of (amount, rate, included, ret_tax, ret_code))
    return FALSE;
  *ret_net = included ? amount - *ret_tax : amount;
  return TRUE;
}

static gboolean
spread (KdTaxLine *lines,
        guint n_lines,
        gint64 amount,
        const char **ret_code)
{
  g_autofree gint64 *weights = g_new0 (gint64, MAX (n_lines, 1));
  g_autofree gint64 *parts = g_new0 (gint64, MAX (n_lines, 1));

  /* By what each line still costs, so that no line falls below nothing. */
  for (guint i = 0; i < n_lines; i++)
    weights[i] = lines[i].amount + lines[i].adjustment;
  if (!kd_money_allocate (amount, weights, n_lines, parts, ret_code))
    return refuse (ret_code, "tax.adjustment");
  for (guint i = 0; i < n_lines; i++)
    if (!add_to (&lines[i].adjustment, parts[i], ret_code))
      return FALSE;
  return TRUE;
}

static gboolean
adjust (KdTaxLine *lines,
        guint n_lines,
        const KdTaxAdjustment *adjustment,
        KdTaxTotals *totals,
        const char **ret_code)
{
  if (adjustment->after_tax)
    return add_to (&totals->rounding, adjustment->amount, ret_code);
  if (adjustment->line == KD_TAX_ALL_LINES)
    {
      if (!spread (lines, n_lines, adjustment->amount, ret_code))
        return FALSE;
    }
  else if (adjustment->line < 0 || (guint) adjustment->line >= n_lines)
    return refuse (ret_code, "tax.adjustment");
  else if (!add_to (&lines[adjustment->line].adjustment, adjustment->amount, ret_code))
    return FALSE;
  for (guint i = 0; i < n_lines; i++)
    if (lines[i].amount >= 0 && lines[i].amount + lines[i].adjustment < 0)
      return refuse (ret_code, "tax.adjustment");
  return TRUE;
}

static gboolean
add_line (KdTaxLine *line,
          gboolean included,
          KdTaxTotals *totals,
          const char **ret_code)
{
  gint64 net, tax;

  return split (line->amount, &line->rate, included, &net, &tax, ret_code) &&
         split (line->amount + line->adjustment, &line->rate, included, &line->net, &line->tax,
                ret_code) &&
         kd_money_add (line->net, line->tax, &line->total, ret_code) &&
         add_to (&totals->subtotal, net, ret_code) &&
         add_to (&totals->adjustments, line->net - net, ret_code) &&
         add_to (&totals->tax, line->tax, ret_code) &&
         add_to (&totals->total, line->total, ret_code);
}

gboolean
kd_tax_totals (KdTaxLine *lines,
               guint n_lines,
               gboolean prices_include_tax,
               gint64 shipping,
               const KdTaxRate *shipping_rate,
               const KdTaxAdjustment *adjustments,
               guint n_adjustments,
               KdTaxTotals *ret_totals,
               const char **ret_code)
{
  const KdTaxRate untaxed = { 0, 1 };
  KdTaxTotals totals = { 0 };

  for (guint i = 0; i < n_lines; i++)
    {
      lines[i].adjustment = 0;
      if (!kd_money_of_quantity (lines[i].price, lines[i].quantity, &lines[i].amount, ret_code) ||
          !add_to (&totals.goods, lines[i].amount, ret_code))
        return FALSE;
    }
  for (guint i = 0; i < n_adjustments; i++)
    if (!adjust (lines, n_lines, &adjustments[i], &totals, ret_code))
      return FALSE;
  for (guint i = 0; i < n_lines; i++)
    if (!add_line (&lines[i], prices_include_tax, &totals, ret_code))
      return FALSE;
  if (!split (shipping, shipping_rate != NULL ? shipping_rate : &untaxed, prices_include_tax,
              &totals.shipping, &totals.shipping_tax, ret_code) ||
      !add_to (&totals.tax, totals.shipping_tax, ret_code) ||
      !add_to (&totals.total, totals.shipping, ret_code) ||
      !add_to (&totals.total, totals.shipping_tax, ret_code) ||
      !add_to (&totals.total, totals.rounding, ret_code))
    return FALSE;
  *ret_totals = totals;
  return TRUE;
}

G_STATIC_ASSERT (KD_TAX_TERM_MAX <= G_MAXINT32);
