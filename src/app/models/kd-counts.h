/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store-lists.h"

G_BEGIN_DECLS

/*
 * The numbers that stand in tabs, rail and sync chip. One object in a session, kept up to date by
 * the store. Signal: changed ().
 */
#define KD_TYPE_COUNTS (kd_counts_get_type ())
G_DECLARE_FINAL_TYPE (KdCounts, kd_counts, KD, COUNTS, GObject)

gboolean kd_counts_is_loaded (KdCounts *self);
guint kd_counts_get_orders (KdCounts *self, KdOrderTab tab);
guint kd_counts_get_unread (KdCounts *self);
/* (not nullable): what waits, problems, conflicts, tasks, last sync */
const KdStoreStatus *kd_counts_get_status (KdCounts *self);

G_END_DECLS
