/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"
#include "test-shop.h"

#include "kd-stock-ledger.h"
#include "kd-time.h"

/* What an anonymous buyer may do, and what the same buyer tries. */

static KdCall *
set_line (const KdId *order,
          const char *token,
          const KdId *variant,
          gint64 quantity,
          gint64 price)
{
  KdCall *call = kd_call_new_by_name ("cart.set_line");
  KdCartLineArgs *args = call->args;

  args->order = *order;
  args->token = g_strdup (token);
  args->variant = *variant;
  args->quantity = quantity;
  args->price_seen = price;
  return call;
}

static KdCall *
place (KdTestShop *shop,
       const KdId *order,
       const char *token)
{
  KdCall *call = kd_test_place (shop, order);

  KD_ARGS_OF (call, KdOrderPlaceArgs)->token = g_strdup (token);
  return call;
}

static KdCall *
confirm (const KdId *order,
         const char *token)
{
  KdCall *call = kd_call_new_by_name ("order.confirm");
  KdOrderPlaceArgs *args = call->args;

  args->id = *order;
  args->token = g_strdup (token);
  args->name = g_strdup ("Tono");
  args->phone = g_strdup ("+62811111111");
  args->address = g_strdup ("Jl. Anggrek 3");
  return call;
}

static void
put_price (KdTestShop *shop,
           const KdId *product,
           gint64 price)
{
  KdProduct *copy = (KdProduct *) kd_record_copy (kd_rows_get (shop->rows, &kd_kind_product, product));

  copy->price = price;
  kd_rows_put (shop->rows, &copy->parent);
}

static void
test_cart (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId order = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  KdReservation like = { .order = order };
  g_autoptr (GPtrArray) held = NULL;
  const KdContact *contact;
  const KdOrder *row;

  kd_test_as_buyer (shop, NULL, NULL);
  kd_test_applies (shop, set_line (&order, token, &shop->shirt_m, 0, 0));
  g_assert_null (kd_rows_get (shop->rows, &kd_kind_order, &order));
  kd_test_applies (shop, set_line (&order, token, &shop->shirt_m, 2000, 50000));
  kd_test_applies (shop, set_line (&order, token, &shop->rice_kg, 250, 15000));
  kd_test_applies (shop, set_line (&order, token, &shop->shirt_m, 3000, 50000));
  kd_test_applies (shop, set_line (&order, token, &shop->rice_kg, 0, 0));
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_order_line), ==, 1);
  g_assert_cmpint (kd_test_order (shop, &order)->origin, ==, KD_ORIGIN_IS_BUYER);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 0);

  kd_test_applies (shop, place (shop, &order, token));
  row = kd_test_order (shop, &order);
  g_assert_cmpint (row->state, ==, KD_ORDER_PLACED);
  contact = (const KdContact *) kd_rows_get (shop->rows, &kd_kind_contact, &row->contact);
  g_assert_nonnull (contact);
  g_assert_cmpstr (contact->phone, ==, "+6281234567890");
  g_assert_false (contact->phone_verified);
  held = kd_rows_scan (shop->rows, &kd_kind_reservation, "order", &like.parent, 1, 0);
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpint (((KdReservation *) g_ptr_array_index (held, 0))->expires, ==,
                   shop->ctx.accepted + 24 * KD_HOUR_MS);
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 7000);

  /* It lapses by itself; a payment holds it again. */
  shop->ctx.accepted += 25 * KD_HOUR_MS;
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 10000);
  kd_test_as_member (shop, &shop->owner);
  kd_test_applies (shop, kd_test_payment (shop, &order, 10000));
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 7000);
  kd_test_assert_ledger (shop);
}

static void
test_price_changed (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId order = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  g_auto (KdOutcome) outcome;
  g_autoptr (KdCall) call = NULL;
  gint64 old = 0, new = 0;

  kd_test_as_buyer (shop, NULL, NULL);
  kd_test_refused (shop, set_line (&order, token, &shop->shirt_m, 1000, 49999), "price.changed");
  kd_test_applies (shop, set_line (&order, token, &shop->shirt_m, 1000, 50000));
  put_price (shop, &shop->shirt, 60000);
  call = place (shop, &order, token);
  g_assert_false (kd_test_run (shop, call, &outcome));
  g_assert_cmpstr (outcome.code, ==, "price.changed");
  g_assert_true (g_variant_dict_lookup (outcome.detail, "old", "x", &old));
  g_assert_true (g_variant_dict_lookup (outcome.detail, "new", "x", &new));
  g_assert_cmpint (old, ==, 50000);
  g_assert_cmpint (new, ==, 60000);

  /* Having seen the new price, the buyer may take it. */
  ((KdLineSeenArgs *) g_ptr_array_index (KD_ARGS_OF (call, KdOrderPlaceArgs)->lines_seen, 0))->price = 60000;
  kd_test_applies (shop, kd_call_copy (call));
  kd_test_refused (shop, kd_call_copy (call), "order.not_draft");
}

static void
test_insufficient (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId first = kd_test_id (shop), second = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  g_autofree char *other = kd_test_token (shop);
  g_auto (KdOutcome) outcome;
  g_autoptr (KdCall) call = NULL;
  gint64 available = -1;

  kd_test_as_buyer (shop, NULL, NULL);
  kd_test_applies (shop, set_line (&first, token, &shop->shirt_m, 6000, 50000));
  kd_test_applies (shop, set_line (&second, other, &shop->shirt_m, 6000, 50000));
  kd_test_applies (shop, place (shop, &first, token));
  call = place (shop, &second, other);
  g_assert_false (kd_test_run (shop, call, &outcome));
  g_assert_cmpstr (outcome.code, ==, "stock.insufficient");
  g_assert_true (g_variant_dict_lookup (outcome.detail, "available", "x", &available));
  g_assert_cmpint (available, ==, 4000);
  g_assert_cmpuint (kd_test_open_tasks (shop, KD_TASK_OVERSOLD), ==, 0);
}

static void
test_unsellable (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId order = kd_test_id (shop), unknown = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  KdVariant *variant;

  kd_test_as_buyer (shop, NULL, NULL);
  kd_test_refused (shop, set_line (&order, token, &shop->draft_one, 1000, 9000), "variant.unavailable");
  kd_test_refused (shop, set_line (&order, token, &unknown, 1000, 9000), "variant.unavailable");
  kd_test_refused (shop, set_line (&order, token, &shop->shirt_m, 1500, 50000), "quantity.whole");
  kd_test_refused (shop, set_line (&order, token, &shop->shirt_m, 2000000, 50000), "quantity.too_many");
  kd_test_refused (shop, set_line (&order, token, &shop->shirt_m, -1000, 50000), "bad_field");
  kd_test_refused (shop, set_line (&order, "ZZ", &shop->shirt_m, 1000, 50000), "bad_field");
  kd_test_applies (shop, set_line (&order, token, &shop->shirt_m, 1000, 50000));

  /* Archived after it went into the cart. */
  variant = (KdVariant *) kd_record_copy (kd_rows_get (shop->rows, &kd_kind_variant, &shop->shirt_m));
  variant->archived = TRUE;
  kd_rows_put (shop->rows, &variant->parent);
  kd_test_refused (shop, place (shop, &order, token), "variant.unavailable");
}

static void
test_somebody_elses (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId cart = kd_test_id (shop), staff = kd_test_id (shop), mine = kd_test_id (shop);
  KdId stranger = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  g_autofree char *wrong = kd_test_token (shop);
  KdCall *call = kd_test_order_create (shop, &staff, FALSE);
  g_autofree char *link = g_strdup (KD_ARGS_OF (call, KdOrderCreateArgs)->token);

  KD_ARGS_OF (call, KdOrderCreateArgs)->contact = shop->contact;
  kd_test_add_line (call, &shop->shirt_m, 1000, KD_EMPTY);
  kd_test_applies (shop, call);
  kd_test_as_buyer (shop, &shop->contact, &shop->conversation);
  kd_test_applies (shop, set_line (&cart, token, &shop->shirt_m, 1000, 50000));

  kd_test_as_buyer (shop, &stranger, NULL);
  kd_test_refused (shop, place (shop, &cart, NULL), "row.gone");
  kd_test_refused (shop, place (shop, &cart, wrong), "row.gone");
  kd_test_refused (shop, place (shop, &mine, wrong), "row.gone");
  kd_test_refused (shop, set_line (&cart, wrong, &shop->shirt_m, 9000, 50000), "row.gone");
  kd_test_refused (shop, set_line (&mine, token, &shop->shirt_m, 1000, 50000), "order.token_used");
  kd_test_refused (shop, confirm (&staff, wrong), "row.gone");
  kd_test_refused (shop, kd_test_transition (&cart, KD_MACHINE_ORDER, "cancelled"), "row.gone");
  /* The lines of a draft are the shop's, whoever holds its link. */
  kd_test_refused (shop, set_line (&staff, link, &shop->shirt_m, 9000, 50000), "row.gone");
  /* What is staff's alone. */
  call = kd_test_order_create (shop, &mine, TRUE);
  kd_test_refused (shop, call, "origin");
  kd_test_refused (shop, kd_test_payment (shop, &cart, 50000), "origin");
}

static void
test_confirm (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = kd_test_id (shop), stranger = kd_test_id (shop);
  KdCall *call = kd_test_order_create (shop, &id, FALSE);
  g_autofree char *token = g_strdup (KD_ARGS_OF (call, KdOrderCreateArgs)->token);
  const KdContact *contact;

  KD_ARGS_OF (call, KdOrderCreateArgs)->contact = shop->contact;
  kd_test_add_line (call, &shop->shirt_m, 1000, 45000);
  kd_test_applies (shop, call);

  /* The price stands as staff wrote it; whoever holds the link may confirm, once. */
  kd_test_as_buyer (shop, &stranger, NULL);
  kd_test_applies (shop, confirm (&id, token));
  g_assert_cmpint (kd_test_order (shop, &id)->state, ==, KD_ORDER_PLACED);
  g_assert_cmpstr (kd_test_order (shop, &id)->address, ==, "Jl. Anggrek 3");
  g_assert_true (kd_id_equal (&kd_test_order (shop, &id)->contact, &shop->contact));
  contact = (const KdContact *) kd_rows_get (shop->rows, &kd_kind_contact, &shop->contact);
  g_assert_null (contact->phone);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 1000);
  kd_test_refused (shop, confirm (&id, token), "order.not_draft");
  kd_test_refused (shop, kd_test_transition (&id, KD_MACHINE_ORDER, "cancelled"), "row.gone");
}

static void
test_cancel (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId first = kd_test_id (shop), second = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  g_autofree char *other = kd_test_token (shop);

  kd_test_as_buyer (shop, &shop->contact, &shop->conversation);
  kd_test_applies (shop, set_line (&first, token, &shop->shirt_m, 1000, 50000));
  kd_test_applies (shop, place (shop, &first, NULL));
  g_assert_true (kd_id_equal (&kd_test_order (shop, &first)->conversation, &shop->conversation));
  kd_test_refused (shop, kd_test_transition (&first, KD_MACHINE_FULFILMENT, "packed"), "scope");
  kd_test_refused (shop, kd_test_transition (&first, KD_MACHINE_ORDER, "done"), "scope");
  kd_test_applies (shop, kd_test_transition (&first, KD_MACHINE_ORDER, "cancelled"));
  g_assert_cmpint (kd_test_order (shop, &first)->state, ==, KD_ORDER_CANCELLED);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 0);

  /* Once it is paid, the buyer can only ask. */
  kd_test_applies (shop, set_line (&second, other, &shop->shirt_m, 1000, 50000));
  kd_test_applies (shop, place (shop, &second, NULL));
  kd_test_as_member (shop, &shop->owner);
  kd_test_applies (shop, kd_test_payment (shop, &second, 50000));
  kd_test_as_buyer (shop, &shop->contact, &shop->conversation);
  kd_test_applies (shop, kd_test_transition (&second, KD_MACHINE_ORDER, "cancelled"));
  g_assert_cmpint (kd_test_order (shop, &second)->state, ==, KD_ORDER_PLACED);
  g_assert_true (kd_test_order (shop, &second)->cancel_requested);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 1000);
}

static void
test_open_orders (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);

  kd_test_as_buyer (shop, &shop->contact, &shop->conversation);
  for (guint i = 0; i < 11; i++)
    {
      KdId order = kd_test_id (shop);
      g_autofree char *token = kd_test_token (shop);

      kd_test_applies (shop, set_line (&order, token, &shop->rice_kg, 1, 15000));
      if (i < 10)
        kd_test_applies (shop, place (shop, &order, NULL));
      else
        kd_test_refused (shop, place (shop, &order, NULL), "order.too_many_open");
    }
}

static void
test_form (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId order = kd_test_id (shop);
  g_autofree char *token = kd_test_token (shop);
  g_autoptr (KdCall) call = NULL;
  g_auto (KdOutcome) outcome;
  KdOrderPlaceArgs *args;

  kd_test_as_buyer (shop, NULL, NULL);
  kd_test_applies (shop, set_line (&order, token, &shop->shirt_m, 1000, 50000));
  call = place (shop, &order, token);
  args = call->args;
  g_clear_pointer (&args->phone, g_free);
  kd_outcome_init (&outcome);
  g_assert_false (kd_mutation_check (call->mutation, shop->rows, &shop->ctx, args, &outcome));
  g_assert_cmpstr (outcome.code, ==, "field.required");
  args->method = KD_METHOD_CASH;
  kd_test_refused (shop, kd_call_copy (call), "bad_field");
}

static void
test_alias (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  static const char *const bad[] = { "B-1", "AA-1", "A1", "A-", "A-1x", "A", "-1" };
  KdId id = kd_test_id (shop);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      KdCall *call = kd_test_order_create (shop, &id, FALSE);

      KD_ARGS_OF (call, KdOrderCreateArgs)->alias = g_strdup (bad[i]);
      kd_test_refused (shop, call, "order.bad_alias");
    }
}

void
kd_test_add_buyer_mutations (void)
{
  g_test_add_func ("/mutations/buyer/cart", test_cart);
  g_test_add_func ("/mutations/buyer/price-changed", test_price_changed);
  g_test_add_func ("/mutations/buyer/insufficient", test_insufficient);
  g_test_add_func ("/mutations/buyer/unsellable", test_unsellable);
  g_test_add_func ("/mutations/buyer/somebody-elses", test_somebody_elses);
  g_test_add_func ("/mutations/buyer/confirm", test_confirm);
  g_test_add_func ("/mutations/buyer/cancel", test_cancel);
  g_test_add_func ("/mutations/buyer/open-orders", test_open_orders);
  g_test_add_func ("/mutations/buyer/form", test_form);
  g_test_add_func ("/mutations/buyer/alias", test_alias);
}
