/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-window-model.h"

G_BEGIN_DECLS

/*
 * Which rows are selected: rids, or all of a list but some rids. Kept under filters; follows rows
 * whose rid changes; rows that are deleted leave it. Signal: changed ().
 *
 * The functions named like a set's take positions of the model and a gpointer, so that a
 * KdSelectionSet of the widgets can be made of them.
 */
#define KD_TYPE_ROW_SET (kd_row_set_get_type ())
G_DECLARE_FINAL_TYPE (KdRowSet, kd_row_set, KD, ROW_SET, GObject)

KdRowSet *kd_row_set_new (KdWindowModel *model);

guint64 kd_row_set_count (KdRowSet *self);
gboolean kd_row_set_has (KdRowSet *self, gint64 rid);
void kd_row_set_add (KdRowSet *self, gint64 rid);
void kd_row_set_remove (KdRowSet *self, gint64 rid);

gboolean kd_row_set_is_selected (gpointer set, unsigned position);
void kd_row_set_select (gpointer set, unsigned position, unsigned n, gboolean exclusive);
void kd_row_set_unselect (gpointer set, unsigned position, unsigned n);
void kd_row_set_select_all (gpointer set);
void kd_row_set_unselect_all (gpointer set);

/**
 * kd_row_set_ids_async:
 *
 * The ids of all its rows as they are now: what a bulk action freezes, and what is saved.
 * Finish: (transfer full): GArray of KdId, in the order of the list where it shows them
 */
void kd_row_set_ids_async (KdRowSet *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
GArray *kd_row_set_ids_finish (KdRowSet *self, GAsyncResult *result, GError **error);

/* Selects the rows of saved ids, those that still exist. */
void kd_row_set_restore_async (KdRowSet *self, const KdId *ids, guint n, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kd_row_set_restore_finish (KdRowSet *self, GAsyncResult *result, GError **error);

G_END_DECLS
