/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-frame-report.h"

#include "kd-item.h"
#include "kd-list-view.h"

#include <stdio.h>

#define VARIABLE "KEDAI_REPORT_FRAMES"

static GtkWidget *
find_list (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (KD_IS_LIST_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_list (child);
  return found;
}

static gboolean
has_rows (GtkWidget *window)
{
  GtkWidget *list = find_list (window);
  g_autoptr (KdItem) item
    = list != NULL ? g_list_model_get_item (G_LIST_MODEL (kd_list_view_get_selection (KD_LIST_VIEW (list))), 0) : NULL;

  return item != NULL && kd_item_is_loaded (item);
}

static void
tell (const char *what)
{
  printf ("%s\n", what);
  fflush (stdout);
}

/* Items are filled between frames: what is loaded now was loaded when this frame began. */
static void
painted_cb (GdkFrameClock *clock,
            gpointer data)
{
  if (g_object_get_data (data, VARIABLE) == NULL)
    {
      g_object_set_data (data, VARIABLE, clock);
      tell ("frame");
    }
  if (!has_rows (data))
    return;
  tell ("rows");
  g_signal_handlers_disconnect_by_func (clock, painted_cb, data);
}

static void
mapped_cb (GtkWidget *window,
           gpointer data)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), window, 0);
}

void
kd_frame_report_watch (GtkWindow *window)
{
  if (g_getenv (VARIABLE) != NULL)
    g_signal_connect (window, "map", G_CALLBACK (mapped_cb), NULL);
}
