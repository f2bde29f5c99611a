/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include "kd-price.h"
#include "kd-sql-kind.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"
#include "kd-store-private.h"
#include "kd-text.h"

#include <string.h>

/* Lists against a plain reading of all rows, after random work. */

#define ROUNDS 6
#define STEPS 120

typedef struct
{
  KdTestStore *self;
  const KdListQuery *query;
  KdStoreRows *rows;
  GArray *found;          /* of Naive */
} Reading;

typedef struct
{
  gint64 rid;
  char *text;
  gint64 number;
} Naive;

static void
naive_clear (gpointer data)
{
  g_free (((Naive *) data)->text);
}

static GPtrArray *
all_of (KdSqlConnection *connection,
        const KdKind *kind,
        GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (kind, KD_SQL_FORM_DEVICE, "t");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" t", columns, kind->shape.name);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);

  while (kd_sql_step (read, error) == KD_SQL_ROW)
    g_ptr_array_add (all, kd_sql_kind_read (read, kind, KD_SQL_FORM_DEVICE, 0));
  return all;
}

typedef struct
{
  gint64 price_min, price_max, available, on_hand;
  guint n;
} Sums;

static Sums
sum_variants (Reading *reading,
              const KdProduct *product)
{
  KdVariant like = { .product = product->parent.id };
  g_autoptr (GPtrArray) variants = kd_rows_scan (&reading->rows->rows, &kd_kind_variant, "product", &like.parent, 1, 0);
  Sums sums = { KD_EMPTY, KD_EMPTY, 0, 0, 0 };

  for (guint i = 0; i < variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (variants, i);
      gint64 price = kd_effective_price (product, variant);
      gint64 left = kd_stock_available (&reading->rows->rows, &variant->parent.id, reading->self->now);

      if (variant->archived)
        continue;
      sums.n++;
      if (price != KD_EMPTY)
        {
          sums.price_min = sums.price_min == KD_EMPTY ? price : MIN (sums.price_min, price);
          sums.price_max = sums.price_max == KD_EMPTY ? price : MAX (sums.price_max, price);
        }
      if (left == KD_STOCK_UNLIMITED || sums.available == KD_STOCK_UNLIMITED)
        sums.available = KD_STOCK_UNLIMITED;
      else
        sums.available += left;
    }
  return sums;
}

static gboolean
product_fits (Reading *reading,
              const KdProduct *product,
              Naive *ret_key)
{
  const KdListQuery *query = reading->query;
  Sums sums = sum_variants (reading, product);

  if (query->status < 0 ? product->status == KD_PRODUCT_ARCHIVED : product->status != query->status)
    return FALSE;
  if ((query->stock == KD_STOCK_OUT && sums.available > 0)
      || (query->stock == KD_STOCK_IN && sums.available <= 0)
      || (query->stock == KD_STOCK_LOW && (sums.available <= 0 || sums.available > KD_STOCK_LOW_MAX)))
    return FALSE;
  if (query->order == KD_ORDER_BY_PRICE)
    ret_key->number = sums.price_min;
  else if (query->order == KD_ORDER_BY_STOCK)
    ret_key->number = sums.available;
  else if (query->order != KD_ORDER_BY_NEWEST)
    ret_key->text = kd_text_fold (product->name);
  return TRUE;
}

static gboolean
fits (Reading *reading,
      const KdRecord *record,
      Naive *ret_key)
{
  const KdListQuery *query = reading->query;

  switch (query->kind)
    {
    case KD_LIST_PRODUCTS:
      return product_fits (reading, (const KdProduct *) record, ret_key);
    case KD_LIST_ORDERS:
      {
        KdOrderTab tab = kd_order_tab ((const KdOrder *) record);
        return query->tab == KD_TAB_ALL ? tab != KD_N_TABS : tab == query->tab;
      }
    case KD_LIST_CONVERSATIONS:
      {
        const KdConversation *conversation = (const KdConversation *) record;
        ret_key->number = conversation->last_at;
        return (!query->unread_only || conversation->last_in > conversation->staff_seen)
               && (query->conversation_state < 0 || conversation->state == query->conversation_state);
      }
    case KD_LIST_CONTACTS:
    default:
      if (query->order == KD_ORDER_BY_NAME)
        ret_key->text = kd_text_fold (((const KdContact *) record)->name);
      return TRUE;
    }
}

static int
compare_naive (gconstpointer a,
               gconstpointer b)
{
  const Naive *x = a, *y = b;
  int order = g_strcmp0 (x->text, y->text);

  if (order == 0)
    order = x->number < y->number ? -1 : x->number > y->number;
  return order != 0 ? order : x->rid < y->rid ? -1 : x->rid > y->rid;
}

static gpointer
read_naive (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  static const KdKind *const kinds[] = { &kd_kind_product, &kd_kind_order, &kd_kind_conversation, &kd_kind_contact };
  Reading *reading = data;
  const KdKind *kind = kinds[reading->query->kind];
  g_autoptr (GPtrArray) all = all_of (connection, kind, error);
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (store, connection, KD_CHANGE_EDIT);

  reading->rows = rows;
  for (guint i = 0; i < all->len; i++)
    {
      Naive key = { 0 };
      const KdRecord *record = g_ptr_array_index (all, i);

      if (!fits (reading, record, &key))
        continue;
      kd_sql_kind_get_rid (connection, kind, &record->id, &key.rid, error);
      g_array_append_val (reading->found, key);
    }
  g_array_sort (reading->found, compare_naive);
  return reading->found;
}

static void
check_query (KdTestStore *self,
             const KdListQuery *query,
             gboolean falling)
{
  g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (Naive));
  g_autoptr (GArray) rids = test_list_rids (self, query, 0), first = test_list_rids (self, query, 7);
  Reading reading = { self, query, NULL, found };
  GError *error = NULL;

  g_array_set_clear_func (found, naive_clear);
  kd_store_read (self->store, read_naive, &reading, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rids->len, ==, found->len);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpint (g_array_index (rids, gint64, i), ==,
                     g_array_index (found, Naive, falling ? found->len - 1 - i : i).rid);
  g_assert_cmpuint (first->len, ==, MIN (7, rids->len));
  for (guint i = 0; i < first->len; i++)
    g_assert_cmpint (g_array_index (first, gint64, i), ==, g_array_index (rids, gint64, i));
}

static void
check_all (KdTestStore *self)
{
  for (int order = KD_ORDER_BY_DEFAULT; order <= KD_ORDER_BY_NEWEST; order++)
    for (int stock = KD_STOCK_ANY; stock <= KD_STOCK_IN; stock++)
      {
        g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);

        query->order = order;
        query->stock = stock;
        query->descending = (order + stock) % 2;
        query->status = stock - 1 < 3 ? stock - 1 : -1;
        check_query (self, query, (order == KD_ORDER_BY_NEWEST) != query->descending);
      }
  for (int tab = 0; tab < KD_N_TABS; tab++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_ORDERS);

      query->tab = tab;
      check_query (self, query, TRUE);
    }
  for (int state = -1; state < 2; state++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONVERSATIONS);

      query->conversation_state = state;
      query->unread_only = state == 0;
      check_query (self, query, TRUE);
    }
  for (int order = 0; order < 2; order++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONTACTS);

      query->order = order;
      check_query (self, query, order == 0);
    }
}

static void
test_random (void)
{
  for (guint64 seed = 1; seed <= ROUNDS; seed++)
    {
      g_autoptr (TestShop) shop = test_shop_new (seed);
      guint done = 0;

      for (guint i = 0; i < STEPS; i++)
        done += test_shop_step (shop);
      g_assert_cmpuint (done, >, STEPS / 3);
      check_all (shop->store);
      kd_test_check_search (shop->store);
    }
}

/* The conditions of the tabs say what kd_order_tab() says, for every state an order can have. */
static void
test_tabs (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (7);
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);

  for (guint i = 0; i < 4 * 5 * 7 * 2 * 2 * 3 * 2; i++)
    {
      KdOrder *order = (KdOrder *) kd_record_new (&kd_kind_order);
      guint rest = i;

      order->parent.id = kd_store_new_id (self->store);
      order->parent.seq = 1;
      order->at = KD_TEST_NOW + i;
      order->state = (int) (rest % 4);
      rest /= 4;
      order->payment = (int) (rest % 5);
      rest /= 5;
      order->fulfilment = (int) (rest % 7);
      rest /= 7;
      order->on_hold = rest % 2;
      rest /= 2;
      order->cancel_requested = rest % 2;
      rest /= 2;
      order->method = (int) (rest % 3);
      rest /= 3;
      order->origin = (int) (rest % 2);
      g_ptr_array_add (records, order);
    }
  kd_test_pull_list (self, records);
  for (int tab = 0; tab < KD_N_TABS; tab++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_ORDERS);

      query->tab = tab;
      check_query (self, query, TRUE);
    }
}

static gpointer
read_counts (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  kd_order_tab_counts (store, connection, data, error);
  return NULL;
}

static void
test_counts (void)
{
  g_autoptr (TestShop) shop = test_shop_new (11);
  guint counts[KD_N_TABS];
  GError *error = NULL;

  for (guint i = 0; i < STEPS; i++)
    test_shop_step (shop);
  kd_store_read (shop->store->store, read_counts, counts, &error);
  g_assert_no_error (error);
  for (int tab = 0; tab < KD_N_TABS; tab++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_ORDERS);
      g_autoptr (GArray) rids = NULL;

      query->tab = tab;
      rids = test_list_rids (shop->store, query, 0);
      g_assert_cmpuint (rids->len, ==, counts[tab]);
    }
}

/* ---- rows ---- */

static const KdProductRow *
only_product (GPtrArray *rows)
{
  g_assert_cmpuint (rows->len, ==, 1);
  return g_ptr_array_index (rows, 0);
}

static void
test_product_row (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  KdId product = kd_test_add_product (self, "Kaos", "K-1", 50000, 7000);
  KdId variant = kd_test_variant_of (self, &product), second = kd_store_new_id (self->store);
  g_autoptr (GPtrArray) rows = NULL;
  const KdProductRow *row;

  kd_test_done (self, kd_test_call ("product.save", "{\"id\":\"%s\",\"variants\":[{\"id\":\"%s\",\"set\":{\"price\":60000,"
                                    "\"buffer\":500},\"opening\":2000,\"location\":\"%s\"}]}", kd_test_id (&product),
                                    kd_test_id (&second), kd_test_id (&self->location)));
  rows = test_list_rows (self, query);
  row = only_product (rows);
  g_assert_cmpstr (row->name, ==, "Kaos");
  g_assert_cmpuint (row->n_variants, ==, 2);
  g_assert_cmpint (row->price_min, ==, 50000);
  g_assert_cmpint (row->price_max, ==, 60000);
  g_assert_cmpint (row->on_hand, ==, 9000);
  g_assert_cmpint (row->available, ==, 8500);
  g_assert_true (row->row.waiting);
  g_assert_false (row->conflict);
  g_ptr_array_unref (g_steal_pointer (&rows));

  /* a hold counts until it expires; it is judged at reading */
  {
    KdReservation *hold = (KdReservation *) kd_record_new (&kd_kind_reservation);
    KdStockLevel *level = (KdStockLevel *) kd_record_new (&kd_kind_stock_level);

    hold->parent.id = kd_store_new_id (self->store);
    hold->order = kd_test_add_order (self, "Budi", NULL, 1000, FALSE);
    hold->variant = level->variant = variant;
    hold->location = level->location = self->location;
    hold->quantity = level->reserved = 3000;
    hold->expires = self->now + 5000;
    level->parent.id = kd_stock_level_id (&variant, &self->location);
    kd_test_pull (self, &hold->parent, &level->parent, NULL);
  }
  rows = test_list_rows (self, query);
  g_assert_cmpint (only_product (rows)->available, ==, 5500);
  g_ptr_array_unref (g_steal_pointer (&rows));
  self->now += 5001;
  rows = test_list_rows (self, query);
  g_assert_cmpint (only_product (rows)->available, ==, 8500);
  g_ptr_array_unref (g_steal_pointer (&rows));

  kd_test_done (self, kd_test_call ("variant.patch", "{\"id\":\"%s\",\"set\":{\"untracked\":true}}", kd_test_id (&variant)));
  rows = test_list_rows (self, query);
  g_assert_cmpint (only_product (rows)->available, ==, KD_STOCK_UNLIMITED);
}

static void
test_category (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (4);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  KdId top = kd_store_new_id (self->store), below = kd_store_new_id (self->store);
  KdId product = kd_test_add_product (self, "Kopi", NULL, 1000, 0), other = kd_test_add_product (self, "Teh", NULL, 1000, 0);
  g_autofree char *names = NULL;

  kd_test_done (self, kd_test_call ("category.create", "{\"id\":\"%s\",\"set\":{\"name\":\"Minum\",\"position\":\"a\"}}",
                                    kd_test_id (&top)));
  kd_test_done (self, kd_test_call ("category.create", "{\"id\":\"%s\",\"set\":{\"name\":\"Panas\",\"position\":\"a\","
                                    "\"up\":\"%s\"}}", kd_test_id (&below), kd_test_id (&top)));
  kd_test_done (self, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"categories\":[\"%s\"]}}",
                                    kd_test_id (&product), kd_test_id (&below)));
  query->category = top;
  names = test_list_names (self, query);
  g_assert_cmpstr (names, ==, "Kopi");
  query->category = other;
  g_free (names);
  names = test_list_names (self, query);
  g_assert_cmpstr (names, ==, "");
}

static void
test_conversation_row (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (5);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONVERSATIONS);
  KdId contact = kd_test_add_contact (self, "Sari", "+628123456789");
  KdId conversation = kd_test_add_conversation (self, &contact);
  KdStoredDraft draft = { .kind = 17, .row_id = conversation, .field = (char *) KD_COMPOSER_FIELD, .text = (char *) "Baik" };
  g_autoptr (GPtrArray) rows = NULL;
  const KdConversationRow *row;

  kd_test_add_message (self, &conversation, "halo");
  kd_test_add_message (self, &conversation, "masih ada?");
  kd_store_set_draft_async (self->store, &draft);
  rows = test_list_rows (self, query);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->name, ==, "Sari");
  g_assert_cmpstr (row->last_text, ==, "masih ada?");
  g_assert_cmpstr (row->draft, ==, "Baik");
  g_assert_cmpuint (row->unread, ==, 2);
  g_assert_cmpint (row->last_direction, ==, KD_MESSAGE_IN);
  g_assert_false (row->row.waiting);
  g_ptr_array_unref (g_steal_pointer (&rows));
  kd_test_done (self, kd_test_call ("conversation.staff_seen", "{\"id\":\"%s\",\"received\":%" G_GINT64_FORMAT "}",
                                    kd_test_id (&conversation), self->now));
  rows = test_list_rows (self, query);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpuint (row->unread, ==, 0);
}

/* A change that a query depends on only as shown never moves a row; one it doesn't depend on
 * changes nothing at all. Judged over random work. */
static void
test_depends (void)
{
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  KdLeads leads;
  guint64 name = G_GUINT64_CONSTANT (1) << kd_shape_index (&kd_kind_product.shape, "name");
  guint64 weight = G_GUINT64_CONSTANT (1) << kd_shape_index (&kd_kind_product.shape, "weight");

  g_assert_cmpint (kd_list_depends (query, &kd_kind_product, name, &leads), ==, KD_DEPENDS_PLACE);
  g_assert_cmpint (leads, ==, KD_LEADS_SELF);
  g_assert_cmpint (kd_list_depends (query, &kd_kind_product, weight, &leads), ==, KD_DEPENDS_NOT);
  query->order = KD_ORDER_BY_NEWEST;
  g_assert_cmpint (kd_list_depends (query, &kd_kind_product, name, &leads), ==, KD_DEPENDS_SHOWN);
  g_assert_cmpint (kd_list_depends (query, &kd_kind_variant, ~G_GUINT64_CONSTANT (0), &leads), ==, KD_DEPENDS_SHOWN);
  g_assert_cmpint (leads, ==, KD_LEADS_PARENT);
  g_assert_cmpint (kd_list_depends (query, &kd_kind_message, ~G_GUINT64_CONSTANT (0), &leads), ==, KD_DEPENDS_NOT);
  g_assert_cmpint (kd_list_depends (query, &kd_kind_product, ~G_GUINT64_CONSTANT (0), &leads), ==, KD_DEPENDS_PLACE);
}

static void
test_query (void)
{
  g_autoptr (KdListQuery) a = kd_list_query_new (KD_LIST_ORDERS), b = NULL;

  a->search = g_strdup ("x");
  a->tab = KD_TAB_PAID;
  b = kd_list_query_copy (a);
  g_assert_true (kd_list_query_equal (a, b));
  b->descending = TRUE;
  g_assert_false (kd_list_query_equal (a, b));
}

void
test_lists_add (void)
{
  g_test_add_func ("/lists/query", test_query);
  g_test_add_func ("/lists/random-against-a-plain-reading", test_random);
  g_test_add_func ("/lists/tabs", test_tabs);
  g_test_add_func ("/lists/counts", test_counts);
  g_test_add_func ("/lists/product-row", test_product_row);
  g_test_add_func ("/lists/category", test_category);
  g_test_add_func ("/lists/conversation-row", test_conversation_row);
  g_test_add_func ("/lists/depends", test_depends);
}
