/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-orders-pane.h"

#include "kd-action-button.h"
#include "kd-empty-page.h"
#include "kd-filter-bar.h"
#include "kd-list-view.h"
#include "kd-order-editor.h"
#include "kd-order-page.h"
#include "kd-order-row.h"
#include "kd-quantity-words.h"
#include "kd-split-view.h"
#include "kd-target.h"
#include "kd-wrap-box.h"
#include "kd-window-model.h"

#include <glib/gi18n.h>

#define PANE_NUMBER 3

struct _KdOrdersPane
{
  KdPane parent_instance;

  KdSession *session;           /* borrowed */
  KdWindowModel *model;         /* (owned) */
  KdListQuery *query;           /* (owned) */
  KdSplitView *split;
  KdFilterBar *filter;
  KdListView *list;
  KdOrderPage *page;
  GtkToggleButton *tabs[KD_N_TABS];
  GtkLabel *tab_labels[KD_N_TABS];
  GtkWidget *empty;
  gboolean setting;             /* a choice made by program */
  KdId opened;                  /* what was opened last from elsewhere */
  KdId listed;                  /* the row that the list has as chosen */
  gboolean wanted;              /* the list is to choose what was opened, and doesn't have it yet */
};

G_DEFINE_FINAL_TYPE (KdOrdersPane, kd_orders_pane, KD_TYPE_PANE)

static const struct { KdOrderTab tab; const char *words; } tab_table[] = {
  { KD_TAB_ALL, N_("All") },       { KD_TAB_NEW, N_("New") },         { KD_TAB_PAID, N_("Paid") },
  { KD_TAB_PACKED, N_("Packed") }, { KD_TAB_SHIPPED, N_("Shipped") }, { KD_TAB_DONE, N_("Done") },
  { KD_TAB_PROBLEM, N_("Problems") }, { KD_TAB_DRAFT, N_("Drafts") },
};

static void
apply_query (KdOrdersPane *self)
{
  const char *text = kd_filter_bar_get_text (self->filter);

  g_free (self->query->search);
  self->query->search = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  kd_window_model_set_query (self->model, self->query);
  if (self->query->search != NULL || self->query->tab != KD_TAB_ALL)
    kd_empty_page_set_words (KD_EMPTY_PAGE (self->empty), _("Nothing here"), _("No order fits what is chosen above."));
  else
    kd_empty_page_set_words (KD_EMPTY_PAGE (self->empty), _("No orders yet"),
                             _("Orders of buyers appear here. You can also make one by hand."));
}

static void
tab_toggled_cb (GtkToggleButton *button,
                gpointer data)
{
  KdOrdersPane *self = data;

  if (self->setting || !gtk_toggle_button_get_active (button))
    return;
  self->query->tab = (KdOrderTab) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "tab"));
  apply_query (self);
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
  KdOrdersPane *self = data;
  kd_list_view_focus (self->list);
}

static void
show_counts_cb (KdCounts *counts,
                gpointer data)
{
  KdOrdersPane *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (tab_table); i++)
    {
      guint n = kd_counts_get_orders (counts, tab_table[i].tab);
      g_autofree char *count = kd_count_words (n, kd_session_get_currency (self->session));
      g_autofree char *text = g_strdup_printf ("%s %s", _(tab_table[i].words), count);

      gtk_label_set_text (self->tab_labels[i], n > 0 ? text : _(tab_table[i].words));
    }
}

static void
show_order (KdOrdersPane *self,
            const KdId *id)
{
  g_autofree char *target = kd_target_text (&kd_kind_order, id);

  kd_page_show_target (KD_PAGE (self->page), target);
  kd_page_set_target (KD_PAGE (self), target);
}

static void
current_cb (KdSelection *selection,
            GParamSpec *pspec,
            gpointer data)
{
  KdOrdersPane *self = data;
  unsigned position = kd_selection_get_current (selection);
  g_autoptr (KdItem) item = NULL;
  const KdId *id;

  if (self->setting || position == GTK_INVALID_LIST_POSITION)
    return;
  item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  if (item == NULL || !kd_item_is_loaded (item))
    return;
  id = kd_item_get_id (item);
  /* a row that only moved: what was opened from elsewhere stays open */
  if (kd_id_equal (id, &self->listed))
    return;
  self->listed = *id;
  self->wanted = FALSE;
  show_order (self, id);
}

static void
activate_cb (KdListView *list,
             guint position,
             gpointer data)
{
  KdOrdersPane *self = data;

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
  KdOrdersPane *self = data;
  g_autoptr (KdItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  g_autofree char *target = item != NULL ? kd_target_text (&kd_kind_order, kd_item_get_id (item)) : NULL;

  if (target != NULL)
    kd_page_open (KD_PAGE (self), target, TRUE);
}

static void
located_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdOrdersPane) self = data;
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
  KdOrdersPane *self = data;

  if (self->wanted && added > 0)
    kd_window_model_locate_async (self->model, &self->opened, kd_page_get_cancellable (KD_PAGE (self)), located_cb,
                                  g_object_ref (self));
}

static gboolean
orders_show_target (KdPage *page,
                    const char *text)
{
  KdOrdersPane *self = KD_ORDERS_PANE (page);
  g_auto (KdTarget) target = { 0 };

  if (!kd_target_parse (text, &target) || target.kind != &kd_kind_order)
    return FALSE;
  self->opened = target.id;
  self->wanted = TRUE;
  show_order (self, &target.id);
  kd_split_view_set_show_detail (self->split, TRUE);
  kd_window_model_locate_async (self->model, &target.id, kd_page_get_cancellable (page), located_cb, g_object_ref (self));
  return TRUE;
}

static void
orders_focus_default (KdPage *page)
{
  kd_list_view_focus (KD_ORDERS_PANE (page)->list);
}

static gboolean
orders_search_focus (KdPage *page)
{
  kd_filter_bar_focus (KD_ORDERS_PANE (page)->filter);
  return TRUE;
}

static GVariant *
orders_save_state (KdPage *page)
{
  KdOrdersPane *self = KD_ORDERS_PANE (page);
  const char *target = kd_page_get_target (page);

  return g_variant_new ("(sis)", target != NULL ? target : "", (int) self->query->tab,
                        self->query->search != NULL ? self->query->search : "");
}

static void
orders_restore_state (KdPage *page,
                      GVariant *state)
{
  KdOrdersPane *self = KD_ORDERS_PANE (page);
  const char *target, *search;
  int tab;

  if (!g_variant_is_of_type (state, G_VARIANT_TYPE ("(sis)")))
    return;
  g_variant_get (state, "(&si&s)", &target, &tab, &search);
  self->setting = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (tab_table); i++)
    if ((int) tab_table[i].tab == tab)
      {
        self->query->tab = tab_table[i].tab;
        gtk_toggle_button_set_active (self->tabs[i], TRUE);
      }
  self->setting = FALSE;
  kd_filter_bar_set_text (self->filter, search);
  apply_query (self);
  if (*target != '\0' && orders_show_target (page, target))
    kd_split_view_set_show_detail (self->split, FALSE);
}

/* ---- commands of the pane ---- */

static void
new_order (gpointer context,
           GVariant *param)
{
  KdOrdersPane *self = context;
  kd_order_editor_present (GTK_WIDGET (self), self->session, NULL, NULL, NULL, NULL);
}

static void
move (KdOrdersPane *self,
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
}

static void
next_order (gpointer context,
            GVariant *param)
{
  move (context, 1);
}

static void
previous_order (gpointer context,
                GVariant *param)
{
  move (context, -1);
}

static const KdCommand pane_commands[] = {
  { "order-new", N_("New order"), N_("make by hand"), "list-add-symbolic", N_("Orders"), "<Control>n", KD_ROLES_SELLING, NULL, 0, NULL, NULL, new_order },
  { "order-next", N_("Next order"), NULL, NULL, N_("Orders"), "<Control>Page_Down", 0, NULL, 0, NULL, NULL, next_order },
  { "order-previous", N_("Previous order"), NULL, NULL, N_("Orders"), "<Control>Page_Up", 0, NULL, 0, NULL, NULL, previous_order },
};

static const KdCommand *
orders_get_commands (KdPage *page,
                     unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (pane_commands);
  return pane_commands;
}

static void
orders_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kd_orders_pane_parent_class)->map (widget);
  kd_window_model_set_active (KD_ORDERS_PANE (widget)->model, TRUE);
}

static void
orders_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kd_orders_pane_parent_class)->unmap (widget);
  kd_window_model_set_active (KD_ORDERS_PANE (widget)->model, FALSE);
}

static void
kd_orders_pane_finalize (GObject *object)
{
  KdOrdersPane *self = KD_ORDERS_PANE (object);

  g_clear_object (&self->model);
  kd_list_query_free (self->query);
  G_OBJECT_CLASS (kd_orders_pane_parent_class)->finalize (object);
}

static void
kd_orders_pane_class_init (KdOrdersPaneClass *klass)
{
  KdPageClass *page_class = KD_PAGE_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kd_orders_pane_finalize;
  widget_class->map = orders_map;
  widget_class->unmap = orders_unmap;
  page_class->get_commands = orders_get_commands;
  page_class->show_target = orders_show_target;
  page_class->focus_default = orders_focus_default;
  page_class->search_focus = orders_search_focus;
  page_class->save_state = orders_save_state;
  page_class->restore_state = orders_restore_state;
}

static GtkWidget *
build_tabs (KdOrdersPane *self)
{
  GtkWidget *tabs = kd_wrap_box_new (3);

  for (guint i = 0; i < G_N_ELEMENTS (tab_table); i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();

      self->tabs[i] = GTK_TOGGLE_BUTTON (button);
      self->tab_labels[i] = GTK_LABEL (gtk_label_new (_(tab_table[i].words)));
      gtk_button_set_child (GTK_BUTTON (button), GTK_WIDGET (self->tab_labels[i]));
      gtk_widget_add_css_class (button, "flat");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(tab_table[i].words), -1);
      g_object_set_data (G_OBJECT (button), "tab", GINT_TO_POINTER (tab_table[i].tab));
      if (i > 0)
        gtk_toggle_button_set_group (self->tabs[i], self->tabs[0]);
      kd_wrap_box_append (KD_WRAP_BOX (tabs), button);
    }
  gtk_toggle_button_set_active (self->tabs[0], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (tab_table); i++)
    g_signal_connect (self->tabs[i], "toggled", G_CALLBACK (tab_toggled_cb), self);
  gtk_widget_add_css_class (tabs, "kd-tabs");
  return tabs;
}

GtkWidget *
kd_orders_pane_new (KdSession *session)
{
  KdOrdersPane *self = g_object_new (KD_TYPE_ORDERS_PANE, NULL);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->session = session;
  self->query = kd_list_query_new (KD_LIST_ORDERS);
  self->model = kd_window_model_new (session, self->query);
  self->split = KD_SPLIT_VIEW (kd_split_view_new ());
  self->page = KD_ORDER_PAGE (kd_order_page_new (session, kd_split_view_back_button_new (self->split)));
  self->filter = KD_FILTER_BAR (kd_filter_bar_new (_("Search orders")));
  kd_filter_bar_append (self->filter, kd_action_button_new ("page.order-new", KD_ACTION_ICON));
  g_signal_connect_object (self->filter, "changed", G_CALLBACK (filter_changed_cb), self, 0);
  g_signal_connect_object (self->filter, "to-list", G_CALLBACK (to_list_cb), self, 0);
  self->list = KD_LIST_VIEW (kd_list_view_new (_("Orders"), KD_SELECT_ONE, &kd_order_row_funcs, session));
  kd_list_view_set_model (self->list, G_LIST_MODEL (self->model));
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (rows_changed_cb), self, 0);
  self->empty = kd_empty_page_new ("kd-orders-symbolic", _("No orders yet"), _("Orders of buyers appear here. You can also make one by hand."));
  kd_empty_page_set_primary (KD_EMPTY_PAGE (self->empty), NULL, "page.order-new");
  kd_list_view_set_empty (self->list, self->empty);
  g_signal_connect_object (kd_list_view_get_selection (self->list), "notify::current", G_CALLBACK (current_cb), self, 0);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self, 0);
  g_signal_connect_object (self->list, "open-in-window", G_CALLBACK (open_in_window_cb), self, 0);
  gtk_box_append (GTK_BOX (left), GTK_WIDGET (self->filter));
  gtk_box_append (GTK_BOX (left), build_tabs (self));
  gtk_widget_set_vexpand (GTK_WIDGET (self->list), TRUE);
  gtk_box_append (GTK_BOX (left), GTK_WIDGET (self->list));
  kd_split_view_set_list (self->split, left);
  g_object_bind_property (self->split, "collapsed", self->list, "click-opens", G_BINDING_SYNC_CREATE);
  kd_split_view_set_detail (self->split, GTK_WIDGET (self->page));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->split));
  g_signal_connect_object (kd_session_get_counts (session), "changed", G_CALLBACK (show_counts_cb), self, 0);
  show_counts_cb (kd_session_get_counts (session), self);
  return GTK_WIDGET (self);
}

static void
kd_orders_pane_init (KdOrdersPane *self)
{
  kd_pane_set_number (KD_PANE (self), PANE_NUMBER);
  kd_pane_set_icon_name (KD_PANE (self), "kd-orders-symbolic");
  kd_page_set_title (KD_PAGE (self), _("Orders"));
}
