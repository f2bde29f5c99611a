/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KD_BARCODE_TEXT,  /* any other code: has no check digit that we know */
  KD_BARCODE_EAN8,
  KD_BARCODE_EAN13,
  KD_BARCODE_UPCA,  /* canonical as EAN-13 with a leading zero */
} KdBarcodeType;

/* Longest code that is kept, in bytes. */
#define KD_BARCODE_MAX 80

/* The range of prefixes that GS1 leaves to a shop for codes of its own. */
#define KD_BARCODE_INTERNAL_FIRST 20
#define KD_BARCODE_INTERNAL_LAST 29

/* The largest number an internal code holds: ten digits. */
#define KD_BARCODE_INTERNAL_MAX G_GUINT64_CONSTANT (9999999999)

/**
 * kd_barcode_check:
 * @code: as scanned or typed
 * @ret_type: (out) (optional)
 * @ret_canonical: (out) (optional) (transfer full): the form to keep and compare; %NULL when not
 *   valid
 *
 * Digits of the length of an EAN-8, EAN-13 or UPC-A must have the right check digit; any other
 * printable code is accepted as it stands. Spaces and hyphens between digits don't count.
 *
 * Returns: whether the code can be kept
 */
gboolean kd_barcode_check (const char *code,
                           KdBarcodeType *ret_type,
                           char **ret_canonical);

/* "text", "ean8", "ean13" or "upca". */
const char *kd_barcode_type_to_text (KdBarcodeType type);

/**
 * kd_barcode_check_digit:
 * @digits: the code without its check digit, digits alone
 *
 * Returns: the digit that GS1 adds, 0 to 9; -1 when @digits holds something else
 */
int kd_barcode_check_digit (const char *digits);

/**
 * kd_barcode_make_internal:
 * @prefix: %KD_BARCODE_INTERNAL_FIRST to %KD_BARCODE_INTERNAL_LAST
 * @number: up to %KD_BARCODE_INTERNAL_MAX
 *
 * Returns: (nullable): an EAN-13 for goods that have none; %NULL out of range
 */
char *kd_barcode_make_internal (guint prefix,
                                guint64 number) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @canonical is such a code. */
gboolean kd_barcode_is_internal (const char *canonical);

G_END_DECLS
