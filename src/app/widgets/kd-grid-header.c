/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

#include "kd-split-handle.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define GRIP 9
#define KEY_STEP 16

/* A button with another role: the header of a column. */
#define KD_TYPE_GRID_TITLE (kd_grid_title_get_type ())
G_DECLARE_FINAL_TYPE (KdGridTitle, kd_grid_title, KD, GRID_TITLE, GtkButton)

struct _KdGridTitle {
  GtkButton parent_instance;

  GtkWidget *arrow;
  unsigned column;
};

struct _KdGridHeader {
  GtkWidget parent_instance;

  KdGrid *grid; /* (unowned): the parent */
  GtkWidget **titles;
  GtkWidget **handles;
};

G_DEFINE_FINAL_TYPE (KdGridTitle, kd_grid_title, GTK_TYPE_BUTTON)
G_DEFINE_FINAL_TYPE (KdGridHeader, kd_grid_header, GTK_TYPE_WIDGET)

static void
kd_grid_title_class_init (KdGridTitleClass *klass)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass),
                                        GTK_ACCESSIBLE_ROLE_COLUMN_HEADER);
}

static void
kd_grid_title_init (KdGridTitle *self)
{
}

static void
clicked_cb (KdGridTitle *title,
            KdGridHeader *self)
{
  kd_grid_choose_order (self->grid, title->column);
}

static void
moved_cb (KdSplitHandle *handle,
          int pixels,
          KdGridHeader *self)
{
  for (unsigned i = 0; i < self->grid->n_cols; i++)
    if (self->handles[i] == GTK_WIDGET (handle))
      kd_grid_resize_column (self->grid, i, pixels);
}

/* The keyboard's way to do what the handles do. */
static gboolean
resize_cb (GtkWidget *widget,
           GVariant *args,
           gpointer data)
{
  KdGridHeader *self = KD_GRID_HEADER (widget);
  GtkWidget *focus = gtk_widget_get_focus_child (widget);
  int pixels = g_variant_get_int32 (args);

  if (!KD_IS_GRID_TITLE (focus))
    return GDK_EVENT_PROPAGATE;
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    pixels = -pixels;
  kd_grid_resize_column (self->grid, KD_GRID_TITLE (focus)->column, pixels);
  return GDK_EVENT_STOP;
}

static void
kd_grid_header_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  KdGridHeader *self = KD_GRID_HEADER (widget);

  for (unsigned i = 0; orientation == GTK_ORIENTATION_VERTICAL && i < self->grid->n_cols; i++)
    {
      int min;

      gtk_widget_measure (self->titles[i], orientation, -1, &min, NULL, NULL, NULL);
      *minimum = *natural = MAX (*minimum, min);
    }
}

static void
kd_grid_header_size_allocate (GtkWidget *widget,
                              int width,
                              int height,
                              int baseline)
{
  KdGridHeader *self = KD_GRID_HEADER (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  for (unsigned i = 0; i < self->grid->n_cols; i++)
    {
      KdGridCol *col = &self->grid->cols[i];
      int x = mirrored ? width - col->x - col->w : col->x;
      int edge = mirrored ? x : x + col->w;

      if (!col->visible)
        continue;
      gtk_widget_size_allocate (self->titles[i], &(GtkAllocation) { x, 0, col->w, height }, -1);
      gtk_widget_size_allocate (self->handles[i],
                                &(GtkAllocation) { edge - GRIP / 2, 0, GRIP, height }, -1);
    }
}

static void
kd_grid_header_dispose (GObject *object)
{
  KdGridHeader *self = KD_GRID_HEADER (object);

  kd_widgets_unparent_children (GTK_WIDGET (self));
  g_clear_pointer (&self->titles, g_free);
  g_clear_pointer (&self->handles, g_free);
  G_OBJECT_CLASS (kd_grid_header_parent_class)->dispose (object);
}

static void
kd_grid_header_class_init (KdGridHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_grid_header_dispose;
  widget_class->measure = kd_grid_header_measure;
  widget_class->size_allocate = kd_grid_header_size_allocate;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_SHIFT_MASK, resize_cb, "i",
                                KEY_STEP);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_SHIFT_MASK, resize_cb, "i",
                                -KEY_STEP);
  gtk_widget_class_set_css_name (widget_class, "gridheader");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW);
}

static void
kd_grid_header_init (KdGridHeader *self)
{
}

static GtkWidget *
make_title (KdGridHeader *self,
            unsigned column)
{
  const KdGridColumn *def = self->grid->cols[column].def;
  KdGridTitle *title = g_object_new (KD_TYPE_GRID_TITLE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *label = gtk_label_new (_(def->title));
  gboolean sortable = (def->flags & KD_GRID_SORTABLE) != 0;

  title->column = column;
  title->arrow = gtk_image_new ();
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), (def->flags & KD_GRID_NUMBER) != 0 ? 1 : 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), title->arrow);
  gtk_button_set_child (GTK_BUTTON (title), box);
  gtk_widget_add_css_class (GTK_WIDGET (title), "flat");
  gtk_widget_set_focusable (GTK_WIDGET (title), sortable);
  gtk_widget_set_can_target (GTK_WIDGET (title), sortable);
  gtk_widget_set_tooltip_text (GTK_WIDGET (title), _(def->title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (title), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _(def->title), -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (title), GTK_ACCESSIBLE_RELATION_COL_INDEX,
                                  (int) column + 1, -1);
  if (sortable)
    g_signal_connect (title, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_widget_set_parent (GTK_WIDGET (title), GTK_WIDGET (self));
  return GTK_WIDGET (title);
}

GtkWidget *
kd_grid_header_new (KdGrid *grid)
{
  KdGridHeader *self = g_object_new (KD_TYPE_GRID_HEADER, NULL);

  self->grid = grid;
  self->titles = g_new0 (GtkWidget *, grid->n_cols);
  self->handles = g_new0 (GtkWidget *, grid->n_cols);
  for (unsigned i = 0; i < grid->n_cols; i++)
    self->titles[i] = make_title (self, i);
  for (unsigned i = 0; i < grid->n_cols; i++)
    {
      g_autofree char *name
        = g_strdup_printf (_("Width of the column %s"), _(grid->cols[i].def->title));

      self->handles[i] = kd_split_handle_new (name);
      /* Shift and the arrow keys on the title do the same: no second stop for Tab. */
      gtk_widget_set_focusable (self->handles[i], FALSE);
      g_signal_connect (self->handles[i], "moved", G_CALLBACK (moved_cb), self);
      gtk_widget_set_parent (self->handles[i], GTK_WIDGET (self));
    }
  kd_grid_header_show_order (self);
  return GTK_WIDGET (self);
}

void
kd_grid_header_show_order (KdGridHeader *self)
{
  for (unsigned i = 0; i < self->grid->n_cols; i++)
    {
      KdGridTitle *title = KD_GRID_TITLE (self->titles[i]);
      gboolean here = self->grid->order == (int) i;

      gtk_widget_set_visible (title->arrow, here);
      gtk_image_set_from_icon_name (GTK_IMAGE (title->arrow), self->grid->descending
                                                                ? "pan-down-symbolic"
                                                                : "pan-up-symbolic");
      gtk_accessible_update_property (GTK_ACCESSIBLE (title), GTK_ACCESSIBLE_PROPERTY_SORT,
                                      !here                    ? GTK_ACCESSIBLE_SORT_NONE
                                      : self->grid->descending ? GTK_ACCESSIBLE_SORT_DESCENDING
                                                               : GTK_ACCESSIBLE_SORT_ASCENDING,
                                      -1);
    }
}

void
kd_grid_header_show_columns (KdGridHeader *self)
{
  for (unsigned i = 0; i < self->grid->n_cols; i++)
    {
      gtk_widget_set_child_visible (self->titles[i], self->grid->cols[i].visible);
      gtk_widget_set_child_visible (self->handles[i], self->grid->cols[i].visible);
    }
}
