/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-json.h"
#include "kd-order-machine.h"
#include "kd-web-page.h"

/* Codes of the domain in words for a buyer. */

/* (nullable): "old" or "new" of a detail, as money */
static char *
detail_money (KdWebView *view,
              JsonObject *detail,
              const char *name)
{
  return json_object_has_member (detail, name)
           ? kd_web_money (view, json_object_get_int_member (detail, name))
           : NULL;
}

/* (nullable) (transfer none): name of the product a detail speaks of */
static const char *
detail_product (KdWebView *view,
                JsonObject *detail)
{
  const char *text = json_object_get_string_member_with_default (detail, "variant", NULL);
  const KdVariant *variant = NULL;
  const KdProduct *product = NULL;
  KdId id;

  if (text != NULL && kd_id_parse (text, &id))
    variant = (const KdVariant *) kd_rows_get (view->rows, &kd_kind_variant, &id);
  if (variant != NULL)
    product = (const KdProduct *) kd_rows_get (view->rows, &kd_kind_product, &variant->product);
  return product != NULL ? product->name : NULL;
}

static char *
price_changed (KdWebView *view,
               JsonObject *detail)
{
  g_autofree char *old = detail_money (view, detail, "old");
  g_autofree char *new = detail_money (view, detail, "new");
  const char *name = detail_product (view, detail);

  if (old == NULL || new == NULL || name == NULL)
    return g_strdup (_ ("A price has changed. Please look again before you order."));
  /* TRANSLATORS: name of the product, old price, new price */
  return g_strdup_printf (_ ("The price of %s has changed from %s to %s."), name, old, new);
}

static char *
too_little (KdWebView *view,
            JsonObject *detail)
{
  gint64 available = json_object_get_int_member_with_default (detail, "available", 0);
  const char *name = detail_product (view, detail);
  g_autofree char *left = kd_web_quantity (view, MAX (available, 0));

  if (name == NULL)
    return g_strdup (_ ("There isn't enough left of it."));
  if (available <= 0)
    return g_strdup_printf (_ ("%s is sold out."), name);
  /* TRANSLATORS: how many, name of the product */
  return g_strdup_printf (_ ("Only %s left of %s."), left, name);
}

static const struct
{
  const char *code, *text;
} words[] = {
#define N_(text) text
  { "lines.changed", N_ ("Something in it has changed meanwhile. Please look again.") },
  { "variant.unavailable", N_ ("Something in it is no longer for sale.") },
  { "product.unavailable", N_ ("This product is no longer for sale.") },
  { "cart.full", N_ ("Your cart is full. Please order what is in it first.") },
  { "quantity.too_many", N_ ("That is more than can be ordered here. Please ask the shop.") },
  { "quantity.whole", N_ ("This is sold in whole pieces only.") },
  { "order.not_draft", N_ ("This order has already been placed.") },
  { "order.empty", N_ ("There is nothing in this order.") },
  { "order.too_many_open", N_ ("You have many unpaid orders. Please pay or cancel one of them first.") },
  { "contact.blocked", N_ ("The shop can't take this right now.") },
  { "message.empty", N_ ("Please write something first.") },
  { "message.too_long", N_ ("This message is too long. Please send it in parts.") },
  { "uid_reused", N_ ("This was already sent.") },
  { "field.required", N_ ("Please fill in name, phone and address.") },
  { "order.done", N_ ("This order is already finished.") },
  { "order.shipped", N_ ("This order is already on its way.") },
  { "order.cancelled", N_ ("This order was cancelled.") },
#undef N_
};

char *
kd_web_refusal (KdWebView *view,
                const KdShopRun *run)
{
  g_autoptr (JsonNode) node = run->detail != NULL ? kd_json_parse_object (run->detail, -1, 65536, NULL)
                                                  : NULL;
  g_autoptr (JsonObject) detail =
    node != NULL ? json_object_ref (json_node_get_object (node)) : json_object_new ();

  if (g_strcmp0 (run->code, "price.changed") == 0)
    return price_changed (view, detail);
  if (g_strcmp0 (run->code, "stock.insufficient") == 0)
    return too_little (view, detail);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (run->code, words[i].code) == 0)
      return g_strdup (_ (words[i].text));
  return g_strdup (_ ("That isn't possible right now."));
}

const char *
kd_web_stage_text (KdWebView *view,
                   const KdOrder *order)
{
  switch (kd_order_stage (order))
    {
    case KD_STAGE_DRAFT:
      return _ ("Waiting for you to confirm");
    case KD_STAGE_AWAITING_PAYMENT:
      return _ ("Waiting for payment");
    case KD_STAGE_PAID:
      return _ ("Paid");
    case KD_STAGE_PACKING:
      /* Cash on delivery waits for packing, not for money. */
      return order->fulfilment == KD_FULFILMENT_UNFULFILLED ? _ ("Ordered") : _ ("Being packed");
    case KD_STAGE_READY_TO_SHIP:
      return _ ("Ready to ship");
    case KD_STAGE_SHIPPED:
      return _ ("On its way");
    case KD_STAGE_DELIVERED:
      return _ ("Delivered");
    case KD_STAGE_COMPLETED:
      return _ ("Completed");
    case KD_STAGE_ON_HOLD:
      return _ ("On hold");
    case KD_STAGE_CANCEL_REQUESTED:
      return _ ("Cancellation requested");
    case KD_STAGE_CANCELLED:
      return _ ("Cancelled");
    case KD_STAGE_RETURNED:
      return _ ("Returned");
    case KD_STAGE_DELIVERY_FAILED:
      return _ ("Delivery failed");
    case KD_STAGE_REFUNDED:
      return _ ("Refunded");
    default:
      return "";
    }
}

const char *
kd_web_stage_class (const KdOrder *order)
{
  switch (kd_order_stage (order))
    {
    case KD_STAGE_DRAFT:
    case KD_STAGE_AWAITING_PAYMENT:
    case KD_STAGE_ON_HOLD:
    case KD_STAGE_CANCEL_REQUESTED:
      return "warning";
    case KD_STAGE_CANCELLED:
    case KD_STAGE_RETURNED:
    case KD_STAGE_DELIVERY_FAILED:
    case KD_STAGE_REFUNDED:
      return "bad";
    default:
      return "good";
    }
}
