/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"
#include "test-shop.h"

#include "kd-price.h"
#include "kd-stock-ledger.h"
#include "kd-time.h"

#include <string.h>

#define ORDER KD_MACHINE_ORDER
#define FULFILMENT KD_MACHINE_FULFILMENT

/* An order of shirts that staff wrote. */
static KdId
make_order (KdTestShop *shop,
            gint64 quantity,
            gboolean place)
{
  KdId id = kd_test_id (shop);
  KdCall *call = kd_test_order_create (shop, &id, place);

  kd_test_add_line (call, &shop->shirt_m, quantity, KD_EMPTY);
  kd_test_applies (shop, call);
  return id;
}

static GPtrArray *
get_lines (KdTestShop *shop,
           const KdId *order)
{
  KdOrderLine like = { .order = *order };
  return kd_rows_scan (shop->rows, &kd_kind_order_line, "order", &like.parent, 1, 0);
}

static void
test_effective_price (void)
{
  KdProduct product = { .price = 100 };
  KdVariant variant = { .price = KD_EMPTY };

  g_assert_cmpint (kd_effective_price (&product, &variant), ==, 100);
  variant.price = 0;
  g_assert_cmpint (kd_effective_price (&product, &variant), ==, 0);
  variant.price = product.price = KD_EMPTY;
  g_assert_cmpint (kd_effective_price (&product, &variant), ==, KD_EMPTY);
  g_assert_cmpint (kd_effective_price (NULL, &variant), ==, KD_EMPTY);
}

static void
test_draft (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = kd_test_id (shop);
  KdCall *call = kd_test_order_create (shop, &id, FALSE);
  KdOrderCreateArgs *args = call->args;
  g_autoptr (GPtrArray) lines = NULL;
  const KdOrderLine *line;

  args->contact = shop->contact;
  args->name = g_strdup ("Sari");
  args->alias = g_strdup ("A-1");
  kd_test_add_line (call, &shop->shirt_m, 2000, KD_EMPTY);
  kd_test_add_line (call, &shop->rice_kg, 500, 14000);
  kd_test_applies (shop, call);

  g_assert_cmpint (kd_test_order (shop, &id)->state, ==, KD_ORDER_DRAFT);
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_UNPAID);
  g_assert_cmpstr (kd_test_order (shop, &id)->alias, ==, "A-1");
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 0);
  lines = get_lines (shop, &id);
  g_assert_cmpuint (lines->len, ==, 2);
  line = g_ptr_array_index (lines, 0);
  g_assert_cmpstr (line->name, ==, "Kaos");
  g_assert_cmpstr (line->sku, ==, "SKU-Kaos");
  g_assert_cmpint (line->price, ==, 50000);
  line = g_ptr_array_index (lines, 1);
  g_assert_cmpint (line->price, ==, 14000);
}

static void
test_bad_lines (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = kd_test_id (shop), unknown = kd_test_id (shop);
  KdCall *call;

  call = kd_test_order_create (shop, &id, FALSE);
  kd_test_add_line (call, &shop->shirt_m, 0, KD_EMPTY);
  kd_test_refused (shop, call, "bad_field");
  call = kd_test_order_create (shop, &id, FALSE);
  kd_test_add_line (call, &shop->shirt_m, 1000, -1);
  kd_test_refused (shop, call, "bad_field");
  call = kd_test_order_create (shop, &id, FALSE);
  kd_test_add_line (call, &shop->shirt_m, KD_QUANTITY_MAX, KD_MONEY_MAX);
  kd_test_refused (shop, call, "number.range");
  call = kd_test_order_create (shop, &id, FALSE);
  kd_test_add_line (call, &unknown, 1000, KD_EMPTY);
  kd_test_refused (shop, call, "row.gone");
  call = kd_test_order_create (shop, &id, TRUE);
  kd_test_refused (shop, call, "order.empty");
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_order), ==, 0);

  /* What is gone from the catalog may still be sold by its name and price. */
  call = kd_test_order_create (shop, &id, FALSE);
  kd_test_add_line (call, &unknown, 1000, 7000);
  ((KdOrderLineArgs *) g_ptr_array_index (KD_ARGS_OF (call, KdOrderCreateArgs)->lines, 0))->name
    = g_strdup ("Jahit");
  kd_test_applies (shop, call);
}

static void
test_device_waits (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_DEVICE);
  KdId id = kd_test_id (shop);
  g_autoptr (KdCall) call = kd_test_transition (&id, ORDER, "cancelled");
  g_auto (KdOutcome) outcome;

  g_assert_false (kd_test_run (shop, call, &outcome));
  g_assert_cmpint (outcome.status, ==, KD_WAITS);
}

static void
test_reserve (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 3000, TRUE);
  const KdOrder *order = kd_test_order (shop, &id);

  g_assert_cmpint (order->state, ==, KD_ORDER_PLACED);
  g_assert_cmpint (order->placed, ==, shop->ctx.accepted);
  g_assert_true (kd_id_equal (&order->location, &shop->location));
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 3000);
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 7000);
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 10000);
  kd_test_applies (shop, kd_test_transition (&id, ORDER, "cancelled"));
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 10000);
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_reservation), ==, 0);
  kd_test_assert_ledger (shop);
}

static void
test_oversold (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  g_autoptr (KdTestShop) device = kd_test_shop_new (KD_SIDE_DEVICE);
  char text[KD_ID_TEXT_LENGTH + 1];
  KdTask like = { .state = KD_TASK_OPEN };
  g_autoptr (GPtrArray) tasks = NULL;
  KdId first, second;

  first = make_order (shop, 8000, TRUE);
  g_assert_cmpuint (kd_test_open_tasks (shop, KD_TASK_OVERSOLD), ==, 0);
  second = make_order (shop, 3000, TRUE);
  make_order (shop, 1000, TRUE);
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, -2000);
  g_assert_cmpuint (kd_test_open_tasks (shop, KD_TASK_OVERSOLD), ==, 1);
  tasks = kd_rows_scan (shop->rows, &kd_kind_task, "state", &like.parent, 1, 0);
  like = *(KdTask *) g_ptr_array_index (tasks, 0);
  g_assert_nonnull (strstr (like.values, kd_id_to_text (&first, text)));
  g_assert_nonnull (strstr (like.values, kd_id_to_text (&second, text)));
  g_assert_nonnull (strstr (like.values, "\"available\":-2000"));

  make_order (device, 11000, TRUE);
  g_assert_cmpint (kd_test_available (device, &device->shirt_m), ==, -1000);
  g_assert_cmpuint (kd_memory_rows_count (device->memory, &kd_kind_task), ==, 0);
}

static void
test_policy (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_DEVICE);
  KdShopProfile *profile;
  KdId id = kd_test_id (shop);
  g_autoptr (KdCall) call = kd_test_order_create (shop, &id, TRUE);
  g_auto (KdOutcome) outcome;

  kd_test_add_line (call, &shop->shirt_m, 11000, KD_EMPTY);
  kd_outcome_init (&outcome);
  g_assert_false (kd_mutation_check (call->mutation, shop->rows, &shop->ctx, call->args, &outcome));
  g_assert_cmpstr (outcome.code, ==, "stock.confirm");
  KD_ARGS_OF (call, KdOrderCreateArgs)->beyond_stock = TRUE;
  g_assert_true (kd_mutation_check (call->mutation, shop->rows, &shop->ctx, call->args, &outcome));

  profile = (KdShopProfile *) kd_record_copy (kd_rows_get (shop->rows, &kd_kind_shop_profile, &shop->shop));
  profile->stock_policy = KD_STOCK_POLICY_BLOCK;
  kd_rows_put (shop->rows, &profile->parent);
  g_assert_false (kd_mutation_check (call->mutation, shop->rows, &shop->ctx, call->args, &outcome));
  g_assert_cmpstr (outcome.code, ==, "stock.insufficient");
}

static void
test_fulfilment (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 4000, TRUE);
  KdCall *call;

  kd_test_refused (shop, kd_test_transition (&id, FULFILMENT, "packed"), "order.not_paid");
  kd_test_refused (shop, kd_test_transition (&id, KD_MACHINE_PAYMENT, "paid"), "bad_field");
  kd_test_refused (shop, kd_test_transition (&id, FULFILMENT, "lost"), "bad_field");
  kd_test_applies (shop, kd_test_payment (shop, &id, 150000));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_PARTLY_PAID);
  kd_test_applies (shop, kd_test_payment (shop, &id, 50000));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_PAID);
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "packed"));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "packed"));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "ready_to_ship"));
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 10000);
  call = kd_test_transition (&id, FULFILMENT, "shipped");
  KD_ARGS_OF (call, KdOrderTransitionArgs)->courier = g_strdup ("JNE");
  KD_ARGS_OF (call, KdOrderTransitionArgs)->tracking = g_strdup ("JNE123");
  kd_test_applies (shop, call);
  g_assert_cmpstr (kd_test_order (shop, &id)->tracking, ==, "JNE123");
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 6000);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 0);
  kd_test_refused (shop, kd_test_transition (&id, ORDER, "cancelled"), "order.shipped");
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "delivered"));
  g_assert_cmpint (kd_test_order (shop, &id)->state, ==, KD_ORDER_DONE);
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "returned"));
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 10000);
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 10000);
  kd_test_assert_ledger (shop);
}

static void
test_cash_on_delivery (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = kd_test_id (shop);
  KdCall *call = kd_test_order_create (shop, &id, TRUE);

  KD_ARGS_OF (call, KdOrderCreateArgs)->method = KD_METHOD_COD;
  kd_test_add_line (call, &shop->shirt_m, 1000, KD_EMPTY);
  kd_test_applies (shop, call);
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "packed"));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "ready_to_ship"));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "shipped"));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "delivered"));
  g_assert_cmpint (kd_test_order (shop, &id)->state, ==, KD_ORDER_PLACED);
  kd_test_applies (shop, kd_test_payment (shop, &id, 50000));
  g_assert_cmpint (kd_test_order (shop, &id)->state, ==, KD_ORDER_DONE);
}

static void
test_deduct_at_payment (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdShopProfile *profile
    = (KdShopProfile *) kd_record_copy (kd_rows_get (shop->rows, &kd_kind_shop_profile, &shop->shop));
  KdCall *payment;
  g_autoptr (GPtrArray) inverse = NULL;
  KdId id;

  profile->deduct_at = KD_DEDUCT_AT_PAYMENT;
  kd_rows_put (shop->rows, &profile->parent);
  id = make_order (shop, 2000, TRUE);
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 10000);
  payment = kd_test_payment (shop, &id, 100000);
  inverse = kd_test_inverse (shop, payment);
  kd_test_applies (shop, payment);
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 8000);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 0);
  kd_test_applies (shop, kd_call_copy (g_ptr_array_index (inverse, 0)));
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 10000);
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 2000);
  kd_test_applies (shop, kd_test_payment (shop, &id, 100000));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "packed"));
  kd_test_applies (shop, kd_test_transition (&id, ORDER, "cancelled"));
  g_assert_cmpint (kd_test_on_hand (shop, &shop->shirt_m), ==, 10000);
  g_assert_cmpint (kd_test_available (shop, &shop->shirt_m), ==, 10000);
  kd_test_assert_ledger (shop);
}

static void
test_payments (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 1000, TRUE);
  KdCall *payment, *twice;
  g_autoptr (GPtrArray) inverse = NULL;
  g_autoptr (GPtrArray) again = NULL;

  kd_test_refused (shop, kd_test_payment (shop, &id, 0), "bad_field");
  payment = kd_test_payment (shop, &id, 50000);
  inverse = kd_test_inverse (shop, payment);
  kd_test_applies (shop, payment);
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_PAID);

  /* A correction is no refund, and its own correction puts the payment back. */
  again = kd_test_inverse (shop, g_ptr_array_index (inverse, 0));
  kd_test_applies (shop, kd_call_copy (g_ptr_array_index (inverse, 0)));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_UNPAID);
  twice = kd_call_copy (g_ptr_array_index (inverse, 0));
  KD_ARGS_OF (twice, KdPaymentRecordArgs)->id = kd_test_id (shop);
  kd_test_refused (shop, twice, "payment.reversed");
  kd_test_applies (shop, kd_call_copy (g_ptr_array_index (again, 0)));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_PAID);

  kd_test_applies (shop, kd_test_payment (shop, &id, -20000));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_PARTLY_REFUNDED);
  kd_test_applies (shop, kd_test_payment (shop, &id, -30000));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_REFUNDED);
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_payment), ==, 5);
}

/* Both orders of arrival: one final state, and whoever comes second hears why. */
static void
test_race (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 1000, TRUE);
  KdOrder *order;
  KdCall *call;

  kd_test_applies (shop, kd_test_transition (&id, ORDER, "cancelled"));
  kd_test_refused (shop, kd_test_transition (&id, FULFILMENT, "packed"), "order.cancelled");
  kd_test_refused (shop, kd_test_transition (&id, ORDER, "placed"), "state.final");
  g_assert_cmpint (kd_test_reserved (shop, &shop->shirt_m), ==, 0);

  id = make_order (shop, 1000, TRUE);
  kd_test_applies (shop, kd_test_payment (shop, &id, 50000));
  kd_test_applies (shop, kd_test_transition (&id, FULFILMENT, "packed"));
  order = (KdOrder *) kd_record_copy (&kd_test_order (shop, &id)->parent);
  order->parent.by = shop->cashier;
  kd_rows_put (shop->rows, &order->parent);
  call = kd_test_transition (&id, FULFILMENT, "unfulfilled");
  KD_ARGS_OF (call, KdOrderTransitionArgs)->seen_state = g_strdup ("ready_to_ship");
  kd_test_applies (shop, call);
  g_assert_cmpuint (kd_test_open_tasks (shop, KD_TASK_RACE), ==, 1);
}

static void
test_update (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 1000, TRUE);
  static const char *const forbidden[] = {
    "number", "alias", "origin", "state", "payment", "fulfilment", "token", "at", "placed", "op",
    "conversation",
  };
  KdCall *call = kd_call_new_by_name ("order.update");
  KdOrderUpdateArgs *args = call->args;

  args->id = id;
  args->set = kd_partial_new (&kd_kind_order);
  *(char **) kd_partial_field (args->set, "address") = g_strdup ("Jl. Melur 2");
  *(gint64 *) kd_partial_field (args->set, "shipping_fee") = 12000;
  kd_test_applies (shop, call);
  g_assert_cmpstr (kd_test_order (shop, &id)->address, ==, "Jl. Melur 2");
  kd_test_applies (shop, kd_test_payment (shop, &id, 50000));
  g_assert_cmpint (kd_test_order (shop, &id)->payment, ==, KD_PAYMENT_PARTLY_PAID);

  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++)
    {
      call = kd_call_new_by_name ("order.update");
      args = call->args;
      args->id = id;
      args->set = kd_partial_new (&kd_kind_order);
      kd_partial_field (args->set, forbidden[i]);
      kd_test_refused (shop, call, "bad_field");
    }
}

static void
test_set_lines (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 1000, FALSE), other = make_order (shop, 2000, FALSE);
  g_autoptr (GPtrArray) lines = get_lines (shop, &id);
  g_autoptr (GPtrArray) others = get_lines (shop, &other);
  g_autoptr (GPtrArray) after = NULL;
  const KdOrderLine *line = g_ptr_array_index (lines, 0);
  KdCall *call = kd_call_new_by_name ("order.set_lines");
  KdOrderLinesArgs *args = call->args;
  KdOrderLineArgs *wanted = kd_order_line_args_add (&args->lines);

  args->id = id;
  wanted->line = line->parent.id;
  wanted->quantity = 5000;
  kd_test_refused (shop, kd_call_copy (call), "lines.changed");
  *kd_line_seen_args_add (&args->lines_seen)
    = (KdLineSeenArgs){ line->parent.id, line->price, line->quantity };
  wanted->line = ((KdRecord *) g_ptr_array_index (others, 0))->id;
  kd_test_refused (shop, kd_call_copy (call), "bad_field");
  wanted->line = line->parent.id;
  wanted = kd_order_line_args_add (&args->lines);
  wanted->variant = shop->rice_kg;
  wanted->quantity = 500;
  kd_test_applies (shop, kd_call_copy (call));
  after = get_lines (shop, &id);
  g_assert_cmpuint (after->len, ==, 2);
  g_assert_cmpint (((KdOrderLine *) g_ptr_array_index (after, 0))->quantity, ==, 5000);
  g_assert_cmpint (((KdOrderLine *) g_ptr_array_index (after, 0))->price, ==, 50000);
  kd_test_applies (shop, kd_test_transition (&id, ORDER, "placed"));
  kd_test_refused (shop, call, "order.not_draft");
}

static void
test_discard (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId id = make_order (shop, 1000, FALSE), placed = make_order (shop, 1000, TRUE);
  KdCall *call = kd_call_new_by_name ("order.discard");

  KD_ARGS_OF (call, KdOrderDiscardArgs)->id = id;
  kd_test_applies (shop, kd_call_copy (call));
  g_assert_null (kd_rows_get (shop->rows, &kd_kind_order, &id));
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_order_line), ==, 1);
  kd_test_applies (shop, kd_call_copy (call));
  KD_ARGS_OF (call, KdOrderDiscardArgs)->id = placed;
  kd_test_refused (shop, call, "order.not_draft");
}

void
kd_test_add_order_mutations (void)
{
  g_test_add_func ("/mutations/order/effective-price", test_effective_price);
  g_test_add_func ("/mutations/order/draft", test_draft);
  g_test_add_func ("/mutations/order/bad-lines", test_bad_lines);
  g_test_add_func ("/mutations/order/device-waits", test_device_waits);
  g_test_add_func ("/mutations/order/reserve", test_reserve);
  g_test_add_func ("/mutations/order/oversold", test_oversold);
  g_test_add_func ("/mutations/order/policy", test_policy);
  g_test_add_func ("/mutations/order/fulfilment", test_fulfilment);
  g_test_add_func ("/mutations/order/cash-on-delivery", test_cash_on_delivery);
  g_test_add_func ("/mutations/order/deduct-at-payment", test_deduct_at_payment);
  g_test_add_func ("/mutations/order/payments", test_payments);
  g_test_add_func ("/mutations/order/race", test_race);
  g_test_add_func ("/mutations/order/update", test_update);
  g_test_add_func ("/mutations/order/set-lines", test_set_lines);
  g_test_add_func ("/mutations/order/discard", test_discard);
}
