/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-notices.h"

#include "kd-store-records.h"
#include "kd-target.h"

#include <glib/gi18n.h>

#define BODY_MAX 200    /* graphemes are cut by the desktop itself; this bounds what is sent */
#define AT_ONCE_MAX 5   /* after a long absence not one notification for each of fifty chats */

struct _KdNotices
{
  GObject parent_instance;

  KdSession *session;           /* borrowed */
  KdNotifier *notifier;         /* (owned) */
  GCancellable *cancellable;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (KdNotices, kd_notices, G_TYPE_OBJECT)

typedef struct
{
  KdId conversation;
  char *name, *text;
  guint count;
} Notice;

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  g_free (notice->name);
  g_free (notice->text);
  g_free (notice);
}

static Notice *
notice_for (GPtrArray *notices,
            const KdId *conversation)
{
  Notice *notice;

  for (guint i = 0; i < notices->len; i++)
    {
      notice = g_ptr_array_index (notices, i);
      if (kd_id_equal (&notice->conversation, conversation))
        return notice;
    }
  notice = g_new0 (Notice, 1);
  notice->conversation = *conversation;
  g_ptr_array_add (notices, notice);
  return notice;
}

/* On the reader's thread: who wrote what, of messages that nobody of the staff has seen. */
static gpointer
read_notices (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  GArray *ids = data;
  GPtrArray *notices = g_ptr_array_new_with_free_func (notice_free);

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (KdRecord) record = kd_store_get_record (store, connection, &kd_kind_message,
                                                         &g_array_index (ids, KdId, i), error);
      const KdMessage *message = (const KdMessage *) record;
      g_autoptr (KdRecord) conversation = NULL, contact = NULL;
      Notice *notice;

      if (message == NULL || message->direction != KD_MESSAGE_IN)
        continue;
      conversation = kd_store_get_record (store, connection, &kd_kind_conversation, &message->conversation, NULL);
      if (conversation == NULL || ((const KdConversation *) conversation)->staff_seen >= message->received)
        continue;
      contact = kd_store_get_record (store, connection, &kd_kind_contact,
                                     &((const KdConversation *) conversation)->contact, NULL);
      notice = notice_for (notices, &message->conversation);
      notice->count++;
      g_free (notice->text);
      notice->text = g_strdup (message->text);
      if (notice->name == NULL && contact != NULL)
        notice->name = g_strdup (((const KdContact *) contact)->name);
    }
  return notices;
}

static void
show (KdNotices *self,
      const Notice *notice)
{
  KdTarget target = { .kind = &kd_kind_conversation, .id = notice->conversation, .focus = (char *) "composer" };
  g_autofree char *text = kd_target_to_text (&target);
  g_autofree char *body = NULL;
  g_autofree char *cut = notice->text != NULL ? g_utf8_substring (notice->text, 0, MIN (g_utf8_strlen (notice->text, -1), BODY_MAX))
                                              : g_strdup (_("Photo"));
  g_autofree char *title = g_strdup (notice->name != NULL ? notice->name : _("A buyer"));
  char tag[KD_ID_TEXT_LENGTH + 1];

  body = notice->count > 1 ? g_strdup_printf (ngettext ("%s (and %u more)", "%s (and %u more)", notice->count - 1), cut,
                                              notice->count - 1)
                           : g_steal_pointer (&cut);
  kd_notifier_show (self->notifier, kd_id_to_text (&notice->conversation, tag), title, body, text);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdNotices) self = data;
  g_autoptr (GPtrArray) notices = kd_store_read_finish (KD_STORE (source), result, NULL, NULL);

  for (guint i = 0; notices != NULL && i < MIN (notices->len, AT_ONCE_MAX); i++)
    show (self, g_ptr_array_index (notices, i));
}

static void
changes_cb (KdSession *session,
            gpointer changes,
            gpointer data)
{
  KdNotices *self = data;
  const KdChangeSet *set = changes;
  const KdKindChange *messages = &set->kinds[kd_kind_message.number];
  g_autoptr (GArray) ids = NULL;

  if (set->origins != 1u << KD_CHANGE_PULL || messages->rows == NULL)
    return;
  ids = g_array_new (FALSE, FALSE, sizeof (KdId));
  for (guint i = 0; i < messages->rows->len; i++)
    {
      const KdRowChange *row = &g_array_index (messages->rows, KdRowChange, i);
      if (row->created && row->how == KD_ROW_PUT)
        g_array_append_val (ids, row->id);
    }
  if (ids->len > 0)
    kd_store_read_async (kd_session_get_store (session), KD_READER_BULK, read_notices, g_steal_pointer (&ids),
                         (GDestroyNotify) g_array_unref, (GDestroyNotify) g_ptr_array_unref, self->cancellable, read_cb,
                         g_object_ref (self));
}

static void
kd_notices_finalize (GObject *object)
{
  KdNotices *self = KD_NOTICES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->notifier);
  G_OBJECT_CLASS (kd_notices_parent_class)->finalize (object);
}

static void
kd_notices_class_init (KdNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_notices_finalize;
}

static void
kd_notices_init (KdNotices *self)
{
  self->cancellable = g_cancellable_new ();
}

KdNotices *
kd_notices_new (KdSession *session,
                KdNotifier *notifier)
{
  KdNotices *self = g_object_new (KD_TYPE_NOTICES, NULL);

  self->session = session;
  self->notifier = g_object_ref (notifier);
  g_signal_connect_object (session, "changes", G_CALLBACK (changes_cb), self, 0);
  return self;
}
