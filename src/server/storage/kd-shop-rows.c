/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-rows.h"

#include "kd-buyer-index.h"
#include "kd-field-json.h"
#include "kd-row-cache.h"
#include "kd-shop-blobs.h"
#include "kd-sql-kind.h"

#include <sodium.h>
#include <string.h>

struct _KdShopRows
{
  KdRows rows;
  KdShopTx *tx;
  KdRowCache *cache;            /* (owned) */
  const KdContext *ctx;
  GArray *orders;               /* (owned) of KdId: orders put without a number */
  GHashTable *gains;            /* (owned): scope << 16 | kind -> Gain */
  KdHash audit_chain, audit_mark;
  GError *error;                /* (owned) (nullable) */
};

/* @error: by its address, for the call that sets it stands among the same arguments */
static gboolean
note (KdShopRows *self,
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

static KdRecord *
load (KdShopRows *self,
      const KdKind *kind,
      const KdId *id)
{
  KdRecord *record = NULL;
  GError *error = NULL;

  if (kd_row_cache_lookup (self->cache, kind, id, &record))
    return record;
  if (note (self, kd_sql_kind_get (self->tx->connection, kind, &self->tx->shop->id, id, &record, NULL, &error), &error))
    kd_row_cache_set (self->cache, kind, id, record);
  return record;
}

static const KdRecord *
rows_get (KdRows *rows,
          const KdKind *kind,
          const KdId *id)
{
  return load ((KdShopRows *) rows, kind, id);
}

/* ---- digests ---- */

/* What one kind in one scope gained in this transaction; it is written once, at its end. */
typedef struct
{
  gint64 n, n_at_mark;
  guint64 sum, sum_at_mark;     /* modulo 2^64, in C: SQLite's own sum overflows */
} Gain;

static void
change_digest (KdShopRows *self,
               KdScope scope,
               const KdKind *kind,
               gint64 n,
               guint64 sum)
{
  gpointer key = GUINT_TO_POINTER (scope << 16 | kind->number);
  Gain *gain = g_hash_table_lookup (self->gains, key);

  if (gain == NULL)
    {
      gain = g_new0 (Gain, 1);
      g_hash_table_insert (self->gains, key, gain);
    }
  gain->n += n;
  gain->sum += sum;
}

static gboolean
read_digest (KdShopRows *self,
             guint key,
             gint64 *ret_n,
             guint64 *ret_sum,
             GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    self->tx->connection, "SELECT n, sum FROM sync_digest WHERE shop_id=?1 AND scope=?2 AND kind=?3", error);
  KdSqlStep step;

  *ret_n = 0;
  *ret_sum = 0;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &self->tx->shop->id);
  kd_sql_bind_int64 (read, 2, key >> 16);
  kd_sql_bind_int64 (read, 3, key & 0xffff);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    {
      *ret_n = kd_sql_column_int64 (read, 0);
      *ret_sum = (guint64) kd_sql_column_int64 (read, 1);
    }
  return step != KD_SQL_ERRED;
}

gboolean
kd_shop_rows_write_digests (KdShopRows *self,
                            GError **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->gains);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Gain *gain = value;
      g_autoptr (KdSqlStatement) write = NULL;
      gint64 n;
      guint64 sum;

      if (!read_digest (self, GPOINTER_TO_UINT (key), &n, &sum, error))
        return FALSE;
      write = kd_sql_prepare (self->tx->connection,
                              "INSERT INTO sync_digest(shop_id, scope, kind, n, sum) VALUES(?1, ?2, ?3, ?4, ?5)"
                              " ON CONFLICT(shop_id, scope, kind) DO UPDATE SET n=excluded.n, sum=excluded.sum", error);
      if (write == NULL)
        return FALSE;
      kd_sql_bind_id (write, 1, &self->tx->shop->id);
      kd_sql_bind_int64 (write, 2, GPOINTER_TO_UINT (key) >> 16);
      kd_sql_bind_int64 (write, 3, GPOINTER_TO_UINT (key) & 0xffff);
      kd_sql_bind_int64 (write, 4, n + gain->n);
      kd_sql_bind_int64 (write, 5, (gint64) (sum + gain->sum));
      if (!kd_sql_run (write, error))
        return FALSE;
    }
  g_hash_table_remove_all (self->gains);
  return TRUE;
}

/* Keeps, or takes back, what was gained since. */
static void
mark_gains (KdShopRows *self,
            gboolean take_back)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->gains);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Gain *gain = value;

      if (take_back)
        {
          gain->n = gain->n_at_mark;
          gain->sum = gain->sum_at_mark;
        }
      gain->n_at_mark = gain->n;
      gain->sum_at_mark = gain->sum;
    }
}

static gboolean
write_sync_row (KdShopRows *self,
                const KdKind *kind,
                const KdId *id,
                gint64 seq,
                const char *op,
                KdScope scope,
                guint64 hash,
                GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    self->tx->connection,
    "INSERT INTO sync_row(shop_id, kind, row_id, seq, op, scope, hash, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT(shop_id, kind, row_id) DO UPDATE SET seq=excluded.seq, op=excluded.op, scope=excluded.scope,"
    " hash=excluded.hash, at=excluded.at", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &self->tx->shop->id);
  kd_sql_bind_int64 (write, 2, kind->number);
  kd_sql_bind_id (write, 3, id);
  kd_sql_bind_int64 (write, 4, seq);
  kd_sql_bind_static_text (write, 5, op);
  kd_sql_bind_int64 (write, 6, scope);
  kd_sql_bind_int64 (write, 7, (gint64) hash);
  kd_sql_bind_int64 (write, 8, self->tx->now);
  return kd_sql_run (write, error);
}

/* ---- audit and field edits ---- */

static void
hash_text (crypto_generichash_state *state,
           const char *text)
{
  guint32 n = text != NULL ? (guint32) strlen (text) : 0;

  crypto_generichash_update (state, (const guint8 *) &n, sizeof n);
  crypto_generichash_update (state, (const guint8 *) (text != NULL ? text : ""), n);
}

/* The chain covers a salted hash of the values, so that they can be erased and it still holds. */
static gboolean
write_audit (KdShopRows *self,
             const KdRecord *record,
             int field,
             const char *old,
             const char *new,
             GError **error)
{
  const KdContext *ctx = self->ctx;
  g_autoptr (KdSqlStatement) write = NULL;
  crypto_generichash_state state;
  guint8 salt[16];
  KdHash values;
  gint64 place[2] = { record->kind->number, field };

  self->tx->shop->random (self->tx->shop->random_data, salt, sizeof salt);
  crypto_generichash_init (&state, NULL, 0, sizeof values.b);
  crypto_generichash_update (&state, salt, sizeof salt);
  hash_text (&state, old);
  hash_text (&state, new);
  crypto_generichash_final (&state, values.b, sizeof values.b);
  crypto_generichash_init (&state, NULL, 0, sizeof self->audit_chain.b);
  crypto_generichash_update (&state, self->audit_chain.b, sizeof self->audit_chain.b);
  crypto_generichash_update (&state, values.b, sizeof values.b);
  crypto_generichash_update (&state, (const guint8 *) place, sizeof place);
  crypto_generichash_update (&state, record->id.b, sizeof record->id.b);
  crypto_generichash_update (&state, ctx->uid.b, sizeof ctx->uid.b);
  crypto_generichash_update (&state, (const guint8 *) &ctx->accepted, sizeof ctx->accepted);
  crypto_generichash_final (&state, self->audit_chain.b, sizeof self->audit_chain.b);
  write = kd_sql_prepare (self->tx->connection,
                          "INSERT INTO audit(shop_id, kind, row_id, field, old, new, salt, actor, uid, op, at, hash)"
                          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", error);
  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &self->tx->shop->id);
  kd_sql_bind_int64 (write, 2, record->kind->number);
  kd_sql_bind_id (write, 3, &record->id);
  kd_sql_bind_int64 (write, 4, field);
  kd_sql_bind_text (write, 5, old);
  kd_sql_bind_text (write, 6, new);
  kd_sql_bind_blob (write, 7, salt, sizeof salt);
  kd_sql_bind_id (write, 8, &ctx->actor.id);
  kd_sql_bind_id (write, 9, &ctx->uid);
  kd_sql_bind_id (write, 10, &ctx->op);
  kd_sql_bind_int64 (write, 11, ctx->accepted);
  kd_sql_bind_hash (write, 12, &self->audit_chain);
  return kd_sql_run (write, error);
}

static gboolean
write_field_edit (KdShopRows *self,
                  const KdRecord *record,
                  guint field,
                  GError **error)
{
  const KdContext *ctx = self->ctx;
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    self->tx->connection,
    "INSERT INTO field_edit(shop_id, kind, row_id, field, edited_at, uid, actor) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT(shop_id, kind, row_id, field) DO UPDATE SET edited_at=excluded.edited_at, uid=excluded.uid,"
    " actor=excluded.actor", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &self->tx->shop->id);
  kd_sql_bind_int64 (write, 2, record->kind->number);
  kd_sql_bind_id (write, 3, &record->id);
  kd_sql_bind_int64 (write, 4, record->kind->shape.fields[field].number);
  kd_sql_bind_int64 (write, 5, ctx->edited);
  kd_sql_bind_id (write, 6, &ctx->uid);
  kd_sql_bind_id (write, 7, &ctx->actor.id);
  return kd_sql_run (write, error);
}

static char *
field_text (const KdField *field,
            const KdRecord *record)
{
  GString *json = g_string_new (NULL);

  kd_field_append_json (field, record, json);
  return g_string_free (json, FALSE);
}

static gboolean
write_edits (KdShopRows *self,
             const KdRecord *before,
             const KdRecord *record,
             GError **error)
{
  const KdShape *shape = &record->kind->shape;
  guint64 changed;

  if ((record->kind->flags & (KD_KIND_APPEND_ONLY | KD_KIND_DERIVED)) != 0)
    return TRUE;
  if (before == NULL)
    return write_audit (self, record, 0, NULL, NULL, error);
  changed = kd_record_diff (before, record);
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      g_autofree char *old = NULL, *new = NULL;

      if ((changed >> i & 1) == 0 || (field->flags & (KD_FIELD_DERIVED | KD_FIELD_SECRET)) != 0)
        continue;
      if (field->merge == KD_MERGE_LATER && !write_field_edit (self, record, i, error))
        return FALSE;
      if (field->merge == KD_MERGE_MAX)
        continue;
      old = field_text (field, before);
      new = field_text (field, record);
      if (!write_audit (self, record, field->number, old, new, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- the operations ---- */

static gboolean
put (KdShopRows *self,
     const KdRecord *before,
     KdRecord *record,
     GError **error)
{
  KdScope scope = kd_record_get_scope (record);
  guint64 hash = kd_wire_row_hash (record);

  record->by = self->ctx->actor.id;
  record->seq = ++self->tx->head;
  if (before != NULL)
    {
      change_digest (self, kd_record_get_scope (before), before->kind, -1, -kd_wire_row_hash (before));
      if (!kd_shop_blob_grant_record (self->tx->connection, self->tx->shop, before, &self->ctx->actor.id, error))
        return FALSE;
    }
  change_digest (self, scope, record->kind, 1, hash);
  return (before != NULL ? kd_sql_kind_update (self->tx->connection, &self->tx->shop->id, before, record, error)
                          : kd_sql_kind_insert (self->tx->connection, &self->tx->shop->id, record, NULL, error))
         && write_sync_row (self, record->kind, &record->id, record->seq, "U", scope, hash, error)
         && (record->kind != &kd_kind_product
             || kd_buyer_index_put (self->tx->connection, &self->tx->shop->id, (KdProduct *) record, before == NULL, error))
         && write_edits (self, before, record, error);
}

static void
note_order (KdShopRows *self,
            const KdRecord *record)
{
  const KdOrder *order = (const KdOrder *) record;

  if (record->kind != &kd_kind_order || order->number != NULL || order->state == KD_ORDER_DRAFT)
    return;
  for (guint i = 0; i < self->orders->len; i++)
    if (kd_id_equal (&g_array_index (self->orders, KdId, i), &record->id))
      return;
  g_array_append_val (self->orders, record->id);
}

static void
rows_put (KdRows *rows,
          KdRecord *record)
{
  KdShopRows *self = (KdShopRows *) rows;
  const KdRecord *before = load (self, record->kind, &record->id);
  GError *error = NULL;

  note (self, put (self, before, record, &error), &error);
  note_order (self, record);
  kd_row_cache_set (self->cache, record->kind, &record->id, record);
}

static gboolean
erase (KdShopRows *self,
       const KdRecord *before,
       GError **error)
{
  KdScope scope = kd_record_get_scope (before);
  g_autofree char *old = NULL;

  self->tx->head++;
  change_digest (self, scope, before->kind, -1, -kd_wire_row_hash (before));
  if (!kd_sql_kind_delete (self->tx->connection, before->kind, &self->tx->shop->id, &before->id, NULL, error)
      || !write_sync_row (self, before->kind, &before->id, self->tx->head, "D", scope, 0, error)
      || (before->kind == &kd_kind_product
          && !kd_buyer_index_remove (self->tx->connection, &self->tx->shop->id, &before->id, error)))
    return FALSE;
  if (!kd_shop_blob_grant_record (self->tx->connection, self->tx->shop, before, &self->ctx->actor.id, error))
    return FALSE;
  if ((before->kind->flags & KD_KIND_DERIVED) != 0)
    return TRUE;
  old = kd_wire_canonical (before);
  return write_audit (self, before, 0, old, NULL, error);
}

static void
rows_remove (KdRows *rows,
             const KdKind *kind,
             const KdId *id)
{
  KdShopRows *self = (KdShopRows *) rows;
  KdId copy = *id;
  const KdRecord *before = load (self, kind, &copy);
  GError *error = NULL;

  if (before == NULL)
    return;
  note (self, erase (self, before, &error), &error);
  kd_row_cache_set (self->cache, kind, &copy, NULL);
}

static gboolean
rows_used (KdRows *rows,
           const KdKind *kind,
           const KdId *id)
{
  KdShopRows *self = (KdShopRows *) rows;
  GError *error = NULL;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    self->tx->connection, "SELECT 1 FROM sync_row WHERE shop_id=?1 AND kind=?2 AND row_id=?3", &error);
  KdSqlStep step = KD_SQL_ERRED;

  if (read != NULL)
    {
      kd_sql_bind_id (read, 1, &self->tx->shop->id);
      kd_sql_bind_int64 (read, 2, kind->number);
      kd_sql_bind_id (read, 3, id);
      step = kd_sql_step (read, &error);
    }
  note (self, step != KD_SQL_ERRED, &error);
  /* what never was is not there now: whoever makes it needn't look */
  if (step == KD_SQL_DONE)
    kd_row_cache_set (self->cache, kind, id, NULL);
  return step == KD_SQL_ROW;
}

static GPtrArray *
rows_scan (KdRows *rows,
           const KdKind *kind,
           const KdIndex *index,
           const KdRecord *like,
           guint n_fields,
           guint limit)
{
  KdShopRows *self = (KdShopRows *) rows;
  GError *error = NULL;
  GPtrArray *read = kd_sql_kind_scan (self->tx->connection, kind, &self->tx->shop->id, index, like, n_fields,
                                      limit, &error);

  if (!note (self, read != NULL, &error))
    return g_ptr_array_new ();
  return kd_row_cache_take_all (self->cache, kind, read, NULL, NULL);
}

static gboolean
rows_failed (KdRows *rows)
{
  return ((KdShopRows *) rows)->error != NULL;
}

static const KdRowsClass shop_rows_class = {
  .get = rows_get,
  .put = rows_put,
  .remove = rows_remove,
  .used = rows_used,
  .scan = rows_scan,
  .failed = rows_failed,
};

KdShopRows *
kd_shop_rows_new (KdShopTx *tx,
                  const KdHash *audit_chain)
{
  KdShopRows *self = g_new0 (KdShopRows, 1);

  self->rows.klass = &shop_rows_class;
  self->tx = tx;
  self->cache = kd_row_cache_new ();
  self->orders = g_array_new (FALSE, FALSE, sizeof (KdId));
  self->gains = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->audit_chain = *audit_chain;
  return self;
}

void
kd_shop_rows_free (KdShopRows *self)
{
  if (self == NULL)
    return;
  kd_row_cache_free (self->cache);
  g_array_unref (self->orders);
  g_hash_table_unref (self->gains);
  g_clear_error (&self->error);
  g_free (self);
}

KdRows *
kd_shop_rows_get_rows (KdShopRows *self)
{
  return &self->rows;
}

void
kd_shop_rows_begin (KdShopRows *self,
                    const KdContext *ctx)
{
  kd_row_cache_clear (self->cache);
  g_array_set_size (self->orders, 0);
  self->ctx = ctx;
}

gboolean
kd_shop_rows_failed_with (KdShopRows *self,
                          GError **error)
{
  if (self->error == NULL)
    return FALSE;
  g_propagate_error (error, g_error_copy (self->error));
  return TRUE;
}

GArray *
kd_shop_rows_unnumbered (KdShopRows *self)
{
  return self->orders;
}

const KdHash *
kd_shop_rows_get_audit_chain (KdShopRows *self)
{
  return &self->audit_chain;
}

void
kd_shop_rows_mark (KdShopRows *self)
{
  self->audit_mark = self->audit_chain;
  mark_gains (self, FALSE);
}

void
kd_shop_rows_undo_to_mark (KdShopRows *self)
{
  self->audit_chain = self->audit_mark;
  mark_gains (self, TRUE);
  kd_row_cache_clear (self->cache);
  g_array_set_size (self->orders, 0);
}
