/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-conversation-page.h"

#include "kd-action-button.h"
#include "kd-calls.h"
#include "kd-composer.h"
#include "kd-open-record.h"
#include "kd-order-editor.h"
#include "kd-target.h"
#include "kd-thread-view.h"

#include <glib/gi18n.h>

#define N_BUTTONS 3

struct _KdConversationPage
{
  KdPage parent_instance;

  KdSession *session;           /* borrowed */
  KdOpenRecord *record;         /* (owned) (nullable) */
  KdThreadModel *model;         /* (owned) (nullable) */
  GtkStack *stack;
  GtkWidget *back;              /* (nullable) */
  GtkWidget *head, *names;
  GtkWidget *buttons[N_BUTTONS];
  GtkLabel *name, *phone;
  AdwAvatar *avatar;
  KdThreadView *thread;         /* (nullable), as all of the thread: not made yet */
  KdComposer *composer;         /* (nullable) */
  gint64 seen;                  /* what staff_seen was last told */
};

G_DEFINE_FINAL_TYPE (KdConversationPage, kd_conversation_page, KD_TYPE_PAGE)

static const KdConversation *
get_conversation (KdConversationPage *self)
{
  return self->record != NULL ? (const KdConversation *) kd_open_record_get_record (self->record) : NULL;
}

/* What stands on the screen in a window that is looked at has been read. */
static void
mark_seen (KdConversationPage *self)
{
  const KdConversation *conversation = get_conversation (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gint64 newest;

  if (conversation == NULL || self->model == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)) || !GTK_IS_WINDOW (root)
      || !gtk_window_is_active (GTK_WINDOW (root)))
    return;
  newest = kd_thread_model_get_newest_received (self->model);
  if (newest <= conversation->staff_seen || newest <= self->seen)
    return;
  self->seen = newest;
  kd_session_commit_one_async (self->session, N_("Read conversation"), NULL,
                               kd_call_conversation_seen (&conversation->parent.id, newest), NULL, NULL);
  {
    const KdServices *services = kd_session_get_services (self->session);
    char tag[KD_ID_TEXT_LENGTH + 1];

    if (services != NULL && services->notifier != NULL)
      kd_notifier_withdraw (services->notifier, kd_id_to_text (&conversation->parent.id, tag));
  }
}

/* Without a conversation the head is there for the way back alone. */
static void
show_head (KdConversationPage *self)
{
  gboolean some = get_conversation (self) != NULL;
  gboolean narrow = self->back != NULL && gtk_widget_get_visible (self->back);

  gtk_widget_set_visible (self->head, some || narrow);
  if (self->names == NULL)
    return;
  /* in a narrow window the buyer's name comes first */
  for (guint i = 0; i < N_BUTTONS; i++)
    kd_action_button_set_look (KD_ACTION_BUTTON (self->buttons[i]), narrow ? KD_ACTION_ICON : KD_ACTION_LABEL);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), some);
  gtk_widget_set_visible (self->names, some);
}

static void
show (KdConversationPage *self)
{
  const KdConversation *conversation = get_conversation (self);
  const KdContact *contact = self->record != NULL ? kd_open_record_get_contact (self->record) : NULL;
  const char *name;

  gtk_stack_set_visible_child_name (self->stack, conversation != NULL ? "thread" : "none");
  kd_page_update_commands (KD_PAGE (self));
  show_head (self);
  if (conversation == NULL)
    return;
  name = contact != NULL && contact->name != NULL && *contact->name != '\0' ? contact->name : _("A buyer");
  gtk_label_set_text (self->name, name);
  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->phone, contact != NULL && contact->phone != NULL ? contact->phone : _("On the shop's page"));
  kd_page_set_title (KD_PAGE (self), name);
  mark_seen (self);
}

static void
record_changed_cb (KdOpenRecord *record,
                   gpointer data)
{
  show (data);
}

static void
messages_changed_cb (GListModel *model,
                     guint position,
                     guint removed,
                     guint added,
                     gpointer data)
{
  mark_seen (data);
}

static void
active_cb (GtkWindow *window,
           GParamSpec *pspec,
           gpointer data)
{
  mark_seen (data);
}

/* ---- sending ---- */

static void
send_cb (KdComposer *composer,
         const char *text,
         gboolean note,
         gpointer data)
{
  KdConversationPage *self = data;
  const KdConversation *conversation = get_conversation (self);
  KdId id = kd_session_new_id (self->session);

  if (conversation == NULL)
    return;
  if (note)
    kd_session_commit_one_async (self->session, N_("Send note"), NULL,
                                 kd_call_message_note (&id, &conversation->parent.id, text), NULL, NULL);
  else
    kd_session_commit_one_async (self->session, N_("Send message"), NULL,
                                 kd_call_message_text (&id, &conversation->parent.id, text, NULL), NULL, NULL);
  kd_thread_view_to_end (self->thread);
}

static void
product_cb (KdComposer *composer,
            gpointer product,
            gpointer data)
{
  KdConversationPage *self = data;
  const KdConversation *conversation = get_conversation (self);
  KdId id = kd_session_new_id (self->session);

  if (conversation == NULL)
    return;
  kd_session_commit_one_async (self->session, N_("Send product"), NULL,
                               kd_call_message_product (&id, &conversation->parent.id, product, NULL), NULL, NULL);
  kd_thread_view_to_end (self->thread);
}

/* The order made out of the conversation goes to the buyer as a card. */
static void
order_made_cb (KdSession *session,
               const KdId *order,
               gpointer data)
{
  const KdId *conversation = data;
  KdId id = kd_session_new_id (session);

  kd_session_commit_one_async (session, N_("Send order"), NULL, kd_call_message_order (&id, conversation, order, NULL), NULL,
                               NULL);
}

/* ---- commands ---- */

static KdCommandState
open_state (gpointer context,
            const char **ret_reason)
{
  *ret_reason = _("Choose a conversation first");
  return get_conversation (context) != NULL ? KD_COMMAND_ENABLED : KD_COMMAND_REFUSED;
}

/* The product that was spoken of last, of what is loaded of the thread. */
static KdId
last_product (KdConversationPage *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->model)); i > 0; i--)
    {
      g_autoptr (KdThreadItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i - 1);
      const KdThreadEntry *entry = kd_thread_item_get_entry (item);

      if (entry == NULL)
        continue;
      if (!kd_id_is_none (&entry->message->order))
        break;    /* what came before it is ordered */
      if (!kd_id_is_none (&entry->message->product))
        return entry->message->product;
    }
  return KD_ID_NONE;
}

static void
make_order (gpointer context,
            GVariant *param)
{
  KdConversationPage *self = context;
  const KdConversation *conversation = get_conversation (self);
  const KdContact *contact = kd_open_record_get_contact (self->record);
  KdOrderBegin begin = { .contact = conversation->contact, .conversation = conversation->parent.id,
                         .product = last_product (self) };

  if (contact != NULL)
    {
      begin.name = contact->name;
      begin.phone = contact->phone;
      begin.address = contact->address;
    }
  kd_order_editor_present (GTK_WIDGET (self), self->session, &begin, order_made_cb,
                           g_memdup2 (&conversation->parent.id, sizeof (KdId)), g_free);
}

static void
pick_product (gpointer context,
              GVariant *param)
{
  kd_composer_pick_product (KD_CONVERSATION_PAGE (context)->composer);
}

static void
toggle_note (gpointer context,
             GVariant *param)
{
  KdConversationPage *self = context;

  kd_composer_set_note (self->composer, !kd_composer_get_note (self->composer));
  kd_composer_focus (self->composer);
}

static KdCommandState
resolve_state (gpointer context,
               const char **ret_reason)
{
  const KdConversation *conversation = get_conversation (context);

  return conversation != NULL && conversation->state == KD_CONVERSATION_OPEN ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

static KdCommandState
reopen_state (gpointer context,
              const char **ret_reason)
{
  const KdConversation *conversation = get_conversation (context);

  return conversation != NULL && conversation->state == KD_CONVERSATION_RESOLVED ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

static void
resolve (gpointer context,
         GVariant *param)
{
  KdConversationPage *self = context;

  kd_session_commit_one_async (self->session, N_("Resolve conversation"), NULL,
                               kd_call_conversation_set_state (get_conversation (self), KD_CONVERSATION_RESOLVED), NULL, NULL);
}

static void
reopen (gpointer context,
        GVariant *param)
{
  KdConversationPage *self = context;

  kd_session_commit_one_async (self->session, N_("Reopen conversation"), NULL,
                               kd_call_conversation_set_state (get_conversation (self), KD_CONVERSATION_OPEN), NULL, NULL);
}

static const KdCommand commands[] = {
  { "chat-order", N_("Make an order"), N_("sell buy"), "kd-orders-symbolic", N_("Inbox"), "<Control>o", KD_ROLES_SELLING, NULL, 0, open_state, NULL, make_order },
  { "chat-product", N_("Send a product"), N_("catalog card picker"), "kd-catalog-symbolic", N_("Inbox"), "<Control>slash", KD_ROLES_SELLING, NULL, 0, open_state, NULL, pick_product },
  { "chat-note", N_("Note for the staff"), N_("private internal"), "kd-tag-symbolic", N_("Inbox"), "<Control><Shift>p", KD_ROLES_SELLING, NULL, 0, open_state, NULL, toggle_note },
  { "chat-resolve", N_("Resolve"), N_("done close"), "kd-delivered-symbolic", N_("Inbox"), "<Control><Shift>e", KD_ROLES_SELLING, NULL, 0, resolve_state, NULL, resolve },
  { "chat-reopen", N_("Open again"), NULL, "edit-undo-symbolic", NULL, NULL, KD_ROLES_SELLING, NULL, 0, reopen_state, NULL, reopen },
};

static const KdCommand *
conversation_get_commands (KdPage *page,
                           unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}

/* ---- the page ---- */

static GtkWidget *
make_head (KdConversationPage *self,
           GtkWidget *back)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->back = back;
  if (back != NULL)
    {
      gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
      g_signal_connect_object (back, "notify::visible", G_CALLBACK (show_head), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (head), back);
    }
  gtk_widget_add_css_class (head, "kd-page-head");
  return head;
}

static void
fill_head (KdConversationPage *self)
{
  static const char *const buttons[N_BUTTONS] = { "page.chat-order", "page.chat-resolve", "page.chat-reopen" };
  GtkBox *head = GTK_BOX (self->head);

  self->names = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->avatar = ADW_AVATAR (adw_avatar_new (32, NULL, TRUE));
  self->name = GTK_LABEL (gtk_label_new (NULL));
  self->phone = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->name, 0);
  gtk_label_set_xalign (self->phone, 0);
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (self->phone, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->name), "heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->phone), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->phone), "kd-small");
  gtk_box_append (GTK_BOX (self->names), GTK_WIDGET (self->name));
  gtk_box_append (GTK_BOX (self->names), GTK_WIDGET (self->phone));
  gtk_widget_set_hexpand (self->names, TRUE);
  gtk_box_append (head, GTK_WIDGET (self->avatar));
  gtk_box_append (head, self->names);
  for (guint i = 0; i < N_BUTTONS; i++)
    {
      self->buttons[i] = kd_action_button_new (buttons[i], KD_ACTION_LABEL);
      gtk_widget_set_valign (self->buttons[i], GTK_ALIGN_CENTER);
      gtk_box_append (head, self->buttons[i]);
    }
}

/* The thread and what is under it are many widgets: they are made for the first one that is opened. */
static void
ensure_thread (KdConversationPage *self)
{
  GtkWidget *box;

  if (self->thread != NULL)
    return;
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->thread = KD_THREAD_VIEW (kd_thread_view_new (self->session));
  self->composer = KD_COMPOSER (kd_composer_new (self->session));
  g_signal_connect_object (self->composer, "send", G_CALLBACK (send_cb), self, 0);
  g_signal_connect_object (self->composer, "product", G_CALLBACK (product_cb), self, 0);
  fill_head (self);
  gtk_widget_set_vexpand (GTK_WIDGET (self->thread), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->thread));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->composer));
  gtk_stack_add_named (self->stack, box, "thread");
}

static void
open_conversation (KdConversationPage *self,
                   const KdId *id)
{
  if (self->record != NULL && kd_id_equal (kd_open_record_get_id (self->record), id))
    return;
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_data (self->record, self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->record);
  g_clear_object (&self->model);
  self->seen = 0;
  ensure_thread (self);
  self->record = kd_open_record_get (self->session, &kd_kind_conversation, id);
  self->model = kd_thread_model_new (self->session, id);
  g_signal_connect_object (self->record, "changed", G_CALLBACK (record_changed_cb), self, 0);
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (messages_changed_cb), self, 0);
  kd_thread_view_set_model (self->thread, self->model);
  kd_composer_set_conversation (self->composer, id);
  show (self);
}

static gboolean
conversation_show_target (KdPage *page,
                          const char *text)
{
  KdConversationPage *self = KD_CONVERSATION_PAGE (page);
  g_auto (KdTarget) target = { 0 };

  if (!kd_target_parse (text, &target) || target.kind != &kd_kind_conversation)
    return FALSE;
  open_conversation (self, &target.id);
  kd_page_set_target (page, text);
  if (!kd_id_is_none (&target.anchor))
    kd_thread_view_jump (self->thread, &target.anchor);
  if (g_strcmp0 (target.focus, "composer") == 0)
    kd_composer_focus (self->composer);
  return TRUE;
}

static void
conversation_focus_default (KdPage *page)
{
  KdConversationPage *self = KD_CONVERSATION_PAGE (page);

  if (self->composer != NULL)
    kd_composer_focus (self->composer);
}

static void
conversation_map (GtkWidget *widget)
{
  KdConversationPage *self = KD_CONVERSATION_PAGE (widget);
  GtkRoot *root;

  GTK_WIDGET_CLASS (kd_conversation_page_parent_class)->map (widget);
  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    {
      g_signal_handlers_disconnect_by_func (root, active_cb, self);
      g_signal_connect_object (root, "notify::is-active", G_CALLBACK (active_cb), self, 0);
    }
  mark_seen (self);
}

static void
kd_conversation_page_finalize (GObject *object)
{
  KdConversationPage *self = KD_CONVERSATION_PAGE (object);

  g_clear_object (&self->record);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (kd_conversation_page_parent_class)->finalize (object);
}

static void
kd_conversation_page_class_init (KdConversationPageClass *klass)
{
  KdPageClass *page_class = KD_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kd_conversation_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = conversation_map;
  page_class->get_commands = conversation_get_commands;
  page_class->show_target = conversation_show_target;
  page_class->focus_default = conversation_focus_default;
}

GtkWidget *
kd_conversation_page_new (KdSession *session,
                          GtkWidget *back)
{
  KdConversationPage *self = g_object_new (KD_TYPE_CONVERSATION_PAGE, NULL);
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *none = adw_status_page_new ();

  self->session = session;
  self->stack = GTK_STACK (gtk_stack_new ());
  self->head = make_head (self, back);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (none), "kd-inbox-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (none), _("Choose a conversation"));
  gtk_stack_add_named (self->stack, none, "none");
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (all), self->head);
  gtk_box_append (GTK_BOX (all), GTK_WIDGET (self->stack));
  adw_bin_set_child (ADW_BIN (self), all);
  show (self);
  return GTK_WIDGET (self);
}

static void
kd_conversation_page_init (KdConversationPage *self)
{
}
