/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-row-cache.h"

typedef struct
{
  KdId id;
  guint kind;
} Key;

struct _KdRowCache
{
  GHashTable *rows;     /* (owned): Key -> KdRecord or NULL */
  GPtrArray *replaced;  /* (owned): given out, and replaced since */
};

static guint
key_hash (gconstpointer key)
{
  const Key *k = key;
  return kd_id_hash (&k->id) ^ k->kind;
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const Key *x = a, *y = b;
  return x->kind == y->kind && kd_id_equal (&x->id, &y->id);
}

static void
free_record (gpointer record)
{
  kd_record_free (record);
}

KdRowCache *
kd_row_cache_new (void)
{
  KdRowCache *cache = g_new0 (KdRowCache, 1);

  cache->rows = g_hash_table_new_full (key_hash, key_equal, g_free, free_record);
  cache->replaced = g_ptr_array_new_with_free_func (free_record);
  return cache;
}

void
kd_row_cache_free (KdRowCache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref (cache->rows);
  g_ptr_array_unref (cache->replaced);
  g_free (cache);
}

void
kd_row_cache_clear (KdRowCache *cache)
{
  g_hash_table_remove_all (cache->rows);
  g_ptr_array_set_size (cache->replaced, 0);
}

gboolean
kd_row_cache_lookup (KdRowCache *cache,
                     const KdKind *kind,
                     const KdId *id,
                     KdRecord **ret_record)
{
  Key look = { .id = *id, .kind = kind->number };
  gpointer record;

  if (!g_hash_table_lookup_extended (cache->rows, &look, NULL, &record))
    return FALSE;
  *ret_record = record;
  return TRUE;
}

void
kd_row_cache_set (KdRowCache *cache,
                  const KdKind *kind,
                  const KdId *id,
                  KdRecord *record)
{
  Key look = { .id = *id, .kind = kind->number };
  gpointer key, old;

  if (g_hash_table_steal_extended (cache->rows, &look, &key, &old))
    {
      if (old != NULL && old != record)
        g_ptr_array_add (cache->replaced, old);
      g_hash_table_insert (cache->rows, key, record);
      return;
    }
  g_hash_table_insert (cache->rows, g_memdup2 (&look, sizeof look), record);
}

GPtrArray *
kd_row_cache_take_all (KdRowCache *cache,
                       const KdKind *kind,
                       GPtrArray *read,
                       void (*fresh) (gpointer data, const KdRecord *record),
                       gpointer data)
{
  GPtrArray *found = g_ptr_array_sized_new (read->len);

  g_ptr_array_set_free_func (read, NULL);
  for (guint i = 0; i < read->len; i++)
    {
      KdRecord *record = g_ptr_array_index (read, i);
      KdRecord *known = NULL;

      if (kd_row_cache_lookup (cache, kind, &record->id, &known) && known != NULL)
        kd_record_free (record);
      else
        {
          if (fresh != NULL)
            fresh (data, record);
          kd_row_cache_set (cache, kind, &record->id, record);
          known = record;
        }
      g_ptr_array_add (found, known);
    }
  g_ptr_array_unref (read);
  return found;
}
