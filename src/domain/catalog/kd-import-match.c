/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-option-values.h"
#include "kd-text.h"

#include <string.h>

/* Which of the rows that are there a file's product is (rules 6): own id, then the source's id or
 * handle, then SKU, then barcode. */

void
kd_import_existing_free (KdImportExisting *existing)
{
  if (existing == NULL)
    return;
  g_clear_pointer (&existing->options, g_ptr_array_unref);
  g_clear_pointer (&existing->variants, g_ptr_array_unref);
  g_clear_pointer (&existing->media, g_ptr_array_unref);
  g_free (existing);
}

/* ---- repeats within the file ---- */

static gboolean
check_repeat (KdImportPlan *plan,
              const KdImportVariant *variant,
              char space,
              const char *key,
              KdImportField field,
              const char *value,
              const char *code)
{
  guint64 first = kd_import_keys_add (plan->seen, space, key, variant->row->number);
  g_autofree char *row = NULL;

  if (first == 0)
    return TRUE;
  row = g_strdup_printf ("%" G_GUINT64_FORMAT, first);
  return kd_import_fail (plan, variant->row, plan->columns->at[field], code, value, row);
}

gboolean
kd_import_check_repeats (KdImportPlan *plan,
                         const KdImportWant *want)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < want->variants->len; i++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, i);

      if (variant->sku_key != NULL)
        ok &= check_repeat (plan, variant, 's', variant->sku_key, KD_COLUMN_SKU, variant->sku, "sku.repeated");
      if (variant->code != NULL)
        ok &= check_repeat (plan, variant, 'b', variant->code, KD_COLUMN_BARCODE, variant->code, "code.repeated");
    }
  return ok;
}

/* ---- look-ups ---- */

static const KdVariant *
get_variant (KdImportPlan *plan,
             const KdId *id)
{
  return (const KdVariant *) kd_rows_get (plan->rows, &kd_kind_variant, id);
}

static const KdProduct *
get_product (KdImportPlan *plan,
             const KdId *id)
{
  return (const KdProduct *) kd_rows_get (plan->rows, &kd_kind_product, id);
}

static const KdVariant *
variant_by_sku (KdImportPlan *plan,
                const char *key)
{
  KdVariant like = { .sku_key = (char *) key };
  g_autoptr (GPtrArray) found = NULL;

  if (key == NULL)
    return NULL;
  found = kd_rows_scan (plan->rows, &kd_kind_variant, "sku", &like.parent, 1, 1);
  return found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
}

/* Asked several times for each row. */
static const KdVariant *
sku_owner (KdImportPlan *plan,
           KdImportVariant *variant)
{
  if (!variant->sku_looked_up)
    variant->sku_owner = variant_by_sku (plan, variant->sku_key);
  variant->sku_looked_up = TRUE;
  return variant->sku_owner;
}

static const KdVariant *
variant_by_code (KdImportPlan *plan,
                 const char *code)
{
  KdVariantCode like = { .code = (char *) code };
  g_autoptr (GPtrArray) found = NULL;

  if (code == NULL)
    return NULL;
  found = kd_rows_scan (plan->rows, &kd_kind_variant_code, "code", &like.parent, 1, 1);
  return found->len > 0 ? get_variant (plan, &((const KdVariantCode *) g_ptr_array_index (found, 0))->variant) : NULL;
}

static const KdExternalRef *
find_ref (KdImportPlan *plan,
          const char *external)
{
  KdExternalRef like = { .system = (char *) kd_import_source_to_text (plan->columns->source),
                         .external = (char *) external };
  g_autoptr (GPtrArray) found = NULL;

  if (external == NULL || *external == '\0')
    return NULL;
  found = kd_rows_scan (plan->rows, &kd_kind_external_ref, "external", &like.parent, 2, 1);
  return found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
}

static const KdVariant *
variant_by_ref (KdImportPlan *plan,
                const char *external)
{
  const KdExternalRef *ref = find_ref (plan, external);

  return ref != NULL && ref->ref_kind == kd_kind_variant.number ? get_variant (plan, &ref->ref) : NULL;
}

static const KdProduct *
product_of (KdImportPlan *plan,
            const KdVariant *variant)
{
  return variant != NULL ? get_product (plan, &variant->product) : NULL;
}

/* Shopify names a variant by its values; the reference keeps that when they are renamed here. */
static void
name_variants (KdImportPlan *plan,
               KdImportWant *want)
{
  if (plan->columns->source != KD_IMPORT_SHOPIFY || want->external == NULL || want->options->len == 0)
    return;
  for (guint i = 0; i < want->variants->len; i++)
    {
      KdImportVariant *variant = g_ptr_array_index (want->variants, i);
      g_autofree char *values = g_strjoinv (" / ", variant->values);

      g_free (variant->external);
      variant->external = g_strdup_printf ("%s / %s", want->external, values);
      if (strlen (variant->external) > 600)
        {
          char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, variant->external, -1);
          g_free (variant->external);
          variant->external = hash;
        }
    }
}

/* ---- the product ---- */

static const KdProduct *
find_by_ids (KdImportPlan *plan,
             const KdImportWant *want,
             gboolean *ret_linked)
{
  const KdProduct *product = NULL;
  const KdExternalRef *ref;

  if (!kd_id_is_none (&want->own_id))
    product = get_product (plan, &want->own_id);
  for (guint i = 0; product == NULL && i < want->variants->len; i++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, i);
      if (!kd_id_is_none (&variant->own_id))
        product = product_of (plan, get_variant (plan, &variant->own_id));
    }
  ref = find_ref (plan, want->external);
  if (ref != NULL && ref->ref_kind == kd_kind_product.number)
    {
      const KdProduct *linked = get_product (plan, &ref->ref);

      *ret_linked = linked != NULL && (product == NULL || product == linked);
      product = product != NULL ? product : linked;
    }
  for (guint i = 0; product == NULL && i < want->variants->len; i++)
    product = product_of (plan, variant_by_ref (plan, ((KdImportVariant *) g_ptr_array_index (want->variants, i))->external));
  return product;
}

static const KdProduct *
find_product (KdImportPlan *plan,
              const KdImportWant *want,
              gboolean *ret_linked)
{
  const KdProduct *product = find_by_ids (plan, want, ret_linked);

  for (guint i = 0; product == NULL && i < want->variants->len; i++)
    product = product_of (plan, sku_owner (plan, g_ptr_array_index (want->variants, i)));
  for (guint i = 0; product == NULL && i < want->variants->len; i++)
    product = product_of (plan, variant_by_code (plan, ((KdImportVariant *) g_ptr_array_index (want->variants, i))->code));
  return product;
}

static GPtrArray *
children (KdImportPlan *plan,
          const KdKind *kind,
          const KdProduct *product)
{
  g_autoptr (KdRecord) like = kd_record_new (kind);

  *(KdId *) kd_field_at (kd_shape_find (&kind->shape, "product"), like) = product->parent.id;
  return kd_rows_scan (plan->rows, kind, "product", like, 1, 0);
}

/* ---- its variants ---- */

static gboolean
is_taken (const KdImportWant *want,
          const KdVariant *existing)
{
  for (guint i = 0; i < want->variants->len; i++)
    if (((KdImportVariant *) g_ptr_array_index (want->variants, i))->existing == existing)
      return TRUE;
  return FALSE;
}

static const KdVariant *
own_of (const KdImportExisting *existing,
        const KdVariant *variant)
{
  for (guint i = 0; variant != NULL && i < existing->variants->len; i++)
    if (kd_id_equal (&((const KdVariant *) g_ptr_array_index (existing->variants, i))->parent.id, &variant->parent.id))
      return g_ptr_array_index (existing->variants, i);
  return NULL;
}

/* Folded names by id of one option's values. */
static GHashTable *
value_names (const KdOption *option)
{
  GHashTable *names = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, g_free);
  g_autoptr (GPtrArray) values = option->values != NULL ? kd_option_values_parse (option->values) : NULL;

  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      const KdOptionValue *value = g_ptr_array_index (values, i);
      g_hash_table_insert (names, g_memdup2 (&value->id, sizeof value->id), kd_text_key (value->name));
    }
  return names;
}

static void
append_value (GString *key,
              GHashTable *names,
              const KdVariant *variant)
{
  for (guint i = 0; variant->values != NULL && i < variant->values->len; i++)
    {
      const char *name = g_hash_table_lookup (names, &g_array_index (variant->values, KdId, i));
      if (name != NULL)
        g_string_append (key, name);
    }
  g_string_append_c (key, '\n');
}

/* The product's variants by their values of the file's options. */
static GHashTable *
index_values (const KdImportWant *want,
              const KdImportExisting *existing)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);

  for (guint i = 0; i < want->options->len; i++)
    for (guint o = 0; o < existing->options->len; o++)
      {
        const KdOption *option = g_ptr_array_index (existing->options, o);

        if (!kd_text_same (option->name, g_ptr_array_index (want->options, i)))
          continue;
        g_ptr_array_add (names, value_names (option));
        break;
      }
  if (names->len == 0 || names->len < want->options->len)
    return index;
  for (guint v = 0; v < existing->variants->len; v++)
    {
      KdVariant *variant = g_ptr_array_index (existing->variants, v);
      GString *key = g_string_new (NULL);

      for (guint i = 0; i < names->len; i++)
        append_value (key, g_ptr_array_index (names, i), variant);
      g_hash_table_insert (index, g_string_free (key, FALSE), variant);
    }
  return index;
}

static const KdVariant *
variant_by_values (GHashTable *index,
                   const KdImportVariant *wanted)
{
  g_autoptr (GString) key = g_string_new (NULL);

  if (g_hash_table_size (index) == 0)
    return NULL;
  for (char **value = wanted->values; value != NULL && *value != NULL; value++)
    {
      g_autofree char *folded = kd_text_key (*value);
      g_string_append_printf (key, "%s\n", folded);
    }
  return g_hash_table_lookup (index, key->str);
}

static const KdVariant *
find_variant (KdImportPlan *plan,
              const KdImportWant *want,
              const KdImportExisting *existing,
              GHashTable *by_values,
              KdImportVariant *wanted)
{
  const KdVariant *found = NULL;

  if (!kd_id_is_none (&wanted->own_id))
    found = own_of (existing, get_variant (plan, &wanted->own_id));
  if (found == NULL)
    found = own_of (existing, variant_by_ref (plan, wanted->external));
  if (found == NULL)
    found = variant_by_values (by_values, wanted);
  if (found == NULL)
    found = own_of (existing, sku_owner (plan, wanted));
  if (found == NULL)
    found = own_of (existing, variant_by_code (plan, wanted->code));
  /* one there, one here */
  if (found == NULL && existing->variants->len == 1 && want->variants->len == 1 && want->options->len == 0)
    found = g_ptr_array_index (existing->variants, 0);
  return found;
}

/* Options come to a product that had none: its one variant becomes the first of them. */
static void
take_hidden (const KdImportWant *want,
             const KdImportExisting *existing)
{
  const KdVariant *hidden;

  if (want->options->len == 0 || existing->options->len > 0 || existing->variants->len != 1)
    return;
  hidden = g_ptr_array_index (existing->variants, 0);
  if (is_taken (want, hidden))
    return;
  for (guint i = 0; i < want->variants->len; i++)
    {
      KdImportVariant *variant = g_ptr_array_index (want->variants, i);
      if (variant->existing == NULL)
        {
          variant->existing = hidden;
          return;
        }
    }
}

static gboolean
match_variants (KdImportPlan *plan,
                KdImportWant *want,
                const KdImportExisting *existing)
{
  g_autoptr (GHashTable) by_values = index_values (want, existing);

  for (guint i = 0; i < want->variants->len; i++)
    {
      KdImportVariant *variant = g_ptr_array_index (want->variants, i);
      const KdVariant *found = find_variant (plan, want, existing, by_values, variant);

      if (found != NULL && is_taken (want, found))
        return kd_import_fail (plan, variant->row, -1, "import.row_repeated", NULL, NULL);
      variant->existing = found;
      variant->linked = found != NULL && own_of (existing, variant_by_ref (plan, variant->external)) == found;
    }
  take_hidden (want, existing);
  return TRUE;
}

/* ---- what belongs to others ---- */

static gboolean
check_owner (KdImportPlan *plan,
             const KdImportVariant *variant,
             const KdVariant *owner,
             KdImportField field,
             const char *value,
             const char *code)
{
  const KdProduct *product;

  if (owner == NULL || (variant->existing != NULL && kd_id_equal (&owner->parent.id, &variant->existing->parent.id)))
    return TRUE;
  product = product_of (plan, owner);
  return kd_import_fail (plan, variant->row, plan->columns->at[field], code, value,
                         product != NULL ? product->name : NULL);
}

static gboolean
check_owners (KdImportPlan *plan,
              const KdImportWant *want)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < want->variants->len; i++)
    {
      KdImportVariant *variant = g_ptr_array_index (want->variants, i);

      ok &= check_owner (plan, variant, sku_owner (plan, variant), KD_COLUMN_SKU, variant->sku, "sku.taken");
      ok &= check_owner (plan, variant, variant_by_code (plan, variant->code), KD_COLUMN_BARCODE, variant->code, "code.taken");
    }
  return ok;
}

/* Two rows of the file that stand for one row here would each undo the other. */
static gboolean
check_once (KdImportPlan *plan,
            const KdImportWant *want,
            const KdImportExisting *existing)
{
  char id[KD_ID_TEXT_LENGTH + 1], row[24];
  guint64 first;

  for (guint i = 0; i < want->variants->len; i++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, i);

      if (variant->existing == NULL)
        continue;
      first = kd_import_keys_add (plan->seen, 'v', kd_id_to_text (&variant->existing->parent.id, id), variant->row->number);
      g_snprintf (row, sizeof row, "%" G_GUINT64_FORMAT, first);
      if (first != 0)
        return kd_import_fail (plan, variant->row, -1, "import.row_repeated", NULL, row);
    }
  if (!want->whole)
    return TRUE;
  first = kd_import_keys_add (plan->seen, 'p', kd_id_to_text (&existing->product->parent.id, id), want->row->number);
  g_snprintf (row, sizeof row, "%" G_GUINT64_FORMAT, first);
  return first == 0 || kd_import_fail (plan, want->row, -1, "import.row_repeated", NULL, row);
}

/* A list of SKUs and prices tells one variant of a product a row: the product itself isn't meant. */
static void
narrow (KdImportPlan *plan,
        KdImportWant *want,
        const KdImportExisting *existing)
{
  if (existing->options->len == 0 || want->options->len > 0 || want->variants->len != 1
      || !kd_id_is_none (&want->own_id) || want->external != NULL)
    return;
  want->whole = FALSE;
  kd_import_note (plan, want->row, -1, "import.variant_alone", NULL);
}

gboolean
kd_import_match (KdImportPlan *plan,
                 KdImportWant *want,
                 KdImportExisting **ret_existing)
{
  g_autoptr (KdImportExisting) existing = g_new0 (KdImportExisting, 1);

  *ret_existing = NULL;
  name_variants (plan, want);
  existing->product = find_product (plan, want, &existing->linked);
  if (existing->product == NULL)
    {
      if (!check_owners (plan, want))
        return FALSE;
      if (plan->choices->mode == KD_IMPORT_UPDATE)
        return TRUE;
      if (!want->whole)
        return kd_import_fail (plan, want->row, plan->columns->at[KD_COLUMN_PARENT], "import.parent_missing",
                               kd_import_cell (plan, want->row, KD_COLUMN_PARENT), NULL);
      if (want->name == NULL)
        return kd_import_fail (plan, want->row, plan->columns->at[KD_COLUMN_NAME], "import.name_missing", NULL, NULL);
      return TRUE;
    }
  existing->options = children (plan, &kd_kind_option, existing->product);
  existing->variants = children (plan, &kd_kind_variant, existing->product);
  existing->media = want->pictures->len > 0 ? children (plan, &kd_kind_media, existing->product) : g_ptr_array_new ();
  if (!match_variants (plan, want, existing))
    return FALSE;
  narrow (plan, want, existing);
  if (!check_owners (plan, want) || !check_once (plan, want, existing))
    return FALSE;
  *ret_existing = g_steal_pointer (&existing);
  return TRUE;
}
