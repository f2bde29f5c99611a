/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"
#include "kd-store-records.h"

#include "kd-sql-kind.h"

/* What is kept of this desktop alone: texts not saved yet, and where windows stood. */

void
kd_stored_draft_free (KdStoredDraft *draft)
{
  if (draft == NULL)
    return;
  g_free (draft->field);
  g_free (draft->text);
  g_free (draft->base);
  g_free (draft);
}

GPtrArray *
kd_store_drafts (KdStore *store,
                 KdSqlConnection *connection,
                 guint kind,
                 const KdId *row_id,
                 GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT field, text, base, base_seq, at FROM draft WHERE kind=?1 AND row_id=?2 ORDER BY field", error);
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_stored_draft_free);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  kd_sql_bind_int64 (read, 1, kind);
  kd_sql_bind_id (read, 2, row_id);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdStoredDraft *draft = g_new0 (KdStoredDraft, 1);

      draft->kind = kind;
      draft->row_id = *row_id;
      draft->field = kd_sql_column_dup_text (read, 0);
      draft->text = kd_sql_column_dup_text (read, 1);
      draft->base = kd_sql_column_dup_text (read, 2);
      draft->base_seq = kd_sql_column_int64 (read, 3);
      draft->at = kd_sql_column_int64 (read, 4);
      g_ptr_array_add (drafts, draft);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&drafts) : NULL;
}

/* ---- writing ---- */

typedef struct
{
  KdStore *store;
  KdStoredDraft *draft;         /* (owned) */
} PutDraft;

static void
put_draft_free (gpointer data)
{
  PutDraft *put = data;

  kd_stored_draft_free (put->draft);
  g_free (put);
}

/* The inbox marks conversations with a draft: no field of the row changed, but what is shown of it. */
static gboolean
tell_draft (PutDraft *put,
            KdSqlConnection *connection,
            GError **error)
{
  KdRowChange row = { .id = put->draft->row_id, .how = KD_ROW_PUT };
  KdChangeSet *changes;

  if (put->draft->kind != kd_kind_conversation.number)
    return TRUE;
  if (!kd_sql_kind_get_rid (connection, &kd_kind_conversation, &row.id, &row.rid_before, error))
    return FALSE;
  if (row.rid_before == 0)
    return TRUE;
  row.rid_after = row.rid_before;
  changes = kd_change_set_new (KD_CHANGE_EDIT);
  changes->kinds[put->draft->kind].rows = g_array_new (FALSE, FALSE, sizeof (KdRowChange));
  g_array_append_val (changes->kinds[put->draft->kind].rows, row);
  kd_store_publish (put->store, changes);
  return TRUE;
}

static gboolean
put_draft (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  PutDraft *put = data;
  const KdStoredDraft *draft = put->draft;
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection,
    draft->field == NULL ? "DELETE FROM draft WHERE kind=?1 AND row_id=?2"
    : draft->text == NULL ? "DELETE FROM draft WHERE kind=?1 AND row_id=?2 AND field=?3"
                          : "INSERT OR REPLACE INTO draft(kind, row_id, field, text, base, base_seq, at)"
                            " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_int64 (write, 1, draft->kind);
  kd_sql_bind_id (write, 2, &draft->row_id);
  if (draft->field != NULL)
    kd_sql_bind_text (write, 3, draft->field);
  if (draft->field != NULL && draft->text != NULL)
    {
      kd_sql_bind_text (write, 4, draft->text);
      kd_sql_bind_text (write, 5, draft->base);
      kd_sql_bind_int64 (write, 6, draft->base_seq);
      kd_sql_bind_int64 (write, 7, draft->at);
    }
  return kd_sql_run (write, error) && tell_draft (put, connection, error);
}

/* Nobody waits for it, so a failure is told to the log; the next real change shows it to a person. */
static void
written_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    g_debug ("local state not written: %s", error->message);
}

void
kd_store_set_draft_async (KdStore *store,
                          const KdStoredDraft *draft)
{
  PutDraft *put;
  KdStoredDraft *copy;

  if (store->writer == NULL)
    return;
  put = g_new0 (PutDraft, 1);
  copy = put->draft = g_memdup2 (draft, sizeof *draft);

  copy->field = g_strdup (draft->field);
  copy->text = g_strdup (draft->text);
  copy->base = g_strdup (draft->base);
  if (copy->at == 0)
    copy->at = kd_store_now (store);
  put->store = store;
  kd_sql_worker_run_async (store->writer, KD_SQL_INTERACTIVE, put_draft, put, put_draft_free, NULL, written_cb, NULL);
}

void
kd_store_clear_drafts_async (KdStore *store,
                             guint kind,
                             const KdId *row_id)
{
  KdStoredDraft all = { .kind = kind, .row_id = *row_id };

  kd_store_set_draft_async (store, &all);
}

/* ---- local_state ---- */

char *
kd_store_get_local (KdStore *store,
                    KdSqlConnection *connection,
                    const char *key,
                    GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT value FROM local_state WHERE key=?1", error);

  if (read == NULL)
    return NULL;
  kd_sql_bind_text (read, 1, key);
  return kd_sql_step (read, error) == KD_SQL_ROW ? kd_sql_column_dup_text (read, 0) : NULL;
}

GHashTable *
kd_store_get_locals (KdStore *store,
                     KdSqlConnection *connection,
                     GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT key, value FROM local_state", error);
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    g_hash_table_insert (all, kd_sql_column_dup_text (read, 0), kd_sql_column_dup_text (read, 1));
  return step == KD_SQL_DONE ? g_steal_pointer (&all) : NULL;
}

static gboolean
put_local (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  char **pair = data;
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection,
    pair[1] != NULL ? "INSERT OR REPLACE INTO local_state(key, value) VALUES(?1, ?2)"
                    : "DELETE FROM local_state WHERE key=?1", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_text (write, 1, pair[0]);
  if (pair[1] != NULL)
    kd_sql_bind_text (write, 2, pair[1]);
  return kd_sql_run (write, error);
}

void
kd_store_set_local_async (KdStore *store,
                          const char *key,
                          const char *value)
{
  char **pair;

  if (store->writer == NULL)
    return;
  pair = g_new0 (char *, 3);
  pair[0] = g_strdup (key);
  pair[1] = g_strdup (value);
  kd_sql_worker_run_async (store->writer, KD_SQL_INTERACTIVE, put_local, pair, (GDestroyNotify) g_strfreev, NULL,
                           written_cb, NULL);
}
