/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-sql-kind.h"
#include "kd-sql-migrate.h"
#include "kd-sqlite.h"

#include <string.h>

/* Tables of the sync protocol (SYNC 4.3) and of the desktop's own. The kinds' tables come from
 * their descriptions. */
static const char schema_1[] =
  "CREATE TABLE sync_state(id INTEGER PRIMARY KEY CHECK(id=1),"
  "  server_id BLOB, shop_pub BLOB, shop_id BLOB, user_id BLOB, device_id BLOB, install_nonce BLOB,"
  "  letter TEXT, next_alias INTEGER NOT NULL DEFAULT 1, role INTEGER NOT NULL DEFAULT 0, epoch BLOB, cursor TEXT NOT NULL DEFAULT '',"
  "  cur_seq INTEGER NOT NULL DEFAULT 0, sealed INTEGER NOT NULL DEFAULT 0, full_pass INTEGER NOT NULL DEFAULT 1,"
  "  full_staged INTEGER NOT NULL DEFAULT 0, staging INTEGER NOT NULL DEFAULT 0, seen_head INTEGER NOT NULL DEFAULT 0, seen_mark BLOB,"
  "  next_mut INTEGER NOT NULL DEFAULT 1, acked_mut INTEGER NOT NULL DEFAULT 0, chain BLOB,"
  "  scopes INTEGER NOT NULL DEFAULT 0, proto INTEGER, schema_at_cursor INTEGER, kinds_at_cursor TEXT,"
  "  clock_offset_ms INTEGER NOT NULL DEFAULT 0, state TEXT, pause_reason TEXT, last_progress INTEGER,"
  "  last_pull_ok INTEGER NOT NULL DEFAULT 0, last_push_ok INTEGER NOT NULL DEFAULT 0);"
  "INSERT INTO sync_state(id, state) VALUES(1, 'new');"
  "CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, mut_no INTEGER UNIQUE, uid BLOB NOT NULL UNIQUE,"
  "  name TEXT NOT NULL, ver INTEGER NOT NULL, args TEXT NOT NULL, made_at INTEGER NOT NULL,"
  "  base_seq INTEGER NOT NULL, hash BLOB, chain BLOB, op BLOB, waits_for BLOB, bulk INTEGER NOT NULL DEFAULT 0,"
  "  refused_here TEXT, attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT, problem_of BLOB);"
  "CREATE INDEX outbox_op ON outbox(op);"
  "CREATE TABLE operation(id BLOB PRIMARY KEY, label TEXT, value TEXT, made_at INTEGER NOT NULL,"
  "  state INTEGER NOT NULL DEFAULT 0, undoes BLOB);"
  "CREATE INDEX operation_made ON operation(made_at);"
  "CREATE TABLE operation_step(operation BLOB, pos INTEGER, uid BLOB, inverse TEXT,"
  "  PRIMARY KEY(operation, pos)) WITHOUT ROWID;"
  "CREATE TABLE outbox_touch(kind INTEGER, row_id BLOB, outbox_id INTEGER, mode INTEGER,"
  "  PRIMARY KEY(kind, row_id, outbox_id)) WITHOUT ROWID;"
  "CREATE INDEX outbox_touch_entry ON outbox_touch(outbox_id);"
  "CREATE TABLE outbox_done(device_id BLOB, mut_no INTEGER, uid BLOB UNIQUE, name TEXT, ver INTEGER,"
  "  args TEXT, hash BLOB, chain BLOB, op BLOB, made_at INTEGER, base_seq INTEGER, status INTEGER,"
  "  accepted INTEGER, code TEXT, detail TEXT, receipt BLOB, done_at INTEGER,"
  "  PRIMARY KEY(device_id, mut_no)) WITHOUT ROWID;"
  "CREATE TABLE push_result(mut_no INTEGER PRIMARY KEY, status INTEGER, code TEXT, detail TEXT,"
  "  accepted INTEGER, receipt BLOB);"
  "CREATE TABLE base_row(kind INTEGER, row_id BLOB, rid INTEGER, data TEXT,"
  "  PRIMARY KEY(kind, row_id)) WITHOUT ROWID;"
  "CREATE TABLE sync_stage(kind INTEGER, row_id BLOB, seq INTEGER NOT NULL, op INTEGER NOT NULL, data TEXT,"
  "  PRIMARY KEY(kind, row_id)) WITHOUT ROWID;"
  "CREATE TABLE sync_seen(kind INTEGER, row_id BLOB, PRIMARY KEY(kind, row_id)) WITHOUT ROWID;"
  "CREATE TABLE tombstone(kind INTEGER, row_id BLOB, seq INTEGER NOT NULL,"
  "  PRIMARY KEY(kind, row_id)) WITHOUT ROWID;"
  "CREATE TABLE digest(scope INTEGER, kind INTEGER, n INTEGER NOT NULL, sum INTEGER NOT NULL,"
  "  PRIMARY KEY(scope, kind)) WITHOUT ROWID;"
  "CREATE TABLE sync_problem(uid BLOB PRIMARY KEY, name TEXT, ver INTEGER, args TEXT, op BLOB, code TEXT,"
  "  detail TEXT, at INTEGER, made_at INTEGER, state INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE unknown_row(kind INTEGER, row_id BLOB, seq INTEGER, data TEXT,"
  "  PRIMARY KEY(kind, row_id)) WITHOUT ROWID;"
  "CREATE TABLE blob(sha256 BLOB PRIMARY KEY, size INTEGER, mime TEXT, have INTEGER, path TEXT,"
  "  up_url TEXT, up_offset INTEGER, state INTEGER, refs INTEGER, last_used INTEGER, error TEXT) WITHOUT ROWID;"
  "CREATE TABLE draft(kind INTEGER, row_id BLOB, field TEXT, text TEXT, base TEXT, base_seq INTEGER,"
  "  at INTEGER, PRIMARY KEY(kind, row_id, field)) WITHOUT ROWID;"
  "CREATE TABLE local_state(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
  "CREATE TABLE search_stale(kind INTEGER PRIMARY KEY) WITHOUT ROWID;"
  "CREATE TABLE import_state(id BLOB PRIMARY KEY, path TEXT, hash BLOB, choices TEXT, next_row INTEGER,"
  "  counts TEXT, operation BLOB, state INTEGER, at INTEGER);"
  "CREATE TABLE import_problem(operation BLOB, n INTEGER, row INTEGER NOT NULL, col TEXT, code TEXT NOT NULL,"
  "  value TEXT, detail TEXT, PRIMARY KEY(operation, n)) WITHOUT ROWID;";

/* 2: an operation that took an undo back isn't new work, and leaves older undos to be redone */
static const char schema_2[] =
  "ALTER TABLE operation ADD COLUMN redoes BLOB";

static const KdSqlMigration migrations[] = {
  { 1, schema_1, NULL },
  { 2, schema_2, NULL },
};

static gboolean
back_up (KdSqlConnection *connection,
         int from,
         int to,
         gpointer data,
         GError **error)
{
  KdStore *store = data;
  g_autofree char *copy = g_strdup_printf ("%s.before-%d", store->path, to);

  return kd_sqlite_backup (connection, copy, error);
}

gboolean
kd_store_schema_check (KdSqlConnection *connection,
                       GError **error)
{
  return kd_sql_migrate_check (connection, migrations, G_N_ELEMENTS (migrations), error);
}

gboolean
kd_store_schema_ensure (KdStore *store,
                        KdSqlConnection *connection,
                        GError **error)
{
  KdSqlEnsure what = KD_SQL_ENSURE_TABLES;

  if (!kd_sql_migrate (connection, migrations, G_N_ELEMENTS (migrations), back_up, store, error))
    return FALSE;
  if ((store->flags & KD_STORE_NO_INDEXES) == 0)
    what |= KD_SQL_ENSURE_INDEXES;
  return kd_sql_kind_ensure_tables (connection, KD_SQL_FORM_DEVICE, what, error)
         && kd_store_search_ensure (connection, error)
         && ((what & KD_SQL_ENSURE_INDEXES) == 0 || kd_store_local_indexes (connection, error));
}

static gboolean
build_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  KdStore *store = data;

  return kd_sql_kind_ensure_tables (connection, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_INDEXES, error)
         && kd_store_local_indexes (connection, error)
         && kd_store_search_rebuild (store, connection, error);
}

gboolean
kd_store_build_indexes (KdStore *store,
                        GError **error)
{
  return kd_sql_worker_run (store->writer, KD_SQL_INTERACTIVE, build_work, store, error);
}

static void
column_bytes (KdSqlStatement *statement,
              int column,
              guint8 *bytes,
              gsize size)
{
  gsize n;
  gconstpointer blob = kd_sql_column_blob (statement, column, &n);

  memset (bytes, 0, size);
  if (n == size)
    memcpy (bytes, blob, size);
}

gboolean
kd_store_load_identity (KdStore *store,
                        KdSqlConnection *connection,
                        GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (
    connection,
    "SELECT server_id, shop_id, user_id, device_id, shop_pub, install_nonce, letter, next_alias, role, scopes"
    " FROM sync_state", error);
  KdStoreIdentity fresh = { 0 };

  if (statement == NULL || kd_sql_step (statement, error) != KD_SQL_ROW)
    return FALSE;
  kd_sql_column_id (statement, 0, &fresh.server_id);
  kd_sql_column_id (statement, 1, &fresh.shop_id);
  kd_sql_column_id (statement, 2, &fresh.user_id);
  kd_sql_column_id (statement, 3, &fresh.device_id);
  column_bytes (statement, 4, fresh.shop_pub, sizeof fresh.shop_pub);
  column_bytes (statement, 5, fresh.install_nonce, sizeof fresh.install_nonce);
  fresh.letter = kd_sql_column_dup_text (statement, 6);
  fresh.next_alias = kd_sql_column_int64 (statement, 7);
  fresh.role = (KdRole) kd_sql_column_int64 (statement, 8);
  fresh.scopes = (KdScopes) kd_sql_column_int64 (statement, 9);
  g_mutex_lock (&store->mutex);
  kd_store_identity_clear (&store->identity);
  store->identity = fresh;
  g_mutex_unlock (&store->mutex);
  return TRUE;
}
