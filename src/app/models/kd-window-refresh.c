/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window-private.h"

#define REFRESH_EVERY_MS 250    /* at most, under load */
#define HELD_ROWS 24            /* what the first frame has room for */
#define REFRESH_SHARE 4         /* of a list that takes long, at most a quarter of the time */

/* ---- rows ---- */

static void
take_rows (KdWindowModel *self,
           const GArray *rids,
           GPtrArray *rows,
           guint64 generation)
{
  for (guint i = 0; i < rows->len; i++)
    {
      KdItem *item = kd_item_cache_lookup (self->cache, g_array_index (rids, gint64, i));
      gpointer row = g_steal_pointer (&g_ptr_array_index (rows, i));

      if (item == NULL || row == NULL)
        {
          kd_list_row_free (self->query->kind, row);
          continue;
        }
      g_object_ref (item);
      kd_item_take_row (item, self->session, row, generation);
      self->reload |= kd_item_is_stale (item);
      g_object_unref (item);
    }
}

typedef struct
{
  KdWindowModel *self;          /* (owned) */
  GArray *rids;                 /* (owned) */
  GCancellable *cancellable;    /* (owned): of the query that asked */
} RowsTask;

static void
rows_task_free (RowsTask *task)
{
  g_object_unref (task->cancellable);
  g_array_unref (task->rids);
  g_object_unref (task->self);
  g_free (task);
}

static void
rows_read_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  RowsTask *task = data;
  KdWindowModel *self = task->self;
  guint64 generation;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = kd_store_read_finish (KD_STORE (source), result, &generation, &error);

  if (task->cancellable == self->cancellable)
    {
      self->reading = FALSE;
      if (rows != NULL && self->cache != NULL)
        take_rows (self, task->rids, rows, generation);
      if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        kd_window_model_set_message (self, error->message);
      else if (error == NULL && (self->reload || g_hash_table_size (self->asked) > 0))
        kd_window_model_schedule_read (self);
    }
  rows_task_free (task);
}

/* Pages asked for since the last turn, and held items that are out of date, in one read. */
static GArray *
collect_wanted (KdWindowModel *self)
{
  GArray *rids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->asked);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint start = GPOINTER_TO_UINT (key) * KD_PAGE_ROWS;
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self));

      for (guint i = start; i < start + KD_PAGE_ROWS && i < n; i++)
        {
          gint64 rid = kd_window_model_get_rid (self, i);
          g_autoptr (KdItem) item = kd_item_cache_get (self->cache, rid);

          if (kd_item_is_stale (item))
            g_array_append_val (rids, rid);
        }
    }
  if (self->reload)
    {
      g_autoptr (GPtrArray) items = kd_item_cache_list (self->cache);

      for (guint i = 0; i < items->len; i++)
        {
          KdItem *item = g_ptr_array_index (items, i);
          gint64 rid = kd_item_get_rid (item);
          guint n;

          if (!kd_item_is_stale (item))
            continue;
          for (n = 0; n < rids->len && g_array_index (rids, gint64, n) != rid; n++)
            ;
          if (n == rids->len)
            g_array_append_val (rids, rid);
        }
    }
  g_hash_table_remove_all (self->asked);
  self->reload = FALSE;
  return rids;
}

static gboolean
read_cb (gpointer data)
{
  KdWindowModel *self = data;
  GArray *rids;
  RowsTask *task;

  self->read_source = 0;
  if (self->reading || self->cache == NULL || !self->active)
    return G_SOURCE_REMOVE;
  rids = collect_wanted (self);
  if (rids->len == 0)
    {
      g_array_unref (rids);
      return G_SOURCE_REMOVE;
    }
  self->reading = TRUE;
  task = g_new0 (RowsTask, 1);
  task->self = g_object_ref (self);
  task->rids = g_array_ref (rids);
  task->cancellable = g_object_ref (self->cancellable);
  kd_read_rows_async (kd_session_get_store (self->session), self->query->kind, rids, self->cancellable,
                      rows_read_cb, task);
  return G_SOURCE_REMOVE;
}

void
kd_window_model_schedule_read (KdWindowModel *self)
{
  if (self->read_source == 0 && !self->reading && self->active)
    self->read_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, read_cb, self, NULL);
}

/* ---- the whole list ---- */

static void
whole_read_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  RowsTask *task = data;
  KdWindowModel *self = task->self;
  guint64 generation;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdWholeList) list = kd_store_read_finish (KD_STORE (source), result, &generation, &error);

  if (task->cancellable == self->cancellable)
    {
      self->refreshing = FALSE;
      self->refreshed = g_get_monotonic_time () / 1000;
      self->refresh_wait = MAX (REFRESH_EVERY_MS, REFRESH_SHARE * (self->refreshed - self->refresh_began));
      if (list != NULL)
        {
          self->rids_generation = generation;
          kd_window_model_take_ranges (self, g_steal_pointer (&list->rids), list->ranges);
          kd_window_model_set_message (self, NULL);
          kd_window_model_set_loading (self, FALSE);
          kd_window_model_set_complete (self, TRUE);
          if (self->place_generation > generation)
            kd_window_model_schedule_refresh (self);
        }
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        kd_window_model_set_message (self, error->message);
    }
  rows_task_free (task);
}

static void
read_whole (KdWindowModel *self)
{
  RowsTask *task = g_new0 (RowsTask, 1);

  self->refreshing = TRUE;
  self->refresh_began = g_get_monotonic_time () / 1000;
  task->self = g_object_ref (self);
  task->rids = g_array_ref (self->rids);
  task->cancellable = g_object_ref (self->cancellable);
  kd_read_whole_async (kd_session_get_store (self->session), self->query, self->rids, self->cancellable,
                       whole_read_cb, task);
}

static gboolean
refresh_cb (gpointer data)
{
  KdWindowModel *self = data;

  self->refresh_source = 0;
  if (!self->refreshing && !self->loading && self->active && self->query != NULL)
    read_whole (self);
  return G_SOURCE_REMOVE;
}

void
kd_window_model_schedule_refresh (KdWindowModel *self)
{
  gint64 since = g_get_monotonic_time () / 1000 - self->refreshed;

  if (self->refresh_source != 0 || self->refreshing || self->loading || !self->active || self->query == NULL)
    return;
  if (self->refreshed == 0 || since >= self->refresh_wait)
    self->refresh_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, refresh_cb, self, NULL);
  else
    self->refresh_source = g_timeout_add ((guint) (self->refresh_wait - since), refresh_cb, self);
}

/* ---- a query's first rows ---- */

static void
first_read_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  RowsTask *task = data;
  KdWindowModel *self = task->self;
  guint64 generation;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdFirstRows) first = kd_store_read_finish (KD_STORE (source), result, &generation, &error);

  if (task->cancellable == self->cancellable)
    {
      kd_window_model_set_loading (self, FALSE);
      if (first != NULL)
        {
          g_autoptr (GPtrArray) hold = g_ptr_array_new_with_free_func (g_object_unref);

          for (guint i = 0; i < first->rows->len; i++)
            g_ptr_array_add (hold, kd_item_cache_get (self->cache, g_array_index (first->rids, gint64, i)));
          take_rows (self, first->rids, first->rows, generation);
          self->rids_generation = generation;
          kd_window_model_take_all (self, g_array_ref (first->rids));
          kd_window_model_set_message (self, NULL);
          kd_window_model_set_complete (self, first->all);
          if (!first->all)
            {
              if (!kd_session_is_held (self->session))
                read_whole (self);
            }
          else if (self->place_generation > generation)
            kd_window_model_schedule_refresh (self);
        }
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        kd_window_model_set_message (self, error->message);
    }
  rows_task_free (task);
}

void
kd_window_model_released_cb (KdWindowModel *self)
{
  if (!self->complete && !self->loading && !self->refreshing && self->active && self->query != NULL)
    read_whole (self);
}

void
kd_window_model_forget_reads (KdWindowModel *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->reading = self->refreshing = FALSE;
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_clear_handle_id (&self->read_source, g_source_remove);
  g_hash_table_remove_all (self->asked);
}

void
kd_window_model_start_query (KdWindowModel *self)
{
  RowsTask *task = g_new0 (RowsTask, 1);

  kd_window_model_forget_reads (self);
  kd_window_model_set_complete (self, FALSE);
  kd_window_model_set_loading (self, TRUE);
  task->self = g_object_ref (self);
  task->rids = g_array_ref (self->rids);
  task->cancellable = g_object_ref (self->cancellable);
  kd_read_first_async (kd_session_get_store (self->session), self->query,
                       kd_session_is_held (self->session) ? HELD_ROWS : KD_PAGE_ROWS, self->cancellable, first_read_cb, task);
}
