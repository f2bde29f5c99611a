/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kd_real_clock:
 * @data: unused; there so that the function can be passed where a clock is asked for
 *
 * Returns: the computer's time: milliseconds since 1970 in UTC. It may jump when somebody sets
 *   the clock; what measures a span uses g_get_monotonic_time()
 */
gint64 kd_real_clock (gpointer data);

G_END_DECLS
