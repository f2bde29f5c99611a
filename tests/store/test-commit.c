/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include <string.h>

/* One operation is all or nothing; what waits is replayed over what the server says. */

static void
test_refused (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (1);
  KdId id = kd_test_add_product (self, "Kopi", "K-1", 1000, 0), other = kd_store_new_id (self->store);
  KdId variant = kd_store_new_id (self->store);
  g_autofree char *before = kd_test_dump (self, TRUE), *after = NULL;
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  g_autoptr (KdCommit) commit = NULL;
  GError *error = NULL;

  /* the first would do, the second takes a SKU that is taken */
  g_ptr_array_add (calls, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh\"}}", kd_test_id (&id)));
  g_ptr_array_add (calls, kd_test_call ("product.save", "{\"id\":\"%s\",\"set\":{\"name\":\"X\"},\"variants\":[{\"id\":\"%s\","
                                        "\"set\":{\"sku\":\"k-1 \"}}]}", kd_test_id (&other), kd_test_id (&variant)));
  commit = kd_store_commit (self->store, "Two", calls, &error);
  g_assert_no_error (error);
  g_assert_cmpint (commit->refused, ==, 1);
  g_assert_cmpstr (commit->outcome.code, ==, "sku.taken");
  g_assert_cmpuint (commit->uids->len, ==, 0);
  g_assert_cmpuint (commit->generation, ==, 0);
  after = kd_test_dump (self, TRUE);
  g_assert_cmpstr (before, ==, after);
  kd_test_check_search (self);
}

static void
test_reopen (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (2);
  g_autofree char *before = NULL, *after = NULL;
  KdId contact = kd_test_add_contact (self, "Sari", "+628123456789");

  kd_test_add_product (self, "Kopi", "K-1", 1000, 3000);
  kd_test_add_order (self, "Sari", &contact, 5000, TRUE);
  before = kd_test_dump (self, TRUE);
  kd_test_store_reopen (self);
  after = kd_test_dump (self, TRUE);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpint (kd_store_get_identity (self->store)->role, ==, KD_ROLE_OWNER);
  g_assert_true (kd_id_equal (&kd_store_get_identity (self->store)->shop_id, &self->shop));
  kd_test_check_search (self);
  g_assert_true (kd_test_undo (self));
}

/* A row that arrives goes below what waits here, field by field of what was typed. */
static void
test_replay (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONTACTS);
  KdId id = kd_test_add_contact (self, "Sari", "+628123456789");
  KdContact *theirs;
  g_autofree char *dump = NULL;

  kd_test_done (self, kd_test_call ("contact.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Sari Dewi\"}}", kd_test_id (&id)));
  theirs = (KdContact *) kd_record_new (&kd_kind_contact);
  theirs->parent.id = id;
  theirs->parent.seq = 2;
  theirs->name = g_strdup ("Sari lama");
  theirs->phone = g_strdup ("+628111");
  kd_test_pull (self, &theirs->parent, NULL);
  dump = kd_test_dump (self, FALSE);
  g_assert_nonnull (strstr (dump, "Sari Dewi"));
  g_assert_nonnull (strstr (dump, "+628111"));
  g_assert_true (kd_test_undo (self));
  g_free (dump);
  dump = kd_test_dump (self, FALSE);
  g_assert_nonnull (strstr (dump, "Sari lama"));
  kd_test_check_search (self);
}

/* Entries keep their order: the second works on what the first made, however often it is replayed. */
static void
test_order (void)
{
  for (guint64 seed = 1; seed < 5; seed++)
    {
      g_autoptr (TestShop) shop = test_shop_new (seed);
      g_autofree char *before = NULL, *after = NULL;

      for (guint i = 0; i < 60; i++)
        test_shop_local_step (shop);
      before = kd_test_dump (shop->store, FALSE);
      kd_test_pull (shop->store, kd_record_new (&kd_kind_setting), NULL);
      kd_test_exec (shop->store, "DELETE FROM setting");
      after = kd_test_dump (shop->store, FALSE);
      g_assert_cmpstr (before, ==, after);
      kd_test_check_search (shop->store);
    }
}

/* What can't be done any more stays in the queue without effect, and works again if it can. */
static void
test_refused_here (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (4);
  KdContact *again;
  KdId id = kd_test_add_contact (self, "Sari", "+628123456789");
  g_autofree char *dump = NULL;

  kd_test_done (self, kd_test_call ("contact.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Sari Dewi\"}}", kd_test_id (&id)));
  kd_test_pull_gone (self, &kd_kind_contact, &id);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM outbox WHERE refused_here IS NOT NULL"), ==, 1);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM contact"), ==, 0);
  again = (KdContact *) kd_record_new (&kd_kind_contact);
  again->parent.id = id;
  again->name = g_strdup ("Sari");
  kd_test_pull (self, &again->parent, NULL);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM outbox WHERE refused_here IS NOT NULL"), ==, 0);
  dump = kd_test_dump (self, FALSE);
  g_assert_nonnull (strstr (dump, "Sari Dewi"));
}

typedef struct
{
  gboolean done, ok;
} Discard;

static gboolean
discard_done (gpointer data)
{
  return ((Discard *) data)->done;
}

static void
discarded_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  Discard *discard = data;

  discard->ok = kd_store_discard_finish (KD_STORE (source), result, NULL);
  discard->done = TRUE;
}

/* Discarding an entry takes those along that stand on it. */
static void
test_discard (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (5);
  g_autofree char *before = kd_test_dump (self, TRUE), *after = NULL;
  KdId id = kd_store_new_id (self->store), none = kd_store_new_id (self->store);
  g_autoptr (KdCommit) made = kd_test_commit (self, kd_test_call ("contact.create", "{\"id\":\"%s\",\"set\":{\"name\":\"A\"}}",
                                                                  kd_test_id (&id)));
  Discard discard = { 0 };

  kd_test_done (self, kd_test_call ("contact.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"B\"}}", kd_test_id (&id)));
  kd_store_discard_async (self->store, &g_array_index (made->uids, KdId, 0), NULL, discarded_cb, &discard);
  kd_test_until (discard_done, &discard);
  g_assert_true (discard.ok);
  after = kd_test_dump (self, TRUE);
  g_assert_cmpstr (before, ==, after);
  discard = (Discard){ 0 };
  kd_store_discard_async (self->store, &none, NULL, discarded_cb, &discard);
  kd_test_until (discard_done, &discard);
  g_assert_false (discard.ok);
}

/* A number printed is never printed again, and one that was refused wasn't printed. */
static void
test_alias (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (6);

  kd_test_add_order (self, "A", NULL, 1000, TRUE);
  kd_test_add_order (self, "B", NULL, 1000, TRUE);
  g_assert_true (kd_test_undo (self));
  kd_test_add_order (self, "C", NULL, 1000, TRUE);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM \"order\" WHERE alias IN ('A-1', 'A-3')"), ==, 2);
}

void
test_commit_add (void)
{
  g_test_add_func ("/commit/refused", test_refused);
  g_test_add_func ("/commit/reopen", test_reopen);
  g_test_add_func ("/commit/replay", test_replay);
  g_test_add_func ("/commit/order", test_order);
  g_test_add_func ("/commit/refused-here", test_refused_here);
  g_test_add_func ("/commit/discard", test_discard);
  g_test_add_func ("/commit/alias", test_alias);
}
