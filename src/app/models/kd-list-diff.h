/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What leads from one list of rids to another, each rid at most once in either. */
typedef struct
{
  guint old_start, old_end;     /* rows that go */
  guint new_start, new_end;     /* rows that stand there instead */
} KdListRange;

#define KD_LIST_MOVE_MAX 500    /* places that a moved row may go and stay in one range */
#define KD_LIST_RANGES_MAX 64   /* more become one */

/**
 * kd_list_diff:
 *
 * The smallest ranges, in order and apart; a row that moved up to KD_LIST_MOVE_MAX places lies in
 * one range with both its places. No range has rows on neither side. Any thread.
 *
 * Returns: (transfer full): of KdListRange
 */
GArray *kd_list_diff (const gint64 *old, guint n_old, const gint64 *fresh, guint n_fresh);

G_END_DECLS
