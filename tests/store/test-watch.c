/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

/* Watchers hear of every commit, in order, merged while they don't listen; what they are told, all
 * in all, is what changed. */

typedef struct
{
  guint n;
  guint64 generation;
  GHashTable *rids;       /* of the table, as the change sets tell it */
  guint32 origins;
} Heard;

static void
take_row (Heard *heard,
          const KdRowChange *row)
{
  if (row->rid_before != 0)
    g_assert_true (g_hash_table_remove (heard->rids, GSIZE_TO_POINTER (row->rid_before)));
  if (row->rid_after != 0)
    g_assert_true (g_hash_table_add (heard->rids, GSIZE_TO_POINTER (row->rid_after)));
  g_assert_cmpint (row->how, ==, row->rid_after != 0 ? KD_ROW_PUT : KD_ROW_REMOVED);
}

static void
heard_cb (KdStore *store,
          const KdChangeSet *changes,
          gpointer data)
{
  Heard *heard = data;
  const KdKindChange *products = &changes->kinds[kd_kind_product.number];

  heard->n++;
  heard->origins |= changes->origins;
  g_assert_cmpuint (changes->generation, >, heard->generation);
  heard->generation = changes->generation;
  for (guint i = 0; products->rows != NULL && i < products->rows->len; i++)
    take_row (heard, &g_array_index (products->rows, KdRowChange, i));
}

static void
check_rids (KdTestStore *self,
            Heard *heard)
{
  GHashTableIter iter;
  gpointer key;

  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product"), ==, g_hash_table_size (heard->rids));
  g_hash_table_iter_init (&iter, heard->rids);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM product WHERE rid=%zu", GPOINTER_TO_SIZE (key));
      g_assert_cmpint (kd_test_number (self, sql), ==, 1);
    }
}

static void
test_random (void)
{
  for (guint64 seed = 1; seed < 6; seed++)
    {
      g_autoptr (TestShop) shop = test_shop_new (seed);
      g_autoptr (GHashTable) rids = g_hash_table_new (NULL, NULL);
      Heard heard = { .rids = rids };
      guint id = kd_store_watch (shop->store->store, NULL, heard_cb, &heard, NULL);

      for (guint i = 0; i < 120; i++)
        {
          if (kd_random_below (&shop->store->random, 9) == 0)
            kd_test_undo (shop->store);
          else
            test_shop_step (shop);
          if (kd_random_below (&shop->store->random, 4) == 0)
            {
              kd_test_settle ();
              check_rids (shop->store, &heard);
            }
        }
      kd_test_settle ();
      check_rids (shop->store, &heard);
      g_assert_cmpuint (heard.generation, ==, kd_store_get_generation (shop->store->store));
      g_assert_cmpuint (heard.n, <, 120);
      kd_store_unwatch (shop->store->store, id);
    }
}

/* A pull that changes nothing of what is shown tells of nothing, however much was replayed. */
static void
test_netted (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  g_autoptr (GHashTable) rids = g_hash_table_new (NULL, NULL);
  Heard heard = { .rids = rids };
  gint64 rid;
  guint id;

  kd_test_add_product (self, "Kopi", NULL, 1000, 1000);
  kd_test_add_product (self, "Teh", NULL, 1000, 1000);
  kd_test_settle ();
  rid = kd_test_number (self, "SELECT rid FROM product WHERE name='Teh'");
  id = kd_store_watch (self->store, NULL, heard_cb, &heard, NULL);
  kd_test_add_contact (self, "Sari", NULL);
  kd_test_settle ();
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpuint (g_hash_table_size (rids), ==, 0);
  /* a row that is replayed keeps its rid */
  g_assert_cmpint (kd_test_number (self, "SELECT rid FROM product WHERE name='Teh'"), ==, rid);
  kd_store_unwatch (self->store, id);
  kd_test_add_contact (self, "Budi", NULL);
  kd_test_settle ();
  g_assert_cmpuint (heard.n, ==, 1);
}

static void
whole_cb (KdStore *store,
          const KdChangeSet *changes,
          gpointer data)
{
  const KdKindChange *contacts = &changes->kinds[kd_kind_contact.number];

  g_assert_true (contacts->whole);
  g_assert_null (contacts->rows);
  (*(guint *) data)++;
}

static void
test_whole (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (4);
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  guint n = 0;
  guint id = kd_store_watch (self->store, NULL, whole_cb, &n, NULL);

  for (guint i = 0; i < KD_CHANGE_ROWS_MAX + 1; i++)
    {
      KdRecord *record = kd_record_new (&kd_kind_contact);

      record->id = kd_store_new_id (self->store);
      record->seq = 1;
      g_ptr_array_add (records, record);
    }
  kd_test_pull_list (self, records);
  kd_test_settle ();
  g_assert_cmpuint (n, ==, 1);
  kd_store_unwatch (self->store, id);
}

/* Two that are not taken yet are one; the fields of both are in it. */
static void
merged_cb (KdStore *store,
           const KdChangeSet *changes,
           gpointer data)
{
  const KdKindChange *contacts = &changes->kinds[kd_kind_contact.number];
  const KdRowChange *row;

  g_assert_cmpuint (contacts->rows->len, ==, 1);
  row = &g_array_index (contacts->rows, KdRowChange, 0);
  g_assert_false (row->created);
  g_assert_cmpuint (row->fields, ==, (G_GUINT64_CONSTANT (1) << kd_shape_index (&kd_kind_contact.shape, "name"))
                                     | (G_GUINT64_CONSTANT (1) << kd_shape_index (&kd_kind_contact.shape, "email")));
  g_assert_cmpuint (changes->uids->len, ==, 2);
  (*(guint *) data)++;
}

static void
test_merged (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (5);
  KdId id = kd_test_add_contact (self, "Sari", NULL);
  guint n = 0, watch;

  kd_test_settle ();
  watch = kd_store_watch (self->store, NULL, merged_cb, &n, NULL);
  kd_test_done (self, kd_test_call ("contact.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"B\"}}", kd_test_id (&id)));
  kd_test_done (self, kd_test_call ("contact.patch", "{\"id\":\"%s\",\"set\":{\"email\":\"b@c.id\"}}", kd_test_id (&id)));
  kd_test_settle ();
  g_assert_cmpuint (n, ==, 1);
  kd_store_unwatch (self->store, watch);
}

void
test_watch_add (void)
{
  g_test_add_func ("/watch/random", test_random);
  g_test_add_func ("/watch/netted", test_netted);
  g_test_add_func ("/watch/whole", test_whole);
  g_test_add_func ("/watch/merged", test_merged);
}
