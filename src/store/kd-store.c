/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-sql-kind.h"
#include "kd-sqlite.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (KdStore, kd_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (kd-store-error-quark, kd_store_error)

void
kd_store_identity_clear (KdStoreIdentity *identity)
{
  g_clear_pointer (&identity->letter, g_free);
  *identity = (KdStoreIdentity){ 0 };
}

static void
kd_store_finalize (GObject *object)
{
  KdStore *self = KD_STORE (object);

  kd_store_close (self);
  g_ptr_array_unref (self->watches);
  kd_store_identity_clear (&self->identity);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->runs_cond);
  g_free (self->path);
  G_OBJECT_CLASS (kd_store_parent_class)->finalize (object);
}

static void
kd_store_class_init (KdStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_store_finalize;
}

static void
kd_store_init (KdStore *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->runs_cond);
  self->watches = g_ptr_array_new_with_free_func (kd_store_watch_free);
}

/* What SQLite says, as the seller must understand it; what isn't for sellers stays as it is. */
GError *
kd_store_translate (GError *error)
{
  static const struct { KdSqlError sql; KdStoreError store; } map[] = {
    { KD_SQL_ERROR_NEWER, KD_STORE_ERROR_NEWER },
    { KD_SQL_ERROR_LOCKED, KD_STORE_ERROR_IN_USE },
    { KD_SQL_ERROR_BUSY, KD_STORE_ERROR_IN_USE },
    { KD_SQL_ERROR_CORRUPT, KD_STORE_ERROR_CORRUPT },
    { KD_SQL_ERROR_NOT_DATABASE, KD_STORE_ERROR_CORRUPT },
    { KD_SQL_ERROR_FULL, KD_STORE_ERROR_FULL },
    { KD_SQL_ERROR_READ_ONLY, KD_STORE_ERROR_READ_ONLY },
  };

  for (guint i = 0; error->domain == KD_SQL_ERROR && i < G_N_ELEMENTS (map); i++)
    if (error->code == (int) map[i].sql)
      {
        GError *translated = g_error_new_literal (KD_STORE_ERROR, (int) map[i].store, error->message);

        g_error_free (error);
        return translated;
      }
  return error;
}

static KdSqlWorker *
open_worker (KdStore *self,
             const char *name,
             KdSqliteFlags flags,
             GError **error)
{
  KdSqlConnection *connection = kd_sqlite_open (self->path, flags, error);

  if (connection == NULL)
    return NULL;
  return kd_sql_worker_new (name, (self->flags & KD_STORE_INLINE) != 0 ? KD_SQL_WORKER_AT_ONCE : KD_SQL_WORKER_THREAD,
                            connection);
}

static gboolean
prepare_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  KdStore *self = data;

  return kd_sqlite_check_durable (connection, error)
         && kd_store_schema_ensure (self, connection, error)
         && kd_store_search_load (self, connection, error)
         && kd_store_search_rebuild (self, connection, error)
         && kd_store_load_identity (self, connection, error);
}

static gboolean
load_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  return kd_store_schema_check (connection, error) && kd_store_load_identity (data, connection, error);
}

static gboolean
open_all (KdStore *self,
          GError **error)
{
  if ((self->flags & KD_STORE_READ_ONLY) == 0)
    {
      self->writer = open_worker (self, "kd-writer", KD_SQLITE_CREATE, error);
      if (self->writer == NULL
          || !kd_sql_worker_run (self->writer, KD_SQL_INTERACTIVE, prepare_work, self, error))
        return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (self->readers); i++)
    {
      self->readers[i] = open_worker (self, i == 0 ? "kd-reader" : "kd-lists", KD_SQLITE_READ_ONLY, error);
      if (self->readers[i] == NULL)
        return FALSE;
    }
  return self->writer != NULL
         || kd_sql_worker_run (self->readers[0], KD_SQL_INTERACTIVE, load_work, self, error);
}

KdStore *
kd_store_open (const char *path,
               KdStoreFlags flags,
               gint64 (*clock) (gpointer data),
               gpointer clock_data,
               KdRandomFunc random,
               gpointer random_data,
               GError **error)
{
  g_autoptr (KdStore) self = g_object_new (KD_TYPE_STORE, NULL);
  GError *failed = NULL;

  self->path = g_strdup (path);
  self->flags = flags;
  self->clock = clock;
  self->clock_data = clock_data;
  self->random = random;
  self->random_data = random_data;
  if (!open_all (self, &failed))
    {
      failed = kd_store_translate (failed);
      if (failed->domain != KD_STORE_ERROR)
        {
          failed->domain = KD_STORE_ERROR;
          failed->code = KD_STORE_ERROR_OTHER;
        }
      g_propagate_error (error, failed);
      return NULL;
    }
  return g_steal_pointer (&self);
}

gboolean
kd_store_enter (KdStore *self,
                GError **error)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  closing = self->closing;
  self->n_runs += !closing;
  g_mutex_unlock (&self->mutex);
  if (closing)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the database is being closed");
  return !closing;
}

void
kd_store_leave (KdStore *self)
{
  g_mutex_lock (&self->mutex);
  self->n_runs--;
  g_cond_broadcast (&self->runs_cond);
  g_mutex_unlock (&self->mutex);
}

gboolean
kd_store_is_closing (KdStore *self)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  closing = self->closing;
  g_mutex_unlock (&self->mutex);
  return closing;
}

static void
end_runs (KdStore *self)
{
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  while (self->n_runs > 0)
    g_cond_wait (&self->runs_cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

void
kd_store_close (KdStore *self)
{
  if (self->closed)
    return;
  end_runs (self);
  self->closed = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (self->readers); i++)
    if (self->readers[i] != NULL)
      {
        kd_sql_worker_shutdown (self->readers[i], KD_SQL_INTERACTIVE);
        g_clear_object (&self->readers[i]);
      }
  if (self->writer != NULL)
    {
      kd_sql_worker_shutdown (self->writer, KD_SQL_BULK);
      g_clear_object (&self->writer);
    }
}

static gboolean
identity_work (KdSqlConnection *connection,
               gpointer data,
               GCancellable *cancellable,
               GError **error)
{
  gpointer *pair = data;
  const KdStoreIdentity *identity = pair[1];
  g_autoptr (KdSqlStatement) update = kd_sql_prepare (
    connection,
    "UPDATE sync_state SET server_id=?1, shop_id=?2, user_id=?3, device_id=?4, shop_pub=?5, install_nonce=?6,"
    " letter=?7, next_alias=max(next_alias, ?8), role=?9, scopes=?10", error);

  if (update == NULL)
    return FALSE;
  kd_sql_bind_id (update, 1, &identity->server_id);
  kd_sql_bind_id (update, 2, &identity->shop_id);
  kd_sql_bind_id (update, 3, &identity->user_id);
  kd_sql_bind_id (update, 4, &identity->device_id);
  kd_sql_bind_blob (update, 5, identity->shop_pub, sizeof identity->shop_pub);
  kd_sql_bind_blob (update, 6, identity->install_nonce, sizeof identity->install_nonce);
  kd_sql_bind_text (update, 7, identity->letter);
  kd_sql_bind_int64 (update, 8, MAX (identity->next_alias, 1));
  kd_sql_bind_int64 (update, 9, identity->role);
  kd_sql_bind_int64 (update, 10, identity->scopes);
  return kd_sql_run (update, error) && kd_store_load_identity (pair[0], connection, error);
}

gboolean
kd_store_set_identity (KdStore *self,
                       const KdStoreIdentity *identity,
                       GError **error)
{
  gpointer pair[2] = { self, (gpointer) identity };

  return kd_sql_worker_run (self->writer, KD_SQL_INTERACTIVE, identity_work, pair, error);
}

const KdStoreIdentity *
kd_store_get_identity (KdStore *self)
{
  return &self->identity;
}

static gpointer
read_profile (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, &kd_kind_shop_profile, NULL, &store->identity.shop_id, &record, NULL, error);
  return record;
}

KdShopProfile *
kd_store_dup_profile (KdStore *self)
{
  return kd_store_read (self, read_profile, NULL, NULL);
}

gint64
kd_store_now (KdStore *self)
{
  return self->clock (self->clock_data);
}

KdId
kd_store_new_id (KdStore *self)
{
  guint8 random[10];
  KdId id;

  g_mutex_lock (&self->mutex);
  self->random (self->random_data, random, sizeof random);
  g_mutex_unlock (&self->mutex);
  id = kd_id_make (kd_store_now (self), random);
  return id;
}

KdSqlWorker *
kd_store_get_writer (KdStore *self)
{
  return self->writer;
}
