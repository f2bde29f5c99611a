/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-row-set.h"

#include "kd-store-records.h"
#include "kd-window-private.h"

struct _KdRowSet
{
  GObject parent_instance;

  KdWindowModel *model;         /* (owned) */
  KdSession *session;           /* (owned) */
  GHashTable *rids;             /* (owned): of gint64: those selected, or those left out */
  gboolean all_but;             /* all rows of the model's present query but `rids` */
};

G_DEFINE_FINAL_TYPE (KdRowSet, kd_row_set, G_TYPE_OBJECT)

static guint changed_signal;

static void
emit_changed (KdRowSet *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
put (KdRowSet *self,
     gint64 rid,
     gboolean selected)
{
  if (selected != self->all_but)
    g_hash_table_add (self->rids, g_memdup2 (&rid, sizeof rid));
  else
    g_hash_table_remove (self->rids, &rid);
}

/* "All of this list" means something else under the next query: from here on it is these rows. */
static void
query_changing_cb (KdWindowModel *model,
                   KdRowSet *self)
{
  g_autoptr (GHashTable) left_out = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));

  if (!self->all_but)
    return;
  left_out = g_steal_pointer (&self->rids);
  self->rids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->all_but = FALSE;
  for (guint i = 0; i < n; i++)
    {
      gint64 rid = kd_window_model_get_rid (model, i);

      if (!g_hash_table_contains (left_out, &rid))
        put (self, rid, TRUE);
    }
}

static void
changes_cb (KdSession *session,
            const KdChangeSet *changes,
            KdRowSet *self)
{
  const KdListQuery *query = kd_window_model_get_query (self->model);
  const KdKindChange *change;
  gboolean changed = FALSE;

  if (query == NULL)
    return;
  change = &changes->kinds[kd_item_kind (query->kind)->number];
  for (guint i = 0; change->rows != NULL && i < change->rows->len; i++)
    {
      const KdRowChange *row = &g_array_index (change->rows, KdRowChange, i);

      if (row->rid_before == 0 || row->rid_before == row->rid_after
          || !g_hash_table_remove (self->rids, &row->rid_before))
        continue;
      if (row->rid_after != 0)
        g_hash_table_add (self->rids, g_memdup2 (&row->rid_after, sizeof row->rid_after));
      changed = TRUE;
    }
  if (changed)
    emit_changed (self);
}

static void
kd_row_set_dispose (GObject *object)
{
  KdRowSet *self = KD_ROW_SET (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->session);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (kd_row_set_parent_class)->dispose (object);
}

static void
kd_row_set_finalize (GObject *object)
{
  g_hash_table_unref (KD_ROW_SET (object)->rids);
  G_OBJECT_CLASS (kd_row_set_parent_class)->finalize (object);
}

static void
kd_row_set_class_init (KdRowSetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_row_set_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_row_set_finalize;
  changed_signal = g_signal_new ("changed", KD_TYPE_ROW_SET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_row_set_init (KdRowSet *self)
{
  self->rids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

KdRowSet *
kd_row_set_new (KdWindowModel *model)
{
  KdRowSet *self = g_object_new (KD_TYPE_ROW_SET, NULL);

  self->model = g_object_ref (model);
  self->session = g_object_ref (kd_window_model_get_session (model));
  g_signal_connect (self->session, "changes", G_CALLBACK (changes_cb), self);
  g_signal_connect (self->model, "query-changing", G_CALLBACK (query_changing_cb), self);
  return self;
}

guint64
kd_row_set_count (KdRowSet *self)
{
  guint n = g_hash_table_size (self->rids), all = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  return self->all_but ? MAX (all, n) - n : n;
}

gboolean
kd_row_set_has (KdRowSet *self,
                gint64 rid)
{
  return rid != 0 && g_hash_table_contains (self->rids, &rid) != self->all_but;
}

void
kd_row_set_add (KdRowSet *self,
                gint64 rid)
{
  put (self, rid, TRUE);
  emit_changed (self);
}

void
kd_row_set_remove (KdRowSet *self,
                   gint64 rid)
{
  put (self, rid, FALSE);
  emit_changed (self);
}

/* ---- by position ---- */

gboolean
kd_row_set_is_selected (gpointer set,
                        unsigned position)
{
  KdRowSet *self = set;

  return kd_row_set_has (self, kd_window_model_get_rid (self->model, position));
}

static void
put_range (KdRowSet *self,
           unsigned position,
           unsigned n,
           gboolean selected)
{
  for (unsigned i = 0; i < n; i++)
    {
      gint64 rid = kd_window_model_get_rid (self->model, position + i);

      if (rid != 0)
        put (self, rid, selected);
    }
}

void
kd_row_set_select (gpointer set,
                   unsigned position,
                   unsigned n,
                   gboolean exclusive)
{
  KdRowSet *self = set;

  if (exclusive)
    {
      g_hash_table_remove_all (self->rids);
      self->all_but = FALSE;
    }
  put_range (self, position, n, TRUE);
  emit_changed (self);
}

void
kd_row_set_unselect (gpointer set,
                     unsigned position,
                     unsigned n)
{
  put_range (set, position, n, FALSE);
  emit_changed (set);
}

void
kd_row_set_select_all (gpointer set)
{
  KdRowSet *self = set;

  g_hash_table_remove_all (self->rids);
  self->all_but = TRUE;
  emit_changed (self);
}

void
kd_row_set_unselect_all (gpointer set)
{
  KdRowSet *self = set;

  g_hash_table_remove_all (self->rids);
  self->all_but = FALSE;
  emit_changed (self);
}

/* ---- ids ---- */

typedef struct
{
  KdListQuery *query;           /* (owned) (nullable): all of it but `left_out` */
  const KdKind *kind;
  GArray *rids;                 /* (owned) (nullable) */
  GHashTable *left_out;         /* (owned) (nullable) */
  GArray *ids;                  /* (owned) (nullable) */
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  kd_list_query_free (ask->query);
  g_clear_pointer (&ask->rids, g_array_unref);
  g_clear_pointer (&ask->left_out, g_hash_table_unref);
  g_clear_pointer (&ask->ids, g_array_unref);
  g_free (ask);
}

static gpointer
read_ids (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  Ask *ask = data;

  if (ask->query != NULL)
    {
      g_autoptr (GArray) all = kd_list_rids (store, connection, ask->query, 0, error);

      if (all == NULL)
        return NULL;
      for (guint i = 0; i < all->len; i++)
        if (!g_hash_table_contains (ask->left_out, &g_array_index (all, gint64, i)))
          g_array_append_val (ask->rids, g_array_index (all, gint64, i));
    }
  return kd_store_ids_of_rids (store, connection, ask->kind, (const gint64 *) ask->rids->data, ask->rids->len, error);
}

static void
array_read_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GArray *array = kd_store_read_finish (KD_STORE (source), result, NULL, &error);

  if (array == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, array, (GDestroyNotify) g_array_unref);
}

/* In the order of the list; rows that the present filter hides come after them. */
static void
collect_rids (KdRowSet *self,
              GArray *rids)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  g_autoptr (GHashTable) rest = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->rids);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (rest, key);
  for (guint i = 0; i < n && g_hash_table_size (rest) > 0; i++)
    {
      gint64 rid = kd_window_model_get_rid (self->model, i);

      if (g_hash_table_remove (rest, &rid))
        g_array_append_val (rids, rid);
    }
  g_hash_table_iter_init (&iter, rest);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (rids, key, 1);
}

static Ask *
ask_new (KdRowSet *self)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->kind = kd_item_kind (kd_window_model_get_query (self->model)->kind);
  ask->rids = g_array_new (FALSE, FALSE, sizeof (gint64));
  return ask;
}

void
kd_row_set_ids_async (KdRowSet *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Ask *ask = ask_new (self);

  g_task_set_source_tag (task, kd_row_set_ids_async);
  if (self->all_but)
    {
      GHashTableIter iter;
      gpointer key;

      ask->query = kd_list_query_copy (kd_window_model_get_query (self->model));
      ask->left_out = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      g_hash_table_iter_init (&iter, self->rids);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_hash_table_add (ask->left_out, g_memdup2 (key, sizeof (gint64)));
    }
  else
    collect_rids (self, ask->rids);
  kd_store_read_async (kd_session_get_store (self->session), KD_READER_BULK, read_ids, ask, ask_free,
                       (GDestroyNotify) g_array_unref, cancellable, array_read_cb, task);
}

GArray *
kd_row_set_ids_finish (KdRowSet *self,
                       GAsyncResult *result,
                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
read_rids (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  const Ask *ask = data;

  return kd_store_rids_of_ids (store, connection, ask->kind, (const KdId *) ask->ids->data, ask->ids->len, error);
}

void
kd_row_set_restore_async (KdRowSet *self,
                          const KdId *ids,
                          guint n,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Ask *ask = ask_new (self);

  g_task_set_source_tag (task, kd_row_set_restore_async);
  ask->ids = g_array_sized_new (FALSE, FALSE, sizeof (KdId), n);
  g_array_append_vals (ask->ids, ids, n);
  kd_store_read_async (kd_session_get_store (self->session), KD_READER_INTERACTIVE, read_rids, ask, ask_free,
                       (GDestroyNotify) g_array_unref, cancellable, array_read_cb, task);
}

gboolean
kd_row_set_restore_finish (KdRowSet *self,
                           GAsyncResult *result,
                           GError **error)
{
  g_autoptr (GArray) rids = g_task_propagate_pointer (G_TASK (result), error);

  if (rids == NULL)
    return FALSE;
  g_hash_table_remove_all (self->rids);
  self->all_but = FALSE;
  for (guint i = 0; i < rids->len; i++)
    put (self, g_array_index (rids, gint64, i), TRUE);
  emit_changed (self);
  return TRUE;
}
