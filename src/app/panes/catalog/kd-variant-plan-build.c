/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-variant-plan.h"

#include "kd-barcode.h"
#include "kd-calls.h"
#include "kd-catalog-words.h"
#include "kd-money.h"
#include "kd-position.h"
#include "kd-text.h"

#define UNIT_FACTOR 1000 /* thousandths: a code of the base unit */

static gboolean
refuse (const char **ret_code,
        const char *code)
{
  *ret_code = code;
  return FALSE;
}

static gboolean
has_living (const KdPlannedOption *option)
{
  for (guint i = 0; i < option->values->len; i++)
    if (!((const KdOptionValue *) g_ptr_array_index (option->values, i))->archived)
      return TRUE;
  return FALSE;
}

gboolean
kd_variant_plan_check (const KdVariantPlan *plan,
                       const char **ret_code)
{
  guint ticked = 0;

  for (guint o = 0; o < plan->options->len; o++)
    {
      const KdPlannedOption *option = g_ptr_array_index (plan->options, o);

      if (kd_text_is_blank (option->name))
        return refuse (ret_code, "option.name");
      if (!has_living (option))
        return refuse (ret_code, "option.values");
      for (guint i = 0; i < o; i++)
        if (kd_text_same (((const KdPlannedOption *) g_ptr_array_index (plan->options, i))->name, option->name))
          return refuse (ret_code, "option.twice");
    }
  if (plan->too_many)
    return refuse (ret_code, "variants.many");
  for (guint i = 0; i < plan->variants->len; i++)
    ticked += ((const KdPlannedVariant *) g_ptr_array_index (plan->variants, i))->ticked ? 1 : 0;
  return ticked > 0 || refuse (ret_code, "variants.none");
}

/* ---- options ---- */

static const KdOption *
stored_option (const KdProductDetail *stored,
               const KdId *id)
{
  for (guint i = 0; stored != NULL && i < stored->options->len; i++)
    if (kd_id_equal (&((const KdOption *) g_ptr_array_index (stored->options, i))->parent.id, id))
      return g_ptr_array_index (stored->options, i);
  return NULL;
}

static void
add_option (const KdPlannedOption *option,
            const KdOption *before,
            const char *position,
            KdProductItem *item)
{
  KdOptionItem *added = kd_product_item_add_option (item, &option->id);

  if (added->set == NULL)
    added->set = kd_partial_new (&kd_kind_option);
  *(char **) kd_partial_field (added->set, "name") = kd_text_trim (option->name);
  *(char **) kd_partial_field (added->set, "values") = kd_option_values_write (option->values);
  if (before == NULL)
    *(char **) kd_partial_field (added->set, "position") = g_strdup (position);
  else
    added->base = kd_record_partial (&before->parent, added->set->mask);
}

static void
add_options (const KdVariantPlan *plan,
             const KdProductDetail *stored,
             KdProductItem *item)
{
  g_autofree char *position = NULL;

  for (guint i = 0; stored != NULL && i < stored->options->len; i++)
    {
      const KdOption *option = g_ptr_array_index (stored->options, i);
      gboolean kept = FALSE;

      if (g_strcmp0 (option->position, position) > 0)
        {
          g_free (position);
          position = g_strdup (option->position);
        }
      for (guint o = 0; !kept && o < plan->options->len; o++)
        kept = kd_id_equal (&((const KdPlannedOption *) g_ptr_array_index (plan->options, o))->id, &option->parent.id);
      if (!kept)
        kd_product_item_add_option (item, &option->parent.id)->remove = TRUE;
    }
  for (guint o = 0; o < plan->options->len; o++)
    {
      const KdPlannedOption *option = g_ptr_array_index (plan->options, o);
      const KdOption *before = stored_option (stored, &option->id);

      if (before == NULL)
        {
          char *next = kd_position_after (position);

          g_free (position);
          position = next;
        }
      add_option (option, before, position, item);
    }
}

/* ---- variants ---- */

static const KdVariant *
stored_variant (const KdProductDetail *stored,
                const KdId *id)
{
  for (guint i = 0; stored != NULL && i < stored->variants->len; i++)
    if (kd_id_equal (&((const KdVariant *) g_ptr_array_index (stored->variants, i))->parent.id, id))
      return g_ptr_array_index (stored->variants, i);
  return NULL;
}

static void
set_values (const KdPlannedVariant *variant,
            KdVariantItem *item)
{
  if (variant->values->len > 0)
    item->values = kd_ref_set_new ((const KdId *) (gpointer) variant->values->data, variant->values->len);
  else
    item->clear_values = TRUE;
}

static void
add_stored (const KdPlannedVariant *variant,
            const KdVariant *before,
            KdProductItem *item)
{
  KdVariantItem *added;

  /* One that stays archived is left alone. */
  if (!variant->ticked && before->archived)
    return;
  added = kd_product_item_add_variant (item, &variant->variant);
  added->remove = !variant->ticked;
  if (added->remove)
    return;
  set_values (variant, added);
  if (!before->archived)
    return;
  if (added->set == NULL)
    added->set = kd_partial_new (&kd_kind_variant);
  *(gboolean *) kd_partial_field (added->set, "archived") = FALSE;
  added->base = kd_record_partial (&before->parent, added->set->mask);
}

static gboolean
read_typed (const KdPlannedVariant *variant,
            const char *currency,
            KdVariantItem *added,
            const char **ret_code)
{
  gint64 price;

  if (!kd_text_is_blank (variant->sku))
    *(char **) kd_partial_field (added->set, "sku") = kd_text_trim (variant->sku);
  if (!kd_text_is_blank (variant->price))
    {
      if (!kd_money_parse (variant->price, currency, NULL, -1, &price, ret_code))
        return FALSE;
      if (price < 0)
        return refuse (ret_code, "money.negative");
      *(gint64 *) kd_partial_field (added->set, "price") = price;
    }
  if (kd_text_is_blank (variant->stock))
    return TRUE;
  if (!kd_quantity_parse (variant->stock, currency, &added->opening, ret_code))
    return FALSE;
  return added->opening >= 0 || refuse (ret_code, "quantity.negative");
}

static gboolean
add_code (const KdPlannedVariant *variant,
          KdSession *session,
          const KdId *id,
          GPtrArray *codes,
          const char **ret_code)
{
  g_autofree char *canonical = NULL;
  KdId code = kd_session_new_id (session);
  KdPartial *set;

  if (kd_text_is_blank (variant->code))
    return TRUE;
  if (!kd_barcode_check (variant->code, NULL, &canonical))
    return refuse (ret_code, "code.digit");
  set = kd_partial_new (&kd_kind_variant_code);
  *(KdId *) kd_partial_field (set, "variant") = *id;
  *(char **) kd_partial_field (set, "code") = g_steal_pointer (&canonical);
  *(gint64 *) kd_partial_field (set, "factor") = UNIT_FACTOR;
  g_ptr_array_add (codes, kd_call_create (&kd_kind_variant_code, &code, set));
  return TRUE;
}

static gboolean
add_new (const KdPlannedVariant *variant,
         KdSession *session,
         const KdId *id,
         char **position,
         KdProductItem *item,
         GPtrArray *codes,
         const char **ret_code)
{
  KdVariantItem *added = kd_product_item_add_variant (item, id);
  char *next = kd_position_after (*position);

  g_free (*position);
  *position = next;
  if (added->set == NULL)
    added->set = kd_partial_new (&kd_kind_variant);
  *(char **) kd_partial_field (added->set, "position") = g_strdup (next);
  set_values (variant, added);
  return read_typed (variant, kd_session_get_currency (session), added, ret_code)
         && add_code (variant, session, id, codes, ret_code);
}

static char *
last_position (const KdProductDetail *stored)
{
  const char *last = NULL;

  for (guint i = 0; stored != NULL && i < stored->variants->len; i++)
    {
      const char *position = ((const KdVariant *) g_ptr_array_index (stored->variants, i))->position;

      if (g_strcmp0 (position, last) > 0)
        last = position;
    }
  return g_strdup (last);
}

gboolean
kd_variant_plan_build (const KdVariantPlan *plan,
                       KdSession *session,
                       const KdProductDetail *stored,
                       const KdId *first,
                       KdProductItem *item,
                       GPtrArray *codes,
                       const char **ret_code,
                       guint *ret_variant)
{
  g_autofree char *position = last_position (stored);
  KdId next = *first;

  add_options (plan, stored, item);
  for (guint i = 0; i < plan->dropped->len; i++)
    kd_product_item_add_variant (item, &g_array_index (plan->dropped, KdId, i))->remove = TRUE;
  for (guint i = 0; i < plan->variants->len; i++)
    {
      const KdPlannedVariant *variant = g_ptr_array_index (plan->variants, i);
      const KdVariant *before = stored_variant (stored, &variant->variant);

      *ret_variant = i;
      if (before != NULL)
        {
          add_stored (variant, before, item);
          continue;
        }
      if (!variant->ticked)
        continue;
      if (kd_id_is_none (&next))
        next = kd_session_new_id (session);
      if (!add_new (variant, session, &next, &position, item, codes, ret_code))
        return FALSE;
      next = KD_ID_NONE;
    }
  return TRUE;
}
