/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-blobs.h"

#include "kd-store-private.h"

enum { TO_SEND, SENT, FAILED };

void
kd_store_blob_clear (KdStoreBlob *blob)
{
  g_clear_pointer (&blob->mime, g_free);
}

gboolean
kd_store_blob_add (KdStore *store,
                   KdSqlConnection *connection,
                   const KdStoreBlob *blob,
                   GError **error)
{
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    connection,
    "INSERT INTO blob(sha256, size, mime, have, state, last_used) VALUES(?1, ?2, ?3, 1, ?4, ?5)"
    " ON CONFLICT(sha256) DO UPDATE SET have=1, last_used=excluded.last_used, error=NULL,"
    " state=CASE WHEN state=?6 THEN excluded.state ELSE state END", error);

  if (insert == NULL)
    return FALSE;
  kd_sql_bind_hash (insert, 1, &blob->sha256);
  kd_sql_bind_int64 (insert, 2, blob->size);
  kd_sql_bind_text (insert, 3, blob->mime);
  kd_sql_bind_int64 (insert, 4, TO_SEND);
  kd_sql_bind_int64 (insert, 5, kd_store_now (store));
  kd_sql_bind_int64 (insert, 6, FAILED);
  return kd_sql_run (insert, error);
}

gboolean
kd_store_blob_next (KdStore *store,
                    KdSqlConnection *connection,
                    KdStoreBlob *ret_blob,
                    guint *ret_left,
                    GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT b.sha256, b.size, b.mime, count(*) OVER () FROM blob b"
    " JOIN (SELECT waits_for, min(id) AS first FROM outbox WHERE waits_for IS NOT NULL GROUP BY waits_for) o"
    " ON o.waits_for=b.sha256 WHERE b.state=?1 ORDER BY o.first LIMIT 1", error);
  KdSqlStep step;

  *ret_blob = (KdStoreBlob){ 0 };
  *ret_left = 0;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_int64 (read, 1, TO_SEND);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    {
      kd_sql_column_hash (read, 0, &ret_blob->sha256);
      ret_blob->size = kd_sql_column_int64 (read, 1);
      ret_blob->mime = kd_sql_column_dup_text (read, 2);
      *ret_left = (guint) kd_sql_column_int64 (read, 3);
    }
  return step != KD_SQL_ERRED;
}

static gboolean
set_state (KdSqlConnection *connection,
           const KdHash *sha256,
           int state,
           const char *message,
           GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (
    connection, "UPDATE blob SET state=?2, error=?3 WHERE sha256=?1", error);

  if (update == NULL)
    return FALSE;
  kd_sql_bind_hash (update, 1, sha256);
  kd_sql_bind_int64 (update, 2, state);
  kd_sql_bind_text (update, 3, message);
  return kd_sql_run (update, error);
}

static gboolean
set_waiting (KdSqlConnection *connection,
             const char *sql,
             const KdHash *sha256,
             const char *message,
             GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (connection, sql, error);

  if (update == NULL)
    return FALSE;
  kd_sql_bind_hash (update, 1, sha256);
  if (message != NULL)
    kd_sql_bind_text (update, 2, message);
  return kd_sql_run (update, error);
}

gboolean
kd_store_blob_sent (KdStore *store,
                    KdSqlConnection *connection,
                    const KdHash *sha256,
                    GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || !set_state (connection, sha256, SENT, NULL, error)
      || !set_waiting (connection, "UPDATE outbox SET waits_for=NULL, last_error=NULL WHERE waits_for=?1", sha256, NULL, error)
      || !kd_sql_commit (&transaction, error))
    return FALSE;
  kd_store_publish_status (store);
  return TRUE;
}

gboolean
kd_store_blob_failed (KdStore *store,
                      KdSqlConnection *connection,
                      const KdHash *sha256,
                      const char *message,
                      GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || !set_state (connection, sha256, FAILED, message, error)
      || !set_waiting (connection, "UPDATE outbox SET last_error=?2, attempts=attempts + 1 WHERE waits_for=?1", sha256,
                       message, error)
      || !kd_sql_commit (&transaction, error))
    return FALSE;
  kd_store_publish_status (store);
  return TRUE;
}
