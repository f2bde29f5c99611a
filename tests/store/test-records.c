/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include "kd-store-private.h"

/* One record with all its page shows; threads; drafts and what is kept of this desktop. */

static gpointer
read_product (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  return kd_store_product_detail (store, connection, data, error);
}

static void
test_product (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (1);
  KdId id = kd_test_add_product (self, "Kopi", "K-1", 1000, 4000), none = kd_store_new_id (self->store);
  GError *error = NULL;
  KdProductDetail *detail;

  kd_test_done (self, kd_test_call ("product.save", "{\"id\":\"%s\",\"variants\":[{\"id\":\"%s\",\"cost\":5000000,"
                                    "\"code\":\"8991002105485\"}],\"pictures\":[{\"id\":\"%s\",\"source\":\"https://a.id/x.png\","
                                    "\"position\":\"a\"}]}", kd_test_id (&id),
                                    kd_test_id (&(KdId[]){ kd_test_variant_of (self, &id) }[0]),
                                    kd_test_id (&(KdId[]){ kd_store_new_id (self->store) }[0])));
  detail = kd_store_read (self->store, read_product, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (detail->product->name, ==, "Kopi");
  g_assert_cmpuint (detail->variants->len, ==, 1);
  g_assert_cmpuint (detail->levels->len, ==, 1);
  g_assert_cmpuint (detail->costs->len, ==, 1);
  g_assert_cmpuint (detail->codes->len, ==, 1);
  g_assert_cmpuint (detail->media->len, ==, 1);
  g_assert_cmpuint (detail->locations->len, ==, 1);
  g_assert_cmpuint (detail->moves->len, ==, 1);
  g_assert_cmpuint (detail->conflicts->len, ==, 0);
  kd_product_detail_free (detail);
  g_assert_null (kd_store_read (self->store, read_product, &none, &error));
  g_assert_no_error (error);
}

static gpointer
read_order (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  return kd_store_order_detail (store, connection, data, error);
}

static void
test_order (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (2);
  KdId contact = kd_test_add_contact (self, "Sari", "+628111"), payment = kd_store_new_id (self->store);
  KdId id = kd_test_add_order (self, "Sari", &contact, 5000, TRUE);
  GError *error = NULL;
  KdOrderDetail *detail;

  kd_test_done (self, kd_test_call ("payment.record", "{\"id\":\"%s\",\"order\":\"%s\",\"amount\":5000}", kd_test_id (&payment),
                                    kd_test_id (&id)));
  detail = kd_store_read (self->store, read_order, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (detail->lines->len, ==, 1);
  g_assert_cmpuint (detail->payments->len, ==, 1);
  g_assert_cmpint (detail->order->payment, ==, KD_PAYMENT_PAID);
  g_assert_cmpstr (detail->contact->name, ==, "Sari");
  kd_order_detail_free (detail);
}

/* ---- threads ---- */

typedef struct
{
  KdId conversation;
  gint64 anchor;
  gboolean older;
  guint n;
} Page;

static gpointer
read_page (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  const Page *page = data;

  return kd_store_thread_page (store, connection, &page->conversation, page->anchor, page->older, page->n, error);
}

static GPtrArray *
page_of (KdTestStore *self,
         const KdId *conversation,
         gint64 anchor,
         gboolean older,
         guint n)
{
  Page page = { *conversation, anchor, older, n };
  GError *error = NULL;
  GPtrArray *entries = kd_store_read (self->store, read_page, &page, &error);

  g_assert_no_error (error);
  return entries;
}

/* Paging from either end gives every message once, in order. */
static void
test_thread (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  KdId contact = kd_test_add_contact (self, "Sari", NULL), other = kd_test_add_contact (self, "Budi", NULL);
  KdId conversation = kd_test_add_conversation (self, &contact), noise = kd_test_add_conversation (self, &other);
  GPtrArray *all;
  gint64 anchor = 0;
  guint seen = 0;

  for (guint i = 0; i < 47; i++)
    {
      /* several in one millisecond are told apart by their ids */
      if (i % 3 == 0)
        self->now -= 1000;
      kd_test_add_message (self, &conversation, "halo");
      kd_test_add_message (self, &noise, "lain");
    }
  all = page_of (self, &conversation, 0, FALSE, 1000);
  g_assert_cmpuint (all->len, ==, 47);
  for (guint i = 1; i < all->len; i++)
    g_assert_cmpint (((KdThreadEntry *) all->pdata[i - 1])->rid, <, ((KdThreadEntry *) all->pdata[i])->rid);
  g_assert_cmpstr (((KdThreadEntry *) all->pdata[0])->author, ==, "Sari");
  for (;;)
    {
      GPtrArray *page = page_of (self, &conversation, anchor, TRUE, 10);

      for (guint i = 0; i < page->len; i++)
        g_assert_cmpint (((KdThreadEntry *) page->pdata[i])->rid, ==,
                         ((KdThreadEntry *) all->pdata[all->len - seen - page->len + i])->rid);
      seen += page->len;
      if (page->len > 0)
        anchor = ((KdThreadEntry *) page->pdata[0])->rid;
      g_ptr_array_unref (page);
      if (seen == all->len)
        break;
    }
  seen = 0;
  anchor = 0;
  while (seen < all->len)
    {
      GPtrArray *page = page_of (self, &conversation, anchor, FALSE, 10);

      g_assert_cmpint (((KdThreadEntry *) page->pdata[0])->rid, ==, ((KdThreadEntry *) all->pdata[seen])->rid);
      seen += page->len;
      anchor = ((KdThreadEntry *) page->pdata[page->len - 1])->rid;
      g_ptr_array_unref (page);
    }
  g_ptr_array_unref (all);
}

/* ---- drafts and local state ---- */

static gpointer
read_drafts (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  return kd_store_drafts (store, connection, 3, data, error);
}

static void
test_drafts (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (4);
  KdId id = kd_store_new_id (self->store);
  KdStoredDraft draft = { .kind = 3, .row_id = id, .field = (char *) "price", .text = (char *) "15rb", .base = (char *) "12000" };
  GError *error = NULL;
  GPtrArray *drafts;

  kd_store_set_draft_async (self->store, &draft);
  draft.text = (char *) "15.5";
  kd_store_set_draft_async (self->store, &draft);
  draft.field = (char *) "name";
  kd_store_set_draft_async (self->store, &draft);
  kd_test_store_reopen (self);
  drafts = kd_store_read (self->store, read_drafts, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (drafts->len, ==, 2);
  g_assert_cmpstr (((KdStoredDraft *) drafts->pdata[1])->text, ==, "15.5");
  g_assert_cmpstr (((KdStoredDraft *) drafts->pdata[1])->base, ==, "12000");
  g_assert_cmpint (((KdStoredDraft *) drafts->pdata[1])->at, ==, KD_TEST_NOW);
  g_ptr_array_unref (drafts);
  draft.text = NULL;
  kd_store_set_draft_async (self->store, &draft);
  drafts = kd_store_read (self->store, read_drafts, &id, &error);
  g_assert_cmpuint (drafts->len, ==, 1);
  g_ptr_array_unref (drafts);
  kd_store_clear_drafts_async (self->store, 3, &id);
  drafts = kd_store_read (self->store, read_drafts, &id, &error);
  g_assert_cmpuint (drafts->len, ==, 0);
  g_ptr_array_unref (drafts);
}

static gpointer
read_local (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  return kd_store_get_local (store, connection, data, error);
}

static void
test_local (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (5);
  GError *error = NULL;
  g_autofree char *value = NULL;

  kd_store_set_local_async (self->store, "pane", "orders");
  kd_store_set_local_async (self->store, "pane", "catalog");
  kd_test_store_reopen (self);
  value = kd_store_read (self->store, read_local, (gpointer) "pane", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, "catalog");
  kd_store_set_local_async (self->store, "pane", NULL);
  g_assert_null (kd_store_read (self->store, read_local, (gpointer) "pane", &error));
}

void
test_records_add (void)
{
  g_test_add_func ("/records/product", test_product);
  g_test_add_func ("/records/order", test_order);
  g_test_add_func ("/records/thread", test_thread);
  g_test_add_func ("/records/drafts", test_drafts);
  g_test_add_func ("/records/local", test_local);
}
