/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-ask.h"

#include <adwaita.h>

typedef struct {
  AdwMessageDialog *dialog; /* (weak): the window belongs to GTK until it closes */
  gulong cancel_id;
} Ask;

static void
ask_free (Ask *ask)
{
  g_clear_weak_pointer (&ask->dialog);
  g_free (ask);
}

static void
ask_leave (GTask *task)
{
  Ask *ask = g_task_get_task_data (task);

  g_clear_signal_handler (&ask->cancel_id, g_task_get_cancellable (task));
}

static void
response_cb (AdwMessageDialog *dialog,
             const char *response,
             GTask *task)
{
  ask_leave (task);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_task_return_pointer (task, g_strdup (response), g_free);
}

static gboolean
close_cb (gpointer data)
{
  Ask *ask = g_task_get_task_data (data);

  if (ask->dialog != NULL)
    gtk_window_close (GTK_WINDOW (ask->dialog));
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              GTask *task)
{
  /* A cancellable may be cancelled while its lock is held: close in the next turn. */
  g_idle_add_full (G_PRIORITY_DEFAULT, close_cb, g_object_ref (task), g_object_unref);
}

void
kd_ask_async (GtkWidget *parent,
              const char *heading,
              const char *body,
              const KdAskResponse *responses,
              unsigned n_responses,
              const char *default_id,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  static const AdwResponseAppearance looks[] = {
    [KD_ASK_PLAIN] = ADW_RESPONSE_DEFAULT,
    [KD_ASK_SUGGESTED] = ADW_RESPONSE_SUGGESTED,
    [KD_ASK_DESTRUCTIVE] = ADW_RESPONSE_DESTRUCTIVE,
  };
  GtkRoot *root = parent != NULL ? gtk_widget_get_root (parent) : NULL;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  AdwMessageDialog *dialog;
  Ask *ask;

  g_return_if_fail (n_responses > 0);

  g_task_set_source_tag (task, kd_ask_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                                       heading, body));
  for (unsigned i = 0; i < n_responses; i++)
    {
      adw_message_dialog_add_response (dialog, responses[i].id, responses[i].label);
      adw_message_dialog_set_response_appearance (dialog, responses[i].id,
                                                  looks[responses[i].look]);
    }
  adw_message_dialog_set_close_response (dialog, responses[0].id);
  if (default_id != NULL)
    adw_message_dialog_set_default_response (dialog, default_id);

  ask = g_new0 (Ask, 1);
  g_set_weak_pointer (&ask->dialog, dialog);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  if (cancellable != NULL)
    ask->cancel_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), g_steal_pointer (&task),
                         (GClosureNotify) (void (*) (void)) g_object_unref, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

char *
kd_ask_finish (GAsyncResult *result,
               GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, kd_ask_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
