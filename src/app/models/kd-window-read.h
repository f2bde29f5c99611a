/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-list-diff.h"
#include "kd-store-lists.h"

G_BEGIN_DECLS

/* What a window model reads, off the main thread. */

/* The first rows of a query, with their values. */
typedef struct
{
  GArray *rids;           /* of gint64 */
  GPtrArray *rows;        /* of KdListRow */
  gboolean all;           /* there are no others */
} KdFirstRows;
void kd_first_rows_free (KdFirstRows *first);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdFirstRows, kd_first_rows_free)

/* The whole list, and how it differs from the one before. */
typedef struct
{
  GArray *rids;
  GArray *ranges;         /* of KdListRange */
} KdWholeList;
void kd_whole_list_free (KdWholeList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdWholeList, kd_whole_list_free)

/* @n: how many */
void kd_read_first_async (KdStore *store, const KdListQuery *query, guint n, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
/* @old: (nullable): what the ranges are counted from; NULL: one range is the caller's business */
void kd_read_whole_async (KdStore *store, const KdListQuery *query, const GArray *old, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
/* (transfer full) @rids. Gives a GPtrArray of KdListRow, NULL where one is gone. */
void kd_read_rows_async (KdStore *store, KdListKind kind, GArray *rids, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data);
/* Gives the rid of an id: *gint64, 0 for none. */
void kd_read_rid_async (KdStore *store, const KdKind *kind, const KdId *id, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data);

G_END_DECLS
