/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* What may be sold, from numbers alone; the rows they come from are in kd-stock-ledger.h.
 * Quantities are thousandths of the base unit. */

#define KD_STOCK_UNLIMITED G_MAXINT64 /* available of an untracked variant */

#define KD_HOLD_MINUTES_DEFAULT 30
#define KD_BUYER_HOLD_HOURS_DEFAULT 24

typedef enum
{
  KD_SELL_YES,
  KD_SELL_ASK,          /* whoever sells decides, knowing that stock doesn't cover it */
  KD_SELL_NO,
} KdSellAnswer;

/**
 * kd_stock_left:
 * @held: reserved and not expired
 *
 * on hand - held - buffer, or %KD_STOCK_UNLIMITED for an untracked variant.
 */
gint64 kd_stock_left (const KdVariant *variant,
                      gint64 on_hand,
                      gint64 held);

/**
 * kd_stock_is_held:
 *
 * Whether a reservation still counts at @at: expiry is judged at read.
 */
gboolean kd_stock_is_held (const KdReservation *reservation,
                           gint64 at);

/**
 * kd_stock_may_sell:
 * @available: as kd_stock_left()
 *
 * Staff sells @quantity: the shop's policy acts where stock doesn't cover it.
 */
KdSellAnswer kd_stock_may_sell (const KdVariant *variant,
                                gint64 available,
                                gint64 quantity,
                                KdStockPolicy policy);

/**
 * kd_stock_may_buy:
 *
 * A buyer's order needs stock whatever the policy, unless the variant may be sold beyond it.
 */
gboolean kd_stock_may_buy (const KdVariant *variant,
                           gint64 available,
                           gint64 quantity);

/**
 * kd_stock_hold_until:
 * @shop: (nullable): %NULL for the defaults
 * @buyer: a placed order of an unverified buyer, instead of a hold made by staff
 *
 * Returns: when a reservation made at @at expires
 */
gint64 kd_stock_hold_until (const KdShopProfile *shop,
                            gboolean buyer,
                            gint64 at);

G_END_DECLS
