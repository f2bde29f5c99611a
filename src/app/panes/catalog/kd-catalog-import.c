/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-catalog-private.h"

#include "kd-choose-file.h"
#include "kd-import-page.h"
#include "kd-import-words.h"
#include "kd-toast-host.h"

#include <glib/gi18n.h>

/* How a list of products comes in: by command, by a file that is dropped, and what the page of an
 * import may do. */

static gboolean
is_writing (KdCatalogPane *self)
{
  KdImportJobState state = self->job != NULL ? kd_import_job_get_state (self->job) : KD_IMPORT_JOB_STOPPED;

  return state == KD_IMPORT_JOB_WRITING || state == KD_IMPORT_JOB_UNDOING;
}

static gboolean
is_shown (KdCatalogPane *self)
{
  return self->import_page != NULL && gtk_stack_get_visible_child (GTK_STACK (self->stack)) == self->import_page;
}

static void
drop_job (KdCatalogPane *self)
{
  g_autoptr (KdImportJob) job = g_steal_pointer (&self->job);

  if (job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (job, self);
  if (self->import_page != NULL)
    kd_import_page_set_job (KD_IMPORT_PAGE (self->import_page), NULL);
  if (kd_import_job_get_state (job) == KD_IMPORT_JOB_READING)
    kd_import_job_cancel (job);
}

void
kd_catalog_import_leave (KdCatalogPane *self)
{
  gboolean had_focus = is_shown (self) && gtk_widget_get_focus_child (self->import_page) != NULL;

  if (self->stack == NULL || self->job == NULL)
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->split);
  if (!is_writing (self))
    drop_job (self);
  kd_page_update_commands (KD_PAGE (self));
  if (had_focus)
    kd_page_focus_default (KD_PAGE (self));
}

/* ---- the job ---- */

/* One progress is enough: the window shows it where the page doesn't. */
static void
show_activity (KdCatalogPane *self)
{
  KdActivity *activity = kd_import_job_get_activity (self->job);
  gboolean wanted = is_writing (self) && !gtk_widget_get_mapped (self->import_page);

  kd_session_remove_activity (self->session, activity);
  if (wanted)
    kd_session_add_activity (self->session, activity);
}

static void
page_mapped_cb (KdCatalogPane *self)
{
  if (self->job != NULL && self->import_page != NULL)
    show_activity (self);
}

static void
tell_done (KdCatalogPane *self)
{
  const KdImportResult *outcome = kd_import_job_get_outcome (self->job);
  KdToastHost *host = kd_toast_host_find (GTK_WIDGET (self));
  g_autofree char *text
    = kd_import_outcome_words (outcome, kd_import_get_currency (kd_import_job_get_import (self->job)));
  char id[KD_ID_TEXT_LENGTH + 1];

  if (host == NULL)
    return;
  if (kd_id_is_none (&outcome->operation))
    kd_toast_host_say (host, text);
  else
    kd_toast_host_offer_undo (host, text, kd_id_to_text (&outcome->operation, id), NULL);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    kd_session_remove_activity (self->session, kd_import_job_get_activity (self->job));
}

static void
job_changed_cb (KdCatalogPane *self)
{
  kd_page_update_commands (KD_PAGE (self));
  switch (kd_import_job_get_state (self->job))
    {
    case KD_IMPORT_JOB_STOPPED:
      kd_catalog_import_leave (self);
      break;
    case KD_IMPORT_JOB_DONE:
      tell_done (self);
      if (!is_shown (self) || kd_import_job_get_outcome (self->job)->report->counts.errors == 0)
        kd_catalog_import_leave (self);
      break;
    default:
      break;
    }
}

static void
need_page (KdCatalogPane *self)
{
  if (self->import_page != NULL)
    return;
  self->import_page = kd_import_page_new (self->session);
  g_signal_connect_object (self->import_page, "map", G_CALLBACK (page_mapped_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->import_page, "unmap", G_CALLBACK (page_mapped_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_stack_add_child (GTK_STACK (self->stack), self->import_page);
}

static void
show_page (KdCatalogPane *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->import_page);
  kd_page_update_commands (KD_PAGE (self));
  kd_import_page_focus (KD_IMPORT_PAGE (self->import_page));
}

void
kd_catalog_import_file (KdCatalogPane *self,
                        GFile *file)
{
  if (is_writing (self))
    {
      show_page (self);
      kd_page_say (KD_PAGE (self), _("Another import is under way"));
      return;
    }
  drop_job (self);
  need_page (self);
  self->job = kd_import_job_new (self->session, file);
  /* Before the page: its buttons follow the commands. */
  g_signal_connect_swapped (self->job, "changed", G_CALLBACK (job_changed_cb), self);
  kd_import_page_set_job (KD_IMPORT_PAGE (self->import_page), self->job);
  show_page (self);
}

void
kd_catalog_import_dispose (KdCatalogPane *self)
{
  if (self->job != NULL && is_writing (self))
    {
      /* It goes on; the session shows how far it is. */
      kd_session_remove_activity (self->session, kd_import_job_get_activity (self->job));
      kd_session_add_activity (self->session, kd_import_job_get_activity (self->job));
    }
  drop_job (self);
  self->import_page = self->stack = NULL;
}

/* ---- choosing a file ---- */

static void
chosen_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdCatalogPane) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = kd_choose_file_finish (result, &error);

  if (file != NULL && self->stack != NULL)
    kd_catalog_import_file (self, file);
  else if (file == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("No file was chosen: %s", error->message);
}

void
kd_catalog_run_import (gpointer context,
                       GVariant *param)
{
  static const char *const mimes[] = { "text/csv", "text/tab-separated-values", NULL };
  static const char *const suffixes[] = { "csv", "tsv", "txt", NULL };
  static const char *const any[] = { "application/octet-stream", NULL };
  KdCatalogPane *self = context;
  const KdFileFilter filters[] = {
    { _("Tables (CSV)"), mimes, suffixes },
    { _("All files"), any, NULL },
  };

  if (is_writing (self))
    show_page (self);
  else
    kd_choose_file_async (GTK_WIDGET (self), KD_CHOOSE_OPEN, _("Import Products"), NULL, filters, G_N_ELEMENTS (filters),
                          kd_page_get_cancellable (KD_PAGE (self)), chosen_cb, g_object_ref (self));
}

/* ---- what the page may do ---- */

KdCommandState
kd_catalog_import_run_state (gpointer context,
                             const char **ret_reason)
{
  KdCatalogPane *self = context;

  if (!is_shown (self) || self->job == NULL || kd_import_job_get_state (self->job) != KD_IMPORT_JOB_CHECKED
      || kd_import_job_count (self->job) == 0)
    return KD_COMMAND_HIDDEN;
  *ret_reason = kd_import_job_may_run (self->job);
  return *ret_reason != NULL ? KD_COMMAND_REFUSED : KD_COMMAND_ENABLED;
}

void
kd_catalog_run_import_run (gpointer context,
                           GVariant *param)
{
  kd_import_job_run (((KdCatalogPane *) context)->job);
}

KdCommandState
kd_catalog_import_close_state (gpointer context,
                               const char **ret_reason)
{
  return is_shown (context) ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

void
kd_catalog_run_import_close (gpointer context,
                             GVariant *param)
{
  kd_catalog_import_leave (context);
}

static const KdImportResult *
newest_result (KdCatalogPane *self)
{
  KdImportJobState state = self->job != NULL ? kd_import_job_get_state (self->job) : KD_IMPORT_JOB_READING;

  return state == KD_IMPORT_JOB_DONE      ? kd_import_job_get_outcome (self->job)
         : state == KD_IMPORT_JOB_CHECKED ? kd_import_job_get_result (self->job)
                                          : NULL;
}

KdCommandState
kd_catalog_import_save_state (gpointer context,
                              const char **ret_reason)
{
  KdCatalogPane *self = context;
  const KdImportResult *result = newest_result (self);

  if (!is_shown (self) || result == NULL || result->report->problems->len == 0)
    return KD_COMMAND_HIDDEN;
  if (!kd_import_job_is_busy (self->job))
    return KD_COMMAND_ENABLED;
  *ret_reason = "import.busy";
  return KD_COMMAND_REFUSED;
}

/* ---- the wrong rows as a file ---- */

typedef struct
{
  KdCatalogPane *pane;    /* (owned) */
  KdImportJob *job;       /* (owned) */
  char *name;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->pane);
  g_object_unref (saving->job);
  g_free (saving->name);
  g_free (saving);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
saved_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (Saving) saving = data;
  g_autoptr (GError) error = NULL;
  gboolean saved = kd_import_job_save_errors_finish (saving->job, result, &error);
  g_autofree char *text = saved ? g_strdup_printf (_("Saved as %s"), saving->name)
                                : g_strdup_printf (_("The rows could not be saved: %s"), error->message);

  if (saving->pane->stack != NULL)
    kd_page_say (KD_PAGE (saving->pane), text);
}

static void
place_chosen_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  g_autoptr (Saving) saving = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = kd_choose_file_finish (result, &error);
  g_autofree char *base = file != NULL ? g_file_get_basename (file) : NULL;
  KdImportJob *job = saving->job;

  if (file == NULL || saving->pane->job != job || kd_import_job_is_busy (job))
    return;
  saving->name = g_filename_display_name (base);
  kd_import_job_save_errors_async (job, file, NULL, saved_cb, g_steal_pointer (&saving));
}

void
kd_catalog_run_import_save (gpointer context,
                            GVariant *param)
{
  KdCatalogPane *self = context;
  static const char *const suffixes[] = { "csv", NULL };
  const KdFileFilter filter = { _("Tables (CSV)"), NULL, suffixes };
  Saving *saving = g_new0 (Saving, 1);
  g_autofree char *name = NULL;

  saving->pane = g_object_ref (self);
  saving->job = g_object_ref (self->job);
  /* TRANSLATORS: The name of a file with the wrong rows of %s, a file too. */
  name = g_strdup_printf (_("wrong rows of %s"), kd_import_job_get_name (self->job));
  kd_choose_file_async (GTK_WIDGET (self), KD_CHOOSE_SAVE, _("Save Wrong Rows"), name, &filter, 1,
                        kd_page_get_cancellable (KD_PAGE (self)), place_chosen_cb, saving);
}

/* ---- dropping ---- */

static gboolean
may_import (KdCatalogPane *self)
{
  KdCommandGroup *group = kd_page_get_commands (KD_PAGE (self));

  return kd_command_group_get_state (group, kd_command_group_lookup (group, "import"), NULL) == KD_COMMAND_ENABLED;
}

static void
show_drop (KdCatalogPane *self,
           gboolean over)
{
  gtk_widget_set_visible (self->drop_words, over);
  if (over)
    gtk_widget_add_css_class (GTK_WIDGET (self), "kd-catalog-drop");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "kd-catalog-drop");
}

static GdkDragAction
enter_cb (GtkDropTarget *target,
          double x,
          double y,
          KdCatalogPane *self)
{
  if (!may_import (self))
    return 0;
  show_drop (self, TRUE);
  return GDK_ACTION_COPY;
}

static void
leave_cb (GtkDropTarget *target,
          KdCatalogPane *self)
{
  show_drop (self, FALSE);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         KdCatalogPane *self)
{
  GSList *files = g_value_get_boxed (value);

  show_drop (self, FALSE);
  if (files == NULL || !may_import (self))
    return FALSE;
  if (files->next != NULL)
    kd_page_say (KD_PAGE (self), _("One file at a time: drop them one after the other"));
  else
    kd_catalog_import_file (self, files->data);
  return TRUE;
}

void
kd_catalog_import_accept_drops (KdCatalogPane *self,
                                GtkWidget *overlay)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->drop_words = gtk_label_new (_("Drop it here to import its products"));
  gtk_label_set_wrap (GTK_LABEL (self->drop_words), TRUE);
  gtk_widget_set_halign (self->drop_words, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->drop_words, GTK_ALIGN_CENTER);
  gtk_widget_set_can_target (self->drop_words, FALSE);
  gtk_widget_set_visible (self->drop_words, FALSE);
  gtk_widget_add_css_class (self->drop_words, "kd-drop-words");
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->drop_words);
  g_signal_connect (target, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect (target, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
