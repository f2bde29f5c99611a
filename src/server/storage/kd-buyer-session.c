/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-buyer.h"

gboolean
kd_buyer_session_load (KdSqlConnection *connection,
                       const KdShop *shop,
                       const KdHash *token,
                       KdBuyerSession *ret_session,
                       GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT contact, conversation FROM buyer_session WHERE shop_id=?1 AND token_hash=?2", error);
  KdSqlStep step;

  *ret_session = (KdBuyerSession){ .token = *token };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_hash (read, 2, token);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    {
      kd_sql_column_id (read, 0, &ret_session->contact);
      kd_sql_column_id (read, 1, &ret_session->conversation);
    }
  return step != KD_SQL_ERRED;
}

gboolean
kd_buyer_session_save (KdShopTx *tx,
                       const KdBuyerSession *session,
                       GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    tx->connection,
    "INSERT INTO buyer_session(shop_id, token_hash, contact, conversation, at)"
    " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(shop_id, token_hash) DO UPDATE SET"
    " contact=coalesce(contact, excluded.contact),"
    " conversation=coalesce(conversation, excluded.conversation), at=excluded.at", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &tx->shop->id);
  kd_sql_bind_hash (write, 2, &session->token);
  kd_sql_bind_id (write, 3, &session->contact);
  kd_sql_bind_id (write, 4, &session->conversation);
  kd_sql_bind_int64 (write, 5, tx->now);
  return kd_sql_run (write, error);
}

gboolean
kd_buyer_order_add (KdShopTx *tx,
                    const KdHash *token,
                    const KdId *order,
                    gboolean typed,
                    GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    tx->connection,
    "INSERT INTO buyer_order(shop_id, token_hash, order_id, typed) VALUES(?1, ?2, ?3, ?4)"
    " ON CONFLICT(shop_id, token_hash, order_id) DO UPDATE SET typed=max(typed, excluded.typed)",
    error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &tx->shop->id);
  kd_sql_bind_hash (write, 2, token);
  kd_sql_bind_id (write, 3, order);
  kd_sql_bind_int64 (write, 4, typed);
  return kd_sql_run (write, error);
}

GArray *
kd_buyer_orders (KdSqlConnection *connection,
                 const KdShop *shop,
                 const KdHash *token,
                 GError **error)
{
  g_autoptr (GArray) orders = g_array_new (FALSE, FALSE, sizeof (KdBuyerOrder));
  /* Ids begin with their time. */
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT order_id, typed FROM buyer_order WHERE shop_id=?1 AND token_hash=?2"
    " ORDER BY order_id DESC LIMIT ?3", error);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_hash (read, 2, token);
  kd_sql_bind_int64 (read, 3, KD_BUYER_ORDERS_MAX);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdBuyerOrder order = { .typed = kd_sql_column_int64 (read, 1) != 0 };

      kd_sql_column_id (read, 0, &order.order);
      g_array_append_val (orders, order);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&orders) : NULL;
}

gboolean
kd_buyer_order_get_changed (KdSqlConnection *connection,
                            const KdShop *shop,
                            const KdId *order,
                            gint64 *ret_at,
                            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT at FROM sync_row WHERE shop_id=?1 AND kind=?2 AND row_id=?3", error);
  KdSqlStep step;

  *ret_at = 0;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, kd_kind_order.number);
  kd_sql_bind_id (read, 3, order);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    *ret_at = kd_sql_column_int64 (read, 0);
  return step != KD_SQL_ERRED;
}
