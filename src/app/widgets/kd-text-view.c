/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-text-view.h"

#define F7_ACTION "win.sync-drawer"

struct _KdTextView {
  GtkTextView parent_instance;
};

G_DEFINE_FINAL_TYPE (KdTextView, kd_text_view, GTK_TYPE_TEXT_VIEW)

/* The key counts as handled once it got here: what the window does with it is done from here. */
static void
toggle_cursor_visible (GtkTextView *view)
{
  gtk_widget_activate_action (GTK_WIDGET (view), F7_ACTION, NULL);
}

static void
kd_text_view_class_init (KdTextViewClass *klass)
{
  g_signal_override_class_handler ("toggle-cursor-visible", G_TYPE_FROM_CLASS (klass),
                                   G_CALLBACK (toggle_cursor_visible));
}

static void
kd_text_view_init (KdTextView *self)
{
}

GtkWidget *
kd_text_view_new (void)
{
  return g_object_new (KD_TYPE_TEXT_VIEW, NULL);
}
