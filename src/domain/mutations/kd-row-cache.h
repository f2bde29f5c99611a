/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"

G_BEGIN_DECLS

/* What a KdRows has read or written while one mutation runs. Records it gives out stay as they
 * were until it is cleared, also when they are replaced. */
typedef struct _KdRowCache KdRowCache;

KdRowCache *kd_row_cache_new (void);
void kd_row_cache_free (KdRowCache *cache);
void kd_row_cache_clear (KdRowCache *cache);

/* Whether the row is known; @ret_record may be NULL: known to be absent. */
gboolean kd_row_cache_lookup (KdRowCache *cache, const KdKind *kind, const KdId *id, KdRecord **ret_record);
/* @record: (transfer full) (nullable) */
void kd_row_cache_set (KdRowCache *cache, const KdKind *kind, const KdId *id, KdRecord *record);

/**
 * kd_row_cache_take_all:
 * @read: (transfer full) (element-type KdRecord): rows as storage has them now
 * @fresh: (nullable): called for each row that was not known
 *
 * Returns: (transfer container): the same rows, owned by the cache
 */
GPtrArray *kd_row_cache_take_all (KdRowCache *cache, const KdKind *kind, GPtrArray *read,
                                  void (*fresh) (gpointer data, const KdRecord *record), gpointer data);

G_END_DECLS
