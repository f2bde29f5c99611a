/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include <string.h>

/* What is typed, and what it finds. */

typedef struct
{
  const char *typed, *found;
} Case;

static void
check (KdTestStore *self,
       KdListKind kind,
       const Case *cases,
       guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (kind);
      g_autofree char *names = NULL;

      query->search = g_strdup (cases[i].typed);
      names = test_list_names (self, query);
      if (strcmp (names, cases[i].found) != 0)
        g_error ("\"%s\" found \"%s\" instead of \"%s\"", cases[i].typed, names, cases[i].found);
    }
}

static void
test_products (void)
{
  static const Case cases[] = {
    { "kopi", "Kopi susu|Kopi Gayo" },
    { "KOPI", "Kopi susu|Kopi Gayo" },
    { "kop gay", "Kopi Gayo" },
    { "kopi g", "Kopi susu|Kopi Gayo" },
    { "g kopi", "Kopi susu|Kopi Gayo" },
    { "k p", "Kaos polos|Kopi Gayo|Kopi susu" },
    { "gay kop", "Kopi Gayo" },
    { "opi", "" },
    { "cafe", "Café Élan" },
    { "café", "Café Élan" },
    { "elan", "Café Élan" },
    { "aero", "Ærø" },
    { "strasse", "Straße 9" },
    { "k", "Kaos polos|Kopi Gayo|Kopi susu" },
    { "K", "Kaos polos|Kopi Gayo|Kopi susu" },
    { "紅茶", "紅茶" },
    { "紅", "紅茶" },
    { "kg-01", "Kopi Gayo" },
    { "KG", "Kopi Gayo" },
    { "kg-01 kopi", "Kopi Gayo" },
    { "kopi kg-01", "Kopi Gayo" },
    { "teh kg-01", "" },
    { "8991002", "Kaos polos" },
    { "8991002105485", "Kaos polos" },
    { "kaos 8991002", "Kaos polos" },
    { "katun", "Kaos polos" },
    { "\"", "" },
    { "kopi\"", "Kopi susu|Kopi Gayo" },
    { "kopi OR teh", "" },
    { "kopi*", "Kopi susu|Kopi Gayo" },
    { "name:kopi", "" },
    { "' OR 1=1 --", "" },
    { "(", "" },
    { "  kopi  ", "Kopi susu|Kopi Gayo" },
    { "😀", "" },
    { "topi", "Topi 😀" },
  };
  g_autoptr (KdTestStore) self = kd_test_store_new (21);
  KdId gayo = kd_test_add_product (self, "Kopi Gayo", "KG-01", 50000, 1000), kaos, variant;

  kd_test_add_product (self, "Kopi susu", NULL, 20000, 1000);
  kd_test_add_product (self, "Café Élan", NULL, 20000, 1000);
  kd_test_add_product (self, "Ærø", NULL, 20000, 1000);
  kd_test_add_product (self, "Straße 9", NULL, 20000, 1000);
  kd_test_add_product (self, "紅茶", NULL, 20000, 1000);
  kd_test_add_product (self, "Topi 😀", NULL, 20000, 1000);
  kaos = kd_test_add_product (self, "Kaos polos", NULL, 20000, 1000);
  variant = kd_test_variant_of (self, &kaos);
  kd_test_done (self, kd_test_call ("product.save", "{\"id\":\"%s\",\"set\":{\"tags\":[\"katun\"]},\"variants\":[{\"id\":\"%s\","
                                    "\"code\":\"8991002105485\"}]}", kd_test_id (&kaos), kd_test_id (&variant)));
  check (self, KD_LIST_PRODUCTS, cases, G_N_ELEMENTS (cases));
  kd_test_check_search (self);

  /* what is archived isn't there, and a changed name is found by its new words alone */
  {
    static const Case later[] = { { "gayo", "" }, { "arabika", "Kopi Arabika" }, { "kg-01", "Kopi Arabika" } };

    kd_test_done (self, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Kopi Arabika\"}}", kd_test_id (&gayo)));
    check (self, KD_LIST_PRODUCTS, later, G_N_ELEMENTS (later));
    kd_test_done (self, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"status\":\"archived\"}}", kd_test_id (&gayo)));
  }
  {
    static const Case gone[] = { { "arabika", "" }, { "kg-01", "" } };

    check (self, KD_LIST_PRODUCTS, gone, G_N_ELEMENTS (gone));
  }
  kd_test_check_search (self);
}

static void
test_people (void)
{
  static const Case cases[] = {
    { "6789", "Sari Dewi" },
    { "456789", "Sari Dewi" },
    { "4567 89", "Sari Dewi" },
    { "123", "" },
    { "dewi 6789", "Sari Dewi" },
    { "dewi 0000", "" },
    { "budi 6789", "" },
    { "sari", "Sari Dewi" },
    { "+62812", "Sari Dewi" },
    { "b", "Budi" },
    { "89", "" },
  };
  g_autoptr (KdTestStore) self = kd_test_store_new (22);
  KdId sari = kd_test_add_contact (self, "Sari Dewi", "+628123456789");
  KdId conversation = kd_test_add_conversation (self, &sari);
  static const Case chats[] = {
    { "sari", "Sari Dewi" }, { "6789", "Sari Dewi" }, { "merah", "Sari Dewi" }, { "s", "Sari Dewi" }, { "hijau", "" },
  };

  kd_test_add_contact (self, "Budi", "+628111111000");
  kd_test_add_message (self, &conversation, "ada yang MÉRAH kak?");
  check (self, KD_LIST_CONTACTS, cases, G_N_ELEMENTS (cases));
  check (self, KD_LIST_CONVERSATIONS, chats, G_N_ELEMENTS (chats));
}

static void
test_orders (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (23);
  KdOrder *order = (KdOrder *) kd_record_new (&kd_kind_order);
  static const Case cases[] = {
    { "1234", "Rina" }, { "inv-2025-01234", "Rina" }, { "01234", "Rina" }, { "rina", "Rina" }, { "5678", "Rina" },
    { "jne777", "Rina" }, { "r", "Rina" }, { "rina 1234", "Rina" }, { "joko 1234", "" }, { "xyz", "" },
  };

  order->parent.id = kd_store_new_id (self->store);
  order->state = KD_ORDER_PLACED;
  order->at = KD_TEST_NOW;
  order->number = g_strdup ("INV-2025-01234");
  order->name = g_strdup ("Rina");
  order->phone = g_strdup ("+6281299995678");
  order->tracking = g_strdup ("JNE777");
  kd_test_pull (self, &order->parent, NULL);
  kd_test_add_order (self, "Joko", NULL, 1000, TRUE);
  check (self, KD_LIST_ORDERS, cases, G_N_ELEMENTS (cases));
}

/* Long, odd and hostile texts find nothing or something, and never fail. */
static void
test_odd (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (24);
  KdRandom random = KD_RANDOM (5);

  kd_test_add_product (self, "Kopi", "K", 1000, 0);
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (i % 4);
      g_autoptr (GArray) rids = NULL;

      query->search = kd_random_text (&random, 0, i % 10 == 0 ? 2000 : 12, TRUE);
      rids = test_list_rids (self, query, 0);
      g_assert_cmpuint (rids->len, <=, KD_SEARCH_MAX);
    }
}

static void
test_most (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (25);
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONTACTS);
  g_autoptr (GArray) all = NULL, first = NULL;

  for (guint i = 0; i < KD_SEARCH_MAX + 200; i++)
    {
      KdContact *contact = (KdContact *) kd_record_new (&kd_kind_contact);

      contact->parent.id = kd_store_new_id (self->store);
      contact->parent.seq = 1;
      contact->name = g_strdup_printf ("Sari %u", i);
      g_ptr_array_add (records, contact);
    }
  kd_test_pull_list (self, records);
  query->search = g_strdup ("sar");
  all = test_list_rids (self, query, 0);
  first = test_list_rids (self, query, KD_SEARCH_FIRST);
  g_assert_cmpuint (all->len, ==, KD_SEARCH_MAX);
  g_assert_cmpuint (first->len, ==, KD_SEARCH_FIRST);
  for (guint i = 0; i < first->len; i++)
    g_assert_cmpint (g_array_index (first, gint64, i), ==, g_array_index (all, gint64, i));
}

/* ---- everything at once, and scans ---- */

static gpointer
read_everything (KdStore *store,
                 KdSqlConnection *connection,
                 gpointer data,
                 GError **error)
{
  return kd_search_everything (store, connection, data, 10, error);
}

static void
test_everything (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (26);
  KdId contact = kd_test_add_contact (self, "Sari kopi", "+628123456789");
  KdId conversation = kd_test_add_conversation (self, &contact), message;
  g_autoptr (GPtrArray) found = NULL;
  const KdFound *last;
  GError *error = NULL;

  message = kd_test_add_message (self, &conversation, "kopinya masih?");
  kd_test_add_product (self, "Kopi Gayo", "KG", 1000, 0);
  kd_test_add_order (self, "Kopi untuk Budi", NULL, 1000, TRUE);
  found = kd_store_read (self->store, read_everything, (gpointer) "kopi", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 4);
  last = g_ptr_array_index (found, 3);
  g_assert_true (last->kind == &kd_kind_conversation);
  g_assert_true (kd_id_equal (&last->id, &conversation));
  g_assert_true (kd_id_equal (&last->anchor, &message));
  g_assert_cmpstr (last->title, ==, "Sari kopi");
}

typedef struct
{
  const char *code;
  KdId product, variant;
  gboolean found;
} Scan;

static gpointer
read_code (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  Scan *scan = data;

  scan->found = kd_find_by_code (store, connection, scan->code, &scan->product, &scan->variant, error);
  return NULL;
}

static gboolean
scan (KdTestStore *self,
      const char *code,
      const KdId *product)
{
  Scan one = { .code = code };
  GError *error = NULL;

  kd_store_read (self->store, read_code, &one, &error);
  g_assert_no_error (error);
  g_assert_true (!one.found || kd_id_equal (&one.product, product));
  return one.found;
}

static void
test_scan (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (27);
  KdId kaos = kd_test_add_product (self, "Kaos", "Ka-01", 1000, 0), variant = kd_test_variant_of (self, &kaos);

  kd_test_done (self, kd_test_call ("product.save", "{\"id\":\"%s\",\"variants\":[{\"id\":\"%s\",\"code\":\"036000291452\"}]}",
                                    kd_test_id (&kaos), kd_test_id (&variant)));
  g_assert_true (scan (self, "036000291452", &kaos));
  g_assert_true (scan (self, "0036000291452", &kaos));
  g_assert_true (scan (self, " KA-01 ", &kaos));
  g_assert_false (scan (self, "KA-0", &kaos));
  g_assert_false (scan (self, "", &kaos));
  g_assert_false (scan (self, "' OR 1", &kaos));
}

void
test_search_add (void)
{
  g_test_add_func ("/search/products", test_products);
  g_test_add_func ("/search/people", test_people);
  g_test_add_func ("/search/orders", test_orders);
  g_test_add_func ("/search/odd", test_odd);
  g_test_add_func ("/search/most", test_most);
  g_test_add_func ("/search/everything", test_everything);
  g_test_add_func ("/search/scan", test_scan);
}
