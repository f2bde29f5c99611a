/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wrap-box.h"

#include "kd-widgets.h"

struct _KdWrapBox {
  GtkWidget parent_instance;

  int spacing;
};

G_DEFINE_FINAL_TYPE (KdWrapBox, kd_wrap_box, GTK_TYPE_WIDGET)

typedef struct {
  GtkWidget *first;
  GtkWidget *end; /* the next line's first child, NULL at the end */
  int width;      /* of the children at their natural widths, with spacing */
  int height;
  unsigned expanding;
} Line;

static int
child_width (GtkWidget *child,
             int available)
{
  int min, nat;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &min, &nat, NULL, NULL);
  return CLAMP (nat, min, MAX (min, available));
}

static int
child_height (GtkWidget *child,
              int width)
{
  int min;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &min, NULL, NULL, NULL);
  return min;
}

static Line
next_line (KdWrapBox *self,
           GtkWidget *first,
           int available)
{
  Line line = { .first = first };
  gboolean empty = TRUE;

  for (line.end = first; line.end != NULL; line.end = gtk_widget_get_next_sibling (line.end))
    {
      int width;

      if (!gtk_widget_should_layout (line.end))
        continue;
      width = child_width (line.end, available);
      if (!empty && line.width + self->spacing + width > available)
        break;
      line.width += width + (empty ? 0 : self->spacing);
      line.height = MAX (line.height, child_height (line.end, width));
      line.expanding += gtk_widget_compute_expand (line.end, GTK_ORIENTATION_HORIZONTAL) ? 1 : 0;
      empty = FALSE;
    }
  return line;
}

static int
height_for (KdWrapBox *self,
            int width)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
  int height = 0;

  while (child != NULL)
    {
      Line line = next_line (self, child, width);

      height += line.height + (height > 0 && line.height > 0 ? self->spacing : 0);
      child = line.end;
    }
  return height;
}

static void
kd_wrap_box_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  KdWrapBox *self = KD_WRAP_BOX (widget);
  GtkWidget *child;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = height_for (self, for_size < 0 ? G_MAXINT : for_size);
      return;
    }
  for (child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int min, nat;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, -1, &min, &nat, NULL, NULL);
      *minimum = MAX (*minimum, min);
      *natural += nat + (*natural > 0 ? self->spacing : 0);
    }
}

static void
kd_wrap_box_size_allocate (GtkWidget *widget,
                           int width,
                           int height,
                           int baseline)
{
  KdWrapBox *self = KD_WRAP_BOX (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int y = 0;

  while (child != NULL)
    {
      Line line = next_line (self, child, width);
      int left = MAX (width - line.width, 0), x = 0;

      for (; child != line.end; child = gtk_widget_get_next_sibling (child))
        {
          int w;

          if (!gtk_widget_should_layout (child))
            continue;
          w = child_width (child, width);
          if (line.expanding > 0 && gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
            w += left / (int) line.expanding;
          gtk_widget_size_allocate (
            child, &(GtkAllocation) { mirrored ? width - x - w : x, y, w, line.height }, -1);
          x += w + self->spacing;
        }
      y += line.height > 0 ? line.height + self->spacing : 0;
    }
}

static GtkSizeRequestMode
kd_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kd_wrap_box_compute_expand (GtkWidget *widget,
                            gboolean *hexpand,
                            gboolean *vexpand)
{
  /* A child that fills its line doesn't make the whole box greedy. */
  *hexpand = FALSE;
  *vexpand = FALSE;
}

static void
kd_wrap_box_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_wrap_box_parent_class)->dispose (object);
}

static void
kd_wrap_box_class_init (KdWrapBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_wrap_box_dispose;
  widget_class->measure = kd_wrap_box_measure;
  widget_class->size_allocate = kd_wrap_box_size_allocate;
  widget_class->get_request_mode = kd_wrap_box_get_request_mode;
  widget_class->compute_expand = kd_wrap_box_compute_expand;
  gtk_widget_class_set_css_name (widget_class, "wrapbox");
}

static void
kd_wrap_box_init (KdWrapBox *self)
{
}

GtkWidget *
kd_wrap_box_new (int spacing)
{
  KdWrapBox *self = g_object_new (KD_TYPE_WRAP_BOX, NULL);

  self->spacing = spacing;
  return GTK_WIDGET (self);
}

void
kd_wrap_box_append (KdWrapBox *self,
                    GtkWidget *child)
{
  kd_wrap_box_insert_before (self, child, NULL);
}

void
kd_wrap_box_insert_before (KdWrapBox *self,
                           GtkWidget *child,
                           GtkWidget *sibling)
{
  g_return_if_fail (KD_IS_WRAP_BOX (self));
  gtk_widget_insert_before (child, GTK_WIDGET (self), sibling);
}

void
kd_wrap_box_remove (KdWrapBox *self,
                    GtkWidget *child)
{
  g_return_if_fail (gtk_widget_get_parent (child) == GTK_WIDGET (self));
  gtk_widget_unparent (child);
}
