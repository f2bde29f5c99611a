/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-mutation-private.h"
#include "kd-position.h"
#include "kd-text.h"

#include <string.h>

/* "Clothing > Shirts": each step is a category below the one before it, found by its name or made. */

#define NAME_MAX_BYTES 120

static guint
new_entry (KdImportPlan *plan,
           const KdId *up,
           const char *name,
           const char *path)
{
  KdCategory like = { .up = *up };
  g_autoptr (GPtrArray) siblings = kd_rows_scan (plan->rows, &kd_kind_category, "up", &like.parent, 1, 0);
  KdImportCategory entry = { .up = *up, .name = g_strdup (name) };
  const char *last = NULL;

  for (guint i = 0; i < siblings->len; i++)
    {
      const KdCategory *sibling = g_ptr_array_index (siblings, i);

      if (sibling->position != NULL && (last == NULL || strcmp (sibling->position, last) > 0))
        last = sibling->position;
      if (!entry.exists && kd_text_same (sibling->name, name))
        {
          entry.exists = TRUE;
          entry.id = sibling->parent.id;
        }
    }
  for (guint i = 0; i < plan->categories->len; i++)
    {
      const KdImportCategory *other = &g_array_index (plan->categories, KdImportCategory, i);

      if (kd_id_equal (&other->up, up) && other->position != NULL
          && (last == NULL || strcmp (other->position, last) > 0))
        last = other->position;
    }
  if (!entry.exists)
    {
      g_autofree char *place = g_strconcat ("categories/", path, NULL);

      entry.id = kd_id_derive (&plan->choices->operation, kd_kind_category.number, place);
      entry.position = kd_position_after (last);
    }
  g_array_append_val (plan->categories, entry);
  kd_import_keys_set (plan->category_keys, 'c', path, plan->categories->len);
  return plan->categories->len - 1;
}

/* Splits at ">", also written "->" and "&gt;". */
static char **
split_path (const char *path)
{
  g_auto (GStrv) decoded = g_strsplit (path, "&gt;", -1);
  g_autofree char *plain = g_strjoinv (">", decoded);
  g_auto (GStrv) steps = g_strsplit (plain, ">", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (char **step = steps; *step != NULL; step++)
    {
      gsize n = strlen (*step);
      g_autofree char *name = NULL;

      if (step[1] != NULL && n > 0 && (*step)[n - 1] == '-')
        (*step)[n - 1] = '\0';
      name = kd_text_trim (*step);
      if (*name != '\0')
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

static void
add_path (KdImportPlan *plan,
          KdImportWant *want,
          const KdImportRow *row,
          int column,
          const char *path)
{
  g_auto (GStrv) names = split_path (path);
  g_autoptr (GString) key = g_string_new (NULL);
  KdId up = KD_ID_NONE;
  guint entry = 0;

  if (g_strv_length (names) > KD_IMPORT_CATEGORY_DEPTH_MAX)
    {
      kd_import_fail (plan, row, column, "category.too_deep", path, NULL);
      return;
    }
  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *folded = kd_text_key (*name);
      guint64 known;

      if (strlen (*name) > NAME_MAX_BYTES)
        {
          kd_import_fail (plan, row, column, "field.too_long", *name, NULL);
          return;
        }
      g_string_append_printf (key, "%s\n", folded);
      known = kd_import_keys_get (plan->category_keys, 'c', key->str);
      if (known == 0 && plan->categories->len >= KD_IMPORT_CATEGORIES_MAX)
        {
          kd_import_fail (plan, row, column, "category.too_many", path, NULL);
          return;
        }
      entry = known != 0 ? (guint) known - 1 : new_entry (plan, &up, *name, key->str);
      up = g_array_index (plan->categories, KdImportCategory, entry).id;
    }
  if (*names != NULL)
    g_array_append_val (want->categories, entry);
}

void
kd_import_read_categories (KdImportPlan *plan,
                           KdImportWant *want,
                           const KdImportRow *row)
{
  int at = plan->columns->at[KD_COLUMN_CATEGORIES], one = plan->columns->at[KD_COLUMN_CATEGORY];
  const char *cell = kd_import_row_cell (row, at);

  if (*cell != '\0')
    {
      g_auto (GStrv) paths = kd_import_split (cell);

      for (char **path = paths; *path != NULL; path++)
        add_path (plan, want, row, at, *path);
    }
  cell = kd_import_row_cell (row, one);
  if (*cell != '\0')
    add_path (plan, want, row, one, cell);
  want->has_categories = want->categories->len > 0
                         || (plan->choices->empty_clears && (at >= 0 || one >= 0));
}

KdId
kd_import_category_id (KdImportPlan *plan,
                       guint entry)
{
  return g_array_index (plan->categories, KdImportCategory, entry).id;
}

static guint
entry_of (KdImportPlan *plan,
          const KdId *id)
{
  for (guint i = 0; i < plan->categories->len; i++)
    if (kd_id_equal (&g_array_index (plan->categories, KdImportCategory, i).id, id))
      return i;
  return G_MAXUINT;
}

/* Those above first. */
static void
take (KdImportPlan *plan,
      guint index,
      GPtrArray *made)
{
  KdImportCategory *entry = &g_array_index (plan->categories, KdImportCategory, index);
  KdRowArgs *args;

  if (entry->exists)
    return;
  entry->exists = TRUE;
  if (!kd_id_is_none (&entry->up))
    {
      guint above = entry_of (plan, &entry->up);
      if (above != G_MAXUINT)
        take (plan, above, made);
    }
  args = g_new0 (KdRowArgs, 1);
  args->id = entry->id;
  args->set = kd_partial_new (&kd_kind_category);
  if (!kd_id_is_none (&entry->up))
    *(KdId *) kd_partial_field (args->set, "up") = entry->up;
  *(char **) kd_partial_field (args->set, "name") = g_strdup (entry->name);
  *(char **) kd_partial_field (args->set, "position") = g_strdup (entry->position);
  g_ptr_array_add (made, args);
}

GPtrArray *
kd_import_take_categories (KdImportPlan *plan,
                           const KdImportWant *want)
{
  GPtrArray *made = NULL;

  for (guint i = 0; i < want->categories->len; i++)
    {
      guint entry = g_array_index (want->categories, guint, i);

      if (g_array_index (plan->categories, KdImportCategory, entry).exists)
        continue;
      if (made == NULL)
        made = g_ptr_array_new ();
      take (plan, entry, made);
    }
  return made;
}
