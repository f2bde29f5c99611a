/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-wire-call.h"

#include <string.h>

void
kd_outbox_entry_clear (KdOutboxEntry *entry)
{
  g_clear_pointer (&entry->name, g_free);
  g_clear_pointer (&entry->args, g_free);
}

void
kd_outbox_entry_read (KdSqlStatement *statement,
                      KdOutboxEntry *ret_entry)
{
  *ret_entry = (KdOutboxEntry){ 0 };
  ret_entry->id = kd_sql_column_int64 (statement, 0);
  ret_entry->mut_no = kd_sql_column_int64 (statement, 1);
  ret_entry->made_at = kd_sql_column_int64 (statement, 2);
  ret_entry->base_seq = kd_sql_column_int64 (statement, 3);
  kd_sql_column_id (statement, 4, &ret_entry->uid);
  kd_sql_column_id (statement, 5, &ret_entry->op);
  ret_entry->name = kd_sql_column_dup_text (statement, 6);
  ret_entry->args = kd_sql_column_dup_text (statement, 7);
  ret_entry->ver = (guint) kd_sql_column_int64 (statement, 8);
}

void
kd_store_context (KdStore *store,
                  const KdOutboxEntry *entry,
                  KdContext *ret_context)
{
  const KdStoreIdentity *identity = &store->identity;
  KdContext ctx = { 0 };

  ctx.actor.type = KD_ACTOR_MEMBER;
  ctx.actor.id = identity->user_id;
  ctx.actor.origin = KD_ORIGIN_DEVICE;
  ctx.actor.role = identity->role;
  ctx.actor.scopes = identity->scopes;
  ctx.actor.letter = identity->letter;
  ctx.uid = entry->uid;
  ctx.op_named = kd_id_is_none (&entry->op) ? entry->uid : entry->op;
  ctx.op = kd_op_stored (&identity->user_id, &ctx.op_named);
  ctx.made = ctx.edited = ctx.accepted = entry->made_at;
  ctx.base_seq = entry->base_seq;
  ctx.side = KD_SIDE_DEVICE;
  *ret_context = ctx;
}

static gboolean
restore_one (KdStoreRows *rows,
             const KdKind *kind,
             const KdId *id,
             gint64 rid,
             const char *data,
             GError **error)
{
  g_auto (KdWireRow) row = { 0 };

  if (data == NULL)
    return kd_store_rows_erase (rows, kind, id) || (kd_store_rows_failed_with (rows, error), FALSE);
  if (!kd_wire_row_parse (data, -1, &row, error))
    return FALSE;
  return kd_store_rows_write (rows, row.record, rid) || (kd_store_rows_failed_with (rows, error), FALSE);
}

/* @page: (nullable): keys of rows that are left alone */
static gboolean
restore (KdStoreRows *rows,
         const char *sql,
         GHashTable *page,
         GError **error)
{
  static const KdId nobody = { { 0 } };
  g_autoptr (KdSqlStatement) all = NULL;
  KdSqlStep step;

  kd_store_rows_begin (rows, 0, &nobody);
  all = kd_sql_prepare (rows->connection, sql, error);
  if (all == NULL)
    return FALSE;
  while ((step = kd_sql_step (all, error)) == KD_SQL_ROW)
    {
      const KdKind *kind = kd_kind_by_number ((guint) kd_sql_column_int64 (all, 0));
      KdRowKey key = { .kind = (guint) kd_sql_column_int64 (all, 0) };

      kd_sql_column_id (all, 1, &key.id);
      if (kind != NULL && (page == NULL || !g_hash_table_contains (page, &key))
          && !restore_one (rows, kind, &key.id, kd_sql_column_int64 (all, 2), kd_sql_column_text (all, 3), error))
        return FALSE;
    }
  return step == KD_SQL_DONE;
}

gboolean
kd_store_restore_base (KdStoreRows *rows,
                       GError **error)
{
  return restore (rows, "SELECT kind, row_id, rid, data FROM base_row", NULL, error)
         && kd_store_forget_base (rows->connection, error);
}

gboolean
kd_store_restore_others (KdStoreRows *rows,
                         GHashTable *page,
                         GError **error)
{
  return restore (rows,
                  "SELECT kind, row_id, rid, data FROM base_row b WHERE NOT EXISTS("
                  "SELECT 1 FROM sync_stage s WHERE s.kind=b.kind AND s.row_id=b.row_id)", page, error);
}

gboolean
kd_store_forget_base (KdSqlConnection *connection,
                      GError **error)
{
  return kd_sql_exec (connection, "DELETE FROM base_row; DELETE FROM outbox_touch", error);
}

static gboolean
mark_refused_here (KdSqlConnection *connection,
                   gint64 id,
                   const char *code,
                   GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, "UPDATE outbox SET refused_here=?2 WHERE id=?1", error);

  if (statement == NULL)
    return FALSE;
  kd_sql_bind_int64 (statement, 1, id);
  kd_sql_bind_text (statement, 2, code);
  return kd_sql_run (statement, error);
}

/* One waiting entry. A refusal leaves it waiting without effect: the server may still accept it. */
static gboolean
replay_one (KdStoreRows *rows,
            const KdOutboxEntry *entry,
            gboolean was_refused,
            GError **error)
{
  g_autoptr (KdCall) call = kd_wire_call_parse (entry->name, entry->ver, entry->args, KD_WIRE_READ_OWN, NULL);
  g_auto (KdOutcome) outcome = { 0 };
  KdContext ctx;

  if (call == NULL)
    return mark_refused_here (rows->connection, entry->id, "unsupported", error);
  kd_store_context (rows->store, entry, &ctx);
  if (!kd_sql_savepoint (rows->connection, "replay", error))
    return FALSE;
  kd_store_rows_begin (rows, entry->id, &ctx.actor.id);
  if (!kd_mutation_apply (call->mutation, &rows->rows, &ctx, call->args, &outcome)
      && !kd_rows_failed (&rows->rows))
    return kd_store_rows_rollback_to (rows, "replay", error)
           && mark_refused_here (rows->connection, entry->id, outcome.code, error);
  kd_store_rows_end (rows);
  return !kd_store_rows_failed_with (rows, error)
         && (!was_refused || mark_refused_here (rows->connection, entry->id, NULL, error))
         && kd_sql_release (rows->connection, "replay", error);
}

gboolean
kd_store_replay (KdStoreRows *rows,
                 GError **error)
{
  /* sealed first in the order of their numbers, then local order */
  g_autoptr (KdSqlStatement) all = kd_sql_prepare (
    rows->connection,
    "SELECT " KD_OUTBOX_COLUMNS ", refused_here IS NOT NULL FROM outbox ORDER BY mut_no IS NULL, mut_no, id", error);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (KdOutboxEntry));
  g_autoptr (GArray) refused = g_array_new (FALSE, FALSE, sizeof (gboolean));
  KdSqlStep step;

  if (all == NULL)
    return FALSE;
  g_array_set_clear_func (entries, (GDestroyNotify) kd_outbox_entry_clear);
  while ((step = kd_sql_step (all, error)) == KD_SQL_ROW)
    {
      KdOutboxEntry entry;
      gboolean was = (gboolean) kd_sql_column_int64 (all, 9);

      kd_outbox_entry_read (all, &entry);
      g_array_append_val (entries, entry);
      g_array_append_val (refused, was);
    }
  if (step != KD_SQL_DONE)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!replay_one (rows, &g_array_index (entries, KdOutboxEntry, i), g_array_index (refused, gboolean, i), error))
      return FALSE;
  return TRUE;
}

gboolean
kd_store_drop_entries (KdStoreRows *rows,
                       GArray *ids,
                       GError **error)
{
  if (!kd_store_restore_base (rows, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (KdSqlStatement) drop = kd_sql_prepare (rows->connection, "DELETE FROM outbox WHERE id=?1", error);

      if (drop == NULL)
        return FALSE;
      kd_sql_bind_int64 (drop, 1, g_array_index (ids, gint64, i));
      if (!kd_sql_run (drop, error))
        return FALSE;
    }
  return kd_store_replay (rows, error);
}
