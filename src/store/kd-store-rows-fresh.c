/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include <stdlib.h>
#include <string.h>

/* What a bulk load knows of rows that it makes: that they can't be there already, and that their base
 * is nothing. It spares most reads, and writes the bookkeeping many rows at a time. */

guint
kd_row_key_hash (gconstpointer key)
{
  const KdRowKey *k = key;
  return kd_id_hash (&k->id) ^ k->kind;
}

gboolean
kd_row_key_equal (gconstpointer a,
           gconstpointer b)
{
  const KdRowKey *x = a, *y = b;
  return x->kind == y->kind && kd_id_equal (&x->id, &y->id);
}

gboolean
kd_store_rows_note (KdStoreRows *self,
                    gboolean ok,
                    GError **error)
{
  if (ok)
    return TRUE;
  if (self->error == NULL)
    self->error = *error != NULL ? g_steal_pointer (error)
                                 : g_error_new_literal (KD_SQL_ERROR, KD_SQL_ERROR_OTHER, "storage failed");
  g_clear_error (error);
  return FALSE;
}

/* ---- rows that can't be there ---- */

/* Whether no row of the kind, live or gone, has an id of that millisecond. */
static gboolean
find_vacant (KdStoreRows *self,
             const KdKind *kind,
             const KdId *id)
{
  g_autofree char *sql = g_strdup_printf (
    "SELECT EXISTS(SELECT 1 FROM \"%s\" WHERE id BETWEEN ?2 AND ?3)"
    " OR EXISTS(SELECT 1 FROM tombstone WHERE kind=?1 AND row_id BETWEEN ?2 AND ?3)"
    " OR EXISTS(SELECT 1 FROM base_row WHERE kind=?1 AND row_id BETWEEN ?2 AND ?3)", kind->shape.name);
  GError *error = NULL;
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (self->connection, sql, &error);
  KdId low = *id, high = *id;

  if (!kd_store_rows_note (self, statement != NULL, &error))
    return FALSE;
  memset (low.b + 6, 0, sizeof low.b - 6);
  memset (high.b + 6, 0xff, sizeof high.b - 6);
  kd_sql_bind_int64 (statement, 1, kind->number);
  kd_sql_bind_id (statement, 2, &low);
  kd_sql_bind_id (statement, 3, &high);
  return kd_store_rows_note (self, kd_sql_step (statement, &error) == KD_SQL_ROW, &error)
         && kd_sql_column_int64 (statement, 0) == 0;
}

/* A bulk load makes rows by the hundred in one millisecond: one look tells for all of them that none
 * is there, but for those that this entry itself has put, which the cache knows. */
gboolean
kd_store_rows_vacant (KdStoreRows *self,
                      const KdKind *kind,
                      const KdId *id)
{
  KdRowKey look = { .id = *id, .kind = kind->number };
  gpointer known;

  if (!self->bulk)
    return FALSE;
  memset (look.id.b + 6, 0, sizeof look.id.b - 6);
  memcpy (look.id.b + 12, look.id.b + 2, 4); /* what the hash looks at */
  if (!g_hash_table_lookup_extended (self->vacant, &look, NULL, &known))
    {
      known = GINT_TO_POINTER (find_vacant (self, kind, id));
      g_hash_table_insert (self->vacant, g_memdup2 (&look, sizeof look), known);
    }
  return GPOINTER_TO_INT (known);
}

/* ---- rows that this entry makes ---- */

#define FRESH_A_STATEMENT 64

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const KdRowKey *x = a, *y = b;

  return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind) : kd_id_compare (&x->id, &y->id);
}

/* Whether the row is one that this entry makes, here or earlier: its base is that there is none. */
gboolean
kd_store_rows_keep_fresh (KdStoreRows *self,
                          const KdKind *kind,
                          const KdId *id,
                          gboolean absent)
{
  KdRowKey key = { .id = *id, .kind = kind->number };

  if (!self->bulk)
    return FALSE;
  if (g_hash_table_contains (self->fresh, &key))
    return TRUE;
  if (!absent || !kd_store_rows_vacant (self, kind, id))
    return FALSE;
  g_hash_table_add (self->fresh, g_memdup2 (&key, sizeof key));
  return TRUE;
}

static char *
fresh_sql (const char *head,
           const char *row,
           guint n)
{
  GString *sql = g_string_new (head);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, row, i > 0 ? "," : "", 2 * i + 2, 2 * i + 3);
  return g_string_free (sql, FALSE);
}

static gboolean
insert_fresh (KdStoreRows *self,
              const char *sql,
              const KdRowKey *keys,
              guint n)
{
  GError *error = NULL;
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (self->connection, sql, &error);

  if (insert == NULL)
    return kd_store_rows_note (self, FALSE, &error);
  kd_sql_bind_int64 (insert, 1, self->outbox_id);
  for (guint i = 0; i < n; i++)
    {
      kd_sql_bind_int64 (insert, (int) (2 * i + 2), keys[i].kind);
      kd_sql_bind_static_blob (insert, (int) (2 * i + 3), keys[i].id.b, sizeof keys[i].id.b);
    }
  return kd_store_rows_note (self, kd_sql_run (insert, &error), &error);
}

/* Both tables are written in the order of their keys, many rows a statement. */
gboolean
kd_store_rows_end (KdStoreRows *self)
{
  guint n = g_hash_table_size (self->fresh), at = 0;
  g_autofree KdRowKey *keys = NULL;
  g_autofree char *base = NULL, *touch = NULL;
  GHashTableIter iter;
  gpointer key;

  if (n == 0)
    return self->error == NULL;
  keys = g_new (KdRowKey, n);
  g_hash_table_iter_init (&iter, self->fresh);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    keys[at++] = *(const KdRowKey *) key;
  qsort (keys, n, sizeof *keys, compare_keys);
  for (guint i = 0; i < n && self->error == NULL; i += FRESH_A_STATEMENT)
    {
      guint many = MIN (n - i, FRESH_A_STATEMENT);

      if (i == 0 || many < FRESH_A_STATEMENT)
        {
          g_free (base);
          g_free (touch);
          base = fresh_sql ("INSERT OR IGNORE INTO base_row(kind, row_id, rid) VALUES", "%s(?%u,?%u,0*?1)", many);
          touch = fresh_sql ("INSERT OR IGNORE INTO outbox_touch(kind, row_id, outbox_id, mode) VALUES",
                             "%s(?%u,?%u,?1,1)", many);
        }
      insert_fresh (self, base, keys + i, many);
      insert_fresh (self, touch, keys + i, many);
    }
  g_hash_table_remove_all (self->fresh);
  return self->error == NULL;
}
