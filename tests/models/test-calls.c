/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

#include "kd-wire-call.h"

/* Every maker gives a call whose arguments keep their limits and come through the wire unchanged. */

static void
check (KdCall *made)
{
  g_autoptr (KdCall) call = made, back = NULL;
  g_autofree char *args = NULL, *again = NULL;
  g_auto (KdOutcome) outcome = { 0 };
  GError *error = NULL;

  g_assert_nonnull (call);
  if (!kd_mutation_check_args (call->mutation, call->args, &outcome))
    g_error ("%s: %s", call->mutation->name, outcome.code);
  args = kd_wire_call_to_args (call);
  back = kd_wire_call_parse (call->mutation->name, call->mutation->version, args, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  again = kd_wire_call_to_args (back);
  g_assert_cmpstr (args, ==, again);
}

static KdId
some_id (void)
{
  static guint8 n;
  guint8 random[10] = { 0 };

  random[9] = ++n;
  return kd_id_make (KD_TEST_NOW, random);
}

static void
test_catalog (void)
{
  KdId a = some_id (), b = some_id ();
  g_autoptr (KdRecord) shown = kd_record_new (&kd_kind_product), wanted = NULL;
  KdMedia media = { .parent.id = a, .product = b, .mime = (char *) "image/png", .name = (char *) "x", .size = 10,
                    .width = 1, .height = 2, .blob.b[0] = 7 };
  KdCall *save = kd_call_product_save (&a), *rows = kd_call_rows_new ();
  KdPartial *set = kd_partial_new (&kd_kind_product);

  shown->id = a;
  ((KdProduct *) shown)->name = g_strdup ("A");
  wanted = kd_record_copy (shown);
  g_assert_null (kd_call_patch_between (shown, wanted));
  ((KdProduct *) wanted)->price = 500;
  check (kd_call_patch_between (shown, wanted));
  check (kd_call_delete (&kd_kind_category, &a));
  kd_product_item_add_variant (kd_call_product_item (save), &b)->opening = 1000;
  kd_product_item_add_option (kd_call_product_item (save), &b);
  check (save);
  *(gint64 *) kd_partial_field (set, "price") = 1;
  kd_call_rows_add (rows, &kd_kind_product, &a, set, NULL);
  g_assert_cmpuint (kd_call_rows_count (rows), ==, 1);
  check (rows);
  check (kd_call_product_delete (&a));
  check (kd_call_stock_adjust (&a, &b, -1000, KD_MOVE_DAMAGE, "pecah"));
  check (kd_call_stock_count (&a, &b, 5000, 4000, NULL));
  check (kd_call_media_add (&media));
  check (kd_call_media_update (&a, "b", "alt"));
  check (kd_call_media_remove (&a));
  check (kd_call_conflict_settle (&a, KD_CONFLICT_USED));
  check (kd_call_task_done (&a));
}

static void
test_chat (void)
{
  KdId a = some_id (), b = some_id (), c = some_id ();
  KdConversation conversation = { .parent.id = a, .contact = b };
  KdContact contact = { .parent.id = a, .phone = (char *) "+628123456789" };

  check (kd_call_conversation_start (&a, &b, KD_CHANNEL_STAFF));
  check (kd_call_message_text (&a, &b, "halo", &c));
  check (kd_call_message_note (&a, &b, "catatan"));
  check (kd_call_message_product (&a, &b, &c, NULL));
  check (kd_call_message_order (&a, &b, &c, NULL));
  check (kd_call_message_image (&a, &b, &c, NULL));
  check (kd_call_conversation_seen (&a, KD_TEST_NOW));
  check (kd_call_conversation_set_state (&conversation, KD_CONVERSATION_RESOLVED));
  check (kd_call_conversation_assign (&conversation, &b));
  check (kd_call_contact_verify (&contact, TRUE));
}

static void
test_orders (void)
{
  KdId a = some_id (), b = some_id ();
  const guint8 random[16] = { 1, 2, 3 };
  KdOrder order = { .parent.id = a, .name = (char *) "Sari" };
  KdPayment payment = { .parent.id = a, .order = b, .amount = 100 };
  g_autoptr (KdRecord) shown = kd_record_new (&kd_kind_order), wanted = NULL;
  KdCall *create = kd_call_order_create (&a, random), *lines = kd_call_order_set_lines (&a, NULL);

  kd_call_order_add_line (create, &b, NULL, 1000, KD_EMPTY);
  kd_call_order_add_line (create, NULL, "Ongkos bungkus", 1000, 2000);
  g_assert_cmpuint (kd_call_order_args (create)->lines->len, ==, 2);
  check (create);
  kd_call_order_set_lines_add (lines, &a, &b, NULL, 2000, KD_EMPTY);
  check (lines);
  check (kd_call_order_discard (&a));
  check (kd_call_order_place (&order, NULL, TRUE));
  check (kd_call_order_transition (&order, KD_MACHINE_ORDER, KD_ORDER_CANCELLED, "batal"));
  check (kd_call_order_ship (&order, "JNE", "777", FALSE));
  shown->id = a;
  wanted = kd_record_copy (shown);
  g_assert_null (kd_call_order_update ((KdOrder *) shown, (KdOrder *) wanted));
  ((KdOrder *) wanted)->on_hold = TRUE;
  check (kd_call_order_update ((KdOrder *) shown, (KdOrder *) wanted));
  check (kd_call_payment_record (&a, &b, 500, KD_METHOD_CASH, "x"));
  check (kd_call_payment_reverse (&b, &payment));
}

void
test_calls_add (void)
{
  g_test_add_func ("/calls/catalog", test_catalog);
  g_test_add_func ("/calls/chat", test_chat);
  g_test_add_func ("/calls/orders", test_orders);
}
