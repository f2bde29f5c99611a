/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KdClockFunc:
 *
 * Where the time comes from; passed in so that a test can set it.
 *
 * Returns: milliseconds since 1970 in UTC
 */
typedef gint64 (*KdClockFunc) (gpointer data);

G_END_DECLS
