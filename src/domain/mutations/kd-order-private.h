/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation-private.h"
#include "kd-order-args.h"
#include "kd-order-machine.h"
#include "kd-rows-need.h"

G_BEGIN_DECLS

/* What a buyer may ask of one line, and how many unpaid orders may stand open for one contact. */
#define KD_BUYER_QUANTITY_MAX G_GINT64_CONSTANT (1000000)
#define KD_BUYER_CART_LINES_MAX 100
#define KD_BUYER_OPEN_ORDERS_MAX 10

extern const KdMutation kd_order_create, kd_order_set_lines, kd_order_discard, kd_order_place,
  kd_order_confirm, kd_order_transition, kd_order_update, kd_cart_set_line;

extern const KdShape kd_order_line_args, kd_line_seen_args;

static inline gboolean
kd_by_buyer (const KdContext *ctx)
{
  return ctx->actor.origin == KD_ORIGIN_BUYER;
}

/* (nullable) (transfer none) */
const KdShopProfile *kd_order_profile (KdRows *rows);

/* (transfer container) (element-type KdOrderLine): in their order */
GPtrArray *kd_order_get_lines (KdRows *rows, const KdId *order);

/* (transfer full) (nullable): a copy to change */
KdOrder *kd_order_edit (KdRows *rows, const KdContext *ctx, const KdId *id, KdOutcome *outcome);
/* Takes the copy; writes it if anything changed. */
gboolean kd_order_put (KdRows *rows, KdOrder *order);

/* Refuses with @code, saying what state the order is in and who brought it there. */
gboolean kd_order_refuse (const KdOrder *order, const char *code, KdOutcome *outcome);

/**
 * kd_order_owned:
 * @token: (nullable): what the buyer presents, where that counts
 *
 * Whether the order is this buyer's session's, or the buyer holds its token.
 */
gboolean kd_order_owned (const KdOrder *order, const KdContext *ctx, const char *token);

/* 32 lower-case hex digits that no other order has. */
gboolean kd_order_check_token (KdRows *rows, const char *token, const KdId *order, KdOutcome *outcome);

/* An alias begins with the letter of the device that makes it. */
gboolean kd_order_check_alias (const KdContext *ctx, const char *alias, KdOutcome *outcome);

/* Whether @seen is what @lines say: refuses "lines.changed". */
gboolean kd_order_check_seen (GPtrArray *lines, GPtrArray *seen, KdOutcome *outcome);
const KdLineSeenArgs *kd_line_seen_find (GPtrArray *seen, const KdId *line);

/**
 * kd_order_line_fill:
 * @line: its variant is set
 * @name: (nullable)
 * @price: KD_EMPTY for the catalog's
 *
 * What is sold, as it is called and costs now. Refuses "row.gone" or "price.missing".
 */
gboolean kd_order_line_fill (KdRows *rows, const KdContext *ctx, KdOrderLine *line, const char *name,
                             gint64 price, KdOutcome *outcome);

/* Whether a buyer may see and buy it: refuses "variant.unavailable". */
gboolean kd_order_check_sellable (KdRows *rows, const KdId *variant, KdOutcome *outcome);
gboolean kd_order_check_quantity (KdRows *rows, const KdContext *ctx, const KdId *variant,
                                  gint64 quantity, KdOutcome *outcome);

/**
 * kd_order_plan_lines:
 * @before: (nullable): the lines that stand there
 * @wanted: (nullable) (element-type KdOrderLineArgs)
 *
 * Returns: (transfer full) (nullable) (element-type KdOrderLine): what shall stand there; NULL if
 *   refused
 */
GPtrArray *kd_order_plan_lines (KdRows *rows, const KdContext *ctx, const KdId *order, GPtrArray *before,
                                GPtrArray *wanted, KdOutcome *outcome);
/* Takes the records of @lines, not the array; what is left out of them goes. @before: (nullable) */
void kd_order_put_lines (KdRows *rows, GPtrArray *before, GPtrArray *lines);
/* The form's rules for what staff sells; @place: the shop's stock policy too. */
gboolean kd_order_check_wanted (KdRows *rows, const KdContext *ctx, GPtrArray *wanted, gboolean place,
                                gboolean beyond_stock, KdOutcome *outcome);

/* Lines, total and payments of an order whose row may not be written yet. */
gboolean kd_order_get_facts (KdRows *rows, const KdOrder *order, GPtrArray *lines, KdOrderFacts *facts,
                             KdOutcome *outcome);

/* Payment state, and done where it is finished. */
gboolean kd_order_settle_payment (KdRows *rows, KdOrder *order, GPtrArray *lines, KdOutcome *outcome);

/**
 * kd_order_settle_stock:
 * @expires: when what is held lapses, 0 for never
 * @reason: (nullable): of movements
 *
 * Brings ledger and reservations to what the order's states say: held while it is placed, gone
 * once the goods have left, back when they came back.
 */
gboolean kd_order_settle_stock (KdRows *rows, const KdContext *ctx, const KdOrder *order,
                                GPtrArray *lines, gint64 expires, const char *reason,
                                KdOutcome *outcome);

/* How much of each variant somebody asks for. */
typedef struct
{
  KdId variant;
  gint64 quantity;
} KdDemand;
void kd_demand_add (GArray *demands, const KdId *variant, gint64 quantity);
GArray *kd_demands_of_lines (GPtrArray *lines);

/* The fence: refuses a buyer what isn't there ("stock.insufficient"). */
gboolean kd_order_check_stock (KdRows *rows, const KdContext *ctx, GArray *demands, KdOutcome *outcome);
/* The courtesy: the shop's policy for what staff sells ("stock.insufficient", "stock.confirm"). */
gboolean kd_order_check_policy (KdRows *rows, const KdContext *ctx, GArray *demands, gboolean beyond_stock,
                                KdOutcome *outcome);

/**
 * kd_order_place_now:
 *
 * Draft to placed: stock is held, a buyer's order judged. The caller writes the row.
 */
gboolean kd_order_place_now (KdRows *rows, const KdContext *ctx, KdOrder *order, KdOutcome *outcome);

/* Puts @text in place of the text, unless there is none. */
static inline void
kd_text_set (char **to,
             const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  g_free (*to);
  *to = g_strdup (text);
}

G_END_DECLS
