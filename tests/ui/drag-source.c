/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gtk/gtk.h>
#include <stdio.h>

/* drag-source FILE...: a small window from which these files can be dragged, as from a file manager.
 * Says BEGIN, END and CANCEL as it happens, a line each. */

#define WIDTH 160
#define HEIGHT 120

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double x,
            double y,
            gpointer data)
{
  char **paths = data;
  GSList *files = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  for (char **path = paths; *path != NULL; path++)
    files = g_slist_append (files, g_file_new_for_commandline_arg (*path));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (files));
  g_slist_free_full (files, g_object_unref);
  return gdk_content_provider_new_for_value (&value);
}

static void
say (const char *word)
{
  printf ("%s\n", word);
  fflush (stdout);
}

static void
begin_cb (GtkDragSource *source,
          GdkDrag *drag,
          gpointer data)
{
  say ("BEGIN");
}

static void
end_cb (GtkDragSource *source,
        GdkDrag *drag,
        gboolean delete_data,
        gpointer data)
{
  say ("END");
}

static gboolean
cancel_cb (GtkDragSource *source,
           GdkDrag *drag,
           GdkDragCancelReason reason,
           gpointer data)
{
  say ("CANCEL");
  return FALSE;
}

static void
activate_cb (GtkApplication *application,
             gpointer data)
{
  GtkWidget *window = gtk_application_window_new (application);
  GtkWidget *label = gtk_label_new ("Files");
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_window_set_title (GTK_WINDOW (window), "drag-source");
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_set_child (GTK_WINDOW (window), label);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), data);
  g_signal_connect (source, "drag-begin", G_CALLBACK (begin_cb), NULL);
  g_signal_connect (source, "drag-end", G_CALLBACK (end_cb), NULL);
  g_signal_connect (source, "drag-cancel", G_CALLBACK (cancel_cb), NULL);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GtkApplication) application
    = gtk_application_new ("id.kedai.DragSource", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), argv + 1);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
