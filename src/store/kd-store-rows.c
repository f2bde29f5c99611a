/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-sql-kind.h"

#include <string.h>

static KdRecord *
load (KdStoreRows *self,
      const KdKind *kind,
      const KdId *id)
{
  GError *error = NULL;
  KdRecord *record = NULL;

  if (kd_row_cache_lookup (self->cache, kind, id, &record))
    return record;
  if (kd_store_rows_vacant (self, kind, id))
    return NULL;
  if (kd_store_rows_note (self, kd_sql_kind_get (self->connection, kind, NULL, id, &record, NULL, &error), &error))
    kd_row_cache_set (self->cache, kind, id, record);
  return record;
}

static gboolean
run_with_key (KdStoreRows *self,
              const char *sql,
              const KdKind *kind,
              const KdId *id,
              gint64 outbox_id,
              gboolean *ret_row)
{
  GError *error = NULL;
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (self->connection, sql, &error);
  KdSqlStep step = KD_SQL_ERRED;

  if (statement != NULL)
    {
      kd_sql_bind_int64 (statement, 1, kind->number);
      kd_sql_bind_id (statement, 2, id);
      if (outbox_id != 0)
        kd_sql_bind_int64 (statement, 3, outbox_id);
      step = kd_sql_step (statement, &error);
    }
  if (ret_row != NULL)
    *ret_row = step == KD_SQL_ROW;
  return kd_store_rows_note (self, step != KD_SQL_ERRED, &error);
}

/* An entry that reads what an earlier one wrote depends on it; rows that nobody wrote don't count. */
static void
touch_read (KdStoreRows *self,
            const KdKind *kind,
            const KdId *id)
{
  if (self->outbox_id != 0 && !kd_store_rows_vacant (self, kind, id))
    run_with_key (self,
                  "INSERT OR IGNORE INTO outbox_touch(kind, row_id, outbox_id, mode)"
                  " SELECT ?1, ?2, ?3, 0 WHERE EXISTS(SELECT 1 FROM base_row WHERE kind=?1 AND row_id=?2)",
                  kind, id, self->outbox_id, NULL);
}

static const KdRecord *
rows_get (KdRows *rows,
          const KdKind *kind,
          const KdId *id)
{
  KdStoreRows *self = (KdStoreRows *) rows;
  KdRecord *known;

  if (kd_row_cache_lookup (self->cache, kind, id, &known))
    return known;
  touch_read (self, kind, id);
  return load (self, kind, id);
}

/* Before an entry's first write to a row its present value goes to base_row. */
static void
keep_base (KdStoreRows *self,
           const KdKind *kind,
           const KdId *id,
           const KdRecord *before,
           gint64 rid)
{
  GError *error = NULL;
  g_autofree char *data = NULL;
  g_autoptr (KdSqlStatement) base = NULL;

  if (self->outbox_id == 0 || kd_store_rows_keep_fresh (self, kind, id, before == NULL))
    return;
  base = kd_sql_prepare (self->connection,
                         "INSERT OR IGNORE INTO base_row(kind, row_id, rid, data) VALUES(?1, ?2, ?3, ?4)", &error);
  if (!kd_store_rows_note (self, base != NULL, &error))
    return;
  if (before != NULL)
    {
      KdWireRow row = { .kind_number = kind->number, .kind = kind, .id = *id, .seq = before->seq,
                        .record = (KdRecord *) before };
      data = kd_wire_row_to_text (&row);
    }
  kd_sql_bind_int64 (base, 1, kind->number);
  kd_sql_bind_id (base, 2, id);
  kd_sql_bind_int64 (base, 3, rid);
  kd_sql_bind_text (base, 4, data);
  kd_store_rows_note (self, kd_sql_run (base, &error), &error);
  run_with_key (self,
                "INSERT INTO outbox_touch(kind, row_id, outbox_id, mode) VALUES(?1, ?2, ?3, 1)"
                " ON CONFLICT DO UPDATE SET mode=1", kind, id, self->outbox_id, NULL);
}

/* ---- what changed ---- */

/* The first value that a row had in this transaction, and the rid it left behind. */
typedef struct
{
  KdRowKey key;
  guint index;            /* in its kind's rows, + 1; 0: the kind became whole */
  KdRecord *before;       /* (owned) (nullable) */
  gint64 rid;
} FirstSeen;

static void
first_seen_free (gpointer data)
{
  FirstSeen *first = data;

  g_clear_pointer (&first->before, kd_record_free);
  g_free (first);
}

/* Rows that are restored and replayed are compared with what they were when all is done. */
#define NETTED_ROWS_MAX 20000

static gboolean
is_netted (KdStoreRows *self)
{
  return self->changes->origins != 1u << KD_CHANGE_EDIT;
}

static KdId
parent_of (const KdRecord *record)
{
  const KdShape *shape = &record->kind->shape;

  for (guint i = 0; i < shape->n_fields; i++)
    if ((shape->fields[i].flags & KD_FIELD_PARENT) != 0 && !kd_field_is_default (&shape->fields[i], record))
      return *(KdId *) kd_field_at (&shape->fields[i], record);
  return KD_ID_NONE;
}

static void
set_whole (KdKindChange *change)
{
  change->whole = TRUE;
  g_clear_pointer (&change->rows, g_array_unref);
}

static void
collect (KdStoreRows *self,
         const KdKind *kind,
         const KdId *id,
         const KdRecord *before,
         const KdRecord *after,
         gint64 rid_before,
         gint64 rid_after)
{
  KdKindChange *change = &self->changes->kinds[kind->number];
  KdRowKey look = { .id = *id, .kind = kind->number };
  KdRowChange row = { .id = *id };
  FirstSeen *first;

  /* whoever looks at these reads again; a list of hundreds of new rows tells nothing more */
  if (self->bulk && before == NULL)
    {
      set_whole (change);
      return;
    }
  first = g_hash_table_lookup (self->first_seen, &look);
  if (first == NULL)
    {
      first = g_new0 (FirstSeen, 1);
      first->key = look;
      if (is_netted (self) && before != NULL && !change->whole)
        first->before = kd_record_copy (before);
      g_hash_table_insert (self->first_seen, &first->key, first);
    }
  first->rid = rid_after != 0 ? rid_after : rid_before;
  if (change->whole)
    return;
  if (change->rows == NULL)
    change->rows = g_array_new (FALSE, FALSE, sizeof (KdRowChange));
  row.fields = before != NULL && after != NULL ? kd_record_diff (before, after) : ~G_GUINT64_CONSTANT (0);
  if (first->index != 0)
    {
      KdRowChange *old = &g_array_index (change->rows, KdRowChange, first->index - 1);

      old->rid_after = rid_after;
      old->how = after != NULL ? KD_ROW_PUT : KD_ROW_REMOVED;
      old->fields |= row.fields;
      old->parent = parent_of (after != NULL ? after : before);
      return;
    }
  row.parent = parent_of (after != NULL ? after : before);
  row.rid_before = rid_before;
  row.rid_after = rid_after;
  row.how = after != NULL ? KD_ROW_PUT : KD_ROW_REMOVED;
  row.created = before == NULL;
  g_array_append_val (change->rows, row);
  first->index = change->rows->len;
  if (change->rows->len > (is_netted (self) ? NETTED_ROWS_MAX : KD_CHANGE_ROWS_MAX))
    set_whole (change);
}

/* The rid of a row that was taken out in this transaction and now comes back: it keeps it. */
static gint64
rid_of_gone (KdStoreRows *self,
             const KdKind *kind,
             const KdId *id)
{
  KdRowKey look = { .id = *id, .kind = kind->number };
  const FirstSeen *first = g_hash_table_lookup (self->first_seen, &look);

  return first != NULL ? first->rid : 0;
}

/* What became of one row, all in all. FALSE: nothing. */
static gboolean
net_row (KdStoreRows *self,
         const KdKind *kind,
         KdRowChange *row,
         GError **error)
{
  KdRowKey look = { .id = row->id, .kind = kind->number };
  const FirstSeen *first = g_hash_table_lookup (self->first_seen, &look);
  g_autoptr (KdRecord) now = NULL;

  if (!kd_sql_kind_get (self->connection, kind, NULL, &row->id, &now, &row->rid_after, error))
    return TRUE;
  row->how = now != NULL ? KD_ROW_PUT : KD_ROW_REMOVED;
  row->created = first->before == NULL;
  if (now == NULL)
    return first->before != NULL;
  row->parent = parent_of (now);
  if (first->before == NULL)
    return TRUE;
  row->fields = kd_record_diff (first->before, now);
  return row->fields != 0 || row->rid_before != row->rid_after || !kd_record_equal (first->before, now);
}

static void
net (KdStoreRows *self)
{
  for (guint k = 0; k < G_N_ELEMENTS (self->changes->kinds); k++)
    {
      KdKindChange *change = &self->changes->kinds[k];
      guint kept = 0;

      for (guint i = 0; change->rows != NULL && i < change->rows->len; i++)
        {
          KdRowChange row = g_array_index (change->rows, KdRowChange, i);
          g_autoptr (GError) error = NULL;

          if (net_row (self, kd_kind_by_number (k), &row, &error))
            g_array_index (change->rows, KdRowChange, kept++) = row;
        }
      if (change->rows != NULL)
        g_array_set_size (change->rows, kept);
      if (kept > KD_CHANGE_ROWS_MAX)
        set_whole (change);
    }
}

guint64
kd_store_rows_publish (KdStoreRows *self)
{
  if (is_netted (self))
    net (self);
  return kd_store_publish (self->store, g_steal_pointer (&self->changes));
}

/* ---- writing ---- */

/* Whether the row stays where it stands; those of some kinds stand at their time. */
static gboolean
keeps_rid (const KdRecord *before,
           const KdRecord *record)
{
  return (record->kind->flags & KD_KIND_TIME_RID) == 0 || kd_record_get_rid (before) == kd_record_get_rid (record);
}

/* Writes a record that @before stood for at @rid_before, with index and change set. */
static gboolean
store_row (KdStoreRows *self,
           const KdRecord *before,
           gint64 rid_before,
           const KdRecord *record,
           gint64 rid)
{
  const KdKind *kind = record->kind;
  gint64 rid_after = 0;
  gboolean stored;
  GError *error = NULL;

  if (before == NULL && rid == 0)
    rid = rid_of_gone (self, kind, &record->id);
  if (before == NULL && rid == 0 && kd_store_rows_vacant (self, kind, &record->id))
    stored = kd_sql_kind_insert (self->connection, NULL, record, &rid_after, &error);
  else if (before != NULL && keeps_rid (before, record))
    {
      rid_after = rid_before;
      stored = kd_sql_kind_update (self->connection, NULL, before, record, &error);
    }
  else
    stored = kd_sql_kind_put (self->connection, NULL, record, rid, &rid_after, &error);
  if (!kd_store_rows_note (self, stored, &error))
    return FALSE;
  if (!kd_store_rows_note (self, kd_store_search_update (self, before, rid_before, record, rid_after, &error), &error))
    return FALSE;
  collect (self, kind, &record->id, before, record, rid_before, rid_after);
  return TRUE;
}

static gboolean
erase_row (KdStoreRows *self,
           const KdRecord *before,
           gint64 rid)
{
  GError *error = NULL;

  if (!kd_store_rows_note (self, kd_store_search_update (self, before, rid, NULL, 0, &error), &error))
    return FALSE;
  if (!kd_store_rows_note (self, kd_sql_kind_delete (self->connection, before->kind, NULL, &before->id, NULL, &error), &error))
    return FALSE;
  collect (self, before->kind, &before->id, before, NULL, rid, 0);
  return TRUE;
}

static void
rows_put (KdRows *rows,
          KdRecord *record)
{
  KdStoreRows *self = (KdStoreRows *) rows;
  const KdRecord *before = load (self, record->kind, &record->id);
  gint64 rid = 0;
  GError *error = NULL;

  record->by = self->by;
  self->wrote = TRUE;
  if (before != NULL)
    kd_store_rows_note (self, kd_sql_kind_get_rid (self->connection, record->kind, &record->id, &rid, &error), &error);
  keep_base (self, record->kind, &record->id, before, rid);
  store_row (self, before, rid, record, rid);
  kd_row_cache_set (self->cache, record->kind, &record->id, record);
}

static void
rows_remove (KdRows *rows,
             const KdKind *kind,
             const KdId *id)
{
  KdStoreRows *self = (KdStoreRows *) rows;
  KdId copy = *id;
  const KdRecord *before = load (self, kind, &copy);
  gint64 rid = 0;
  GError *error = NULL;

  if (before == NULL)
    return;
  kd_store_rows_note (self, kd_sql_kind_get_rid (self->connection, kind, &copy, &rid, &error), &error);
  keep_base (self, kind, &copy, before, rid);
  erase_row (self, before, rid);
  kd_row_cache_set (self->cache, kind, &copy, NULL);
}

static gboolean
rows_used (KdRows *rows,
           const KdKind *kind,
           const KdId *id)
{
  KdStoreRows *self = (KdStoreRows *) rows;
  gboolean found = FALSE;

  if (load (self, kind, id) != NULL)
    return TRUE;
  if (kd_store_rows_vacant (self, kind, id))
    return FALSE;
  run_with_key (self,
                "SELECT 1 FROM tombstone WHERE kind=?1 AND row_id=?2 UNION ALL"
                " SELECT 1 FROM base_row WHERE kind=?1 AND row_id=?2 AND data IS NOT NULL LIMIT 1",
                kind, id, 0, &found);
  return found;
}

static void
read_fresh (gpointer data,
            const KdRecord *record)
{
  touch_read (data, record->kind, &record->id);
}

static GPtrArray *
rows_scan (KdRows *rows,
           const KdKind *kind,
           const KdIndex *index,
           const KdRecord *like,
           guint n_fields,
           guint limit)
{
  KdStoreRows *self = (KdStoreRows *) rows;
  GError *error = NULL;
  GPtrArray *read = kd_sql_kind_scan (self->connection, kind, NULL, index, like, n_fields, limit, &error);

  if (!kd_store_rows_note (self, read != NULL, &error))
    return g_ptr_array_new ();
  return kd_row_cache_take_all (self->cache, kind, read, read_fresh, self);
}

static gboolean
rows_failed (KdRows *rows)
{
  return ((KdStoreRows *) rows)->error != NULL;
}

static const KdRowsClass store_rows_class = {
  .get = rows_get,
  .put = rows_put,
  .remove = rows_remove,
  .used = rows_used,
  .scan = rows_scan,
  .failed = rows_failed,
};

KdStoreRows *
kd_store_rows_new (KdStore *store,
                   KdSqlConnection *connection,
                   KdChangeOrigin origin)
{
  KdStoreRows *self = g_new0 (KdStoreRows, 1);

  self->rows.klass = &store_rows_class;
  self->store = store;
  self->connection = connection;
  self->cache = kd_row_cache_new ();
  self->changes = kd_change_set_new (origin);
  self->vacant = g_hash_table_new_full (kd_row_key_hash, kd_row_key_equal, g_free, NULL);
  self->fresh = g_hash_table_new_full (kd_row_key_hash, kd_row_key_equal, g_free, NULL);
  self->first_seen = g_hash_table_new_full (kd_row_key_hash, kd_row_key_equal, NULL, first_seen_free);
  return self;
}

void
kd_store_rows_free (KdStoreRows *self)
{
  if (self == NULL)
    return;
  kd_row_cache_free (self->cache);
  g_clear_pointer (&self->changes, kd_change_set_free);
  g_hash_table_unref (self->first_seen);
  g_hash_table_unref (self->vacant);
  g_hash_table_unref (self->fresh);
  g_clear_error (&self->error);
  g_free (self);
}

void
kd_store_rows_begin (KdStoreRows *self,
                     gint64 outbox_id,
                     const KdId *by)
{
  kd_row_cache_clear (self->cache);
  if (self->wrote)
    g_hash_table_remove_all (self->vacant);
  self->wrote = FALSE;
  g_hash_table_remove_all (self->fresh);
  self->outbox_id = outbox_id;
  self->by = *by;
}

gboolean
kd_store_rows_write (KdStoreRows *self,
                     const KdRecord *record,
                     gint64 rid)
{
  g_autoptr (KdRecord) before = NULL;
  gint64 now = 0;
  GError *error = NULL;

  if (!kd_store_rows_note (self, kd_sql_kind_get (self->connection, record->kind, NULL, &record->id, &before, &now, &error), &error))
    return FALSE;
  return store_row (self, before, now, record, rid);
}

gboolean
kd_store_rows_erase (KdStoreRows *self,
                     const KdKind *kind,
                     const KdId *id)
{
  g_autoptr (KdRecord) before = NULL;
  gint64 rid = 0;
  GError *error = NULL;

  if (!kd_store_rows_note (self, kd_sql_kind_get (self->connection, kind, NULL, id, &before, &rid, &error), &error))
    return FALSE;
  return before == NULL || erase_row (self, before, rid);
}

gboolean
kd_store_rows_rollback_to (KdStoreRows *self,
                           const char *savepoint,
                           GError **error)
{
  kd_row_cache_clear (self->cache);
  g_hash_table_remove_all (self->vacant);
  g_hash_table_remove_all (self->fresh);
  return kd_sql_rollback_to (self->connection, savepoint, error);
}

gboolean
kd_store_rows_failed_with (KdStoreRows *self,
                           GError **error)
{
  if (self->error == NULL)
    return FALSE;
  g_propagate_error (error, g_error_copy (self->error));
  return TRUE;
}
