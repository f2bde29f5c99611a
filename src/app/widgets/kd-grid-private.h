/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-grid.h"

G_BEGIN_DECLS

/* ---- one row of cells ---- */

#define KD_TYPE_GRID_ROW (kd_grid_row_get_type ())
G_DECLARE_FINAL_TYPE (KdGridRow, kd_grid_row, KD, GRID_ROW, GtkWidget)

#define KD_TYPE_GRID_CELL (kd_grid_cell_get_type ())
G_DECLARE_FINAL_TYPE (KdGridCell, kd_grid_cell, KD, GRID_CELL, GtkWidget)

GtkWidget *kd_grid_row_new (KdGrid *grid);
/* Shows an item at a position; nothing is done anew for the item it shows already. */
void kd_grid_row_bind (KdGridRow *self,
                       unsigned position,
                       GObject *item);
void kd_grid_row_unbind (KdGridRow *self);
void kd_grid_row_refresh (KdGridRow *self);
void kd_grid_row_set_selected (KdGridRow *self,
                               gboolean selected);
unsigned kd_grid_row_get_position (KdGridRow *self);
GObject *kd_grid_row_get_item (KdGridRow *self);
GtkWidget *kd_grid_row_get_cell (KdGridRow *self,
                                 unsigned column);

/* ---- the header ---- */

#define KD_TYPE_GRID_HEADER (kd_grid_header_get_type ())
G_DECLARE_FINAL_TYPE (KdGridHeader, kd_grid_header, KD, GRID_HEADER, GtkWidget)

GtkWidget *kd_grid_header_new (KdGrid *grid);
void kd_grid_header_show_order (KdGridHeader *self);
/* Follows which columns are visible. */
void kd_grid_header_show_columns (KdGridHeader *self);

/* ---- the grid ---- */

typedef struct {
  const KdGridColumn *def;
  double width; /* in digits */
  gboolean visible;
  int x; /* pixels from the start of the line, as of the last layout */
  int w;
} KdGridCol;

struct _KdGrid {
  GtkWidget parent_instance;

  /* what it shows */
  KdSelection *selection; /* (owned) */
  KdSelectMode mode;
  KdGridCol *cols; /* (owned) */
  unsigned n_cols;
  gpointer user_data;
  int order; /* index of a column, or -1 */
  gboolean descending;
  KdGridMenu menu;

  /* layout */
  GtkAdjustment *hadjustment; /* (owned) (nullable) */
  GtkAdjustment *vadjustment; /* (owned) (nullable) */
  GtkScrollablePolicy hpolicy;
  GtkScrollablePolicy vpolicy;
  GtkWidget *header;
  GPtrArray *rows; /* KdGridRow in view and one more, in the order of their positions */
  int row_height;  /* 0: not measured yet */
  int header_height;
  int total_width;
  unsigned wanted_top; /* GTK_INVALID_LIST_POSITION: none */
  gboolean remeasure;  /* the font is another one */
  gboolean allocating;
  guint rows_id; /* idle that makes missing rows */
  GtkWidget *popover; /* (nullable) of the context menu */

  /* cursor */
  unsigned cursor_row; /* GTK_INVALID_LIST_POSITION in an empty table */
  unsigned cursor_col;
  unsigned anchor_row; /* where a range of rows began */
  gboolean following;  /* the cursor is on the selection's current row */

  /* editor */
  GtkWidget *editor; /* GtkEntry, a child */
  GObject *edited;   /* (owned) (nullable) the item being edited */
  unsigned edited_row;
  unsigned edited_col;
  gboolean committing;
};

/* Both sides of a cell together, as in the style sheet. */
#define KD_GRID_CELL_PADDING 18

/* ---- layout (kd-grid-layout.c) ---- */

unsigned kd_grid_n_rows (KdGrid *self);
double kd_grid_digit_width (KdGrid *self);
double kd_grid_value_of (GtkAdjustment *adjustment);
void kd_grid_wanted_rows (KdGrid *self,
                          unsigned *ret_first,
                          unsigned *ret_n);
/* Gives every row in view a widget that shows its item. Not inside a layout. */
void kd_grid_update_rows (KdGrid *self);
void kd_grid_layout_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline);
void kd_grid_layout_allocate (GtkWidget *widget,
                              int width,
                              int height,
                              int baseline);
/* The widget of a row in view, or NULL. */
KdGridRow *kd_grid_find_row (KdGrid *self,
                             unsigned position);
void kd_grid_scroll_to (KdGrid *self,
                        unsigned row,
                        unsigned column);
/* The cell at a point of the grid. FALSE: none. */
gboolean kd_grid_pick_cell (KdGrid *self,
                            double x,
                            double y,
                            unsigned *ret_row,
                            unsigned *ret_column);

/* ---- the rest of the type (kd-grid.c) ---- */

/* Whether the focus is on the grid's cells (or on the grid for one out of view). */
gboolean kd_grid_has_cell_focus (KdGrid *self);
void kd_grid_focus_cursor (KdGrid *self);
/* For the header: the person asked for an order. */
void kd_grid_choose_order (KdGrid *self,
                           unsigned column);
void kd_grid_resize_column (KdGrid *self,
                            unsigned column,
                            int pixels);

/* ---- keys and pointer (kd-grid-keys.c) ---- */

void kd_grid_keys_class_init (GtkWidgetClass *widget_class);
void kd_grid_keys_init (KdGrid *self);
/* ---- editor (kd-grid-edit.c) ---- */

void kd_grid_edit_init (KdGrid *self);
gboolean kd_grid_edit_start (KdGrid *self);
/* FALSE: the value was refused and the editor is still open. */
gboolean kd_grid_edit_commit (KdGrid *self);
void kd_grid_edit_cancel (KdGrid *self);
gboolean kd_grid_can_edit (KdGrid *self,
                           unsigned row,
                           unsigned column);

/* ---- clipboard (kd-grid-clipboard.c) ---- */

void kd_grid_copy (KdGrid *self);
void kd_grid_paste (KdGrid *self);

G_END_DECLS
