/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-item.h"
#include "kd-session.h"

G_BEGIN_DECLS

KdItem *kd_item_new (KdListKind kind, gint64 rid);
/* Its row has another rid now; no signal. */
void kd_item_set_rid (KdItem *self, gint64 rid);

/**
 * kd_item_take_row:
 * @row: (transfer full): as read at @generation
 *
 * Values typed and not committed by then are laid over it. Emits `changed`.
 */
void kd_item_take_row (KdItem *self, KdSession *session, KdListRow *row, guint64 generation);
/* Lays typed values over what is shown: at once, before their commit. */
void kd_item_show_pending (KdItem *self, KdSession *session);

/* Wants a row at least as new as @generation. */
void kd_item_set_stale (KdItem *self, guint64 generation);
gboolean kd_item_is_stale (KdItem *self);
gboolean kd_item_needs_newer_than (KdItem *self, guint64 generation);

G_END_DECLS
