/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-diff.h"

/* The rows that stay are the longest rising sequence of old places in the new order; everything
 * between two of them is a range. */

#define NOWHERE G_MAXUINT

/* Old place of each new row. */
static guint *
old_places (const gint64 *old,
            guint n_old,
            const gint64 *fresh,
            guint n_fresh)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint *places = g_new (guint, n_fresh + 1);

  for (guint i = 0; i < n_old; i++)
    g_hash_table_insert (known, (gpointer) &old[i], GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < n_fresh; i++)
    places[i] = GPOINTER_TO_UINT (g_hash_table_lookup (known, &fresh[i])) - 1;
  return places;
}

/* Marks the rows of the longest rising sequence of @places. */
static gboolean *
find_kept (const guint *places,
           guint n)
{
  gboolean *kept = g_new0 (gboolean, n + 1);
  g_autofree guint *tails = g_new (guint, n + 1), *before = g_new (guint, n + 1);
  guint length = 0;

  for (guint i = 0; i < n; i++)
    {
      guint low = 0, high = length;

      if (places[i] == NOWHERE)
        continue;
      while (low < high)
        {
          guint middle = (low + high) / 2;
          if (places[tails[middle]] < places[i])
            low = middle + 1;
          else
            high = middle;
        }
      before[i] = low > 0 ? tails[low - 1] : NOWHERE;
      tails[low] = i;
      length = MAX (length, low + 1);
    }
  for (guint i = length > 0 ? tails[length - 1] : NOWHERE; i != NOWHERE; i = before[i])
    kept[i] = TRUE;
  return kept;
}

static GArray *
ranges_between (const guint *places,
                const gboolean *kept,
                guint n_old,
                guint n_fresh)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (KdListRange));
  guint old_at = 0, new_at = 0;

  for (guint i = 0; i <= n_fresh; i++)
    {
      guint old_end = i < n_fresh ? places[i] : n_old;
      KdListRange range;

      if (i < n_fresh && !kept[i])
        continue;
      range = (KdListRange){ old_at, old_end, new_at, i };
      if (range.old_start < range.old_end || range.new_start < range.new_end)
        g_array_append_val (ranges, range);
      old_at = old_end + 1;
      new_at = i + 1;
    }
  return ranges;
}

static guint
range_of_old (GArray *ranges,
              guint place)
{
  guint low = 0, high = ranges->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      if (g_array_index (ranges, KdListRange, middle).old_end <= place)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* A row that moved is in one range that covers where it was and where it is. */
static GArray *
join_moves (GArray *ranges,
            const guint *places)
{
  GArray *joined = g_array_new (FALSE, FALSE, sizeof (KdListRange));
  g_autofree guint *reach = g_new (guint, ranges->len + 1);

  for (guint i = 0; i < ranges->len; i++)
    reach[i] = i;
  for (guint i = 0; i < ranges->len; i++)
    {
      const KdListRange *range = &g_array_index (ranges, KdListRange, i);

      for (guint row = range->new_start; row < range->new_end; row++)
        {
          guint place = places[row], other, first;

          if (place == NOWHERE || MAX (place, row) - MIN (place, row) > KD_LIST_MOVE_MAX)
            continue;
          other = range_of_old (ranges, place);
          first = MIN (i, other);
          reach[first] = MAX (reach[first], MAX (i, other));
        }
    }
  for (guint i = 0; i < ranges->len;)
    {
      KdListRange range = g_array_index (ranges, KdListRange, i);
      guint end = reach[i];

      for (guint j = i; j <= end; j++)
        end = MAX (end, reach[j]);
      range.old_end = g_array_index (ranges, KdListRange, end).old_end;
      range.new_end = g_array_index (ranges, KdListRange, end).new_end;
      g_array_append_val (joined, range);
      i = end + 1;
    }
  g_array_unref (ranges);
  return joined;
}

GArray *
kd_list_diff (const gint64 *old,
              guint n_old,
              const gint64 *fresh,
              guint n_fresh)
{
  guint head = 0, tail = 0;
  g_autofree guint *places = NULL;
  g_autofree gboolean *kept = NULL;
  GArray *ranges;

  while (head < n_old && head < n_fresh && old[head] == fresh[head])
    head++;
  while (tail < n_old - head && tail < n_fresh - head && old[n_old - 1 - tail] == fresh[n_fresh - 1 - tail])
    tail++;
  n_old -= head + tail;
  n_fresh -= head + tail;
  places = old_places (old + head, n_old, fresh + head, n_fresh);
  kept = find_kept (places, n_fresh);
  ranges = join_moves (ranges_between (places, kept, n_old, n_fresh), places);
  if (ranges->len > KD_LIST_RANGES_MAX)
    {
      KdListRange *first = &g_array_index (ranges, KdListRange, 0);
      const KdListRange *last = &g_array_index (ranges, KdListRange, ranges->len - 1);

      first->old_end = last->old_end;
      first->new_end = last->new_end;
      g_array_set_size (ranges, 1);
    }
  for (guint i = 0; i < ranges->len; i++)
    {
      KdListRange *range = &g_array_index (ranges, KdListRange, i);

      range->old_start += head;
      range->old_end += head;
      range->new_start += head;
      range->new_end += head;
    }
  return ranges;
}
