/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-selection.h"

G_BEGIN_DECLS

/*
 * A list of records: rows of one height over a lazy model, in a scrolled window.
 *
 * Property `click-opens` (boolean, to be written): one click activates. For a list that has no
 * detail beside it; other than GTK's own single click, it doesn't select what the pointer is over.
 *
 * Signals:
 *   activate (uint position)        Enter, double click, or click (see click-opens)
 *   open-in-window (uint position)  middle click, Ctrl+Enter
 * What is current and selected: kd_list_view_get_selection().
 */
#define KD_TYPE_LIST_VIEW (kd_list_view_get_type ())
G_DECLARE_FINAL_TYPE (KdListView, kd_list_view, KD, LIST_VIEW, GtkWidget)

/* How rows are made. Rows are reused for other items: bind shows all of an item, cheaply. */
typedef struct {
  GtkWidget *(*create) (gpointer user_data);
  /* Also called again at each signal `changed` of the item, where its type has one. */
  void (*bind) (GtkWidget *row,
                gpointer item,
                gpointer user_data);
  /* (nullable) The row lets go of the item. */
  void (*unbind) (GtkWidget *row,
                  gpointer user_data);
  /* What a screen reader says for the row. (transfer full) */
  char *(*name) (gpointer item,
                 gpointer user_data);
  /* (nullable) The context menu of the current row. (transfer full) (nullable) */
  GMenuModel *(*menu) (unsigned position,
                       gpointer user_data);
} KdRowFuncs;

/* name: the list's accessible name, translated. funcs must be static; user_data outlives self. */
GtkWidget *kd_list_view_new (const char *name,
                             KdSelectMode mode,
                             const KdRowFuncs *funcs,
                             gpointer user_data);

void kd_list_view_set_model (KdListView *self,
                             GListModel *model);
KdSelection *kd_list_view_get_selection (KdListView *self);

/* (nullable) Shown in place of the rows while there are none. */
void kd_list_view_set_empty (KdListView *self,
                             GtkWidget *empty);

/* Brings a row into view. */
void kd_list_view_scroll_to (KdListView *self,
                             unsigned position);
/* The first row in view, and putting a row there (for a restored view). */
unsigned kd_list_view_get_top (KdListView *self);
void kd_list_view_set_top (KdListView *self,
                           unsigned position);

/* Puts the focus on the current row, or the first. */
void kd_list_view_focus (KdListView *self);

G_END_DECLS
