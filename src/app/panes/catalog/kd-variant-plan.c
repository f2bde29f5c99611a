/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-variant-plan.h"

#include "kd-kinds.h"
#include "kd-text.h"

#define PLAN_TYPE "(a(ssa(ssb))a(sbssss))"

/* ---- memory ---- */

static void
option_free (KdPlannedOption *option)
{
  g_free (option->name);
  g_ptr_array_unref (option->values);
  g_free (option);
}

static void
variant_free (KdPlannedVariant *variant)
{
  g_array_unref (variant->values);
  g_free (variant->key);
  g_free (variant->title);
  g_free (variant->sku);
  g_free (variant->price);
  g_free (variant->stock);
  g_free (variant->code);
  g_free (variant);
}

void
kd_variant_plan_free (KdVariantPlan *plan)
{
  g_ptr_array_unref (plan->options);
  g_ptr_array_unref (plan->variants);
  g_array_unref (plan->dropped);
  g_free (plan);
}

static KdPlannedOption *
option_new (const KdId *id,
            const char *name,
            GPtrArray *values)
{
  KdPlannedOption *option = g_new0 (KdPlannedOption, 1);

  option->id = *id;
  option->name = g_strdup (name != NULL ? name : "");
  option->values = values != NULL ? values : kd_option_values_new ();
  return option;
}

/* ---- from values to variants ---- */

static const KdOptionValue *
nth_living (const KdPlannedOption *option,
            guint n)
{
  for (guint i = 0; i < option->values->len; i++)
    {
      const KdOptionValue *value = g_ptr_array_index (option->values, i);

      if (!value->archived && n-- == 0)
        return value;
    }
  return NULL;
}

static guint
count_living (const KdPlannedOption *option)
{
  guint n = 0;

  while (nth_living (option, n) != NULL)
    n++;
  return n;
}

static char *
key_of (GArray *values)
{
  GString *key = g_string_new (NULL);
  char id[KD_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < values->len; i++)
    g_string_append_printf (key, "%s%s", i > 0 ? "+" : "", kd_id_to_text (&g_array_index (values, KdId, i), id));
  return g_string_free (key, FALSE);
}

static KdPlannedVariant *
add_combination (KdVariantPlan *plan,
                 const guint *at)
{
  KdPlannedVariant *variant = g_new0 (KdPlannedVariant, 1);
  GString *title = g_string_new (NULL);

  variant->values = g_array_new (FALSE, FALSE, sizeof (KdId));
  for (guint o = 0; o < plan->options->len; o++)
    {
      const KdOptionValue *value = nth_living (g_ptr_array_index (plan->options, o), at[o]);

      g_array_append_val (variant->values, value->id);
      g_string_append_printf (title, "%s%s", o > 0 ? " / " : "", value->name);
    }
  variant->key = key_of (variant->values);
  variant->title = g_string_free (title, FALSE);
  variant->ticked = TRUE;
  variant->sku = g_strdup ("");
  variant->price = g_strdup ("");
  variant->stock = g_strdup ("");
  variant->code = g_strdup ("");
  g_ptr_array_add (plan->variants, variant);
  return variant;
}

/* All combinations, the last option's values changing first. */
static void
combine (KdVariantPlan *plan)
{
  guint at[KD_PLAN_OPTIONS_MAX] = { 0 };
  guint n = plan->options->len;

  g_ptr_array_set_size (plan->variants, 0);
  plan->too_many = FALSE;
  for (guint o = 0; o < n; o++)
    if (count_living (g_ptr_array_index (plan->options, o)) == 0)
      return;
  for (;;)
    {
      guint o = n;

      if (plan->variants->len >= KD_PLAN_VARIANTS_MAX)
        {
          plan->too_many = TRUE;
          return;
        }
      add_combination (plan, at);
      while (o > 0 && ++at[o - 1] >= count_living (g_ptr_array_index (plan->options, o - 1)))
        at[--o] = 0;
      if (o == 0)
        return;
    }
}

/* Where a stored variant stands now: its values of the options there are, and the first one of
 * each option that came since. NULL: one of its values is no more. */
static char *
key_now (const KdVariantPlan *plan,
         const KdVariant *stored)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (KdId));

  for (guint o = 0; o < plan->options->len; o++)
    {
      const KdPlannedOption *option = g_ptr_array_index (plan->options, o);
      const KdOptionValue *found = NULL;

      for (guint v = 0; found == NULL && v < option->values->len; v++)
        {
          const KdOptionValue *value = g_ptr_array_index (option->values, v);

          if (stored->values != NULL && kd_ref_set_has (stored->values, &value->id))
            found = value;
        }
      if (found == NULL)
        found = nth_living (option, 0);
      if (found == NULL || found->archived)
        return NULL;
      g_array_append_val (values, found->id);
    }
  return key_of (values);
}

static KdPlannedVariant *
find_key (const KdVariantPlan *plan,
          const char *key)
{
  for (guint i = 0; i < plan->variants->len; i++)
    if (g_str_equal (((KdPlannedVariant *) g_ptr_array_index (plan->variants, i))->key, key))
      return g_ptr_array_index (plan->variants, i);
  return NULL;
}

/* Living variants first take their places, then archived ones what is left. */
static void
match (KdVariantPlan *plan,
       const KdProductDetail *stored,
       gboolean archived)
{
  for (guint i = 0; i < stored->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (stored->variants, i);
      g_autofree char *key = NULL;
      KdPlannedVariant *planned;

      if (variant->archived != archived)
        continue;
      key = key_now (plan, variant);
      planned = key != NULL ? find_key (plan, key) : NULL;
      if (planned != NULL && kd_id_is_none (&planned->variant))
        {
          planned->variant = variant->parent.id;
          planned->was_sold = !archived;
          planned->ticked = !archived;
        }
      else if (!archived)
        g_array_append_val (plan->dropped, variant->parent.id);
    }
}

static void
take (char **place,
      const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* The variants anew, with what was ticked and typed. */
static void
rebuild (KdVariantPlan *plan,
         const KdProductDetail *stored)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&plan->variants);

  plan->variants = g_ptr_array_new_with_free_func ((GDestroyNotify) variant_free);
  g_array_set_size (plan->dropped, 0);
  combine (plan);
  if (stored != NULL)
    {
      match (plan, stored, FALSE);
      match (plan, stored, TRUE);
    }
  for (guint i = 0; i < before->len; i++)
    {
      KdPlannedVariant *old = g_ptr_array_index (before, i);
      KdPlannedVariant *now = find_key (plan, old->key);

      if (now == NULL)
        continue;
      now->ticked = old->ticked;
      take (&now->sku, old->sku);
      take (&now->price, old->price);
      take (&now->stock, old->stock);
      take (&now->code, old->code);
    }
}

/* ---- stored, and as text ---- */

static void
read_stored (KdVariantPlan *plan,
             const KdProductDetail *stored)
{
  for (guint i = 0; stored != NULL && i < stored->options->len && i < KD_PLAN_OPTIONS_MAX; i++)
    {
      const KdOption *option = g_ptr_array_index (stored->options, i);

      g_ptr_array_add (plan->options, option_new (&option->parent.id, option->name,
                                                  kd_option_values_parse (option->values)));
    }
}

static void
read_options (KdVariantPlan *plan,
              GVariant *options)
{
  GVariantIter iter, *values;
  const char *text, *name;
  KdId id;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "(&s&sa(ssb))", &text, &name, &values))
    {
      GPtrArray *list = kd_option_values_new ();
      const char *value_text, *value_name;
      gboolean archived;
      KdId value;

      while (g_variant_iter_next (values, "(&s&sb)", &value_text, &value_name, &archived))
        if (kd_id_parse (value_text, &value))
          g_ptr_array_add (list, kd_option_value_new (&value, value_name, archived));
      g_variant_iter_free (values);
      if (kd_id_parse (text, &id) && plan->options->len < KD_PLAN_OPTIONS_MAX)
        g_ptr_array_add (plan->options, option_new (&id, name, list));
      else
        g_ptr_array_unref (list);
    }
}

static void
read_typed (KdVariantPlan *plan,
            GVariant *typed)
{
  const char *key, *sku, *price, *stock, *code;
  GVariantIter iter;
  gboolean ticked;

  g_variant_iter_init (&iter, typed);
  while (g_variant_iter_next (&iter, "(&sb&s&s&s&s)", &key, &ticked, &sku, &price, &stock, &code))
    {
      KdPlannedVariant *variant = find_key (plan, key);

      if (variant == NULL)
        continue;
      variant->ticked = ticked;
      take (&variant->sku, sku);
      take (&variant->price, price);
      take (&variant->stock, stock);
      take (&variant->code, code);
    }
}

KdVariantPlan *
kd_variant_plan_new (const KdProductDetail *stored,
                     const char *draft)
{
  KdVariantPlan *plan = g_new0 (KdVariantPlan, 1);
  g_autoptr (GVariant) text = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GVariant) typed = NULL;

  plan->options = g_ptr_array_new_with_free_func ((GDestroyNotify) option_free);
  plan->variants = g_ptr_array_new_with_free_func ((GDestroyNotify) variant_free);
  plan->dropped = g_array_new (FALSE, FALSE, sizeof (KdId));
  if (draft != NULL)
    text = g_variant_parse (G_VARIANT_TYPE (PLAN_TYPE), draft, NULL, NULL, NULL);
  if (text == NULL)
    {
      read_stored (plan, stored);
      rebuild (plan, stored);
      return plan;
    }
  options = g_variant_get_child_value (text, 0);
  typed = g_variant_get_child_value (text, 1);
  read_options (plan, options);
  rebuild (plan, stored);
  read_typed (plan, typed);
  return plan;
}

static gboolean
is_plain (const KdPlannedVariant *variant)
{
  gboolean ticked = kd_id_is_none (&variant->variant) || variant->was_sold;

  return variant->ticked == ticked && *variant->sku == '\0' && *variant->price == '\0' && *variant->stock == '\0'
         && *variant->code == '\0';
}

static char *
write_all (const KdVariantPlan *plan)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (PLAN_TYPE));
  g_autoptr (GVariant) all = NULL;
  char id[KD_ID_TEXT_LENGTH + 1];

  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(ssa(ssb))"));
  for (guint o = 0; o < plan->options->len; o++)
    {
      const KdPlannedOption *option = g_ptr_array_index (plan->options, o);

      g_variant_builder_open (&builder, G_VARIANT_TYPE ("(ssa(ssb))"));
      g_variant_builder_add (&builder, "s", kd_id_to_text (&option->id, id));
      g_variant_builder_add (&builder, "s", option->name);
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(ssb)"));
      for (guint v = 0; v < option->values->len; v++)
        {
          const KdOptionValue *value = g_ptr_array_index (option->values, v);

          g_variant_builder_add (&builder, "(ssb)", kd_id_to_text (&value->id, id), value->name, value->archived);
        }
      g_variant_builder_close (&builder);
      g_variant_builder_close (&builder);
    }
  g_variant_builder_close (&builder);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(sbssss)"));
  for (guint i = 0; i < plan->variants->len; i++)
    {
      const KdPlannedVariant *variant = g_ptr_array_index (plan->variants, i);

      if (!is_plain (variant))
        g_variant_builder_add (&builder, "(sbssss)", variant->key, variant->ticked, variant->sku, variant->price,
                               variant->stock, variant->code);
    }
  g_variant_builder_close (&builder);
  all = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_print (all, FALSE);
}

char *
kd_variant_plan_write (const KdVariantPlan *plan,
                       const KdProductDetail *stored)
{
  g_autoptr (KdVariantPlan) unchanged = kd_variant_plan_new (stored, NULL);
  g_autofree char *plain = write_all (unchanged);
  g_autofree char *text = write_all (plan);

  return g_str_equal (text, plain) ? NULL : g_steal_pointer (&text);
}

/* ---- changing options ---- */

void
kd_variant_plan_add_option (KdVariantPlan *plan,
                            const KdProductDetail *stored,
                            const KdId *id)
{
  if (plan->options->len >= KD_PLAN_OPTIONS_MAX)
    return;
  g_ptr_array_add (plan->options, option_new (id, NULL, NULL));
  rebuild (plan, stored);
}

void
kd_variant_plan_remove_option (KdVariantPlan *plan,
                               const KdProductDetail *stored,
                               guint option)
{
  g_return_if_fail (option < plan->options->len);

  g_ptr_array_remove_index (plan->options, option);
  rebuild (plan, stored);
}

void
kd_variant_plan_add_value (KdVariantPlan *plan,
                           const KdProductDetail *stored,
                           guint option,
                           const KdId *id,
                           const char *name)
{
  KdPlannedOption *changed = g_ptr_array_index (plan->options, option);

  for (guint i = 0; i < changed->values->len; i++)
    {
      KdOptionValue *value = g_ptr_array_index (changed->values, i);

      if (!kd_text_same (value->name, name))
        continue;
      value->archived = FALSE;
      rebuild (plan, stored);
      return;
    }
  if (changed->values->len < KD_OPTION_VALUES_MAX)
    g_ptr_array_add (changed->values, kd_option_value_new (id, name, FALSE));
  rebuild (plan, stored);
}

static gboolean
is_stored_value (const KdProductDetail *stored,
                 const KdId *id)
{
  for (guint i = 0; stored != NULL && i < stored->options->len; i++)
    {
      const KdOption *option = g_ptr_array_index (stored->options, i);
      g_autoptr (GPtrArray) values = kd_option_values_parse (option->values);

      if (values != NULL && kd_option_values_find (values, id) != NULL)
        return TRUE;
    }
  return FALSE;
}

void
kd_variant_plan_remove_value (KdVariantPlan *plan,
                              const KdProductDetail *stored,
                              guint option,
                              const KdId *id)
{
  KdPlannedOption *changed = g_ptr_array_index (plan->options, option);

  for (guint i = 0; i < changed->values->len; i++)
    {
      KdOptionValue *value = g_ptr_array_index (changed->values, i);

      if (!kd_id_equal (&value->id, id))
        continue;
      /* Receipts and history may name it. */
      if (is_stored_value (stored, id))
        value->archived = TRUE;
      else
        g_ptr_array_remove_index (changed->values, i);
      break;
    }
  rebuild (plan, stored);
}
