/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kd_log_start:
 * @level: the least that is written: "error", "warning", "info" or "debug"
 *
 * From now on the log is one JSON object a line on standard error.
 */
void kd_log_start (const char *level);

G_END_DECLS
