/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-tx.h"

#include <string.h>

/* Making a shop, and the devices that join it. */

void
kd_shop_device_clear (KdShopDevice *device)
{
  g_clear_pointer (&device->letter, g_free);
}

static gboolean
insert_head (KdSqlConnection *connection,
             const KdShop *shop,
             GError **error)
{
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
    connection, "INSERT INTO shop_head(shop_id, seq, epoch, last_accepted) VALUES(?1, 0, ?2, 0)", error);
  guint8 random[10];
  KdId epoch;

  if (insert == NULL)
    return FALSE;
  shop->random (shop->random_data, random, sizeof random);
  epoch = kd_id_make (shop->clock (shop->clock_data), random);
  kd_sql_bind_id (insert, 1, &shop->id);
  kd_sql_bind_id (insert, 2, &epoch);
  return kd_sql_run (insert, error);
}

gboolean
kd_shop_create (KdSqlConnection *connection,
                const KdShop *shop,
                const KdShopNew *what,
                GError **error)
{
  g_autoptr (KdCall) call = kd_call_new_by_name ("shop.create");
  const KdShape *shape = call->mutation->args;
  KdActor actor = { .type = KD_ACTOR_JOB, .id = what->owner, .origin = KD_ORIGIN_JOB, .scopes = KD_SCOPES_ALL };
  g_auto (KdShopRun) run = { 0 };
  const struct { const char *field; const char *value; } texts[] = {
    { "name", what->name }, { "slug", what->slug }, { "currency", what->currency }, { "region", what->region },
    { "timezone", what->timezone }, { "language", what->language }, { "owner_name", what->owner_name },
    { "location", what->location },
  };

  if (!insert_head (connection, shop, error))
    return FALSE;
  *(KdId *) kd_field_at (kd_shape_find (shape, "id"), call->args) = shop->id;
  *(KdId *) kd_field_at (kd_shape_find (shape, "owner"), call->args) = what->owner;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    *(char **) kd_field_at (kd_shape_find (shape, texts[i].field), call->args) = g_strdup (texts[i].value);
  if (!kd_shop_run (connection, shop, &actor, "create", NULL, 0, TRUE, call, NULL, NULL, &run, error))
    return FALSE;
  if (run.status != KD_APPLIED)
    {
      g_set_error (error, KD_SHOP_ERROR, KD_SHOP_ERROR_STORAGE, "%s %s", run.code, run.detail != NULL ? run.detail : "");
      return FALSE;
    }
  return TRUE;
}

/* A, B .. Z, AA ..: unique per shop, never given to another. */
static char *
letter_text (gint64 n)
{
  GString *text = g_string_new (NULL);

  for (; n > 0; n = (n - 1) / 26)
    g_string_prepend_c (text, (char) ('A' + (n - 1) % 26));
  return g_string_free (text, FALSE);
}

static gboolean
find_device (KdShopTx *tx,
             const KdShopAuth *auth,
             const guint8 nonce[16],
             KdDeviceRow *ret_row,
             gboolean *ret_found,
             GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    tx->connection,
    "SELECT device_id FROM device WHERE shop_id=?1 AND user_id=?2 AND (session_id=?3 OR install_nonce=?4)"
    " ORDER BY session_id=?3 DESC LIMIT 1", error);
  KdId id = KD_ID_NONE;
  KdSqlStep step;

  *ret_found = FALSE;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &tx->shop->id);
  kd_sql_bind_id (read, 2, &auth->user);
  kd_sql_bind_id (read, 3, &auth->session);
  kd_sql_bind_blob (read, 4, nonce, 16);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ERRED)
    return FALSE;
  if (step == KD_SQL_DONE)
    return TRUE;
  kd_sql_column_id (read, 0, &id);
  *ret_found = TRUE;
  return kd_device_load (tx->connection, tx->shop, &id, ret_row, error);
}

static gboolean
insert_device (KdShopTx *tx,
               const KdShopAuth *auth,
               const guint8 nonce[16],
               const char *app_version,
               KdDeviceRow *row,
               GError **error)
{
  g_autoptr (KdSqlStatement) insert = NULL;
  gint64 n = kd_shop_tx_next_counter (tx, "device", 1, error);
  guint8 random[10];

  if (n == 0)
    return FALSE;
  tx->shop->random (tx->shop->random_data, random, sizeof random);
  row->device_id = kd_id_make (tx->now, random);
  row->user_id = auth->user;
  row->session_id = auth->session;
  row->letter = letter_text (n);
  insert = kd_sql_prepare (tx->connection,
                           "INSERT INTO device(shop_id, device_id, user_id, session_id, letter, install_nonce,"
                           " seen_at, app_version, chain) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, zeroblob(32))", error);
  if (insert == NULL)
    return FALSE;
  kd_sql_bind_id (insert, 1, &tx->shop->id);
  kd_sql_bind_id (insert, 2, &row->device_id);
  kd_sql_bind_id (insert, 3, &row->user_id);
  kd_sql_bind_id (insert, 4, &row->session_id);
  kd_sql_bind_text (insert, 5, row->letter);
  kd_sql_bind_blob (insert, 6, nonce, 16);
  kd_sql_bind_int64 (insert, 7, tx->now);
  kd_sql_bind_text (insert, 8, app_version);
  return kd_sql_run (insert, error);
}

static gboolean
adopt_session (KdShopTx *tx,
               const KdShopAuth *auth,
               const KdDeviceRow *row,
               GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (
    tx->connection, "UPDATE device SET session_id=?3, seen_at=?4 WHERE shop_id=?1 AND device_id=?2", error);

  if (update == NULL)
    return FALSE;
  kd_sql_bind_id (update, 1, &tx->shop->id);
  kd_sql_bind_id (update, 2, &row->device_id);
  kd_sql_bind_id (update, 3, &auth->session);
  kd_sql_bind_int64 (update, 4, tx->now);
  return kd_sql_run (update, error);
}

gboolean
kd_shop_register_device (KdSqlConnection *connection,
                         const KdShop *shop,
                         const KdShopAuth *auth,
                         const guint8 install_nonce[16],
                         const KdId *asked,
                         const char *app_version,
                         KdShopDevice *ret_device,
                         KdProblem **ret_problem,
                         GError **error)
{
  g_autoptr (KdShopTx) tx = kd_shop_tx_begin (connection, shop, error);
  KdDeviceRow row = { 0 };
  GError *failed = NULL;
  gboolean found, ok;

  *ret_problem = NULL;
  *ret_device = (KdShopDevice){ 0 };
  if (tx == NULL)
    return FALSE;
  if (!kd_shop_get_member (connection, shop, &auth->user, &ret_device->role, &ret_device->scopes, &failed))
    {
      if (failed != NULL)
        g_propagate_error (error, failed);
      else
        *ret_problem = kd_problem_new (403, "scope");
      return FALSE;
    }
  if (!find_device (tx, auth, install_nonce, &row, &found, error))
    return FALSE;
  if (found && row.revoked)
    {
      *ret_problem = kd_problem_new (401, "device_revoked");
      kd_device_row_clear (&row);
      return FALSE;
    }
  ok = found ? adopt_session (tx, auth, &row, error) : insert_device (tx, auth, install_nonce, app_version, &row, error);
  ret_device->device_id = row.device_id;
  ret_device->epoch = tx->epoch;
  ret_device->letter = g_steal_pointer (&row.letter);
  ret_device->next_alias = 1;
  return ok && kd_shop_tx_commit (tx, error);
}

gboolean
kd_shop_revoke_device (KdSqlConnection *connection,
                       const KdShop *shop,
                       const KdId *device,
                       GError **error)
{
  g_autoptr (KdShopTx) tx = kd_shop_tx_begin (connection, shop, error);
  g_autoptr (KdSqlStatement) update = NULL;

  if (tx == NULL)
    return FALSE;
  update = kd_sql_prepare (connection, "UPDATE device SET state=1 WHERE shop_id=?1 AND device_id=?2", error);
  if (update == NULL)
    return FALSE;
  kd_sql_bind_id (update, 1, &shop->id);
  kd_sql_bind_id (update, 2, device);
  return kd_sql_run (update, error) && kd_shop_tx_commit (tx, error);
}
