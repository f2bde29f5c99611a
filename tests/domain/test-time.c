/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-time.h"

static void
test_known (void)
{
  static const struct
  {
    const char *text;
    gint64 ms;
    const char *back;
  } cases[] = {
    { "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z" },
    { "1985-04-12T23:20:50.52Z", 482196050520, "1985-04-12T23:20:50.520Z" },
    { "1996-12-19T16:39:57-08:00", 851042397000, "1996-12-20T00:39:57.000Z" },
    { "1990-12-31T23:59:60Z", 662687999000, "1990-12-31T23:59:59.000Z" },
    { "1937-01-01T12:00:27.87+00:20", -1041337172130, "1937-01-01T11:40:27.870Z" },
    { "2000-02-29t12:00:00z", 951825600000, "2000-02-29T12:00:00.000Z" },
    { "2026-11-21 14:52:00.1239+07:00", 1795247520123, "2026-11-21T07:52:00.123Z" },
    { "0001-01-01T00:00:00Z", -62135596800000, "0001-01-01T00:00:00.000Z" },
    { "9999-12-31T23:59:59.999Z", 253402300799999, "9999-12-31T23:59:59.999Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 ms;
      char text[KD_TIME_TEXT_LENGTH + 1];

      g_assert_true (kd_time_parse (cases[i].text, &ms));
      g_assert_cmpint (ms, ==, cases[i].ms);
      g_assert_cmpstr (kd_time_to_text (ms, text), ==, cases[i].back);
    }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "", "2026", "2026-11-21", "2026-11-21T14:52:00", "2026-11-21T14:52Z", "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z", "2026-01-01T23:59:61Z", "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+0700", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Zx",
    " 2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "1900-02-29T00:00:00Z", "+2026-01-01T00:00:00Z",
  };
  gint64 ms = 42, day = 42;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kd_time_parse (bad[i], &ms));
  g_assert_false (kd_date_parse ("2026-1-1", &day));
  g_assert_false (kd_date_parse ("2026-01-01T", &day));
  g_assert_cmpint (ms, ==, 42);
  g_assert_cmpint (day, ==, 42);
}

/* Against GLib's calendar, over the years it knows. */
static void
test_dates (void)
{
  g_autoptr (GDate) date = g_date_new_dmy (1, 1, 1);
  gint64 shift = (gint64) g_date_get_julian (date) - kd_date_from_parts (1, 1, 1);

  for (guint i = 0; i < 5000; i++)
    {
      gint64 day = g_test_rand_int_range (-719162, 2932896), back;
      int year, month, month_day;
      char text[KD_DATE_TEXT_LENGTH + 1];

      g_date_set_julian (date, (guint32) (day + shift));
      kd_date_get_parts (day, &year, &month, &month_day);
      g_assert_cmpint (year, ==, g_date_get_year (date));
      g_assert_cmpint (month, ==, g_date_get_month (date));
      g_assert_cmpint (month_day, ==, g_date_get_day (date));
      g_assert_cmpint (kd_date_from_parts (year, month, month_day), ==, day);
      g_assert_true (kd_date_parse (kd_date_to_text (day, text), &back));
      g_assert_cmpint (back, ==, day);
    }
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 5000; i++)
    {
      gint64 ms = (gint64) g_test_rand_double_range (-6.2e13, 2.5e14), back;
      char text[KD_TIME_TEXT_LENGTH + 1];

      g_assert_true (kd_time_parse (kd_time_to_text (ms, text), &back));
      g_assert_cmpint (back, ==, ms);
    }
}

static void
test_days_and_bounds (void)
{
  char text[KD_TIME_TEXT_LENGTH + 1];

  g_assert_cmpint (kd_time_get_day (0, 0), ==, 0);
  g_assert_cmpint (kd_time_get_day (-1, 0), ==, -1);
  g_assert_cmpint (kd_time_get_day (17 * KD_HOUR_MS, 420), ==, 1);
  g_assert_cmpint (kd_time_get_day (17 * KD_HOUR_MS - 1, 420), ==, 0);
  g_assert_cmpint (kd_time_clamp (5, 7, 9), ==, 7);
  g_assert_cmpint (kd_time_clamp (10, 7, 9), ==, 9);
  g_assert_cmpint (kd_time_clamp (8, 7, 9), ==, 8);
  g_assert_cmpint (kd_time_clamp (8, 9, 7), ==, 7);
  g_assert_cmpstr (kd_time_to_text (G_MAXINT64, text), ==, "9999-12-31T23:59:59.999Z");
  g_assert_cmpstr (kd_time_to_text (G_MININT64, text), ==, "0001-01-01T00:00:00.000Z");
}

void
kd_test_add_time (void)
{
  g_test_add_func ("/time/known", test_known);
  g_test_add_func ("/time/refused", test_refused);
  g_test_add_func ("/time/dates", test_dates);
  g_test_add_func ("/time/round-trip", test_round_trip);
  g_test_add_func ("/time/days-and-bounds", test_days_and_bounds);
}
