/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-blobs.h"

#include <string.h>

void
kd_shop_blob_clear (KdShopBlob *blob)
{
  g_clear_pointer (&blob->mime, g_free);
}

static gboolean
add_grant (KdSqlConnection *connection,
           const KdShop *shop,
           const KdHash *sha256,
           const KdId *holder,
           GError **error)
{
  g_autoptr (KdSqlStatement) add = NULL;

  /* a buyer before it has a contact */
  if (kd_id_is_none (holder))
    return TRUE;
  add = kd_sql_prepare (connection, "INSERT OR IGNORE INTO blob_grant(shop_id, sha256, holder) VALUES(?1, ?2, ?3)", error);
  if (add == NULL)
    return FALSE;
  kd_sql_bind_id (add, 1, &shop->id);
  kd_sql_bind_hash (add, 2, sha256);
  kd_sql_bind_id (add, 3, holder);
  return kd_sql_run (add, error);
}

gboolean
kd_shop_blob_add (KdSqlConnection *connection,
                  const KdShop *shop,
                  const KdShopBlob *blob,
                  const KdId *holder,
                  GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdSqlStatement) add = NULL;

  if (!kd_sql_begin (&tx, connection, KD_SQL_WRITE, error))
    return FALSE;
  add = kd_sql_prepare (connection, "INSERT OR IGNORE INTO blob(shop_id, sha256, size, mime, width, height, at)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
  if (add == NULL)
    return FALSE;
  kd_sql_bind_id (add, 1, &shop->id);
  kd_sql_bind_hash (add, 2, &blob->sha256);
  kd_sql_bind_int64 (add, 3, blob->size);
  kd_sql_bind_text (add, 4, blob->mime);
  kd_sql_bind_int64 (add, 5, blob->width);
  kd_sql_bind_int64 (add, 6, blob->height);
  kd_sql_bind_int64 (add, 7, shop->clock (shop->clock_data));
  return kd_sql_run (add, error) && add_grant (connection, shop, &blob->sha256, holder, error) && kd_sql_commit (&tx, error);
}

gboolean
kd_shop_blob_find (KdSqlConnection *connection,
                   const KdShop *shop,
                   const KdHash *sha256,
                   KdShopBlob *ret_blob,
                   GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT size, mime, width, height FROM blob WHERE shop_id=?1 AND sha256=?2", error);

  *ret_blob = (KdShopBlob){ .sha256 = *sha256 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_hash (read, 2, sha256);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  ret_blob->size = kd_sql_column_int64 (read, 0);
  ret_blob->mime = kd_sql_column_dup_text (read, 1);
  ret_blob->width = kd_sql_column_int64 (read, 2);
  ret_blob->height = kd_sql_column_int64 (read, 3);
  return TRUE;
}

/* ---- who may ---- */

static gboolean
media_refers (KdSqlConnection *connection,
              const KdShop *shop,
              KdScopes scopes,
              const KdHash *sha256,
              gboolean *ret_may,
              GError **error)
{
  KdMedia like = { .blob = *sha256 };
  g_autoptr (GPtrArray) rows = kd_shop_scan (connection, shop, &kd_kind_media, "blob", &like.parent, 1, 0, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len && !*ret_may; i++)
    *ret_may = (scopes >> kd_record_get_scope (g_ptr_array_index (rows, i)) & 1) != 0;
  return TRUE;
}

static gboolean
field_refers (KdSqlConnection *connection,
              const KdShop *shop,
              const KdKind *kind,
              const KdField *field,
              const KdHash *sha256,
              gboolean *ret_may,
              GError **error)
{
  /* names of a table of ours, no value */
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE shop_id=?1 AND \"%s\"=?2 LIMIT 1", kind->shape.name, field->name);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_hash (read, 2, sha256);
  step = kd_sql_step (read, error);
  *ret_may = step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

gboolean
kd_shop_blob_may_read (KdSqlConnection *connection,
                       const KdShop *shop,
                       KdScopes scopes,
                       const KdHash *sha256,
                       gboolean *ret_may,
                       GError **error)
{
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  *ret_may = FALSE;
  if (!media_refers (connection, shop, scopes, sha256, ret_may, error))
    return FALSE;
  for (guint i = 0; i < n && !*ret_may; i++)
    {
      if (kinds[i] == &kd_kind_media || kinds[i]->scope == KD_SCOPE_OF_REF || (scopes >> kinds[i]->scope & 1) == 0)
        continue;
      for (guint j = 0; j < kinds[i]->shape.n_fields && !*ret_may; j++)
        if (kinds[i]->shape.fields[j].type == KD_TYPE_BLOB_HASH
            && !field_refers (connection, shop, kinds[i], &kinds[i]->shape.fields[j], sha256, ret_may, error))
          return FALSE;
    }
  return TRUE;
}

gboolean
kd_shop_blob_may_name (KdSqlConnection *connection,
                       const KdShop *shop,
                       const KdId *holder,
                       KdScopes scopes,
                       const KdHash *sha256,
                       gboolean *ret_may,
                       GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT 1 FROM blob_grant WHERE shop_id=?1 AND sha256=?2 AND holder=?3", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_hash (read, 2, sha256);
  kd_sql_bind_id (read, 3, holder);
  step = kd_sql_step (read, error);
  *ret_may = step == KD_SQL_ROW;
  if (step == KD_SQL_ERRED)
    return FALSE;
  return *ret_may || kd_shop_blob_may_read (connection, shop, scopes, sha256, ret_may, error);
}

gboolean
kd_shop_blob_grant_record (KdSqlConnection *connection,
                           const KdShop *shop,
                           const KdRecord *record,
                           const KdId *holder,
                           GError **error)
{
  const KdShape *shape = &record->kind->shape;

  for (guint i = 0; i < shape->n_fields; i++)
    if (shape->fields[i].type == KD_TYPE_BLOB_HASH && !kd_field_is_default (&shape->fields[i], record)
        && !add_grant (connection, shop, kd_field_at (&shape->fields[i], record), holder, error))
      return FALSE;
  return TRUE;
}

/* ---- arguments ---- */

typedef struct
{
  KdShopTx *tx;
  const KdContext *ctx;
  KdOutcome *outcome;
  GError **error;
} Settle;

static gboolean has_blobs (const KdShape *shape, gconstpointer object);

static gboolean
field_has_blobs (const KdField *field,
                 gconstpointer object)
{
  gpointer at = kd_field_at (field, object);

  switch (field->type)
    {
    case KD_TYPE_BLOB_HASH:
      return !kd_hash_is_none (at);
    case KD_TYPE_PARTIAL:
      {
        const KdPartial *partial = *(KdPartial **) at;

        return partial != NULL && has_blobs (&partial->record->kind->shape, partial->record);
      }
    case KD_TYPE_LIST:
      {
        GPtrArray *list = *(GPtrArray **) at;

        for (guint i = 0; list != NULL && i < list->len; i++)
          if (has_blobs (field->item, g_ptr_array_index (list, i)))
            return TRUE;
        return FALSE;
      }
    default:
      return FALSE;
    }
}

static gboolean
has_blobs (const KdShape *shape,
           gconstpointer object)
{
  for (guint i = 0; i < shape->n_fields; i++)
    if (field_has_blobs (&shape->fields[i], object))
      return TRUE;
  return FALSE;
}

static void
fill_int (const KdShape *shape,
          const char *name,
          gpointer object,
          gint64 value)
{
  const KdField *field = kd_shape_find (shape, name);

  if (field != NULL && field->type == KD_TYPE_INT)
    *(gint64 *) kd_field_at (field, object) = value;
}

/* What stands beside the hash is what the server found, whatever was sent. */
static void
fill (const KdShape *shape,
      gpointer object,
      const KdShopBlob *blob)
{
  const KdField *mime = kd_shape_find (shape, "mime");

  if (mime == NULL || mime->type != KD_TYPE_TEXT)
    return;
  kd_field_reset (mime, object);
  *(char **) kd_field_at (mime, object) = g_strdup (blob->mime);
  fill_int (shape, "size", object, blob->size);
  fill_int (shape, "width", object, blob->width);
  fill_int (shape, "height", object, blob->height);
}

static gboolean
settle_hash (Settle *self,
             const KdShape *shape,
             const KdField *field,
             gpointer object)
{
  const KdHash *hash = kd_field_at (field, object);
  g_auto (KdShopBlob) blob = { 0 };
  GError *failed = NULL;
  gboolean may = self->ctx->actor.origin == KD_ORIGIN_JOB;

  if (kd_hash_is_none (hash))
    return TRUE;
  if (!kd_shop_blob_find (self->tx->connection, self->tx->shop, hash, &blob, &failed)
      || (!may && !kd_shop_blob_may_name (self->tx->connection, self->tx->shop, &self->ctx->actor.id, self->ctx->actor.scopes,
                                          hash, &may, &failed)))
    {
      if (failed != NULL)
        {
          g_propagate_error (self->error, failed);
          return FALSE;
        }
      may = FALSE;
    }
  if (!may)
    return kd_outcome_refuse_with (self->outcome, "media.not_found", "field", field->name);
  fill (shape, object, &blob);
  return TRUE;
}

static gboolean
settle_object (Settle *self,
               const KdShape *shape,
               gpointer object)
{
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      gpointer at = kd_field_at (field, object);

      if (field->type == KD_TYPE_BLOB_HASH && !settle_hash (self, shape, field, object))
        return FALSE;
      if (field->type == KD_TYPE_PARTIAL && *(KdPartial **) at != NULL)
        {
          KdPartial *partial = *(KdPartial **) at;

          if (strcmp (field->name, "base") != 0 && !settle_object (self, &partial->record->kind->shape, partial->record))
            return FALSE;
        }
      if (field->type == KD_TYPE_LIST)
        {
          GPtrArray *list = *(GPtrArray **) at;

          for (guint j = 0; list != NULL && j < list->len; j++)
            if (!settle_object (self, field->item, g_ptr_array_index (list, j)))
              return FALSE;
        }
    }
  return TRUE;
}

gboolean
kd_shop_blobs_settle (KdShopTx *tx,
                      const KdCall *call,
                      const KdContext *ctx,
                      KdCall **ret_call,
                      KdOutcome *outcome,
                      GError **error)
{
  g_autoptr (KdCall) copy = NULL;
  Settle self = { tx, ctx, outcome, error };

  *ret_call = NULL;
  if (!has_blobs (call->mutation->args, call->args))
    return TRUE;
  copy = kd_call_copy (call);
  if (!settle_object (&self, copy->mutation->args, copy->args))
    return FALSE;
  *ret_call = g_steal_pointer (&copy);
  return TRUE;
}

gboolean
kd_shop_blobs_ensure (KdSqlConnection *connection,
                      GError **error)
{
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < kinds[i]->shape.n_fields; j++)
      {
        const char *table = kinds[i]->shape.name, *column = kinds[i]->shape.fields[j].name;
        g_autofree char *sql = g_strdup_printf (
          "CREATE INDEX IF NOT EXISTS \"blob_of_%s_%s\" ON \"%s\"(shop_id, \"%s\") WHERE \"%s\" IS NOT NULL", table, column, table,
          column, column);

        if (kinds[i]->shape.fields[j].type == KD_TYPE_BLOB_HASH && kinds[i] != &kd_kind_media
            && !kd_sql_exec (connection, sql, error))
          return FALSE;
      }
  return TRUE;
}
