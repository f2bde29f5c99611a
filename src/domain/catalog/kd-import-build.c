/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-position.h"

#include <string.h>

/* What has to be written so that the rows say what the file says: all of a new product, of one that
 * is there only the fields that differ, each with the value it was seen with. */

static const char *const number_names[] = { "price", "compare_at", "weight", "length", "width", "height" };
static const KdImportField number_columns[] = {
  KD_COLUMN_PRICE, KD_COLUMN_COMPARE_AT, KD_COLUMN_WEIGHT, KD_COLUMN_LENGTH, KD_COLUMN_WIDTH, KD_COLUMN_HEIGHT,
};
static const KdImportField product_columns[] = {
  KD_COLUMN_PRODUCT_PRICE, KD_COLUMN_PRODUCT_COMPARE_AT, KD_COLUMN_PRODUCT_WEIGHT, KD_COLUMN_PRODUCT_LENGTH,
  KD_COLUMN_PRODUCT_WIDTH, KD_COLUMN_PRODUCT_HEIGHT,
};

/* A row being changed: @before is NULL for a new one. */
typedef struct
{
  const KdRecord *before;
  KdPartial *set, *base;
} Change;

static void
change_begin (Change *change,
              const KdKind *kind,
              const KdRecord *before)
{
  change->before = before;
  change->set = kd_partial_new (kind);
  change->base = before != NULL ? kd_partial_new (kind) : NULL;
}

static void
change_end (Change *change,
            KdPartial **ret_set,
            KdPartial **ret_base)
{
  if (change->set->mask == 0)
    {
      g_clear_pointer (&change->set, kd_partial_free);
      g_clear_pointer (&change->base, kd_partial_free);
    }
  *ret_set = change->set;
  *ret_base = change->base;
}

/* Where the new value goes, once it is known to differ; the old one is kept. */
static gpointer
change_field (Change *change,
              const char *name)
{
  if (change->before != NULL)
    {
      kd_partial_field (change->base, name);
      kd_field_copy (kd_shape_find (&change->before->kind->shape, name), change->base->record, change->before);
    }
  return kd_partial_field (change->set, name);
}

static void
change_text (Change *change,
             const char *name,
             const char *before,
             const char *wanted)
{
  const char *value = wanted != NULL && *wanted != '\0' ? wanted : NULL;

  if (wanted == NULL || g_strcmp0 (before, value) == 0 || (change->before == NULL && value == NULL))
    return;
  *(char **) change_field (change, name) = g_strdup (value);
}

static void
change_number (Change *change,
               const char *name,
               gint64 before,
               gint64 wanted)
{
  if (before != wanted)
    *(gint64 *) change_field (change, name) = wanted;
}

static void
change_flag (Change *change,
             const char *name,
             gboolean before,
             int wanted)
{
  if (wanted >= 0 && !before != !wanted)
    *(gboolean *) change_field (change, name) = wanted;
}

/* ---- numbers ---- */

static gint64 *
number_of_product (KdProduct *product,
                   KdImportNumber number)
{
  gint64 *const all[] = { &product->price, &product->compare_at, &product->weight,
                          &product->length, &product->width, &product->height };
  return all[number];
}

static gint64 *
number_of_variant (KdVariant *variant,
                   KdImportNumber number)
{
  gint64 *const all[] = { &variant->price, &variant->compare_at, &variant->weight,
                          &variant->length, &variant->width, &variant->height };
  return all[number];
}

static gboolean
gives (const KdImportNumbers *numbers,
       guint i)
{
  return (numbers->given >> i & 1) != 0;
}

/* What all variants agree on is the new product's own, and they inherit it. */
static gint64
common_number (KdImportPlan *plan,
               const KdImportWant *want,
               guint i)
{
  gint64 common = KD_EMPTY;

  if (gives (&want->numbers, i) || plan->columns->at[product_columns[i]] >= 0)
    return want->numbers.value[i];
  for (guint v = 0; v < want->variants->len; v++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, v);

      if (v > 0 && variant->numbers.value[i] != common)
        return KD_EMPTY;
      common = variant->numbers.value[i];
    }
  return common;
}

/* Of a product with one variant the product's own number changes, unless the variant has one. */
static gint64
product_number (KdImportPlan *plan,
                const KdImportWant *want,
                const KdImportExisting *existing,
                guint i)
{
  const KdImportVariant *only;
  gint64 before = *number_of_product ((KdProduct *) existing->product, i);

  if (gives (&want->numbers, i))
    return want->numbers.value[i];
  if (plan->columns->at[product_columns[i]] >= 0 || existing->variants->len != 1 || want->variants->len != 1)
    return before;
  only = g_ptr_array_index (want->variants, 0);
  if (only->existing == NULL || !gives (&only->numbers, i)
      || *number_of_variant ((KdVariant *) only->existing, i) != KD_EMPTY)
    return before;
  return only->numbers.value[i];
}

static void
variant_numbers (KdImportPlan *plan,
                 const KdImportVariant *wanted,
                 const gint64 *product,
                 Change *change)
{
  for (guint i = 0; i < KD_IMPORT_N_NUMBERS; i++)
    {
      gint64 before = wanted->existing != NULL ? *number_of_variant ((KdVariant *) wanted->existing, i) : KD_EMPTY;
      gint64 value = wanted->numbers.value[i];
      gboolean explicit = plan->columns->at[product_columns[i]] >= 0;

      if (!gives (&wanted->numbers, i))
        continue;
      /* Inheriting the same is as good, where the file doesn't tell the two apart. */
      if (!explicit && before == KD_EMPTY && value == product[i])
        continue;
      change_number (change, number_names[i], before, value);
    }
}

/* ---- checks ---- */

static int
column_of (KdImportPlan *plan,
           const char *field,
           gboolean product)
{
  static const struct { const char *name; KdImportField field; } map[] = {
    { "name", KD_COLUMN_NAME }, { "description", KD_COLUMN_DESCRIPTION }, { "tags", KD_COLUMN_TAGS },
    { "brand", KD_COLUMN_BRAND }, { "tax_class", KD_COLUMN_TAX_CLASS }, { "sku", KD_COLUMN_SKU },
    { "buffer", KD_COLUMN_BUFFER }, { "categories", KD_COLUMN_CATEGORIES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (map); i++)
    if (strcmp (map[i].name, field) == 0)
      return plan->columns->at[map[i].field];
  for (guint i = 0; i < KD_IMPORT_N_NUMBERS; i++)
    if (strcmp (number_names[i], field) == 0)
      return plan->columns->at[product && plan->columns->at[product_columns[i]] >= 0 ? product_columns[i] : number_columns[i]];
  return -1;
}

/* The limits of the fields themselves. */
static void
check_fields (KdImportPlan *plan,
              const KdImportRow *row,
              const KdPartial *set)
{
  const KdShape *shape;

  if (set == NULL)
    return;
  shape = &set->record->kind->shape;
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      const char *code, *value = NULL;

      if ((set->mask >> i & 1) == 0 || kd_field_check (field, set->record, &code))
        continue;
      if (field->type == KD_TYPE_TEXT)
        value = *(char **) kd_field_at (field, set->record);
      kd_import_fail (plan, row, column_of (plan, field->name, set->record->kind == &kd_kind_product), code, value, NULL);
    }
}

/* ---- the product ---- */

static void
change_categories (KdImportPlan *plan,
                   const KdImportWant *want,
                   const KdProduct *before,
                   Change *change)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (KdId));
  GArray *set;
  KdId category;

  if (!want->has_categories)
    return;
  for (guint i = 0; i < want->categories->len; i++)
    {
      KdId id = kd_import_category_id (plan, g_array_index (want->categories, guint, i));
      g_array_append_val (ids, id);
    }
  set = ids->len > 0 ? kd_ref_set_new ((const KdId *) (gpointer) ids->data, ids->len) : NULL;
  category = ids->len > 0 ? g_array_index (ids, KdId, 0) : KD_ID_NONE;
  if (before != NULL && kd_ref_set_has (set, &before->category))
    category = before->category;
  if (before == NULL || !kd_id_equal (&category, &before->category))
    if (before != NULL || !kd_id_is_none (&category))
      *(KdId *) change_field (change, "category") = category;
  {
    KdProduct like = { .categories = set };

    if ((before == NULL && set != NULL)
        || (before != NULL && !kd_field_equal (kd_shape_find (&kd_kind_product.shape, "categories"), before, &like)))
      *(GArray **) change_field (change, "categories") = g_steal_pointer (&set);
  }
  g_clear_pointer (&set, g_array_unref);
}

static void
change_tags (const KdImportWant *want,
             const KdProduct *before,
             Change *change)
{
  g_auto (GStrv) set = NULL;
  KdProduct like = { 0 };

  if (want->tags == NULL)
    return;
  like.tags = set = kd_text_set_new ((const char *const *) want->tags);
  if (before != NULL ? !kd_field_equal (kd_shape_find (&kd_kind_product.shape, "tags"), before, &like) : set != NULL)
    *(char ***) change_field (change, "tags") = g_steal_pointer (&set);
}

static void
build_product (KdImportPlan *plan,
               const KdImportWant *want,
               const KdImportExisting *existing,
               KdProductItem *item,
               gint64 *ret_numbers)
{
  const KdProduct *before = existing != NULL ? existing->product : NULL;
  Change change;

  change_begin (&change, &kd_kind_product, (const KdRecord *) before);
  if (want->whole)
    {
      change_text (&change, "name", before != NULL ? before->name : NULL, want->name);
      change_text (&change, "description", before != NULL ? before->description : NULL, want->description);
      change_text (&change, "brand", before != NULL ? before->brand : NULL, want->brand);
      change_text (&change, "tax_class", before != NULL ? before->tax_class : NULL, want->tax_class);
      if (before == NULL || (want->status >= 0 && want->status != before->status))
        *(int *) change_field (&change, "status") = want->status >= 0 ? want->status : KD_PRODUCT_ACTIVE;
      change_categories (plan, want, before, &change);
      change_tags (want, before, &change);
    }
  for (guint i = 0; i < KD_IMPORT_N_NUMBERS; i++)
    {
      ret_numbers[i] = existing != NULL ? product_number (plan, want, existing, i) : common_number (plan, want, i);
      change_number (&change, number_names[i],
                     before != NULL ? *number_of_product ((KdProduct *) before, i) : KD_EMPTY, ret_numbers[i]);
    }
  change_end (&change, &item->set, &item->base);
  check_fields (plan, want->row, item->set);
}

/* ---- variants ---- */

static const char *
last_position (const KdImportExisting *existing)
{
  const char *last = NULL;

  for (guint i = 0; existing != NULL && i < existing->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (existing->variants, i);
      if (variant->position != NULL && (last == NULL || strcmp (variant->position, last) > 0))
        last = variant->position;
    }
  return last;
}

static gboolean
has_code (KdImportPlan *plan,
          const KdVariant *variant,
          const char *code)
{
  KdVariantCode like = { .variant = variant->parent.id };
  g_autoptr (GPtrArray) codes = kd_rows_scan (plan->rows, &kd_kind_variant_code, "variant", &like.parent, 1, 0);

  for (guint i = 0; i < codes->len; i++)
    if (g_strcmp0 (((const KdVariantCode *) g_ptr_array_index (codes, i))->code, code) == 0)
      return TRUE;
  return FALSE;
}

static void
build_existing_rest (KdImportPlan *plan,
                     const KdImportVariant *wanted,
                     KdVariantItem *one,
                     Change *change)
{
  const KdVariant *before = wanted->existing;
  KdId cost_id = kd_variant_cost_id (&before->parent.id);
  const KdVariantCost *cost;

  if (plan->columns->at[KD_COLUMN_TRACKED] >= 0)
    change_flag (change, "untracked", before->untracked, wanted->untracked);
  if (wanted->has_stock)
    kd_import_note (plan, wanted->row, plan->columns->at[KD_COLUMN_STOCK], "import.stock_left", NULL);
  if (wanted->code != NULL && !has_code (plan, before, wanted->code))
    one->code = g_strdup (wanted->code);
  if (wanted->cost == KD_EMPTY)
    return;
  cost = (const KdVariantCost *) kd_rows_get (plan->rows, &kd_kind_variant_cost, &cost_id);
  if (cost == NULL || cost->cost != wanted->cost)
    one->cost = wanted->cost;
}

static void
build_new_rest (KdImportPlan *plan,
                const KdImportVariant *wanted,
                KdVariantItem *one,
                Change *change,
                char *position)
{
  change_flag (change, "untracked", FALSE, wanted->untracked);
  *(char **) change_field (change, "position") = position;
  one->code = g_strdup (wanted->code);
  one->cost = wanted->cost;
  if (wanted->has_stock && wanted->opening != 0 && wanted->untracked != 1)
    {
      one->opening = wanted->opening;
      one->location = plan->choices->location;
    }
}

static KdVariantItem *
build_variant (KdImportPlan *plan,
               const KdImportVariant *wanted,
               const gint64 *product,
               GArray *values,
               char *position,
               guint nth)
{
  KdVariantItem *one = kd_shape_new (&kd_variant_item_shape);
  const KdVariant *before = wanted->existing;
  Change change;

  change_begin (&change, &kd_kind_variant, (const KdRecord *) before);
  one->id = before != NULL ? before->parent.id : kd_import_make_id (plan, &kd_kind_variant, "variants/%u", nth);
  change_text (&change, "sku", before != NULL ? before->sku : NULL, wanted->sku);
  variant_numbers (plan, wanted, product, &change);
  change_flag (&change, "oversell", before != NULL && before->oversell, wanted->oversell);
  change_flag (&change, "by_weight", before != NULL && before->by_weight, wanted->by_weight);
  change_flag (&change, "archived", before != NULL && before->archived, wanted->archived);
  if (wanted->buffer != KD_EMPTY)
    change_number (&change, "buffer", before != NULL ? before->buffer : 0, wanted->buffer);
  if (before != NULL)
    build_existing_rest (plan, wanted, one, &change);
  else
    build_new_rest (plan, wanted, one, &change, position);
  if (values != NULL)
    {
      KdVariant like = { .values = values };
      if (before == NULL || !kd_field_equal (kd_shape_find (&kd_kind_variant.shape, "values"), before, &like))
        one->values = g_array_ref (values);
    }
  if (wanted->external != NULL && !wanted->linked)
    one->external = g_strdup (wanted->external);
  change_end (&change, &one->set, &one->base);
  check_fields (plan, wanted->row, one->set);
  return one;
}

static gboolean
changes (const KdVariantItem *one)
{
  return one->set != NULL || one->values != NULL || one->code != NULL || one->cost != KD_EMPTY || one->external != NULL;
}

static void
build_variants (KdImportPlan *plan,
                const KdImportWant *want,
                const KdImportExisting *existing,
                KdProductItem *item,
                const gint64 *product,
                GPtrArray *values,
                KdImportCounts *counts)
{
  g_autofree char *last = g_strdup (last_position (existing));

  item->variants = g_ptr_array_new ();
  for (guint v = 0; v < want->variants->len; v++)
    {
      const KdImportVariant *wanted = g_ptr_array_index (want->variants, v);
      char *position = NULL;
      KdVariantItem *one;

      if (wanted->existing == NULL)
        {
          position = existing == NULL ? g_strdup (kd_import_position (plan, v)) : kd_position_after (last);
          if (existing != NULL)
            {
              g_free (last);
              last = g_strdup (position);
            }
        }
      one = build_variant (plan, wanted, product, v < values->len ? g_ptr_array_index (values, v) : NULL, position, v);
      if (wanted->existing == NULL)
        counts->variants_created++;
      else if (changes (one))
        counts->variants_updated++;
      else
        {
          counts->variants_skipped++;
          kd_shape_free (&kd_variant_item_shape, one);
          continue;
        }
      if (one->external != NULL && item->system == NULL)
        item->system = g_strdup (kd_import_source_to_text (plan->columns->source));
      g_ptr_array_add (item->variants, one);
    }
  /* a product without any gets its hidden one */
  if (existing == NULL && want->variants->len == 0)
    counts->variants_created++;
}

/* ---- pictures ---- */

static void
build_pictures (KdImportPlan *plan,
                const KdImportWant *want,
                const KdImportExisting *existing,
                KdProductItem *item)
{
  g_autofree char *last = NULL;

  for (guint i = 0; existing != NULL && i < existing->media->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (existing->media, i);
      if (media->position != NULL && g_strcmp0 (media->position, last) > 0)
        {
          g_free (last);
          last = g_strdup (media->position);
        }
    }
  for (guint i = 0; i < want->pictures->len; i++)
    {
      const KdImportPicture *picture = g_ptr_array_index (want->pictures, i);
      gboolean there = FALSE;
      KdPictureItem *one;
      char *position;

      for (guint k = 0; existing != NULL && !there && k < existing->media->len; k++)
        there = g_strcmp0 (((const KdMedia *) g_ptr_array_index (existing->media, k))->source, picture->address) == 0;
      if (there)
        continue;
      if (item->pictures == NULL)
        item->pictures = g_ptr_array_new ();
      one = kd_shape_new (&kd_picture_item_shape);
      one->id = kd_import_make_id (plan, &kd_kind_media, "pictures/%s", picture->address);
      one->source = g_strdup (picture->address);
      one->alt = g_strdup (picture->alt);
      position = kd_position_after (last);
      one->position = g_strdup (position);
      g_free (last);
      last = position;
      g_ptr_array_add (item->pictures, one);
    }
  if (item->pictures != NULL)
    kd_import_note (plan, want->row, -1, "import.pictures_wait", NULL);
}

/* ---- all ---- */

static void
free_array (gpointer data)
{
  g_array_unref (data);
}

KdProductItem *
kd_import_build (KdImportPlan *plan,
                 const KdImportWant *want,
                 const KdImportExisting *existing,
                 KdImportCounts *counts,
                 gsize *ret_bytes)
{
  KdProductItem *item = kd_shape_new (&kd_product_item_shape);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (free_array);
  gint64 numbers[KD_IMPORT_N_NUMBERS];
  gboolean same;

  item->id = existing != NULL ? existing->product->parent.id : kd_import_make_id (plan, &kd_kind_product, "product");
  if (want->external != NULL && (existing == NULL || !existing->linked))
    {
      item->system = g_strdup (kd_import_source_to_text (plan->columns->source));
      item->external = g_strdup (want->external);
    }
  build_product (plan, want, existing, item, numbers);
  if (kd_import_build_options (plan, want, existing, item, values))
    build_variants (plan, want, existing, item, numbers, values, counts);
  else
    item->variants = g_ptr_array_new ();
  build_pictures (plan, want, existing, item);
  *ret_bytes = kd_import_item_bytes (item);
  if (*ret_bytes > KD_IMPORT_PRODUCT_BYTES_MAX)
    kd_import_fail (plan, want->row, -1, "import.product_too_large", NULL, NULL);
  same = existing != NULL && item->set == NULL && item->options == NULL && item->variants->len == 0
         && item->pictures == NULL && item->external == NULL;
  if (same || plan->problems->len > 0)
    {
      kd_shape_free (&kd_product_item_shape, item);
      return NULL;
    }
  return item;
}
