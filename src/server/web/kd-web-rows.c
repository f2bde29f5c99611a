/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-row-cache.h"
#include "kd-web-view.h"

/* The rows of a shop for a page that only reads: the functions of the domain judge on them as they
 * do inside a mutation, and each row is read once. */

typedef struct
{
  KdRows rows;
  KdSqlConnection *connection;
  const KdShop *shop;
  KdRowCache *cache;  /* (owned) */
  GError *error;      /* (owned) (nullable): the first */
} Rows;

static void
note (Rows *self,
      GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_clear_error (&error);
}

static const KdRecord *
rows_get (KdRows *rows,
          const KdKind *kind,
          const KdId *id)
{
  Rows *self = (Rows *) rows;
  KdRecord *record = NULL;
  GError *error = NULL;

  if (kd_row_cache_lookup (self->cache, kind, id, &record))
    return record;
  record = kd_shop_get (self->connection, self->shop, kind, id, &error);
  if (error != NULL)
    note (self, error);
  kd_row_cache_set (self->cache, kind, id, record);
  return record;
}

static GPtrArray *
rows_scan (KdRows *rows,
           const KdKind *kind,
           const KdIndex *index,
           const KdRecord *like,
           guint n_fields,
           guint limit)
{
  Rows *self = (Rows *) rows;
  GError *error = NULL;
  GPtrArray *read =
    kd_shop_scan (self->connection, self->shop, kind, index->name, like, n_fields, limit, &error);

  if (read == NULL)
    {
      note (self, error);
      return g_ptr_array_new ();
    }
  return kd_row_cache_take_all (self->cache, kind, read, NULL, NULL);
}

static void
rows_put (KdRows *rows,
          KdRecord *record)
{
  g_assert_not_reached ();
}

static void
rows_remove (KdRows *rows,
             const KdKind *kind,
             const KdId *id)
{
  g_assert_not_reached ();
}

static gboolean
rows_used (KdRows *rows,
           const KdKind *kind,
           const KdId *id)
{
  return rows_get (rows, kind, id) != NULL;
}

static gboolean
rows_failed (KdRows *rows)
{
  return ((Rows *) rows)->error != NULL;
}

static const KdRowsClass rows_class = {
  .get = rows_get,
  .put = rows_put,
  .remove = rows_remove,
  .used = rows_used,
  .scan = rows_scan,
  .failed = rows_failed,
};

KdRows *
kd_web_rows_new (KdSqlConnection *connection,
                 const KdShop *shop)
{
  Rows *self = g_new0 (Rows, 1);

  self->rows.klass = &rows_class;
  self->connection = connection;
  self->shop = shop;
  self->cache = kd_row_cache_new ();
  return &self->rows;
}

void
kd_web_rows_free (KdRows *rows)
{
  Rows *self = (Rows *) rows;

  if (rows == NULL)
    return;
  kd_row_cache_free (self->cache);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
kd_web_rows_get_error (KdRows *rows,
                       GError **error)
{
  Rows *self = (Rows *) rows;

  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
