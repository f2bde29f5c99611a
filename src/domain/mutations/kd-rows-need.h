/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation.h"

G_BEGIN_DECLS

/**
 * kd_rows_need:
 *
 * A row without which a change makes no sense. Missing: "row.gone", or waiting on a device that
 * has never held it.
 *
 * Returns: (nullable) (transfer none)
 */
const KdRecord *kd_rows_need (KdRows *rows, const KdContext *ctx, const KdKind *kind, const KdId *id, KdOutcome *outcome);

/**
 * kd_rows_new_id:
 *
 * Whether a new row may have this id; refuses "row.used", or "bad_field" for none.
 */
gboolean kd_rows_new_id (KdRows *rows, const KdKind *kind, const KdId *id, KdOutcome *outcome);

/* Adds an id to the outcome's detail. */
void kd_outcome_add_id (KdOutcome *outcome, const char *key, const KdId *id);

G_END_DECLS
