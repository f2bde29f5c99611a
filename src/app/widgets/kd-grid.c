/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

#include "kd-widgets.h"

#define MIN_DIGITS 3

static void scrollable_init (GtkScrollableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdGrid, kd_grid, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, scrollable_init))

enum { PROP_0, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
enum { ORDER_CHANGED, ACTIVATE, OPEN_IN_WINDOW, CURSOR_CHANGED, FILL, PASTE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
kd_grid_system_setting_changed (GtkWidget *widget,
                                GtkSystemSetting setting)
{
  KdGrid *self = KD_GRID (widget);

  GTK_WIDGET_CLASS (kd_grid_parent_class)->system_setting_changed (widget, setting);
  if (setting != GTK_SYSTEM_SETTING_DPI && setting != GTK_SYSTEM_SETTING_FONT_NAME)
    return;
  self->remeasure = TRUE;
  gtk_widget_queue_resize (widget);
}

/* ---- scrolling ---- */

static void
value_changed_cb (GtkAdjustment *adjustment,
                  KdGrid *self)
{
  if (self->allocating)
    return;
  if (adjustment == self->vadjustment)
    kd_grid_update_rows (self);
  else
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
set_adjustment (KdGrid *self,
                GtkAdjustment **slot,
                GtkAdjustment *adjustment)
{
  g_autoptr (GtkAdjustment) fresh = NULL;

  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  fresh = g_object_ref_sink (adjustment);
  if (*slot == adjustment)
    return;
  if (*slot != NULL)
    g_signal_handlers_disconnect_by_func (*slot, value_changed_cb, self);
  g_set_object (slot, fresh);
  g_signal_connect (fresh, "value-changed", G_CALLBACK (value_changed_cb), self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
get_border (GtkScrollable *scrollable,
            GtkBorder *border)
{
  *border = (GtkBorder) { .top = (gint16) KD_GRID (scrollable)->header_height };
  return TRUE;
}

static void
scrollable_init (GtkScrollableInterface *iface)
{
  iface->get_border = get_border;
}

/* ---- focus ---- */

gboolean
kd_grid_has_cell_focus (KdGrid *self)
{
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self));

  return gtk_widget_has_focus (GTK_WIDGET (self)) || KD_IS_GRID_ROW (child);
}

void
kd_grid_focus_cursor (KdGrid *self)
{
  KdGridRow *row = kd_grid_find_row (self, self->cursor_row);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *cell = row != NULL ? kd_grid_row_get_cell (row, self->cursor_col) : NULL;

  if (root == NULL)
    return;
  if (cell == NULL || !gtk_widget_grab_focus (cell))
    gtk_root_set_focus (root, GTK_WIDGET (self));
}

static gboolean
kd_grid_grab_focus (GtkWidget *widget)
{
  kd_grid_focus_cursor (KD_GRID (widget));
  return TRUE;
}

/* Tab stops once at the header and once at the cells; the arrow keys do the rest. */
static gboolean
kd_grid_focus (GtkWidget *widget,
               GtkDirectionType direction)
{
  KdGrid *self = KD_GRID (widget);
  GtkWidget *child = gtk_widget_get_focus_child (widget);
  gboolean inside = child != NULL || gtk_widget_has_focus (widget);

  if (child == self->header)
    {
      if (direction == GTK_DIR_LEFT || direction == GTK_DIR_RIGHT)
        return gtk_widget_child_focus (child, direction);
      if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_DOWN)
        return FALSE;
      kd_grid_focus_cursor (self);
      return TRUE;
    }
  if (inside)
    return direction == GTK_DIR_TAB_BACKWARD
           && gtk_widget_child_focus (self->header, GTK_DIR_TAB_FORWARD);
  kd_grid_focus_cursor (self);
  return TRUE;
}

/* ---- the model ---- */

static void
items_changed_cb (GListModel *model,
                  unsigned position,
                  unsigned removed,
                  unsigned added,
                  KdGrid *self)
{
  unsigned n = kd_grid_n_rows (self), first, count;
  unsigned current = kd_selection_get_current (self->selection);

  /* What is in view stays where it is while rows come and go above it. */
  kd_grid_wanted_rows (self, &first, &count);
  if (self->vadjustment != NULL && self->row_height > 0 && position + removed <= first
      && kd_grid_value_of (self->vadjustment) > 0)
    {
      double value = kd_grid_value_of (self->vadjustment)
                     + ((double) added - (double) removed) * self->row_height;

      self->allocating = TRUE;
      gtk_adjustment_set_upper (self->vadjustment, n * (double) self->row_height);
      gtk_adjustment_set_value (self->vadjustment, value);
      self->allocating = FALSE;
    }
  if (self->following && current != GTK_INVALID_LIST_POSITION)
    self->cursor_row = current;
  else if (self->cursor_row != GTK_INVALID_LIST_POSITION && self->cursor_row >= position + removed)
    self->cursor_row = self->cursor_row - removed + added;
  if (n == 0)
    self->cursor_row = GTK_INVALID_LIST_POSITION;
  else if (self->cursor_row == GTK_INVALID_LIST_POSITION || self->cursor_row >= n)
    self->cursor_row = self->cursor_row == GTK_INVALID_LIST_POSITION ? 0 : n - 1;
  self->anchor_row = self->cursor_row;
  if (self->edited != NULL && removed + added > 0 && self->edited_row >= position)
    kd_grid_edit_cancel (self);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_ROW_COUNT, (int) n,
                                  -1);
  kd_grid_update_rows (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
selection_changed_cb (GtkSelectionModel *model,
                      unsigned position,
                      unsigned n,
                      KdGrid *self)
{
  for (unsigned i = 0; i < self->rows->len; i++)
    {
      unsigned row = kd_grid_row_get_position (self->rows->pdata[i]);

      if (row >= position && row - position < n)
        kd_grid_row_set_selected (self->rows->pdata[i],
                                  gtk_selection_model_is_selected (model, row));
    }
}

/* ---- GObject ---- */

static void
kd_grid_get_property (GObject *object,
                      guint id,
                      GValue *value,
                      GParamSpec *pspec)
{
  KdGrid *self = KD_GRID (object);

  switch (id)
    {
    case PROP_HADJUSTMENT: g_value_set_object (value, self->hadjustment); break;
    case PROP_VADJUSTMENT: g_value_set_object (value, self->vadjustment); break;
    case PROP_HSCROLL_POLICY: g_value_set_enum (value, self->hpolicy); break;
    case PROP_VSCROLL_POLICY: g_value_set_enum (value, self->vpolicy); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_grid_set_property (GObject *object,
                      guint id,
                      const GValue *value,
                      GParamSpec *pspec)
{
  KdGrid *self = KD_GRID (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY: self->hpolicy = g_value_get_enum (value); break;
    case PROP_VSCROLL_POLICY: self->vpolicy = g_value_get_enum (value); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_grid_dispose (GObject *object)
{
  KdGrid *self = KD_GRID (object);

  g_clear_handle_id (&self->rows_id, g_source_remove);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  for (unsigned i = 0; i < 2; i++)
    {
      GtkAdjustment **slot = i == 0 ? &self->hadjustment : &self->vadjustment;

      if (*slot != NULL)
        g_signal_handlers_disconnect_by_func (*slot, value_changed_cb, self);
      g_clear_object (slot);
    }
  g_clear_object (&self->edited);
  self->committing = TRUE;
  kd_widgets_unparent_children (GTK_WIDGET (self));
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  self->popover = NULL;
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (kd_grid_parent_class)->dispose (object);
}

static void
kd_grid_finalize (GObject *object)
{
  g_free (KD_GRID (object)->cols);
  G_OBJECT_CLASS (kd_grid_parent_class)->finalize (object);
}

static void
install_signals (void)
{
  signals[ORDER_CHANGED]
    = g_signal_new ("order-changed", KD_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[ACTIVATE] = g_signal_new ("activate", KD_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[OPEN_IN_WINDOW] = g_signal_new ("open-in-window", KD_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CURSOR_CHANGED] = g_signal_new ("cursor-changed", KD_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[FILL] = g_signal_new ("fill", KD_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[PASTE]
    = g_signal_new ("paste", KD_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled,
                    NULL, NULL, G_TYPE_BOOLEAN, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_PTR_ARRAY);
}

static void
kd_grid_class_init (KdGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kd_grid_get_property;
  object_class->set_property = kd_grid_set_property;
  object_class->dispose = kd_grid_dispose;
  object_class->finalize = kd_grid_finalize;
  widget_class->measure = kd_grid_layout_measure;
  widget_class->size_allocate = kd_grid_layout_allocate;
  widget_class->system_setting_changed = kd_grid_system_setting_changed;
  widget_class->focus = kd_grid_focus;
  widget_class->grab_focus = kd_grid_grab_focus;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  install_signals ();
  kd_grid_keys_class_init (widget_class);
  gtk_widget_class_set_css_name (widget_class, "datagrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
}

static void
kd_grid_init (KdGrid *self)
{
  self->rows = g_ptr_array_new ();
  self->order = -1;
  self->wanted_top = GTK_INVALID_LIST_POSITION;
  self->cursor_row = GTK_INVALID_LIST_POSITION;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

void
kd_grid_choose_order (KdGrid *self,
                      unsigned column)
{
  const char *id = self->cols[column].def->id;

  kd_grid_set_order (self, id, self->order == (int) column ? !self->descending : FALSE);
  g_signal_emit (self, signals[ORDER_CHANGED], 0, id, self->descending);
}

void
kd_grid_resize_column (KdGrid *self,
                       unsigned column,
                       int pixels)
{
  KdGridCol *col = &self->cols[column];
  double width = (col->w - KD_GRID_CELL_PADDING + pixels) / kd_grid_digit_width (self);

  col->width = MAX (width, MIN_DIGITS);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static KdGridCol *
find_col (KdGrid *self,
          const char *id)
{
  for (unsigned i = 0; i < self->n_cols; i++)
    if (g_strcmp0 (self->cols[i].def->id, id) == 0)
      return &self->cols[i];
  return NULL;
}

GtkWidget *
kd_grid_new (const char *name,
             KdSelectMode mode,
             const KdGridColumn *columns,
             unsigned n_columns,
             gpointer user_data)
{
  KdGrid *self = g_object_new (KD_TYPE_GRID, NULL);

  self->cols = g_new0 (KdGridCol, n_columns);
  self->n_cols = n_columns;
  self->user_data = user_data;
  self->mode = mode;
  for (unsigned i = 0; i < n_columns; i++)
    self->cols[i]
      = (KdGridCol) { .def = &columns[i], .width = columns[i].width, .visible = TRUE };
  kd_grid_edit_init (self);
  self->header = kd_grid_header_new (self);
  /* Drawn last: rows scroll under it. */
  gtk_widget_set_parent (self->header, GTK_WIDGET (self));
  kd_grid_keys_init (self);

  self->selection = kd_selection_new (mode);
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_MULTI_SELECTABLE, mode == KD_SELECT_MANY,
                                  -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_COL_COUNT,
                                  (int) n_columns, GTK_ACCESSIBLE_RELATION_ROW_COUNT, 0, -1);
  return GTK_WIDGET (self);
}

void
kd_grid_set_model (KdGrid *self,
                   GListModel *model)
{
  g_return_if_fail (KD_IS_GRID (self));
  kd_selection_set_model (self->selection, model);
}

KdSelection *
kd_grid_get_selection (KdGrid *self)
{
  return self->selection;
}

void
kd_grid_set_order (KdGrid *self,
                   const char *column,
                   gboolean descending)
{
  KdGridCol *col = find_col (self, column);

  g_return_if_fail (KD_IS_GRID (self));

  self->order = col != NULL ? (int) (col - self->cols) : -1;
  self->descending = descending;
  kd_grid_header_show_order (KD_GRID_HEADER (self->header));
}

void
kd_grid_set_menu (KdGrid *self,
                  KdGridMenu menu)
{
  self->menu = menu;
}

double
kd_grid_get_column_width (KdGrid *self,
                          const char *column)
{
  KdGridCol *col = find_col (self, column);

  return col != NULL ? col->width : 0;
}

void
kd_grid_set_column_width (KdGrid *self,
                          const char *column,
                          double width)
{
  KdGridCol *col = find_col (self, column);

  g_return_if_fail (KD_IS_GRID (self));

  if (col == NULL)
    return;
  col->width = MAX (width, MIN_DIGITS);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
kd_grid_set_column_visible (KdGrid *self,
                            const char *column,
                            gboolean visible)
{
  KdGridCol *col = find_col (self, column);

  g_return_if_fail (KD_IS_GRID (self) && col != NULL);

  if (col->visible == visible)
    return;
  col->visible = visible;
  kd_grid_header_show_columns (KD_GRID_HEADER (self->header));
  for (unsigned i = 0; i < self->rows->len; i++)
    kd_grid_row_refresh (self->rows->pdata[i]);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

gboolean
kd_grid_get_cursor (KdGrid *self,
                    unsigned *ret_row,
                    unsigned *ret_column)
{
  if (self->cursor_row == GTK_INVALID_LIST_POSITION)
    return FALSE;
  if (ret_row != NULL)
    *ret_row = self->cursor_row;
  if (ret_column != NULL)
    *ret_column = self->cursor_col;
  return TRUE;
}

void
kd_grid_set_cursor (KdGrid *self,
                    unsigned row,
                    unsigned column)
{
  gboolean focused;

  g_return_if_fail (KD_IS_GRID (self) && column < self->n_cols);

  if (row >= kd_grid_n_rows (self))
    return;
  focused = kd_grid_has_cell_focus (self);
  self->cursor_row = row;
  self->cursor_col = column;
  self->following = row == kd_selection_get_current (self->selection);
  kd_grid_scroll_to (self, row, column);
  if (focused)
    kd_grid_focus_cursor (self);
  g_signal_emit (self, signals[CURSOR_CHANGED], 0);
}

unsigned
kd_grid_get_top (KdGrid *self)
{
  return self->row_height > 0 ? (unsigned) (kd_grid_value_of (self->vadjustment) / self->row_height) : 0;
}

void
kd_grid_set_top (KdGrid *self,
                 unsigned row)
{
  g_return_if_fail (KD_IS_GRID (self));

  /* Applied by the next layout, which knows the height of the rows. */
  self->wanted_top = row;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
