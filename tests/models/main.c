/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

TestSession *
test_session_new (guint64 seed)
{
  TestSession *self = g_new0 (TestSession, 1);

  self->store = kd_test_store_new (seed);
  self->session = kd_session_new (self->store->store);
  return self;
}

void
test_session_free (TestSession *self)
{
  kd_session_close (self->session);
  test_settle ();
  g_assert_finalize_object (self->session);
  kd_test_store_free (self->store);
  g_free (self);
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

void
test_until_flag (gboolean *flag)
{
  kd_test_until (is_set, flag);
}

static gboolean
time_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Longer than the time between two refreshes of a list. */
#define SETTLE_MS 270

void
test_settle (void)
{
  gboolean over = FALSE;

  kd_test_settle ();
  g_timeout_add (SETTLE_MS, time_cb, &over);
  test_until_flag (&over);
  kd_test_settle ();
}

/* ---- mirror ---- */

static void
take (TestMirror *self,
      guint position,
      guint n)
{
  for (guint i = 0; i < n; i++)
    g_ptr_array_insert (self->items, (int) (position + i), g_list_model_get_item (self->model, position + i));
}

static void
changed_cb (GListModel *model,
            guint position,
            guint removed,
            guint added,
            TestMirror *self)
{
  self->n_signals++;
  g_assert_cmpuint (position + removed, <=, self->items->len);
  g_assert_cmpuint (self->items->len - removed + added, ==, g_list_model_get_n_items (model));
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  take (self, position, added);
}

TestMirror *
test_mirror_new (GListModel *model)
{
  TestMirror *self = g_new0 (TestMirror, 1);

  self->model = g_object_ref (model);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (model, "items-changed", G_CALLBACK (changed_cb), self);
  take (self, 0, g_list_model_get_n_items (model));
  return self;
}

void
test_mirror_free (TestMirror *self)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_ptr_array_unref (self->items);
  g_object_unref (self->model);
  g_free (self);
}

void
test_mirror_check (TestMirror *self)
{
  g_assert_cmpuint (self->items->len, ==, g_list_model_get_n_items (self->model));
  for (guint i = 0; i < self->items->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);
      g_assert_true (item == g_ptr_array_index (self->items, i));
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_diff_add ();
  test_window_add ();
  test_row_set_add ();
  test_thread_add ();
  test_forms_add ();
  test_calls_add ();
  return g_test_run ();
}
