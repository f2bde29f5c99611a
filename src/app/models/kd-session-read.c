/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-session.h"

#include "kd-counts-private.h"
#include "kd-store-lists.h"
#include "kd-store-records.h"

/* ---- reading for the window: the store's read with the session as source ---- */

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gpointer read = kd_store_read_finish (KD_STORE (source), result, NULL, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, read, g_task_get_task_data (task));
}

static void
start_read (KdSession *self,
            KdReaderKind reader,
            KdReadFunc func,
            gpointer question,
            GDestroyNotify free_question,
            GDestroyNotify free_result,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_task_data (task, free_result, NULL);
  kd_store_read_async (kd_session_get_store (self), reader, func, question, free_question, free_result, cancellable, read_cb, task);
}

typedef struct
{
  char *text;
  guint n;
  const KdKind *kind;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->text);
  g_free (question);
}

static Question *
question_new (const char *text,
              guint n,
              const KdKind *kind)
{
  Question *question = g_new0 (Question, 1);

  question->text = g_strdup (text);
  question->n = n;
  question->kind = kind;
  return question;
}

static gpointer
read_search (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  const Question *question = data;
  return kd_search_everything (store, connection, question->text, question->n, error);
}

void
kd_session_search_async (KdSession *self,
                         const char *text,
                         guint per_kind,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  start_read (self, KD_READER_INTERACTIVE, read_search, question_new (text, per_kind, NULL), question_free,
              (GDestroyNotify) g_ptr_array_unref, cancellable, callback, data);
}

GPtrArray *
kd_session_search_finish (KdSession *self,
                          GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
read_queue (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  return kd_store_queue (store, connection, ((const Question *) data)->n, error);
}

void
kd_session_queue_async (KdSession *self,
                        guint limit,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  start_read (self, KD_READER_BULK, read_queue, question_new (NULL, limit, NULL), question_free,
              (GDestroyNotify) g_ptr_array_unref, cancellable, callback, data);
}

GPtrArray *
kd_session_queue_finish (KdSession *self,
                         GAsyncResult *result,
                         GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
read_records (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  const Question *question = data;
  g_autoptr (KdRecord) like = kd_record_new (question->kind);

  return kd_store_scan_records (store, connection, question->kind, question->text, like, 0, 0, error);
}

void
kd_session_records_async (KdSession *self,
                          const KdKind *kind,
                          const char *index,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  start_read (self, KD_READER_BULK, read_records, question_new (index, 0, kind), question_free,
              (GDestroyNotify) g_ptr_array_unref, cancellable, callback, data);
}

GPtrArray *
kd_session_records_finish (KdSession *self,
                           GAsyncResult *result,
                           GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  gboolean found;
  KdId product, variant;
} FoundCode;

static gpointer
read_code (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  FoundCode *found = g_new0 (FoundCode, 1);

  found->found = kd_find_by_code (store, connection, ((const Question *) data)->text, &found->product, &found->variant, error);
  return found;
}

void
kd_session_find_code_async (KdSession *self,
                            const char *code,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  start_read (self, KD_READER_INTERACTIVE, read_code, question_new (code, 0, NULL), question_free, g_free, cancellable,
              callback, data);
}

gboolean
kd_session_find_code_finish (KdSession *self,
                             GAsyncResult *result,
                             KdId *ret_product,
                             KdId *ret_variant,
                             GError **error)
{
  g_autofree FoundCode *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL || !found->found)
    return FALSE;
  *ret_product = found->product;
  *ret_variant = found->variant;
  return TRUE;
}

/* ---- before the first frame ---- */

void
kd_session_hold (KdSession *self)
{
  kd_counts_hold (kd_session_get_counts (self), TRUE);
}

void
kd_session_release (KdSession *self)
{
  if (!kd_session_is_held (self))
    return;
  kd_counts_hold (kd_session_get_counts (self), FALSE);
  g_signal_emit_by_name (self, "released");
}

gboolean
kd_session_is_held (KdSession *self)
{
  return kd_counts_is_held (kd_session_get_counts (self));
}
