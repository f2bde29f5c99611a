/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-test-model.h"

G_DEFINE_FINAL_TYPE (KdTestItem, kd_test_item, G_TYPE_OBJECT)

struct _KdTestModel {
  GObject parent_instance;
  GArray *ids;
  GHashTable *items; /* id to item */
  unsigned next_id;
  unsigned calls;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdTestModel, kd_test_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static guint changed_signal;

static void
kd_test_item_finalize (GObject *object)
{
  g_free (KD_TEST_ITEM (object)->text);
  G_OBJECT_CLASS (kd_test_item_parent_class)->finalize (object);
}

static void
kd_test_item_class_init (KdTestItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_test_item_finalize;
  changed_signal = g_signal_new ("changed", KD_TYPE_TEST_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
kd_test_item_init (KdTestItem *self)
{
}

void
kd_test_item_set_text (KdTestItem *self,
                       const char *text)
{
  g_free (self->text);
  self->text = g_strdup (text);
  g_signal_emit (self, changed_signal, 0);
}

static GType
get_item_type (GListModel *list)
{
  return KD_TYPE_TEST_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return KD_TEST_MODEL (list)->ids->len;
}

static gpointer
get_item (GListModel *list,
          guint position)
{
  KdTestModel *self = KD_TEST_MODEL (list);
  KdTestItem *item;
  unsigned id;

  if (position >= self->ids->len)
    return NULL;
  self->calls++;
  id = g_array_index (self->ids, unsigned, position);
  item = g_hash_table_lookup (self->items, GUINT_TO_POINTER (id));
  if (item != NULL)
    return g_object_ref (item);
  item = g_object_new (KD_TYPE_TEST_ITEM, NULL);
  item->id = id;
  g_hash_table_insert (self->items, GUINT_TO_POINTER (id), g_object_ref (item));
  return item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
kd_test_model_finalize (GObject *object)
{
  KdTestModel *self = KD_TEST_MODEL (object);

  g_array_unref (self->ids);
  g_hash_table_unref (self->items);
  G_OBJECT_CLASS (kd_test_model_parent_class)->finalize (object);
}

static void
kd_test_model_class_init (KdTestModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_test_model_finalize;
}

static void
kd_test_model_init (KdTestModel *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (unsigned));
  self->items = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

static void
fill (KdTestModel *self,
      unsigned n)
{
  for (unsigned i = 0; i < n; i++, self->next_id++)
    g_array_append_val (self->ids, self->next_id);
}

KdTestModel *
kd_test_model_new (unsigned n)
{
  KdTestModel *self = g_object_new (KD_TYPE_TEST_MODEL, NULL);

  fill (self, n);
  return self;
}

unsigned
kd_test_model_take_calls (KdTestModel *self)
{
  unsigned calls = self->calls;

  self->calls = 0;
  return calls;
}

void
kd_test_model_move (KdTestModel *self,
                    unsigned from,
                    unsigned to)
{
  unsigned id = g_array_index (self->ids, unsigned, from);
  unsigned first = MIN (from, to), n = MAX (from, to) - MIN (from, to) + 1;

  g_array_remove_index (self->ids, from);
  g_array_insert_val (self->ids, to, id);
  g_list_model_items_changed (G_LIST_MODEL (self), first, n, n);
}

void
kd_test_model_insert (KdTestModel *self,
                      unsigned at)
{
  g_array_insert_val (self->ids, at, self->next_id);
  self->next_id++;
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
}

void
kd_test_model_remove (KdTestModel *self,
                      unsigned at)
{
  g_array_remove_index (self->ids, at);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 0);
}

void
kd_test_model_requery (KdTestModel *self,
                       unsigned n)
{
  unsigned before = self->ids->len;

  g_array_set_size (self->ids, 0);
  fill (self, n);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, n);
}
