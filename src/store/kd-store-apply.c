/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"
#include "kd-store-sync.h"

#include "kd-sql-kind.h"

#include <string.h>

/* Applying what the server says (SYNC 4.7): pages are staged with their cursor; the last one becomes
 * base in one transaction, and the waiting entries run again on top of it. */

#define SEARCH_ROW_BY_ROW_MAX 2000 /* rows whose words change; above that the full text is rebuilt afterwards */

typedef struct
{
  KdStore *store;
  KdSqlConnection *connection;
  KdStoreRows *rows;
  const KdChanges *page;
  GHashTable *digests;          /* (owned): scope << 16 | kind -> KdDigest */
  gboolean full_pass;
  gboolean shadowed;            /* some rows have their base in base_row */
} Apply;

static gboolean
failed (Apply *self,
        GError **error)
{
  kd_store_rows_failed_with (self->rows, error);
  return FALSE;
}

/* ---- digests of base, kept as rows are written ---- */

static KdDigest *
digest_of (Apply *self,
           guint scope,
           guint kind)
{
  gpointer key = GUINT_TO_POINTER (scope << 16 | kind);
  KdDigest *digest = g_hash_table_lookup (self->digests, key);

  if (digest == NULL)
    {
      digest = g_new0 (KdDigest, 1);
      digest->scope = scope;
      digest->kind = kind;
      g_hash_table_insert (self->digests, key, digest);
    }
  return digest;
}

static void
count (Apply *self,
       const KdRecord *record,
       gint64 sign)
{
  KdDigest *digest = digest_of (self, kd_record_get_scope (record), record->kind->number);
  guint64 hash = kd_wire_row_hash (record);

  digest->n += sign;
  digest->sum += sign > 0 ? hash : -hash;
}

static gboolean
load_digests (Apply *self,
              GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, "SELECT scope, kind, n, sum FROM digest", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdDigest *digest = digest_of (self, (guint) kd_sql_column_int64 (read, 0), (guint) kd_sql_column_int64 (read, 1));

      digest->n = kd_sql_column_int64 (read, 2);
      digest->sum = (guint64) kd_sql_column_int64 (read, 3);
    }
  return step == KD_SQL_DONE;
}

static gboolean
save_digests (Apply *self,
              GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->digests);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const KdDigest *digest = value;
      g_autoptr (KdSqlStatement) write = kd_sql_prepare (
        self->connection, "INSERT OR REPLACE INTO digest(scope, kind, n, sum) VALUES(?1, ?2, ?3, ?4)", error);

      if (write == NULL)
        return FALSE;
      kd_sql_bind_int64 (write, 1, digest->scope);
      kd_sql_bind_int64 (write, 2, digest->kind);
      kd_sql_bind_int64 (write, 3, digest->n);
      kd_sql_bind_int64 (write, 4, (gint64) digest->sum);
      if (!kd_sql_run (write, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
digests_match (Apply *self)
{
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < self->page->digests->len; i++)
    {
      const KdDigest *theirs = &g_array_index (self->page->digests, KdDigest, i);
      const KdDigest *ours;

      if (kd_kind_by_number (theirs->kind) == NULL)
        continue;
      ours = digest_of (self, theirs->scope, theirs->kind);
      if (ours->n != theirs->n || ours->sum != theirs->sum)
        return FALSE;
    }
  /* and nothing that the server does not speak of */
  g_hash_table_iter_init (&iter, self->digests);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const KdDigest *ours = value;
      gboolean named = ours->n == 0;

      for (guint i = 0; !named && i < self->page->digests->len; i++)
        {
          const KdDigest *theirs = &g_array_index (self->page->digests, KdDigest, i);
          named = theirs->scope == ours->scope && theirs->kind == ours->kind;
        }
      if (!named)
        return FALSE;
    }
  return TRUE;
}

/* ---- rows ---- */

static gboolean
run_with_row (Apply *self,
              const char *sql,
              guint kind,
              const KdId *id,
              gint64 seq,
              const char *data,
              GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (self->connection, sql, error);

  if (statement == NULL)
    return FALSE;
  kd_sql_bind_int64 (statement, 1, kind);
  kd_sql_bind_id (statement, 2, id);
  if (strstr (sql, "?3") != NULL)
    kd_sql_bind_int64 (statement, 3, seq);
  if (strstr (sql, "?4") != NULL)
    kd_sql_bind_text (statement, 4, data);
  return kd_sql_run (statement, error);
}

/* A full pass counts what it sees from nothing on: what stands here may not be what was counted. */
static gboolean
see (Apply *self,
     const KdWireRow *row,
     gboolean *ret_counted,
     GError **error)
{
  if (!run_with_row (self, "INSERT OR IGNORE INTO sync_seen(kind, row_id) VALUES(?1, ?2)", row->kind->number, &row->id, 0,
                     NULL, error))
    return FALSE;
  *ret_counted = kd_sql_changes (self->connection) == 0;
  return TRUE;
}

/* The server's version of a row as it was known so far; its rid, where waiting entries may have
 * taken the row out. */
static gboolean
find_base (Apply *self,
           const KdWireRow *row,
           KdRecord **ret_base,
           gint64 *ret_rid,
           gboolean *ret_shadowed,
           GError **error)
{
  g_autoptr (KdSqlStatement) read = NULL;
  g_auto (KdWireRow) base = { 0 };
  KdSqlStep step = KD_SQL_DONE;

  *ret_base = NULL;
  *ret_rid = 0;
  if (self->shadowed)
    {
      read = kd_sql_prepare (self->connection, "SELECT rid, data FROM base_row WHERE kind=?1 AND row_id=?2", error);
      if (read == NULL)
        return FALSE;
      kd_sql_bind_int64 (read, 1, row->kind->number);
      kd_sql_bind_id (read, 2, &row->id);
      step = kd_sql_step (read, error);
    }
  *ret_shadowed = step == KD_SQL_ROW;
  if (step == KD_SQL_DONE)
    return kd_sql_kind_get (self->connection, row->kind, NULL, &row->id, ret_base, NULL, error);
  if (step != KD_SQL_ROW)
    return FALSE;
  *ret_rid = kd_sql_column_int64 (read, 0);
  if (kd_sql_column_is_null (read, 1))
    return TRUE;
  if (!kd_wire_row_parse (kd_sql_column_text (read, 1), -1, &base, error))
    return FALSE;
  *ret_base = g_steal_pointer (&base.record);
  return TRUE;
}

static gboolean
write_row (Apply *self,
           const KdWireRow *row,
           GError **error)
{
  g_autoptr (KdRecord) before = NULL;
  gboolean counted = TRUE, shadowed;
  gint64 rid;

  if (row->kind == NULL)
    {
      g_autofree char *data = kd_wire_row_to_text (row);
      return run_with_row (self, "INSERT OR REPLACE INTO unknown_row(kind, row_id, seq, data) VALUES(?1, ?2, ?3, ?4)",
                           row->kind_number, &row->id, row->seq, data, error);
    }
  if (!find_base (self, row, &before, &rid, &shadowed, error))
    return FALSE;
  if (self->full_pass && !see (self, row, &counted, error))
    return FALSE;
  /* a page that comes again never takes a row back */
  if (before != NULL && before->seq > row->seq)
    {
      if (!counted)
        count (self, before, 1);
      return !shadowed || kd_store_rows_write (self->rows, before, rid) || failed (self, error);
    }
  if (before != NULL && counted)
    count (self, before, -1);
  if (row->deleted)
    return (kd_store_rows_erase (self->rows, row->kind, &row->id) || failed (self, error))
           && run_with_row (self, "INSERT OR REPLACE INTO tombstone(kind, row_id, seq) VALUES(?1, ?2, ?3)",
                            row->kind->number, &row->id, row->seq, NULL, error);
  count (self, row->record, 1);
  return (kd_store_rows_write (self->rows, row->record, rid) || failed (self, error))
         && run_with_row (self, "DELETE FROM tombstone WHERE kind=?1 AND row_id=?2", row->kind->number, &row->id, 0,
                          NULL, error);
}

static gboolean
write_staged (Apply *self,
              GHashTable *page,
              GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    self->connection, "SELECT data FROM sync_stage ORDER BY kind, row_id", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_auto (KdWireRow) row = { 0 };
      KdRowKey key;

      if (!kd_wire_row_parse (kd_sql_column_text (read, 0), -1, &row, error))
        return FALSE;
      key = (KdRowKey){ .id = row.id, .kind = row.kind_number };
      /* the last page has a later version of it */
      if (!g_hash_table_contains (page, &key) && !write_row (self, &row, error))
        return FALSE;
    }
  return step == KD_SQL_DONE && kd_sql_exec (self->connection, "DELETE FROM sync_stage", error);
}

/* After a full pass: what the server did not name is gone. */
static gboolean
sweep (Apply *self,
       GError **error)
{
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint k = 0; k < n; k++)
    {
      g_autofree char *sql = g_strdup_printf (
        "SELECT id FROM \"%s\" WHERE id NOT IN (SELECT row_id FROM sync_seen WHERE kind=%u)", kinds[k]->shape.name,
        kinds[k]->number);
      g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, sql, error);
      g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (KdId));
      KdSqlStep step;

      if (read == NULL)
        return FALSE;
      while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
        {
          KdId id = KD_ID_NONE;
          kd_sql_column_id (read, 0, &id);
          g_array_append_val (gone, id);
        }
      if (step != KD_SQL_DONE)
        return FALSE;
      for (guint i = 0; i < gone->len; i++)
        {
          if (!kd_store_rows_erase (self->rows, kinds[k], &g_array_index (gone, KdId, i)))
            return failed (self, error);
        }
    }
  return kd_sql_exec (self->connection,
                      "DELETE FROM tombstone WHERE NOT EXISTS("
                      "SELECT 1 FROM sync_seen s WHERE s.kind=tombstone.kind AND s.row_id=tombstone.row_id);"
                      "DELETE FROM sync_seen", error);
}

/* ---- acknowledged entries ---- */

static const char archive_sql[] =
  "INSERT OR IGNORE INTO outbox_done(device_id, mut_no, uid, name, ver, args, hash, chain, op, made_at, base_seq,"
  " status, accepted, code, detail, receipt, done_at)"
  " SELECT (SELECT device_id FROM sync_state), o.mut_no, o.uid, o.name, o.ver, o.args, o.hash, o.chain, o.op,"
  " o.made_at, o.base_seq, r.status, r.accepted, r.code, r.detail, r.receipt, ?2"
  " FROM outbox o LEFT JOIN push_result r ON r.mut_no=o.mut_no WHERE o.mut_no<=?1";
static const char problem_sql[] =
  "INSERT OR REPLACE INTO sync_problem(uid, name, ver, args, op, code, detail, at, made_at)"
  " SELECT o.uid, o.name, o.ver, o.args, o.op, r.code, r.detail, ?2, o.made_at"
  " FROM outbox o JOIN push_result r ON r.mut_no=o.mut_no AND r.status<>0 WHERE o.mut_no<=?1";
static const char drop_sql[] = "DELETE FROM outbox WHERE mut_no<=?1 AND ?2=?2";
static const char result_sql[] = "DELETE FROM push_result WHERE mut_no<=?1 AND ?2=?2";

/* @alone: nothing in the outbox was acknowledged; results may have come late, and twice */
static gboolean
drop_acknowledged (Apply *self,
                   gboolean alone,
                   GError **error)
{
  static const char *const steps[] = { archive_sql, problem_sql, drop_sql, result_sql };

  for (guint i = alone ? G_N_ELEMENTS (steps) - 1 : 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (KdSqlStatement) run = kd_sql_prepare (self->connection, steps[i], error);

      if (run == NULL)
        return FALSE;
      kd_sql_bind_int64 (run, 1, self->page->last_mut);
      kd_sql_bind_int64 (run, 2, kd_store_now (self->store));
      if (!kd_sql_run (run, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- state ---- */

static gboolean
save_cursor (Apply *self,
             gboolean done,
             GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (
    self->connection,
    "UPDATE sync_state SET cursor=?1, cur_seq=?2, seen_head=?3, seen_mark=?4, acked_mut=max(acked_mut, ?5),"
    " state=CASE WHEN ?6 THEN 'ok' ELSE state END, full_pass=CASE WHEN ?6 THEN 0 ELSE full_pass END, staging=NOT ?6,"
    " last_pull_ok=?7, proto=?8, schema_at_cursor=?9", error);
  KdCursor cursor = { 0 };
  gint64 acked = 0;

  if (update == NULL)
    return FALSE;
  kd_cursor_parse (self->page->next, &cursor);
  for (guint i = 0; i < self->page->results->len; i++)
    acked = MAX (acked, ((const KdResult *) g_ptr_array_index (self->page->results, i))->no);
  kd_sql_bind_text (update, 1, self->page->next);
  kd_sql_bind_int64 (update, 2, cursor.seq);
  kd_sql_bind_int64 (update, 3, self->page->head);
  kd_sql_bind_id (update, 4, &self->page->mark);
  kd_sql_bind_int64 (update, 5, acked);
  kd_sql_bind_int64 (update, 6, done);
  kd_sql_bind_int64 (update, 7, kd_store_now (self->store));
  kd_sql_bind_int64 (update, 8, self->page->proto);
  kd_sql_bind_int64 (update, 9, self->page->schema);
  return kd_sql_run (update, error);
}

/* The server may have given us another role, and with a full pass other scopes. */
static gboolean
refresh_role (Apply *self,
              GError **error)
{
  const KdStoreIdentity *identity = &self->store->identity;
  g_autoptr (KdRecord) record = NULL;
  g_autoptr (KdSqlStatement) update = NULL;
  KdCursor cursor = { .scopes = identity->scopes };

  if (!kd_sql_kind_get (self->connection, &kd_kind_member, NULL, &self->store->identity.user_id, &record, NULL, error))
    return FALSE;
  kd_cursor_parse (self->page->next, &cursor);
  if (record == NULL
      || (((const KdMember *) record)->role == (int) identity->role && cursor.scopes == identity->scopes))
    return TRUE;
  update = kd_sql_prepare (self->connection, "UPDATE sync_state SET role=?1, scopes=?2", error);
  if (update == NULL)
    return FALSE;
  kd_sql_bind_int64 (update, 1, ((const KdMember *) record)->role);
  kd_sql_bind_int64 (update, 2, cursor.scopes);
  return kd_sql_run (update, error) && kd_store_load_identity (self->store, self->connection, error);
}

static gboolean
stage_page (Apply *self,
            GError **error)
{
  for (guint i = 0; i < self->page->rows->len; i++)
    {
      const KdWireRow *row = &g_array_index (self->page->rows, KdWireRow, i);
      g_autofree char *data = kd_wire_row_to_text (row);

      if (!run_with_row (self,
                         "INSERT OR REPLACE INTO sync_stage(kind, row_id, seq, op, data) VALUES(?1, ?2, ?3, 0, ?4)",
                         row->kind_number, &row->id, row->seq, data, error))
        return FALSE;
    }
  return kd_store_keep_results (self->connection, self->page->results, error) && save_cursor (self, FALSE, error);
}

/* Whether base stays as it is: no row came, and nothing of what waits was acknowledged. */
static gboolean
is_nothing_new (Apply *self,
                gint64 staged,
                gboolean *ret_nothing,
                GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT EXISTS(SELECT 1 FROM outbox WHERE mut_no<=%" G_GINT64_FORMAT ")",
                                          self->page->last_mut);
  gint64 acknowledged = 0;

  *ret_nothing = FALSE;
  if (self->full_pass || staged > 0 || self->page->rows->len > 0)
    return TRUE;
  if (!kd_sql_query_int64 (self->connection, sql, 0, &acknowledged, error))
    return FALSE;
  *ret_nothing = acknowledged == 0;
  return TRUE;
}

/* Steps 1 and 2: what came is the base; everything else that waiting entries wrote goes back to it. */
static gboolean
write_base (Apply *self,
            gint64 staged,
            GError **error)
{
  g_autoptr (GHashTable) page = g_hash_table_new_full (kd_row_key_hash, kd_row_key_equal, g_free, NULL);
  gint64 shadowed = 0;

  for (guint i = 0; i < self->page->rows->len; i++)
    {
      const KdWireRow *row = &g_array_index (self->page->rows, KdWireRow, i);
      KdRowKey key = { .id = row->id, .kind = row->kind_number };

      g_hash_table_add (page, g_memdup2 (&key, sizeof key));
    }
  if (!kd_sql_query_int64 (self->connection, "SELECT EXISTS(SELECT 1 FROM base_row)", 0, &shadowed, error)
      || !kd_store_restore_others (self->rows, page, error))
    return FALSE;
  self->shadowed = shadowed != 0;
  if (staged > 0 && !write_staged (self, page, error))
    return FALSE;
  for (guint i = 0; i < self->page->rows->len; i++)
    if (!write_row (self, &g_array_index (self->page->rows, KdWireRow, i), error))
      return FALSE;
  return kd_store_forget_base (self->connection, error);
}

static gboolean
make_base (Apply *self,
           gboolean *ret_mismatch,
           GError **error)
{
  gint64 staged = 0;
  gboolean nothing;

  if (!kd_sql_query_int64 (self->connection, "SELECT count(*) FROM sync_stage", 0, &staged, error)
      || !is_nothing_new (self, staged, &nothing, error)
      || !(self->full_pass ? kd_sql_exec (self->connection, "DELETE FROM digest", error) : load_digests (self, error))
      || !kd_store_keep_results (self->connection, self->page->results, error)
      || (!nothing && !write_base (self, staged, error)))
    return FALSE;
  if (self->full_pass && !sweep (self, error))
    return FALSE;
  if (!digests_match (self))
    {
      *ret_mismatch = TRUE;
      return FALSE;
    }
  if (nothing)
    return drop_acknowledged (self, TRUE, error) && save_cursor (self, TRUE, error);
  return save_digests (self, error) && drop_acknowledged (self, FALSE, error) && refresh_role (self, error)
         && kd_store_replay (self->rows, error) && save_cursor (self, TRUE, error);
}

static gboolean
check_chain (Apply *self,
             gint64 sealed,
             gboolean *ret_fork,
             GError **error)
{
  KdHash chain;
  gboolean known;

  if (!kd_store_chain_at (self->connection, self->page->last_mut, &chain, &known, error))
    return FALSE;
  *ret_fork = self->page->last_mut > sealed || !known || !kd_hash_equal (&chain, &self->page->chain);
  return TRUE;
}

static KdApplyResult
apply_page (Apply *self,
            KdSqlTransaction *transaction,
            GError **error)
{
  KdSyncState *state = kd_store_sync_state (self->store, self->connection, error);
  gboolean fork = FALSE, mismatch = FALSE, ok, stale;
  guint32 stale_search = self->store->stale;

  if (state == NULL)
    return KD_APPLY_FAILED;
  /* a full pass begins at no cursor, which the wire leaves out */
  stale = g_strcmp0 (state->cursor, self->page->from != NULL ? self->page->from : "") != 0;
  self->full_pass = state->full_pass;
  ok = stale || check_chain (self, state->sealed, &fork, error);
  kd_sync_state_free (state);
  if (!ok)
    return KD_APPLY_FAILED;
  if (stale)
    return KD_APPLY_STALE;
  if (!fork)
    {
      ok = self->page->more ? stage_page (self, error) : make_base (self, &mismatch, error);
      if (ok && kd_sql_commit (transaction, error))
        return self->page->more ? KD_APPLY_MORE : KD_APPLY_DONE;
      self->store->stale = stale_search;
    }
  if (!fork && !mismatch)
    return KD_APPLY_FAILED;
  kd_sql_rollback (transaction);
  /* whoever lets it go on begins anew */
  if (mismatch && !kd_store_sync_restart (self->store, self->connection, NULL, error))
    return KD_APPLY_FAILED;
  return kd_store_sync_stop (self->store, self->connection, fork ? "fork" : "digest", error) ? KD_APPLY_STOPPED
                                                                                            : KD_APPLY_FAILED;
}

KdApplyResult
kd_store_sync_apply (KdStore *store,
                     KdSqlConnection *connection,
                     const KdChanges *page,
                     GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (store, connection, KD_CHANGE_PULL);
  g_autoptr (GHashTable) digests = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Apply self = { .store = store, .connection = connection, .rows = rows, .page = page, .digests = digests };
  KdApplyResult result;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error))
    return KD_APPLY_FAILED;
  rows->search_max = SEARCH_ROW_BY_ROW_MAX;
  result = apply_page (&self, &transaction, error);
  if (result != KD_APPLY_DONE)
    return result;
  if (self.full_pass)
    rows->changes->origins = 1u << KD_CHANGE_FULL;
  rows->changes->status = TRUE;
  kd_store_rows_publish (rows);
  return kd_store_search_rebuild (store, connection, error) ? result : KD_APPLY_FAILED;
}
