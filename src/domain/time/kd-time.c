/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-time.h"

#define YEAR_MAX 9999

/* Days from 0000-03-01 to 1970-01-01. Years that begin in March end with the leap day. */
#define EPOCH_SHIFT 719468
#define DAYS_IN_ERA 146097 /* 400 years */

static gint64
divide_down (gint64 value,
             gint64 by)
{
  return value / by - (value % by < 0);
}

gint64
kd_date_from_parts (int year,
                    int month,
                    int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = divide_down (y, 400);
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * DAYS_IN_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
         day_of_year - EPOCH_SHIFT;
}

void
kd_date_get_parts (gint64 days,
                   int *ret_year,
                   int *ret_month,
                   int *ret_day)
{
  gint64 shifted = days + EPOCH_SHIFT;
  gint64 era = divide_down (shifted, DAYS_IN_ERA);
  gint64 day_of_era = shifted - era * DAYS_IN_ERA;
  gint64 year_of_era =
    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int month = (int) ((5 * day_of_year + 2) / 153);

  *ret_day = (int) (day_of_year - (153 * month + 2) / 5 + 1);
  *ret_month = month < 10 ? month + 3 : month - 9;
  *ret_year = (int) (year_of_era + era * 400) + (*ret_month <= 2);
}

static gboolean
read_digits (const char **at,
             guint n,
             int *ret_value)
{
  int value = 0;

  for (guint i = 0; i < n; i++, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      value = value * 10 + (**at - '0');
    }
  *ret_value = value;
  return TRUE;
}

static gboolean
take (const char **at,
      char wanted)
{
  if (**at != wanted)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
read_date (const char **at,
           gint64 *ret_day)
{
  int year, month, day, back_year, back_month, back_day;
  gint64 days;

  if (!read_digits (at, 4, &year) || !take (at, '-') || !read_digits (at, 2, &month) ||
      !take (at, '-') || !read_digits (at, 2, &day))
    return FALSE;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
    return FALSE;
  days = kd_date_from_parts (year, month, day);
  /* A day that the month doesn't have comes back as another. */
  kd_date_get_parts (days, &back_year, &back_month, &back_day);
  if (back_month != month)
    return FALSE;
  *ret_day = days;
  return TRUE;
}

static gboolean
read_clock (const char **at,
            gint64 *ret_ms)
{
  int hour, minute, second, ms = 0, weight = 100;

  if (!read_digits (at, 2, &hour) || !take (at, ':') || !read_digits (at, 2, &minute) ||
      !take (at, ':') || !read_digits (at, 2, &second))
    return FALSE;
  if (hour > 23 || minute > 59 || second > 60)
    return FALSE;
  if (take (at, '.'))
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      for (; g_ascii_isdigit (**at); (*at)++, weight /= 10)
        ms += (**at - '0') * weight;
    }
  *ret_ms = hour * KD_HOUR_MS + minute * KD_MINUTE_MS + MIN (second, 59) * 1000 + ms;
  return TRUE;
}

static gboolean
read_offset (const char **at,
             gint64 *ret_ms)
{
  gboolean west;
  int hours, minutes;

  *ret_ms = 0;
  if (take (at, 'Z') || take (at, 'z'))
    return TRUE;
  west = take (at, '-');
  if (!west && !take (at, '+'))
    return FALSE;
  if (!read_digits (at, 2, &hours) || !take (at, ':') || !read_digits (at, 2, &minutes) ||
      hours > 23 || minutes > 59)
    return FALSE;
  *ret_ms = hours * KD_HOUR_MS + minutes * KD_MINUTE_MS;
  if (west)
    *ret_ms = -*ret_ms;
  return TRUE;
}

gboolean
kd_time_parse (const char *text,
               gint64 *ret_ms)
{
  const char *at = text;
  gint64 day, clock, offset;

  if (!read_date (&at, &day) || !(take (&at, 'T') || take (&at, 't') || take (&at, ' ')) ||
      !read_clock (&at, &clock) || !read_offset (&at, &offset) || *at != '\0')
    return FALSE;
  *ret_ms = day * KD_DAY_MS + clock - offset;
  return TRUE;
}

const char *
kd_time_to_text (gint64 ms,
                 char text[KD_TIME_TEXT_LENGTH + 1])
{
  gint64 first = kd_date_from_parts (1, 1, 1) * KD_DAY_MS;
  gint64 last = kd_date_from_parts (YEAR_MAX + 1, 1, 1) * KD_DAY_MS - 1;
  gint64 day, rest;
  char date[KD_DATE_TEXT_LENGTH + 1];

  ms = kd_time_clamp (ms, first, last);
  day = divide_down (ms, KD_DAY_MS);
  rest = ms - day * KD_DAY_MS;
  g_snprintf (text, KD_TIME_TEXT_LENGTH + 1, "%sT%02d:%02d:%02d.%03dZ",
              kd_date_to_text (day, date), (int) (rest / KD_HOUR_MS),
              (int) (rest / KD_MINUTE_MS % 60), (int) (rest / 1000 % 60), (int) (rest % 1000));
  return text;
}

gint64
kd_time_clamp (gint64 ms,
               gint64 earliest,
               gint64 latest)
{
  return MIN (MAX (ms, earliest), latest);
}

gint64
kd_time_get_day (gint64 ms,
                 int offset_minutes)
{
  return divide_down (ms + offset_minutes * KD_MINUTE_MS, KD_DAY_MS);
}

gboolean
kd_date_parse (const char *text,
               gint64 *ret_day)
{
  const char *at = text;
  gint64 day;

  if (!read_date (&at, &day) || *at != '\0')
    return FALSE;
  *ret_day = day;
  return TRUE;
}

const char *
kd_date_to_text (gint64 day,
                 char text[KD_DATE_TEXT_LENGTH + 1])
{
  int year, month, day_of_month;

  day = CLAMP (day, kd_date_from_parts (1, 1, 1), kd_date_from_parts (YEAR_MAX, 12, 31));
  kd_date_get_parts (day, &year, &month, &day_of_month);
  g_snprintf (text, KD_DATE_TEXT_LENGTH + 1, "%04d-%02d-%02d", year, month, day_of_month);
  return text;
}
