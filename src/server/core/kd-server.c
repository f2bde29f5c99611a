/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-server-private.h"

#include "kd-slug.h"
#include "kd-storage.h"
#include "kd-text.h"

#include <string.h>

/* The registry of shops, and the threads that do the work. */

typedef struct
{
  KdServer *server;
  KdServerShop *shop;     /* (nullable): control.db's */
  KdControlFunc control_func;
  KdShopFunc shop_func;
  KdPoolFunc pool_func;
  gpointer data;
  GDestroyNotify destroy;
  KdDoneFunc done;
  gpointer user_data;
  GError *error;          /* of the pool */
} Work;

static void
work_end (Work *work,
          const GError *error)
{
  if (work->shop != NULL)
    work->shop->busy--;
  if (work->done != NULL)
    work->done (work->data, error, work->user_data);
  if (work->destroy != NULL)
    work->destroy (work->data);
  g_clear_error (&work->error);
  g_free (work);
}

static void
work_end_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  g_autoptr (GError) error = NULL;

  kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error);
  work_end (data, error);
}

/* ---- control.db ---- */

static gboolean
control_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  Work *work = data;

  return work->control_func (connection, &work->server->control, work->data, error);
}

void
kd_server_run_control (KdServer *self,
                       KdControlFunc func,
                       gpointer data,
                       GDestroyNotify destroy,
                       KdDoneFunc done,
                       gpointer user_data)
{
  Work *work = g_new0 (Work, 1);

  work->server = self;
  work->control_func = func;
  work->data = data;
  work->destroy = destroy;
  work->done = done;
  work->user_data = user_data;
  kd_sql_worker_run_async (self->worker, KD_SQL_INTERACTIVE, control_work, work, NULL, NULL, work_end_cb, work);
}

/* ---- the pool ---- */

static gboolean
pool_end_cb (gpointer data)
{
  Work *work = data;

  g_atomic_int_dec_and_test (&work->server->pool_pending);
  work_end (work, work->error);
  return G_SOURCE_REMOVE;
}

static void
pool_cb (gpointer data,
         gpointer pool_data)
{
  Work *work = data;

  work->pool_func (work->data, &work->error);
  g_main_context_invoke_full (work->server->context, G_PRIORITY_DEFAULT, pool_end_cb, work, NULL);
}

void
kd_server_run_pool (KdServer *self,
                    KdPoolFunc func,
                    gpointer data,
                    GDestroyNotify destroy,
                    KdDoneFunc done,
                    gpointer user_data)
{
  Work *work = g_new0 (Work, 1);

  work->server = self;
  work->pool_func = func;
  work->data = data;
  work->destroy = destroy;
  work->done = done;
  work->user_data = user_data;
  g_atomic_int_inc (&self->pool_pending);
  g_thread_pool_push (self->pool, work, NULL);
}

/* ---- shops: opening and closing ---- */

typedef struct
{
  KdServer *server;
  KdId shop, epoch;
  gint64 seq;
} Moved;

static gboolean
moved_idle_cb (gpointer data)
{
  Moved *moved = data;

  if (moved->server->moved != NULL)
    moved->server->moved (&moved->shop, moved->seq, &moved->epoch, moved->server->moved_data);
  return G_SOURCE_REMOVE;
}

/* On the writer's thread. */
static void
moved_cb (gpointer data,
          const KdId *shop,
          gint64 seq,
          const KdId *epoch)
{
  KdServer *self = data;
  Moved *moved = g_new0 (Moved, 1);

  *moved = (Moved){ self, *shop, *epoch, seq };
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, moved_idle_cb, moved, g_free);
}

char *
kd_server_shop_path (KdServer *self,
                     const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *name = g_strconcat (kd_id_to_text (id, text), ".db", NULL);

  return g_build_filename (self->folder, KD_SHOPS_FOLDER, name, NULL);
}

static gboolean
open_writer (KdSqlConnection *none,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  KdServerShop *shop = data;
  g_autoptr (KdSqlConnection) connection = kd_storage_open (shop->path, KD_STORAGE_WRITER, error);

  if (connection == NULL || !kd_shop_schema_ensure (connection, shop->path, error))
    return FALSE;
  kd_sql_worker_take_connection (shop->writer, g_steal_pointer (&connection));
  return TRUE;
}

static gboolean
open_reader (KdSqlConnection *none,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  KdServerShop *shop = data;
  g_autoptr (KdSqlConnection) connection = kd_storage_open (shop->path, KD_STORAGE_READER, error);

  if (connection == NULL)
    return FALSE;
  kd_sql_worker_take_connection (shop->reader, g_steal_pointer (&connection));
  return TRUE;
}

static gboolean
shop_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Work *work = data;

  return work->shop_func (connection, &work->shop->shop, work->data, error);
}

static void
queue_work (KdServerShop *shop,
            KdLane lane,
            Work *work)
{
  static const KdSqlPriority priorities[] = {
    [KD_LANE_READ] = KD_SQL_INTERACTIVE, [KD_LANE_WRITE] = KD_SQL_SYNC, [KD_LANE_WRITE_BUYER] = KD_SQL_BULK,
  };

  kd_sql_worker_run_async (lane == KD_LANE_READ ? shop->reader : shop->writer, priorities[lane], shop_work, work,
                           NULL, NULL, work_end_cb, work);
}

typedef struct
{
  KdLane lane;
  Work *work;
} Waiting;

/* Closing waits for a thread and flushes a WAL: not on the main thread. */
static void
close_thread (GTask *task,
              gpointer source,
              gpointer data,
              GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static void
free_workers (gpointer data)
{
  GObject **workers = data;

  g_clear_object (&workers[0]);
  g_clear_object (&workers[1]);
  g_free (workers);
}

static void
close_shop (KdServerShop *shop)
{
  GObject **workers = g_new0 (GObject *, 2);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  workers[0] = (GObject *) g_steal_pointer (&shop->reader);
  workers[1] = (GObject *) g_steal_pointer (&shop->writer);
  shop->state = KD_SERVER_SHOP_CLOSED;
  g_queue_remove (&shop->server->open, shop);
  if (workers[0] != NULL)
    kd_sql_worker_shutdown (KD_SQL_WORKER (workers[0]), KD_SQL_BACKGROUND);
  if (workers[1] != NULL)
    kd_sql_worker_shutdown (KD_SQL_WORKER (workers[1]), KD_SQL_BACKGROUND);
  g_task_set_task_data (task, workers, free_workers);
  g_task_run_in_thread (task, close_thread);
}

static void
opened (KdServerShop *shop,
        const GError *error)
{
  GQueue waiting = shop->waiting;

  g_queue_init (&shop->waiting);
  if (error == NULL)
    shop->state = KD_SERVER_SHOP_OPEN;
  else
    {
      g_warning ("A shop can't be opened: %s", error->message);
      close_shop (shop);
    }
  while (!g_queue_is_empty (&waiting))
    {
      g_autofree Waiting *next = g_queue_pop_head (&waiting);

      if (error == NULL)
        queue_work (shop, next->lane, next->work);
      else
        work_end (next->work, error);
    }
}

static void
reader_opened_cb (GObject *source,
                  GAsyncResult *result,
                  gpointer data)
{
  g_autoptr (GError) error = NULL;

  kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error);
  opened (data, error);
}

static void
writer_opened_cb (GObject *source,
                  GAsyncResult *result,
                  gpointer data)
{
  KdServerShop *shop = data;
  g_autoptr (GError) error = NULL;

  if (kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error))
    kd_sql_worker_run_async (shop->reader, KD_SQL_INTERACTIVE, open_reader, shop, NULL, NULL, reader_opened_cb, shop);
  else
    opened (shop, error);
}

static void
begin_open (KdServerShop *shop)
{
  KdServer *self = shop->server;

  for (GList *l = self->open.head; l != NULL && self->open.length >= KD_SHOPS_OPEN_MAX;)
    {
      KdServerShop *oldest = l->data;

      l = l->next;
      if (oldest->busy == 0 && oldest->state == KD_SERVER_SHOP_OPEN)
        close_shop (oldest);
    }
  shop->state = KD_SERVER_SHOP_OPENING;
  shop->writer = kd_sql_worker_new ("shop-writer", KD_SQL_WORKER_THREAD, NULL);
  shop->reader = kd_sql_worker_new ("shop-reader", KD_SQL_WORKER_THREAD, NULL);
  g_queue_push_tail (&self->open, shop);
  kd_sql_worker_run_async (shop->writer, KD_SQL_INTERACTIVE, open_writer, shop, NULL, NULL, writer_opened_cb, shop);
}

static void
use_shop (KdServerShop *shop,
          KdLane lane,
          Work *work)
{
  shop->busy++;
  if (shop->state == KD_SERVER_SHOP_CLOSED)
    begin_open (shop);
  if (shop->state == KD_SERVER_SHOP_OPENING)
    {
      Waiting *waiting = g_new0 (Waiting, 1);

      *waiting = (Waiting){ lane, work };
      g_queue_push_tail (&shop->waiting, waiting);
      return;
    }
  g_queue_remove (&shop->server->open, shop);
  g_queue_push_tail (&shop->server->open, shop);
  queue_work (shop, lane, work);
}

void
kd_server_run_shop (KdServer *self,
                    const KdId *id,
                    KdLane lane,
                    KdShopFunc func,
                    gpointer data,
                    GDestroyNotify destroy,
                    KdDoneFunc done,
                    gpointer user_data)
{
  Work *work = g_new0 (Work, 1);

  work->server = self;
  work->shop = g_hash_table_lookup (self->shops, id);
  work->shop_func = func;
  work->data = data;
  work->destroy = destroy;
  work->done = done;
  work->user_data = user_data;
  if (work->shop != NULL)
    use_shop (work->shop, lane, work);
  else
    {
      work->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such shop");
      g_atomic_int_inc (&self->pool_pending);
      g_idle_add (pool_end_cb, work);
    }
}

/* ---- the directory ---- */

static void
server_shop_free (gpointer data)
{
  KdServerShop *shop = data;

  g_clear_object (&shop->reader);
  g_clear_object (&shop->writer);
  kd_control_shop_free (shop->entry);
  g_free (shop->path);
  g_free (shop);
}

KdServerShop *
kd_server_shop_new (KdServer *self,
                    const KdControlShop *entry)
{
  KdServerShop *shop = g_new0 (KdServerShop, 1);

  shop->server = self;
  shop->entry = kd_control_shop_copy (entry);
  shop->path = kd_server_shop_path (self, &entry->id);
  shop->shop.id = entry->id;
  memcpy (shop->shop.key, entry->key, sizeof entry->key);
  shop->shop.clock = self->control.clock;
  shop->shop.clock_data = self->control.clock_data;
  shop->shop.random = self->control.random;
  shop->shop.random_data = self->control.random_data;
  shop->shop.moved = moved_cb;
  shop->shop.moved_data = self;
  g_queue_init (&shop->waiting);
  return shop;
}

void
kd_server_enter_shop (KdServer *self,
                      KdServerShop *shop)
{
  g_hash_table_insert (self->shops, &shop->entry->id, shop);
  g_hash_table_insert (self->slugs, shop->entry->slug, shop);
}

const KdShop *
kd_server_get_shop (KdServer *self,
                    const KdId *id)
{
  KdServerShop *shop = g_hash_table_lookup (self->shops, id);

  return shop != NULL ? &shop->shop : NULL;
}

const KdShop *
kd_server_find_shop (KdServer *self,
                     const char *slug)
{
  KdServerShop *shop = g_hash_table_lookup (self->slugs, slug);

  return shop != NULL ? &shop->shop : NULL;
}

const char *
kd_server_get_slug (KdServer *self,
                    const KdId *id)
{
  KdServerShop *shop = g_hash_table_lookup (self->shops, id);

  return shop != NULL ? shop->entry->slug : NULL;
}

/* A file that no entry names was never finished, or its entry is in a newer control.db. */
static gboolean
sweep (KdServer *self,
       GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, KD_SHOPS_FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL, *stem = NULL;
      KdId id;

      if (!g_str_has_suffix (name, ".db"))
        continue;
      stem = g_strndup (name, strlen (name) - 3);
      if (!kd_id_parse (stem, &id) || g_hash_table_contains (self->shops, &id))
        continue;
      path = g_build_filename (folder, name, NULL);
      g_message ("A shop's file that the directory doesn't know is put aside: %s", name);
      if (!kd_storage_put_aside (path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_control (KdSqlConnection *none,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  KdServer *self = data;
  g_autofree char *path = g_build_filename (self->folder, "control.db", NULL);
  g_autoptr (KdSqlConnection) connection = kd_storage_open (path, KD_STORAGE_CREATE, error);
  g_autoptr (GPtrArray) shops = NULL;

  if (connection == NULL || !kd_control_ensure (connection, path, &self->control, error))
    return FALSE;
  shops = kd_control_list_shops (connection, &self->control, error);
  if (shops == NULL)
    return FALSE;
  for (guint i = 0; i < shops->len; i++)
    kd_server_enter_shop (self, kd_server_shop_new (self, g_ptr_array_index (shops, i)));
  kd_sql_worker_take_connection (self->worker, g_steal_pointer (&connection));
  return TRUE;
}

KdServer *
kd_server_open (const KdServerSetup *setup,
                GError **error)
{
  g_autoptr (KdServer) self = g_new0 (KdServer, 1);

  self->folder = g_strdup (setup->folder);
  self->context = g_main_context_ref_thread_default ();
  memcpy (self->control.master_key, setup->master_key, sizeof setup->master_key);
  self->control.clock = setup->clock;
  self->control.clock_data = setup->clock_data;
  self->control.random = setup->random;
  self->control.random_data = setup->random_data;
  self->shops = g_hash_table_new_full (kd_id_hash, kd_id_equal, NULL, server_shop_free);
  self->slugs = g_hash_table_new (g_str_hash, g_str_equal);
  self->claimed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->open);
  self->pool = g_thread_pool_new (pool_cb, NULL, KD_HASHERS, FALSE, NULL);
  self->worker = kd_sql_worker_new ("control", KD_SQL_WORKER_THREAD, NULL);
  if (!kd_sql_worker_run (self->worker, KD_SQL_INTERACTIVE, open_control, self, error) || !sweep (self, error))
    return NULL;
  self->ready = TRUE;
  return g_steal_pointer (&self);
}

void
kd_server_close (KdServer *self)
{
  GHashTableIter iter;
  gpointer value;

  self->ready = FALSE;
  if (self->pool != NULL)
    g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_iter_init (&iter, self->shops);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KdServerShop *shop = value;

      if (shop->writer != NULL)
        kd_sql_worker_shutdown (shop->writer, KD_SQL_BACKGROUND);
      if (shop->reader != NULL)
        kd_sql_worker_shutdown (shop->reader, KD_SQL_BACKGROUND);
    }
  if (self->worker != NULL)
    kd_sql_worker_shutdown (self->worker, KD_SQL_BACKGROUND);
  /* the ends of what ran are told before anything is freed */
  while (g_main_context_iteration (self->context, FALSE) || g_atomic_int_get (&self->pool_pending) > 0)
    ;
  g_clear_object (&self->worker);
  g_hash_table_unref (self->slugs);
  g_hash_table_unref (self->claimed);
  g_hash_table_unref (self->shops);
  g_queue_clear (&self->open);
  g_main_context_unref (self->context);
  g_free (self->folder);
  g_free (self);
}

const KdControl *
kd_server_get_control (KdServer *self)
{
  return &self->control;
}

gint64
kd_server_get_now (KdServer *self)
{
  return self->control.clock (self->control.clock_data);
}

const char *
kd_server_get_folder (KdServer *self)
{
  return self->folder;
}

gboolean
kd_server_is_ready (KdServer *self)
{
  return self->ready;
}

void
kd_server_set_moved (KdServer *self,
                     KdServerMovedFunc func,
                     gpointer data)
{
  self->moved = func;
  self->moved_data = data;
}
