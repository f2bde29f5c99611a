/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kd_currency_digits:
 * @currency: an ISO 4217 code in capitals
 *
 * Decimals of the currency's minor unit. As ISO 4217 says, but for the rupiah: no seller writes
 * sen, so it has none.
 *
 * Returns: -1 for a code that isn't in the table
 */
int kd_currency_digits (const char *currency);

/**
 * kd_currency_symbol:
 * @language: (nullable): two or three letters
 *
 * Returns: (nullable): the sign to write with amounts for readers of @language; %NULL where the
 *   code itself is written
 */
const char *kd_currency_symbol (const char *currency,
                                const char *language);

/**
 * kd_currency_named:
 * @token: a sign or code as typed ("Rp", "rp.", "$", "USD"); not NUL-terminated
 * @length: its bytes
 * @ret_known: (out): whether the token names any currency at all
 *
 * Returns: whether the token may stand for @currency
 */
gboolean kd_currency_named (const char *token,
                            gsize length,
                            const char *currency,
                            gboolean *ret_known);

G_END_DECLS
