/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* The value that lost, as a patch of the row the conflict speaks of. (transfer full) (nullable):
 * NULL where this version doesn't know the field. */
KdPartial *kd_conflict_get_value (const KdConflict *conflict);

G_END_DECLS
