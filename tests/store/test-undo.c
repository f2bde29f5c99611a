/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include "kd-store-private.h"

#include <string.h>

/* Undo and redo over the whole log: what was done and taken back leaves nothing. */

#define ROUNDS 8
#define STEPS 25

/* The rows alone, without the log of operations and without what stays of an outbox. */
static void
same (const char *before,
      const char *after)
{
  if (strcmp (before, after) != 0)
    {
      g_auto (GStrv) a = g_strsplit (before, "\n", -1), b = g_strsplit (after, "\n", -1);

      for (guint i = 0; a[i] != NULL || b[i] != NULL; i++)
        if (g_strcmp0 (a[i], b[i]) != 0)
          g_error ("before: %s\nafter:  %s", a[i] != NULL ? a[i] : "", b[i] != NULL ? b[i] : "");
    }
}

static void
test_product (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (1);
  g_autofree char *empty = kd_test_dump (self, FALSE), *made = NULL, *now = NULL;
  KdId id = kd_test_add_product (self, "Kopi", "K", 1000, 5000);

  made = kd_test_dump (self, FALSE);
  kd_test_done (self, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh\",\"price\":2000}}", kd_test_id (&id)));
  g_assert_true (kd_test_undo (self));
  now = kd_test_dump (self, FALSE);
  same (made, now);
  g_assert_true (kd_test_undo (self));
  g_free (now);
  now = kd_test_dump (self, FALSE);
  same (empty, now);
  /* nothing waits that has no effect: it was never sent */
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM outbox WHERE name LIKE 'product%'"), ==, 0);
  g_assert_true (kd_test_redo (self));
  g_free (now);
  now = kd_test_dump (self, FALSE);
  g_assert_nonnull (strstr (now, "Kopi"));
  kd_test_check_search (self);
}

/* Redo is gone once something new was done. */
static void
test_redo_ends (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (2);

  kd_test_add_product (self, "Kopi", NULL, 1000, 0);
  g_assert_true (kd_test_undo (self));
  kd_test_add_product (self, "Teh", NULL, 1000, 0);
  g_assert_false (kd_test_redo (self));
}

/* What another operation has changed since is left, and told. */
static void
test_left (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  KdId id = kd_test_add_product (self, "Kopi", NULL, 1000, 0);
  g_autoptr (KdCommit) first = NULL;
  g_autofree char *dump = NULL;

  first = kd_test_commit (self, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Satu\",\"brand\":\"A\"}}",
                                              kd_test_id (&id)));
  kd_test_done (self, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Dua\"}}", kd_test_id (&id)));
  {
    g_autoptr (KdCommit) undone = kd_test_undo_operation (self, &first->operation);

    g_assert_cmpuint (undone->n_left, ==, 1);
    g_assert_cmpstr (undone->label, ==, "Test");
  }
  dump = kd_test_dump (self, FALSE);
  g_assert_nonnull (strstr (dump, "Dua"));
  g_assert_null (strstr (dump, "\"brand\":\"A\""));
}

/* Whether the last operation can be taken back: some of what it did may be for good. */
static gboolean
can_undo_last (KdTestStore *self)
{
  return kd_test_number (self, "SELECT EXISTS(SELECT 1 FROM operation_step WHERE inverse IS NOT NULL AND operation="
                               "(SELECT id FROM operation ORDER BY rowid DESC LIMIT 1))") != 0;
}

/* Random work, then everything taken back, last first. */
static void
test_random (void)
{
  for (guint64 seed = 1; seed <= ROUNDS; seed++)
    {
      g_autoptr (TestShop) shop = test_shop_new (seed);
      g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
      guint n;

      g_ptr_array_add (states, kd_test_dump (shop->store, FALSE));
      for (guint i = 0; i < STEPS; i++)
        if (test_shop_local_step (shop))
          {
            if (!can_undo_last (shop->store))
              g_ptr_array_set_size (states, 0);
            g_ptr_array_add (states, kd_test_dump (shop->store, FALSE));
          }
      n = states->len - 1;
      for (guint i = n; i-- > 0;)
        {
          g_autofree char *now = NULL;

          g_assert_true (kd_test_undo (shop->store));
          now = kd_test_dump (shop->store, FALSE);
          same (g_ptr_array_index (states, i), now);
        }
      kd_test_check_search (shop->store);
    }
}

/* What a person sees: a redo is new work with ids and movements of its own. */
static char *
seen (KdTestStore *self)
{
  g_autoptr (KdListQuery) products = kd_list_query_new (KD_LIST_PRODUCTS), orders = kd_list_query_new (KD_LIST_ORDERS);
  g_autofree char *a = NULL, *b = NULL;

  products->status = KD_PRODUCT_ACTIVE;
  orders->order = KD_ORDER_BY_NAME; /* a redone order is made again, later */
  a = test_list_names (self, products);
  b = test_list_names (self, orders);
  return g_strdup_printf ("%s\n%s\n%d %d", a, b, (int) kd_test_number (self, "SELECT sum(on_hand) FROM stock_level"),
                          (int) kd_test_number (self, "SELECT sum(reserved) FROM stock_level"));
}

/* Every undo is itself undone by the next redo. */
static void
test_there_and_back (void)
{
  for (guint64 seed = 50; seed < 50 + ROUNDS; seed++)
    {
      g_autoptr (TestShop) shop = test_shop_new (seed);
      g_autofree char *before = NULL, *after = NULL;
      guint n = 0;

      for (guint i = 0; i < STEPS; i++)
        if (test_shop_local_step (shop))
          n = can_undo_last (shop->store) ? n + 1 : 0;
      before = seen (shop->store);
      for (guint i = 0; i < n; i++)
        g_assert_true (kd_test_undo (shop->store));
      for (guint i = 0; i < n; i++)
        g_assert_true (kd_test_redo (shop->store));
      after = seen (shop->store);
      same (before, after);
    }
}

void
test_undo_add (void)
{
  g_test_add_func ("/undo/product", test_product);
  g_test_add_func ("/undo/redo-ends", test_redo_ends);
  g_test_add_func ("/undo/left", test_left);
  g_test_add_func ("/undo/random", test_random);
  g_test_add_func ("/undo/there-and-back", test_there_and_back);
}
