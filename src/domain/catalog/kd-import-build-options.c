/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-option-values.h"
#include "kd-text.h"

#include <string.h>

/* An option as it shall be: its values, known ones first. */
typedef struct
{
  const KdOption *existing;   /* (nullable) */
  KdId id;
  GPtrArray *values;          /* of KdOptionValue */
  GHashTable *by_key;         /* folded name -> KdOptionValue */
  gboolean changed;
} Option;

static void
option_free (gpointer data)
{
  Option *option = data;

  g_ptr_array_unref (option->values);
  g_hash_table_unref (option->by_key);
  g_free (option);
}

static const KdOptionValue *
need_value (KdImportPlan *plan,
            Option *option,
            guint nth,
            const char *name)
{
  char *key = kd_text_key (name);
  KdOptionValue *value = g_hash_table_lookup (option->by_key, key);
  KdId id;

  if (value != NULL)
    {
      g_free (key);
      return value;
    }
  id = kd_import_make_id (plan, &kd_kind_option, "values/%u/%s", nth, key);
  value = kd_option_value_new (&id, name, FALSE);
  g_ptr_array_add (option->values, value);
  g_hash_table_insert (option->by_key, key, value);
  option->changed = TRUE;
  return value;
}

static Option *
new_option (KdImportPlan *plan,
            const KdImportExisting *existing,
            const char *name,
            guint nth)
{
  Option *option = g_new0 (Option, 1);

  option->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; existing != NULL && i < existing->options->len && option->existing == NULL; i++)
    if (kd_text_same (((const KdOption *) g_ptr_array_index (existing->options, i))->name, name))
      option->existing = g_ptr_array_index (existing->options, i);
  option->values = option->existing != NULL ? kd_option_values_parse (option->existing->values) : NULL;
  if (option->values == NULL)
    option->values = kd_option_values_new ();
  for (guint i = 0; i < option->values->len; i++)
    {
      KdOptionValue *value = g_ptr_array_index (option->values, i);
      g_hash_table_insert (option->by_key, kd_text_key (value->name), value);
    }
  option->id = option->existing != NULL ? option->existing->parent.id
                                        : kd_import_make_id (plan, &kd_kind_option, "options/%u", nth);
  option->changed = option->existing == NULL;
  return option;
}

/* The order of the source's own list, where it has one, of those values that are used. */
static void
take_listed (KdImportPlan *plan,
             const KdImportWant *want,
             Option *option,
             guint nth)
{
  char **listed = g_ptr_array_index (want->listed, nth);

  for (; listed != NULL && *listed != NULL; listed++)
    for (guint v = 0; v < want->variants->len; v++)
      if (kd_text_same (((KdImportVariant *) g_ptr_array_index (want->variants, v))->values[nth], *listed))
        {
          need_value (plan, option, nth, *listed);
          break;
        }
}

static void
add_item (KdImportPlan *plan,
          KdProductItem *item,
          const Option *option,
          const char *name,
          guint nth)
{
  KdOptionItem *one;

  if (!option->changed)
    return;
  one = kd_shape_new (&kd_option_item_shape);
  one->id = option->id;
  one->set = kd_partial_new (&kd_kind_option);
  *(char **) kd_partial_field (one->set, "values") = kd_option_values_write (option->values);
  if (option->existing != NULL)
    {
      one->base = kd_partial_new (&kd_kind_option);
      *(char **) kd_partial_field (one->base, "values") = g_strdup (option->existing->values);
    }
  else
    {
      *(char **) kd_partial_field (one->set, "name") = g_strdup (name);
      *(char **) kd_partial_field (one->set, "position") = g_strdup (kd_import_position (plan, nth));
    }
  if (item->options == NULL)
    item->options = g_ptr_array_new ();
  g_ptr_array_add (item->options, one);
}

static gboolean
same_options (const KdImportWant *want,
              const KdImportExisting *existing,
              GPtrArray *options)
{
  if (existing == NULL || existing->options->len == 0)
    return TRUE;
  for (guint i = 0; i < options->len; i++)
    if (((const Option *) g_ptr_array_index (options, i))->existing == NULL)
      return FALSE;
  return existing->options->len == want->options->len;
}

gboolean
kd_import_build_options (KdImportPlan *plan,
                         const KdImportWant *want,
                         const KdImportExisting *existing,
                         KdProductItem *item,
                         GPtrArray *ret_values)
{
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func (option_free);

  if (want->options->len == 0)
    return TRUE;
  for (guint i = 0; i < want->options->len; i++)
    {
      Option *option = new_option (plan, existing, g_ptr_array_index (want->options, i), i);

      g_ptr_array_add (options, option);
      take_listed (plan, want, option, i);
    }
  if (!same_options (want, existing, options))
    return kd_import_fail (plan, want->row, -1, "import.options_differ", NULL, NULL);
  for (guint v = 0; v < want->variants->len; v++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, v);
      g_autofree KdId *ids = g_new0 (KdId, want->options->len);

      for (guint i = 0; i < want->options->len; i++)
        ids[i] = need_value (plan, g_ptr_array_index (options, i), i, variant->values[i])->id;
      g_ptr_array_add (ret_values, kd_ref_set_new (ids, want->options->len));
    }
  for (guint i = 0; i < want->options->len; i++)
    {
      const Option *option = g_ptr_array_index (options, i);

      if (option->values->len > KD_OPTION_VALUES_MAX)
        return kd_import_fail (plan, want->row, -1, "import.too_many_values", NULL, g_ptr_array_index (want->options, i));
      add_item (plan, item, option, g_ptr_array_index (want->options, i), i);
    }
  return TRUE;
}
