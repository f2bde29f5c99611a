/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"
#include "test-shop.h"

#include "kd-random-record.h"

/* Laws that hold whatever is done to orders, over random calls; what fails is repeated by its
 * seed. */

#define SEEDS 60
#define STEPS 60
#define ORDERS 5

typedef struct
{
  KdRandom random;
  KdId orders[ORDERS];      /* the last ones */
  guint n;
} Play;

static const KdId *
some_order (Play *play)
{
  return &play->orders[kd_random_below (&play->random, ORDERS)];
}

static const KdId *
some_variant (Play *play,
              KdTestShop *shop)
{
  switch (kd_random_below (&play->random, 3))
    {
    case 0:
      return &shop->shirt_m;
    case 1:
      return &shop->rice_kg;
    default:
      return &shop->draft_one;
    }
}

static KdCall *
random_create (Play *play,
               KdTestShop *shop)
{
  KdId id = kd_test_id (shop);
  KdCall *call = kd_test_order_create (shop, &id, kd_random_below (&play->random, 2));
  guint n = 1 + kd_random_below (&play->random, 3);

  KD_ARGS_OF (call, KdOrderCreateArgs)->method = (int) kd_random_below (&play->random, 3);
  for (guint i = 0; i < n; i++)
    kd_test_add_line (call, some_variant (play, shop), 1 + kd_random_below (&play->random, 5000),
                      kd_random_below (&play->random, 2) ? KD_EMPTY : 1000);
  play->orders[play->n++ % ORDERS] = id;
  return call;
}

static KdCall *
random_lines (Play *play,
              KdTestShop *shop)
{
  const KdId *id = some_order (play);
  KdOrderLine like = { .order = *id };
  g_autoptr (GPtrArray) lines
    = kd_rows_scan (shop->rows, &kd_kind_order_line, "order", &like.parent, 1, 0);
  KdCall *call = kd_call_new_by_name ("order.set_lines");
  KdOrderLinesArgs *args = call->args;
  KdOrderLineArgs *line;

  args->id = *id;
  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *old = g_ptr_array_index (lines, i);

      *kd_line_seen_args_add (&args->lines_seen)
        = (KdLineSeenArgs){ old->parent.id, old->price, old->quantity };
      if (kd_random_below (&play->random, 3) == 0)
        continue;
      line = kd_order_line_args_add (&args->lines);
      line->line = old->parent.id;
      line->quantity = 1 + kd_random_below (&play->random, 4000);
    }
  line = kd_order_line_args_add (&args->lines);
  line->variant = *some_variant (play, shop);
  line->quantity = 1 + kd_random_below (&play->random, 4000);
  return call;
}

static KdCall *
random_transition (Play *play)
{
  KdMachine machine = kd_random_below (&play->random, 4) == 0 ? KD_MACHINE_ORDER : KD_MACHINE_FULFILMENT;
  int to = (int) kd_random_below (&play->random, kd_machine_n_states (machine));

  return kd_test_transition (some_order (play), machine, kd_machine_state_to_text (machine, to));
}

static KdCall *
random_update (Play *play)
{
  KdCall *call = kd_call_new_by_name ("order.update");
  KdOrderUpdateArgs *args = call->args;

  args->id = *some_order (play);
  args->set = kd_partial_new (&kd_kind_order);
  *(gint64 *) kd_partial_field (args->set, "shipping_fee") = kd_random_below (&play->random, 20000);
  if (kd_random_below (&play->random, 4) == 0)
    *(gboolean *) kd_partial_field (args->set, "on_hold") = kd_random_below (&play->random, 2);
  return call;
}

static KdCall *
random_call (Play *play,
             KdTestShop *shop)
{
  KdCall *call;

  switch (kd_random_below (&play->random, 10))
    {
    case 0:
      return random_create (play, shop);
    case 1:
      return random_lines (play, shop);
    case 2:
      return kd_test_place (shop, some_order (play));
    case 3:
    case 4:
      return kd_test_payment (shop, some_order (play),
                              (gint64) kd_random_below (&play->random, 400000) - 50000);
    case 5:
      return random_update (play);
    case 6:
      call = kd_call_new_by_name ("order.discard");
      KD_ARGS_OF (call, KdOrderDiscardArgs)->id = *some_order (play);
      return call;
    default:
      return random_transition (play);
    }
}

static Play
start (KdTestShop *shop,
       guint seed)
{
  Play play = { .random = KD_RANDOM (seed) };

  if (seed % 3 == 0)
    {
      KdShopProfile *profile
        = (KdShopProfile *) kd_record_copy (kd_rows_get (shop->rows, &kd_kind_shop_profile, &shop->shop));

      profile->deduct_at = KD_DEDUCT_AT_PAYMENT;
      kd_rows_put (shop->rows, &profile->parent);
    }
  for (guint i = 0; i < ORDERS; i++)
    kd_test_applies (shop, random_create (&play, shop));
  return play;
}

/* What is on the shelf and what is held, over all variants. */
static void
assert_same_stock (KdTestShop *a,
                   KdTestShop *b)
{
  const KdId *variants[] = { &a->shirt_m, &a->rice_kg, &a->draft_one };

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_assert_cmpint (kd_test_on_hand (a, variants[i]), ==, kd_test_on_hand (b, variants[i]));
      g_assert_cmpint (kd_test_reserved (a, variants[i]), ==, kd_test_reserved (b, variants[i]));
    }
}

/* Lines by their values: what was taken out came back under another id. */
static void
assert_same_lines (KdTestShop *a,
                   KdTestShop *b,
                   const KdId *order)
{
  KdOrderLine like = { .order = *order };
  g_autoptr (GPtrArray) x = kd_rows_scan (a->rows, &kd_kind_order_line, "order", &like.parent, 1, 0);
  g_autoptr (GPtrArray) y = kd_rows_scan (b->rows, &kd_kind_order_line, "order", &like.parent, 1, 0);

  g_assert_cmpuint (x->len, ==, y->len);
  for (guint i = 0; i < x->len; i++)
    {
      g_autoptr (KdRecord) one = kd_record_copy (g_ptr_array_index (x, i));
      KdRecord *other = g_ptr_array_index (y, i);

      ((KdOrderLine *) one)->op = ((KdOrderLine *) other)->op;
      one->id = other->id;
      g_assert_true (kd_record_equal (one, other));
    }
}

/* What it does and what takes it back leave the stock as it was. Whether there was an inverse. */
static gboolean
assert_taken_back (KdTestShop *shop,
                   const KdCall *call)
{
  g_autoptr (KdTestShop) trial = kd_test_shop_copy (shop);
  g_autoptr (GPtrArray) inverse = kd_test_inverse (trial, call);
  g_auto (KdOutcome) outcome;

  if (inverse->len == 0 || !kd_test_run (trial, call, &outcome))
    return FALSE;
  for (guint i = 0; i < inverse->len; i++)
    {
      const KdCall *back = g_ptr_array_index (inverse, i);
      g_auto (KdOutcome) undone;

      if (!kd_test_run (trial, back, &undone))
        {
          /* Corrected once, or made good by what the state forbids by now. */
          g_assert_cmpstr (undone.code, !=, "bad_field");
          g_assert_cmpstr (undone.code, !=, "row.gone");
          return FALSE;
        }
    }
  kd_test_assert_ledger (trial);
  assert_same_stock (shop, trial);
  if (g_str_equal (call->mutation->name, "order.update"))
    g_assert_true (kd_memory_rows_equal (shop->memory, trial->memory));
  if (g_str_equal (call->mutation->name, "order.set_lines"))
    assert_same_lines (shop, trial, &KD_ARGS_OF (call, KdOrderLinesArgs)->id);
  return TRUE;
}

static void
test_ledger (void)
{
  for (guint seed = 1; seed <= SEEDS; seed++)
    {
      g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
      Play play = start (shop, seed);
      guint done = 0, undone = 0;

      g_test_message ("seed %u", seed);
      for (guint step = 0; step < STEPS; step++)
        {
          g_autoptr (KdCall) call = random_call (&play, shop);
          g_auto (KdOutcome) outcome;

          undone += assert_taken_back (shop, call);
          done += kd_test_run (shop, call, &outcome);
          kd_test_assert_ledger (shop);
        }
      g_assert_cmpuint (done, >, STEPS / 6);
      g_assert_cmpuint (undone, >, STEPS / 10);
    }
}

static void
drop_tasks (KdTestShop *shop)
{
  KdTask like = { 0 };
  g_autoptr (GPtrArray) tasks = kd_rows_scan (shop->rows, &kd_kind_task, "state", &like.parent, 0, 0);

  for (guint i = 0; i < tasks->len; i++)
    {
      KdId id = ((KdRecord *) g_ptr_array_index (tasks, i))->id;
      kd_rows_remove (shop->rows, &kd_kind_task, &id);
    }
}

/* Device and server write the same rows; tasks are the server's alone. */
static void
test_sides (void)
{
  for (guint seed = 1; seed <= SEEDS; seed++)
    {
      g_autoptr (KdTestShop) server = kd_test_shop_new (KD_SIDE_SERVER);
      g_autoptr (KdTestShop) device = kd_test_shop_new (KD_SIDE_DEVICE);
      Play play = start (server, seed);

      start (device, seed);
      g_test_message ("seed %u", seed);
      for (guint step = 0; step < STEPS; step++)
        {
          g_autoptr (KdCall) call = random_call (&play, server);
          g_auto (KdOutcome) here;
          g_auto (KdOutcome) there;

          device->n = server->n;
          g_assert_true (kd_test_run (server, call, &there) == kd_test_run (device, call, &here));
          if (there.status == KD_REFUSED)
            g_assert_cmpstr (there.code, ==, here.code);
        }
      g_assert_cmpuint (kd_memory_rows_count (device->memory, &kd_kind_task), ==, 0);
      drop_tasks (server);
      g_assert_true (kd_memory_rows_equal (server->memory, device->memory));
    }
}

void
kd_test_add_order_laws (void)
{
  g_test_add_func ("/mutations/order/laws/ledger", test_ledger);
  g_test_add_func ("/mutations/order/laws/sides", test_sides);
}
