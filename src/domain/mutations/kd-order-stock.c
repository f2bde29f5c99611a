/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-private.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"

/* What an order does to the stock. */

void
kd_demand_add (GArray *demands,
               const KdId *variant,
               gint64 quantity)
{
  KdDemand demand = { *variant, quantity };

  if (kd_id_is_none (variant))
    return;
  for (guint i = 0; i < demands->len; i++)
    {
      KdDemand *other = &g_array_index (demands, KdDemand, i);

      if (!kd_id_equal (&other->variant, variant))
        continue;
      /* A few hundred quantities within their range can't overflow. */
      other->quantity += quantity;
      return;
    }
  g_array_append_val (demands, demand);
}

GArray *
kd_demands_of_lines (GPtrArray *lines)
{
  GArray *demands = g_array_new (FALSE, FALSE, sizeof (KdDemand));

  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      kd_demand_add (demands, &line->variant, line->quantity);
    }
  return demands;
}

static gboolean
refuse_short (const KdDemand *demand,
              gint64 available,
              const char *code,
              KdOutcome *outcome)
{
  kd_outcome_add_id (outcome, "variant", &demand->variant);
  kd_outcome_add (outcome, "available", g_variant_new_int64 (MAX (available, 0)));
  kd_outcome_add (outcome, "wanted", g_variant_new_int64 (demand->quantity));
  return kd_outcome_refuse (outcome, code);
}

gboolean
kd_order_check_stock (KdRows *rows,
                      const KdContext *ctx,
                      GArray *demands,
                      KdOutcome *outcome)
{
  for (guint i = 0; i < demands->len; i++)
    {
      const KdDemand *demand = &g_array_index (demands, KdDemand, i);
      const KdVariant *variant
        = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, &demand->variant);
      gint64 available = kd_stock_available (rows, &demand->variant, ctx->accepted);

      if (variant != NULL && !kd_stock_may_buy (variant, available, demand->quantity))
        return refuse_short (demand, available, "stock.insufficient", outcome);
    }
  return TRUE;
}

gboolean
kd_order_check_policy (KdRows *rows,
                       const KdContext *ctx,
                       GArray *demands,
                       gboolean beyond_stock,
                       KdOutcome *outcome)
{
  const KdShopProfile *profile = kd_order_profile (rows);
  KdStockPolicy policy = profile != NULL ? (KdStockPolicy) profile->stock_policy : KD_STOCK_POLICY_ASK;

  for (guint i = 0; i < demands->len; i++)
    {
      const KdDemand *demand = &g_array_index (demands, KdDemand, i);
      const KdVariant *variant
        = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, &demand->variant);
      gint64 available = kd_stock_available (rows, &demand->variant, ctx->accepted);
      KdSellAnswer answer = variant != NULL
                              ? kd_stock_may_sell (variant, available, demand->quantity, policy)
                              : KD_SELL_YES;

      if (answer == KD_SELL_NO)
        return refuse_short (demand, available, "stock.insufficient", outcome);
      if (answer == KD_SELL_ASK && !beyond_stock)
        return refuse_short (demand, available, "stock.confirm", outcome);
    }
  return TRUE;
}

/* Whether the goods are no longer on the shelf. */
static gboolean
goods_are_out (KdRows *rows,
               const KdOrder *order)
{
  const KdShopProfile *profile;

  switch (order->fulfilment)
    {
    case KD_FULFILMENT_SHIPPED:
    case KD_FULFILMENT_DELIVERED:
    case KD_FULFILMENT_DELIVERY_FAILED:
      return TRUE;
    case KD_FULFILMENT_RETURNED:
      return FALSE;
    default:
      break;
    }
  if (order->state != KD_ORDER_PLACED && order->state != KD_ORDER_DONE)
    return FALSE;
  profile = kd_order_profile (rows);
  return profile != NULL && profile->deduct_at == KD_DEDUCT_AT_PAYMENT
         && (order->payment == KD_PAYMENT_PAID || order->payment == KD_PAYMENT_PARTLY_REFUNDED);
}

/* What the order has moved of a variant, up to now. */
static gint64
sum_moved (GPtrArray *moves,
           const KdId *variant)
{
  gint64 moved = 0;

  for (guint i = 0; i < moves->len; i++)
    {
      const KdStockMove *move = g_ptr_array_index (moves, i);
      if (kd_id_equal (&move->variant, variant))
        moved += move->quantity;
    }
  return moved;
}

static gboolean
settle_moves (KdRows *rows,
              const KdContext *ctx,
              const KdOrder *order,
              GArray *demands,
              gboolean out,
              const char *reason,
              KdOutcome *outcome)
{
  KdStockMove like = { .order = order->parent.id };
  g_autoptr (GPtrArray) moves = kd_rows_scan (rows, &kd_kind_stock_move, "order", &like.parent, 1, 0);

  for (guint i = 0; i < demands->len; i++)
    {
      const KdDemand *demand = &g_array_index (demands, KdDemand, i);
      gint64 due = (out ? -demand->quantity : 0) - sum_moved (moves, &demand->variant);
      char text[KD_ID_TEXT_LENGTH + 1];
      g_autofree char *place = g_strdup_printf ("stock/%s", kd_id_to_text (&demand->variant, text));

      if (!kd_stock_book (rows, ctx, &demand->variant, &order->location, due,
                          due < 0 ? KD_MOVE_SHIPMENT : KD_MOVE_RETURN, reason, &order->parent.id,
                          place, outcome))
        return FALSE;
    }
  return TRUE;
}

static const KdReservation *
find_held (GPtrArray *held,
           const KdId *line)
{
  for (guint i = 0; i < held->len; i++)
    {
      const KdReservation *reservation = g_ptr_array_index (held, i);
      if (kd_id_equal (&reservation->line, line))
        return reservation;
    }
  return NULL;
}

static gboolean
settle_held (KdRows *rows,
             const KdContext *ctx,
             const KdOrder *order,
             GPtrArray *lines,
             gint64 expires,
             KdOutcome *outcome)
{
  KdReservation like = { .order = order->parent.id };
  g_autoptr (GPtrArray) held = kd_rows_scan (rows, &kd_kind_reservation, "order", &like.parent, 1, 0);

  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      const KdReservation *before = find_held (held, &line->parent.id);
      char text[KD_ID_TEXT_LENGTH + 1];
      g_autofree char *place = g_strdup_printf ("hold/%s", kd_id_to_text (&line->parent.id, text));

      if (before == NULL)
        {
          if (!kd_stock_reserve (rows, ctx, &order->parent.id, &line->parent.id, &line->variant,
                                 &order->location, line->quantity, expires, place, outcome))
            return FALSE;
        }
      else if (expires == 0 && before->expires != 0)
        {
          KdReservation *reservation = (KdReservation *) kd_record_copy (&before->parent);

          reservation->expires = 0;
          kd_rows_put (rows, &reservation->parent);
        }
    }
  return TRUE;
}

gboolean
kd_order_settle_stock (KdRows *rows,
                       const KdContext *ctx,
                       const KdOrder *order,
                       GPtrArray *lines,
                       gint64 expires,
                       const char *reason,
                       KdOutcome *outcome)
{
  g_autoptr (GArray) demands = kd_demands_of_lines (lines);
  g_autofree gint64 *available = g_new (gint64, MAX (demands->len, 1));
  gboolean out = goods_are_out (rows, order);

  for (guint i = 0; i < demands->len; i++)
    available[i]
      = kd_stock_available (rows, &g_array_index (demands, KdDemand, i).variant, ctx->accepted);
  if (out || order->state != KD_ORDER_PLACED || order->fulfilment == KD_FULFILMENT_RETURNED)
    kd_stock_release_order (rows, ctx, &order->parent.id);
  else if (!settle_held (rows, ctx, order, lines, expires, outcome))
    return FALSE;
  if (!settle_moves (rows, ctx, order, demands, out, reason, outcome))
    return FALSE;
  for (guint i = 0; i < demands->len; i++)
    {
      const KdId *variant = &g_array_index (demands, KdDemand, i).variant;

      if (kd_stock_available (rows, variant, ctx->accepted) < available[i])
        kd_stock_raise_oversold (rows, ctx, variant, &order->parent.id);
    }
  return TRUE;
}
