/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-selection.h"

G_BEGIN_DECLS

typedef enum {
  KD_GRID_NUMBER = 1 << 0,   /* at the end of its cell, digits of one width */
  KD_GRID_SORTABLE = 1 << 1, /* a click on the header asks for another order */
  KD_GRID_EXPAND = 1 << 2,   /* takes what is left of the width */
} KdGridColumnFlags;

/* One column of a static table. user_data is the grid's. Items may have no values yet (being
 * loaded): text then gives "". */
typedef struct {
  const char *id;
  const char *title; /* marked with N_() */
  unsigned width;    /* in digits of the font, at first */
  KdGridColumnFlags flags;

  /* What the cell shows; also its accessible name and what is copied. (transfer full) */
  char *(*text) (gpointer item,
                 gpointer user_data);

  /* (nullable) Writes what was typed; FALSE with an error keeps the editor open. A column without
   * it can't be edited. */
  gboolean (*set) (gpointer item,
                   const char *text,
                   gpointer user_data,
                   GError **error);
  /* (nullable: text) What the editor begins with. (transfer full) */
  char *(*edit_text) (gpointer item,
                      gpointer user_data);
  /* (nullable: always) Whether this item's cell can be edited. */
  gboolean (*can_edit) (gpointer item,
                        gpointer user_data);
  /* (nullable) What is wrong with the value: shown as tooltip, spoken as description. NULL: all
   * is well. (transfer full) */
  char *(*problem) (gpointer item,
                    gpointer user_data);

  /* (nullable) A widget in place of the text: a picture, a chip. Not taller than a line or two:
   * all rows have one height. */
  GtkWidget *(*create) (gpointer user_data);
  void (*bind) (GtkWidget *widget,
                gpointer item,
                gpointer user_data);
} KdGridColumn;

/*
 * A table over a lazy model, for a GtkScrolledWindow: it holds widgets for the rows in view and
 * one more. The header stays, its clicks ask for an order. Cells are reached with the arrow keys,
 * Home, End, Page Up and Page Down (with Ctrl: first and last row), edited with F2, Enter or by
 * typing, copied and pasted as tab-separated text. Rows are selected by click, Space, Shift and
 * Ctrl+A, in a KdSelection.
 *
 * Signals:
 *   order-changed (const char *column, gboolean descending)
 *   activate (uint row)         Enter or double click on a cell that can't be edited
 *   open-in-window (uint row)   middle click; Ctrl+Enter
 *   cursor-changed ()
 *   fill (const char *column, const char *text)   Ctrl+Enter in the editor with several rows
 *                               selected: give all of them this value, in one operation
 *   paste (uint row, uint column, GPtrArray *lines) -> gboolean   lines of GStrv; TRUE: dealt
 *                               with. Otherwise each value is set cell by cell.
 */
#define KD_TYPE_GRID (kd_grid_get_type ())
G_DECLARE_FINAL_TYPE (KdGrid, kd_grid, KD, GRID, GtkWidget)

/* name: the table's accessible name, translated. columns must be static. */
GtkWidget *kd_grid_new (const char *name,
                        KdSelectMode mode,
                        const KdGridColumn *columns,
                        unsigned n_columns,
                        gpointer user_data);

void kd_grid_set_model (KdGrid *self,
                        GListModel *model);
KdSelection *kd_grid_get_selection (KdGrid *self);

/* The arrow in the header; doesn't tell. column NULL: none. */
void kd_grid_set_order (KdGrid *self,
                        const char *column,
                        gboolean descending);

/* (nullable) The context menu of a row. (transfer full) */
typedef GMenuModel *(*KdGridMenu) (unsigned row,
                                   gpointer user_data);
void kd_grid_set_menu (KdGrid *self,
                       KdGridMenu menu);

/* Widths in digits of the font, as they are saved. */
double kd_grid_get_column_width (KdGrid *self,
                                 const char *column);
void kd_grid_set_column_width (KdGrid *self,
                               const char *column,
                               double width);
void kd_grid_set_column_visible (KdGrid *self,
                                 const char *column,
                                 gboolean visible);

/* The cell with the focus; FALSE in an empty table. */
gboolean kd_grid_get_cursor (KdGrid *self,
                             unsigned *ret_row,
                             unsigned *ret_column);
/* Moves the cursor, scrolls to it and, if the grid has the focus, focuses the cell. */
void kd_grid_set_cursor (KdGrid *self,
                         unsigned row,
                         unsigned column);

/* Opens the editor on the cursor's cell. FALSE: it can't be edited. */
gboolean kd_grid_edit (KdGrid *self);

unsigned kd_grid_get_top (KdGrid *self);
void kd_grid_set_top (KdGrid *self,
                      unsigned row);

/* The selected rows (of the cursor's cell alone, if none or one is) as tab-separated text. At most
 * KD_GRID_MOST_COPIED rows. (transfer full) */
#define KD_GRID_MOST_COPIED 10000
char *kd_grid_copy_text (KdGrid *self);

/* Splits tab-separated text as spreadsheets write it, quotes included: of GStrv. */
GPtrArray *kd_grid_split_text (const char *text);

G_END_DECLS
