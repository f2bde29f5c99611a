/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-item-cache.h"

#define HELD_MAX (KD_PAGE_ROWS * KD_PAGES_KEPT)

struct _KdItemCache
{
  KdListKind kind;
  GHashTable *items;            /* rid -> Entry */
  GQueue used;                  /* of Entry that hold their item; the last used first */
};

typedef struct
{
  gint64 rid;
  KdItem *item;                 /* weak */
  KdItemCache *cache;
  GList link;                   /* in `used` while held */
  gboolean held;
} Entry;

KdItemCache *
kd_item_cache_new (KdListKind kind)
{
  KdItemCache *self = g_new0 (KdItemCache, 1);

  self->kind = kind;
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  g_queue_init (&self->used);
  return self;
}

static void
item_gone (gpointer data,
           GObject *item)
{
  Entry *entry = data;

  g_hash_table_remove (entry->cache->items, &entry->rid);
}

static void
let_go (KdItemCache *self,
        Entry *entry)
{
  g_queue_unlink (&self->used, &entry->link);
  entry->held = FALSE;
  g_object_unref (entry->item);
}

void
kd_item_cache_drop (KdItemCache *self)
{
  while (self->used.head != NULL)
    let_go (self, self->used.head->data);
}

void
kd_item_cache_free (KdItemCache *self)
{
  GHashTableIter iter;
  gpointer value;

  kd_item_cache_drop (self);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_object_weak_unref (G_OBJECT (((Entry *) value)->item), item_gone, value);
  g_hash_table_unref (self->items);
  g_free (self);
}

/* The last used one first. */
static void
hold (KdItemCache *self,
      Entry *entry)
{
  if (entry->held)
    g_queue_unlink (&self->used, &entry->link);
  else
    g_object_ref (entry->item);
  entry->held = TRUE;
  entry->link.data = entry;
  g_queue_push_head_link (&self->used, &entry->link);
  if (self->used.length > HELD_MAX)
    let_go (self, self->used.tail->data);
}

KdItem *
kd_item_cache_get (KdItemCache *self,
                   gint64 rid)
{
  Entry *entry = g_hash_table_lookup (self->items, &rid);
  KdItem *item;

  if (entry != NULL)
    {
      item = g_object_ref (entry->item);
      hold (self, entry);
      return item;
    }
  item = kd_item_new (self->kind, rid);
  entry = g_new0 (Entry, 1);
  entry->rid = rid;
  entry->item = item;
  entry->cache = self;
  g_hash_table_insert (self->items, &entry->rid, entry);
  g_object_weak_ref (G_OBJECT (item), item_gone, entry);
  hold (self, entry);
  return item;
}

KdItem *
kd_item_cache_lookup (KdItemCache *self,
                      gint64 rid)
{
  Entry *entry = g_hash_table_lookup (self->items, &rid);

  return entry != NULL ? entry->item : NULL;
}

KdItem *
kd_item_cache_find (KdItemCache *self,
                    const KdId *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (kd_id_equal (kd_item_get_id (((Entry *) value)->item), id))
      return ((Entry *) value)->item;
  return NULL;
}

void
kd_item_cache_rekey (KdItemCache *self,
                     gint64 from,
                     gint64 to)
{
  Entry *entry = g_hash_table_lookup (self->items, &from);

  if (entry == NULL || g_hash_table_contains (self->items, &to))
    return;
  g_hash_table_steal (self->items, &from);
  entry->rid = to;
  kd_item_set_rid (entry->item, to);
  g_hash_table_insert (self->items, &entry->rid, entry);
}

guint
kd_item_cache_get_held (KdItemCache *self)
{
  return self->used.length;
}

GPtrArray *
kd_item_cache_list (KdItemCache *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, g_object_ref (((Entry *) value)->item));
  return list;
}
