/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  KD_SELECT_ONE,  /* the current row is the selected one */
  KD_SELECT_MANY, /* the rows of a set are; the current row is the one last chosen by itself */
} KdSelectMode;

/*
 * Which rows are selected, by whatever names rows lastingly (their ids). Positions are those of
 * the model at the time of the call. No function may need the items themselves: a selection of
 * 100,000 rows is one call.
 */
typedef struct {
  gboolean (*is_selected) (gpointer set,
                           unsigned position);
  /* exclusive: nothing else stays selected. */
  void (*select) (gpointer set,
                  unsigned position,
                  unsigned n,
                  gboolean exclusive);
  void (*unselect) (gpointer set,
                    unsigned position,
                    unsigned n);
  void (*select_all) (gpointer set);
  void (*unselect_all) (gpointer set);
  /* (nullable: the rows of the model are asked one by one) How many rows are selected, whether
   * the model holds them now or not. */
  guint64 (*count) (gpointer set);
} KdSelectionSet;

/*
 * A GtkSelectionModel over a lazy list: unlike GTK's own it never fetches items to keep a
 * selection. Properties: current (position, GTK_INVALID_LIST_POSITION for none), which follows
 * its row when rows are inserted, removed or moved.
 */
#define KD_TYPE_SELECTION (kd_selection_get_type ())
G_DECLARE_FINAL_TYPE (KdSelection, kd_selection, KD, SELECTION, GObject)

KdSelection *kd_selection_new (KdSelectMode mode);

/* (nullable) The rows. */
void kd_selection_set_model (KdSelection *self,
                             GListModel *model);
GListModel *kd_selection_get_model (KdSelection *self);

/* For KD_SELECT_MANY. Without one, the selection keeps positions of its own, good for lists whose
 * rows don't move. The struct must be static. */
void kd_selection_set_set (KdSelection *self,
                           const KdSelectionSet *funcs,
                           gpointer set,
                           GDestroyNotify destroy);

/* How many rows are selected. */
guint64 kd_selection_get_count (KdSelection *self);

unsigned kd_selection_get_current (KdSelection *self);
/* Chooses a row as a click would; GTK_INVALID_LIST_POSITION: none. */
void kd_selection_set_current (KdSelection *self,
                               unsigned position);

/* The set was changed from outside (a saved one restored, rows re-keyed). */
void kd_selection_changed (KdSelection *self);

G_END_DECLS
