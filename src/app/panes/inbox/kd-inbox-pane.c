/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-inbox-pane.h"

#include "kd-conversation-page.h"
#include "kd-conversation-row.h"
#include "kd-empty-page.h"
#include "kd-filter-bar.h"
#include "kd-list-view.h"
#include "kd-split-view.h"
#include "kd-target.h"
#include "kd-window-model.h"

#include <glib/gi18n.h>

#define PANE_NUMBER 1

struct _KdInboxPane
{
  KdPane parent_instance;

  KdSession *session;           /* borrowed */
  KdWindowModel *model;         /* (owned) */
  KdListQuery *query;           /* (owned) */
  KdSplitView *split;
  KdFilterBar *filter;
  KdListView *list;
  KdConversationPage *page;
  GtkWidget *empty;
  gboolean setting;             /* a choice made by program */
  KdId opened;                  /* what was opened last from elsewhere */
  KdId listed;                  /* the row that the list has as chosen */
  gboolean wanted;              /* the list is to choose what was opened, and doesn't have it yet */
};

G_DEFINE_FINAL_TYPE (KdInboxPane, kd_inbox_pane, KD_TYPE_PANE)

static void
apply_query (KdInboxPane *self)
{
  const char *text = kd_filter_bar_get_text (self->filter), *show = kd_filter_bar_get_choice (self->filter, "show");

  g_free (self->query->search);
  self->query->search = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  self->query->unread_only = g_strcmp0 (show, "unread") == 0;
  self->query->conversation_state = g_strcmp0 (show, "resolved") == 0 ? KD_CONVERSATION_RESOLVED
                                    : g_strcmp0 (show, "all") == 0 ? -1 : KD_CONVERSATION_OPEN;
  if (self->query->search != NULL)
    self->query->conversation_state = -1;
  kd_window_model_set_query (self->model, self->query);
  if (kd_filter_bar_is_active (self->filter))
    kd_empty_page_set_words (KD_EMPTY_PAGE (self->empty), _("Nothing here"), _("No conversation fits what is chosen above."));
  else
    kd_empty_page_set_words (KD_EMPTY_PAGE (self->empty), _("No conversations yet"),
                             _("Share the link to the shop's page: buyers ask there, and you answer here."));
}

static void
filter_changed_cb (KdFilterBar *filter,
                   gpointer data)
{
  apply_query (data);
}

static void
to_list_cb (KdFilterBar *filter,
            gpointer data)
{
  kd_list_view_focus (KD_INBOX_PANE (data)->list);
}

static void
show_conversation (KdInboxPane *self,
                   const char *target)
{
  if (kd_page_show_target (KD_PAGE (self->page), target))
    kd_page_set_target (KD_PAGE (self), target);
}

static void
current_cb (KdSelection *selection,
            GParamSpec *pspec,
            gpointer data)
{
  KdInboxPane *self = data;
  unsigned position = kd_selection_get_current (selection);
  g_autoptr (KdItem) item = NULL;
  g_autofree char *target = NULL;

  if (self->setting || position == GTK_INVALID_LIST_POSITION)
    return;
  item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  if (item == NULL || !kd_item_is_loaded (item))
    return;
  /* a row that only moved: what was opened from elsewhere stays open */
  if (kd_id_equal (kd_item_get_id (item), &self->listed))
    return;
  self->listed = *kd_item_get_id (item);
  self->wanted = FALSE;
  target = kd_target_text (&kd_kind_conversation, kd_item_get_id (item));
  show_conversation (self, target);
}

static void
activate_cb (KdListView *list,
             guint position,
             gpointer data)
{
  KdInboxPane *self = data;

  self->listed = KD_ID_NONE;
  current_cb (kd_list_view_get_selection (list), NULL, self);
  kd_split_view_set_show_detail (self->split, TRUE);
  kd_page_focus_default (KD_PAGE (self->page));
}

static void
open_in_window_cb (KdListView *list,
                   guint position,
                   gpointer data)
{
  KdInboxPane *self = data;
  g_autoptr (KdItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  g_autofree char *target = item != NULL ? kd_target_text (&kd_kind_conversation, kd_item_get_id (item)) : NULL;

  if (target != NULL)
    kd_page_open (KD_PAGE (self), target, TRUE);
}

static void
located_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdInboxPane) self = data;
  guint position = kd_window_model_locate_finish (KD_WINDOW_MODEL (source), result, NULL);

  /* what isn't in the list, or not yet, leaves no other row chosen beside it */
  self->wanted = position == KD_NO_POSITION;
  self->listed = self->wanted ? KD_ID_NONE : self->opened;
  self->setting = TRUE;
  kd_selection_set_current (kd_list_view_get_selection (self->list),
                            position != KD_NO_POSITION ? position : GTK_INVALID_LIST_POSITION);
  self->setting = FALSE;
  if (position == KD_NO_POSITION)
    return;
  kd_list_view_scroll_to (self->list, position);
}

static void
rows_changed_cb (GListModel *model,
                 guint position,
                 guint removed,
                 guint added,
                 gpointer data)
{
  KdInboxPane *self = data;

  if (self->wanted && added > 0)
    kd_window_model_locate_async (self->model, &self->opened, kd_page_get_cancellable (KD_PAGE (self)), located_cb,
                                  g_object_ref (self));
}

static gboolean
inbox_show_target (KdPage *page,
                   const char *text)
{
  KdInboxPane *self = KD_INBOX_PANE (page);
  g_auto (KdTarget) target = { 0 };

  if (!kd_target_parse (text, &target) || target.kind != &kd_kind_conversation)
    return FALSE;
  self->opened = target.id;
  self->wanted = TRUE;
  show_conversation (self, text);
  kd_split_view_set_show_detail (self->split, TRUE);
  kd_window_model_locate_async (self->model, &target.id, kd_page_get_cancellable (page), located_cb, g_object_ref (self));
  return TRUE;
}

static void
inbox_focus_default (KdPage *page)
{
  kd_list_view_focus (KD_INBOX_PANE (page)->list);
}

static gboolean
inbox_search_focus (KdPage *page)
{
  kd_filter_bar_focus (KD_INBOX_PANE (page)->filter);
  return TRUE;
}

static GVariant *
inbox_save_state (KdPage *page)
{
  KdInboxPane *self = KD_INBOX_PANE (page);
  const char *target = kd_page_get_target (page), *show = kd_filter_bar_get_choice (self->filter, "show");

  return g_variant_new ("(ss)", target != NULL ? target : "", show != NULL ? show : "");
}

static void
inbox_restore_state (KdPage *page,
                     GVariant *state)
{
  KdInboxPane *self = KD_INBOX_PANE (page);
  const char *target, *show;

  if (!g_variant_is_of_type (state, G_VARIANT_TYPE ("(ss)")))
    return;
  g_variant_get (state, "(&s&s)", &target, &show);
  if (*show != '\0')
    kd_filter_bar_set_choice (self->filter, "show", show);
  if (*target != '\0' && inbox_show_target (page, target))
    kd_split_view_set_show_detail (self->split, FALSE);
}

static void
move (KdInboxPane *self,
      int by)
{
  KdSelection *selection = kd_list_view_get_selection (self->list);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  unsigned current = kd_selection_get_current (selection);
  gint64 next = current == GTK_INVALID_LIST_POSITION ? 0 : (gint64) current + by;

  if (n == 0)
    return;
  next = CLAMP (next, 0, (gint64) n - 1);
  kd_selection_set_current (selection, (unsigned) next);
  kd_list_view_scroll_to (self->list, (unsigned) next);
  kd_page_focus_default (KD_PAGE (self->page));
}

static void
next_chat (gpointer context,
           GVariant *param)
{
  move (context, 1);
}

static void
previous_chat (gpointer context,
               GVariant *param)
{
  move (context, -1);
}

static void
next_unread (gpointer context,
             GVariant *param)
{
  KdInboxPane *self = context;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  /* the newest are first: what waits longest among the rows at hand is the last one with a badge */
  for (guint i = MIN (n, 64); i > 0; i--)
    {
      g_autoptr (KdItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i - 1);

      if (kd_item_is_loaded (item) && kd_listed_conversation_get_row (KD_LISTED_CONVERSATION (item))->unread > 0)
        {
          kd_selection_set_current (kd_list_view_get_selection (self->list), i - 1);
          kd_page_focus_default (KD_PAGE (self->page));
          return;
        }
    }
  kd_page_say (KD_PAGE (self), _("Nobody waits for an answer"));
}

static const KdCommand commands[] = {
  { "chat-next", N_("Next conversation"), NULL, NULL, N_("Inbox"), "<Control>Page_Down", 0, NULL, 0, NULL, NULL, next_chat },
  { "chat-previous", N_("Previous conversation"), NULL, NULL, N_("Inbox"), "<Control>Page_Up", 0, NULL, 0, NULL, NULL, previous_chat },
  { "chat-next-unread", N_("Answer who waits longest"), N_("unread next"), NULL, N_("Inbox"), "<Control><Shift>Down|<Control><Shift>Page_Down", 0, NULL, 0, NULL, NULL, next_unread },
};

static const KdCommand *
inbox_get_commands (KdPage *page,
                    unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}

static void
inbox_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kd_inbox_pane_parent_class)->map (widget);
  kd_window_model_set_active (KD_INBOX_PANE (widget)->model, TRUE);
}

static void
inbox_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kd_inbox_pane_parent_class)->unmap (widget);
  kd_window_model_set_active (KD_INBOX_PANE (widget)->model, FALSE);
}

static void
kd_inbox_pane_finalize (GObject *object)
{
  KdInboxPane *self = KD_INBOX_PANE (object);

  g_clear_object (&self->model);
  kd_list_query_free (self->query);
  G_OBJECT_CLASS (kd_inbox_pane_parent_class)->finalize (object);
}

static void
kd_inbox_pane_class_init (KdInboxPaneClass *klass)
{
  KdPageClass *page_class = KD_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kd_inbox_pane_finalize;
  GTK_WIDGET_CLASS (klass)->map = inbox_map;
  GTK_WIDGET_CLASS (klass)->unmap = inbox_unmap;
  page_class->get_commands = inbox_get_commands;
  page_class->show_target = inbox_show_target;
  page_class->focus_default = inbox_focus_default;
  page_class->search_focus = inbox_search_focus;
  page_class->save_state = inbox_save_state;
  page_class->restore_state = inbox_restore_state;
}

GtkWidget *
kd_inbox_pane_new (KdSession *session)
{
  KdInboxPane *self = g_object_new (KD_TYPE_INBOX_PANE, NULL);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  const char *const ids[] = { "open", "unread", "resolved", "all", NULL };
  const char *const labels[] = { _("Unresolved"), _("Unread"), _("Resolved"), _("All"), NULL };

  self->session = session;
  self->query = kd_list_query_new (KD_LIST_CONVERSATIONS);
  self->query->conversation_state = KD_CONVERSATION_OPEN;
  self->model = kd_window_model_new (session, self->query);
  self->split = KD_SPLIT_VIEW (kd_split_view_new ());
  self->page = KD_CONVERSATION_PAGE (kd_conversation_page_new (session, kd_split_view_back_button_new (self->split)));
  self->filter = KD_FILTER_BAR (kd_filter_bar_new (_("Search conversations")));
  kd_filter_bar_set_choices (self->filter, "show", _("Show"), ids, labels);
  g_signal_connect_object (self->filter, "changed", G_CALLBACK (filter_changed_cb), self, 0);
  g_signal_connect_object (self->filter, "to-list", G_CALLBACK (to_list_cb), self, 0);
  self->list = KD_LIST_VIEW (kd_list_view_new (_("Conversations"), KD_SELECT_ONE, &kd_conversation_row_funcs, session));
  kd_list_view_set_model (self->list, G_LIST_MODEL (self->model));
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (rows_changed_cb), self, 0);
  self->empty = kd_empty_page_new ("kd-inbox-symbolic", _("No conversations yet"),
                                   _("Share the link to the shop's page: buyers ask there, and you answer here."));
  kd_empty_page_set_primary (KD_EMPTY_PAGE (self->empty), NULL, "win.copy-shop-link");
  kd_list_view_set_empty (self->list, self->empty);
  g_signal_connect_object (kd_list_view_get_selection (self->list), "notify::current", G_CALLBACK (current_cb), self, 0);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self, 0);
  g_signal_connect_object (self->list, "open-in-window", G_CALLBACK (open_in_window_cb), self, 0);
  gtk_box_append (GTK_BOX (left), GTK_WIDGET (self->filter));
  gtk_widget_set_vexpand (GTK_WIDGET (self->list), TRUE);
  gtk_box_append (GTK_BOX (left), GTK_WIDGET (self->list));
  kd_split_view_set_list (self->split, left);
  /* Who clicks a conversation goes on by typing the answer. */
  g_object_set (self->list, "click-opens", TRUE, NULL);
  kd_split_view_set_detail (self->split, GTK_WIDGET (self->page));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->split));
  return GTK_WIDGET (self);
}

static void
kd_inbox_pane_init (KdInboxPane *self)
{
  kd_pane_set_number (KD_PANE (self), PANE_NUMBER);
  kd_pane_set_icon_name (KD_PANE (self), "kd-inbox-symbolic");
  kd_page_set_title (KD_PAGE (self), _("Inbox"));
}
