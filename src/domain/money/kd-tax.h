/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "kd-money.h"

G_BEGIN_DECLS

#define KD_TAX_TERM_MAX G_GINT64_CONSTANT (1000000000) /* numerator and denominator of a rate */

/**
 * KdTaxRate:
 *
 * What share of the price before tax the tax is, as a fraction: 11/100. Exact, also where the law
 * taxes 11/12 of the price at 12 %.
 */
typedef struct
{
  gint64 numerator;
  gint64 denominator;   /* above 0; a zeroed rate reads as no tax */
} KdTaxRate;

typedef enum
{
  KD_TAX_GOODS_COMMON,
  KD_TAX_GOODS_LUXURY, /* those under the luxury sales tax */
} KdTaxGoods;

/**
 * kd_tax_rate_parse:
 * @text: factors joined by "*": decimals, fractions, each with or without "%". "11%", "0.11",
 *   "11/12*12%"
 *
 * Returns: whether it is a rate from 0 to 100 % in the range of KD_TAX_TERM_MAX
 */
gboolean kd_tax_rate_parse (const char *text,
                            KdTaxRate *ret_rate);

/**
 * kd_tax_ppn:
 * @day: days since 1970 where the shop is
 *
 * PPN as it stands on @day: the legal rate times the share of the price that is its base.
 */
KdTaxRate kd_tax_ppn (gint64 day,
                      KdTaxGoods goods);

/**
 * kd_tax_of:
 * @included: whether @amount has the tax in it
 *
 * The tax on (or in) an amount, half up.
 */
gboolean kd_tax_of (gint64 amount,
                    const KdTaxRate *rate,
                    gboolean included,
                    gint64 *ret_tax,
                    const char **ret_code);

/**
 * KdTaxLine:
 *
 * What is sold, and what kd_tax_totals() makes of it.
 */
typedef struct
{
  gint64 price;         /* of one unit, tax included or not as the shop says */
  gint64 quantity;      /* thousandths */
  KdTaxRate rate;

  gint64 amount;        /* (out): price x quantity */
  gint64 adjustment;    /* (out): its share of the adjustments, as priced */
  gint64 net;           /* (out): amount and adjustment without tax */
  gint64 tax;           /* (out) */
  gint64 total;         /* (out): net and tax */
} KdTaxLine;

#define KD_TAX_ALL_LINES -1

typedef struct
{
  gint64 amount;        /* below 0: a discount */
  int line;             /* its index, or KD_TAX_ALL_LINES: spread by their amounts */
  gboolean after_tax;   /* a line of its own behind the tax, such as cash rounding */
} KdTaxAdjustment;

/**
 * KdTaxTotals:
 *
 * subtotal + adjustments + shipping + tax + rounding = total, always; and the lines' totals with
 * shipping, its tax and rounding add up to it.
 */
typedef struct
{
  gint64 goods;         /* the lines as priced */
  gint64 subtotal;      /* the lines before adjustments, without tax */
  gint64 adjustments;   /* without tax */
  gint64 shipping;      /* without tax */
  gint64 shipping_tax;
  gint64 tax;           /* all of it */
  gint64 rounding;      /* adjustments after tax */
  gint64 total;
} KdTaxTotals;

/**
 * kd_tax_totals:
 * @shipping_rate: (nullable): %NULL where shipping isn't taxed
 * @ret_code: (out) (transfer none): "number.range", "tax.adjustment" (larger than what it is
 *   taken from, or of a line that isn't there)
 *
 * Adjustments come before the tax; the tax is rounded half up on the line, and the lines are
 * summed.
 */
gboolean kd_tax_totals (KdTaxLine *lines,
                        guint n_lines,
                        gboolean prices_include_tax,
                        gint64 shipping,
                        const KdTaxRate *shipping_rate,
                        const KdTaxAdjustment *adjustments,
                        guint n_adjustments,
                        KdTaxTotals *ret_totals,
                        const char **ret_code);

G_END_DECLS
