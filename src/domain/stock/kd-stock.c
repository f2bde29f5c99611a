/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-stock.h"

#include "kd-time.h"

gint64
kd_stock_left (const KdVariant *variant,
               gint64 on_hand,
               gint64 held)
{
  return variant->untracked ? KD_STOCK_UNLIMITED : on_hand - held - variant->buffer;
}

gboolean
kd_stock_is_held (const KdReservation *reservation,
                  gint64 at)
{
  return reservation->expires == 0 || reservation->expires > at;
}

gboolean
kd_stock_may_buy (const KdVariant *variant,
                  gint64 available,
                  gint64 quantity)
{
  return variant->untracked || variant->oversell || quantity <= available;
}

KdSellAnswer
kd_stock_may_sell (const KdVariant *variant,
                   gint64 available,
                   gint64 quantity,
                   KdStockPolicy policy)
{
  if (kd_stock_may_buy (variant, available, quantity))
    return KD_SELL_YES;
  switch (policy)
    {
    case KD_STOCK_POLICY_ALLOW:
      return KD_SELL_YES;
    case KD_STOCK_POLICY_ASK:
      return KD_SELL_ASK;
    case KD_STOCK_POLICY_BLOCK:
      break;
    }
  return KD_SELL_NO;
}

gint64
kd_stock_hold_until (const KdShopProfile *shop,
                     gboolean buyer,
                     gint64 at)
{
  gint64 length;

  if (buyer)
    length = (shop != NULL ? shop->buyer_hold_hours : KD_BUYER_HOLD_HOURS_DEFAULT) * KD_HOUR_MS;
  else
    length = (shop != NULL ? shop->hold_minutes : KD_HOLD_MINUTES_DEFAULT) * KD_MINUTE_MS;
  return at + length;
}
