/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-item.h"
#include "kd-session.h"

G_BEGIN_DECLS

#define KD_NO_POSITION G_MAXUINT /* = GTK_INVALID_LIST_POSITION */

/*
 * A list of any length over a query: the ordered rids of all rows, and pages of 64 KdItems around
 * what is visible. get_item never blocks and never gives NULL below the length. It follows the
 * store by itself, with minimal items-changed.
 *
 * Signal: query-changing (), before another query takes the place of the present one.
 * Properties (read only, notified):
 *   loading (gboolean)    the rows of the present query aren't there yet; the old ones stay
 *   complete (gboolean)   the whole list is there, not its first rows alone
 *   truncated (gboolean)  a search found more than is shown ("1,000+")
 *   message (string)      (nullable) why reading failed, for a log
 */
#define KD_TYPE_WINDOW_MODEL (kd_window_model_get_type ())
G_DECLARE_FINAL_TYPE (KdWindowModel, kd_window_model, KD, WINDOW_MODEL, GObject)

/* @query: (nullable): NULL leaves the list empty until kd_window_model_set_query() */
KdWindowModel *kd_window_model_new (KdSession *session, const KdListQuery *query);

/* One range of items-changed, when the new rids are there; a read for an older query is dropped. */
void kd_window_model_set_query (KdWindowModel *self, const KdListQuery *query);
/* (nullable) (transfer none) */
const KdListQuery *kd_window_model_get_query (KdWindowModel *self);

gboolean kd_window_model_is_loading (KdWindowModel *self);
gboolean kd_window_model_is_complete (KdWindowModel *self);
gboolean kd_window_model_is_truncated (KdWindowModel *self);
const char *kd_window_model_get_message (KdWindowModel *self);

/* 0 beyond the length. Costs nothing, whatever the length. */
gint64 kd_window_model_get_rid (KdWindowModel *self, guint position);
/* Where a rid stands, KD_NO_POSITION if it doesn't. O(log n) amortised. */
guint kd_window_model_find (KdWindowModel *self, gint64 rid);

/**
 * kd_window_model_locate_async:
 *
 * Where the row of an id stands, once the list is complete: for links, restored selections, and
 * rows just made. The finish function gives KD_NO_POSITION where the list doesn't have it.
 */
void kd_window_model_locate_async (KdWindowModel *self, const KdId *id, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
guint kd_window_model_locate_finish (KdWindowModel *self, GAsyncResult *result, GError **error);

/* A hidden pane's list drops its pages and listens no more; shown again it refreshes once. */
void kd_window_model_set_active (KdWindowModel *self, gboolean active);

G_END_DECLS
