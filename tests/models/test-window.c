/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

#include "kd-window-model.h"

/* The list model over the store: its story is true, its objects last, its reads are bounded. */

static KdListQuery *
products (void)
{
  return kd_list_query_new (KD_LIST_PRODUCTS);
}

static gpointer
read_rids (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  return kd_list_rids (store, connection, data, 0, error);
}

static void
check_fresh (TestSession *test,
             KdWindowModel *model)
{
  GError *error = NULL;
  g_autoptr (GArray) rids = kd_store_read (test->store->store, read_rids, (gpointer) kd_window_model_get_query (model),
                                           &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, rids->len);
  for (guint i = 0; i < rids->len; i++)
    g_assert_cmpint (kd_window_model_get_rid (model, i), ==, g_array_index (rids, gint64, i));
}

static KdListedProduct *
product_at (KdWindowModel *model,
            guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (model), position);
}

static void
rename_product (TestSession *test,
                const KdId *id,
                const char *name)
{
  kd_test_done (test->store, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\"}}", kd_test_id (id),
                                           name));
}

static void
add_many (TestSession *test,
          guint n,
          KdId *ret_ids)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("P%05u", i);
      KdId id = kd_test_add_product (test->store, name, NULL, 1000, 0);

      if (ret_ids != NULL)
        ret_ids[i] = id;
    }
}

static void
test_first (void)
{
  g_autoptr (TestSession) test = test_session_new (1);
  g_autoptr (KdListQuery) query = products ();
  g_autoptr (KdWindowModel) model = NULL;
  g_autoptr (KdListedProduct) item = NULL, again = NULL;

  add_many (test, 150, NULL);
  model = kd_window_model_new (test->session, query);
  g_assert_true (kd_window_model_is_loading (model));
  test_settle ();
  g_assert_false (kd_window_model_is_loading (model));
  g_assert_true (kd_window_model_is_complete (model));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 150);
  item = product_at (model, 3);
  g_assert_true (kd_item_is_loaded (KD_ITEM (item)));
  g_assert_cmpstr (kd_listed_product_get_row (item)->name, ==, "P00003");
  again = product_at (model, 3);
  g_assert_true (item == again);
  g_clear_object (&again);
  /* one that wasn't read yet comes without values, never NULL, and is filled */
  again = product_at (model, 140);
  g_assert_false (kd_item_is_loaded (KD_ITEM (again)));
  g_assert_null (kd_listed_product_get_row (again)->name);
  test_settle ();
  g_assert_cmpstr (kd_listed_product_get_row (again)->name, ==, "P00140");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), 150));
}

static void
count_cb (KdItem *item,
          guint *count)
{
  (*count)++;
}

/* A value that moves nothing is no items-changed, but the item's own signal. */
static void
test_value (void)
{
  g_autoptr (TestSession) test = test_session_new (2);
  g_autoptr (KdListQuery) query = products ();
  g_autoptr (KdWindowModel) model = NULL;
  g_autoptr (KdListedProduct) item = NULL;
  KdId ids[3];
  TestMirror *mirror;
  guint changed = 0;

  add_many (test, 3, ids);
  model = kd_window_model_new (test->session, query);
  test_settle ();
  mirror = test_mirror_new (G_LIST_MODEL (model));
  item = product_at (model, 1);
  g_signal_connect (item, "changed", G_CALLBACK (count_cb), &changed);
  kd_test_done (test->store, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"price\":7777}}", kd_test_id (&ids[1])));
  test_settle ();
  g_assert_cmpuint (mirror->n_signals, ==, 0);
  g_assert_cmpuint (changed, >, 0);
  g_assert_cmpint (kd_listed_product_get_row (item)->price_min, ==, 7777);
  /* of the variant, which leads to its parent */
  changed = 0;
  {
    KdId variant = kd_test_variant_of (test->store, &ids[1]);

    kd_test_done (test->store, kd_test_call ("variant.patch", "{\"id\":\"%s\",\"set\":{\"price\":8888}}", kd_test_id (&variant)));
  }
  test_settle ();
  g_assert_cmpint (kd_listed_product_get_row (item)->price_min, ==, 8888);
  g_assert_cmpuint (mirror->n_signals, ==, 0);
  test_mirror_free (mirror);
}

/* A row that moves keeps its object, in one range over both places. */
static void
test_move (void)
{
  g_autoptr (TestSession) test = test_session_new (3);
  g_autoptr (KdListQuery) query = products ();
  g_autoptr (KdWindowModel) model = NULL;
  g_autoptr (KdListedProduct) item = NULL;
  KdId ids[20];
  TestMirror *mirror;
  guint position;

  add_many (test, 20, ids);
  model = kd_window_model_new (test->session, query);
  test_settle ();
  mirror = test_mirror_new (G_LIST_MODEL (model));
  item = product_at (model, 2);
  rename_product (test, &ids[2], "P00010x");
  test_settle ();
  g_assert_cmpuint (mirror->n_signals, ==, 1);
  test_mirror_check (mirror);
  position = kd_window_model_find (model, kd_item_get_rid (KD_ITEM (item)));
  g_assert_cmpuint (position, ==, 10);
  g_assert_true (g_ptr_array_index (mirror->items, 10) == item);
  g_assert_cmpstr (kd_listed_product_get_row (item)->name, ==, "P00010x");
  test_mirror_free (mirror);
}

/* After any change the list equals a fresh query, and its story is true. */
static void
test_random (void)
{
  static const char *const letters[] = { "a", "k", "p", "z" };

  for (guint64 seed = 10; seed < 14; seed++)
    {
      g_autoptr (TestSession) test = test_session_new (seed);
      g_autoptr (KdListQuery) query = products ();
      g_autoptr (KdWindowModel) model = NULL;
      g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (KdId));
      KdRandom *random = &test->store->random;
      TestMirror *mirror;

      query->order = seed % 2 ? KD_ORDER_BY_NAME : KD_ORDER_BY_STOCK;
      model = kd_window_model_new (test->session, query);
      test_settle ();
      mirror = test_mirror_new (G_LIST_MODEL (model));
      for (guint step = 0; step < 60; step++)
        {
          g_autofree char *name = g_strdup_printf ("%s%u", letters[kd_random_below (random, 4)],
                                                   kd_random_below (random, 1000));
          guint which = ids->len > 0 ? kd_random_below (random, ids->len) : 0;

          switch (ids->len > 3 ? kd_random_below (random, 5) : 0)
            {
            case 0:
              {
                KdId id = kd_test_add_product (test->store, name, NULL, 1000, kd_random_below (random, 9) * 1000);
                g_array_append_val (ids, id);
                break;
              }
            case 1:
              rename_product (test, &g_array_index (ids, KdId, which), name);
              break;
            case 2:
              kd_test_done (test->store, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"status\":\"%s\"}}",
                                                       kd_test_id (&g_array_index (ids, KdId, which)),
                                                       kd_random_below (random, 2) ? "archived" : "active"));
              break;
            case 3:
              if (kd_test_undo (test->store) && kd_random_below (random, 2))
                kd_test_redo (test->store);
              g_array_set_size (ids, 0);
              break;
            default:
              /* rows from the server replay what waits */
              kd_test_add_contact (test->store, name, NULL);
              break;
            }
          if (kd_random_below (random, 3) == 0)
            kd_test_settle ();
          if (kd_random_below (random, 12) == 0)
            {
              test_settle ();
              check_fresh (test, model);
              test_mirror_check (mirror);
            }
        }
      test_settle ();
      test_settle ();
      check_fresh (test, model);
      test_mirror_check (mirror);
      test_mirror_free (mirror);
    }
}

static void
test_search (void)
{
  g_autoptr (TestSession) test = test_session_new (5);
  g_autoptr (KdListQuery) query = products (), search = products ();
  g_autoptr (KdWindowModel) model = NULL;
  TestMirror *mirror;

  add_many (test, 100, NULL);
  kd_test_add_product (test->store, "Kopi", NULL, 1000, 0);
  model = kd_window_model_new (test->session, query);
  test_settle ();
  mirror = test_mirror_new (G_LIST_MODEL (model));
  search->search = g_strdup ("kop");
  kd_window_model_set_query (model, search);
  /* the old rows stay until the new ones are there */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 101);
  test_settle ();
  g_assert_cmpuint (mirror->n_signals, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 1);
  test_mirror_check (mirror);
  /* a query that is replaced before it was answered leaves no trace */
  kd_window_model_set_query (model, query);
  kd_window_model_set_query (model, search);
  test_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 1);
  kd_test_add_product (test->store, "Kopra", NULL, 1000, 0);
  test_settle ();
  check_fresh (test, model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 2);
  test_mirror_free (mirror);
}

static void
located_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  *(guint *) data = kd_window_model_locate_finish (KD_WINDOW_MODEL (source), result, NULL);
}

static void
test_locate (void)
{
  g_autoptr (TestSession) test = test_session_new (6);
  g_autoptr (KdListQuery) query = products ();
  g_autoptr (KdWindowModel) model = NULL;
  KdId ids[90], none;
  guint found = 0, missing = 0;

  add_many (test, 90, ids);
  none = kd_store_new_id (test->store->store);
  model = kd_window_model_new (test->session, query);
  kd_window_model_locate_async (model, &ids[80], NULL, located_cb, &found);
  kd_window_model_locate_async (model, &none, NULL, located_cb, &missing);
  test_settle ();
  g_assert_cmpuint (found, ==, 80);
  g_assert_cmpuint (missing, ==, KD_NO_POSITION);
}

/* Scrolling through everything keeps few objects alive. */
static void
weak_cb (gpointer data,
         GObject *gone)
{
  (*(guint *) data)--;
}

static void
test_bounded (void)
{
  g_autoptr (TestSession) test = test_session_new (7);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONTACTS);
  g_autoptr (KdWindowModel) model = NULL;
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  guint alive = 0, n;

  for (guint i = 0; i < 5000; i++)
    {
      KdContact *contact = (KdContact *) kd_record_new (&kd_kind_contact);

      contact->parent.id = kd_store_new_id (test->store->store);
      contact->parent.seq = 1;
      contact->name = g_strdup_printf ("C%u", i);
      g_ptr_array_add (records, contact);
    }
  kd_test_pull_list (test->store, records);
  model = kd_window_model_new (test->session, query);
  test_settle ();
  n = g_list_model_get_n_items (G_LIST_MODEL (model));
  g_assert_cmpuint (n, ==, 5000);
  for (guint i = 64; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      alive++;
      g_object_weak_ref (item, weak_cb, &alive);
      if (i % 500 == 0)
        kd_test_settle ();
    }
  test_settle ();
  g_assert_cmpuint (alive, <=, 64 * 32);
  /* hidden: lets them go, and refreshes once when shown */
  kd_window_model_set_active (model, FALSE);
  g_assert_cmpuint (alive, ==, 0);
  kd_test_add_contact (test->store, "Neu", NULL);
  test_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5000);
  kd_window_model_set_active (model, TRUE);
  test_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5001);
}

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);

  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* What is typed shows before it is committed, and never flashes back. */
static void
test_pending (void)
{
  g_autoptr (TestSession) test = test_session_new (8);
  g_autoptr (KdListQuery) query = products ();
  g_autoptr (KdWindowModel) model = NULL;
  g_autoptr (KdListedProduct) item = NULL;
  KdPartial *set = kd_partial_new (&kd_kind_product);
  KdId ids[2];
  gboolean done = FALSE;

  add_many (test, 2, ids);
  model = kd_window_model_new (test->session, query);
  test_settle ();
  item = product_at (model, 0);
  *(char **) kd_partial_field (set, "name") = g_strdup ("Baru");
  kd_session_commit_one_async (test->session, "Edit", NULL, kd_call_patch (&kd_kind_product, &ids[0], set, NULL),
                               committed_cb, &done);
  g_assert_cmpstr (kd_listed_product_get_row (item)->name, ==, "Baru");
  test_until_flag (&done);
  test_settle ();
  g_assert_cmpstr (kd_listed_product_get_row (item)->name, ==, "Baru");
  g_assert_false (kd_session_has_pending (test->session, &ids[0]));
  g_assert_true (kd_test_undo (test->store));
  test_settle ();
  g_assert_cmpstr (kd_listed_product_get_row (item)->name, ==, "P00000");
}

void
test_window_add (void)
{
  g_test_add_func ("/window/first", test_first);
  g_test_add_func ("/window/value", test_value);
  g_test_add_func ("/window/move", test_move);
  g_test_add_func ("/window/random", test_random);
  g_test_add_func ("/window/search", test_search);
  g_test_add_func ("/window/locate", test_locate);
  g_test_add_func ("/window/bounded", test_bounded);
  g_test_add_func ("/window/pending", test_pending);
}
