/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-thread-view.h"

#include "kd-message-row.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define NEAR_END 24             /* pixels that still count as being at the end */
#define FETCH_DISTANCE 600      /* pixels from an end at which the next page is asked for */

struct _KdThreadView
{
  GtkWidget parent_instance;

  KdSession *session;           /* borrowed */
  KdThreadModel *model;         /* (owned) (nullable) */
  GtkListView *list;
  GtkWidget *overlay, *scrolled, *pill;
  GtkAdjustment *adjustment;
  guint follow_source;
  gboolean at_end;
};

G_DEFINE_FINAL_TYPE (KdThreadView, kd_thread_view, GTK_TYPE_WIDGET)

static gboolean
follow_cb (gpointer data)
{
  KdThreadView *self = data;
  guint n = self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;

  self->follow_source = 0;
  if (n > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n - 1);
  self->at_end = TRUE;
  return G_SOURCE_REMOVE;
}

static void
follow (KdThreadView *self)
{
  if (self->follow_source == 0)
    self->follow_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, follow_cb, self, NULL);
}

static gboolean
settle_cb (gpointer data)
{
  KdThreadView *self = data;

  self->follow_source = 0;
  gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_upper (self->adjustment)
                                                - gtk_adjustment_get_page_size (self->adjustment));
  return G_SOURCE_REMOVE;
}

/* A row gets its height after the list was scrolled to it, and the composer grows with its text:
 * who was at the end stays there. Not from here: the list is being laid out. */
static void
laid_out_cb (GtkAdjustment *adjustment,
             gpointer data)
{
  KdThreadView *self = data;
  double below = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)
                 - gtk_adjustment_get_value (adjustment);

  if (below >= 1 && self->at_end && self->follow_source == 0 && self->model != NULL
      && kd_thread_model_get_at_end (self->model))
    self->follow_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, settle_cb, self, NULL);
}

static void
show_pill (KdThreadView *self)
{
  guint newer = self->model != NULL ? kd_thread_model_get_newer (self->model) : 0;
  g_autofree char *text = NULL;

  if (newer == 0 && self->at_end)
    {
      gtk_widget_set_visible (self->pill, FALSE);
      return;
    }
  if (newer > 0)
    text = g_strdup_printf (ngettext ("%u new message", "%u new messages", newer), newer);
  else
    text = g_strdup (_("To the newest"));
  gtk_button_set_label (GTK_BUTTON (self->pill), text);
  gtk_widget_set_visible (self->pill, TRUE);
}

static void
items_changed_cb (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer data)
{
  KdThreadView *self = data;

  /* GTK 4.8 keeps the visible row on a prepend but doesn't follow an append */
  if (self->at_end && kd_thread_model_get_at_end (self->model))
    follow (self);
  show_pill (self);
}

static void
newer_cb (KdThreadModel *model,
          GParamSpec *pspec,
          gpointer data)
{
  show_pill (data);
}

static void
scrolled_cb (GtkAdjustment *adjustment,
             gpointer data)
{
  KdThreadView *self = data;
  double value = gtk_adjustment_get_value (adjustment), page = gtk_adjustment_get_page_size (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);

  if (self->model == NULL || self->follow_source != 0)
    return;
  self->at_end = value >= upper - page - NEAR_END;
  if (value < FETCH_DISTANCE && !kd_thread_model_get_at_start (self->model))
    kd_thread_model_load_older (self->model);
  if (value > upper - page - FETCH_DISTANCE && !kd_thread_model_get_at_end (self->model))
    kd_thread_model_load_newer (self->model);
  show_pill (self);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem *item,
          gpointer data)
{
  KdThreadView *self = data;

  gtk_list_item_set_child (item, kd_message_row_new (self->session));
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem *item,
         gpointer data)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  KdThreadItem *thread_item = gtk_list_item_get_item (item);
  g_autofree char *name = kd_message_row_name (thread_item);

  kd_message_row_set_item (KD_MESSAGE_ROW (row), thread_item);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem *item,
           gpointer data)
{
  kd_message_row_set_item (KD_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
pill_clicked_cb (GtkButton *button,
                 gpointer data)
{
  kd_thread_view_to_end (data);
}

void
kd_thread_view_to_end (KdThreadView *self)
{
  if (self->model == NULL)
    return;
  self->at_end = TRUE;
  if (!kd_thread_model_get_at_end (self->model))
    kd_thread_model_to_end (self->model);
  follow (self);
}

static void
jumped_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdThreadView) self = data;
  guint position = kd_thread_model_jump_finish (KD_THREAD_MODEL (source), result, NULL);

  if (position == G_MAXUINT || self->model != KD_THREAD_MODEL (source))
    return;
  self->at_end = FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

void
kd_thread_view_jump (KdThreadView *self,
                     const KdId *message)
{
  if (self->model != NULL)
    kd_thread_model_jump_async (self->model, message, NULL, jumped_cb, g_object_ref (self));
}

void
kd_thread_view_set_model (KdThreadView *self,
                          KdThreadModel *model)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  self->at_end = TRUE;
  if (model == NULL)
    {
      gtk_list_view_set_model (self->list, NULL);
      return;
    }
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (model))));
  gtk_list_view_set_model (self->list, selection);
  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect (model, "notify::newer", G_CALLBACK (newer_cb), self);
  follow (self);
  show_pill (self);
}

static void
kd_thread_view_dispose (GObject *object)
{
  KdThreadView *self = KD_THREAD_VIEW (object);

  g_clear_handle_id (&self->follow_source, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (kd_thread_view_parent_class)->dispose (object);
}

static void
kd_thread_view_class_init (KdThreadViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_thread_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kd_thread_view_init (KdThreadView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "kd-thread");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Messages"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), GTK_WIDGET (self->list));
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, 0);
  g_signal_connect_object (self->adjustment, "changed", G_CALLBACK (laid_out_cb), self, 0);
  self->pill = gtk_button_new_with_label (_("To the newest"));
  gtk_widget_add_css_class (self->pill, "pill");
  gtk_widget_add_css_class (self->pill, "osd");
  gtk_widget_set_halign (self->pill, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->pill, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (self->pill, 12);
  gtk_widget_set_visible (self->pill, FALSE);
  g_signal_connect (self->pill, "clicked", G_CALLBACK (pill_clicked_cb), self);
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->scrolled);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->pill);
  gtk_widget_set_vexpand (self->overlay, TRUE);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
}

GtkWidget *
kd_thread_view_new (KdSession *session)
{
  KdThreadView *self = g_object_new (KD_TYPE_THREAD_VIEW, NULL);

  self->session = session;
  return GTK_WIDGET (self);
}
