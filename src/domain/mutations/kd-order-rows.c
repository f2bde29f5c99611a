/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-private.h"
#include "kd-order-totals.h"
#include "kd-price.h"

#include <sodium.h>
#include <string.h>

#define WHOLE 1000 /* thousandths */

const KdShopProfile *
kd_order_profile (KdRows *rows)
{
  KdShopProfile like = { 0 };
  g_autoptr (GPtrArray) found
    = kd_rows_scan (rows, &kd_kind_shop_profile, "slug", &like.parent, 0, 1);

  return found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
}

GPtrArray *
kd_order_get_lines (KdRows *rows,
                    const KdId *order)
{
  KdOrderLine like = { .order = *order };

  return kd_rows_scan (rows, &kd_kind_order_line, "order", &like.parent, 1, 0);
}

KdOrder *
kd_order_edit (KdRows *rows,
               const KdContext *ctx,
               const KdId *id,
               KdOutcome *outcome)
{
  return (KdOrder *) kd_record_copy (kd_rows_need (rows, ctx, &kd_kind_order, id, outcome));
}

gboolean
kd_order_put (KdRows *rows,
              KdOrder *order)
{
  kd_rows_put_changed (rows, kd_rows_get (rows, &kd_kind_order, &order->parent.id), &order->parent);
  return TRUE;
}

gboolean
kd_order_refuse (const KdOrder *order,
                 const char *code,
                 KdOutcome *outcome)
{
  for (guint i = 0; i < KD_N_MACHINES; i++)
    {
      const char *state = kd_machine_state_to_text (i, kd_order_get_state (order, i));
      kd_outcome_add_text (outcome, i == KD_MACHINE_ORDER ? "state" : kd_machine_to_text (i), state);
    }
  kd_outcome_add_id (outcome, "actor", &order->parent.by);
  return kd_outcome_refuse (outcome, code);
}

gboolean
kd_order_owned (const KdOrder *order,
                const KdContext *ctx,
                const char *token)
{
  if (!kd_id_is_none (&ctx->actor.id) && kd_id_equal (&order->contact, &ctx->actor.id))
    return TRUE;
  if (token == NULL || order->token == NULL || strlen (token) != strlen (order->token))
    return FALSE;
  return *token != '\0' && sodium_memcmp (token, order->token, strlen (token)) == 0;
}

static gboolean
is_token (const char *token)
{
  gsize n = token != NULL ? strlen (token) : 0;

  return n == 32 && strspn (token, "0123456789abcdef") == n;
}

gboolean
kd_order_check_token (KdRows *rows,
                      const char *token,
                      const KdId *order,
                      KdOutcome *outcome)
{
  KdOrder like = { .token = (char *) token };
  g_autoptr (GPtrArray) found = NULL;

  if (!is_token (token))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "token");
  found = kd_rows_scan (rows, &kd_kind_order, "token", &like.parent, 1, 2);
  for (guint i = 0; i < found->len; i++)
    if (!kd_id_equal (&((KdRecord *) g_ptr_array_index (found, i))->id, order))
      return kd_outcome_refuse (outcome, "order.token_used");
  return TRUE;
}

gboolean
kd_order_check_alias (const KdContext *ctx,
                      const char *alias,
                      KdOutcome *outcome)
{
  const char *letter = ctx->actor.letter;
  gsize n = letter != NULL ? strlen (letter) : 0;

  if (alias == NULL || *alias == '\0' || ctx->actor.origin == KD_ORIGIN_JOB)
    return TRUE;
  if (n == 0 || strncmp (alias, letter, n) != 0 || alias[n] != '-' || alias[n + 1] == '\0'
      || strspn (alias + n + 1, "0123456789") != strlen (alias + n + 1))
    return kd_outcome_refuse_with (outcome, "order.bad_alias", "field", "alias");
  return TRUE;
}

const KdLineSeenArgs *
kd_line_seen_find (GPtrArray *seen,
                   const KdId *line)
{
  for (guint i = 0; seen != NULL && i < seen->len; i++)
    {
      const KdLineSeenArgs *one = g_ptr_array_index (seen, i);
      if (kd_id_equal (&one->line, line))
        return one;
    }
  return NULL;
}

gboolean
kd_order_check_seen (GPtrArray *lines,
                     GPtrArray *seen,
                     KdOutcome *outcome)
{
  gboolean same = lines->len == (seen != NULL ? seen->len : 0);

  for (guint i = 0; same && i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      const KdLineSeenArgs *one = kd_line_seen_find (seen, &line->parent.id);

      same = one != NULL && one->price == line->price && one->quantity == line->quantity;
    }
  return same || kd_outcome_refuse (outcome, "lines.changed");
}

gboolean
kd_order_line_fill (KdRows *rows,
                    const KdContext *ctx,
                    KdOrderLine *line,
                    const char *name,
                    gint64 price,
                    KdOutcome *outcome)
{
  const KdVariant *variant = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, &line->variant);
  const KdProduct *product = NULL;

  /* What is gone from the catalog may still be sold by its name; without one nobody knows what. */
  if (variant == NULL && (name == NULL || *name == '\0' || price == KD_EMPTY))
    {
      if (kd_id_is_none (&line->variant))
        return kd_outcome_refuse_with (outcome, "bad_field", "field", "lines");
      kd_rows_need (rows, ctx, &kd_kind_variant, &line->variant, outcome);
      return FALSE;
    }
  if (variant == NULL)
    line->variant = KD_ID_NONE;
  else
    {
      product = (const KdProduct *) kd_rows_get (rows, &kd_kind_product, &variant->product);
      line->product = variant->product;
      g_free (line->title);
      line->title = g_strdup (variant->title);
      g_free (line->sku);
      line->sku = g_strdup (variant->sku);
      if (price == KD_EMPTY)
        price = kd_effective_price (product, variant);
      if (price == KD_EMPTY)
        {
          kd_outcome_add_id (outcome, "variant", &line->variant);
          return kd_outcome_refuse (outcome, "price.missing");
        }
    }
  if (product != NULL && (name == NULL || *name == '\0'))
    name = product->name;
  kd_text_set (&line->name, name);
  if (line->name == NULL)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "lines");
  line->price = price;
  line->op = ctx->op;
  return TRUE;
}

gboolean
kd_order_check_sellable (KdRows *rows,
                         const KdId *id,
                         KdOutcome *outcome)
{
  const KdVariant *variant = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, id);
  const KdProduct *product = NULL;

  if (variant != NULL)
    product = (const KdProduct *) kd_rows_get (rows, &kd_kind_product, &variant->product);
  if (product != NULL && product->status == KD_PRODUCT_ACTIVE && !variant->archived
      && kd_effective_price (product, variant) != KD_EMPTY)
    return TRUE;
  kd_outcome_add_id (outcome, "variant", id);
  return kd_outcome_refuse (outcome, "variant.unavailable");
}

gboolean
kd_order_check_quantity (KdRows *rows,
                         const KdContext *ctx,
                         const KdId *id,
                         gint64 quantity,
                         KdOutcome *outcome)
{
  const KdVariant *variant = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, id);
  const char *code = NULL;

  if (kd_by_buyer (ctx) && quantity > KD_BUYER_QUANTITY_MAX)
    code = "quantity.too_many";
  else if (variant != NULL && !variant->by_weight && quantity % WHOLE != 0)
    code = "quantity.whole";
  if (code == NULL)
    return TRUE;
  kd_outcome_add_id (outcome, "variant", id);
  return kd_outcome_refuse (outcome, code);
}

gboolean
kd_order_get_facts (KdRows *rows,
                    const KdOrder *order,
                    GPtrArray *lines,
                    KdOrderFacts *facts,
                    KdOutcome *outcome)
{
  KdPayment like = { .order = order->parent.id };
  g_autoptr (GPtrArray) payments = kd_rows_scan (rows, &kd_kind_payment, "order", &like.parent, 1, 0);
  KdOrderTotals totals;
  const char *code = NULL;

  if (!kd_order_totals (order, lines, payments, kd_order_profile (rows), &totals, &code))
    return kd_outcome_refuse (outcome, code);
  *facts = kd_order_totals_get_facts (&totals);
  return TRUE;
}

gboolean
kd_order_settle_payment (KdRows *rows,
                         KdOrder *order,
                         GPtrArray *lines,
                         KdOutcome *outcome)
{
  KdOrderFacts facts;

  if (!kd_order_get_facts (rows, order, lines, &facts, outcome))
    return FALSE;
  /* An empty cart costs nothing, but nobody paid it. */
  order->payment = order->state == KD_ORDER_DRAFT && facts.received == 0 && facts.refunded == 0
                     ? KD_PAYMENT_UNPAID
                     : kd_order_payment_state (&facts);
  if (kd_order_is_finished (order))
    order->state = KD_ORDER_DONE;
  return TRUE;
}
