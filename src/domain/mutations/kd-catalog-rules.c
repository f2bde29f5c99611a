/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-field-json.h"
#include "kd-mutation-private.h"
#include "kd-row-mutations.h"
#include "kd-sku.h"
#include "kd-stock-ledger.h"

#include <string.h>

/* What products, variants, categories and codes do beside storing values (rules 2). */

#define SKU_SUFFIX_TRIES 1000

static const KdVariant *
sku_owner (KdRows *rows,
           const char *key,
           const KdId *but)
{
  KdVariant like = { .sku_key = (char *) key };
  g_autoptr (GPtrArray) found = kd_rows_scan (rows, &kd_kind_variant, "sku", &like.parent, 1, 2);

  for (guint i = 0; i < found->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (found, i);
      if (!kd_id_equal (&variant->parent.id, but))
        return variant;
    }
  return NULL;
}

static void
keep_sku_conflict (KdRows *rows,
                   const KdContext *ctx,
                   const KdVariant *variant,
                   const KdVariant *owner,
                   const char *wanted)
{
  KdConflict *conflict = (KdConflict *) kd_record_new (&kd_kind_conflict);
  char id[KD_ID_TEXT_LENGTH + 1];
  GString *value = g_string_new (NULL);

  conflict->parent.id = kd_made_id (ctx, &kd_kind_conflict, "%s/sku", kd_id_to_text (&variant->parent.id, id));
  conflict->ref_kind = kd_kind_variant.number;
  conflict->ref = variant->parent.id;
  conflict->field = g_strdup ("sku");
  kd_json_append_string (value, wanted);
  conflict->value = g_string_free (value, FALSE);
  conflict->lost_by = ctx->actor.id;
  conflict->won_by = owner->parent.by;
  conflict->lost_at = ctx->edited;
  conflict->won_at = kd_id_get_time (&owner->parent.id);
  kd_rows_put (rows, &conflict->parent);
}

/* Two devices that met: the later one gets a suffix (SYNC 4.9). */
static void
suffix_sku (KdRows *rows,
            const KdContext *ctx,
            KdVariant *variant,
            const KdVariant *owner)
{
  g_autofree char *wanted = g_strdup (variant->sku);

  keep_sku_conflict (rows, ctx, variant, owner, wanted);
  for (guint n = 2; n < SKU_SUFFIX_TRIES; n++)
    {
      g_free (variant->sku);
      g_free (variant->sku_key);
      variant->sku = g_strdup_printf ("%s-%u", wanted, n);
      variant->sku_key = kd_sku_key (variant->sku);
      if (sku_owner (rows, variant->sku_key, &variant->parent.id) == NULL)
        return;
    }
  g_clear_pointer (&variant->sku, g_free);
  g_clear_pointer (&variant->sku_key, g_free);
}

static gboolean
variant_settle (KdRows *rows,
                const KdContext *ctx,
                KdRecord *record,
                const KdRecord *before,
                KdOutcome *outcome)
{
  KdVariant *variant = (KdVariant *) record;
  const KdVariant *owner;

  if (before != NULL && g_strcmp0 (variant->sku, ((const KdVariant *) before)->sku) == 0)
    return TRUE;
  if (variant->sku != NULL)
    g_strstrip (variant->sku);
  g_free (variant->sku_key);
  variant->sku_key = kd_sku_key (variant->sku);
  if (variant->sku_key == NULL || ctx->side == KD_SIDE_DEVICE)
    return TRUE;
  owner = sku_owner (rows, variant->sku_key, &variant->parent.id);
  if (owner != NULL)
    {
      suffix_sku (rows, ctx, variant, owner);
      outcome->conflicts++;
    }
  return TRUE;
}

static gboolean
variant_check (KdRows *rows,
               const KdContext *ctx,
               const KdRecord *record,
               KdOutcome *outcome)
{
  const KdVariant *variant = (const KdVariant *) record;
  g_autofree char *key = kd_sku_key (variant->sku);
  const KdVariant *owner;
  char id[KD_ID_TEXT_LENGTH + 1];

  if (key == NULL)
    return TRUE;
  owner = sku_owner (rows, key, &variant->parent.id);
  if (owner == NULL)
    return TRUE;
  kd_outcome_add_text (outcome, "field", "sku");
  kd_outcome_add_text (outcome, "product", kd_id_to_text (&owner->product, id));
  return kd_outcome_refuse_with (outcome, "sku.taken", "value", variant->sku);
}

static gboolean
variant_keep (KdRows *rows,
              const KdContext *ctx,
              const KdRecord *record)
{
  KdVariant *archived;

  if (!kd_variant_has_history (rows, (const KdVariant *) record))
    return FALSE;
  archived = (KdVariant *) kd_record_copy (record);
  archived->archived = TRUE;
  kd_rows_put_changed (rows, record, &archived->parent);
  return TRUE;
}

static gboolean
product_keep (KdRows *rows,
              const KdContext *ctx,
              const KdRecord *record)
{
  g_autoptr (GPtrArray) variants = kd_row_children (rows, &kd_kind_variant, &kd_kind_product, &record->id);
  KdMessage like = { .product = record->id };
  KdProduct *archived;
  gboolean history = FALSE;

  for (guint i = 0; !history && i < variants->len; i++)
    history = kd_variant_has_history (rows, g_ptr_array_index (variants, i));
  /* Only those who may see chat hold messages; the server, the truth, sees them all. */
  if (!history && (ctx->actor.scopes >> KD_SCOPE_CHAT & 1) != 0)
    {
      g_autoptr (GPtrArray) named = kd_rows_scan (rows, &kd_kind_message, "product", &like.parent, 1, 1);
      history = named->len > 0;
    }
  if (!history)
    return FALSE;
  archived = (KdProduct *) kd_record_copy (record);
  archived->status = KD_PRODUCT_ARCHIVED;
  kd_rows_put_changed (rows, record, &archived->parent);
  return TRUE;
}

static gboolean
product_settle (KdRows *rows,
                const KdContext *ctx,
                KdRecord *record,
                const KdRecord *before,
                KdOutcome *outcome)
{
  KdProduct *product = (KdProduct *) record;

  /* The main category is always among the others. */
  if (!kd_id_is_none (&product->category) && !kd_ref_set_has (product->categories, &product->category))
    {
      GArray *all = kd_ref_set_add (product->categories, &product->category);
      g_clear_pointer (&product->categories, g_array_unref);
      product->categories = all;
    }
  return TRUE;
}

static gboolean
category_settle (KdRows *rows,
                 const KdContext *ctx,
                 KdRecord *record,
                 const KdRecord *before,
                 KdOutcome *outcome)
{
  const KdCategory *category = (const KdCategory *) record;
  KdId up = category->up;

  for (guint depth = 0; !kd_id_is_none (&up); depth++)
    {
      const KdCategory *above = (const KdCategory *) kd_rows_get (rows, &kd_kind_category, &up);

      if (kd_id_equal (&up, &category->parent.id) || depth > 64)
        return kd_outcome_refuse_with (outcome, "category.cycle", "field", "up");
      if (above == NULL)
        break;
      up = above->up;
    }
  return TRUE;
}

/* Children and products go to the category above. */
static void
category_going (KdRows *rows,
                const KdContext *ctx,
                const KdRecord *record)
{
  const KdCategory *category = (const KdCategory *) record;
  KdCategory child_like = { .up = record->id };
  KdProduct product_like = { .category = record->id };
  g_autoptr (GPtrArray) children = kd_rows_scan (rows, &kd_kind_category, "up", &child_like.parent, 1, 0);
  g_autoptr (GPtrArray) products = kd_rows_scan (rows, &kd_kind_product, "category", &product_like.parent, 1, 0);

  for (guint i = 0; i < children->len; i++)
    {
      KdCategory *child = (KdCategory *) kd_record_copy (g_ptr_array_index (children, i));
      child->up = category->up;
      kd_rows_put (rows, &child->parent);
    }
  for (guint i = 0; i < products->len; i++)
    {
      KdProduct *product = (KdProduct *) kd_record_copy (g_ptr_array_index (products, i));
      GArray *rest = kd_ref_set_remove (product->categories, &record->id);

      g_clear_pointer (&product->categories, g_array_unref);
      product->categories = rest;
      product->category = category->up;
      if (!kd_id_is_none (&category->up))
        {
          product->categories = kd_ref_set_add (rest, &category->up);
          g_clear_pointer (&rest, g_array_unref);
        }
      kd_rows_put (rows, &product->parent);
    }
}

static gboolean
code_check (KdRows *rows,
            const KdContext *ctx,
            const KdRecord *record,
            KdOutcome *outcome)
{
  const KdVariantCode *code = (const KdVariantCode *) record;
  KdVariantCode like = { .code = code->code };
  g_autoptr (GPtrArray) found = kd_rows_scan (rows, &kd_kind_variant_code, "code", &like.parent, 1, 2);
  char id[KD_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < found->len; i++)
    {
      const KdVariantCode *other = g_ptr_array_index (found, i);

      if (kd_id_equal (&other->parent.id, &record->id))
        continue;
      kd_outcome_add_text (outcome, "field", "code");
      kd_outcome_add_text (outcome, "variant", kd_id_to_text (&other->variant, id));
      return kd_outcome_refuse_with (outcome, "code.taken", "value", code->code);
    }
  return TRUE;
}

static gboolean
contact_settle (KdRows *rows,
                const KdContext *ctx,
                KdRecord *record,
                const KdRecord *before,
                KdOutcome *outcome)
{
  KdContact *contact = (KdContact *) record;
  const KdContact *old = (const KdContact *) before;

  /* Staff typed it: verified. A buyer's number comes by other mutations. */
  if (contact->phone == NULL || *contact->phone == '\0')
    contact->phone_verified = FALSE;
  else if (old == NULL || g_strcmp0 (old->phone, contact->phone) != 0)
    contact->phone_verified = ctx->actor.type == KD_ACTOR_MEMBER;
  return TRUE;
}

const KdKindRules kd_variant_rules = {
  .kind = &kd_kind_variant,
  .settle = variant_settle,
  .check = variant_check,
  .keep = variant_keep,
};

const KdKindRules kd_product_rules = {
  .kind = &kd_kind_product,
  .settle = product_settle,
  .keep = product_keep,
};

const KdKindRules kd_category_rules = {
  .kind = &kd_kind_category,
  .settle = category_settle,
  .going = category_going,
};

const KdKindRules kd_variant_code_rules = {
  .kind = &kd_kind_variant_code,
  .check = code_check,
};

const KdKindRules kd_contact_rules = {
  .kind = &kd_kind_contact,
  .settle = contact_settle,
};
