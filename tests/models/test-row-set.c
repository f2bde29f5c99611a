/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

#include "kd-row-set.h"

/* A selection is rows, not places. */

typedef struct
{
  TestSession *test;
  KdWindowModel *model;
  KdRowSet *set;
  KdId ids[30];
} Fixture;

static void
set_up (Fixture *self)
{
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);

  self->test = test_session_new (31);
  for (guint i = 0; i < G_N_ELEMENTS (self->ids); i++)
    {
      g_autofree char *name = g_strdup_printf ("P%02u", i);
      self->ids[i] = kd_test_add_product (self->test->store, name, NULL, 1000, 0);
    }
  self->model = kd_window_model_new (self->test->session, query);
  test_settle ();
  self->set = kd_row_set_new (self->model);
}

static void
tear_down (Fixture *self)
{
  g_assert_finalize_object (self->set);
  g_assert_finalize_object (self->model);
  test_session_free (self->test);
}

static void
ids_cb (GObject *source,
        GAsyncResult *result,
        gpointer data)
{
  GArray **ids = data;
  g_autoptr (GError) error = NULL;

  *ids = kd_row_set_ids_finish (KD_ROW_SET (source), result, &error);
  g_assert_no_error (error);
}

static GArray *
ids_of (Fixture *self)
{
  GArray *ids = NULL;

  kd_row_set_ids_async (self->set, NULL, ids_cb, &ids);
  kd_test_settle ();
  g_assert_nonnull (ids);
  return ids;
}

static void
test_follows (void)
{
  Fixture self;
  g_autoptr (KdListQuery) search = kd_list_query_new (KD_LIST_PRODUCTS);
  g_autoptr (GArray) ids = NULL;

  set_up (&self);
  kd_row_set_select (self.set, 3, 2, TRUE);
  kd_row_set_select (self.set, 10, 1, FALSE);
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 3);
  /* rows move, and are hidden by a filter */
  kd_test_done (self.test->store, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"P99\"}}",
                                                kd_test_id (&self.ids[3])));
  test_settle ();
  g_assert_true (kd_row_set_is_selected (self.set, 29));
  g_assert_true (kd_row_set_is_selected (self.set, 3));
  g_assert_false (kd_row_set_is_selected (self.set, 4));
  search->search = g_strdup ("P99");
  kd_window_model_set_query (self.model, search);
  test_settle ();
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 3);
  g_assert_true (kd_row_set_is_selected (self.set, 0));
  ids = ids_of (&self);
  g_assert_cmpuint (ids->len, ==, 3);
  g_assert_true (kd_id_equal (&g_array_index (ids, KdId, 0), &self.ids[3]));
  /* what is deleted leaves it */
  kd_test_done (self.test->store, kd_test_call ("product.delete", "{\"id\":\"%s\"}", kd_test_id (&self.ids[4])));
  test_settle ();
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 2);
  kd_row_set_unselect_all (self.set);
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 0);
  tear_down (&self);
}

static void
test_all (void)
{
  Fixture self;
  g_autoptr (KdListQuery) search = kd_list_query_new (KD_LIST_PRODUCTS);
  g_autoptr (GArray) ids = NULL, later = NULL;

  set_up (&self);
  kd_row_set_select_all (self.set);
  kd_row_set_unselect (self.set, 0, 5);
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 25);
  g_assert_false (kd_row_set_is_selected (self.set, 4));
  g_assert_true (kd_row_set_is_selected (self.set, 5));
  ids = ids_of (&self);
  g_assert_cmpuint (ids->len, ==, 25);
  g_assert_true (kd_id_equal (&g_array_index (ids, KdId, 0), &self.ids[5]));
  /* another filter: it stays the rows that it was */
  search->search = g_strdup ("P0");
  kd_window_model_set_query (self.model, search);
  test_settle ();
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 25);
  g_assert_true (kd_row_set_is_selected (self.set, 0)); /* P09: what is searched is newest first */
  g_assert_false (kd_row_set_is_selected (self.set, 9));
  later = ids_of (&self);
  g_assert_cmpuint (later->len, ==, 25);
  tear_down (&self);
}

static void
restored_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  g_assert_true (kd_row_set_restore_finish (KD_ROW_SET (source), result, NULL));
  *(gboolean *) data = TRUE;
}

static void
test_restore (void)
{
  Fixture self;
  KdId saved[3];
  gboolean done = FALSE;

  set_up (&self);
  saved[0] = self.ids[7];
  saved[1] = kd_store_new_id (self.test->store->store);
  saved[2] = self.ids[9];
  kd_row_set_restore_async (self.set, saved, 3, NULL, restored_cb, &done);
  test_until_flag (&done);
  g_assert_cmpuint (kd_row_set_count (self.set), ==, 2);
  g_assert_true (kd_row_set_is_selected (self.set, 7));
  g_assert_true (kd_row_set_is_selected (self.set, 9));
  tear_down (&self);
}

void
test_row_set_add (void)
{
  g_test_add_func ("/row-set/follows", test_follows);
  g_test_add_func ("/row-set/all", test_all);
  g_test_add_func ("/row-set/restore", test_restore);
}
