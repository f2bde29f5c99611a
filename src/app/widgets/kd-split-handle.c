/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-split-handle.h"

#define KEY_STEP 24

struct _KdSplitHandle {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (KdSplitHandle, kd_split_handle, GTK_TYPE_WIDGET)

static guint moved_signal;

static void
move (KdSplitHandle *self,
      int pixels)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    pixels = -pixels;
  if (pixels != 0)
    g_signal_emit (self, moved_signal, 0, pixels);
}

static void
drag_update_cb (GtkGestureDrag *drag,
                double x,
                double y,
                KdSplitHandle *self)
{
  /* The handle moves with its column, so the offset counts from where the handle is now. */
  move (self, (int) x);
}

static gboolean
step_cb (GtkWidget *widget,
         GVariant *args,
         gpointer data)
{
  move (KD_SPLIT_HANDLE (widget), g_variant_get_int32 (args) * KEY_STEP);
  return GDK_EVENT_STOP;
}

static void
kd_split_handle_class_init (KdSplitHandleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  moved_signal = g_signal_new ("moved", KD_TYPE_SPLIT_HANDLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, step_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, step_cb, "i", -1);
  gtk_widget_class_set_css_name (widget_class, "splithandle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEPARATOR);
}

static void
kd_split_handle_init (KdSplitHandle *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "col-resize");
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

GtkWidget *
kd_split_handle_new (const char *name)
{
  GtkWidget *self = g_object_new (KD_TYPE_SPLIT_HANDLE, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return self;
}
