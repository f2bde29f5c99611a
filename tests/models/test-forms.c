/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

#include "kd-draft.h"
#include "kd-open-record.h"

/* Open records, drafts, counts, activities and the saved state of a session. */

static KdProduct *
product_of (KdOpenRecord *record)
{
  return (KdProduct *) kd_open_record_get_record (record);
}

static void
count_cb (GObject *object,
          guint *count)
{
  (*count)++;
}

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, NULL);

  g_assert_nonnull (commit);
  *(gboolean *) data = TRUE;
}

static void
test_record (void)
{
  g_autoptr (TestSession) test = test_session_new (51);
  KdId id = kd_test_add_product (test->store, "Kopi", "K-1", 5000, 2000), none = kd_store_new_id (test->store->store);
  g_autoptr (KdOpenRecord) record = kd_open_record_get (test->session, &kd_kind_product, &id), same = NULL, gone = NULL;
  g_autoptr (KdRecord) wanted = NULL;
  gboolean done = FALSE;
  guint changed = 0;

  same = kd_open_record_get (test->session, &kd_kind_product, &id);
  g_assert_true (same == record);
  g_assert_false (kd_open_record_is_loaded (record));
  gone = kd_open_record_get (test->session, &kd_kind_order, &none);
  test_settle ();
  g_assert_true (kd_open_record_is_loaded (record));
  g_assert_true (kd_open_record_is_waiting (record));
  g_assert_true (kd_open_record_is_gone (gone));
  g_assert_cmpstr (product_of (record)->name, ==, "Kopi");
  g_assert_cmpuint (kd_open_record_get_product (record)->variants->len, ==, 1);
  g_signal_connect (record, "changed", G_CALLBACK (count_cb), &changed);
  wanted = kd_record_copy (kd_open_record_get_record (record));
  g_free (((KdProduct *) wanted)->name);
  ((KdProduct *) wanted)->name = g_strdup ("Teh");
  kd_session_commit_one_async (test->session, "Edit product", "Teh", kd_call_product_patch (product_of (record), (KdProduct *) wanted),
                               committed_cb, &done);
  /* at once, before it is written */
  g_assert_cmpstr (product_of (record)->name, ==, "Teh");
  test_until_flag (&done);
  test_settle ();
  g_assert_cmpstr (product_of (record)->name, ==, "Teh");
  g_assert_cmpuint (changed, >, 1);
  /* stock, two steps away */
  {
    KdId variant = kd_test_variant_of (test->store, &id);

    kd_test_done (test->store, kd_call_stock_adjust (&variant, &test->store->location, 1000, KD_MOVE_RECEIPT, NULL));
  }
  test_settle ();
  g_assert_cmpint (((KdStockLevel *) kd_open_record_get_product (record)->levels->pdata[0])->on_hand, ==, 3000);
  kd_test_done (test->store, kd_call_product_delete (&id));
  test_settle ();
  g_assert_true (kd_open_record_is_gone (record) || product_of (record)->status == KD_PRODUCT_ARCHIVED);
}

/* What is refused leaves nothing typed behind. */
static void
test_refused (void)
{
  g_autoptr (TestSession) test = test_session_new (52);
  KdId a = kd_test_add_product (test->store, "A", "SAMA", 1000, 0), b = kd_test_add_product (test->store, "B", "LAIN", 1000, 0);
  KdId variant = kd_test_variant_of (test->store, &b);
  g_autoptr (KdOpenRecord) record = kd_open_record_get (test->session, &kd_kind_product, &b);
  KdPartial *set = kd_partial_new (&kd_kind_variant);
  const KdVariant *shown;
  gboolean done = FALSE;

  (void) a;
  test_settle ();
  *(char **) kd_partial_field (set, "sku") = g_strdup ("sama");
  kd_session_commit_one_async (test->session, "Edit", NULL, kd_call_patch (&kd_kind_variant, &variant, set, NULL),
                               committed_cb, &done);
  test_until_flag (&done);
  test_settle ();
  shown = kd_open_record_get_product (record)->variants->pdata[0];
  g_assert_cmpstr (shown->sku, ==, "LAIN");
  g_assert_false (kd_session_has_pending (test->session, &variant));
}

static void
test_draft (void)
{
  g_autoptr (TestSession) test = test_session_new (53);
  KdId id = kd_test_add_product (test->store, "Kopi", NULL, 5000, 0);
  g_autoptr (KdOpenRecord) record = kd_open_record_get (test->session, &kd_kind_product, &id);
  KdDraft *draft = kd_draft_get (test->session, &kd_kind_product, &id);
  g_autoptr (KdDraft) again = kd_draft_get (test->session, &kd_kind_product, &id);
  g_autoptr (KdPartial) set = kd_partial_new (&kd_kind_product), base = NULL;

  g_assert_true (draft == again);
  g_clear_object (&again);
  test_settle ();
  g_assert_true (kd_draft_is_loaded (draft));
  g_assert_false (kd_draft_is_dirty (draft));
  kd_draft_set_text (draft, "price", "6rb", kd_open_record_get_record (record));
  kd_draft_set_text (draft, "price", "6rb5", kd_open_record_get_record (record));
  g_assert_true (kd_draft_is_dirty (draft));
  g_assert_false (kd_draft_changed_underneath (draft, "price", kd_open_record_get_record (record)));
  g_object_unref (draft);
  test_settle ();
  /* it lasts, with what stood there when typing began */
  draft = kd_draft_get (test->session, &kd_kind_product, &id);
  kd_test_done (test->store, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"price\":7000}}", kd_test_id (&id)));
  test_settle ();
  g_assert_cmpstr (kd_draft_get_text (draft, "price"), ==, "6rb5");
  g_assert_true (kd_draft_changed_underneath (draft, "price", kd_open_record_get_record (record)));
  *(gint64 *) kd_partial_field (set, "price") = 6500;
  base = kd_draft_get_base (draft, set, kd_open_record_get_record (record));
  g_assert_cmpint (((KdProduct *) base->record)->price, ==, 5000);
  kd_draft_set_reason (draft, "price", "number.range");
  g_assert_cmpstr (kd_draft_get_reason (draft, "price"), ==, "number.range");
  kd_draft_clear (draft);
  g_assert_false (kd_draft_is_dirty (draft));
  g_object_unref (draft);
  draft = kd_draft_get (test->session, &kd_kind_product, &id);
  test_settle ();
  g_assert_null (kd_draft_get_text (draft, "price"));
  g_object_unref (draft);
}

/* Quitting within the 300 ms loses nothing. */
static void
test_quit (void)
{
  KdTestStore *store = kd_test_store_new (54);
  KdId id = kd_store_new_id (store->store);
  KdSession *session = kd_session_new (store->store);
  KdDraft *draft = kd_draft_get (session, &kd_kind_conversation, &id);

  kd_draft_set_text (draft, "body", "halo kak", NULL);
  kd_session_set_state (session, "pane", "inbox");
  kd_session_close (session);
  g_object_unref (draft);
  kd_test_settle ();
  g_assert_finalize_object (session);
  kd_test_store_reopen (store);
  session = kd_session_new (store->store);
  draft = kd_draft_get (session, &kd_kind_conversation, &id);
  test_settle ();
  g_assert_cmpstr (kd_draft_get_text (draft, "body"), ==, "halo kak");
  g_object_unref (draft);
  kd_session_close (session);
  kd_test_settle ();
  g_assert_finalize_object (session);
  kd_test_store_free (store);
}

static void
test_counts (void)
{
  g_autoptr (TestSession) test = test_session_new (55);
  KdCounts *counts = kd_session_get_counts (test->session);
  KdId contact = kd_test_add_contact (test->store, "Sari", NULL);
  KdId conversation = kd_test_add_conversation (test->store, &contact);

  kd_test_add_message (test->store, &conversation, "halo");
  kd_test_add_order (test->store, "Sari", &contact, 1000, TRUE);
  test_settle ();
  test_settle ();
  g_assert_true (kd_counts_is_loaded (counts));
  g_assert_cmpuint (kd_counts_get_unread (counts), ==, 1);
  g_assert_cmpuint (kd_counts_get_orders (counts, KD_TAB_NEW), ==, 1);
  g_assert_cmpuint (kd_counts_get_status (counts)->waiting, ==, 2);
}

static void
test_activity (void)
{
  g_autoptr (KdActivity) activity = kd_activity_new ("Import");
  guint changed = 0;

  g_signal_connect (activity, "changed", G_CALLBACK (count_cb), &changed);
  kd_activity_set_can_cancel (activity, TRUE);
  changed = 0;
  for (guint i = 0; i < 1000; i++)
    kd_activity_update (activity, i, 1000, "some");
  test_settle ();
  g_assert_cmpuint (changed, >, 0);
  g_assert_cmpuint (changed, <=, 3);
  g_assert_cmpuint (kd_activity_get_done (activity), ==, 999);
  kd_activity_cancel (activity);
  g_assert_true (kd_activity_is_cancelled (activity));
  kd_activity_finish (activity, KD_ACTIVITY_CANCELLED, "stopped");
  kd_test_settle ();
  g_assert_cmpstr (kd_activity_get_words (activity), ==, "stopped");
  kd_activity_set_can_resume (activity, TRUE);
  g_assert_true (kd_activity_can_resume (activity));
  kd_activity_resume (activity);
  g_assert_cmpint (kd_activity_get_state (activity), ==, KD_ACTIVITY_RUNNING);
  g_assert_false (kd_activity_is_cancelled (activity));
}

void
test_forms_add (void)
{
  g_test_add_func ("/forms/record", test_record);
  g_test_add_func ("/forms/refused", test_refused);
  g_test_add_func ("/forms/draft", test_draft);
  g_test_add_func ("/forms/quit", test_quit);
  g_test_add_func ("/forms/counts", test_counts);
  g_test_add_func ("/forms/activity", test_activity);
}
