/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times are milliseconds since 1970 in UTC, days are days since 1970-01-01; both in the Gregorian
 * calendar throughout. */

#define KD_MINUTE_MS G_GINT64_CONSTANT (60000)
#define KD_HOUR_MS (60 * KD_MINUTE_MS)
#define KD_DAY_MS (24 * KD_HOUR_MS)

#define KD_TIME_TEXT_LENGTH 24 /* "2026-11-21T14:52:00.123Z", without the final NUL */
#define KD_DATE_TEXT_LENGTH 10 /* "2026-11-21" */

/**
 * kd_time_parse:
 * @text: RFC 3339 with any offset; digits behind the milliseconds are cut off, the leap second is
 *   read as the one before it
 *
 * Returns: whether @text is a time of the years 1 to 9999; @ret_ms is untouched if not
 */
gboolean kd_time_parse (const char *text,
                        gint64 *ret_ms);

/**
 * kd_time_to_text:
 * @ms: of the years 1 to 9999; what lies beyond is written as their first or last moment
 * @text: (out): room for %KD_TIME_TEXT_LENGTH + 1 bytes; UTC, always with milliseconds, so that
 *   texts sort as times
 */
const char *kd_time_to_text (gint64 ms,
                             char text[KD_TIME_TEXT_LENGTH + 1]);

/**
 * kd_time_clamp:
 *
 * Returns: @ms, not before @earliest and not after @latest; @latest wins where they cross
 */
gint64 kd_time_clamp (gint64 ms,
                      gint64 earliest,
                      gint64 latest);

/**
 * kd_time_get_day:
 * @offset_minutes: east of UTC, where the day is looked at (420 in Jakarta)
 */
gint64 kd_time_get_day (gint64 ms,
                        int offset_minutes);

gboolean kd_date_parse (const char *text,
                        gint64 *ret_day);
const char *kd_date_to_text (gint64 day,
                             char text[KD_DATE_TEXT_LENGTH + 1]);

/* @month from 1, @day from 1. */
gint64 kd_date_from_parts (int year,
                           int month,
                           int day);
void kd_date_get_parts (gint64 days,
                        int *ret_year,
                        int *ret_month,
                        int *ret_day);

G_END_DECLS
