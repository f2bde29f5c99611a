/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

#include "kd-list-diff.h"

/* The ranges lead from the one list to the other, and are few. */

#define ROUNDS 400

static GArray *
list_of (const char *text)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (; *text != '\0'; text++)
    {
      gint64 rid = *text;
      g_array_append_val (list, rid);
    }
  return list;
}

static void
check_ranges (const GArray *old,
              const GArray *fresh,
              const GArray *ranges)
{
  guint at_old = 0, at_new = 0;

  for (guint i = 0; i <= ranges->len; i++)
    {
      KdListRange range = { old->len, old->len, fresh->len, fresh->len };

      if (i < ranges->len)
        range = g_array_index (ranges, KdListRange, i);
      g_assert_cmpuint (range.old_start - at_old, ==, range.new_start - at_new);
      while (at_old < range.old_start)
        g_assert_cmpint (g_array_index (old, gint64, at_old++), ==, g_array_index (fresh, gint64, at_new++));
      g_assert_true (i == ranges->len || range.old_start < range.old_end || range.new_start < range.new_end);
      at_old = range.old_end;
      at_new = range.new_end;
    }
}

typedef struct
{
  const char *old, *fresh, *ranges;
} Case;

static void
test_cases (void)
{
  static const Case cases[] = {
    { "", "", "" },
    { "abc", "abc", "" },
    { "", "abc", "0-0:0-3 " },
    { "abc", "", "0-3:0-0 " },
    { "abc", "abxc", "2-2:2-3 " },
    { "abc", "ac", "1-2:1-1 " },
    { "abcdef", "xabcdey", "0-0:0-1 5-6:6-7 " },
    { "abcdef", "fabcde", "0-6:0-6 " },
    { "abcdef", "bcdefa", "0-6:0-6 " },
    { "abcdefgh", "acbdefgh", "1-3:1-3 " },
    { "abcdefgh", "abcdxfgh", "4-5:4-5 " },
    { "abcdefgh", "bcdeafghz", "0-5:0-5 8-8:8-9 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) old = list_of (cases[i].old), fresh = list_of (cases[i].fresh);
      g_autoptr (GArray) ranges = kd_list_diff ((gint64 *) old->data, old->len, (gint64 *) fresh->data, fresh->len);
      g_autoptr (GString) told = g_string_new (NULL);

      for (guint r = 0; r < ranges->len; r++)
        {
          const KdListRange *range = &g_array_index (ranges, KdListRange, r);
          g_string_append_printf (told, "%u-%u:%u-%u ", range->old_start, range->old_end, range->new_start,
                                  range->new_end);
        }
      g_assert_cmpstr (told->str, ==, cases[i].ranges);
      check_ranges (old, fresh, ranges);
    }
}

static void
change (KdRandom *random,
        GArray *list,
        gint64 *next)
{
  guint n = kd_random_below (random, 6);

  for (guint i = 0; i < n; i++)
    {
      guint from = list->len > 0 ? kd_random_below (random, list->len) : 0;
      gint64 rid = kd_random_below (random, 2) && list->len > 0 ? g_array_index (list, gint64, from) : 0;

      if (list->len > 0 && kd_random_below (random, 3) > 0)
        g_array_remove_index (list, from);
      else
        rid = ++*next;
      if (rid != 0)
        g_array_insert_val (list, kd_random_below (random, list->len + 1), rid);
    }
}

static void
test_random (void)
{
  KdRandom random = KD_RANDOM (3);

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GArray) old = g_array_new (FALSE, FALSE, sizeof (gint64)), fresh = NULL;
      g_autoptr (GArray) ranges = NULL;
      gint64 next = 0;

      for (guint i = kd_random_below (&random, 1500); i-- > 0;)
        {
          next++;
          g_array_append_val (old, next);
        }
      fresh = g_array_copy (old);
      change (&random, fresh, &next);
      ranges = kd_list_diff ((gint64 *) old->data, old->len, (gint64 *) fresh->data, fresh->len);
      check_ranges (old, fresh, ranges);
      g_assert_cmpuint (ranges->len, <=, 12);
    }
}

/* 100,000 rows in another order are one range, and don't take long. */
static void
test_large (void)
{
  g_autoptr (GArray) old = g_array_new (FALSE, FALSE, sizeof (gint64)), fresh = NULL, ranges = NULL;
  KdRandom random = KD_RANDOM (9);
  gint64 began;

  for (gint64 i = 1; i <= 100000; i++)
    g_array_append_val (old, i);
  fresh = g_array_copy (old);
  for (guint i = fresh->len; i-- > 1;)
    {
      guint j = kd_random_below (&random, i + 1);
      gint64 swap = g_array_index (fresh, gint64, i);

      g_array_index (fresh, gint64, i) = g_array_index (fresh, gint64, j);
      g_array_index (fresh, gint64, j) = swap;
    }
  began = g_get_monotonic_time ();
  ranges = kd_list_diff ((gint64 *) old->data, old->len, (gint64 *) fresh->data, fresh->len);
  g_test_message ("a shuffled list of 100,000: %d ms", (int) ((g_get_monotonic_time () - began) / 1000));
  check_ranges (old, fresh, ranges);
  g_assert_cmpuint (ranges->len, <=, KD_LIST_RANGES_MAX);
}

void
test_diff_add (void)
{
  g_test_add_func ("/diff/cases", test_cases);
  g_test_add_func ("/diff/random", test_random);
  g_test_add_func ("/diff/large", test_large);
}
