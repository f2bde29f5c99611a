/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"
#include "kd-order-private.h"
#include "kd-price.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"

/* When what a buyer holds lapses; staff and who is known by a verified number hold for ever. */
static gint64
hold_until (KdRows *rows,
            const KdContext *ctx,
            const KdOrder *order)
{
  const KdContact *contact = (const KdContact *) kd_rows_get (rows, &kd_kind_contact, &order->contact);

  if (!kd_by_buyer (ctx) || (contact != NULL && contact->phone_verified))
    return 0;
  return kd_stock_hold_until (kd_order_profile (rows), TRUE, ctx->accepted);
}

static gboolean
check_open_orders (KdRows *rows,
                   const KdOrder *order,
                   KdOutcome *outcome)
{
  KdOrder like = { .contact = order->contact };
  g_autoptr (GPtrArray) orders = NULL;
  guint open = 0;

  if (kd_id_is_none (&order->contact))
    return TRUE;
  orders = kd_rows_scan (rows, &kd_kind_order, "contact", &like.parent, 1, 0);
  for (guint i = 0; i < orders->len; i++)
    {
      const KdOrder *other = g_ptr_array_index (orders, i);
      if (other->origin == KD_ORIGIN_IS_BUYER && other->state == KD_ORDER_PLACED
          && other->payment == KD_PAYMENT_UNPAID)
        open++;
    }
  return open < KD_BUYER_OPEN_ORDERS_MAX || kd_outcome_refuse (outcome, "order.too_many_open");
}

/* What a buyer's order must keep to, whatever the page let through. */
static gboolean
check_buyer (KdRows *rows,
             const KdContext *ctx,
             const KdOrder *order,
             GPtrArray *lines,
             KdOutcome *outcome)
{
  g_autoptr (GArray) demands = kd_demands_of_lines (lines);

  if (order->origin == KD_ORIGIN_IS_BUYER)
    {
      if (!check_open_orders (rows, order, outcome))
        return FALSE;
      for (guint i = 0; i < lines->len; i++)
        {
          const KdOrderLine *line = g_ptr_array_index (lines, i);

          if (!kd_order_check_sellable (rows, &line->variant, outcome)
              || !kd_order_check_quantity (rows, ctx, &line->variant, line->quantity, outcome))
            return FALSE;
        }
    }
  return kd_order_check_stock (rows, ctx, demands, outcome);
}

gboolean
kd_order_place_now (KdRows *rows,
                    const KdContext *ctx,
                    KdOrder *order,
                    KdOutcome *outcome)
{
  g_autoptr (GPtrArray) lines = kd_order_get_lines (rows, &order->parent.id);
  const char *code = NULL;
  KdOrderFacts facts;

  if (!kd_order_get_facts (rows, order, lines, &facts, outcome))
    return FALSE;
  if (!kd_order_may (order, &facts, KD_MACHINE_ORDER, KD_ORDER_PLACED, &code))
    return kd_order_refuse (order, code, outcome);
  if (kd_by_buyer (ctx) && !check_buyer (rows, ctx, order, lines, outcome))
    return FALSE;
  if (kd_id_is_none (&order->location))
    {
      const KdLocation *location = kd_stock_first_location (rows);

      if (location == NULL)
        return kd_outcome_refuse (outcome, "location.none");
      order->location = location->parent.id;
    }
  order->state = KD_ORDER_PLACED;
  order->placed = ctx->accepted;
  return kd_order_settle_payment (rows, order, lines, outcome)
         && kd_order_settle_stock (rows, ctx, order, lines, hold_until (rows, ctx, order), NULL, outcome);
}

/* order.place {id, token?, alias?, lines_seen[{line, price, quantity}], name, phone, address, note?,
 *              method, beyond_stock}
 * Draft to placed, by staff or by the buyer whose cart it is. A cart's prices are compared with the
 * catalog ("price.changed": old, new), a staff draft with its own lines ("lines.changed"). A buyer
 * without a contact gets one, derived at "contact".
 *
 * order.confirm {id, token, lines_seen?, name, phone, address, note?, method}
 * What the form behind an order's link sends: the buyer takes a staff draft as it stands. */

static gboolean
place_may (const KdMutation *m,
           KdRows *rows,
           const KdContext *ctx,
           gconstpointer data,
           KdOutcome *outcome)
{
  const KdOrderPlaceArgs *args = data;
  const KdOrder *order;

  if (!kd_by_buyer (ctx))
    return kd_order_check_alias (ctx, args->alias, outcome);
  order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->id);
  /* Somebody else's order is as good as none. */
  if (order == NULL || !kd_order_owned (order, ctx, args->token))
    return kd_outcome_refuse (outcome, "row.gone");
  if (args->alias != NULL && *args->alias != '\0')
    return kd_outcome_refuse_with (outcome, "order.bad_alias", "field", "alias");
  return TRUE;
}

static gboolean
place_check (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdOrderPlaceArgs *args = data;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GArray) demands = NULL;

  if (kd_by_buyer (ctx))
    {
      const char *missing = args->name == NULL || *args->name == '\0'         ? "name"
                            : args->phone == NULL || *args->phone == '\0'     ? "phone"
                            : args->address == NULL || *args->address == '\0' ? "address"
                                                                              : NULL;
      return missing == NULL || kd_outcome_refuse_with (outcome, "field.required", "field", missing);
    }
  lines = kd_order_get_lines (rows, &args->id);
  demands = kd_demands_of_lines (lines);
  return kd_order_check_policy (rows, ctx, demands, args->beyond_stock, outcome);
}

/* A cart: what the buyer saw against the catalog as it is now, whose prices then stand. */
static gboolean
reprice_cart (KdRows *rows,
              const KdContext *ctx,
              GPtrArray *lines,
              GPtrArray *seen,
              KdOutcome *outcome)
{
  if (lines->len != (seen != NULL ? seen->len : 0))
    return kd_outcome_refuse (outcome, "lines.changed");
  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      const KdLineSeenArgs *one = kd_line_seen_find (seen, &line->parent.id);
      const KdVariant *variant;
      gint64 price;
      KdOrderLine *changed;

      if (one == NULL || one->quantity != line->quantity)
        return kd_outcome_refuse (outcome, "lines.changed");
      if (!kd_order_check_sellable (rows, &line->variant, outcome))
        return FALSE;
      variant = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, &line->variant);
      price = kd_effective_price ((const KdProduct *) kd_rows_get (rows, &kd_kind_product, &variant->product),
                                  variant);
      if (one->price != price)
        {
          kd_outcome_add_id (outcome, "line", &line->parent.id);
          kd_outcome_add_id (outcome, "variant", &line->variant);
          kd_outcome_add (outcome, "old", g_variant_new_int64 (one->price));
          kd_outcome_add (outcome, "new", g_variant_new_int64 (price));
          return kd_outcome_refuse (outcome, "price.changed");
        }
      changed = (KdOrderLine *) kd_record_copy (&line->parent);
      changed->price = price;
      kd_rows_put_changed (rows, &line->parent, &changed->parent);
    }
  return TRUE;
}

static gboolean
check_lines (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             const KdOrder *order,
             const KdOrderPlaceArgs *args,
             KdOutcome *outcome)
{
  g_autoptr (GPtrArray) lines = kd_order_get_lines (rows, &order->parent.id);

  if (kd_by_buyer (ctx) && order->origin == KD_ORIGIN_IS_BUYER)
    return reprice_cart (rows, ctx, lines, args->lines_seen, outcome);
  if (m == &kd_order_confirm && (args->lines_seen == NULL || args->lines_seen->len == 0))
    return TRUE;
  return kd_order_check_seen (lines, args->lines_seen, outcome);
}

/* The buyer's contact: the session's, or a new one from what the form says. A typed number stays
 * unverified, and nothing that stands there is overwritten. */
static gboolean
attach_contact (KdRows *rows,
                const KdContext *ctx,
                KdOrder *order,
                KdOutcome *outcome)
{
  const KdRecord *own = kd_rows_get (rows, &kd_kind_contact, &ctx->actor.id);
  KdContact *contact;

  if (!kd_id_is_none (&order->contact) && !kd_id_equal (&order->contact, &ctx->actor.id))
    return TRUE;
  if (own != NULL)
    contact = (KdContact *) kd_record_copy (own);
  else
    {
      contact = (KdContact *) kd_record_new (&kd_kind_contact);
      contact->parent.id = kd_made_id (ctx, &kd_kind_contact, "contact");
    }
  if (contact->blocked)
    {
      kd_record_free (&contact->parent);
      return kd_outcome_refuse (outcome, "contact.blocked");
    }
  if (contact->name == NULL)
    kd_text_set (&contact->name, order->name);
  if (contact->phone == NULL)
    kd_text_set (&contact->phone, order->phone);
  if (contact->address == NULL)
    kd_text_set (&contact->address, order->address);
  order->contact = contact->parent.id;
  if (kd_id_is_none (&order->conversation) && ctx->actor.conversation != NULL)
    order->conversation = *ctx->actor.conversation;
  kd_rows_put_changed (rows, own, &contact->parent);
  return TRUE;
}

static gboolean
place_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdOrderPlaceArgs *args = data;
  g_autoptr (KdRecord) record = (KdRecord *) kd_order_edit (rows, ctx, &args->id, outcome);
  KdOrder *order = (KdOrder *) record;

  if (order == NULL)
    return FALSE;
  if (order->state == KD_ORDER_PLACED && !kd_by_buyer (ctx))
    return TRUE;
  if (order->state != KD_ORDER_DRAFT)
    return kd_order_refuse (order, "order.not_draft", outcome);
  if (args->method > (kd_by_buyer (ctx) ? KD_METHOD_COD : KD_METHOD_CASH))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "method");
  if (!check_lines (m, rows, ctx, order, args, outcome))
    return FALSE;
  if (order->alias == NULL)
    kd_text_set (&order->alias, args->alias);
  kd_text_set (&order->name, args->name);
  kd_text_set (&order->phone, args->phone);
  kd_text_set (&order->address, args->address);
  kd_text_set (&order->note, args->note);
  order->method = args->method;
  if (kd_by_buyer (ctx) && !attach_contact (rows, ctx, order, outcome))
    return FALSE;
  if (!kd_order_place_now (rows, ctx, order, outcome))
    return FALSE;
  record = NULL;
  return kd_order_put (rows, order);
}

static void
place_summary (const KdMutation *m,
               gconstpointer data,
               KdSummary *summary)
{
  summary->values[0] = g_strdup (((const KdOrderPlaceArgs *) data)->name);
}

#define KD_STRUCT KdOrderPlaceArgs
#define PLACE_FORM \
  KD_ARG (4, lines_seen, LIST, .item = &kd_line_seen_args, .max = KD_ORDER_LINES_MAX), \
  KD_ARG (5, name, TEXT, .max = 120), \
  KD_ARG (6, phone, TEXT, .max = 32), \
  KD_ARG (7, address, TEXT, .flags = KD_FIELD_MULTILINE, .max = 500), \
  KD_ARG (8, note, TEXT, .flags = KD_FIELD_MULTILINE, .max = 1000), \
  KD_ARG (9, method, ENUM, .values = kd_names_pay_method)
static const KdField place_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, token, TEXT, .flags = KD_FIELD_SECRET, .max = 32),
  KD_ARG (3, alias, TEXT, .max = 20),
  PLACE_FORM,
  KD_ARG (10, beyond_stock, BOOL),
};
static const KdField confirm_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, token, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_SECRET, .max = 32),
  PLACE_FORM,
};
#undef KD_STRUCT
KD_ARGS (place_args, "order.place", KdOrderPlaceArgs, place_fields);
KD_ARGS (confirm_args, "order.confirm", KdOrderPlaceArgs, confirm_fields);

const KdMutation kd_order_place = {
  .name = "order.place",
  .version = 1,
  .args = &place_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_BUYER | KD_ORIGIN_JOB,
  .may = place_may,
  .check = place_check,
  .apply = place_apply,
  .summary = place_summary,
};

const KdMutation kd_order_confirm = {
  .name = "order.confirm",
  .version = 1,
  .args = &confirm_args,
  .origins = KD_ORIGIN_BUYER,
  .may = place_may,
  .check = place_check,
  .apply = place_apply,
  .summary = place_summary,
};
