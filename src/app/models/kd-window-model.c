/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window-model.h"

#include "kd-window-private.h"

static void kd_window_model_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdWindowModel, kd_window_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, kd_window_model_list_init))

enum { PROP_LOADING = 1, PROP_COMPLETE, PROP_TRUNCATED, PROP_MESSAGE, N_PROPS };
static GParamSpec *props[N_PROPS];

static guint query_changing_signal;

/* ---- the rids ---- */

static guint
count (KdWindowModel *self)
{
  return self->old != NULL ? self->new_end + self->old->len - self->old_end : self->rids->len;
}

gint64
kd_window_model_get_rid (KdWindowModel *self,
                         guint position)
{
  if (position >= count (self))
    return 0;
  if (self->old == NULL || position < self->new_end)
    return g_array_index (self->rids, gint64, position);
  return g_array_index (self->old, gint64, position - self->new_end + self->old_end);
}

guint
kd_window_model_find (KdWindowModel *self,
                      gint64 rid)
{
  guint n = count (self);

  /* eight bytes a row: a million of them are looked through in less than a millisecond */
  for (guint i = 0; i < n; i++)
    if (kd_window_model_get_rid (self, i) == rid)
      return i;
  return KD_NO_POSITION;
}

static void
set_flag (KdWindowModel *self,
          gboolean *flag,
          gboolean value,
          guint prop)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
kd_window_model_set_message (KdWindowModel *self,
                             const char *message)
{
  if (g_strcmp0 (self->message, message) == 0)
    return;
  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGE]);
}

/* Those that waited for the whole list get their answer. */
static void
answer_locates (KdWindowModel *self)
{
  g_autoptr (GPtrArray) locates = g_steal_pointer (&self->locates);

  self->locates = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < locates->len; i++)
    {
      GTask *task = g_ptr_array_index (locates, i);
      const gint64 *rid = g_task_get_task_data (task);
      guint position = *rid != 0 ? kd_window_model_find (self, *rid) : KD_NO_POSITION;

      g_task_return_int (task, position == KD_NO_POSITION ? -1 : (gssize) position);
    }
}

void
kd_window_model_set_loading (KdWindowModel *self,
                             gboolean loading)
{
  set_flag (self, &self->loading, loading, PROP_LOADING);
}

void
kd_window_model_set_complete (KdWindowModel *self,
                              gboolean complete)
{
  set_flag (self, &self->complete, complete, PROP_COMPLETE);
  if (complete)
    answer_locates (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRUNCATED]);
}

/* One range for everything: another query's rows. */
void
kd_window_model_take_all (KdWindowModel *self,
                          GArray *rids)
{
  guint before = self->rids->len;

  g_array_unref (self->rids);
  self->rids = rids;
  if (before > 0 || rids->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, rids->len);
}

/* Range by range, each with a list that is right for who looks while it is told. */
void
kd_window_model_take_ranges (KdWindowModel *self,
                             GArray *rids,
                             const GArray *ranges)
{
  self->old = self->rids;
  self->rids = rids;
  for (guint i = 0; i < ranges->len; i++)
    {
      const KdListRange *range = &g_array_index (ranges, KdListRange, i);

      self->new_end = range->new_end;
      self->old_end = range->old_end;
      g_list_model_items_changed (G_LIST_MODEL (self), range->new_start, range->old_end - range->old_start,
                                  range->new_end - range->new_start);
    }
  g_clear_pointer (&self->old, g_array_unref);
}

/* ---- GListModel ---- */

static GType
get_item_type (GListModel *model)
{
  return KD_TYPE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return count (KD_WINDOW_MODEL (model));
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  KdWindowModel *self = KD_WINDOW_MODEL (model);
  gint64 rid = kd_window_model_get_rid (self, position);
  KdItem *item;

  if (rid == 0)
    return NULL;
  item = kd_item_cache_get (self->cache, rid);
  if (kd_item_is_stale (item) && self->active)
    {
      g_hash_table_add (self->asked, GUINT_TO_POINTER (position / KD_PAGE_ROWS));
      kd_window_model_schedule_read (self);
    }
  return item;
}

static void
kd_window_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* ---- type ---- */

static void
kd_window_model_dispose (GObject *object)
{
  KdWindowModel *self = KD_WINDOW_MODEL (object);

  self->active = FALSE;
  if (self->session != NULL)
    {
      kd_window_model_forget_reads (self);
      g_signal_handlers_disconnect_by_data (self->session, self);
      for (guint i = 0; i < self->locates->len; i++)
        g_task_return_new_error (g_ptr_array_index (self->locates, i), G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
      g_ptr_array_set_size (self->locates, 0);
    }
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_window_model_parent_class)->dispose (object);
}

static void
kd_window_model_finalize (GObject *object)
{
  KdWindowModel *self = KD_WINDOW_MODEL (object);

  g_clear_pointer (&self->cache, kd_item_cache_free);
  kd_list_query_free (self->query);
  g_array_unref (self->rids);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->asked);
  g_ptr_array_unref (self->locates);
  g_free (self->message);
  G_OBJECT_CLASS (kd_window_model_parent_class)->finalize (object);
}

static void
kd_window_model_get_property (GObject *object,
                              guint id,
                              GValue *value,
                              GParamSpec *spec)
{
  KdWindowModel *self = KD_WINDOW_MODEL (object);

  if (id == PROP_LOADING)
    g_value_set_boolean (value, self->loading);
  else if (id == PROP_COMPLETE)
    g_value_set_boolean (value, self->complete);
  else if (id == PROP_TRUNCATED)
    g_value_set_boolean (value, kd_window_model_is_truncated (self));
  else
    g_value_set_string (value, self->message);
}

static void
kd_window_model_class_init (KdWindowModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = kd_window_model_dispose;
  object_class->finalize = kd_window_model_finalize;
  object_class->get_property = kd_window_model_get_property;
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  props[PROP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, FALSE, flags);
  props[PROP_TRUNCATED] = g_param_spec_boolean ("truncated", NULL, NULL, FALSE, flags);
  props[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  query_changing_signal = g_signal_new ("query-changing", KD_TYPE_WINDOW_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
}

static void
kd_window_model_init (KdWindowModel *self)
{
  self->rids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->cancellable = g_cancellable_new ();
  self->asked = g_hash_table_new (NULL, NULL);
  self->locates = g_ptr_array_new_with_free_func (g_object_unref);
  self->active = TRUE;
}

/* ---- public ---- */

KdWindowModel *
kd_window_model_new (KdSession *session,
                     const KdListQuery *query)
{
  KdWindowModel *self = g_object_new (KD_TYPE_WINDOW_MODEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect (session, "changes", G_CALLBACK (kd_window_model_changes_cb), self);
  g_signal_connect (session, "pending-changed", G_CALLBACK (kd_window_model_pending_cb), self);
  g_signal_connect_swapped (session, "released", G_CALLBACK (kd_window_model_released_cb), self);
  if (query != NULL)
    kd_window_model_set_query (self, query);
  return self;
}

void
kd_window_model_set_query (KdWindowModel *self,
                           const KdListQuery *query)
{
  if (self->query != NULL && kd_list_query_equal (self->query, query))
    return;
  g_signal_emit (self, query_changing_signal, 0);
  if (self->query != NULL && self->query->kind != query->kind)
    {
      kd_window_model_take_all (self, g_array_new (FALSE, FALSE, sizeof (gint64)));
      g_clear_pointer (&self->cache, kd_item_cache_free);
    }
  kd_list_query_free (self->query);
  self->query = kd_list_query_copy (query);
  if (self->cache == NULL)
    self->cache = kd_item_cache_new (query->kind);
  if (self->active)
    kd_window_model_start_query (self);
}

const KdListQuery *
kd_window_model_get_query (KdWindowModel *self)
{
  return self->query;
}

gboolean
kd_window_model_is_loading (KdWindowModel *self)
{
  return self->loading;
}

gboolean
kd_window_model_is_complete (KdWindowModel *self)
{
  return self->complete;
}

gboolean
kd_window_model_is_truncated (KdWindowModel *self)
{
  return self->query != NULL && self->query->search != NULL && *self->query->search != '\0'
         && self->rids->len >= KD_SEARCH_MAX;
}

const char *
kd_window_model_get_message (KdWindowModel *self)
{
  return self->message;
}

void
kd_window_model_set_active (KdWindowModel *self,
                            gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  if (self->query == NULL)
    return;
  if (!active)
    {
      kd_window_model_forget_reads (self);
      kd_item_cache_drop (self->cache);
      return;
    }
  /* what happened meanwhile wasn't heard */
  kd_window_model_want_all (self, 0, FALSE);
  if (self->rids->len == 0 || self->loading)
    kd_window_model_start_query (self);
  else
    {
      self->refreshed = 0;
      kd_window_model_schedule_refresh (self);
      kd_window_model_schedule_read (self);
    }
}

/* ---- locating ---- */

static void
located_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  GTask *task = data;
  KdWindowModel *self = g_task_get_source_object (task);
  GError *error = NULL;
  gint64 *rid = kd_store_read_finish (KD_STORE (source), result, NULL, &error);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, rid, g_free);
  g_ptr_array_add (self->locates, task);
  if (self->session == NULL || (self->complete && self->place_generation <= self->rids_generation))
    answer_locates (self);
}

void
kd_window_model_locate_async (KdWindowModel *self,
                              const KdId *id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, kd_window_model_locate_async);
  if (self->query == NULL || self->session == NULL)
    {
      g_task_return_int (task, -1);
      g_object_unref (task);
      return;
    }
  kd_read_rid_async (kd_session_get_store (self->session), kd_item_kind (self->query->kind), id, cancellable,
                     located_cb, task);
}

guint
kd_window_model_locate_finish (KdWindowModel *self,
                               GAsyncResult *result,
                               GError **error)
{
  gssize position = g_task_propagate_int (G_TASK (result), error);

  return position < 0 ? KD_NO_POSITION : (guint) position;
}

KdSession *
kd_window_model_get_session (KdWindowModel *self)
{
  return self->session;
}
