/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-shop.h"

#include "kd-stock-ledger.h"

#include <string.h>

static const char *const letter = "A";

KdId
kd_test_id (KdTestShop *shop)
{
  guint8 random[10] = { 0 };

  shop->n++;
  memcpy (random, &shop->n, sizeof shop->n);
  return kd_id_make (KD_TEST_TIME + shop->n, random);
}

char *
kd_test_token (KdTestShop *shop)
{
  return g_strdup_printf ("%032x", ++shop->n);
}

static KdId
add_member (KdTestShop *shop,
            KdRole role,
            const char *name)
{
  KdId id = kd_test_id (shop);
  KdMember *member = (KdMember *) kd_record_new (&kd_kind_member);

  member->parent.id = id;
  member->name = g_strdup (name);
  member->role = role;
  kd_rows_put (shop->rows, &member->parent);
  return id;
}

static void
add_product (KdTestShop *shop,
             const char *name,
             KdProductStatus status,
             gint64 price,
             gint64 stock,
             KdId *ret_product,
             KdId *ret_variant)
{
  KdProduct *product = kd_product_new ();
  KdVariant *variant = kd_variant_new ();
  KdOutcome outcome;

  *ret_product = product->parent.id = kd_test_id (shop);
  product->name = g_strdup (name);
  product->status = status;
  product->price = price;
  *ret_variant = variant->parent.id = kd_test_id (shop);
  variant->product = *ret_product;
  variant->sku = g_strdup_printf ("SKU-%s", name);
  variant->by_weight = strcmp (name, "Beras") == 0;
  kd_rows_put (shop->rows, &product->parent);
  kd_rows_put (shop->rows, &variant->parent);

  kd_outcome_init (&outcome);
  shop->ctx.uid = kd_test_id (shop);
  g_assert_true (kd_stock_book (shop->rows, &shop->ctx, ret_variant, &shop->location, stock,
                                KD_MOVE_OPENING, NULL, NULL, "opening", &outcome));
}

static void
create_shop (KdTestShop *shop)
{
  KdCall *call = kd_call_new_by_name ("shop.create");
  KdShopCreateArgs *args = call->args;
  KdLocation like = { 0 };
  g_autoptr (GPtrArray) places = NULL;

  args->id = shop->shop = kd_test_id (shop);
  args->name = g_strdup ("Toko Melati");
  args->slug = g_strdup ("toko-melati");
  args->currency = g_strdup ("IDR");
  args->region = g_strdup ("ID");
  args->timezone = g_strdup ("Asia/Jakarta");
  args->language = g_strdup ("id");
  args->owner = shop->owner = kd_test_id (shop);
  args->owner_name = g_strdup ("Melati");
  args->location = g_strdup ("Utama");
  kd_test_as (shop, KD_ORIGIN_JOB);
  kd_test_applies (shop, call);
  places = kd_rows_scan (shop->rows, &kd_kind_location, "place", &like.parent, 0, 0);
  g_assert_cmpuint (places->len, ==, 1);
  shop->location = ((KdRecord *) g_ptr_array_index (places, 0))->id;
}

KdTestShop *
kd_test_shop_new (KdSide side)
{
  KdTestShop *shop = g_new0 (KdTestShop, 1);
  KdContact *contact;
  KdConversation *conversation;

  shop->memory = kd_memory_rows_new ();
  shop->rows = kd_memory_rows_get_rows (shop->memory);
  shop->ctx.currency = "IDR";
  shop->ctx.side = side;
  shop->ctx.accepted = shop->ctx.made = shop->ctx.edited = KD_TEST_TIME;
  create_shop (shop);
  shop->manager = add_member (shop, KD_ROLE_MANAGER, "Rina");
  shop->agent = add_member (shop, KD_ROLE_AGENT, "Dewi");
  shop->cashier = add_member (shop, KD_ROLE_CASHIER, "Budi");
  add_product (shop, "Kaos", KD_PRODUCT_ACTIVE, 50000, 10000, &shop->shirt, &shop->shirt_m);
  add_product (shop, "Beras", KD_PRODUCT_ACTIVE, 15000, 2500, &shop->rice, &shop->rice_kg);
  add_product (shop, "Topi", KD_PRODUCT_DRAFT, 9000, 5000, &shop->draft, &shop->draft_one);

  contact = (KdContact *) kd_record_new (&kd_kind_contact);
  shop->contact = contact->parent.id = kd_test_id (shop);
  contact->name = g_strdup ("Sari");
  kd_rows_put (shop->rows, &contact->parent);
  conversation = (KdConversation *) kd_record_new (&kd_kind_conversation);
  shop->conversation = conversation->parent.id = kd_test_id (shop);
  conversation->contact = shop->contact;
  kd_rows_put (shop->rows, &conversation->parent);
  kd_test_as_member (shop, &shop->owner);
  return shop;
}

KdTestShop *
kd_test_shop_copy (const KdTestShop *shop)
{
  KdTestShop *copy = g_memdup2 (shop, sizeof *shop);

  copy->memory = kd_memory_rows_copy (shop->memory);
  copy->rows = kd_memory_rows_get_rows (copy->memory);
  if (copy->ctx.actor.conversation != NULL)
    copy->ctx.actor.conversation = &copy->session;
  return copy;
}

void
kd_test_shop_free (KdTestShop *shop)
{
  kd_memory_rows_free (shop->memory);
  g_free (shop);
}

void
kd_test_as_member (KdTestShop *shop,
                   const KdId *user)
{
  const KdMember *member = (const KdMember *) kd_rows_get (shop->rows, &kd_kind_member, user);

  g_assert_nonnull (member);
  shop->ctx.actor = (KdActor){
    .type = KD_ACTOR_MEMBER,
    .id = *user,
    .origin = KD_ORIGIN_DEVICE,
    .role = member->role,
    .scopes = member->role == KD_ROLE_OWNER     ? KD_SCOPES_ALL
              : member->role == KD_ROLE_MANAGER ? 7
              : member->role == KD_ROLE_AGENT   ? 3
                                                : 1,
    .letter = letter,
  };
}

void
kd_test_as_buyer (KdTestShop *shop,
                  const KdId *contact,
                  const KdId *conversation)
{
  shop->ctx.actor = (KdActor){
    .type = KD_ACTOR_CONTACT,
    .id = contact != NULL ? *contact : KD_ID_NONE,
    .origin = KD_ORIGIN_BUYER,
    .scopes = 1,
  };
  if (conversation != NULL)
    {
      shop->session = *conversation;
      shop->ctx.actor.conversation = &shop->session;
    }
}

void
kd_test_as (KdTestShop *shop,
            KdOrigin origin)
{
  shop->ctx.actor = (KdActor){
    .type = origin == KD_ORIGIN_JOB ? KD_ACTOR_JOB : KD_ACTOR_CONNECTOR,
    .id = kd_test_id (shop),
    .origin = origin,
    .scopes = KD_SCOPES_ALL,
  };
}

static gboolean
run_inside (KdTestShop *shop,
            const KdCall *call,
            KdOutcome *outcome)
{
  return kd_mutation_may (call->mutation, shop->rows, &shop->ctx, call->args, outcome)
         && kd_mutation_check_args (call->mutation, call->args, outcome)
         && kd_mutation_apply (call->mutation, shop->rows, &shop->ctx, call->args, outcome);
}

gboolean
kd_test_run (KdTestShop *shop,
             const KdCall *call,
             KdOutcome *outcome)
{
  KdMemoryRows *before = shop->memory;
  gboolean done;

  shop->ctx.uid = kd_test_id (shop);
  shop->ctx.op = shop->ctx.uid;
  shop->ctx.accepted++;
  shop->ctx.made = shop->ctx.edited = shop->ctx.accepted;
  kd_outcome_init (outcome);
  shop->memory = kd_memory_rows_copy (before);
  shop->rows = kd_memory_rows_get_rows (shop->memory);
  done = run_inside (shop, call, outcome);
  if (!done)
    {
      KdMemoryRows *half = shop->memory;

      shop->memory = before;
      shop->rows = kd_memory_rows_get_rows (before);
      before = half;
    }
  kd_memory_rows_free (before);
  g_assert_true (done == (outcome->status == KD_APPLIED));
  return done;
}

void
kd_test_applies (KdTestShop *shop,
                 KdCall *call)
{
  g_auto (KdOutcome) outcome;

  g_test_message ("%s", call->mutation->name);
  kd_test_run (shop, call, &outcome);
  g_assert_cmpstr (outcome.code, ==, NULL);
  kd_call_free (call);
}

void
kd_test_refused (KdTestShop *shop,
                 KdCall *call,
                 const char *code)
{
  g_auto (KdOutcome) outcome;

  g_test_message ("%s", call->mutation->name);
  kd_test_run (shop, call, &outcome);
  g_assert_cmpstr (outcome.code, ==, code);
  kd_call_free (call);
}

GPtrArray *
kd_test_inverse (KdTestShop *shop,
                 const KdCall *call)
{
  KdContext ctx = shop->ctx;
  guint n = shop->n;

  /* The uid that the next run will have. */
  ctx.uid = kd_test_id (shop);
  ctx.op = ctx.uid;
  shop->n = n;
  return kd_mutation_inverse (call->mutation, shop->rows, &ctx, call->args);
}

const KdOrder *
kd_test_order (KdTestShop *shop,
               const KdId *id)
{
  const KdRecord *order = kd_rows_get (shop->rows, &kd_kind_order, id);

  g_assert_nonnull (order);
  return (const KdOrder *) order;
}

gint64
kd_test_available (KdTestShop *shop,
                   const KdId *variant)
{
  return kd_stock_available (shop->rows, variant, shop->ctx.accepted);
}

gint64
kd_test_on_hand (KdTestShop *shop,
                 const KdId *variant)
{
  const KdStockLevel *level = kd_stock_get_level (shop->rows, variant, &shop->location);
  return level != NULL ? level->on_hand : 0;
}

gint64
kd_test_reserved (KdTestShop *shop,
                  const KdId *variant)
{
  const KdStockLevel *level = kd_stock_get_level (shop->rows, variant, &shop->location);
  return level != NULL ? level->reserved : 0;
}

guint
kd_test_open_tasks (KdTestShop *shop,
                    KdTaskType type)
{
  KdTask like = { .state = KD_TASK_OPEN };
  g_autoptr (GPtrArray) tasks = kd_rows_scan (shop->rows, &kd_kind_task, "state", &like.parent, 1, 0);
  guint n = 0;

  for (guint i = 0; i < tasks->len; i++)
    n += ((KdTask *) g_ptr_array_index (tasks, i))->type == (int) type;
  return n;
}

static void
check_level (gpointer record,
             gpointer data)
{
  const KdStockLevel *level = record;
  KdTestShop *shop = data;
  KdStockMove move = { .variant = level->variant, .location = level->location };
  KdReservation held = { .variant = level->variant, .location = level->location };
  g_autoptr (GPtrArray) moves
    = kd_rows_scan (shop->rows, &kd_kind_stock_move, "variant", &move.parent, 2, 0);
  g_autoptr (GPtrArray) reservations
    = kd_rows_scan (shop->rows, &kd_kind_reservation, "variant", &held.parent, 2, 0);
  gint64 on_hand = 0, reserved = 0;

  for (guint i = 0; i < moves->len; i++)
    on_hand += ((KdStockMove *) g_ptr_array_index (moves, i))->quantity;
  for (guint i = 0; i < reservations->len; i++)
    reserved += ((KdReservation *) g_ptr_array_index (reservations, i))->quantity;
  g_assert_cmpint (level->on_hand, ==, on_hand);
  g_assert_cmpint (level->reserved, ==, reserved);
}

void
kd_test_assert_ledger (KdTestShop *shop)
{
  kd_memory_rows_foreach (shop->memory, &kd_kind_stock_level, check_level, shop);
}

KdCall *
kd_test_order_create (KdTestShop *shop,
                      const KdId *id,
                      gboolean place)
{
  KdCall *call = kd_call_new_by_name ("order.create");
  KdOrderCreateArgs *args = call->args;

  args->id = *id;
  args->token = kd_test_token (shop);
  args->place = place;
  return call;
}

void
kd_test_add_line (KdCall *create,
                  const KdId *variant,
                  gint64 quantity,
                  gint64 price)
{
  KdOrderLineArgs *line = kd_order_line_args_add (&((KdOrderCreateArgs *) create->args)->lines);

  line->variant = *variant;
  line->quantity = quantity;
  line->price = price;
}

KdCall *
kd_test_transition (const KdId *id,
                    KdMachine machine,
                    const char *to)
{
  KdCall *call = kd_call_new_by_name ("order.transition");
  KdOrderTransitionArgs *args = call->args;

  args->id = *id;
  args->machine = machine;
  args->to = g_strdup (to);
  return call;
}

KdCall *
kd_test_place (KdTestShop *shop,
               const KdId *id)
{
  KdOrderLine like = { .order = *id };
  g_autoptr (GPtrArray) lines
    = kd_rows_scan (shop->rows, &kd_kind_order_line, "order", &like.parent, 1, 0);
  KdCall *call = kd_call_new_by_name ("order.place");
  KdOrderPlaceArgs *args = call->args;

  args->id = *id;
  args->name = g_strdup ("Sari");
  args->phone = g_strdup ("+6281234567890");
  args->address = g_strdup ("Jl. Mawar 1\nBandung");
  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      KdLineSeenArgs *seen = kd_line_seen_args_add (&args->lines_seen);

      *seen = (KdLineSeenArgs){ line->parent.id, line->price, line->quantity };
    }
  return call;
}

KdCall *
kd_test_payment (KdTestShop *shop,
                 const KdId *order,
                 gint64 amount)
{
  KdCall *call = kd_call_new_by_name ("payment.record");
  KdPaymentRecordArgs *args = call->args;

  args->id = kd_test_id (shop);
  args->order = *order;
  args->amount = amount;
  return call;
}
