/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

typedef struct
{
  guint id;
  KdStore *store;
  GMainContext *context;        /* (owned) */
  KdStoreWatchFunc func;
  gpointer data;
  GDestroyNotify destroy;
  KdChangeSet *waiting;         /* (owned) (nullable): not taken yet */
  GSource *source;              /* (owned) (nullable) */
} KdStoreWatch;

KdChangeSet *
kd_change_set_new (KdChangeOrigin origin)
{
  KdChangeSet *set = g_new0 (KdChangeSet, 1);

  set->origins = 1u << origin;
  set->uids = g_array_new (FALSE, FALSE, sizeof (KdId));
  return set;
}

void
kd_change_set_free (KdChangeSet *set)
{
  if (set == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (set->kinds); i++)
    g_clear_pointer (&set->kinds[i].rows, g_array_unref);
  g_array_unref (set->uids);
  g_free (set);
}

KdChangeSet *
kd_change_set_copy (const KdChangeSet *set)
{
  KdChangeSet *copy = g_new0 (KdChangeSet, 1);

  *copy = *set;
  copy->uids = g_array_copy (set->uids);
  for (guint i = 0; i < G_N_ELEMENTS (set->kinds); i++)
    copy->kinds[i].rows = set->kinds[i].rows != NULL ? g_array_copy (set->kinds[i].rows) : NULL;
  return copy;
}

gboolean
kd_change_set_is_empty (const KdChangeSet *set)
{
  for (guint i = 0; i < G_N_ELEMENTS (set->kinds); i++)
    if (set->kinds[i].whole || (set->kinds[i].rows != NULL && set->kinds[i].rows->len > 0))
      return FALSE;
  return !set->status;
}

/* A later set on top of an earlier one, row by row where both are short. */
static void
merge (KdChangeSet *into,
       const KdChangeSet *later)
{
  into->generation = later->generation;
  into->origins |= later->origins;
  into->status |= later->status;
  g_array_append_vals (into->uids, later->uids->data, later->uids->len);
  for (guint k = 0; k < G_N_ELEMENTS (into->kinds); k++)
    {
      KdKindChange *a = &into->kinds[k];
      const KdKindChange *b = &later->kinds[k];
      guint before = a->rows != NULL ? a->rows->len : 0;

      a->whole |= b->whole;
      if (b->rows == NULL || a->whole)
        continue;
      if (a->rows == NULL)
        a->rows = g_array_new (FALSE, FALSE, sizeof (KdRowChange));
      for (guint i = 0; i < b->rows->len; i++)
        {
          const KdRowChange *row = &g_array_index (b->rows, KdRowChange, i);
          guint j;

          for (j = 0; j < before; j++)
            if (kd_id_equal (&g_array_index (a->rows, KdRowChange, j).id, &row->id))
              break;
          if (j < before)
            {
              KdRowChange *known = &g_array_index (a->rows, KdRowChange, j);
              known->rid_after = row->rid_after;
              known->how = row->how;
              known->fields |= row->fields;
              known->parent = row->parent;
            }
          else
            g_array_append_val (a->rows, *row);
        }
      if (a->rows->len > KD_CHANGE_ROWS_MAX)
        a->whole = TRUE;
    }
  for (guint k = 0; k < G_N_ELEMENTS (into->kinds); k++)
    if (into->kinds[k].whole)
      g_clear_pointer (&into->kinds[k].rows, g_array_unref);
}

static gboolean
deliver_cb (gpointer data)
{
  KdStoreWatch *watch = data;
  KdStore *store = watch->store;
  g_autoptr (KdChangeSet) set = NULL;

  g_mutex_lock (&store->mutex);
  set = g_steal_pointer (&watch->waiting);
  g_clear_pointer (&watch->source, g_source_unref);
  g_mutex_unlock (&store->mutex);
  if (set != NULL)
    watch->func (store, set, watch->data);
  return G_SOURCE_REMOVE;
}

void
kd_store_watch_free (gpointer data)
{
  KdStoreWatch *watch = data;

  if (watch->source != NULL)
    {
      g_source_destroy (watch->source);
      g_source_unref (watch->source);
    }
  g_clear_pointer (&watch->waiting, kd_change_set_free);
  g_main_context_unref (watch->context);
  if (watch->destroy != NULL)
    watch->destroy (watch->data);
  g_free (watch);
}

guint64
kd_store_publish (KdStore *store,
                  KdChangeSet *set)
{
  g_mutex_lock (&store->mutex);
  set->generation = __atomic_add_fetch (&store->generation, 1, __ATOMIC_SEQ_CST);
  for (guint i = 0; i < store->watches->len; i++)
    {
      KdStoreWatch *watch = g_ptr_array_index (store->watches, i);

      if (watch->waiting != NULL)
        merge (watch->waiting, set);
      else
        watch->waiting = kd_change_set_copy (set);
      if (watch->source == NULL)
        {
          watch->source = g_idle_source_new ();
          g_source_set_priority (watch->source, G_PRIORITY_DEFAULT);
          g_source_set_callback (watch->source, deliver_cb, watch, NULL);
          g_source_attach (watch->source, watch->context);
        }
    }
  g_mutex_unlock (&store->mutex);
  {
    guint64 generation = set->generation;
    kd_change_set_free (set);
    return generation;
  }
}

guint
kd_store_watch (KdStore *store,
                GMainContext *context,
                KdStoreWatchFunc func,
                gpointer data,
                GDestroyNotify destroy)
{
  KdStoreWatch *watch = g_new0 (KdStoreWatch, 1);

  watch->store = store;
  watch->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  watch->func = func;
  watch->data = data;
  watch->destroy = destroy;
  g_mutex_lock (&store->mutex);
  watch->id = ++store->next_watch;
  g_ptr_array_add (store->watches, watch);
  g_mutex_unlock (&store->mutex);
  return watch->id;
}

void
kd_store_unwatch (KdStore *store,
                  guint id)
{
  KdStoreWatch *found = NULL;

  g_mutex_lock (&store->mutex);
  for (guint i = 0; i < store->watches->len && found == NULL; i++)
    {
      KdStoreWatch *watch = g_ptr_array_index (store->watches, i);
      if (watch->id == id)
        found = g_ptr_array_steal_index (store->watches, i);
    }
  g_mutex_unlock (&store->mutex);
  if (found != NULL)
    kd_store_watch_free (found);
}

guint64
kd_store_get_generation (KdStore *store)
{
  return __atomic_load_n (&store->generation, __ATOMIC_SEQ_CST);
}
