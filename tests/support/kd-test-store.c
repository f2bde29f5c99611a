/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-test-store.h"

#include "kd-sql-kind.h"
#include "kd-store-private.h"
#include "kd-wire-call.h"

#include <glib/gstdio.h>
#include <string.h>

#define WAIT_US (20 * G_USEC_PER_SEC)

static gint64
now_cb (gpointer data)
{
  KdTestStore *self = data;
  gint64 now;

  g_mutex_lock (&self->mutex);
  now = self->now;
  g_mutex_unlock (&self->mutex);
  return now;
}

static void
random_cb (gpointer data,
           guint8 *bytes,
           gsize n)
{
  KdTestStore *self = data;

  g_mutex_lock (&self->mutex);
  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) kd_random_next (&self->random);
  g_mutex_unlock (&self->mutex);
}

KdStore *
kd_test_store_open (KdTestStore *self,
                    KdStoreFlags flags,
                    GError **error)
{
  g_assert_null (self->store);
  self->store = kd_store_open (self->path, flags, now_cb, self, random_cb, self, error);
  return self->store;
}

static KdTestStore *
new_store (guint64 seed,
           KdStoreFlags flags)
{
  KdTestStore *self = g_new0 (KdTestStore, 1);
  KdStoreIdentity identity = { .role = KD_ROLE_OWNER, .scopes = KD_SCOPES_ALL, .next_alias = 1 };
  GError *error = NULL;

  g_mutex_init (&self->mutex);
  self->now = KD_TEST_NOW;
  self->random = KD_RANDOM (seed);
  self->folder = g_dir_make_tmp ("kd-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "user.db", NULL);
  kd_test_store_open (self, flags, &error);
  g_assert_no_error (error);
  identity.shop_id = self->shop = kd_store_new_id (self->store);
  identity.user_id = self->user = kd_store_new_id (self->store);
  identity.device_id = kd_store_new_id (self->store);
  identity.letter = (char *) "A";
  g_assert_true (kd_store_set_identity (self->store, &identity, &error));
  g_assert_no_error (error);
  self->location = kd_store_new_id (self->store);
  kd_test_done (self, kd_test_call ("location.create", "{\"id\":\"%s\",\"set\":{\"name\":\"Utama\",\"position\":\"a\"}}",
                                    kd_test_id (&self->location)));
  return self;
}

KdTestStore *
kd_test_store_new (guint64 seed)
{
  return new_store (seed, KD_STORE_INLINE);
}

KdTestStore *
kd_test_store_new_threaded (guint64 seed)
{
  return new_store (seed, 0);
}

void
kd_test_store_close (KdTestStore *self)
{
  if (self->store == NULL)
    return;
  kd_store_close (self->store);
  kd_test_settle ();
  g_assert_finalize_object (self->store);
  self->store = NULL;
}

void
kd_test_store_reopen (KdTestStore *self)
{
  GError *error = NULL;

  kd_test_store_close (self);
  kd_test_store_open (self, KD_STORE_INLINE, &error);
  g_assert_no_error (error);
}

void
kd_test_store_free (KdTestStore *self)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  kd_test_store_close (self);
  folder = g_dir_open (self->folder, 0, NULL);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_chmod (path, 0600);
      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

char *
kd_test_id (const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  return (char *) g_intern_string (kd_id_to_text (id, text));
}

KdCall *
kd_test_call (const char *name,
              const char *format,
              ...)
{
  g_autofree char *json = NULL;
  GError *error = NULL;
  KdCall *call;
  va_list args;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  call = kd_wire_call_parse (name, 0, json, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  return call;
}

KdCommit *
kd_test_try (KdTestStore *self,
             KdCall *call)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  GError *error = NULL;
  KdCommit *commit;

  g_ptr_array_add (calls, call);
  commit = kd_store_commit (self->store, "Test", calls, &error);
  g_assert_no_error (error);
  g_assert_nonnull (commit);
  return commit;
}

KdCommit *
kd_test_commit (KdTestStore *self,
                KdCall *call)
{
  g_autofree char *name = g_strdup (call->mutation->name);
  KdCommit *commit = kd_test_try (self, call);

  if (commit->refused >= 0)
    {
      g_autoptr (GVariant) detail = commit->outcome.detail != NULL ? g_variant_ref_sink (g_variant_dict_end (commit->outcome.detail)) : NULL;
      g_autofree char *text = detail != NULL ? g_variant_print (detail, FALSE) : NULL;
      g_error ("%s was refused: %s %s", name, commit->outcome.code, text);
    }
  return commit;
}

void
kd_test_done (KdTestStore *self,
              KdCall *call)
{
  kd_commit_free (kd_test_commit (self, call));
}

typedef struct
{
  KdCommit *commit;
  GError *error;
  gboolean done;
} Wait;

static gboolean
wait_done (gpointer data)
{
  return ((Wait *) data)->done;
}

static void
undone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Wait *wait = data;

  wait->commit = kd_store_undo_finish (KD_STORE (source), result, &wait->error);
  wait->done = TRUE;
}

static gboolean
undo_or_redo (KdTestStore *self,
              gboolean redo)
{
  Wait wait = { 0 };
  gboolean any;

  if (redo)
    kd_store_redo_async (self->store, NULL, undone_cb, &wait);
  else
    kd_store_undo_async (self->store, NULL, NULL, undone_cb, &wait);
  kd_test_until (wait_done, &wait);
  g_assert_no_error (wait.error);
  any = wait.commit->generation != 0;
  kd_commit_free (wait.commit);
  return any;
}

KdCommit *
kd_test_undo_operation (KdTestStore *self,
                        const KdId *operation)
{
  Wait wait = { 0 };

  kd_store_undo_async (self->store, operation, NULL, undone_cb, &wait);
  kd_test_until (wait_done, &wait);
  g_assert_no_error (wait.error);
  return wait.commit;
}

gboolean
kd_test_undo (KdTestStore *self)
{
  return undo_or_redo (self, FALSE);
}

gboolean
kd_test_redo (KdTestStore *self)
{
  return undo_or_redo (self, TRUE);
}

/* ---- rows of the server ---- */

typedef struct
{
  KdTestStore *self;
  GPtrArray *records;
  const KdKind *gone_kind;
  KdId gone;
} Pull;

static gboolean
pull_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Pull *pull = data;
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdStoreRows) rows = kd_store_rows_new (pull->self->store, connection, KD_CHANGE_PULL);
  static const KdId nobody = { { 0 } };

  if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error) || !kd_store_restore_base (rows, error))
    return FALSE;
  kd_store_rows_begin (rows, 0, &nobody);
  for (guint i = 0; i < pull->records->len; i++)
    if (!kd_store_rows_write (rows, g_ptr_array_index (pull->records, i), 0))
      return FALSE;
  if (pull->gone_kind != NULL && !kd_store_rows_erase (rows, pull->gone_kind, &pull->gone))
    return FALSE;
  if (!kd_store_replay (rows, error) || !kd_sql_commit (&transaction, error))
    return FALSE;
  kd_store_rows_publish (rows);
  return TRUE;
}

static void
run_pull (KdTestStore *self,
          Pull *pull)
{
  GError *error = NULL;

  kd_sql_worker_run (kd_store_get_writer (self->store), KD_SQL_SYNC, pull_work, pull, &error);
  g_assert_no_error (error);
}

void
kd_test_pull_list (KdTestStore *self,
                   GPtrArray *records)
{
  Pull pull = { .self = self, .records = records };

  run_pull (self, &pull);
  g_ptr_array_unref (records);
}

void
kd_test_pull (KdTestStore *self,
              KdRecord *first,
              ...)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  Pull pull = { .self = self, .records = records };
  va_list rest;

  va_start (rest, first);
  for (KdRecord *record = first; record != NULL; record = va_arg (rest, KdRecord *))
    {
      if (record->seq == 0)
        record->seq = 1;
      g_ptr_array_add (records, record);
    }
  va_end (rest);
  run_pull (self, &pull);
}

void
kd_test_pull_gone (KdTestStore *self,
                   const KdKind *kind,
                   const KdId *id)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  Pull pull = { .self = self, .records = records, .gone_kind = kind, .gone = *id };

  run_pull (self, &pull);
}

/* ---- looking inside ---- */

typedef struct
{
  const char *sql;
  gint64 number;
  gboolean with_outbox;
  GString *dump;
} Ask;

static gboolean
ask_work (KdSqlConnection *connection,
          gpointer data,
          GCancellable *cancellable,
          GError **error)
{
  Ask *ask = data;

  return kd_sql_query_int64 (connection, ask->sql, 0, &ask->number, error);
}

static gboolean
exec_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  return kd_sql_exec (connection, ((Ask *) data)->sql, error);
}

static void
run_ask (KdTestStore *self,
         KdSqlWorkFunc work,
         Ask *ask)
{
  GError *error = NULL;

  kd_sql_worker_run (kd_store_get_writer (self->store), KD_SQL_INTERACTIVE, work, ask, &error);
  g_assert_no_error (error);
}

gint64
kd_test_number (KdTestStore *self,
                const char *sql)
{
  Ask ask = { .sql = sql };

  run_ask (self, ask_work, &ask);
  return ask.number;
}

void
kd_test_exec (KdTestStore *self,
              const char *sql)
{
  Ask ask = { .sql = sql };

  run_ask (self, exec_work, &ask);
}

static gboolean
dump_kind (KdSqlConnection *connection,
           const KdKind *kind,
           GString *dump,
           GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (kind, KD_SQL_FORM_DEVICE, "t");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" t ORDER BY t.id", columns, kind->shape.name);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_autoptr (KdRecord) record = kd_sql_kind_read (read, kind, KD_SQL_FORM_DEVICE, 0);
      g_autofree char *text = kd_wire_record_to_text (record, 0);

      g_string_append_printf (dump, "%s %s %s\n", kind->shape.name, kd_test_id (&record->id), text);
    }
  return step == KD_SQL_DONE;
}

static gboolean
dump_queue (KdSqlConnection *connection,
            GString *dump,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT name || ' ' || args || ' ' || ifnull(refused_here, '-') FROM outbox ORDER BY id", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    g_string_append_printf (dump, "outbox %s\n", kd_sql_column_text (read, 0));
  return step == KD_SQL_DONE;
}

static gboolean
dump_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Ask *ask = data;
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint i = 0; i < n; i++)
    if (!dump_kind (connection, kinds[i], ask->dump, error))
      return FALSE;
  return !ask->with_outbox || dump_queue (connection, ask->dump, error);
}

char *
kd_test_dump (KdTestStore *self,
              gboolean with_outbox)
{
  Ask ask = { .dump = g_string_new (NULL), .with_outbox = with_outbox };

  run_ask (self, dump_work, &ask);
  return g_string_free (ask.dump, FALSE);
}

void
kd_test_check_search (KdTestStore *self)
{
  kd_test_exec (self, "INSERT INTO product_fts(product_fts, rank) VALUES('integrity-check', 1);"
                      "INSERT INTO variant_fts(variant_fts, rank) VALUES('integrity-check', 1);"
                      "INSERT INTO contact_fts(contact_fts, rank) VALUES('integrity-check', 1);"
                      "INSERT INTO message_fts(message_fts, rank) VALUES('integrity-check', 1);"
                      "INSERT INTO order_fts(order_fts, rank) VALUES('integrity-check', 1)");
}

/* ---- waiting ---- */

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
kd_test_until (gboolean (*done) (gpointer data),
               gpointer data)
{
  gint64 end = g_get_monotonic_time () + WAIT_US;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while (!done (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}

void
kd_test_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
