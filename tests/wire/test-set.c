/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include "kd-kinds.h"

#include <string.h>

/* The laws of merging and of patches, over random values. */

#define ROUNDS 400
#define MEMBERS 6

static char **
random_texts (KdRandom *random)
{
  static const char *const names[MEMBERS] = { "a", "b", "B", "kopi", "é", "zz" };
  const char *members[2 * MEMBERS + 1];
  guint n = kd_random_below (random, 2 * MEMBERS);

  for (guint i = 0; i < n; i++)
    members[i] = names[kd_random_below (random, MEMBERS)];
  members[n] = NULL;
  return kd_text_set_new (members);
}

static GArray *
random_refs (KdRandom *random)
{
  KdId members[MEMBERS];
  guint n = kd_random_below (random, MEMBERS);

  for (guint i = 0; i < n; i++)
    {
      members[i] = KD_ID_NONE;
      members[i].b[15] = (guint8) (1 + kd_random_below (random, MEMBERS));
    }
  return kd_ref_set_new (members, n);
}

static gboolean
texts_equal (char **a,
             char **b)
{
  static char *none[] = { NULL };
  return g_strv_equal ((const char *const *) (a != NULL ? a : none), (const char *const *) (b != NULL ? b : none));
}

static void
assert_sorted (char **set)
{
  for (guint i = 1; set != NULL && set[i - 1] != NULL && set[i] != NULL; i++)
    g_assert_cmpint (strcmp (set[i - 1], set[i]), <, 0);
}

static void
test_texts (void)
{
  KdRandom random = KD_RANDOM (7);

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_auto (GStrv) base = random_texts (&random), one = random_texts (&random), two = random_texts (&random);
      g_auto (GStrv) wanted = kd_text_set_merge (base, base, one);
      g_auto (GStrv) unchanged = kd_text_set_merge (one, base, base);
      g_auto (GStrv) there = kd_text_set_merge (one, base, two), back = kd_text_set_merge (two, base, one);
      g_auto (GStrv) again = kd_text_set_merge (there, base, two);

      g_assert_true (texts_equal (wanted, one));
      g_assert_true (texts_equal (unchanged, one));
      g_assert_true (texts_equal (there, back));
      g_assert_true (texts_equal (again, there));
      assert_sorted (there);
      for (guint i = 0; there != NULL && there[i] != NULL; i++)
        g_assert_true (kd_text_set_has (one, there[i]) || kd_text_set_has (two, there[i]));
    }
}

static gboolean
refs_equal (GArray *a,
            GArray *b)
{
  guint n = a != NULL ? a->len : 0;

  return n == (b != NULL ? b->len : 0) && (n == 0 || memcmp (a->data, b->data, n * sizeof (KdId)) == 0);
}

static void
clear_refs (GArray **set)
{
  g_clear_pointer (set, g_array_unref);
}

static void
test_refs (void)
{
  KdRandom random = KD_RANDOM (8);

  for (guint round = 0; round < ROUNDS; round++)
    {
      GArray *base = random_refs (&random), *one = random_refs (&random), *two = random_refs (&random);
      GArray *there = kd_ref_set_merge (one, base, two), *back = kd_ref_set_merge (two, base, one);
      GArray *again = kd_ref_set_merge (there, base, two), *wanted = kd_ref_set_merge (base, base, one);
      KdId id = KD_ID_NONE;
      GArray *added, *removed;

      id.b[15] = (guint8) (1 + kd_random_below (&random, MEMBERS));
      added = kd_ref_set_add (one, &id);
      removed = kd_ref_set_remove (added, &id);
      g_assert_true (refs_equal (there, back));
      g_assert_true (refs_equal (again, there));
      g_assert_true (refs_equal (wanted, one));
      g_assert_true (kd_ref_set_has (added, &id));
      g_assert_false (kd_ref_set_has (removed, &id));
      if (!kd_ref_set_has (one, &id))
        g_assert_true (refs_equal (removed, one));
      clear_refs (&base), clear_refs (&one), clear_refs (&two), clear_refs (&there), clear_refs (&back);
      clear_refs (&again), clear_refs (&wanted), clear_refs (&added), clear_refs (&removed);
    }
}

/* What differs, taken as a patch and applied, makes one the other. */
static void
test_patch (void)
{
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint i = 0; i < n; i++)
    for (guint round = 0; round < 30; round++)
      {
        KdRandom random = KD_RANDOM (i * 100 + round);
        g_autoptr (KdRecord) one = kd_random_record (&random, kinds[i]);
        g_autoptr (KdRecord) two = kd_random_record (&random, kinds[i]);
        g_autoptr (KdRecord) patched = kd_record_copy (one);
        guint64 mask = kd_record_diff (one, two);
        g_autoptr (KdPartial) there = kd_record_partial (two, mask);
        g_autoptr (KdPartial) back = kd_record_partial (one, mask);

        g_assert_cmphex (kd_record_diff (two, one), ==, mask);
        kd_record_apply (patched, there);
        two->id = patched->id;
        g_assert_true (kd_record_equal (patched, two));
        g_assert_cmphex (kd_wire_row_hash (patched), ==, kd_wire_row_hash (two));
        kd_record_apply (patched, back);
        g_assert_true (kd_record_equal (patched, one));
      }
}

void
test_set_add (void)
{
  g_test_add_func ("/wire/merge/texts", test_texts);
  g_test_add_func ("/wire/merge/refs", test_refs);
  g_test_add_func ("/wire/merge/patch", test_patch);
}
