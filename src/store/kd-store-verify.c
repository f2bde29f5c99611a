/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"
#include "kd-store-sync.h"

#include "kd-sql-kind.h"
#include "kd-sqlite.h"

/* The digests are kept as rows are written, so a row that changed behind our back (a bad disk,
 * another program) agrees with them until somebody counts anew. On a thread and a connection of its
 * own, in one snapshot: nobody waits for it. */

typedef struct
{
  KdSqlConnection *connection;
  GHashTable *digests;    /* (owned): scope << 16 | kind -> KdDigest, less what was counted */
  GHashTable *pending;    /* (owned): KdRowKey of rows whose base stands in base_row */
} Count;

static void
count_record (Count *self,
              const KdRecord *record)
{
  guint scope = kd_record_get_scope (record), kind = record->kind->number;
  gpointer key = GUINT_TO_POINTER (scope << 16 | kind);
  KdDigest *digest = g_hash_table_lookup (self->digests, key);

  if (digest == NULL)
    {
      digest = g_new0 (KdDigest, 1);
      digest->kind = kind;
      g_hash_table_insert (self->digests, key, digest);
    }
  digest->n--;
  digest->sum -= kd_wire_row_hash (record);
}

static gboolean
load_digests (Count *self,
              GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, "SELECT scope, kind, n, sum FROM digest", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdDigest *digest = g_new0 (KdDigest, 1);

      digest->kind = (guint) kd_sql_column_int64 (read, 1);
      digest->n = kd_sql_column_int64 (read, 2);
      digest->sum = (guint64) kd_sql_column_int64 (read, 3);
      g_hash_table_insert (self->digests, GUINT_TO_POINTER ((guint) kd_sql_column_int64 (read, 0) << 16 | digest->kind), digest);
    }
  return step == KD_SQL_DONE;
}

static gboolean
count_base_rows (Count *self,
                 GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, "SELECT kind, row_id, data FROM base_row", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdRowKey *key = g_new0 (KdRowKey, 1);
      g_auto (KdWireRow) row = { 0 };

      key->kind = (guint) kd_sql_column_int64 (read, 0);
      kd_sql_column_id (read, 1, &key->id);
      g_hash_table_add (self->pending, key);
      if (kd_sql_column_is_null (read, 2))
        continue;
      if (!kd_wire_row_parse (kd_sql_column_text (read, 2), -1, &row, error))
        return FALSE;
      if (row.record != NULL)
        count_record (self, row.record);
    }
  return step == KD_SQL_DONE;
}

static gboolean
count_kind (Count *self,
            const KdKind *kind,
            GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (kind, KD_SQL_FORM_DEVICE, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\"", columns, kind->shape.name);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, sql, error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_autoptr (KdRecord) record = kd_sql_kind_read (read, kind, KD_SQL_FORM_DEVICE, 0);
      KdRowKey key = { record->id, kind->number };

      if (!g_hash_table_contains (self->pending, &key))
        count_record (self, record);
    }
  return step == KD_SQL_DONE;
}

static gboolean
verify_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  const KdKind **ret_wrong = data;
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (GHashTable) digests = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GHashTable) pending = g_hash_table_new_full (kd_row_key_hash, kd_row_key_equal, g_free, NULL);
  Count self = { connection, digests, pending };
  GHashTableIter iter;
  gpointer value;
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  if (!kd_sql_begin (&transaction, connection, KD_SQL_READ, error)
      || !load_digests (&self, error) || !count_base_rows (&self, error))
    return FALSE;
  for (guint k = 0; k < n; k++)
    if (!count_kind (&self, kinds[k], error))
      return FALSE;
  g_hash_table_iter_init (&iter, digests);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const KdDigest *digest = value;

      if (digest->n != 0 || digest->sum != 0)
        *ret_wrong = kd_kind_by_number (digest->kind);
    }
  return TRUE;
}

static void
verified_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  g_autoptr (GTask) task = data;
  const KdKind **wrong = kd_sql_worker_result_get_data (result);
  GError *error = NULL;

  /* here, so that its own thread never drops the last reference */
  kd_sql_worker_shutdown (KD_SQL_WORKER (source), KD_SQL_BACKGROUND);
  if (kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    g_task_return_pointer (task, (gpointer) *wrong, NULL);
  else
    g_task_return_error (task, kd_store_translate (error));
}

void
kd_store_verify_async (KdStore *store,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, data);
  GError *error = NULL;
  KdSqlConnection *connection;
  KdSqlWorker *worker;

  g_task_set_source_tag (task, kd_store_verify_async);
  connection = kd_sqlite_open (store->path, KD_SQLITE_READ_ONLY, &error);
  if (connection == NULL)
    {
      g_task_return_error (task, kd_store_translate (error));
      return;
    }
  worker = kd_sql_worker_new ("kd-verify", (store->flags & KD_STORE_INLINE) != 0 ? KD_SQL_WORKER_AT_ONCE : KD_SQL_WORKER_THREAD,
                              connection);
  /* the task holds the worker; its last unref ends the thread */
  g_object_set_data_full (G_OBJECT (task), "worker", worker, g_object_unref);
  kd_sql_worker_run_async (worker, KD_SQL_BACKGROUND, verify_work, g_new0 (const KdKind *, 1), g_free, cancellable,
                           verified_cb, g_object_ref (task));
}

gboolean
kd_store_verify_finish (KdStore *store,
                        GAsyncResult *result,
                        const KdKind **ret_wrong,
                        GError **error)
{
  GError *failed = NULL;

  *ret_wrong = g_task_propagate_pointer (G_TASK (result), &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}
