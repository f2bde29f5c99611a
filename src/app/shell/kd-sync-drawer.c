/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-drawer.h"

#include "kd-calls.h"
#include "kd-store-lists.h"
#include "kd-target.h"
#include "kd-task-row.h"
#include "kd-toast-host.h"
#include "kd-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define ENTRIES_MAX 200
#define WIDTH 560
#define CLOCK_MINUTES 5       /* a clock off by less is nobody's trouble */
#define HEIGHT 560

typedef struct
{
  KdSession *session;
  GtkWidget *window;
  KdToastHost *toasts;
  AdwActionRow *state_row;
  AdwPreferencesGroup *problems, *waiting, *tasks;
  GPtrArray *rows;        /* (owned): of GtkWidget in the groups, borrowed */
  GCancellable *cancellable;
  gboolean closed;        /* its widgets are gone */
} Drawer;

static void reload (Drawer *self);

static void
drawer_free (gpointer data)
{
  Drawer *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/* What else there is to say of the link; NULL: nothing. */
static char *
trouble (const KdStoreStatus *status,
         const KdServices *services)
{
  gulong minutes = (gulong) (ABS (status->clock_offset) / 60000), days = minutes / (24 * 60);

  if (services != NULL && services->server != NULL && kd_server_control_get_state (services->server) == KD_SERVER_FAILED)
    return g_strdup (kd_words_server (kd_server_control_get_message (services->server)));
  if (days > 1)
    return g_strdup_printf (ngettext ("This computer's clock is %lu day off. Set it, so that times and edits are right",
                                      "This computer's clock is %lu days off. Set it, so that times and edits are right", days),
                            days);
  if (minutes >= CLOCK_MINUTES)
    return g_strdup_printf (ngettext ("This computer's clock is %lu minute off. Set it, so that times and edits are right",
                                      "This computer's clock is %lu minutes off. Set it, so that times and edits are right", minutes),
                            minutes);
  return NULL;
}

static void
show_state (Drawer *self)
{
  const KdStoreStatus *status = kd_counts_get_status (kd_session_get_counts (self->session));
  const KdServices *services = kd_session_get_services (self->session);
  KdSyncPhase state = services != NULL && services->sync != NULL ? kd_sync_control_get_phase (services->sync) : KD_LINK_OFF;
  g_autofree char *when = status->last_pull_ok != 0 ? kd_words_time (status->last_pull_ok, kd_session_now (self->session)) : NULL;
  g_autofree char *subtitle = NULL;
  const char *title;
  char *said;

  switch (state)
    {
    case KD_LINK_STOPPED:
      title = _("Stopped");
      subtitle = g_strdup (kd_words_stop (status->pause_reason));
      break;
    case KD_LINK_OFFLINE:
    case KD_LINK_OFF:
      title = _("Offline");
      subtitle = g_strdup (_("Everything works; changes are sent when the server answers again"));
      break;
    default:
      title = status->waiting > 0 ? _("Sending") : _("Everything is sent");
      subtitle = when != NULL ? g_strdup_printf (_("Last received %s"), when) : g_strdup (_("Nothing received yet"));
    }
  if (state != KD_LINK_STOPPED && (said = trouble (status, services)) != NULL)
    {
      g_free (subtitle);
      subtitle = said;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state_row), title);
  adw_action_row_set_subtitle (self->state_row, subtitle);
}

/* ---- what a row does ---- */

static void
settled_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Drawer *self = g_object_get_data (G_OBJECT (window), "drawer");
  g_autoptr (GError) error = NULL;

  if (!kd_store_settle_problem_finish (KD_STORE (source), result, &error) && !self->closed)
    kd_toast_host_say (self->toasts, kd_words_code (error->message));
  reload (self);
}

static void
discarded_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Drawer *self = g_object_get_data (G_OBJECT (window), "drawer");
  g_autoptr (GError) error = NULL;

  if (!kd_store_discard_finish (KD_STORE (source), result, &error) && !self->closed)
    kd_toast_host_say (self->toasts, _("It was sent already. Use Undo to take it back"));
  reload (self);
}

static const KdId *
id_of (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "id");
}

static void
retry_cb (GtkWidget *button,
          gpointer data)
{
  Drawer *self = data;
  kd_store_settle_problem_async (kd_session_get_store (self->session), id_of (button), TRUE, NULL, settled_cb,
                                 g_object_ref (self->window));
}

static void
dismiss_cb (GtkWidget *button,
            gpointer data)
{
  Drawer *self = data;
  kd_store_settle_problem_async (kd_session_get_store (self->session), id_of (button), FALSE, NULL, settled_cb,
                                 g_object_ref (self->window));
}

static void
discard_cb (GtkWidget *button,
            gpointer data)
{
  Drawer *self = data;
  kd_store_discard_async (kd_session_get_store (self->session), id_of (button), NULL, discarded_cb,
                          g_object_ref (self->window));
}

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, NULL);

  reload (g_object_get_data (G_OBJECT (window), "drawer"));
}

static void
task_done_cb (GtkWidget *button,
              gpointer data)
{
  Drawer *self = data;
  kd_session_commit_one_async (self->session, N_("Settle task"), NULL, kd_call_task_done (id_of (button)), committed_cb,
                               g_object_ref (self->window));
}

static void
conflict_dismiss_cb (GtkWidget *button,
                     gpointer data)
{
  Drawer *self = data;
  kd_session_commit_one_async (self->session, N_("Settle conflict"), NULL,
                               kd_call_conflict_settle (id_of (button), KD_CONFLICT_DISMISSED), committed_cb,
                               g_object_ref (self->window));
}

static void
retry_now_cb (GtkWidget *button,
              gpointer data)
{
  Drawer *self = data;
  const KdServices *services = kd_session_get_services (self->session);

  if (services != NULL && services->sync != NULL)
    kd_sync_control_retry_now (services->sync);
}

/* ---- rows ---- */

static void
add_button (Drawer *self,
            GtkWidget *row,
            const char *label,
            const KdId *id,
            GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "id", g_memdup2 (id, sizeof *id), g_free);
  g_signal_connect (button, "clicked", callback, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static GtkWidget *
add_row (Drawer *self,
         AdwPreferencesGroup *group,
         const char *title,
         const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle != NULL ? subtitle : "");
  adw_preferences_group_add (group, row);
  g_object_set_data (G_OBJECT (row), "group", group);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
clear_rows (Drawer *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      adw_preferences_group_remove (g_object_get_data (G_OBJECT (row), "group"), row);
    }
  g_ptr_array_set_size (self->rows, 0);
}

static void
show_entries (Drawer *self,
              GPtrArray *entries)
{
  gint64 now = kd_session_now (self->session);
  guint problems = 0, waiting = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const KdQueueEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *title = kd_words_entry (entry);
      g_autofree char *when = kd_words_time (entry->made_at, now);
      GtkWidget *row;

      if (entry->problem)
        {
          row = add_row (self, self->problems, title, kd_words_code (entry->code));
          add_button (self, row, _("Try again"), &entry->uid, G_CALLBACK (retry_cb));
          add_button (self, row, _("Put away"), &entry->uid, G_CALLBACK (dismiss_cb));
          problems++;
          continue;
        }
      row = add_row (self, self->waiting, title, entry->waits ? kd_words_code (entry->code) : when);
      if (!entry->sealed)
        add_button (self, row, _("Discard"), &entry->uid, G_CALLBACK (discard_cb));
      waiting++;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->problems), problems > 0);
  adw_preferences_group_set_description (self->waiting, waiting == 0 ? _("Nothing waits") : NULL);
}

static void
queue_read_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (GPtrArray) entries = kd_session_queue_finish (KD_SESSION (source), result, NULL);
  Drawer *self = g_object_get_data (G_OBJECT (window), "drawer");

  if (entries != NULL && !self->closed)
    show_entries (self, entries);
}

static char *
conflict_words (const KdConflict *conflict)
{
  return g_strdup_printf (_("%s: the value %s lost against a later edit"), conflict->field, conflict->value);
}

static void
tasks_read_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (GPtrArray) records = kd_session_records_finish (KD_SESSION (source), result, NULL);
  Drawer *self = g_object_get_data (G_OBJECT (window), "drawer");
  static const char *const words[] = {
    N_("Sold more than there is"), N_("Two people changed the same order"), N_("A category would be inside itself"),
    N_("A picture could not be fetched"),
  };
  guint shown = 0;

  for (guint i = 0; records != NULL && !self->closed && i < records->len; i++)
    {
      const KdRecord *record = g_ptr_array_index (records, i);

      if (record->kind == &kd_kind_task && ((const KdTask *) record)->state == KD_TASK_OPEN)
        {
          const KdTask *task = (const KdTask *) record;
          GtkWidget *row = add_row (self, self->tasks,
                                    _(words[CLAMP (task->type, 0, (int) G_N_ELEMENTS (words) - 1)]), NULL);
          kd_task_row_describe (ADW_ACTION_ROW (row), self->session, task);
          add_button (self, row, _("Done"), &record->id, G_CALLBACK (task_done_cb));
          shown++;
        }
      else if (record->kind == &kd_kind_conflict && ((const KdConflict *) record)->state == KD_CONFLICT_OPEN)
        {
          g_autofree char *text = conflict_words ((const KdConflict *) record);
          GtkWidget *row = add_row (self, self->tasks, _("Another value was kept"), text);
          add_button (self, row, _("Put away"), &record->id, G_CALLBACK (conflict_dismiss_cb));
          shown++;
        }
    }
  if (shown > 0 && !self->closed)
    gtk_widget_set_visible (GTK_WIDGET (self->tasks), TRUE);
}

static void
reload (Drawer *self)
{
  if (self->closed)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  clear_rows (self);
  gtk_widget_set_visible (GTK_WIDGET (self->tasks), FALSE);
  show_state (self);
  kd_session_queue_async (self->session, ENTRIES_MAX, self->cancellable, queue_read_cb, g_object_ref (self->window));
  kd_session_records_async (self->session, &kd_kind_task, "state", self->cancellable, tasks_read_cb,
                            g_object_ref (self->window));
  kd_session_records_async (self->session, &kd_kind_conflict, "state", self->cancellable, tasks_read_cb,
                            g_object_ref (self->window));
}

static void
counts_changed_cb (KdCounts *counts,
                   gpointer data)
{
  Drawer *self = g_object_get_data (G_OBJECT (data), "drawer");

  if (self != NULL)
    reload (self);
}

static void
link_changed_cb (KdSyncControl *sync,
                 gpointer data)
{
  Drawer *self = g_object_get_data (G_OBJECT (data), "drawer");

  if (self != NULL && !self->closed)
    show_state (self);
}

static void
destroyed_cb (GtkWidget *window,
              gpointer data)
{
  Drawer *self = data;

  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
}

static gboolean
close_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static AdwPreferencesGroup *
new_group (AdwPreferencesPage *page,
           const char *title)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  adw_preferences_page_add (page, group);
  return group;
}

void
kd_sync_drawer_present (GtkWindow *parent,
                        KdSession *session)
{
  Drawer *self = g_new0 (Drawer, 1);
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *state = new_group (page, "");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *retry = gtk_button_new_with_label (_("Try now"));
  GtkEventController *keys = gtk_shortcut_controller_new ();
  const KdServices *services = kd_session_get_services (session);

  self->session = session;
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->window = adw_window_new ();
  self->state_row = ADW_ACTION_ROW (adw_action_row_new ());
  gtk_widget_set_valign (retry, GTK_ALIGN_CENTER);
  g_signal_connect (retry, "clicked", G_CALLBACK (retry_now_cb), self);
  adw_action_row_add_suffix (self->state_row, retry);
  adw_preferences_group_add (state, GTK_WIDGET (self->state_row));
  self->problems = new_group (page, _("Refused changes"));
  self->tasks = new_group (page, _("For somebody to see to"));
  self->waiting = new_group (page, _("Waiting to be sent"));
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (page), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page));
  self->toasts = KD_TOAST_HOST (kd_toast_host_new ());
  kd_toast_host_set_child (self->toasts, box);
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->toasts));
  gtk_window_set_title (GTK_WINDOW (self->window), _("Sync"));
  gtk_window_set_transient_for (GTK_WINDOW (self->window), parent);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape|F7|<Control>w"),
                                                          gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (self->window, keys);
  g_object_set_data_full (G_OBJECT (self->window), "drawer", self, drawer_free);
  g_signal_connect_object (kd_session_get_counts (session), "changed", G_CALLBACK (counts_changed_cb), self->window, 0);
  if (services != NULL && services->sync != NULL)
    g_signal_connect_object (services->sync, "changed", G_CALLBACK (link_changed_cb), self->window, 0);
  g_signal_connect (self->window, "destroy", G_CALLBACK (destroyed_cb), self);
  reload (self);
  gtk_window_present (GTK_WINDOW (self->window));
}
