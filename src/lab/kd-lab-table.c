/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

/* A new function: its declaration in kd-lab-table.h, its line here. */
static const KdLabFunction functions[] = {
  { "money.allocate", "amount: integer, weights: [number | decimal text]", "{parts: [integer]}",
    kd_lab_money_allocate },
  { "money.format", "minor: integer, currency?: \"IDR\", locale?", "{text}", kd_lab_money_format },
  { "money.parse", "text, currency?: \"IDR\", locale?, digits?: 0-6", "{minor: integer}",
    kd_lab_money_parse },
  { "money.round",
    "value: decimal text, digits?: integer (below 0: tens), mode?: half_up | half_down | half_even "
    "| up | down | ceiling | floor",
    "{value: decimal text}", kd_lab_money_round },
  { "order.machine", "machine: order | payment | fulfilment",
    "{states: [text], transitions: [{from, to}]}", kd_lab_order_machine },
  { "order.move", "machine: order | payment | fulfilment, from, to", "{allowed, reason?}",
    kd_lab_order_move },
  { "stock.replay",
    "variants: [id | {id, untracked?, oversell?, buffer?}], locations: [id | {id, transit?}], "
    "policy?: block | ask | allow, events: [{type: receive | adjust | reserve | release | ship | "
    "return | transfer | count | expire, variant, location?: the first, to?, quantity?: units as "
    "number or decimal text (release, expire: all), ref?, at?: time, expires?: time, seen?, buyer?, "
    "confirmed?}]",
    "{levels: {variant: {location: {on_hand, reserved, available}}}, totals: {variant: {on_hand, "
    "reserved, available}}, ledger: [{index, variant, location, quantity, class, at, ref?}], "
    "refused: [{index, code}]}; as read at the time of the last event",
    kd_lab_stock_replay },
  { "tax.totals",
    "lines: [{price: integer, quantity?: units as number or decimal text, rate?: \"11%\" | \"11\" "
    "(percent) | \"0.11\" (below 1 a fraction) | \"11/12*12%\" | 1100 (integers from 100: basis "
    "points)}], prices_include_tax?: true, shipping?: integer | {price, rate?}, adjustments?: "
    "[integer | {amount, line?, after_tax?}] (below 0: discount, spread by amounts)",
    "{lines: [{amount, adjustment, net, tax, total}], goods, subtotal, adjustments, shipping, "
    "shipping_tax, tax, rounding, total}; subtotal + adjustments + shipping + tax + rounding = "
    "total",
    kd_lab_tax_totals },
};

const KdLabFunction *
kd_lab_functions (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (functions);
  return functions;
}
