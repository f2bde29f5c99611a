/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"
#include "kd-store-sync.h"

#include <string.h>

/* What goes up: numbers, hashes and the chain (SYNC 4.3, 4.5). */

void
kd_sync_state_free (KdSyncState *state)
{
  if (state == NULL)
    return;
  g_free (state->cursor);
  g_free (state->pause_reason);
  g_free (state);
}

KdSyncState *
kd_store_sync_state (KdStore *store,
                     KdSqlConnection *connection,
                     GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT shop_id, device_id, cursor, cur_seq, seen_head, seen_mark, sealed, acked_mut, chain, full_pass, pause_reason"
    " FROM sync_state", error);
  KdSyncState *state;

  if (read == NULL || kd_sql_step (read, error) != KD_SQL_ROW)
    return NULL;
  state = g_new0 (KdSyncState, 1);
  kd_sql_column_id (read, 0, &state->shop_id);
  kd_sql_column_id (read, 1, &state->device_id);
  state->cursor = kd_sql_column_dup_text (read, 2);
  state->cur_seq = kd_sql_column_int64 (read, 3);
  state->witness.head = kd_sql_column_int64 (read, 4);
  kd_sql_column_id (read, 5, &state->witness.mark);
  state->sealed = kd_sql_column_int64 (read, 6);
  state->acked = kd_sql_column_int64 (read, 7);
  kd_sql_column_hash (read, 8, &state->chain);
  state->full_pass = kd_sql_column_int64 (read, 9) != 0;
  state->pause_reason = kd_sql_column_dup_text (read, 10);
  return state;
}

static KdPushMutation *
to_wire (KdOutboxEntry *entry)
{
  KdPushMutation *mutation = kd_push_mutation_new ();

  mutation->no = entry->mut_no;
  mutation->uid = entry->uid;
  mutation->op = entry->op;
  mutation->name = g_steal_pointer (&entry->name);
  mutation->v = entry->ver;
  mutation->made_at = entry->made_at;
  mutation->base_seq = entry->base_seq;
  mutation->args = g_steal_pointer (&entry->args);
  return mutation;
}

/* Sealed ones whose results we don't have: they go again as they are. */
static gboolean
add_sealed (KdSqlConnection *connection,
            GPtrArray *mutations,
            guint max,
            gsize *bytes,
            gsize max_bytes,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT " KD_OUTBOX_COLUMNS " FROM outbox WHERE mut_no > (SELECT acked_mut FROM sync_state) ORDER BY mut_no", error);
  KdSqlStep step = KD_SQL_DONE;

  if (read == NULL)
    return FALSE;
  while (mutations->len < max && (*bytes < max_bytes) && (step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdOutboxEntry entry;

      kd_outbox_entry_read (read, &entry);
      *bytes += strlen (entry.args);
      g_ptr_array_add (mutations, to_wire (&entry));
      kd_outbox_entry_clear (&entry);
    }
  return step != KD_SQL_ERRED;
}

static gboolean
seal (KdSqlConnection *connection,
      KdSyncState *state,
      KdPushMutation *mutation,
      gint64 id,
      GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (
    connection, "UPDATE outbox SET mut_no=?2, hash=?3, chain=?4 WHERE id=?1", error);
  KdHash hash;

  if (update == NULL)
    return FALSE;
  mutation->no = ++state->sealed;
  hash = kd_push_mutation_hash (mutation);
  state->chain = kd_wire_chain (&state->chain, &hash);
  kd_sql_bind_int64 (update, 1, id);
  kd_sql_bind_int64 (update, 2, mutation->no);
  kd_sql_bind_hash (update, 3, &hash);
  kd_sql_bind_hash (update, 4, &state->chain);
  return kd_sql_run (update, error);
}

/* Whether it reads or writes what an earlier entry wrote that stays behind. */
static gboolean
depends_on_unsealed (KdSqlConnection *connection,
                     gint64 id,
                     gboolean *ret_depends,
                     GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT 1 FROM outbox_touch a JOIN outbox_touch b ON b.kind=a.kind AND b.row_id=a.row_id AND b.mode=1"
    " AND b.outbox_id < a.outbox_id JOIN outbox o ON o.id=b.outbox_id AND o.mut_no IS NULL"
    " WHERE a.outbox_id=?1 LIMIT 1", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_int64 (read, 1, id);
  step = kd_sql_step (read, error);
  *ret_depends = step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

/* What a person did goes before what an import queued, unless it depends on it; what waits for a
 * picture to be up stays behind with all that depends on it. */
static gboolean
seal_more (KdSqlConnection *connection,
           KdSyncState *state,
           GPtrArray *mutations,
           guint max,
           gsize *bytes,
           gsize max_bytes,
           gboolean bulk,
           GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT " KD_OUTBOX_COLUMNS " FROM outbox WHERE mut_no IS NULL AND waits_for IS NULL AND bulk=?1"
    " ORDER BY id LIMIT ?2", error);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (KdOutboxEntry));
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  g_array_set_clear_func (entries, (GDestroyNotify) kd_outbox_entry_clear);
  kd_sql_bind_int64 (read, 1, bulk);
  kd_sql_bind_int64 (read, 2, max);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdOutboxEntry entry;

      kd_outbox_entry_read (read, &entry);
      g_array_append_val (entries, entry);
    }
  if (step != KD_SQL_DONE)
    return FALSE;
  for (guint i = 0; i < entries->len && mutations->len < max && *bytes < max_bytes; i++)
    {
      KdOutboxEntry *entry = &g_array_index (entries, KdOutboxEntry, i);
      gint64 id = entry->id;
      gboolean depends = FALSE;
      KdPushMutation *mutation;

      if (!depends_on_unsealed (connection, id, &depends, error))
        return FALSE;
      if (depends)
        continue;
      *bytes += strlen (entry->args);
      mutation = to_wire (entry);
      g_ptr_array_add (mutations, mutation);
      if (!seal (connection, state, mutation, id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save_sealed (KdSqlConnection *connection,
             const KdSyncState *state,
             GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (connection, "UPDATE sync_state SET sealed=?1, chain=?2", error);

  if (update == NULL)
    return FALSE;
  kd_sql_bind_int64 (update, 1, state->sealed);
  kd_sql_bind_hash (update, 2, &state->chain);
  return kd_sql_run (update, error);
}

GPtrArray *
kd_store_sync_seal (KdStore *store,
                    KdSqlConnection *connection,
                    guint max,
                    gsize max_bytes,
                    gint64 *ret_sealed,
                    GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (GPtrArray) mutations = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_push_mutation_free);
  KdSyncState *state = NULL;
  gsize bytes = 0;
  gboolean ok;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || (state = kd_store_sync_state (store, connection, error)) == NULL)
    return NULL;
  ok = add_sealed (connection, mutations, max, &bytes, max_bytes, error);
  if (ok && mutations->len == 0)
    {
      ok = seal_more (connection, state, mutations, max, &bytes, max_bytes, FALSE, error);
      /* one request of an import at a time, so that what a person does next slips in between */
      if (ok && mutations->len == 0)
        ok = seal_more (connection, state, mutations, max, &bytes, max_bytes, TRUE, error);
      ok = ok && save_sealed (connection, state, error) && kd_sql_commit (&transaction, error);
    }
  *ret_sealed = state->sealed;
  kd_sync_state_free (state);
  return ok ? g_steal_pointer (&mutations) : NULL;
}

static gboolean
update_state (KdSqlConnection *connection,
              const char *sql,
              const char *text,
              gint64 number,
              GError **error)
{
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (connection, sql, error);

  if (update == NULL)
    return FALSE;
  kd_sql_bind_text (update, 1, text);
  if (strstr (sql, "?2") != NULL)
    kd_sql_bind_int64 (update, 2, number);
  return kd_sql_run (update, error);
}

void
kd_store_publish_status (KdStore *store)
{
  KdChangeSet *set = kd_change_set_new (KD_CHANGE_EDIT);

  set->origins = 0;
  set->status = TRUE;
  kd_store_publish (store, set);
}

gboolean
kd_store_sync_stop (KdStore *store,
                    KdSqlConnection *connection,
                    const char *reason,
                    GError **error)
{
  if (!update_state (connection,
                     "UPDATE sync_state SET pause_reason=?1, state=CASE WHEN ?1 IS NULL THEN 'ok' ELSE 'stopped' END",
                     reason, 0, error))
    return FALSE;
  kd_store_publish_status (store);
  return TRUE;
}

gboolean
kd_store_sync_restart (KdStore *store,
                       KdSqlConnection *connection,
                       const KdWitness *witness,
                       GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdSqlStatement) update = NULL;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || !kd_sql_exec (connection,
                       "DELETE FROM sync_stage; DELETE FROM sync_seen;"
                       "UPDATE sync_state SET cursor='', cur_seq=0, full_pass=1, staging=0", error))
    return FALSE;
  if (witness != NULL)
    {
      update = kd_sql_prepare (connection, "UPDATE sync_state SET seen_head=?1, seen_mark=?2", error);
      if (update == NULL)
        return FALSE;
      kd_sql_bind_int64 (update, 1, witness->head);
      kd_sql_bind_id (update, 2, &witness->mark);
      if (!kd_sql_run (update, error))
        return FALSE;
    }
  return kd_sql_commit (&transaction, error);
}

gboolean
kd_store_sync_note_error (KdStore *store,
                          KdSqlConnection *connection,
                          const char *message,
                          GError **error)
{
  return update_state (connection,
                       "UPDATE outbox SET attempts=attempts + 1, last_error=?1 WHERE mut_no IS NOT NULL",
                       message, 0, error);
}

gboolean
kd_store_sync_note_clock (KdStore *store,
                          KdSqlConnection *connection,
                          gint64 offset_ms,
                          GError **error)
{
  return update_state (connection, "UPDATE sync_state SET clock_offset_ms=?2 WHERE ?1 IS NULL", NULL, offset_ms, error);
}

/* The chain as it stood after our mutation of that number. */
gboolean
kd_store_chain_at (KdSqlConnection *connection,
                   gint64 number,
                   KdHash *ret_chain,
                   gboolean *ret_known,
                   GError **error)
{
  g_autoptr (KdSqlStatement) read = NULL;
  KdSqlStep step;

  *ret_chain = (KdHash){ { 0 } };
  *ret_known = number == 0;
  if (number == 0)
    return TRUE;
  read = kd_sql_prepare (connection,
                         "SELECT chain FROM outbox WHERE mut_no=?1 UNION ALL"
                         " SELECT chain FROM outbox_done WHERE mut_no=?1"
                         " AND device_id=(SELECT device_id FROM sync_state) LIMIT 1", error);
  if (read == NULL)
    return FALSE;
  kd_sql_bind_int64 (read, 1, number);
  step = kd_sql_step (read, error);
  *ret_known = step == KD_SQL_ROW && kd_sql_column_hash (read, 0, ret_chain);
  return step != KD_SQL_ERRED;
}

gboolean
kd_store_keep_results (KdSqlConnection *connection,
                       GPtrArray *results,
                       GError **error)
{
  for (guint i = 0; i < results->len; i++)
    {
      const KdResult *result = g_ptr_array_index (results, i);
      g_autoptr (KdSqlStatement) insert = kd_sql_prepare (
        connection,
        "INSERT OR IGNORE INTO push_result(mut_no, status, code, detail, accepted, receipt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        error);

      if (insert == NULL)
        return FALSE;
      kd_sql_bind_int64 (insert, 1, result->no);
      kd_sql_bind_int64 (insert, 2, result->status);
      kd_sql_bind_text (insert, 3, result->code);
      kd_sql_bind_text (insert, 4, result->detail);
      kd_sql_bind_int64 (insert, 5, result->accepted);
      kd_sql_bind_id (insert, 6, &result->receipt);
      if (!kd_sql_run (insert, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kd_store_sync_take_results (KdStore *store,
                            KdSqlConnection *connection,
                            const KdPushAnswer *answer,
                            GError **error)
{
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  KdHash chain;
  gboolean known;

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
      || !kd_store_chain_at (connection, answer->last, &chain, &known, error))
    return FALSE;
  if (!known || !kd_hash_equal (&chain, &answer->chain))
    {
      kd_sql_rollback (&transaction);
      return kd_store_sync_stop (store, connection, "fork", error);
    }
  return kd_store_keep_results (connection, answer->results, error)
         && update_state (connection,
                          "UPDATE sync_state SET last_push_ok=?2,"
                          " acked_mut=max(acked_mut, ifnull((SELECT max(mut_no) FROM push_result), 0)) WHERE ?1 IS NULL",
                          NULL, kd_store_now (store), error)
         && update_state (connection, "UPDATE outbox SET last_error=?1 WHERE last_error IS NOT NULL", NULL, 0, error)
         && kd_sql_commit (&transaction, error);
}
