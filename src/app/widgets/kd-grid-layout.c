/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

#define FIRST_ROWS 24 /* made before the first layout, so that the first frame isn't empty */
#define MIN_ROWS 3

double
kd_grid_digit_width (KdGrid *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  double width = pango_font_metrics_get_approximate_digit_width (metrics) / (double) PANGO_SCALE;

  pango_font_metrics_unref (metrics);
  return MAX (width, 1);
}

static int
natural_width (KdGrid *self,
               unsigned column)
{
  KdGridCol *col = &self->cols[column];

  return col->visible ? (int) (col->width * kd_grid_digit_width (self)) + KD_GRID_CELL_PADDING : 0;
}

static void
place_columns (KdGrid *self,
               int width)
{
  unsigned expanding = 0;
  int x = 0, left;

  self->total_width = 0;
  for (unsigned i = 0; i < self->n_cols; i++)
    {
      KdGridCol *col = &self->cols[i];

      col->w = natural_width (self, i);
      self->total_width += col->w;
      expanding += col->visible && (col->def->flags & KD_GRID_EXPAND) != 0;
    }
  left = width - self->total_width;
  for (unsigned i = 0; i < self->n_cols; i++)
    {
      KdGridCol *col = &self->cols[i];

      if (left > 0 && expanding > 0 && col->visible && (col->def->flags & KD_GRID_EXPAND) != 0)
        col->w += left / (int) expanding;
      col->x = x;
      x += col->w;
    }
  self->total_width = MAX (x, width);
}

double
kd_grid_value_of (GtkAdjustment *adjustment)
{
  return adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0;
}

/* How far the columns are scrolled, from the start of the line. */
static int
start_offset (KdGrid *self)
{
  double value = kd_grid_value_of (self->hadjustment);

  if (self->hadjustment != NULL && gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    value = gtk_adjustment_get_upper (self->hadjustment)
            - gtk_adjustment_get_page_size (self->hadjustment) - value;
  return (int) MAX (value, 0);
}

static int
page_height (KdGrid *self)
{
  return MAX (gtk_widget_get_height (GTK_WIDGET (self)) - self->header_height, 0);
}

unsigned
kd_grid_n_rows (KdGrid *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

KdGridRow *
kd_grid_find_row (KdGrid *self,
                  unsigned position)
{
  for (unsigned i = 0; i < self->rows->len; i++)
    if (kd_grid_row_get_position (self->rows->pdata[i]) == position)
      return self->rows->pdata[i];
  return NULL;
}

static gboolean
holds_focus (KdGridRow *row)
{
  return gtk_widget_get_focus_child (gtk_widget_get_parent (GTK_WIDGET (row))) == GTK_WIDGET (row);
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  unsigned left = kd_grid_row_get_position (*(KdGridRow *const *) a);
  unsigned right = kd_grid_row_get_position (*(KdGridRow *const *) b);

  return left < right ? -1 : left > right;
}

/* Which rows belong in view, and one more below. */
void
kd_grid_wanted_rows (KdGrid *self,
             unsigned *ret_first,
             unsigned *ret_n)
{
  unsigned total = kd_grid_n_rows (self);
  unsigned first = 0, n = FIRST_ROWS;

  if (self->row_height > 0 && page_height (self) > 0)
    {
      first = (unsigned) (kd_grid_value_of (self->vadjustment) / self->row_height);
      n = (unsigned) (page_height (self) / self->row_height) + 2;
    }
  *ret_first = MIN (first, total);
  *ret_n = MIN (n, total - *ret_first);
}

/* Gives every wanted row a widget: rows that stay keep theirs, the others are reused. */
void
kd_grid_update_rows (KdGrid *self)
{
  g_autoptr (GPtrArray) spare = g_ptr_array_new ();
  gboolean focused = kd_grid_has_cell_focus (self);
  unsigned first, n;

  kd_grid_wanted_rows (self, &first, &n);
  for (unsigned i = 0; i < self->rows->len;)
    {
      KdGridRow *row = self->rows->pdata[i];
      unsigned position = kd_grid_row_get_position (row);

      if (position >= first && position < first + n)
        {
          i++;
          continue;
        }
      /* The cell with the focus goes out of view: the grid keeps the keys until it is back. */
      if (holds_focus (row))
        gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), GTK_WIDGET (self));
      kd_grid_row_unbind (row);
      g_ptr_array_add (spare, row);
      g_ptr_array_remove_index_fast (self->rows, i);
    }
  for (unsigned position = first; position < first + n; position++)
    {
      KdGridRow *row = kd_grid_find_row (self, position);
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

      if (row == NULL && spare->len > 0)
        {
          row = g_ptr_array_steal_index_fast (spare, spare->len - 1);
          g_ptr_array_add (self->rows, row);
        }
      else if (row == NULL)
        {
          row = KD_GRID_ROW (kd_grid_row_new (self));
          gtk_widget_insert_before (GTK_WIDGET (row), GTK_WIDGET (self), self->editor);
          g_ptr_array_add (self->rows, row);
        }
      kd_grid_row_bind (row, position, item);
    }
  for (unsigned i = 0; i < spare->len; i++)
    gtk_widget_unparent (spare->pdata[i]);
  g_ptr_array_sort (self->rows, compare_rows);
  if (focused)
    kd_grid_focus_cursor (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
rows_cb (gpointer data)
{
  KdGrid *self = data;

  self->rows_id = 0;
  kd_grid_update_rows (self);
  return G_SOURCE_REMOVE;
}

static void
configure (GtkAdjustment *adjustment,
           double upper,
           double page,
           double step)
{
  if (adjustment == NULL)
    return;
  gtk_adjustment_configure (adjustment,
                            CLAMP (gtk_adjustment_get_value (adjustment), 0,
                                   MAX (upper - page, 0)),
                            0, MAX (upper, page), step, page * 0.9, page);
}

static void
measure_rows (KdGrid *self)
{
  if (self->remeasure)
    self->row_height = 0;
  self->remeasure = FALSE;
  for (unsigned i = 0; i < self->rows->len; i++)
    {
      int min;

      gtk_widget_measure (self->rows->pdata[i], GTK_ORIENTATION_VERTICAL, -1, &min, NULL, NULL,
                          NULL);
      self->row_height = MAX (self->row_height, min);
    }
}

static void
place_editor (KdGrid *self,
              int offset)
{
  KdGridCol *col = &self->cols[self->edited_col];
  int y = self->header_height
          + (int) (self->edited_row * (double) self->row_height - kd_grid_value_of (self->vadjustment));
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int min, min_height, x;

  if (!gtk_widget_get_visible (self->editor))
    return;
  gtk_widget_measure (self->editor, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  gtk_widget_measure (self->editor, GTK_ORIENTATION_VERTICAL, -1, &min_height, NULL, NULL, NULL);
  min = MAX (min, col->w);
  x = col->x - offset;
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = width - x - min;
  gtk_widget_size_allocate (
    self->editor, &(GtkAllocation) { x, y, min, MAX (min_height, self->row_height) }, -1);
}

void
kd_grid_layout_allocate (GtkWidget *widget,
                         int width,
                         int height,
                         int baseline)
{
  KdGrid *self = KD_GRID (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  gboolean first_time = self->hadjustment != NULL
                        && gtk_adjustment_get_upper (self->hadjustment) == 0;
  unsigned first, n;
  int offset, x;

  self->allocating = TRUE;
  gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, -1, &self->header_height, NULL, NULL,
                      NULL);
  measure_rows (self);
  place_columns (self, width);
  configure (self->hadjustment, self->total_width, width, 3 * kd_grid_digit_width (self));
  configure (self->vadjustment, kd_grid_n_rows (self) * (double) self->row_height,
             MAX (height - self->header_height, 0), self->row_height);
  if (first_time && mirrored)
    gtk_adjustment_set_value (self->hadjustment, self->total_width - width);
  if (self->wanted_top != GTK_INVALID_LIST_POSITION && self->row_height > 0)
    {
      gtk_adjustment_set_value (self->vadjustment, self->wanted_top * (double) self->row_height);
      self->wanted_top = GTK_INVALID_LIST_POSITION;
    }
  self->allocating = FALSE;

  /* Widgets aren't made inside a layout: the missing ones come before the next frame. */
  kd_grid_wanted_rows (self, &first, &n);
  if ((self->rows->len != n || (n > 0 && kd_grid_row_get_position (self->rows->pdata[0]) != first))
      && self->rows_id == 0)
    self->rows_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rows_cb, self, NULL);

  offset = start_offset (self);
  x = mirrored ? width + offset - self->total_width : -offset;
  for (unsigned i = 0; i < self->rows->len; i++)
    {
      double y = kd_grid_row_get_position (self->rows->pdata[i]) * (double) self->row_height
                 - kd_grid_value_of (self->vadjustment);

      gtk_widget_size_allocate (self->rows->pdata[i],
                                &(GtkAllocation) { x, self->header_height + (int) y,
                                                   self->total_width, self->row_height },
                                -1);
    }
  gtk_widget_size_allocate (self->header,
                            &(GtkAllocation) { x, 0, self->total_width, self->header_height }, -1);
  place_editor (self, offset);
  if (self->popover != NULL)
    gtk_popover_present (GTK_POPOVER (self->popover));
}

void
kd_grid_layout_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  KdGrid *self = KD_GRID (widget);
  int header;

  gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, -1, &header, NULL, NULL, NULL);
  measure_rows (self);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = header + MIN_ROWS * self->row_height;
      *natural = header + (int) MIN (kd_grid_n_rows (self), FIRST_ROWS) * self->row_height;
      *natural = MAX (*minimum, *natural);
      return;
    }
  for (unsigned i = 0; i < self->n_cols; i++)
    *natural += natural_width (self, i);
}

void
kd_grid_scroll_to (KdGrid *self,
                   unsigned row,
                   unsigned column)
{
  KdGridCol *col = &self->cols[column];
  double upper, page;
  int start = col->x;

  if (self->vadjustment != NULL && self->row_height > 0)
    gtk_adjustment_clamp_page (self->vadjustment, row * (double) self->row_height,
                               (row + 1) * (double) self->row_height);
  if (self->hadjustment == NULL)
    return;
  upper = gtk_adjustment_get_upper (self->hadjustment);
  page = gtk_adjustment_get_page_size (self->hadjustment);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    start = (int) upper - col->x - col->w;
  gtk_adjustment_clamp_page (self->hadjustment, start, start + MIN (col->w, page));
}

gboolean
kd_grid_pick_cell (KdGrid *self,
                   double x,
                   double y,
                   unsigned *ret_row,
                   unsigned *ret_column)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  double row;

  if (y < self->header_height || self->row_height == 0)
    return FALSE;
  row = (y - self->header_height + kd_grid_value_of (self->vadjustment)) / self->row_height;
  if (row >= kd_grid_n_rows (self))
    return FALSE;
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = width - x;
  x += start_offset (self);
  for (unsigned i = 0; i < self->n_cols; i++)
    if (self->cols[i].visible && x >= self->cols[i].x && x < self->cols[i].x + self->cols[i].w)
      {
        *ret_row = (unsigned) row;
        *ret_column = i;
        return TRUE;
      }
  return FALSE;
}
