/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KD_WIRE_DATE_LENGTH 10

/* Days since 1970-01-01 and "YYYY-MM-DD", for the years 1 to 9999. */
gboolean kd_wire_date_to_text (gint64 days,
                               char text[KD_WIRE_DATE_LENGTH + 1]);
gboolean kd_wire_date_parse (const char *text,
                             gint64 *ret_days);

G_END_DECLS
