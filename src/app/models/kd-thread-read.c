/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-thread-private.h"

/* The window's reads: one at a time. Whatever changes, the window is read again whole, at most
 * KD_THREAD_MAX messages, and lines that stay are the same objects. */

typedef enum
{
  READ_OPEN,      /* the newest page */
  READ_OLDER,
  READ_NEWER,
  READ_WINDOW,    /* what is shown, as it is now */
  READ_JUMP,
} ReadHow;

typedef struct
{
  ReadHow how;
  KdId conversation, message;
  gint64 anchor, until;         /* until: rid of the window's last message, 0 where it is at its end */
  gboolean want_unread;
} Question;

typedef struct
{
  GPtrArray *entries;           /* of KdThreadEntry */
  gboolean more_before, more_after;
  gint64 unread;
  gint64 found;                 /* rid of the message jumped to */
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->entries, g_ptr_array_unref);
  g_free (answer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

typedef struct
{
  KdThreadModel *self;          /* (owned) */
  GCancellable *cancellable;    /* (owned) */
  Question question;
  GTask *task;                  /* (owned) (nullable): of a jump */
} Reading;

static void
reading_free (Reading *reading)
{
  if (reading->task != NULL)
    g_object_unref (reading->task);
  g_object_unref (reading->cancellable);
  g_object_unref (reading->self);
  g_free (reading);
}

/* ---- on the reader's thread ---- */

/* One more is asked for, to know whether there are any. */
static GPtrArray *
read_page (KdStore *store,
           KdSqlConnection *connection,
           const Question *question,
           gint64 anchor,
           gboolean older,
           guint n,
           gboolean *ret_more,
           GError **error)
{
  GPtrArray *entries = kd_store_thread_page (store, connection, &question->conversation, anchor, older, n + 1, error);

  if (entries == NULL)
    return NULL;
  *ret_more = entries->len > n;
  if (*ret_more)
    g_ptr_array_remove_index (entries, older ? 0 : n);
  return entries;
}

static gboolean
read_around (KdStore *store,
             KdSqlConnection *connection,
             const Question *question,
             Answer *answer,
             GError **error)
{
  g_autoptr (GPtrArray) after = NULL;

  if (!kd_store_message_rid (store, connection, &question->conversation, &question->message, &answer->found, error))
    return FALSE;
  if (answer->found == 0)
    return TRUE;
  answer->entries = read_page (store, connection, question, answer->found + 1, TRUE, KD_THREAD_PAGE,
                               &answer->more_before, error);
  if (answer->entries == NULL)
    return FALSE;
  after = read_page (store, connection, question, answer->found, FALSE, KD_THREAD_PAGE, &answer->more_after, error);
  if (after == NULL)
    return FALSE;
  while (after->len > 0)
    g_ptr_array_add (answer->entries, g_ptr_array_steal_index (after, 0));
  return TRUE;
}

static gpointer
read_thread (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  const Question *question = data;
  g_autoptr (Answer) answer = g_new0 (Answer, 1);

  if (question->want_unread
      && !kd_store_thread_first_unread (store, connection, &question->conversation, &answer->unread, error))
    return NULL;
  if (question->how == READ_JUMP)
    return read_around (store, connection, question, answer, error) ? g_steal_pointer (&answer) : NULL;
  if (question->how == READ_OPEN || question->how == READ_OLDER)
    answer->entries = read_page (store, connection, question, question->anchor, TRUE, KD_THREAD_PAGE,
                                 &answer->more_before, error);
  else
    answer->entries = read_page (store, connection, question, question->anchor, FALSE,
                                 question->how == READ_NEWER ? KD_THREAD_PAGE : 2 * KD_THREAD_MAX,
                                 &answer->more_after, error);
  if (answer->entries == NULL)
    return NULL;
  for (guint i = answer->entries->len; question->until != 0 && i-- > 0;)
    if (((KdThreadEntry *) g_ptr_array_index (answer->entries, i))->rid > question->until)
      g_ptr_array_remove_index (answer->entries, i);
  return g_steal_pointer (&answer);
}

/* ---- the window ---- */

/* Entries as items: those shown already stay what they are. */
static GPtrArray *
items_of (KdThreadModel *self,
          GPtrArray *entries)
{
  g_autoptr (GPtrArray) known = kd_thread_model_messages (self);
  g_autoptr (GHashTable) by_id = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, NULL);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < known->len; i++)
    {
      KdThreadItem *item = g_ptr_array_index (known, i);
      g_hash_table_insert (by_id, g_memdup2 (&kd_thread_item_get_entry (item)->message->parent.id, sizeof (KdId)), item);
    }
  while (entries->len > 0)
    {
      KdThreadEntry *entry = g_ptr_array_steal_index (entries, 0);
      KdThreadItem *item = g_hash_table_lookup (by_id, &entry->message->parent.id);

      if (item != NULL)
        {
          g_ptr_array_add (items, g_object_ref (item));
          kd_thread_item_take_entry (item, entry);
        }
      else
        g_ptr_array_add (items, kd_thread_item_new (KD_THREAD_MESSAGE, entry->message->at, entry));
    }
  return items;
}

/* Shows @messages; where they are too many, those of the far end go afterwards. */
static void
show_messages (KdThreadModel *self,
               GPtrArray *messages,
               gboolean drop_oldest,
               gboolean more_before,
               gboolean more_after)
{
  GPtrArray *lines;

  kd_thread_model_set_ends (self, !more_before, !more_after);
  lines = kd_thread_model_lines (self, messages);
  kd_thread_model_show (self, lines);
  while (self->items->len > KD_THREAD_MAX)
    {
      guint over = self->items->len - KD_THREAD_MAX;

      g_ptr_array_remove_range (messages, drop_oldest ? 0 : messages->len - over, over);
      kd_thread_model_set_ends (self, self->at_start && !drop_oldest, self->at_end && drop_oldest);
      kd_thread_model_show (self, kd_thread_model_lines (self, messages));
    }
}

static void
take_answer (KdThreadModel *self,
             const Question *question,
             Answer *answer)
{
  g_autoptr (GPtrArray) messages = kd_thread_model_messages (self);
  g_autoptr (GPtrArray) fresh = NULL;

  if (question->want_unread)
    self->unread_rid = answer->unread;
  self->opened = TRUE;
  if (answer->entries == NULL)
    return;
  fresh = items_of (self, answer->entries);
  switch (question->how)
    {
    case READ_OLDER:
      g_ptr_array_extend_and_steal (fresh, g_steal_pointer (&messages));
      show_messages (self, fresh, FALSE, answer->more_before, !self->at_end);
      break;
    case READ_NEWER:
      g_ptr_array_extend_and_steal (messages, g_steal_pointer (&fresh));
      show_messages (self, messages, TRUE, !self->at_start, answer->more_after);
      break;
    case READ_WINDOW:
      show_messages (self, fresh, self->at_end, !self->at_start, !self->at_end || answer->more_after);
      break;
    case READ_OPEN:
    case READ_JUMP:
    default:
      show_messages (self, fresh, TRUE, answer->more_before, answer->more_after);
      break;
    }
}

static void
answer_jump (KdThreadModel *self,
             GTask *task,
             const Question *question)
{
  guint position = kd_thread_model_find (self, &question->message);

  g_task_return_int (task, position == G_MAXUINT ? -1 : (gssize) position);
}

static void schedule_window (KdThreadModel *self);

static void
thread_read_cb (GObject *source,
                GAsyncResult *result,
                gpointer data)
{
  Reading *reading = data;
  KdThreadModel *self = reading->self;
  guint64 generation;
  g_autoptr (GError) error = NULL;
  g_autoptr (Answer) answer = kd_store_read_finish (KD_STORE (source), result, &generation, &error);
  gboolean ours = reading->cancellable == self->cancellable && self->session != NULL;

  if (ours)
    {
      self->reading = FALSE;
      if (answer != NULL)
        take_answer (self, &reading->question, answer);
      kd_thread_model_set_loading (self, FALSE);
      if (answer != NULL && self->changed > generation)
        self->again = TRUE;
    }
  if (reading->task != NULL && answer != NULL && ours)
    answer_jump (self, reading->task, &reading->question);
  else if (reading->task != NULL && error != NULL)
    g_task_return_error (reading->task, g_steal_pointer (&error));
  else if (reading->task != NULL)
    g_task_return_new_error (reading->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "another read took its place");
  if (ours && answer != NULL && answer->entries == NULL && self->items->len == 0)
    kd_thread_model_to_end (self);
  else if (ours && self->again)
    schedule_window (self);
  reading_free (reading);
}

static gint64
end_rid (KdThreadModel *self,
         gboolean first)
{
  g_autoptr (GPtrArray) messages = kd_thread_model_messages (self);

  return messages->len == 0 ? 0
         : kd_thread_item_get_rid (g_ptr_array_index (messages, first ? 0 : messages->len - 1));
}

/* @task: (transfer full) (nullable) */
static void
start (KdThreadModel *self,
       const Question *question,
       GTask *task)
{
  Reading *reading = g_new0 (Reading, 1);

  self->reading = TRUE;
  self->again = FALSE;
  reading->self = g_object_ref (self);
  reading->cancellable = g_object_ref (self->cancellable);
  reading->question = *question;
  reading->question.conversation = self->conversation;
  reading->task = task;
  kd_thread_model_set_loading (self, TRUE);
  kd_store_read_async (kd_session_get_store (self->session), KD_READER_INTERACTIVE, read_thread,
                       g_memdup2 (&reading->question, sizeof reading->question), g_free, answer_free,
                       self->cancellable, thread_read_cb, reading);
}

/* A read that goes before the one under way. */
static void
start_anew (KdThreadModel *self,
            const Question *question,
            GTask *task)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  start (self, question, task);
}

static gboolean
window_cb (gpointer data)
{
  KdThreadModel *self = data;
  Question question = { .how = READ_WINDOW };

  self->source = 0;
  if (self->reading)
    return G_SOURCE_REMOVE;
  question.anchor = self->at_start ? 0 : end_rid (self, TRUE) - 1;
  question.until = self->at_end ? 0 : end_rid (self, FALSE);
  start (self, &question, NULL);
  return G_SOURCE_REMOVE;
}

static void
schedule_window (KdThreadModel *self)
{
  self->again = TRUE;
  if (self->source == 0 && !self->reading && self->opened)
    self->source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, window_cb, self, NULL);
}

/* ---- what changed ---- */

static guint
weigh_messages (KdThreadModel *self,
                const KdKindChange *change,
                gboolean *ret_touched)
{
  gint64 last = end_rid (self, FALSE);
  guint arrived = 0;

  for (guint i = 0; change->rows != NULL && i < change->rows->len; i++)
    {
      const KdRowChange *row = &g_array_index (change->rows, KdRowChange, i);

      if (!kd_id_equal (&row->parent, &self->conversation)
          && kd_thread_model_find (self, &row->id) == G_MAXUINT)
        continue;
      if (!self->at_end && row->created && row->rid_after > last)
        arrived++;
      else
        *ret_touched = TRUE;
    }
  return arrived;
}

void
kd_thread_model_changes_cb (KdSession *session,
                            const KdChangeSet *changes,
                            KdThreadModel *self)
{
  /* what cards and authors show */
  static const KdKind *const shown[] = {
    &kd_kind_product, &kd_kind_variant, &kd_kind_stock_level, &kd_kind_order, &kd_kind_order_line, &kd_kind_payment,
    &kd_kind_media, &kd_kind_contact, &kd_kind_member,
  };
  const KdKindChange *messages = &changes->kinds[kd_kind_message.number];
  gboolean touched = messages->whole || changes->status;
  guint arrived = weigh_messages (self, messages, &touched);

  for (guint i = 0; i < G_N_ELEMENTS (shown) && !touched; i++)
    touched = changes->kinds[shown[i]->number].whole
              || (changes->kinds[shown[i]->number].rows != NULL && changes->kinds[shown[i]->number].rows->len > 0);
  if (arrived > 0)
    kd_thread_model_set_newer (self, self->newer + arrived);
  if (!touched)
    return;
  self->changed = changes->generation;
  schedule_window (self);
}

/* ---- public ---- */

void
kd_thread_model_open (KdThreadModel *self)
{
  Question question = { .how = READ_OPEN, .want_unread = TRUE };

  start (self, &question, NULL);
}

void
kd_thread_model_load_older (KdThreadModel *self)
{
  Question question = { .how = READ_OLDER, .anchor = end_rid (self, TRUE) };

  if (!self->reading && self->opened && !self->at_start && question.anchor != 0)
    start (self, &question, NULL);
}

void
kd_thread_model_load_newer (KdThreadModel *self)
{
  Question question = { .how = READ_NEWER, .anchor = end_rid (self, FALSE) };

  if (!self->reading && self->opened && !self->at_end && question.anchor != 0)
    start (self, &question, NULL);
}

void
kd_thread_model_to_end (KdThreadModel *self)
{
  Question question = { .how = READ_OPEN };

  if (self->session != NULL && !self->at_end)
    start_anew (self, &question, NULL);
}

void
kd_thread_model_jump_async (KdThreadModel *self,
                            const KdId *message,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  Question question = { .how = READ_JUMP, .message = *message, .want_unread = !self->opened };
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, kd_thread_model_jump_async);
  if (kd_thread_model_find (self, message) != G_MAXUINT)
    {
      answer_jump (self, task, &question);
      g_object_unref (task);
      return;
    }
  start_anew (self, &question, task);
}

guint
kd_thread_model_jump_finish (KdThreadModel *self,
                             GAsyncResult *result,
                             GError **error)
{
  gssize position = g_task_propagate_int (G_TASK (result), error);

  return position < 0 ? G_MAXUINT : (guint) position;
}
