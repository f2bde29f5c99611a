/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-fixed-row.h"

#include "kd-widgets.h"

struct _KdRowHeight {
  gatomicrefcount refs;
  int height;
  gboolean guessed; /* empty rows were measured before any other */
  guint idle_id;
  GPtrArray *rows; /* (unowned) */
};

struct _KdFixedRow {
  GtkWidget parent_instance;

  GtkWidget *child; /* (nullable): not made yet */
  KdRowHeight *height;
};

G_DEFINE_FINAL_TYPE (KdFixedRow, kd_fixed_row, GTK_TYPE_WIDGET)

KdRowHeight *
kd_row_height_new (void)
{
  KdRowHeight *height = g_new0 (KdRowHeight, 1);

  g_atomic_ref_count_init (&height->refs);
  height->rows = g_ptr_array_new ();
  return height;
}

void
kd_row_height_unref (KdRowHeight *height)
{
  if (!g_atomic_ref_count_dec (&height->refs))
    return;
  g_clear_handle_id (&height->idle_id, g_source_remove);
  g_ptr_array_unref (height->rows);
  g_free (height);
}

gboolean
kd_row_height_is_known (const KdRowHeight *height)
{
  return height->height > 0;
}

static gboolean
resize_cb (gpointer data)
{
  KdRowHeight *height = data;

  height->idle_id = 0;
  height->guessed = FALSE;
  for (unsigned i = 0; i < height->rows->len; i++)
    gtk_widget_queue_resize (height->rows->pdata[i]);
  return G_SOURCE_REMOVE;
}

void
kd_row_height_reset (KdRowHeight *height)
{
  height->height = 0;
  resize_cb (height);
}

static void
kd_fixed_row_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  KdFixedRow *self = KD_FIXED_ROW (widget);

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  if (*minimum > self->height->height)
    {
      /* The rows measured before this one are too low: not to be said inside a measure. */
      if ((self->height->height > 0 || self->height->guessed) && self->height->idle_id == 0)
        self->height->idle_id
          = g_idle_add_full (G_PRIORITY_HIGH_IDLE, resize_cb, self->height, NULL);
      self->height->height = *minimum;
    }
  self->height->guessed |= self->height->height == 0;
  *minimum = *natural = self->height->height;
}

static void
kd_fixed_row_size_allocate (GtkWidget *widget,
                            int width,
                            int height,
                            int baseline)
{
  GtkWidget *child = KD_FIXED_ROW (widget)->child;
  int unused;

  if (child == NULL)
    return;
  /* it may have been made after the row was measured */
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &unused, &unused, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation) { 0, 0, width, height }, baseline);
}

static GtkSizeRequestMode
kd_fixed_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kd_fixed_row_dispose (GObject *object)
{
  KdFixedRow *self = KD_FIXED_ROW (object);

  if (self->height != NULL)
    g_ptr_array_remove_fast (self->height->rows, self);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  g_clear_pointer (&self->height, kd_row_height_unref);
  G_OBJECT_CLASS (kd_fixed_row_parent_class)->dispose (object);
}

static void
kd_fixed_row_class_init (KdFixedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_fixed_row_dispose;
  widget_class->measure = kd_fixed_row_measure;
  widget_class->size_allocate = kd_fixed_row_size_allocate;
  widget_class->get_request_mode = kd_fixed_row_get_request_mode;
}

static void
kd_fixed_row_init (KdFixedRow *self)
{
}

GtkWidget *
kd_fixed_row_new (KdRowHeight *height)
{
  KdFixedRow *self = g_object_new (KD_TYPE_FIXED_ROW, NULL);

  self->height = height;
  g_atomic_ref_count_inc (&height->refs);
  g_ptr_array_add (height->rows, self);
  return GTK_WIDGET (self);
}

void
kd_fixed_row_set_child (KdFixedRow *self,
                        GtkWidget *child)
{
  g_return_if_fail (KD_IS_FIXED_ROW (self) && self->child == NULL);

  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

GtkWidget *
kd_fixed_row_get_child (KdFixedRow *self)
{
  return self->child;
}
