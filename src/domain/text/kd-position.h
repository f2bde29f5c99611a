/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A position is a text of [0-9A-Za-z] that says where a row stands among its siblings, compared
 * bytewise (ties go to the smaller id). There is always room between two different ones, so moving
 * a row writes that row alone.
 *
 * Form: a head, the digits of a whole number, the digits of a fraction that doesn't end in 0. The
 * head says how many digits the whole number has: a to z 1 to 26 from zero up, Z down to A 1 to 26
 * below zero. Adding at either end counts on and stays short; squeezing in between adds digits. */

/**
 * kd_position_is_valid:
 *
 * Whether @text has that form and at most 64 bytes.
 */
gboolean kd_position_is_valid (const char *text);

/**
 * kd_position_first:
 *
 * The position of the first row of all.
 */
char *kd_position_first (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_position_between:
 * @a: (nullable): the position before; %NULL: the new one comes first
 * @b: (nullable): the position after; %NULL: the new one comes last
 *
 * Returns: (nullable): a position with a < it < b; %NULL when there is none (equal or reversed
 *   neighbours, one that isn't valid, 64 bytes used up): the siblings then get new ones from
 *   kd_position_spread()
 */
char *kd_position_between (const char *a,
                           const char *b) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_position_after:
 * @last: (nullable)
 *
 * The position for a row that joins at the end: kd_position_between() with nothing after.
 */
char *kd_position_after (const char *last) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_position_spread:
 * @n: how many
 *
 * Returns: (transfer full) (nullable): @n positions in order between @a and @b, evenly,
 *   NULL-terminated; %NULL as for kd_position_between()
 */
char **kd_position_spread (const char *a,
                           const char *b,
                           guint n) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
