/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-session.h"

#include "kd-counts-private.h"
#include "kd-draft-private.h"
#include "kd-mutation-private.h"
#include "kd-store-lists.h"
#include "kd-store-records.h"

#include <string.h>

#define STATE_KEY "desktop"      /* one row of local_state: a GVariant a{ss} as text */
#define STATE_DELAY_MS 1000
#define FALLBACK_CURRENCY "IDR"

struct _KdSession
{
  GObject parent_instance;

  KdStore *store;               /* (owned) */
  guint watch;
  KdShopProfile *profile;       /* (owned) (nullable) */
  KdServices services;          /* members borrowed from who made them */
  KdCounts *counts;             /* (owned) */
  GListStore *activities;       /* (owned) of KdActivity */
  GHashTable *state;            /* (owned): char * -> char * */
  GHashTable *pending;          /* (owned): Key -> Pending */
  guint state_source;
  gboolean closed;
};

enum { CHANGES, PENDING_CHANGED, COMMITTED, REFUSED, TROUBLE, PROFILE_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KdSession, kd_session, G_TYPE_OBJECT)

/* ---- values typed and not yet committed ---- */

typedef struct
{
  KdId id;
  guint kind;
} Key;

typedef struct
{
  KdPartial *values;    /* (owned) */
  guint64 covered;      /* generation of the commit that wrote it last */
  guint queued;         /* commits that are under way */
} Pending;

static guint
key_hash (gconstpointer key)
{
  const Key *k = key;
  return kd_id_hash (&k->id) ^ k->kind;
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const Key *x = a, *y = b;
  return x->kind == y->kind && kd_id_equal (&x->id, &y->id);
}

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  kd_partial_free (pending->values);
  g_free (pending);
}

/* The patch that a call is, if it is a generated one. */
static const KdRowArgs *
patch_of (const KdCall *call)
{
  const KdMutation *m = call->mutation;
  const KdRowArgs *args = call->args;

  return m->kind != NULL && g_str_has_suffix (m->name, ".patch") && m->args->size == sizeof (KdRowArgs) && args->set != NULL
         ? args : NULL;
}

static void
remember_pending (KdSession *self,
                  GPtrArray *calls)
{
  for (guint i = 0; i < calls->len; i++)
    {
      const KdRowArgs *args = patch_of (g_ptr_array_index (calls, i));
      Key key, *copy;
      Pending *pending;

      if (args == NULL)
        continue;
      key = (Key){ .id = args->id, .kind = args->set->record->kind->number };
      pending = g_hash_table_lookup (self->pending, &key);
      if (pending == NULL)
        {
          pending = g_new0 (Pending, 1);
          pending->values = kd_partial_new (args->set->record->kind);
          copy = g_memdup2 (&key, sizeof key);
          g_hash_table_insert (self->pending, copy, pending);
        }
      kd_record_apply (pending->values->record, args->set);
      pending->values->mask |= args->set->mask;
      pending->queued++;
      g_signal_emit (self, signals[PENDING_CHANGED], 0, &args->id);
    }
}

/* @generation: 0 where it was refused: what was typed is no value any more */
static void
settle_pending (KdSession *self,
                GArray *ids,
                guint64 generation)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const Key *key = &g_array_index (ids, Key, i);
      Pending *pending = g_hash_table_lookup (self->pending, key);
      KdId id = key->id;

      if (pending == NULL)
        continue;
      pending->queued--;
      if (generation == 0 && pending->queued == 0)
        {
          g_hash_table_remove (self->pending, key);
          g_signal_emit (self, signals[PENDING_CHANGED], 0, &id);
        }
      else
        pending->covered = MAX (pending->covered, generation);
    }
}

gboolean
kd_session_apply_pending (KdSession *self,
                          KdRecord *record,
                          guint64 generation)
{
  Key key = { .id = record->id, .kind = record->kind->number };
  Pending *pending = g_hash_table_lookup (self->pending, &key);

  if (pending == NULL)
    return FALSE;
  if (pending->queued == 0 && generation >= pending->covered)
    {
      g_hash_table_remove (self->pending, &key);
      return FALSE;
    }
  kd_record_apply (record, pending->values);
  return TRUE;
}

gboolean
kd_session_has_pending (KdSession *self,
                        const KdId *id)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (kd_id_equal (&((Key *) key)->id, id))
      return TRUE;
  return FALSE;
}

const KdRecord *
kd_session_get_pending (KdSession *self,
                        const KdKind *kind,
                        const KdId *id,
                        guint64 *ret_mask)
{
  Key key = { .id = *id, .kind = kind->number };
  Pending *pending = g_hash_table_lookup (self->pending, &key);

  if (pending == NULL)
    return NULL;
  *ret_mask = pending->values->mask;
  return pending->values->record;
}

/* ---- what changed ---- */

static gpointer
read_profile (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  const KdStoreIdentity *identity = kd_store_get_identity (store);

  return kd_store_get_record (store, connection, &kd_kind_shop_profile, &identity->shop_id, error);
}

static void
profile_read_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  g_autoptr (KdSession) self = data;
  KdRecord *profile = kd_store_read_finish (KD_STORE (source), result, NULL, NULL);

  if (profile == NULL || self->closed)
    {
      kd_record_free (profile);
      return;
    }
  kd_record_free (self->profile != NULL ? &self->profile->parent : NULL);
  self->profile = (KdShopProfile *) profile;
  g_signal_emit (self, signals[PROFILE_CHANGED], 0);
}

static void
load_profile (KdSession *self)
{
  kd_store_read_async (self->store, KD_READER_INTERACTIVE, read_profile, NULL, NULL, (GDestroyNotify) kd_record_free, NULL,
                       profile_read_cb, g_object_ref (self));
}

static gboolean
touches (const KdChangeSet *set,
         const KdKind *kind)
{
  const KdKindChange *change = &set->kinds[kind->number];

  return change->whole || (change->rows != NULL && change->rows->len > 0);
}

static void
changes_cb (KdStore *store,
            const KdChangeSet *set,
            gpointer data)
{
  KdSession *self = data;

  if (self->closed)
    return;
  if (touches (set, &kd_kind_shop_profile) || touches (set, &kd_kind_member))
    load_profile (self);
  kd_counts_refresh (self->counts, set);
  g_signal_emit (self, signals[CHANGES], 0, set);
}

/* ---- writing ---- */

typedef struct
{
  char *label, *value;
  GArray *ids;          /* of Key: rows with pending values */
} CommitData;

static void
commit_data_free (gpointer data)
{
  CommitData *commit = data;

  g_free (commit->label);
  g_free (commit->value);
  g_array_unref (commit->ids);
  g_free (commit);
}

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GTask) task = data;
  KdSession *self = g_task_get_source_object (task);
  CommitData *work = g_task_get_task_data (task);
  GError *error = NULL;
  KdCommit *commit = kd_store_commit_finish (KD_STORE (source), result, &error);

  settle_pending (self, work->ids, commit != NULL ? commit->generation : 0);
  if (commit == NULL)
    {
      g_signal_emit (self, signals[TROUBLE], 0, error);
      g_task_return_error (task, error);
      return;
    }
  if (commit->refused >= 0)
    g_signal_emit (self, signals[REFUSED], 0, commit, work->label);
  else
    g_signal_emit (self, signals[COMMITTED], 0, commit, work->label, work->value);
  g_task_return_pointer (task, commit, (GDestroyNotify) kd_commit_free);
}

void
kd_session_commit_async (KdSession *self,
                         const char *label,
                         const char *value,
                         GPtrArray *calls,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  CommitData *work = g_new0 (CommitData, 1);

  g_task_set_source_tag (task, kd_session_commit_async);
  work->label = g_strdup (label);
  work->value = g_strdup (value);
  work->ids = g_array_new (FALSE, FALSE, sizeof (Key));
  for (guint i = 0; i < calls->len; i++)
    {
      const KdRowArgs *args = patch_of (g_ptr_array_index (calls, i));

      if (args != NULL)
        {
          Key key = { .id = args->id, .kind = args->set->record->kind->number };
          g_array_append_val (work->ids, key);
        }
    }
  g_task_set_task_data (task, work, commit_data_free);
  remember_pending (self, calls);
  kd_store_commit_async (self->store, label, value, calls, KD_SQL_INTERACTIVE, NULL, committed_cb, task);
}

KdCommit *
kd_session_commit_finish (KdSession *self,
                          GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kd_session_commit_one_async (KdSession *self,
                             const char *label,
                             const char *value,
                             KdCall *call,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);

  g_ptr_array_add (calls, call);
  kd_session_commit_async (self, label, value, calls, callback, data);
}

static void
undone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GTask) task = data;
  KdSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  KdCommit *commit = kd_store_undo_finish (KD_STORE (source), result, &error);

  if (commit != NULL)
    {
      g_task_return_pointer (task, commit, (GDestroyNotify) kd_commit_free);
      return;
    }
  g_signal_emit (self, signals[TROUBLE], 0, error);
  g_task_return_error (task, error);
}

void
kd_session_undo_async (KdSession *self,
                       const KdId *operation,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  kd_store_undo_async (self->store, operation, NULL, undone_cb, g_task_new (self, NULL, callback, data));
}

void
kd_session_redo_async (KdSession *self,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  kd_store_redo_async (self->store, NULL, undone_cb, g_task_new (self, NULL, callback, data));
}

KdCommit *
kd_session_undo_finish (KdSession *self,
                        GAsyncResult *result,
                        GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- what is kept ---- */

static void
write_state (KdSession *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer key, value;
  g_autoptr (GVariant) all = NULL;
  g_autofree char *text = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, self->state);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_variant_builder_add (&builder, "{ss}", key, value);
  all = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = g_variant_print (all, TRUE);
  kd_store_set_local_async (self->store, STATE_KEY, text);
}

static gboolean
state_cb (gpointer data)
{
  KdSession *self = data;

  self->state_source = 0;
  write_state (self);
  return G_SOURCE_REMOVE;
}

const char *
kd_session_get_state (KdSession *self,
                      const char *key)
{
  return g_hash_table_lookup (self->state, key);
}

void
kd_session_set_state (KdSession *self,
                      const char *key,
                      const char *value)
{
  if (self->closed || g_strcmp0 (g_hash_table_lookup (self->state, key), value) == 0)
    return;
  if (value != NULL)
    g_hash_table_insert (self->state, g_strdup (key), g_strdup (value));
  else
    g_hash_table_remove (self->state, key);
  if (self->state_source == 0)
    self->state_source = g_timeout_add (STATE_DELAY_MS, state_cb, self);
}

static void
take_state (KdSession *self,
            const char *text)
{
  g_autoptr (GVariant) all = text != NULL ? g_variant_parse (G_VARIANT_TYPE ("a{ss}"), text, NULL, NULL, NULL) : NULL;
  GVariantIter iter;
  const char *key, *value;

  if (all == NULL)
    return;
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
    g_hash_table_insert (self->state, g_strdup (key), g_strdup (value));
}

typedef struct
{
  char *state;
  KdRecord *profile;
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_free (loaded->state);
  kd_record_free (loaded->profile);
  g_free (loaded);
}

static gpointer
read_first (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  Loaded *loaded = g_new0 (Loaded, 1);

  loaded->state = kd_store_get_local (store, connection, STATE_KEY, error);
  loaded->profile = read_profile (store, connection, NULL, NULL);
  return loaded;
}

static void
first_read_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GTask) task = data;
  KdSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  Loaded *loaded = kd_store_read_finish (KD_STORE (source), result, NULL, &error);

  if (loaded == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  take_state (self, loaded->state);
  if (loaded->profile != NULL && self->profile == NULL)
    {
      self->profile = (KdShopProfile *) g_steal_pointer (&loaded->profile);
      g_signal_emit (self, signals[PROFILE_CHANGED], 0);
    }
  loaded_free (loaded);
  g_task_return_boolean (task, TRUE);
}

void
kd_session_load_async (KdSession *self,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  kd_store_read_async (self->store, KD_READER_INTERACTIVE, read_first, NULL, NULL, loaded_free, cancellable, first_read_cb,
                       g_task_new (self, cancellable, callback, data));
  kd_counts_refresh (self->counts, NULL);
}

gboolean
kd_session_load_finish (KdSession *self,
                        GAsyncResult *result,
                        GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the object ---- */

void
kd_session_close (KdSession *self)
{
  if (self->closed)
    return;
  kd_drafts_flush (self);
  if (self->state_source != 0)
    {
      g_clear_handle_id (&self->state_source, g_source_remove);
      write_state (self);
    }
  self->closed = TRUE;
  kd_store_unwatch (self->store, self->watch);
}

KdStore *
kd_session_get_store (KdSession *self)
{
  return self->store;
}

const KdShopProfile *
kd_session_get_profile (KdSession *self)
{
  return self->profile;
}

const char *
kd_session_get_currency (KdSession *self)
{
  return self->profile != NULL && self->profile->currency != NULL ? self->profile->currency : FALLBACK_CURRENCY;
}

KdRole
kd_session_get_role (KdSession *self)
{
  return kd_store_get_identity (self->store)->role;
}

KdScopes
kd_session_get_scopes (KdSession *self)
{
  return kd_store_get_identity (self->store)->scopes;
}

gint64
kd_session_now (KdSession *self)
{
  return kd_store_now (self->store);
}

KdId
kd_session_new_id (KdSession *self)
{
  return kd_store_new_id (self->store);
}

GListModel *
kd_session_get_activities (KdSession *self)
{
  return G_LIST_MODEL (self->activities);
}

void
kd_session_add_activity (KdSession *self,
                         KdActivity *activity)
{
  g_list_store_insert (self->activities, 0, activity);
}

void
kd_session_remove_activity (KdSession *self,
                            KdActivity *activity)
{
  guint position;

  if (g_list_store_find (self->activities, activity, &position))
    g_list_store_remove (self->activities, position);
}

KdCounts *
kd_session_get_counts (KdSession *self)
{
  return self->counts;
}

const KdServices *
kd_session_get_services (KdSession *self)
{
  return &self->services;
}

void
kd_session_set_services (KdSession *self,
                         const KdServices *services)
{
  if (services != NULL)
    self->services = *services;
}

static void
kd_session_finalize (GObject *object)
{
  KdSession *self = KD_SESSION (object);

  kd_session_close (self);
  kd_record_free (self->profile != NULL ? &self->profile->parent : NULL);
  g_clear_object (&self->counts);
  g_clear_object (&self->activities);
  g_hash_table_unref (self->state);
  g_hash_table_unref (self->pending);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kd_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name,
            guint n,
            GType a,
            GType b,
            GType c)
{
  return g_signal_new (name, KD_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, n, a, b, c);
}

static void
kd_session_class_init (KdSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_session_finalize;
  signals[CHANGES] = add_signal ("changes", 1, G_TYPE_POINTER, 0, 0);
  signals[PENDING_CHANGED] = add_signal ("pending-changed", 1, G_TYPE_POINTER, 0, 0);
  signals[COMMITTED] = add_signal ("committed", 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  signals[REFUSED] = add_signal ("refused", 2, G_TYPE_POINTER, G_TYPE_STRING, 0);
  signals[TROUBLE] = add_signal ("trouble", 1, G_TYPE_POINTER, 0, 0);
  signals[PROFILE_CHANGED] = add_signal ("profile-changed", 0, 0, 0, 0);
  add_signal ("released", 0, 0, 0, 0);
}

static void
kd_session_init (KdSession *self)
{
  self->activities = g_list_store_new (KD_TYPE_ACTIVITY);
  self->state = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->pending = g_hash_table_new_full (key_hash, key_equal, g_free, pending_free);
}

KdSession *
kd_session_new (KdStore *store)
{
  KdSession *self = g_object_new (KD_TYPE_SESSION, NULL);

  self->store = g_object_ref (store);
  self->counts = kd_counts_new (store);
  self->watch = kd_store_watch (store, NULL, changes_cb, self, NULL);
  return self;
}
