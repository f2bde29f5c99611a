/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-application.h"

#include "kd-frame-report.h"
#include "kd-notices.h"
#include "kd-preferences.h"
#include "kd-welcome.h"
#include "kd-widgets.h"
#include "kd-window.h"

#include <glib/gi18n.h>

#define REST_AFTER_MS 800  /* of writing where the window stands: the readers have let go of their pages */

struct _KdApplication
{
  AdwApplication parent_instance;

  KdApplicationHost host;
  KdSession *session;           /* (owned) (nullable) */
  KdNotices *notices;           /* (owned) (nullable) */
  KdWindow *window;             /* (nullable): the main window */
  char *pending_target;         /* (owned) (nullable): opened once there is a window */
  gboolean demo;
  gboolean started;             /* services were told to */
  guint rest_source;
};

G_DEFINE_FINAL_TYPE (KdApplication, kd_application, ADW_TYPE_APPLICATION)

static void open_profile (KdApplication *self, const char *path);

/* ---- the open profile ---- */

static void
start_services_cb (GdkFrameClock *clock,
                   gpointer data)
{
  KdApplication *self = data;

  g_signal_handlers_disconnect_by_func (clock, start_services_cb, self);
  gtk_window_set_default_icon_name (KD_APP_ID);  /* reads pictures: not before there is something to see */
  if (self->session != NULL)
    kd_session_release (self->session);
  if (self->started)
    return;
  self->started = TRUE;
  self->host.start_services (self->host.data);
}

static void
window_mapped_cb (GtkWidget *window,
                  gpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_signal_connect_object (clock, "after-paint", G_CALLBACK (start_services_cb), data, 0);
}

static gboolean
rest_cb (gpointer data)
{
  KdApplication *self = data;

  self->rest_source = 0;
  self->host.rest (self->host.data);
  return G_SOURCE_REMOVE;
}

static void
window_saved_cb (KdWindow *window,
                 gpointer data)
{
  KdApplication *self = data;

  g_clear_handle_id (&self->rest_source, g_source_remove);
  self->rest_source = g_timeout_add (REST_AFTER_MS, rest_cb, self);
}

static void
window_gone_cb (gpointer data,
                GObject *where)
{
  KdApplication *self = data;

  self->window = NULL;
}

static void
show_window (KdApplication *self)
{
  if (self->window == NULL)
    {
      self->window = KD_WINDOW (kd_window_new (GTK_APPLICATION (self), self->session));
      g_object_weak_ref (G_OBJECT (self->window), window_gone_cb, self);
      g_signal_connect_object (self->window, "map", G_CALLBACK (window_mapped_cb), self, 0);
      g_signal_connect_object (self->window, "saved", G_CALLBACK (window_saved_cb), self, 0);
      kd_frame_report_watch (GTK_WINDOW (self->window));
      kd_window_restore (self->window);
    }
  gtk_window_present (GTK_WINDOW (self->window));
  if (self->pending_target != NULL)
    {
      kd_window_open (self->window, self->pending_target);
      g_clear_pointer (&self->pending_target, g_free);
    }
}

static void
loaded_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdApplication) self = data;
  g_autoptr (GError) error = NULL;

  if (!kd_session_load_finish (KD_SESSION (source), result, &error))
    g_message ("reading the saved state: %s", error->message);
  show_window (self);
  g_application_release (G_APPLICATION (self));
}

static void
welcome_opened_cb (KdWelcome *welcome,
                   gpointer profile,
                   gpointer data)
{
  const KdAccountsResult *result = profile;

  open_profile (data, result->profile_path);
  gtk_window_destroy (GTK_WINDOW (welcome));
}

static void
show_welcome (KdApplication *self)
{
  GtkWidget *welcome;

  gtk_window_set_default_icon_name (KD_APP_ID);
  welcome = kd_welcome_new (GTK_APPLICATION (self), self->host.get_accounts (self->host.data));

  g_signal_connect_object (welcome, "opened", G_CALLBACK (welcome_opened_cb), self, 0);
  gtk_window_present (GTK_WINDOW (welcome));
}

static const char *
words_for (const GError *error)
{
  if (error->domain == KD_STORE_ERROR)
    switch (error->code)
      {
      case KD_STORE_ERROR_NEWER:
        return _("A newer Kedai has used this shop's file. Nothing was changed. Update Kedai to open it.");
      case KD_STORE_ERROR_IN_USE:
        return _("Another program has this shop open.");
      case KD_STORE_ERROR_CORRUPT:
        return _("The shop's file on this computer is damaged. Nothing was deleted. Make a copy of the folder before you go on.");
      case KD_STORE_ERROR_FULL:
        return _("The disk is full. Free some space and start Kedai again. Nothing was changed.");
      case KD_STORE_ERROR_READ_ONLY:
        return _("The folder of the shop can't be written. Nothing was changed.");
      default:
        break;
      }
  return error->message;
}

/* A profile that can't be opened: why, and nothing is touched. */
static void
show_trouble (KdApplication *self,
              const GError *error)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (self));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-error-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("The shop can't be opened"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), words_for (error));
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 420);
  gtk_window_set_title (GTK_WINDOW (window), "Kedai");
  gtk_window_present (GTK_WINDOW (window));
}

static void
notice_activated_cb (KdNotifier *notifier,
                     const char *target,
                     gpointer data)
{
  kd_application_open (data, target);
}

static void
open_profile (KdApplication *self,
              const char *path)
{
  const KdServices *services = NULL;
  g_autoptr (GError) error = NULL;

  self->session = self->host.open_profile (self->host.data, path, &services, &error);
  if (self->session == NULL)
    {
      show_trouble (self, error);
      return;
    }
  kd_session_set_services (self->session, services);
  if (services != NULL && services->notifier != NULL)
    {
      self->notices = kd_notices_new (self->session, services->notifier);
      g_signal_connect_object (services->notifier, "activated", G_CALLBACK (notice_activated_cb), self, 0);
    }
  kd_session_hold (self->session);
  g_application_hold (G_APPLICATION (self));
  kd_session_load_async (self->session, NULL, loaded_cb, g_object_ref (self));
}

void
kd_application_open (KdApplication *self,
                     const char *target)
{
  if (self->window == NULL)
    {
      g_free (self->pending_target);
      self->pending_target = g_strdup (target);
      if (self->session != NULL)
        show_window (self);
      return;
    }
  gtk_window_present (GTK_WINDOW (self->window));
  kd_window_open (self->window, target);
}

/* ---- the program ---- */

static void
demo_ready_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (KdApplication) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdAccountsResult) profile = kd_accounts_finish (KD_ACCOUNTS (source), result, &error);

  if (profile != NULL)
    open_profile (self, profile->profile_path);
  else
    show_trouble (self, error);
  g_application_release (G_APPLICATION (self));
}

static void
kd_application_activate (GApplication *application)
{
  KdApplication *self = KD_APPLICATION (application);
  g_autofree char *last = NULL;

  if (self->session != NULL)
    {
      show_window (self);
      return;
    }
  if (gtk_application_get_active_window (GTK_APPLICATION (self)) != NULL)
    {
      gtk_window_present (gtk_application_get_active_window (GTK_APPLICATION (self)));
      return;
    }
  last = self->host.last_profile (self->host.data);
  if (last != NULL)
    open_profile (self, last);
  else if (self->demo)
    {
      g_application_hold (application);
      kd_accounts_start_demo_async (self->host.get_accounts (self->host.data), NULL, demo_ready_cb, g_object_ref (self));
    }
  else
    show_welcome (self);
}

static void
kd_application_open_files (GApplication *application,
                           GFile **files,
                           int n_files,
                           const char *hint)
{
  g_autofree char *uri = n_files > 0 ? g_file_get_uri (files[0]) : NULL;

  if (uri != NULL && g_str_has_prefix (uri, "kedai:"))
    {
      KdApplication *self = KD_APPLICATION (application);

      g_free (self->pending_target);
      /* GFile writes kedai:///kind/id where we write kedai:kind/id */
      self->pending_target = g_str_has_prefix (uri, "kedai:///") ? g_strconcat ("kedai:", uri + strlen ("kedai:///"), NULL)
                                                                 : g_strdup (uri);
    }
  g_application_activate (application);
}

static void
quit_cb (GSimpleAction *action,
         GVariant *param,
         gpointer data)
{
  KdApplication *self = data;

  /* Each window saves what it shows as it closes; the last one ends the program. */
  for (;;)
    {
      GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));
      g_autoptr (GtkWindow) window = NULL;

      if (windows == NULL)
        break;
      window = g_object_ref (windows->data);
      if (KD_IS_WINDOW (window))
        gtk_window_close (window);
      if (g_list_find (gtk_application_get_windows (GTK_APPLICATION (self)), window) != NULL)
        gtk_window_destroy (window);
    }
  g_application_quit (G_APPLICATION (self));
}

static void
kd_application_startup (GApplication *application)
{
  KdApplication *self = KD_APPLICATION (application);
  g_autoptr (GSimpleAction) quit = g_simple_action_new ("quit", NULL);

  G_APPLICATION_CLASS (kd_application_parent_class)->startup (application);
  kd_widgets_init ();
  kd_preferences_apply_color_scheme ();
  g_signal_connect_object (quit, "activate", G_CALLBACK (quit_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (quit));
}

static void
kd_application_shutdown (GApplication *application)
{
  KdApplication *self = KD_APPLICATION (application);

  g_clear_handle_id (&self->rest_source, g_source_remove);
  g_clear_object (&self->notices);
  if (self->session != NULL)
    kd_session_close (self->session);
  G_APPLICATION_CLASS (kd_application_parent_class)->shutdown (application);
  self->host.stop (self->host.data);
  g_clear_object (&self->session);
}

static void
kd_application_finalize (GObject *object)
{
  KdApplication *self = KD_APPLICATION (object);

  g_free (self->pending_target);
  G_OBJECT_CLASS (kd_application_parent_class)->finalize (object);
}

static void
kd_application_class_init (KdApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kd_application_finalize;
  application_class->activate = kd_application_activate;
  application_class->open = kd_application_open_files;
  application_class->startup = kd_application_startup;
  application_class->shutdown = kd_application_shutdown;
}

static void
kd_application_init (KdApplication *self)
{
}

KdApplication *
kd_application_new (const char *application_id,
                    const KdApplicationHost *host,
                    gboolean demo)
{
  KdApplication *self = g_object_new (KD_TYPE_APPLICATION,
                                      "application-id", application_id,
                                      "flags", G_APPLICATION_HANDLES_OPEN,
                                      "resource-base-path", "/id/kedai/Kedai", NULL);

  self->host = *host;
  self->demo = demo;
  return self;
}

KdSession *
kd_application_get_session (KdApplication *self)
{
  return self->session;
}
