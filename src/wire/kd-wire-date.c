/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-date.h"

#include <string.h>

#define JULIAN_OF_1970 719163   /* GDate's count: 1 is 0001-01-01 */
#define JULIAN_OF_9999 3652059  /* 9999-12-31 */

gboolean
kd_wire_date_to_text (gint64 days,
                      char text[KD_WIRE_DATE_LENGTH + 1])
{
  GDate date;

  if (days <= -JULIAN_OF_1970 || days > JULIAN_OF_9999 - JULIAN_OF_1970)
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) (days + JULIAN_OF_1970));
  g_snprintf (text, KD_WIRE_DATE_LENGTH + 1, "%04u-%02u-%02u", (guint) g_date_get_year (&date) % 10000,
              (guint) g_date_get_month (&date) % 100, (guint) g_date_get_day (&date) % 100);
  return TRUE;
}

gboolean
kd_wire_date_parse (const char *text,
                    gint64 *ret_days)
{
  guint year, month, day;
  GDate date;

  if (strlen (text) != KD_WIRE_DATE_LENGTH || text[4] != '-' || text[7] != '-')
    return FALSE;
  for (guint i = 0; i < KD_WIRE_DATE_LENGTH; i++)
    if (i != 4 && i != 7 && !g_ascii_isdigit (text[i]))
      return FALSE;
  year = (guint) g_ascii_strtoull (text, NULL, 10);
  month = (guint) g_ascii_strtoull (text + 5, NULL, 10);
  day = (guint) g_ascii_strtoull (text + 8, NULL, 10);
  if (year == 0 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  *ret_days = (gint64) g_date_get_julian (&date) - JULIAN_OF_1970;
  return TRUE;
}
