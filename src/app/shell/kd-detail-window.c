/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-detail-window.h"

#include "kd-pane-table.h"
#include "kd-target.h"
#include "kd-toast-host.h"

#include <glib/gi18n.h>

#define WIDTH 900
#define HEIGHT 640
#define TARGET_KEY "kedai-target"

static GtkWidget *
find_open (GtkApplication *application,
           const char *target)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (g_strcmp0 (g_object_get_data (G_OBJECT (l->data), TARGET_KEY), target) == 0)
      return l->data;
  return NULL;
}

static void
open_target_cb (GSimpleAction *action,
                GVariant *param,
                gpointer data)
{
  GtkWindow *window = data;
  KdSession *session = g_object_get_data (G_OBJECT (window), "session");

  kd_detail_window_open (gtk_window_get_application (window), session, g_variant_get_string (param, NULL));
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant *args,
           gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static void
undo_operation_cb (GSimpleAction *action,
                   GVariant *param,
                   gpointer data)
{
  GtkWindow *window = data;
  KdSession *session = g_object_get_data (G_OBJECT (window), "session");
  KdId operation;

  if (param == NULL)
    kd_session_undo_async (session, NULL, NULL, NULL);
  else if (kd_id_parse (g_variant_get_string (param, NULL), &operation))
    kd_session_undo_async (session, &operation, NULL, NULL);
}

static void
add_actions (GtkWindow *window)
{
  static const struct { const char *name; const char *type; GCallback callback; } actions[] = {
    { "open-target", "s", G_CALLBACK (open_target_cb) },
    { "open-target-in-window", "s", G_CALLBACK (open_target_cb) },
    { "undo-operation", "s", G_CALLBACK (undo_operation_cb) },
    { "undo", NULL, G_CALLBACK (undo_operation_cb) },
  };
  GtkEventController *keys = gtk_shortcut_controller_new ();

  for (unsigned i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (
        actions[i].name, actions[i].type != NULL ? G_VARIANT_TYPE (actions[i].type) : NULL);

      g_signal_connect_object (action, "activate", actions[i].callback, window, 0);
      g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
    }
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>w"),
                                                          gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
}

GtkWidget *
kd_detail_window_open (GtkApplication *application,
                       KdSession *session,
                       const char *target)
{
  GtkWidget *window = find_open (application, target);
  g_auto (KdTarget) parsed = { 0 };
  const KdPaneEntry *entry;
  GtkWidget *page, *box, *toasts;

  if (window != NULL)
    {
      gtk_window_present (GTK_WINDOW (window));
      return window;
    }
  if (!kd_target_parse (target, &parsed) || (entry = kd_pane_table_for_kind (parsed.kind)) == NULL)
    return NULL;
  window = adw_application_window_new (application);
  g_object_set_data_full (G_OBJECT (window), TARGET_KEY, g_strdup (target), g_free);
  g_object_set_data (G_OBJECT (window), "session", session);
  page = entry->create_detail != NULL ? entry->create_detail (session) : entry->create (session);
  kd_page_set_roles (KD_PAGE (page), 1u << kd_session_get_role (session));
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), page);
  toasts = kd_toast_host_new ();
  kd_toast_host_set_child (KD_TOAST_HOST (toasts), box);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), toasts);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_set_title (GTK_WINDOW (window), _(entry->title));
  add_actions (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
  kd_page_show_target (KD_PAGE (page), target);
  return window;
}
