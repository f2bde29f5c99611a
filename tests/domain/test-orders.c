/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-order-machine.h"
#include "kd-order-totals.h"
#include "kd-time.h"

#include <string.h>

/* The moves as the rules name them; everything else is refused. */
static const char *const moves[] = {
  "order draft placed", "order placed done", "order draft cancelled", "order placed cancelled",
  "payment unpaid partly_paid", "payment unpaid paid", "payment partly_paid paid",
  "payment paid partly_refunded", "payment paid refunded", "payment partly_paid partly_refunded",
  "payment partly_paid refunded", "payment partly_refunded refunded",
  "fulfilment unfulfilled packed", "fulfilment packed unfulfilled", "fulfilment packed ready_to_ship",
  "fulfilment ready_to_ship shipped", "fulfilment shipped delivered",
  "fulfilment shipped delivery_failed", "fulfilment delivery_failed shipped",
  "fulfilment delivery_failed returned", "fulfilment delivered returned", NULL
};

static void
test_tables (void)
{
  guint allowed = 0;

  for (guint m = 0; m < KD_N_MACHINES; m++)
    {
      int n = (int) kd_machine_n_states (m);
      KdMachine back;

      g_assert_true (kd_machine_from_text (kd_machine_to_text (m), &back));
      g_assert_cmpint (back, ==, m);
      for (int from = 0; from < n; from++)
        for (int to = 0; to < n; to++)
          {
            g_autofree char *move =
              g_strdup_printf ("%s %s %s", kd_machine_to_text (m),
                               kd_machine_state_to_text (m, from), kd_machine_state_to_text (m, to));
            const char *reason = NULL;

            g_assert_cmpint (kd_machine_state_from_text (m, kd_machine_state_to_text (m, from)), ==,
                             from);
            g_assert_cmpint (kd_machine_allows (m, from, to, &reason), ==,
                             g_strv_contains (moves, move));
            allowed += reason == NULL;
          }
      /* A state that a newer version brought is no way out. */
      g_assert_false (kd_machine_allows (m, KD_ENUM_UNKNOWN, 0, NULL));
      g_assert_false (kd_machine_allows (m, 0, KD_ENUM_UNKNOWN, NULL));
      g_assert_false (kd_machine_allows (m, 0, -1, NULL));
    }
  g_assert_cmpuint (allowed, ==, G_N_ELEMENTS (moves) - 1);
}

static void
test_reasons (void)
{
  const char *reason;

  kd_machine_allows (KD_MACHINE_ORDER, KD_ORDER_DONE, KD_ORDER_PLACED, &reason);
  g_assert_cmpstr (reason, ==, "state.final");
  kd_machine_allows (KD_MACHINE_ORDER, KD_ORDER_DRAFT, KD_ORDER_DONE, &reason);
  g_assert_cmpstr (reason, ==, "state.not_allowed");
  kd_machine_allows (KD_MACHINE_ORDER, KD_ORDER_DRAFT, KD_ORDER_DRAFT, &reason);
  g_assert_cmpstr (reason, ==, "state.same");
  kd_machine_allows (KD_MACHINE_ORDER, KD_ORDER_DRAFT, 99, &reason);
  g_assert_cmpstr (reason, ==, "state.unknown");
}

typedef struct
{
  int state, payment, fulfilment, method;
  gboolean on_hold;
  KdMachine machine;
  int to;
  const char *code; /* NULL: allowed */
} Guard;

static const Guard guards[] = {
  { KD_ORDER_DRAFT, 0, 0, 0, 0, KD_MACHINE_ORDER, KD_ORDER_PLACED, NULL },
  { KD_ORDER_DRAFT, 0, 0, 0, TRUE, KD_MACHINE_ORDER, KD_ORDER_PLACED, "order.on_hold" },
  { KD_ORDER_DRAFT, 0, 0, 0, 0, KD_MACHINE_FULFILMENT, KD_FULFILMENT_PACKED, "order.not_placed" },
  { KD_ORDER_DRAFT, 0, 0, 0, 0, KD_MACHINE_PAYMENT, KD_PAYMENT_PAID, "order.not_placed" },
  { KD_ORDER_PLACED, 0, 0, KD_METHOD_TRANSFER, 0, KD_MACHINE_FULFILMENT, KD_FULFILMENT_PACKED,
    "order.not_paid" },
  { KD_ORDER_PLACED, KD_PAYMENT_PARTLY_PAID, 0, KD_METHOD_TRANSFER, 0, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_PACKED, "order.not_paid" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, 0, KD_METHOD_TRANSFER, 0, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_PACKED, NULL },
  { KD_ORDER_PLACED, KD_PAYMENT_PARTLY_REFUNDED, 0, 0, 0, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_PACKED, NULL },
  { KD_ORDER_PLACED, 0, 0, KD_METHOD_COD, 0, KD_MACHINE_FULFILMENT, KD_FULFILMENT_PACKED, NULL },
  { KD_ORDER_PLACED, KD_PAYMENT_REFUNDED, 0, KD_METHOD_COD, 0, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_PACKED, "order.refunded" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, 0, 0, TRUE, KD_MACHINE_FULFILMENT, KD_FULFILMENT_PACKED,
    "order.on_hold" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_PACKED, 0, TRUE, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_UNFULFILLED, NULL },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_READY_TO_SHIP, 0, TRUE, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_SHIPPED, "order.on_hold" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_SHIPPED, 0, TRUE, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_DELIVERED, NULL },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_PACKED, 0, 0, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_SHIPPED, "state.not_allowed" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_READY_TO_SHIP, 0, 0, KD_MACHINE_ORDER,
    KD_ORDER_CANCELLED, NULL },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_SHIPPED, 0, 0, KD_MACHINE_ORDER,
    KD_ORDER_CANCELLED, "order.shipped" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, 0, 0, TRUE, KD_MACHINE_ORDER, KD_ORDER_CANCELLED, NULL },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_SHIPPED, 0, 0, KD_MACHINE_ORDER, KD_ORDER_DONE,
    "order.not_delivered" },
  { KD_ORDER_PLACED, 0, KD_FULFILMENT_DELIVERED, KD_METHOD_COD, 0, KD_MACHINE_ORDER, KD_ORDER_DONE,
    "order.not_paid" },
  { KD_ORDER_PLACED, KD_PAYMENT_PAID, KD_FULFILMENT_DELIVERED, 0, 0, KD_MACHINE_ORDER,
    KD_ORDER_DONE, NULL },
  { KD_ORDER_DONE, KD_PAYMENT_PAID, KD_FULFILMENT_DELIVERED, 0, 0, KD_MACHINE_FULFILMENT,
    KD_FULFILMENT_RETURNED, NULL },
  { KD_ORDER_DONE, KD_PAYMENT_PAID, KD_FULFILMENT_DELIVERED, 0, 0, KD_MACHINE_PAYMENT,
    KD_PAYMENT_REFUNDED, NULL },
  { KD_ORDER_CANCELLED, KD_PAYMENT_PAID, 0, 0, 0, KD_MACHINE_FULFILMENT, KD_FULFILMENT_PACKED,
    "order.cancelled" },
  { KD_ORDER_CANCELLED, KD_PAYMENT_PAID, 0, 0, 0, KD_MACHINE_PAYMENT, KD_PAYMENT_REFUNDED, NULL },
  { KD_ORDER_CANCELLED, 0, 0, 0, 0, KD_MACHINE_PAYMENT, KD_PAYMENT_PAID, "order.cancelled" },
};

static void
test_guards (void)
{
  const KdOrderFacts facts = { .n_lines = 1 }, empty = { 0 };
  KdOrder draft = { .state = KD_ORDER_DRAFT };
  const char *code = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (guards); i++)
    {
      const Guard *guard = &guards[i];
      KdOrder order = { .state = guard->state, .payment = guard->payment,
                        .fulfilment = guard->fulfilment, .method = guard->method,
                        .on_hold = guard->on_hold };

      code = NULL;
      g_assert_cmpint (kd_order_may (&order, &facts, guard->machine, guard->to, &code), ==,
                       guard->code == NULL);
      g_assert_cmpstr (code, ==, guard->code);
    }
  g_assert_false (kd_order_may (&draft, &empty, KD_MACHINE_ORDER, KD_ORDER_PLACED, &code));
  g_assert_cmpstr (code, ==, "order.empty");
  g_assert_true (kd_order_may (&draft, NULL, KD_MACHINE_ORDER, KD_ORDER_PLACED, NULL));
}

static void
test_payment_state (void)
{
  static const struct
  {
    gint64 total, received, refunded;
    KdPaymentState state;
  } cases[] = {
    { 100, 0, 0, KD_PAYMENT_UNPAID },       { 100, 99, 0, KD_PAYMENT_PARTLY_PAID },
    { 100, 100, 0, KD_PAYMENT_PAID },       { 100, 150, 0, KD_PAYMENT_PAID },
    { 0, 0, 0, KD_PAYMENT_PAID },           { 100, 100, 1, KD_PAYMENT_PARTLY_REFUNDED },
    { 100, 100, 100, KD_PAYMENT_REFUNDED }, { 100, 40, 40, KD_PAYMENT_REFUNDED },
    { 100, 40, 10, KD_PAYMENT_PARTLY_REFUNDED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KdOrderFacts facts = { 1, cases[i].total, cases[i].received, cases[i].refunded };

      g_assert_cmpint (kd_order_payment_state (&facts), ==, cases[i].state);
    }
}

static void
test_stages (void)
{
  static const struct
  {
    KdOrder order;
    const char *stage;
  } cases[] = {
    { { .state = KD_ORDER_DRAFT, .on_hold = TRUE }, "draft" },
    { { .state = KD_ORDER_PLACED }, "awaiting_payment" },
    { { .state = KD_ORDER_PLACED, .payment = KD_PAYMENT_PARTLY_PAID }, "awaiting_payment" },
    { { .state = KD_ORDER_PLACED, .payment = KD_PAYMENT_PAID }, "paid" },
    { { .state = KD_ORDER_PLACED, .method = KD_METHOD_COD }, "packing" },
    { { .state = KD_ORDER_PLACED, .payment = KD_PAYMENT_PAID, .fulfilment = KD_FULFILMENT_PACKED },
      "packing" },
    { { .state = KD_ORDER_PLACED, .fulfilment = KD_FULFILMENT_READY_TO_SHIP }, "ready_to_ship" },
    { { .state = KD_ORDER_PLACED, .fulfilment = KD_FULFILMENT_READY_TO_SHIP, .on_hold = TRUE },
      "on_hold" },
    { { .state = KD_ORDER_PLACED, .cancel_requested = TRUE, .on_hold = TRUE }, "cancel_requested" },
    { { .state = KD_ORDER_PLACED, .fulfilment = KD_FULFILMENT_SHIPPED, .on_hold = TRUE,
        .cancel_requested = TRUE }, "shipped" },
    { { .state = KD_ORDER_PLACED, .fulfilment = KD_FULFILMENT_DELIVERED }, "delivered" },
    { { .state = KD_ORDER_PLACED, .fulfilment = KD_FULFILMENT_DELIVERY_FAILED }, "delivery_failed" },
    { { .state = KD_ORDER_DONE, .payment = KD_PAYMENT_PAID, .fulfilment = KD_FULFILMENT_DELIVERED },
      "completed" },
    { { .state = KD_ORDER_DONE, .payment = KD_PAYMENT_PAID, .fulfilment = KD_FULFILMENT_RETURNED },
      "returned" },
    { { .state = KD_ORDER_DONE, .payment = KD_PAYMENT_REFUNDED,
        .fulfilment = KD_FULFILMENT_RETURNED }, "refunded" },
    { { .state = KD_ORDER_CANCELLED, .payment = KD_PAYMENT_PAID }, "cancelled" },
    { { .state = KD_ORDER_CANCELLED, .payment = KD_PAYMENT_REFUNDED }, "refunded" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KdStage stage = kd_order_stage (&cases[i].order);

      g_assert_cmpstr (kd_stage_to_text (stage), ==, cases[i].stage);
      g_assert_cmpint (kd_stage_from_text (cases[i].stage), ==, stage);
    }
  g_assert_cmpint (kd_stage_from_text ("nowhere"), ==, -1);
}

static void
test_totals (void)
{
  KdOrder order = { .shipping_fee = 9000 };
  KdShopProfile shop = { .tax_mode = KD_TAX_PPN, .prices_include_tax = TRUE,
                         .timezone = (char *) "Asia/Jakarta" };
  KdOrderLine lines[] = { { .price = 15000, .quantity = 2000 }, { .price = 9999, .quantity = 500 } };
  KdPayment payments[] = { { .amount = 40000 }, { .amount = -1000 }, { .amount = 5000 } };
  g_autoptr (GPtrArray) line_array = g_ptr_array_new (), payment_array = g_ptr_array_new ();
  KdOrderTotals totals;
  KdOrderFacts facts;
  const char *code;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_ptr_array_add (line_array, &lines[i]);
  for (guint i = 0; i < G_N_ELEMENTS (payments); i++)
    g_ptr_array_add (payment_array, &payments[i]);
  g_assert_true (kd_order_totals (&order, line_array, payment_array, NULL, &totals, &code));
  g_assert_cmpuint (totals.n_lines, ==, 2);
  g_assert_cmpint (totals.quantity, ==, 2500);
  g_assert_cmpint (totals.goods, ==, 35000);
  g_assert_cmpint (totals.tax, ==, 0);
  g_assert_cmpint (totals.total, ==, 44000);
  g_assert_cmpint (totals.received, ==, 45000);
  g_assert_cmpint (totals.refunded, ==, 1000);
  g_assert_cmpint (totals.due, ==, 0);
  facts = kd_order_totals_get_facts (&totals);
  g_assert_cmpint (facts.total, ==, 44000);

  g_assert_true (kd_time_parse ("2024-12-31T16:59:59Z", &order.placed));
  g_assert_true (kd_order_totals (&order, line_array, NULL, &shop, &totals, &code));
  g_assert_cmpint (totals.total, ==, 44000);
  g_assert_cmpint (totals.tax, ==, 2973 + 495);
  g_assert_cmpint (totals.subtotal + totals.tax + totals.shipping, ==, totals.total);
  g_assert_cmpint (totals.due, ==, 44000);
  shop.prices_include_tax = FALSE;
  g_assert_true (kd_order_totals (&order, line_array, NULL, &shop, &totals, &code));
  g_assert_cmpint (totals.tax, ==, 3300 + 550);
  g_assert_cmpint (totals.total, ==, 47850);

  lines[0].price = KD_MONEY_MAX;
  g_assert_false (kd_order_totals (&order, line_array, NULL, NULL, &totals, &code));
  g_assert_cmpstr (code, ==, "number.range");
  g_assert_true (kd_order_totals (&order, NULL, NULL, NULL, &totals, &code));
  g_assert_cmpint (totals.total, ==, 9000);
}

/* From any order that the moves can make, walking on never meets a state that the guard and the
 * stage don't know. */
static void
test_walks (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      KdOrder order = { .method = g_test_rand_int_range (0, 3) };
      KdOrderFacts facts = { .n_lines = 1, .total = 100 };

      for (guint step = 0; step < 30; step++)
        {
          KdMachine machine = (KdMachine) g_test_rand_int_range (0, KD_N_MACHINES);
          int to = g_test_rand_int_range (0, (int) kd_machine_n_states (machine));
          const char *code = NULL;

          order.on_hold = g_test_rand_int_range (0, 5) == 0;
          if (!kd_order_may (&order, &facts, machine, to, &code))
            {
              g_assert_nonnull (code);
              continue;
            }
          *(machine == KD_MACHINE_ORDER     ? &order.state
            : machine == KD_MACHINE_PAYMENT ? &order.payment
                                            : &order.fulfilment) = to;
          g_assert_nonnull (kd_stage_to_text (kd_order_stage (&order)));
          if (order.state == KD_ORDER_CANCELLED)
            g_assert_cmpint (order.fulfilment, <, KD_FULFILMENT_SHIPPED);
          if (order.state == KD_ORDER_DRAFT)
            g_assert_cmpint (order.payment + order.fulfilment, ==, 0);
        }
    }
}

void
kd_test_add_orders (void)
{
  g_test_add_func ("/orders/tables", test_tables);
  g_test_add_func ("/orders/reasons", test_reasons);
  g_test_add_func ("/orders/guards", test_guards);
  g_test_add_func ("/orders/payment-state", test_payment_state);
  g_test_add_func ("/orders/stages", test_stages);
  g_test_add_func ("/orders/totals", test_totals);
  g_test_add_func ("/orders/walks", test_walks);
}
