/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-item-private.h"

G_BEGIN_DECLS

#define KD_PAGE_ROWS 64
#define KD_PAGES_KEPT 32

/* The items of one list: the same rid is the same object as long as anyone holds it; the last
 * KD_PAGE_ROWS * KD_PAGES_KEPT used ones are held here. */
typedef struct _KdItemCache KdItemCache;

KdItemCache *kd_item_cache_new (KdListKind kind);
void kd_item_cache_free (KdItemCache *self);

/* (transfer full): the item of a rid, a new one without values if there is none */
KdItem *kd_item_cache_get (KdItemCache *self, gint64 rid);
/* (transfer none) (nullable) */
KdItem *kd_item_cache_lookup (KdItemCache *self, gint64 rid);
/* (transfer none) (nullable): among those that were loaded */
KdItem *kd_item_cache_find (KdItemCache *self, const KdId *id);
void kd_item_cache_rekey (KdItemCache *self, gint64 from, gint64 to);
/* Holds none any more; those that others hold stay known. */
void kd_item_cache_drop (KdItemCache *self);
guint kd_item_cache_get_held (KdItemCache *self);
/* (transfer container) (element-type KdItem): all that live */
GPtrArray *kd_item_cache_list (KdItemCache *self);

G_END_DECLS
