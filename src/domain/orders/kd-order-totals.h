/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"
#include "kd-order-machine.h"
#include "kd-tax.h"

G_BEGIN_DECLS

/**
 * KdOrderTotals:
 *
 * Minor units; never stored, always derived from the rows.
 * subtotal + tax + shipping = total, paid + due = total.
 */
typedef struct
{
  guint n_lines;
  gint64 quantity;      /* of all lines, thousandths */
  gint64 goods;         /* the lines as priced */
  gint64 subtotal;      /* the lines without tax */
  gint64 tax;
  gint64 shipping;      /* what the courier gets; not taxed by the shop */
  gint64 total;
  gint64 received;      /* payments in */
  gint64 refunded;      /* payments out, above 0 */
  gint64 paid;          /* received - refunded */
  gint64 due;           /* below 0: paid too much */
} KdOrderTotals;

gboolean kd_order_line_total (const KdOrderLine *line,
                              gint64 *ret_total,
                              const char **ret_code);

/**
 * kd_order_tax_rate:
 * @shop: (nullable)
 *
 * Returns: the rate that holds for an order of this shop, by the day it was placed
 */
KdTaxRate kd_order_tax_rate (const KdOrder *order,
                             const KdShopProfile *shop);

/**
 * kd_order_totals:
 * @lines: (nullable) (element-type KdOrderLine)
 * @payments: (nullable) (element-type KdPayment)
 * @shop: (nullable): says whether there is tax; %NULL for none
 * @ret_code: (out) (transfer none): "number.range"
 */
gboolean kd_order_totals (const KdOrder *order,
                          GPtrArray *lines,
                          GPtrArray *payments,
                          const KdShopProfile *shop,
                          KdOrderTotals *ret_totals,
                          const char **ret_code);

/* What kd_order_may() asks for. */
KdOrderFacts kd_order_totals_get_facts (const KdOrderTotals *totals);

G_END_DECLS
