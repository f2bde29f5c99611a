/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window-internal.h"

#include "kd-activity-bar.h"
#include "kd-words.h"

#include <glib/gi18n.h>

/* What the window says of the shop as a whole: sync chip, banner, badges of the rail, toasts. */

static void
show_link (KdWindow *self)
{
  KdCounts *counts = kd_session_get_counts (self->session);
  const KdStoreStatus *status = kd_counts_get_status (counts);
  const KdServices *services = kd_session_get_services (self->session);
  KdSyncPhase state = services != NULL && services->sync != NULL ? kd_sync_control_get_phase (services->sync) : KD_LINK_OFF;
  KdChip *chip = kd_chip_button_get_chip (self->sync_button);
  gboolean bar;
  guint attention = status->problems + status->conflicts + status->tasks;
  g_autofree char *text = NULL;
  g_autofree char *when = NULL;

  if (attention > 0 || state == KD_LINK_STOPPED)
    {
      text = state == KD_LINK_STOPPED && attention == 0 ? g_strdup (_("Sync stopped"))
             : g_strdup_printf (_("Needs attention: %u"), attention);
      kd_chip_set (chip, "kd-sync-attention-symbolic", text, KD_TONE_WARNING);
    }
  else if (state == KD_LINK_OFFLINE || state == KD_LINK_OFF)
    {
      text = status->waiting == 0 ? g_strdup (_("Offline"))
             : g_strdup_printf (ngettext ("Offline — %u change waits", "Offline — %u changes wait", status->waiting),
                                status->waiting);
      kd_chip_set (chip, "kd-sync-offline-symbolic", text, KD_TONE_NEUTRAL);
    }
  else if (status->waiting > 0)
    {
      text = g_strdup_printf (ngettext ("Sending %u change", "Sending %u changes", status->waiting), status->waiting);
      kd_chip_set (chip, "kd-sync-busy-symbolic", text, KD_TONE_NEUTRAL);
    }
  else if (status->last_pull_ok == 0)
    kd_chip_set (chip, "kd-sync-busy-symbolic", _("Connecting…"), KD_TONE_NEUTRAL);
  else
    {
      when = kd_words_time (status->last_pull_ok, kd_session_now (self->session));
      text = g_strdup_printf (_("Saved · synced %s"), when);
      kd_chip_set (chip, "kd-sync-ok-symbolic", text, KD_TONE_GOOD);
    }
  bar = kd_rail_get_look (self->rail) == KD_RAIL_BAR;
  kd_chip_set_icon_only (chip, bar);
  gtk_widget_set_tooltip_text (self->sync_button, bar ? kd_chip_get_text (chip) : _("What waits to be sent (F7)"));
  if (state == KD_LINK_STOPPED)
    {
      kd_banner_show (self->banner, kd_words_stop (status->pause_reason), KD_TONE_WARNING);
      kd_banner_set_button (self->banner, _("Details"), "win.sync-drawer");
    }
  else
    kd_banner_hide (self->banner);
}

static void
status_changed_cb (gpointer object,
                   gpointer data)
{
  KdWindow *self = data;
  KdCounts *counts = kd_session_get_counts (self->session);

  kd_rail_set_badge (self->rail, "inbox", kd_counts_get_unread (counts));
  kd_rail_set_badge (self->rail, "orders", kd_counts_get_orders (counts, KD_TAB_NEW));
  show_link (self);
}

static void
profile_changed_cb (KdSession *session,
                    gpointer data)
{
  KdWindow *self = data;
  const KdShopProfile *profile = kd_session_get_profile (session);

  adw_window_title_set_title (self->title, profile != NULL && profile->name != NULL ? profile->name : "Kedai");
  kd_command_group_set_roles (self->commands, 1u << kd_session_get_role (session));
}

/* The window that was used last, also while a dialog of its has the keyboard. */
static gboolean
is_used (KdWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  return gtk_window_is_active (GTK_WINDOW (self))
         || (application != NULL && gtk_application_get_active_window (application) == GTK_WINDOW (self));
}

static void
committed_cb (KdSession *session,
              gpointer commit_data,
              const char *label,
              const char *value,
              gpointer data)
{
  KdWindow *self = data;
  const KdCommit *commit = commit_data;
  char id[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *text = NULL;

  /* Messages speak for themselves in the thread, and reading one is no action to be undone. */
  if (label == NULL || !is_used (self) || g_str_has_prefix (label, "Send")
      || g_str_has_prefix (label, "Read"))
    return;
  text = kd_words_operation (label, value);
  kd_toast_host_offer_undo (self->toasts, text, kd_id_to_text (&commit->operation, id), NULL);
}

static void
refused_cb (KdSession *session,
            gpointer commit_data,
            const char *label,
            gpointer data)
{
  KdWindow *self = data;
  const KdCommit *commit = commit_data;

  if (is_used (self))
    kd_toast_host_say (self->toasts, kd_words_code (commit->outcome.code));
}

static void
trouble_cb (KdSession *session,
            gpointer error_data,
            gpointer data)
{
  KdWindow *self = data;
  const GError *error = error_data;
  const char *words;

  switch (error->domain == KD_STORE_ERROR ? error->code : KD_STORE_ERROR_OTHER)
    {
    case KD_STORE_ERROR_FULL:
      words = _("The disk is full. Free some space; what you typed is kept in the form");
      break;
    case KD_STORE_ERROR_READ_ONLY:
      words = _("The folder of the shop can't be written. What you typed is kept in the form");
      break;
    case KD_STORE_ERROR_CORRUPT:
      words = _("The shop's file on this computer is damaged. Nothing is deleted; make a copy of it before going on");
      break;
    default:
      words = _("Saving failed. What you typed is kept in the form");
    }
  kd_banner_show (self->banner, words, KD_TONE_BAD);
}

static void
sync_changed_cb (gpointer object,
                 gpointer data)
{
  status_changed_cb (object, data);
}

void
kd_window_watch_status (KdWindow *self)
{
  const KdServices *services = kd_session_get_services (self->session);

  g_signal_connect_object (kd_session_get_counts (self->session), "changed", G_CALLBACK (status_changed_cb), self, 0);
  g_signal_connect_object (self->session, "profile-changed", G_CALLBACK (profile_changed_cb), self, 0);
  g_signal_connect_object (self->session, "committed", G_CALLBACK (committed_cb), self, 0);
  g_signal_connect_object (self->session, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (self->session, "trouble", G_CALLBACK (trouble_cb), self, 0);
  if (services != NULL && services->sync != NULL)
    g_signal_connect_object (services->sync, "changed", G_CALLBACK (sync_changed_cb), self, 0);
  profile_changed_cb (self->session, self);
  g_signal_connect_object (self->rail, "notify::css-classes", G_CALLBACK (show_link), self, G_CONNECT_SWAPPED);
  status_changed_cb (NULL, self);
}

/* ---- long works ---- */

static void
activity_changed_cb (KdActivity *activity,
                     gpointer data)
{
  KdActivityBar *bar = data;
  const char *title = kd_activity_get_title (activity), *words = kd_activity_get_words (activity);

  switch (kd_activity_get_state (activity))
    {
    case KD_ACTIVITY_RUNNING:
      kd_activity_bar_set_progress (bar, title, words, kd_activity_get_done (activity), kd_activity_get_total (activity));
      kd_activity_bar_set_can_cancel (bar, kd_activity_can_cancel (activity));
      break;
    case KD_ACTIVITY_DONE:
      kd_activity_bar_set_outcome (bar, title, words, KD_TONE_GOOD,
                                   kd_id_is_none (kd_activity_get_operation (activity)) ? NULL : _("Undo"));
      break;
    case KD_ACTIVITY_CANCELLED:
      kd_activity_bar_set_outcome (bar, title, words, KD_TONE_NEUTRAL,
                                   kd_activity_can_resume (activity) ? _("Resume") : NULL);
      break;
    default:
      kd_activity_bar_set_outcome (bar, title, words, KD_TONE_BAD, kd_activity_can_resume (activity) ? _("Resume") : NULL);
    }
}

static void
bar_cancel_cb (KdActivityBar *bar,
               gpointer data)
{
  KdActivity *activity = data;

  if (kd_activity_get_state (activity) == KD_ACTIVITY_RUNNING)
    kd_activity_cancel (activity);
}

static void
bar_action_cb (KdActivityBar *bar,
               gpointer data)
{
  KdActivity *activity = data;
  char id[KD_ID_TEXT_LENGTH + 1];

  if (kd_activity_get_state (activity) == KD_ACTIVITY_DONE)
    gtk_widget_activate_action (GTK_WIDGET (bar), "win.undo-operation", "s",
                                kd_id_to_text (kd_activity_get_operation (activity), id));
  else
    kd_activity_resume (activity);
}

static void
close_clicked_cb (GtkButton *button,
                  gpointer data)
{
  KdActivity *activity = data;
  KdSession *session = g_object_get_data (G_OBJECT (button), "session");

  if (kd_activity_get_state (activity) != KD_ACTIVITY_RUNNING)
    kd_session_remove_activity (session, activity);
}

GtkWidget *
kd_window_activity_row_new (KdWindow *self,
                            KdActivity *activity)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bar = kd_activity_bar_new ();
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_set_hexpand (bar, TRUE);
  gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_set_tooltip_text (close, _("Put away"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Put away"), -1);
  g_object_set_data (G_OBJECT (close), "session", self->session);
  g_signal_connect_object (close, "clicked", G_CALLBACK (close_clicked_cb), activity, 0);
  g_signal_connect_object (activity, "changed", G_CALLBACK (activity_changed_cb), bar, 0);
  g_signal_connect_object (bar, "cancel", G_CALLBACK (bar_cancel_cb), activity, 0);
  g_signal_connect_object (bar, "action", G_CALLBACK (bar_action_cb), activity, 0);
  activity_changed_cb (activity, bar);
  gtk_widget_set_margin_start (row, 12);
  gtk_widget_set_margin_end (row, 12);
  gtk_box_append (GTK_BOX (row), bar);
  gtk_box_append (GTK_BOX (row), close);
  return row;
}
