/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "kd-decimal.h"

G_BEGIN_DECLS

/* Amounts are whole minor units. Whatever leaves the range of KD_MONEY_MAX is refused with
 * "number.range"; nothing wraps. Codes are written to @ret_code only on failure. */

#define KD_MONEY_DIGITS_MAX 6        /* decimals that a currency can be given */
#define KD_MONEY_TEXT_MAX 200        /* bytes of a typed amount */
#define KD_MONEY_ALLOCATE_MAX 100000 /* parts */

gboolean kd_money_add (gint64 a,
                       gint64 b,
                       gint64 *ret_sum,
                       const char **ret_code);

/**
 * kd_money_scale:
 * @denominator: above 0
 *
 * @amount x @numerator / @denominator, exact until it is rounded.
 */
gboolean kd_money_scale (gint64 amount,
                         gint64 numerator,
                         gint64 denominator,
                         KdRounding mode,
                         gint64 *ret_amount,
                         const char **ret_code);

/**
 * kd_money_of_quantity:
 * @price: of one unit
 * @quantity: thousandths
 *
 * Rounded half up: the amount of a line.
 */
gboolean kd_money_of_quantity (gint64 price,
                               gint64 quantity,
                               gint64 *ret_amount,
                               const char **ret_code);

/**
 * kd_money_allocate:
 * @amount: any 64-bit amount
 * @weights: none below 0, not all 0 unless @amount is 0
 * @parts: (out) (array length=n): add up to @amount
 *
 * Largest remainder: every part gets the whole units due to it, what is left goes one by one to
 * those that lost most, of equals to the first. Refuses "money.weights".
 */
gboolean kd_money_allocate (gint64 amount,
                            const gint64 *weights,
                            guint n,
                            gint64 *parts,
                            const char **ret_code);

/**
 * kd_money_parse:
 * @text: as people type: "15rb", "1,5jt", "15.000", "Rp 15.000,-", "15.000+10%", "20000-2500"
 * @currency: the shop's
 * @locale: (nullable): which of "." and "," is the decimal sign where the text leaves it open;
 *   %NULL for the currency's own
 * @digits: decimals of the minor unit, -1 for the currency's
 * @ret_code: (out) (transfer none): "money.empty", "money.syntax", "money.decimals" (more than the
 *   currency has), "money.currency" (another one), "currency.unknown", "number.range"
 *
 * A percentage is of what stands before it; the sum is rounded half up once.
 */
gboolean kd_money_parse (const char *text,
                         const char *currency,
                         const char *locale,
                         int digits,
                         gint64 *ret_minor,
                         const char **ret_code);

/**
 * kd_money_format:
 * @locale: (nullable): of the reader; %NULL for the currency's own
 *
 * Returns: (transfer full) (nullable): "Rp15.000"; %NULL for an unknown currency
 */
char *kd_money_format (gint64 minor,
                       const char *currency,
                       const char *locale) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_money_format_plain:
 *
 * Without the currency, to be typed over: "15.000".
 */
char *kd_money_format_plain (gint64 minor,
                             const char *currency,
                             const char *locale) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
