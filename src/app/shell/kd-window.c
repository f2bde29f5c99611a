/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window.h"

#include "kd-window-internal.h"

#include "kd-activity-bar.h"
#include "kd-pane-table.h"
#include "kd-target.h"

#include <glib/gi18n.h>

#define DEFAULT_WIDTH 1200
#define DEFAULT_HEIGHT 760
#define MIN_WIDTH 360
#define MIN_HEIGHT 400
#define SAVE_DELAY_MS 1000
#define HISTORY_MAX 50

G_DEFINE_FINAL_TYPE (KdWindow, kd_window, ADW_TYPE_APPLICATION_WINDOW)

enum { SAVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
page_target_cb (KdPage *page,
                GParamSpec *pspec,
                gpointer data)
{
  KdWindow *self = data;

  if (kd_page_get_target (page) != NULL)
    kd_window_record_target (self, kd_page_get_target (page));
  if (self->save_source == 0)
    kd_window_save (self);
}

static GtkWidget *
ensure_pane (KdWindow *self,
             const KdPaneEntry *entry)
{
  GtkWidget *pane = gtk_stack_get_child_by_name (self->stack, entry->id);
  g_autofree char *key = NULL;
  const char *saved;

  if (pane != NULL)
    return pane;
  pane = entry->create (self->session);
  gtk_stack_add_named (self->stack, pane, entry->id);
  kd_page_set_roles (KD_PAGE (pane), 1u << kd_session_get_role (self->session));
  g_signal_connect_object (pane, "notify::target", G_CALLBACK (page_target_cb), self, 0);
  key = g_strconcat ("pane.", entry->id, NULL);
  saved = kd_session_get_state (self->session, key);
  if (saved != NULL)
    {
      g_autoptr (GVariant) state = g_variant_parse (NULL, saved, NULL, NULL, NULL);
      if (state != NULL)
        kd_page_restore_state (KD_PAGE (pane), state);
    }
  return pane;
}

/* A pane with nothing in it has no row to focus; its keys work all the same. */
static void
focus_inside (KdWindow *self,
              GtkWidget *pane)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus == NULL || !gtk_widget_is_ancestor (focus, pane))
    gtk_widget_child_focus (pane, GTK_DIR_TAB_FORWARD);
}

void
kd_window_show_pane (KdWindow *self,
                     const char *id)
{
  const KdPaneEntry *entry = kd_pane_table_find (id);
  GtkWidget *pane;

  if (entry == NULL)
    return;
  pane = ensure_pane (self, entry);
  gtk_stack_set_visible_child (self->stack, pane);
  kd_rail_set_selected (self->rail, id);
  adw_window_title_set_subtitle (self->title, _(entry->title));
  kd_page_focus_default (KD_PAGE (pane));
  focus_inside (self, pane);
  kd_command_group_update (self->commands);
  kd_window_save (self);
}

KdPage *
kd_window_get_page (KdWindow *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->stack);

  return child != NULL ? KD_PAGE (child) : NULL;
}

void
kd_window_record_target (KdWindow *self,
                         const char *target)
{
  if (self->moving
      || (self->back->len > 0 && g_strcmp0 (g_ptr_array_index (self->back, self->back->len - 1), target) == 0))
    return;
  g_ptr_array_add (self->back, g_strdup (target));
  if (self->back->len > HISTORY_MAX)
    g_ptr_array_remove_index (self->back, 0);
  g_ptr_array_set_size (self->forward, 0);
  kd_command_group_update (self->commands);
}

gboolean
kd_window_open (KdWindow *self,
                const char *text)
{
  g_auto (KdTarget) target = { 0 };
  const KdPaneEntry *entry;

  if (!kd_target_parse (text, &target))
    return FALSE;
  entry = kd_pane_table_for_kind (target.kind);
  if (entry == NULL)
    return FALSE;
  kd_window_show_pane (self, entry->id);
  return kd_page_show_target (kd_window_get_page (self), text);
}

static gboolean
save_cb (gpointer data)
{
  KdWindow *self = data;
  unsigned n;
  const KdPaneEntry *panes = kd_pane_table (&n);
  int width, height;
  g_autofree char *size = NULL;

  self->save_source = 0;
  for (unsigned i = 0; i < n; i++)
    {
      GtkWidget *pane = gtk_stack_get_child_by_name (self->stack, panes[i].id);
      g_autoptr (GVariant) state = pane != NULL ? kd_page_save_state (KD_PAGE (pane)) : NULL;
      g_autofree char *key = g_strconcat ("pane.", panes[i].id, NULL);
      g_autofree char *text = NULL;

      if (state == NULL)
        continue;
      text = g_variant_print (state, TRUE);
      kd_session_set_state (self->session, key, text);
    }
  kd_session_set_state (self->session, "window.pane", gtk_stack_get_visible_child_name (self->stack));
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  size = g_strdup_printf ("%d %d %d", width, height, gtk_window_is_maximized (GTK_WINDOW (self)));
  kd_session_set_state (self->session, "window.size", size);
  g_signal_emit (self, signals[SAVED], 0);
  return G_SOURCE_REMOVE;
}

void
kd_window_save (KdWindow *self)
{
  if (self->save_source == 0)
    self->save_source = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
}

void
kd_window_restore (KdWindow *self)
{
  const char *size = kd_session_get_state (self->session, "window.size");
  const char *pane = kd_session_get_state (self->session, "window.pane");
  int width, height, maximized;

  if (size != NULL && sscanf (size, "%d %d %d", &width, &height, &maximized) == 3)
    {
      gtk_window_set_default_size (GTK_WINDOW (self), MAX (width, MIN_WIDTH), MAX (height, MIN_HEIGHT));
      if (maximized)
        gtk_window_maximize (GTK_WINDOW (self));
    }
  kd_window_show_pane (self, kd_pane_table_find (pane) != NULL ? pane : "inbox");
}

static void
rail_selected_cb (KdRail *rail,
                  const char *id,
                  gpointer data)
{
  kd_window_show_pane (data, id);
}

static void
activity_items_changed_cb (GListModel *model,
                           guint position,
                           guint removed,
                           guint added,
                           gpointer data)
{
  KdWindow *self = data;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->activities)) != NULL)
    gtk_box_remove (GTK_BOX (self->activities), child);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (KdActivity) activity = g_list_model_get_item (model, i);
      gtk_box_append (GTK_BOX (self->activities), kd_window_activity_row_new (self, activity));
    }
}

static gboolean
close_request_cb (GtkWindow *window)
{
  KdWindow *self = KD_WINDOW (window);

  g_clear_handle_id (&self->save_source, g_source_remove);
  save_cb (self);
  return GTK_WINDOW_CLASS (kd_window_parent_class)->close_request (window);
}

static void
kd_window_dispose (GObject *object)
{
  KdWindow *self = KD_WINDOW (object);

  g_clear_handle_id (&self->save_source, g_source_remove);
  G_OBJECT_CLASS (kd_window_parent_class)->dispose (object);
}

static void
kd_window_finalize (GObject *object)
{
  KdWindow *self = KD_WINDOW (object);

  g_clear_object (&self->commands);
  g_ptr_array_unref (self->back);
  g_ptr_array_unref (self->forward);
  G_OBJECT_CLASS (kd_window_parent_class)->finalize (object);
}

static void
kd_window_class_init (KdWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = close_request_cb;
  signals[SAVED] = g_signal_new ("saved", KD_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
build_header (KdWindow *self)
{
  GtkWidget *header = adw_header_bar_new ();

  self->title = ADW_WINDOW_TITLE (adw_window_title_new ("Kedai", NULL));
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), GTK_WIDGET (self->title));
  self->sync_button = kd_chip_button_new ();
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->sync_button), "win.sync-drawer");
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->sync_button);
  self->menu_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu_button), "open-menu-symbolic");
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (self->menu_button), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Main menu"), -1);
  gtk_widget_set_tooltip_text (self->menu_button, _("Main menu"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->menu_button);
  {
    GtkWidget *search = gtk_button_new_from_icon_name ("system-search-symbolic");

    gtk_actionable_set_action_name (GTK_ACTIONABLE (search), "win.palette");
    gtk_widget_set_tooltip_text (search, _("Search everything"));
    gtk_accessible_update_property (GTK_ACCESSIBLE (search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search everything"), -1);
    adw_header_bar_pack_end (ADW_HEADER_BAR (header), search);
  }
  return header;
}

static void
kd_window_init (KdWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  unsigned n;
  const KdPaneEntry *panes = kd_pane_table (&n);

  self->back = g_ptr_array_new_with_free_func (g_free);
  self->forward = g_ptr_array_new_with_free_func (g_free);
  self->banner = KD_BANNER (kd_banner_new ());
  self->rail = KD_RAIL (kd_rail_new ());
  self->stack = GTK_STACK (gtk_stack_new ());
  self->activities = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->stack), TRUE);
  for (unsigned i = 0; i < n; i++)
    kd_rail_add (self->rail, panes[i].id, panes[i].number, panes[i].icon_name, _(panes[i].title));
  g_signal_connect_object (self->rail, "selected", G_CALLBACK (rail_selected_cb), self, 0);
  gtk_box_append (GTK_BOX (box), build_header (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->banner));
  gtk_box_append (GTK_BOX (box), self->activities);
  self->toasts = KD_TOAST_HOST (kd_toast_host_new ());
  kd_toast_host_set_child (self->toasts, GTK_WIDGET (self->stack));
  {
    /* the rail around the toasts: at the bottom of a narrow window they leave it free */
    GtkWidget *frame = kd_rail_frame_new (self->rail, GTK_WIDGET (self->toasts));
    gtk_widget_set_vexpand (frame, TRUE);
    gtk_box_append (GTK_BOX (box), frame);
  }
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), DEFAULT_WIDTH, DEFAULT_HEIGHT);
  gtk_widget_set_size_request (GTK_WIDGET (self), MIN_WIDTH, MIN_HEIGHT);
  gtk_window_set_title (GTK_WINDOW (self), "Kedai");
}

GtkWidget *
kd_window_new (GtkApplication *application,
               KdSession *session)
{
  KdWindow *self = g_object_new (KD_TYPE_WINDOW, "application", application, NULL);
  unsigned n;
  const KdCommand *commands = kd_window_command_table (&n);
  g_autoptr (GMenuModel) menu = NULL;

  self->session = session;
  self->commands = kd_command_group_new ("win", commands, n, G_OBJECT (self));
  kd_command_group_set_roles (self->commands, 1u << kd_session_get_role (session));
  kd_command_group_attach (self->commands, GTK_WIDGET (self));
  menu = kd_window_build_menu (self);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), menu);
  g_signal_connect_object (kd_session_get_activities (session), "items-changed",
                           G_CALLBACK (activity_items_changed_cb), self, 0);
  activity_items_changed_cb (kd_session_get_activities (session), 0, 0, 0, self);
  kd_window_watch_status (self);
  return GTK_WIDGET (self);
}

KdSession *
kd_window_get_session (KdWindow *self)
{
  return self->session;
}
