/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop.h"

#include "kd-buyer-index.h"
#include "kd-shop-blobs.h"
#include "kd-sql-kind.h"
#include "kd-sql-migrate.h"
#include "kd-sqlite.h"

/* The server's own tables of a shop (SYNC 4.4); the kinds' tables come from their descriptions. */
static const char schema_1[] =
  "CREATE TABLE shop_head(shop_id BLOB PRIMARY KEY, seq INTEGER NOT NULL, epoch BLOB NOT NULL,"
  "  horizon INTEGER NOT NULL DEFAULT 0, last_accepted INTEGER NOT NULL, audit_chain BLOB);"
  "CREATE TABLE commit_log(shop_id BLOB, last_seq INTEGER, mark BLOB NOT NULL, at INTEGER NOT NULL,"
  "  PRIMARY KEY(shop_id, last_seq)) WITHOUT ROWID;"
  "CREATE TABLE sync_row(shop_id BLOB, kind INTEGER, row_id BLOB, seq INTEGER NOT NULL, op TEXT NOT NULL,"
  "  scope INTEGER NOT NULL, hash INTEGER NOT NULL, moved_to BLOB, at INTEGER NOT NULL DEFAULT 0,"
  "  PRIMARY KEY(shop_id, kind, row_id)) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX sync_row_seq ON sync_row(shop_id, seq);"
  "CREATE TABLE device(shop_id BLOB, device_id BLOB, user_id BLOB, last_mut INTEGER NOT NULL DEFAULT 0,"
  "  chain BLOB, session_id BLOB, letter TEXT, install_nonce BLOB, ack INTEGER NOT NULL DEFAULT 0,"
  "  seen_cursor INTEGER NOT NULL DEFAULT 0, seen_at INTEGER, app_version TEXT,"
  "  state INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(shop_id, device_id)) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX device_letter ON device(shop_id, letter);"
  "CREATE TABLE row_alias(shop_id BLOB, kind INTEGER, old_id BLOB, new_id BLOB,"
  "  PRIMARY KEY(shop_id, kind, old_id)) WITHOUT ROWID;"
  "CREATE TABLE mut_done(shop_id BLOB, uid BLOB, device_id BLOB, mut_no INTEGER, user_id BLOB, origin INTEGER,"
  "  hash BLOB, status INTEGER, code TEXT, detail TEXT, seq INTEGER, conflicts INTEGER, accepted INTEGER,"
  "  PRIMARY KEY(shop_id, uid)) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX mut_done_number ON mut_done(shop_id, device_id, mut_no) WHERE device_id IS NOT NULL;"
  "CREATE TABLE mut_alias(shop_id BLOB, device_id BLOB, mut_no INTEGER, uid BLOB,"
  "  PRIMARY KEY(shop_id, device_id, mut_no)) WITHOUT ROWID;"
  "CREATE TABLE sync_digest(shop_id BLOB, scope INTEGER, kind INTEGER, n INTEGER NOT NULL, sum INTEGER NOT NULL,"
  "  PRIMARY KEY(shop_id, scope, kind)) WITHOUT ROWID;"
  "CREATE TABLE field_edit(shop_id BLOB, kind INTEGER, row_id BLOB, field INTEGER, edited_at INTEGER, uid BLOB,"
  "  actor BLOB, PRIMARY KEY(shop_id, kind, row_id, field)) WITHOUT ROWID;"
  "CREATE TABLE counter(shop_id BLOB, name TEXT, next INTEGER NOT NULL, PRIMARY KEY(shop_id, name)) WITHOUT ROWID;"
  "CREATE TABLE audit(id INTEGER PRIMARY KEY, shop_id BLOB, kind INTEGER, row_id BLOB, field INTEGER, old TEXT,"
  "  new TEXT, salt BLOB, actor BLOB, uid BLOB, op BLOB, at INTEGER, hash BLOB);"
  "CREATE INDEX audit_row ON audit(shop_id, kind, row_id);"
  "CREATE TABLE buyer_session(shop_id BLOB, token_hash BLOB, contact BLOB, conversation BLOB, at INTEGER,"
  "  PRIMARY KEY(shop_id, token_hash)) WITHOUT ROWID;"
  "CREATE TABLE buyer_order(shop_id BLOB, token_hash BLOB, order_id BLOB, typed INTEGER NOT NULL DEFAULT 0,"
  "  PRIMARY KEY(shop_id, token_hash, order_id)) WITHOUT ROWID;"
  "CREATE TABLE blob(shop_id BLOB, sha256 BLOB, size INTEGER, mime TEXT, width INTEGER, height INTEGER,"
  "  at INTEGER, PRIMARY KEY(shop_id, sha256)) WITHOUT ROWID;"
  "CREATE TABLE blob_grant(shop_id BLOB, sha256 BLOB, holder BLOB, PRIMARY KEY(shop_id, sha256, holder)) WITHOUT ROWID;";

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

gboolean
kd_shop_schema_ensure (KdSqlConnection *connection,
                       const char *path,
                       GError **error)
{
  return kd_sql_migrate (connection, migrations, G_N_ELEMENTS (migrations), back_up, (gpointer) path, error)
         && kd_sql_kind_ensure_tables (connection, KD_SQL_FORM_SERVER, KD_SQL_ENSURE_ALL | KD_SQL_ENSURE_GUARDS, error)
         && kd_shop_blobs_ensure (connection, error)
         && kd_buyer_index_ensure (connection, error);
}
