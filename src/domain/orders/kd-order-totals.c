/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-totals.h"

#include "kd-money.h"
#include "kd-time.h"

/* The law changes at midnight where the shop is. Zones without summer time, minutes east of UTC;
 * elsewhere the day of UTC is near enough for a rate that changes every few years. */
static const struct
{
  const char *zone;
  int offset;
} zones[] = {
  { "Asia/Jakarta", 420 },       { "Asia/Pontianak", 420 }, { "Asia/Makassar", 480 },
  { "Asia/Ujung_Pandang", 480 }, { "Asia/Jayapura", 540 },  { "Asia/Singapore", 480 },
  { "Asia/Kuala_Lumpur", 480 },
};

gboolean
kd_order_line_total (const KdOrderLine *line,
                     gint64 *ret_total,
                     const char **ret_code)
{
  return kd_money_of_quantity (line->price, line->quantity, ret_total, ret_code);
}

KdTaxRate
kd_order_tax_rate (const KdOrder *order,
                   const KdShopProfile *shop)
{
  int offset = 0;

  if (shop == NULL || shop->tax_mode != KD_TAX_PPN)
    return (KdTaxRate) { 0, 1 };
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (g_strcmp0 (zones[i].zone, shop->timezone) == 0)
      offset = zones[i].offset;
  return kd_tax_ppn (kd_time_get_day (order->placed != 0 ? order->placed : order->at, offset),
                     KD_TAX_GOODS_COMMON);
}

/* A correction counts where the payment that it takes back counted. */
static const KdPayment *
find_corrected (GPtrArray *payments,
                const KdPayment *payment)
{
  for (guint steps = 0; steps < payments->len && !kd_id_is_none (&payment->reverses); steps++)
    {
      const KdPayment *found = NULL;

      for (guint i = 0; i < payments->len && found == NULL; i++)
        if (kd_id_equal (&((KdRecord *) payments->pdata[i])->id, &payment->reverses))
          found = payments->pdata[i];
      if (found == NULL)
        break;
      payment = found;
    }
  return payment;
}

static gboolean
sum_payments (GPtrArray *payments,
              KdOrderTotals *totals,
              const char **ret_code)
{
  for (guint i = 0; payments != NULL && i < payments->len; i++)
    {
      const KdPayment *payment = payments->pdata[i];
      gboolean out = find_corrected (payments, payment)->amount < 0;
      gint64 *sum = out ? &totals->refunded : &totals->received;

      if (!kd_money_add (*sum, out ? -payment->amount : payment->amount, sum, ret_code))
        return FALSE;
    }
  return TRUE;
}

gboolean
kd_order_totals (const KdOrder *order,
                 GPtrArray *lines,
                 GPtrArray *payments,
                 const KdShopProfile *shop,
                 KdOrderTotals *ret_totals,
                 const char **ret_code)
{
  KdOrderTotals totals = { .n_lines = lines != NULL ? lines->len : 0 };
  g_autofree KdTaxLine *taxed = g_new0 (KdTaxLine, MAX (totals.n_lines, 1));
  KdTaxRate rate = kd_order_tax_rate (order, shop);
  KdTaxTotals sums;

  for (guint i = 0; i < totals.n_lines; i++)
    {
      const KdOrderLine *line = lines->pdata[i];

      taxed[i] = (KdTaxLine) { .price = line->price, .quantity = line->quantity, .rate = rate };
      totals.quantity += line->quantity;
    }
  if (!kd_tax_totals (taxed, totals.n_lines, shop == NULL || shop->prices_include_tax,
                      order->shipping_fee, NULL, NULL, 0, &sums, ret_code) ||
      !sum_payments (payments, &totals, ret_code))
    return FALSE;
  totals.goods = sums.goods;
  totals.subtotal = sums.subtotal;
  totals.tax = sums.tax;
  totals.shipping = sums.shipping;
  totals.total = sums.total;
  totals.paid = totals.received - totals.refunded;
  totals.due = totals.total - totals.paid;
  *ret_totals = totals;
  return TRUE;
}

KdOrderFacts
kd_order_totals_get_facts (const KdOrderTotals *totals)
{
  return (KdOrderFacts) { .n_lines = totals->n_lines,
                          .total = totals->total,
                          .received = totals->received,
                          .refunded = totals->refunded };
}
