/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-counts.h"

G_BEGIN_DECLS

KdCounts *kd_counts_new (KdStore *store);
/* Reads again what @changes (nullable: everything) may have changed; under load at most one read
 * runs and one waits. */
void kd_counts_refresh (KdCounts *self, const KdChangeSet *changes);

/* While it is held nothing is read; what was asked for is read when it is let go. */
void kd_counts_hold (KdCounts *self, gboolean held);
gboolean kd_counts_is_held (KdCounts *self);

G_END_DECLS
