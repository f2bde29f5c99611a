/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-save.h"

#include "kd-mutation-private.h"
#include "kd-option-values.h"
#include "kd-row-mutations.h"
#include "kd-stock-ledger.h"

#include <string.h>

#define KD_STRUCT KdOptionItem
static const KdField option_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, set, PARTIAL, .ref = 4),
  KD_ARG (3, base, PARTIAL, .ref = 4),
  KD_ARG (4, remove, BOOL),
};
#undef KD_STRUCT
#define KD_STRUCT KdVariantItem
static const KdField variant_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, set, PARTIAL, .ref = 5),
  KD_ARG (3, base, PARTIAL, .ref = 5),
  KD_ARG (4, values, REF_SET),
  KD_ARG (5, clear_values, BOOL),
  KD_ARG (6, remove, BOOL),
  KD_ARG (7, opening, QUANTITY, .flags = KD_FIELD_EMPTY),
  KD_ARG (8, location, REF, .ref = 10),
  KD_ARG (9, cost, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
  KD_ARG (10, code, TEXT, .max = 64),
  KD_ARG (11, external, TEXT, .max = 600),
};
#undef KD_STRUCT
#define KD_STRUCT KdPictureItem
static const KdField picture_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, source, TEXT, .max = 2000),
  KD_ARG (3, alt, TEXT, .max = 500),
  KD_ARG (4, position, POSITION),
};
#undef KD_STRUCT

const KdShape kd_option_item_shape = { "option_item", sizeof (KdOptionItem), option_fields, G_N_ELEMENTS (option_fields) };
const KdShape kd_variant_item_shape = { "variant_item", sizeof (KdVariantItem), variant_fields, G_N_ELEMENTS (variant_fields) };
const KdShape kd_picture_item_shape = { "picture_item", sizeof (KdPictureItem), picture_fields, G_N_ELEMENTS (picture_fields) };

#define KD_STRUCT KdProductItem
static const KdField product_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, set, PARTIAL, .ref = 3),
  KD_ARG (3, base, PARTIAL, .ref = 3),
  KD_ARG (4, only_if_base, BOOL),
  KD_ARG (5, restore, BOOL),
  KD_ARG (6, options, LIST, .item = &kd_option_item_shape, .max = KD_ITEM_OPTIONS_MAX),
  KD_ARG (7, variants, LIST, .item = &kd_variant_item_shape, .max = KD_ITEM_VARIANTS_MAX),
  KD_ARG (8, pictures, LIST, .item = &kd_picture_item_shape, .max = KD_ITEM_PICTURES_MAX),
  KD_ARG (9, system, TEXT, .max = 40),
  KD_ARG (10, external, TEXT, .max = 600),
};
#undef KD_STRUCT
const KdShape kd_product_item_shape = { "product_item", sizeof (KdProductItem), product_fields, G_N_ELEMENTS (product_fields) };

#define EACH(list, type, name) \
  for (guint name##_i = 0; (list) != NULL && name##_i < (list)->len; name##_i++) \
    for (const type *name = g_ptr_array_index ((list), name##_i); name != NULL; name = NULL)

KdId
kd_variant_cost_id (const KdId *variant)
{
  return kd_id_derive (variant, kd_kind_variant_cost.number, "cost");
}

KdId
kd_external_ref_id (const char *system,
                    const char *external)
{
  static const KdId seed = { { 0x01, 0x80 } };
  g_autofree char *key = g_strdup_printf ("%s\n%s", system, external);

  return kd_id_derive (&seed, kd_kind_external_ref.number, key);
}

static gboolean
refuse_row (KdOutcome *outcome,
            const KdId *id,
            const char *code)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  return kd_outcome_refuse_with (outcome, code, "row", kd_id_to_text (id, text));
}

static gboolean
child_may_apply (KdRows *rows,
                 const KdKind *kind,
                 const KdId *id,
                 const KdId *product,
                 gboolean restore,
                 gboolean remove,
                 KdOutcome *outcome)
{
  const KdRecord *record = kd_rows_get (rows, kind, id);
  const KdField *parent;

  if (record == NULL)
    return restore || remove || !kd_rows_used (rows, kind, id) || refuse_row (outcome, id, "row.used");
  parent = kd_shape_find (&kind->shape, "product");
  return kd_id_equal (kd_field_at (parent, record), product) || refuse_row (outcome, id, "row.other_parent");
}

gboolean
kd_product_item_may_apply (KdRows *rows,
                           const KdContext *ctx,
                           const KdProductItem *item,
                           KdOutcome *outcome)
{
  gboolean exists = kd_rows_get (rows, &kd_kind_product, &item->id) != NULL;

  if (!exists && !item->restore && kd_rows_used (rows, &kd_kind_product, &item->id))
    return refuse_row (outcome, &item->id, "row.used");
  if (!exists && !kd_partial_has (item->set, "name"))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "name");
  if (kd_partial_has (item->set, "name") && ((const KdProduct *) item->set->record)->name == NULL)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "name");
  EACH (item->options, KdOptionItem, option)
    if (!child_may_apply (rows, &kd_kind_option, &option->id, &item->id, item->restore, option->remove, outcome))
      return FALSE;
  EACH (item->variants, KdVariantItem, variant)
    if (!child_may_apply (rows, &kd_kind_variant, &variant->id, &item->id, item->restore, variant->remove, outcome))
      return FALSE;
  return TRUE;
}

/* Caller's fields plus the parent, for a child that is to be made. */
static KdPartial *
with_product (const KdKind *kind,
              const KdPartial *set,
              const KdId *product)
{
  KdPartial *all = set != NULL ? kd_partial_copy (set) : kd_partial_new (kind);

  *(KdId *) kd_partial_field (all, "product") = *product;
  return all;
}

static gboolean
apply_option (KdRows *rows,
              const KdContext *ctx,
              const KdProductItem *item,
              const KdOptionItem *option,
              KdOutcome *outcome)
{
  g_autoptr (KdPartial) set = NULL;
  KdRowArgs args = { .id = option->id, .set = option->set, .base = option->base };

  if (option->remove)
    return kd_rows_get (rows, &kd_kind_option, &option->id) == NULL
           || kd_row_delete (rows, ctx, &kd_kind_option, &option->id, outcome);
  if (kd_rows_get (rows, &kd_kind_option, &option->id) != NULL)
    return kd_row_patch (rows, ctx, &kd_kind_option, &args, outcome);
  set = with_product (&kd_kind_option, option->set, &item->id);
  return kd_row_create (rows, ctx, &kd_kind_option, &option->id, set, item->restore, outcome);
}

/* The variant's name in the order of its product's options. */
static char *
variant_title (GPtrArray *options,
               GArray *values)
{
  GString *title = g_string_new (NULL);

  for (guint i = 0; i < options->len && values != NULL; i++)
    {
      const KdOption *option = g_ptr_array_index (options, i);
      g_autoptr (GPtrArray) known = kd_option_values_parse (option->values);

      for (guint v = 0; known != NULL && v < known->len; v++)
        {
          const KdOptionValue *value = g_ptr_array_index (known, v);
          if (!kd_ref_set_has (values, &value->id))
            continue;
          if (title->len > 0)
            g_string_append (title, " / ");
          g_string_append (title, value->name);
        }
    }
  return g_string_free (title, title->len == 0);
}

static void
put_variant_values (KdRows *rows,
                    const KdVariantItem *item,
                    GPtrArray *options)
{
  const KdRecord *before = kd_rows_get (rows, &kd_kind_variant, &item->id);
  KdVariant *variant = (KdVariant *) kd_record_copy (before);

  if (item->values != NULL || item->clear_values)
    {
      g_clear_pointer (&variant->values, g_array_unref);
      if (item->values != NULL)
        variant->values = kd_ref_set_new ((const KdId *) (gpointer) item->values->data, item->values->len);
    }
  g_free (variant->title);
  variant->title = variant_title (options, variant->values);
  kd_rows_put_changed (rows, before, &variant->parent);
}

static void
put_code (KdRows *rows,
          const KdContext *ctx,
          const KdVariantItem *item,
          const char *place)
{
  KdVariantCode like = { .code = item->code };
  g_autoptr (GPtrArray) found = kd_rows_scan (rows, &kd_kind_variant_code, "code", &like.parent, 1, 1);
  KdVariantCode *code;

  if (found->len > 0)
    return;
  code = (KdVariantCode *) kd_record_new (&kd_kind_variant_code);
  code->parent.id = kd_made_id (ctx, &kd_kind_variant_code, "%s/code", place);
  code->variant = item->id;
  code->code = g_strdup (item->code);
  code->factor = 1000;
  kd_rows_put (rows, &code->parent);
}

static void
put_cost (KdRows *rows,
          const KdVariantItem *item)
{
  KdId id = kd_variant_cost_id (&item->id);
  const KdRecord *before = kd_rows_get (rows, &kd_kind_variant_cost, &id);
  KdVariantCost *cost = (KdVariantCost *) (before != NULL ? kd_record_copy (before) : kd_record_new (&kd_kind_variant_cost));

  cost->parent.id = id;
  cost->variant = item->id;
  cost->cost = item->cost;
  kd_rows_put_changed (rows, before, &cost->parent);
}

static void
put_external (KdRows *rows,
              const char *system,
              const char *external,
              const KdKind *kind,
              const KdId *row)
{
  KdId id = kd_external_ref_id (system, external);
  const KdRecord *before = kd_rows_get (rows, &kd_kind_external_ref, &id);
  KdExternalRef *ref = (KdExternalRef *) (before != NULL ? kd_record_copy (before) : kd_record_new (&kd_kind_external_ref));

  ref->parent.id = id;
  g_free (ref->system);
  g_free (ref->external);
  ref->system = g_strdup (system);
  ref->external = g_strdup (external);
  ref->ref_kind = kind->number;
  ref->ref = *row;
  kd_rows_put_changed (rows, before, &ref->parent);
}

/* @first: (inout): the first location, once it is known */
static gboolean
book_opening (KdRows *rows,
              const KdContext *ctx,
              const KdVariantItem *item,
              KdId *first,
              const char *place,
              KdOutcome *outcome)
{
  g_autofree char *opening = g_strconcat (place, "/opening", NULL);
  KdId location = item->location;

  if (kd_id_is_none (&location))
    {
      const KdLocation *found = kd_id_is_none (first) ? kd_stock_first_location (rows) : NULL;

      if (found != NULL)
        *first = found->parent.id;
      if (kd_id_is_none (first))
        return TRUE;
      location = *first;
    }
  return kd_stock_book (rows, ctx, &item->id, &location, item->opening, KD_MOVE_OPENING, NULL, NULL,
                        opening, outcome);
}

static gboolean
apply_variant (KdRows *rows,
               const KdContext *ctx,
               const KdProductItem *item,
               const KdVariantItem *variant,
               GPtrArray *options,
               KdId *first,
               const char *place,
               KdOutcome *outcome)
{
  KdRowArgs args = { .id = variant->id, .set = variant->set, .base = variant->base, .only_if_base = item->only_if_base };
  gboolean fresh = kd_rows_get (rows, &kd_kind_variant, &variant->id) == NULL;

  if (variant->remove)
    return fresh || kd_row_delete (rows, ctx, &kd_kind_variant, &variant->id, outcome);
  if (fresh)
    {
      g_autoptr (KdPartial) set = with_product (&kd_kind_variant, variant->set, &item->id);
      if (!kd_row_create (rows, ctx, &kd_kind_variant, &variant->id, set, item->restore, outcome))
        return FALSE;
    }
  else if (!kd_row_patch (rows, ctx, &kd_kind_variant, &args, outcome))
    return FALSE;
  if (variant->values != NULL || variant->clear_values || (item->options != NULL && item->options->len > 0))
    put_variant_values (rows, variant, options);
  if (variant->code != NULL && *variant->code != '\0')
    put_code (rows, ctx, variant, place);
  if (variant->cost != KD_EMPTY)
    put_cost (rows, variant);
  if (item->system != NULL && variant->external != NULL)
    put_external (rows, item->system, variant->external, &kd_kind_variant, &variant->id);
  return !fresh || variant->opening == KD_EMPTY || variant->opening == 0
         || book_opening (rows, ctx, variant, first, place, outcome);
}

static void
apply_pictures (KdRows *rows,
                const KdProductItem *item)
{
  g_autoptr (GPtrArray) known = kd_row_children (rows, &kd_kind_media, &kd_kind_product, &item->id);

  EACH (item->pictures, KdPictureItem, picture)
    {
      gboolean there = kd_rows_used (rows, &kd_kind_media, &picture->id) && !item->restore;
      KdMedia *media;

      for (guint i = 0; !there && i < known->len; i++)
        there = g_strcmp0 (((const KdMedia *) g_ptr_array_index (known, i))->source, picture->source) == 0;
      if (there)
        continue;
      media = (KdMedia *) kd_record_new (&kd_kind_media);
      media->parent.id = picture->id;
      media->product = item->id;
      media->source = g_strdup (picture->source);
      media->alt = g_strdup (picture->alt);
      media->position = g_strdup (picture->position);
      media->scope = KD_SCOPE_EVERYONE;
      kd_rows_put (rows, &media->parent);
    }
}

static gboolean
has_variants (KdRows *rows,
              const KdProductItem *item)
{
  const KdId *product = &item->id;

  KdVariant like = { .product = *product };
  g_autoptr (GPtrArray) found = NULL;

  EACH (item->variants, KdVariantItem, variant)
    if (!variant->remove)
      return TRUE;
  found = kd_rows_scan (rows, &kd_kind_variant, "product", &like.parent, 1, 1);
  return found->len > 0;
}

/* A new product without options in its arguments has none. */
static GPtrArray *
options_of (KdRows *rows,
            const KdProductItem *item,
            gboolean fresh)
{
  if (fresh && !item->restore && (item->options == NULL || item->options->len == 0))
    return g_ptr_array_new ();
  return kd_row_children (rows, &kd_kind_option, &kd_kind_product, &item->id);
}

gboolean
kd_product_item_apply (KdRows *rows,
                       const KdContext *ctx,
                       const KdProductItem *item,
                       const char *place,
                       KdId *first,
                       KdOutcome *outcome)
{
  gboolean fresh = kd_rows_get (rows, &kd_kind_product, &item->id) == NULL;
  KdRowArgs args = { .id = item->id, .set = item->set, .base = item->base, .only_if_base = item->only_if_base };
  g_autoptr (GPtrArray) options = NULL;

  if (!kd_product_item_may_apply (rows, ctx, item, outcome))
    return FALSE;
  if (fresh ? !kd_row_create (rows, ctx, &kd_kind_product, &item->id, item->set, item->restore, outcome)
            : !kd_row_patch (rows, ctx, &kd_kind_product, &args, outcome))
    return FALSE;
  EACH (item->options, KdOptionItem, option)
    if (!apply_option (rows, ctx, item, option, outcome))
      return FALSE;
  options = options_of (rows, item, fresh);
  EACH (item->variants, KdVariantItem, variant)
    {
      g_autofree char *inside = g_strdup_printf ("%s/variants/%u", place, variant_i);
      if (!apply_variant (rows, ctx, item, variant, options, first, inside, outcome))
        return FALSE;
    }
  if (fresh && !has_variants (rows, item))
    {
      KdId id = kd_made_id (ctx, &kd_kind_variant, "%s/variant", place);
      g_autoptr (KdPartial) set = with_product (&kd_kind_variant, NULL, &item->id);
      if (!kd_row_create (rows, ctx, &kd_kind_variant, &id, set, FALSE, outcome))
        return FALSE;
    }
  if (item->pictures != NULL)
    apply_pictures (rows, item);
  if (item->system != NULL && item->external != NULL)
    put_external (rows, item->system, item->external, &kd_kind_product, &item->id);
  return TRUE;
}

static void
revert_row (KdRows *rows,
            const KdKind *kind,
            const KdId *id,
            const KdPartial *set,
            GPtrArray *revert)
{
  const KdRecord *before = kd_rows_get (rows, kind, id);
  KdRowArgs *row;

  if (before != NULL && (set == NULL || set->mask == 0))
    return;
  row = kd_shape_new (&kd_row_of_kind_shape);
  row->kind = kind->number;
  row->id = *id;
  row->remove = before == NULL;
  if (before != NULL)
    {
      row->set = kd_record_partial (before, set->mask);
      row->base = kd_partial_copy (set);
    }
  g_ptr_array_add (revert, row);
}

void
kd_product_item_inverse (KdRows *rows,
                         const KdProductItem *item,
                         GPtrArray *revert)
{
  gboolean fresh = kd_rows_get (rows, &kd_kind_product, &item->id) == NULL;

  if (item->system != NULL && item->external != NULL)
    {
      KdId id = kd_external_ref_id (item->system, item->external);
      revert_row (rows, &kd_kind_external_ref, &id, NULL, revert);
    }
  EACH (item->variants, KdVariantItem, variant)
    {
      if (item->system != NULL && variant->external != NULL)
        {
          KdId id = kd_external_ref_id (item->system, variant->external);
          revert_row (rows, &kd_kind_external_ref, &id, NULL, revert);
        }
      /* A new product takes its children with it. */
      if (!fresh && !variant->remove)
        revert_row (rows, &kd_kind_variant, &variant->id, variant->set, revert);
    }
  if (!fresh)
    EACH (item->options, KdOptionItem, option)
      if (!option->remove)
        revert_row (rows, &kd_kind_option, &option->id, option->set, revert);
  revert_row (rows, &kd_kind_product, &item->id, item->set, revert);
}

guint64
kd_product_item_weight (const KdProductItem *item)
{
  return 1 + (item->options != NULL ? item->options->len : 0)
         + (item->variants != NULL ? item->variants->len : 0)
         + (item->pictures != NULL ? item->pictures->len : 0);
}
