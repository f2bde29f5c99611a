/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-witness.h"

#include "kd-sql-kind.h"

#include <string.h>

/* SYNC 4.6: what changed since a cursor, from one snapshot, filtered by scope. */

KdProblem *
kd_shop_resync_problem (KdSqlConnection *connection,
                        const KdShop *shop,
                        const char *why,
                        GError **error)
{
  KdProblem *problem = kd_problem_new (410, "resync");

  problem->why = g_strdup (why);
  problem->now = shop->clock (shop->clock_data);
  problem->head = kd_shop_get_head (connection, shop, &problem->epoch, error);
  if (problem->head >= 0)
    kd_commit_log_find (connection, shop, problem->head, &problem->mark, NULL);
  return problem;
}

gboolean
kd_shop_check_witness (KdSqlConnection *connection,
                       const KdShop *shop,
                       const KdId *epoch,
                       const KdWitness *witness,
                       KdProblem **ret_problem,
                       GError **error)
{
  KdMark known = { { 0 } };
  gboolean same;
  GError *failed = NULL;

  if (witness->head == 0)
    return TRUE;
  if (!kd_shop_mark_is_ours (shop, epoch, witness->head, &witness->mark))
    {
      *ret_problem = kd_problem_new (403, "scope");
      return FALSE;
    }
  if (witness->head < kd_commit_log_oldest (connection, shop, &failed) && failed == NULL)
    {
      *ret_problem = kd_shop_resync_problem (connection, shop, "horizon", error);
      return FALSE;
    }
  same = failed == NULL && kd_commit_log_find (connection, shop, witness->head, &known, &failed)
         && kd_id_equal (&known, &witness->mark);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (!same)
    *ret_problem = kd_shop_resync_problem (connection, shop, "rollback", error);
  return same;
}

static gboolean
read_head (KdSqlConnection *connection,
           const KdShop *shop,
           gint64 *ret_head,
           KdId *ret_epoch,
           gint64 *ret_horizon,
           GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT seq, epoch, horizon FROM shop_head WHERE shop_id=?1", error);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  *ret_head = kd_sql_column_int64 (read, 0);
  kd_sql_column_id (read, 1, ret_epoch);
  *ret_horizon = kd_sql_column_int64 (read, 2);
  return TRUE;
}

/* Whether the cursor can be gone on with; NULL @ret_problem and TRUE if so. */
static gboolean
check_cursor (KdSqlConnection *connection,
              const KdShop *shop,
              const KdCursor *cursor,
              KdScopes scopes,
              gint64 head,
              const KdId *epoch,
              gint64 horizon,
              KdProblem **ret_problem,
              GError **error)
{
  const char *why = NULL;

  if (cursor->seq > head || (!kd_id_is_none (&cursor->epoch) && !kd_id_equal (&cursor->epoch, epoch)))
    why = "rollback";
  else if (cursor->seq > 0 && cursor->scopes != scopes)
    why = "scope";
  else if ((cursor->full_start == 0 && cursor->seq < horizon) || (cursor->full_start > 0 && horizon > cursor->full_start))
    why = cursor->seq == 0 ? NULL : "horizon";
  if (why == NULL)
    return TRUE;
  *ret_problem = kd_shop_resync_problem (connection, shop, why, error);
  return FALSE;
}

static gboolean
check_device (KdSqlConnection *connection,
              const KdShop *shop,
              const KdShopAuth *auth,
              const KdPull *pull,
              KdDeviceRow *device,
              KdProblem **ret_problem,
              GError **error)
{
  GError *failed = NULL;
  const char *code = NULL;
  guint status = 403;

  if (!kd_device_load (connection, shop, &auth->device, device, &failed))
    {
      if (failed != NULL)
        g_propagate_error (error, failed);
      else
        *ret_problem = kd_shop_resync_problem (connection, shop, "rollback", error);
      return FALSE;
    }
  if (device->revoked)
    status = 401, code = "device_revoked";
  else if (!kd_id_equal (&device->user_id, &auth->user) || !kd_id_equal (&device->session_id, &auth->session))
    code = "scope";
  else if (pull->sealed < device->last_mut)
    status = 409, code = "fork";
  if (code != NULL)
    *ret_problem = kd_problem_new (status, code);
  else if (device->last_mut < pull->ack)
    *ret_problem = kd_shop_resync_problem (connection, shop, "rollback", error);
  return *ret_problem == NULL;
}

/* One page of rows in the order of their sequence. */
static gboolean
add_rows (KdSqlConnection *connection,
          const KdShop *shop,
          KdScopes scopes,
          gint64 after,
          guint limit,
          KdChanges *page,
          gint64 *ret_last,
          GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT kind, row_id, seq, op, moved_to FROM sync_row WHERE shop_id=?1 AND seq>?2 AND (1 << scope) & ?3"
    " ORDER BY seq LIMIT ?4", error);
  gsize bytes = 0;
  guint n = 0;
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, after);
  kd_sql_bind_int64 (read, 3, scopes);
  kd_sql_bind_int64 (read, 4, limit + 1);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      const KdKind *kind = kd_kind_by_number ((guint) kd_sql_column_int64 (read, 0));
      gint64 seq = kd_sql_column_int64 (read, 2);
      KdId id = KD_ID_NONE, moved_to = KD_ID_NONE;

      if (n == limit || bytes > KD_CHANGES_MAX_BYTES)
        {
          page->more = TRUE;
          break;
        }
      kd_sql_column_id (read, 1, &id);
      kd_sql_column_id (read, 4, &moved_to);
      *ret_last = seq;
      n++;
      if (*kd_sql_column_text (read, 3) == 'D')
        bytes += kd_changes_add_tombstone (page, kind->number, &id, seq, &moved_to);
      else
        {
          g_autoptr (KdRecord) record = kd_shop_get (connection, shop, kind, &id, error);

          if (record == NULL)
            {
              if (error != NULL && *error == NULL)
                g_set_error_literal (error, KD_SHOP_ERROR, KD_SHOP_ERROR_STORAGE, "a row that sync names is missing");
              return FALSE;
            }
          bytes += kd_changes_add_record (page, record, NULL);
        }
    }
  return step != KD_SQL_ERRED;
}

static gboolean
add_digests (KdSqlConnection *connection,
             const KdShop *shop,
             KdScopes scopes,
             KdChanges *page,
             GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT scope, kind, n, sum FROM sync_digest WHERE shop_id=?1 AND (1 << scope) & ?2", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, scopes);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdDigest digest = { (guint) kd_sql_column_int64 (read, 0), (guint) kd_sql_column_int64 (read, 1),
                          kd_sql_column_int64 (read, 2), (guint64) kd_sql_column_int64 (read, 3) };
      g_array_append_val (page->digests, digest);
    }
  return step == KD_SQL_DONE;
}

static gboolean
fill_page (KdSqlConnection *connection,
           const KdShop *shop,
           const KdShopAuth *auth,
           const KdPull *pull,
           const KdDeviceRow *device,
           KdCursor *cursor,
           KdScopes scopes,
           gint64 head,
           const KdId *epoch,
           KdChanges *page,
           GError **error)
{
  guint limit = pull->limit > 0 ? MIN (pull->limit, KD_CHANGES_MAX_ROWS) : KD_CHANGES_MAX_ROWS;
  gint64 last = cursor->seq;

  page->from = g_strdup (pull->cursor != NULL ? pull->cursor : "");
  if (cursor->seq == 0 && cursor->full_start == 0)
    cursor->full_start = head;
  if (!add_rows (connection, shop, scopes, cursor->seq, limit, page, &last, error))
    return FALSE;
  if (!page->more)
    {
      last = head;
      cursor->full_start = 0;
      if (!add_digests (connection, shop, scopes, page, error))
        return FALSE;
    }
  cursor->shop = shop->id;
  cursor->epoch = *epoch;
  cursor->scopes = scopes;
  cursor->seq = last;
  page->next = kd_cursor_to_text (cursor);
  page->proto = KD_PROTO;
  page->schema = KD_SCHEMA;
  page->last_mut = device->last_mut;
  page->chain = device->chain;
  page->head = head;
  page->now = shop->clock (shop->clock_data);
  g_clear_pointer (&page->results, g_ptr_array_unref);
  page->results = kd_done_results (connection, shop, &auth->device, &auth->user, pull->ack, device->last_mut, error);
  return page->results != NULL && kd_commit_log_find (connection, shop, head, &page->mark, error);
}

KdChanges *
kd_shop_changes (KdSqlConnection *connection,
                 const KdShop *shop,
                 const KdShopAuth *auth,
                 const KdPull *pull,
                 KdProblem **ret_problem,
                 GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdChanges) page = NULL;
  KdDeviceRow device = { 0 };
  KdCursor cursor = { .shop = shop->id };
  GError *failed = NULL;
  gint64 head, horizon;
  KdId epoch;
  KdRole role;
  KdScopes scopes;
  gboolean ok;

  *ret_problem = NULL;
  if (pull->cursor != NULL && *pull->cursor != '\0' && !kd_cursor_parse (pull->cursor, &cursor))
    *ret_problem = kd_problem_new (400, "bad_request");
  else if (!kd_id_equal (&cursor.shop, &shop->id))
    *ret_problem = kd_problem_new (403, "scope");
  if (*ret_problem != NULL)
    return NULL;
  if (!kd_sql_begin (&transaction, connection, KD_SQL_READ, error)
      || !read_head (connection, shop, &head, &epoch, &horizon, error))
    return NULL;
  if (!kd_shop_get_member (connection, shop, &auth->user, &role, &scopes, &failed))
    {
      if (failed != NULL)
        g_propagate_error (error, failed);
      else
        *ret_problem = kd_problem_new (403, "scope");
      return NULL;
    }
  page = kd_changes_new ();
  ok = check_device (connection, shop, auth, pull, &device, ret_problem, error)
       && (!pull->has_witness
           || kd_shop_check_witness (connection, shop, &epoch, &pull->witness, ret_problem, error))
       && check_cursor (connection, shop, &cursor, scopes, head, &epoch, horizon, ret_problem, error)
       && fill_page (connection, shop, auth, pull, &device, &cursor, scopes, head, &epoch, page, error);
  kd_device_row_clear (&device);
  return ok ? g_steal_pointer (&page) : NULL;
}
