/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-control-private.h"
#include "kd-sql-migrate.h"
#include "kd-sqlite.h"
#include "kd-text.h"

#include <sodium.h>
#include <string.h>

/* control.db: its tables, the server's own facts, accounts and throttles. */

G_DEFINE_QUARK (kd-control-error-quark, kd_control_error)

static const char schema_1[] =
  "CREATE TABLE fact(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
  "CREATE TABLE account(user_id BLOB PRIMARY KEY, login TEXT NOT NULL, login_key TEXT NOT NULL UNIQUE,"
  "  name TEXT, password TEXT, disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE session(session_id BLOB PRIMARY KEY, user_id BLOB NOT NULL REFERENCES account(user_id),"
  "  device_name TEXT, created INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0,"
  "  refresh_hash BLOB NOT NULL, refresh_until INTEGER NOT NULL,"
  "  before_hash BLOB, before_until INTEGER, seen INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX session_refresh ON session(refresh_hash);"
  "CREATE INDEX session_before ON session(before_hash);"
  "CREATE TABLE access(hash BLOB PRIMARY KEY, session_id BLOB NOT NULL, until INTEGER NOT NULL,"
  "  newest INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;"
  "CREATE INDEX access_session ON access(session_id);"
  "CREATE TABLE shop(shop_id BLOB PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT, sealed_key BLOB NOT NULL,"
  "  created INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE user_shop(user_id BLOB, shop_id BLOB, PRIMARY KEY(user_id, shop_id)) WITHOUT ROWID;"
  "CREATE TABLE throttle(key TEXT PRIMARY KEY, n INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE pairing(pairing_id BLOB PRIMARY KEY, user_id BLOB NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE,"
  "  state INTEGER NOT NULL, until INTEGER NOT NULL, commitment BLOB, server_nonce BLOB, nonce BLOB,"
  "  device_name TEXT, session_id BLOB) WITHOUT ROWID;";

static const KdSqlMigration migrations[] = {
  { 1, schema_1, NULL },
};

static gboolean
back_up (KdSqlConnection *connection,
         int from,
         int to,
         gpointer data,
         GError **error)
{
  g_autofree char *copy = g_strdup_printf ("%s.before-%d", (const char *) data, to);

  return kd_sqlite_backup (connection, copy, error);
}

KdHash
kd_control_hash_text (const char *text)
{
  KdHash hash;

  crypto_generichash (hash.b, sizeof hash.b, (const guint8 *) text, strlen (text), NULL, 0);
  return hash;
}

void
kd_control_derive_key (const KdControl *control,
                       const char *purpose,
                       guint8 key[32])
{
  crypto_generichash (key, 32, (const guint8 *) purpose, strlen (purpose), control->master_key,
                      sizeof control->master_key);
}

KdId
kd_control_new_id (const KdControl *control)
{
  guint8 random[10];

  control->random (control->random_data, random, sizeof random);
  return kd_id_make (control->clock (control->clock_data), random);
}

char *
kd_control_get_fact (KdSqlConnection *connection,
                     const char *name,
                     GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT value FROM fact WHERE name=?1", error);

  if (read == NULL)
    return NULL;
  kd_sql_bind_text (read, 1, name);
  return kd_sql_step (read, error) == KD_SQL_ROW ? kd_sql_column_dup_text (read, 0) : NULL;
}

gboolean
kd_control_set_fact (KdSqlConnection *connection,
                     const char *name,
                     const char *value,
                     GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection, "INSERT INTO fact(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value=excluded.value", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_text (write, 1, name);
  kd_sql_bind_text (write, 2, value);
  return kd_sql_run (write, error);
}

/* The server's id, and a fingerprint of the master key: a wrong key is noticed at the start. */
static gboolean
load_identity (KdSqlConnection *connection,
               KdControl *control,
               GError **error)
{
  g_autofree char *id = NULL, *print = NULL;
  char id_text[KD_ID_TEXT_LENGTH + 1], print_text[KD_HASH_TEXT_LENGTH + 1];
  GError *failed = NULL;
  KdHash ours;

  kd_control_derive_key (control, "fingerprint", ours.b);
  kd_hash_to_text (&ours, print_text);
  id = kd_control_get_fact (connection, "server_id", &failed);
  print = failed == NULL ? kd_control_get_fact (connection, "key", &failed) : NULL;
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (id == NULL)
    {
      control->server_id = kd_control_new_id (control);
      return kd_control_set_fact (connection, "server_id", kd_id_to_text (&control->server_id, id_text), error)
             && kd_control_set_fact (connection, "key", print_text, error);
    }
  if (g_strcmp0 (print, print_text) != 0)
    {
      g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_KEY,
                           "master.key is not the key that this server's data were encrypted with");
      return FALSE;
    }
  return kd_id_parse (id, &control->server_id);
}

gboolean
kd_control_ensure (KdSqlConnection *connection,
                   const char *path,
                   KdControl *control,
                   GError **error)
{
  return kd_sql_migrate (connection, migrations, G_N_ELEMENTS (migrations), back_up, (gpointer) path, error)
         && load_identity (connection, control, error);
}

/* ---- accounts ---- */

void
kd_control_account_clear (KdControlAccount *account)
{
  g_clear_pointer (&account->login, g_free);
  g_clear_pointer (&account->name, g_free);
  g_clear_pointer (&account->password, g_free);
}

static gboolean
read_account (KdSqlStatement *read,
              KdControlAccount *ret_account,
              GError **error)
{
  *ret_account = (KdControlAccount){ 0 };
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  kd_sql_column_id (read, 0, &ret_account->user);
  ret_account->login = kd_sql_column_dup_text (read, 1);
  ret_account->name = kd_sql_column_dup_text (read, 2);
  ret_account->password = kd_sql_column_dup_text (read, 3);
  ret_account->disabled = kd_sql_column_int64 (read, 4) != 0;
  return TRUE;
}

gboolean
kd_control_find_account (KdSqlConnection *connection,
                         const char *login,
                         KdControlAccount *ret_account,
                         GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT user_id, login, name, password, disabled FROM account WHERE login_key=?1", error);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_text_take (read, 1, kd_text_key (login));
  return read_account (read, ret_account, error);
}

gboolean
kd_control_get_account (KdSqlConnection *connection,
                        const KdId *user,
                        KdControlAccount *ret_account,
                        GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT user_id, login, name, password, disabled FROM account WHERE user_id=?1", error);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, user);
  return read_account (read, ret_account, error);
}

/* TAKEN instead of the constraint that said so. */
static gboolean
run_unique (KdSqlStatement *write,
            GError **error)
{
  GError *failed = NULL;

  if (kd_sql_run (write, &failed))
    return TRUE;
  if (g_error_matches (failed, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT))
    {
      g_clear_error (&failed);
      g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_TAKEN, "taken");
    }
  else
    g_propagate_error (error, failed);
  return FALSE;
}

gboolean
kd_control_add_account (KdSqlConnection *connection,
                        const KdControl *control,
                        const char *login,
                        const char *name,
                        const char *password,
                        KdId *ret_user,
                        GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection, "INSERT INTO account(user_id, login, login_key, name, password, created) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", error);

  if (write == NULL)
    return FALSE;
  *ret_user = kd_control_new_id (control);
  kd_sql_bind_id (write, 1, ret_user);
  kd_sql_bind_text (write, 2, login);
  kd_sql_bind_text_take (write, 3, kd_text_key (login));
  kd_sql_bind_text (write, 4, name);
  kd_sql_bind_text (write, 5, password);
  kd_sql_bind_int64 (write, 6, control->clock (control->clock_data));
  return run_unique (write, error);
}

#define OWNER_FACT "owner"

gboolean
kd_control_ensure_owner (KdSqlConnection *connection,
                         const KdControl *control,
                         const char *name,
                         KdId *ret_user,
                         GError **error)
{
  GError *failed = NULL;
  g_autofree char *known = kd_control_get_fact (connection, OWNER_FACT, &failed);
  char text[KD_ID_TEXT_LENGTH + 1];

  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (known != NULL && kd_id_parse (known, ret_user))
    return TRUE;
  return kd_control_add_account (connection, control, KD_OWNER_LOGIN, name, NULL, ret_user, error)
         && kd_control_set_fact (connection, OWNER_FACT, kd_id_to_text (ret_user, text), error);
}

gboolean
kd_control_set_password (KdSqlConnection *connection,
                         const KdId *user,
                         const char *password,
                         GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (connection, "UPDATE account SET password=?2 WHERE user_id=?1", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, user);
  kd_sql_bind_text (write, 2, password);
  return kd_sql_run (write, error);
}

/* ---- throttles ---- */

gboolean
kd_control_throttle (KdSqlConnection *connection,
                     const KdControl *control,
                     const char *key,
                     guint max,
                     gint64 window_ms,
                     GError **error)
{
  g_autoptr (KdSqlStatement) count = kd_sql_prepare (
    connection,
    "INSERT INTO throttle(key, n, since) VALUES(?1, 1, ?2) ON CONFLICT(key) DO UPDATE SET"
    " n=CASE WHEN since < ?3 THEN 1 ELSE n + 1 END, since=CASE WHEN since < ?3 THEN ?2 ELSE since END RETURNING n", error);
  gint64 now = control->clock (control->clock_data);
  gint64 n;

  if (count == NULL)
    return FALSE;
  kd_sql_bind_text (count, 1, key);
  kd_sql_bind_int64 (count, 2, now);
  kd_sql_bind_int64 (count, 3, now - window_ms);
  if (kd_sql_step (count, error) != KD_SQL_ROW)
    return FALSE;
  n = kd_sql_column_int64 (count, 0);
  while (kd_sql_step (count, NULL) == KD_SQL_ROW)
    ;
  if (n <= max)
    return TRUE;
  g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_BUSY, "too many tries");
  return FALSE;
}

gboolean
kd_control_throttle_clear (KdSqlConnection *connection,
                           const char *key,
                           GError **error)
{
  g_autoptr (KdSqlStatement) clear = kd_sql_prepare (connection, "DELETE FROM throttle WHERE key=?1", error);

  if (clear == NULL)
    return FALSE;
  kd_sql_bind_text (clear, 1, key);
  return kd_sql_run (clear, error);
}

/* ---- shops ---- */

void
kd_control_shop_free (KdControlShop *shop)
{
  sodium_memzero (shop->key, sizeof shop->key);
  g_free (shop->slug);
  g_free (shop->name);
  g_free (shop);
}

KdControlShop *
kd_control_shop_copy (const KdControlShop *shop)
{
  KdControlShop *copy = g_memdup2 (shop, sizeof *shop);

  copy->slug = g_strdup (shop->slug);
  copy->name = g_strdup (shop->name);
  return copy;
}

#define SEALED_BYTES (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + 32)

static gboolean
open_key (const KdControl *control,
          const guint8 *sealed,
          gsize n,
          guint8 key[32],
          GError **error)
{
  guint8 with[32];

  kd_control_derive_key (control, "shop keys", with);
  if (n == SEALED_BYTES
      && crypto_secretbox_open_easy (key, sealed + crypto_secretbox_NONCEBYTES, n - crypto_secretbox_NONCEBYTES, sealed, with) == 0)
    return TRUE;
  g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_KEY, "a shop's key can't be decrypted with master.key");
  return FALSE;
}

GPtrArray *
kd_control_list_shops (KdSqlConnection *connection,
                       const KdControl *control,
                       GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT shop_id, slug, name, sealed_key FROM shop ORDER BY shop_id", error);
  g_autoptr (GPtrArray) shops = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_control_shop_free);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdControlShop *shop = g_new0 (KdControlShop, 1);
      const guint8 *sealed;
      gsize n;

      g_ptr_array_add (shops, shop);
      kd_sql_column_id (read, 0, &shop->id);
      shop->slug = kd_sql_column_dup_text (read, 1);
      shop->name = kd_sql_column_dup_text (read, 2);
      sealed = kd_sql_column_blob (read, 3, &n);
      if (!open_key (control, sealed, n, shop->key, error))
        return NULL;
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&shops) : NULL;
}

gboolean
kd_control_add_shop (KdSqlConnection *connection,
                     const KdControl *control,
                     const KdControlShop *shop,
                     GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection, "INSERT INTO shop(shop_id, slug, name, sealed_key, created) VALUES(?1, ?2, ?3, ?4, ?5)", error);
  guint8 sealed[SEALED_BYTES], with[32];

  if (write == NULL)
    return FALSE;
  kd_control_derive_key (control, "shop keys", with);
  control->random (control->random_data, sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, shop->key, sizeof shop->key, sealed, with);
  kd_sql_bind_id (write, 1, &shop->id);
  kd_sql_bind_text (write, 2, shop->slug);
  kd_sql_bind_text (write, 3, shop->name);
  kd_sql_bind_blob (write, 4, sealed, sizeof sealed);
  kd_sql_bind_int64 (write, 5, control->clock (control->clock_data));
  return run_unique (write, error);
}

GArray *
kd_control_list_user_shops (KdSqlConnection *connection,
                            const KdId *user,
                            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT shop_id FROM user_shop WHERE user_id=?1 ORDER BY shop_id", error);
  g_autoptr (GArray) shops = g_array_new (FALSE, FALSE, sizeof (KdId));
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, user);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdId id;

      if (kd_sql_column_id (read, 0, &id))
        g_array_append_val (shops, id);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&shops) : NULL;
}

gboolean
kd_control_add_user_shop (KdSqlConnection *connection,
                          const KdId *user,
                          const KdId *shop,
                          GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection, "INSERT OR IGNORE INTO user_shop(user_id, shop_id) VALUES(?1, ?2)", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, user);
  kd_sql_bind_id (write, 2, shop);
  return kd_sql_run (write, error);
}
