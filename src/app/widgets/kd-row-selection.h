/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-row-set.h"
#include "kd-selection.h"

G_BEGIN_DECLS

/* Makes the rows of a set the selected ones: for a KD_SELECT_MANY selection over the set's own
 * model. The selection keeps the set and follows it. */
void kd_selection_use_row_set (KdSelection *self,
                               KdRowSet *set);

G_END_DECLS
