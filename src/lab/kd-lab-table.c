/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

/* A new function: its declaration in kd-lab-table.h, its line here. */
static const KdLabFunction functions[] = {
  { "csv.parse",
    "text | bytes_b64, delimiter?: up to 8 bytes, quote?: character (\"\" for none), escape?: "
    "character, comment?: text | true, newline?: LF | CRLF | CR as text, header?: boolean, "
    "skip_empty?: boolean | \"greedy\" (white space too), limit?: integer, unguard?: boolean",
    "{delimiter, bom: boolean, rows: [[text]], with header [{name: text}], errors: [{row (from 1, "
    "header included), line, column?, code, message}]}",
    kd_lab_csv_parse },
  { "csv.write",
    "rows: [[text | number | boolean | null]] | [{name: value}], delimiter?: character, guard?: "
    "boolean (texts alone)",
    "{text}", kd_lab_csv_write },
  { "html.escape", "text, context?: text | attribute | url | js | css", "{html}",
    kd_lab_html_escape },
  { "html.sanitize", "html", "{html}", kd_lab_html_sanitize },
  { "import.plan",
    "path, mode?: both | create | update, currency?: \"IDR\", rate?: decimal text, rate_currency?, "
    "rounding?: integer, decimal?: \".\" | \",\", empty_clears?, existing?: [{id?, name?, price?: "
    "integer, sku?, barcode?, system?, external?, variants?: [{sku?, barcode?, price?, external?}]}]",
    "{created, updated, skipped, failed, variants: {created, updated, skipped}, errors: [{row, column?, "
    "code, value?, message}], notes: [{row?, column?, code, value?, count, message}], columns: "
    "[{column, field, decimal?, ambiguous?, currency?}], source, encoding, delimiter}",
    kd_lab_import_plan },
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
  { "phone.match", "a, b", "{match: exact | nsn | short_nsn | none}", kd_lab_phone_match },
  { "phone.parse", "text, region?: \"ID\"",
    "{e164, valid, possible, type: MOBILE | FIXED_LINE..., national, international, extension}",
    kd_lab_phone_parse },
  { "tax.totals",
    "lines: [{price: integer, quantity?: units as number or decimal text, rate?: \"11%\" | \"11\" "
    "(percent) | \"0.11\" (below 1 a fraction) | \"11/12*12%\" | 1100 (integers from 100: basis "
    "points)}], prices_include_tax?: true, shipping?: integer | {price, rate?}, adjustments?: "
    "[integer | {amount, line?, after_tax?}] (below 0: discount, spread by amounts)",
    "{lines: [{amount, adjustment, net, tax, total}], goods, subtotal, adjustments, shipping, "
    "shipping_tax, tax, rounding, total}; subtotal + adjustments + shipping + tax + rounding = "
    "total",
    kd_lab_tax_totals },
  { "text.decode", "bytes_b64, encoding?", "{encoding, text}", kd_lab_text_decode },
  { "text.fold", "text", "{text}", kd_lab_text_fold },
  { "text.graphemes", "text", "{clusters: [text]}", kd_lab_text_graphemes },
  { "text.truncate", "text, limit: graphemes, the ellipsis included", "{text}",
    kd_lab_text_truncate },
};

const KdLabFunction *
kd_lab_functions (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (functions);
  return functions;
}
