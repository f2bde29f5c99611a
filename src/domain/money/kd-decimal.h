/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exact decimals: texts such as "-12.50", and 128-bit whole numbers inside. No floating point. */

__extension__ typedef __int128 KdWide;

#define KD_DECIMAL_DIGITS_MAX 400 /* digits a decimal text may have */
#define KD_DECIMAL_SHIFT_MAX 400  /* largest exponent, and digits asked for, either way */

typedef enum
{
  KD_ROUND_HALF_UP,   /* ties away from zero: what a receipt does */
  KD_ROUND_HALF_DOWN, /* ties towards zero */
  KD_ROUND_HALF_EVEN, /* ties to the even neighbour */
  KD_ROUND_UP,        /* away from zero */
  KD_ROUND_DOWN,      /* towards zero */
  KD_ROUND_CEILING,   /* towards the larger */
  KD_ROUND_FLOOR,     /* towards the smaller */
} KdRounding;

/* The names are those of the enum in small letters: "half_up". */
gboolean kd_rounding_from_text (const char *text,
                                KdRounding *ret_mode);

/**
 * kd_decimal_round:
 * @value: a decimal: sign, digits, one point, exponent ("-1.25", ".5", "1e3")
 * @digits: decimals to keep; below 0 rounds to tens, hundreds...
 * @ret_code: (out) (transfer none): "number.syntax" or "number.range"
 *
 * Returns: (transfer full) (nullable): exactly @digits decimals; zero carries no sign
 */
char *kd_decimal_round (const char *value,
                        int digits,
                        KdRounding mode,
                        const char **ret_code) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_decimal_to_scaled:
 * @scale: decimals of the whole number, 3 for thousandths
 * @ret_code: (out) (transfer none): "number.syntax", "number.decimals" where more decimals than
 *   @scale are not zero, "number.range"
 */
gboolean kd_decimal_to_scaled (const char *value,
                               int scale,
                               gint64 *ret_value,
                               const char **ret_code);

/**
 * kd_decimal_from_scaled:
 *
 * Without zeros at the end: 1500 with @scale 3 is "1.5".
 */
char *kd_decimal_from_scaled (gint64 value,
                              int scale) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_decimal_places:
 *
 * Returns: decimals of @value that aren't zeros at its end, at least 0; -1 if it is no decimal
 */
int kd_decimal_places (const char *value);

/**
 * kd_wide_divide:
 * @by: above 0
 */
KdWide kd_wide_divide (KdWide value,
                       KdWide by,
                       KdRounding mode);

G_END_DECLS
