/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rows.h"

#include <string.h>

struct _KdMemoryRows
{
  KdRows rows;
  GHashTable **live;     /* (owned): by kind number, KdId -> KdRecord */
  GHashTable **gone;     /* (owned): by kind number, set of KdId */
  GPtrArray *old;        /* (owned): replaced records, kept for those who hold them */
  guint n_kinds;
};

static KdId *
id_dup (const KdId *id)
{
  return g_memdup2 (id, sizeof *id);
}

static const KdRecord *
memory_get (KdRows *rows,
            const KdKind *kind,
            const KdId *id)
{
  KdMemoryRows *self = (KdMemoryRows *) rows;
  return g_hash_table_lookup (self->live[kind->number - 1], id);
}

static void
memory_take (KdMemoryRows *self,
             const KdKind *kind,
             const KdId *id)
{
  gpointer key, old;

  if (g_hash_table_steal_extended (self->live[kind->number - 1], id, &key, &old))
    {
      g_free (key);
      g_ptr_array_add (self->old, old);
    }
}

static void
memory_put (KdRows *rows,
            KdRecord *record)
{
  KdMemoryRows *self = (KdMemoryRows *) rows;
  guint slot = record->kind->number - 1;

  memory_take (self, record->kind, &record->id);
  g_hash_table_remove (self->gone[slot], &record->id);
  g_hash_table_insert (self->live[slot], id_dup (&record->id), record);
}

static void
memory_remove (KdRows *rows,
               const KdKind *kind,
               const KdId *id)
{
  KdMemoryRows *self = (KdMemoryRows *) rows;
  KdId copy = *id;

  memory_take (self, kind, &copy);
  g_hash_table_add (self->gone[kind->number - 1], id_dup (&copy));
}

static gboolean
memory_used (KdRows *rows,
             const KdKind *kind,
             const KdId *id)
{
  KdMemoryRows *self = (KdMemoryRows *) rows;
  return g_hash_table_contains (self->live[kind->number - 1], id)
         || g_hash_table_contains (self->gone[kind->number - 1], id);
}

static int
compare_field (const KdField *field,
               gconstpointer a,
               gconstpointer b)
{
  gconstpointer x = kd_field_at (field, a), y = kd_field_at (field, b);
  const char *s, *t;

  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      return kd_id_compare (x, y);
    case KD_TYPE_BLOB_HASH:
      return memcmp (x, y, sizeof (KdHash));
    case KD_TYPE_TEXT:
    case KD_TYPE_POSITION:
      s = *(char *const *) x, t = *(char *const *) y;
      return g_strcmp0 (s != NULL ? s : "", t != NULL ? t : "");
    case KD_TYPE_ENUM:
      return g_strcmp0 (kd_enum_to_text (field, *(const int *) x),
                        kd_enum_to_text (field, *(const int *) y));
    case KD_TYPE_BOOL:
      return *(const int *) x - *(const int *) y;
    default:
      return *(const gint64 *) x < *(const gint64 *) y ? -1 : *(const gint64 *) x > *(const gint64 *) y;
    }
}

static int
compare_by_index (gconstpointer a,
                  gconstpointer b,
                  gpointer data)
{
  const KdRecord *x = *(KdRecord *const *) a, *y = *(KdRecord *const *) b;
  const KdIndex *index = data;

  for (guint i = 0; index->fields[i] != NULL; i++)
    {
      int order = compare_field (kd_shape_find (&x->kind->shape, index->fields[i]), x, y);
      if (order != 0)
        return order;
    }
  return kd_id_compare (&x->id, &y->id);
}

static GPtrArray *
memory_scan (KdRows *rows,
             const KdKind *kind,
             const KdIndex *index,
             const KdRecord *like,
             guint n_fields,
             guint limit)
{
  KdMemoryRows *self = (KdMemoryRows *) rows;
  GPtrArray *found = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, self->live[kind->number - 1]);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    {
      gboolean same = TRUE;

      for (guint i = 0; same && i < n_fields; i++)
        same = kd_field_equal (kd_shape_find (&kind->shape, index->fields[i]), record, like);
      if (same)
        g_ptr_array_add (found, record);
    }
  g_ptr_array_sort_with_data (found, compare_by_index, (gpointer) index);
  if (limit > 0 && found->len > limit)
    g_ptr_array_set_size (found, (int) limit);
  return found;
}

static const KdRowsClass memory_class = {
  .get = memory_get,
  .put = memory_put,
  .remove = memory_remove,
  .used = memory_used,
  .scan = memory_scan,
};

KdMemoryRows *
kd_memory_rows_new (void)
{
  KdMemoryRows *self = g_new0 (KdMemoryRows, 1);

  self->rows.klass = &memory_class;
  kd_kinds (&self->n_kinds);
  self->live = g_new (GHashTable *, self->n_kinds);
  self->gone = g_new (GHashTable *, self->n_kinds);
  self->old = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  for (guint i = 0; i < self->n_kinds; i++)
    {
      self->live[i] = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free,
                                             (GDestroyNotify) kd_record_free);
      self->gone[i] = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, NULL);
    }
  return self;
}

KdMemoryRows *
kd_memory_rows_copy (const KdMemoryRows *rows)
{
  KdMemoryRows *copy = kd_memory_rows_new ();
  GHashTableIter iter;
  gpointer id, record;

  for (guint i = 0; i < rows->n_kinds; i++)
    {
      g_hash_table_iter_init (&iter, rows->live[i]);
      while (g_hash_table_iter_next (&iter, &id, &record))
        g_hash_table_insert (copy->live[i], id_dup (id), kd_record_copy (record));
      g_hash_table_iter_init (&iter, rows->gone[i]);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        g_hash_table_add (copy->gone[i], id_dup (id));
    }
  return copy;
}

gboolean
kd_memory_rows_equal (const KdMemoryRows *a,
                      const KdMemoryRows *b)
{
  GHashTableIter iter;
  gpointer id, record;

  for (guint i = 0; i < a->n_kinds; i++)
    {
      if (g_hash_table_size (a->live[i]) != g_hash_table_size (b->live[i]))
        return FALSE;
      g_hash_table_iter_init (&iter, a->live[i]);
      while (g_hash_table_iter_next (&iter, &id, &record))
        {
          const KdRecord *other = g_hash_table_lookup (b->live[i], id);
          if (other == NULL || !kd_record_equal (record, other))
            return FALSE;
        }
    }
  return TRUE;
}

guint
kd_memory_rows_count (const KdMemoryRows *rows,
                      const KdKind *kind)
{
  return g_hash_table_size (rows->live[kind->number - 1]);
}

void
kd_memory_rows_foreach (const KdMemoryRows *rows,
                        const KdKind *kind,
                        GFunc func,
                        gpointer data)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, rows->live[kind->number - 1]);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    func (record, data);
}

void
kd_memory_rows_free (KdMemoryRows *rows)
{
  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->n_kinds; i++)
    {
      g_hash_table_unref (rows->live[i]);
      g_hash_table_unref (rows->gone[i]);
    }
  g_free (rows->live);
  g_free (rows->gone);
  g_ptr_array_unref (rows->old);
  g_free (rows);
}

KdRows *
kd_memory_rows_get_rows (KdMemoryRows *rows)
{
  return &rows->rows;
}
