/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-tx.h"

/* Looking at a shop's devices, and what they sent. */

void
kd_shop_device_info_free (KdShopDeviceInfo *info)
{
  g_free (info->letter);
  g_free (info->app_version);
  g_free (info);
}

/* FALSE: @ret_problem or @error */
static gboolean
find_role (KdSqlConnection *connection,
           const KdShop *shop,
           const KdId *user,
           KdRole *ret_role,
           KdProblem **ret_problem,
           GError **error)
{
  GError *failed = NULL;
  KdScopes scopes;

  *ret_problem = NULL;
  if (kd_shop_get_member (connection, shop, user, ret_role, &scopes, &failed))
    return TRUE;
  if (failed != NULL)
    g_propagate_error (error, failed);
  else
    *ret_problem = kd_problem_new (403, "scope");
  return FALSE;
}

GPtrArray *
kd_shop_list_devices (KdSqlConnection *connection,
                      const KdShop *shop,
                      const KdId *user,
                      KdProblem **ret_problem,
                      GError **error)
{
  g_autoptr (KdSqlStatement) read = NULL;
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_shop_device_info_free);
  KdRole role;
  KdSqlStep step;

  if (!find_role (connection, shop, user, &role, ret_problem, error))
    return NULL;
  read = kd_sql_prepare (connection,
                         "SELECT device_id, user_id, session_id, letter, app_version, seen_at, last_mut, state FROM device"
                         " WHERE shop_id=?1 AND (?3 OR user_id=?2) ORDER BY device_id", error);
  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_id (read, 2, user);
  kd_sql_bind_int64 (read, 3, role == KD_ROLE_OWNER);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdShopDeviceInfo *info = g_new0 (KdShopDeviceInfo, 1);

      kd_sql_column_id (read, 0, &info->device);
      kd_sql_column_id (read, 1, &info->user);
      kd_sql_column_id (read, 2, &info->session);
      info->letter = kd_sql_column_dup_text (read, 3);
      info->app_version = kd_sql_column_dup_text (read, 4);
      info->seen_at = kd_sql_column_int64 (read, 5);
      info->last_mut = kd_sql_column_int64 (read, 6);
      info->revoked = kd_sql_column_int64 (read, 7) != 0;
      g_ptr_array_add (devices, info);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&devices) : NULL;
}

gboolean
kd_shop_revoke_device_by (KdSqlConnection *connection,
                          const KdShop *shop,
                          const KdId *user,
                          const KdId *device,
                          KdId *ret_session,
                          KdProblem **ret_problem,
                          GError **error)
{
  KdDeviceRow row = { 0 };
  GError *failed = NULL;
  gboolean found, may;
  KdRole role;

  *ret_session = KD_ID_NONE;
  if (!find_role (connection, shop, user, &role, ret_problem, error))
    return FALSE;
  found = kd_device_load (connection, shop, device, &row, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  may = found && (role == KD_ROLE_OWNER || kd_id_equal (&row.user_id, user));
  *ret_session = row.session_id;
  kd_device_row_clear (&row);
  if (!may)
    {
      *ret_problem = kd_problem_new (404, "not_found");
      return FALSE;
    }
  return kd_shop_revoke_device (connection, shop, device, error);
}

GArray *
kd_shop_known (KdSqlConnection *connection,
               const KdShop *shop,
               const KdId *user,
               GArray *uids,
               GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT 1 FROM mut_done WHERE shop_id=?1 AND uid=?2 AND user_id=?3 AND device_id IS NOT NULL", error);
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (KdId));

  if (read == NULL)
    return NULL;
  for (guint i = 0; i < uids->len; i++)
    {
      KdSqlStep step;

      kd_sql_bind_id (read, 1, &shop->id);
      kd_sql_bind_id (read, 2, &g_array_index (uids, KdId, i));
      kd_sql_bind_id (read, 3, user);
      step = kd_sql_step (read, error);
      if (step == KD_SQL_ERRED)
        return NULL;
      if (step == KD_SQL_ROW)
        g_array_append_val (known, g_array_index (uids, KdId, i));
      kd_sql_reset (read);
    }
  return g_steal_pointer (&known);
}
