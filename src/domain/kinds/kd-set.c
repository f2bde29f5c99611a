/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shape.h"

#include <string.h>

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

char **
kd_text_set_new (const char *const *members)
{
  GPtrArray *all;
  const char *last = NULL;
  GStrvBuilder *builder;
  char **set;

  if (members == NULL || members[0] == NULL)
    return NULL;
  all = g_ptr_array_new ();
  for (; *members != NULL; members++)
    g_ptr_array_add (all, (gpointer) *members);
  g_ptr_array_sort (all, compare_texts);
  builder = g_strv_builder_new ();
  for (guint i = 0; i < all->len; i++)
    {
      const char *member = g_ptr_array_index (all, i);
      if (last == NULL || strcmp (last, member) != 0)
        g_strv_builder_add (builder, member);
      last = member;
    }
  set = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  g_ptr_array_unref (all);
  return set;
}

gboolean
kd_text_set_has (char **set,
                 const char *member)
{
  return set != NULL && g_strv_contains ((const char *const *) set, member);
}

char **
kd_text_set_merge (char **current,
                   char **base,
                   char **wanted)
{
  g_autoptr (GPtrArray) merged = g_ptr_array_new ();

  for (guint i = 0; current != NULL && current[i] != NULL; i++)
    if (!kd_text_set_has (base, current[i]) || kd_text_set_has (wanted, current[i]))
      g_ptr_array_add (merged, current[i]);
  for (guint i = 0; wanted != NULL && wanted[i] != NULL; i++)
    if (!kd_text_set_has (base, wanted[i]))
      g_ptr_array_add (merged, wanted[i]);
  g_ptr_array_add (merged, NULL);
  return kd_text_set_new ((const char *const *) merged->pdata);
}

GArray *
kd_ref_set_new (const KdId *members,
                guint n)
{
  GArray *set;
  guint kept = 0;

  if (n == 0)
    return NULL;
  set = g_array_sized_new (FALSE, FALSE, sizeof (KdId), n);
  g_array_append_vals (set, members, n);
  g_array_sort (set, kd_id_compare);
  for (guint i = 0; i < set->len; i++)
    {
      const KdId *id = &g_array_index (set, KdId, i);
      if (kept == 0 || !kd_id_equal (id, &g_array_index (set, KdId, kept - 1)))
        g_array_index (set, KdId, kept++) = *id;
    }
  g_array_set_size (set, kept);
  return set;
}

gboolean
kd_ref_set_has (GArray *set,
                const KdId *id)
{
  for (guint i = 0; set != NULL && i < set->len; i++)
    if (kd_id_equal (&g_array_index (set, KdId, i), id))
      return TRUE;
  return FALSE;
}

GArray *
kd_ref_set_merge (GArray *current,
                  GArray *base,
                  GArray *wanted)
{
  g_autoptr (GArray) merged = g_array_new (FALSE, FALSE, sizeof (KdId));

  for (guint i = 0; current != NULL && i < current->len; i++)
    {
      const KdId *id = &g_array_index (current, KdId, i);
      if (!kd_ref_set_has (base, id) || kd_ref_set_has (wanted, id))
        g_array_append_val (merged, *id);
    }
  for (guint i = 0; wanted != NULL && i < wanted->len; i++)
    {
      const KdId *id = &g_array_index (wanted, KdId, i);
      if (!kd_ref_set_has (base, id))
        g_array_append_val (merged, *id);
    }
  return kd_ref_set_new ((const KdId *) (gpointer) merged->data, merged->len);
}

GArray *
kd_ref_set_add (GArray *set,
                const KdId *id)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (KdId));

  if (set != NULL)
    g_array_append_vals (all, set->data, set->len);
  g_array_append_val (all, *id);
  return kd_ref_set_new ((const KdId *) (gpointer) all->data, all->len);
}

GArray *
kd_ref_set_remove (GArray *set,
                   const KdId *id)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (KdId));

  for (guint i = 0; set != NULL && i < set->len; i++)
    if (!kd_id_equal (&g_array_index (set, KdId, i), id))
      g_array_append_val (all, g_array_index (set, KdId, i));
  return kd_ref_set_new ((const KdId *) (gpointer) all->data, all->len);
}
