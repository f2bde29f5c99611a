/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

typedef struct
{
  const KdListQuery *query;
  guint limit;
} Ask;

static gpointer
read_rids (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  const Ask *ask = data;

  return kd_list_rids (store, connection, ask->query, ask->limit, error);
}

GArray *
test_list_rids (KdTestStore *self,
                const KdListQuery *query,
                guint limit)
{
  Ask ask = { query, limit };
  GError *error = NULL;
  GArray *rids = kd_store_read (self->store, read_rids, &ask, &error);

  g_assert_no_error (error);
  g_assert_nonnull (rids);
  return rids;
}

static gpointer
read_rows (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  const Ask *ask = data;
  g_autoptr (GArray) rids = kd_list_rids (store, connection, ask->query, 0, error);

  return rids == NULL ? NULL : kd_list_rows (store, connection, ask->query->kind, (gint64 *) rids->data, rids->len, error);
}

GPtrArray *
test_list_rows (KdTestStore *self,
                const KdListQuery *query)
{
  Ask ask = { query, 0 };
  GError *error = NULL;
  GPtrArray *rows = kd_store_read (self->store, read_rows, &ask, &error);

  g_assert_no_error (error);
  g_assert_nonnull (rows);
  return rows;
}

char *
test_list_names (KdTestStore *self,
                 const KdListQuery *query)
{
  g_autoptr (GPtrArray) rows = test_list_rows (self, query);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      gpointer row = g_ptr_array_index (rows, i);
      const char *name = query->kind == KD_LIST_PRODUCTS ? ((KdProductRow *) row)->name
                         : query->kind == KD_LIST_ORDERS ? ((KdOrderRow *) row)->name
                         : query->kind == KD_LIST_CONTACTS ? ((KdContactRow *) row)->name
                                                           : ((KdConversationRow *) row)->name;

      g_string_append_printf (names, "%s%s", i > 0 ? "|" : "", name);
    }
  return g_string_free (names, FALSE);
}

/* ---- random work ---- */

TestShop *
test_shop_new (guint64 seed)
{
  TestShop *shop = g_new0 (TestShop, 1);

  shop->store = kd_test_store_new (seed);
  shop->products = g_array_new (FALSE, FALSE, sizeof (KdId));
  shop->contacts = g_array_new (FALSE, FALSE, sizeof (KdId));
  shop->conversations = g_array_new (FALSE, FALSE, sizeof (KdId));
  shop->orders = g_array_new (FALSE, FALSE, sizeof (KdId));
  return shop;
}

void
test_shop_free (TestShop *shop)
{
  kd_test_store_free (shop->store);
  g_array_unref (shop->products);
  g_array_unref (shop->contacts);
  g_array_unref (shop->conversations);
  g_array_unref (shop->orders);
  g_free (shop);
}

static const char *const words[] = {
  "kaos", "Kaos", "batik", "Élan", "café", "merah", "biru", "Ærø", "kopi", "susu", "straße", "XL", "紅茶", "ngopi",
};

static char *
random_name (KdRandom *random)
{
  return g_strdup_printf ("%s %s %u", words[kd_random_below (random, G_N_ELEMENTS (words))],
                          words[kd_random_below (random, G_N_ELEMENTS (words))], kd_random_below (random, 50));
}

static const KdId *
pick (KdRandom *random,
      GArray *ids)
{
  return ids->len > 0 ? &g_array_index (ids, KdId, kd_random_below (random, ids->len)) : NULL;
}

static void
will_make (TestShop *shop,
           GArray *in,
           const KdId *id)
{
  shop->made_in = in;
  shop->made = *id;
}

static KdCall *
product_call (TestShop *shop)
{
  KdRandom *random = &shop->store->random;
  g_autofree char *name = random_name (random);
  const KdId *known = pick (random, shop->products);
  static const char *const statuses[] = { "draft", "active", "archived" };
  KdId id = kd_store_new_id (shop->store->store), variant = kd_store_new_id (shop->store->store);

  switch (known != NULL ? kd_random_below (random, 6) : 0)
    {
    case 0:
    case 1:
      will_make (shop, shop->products, &id);
      return kd_test_call ("product.save",
                           "{\"id\":\"%s\",\"set\":{\"name\":\"%s\",\"status\":\"%s\"%s},\"variants\":[{\"id\":\"%s\","
                           "\"set\":{\"sku\":\"SKU-%u\",\"untracked\":%s},\"opening\":%u,\"location\":\"%s\"}]}",
                           kd_test_id (&id), name, statuses[kd_random_below (random, 3)],
                           kd_random_below (random, 4) > 0 ? ",\"price\":25000" : "", kd_test_id (&variant),
                           kd_random_below (random, 100000), kd_random_below (random, 5) == 0 ? "true" : "false",
                           kd_random_below (random, 9) * 1000, kd_test_id (&shop->store->location));
    case 2:
      return kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\",\"price\":%u}}", kd_test_id (known),
                           name, kd_random_below (random, 100) * 500);
    case 3:
      return kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"status\":\"%s\"}}", kd_test_id (known),
                           statuses[kd_random_below (random, 3)]);
    case 4:
      return kd_test_call ("product.delete", "{\"id\":\"%s\"}", kd_test_id (known));
    default:
      return kd_test_call ("product.save", "{\"id\":\"%s\",\"variants\":[{\"id\":\"%s\",\"set\":{\"sku\":\"V%u\","
                           "\"price\":%u},\"opening\":1000,\"location\":\"%s\"}]}", kd_test_id (known),
                           kd_test_id (&variant), kd_random_below (random, 100000), kd_random_below (random, 50) * 1000,
                           kd_test_id (&shop->store->location));
    }
}

static KdCall *
order_call (TestShop *shop)
{
  KdRandom *random = &shop->store->random;
  const KdId *known = pick (random, shop->orders), *contact = pick (random, shop->contacts);
  static const char *const moves[][2] = {
    { "order", "placed" }, { "fulfilment", "packed" }, { "fulfilment", "shipped" }, { "order", "cancelled" },
  };
  const char *const *move = moves[kd_random_below (random, G_N_ELEMENTS (moves))];
  KdId id = kd_store_new_id (shop->store->store);
  g_autofree char *name = random_name (random);
  g_autofree char *of = contact != NULL ? g_strdup_printf (",\"contact\":\"%s\"", kd_test_id (contact)) : g_strdup ("");

  switch (known != NULL ? kd_random_below (random, 4) : 0)
    {
    case 0:
      will_make (shop, shop->orders, &id);
      return kd_test_call ("order.create",
                           "{\"id\":\"%s\",\"token\":\"%08x%08x%08x%08x\",\"name\":\"%s\",\"phone\":\"+6281%08u\","
                           "\"place\":%s,\"beyond_stock\":true%s,\"lines\":[{\"name\":\"Barang\",\"quantity\":1000,"
                           "\"price\":%u}]}",
                           kd_test_id (&id), (guint) kd_random_next (random), (guint) kd_random_next (random),
                           (guint) kd_random_next (random), (guint) kd_random_next (random), name,
                           kd_random_below (random, 100000000), kd_random_below (random, 2) ? "true" : "false", of,
                           kd_random_below (random, 90) * 1000 + 1000);
    case 1:
      return kd_test_call ("payment.record", "{\"id\":\"%s\",\"order\":\"%s\",\"amount\":%u}", kd_test_id (&id),
                           kd_test_id (known), kd_random_below (random, 90) * 1000 + 1000);
    case 2:
      return kd_test_call ("order.update", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\",\"on_hold\":%s}}",
                           kd_test_id (known), name, kd_random_below (random, 2) ? "true" : "false");
    default:
      return kd_test_call ("order.transition", "{\"id\":\"%s\",\"machine\":\"%s\",\"to\":\"%s\"}",
                           kd_test_id (known), move[0], move[1]);
    }
}

static KdCall *
chat_call (TestShop *shop)
{
  KdRandom *random = &shop->store->random;
  const KdId *conversation = pick (random, shop->conversations), *contact = pick (random, shop->contacts);
  KdId id = kd_store_new_id (shop->store->store);
  g_autofree char *name = random_name (random);

  switch (conversation != NULL && contact != NULL ? kd_random_below (random, 5) : 0)
    {
    case 0:
      if (contact == NULL || kd_random_below (random, 2))
        {
          will_make (shop, shop->contacts, &id);
          return kd_test_call ("contact.create", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\",\"phone\":\"+6281%08u\"}}",
                               kd_test_id (&id), name, kd_random_below (random, 100000000));
        }
      will_make (shop, shop->conversations, &id);
      return kd_test_call ("conversation.start", "{\"id\":\"%s\",\"contact\":\"%s\",\"channel\":\"staff\"}",
                           kd_test_id (&id), kd_test_id (contact));
    case 1:
      return kd_test_call ("contact.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\"}}", kd_test_id (contact), name);
    case 2:
      return kd_test_call ("conversation.set_state", "{\"id\":\"%s\",\"state\":\"%s\",\"seen_state\":\"%s\"}",
                           kd_test_id (conversation), kd_random_below (random, 2) ? "open" : "resolved",
                           kd_random_below (random, 2) ? "open" : "resolved");
    default:
      return kd_test_call ("message.send", "{\"id\":\"%s\",\"conversation\":\"%s\",\"text\":\"%s\"}", kd_test_id (&id),
                           kd_test_id (conversation), name);
    }
}

gboolean
test_shop_local_step (TestShop *shop)
{
  g_autoptr (KdCommit) commit = NULL;
  KdCall *call;

  do
    {
      call = kd_random_below (&shop->store->random, 4) == 0 ? order_call (shop) : product_call (shop);
      if (kd_mutation_has_inverse (call->mutation))
        break;
      shop->made_in = NULL;
      kd_call_free (call);
    }
  while (TRUE);
  shop->store->now += 1000;
  commit = kd_test_try (shop->store, call);
  if (commit->refused < 0 && shop->made_in != NULL)
    g_array_append_val (shop->made_in, shop->made);
  shop->made_in = NULL;
  return commit->refused < 0;
}

gboolean
test_shop_step (TestShop *shop)
{
  KdRandom *random = &shop->store->random;
  g_autoptr (KdCommit) commit = NULL;
  KdCall *call;

  shop->store->now += kd_random_below (random, 3) * 1000;
  if (shop->conversations->len > 0 && kd_random_below (random, 8) == 0)
    {
      kd_test_add_message (shop->store, pick (random, shop->conversations), "halo kak");
      return TRUE;
    }
  switch (kd_random_below (random, 5))
    {
    case 0:
      call = order_call (shop);
      break;
    case 1:
      call = chat_call (shop);
      break;
    default:
      call = product_call (shop);
      break;
    }
  commit = kd_test_try (shop->store, call);
  if (commit->refused < 0 && shop->made_in != NULL)
    g_array_append_val (shop->made_in, shop->made);
  shop->made_in = NULL;
  return commit->refused < 0;
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_files_add ();
  test_import_add ();
  test_commit_add ();
  test_undo_add ();
  test_watch_add ();
  test_lists_add ();
  test_search_add ();
  test_records_add ();
  return g_test_run ();
}
