/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-run-private.h"

#include "kd-sql-kind.h"
#include "kd-sqlite.h"

static void
note (KdImportRows *self,
      GError *error)
{
  if (error != NULL && self->error == NULL)
    self->error = error;
  else
    g_clear_error (&error);
}

/* One snapshot for many reads: a lock each would cost more than the reads. */
static gboolean
begin (KdImportRows *self)
{
  GError *error = NULL;

  if (self->error != NULL)
    return FALSE;
  if (self->transaction.connection != NULL
      || kd_sql_begin (&self->transaction, self->connection, KD_SQL_READ, &error))
    return TRUE;
  note (self, error);
  return FALSE;
}

static const KdRecord *
import_get (KdRows *rows,
            const KdKind *kind,
            const KdId *id)
{
  KdImportRows *self = (KdImportRows *) rows;
  KdRecord *record = NULL;
  GError *error = NULL;

  if (kd_row_cache_lookup (self->cache, kind, id, &record))
    return record;
  if (!begin (self) || !kd_sql_kind_get (self->connection, kind, NULL, id, &record, NULL, &error))
    {
      note (self, error);
      return NULL;
    }
  kd_row_cache_set (self->cache, kind, id, record);
  return record;
}

static GPtrArray *
import_scan (KdRows *rows,
             const KdKind *kind,
             const KdIndex *index,
             const KdRecord *like,
             guint n_fields,
             guint limit)
{
  KdImportRows *self = (KdImportRows *) rows;
  GPtrArray *read = NULL;
  GError *error = NULL;

  if (begin (self))
    read = kd_sql_kind_scan (self->connection, kind, NULL, index, like, n_fields, limit, &error);
  if (read == NULL)
    {
      note (self, error);
      return g_ptr_array_new ();
    }
  return kd_row_cache_take_all (self->cache, kind, read, NULL, NULL);
}

static gboolean
import_used (KdRows *rows,
             const KdKind *kind,
             const KdId *id)
{
  return import_get (rows, kind, id) != NULL;
}

static gboolean
import_failed (KdRows *rows)
{
  return ((KdImportRows *) rows)->error != NULL;
}

static const KdRowsClass import_rows_class = {
  .get = import_get,
  .used = import_used,
  .scan = import_scan,
  .failed = import_failed,
};

KdImportRows *
kd_import_rows_new (const char *path,
                    GError **error)
{
  KdSqlConnection *connection = kd_sqlite_open (path, KD_SQLITE_READ_ONLY, error);
  KdImportRows *self;

  if (connection == NULL)
    return NULL;
  self = g_new0 (KdImportRows, 1);
  self->rows.klass = &import_rows_class;
  self->connection = connection;
  self->cache = kd_row_cache_new ();
  return self;
}

void
kd_import_rows_free (KdImportRows *self)
{
  if (self == NULL)
    return;
  kd_sql_rollback (&self->transaction);
  kd_row_cache_free (self->cache);
  kd_sql_close (self->connection);
  g_clear_error (&self->error);
  g_free (self);
}

void
kd_import_rows_clear (KdImportRows *self)
{
  kd_row_cache_clear (self->cache);
}

void
kd_import_rows_refresh (KdImportRows *self)
{
  kd_sql_rollback (&self->transaction);
}
