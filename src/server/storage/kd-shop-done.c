/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-tx.h"

/* Devices, results of mutations, and the log of commits. */

void
kd_device_row_clear (KdDeviceRow *row)
{
  g_clear_pointer (&row->letter, g_free);
}

gboolean
kd_device_load (KdSqlConnection *connection,
                const KdShop *shop,
                const KdId *device,
                KdDeviceRow *ret_row,
                GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT device_id, user_id, session_id, last_mut, ack, chain, letter, state FROM device"
    " WHERE shop_id=?1 AND device_id=?2", error);

  *ret_row = (KdDeviceRow){ 0 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_id (read, 2, device);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  kd_sql_column_id (read, 0, &ret_row->device_id);
  kd_sql_column_id (read, 1, &ret_row->user_id);
  kd_sql_column_id (read, 2, &ret_row->session_id);
  ret_row->last_mut = kd_sql_column_int64 (read, 3);
  ret_row->ack = kd_sql_column_int64 (read, 4);
  kd_sql_column_hash (read, 5, &ret_row->chain);
  ret_row->letter = kd_sql_column_dup_text (read, 6);
  ret_row->revoked = kd_sql_column_int64 (read, 7) != 0;
  return TRUE;
}

gboolean
kd_device_save (KdSqlConnection *connection,
                const KdShop *shop,
                const KdDeviceRow *row,
                gint64 now,
                GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection,
    "UPDATE device SET last_mut=?3, chain=?4, ack=max(ack, ?5), seen_at=?6 WHERE shop_id=?1 AND device_id=?2", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &shop->id);
  kd_sql_bind_id (write, 2, &row->device_id);
  kd_sql_bind_int64 (write, 3, row->last_mut);
  kd_sql_bind_hash (write, 4, &row->chain);
  kd_sql_bind_int64 (write, 5, row->ack);
  kd_sql_bind_int64 (write, 6, now);
  return kd_sql_run (write, error);
}

void
kd_done_row_clear (KdDoneRow *row)
{
  g_clear_pointer (&row->code, g_free);
  g_clear_pointer (&row->detail, g_free);
}

#define DONE_COLUMNS "uid, device_id, mut_no, user_id, origin, hash, status, code, detail, seq, conflicts, accepted"

static void
read_done (KdSqlStatement *read,
           KdDoneRow *row)
{
  *row = (KdDoneRow){ 0 };
  kd_sql_column_id (read, 0, &row->uid);
  kd_sql_column_id (read, 1, &row->device);
  row->mut_no = kd_sql_column_int64 (read, 2);
  kd_sql_column_id (read, 3, &row->user);
  row->origin = (KdOrigin) kd_sql_column_int64 (read, 4);
  kd_sql_column_hash (read, 5, &row->hash);
  row->status = (int) kd_sql_column_int64 (read, 6);
  row->code = kd_sql_column_dup_text (read, 7);
  row->detail = kd_sql_column_dup_text (read, 8);
  row->seq = kd_sql_column_int64 (read, 9);
  row->conflicts = kd_sql_column_int64 (read, 10);
  row->accepted = kd_sql_column_int64 (read, 11);
}

gboolean
kd_done_find (KdSqlConnection *connection,
              const KdShop *shop,
              const KdId *uid,
              KdDoneRow *ret_row,
              GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT " DONE_COLUMNS " FROM mut_done WHERE shop_id=?1 AND uid=?2", error);

  *ret_row = (KdDoneRow){ 0 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_id (read, 2, uid);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  read_done (read, ret_row);
  return TRUE;
}

/* By number, through an alias too. */
#define BY_NUMBER \
  "SELECT " DONE_COLUMNS " FROM mut_done WHERE shop_id=?1 AND device_id=?2 AND mut_no>?3 AND mut_no<=?4" \
  " UNION ALL SELECT d.uid, a.device_id, a.mut_no, d.user_id, d.origin, d.hash, d.status, d.code, d.detail, d.seq," \
  " d.conflicts, d.accepted FROM mut_alias a JOIN mut_done d ON d.shop_id=a.shop_id AND d.uid=a.uid" \
  " WHERE a.shop_id=?1 AND a.device_id=?2 AND a.mut_no>?3 AND a.mut_no<=?4 ORDER BY 3"

gboolean
kd_done_find_number (KdSqlConnection *connection,
                     const KdShop *shop,
                     const KdId *device,
                     gint64 mut_no,
                     KdDoneRow *ret_row,
                     GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, BY_NUMBER, error);

  *ret_row = (KdDoneRow){ 0 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_id (read, 2, device);
  kd_sql_bind_int64 (read, 3, mut_no - 1);
  kd_sql_bind_int64 (read, 4, mut_no);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  read_done (read, ret_row);
  return TRUE;
}

static gboolean
save_alias (KdSqlConnection *connection,
            const KdShop *shop,
            const KdDoneRow *row,
            GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection, "INSERT INTO mut_alias(shop_id, device_id, mut_no, uid) VALUES(?1, ?2, ?3, ?4)", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &shop->id);
  kd_sql_bind_id (write, 2, &row->device);
  kd_sql_bind_int64 (write, 3, row->mut_no);
  kd_sql_bind_id (write, 4, &row->uid);
  return kd_sql_run (write, error);
}

gboolean
kd_done_save (KdSqlConnection *connection,
              const KdShop *shop,
              const KdDoneRow *row,
              gboolean alias,
              GError **error)
{
  g_autoptr (KdSqlStatement) write = NULL;

  if (alias)
    return save_alias (connection, shop, row, error);
  write = kd_sql_prepare (connection,
                          "INSERT INTO mut_done(shop_id, " DONE_COLUMNS ")"
                          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)", error);
  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &shop->id);
  kd_sql_bind_id (write, 2, &row->uid);
  kd_sql_bind_id (write, 3, &row->device);
  if (kd_id_is_none (&row->device))
    kd_sql_bind_null (write, 4);
  else
    kd_sql_bind_int64 (write, 4, row->mut_no);
  kd_sql_bind_id (write, 5, &row->user);
  kd_sql_bind_int64 (write, 6, row->origin);
  kd_sql_bind_hash (write, 7, &row->hash);
  kd_sql_bind_int64 (write, 8, row->status);
  kd_sql_bind_text (write, 9, row->code);
  kd_sql_bind_text (write, 10, row->detail);
  kd_sql_bind_int64 (write, 11, row->seq);
  kd_sql_bind_int64 (write, 12, row->conflicts);
  kd_sql_bind_int64 (write, 13, row->accepted);
  return kd_sql_run (write, error);
}

GPtrArray *
kd_done_results (KdSqlConnection *connection,
                 const KdShop *shop,
                 const KdId *device,
                 const KdId *user,
                 gint64 after,
                 gint64 until,
                 GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, BY_NUMBER, error);
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_result_free);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_id (read, 2, device);
  kd_sql_bind_int64 (read, 3, after);
  kd_sql_bind_int64 (read, 4, until);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdDoneRow row;
      KdResult *result = kd_result_new ();

      read_done (read, &row);
      result->no = row.mut_no;
      result->uid = row.uid;
      result->status = row.status;
      result->code = g_steal_pointer (&row.code);
      result->detail = g_steal_pointer (&row.detail);
      result->seq = row.seq;
      result->conflicts = row.conflicts;
      result->accepted = row.accepted;
      result->receipt = kd_shop_receipt (shop, user, result, &row.hash);
      g_ptr_array_add (results, result);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&results) : NULL;
}

gboolean
kd_commit_log_find (KdSqlConnection *connection,
                    const KdShop *shop,
                    gint64 seq,
                    KdMark *ret_mark,
                    GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT mark FROM commit_log WHERE shop_id=?1 AND last_seq=?2", error);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, seq);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  return kd_sql_column_id (read, 0, ret_mark);
}

static gint64
query_with_seq (KdSqlConnection *connection,
                const KdShop *shop,
                const char *sql,
                gint64 seq,
                GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);

  if (read == NULL)
    return 0;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, seq);
  return kd_sql_step (read, error) == KD_SQL_ROW ? kd_sql_column_int64 (read, 0) : 0;
}

gint64
kd_commit_log_time (KdSqlConnection *connection,
                    const KdShop *shop,
                    gint64 seq,
                    GError **error)
{
  return query_with_seq (connection, shop,
                         "SELECT at FROM commit_log WHERE shop_id=?1 AND last_seq>=?2 ORDER BY last_seq LIMIT 1",
                         seq, error);
}

gint64
kd_commit_log_oldest (KdSqlConnection *connection,
                      const KdShop *shop,
                      GError **error)
{
  return query_with_seq (connection, shop, "SELECT min(last_seq) FROM commit_log WHERE shop_id=?1 AND last_seq>=?2",
                         0, error);
}
