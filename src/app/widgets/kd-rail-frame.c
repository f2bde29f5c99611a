/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rail.h"
#include "kd-widgets.h"

/* From these widths on. The bar gives way where the split view unfolds beside a compact rail. */
#define COMPACT_FROM 720
#define WIDE_FROM 1200

struct _KdRailFrame {
  GtkWidget parent_instance;

  KdRail *rail;
  GtkWidget *content;
  guint look_id;
};

G_DEFINE_FINAL_TYPE (KdRailFrame, kd_rail_frame, GTK_TYPE_WIDGET)

static KdRailLook
wanted_look (int width)
{
  return width >= WIDE_FROM ? KD_RAIL_WIDE : width >= COMPACT_FROM ? KD_RAIL_COMPACT : KD_RAIL_BAR;
}

static gboolean
look_cb (gpointer data)
{
  KdRailFrame *self = data;

  self->look_id = 0;
  kd_rail_set_look (self->rail, wanted_look (gtk_widget_get_width (GTK_WIDGET (self))));
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static int
size_of (gpointer widget,
         GtkOrientation orientation,
         gboolean natural)
{
  int min, nat;

  gtk_widget_measure (widget, orientation, -1, &min, &nat, NULL, NULL);
  return natural ? nat : min;
}

static void
kd_rail_frame_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  KdRailFrame *self = KD_RAIL_FRAME (widget);
  gboolean bar = kd_rail_get_look (self->rail) == KD_RAIL_BAR;
  gboolean along = (orientation == GTK_ORIENTATION_HORIZONTAL) != bar;
  int rail_min = size_of (self->rail, orientation, FALSE);
  int content_min = size_of (self->content, orientation, FALSE);
  int rail_nat = size_of (self->rail, orientation, TRUE);
  int content_nat = size_of (self->content, orientation, TRUE);

  *natural = along ? rail_nat + content_nat : MAX (rail_nat, content_nat);
  /* Beside the content the rail never keeps a window from getting narrow: it moves below. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = bar ? MAX (rail_min, content_min) : content_min;
  else
    *minimum = along ? rail_min + content_min : MAX (rail_min, content_min);
  *natural = MAX (*natural, *minimum);
}

static void
kd_rail_frame_size_allocate (GtkWidget *widget,
                             int width,
                             int height,
                             int baseline)
{
  KdRailFrame *self = KD_RAIL_FRAME (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation rail = { 0, 0, width, height }, content = { 0, 0, width, height };

  if (wanted_look (width) != kd_rail_get_look (self->rail) && self->look_id == 0)
    self->look_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, look_cb, self, NULL);
  if (kd_rail_get_look (self->rail) == KD_RAIL_BAR)
    {
      rail.height = size_of (self->rail, GTK_ORIENTATION_VERTICAL, TRUE);
      rail.width = MAX (width, size_of (self->rail, GTK_ORIENTATION_HORIZONTAL, FALSE));
      rail.y = height - rail.height;
      content.height = MAX (height - rail.height,
                            size_of (self->content, GTK_ORIENTATION_VERTICAL, FALSE));
    }
  else
    {
      rail.width = size_of (self->rail, GTK_ORIENTATION_HORIZONTAL, TRUE);
      content.width
        = MAX (width - rail.width, size_of (self->content, GTK_ORIENTATION_HORIZONTAL, FALSE));
      rail.x = mirrored ? width - rail.width : 0;
      content.x = mirrored ? 0 : rail.width;
    }
  gtk_widget_size_allocate (GTK_WIDGET (self->rail), &rail, -1);
  gtk_widget_size_allocate (self->content, &content, -1);
}

static GtkSizeRequestMode
kd_rail_frame_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
kd_rail_frame_dispose (GObject *object)
{
  KdRailFrame *self = KD_RAIL_FRAME (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (kd_rail_frame_parent_class)->dispose (object);
}

static void
kd_rail_frame_class_init (KdRailFrameClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_rail_frame_dispose;
  widget_class->measure = kd_rail_frame_measure;
  widget_class->size_allocate = kd_rail_frame_size_allocate;
  widget_class->get_request_mode = kd_rail_frame_get_request_mode;
}

static void
kd_rail_frame_init (KdRailFrame *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
kd_rail_frame_new (KdRail *rail,
                   GtkWidget *content)
{
  KdRailFrame *self = g_object_new (KD_TYPE_RAIL_FRAME, NULL);

  self->rail = rail;
  self->content = content;
  gtk_widget_set_parent (GTK_WIDGET (rail), GTK_WIDGET (self));
  gtk_widget_set_parent (content, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
