/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-private.h"
#include "kd-position.h"
#include "kd-price.h"

/* cart.set_line {order, token, variant, quantity, price_seen}
 * How many of a variant a buyer wants; 0 takes it out. The cart is a draft order of origin buyer,
 * made with the first line. Its owner is the session's contact, or, before there is one, whoever
 * presents the token. Reserves nothing. */

static gboolean
cart_may (const KdMutation *m,
          KdRows *rows,
          const KdContext *ctx,
          gconstpointer data,
          KdOutcome *outcome)
{
  const KdCartLineArgs *args = data;
  const KdOrder *order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->order);

  if (order != NULL
      && (order->origin != KD_ORIGIN_IS_BUYER || !kd_order_owned (order, ctx, args->token)))
    return kd_outcome_refuse (outcome, "row.gone");
  return TRUE;
}

static gboolean
cart_check (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdCartLineArgs *args = data;
  g_autoptr (GArray) demands = g_array_new (FALSE, FALSE, sizeof (KdDemand));

  if (args->quantity > 0)
    kd_demand_add (demands, &args->variant, args->quantity);
  return kd_order_check_stock (rows, ctx, demands, outcome);
}

static KdOrder *
new_cart (KdRows *rows,
          const KdContext *ctx,
          const KdCartLineArgs *args)
{
  KdOrder *order = (KdOrder *) kd_record_new (&kd_kind_order);

  order->parent.id = args->order;
  order->token = g_strdup (args->token);
  order->origin = KD_ORIGIN_IS_BUYER;
  if (kd_rows_get (rows, &kd_kind_contact, &ctx->actor.id) != NULL)
    order->contact = ctx->actor.id;
  if (ctx->actor.conversation != NULL)
    order->conversation = *ctx->actor.conversation;
  order->at = ctx->accepted;
  order->op = ctx->op;
  return order;
}

static const KdOrderLine *
find_variant (GPtrArray *lines,
              const KdId *variant)
{
  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      if (kd_id_equal (&line->variant, variant))
        return line;
    }
  return NULL;
}

static gboolean
check_price (KdRows *rows,
             const KdCartLineArgs *args,
             KdOutcome *outcome)
{
  const KdVariant *variant = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, &args->variant);
  const KdProduct *product = (const KdProduct *) kd_rows_get (rows, &kd_kind_product, &variant->product);
  gint64 price = kd_effective_price (product, variant);

  if (args->price_seen == price)
    return TRUE;
  kd_outcome_add_id (outcome, "variant", &args->variant);
  kd_outcome_add (outcome, "old", g_variant_new_int64 (args->price_seen));
  kd_outcome_add (outcome, "new", g_variant_new_int64 (price));
  return kd_outcome_refuse (outcome, "price.changed");
}

static gboolean
put_line (KdRows *rows,
          const KdContext *ctx,
          const KdCartLineArgs *args,
          GPtrArray *lines,
          const KdOrderLine *before,
          KdOutcome *outcome)
{
  g_autoptr (KdRecord) record = NULL;
  KdOrderLine *line;

  if (!kd_order_check_sellable (rows, &args->variant, outcome)
      || !kd_order_check_quantity (rows, ctx, &args->variant, args->quantity, outcome)
      || !check_price (rows, args, outcome))
    return FALSE;
  if (before == NULL && lines->len >= KD_BUYER_CART_LINES_MAX)
    return kd_outcome_refuse (outcome, "cart.full");
  if (before != NULL)
    record = kd_record_copy (&before->parent);
  else
    {
      const KdOrderLine *last = lines->len > 0 ? g_ptr_array_index (lines, lines->len - 1) : NULL;

      record = kd_record_new (&kd_kind_order_line);
      line = (KdOrderLine *) record;
      line->parent.id = kd_made_id (ctx, &kd_kind_order_line, "line");
      line->order = args->order;
      line->variant = args->variant;
      line->position = kd_position_after (last != NULL ? last->position : NULL);
    }
  line = (KdOrderLine *) record;
  line->quantity = args->quantity;
  if (!kd_order_line_fill (rows, ctx, line, NULL, args->price_seen, outcome))
    return FALSE;
  kd_rows_put_changed (rows, before != NULL ? &before->parent : NULL, g_steal_pointer (&record));
  return TRUE;
}

static gboolean
cart_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdCartLineArgs *args = data;
  const KdOrder *order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->order);
  g_autoptr (GPtrArray) lines = kd_order_get_lines (rows, &args->order);
  const KdOrderLine *line = find_variant (lines, &args->variant);

  if (order == NULL
      && (!kd_rows_new_id (rows, &kd_kind_order, &args->order, outcome)
          || !kd_order_check_token (rows, args->token, &args->order, outcome)))
    return FALSE;
  if (order != NULL && order->state != KD_ORDER_DRAFT)
    return kd_order_refuse (order, "order.not_draft", outcome);
  if (args->quantity == 0)
    {
      if (line != NULL)
        {
          KdId id = line->parent.id;
          kd_rows_remove (rows, &kd_kind_order_line, &id);
        }
      return TRUE;
    }
  if (!put_line (rows, ctx, args, lines, line, outcome))
    return FALSE;
  if (order == NULL)
    kd_rows_put (rows, &new_cart (rows, ctx, args)->parent);
  return TRUE;
}

#define KD_STRUCT KdCartLineArgs
static const KdField cart_fields[] = {
  KD_ARG (1, order, REF, .ref = 19, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, token, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_SECRET, .min = 32, .max = 32),
  KD_ARG (3, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED),
  KD_ARG (4, quantity, QUANTITY, .min = 0, .max = KD_QUANTITY_MAX),
  KD_ARG (5, price_seen, MONEY, .min = 0, .max = KD_MONEY_MAX),
};
#undef KD_STRUCT
KD_ARGS (cart_args, "cart.set_line", KdCartLineArgs, cart_fields);

const KdMutation kd_cart_set_line = {
  .name = "cart.set_line",
  .version = 1,
  .args = &cart_args,
  .origins = KD_ORIGIN_BUYER,
  .may = cart_may,
  .check = cart_check,
  .apply = cart_apply,
};
