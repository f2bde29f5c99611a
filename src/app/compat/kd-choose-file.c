/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-choose-file.h"

static GtkFileFilter *
make_filter (const KdFileFilter *filter)
{
  GtkFileFilter *made = gtk_file_filter_new ();

  gtk_file_filter_set_name (made, filter->label);
  for (unsigned i = 0; filter->mimes != NULL && filter->mimes[i] != NULL; i++)
    gtk_file_filter_add_mime_type (made, filter->mimes[i]);
  for (unsigned i = 0; filter->suffixes != NULL && filter->suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (made, filter->suffixes[i]);
  return made;
}

/* The dialog's handlers and the task hold each other until there is an answer. */
static void
leave (GTask *task)
{
  GtkNativeDialog *dialog = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_signal_handlers_disconnect_by_data (dialog, task);
  if (cancellable != NULL)
    g_signal_handlers_disconnect_by_data (cancellable, task);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (task);
}

static void
response_cb (GtkNativeDialog *dialog,
             int response,
             GTask *task)
{
  if (response == GTK_RESPONSE_ACCEPT)
    g_task_return_pointer (task, gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog)),
                           g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "No file was chosen");
  leave (task);
}

static gboolean
cancel_cb (gpointer data)
{
  GTask *task = data;

  /* Answered in the turn between: its handlers are gone already. */
  if (g_signal_handler_find (g_task_get_task_data (task), G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL,
                             task) == 0)
    return G_SOURCE_REMOVE;
  g_task_return_error_if_cancelled (task);
  leave (task);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              GTask *task)
{
  /* Whoever cancels may hold locks: the dialog closes in the next turn. */
  g_idle_add_full (G_PRIORITY_DEFAULT, cancel_cb, g_object_ref (task), g_object_unref);
}

void
kd_choose_file_async (GtkWidget *parent,
                      KdChooseMode mode,
                      const char *title,
                      const char *suggested_name,
                      const KdFileFilter *filters,
                      unsigned n_filters,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  static const GtkFileChooserAction actions[] = {
    [KD_CHOOSE_OPEN] = GTK_FILE_CHOOSER_ACTION_OPEN,
    [KD_CHOOSE_OPEN_MANY] = GTK_FILE_CHOOSER_ACTION_OPEN,
    [KD_CHOOSE_SAVE] = GTK_FILE_CHOOSER_ACTION_SAVE,
    [KD_CHOOSE_FOLDER] = GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
  };
  GtkRoot *root = parent != NULL ? gtk_widget_get_root (parent) : NULL;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GtkFileChooserNative *dialog;

  g_task_set_source_tag (task, kd_choose_file_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  dialog = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                        actions[mode], NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), mode == KD_CHOOSE_OPEN_MANY);
  if (mode == KD_CHOOSE_SAVE && suggested_name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), suggested_name);
  for (unsigned i = 0; i < n_filters; i++)
    {
      g_autoptr (GtkFileFilter) filter = make_filter (&filters[i]);

      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
      if (i == 0)
        gtk_file_chooser_set_filter (GTK_FILE_CHOOSER (dialog), filter);
    }
  g_task_set_task_data (task, dialog, g_object_unref);
  if (cancellable != NULL)
    g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), g_steal_pointer (&task));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GListModel *
kd_choose_files_finish (GAsyncResult *result,
                        GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, kd_choose_file_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

GFile *
kd_choose_file_finish (GAsyncResult *result,
                       GError **error)
{
  g_autoptr (GListModel) files = kd_choose_files_finish (result, error);

  if (files == NULL)
    return NULL;
  return g_list_model_get_item (files, 0);
}
