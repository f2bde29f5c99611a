/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-form-private.h"

#include "kd-barcode.h"
#include "kd-calls.h"
#include "kd-catalog-words.h"
#include "kd-conflict-value.h"
#include "kd-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Saving what is typed about a product: one operation, made of one product.save and, where they
 * changed, its barcodes and pictures. */

#define UNIT_FACTOR 1000 /* thousandths: a code of the base unit */

/* A text of a draft as it was sent: what was typed over meanwhile stays. */
typedef struct
{
  KdDraft *draft;         /* (owned) */
  char *field, *text;
} SentText;

static void
sent_text_free (SentText *sent)
{
  g_object_unref (sent->draft);
  g_free (sent->field);
  g_free (sent->text);
  g_free (sent);
}

static void
remember_sent (GPtrArray *sent,
               KdDraft *draft)
{
  g_auto (GStrv) fields = NULL;

  if (draft == NULL)
    return;
  fields = kd_draft_list_fields (draft);
  for (guint i = 0; fields[i] != NULL; i++)
    {
      SentText *text = g_new0 (SentText, 1);

      text->draft = g_object_ref (draft);
      text->field = g_strdup (fields[i]);
      text->text = g_strdup (kd_draft_get_text (draft, fields[i]));
      g_ptr_array_add (sent, text);
    }
}

static void
refuse (KdProductForm *self,
        int field,
        const char *code)
{
  KdDraft *draft = self->draft;
  const char *name = field == KD_PRODUCT_OPTIONS ? KD_DRAFT_OPTIONS : "";

  if (field >= 0)
    {
      kd_product_form_owner (self, (KdProductField) field, &draft);
      name = kd_product_field_name ((KdProductField) field);
    }
  if (draft != NULL)
    kd_draft_set_reason (draft, name, code);
  g_signal_emit_by_name (self, "refused", field);
}

/* What is typed of one record's fields, into set. */
static gboolean
collect (KdProductForm *self,
         const KdDraft *draft,
         KdPartial *set)
{
  for (int field = 0; field < KD_N_PRODUCT_FIELDS; field++)
    {
      KdDraft *lies_in;
      const char *text, *code = NULL;

      kd_product_form_owner (self, field, &lies_in);
      if (lies_in != draft)
        continue;
      text = kd_draft_get_text (lies_in, kd_product_field_name (field));
      if (text == NULL && field == KD_PRODUCT_NAME && kd_product_form_is_new (self))
        text = "";
      if (text != NULL && !kd_product_text_read (self, field, text, set, &code))
        {
          refuse (self, field, code);
          return FALSE;
        }
    }
  return TRUE;
}

static const KdVariantCode *
stored_code (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  for (guint i = 0; detail != NULL && i < detail->codes->len; i++)
    {
      const KdVariantCode *code = g_ptr_array_index (detail->codes, i);

      if (kd_id_equal (&code->variant, &self->variant) && code->unit == NULL)
        return code;
    }
  return NULL;
}

/* The barcode is a row of its own. */
static gboolean
add_code_call (KdProductForm *self,
               GPtrArray *calls)
{
  const char *text = kd_draft_get_text (self->variant_draft, kd_product_field_name (KD_PRODUCT_CODE));
  const KdVariantCode *before = stored_code (self);
  g_autoptr (KdPartial) set = NULL;
  g_autofree char *canonical = NULL;
  KdId id;

  if (text == NULL)
    return TRUE;
  if (kd_text_is_blank (text))
    {
      if (before != NULL)
        g_ptr_array_add (calls, kd_call_delete (&kd_kind_variant_code, &before->parent.id));
      return TRUE;
    }
  if (!kd_barcode_check (text, NULL, &canonical))
    {
      refuse (self, KD_PRODUCT_CODE, "code.digit");
      return FALSE;
    }
  set = kd_partial_new (&kd_kind_variant_code);
  *(char **) kd_partial_field (set, "code") = g_steal_pointer (&canonical);
  if (before != NULL)
    {
      KdPartial *base = kd_record_partial (&before->parent, set->mask);

      g_ptr_array_add (calls, kd_call_patch (&kd_kind_variant_code, &before->parent.id, g_steal_pointer (&set), base));
      return TRUE;
    }
  *(KdId *) kd_partial_field (set, "variant") = self->variant;
  *(gint64 *) kd_partial_field (set, "factor") = UNIT_FACTOR;
  id = kd_session_new_id (self->session);
  g_ptr_array_add (calls, kd_call_create (&kd_kind_variant_code, &id, g_steal_pointer (&set)));
  return TRUE;
}

static gboolean
read_numbers (KdProductForm *self,
              KdVariantItem *item)
{
  const char *cost = kd_draft_get_text (self->variant_draft, kd_product_field_name (KD_PRODUCT_COST));
  const char *opening = kd_draft_get_text (self->variant_draft, kd_product_field_name (KD_PRODUCT_OPENING));
  const char *code = NULL;

  if (cost != NULL && !kd_text_is_blank (cost) && !kd_product_read_cost (self, cost, &item->cost, &code))
    {
      refuse (self, KD_PRODUCT_COST, code);
      return FALSE;
    }
  if (opening == NULL || kd_text_is_blank (opening) || !kd_product_form_is_new (self))
    return TRUE;
  if (!kd_quantity_parse (opening, kd_session_get_currency (self->session), &item->opening, &code))
    {
      refuse (self, KD_PRODUCT_OPENING, code);
      return FALSE;
    }
  if (item->opening < 0)
    refuse (self, KD_PRODUCT_OPENING, "quantity.negative");
  return item->opening >= 0;
}

static gboolean
add_variant (KdProductForm *self,
             KdProductItem *item,
             GPtrArray *after)
{
  const KdVariant *hidden = kd_product_form_get_hidden (self);
  KdVariantItem *variant;

  if (self->variant_draft == NULL || (hidden != NULL && !kd_draft_is_dirty (self->variant_draft)))
    return TRUE;
  variant = kd_product_item_add_variant (item, &self->variant);
  if (variant->set == NULL)
    variant->set = kd_partial_new (&kd_kind_variant);
  if (!collect (self, self->variant_draft, variant->set) || !read_numbers (self, variant))
    return FALSE;
  if (hidden != NULL)
    variant->base = kd_draft_get_base (self->variant_draft, variant->set, &hidden->parent);
  return add_code_call (self, after);
}

/* What is typed of the variant that was hidden goes to the one that takes its place. */
static gboolean
add_plan (KdProductForm *self,
          KdProductItem *item,
          GPtrArray *calls)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  g_autoptr (KdVariantPlan) plan = kd_product_form_dup_plan (self);
  KdId first = detail == NULL ? self->variant : KD_ID_NONE;
  const char *code = NULL;
  guint variant = 0;

  if (!kd_variant_plan_check (plan, &code)
      || !kd_variant_plan_build (plan, self->session, detail, &first, item, calls, &code, &variant))
    {
      refuse (self, KD_PRODUCT_OPTIONS, code);
      return FALSE;
    }
  for (guint i = 0; self->variant_draft != NULL && i < item->variants->len; i++)
    {
      KdVariantItem *added = g_ptr_array_index (item->variants, i);

      if (!kd_id_equal (&added->id, &self->variant) || added->remove)
        continue;
      if (added->set == NULL)
        added->set = kd_partial_new (&kd_kind_variant);
      if (!collect (self, self->variant_draft, added->set))
        return FALSE;
    }
  return TRUE;
}

/* (nullable) (transfer full): NULL where something typed can't be read. */
static GPtrArray *
build (KdProductForm *self,
       int status)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  KdCall *call = kd_call_product_save (&self->id);
  KdProductItem *item = kd_call_product_item (call);

  g_ptr_array_add (calls, call);
  if (item->set == NULL)
    item->set = kd_partial_new (&kd_kind_product);
  if (!collect (self, self->draft, item->set))
    return NULL;
  if (status >= 0)
    *(int *) kd_partial_field (item->set, "status") = status;
  else if (detail == NULL)
    *(int *) kd_partial_field (item->set, "status") = KD_PRODUCT_DRAFT;
  if (detail != NULL)
    item->base = kd_draft_get_base (self->draft, item->set, &detail->product->parent);
  if (kd_draft_get_text (self->draft, KD_DRAFT_OPTIONS) != NULL ? !add_plan (self, item, calls)
                                                               : !add_variant (self, item, calls))
    return NULL;
  kd_product_add_picture_calls (self, calls);
  return g_steal_pointer (&calls);
}

/* The field of the form that a refusal speaks of. */
static int
refused_field (KdProductForm *self,
               const KdOutcome *outcome)
{
  const char *name = NULL;
  gboolean simple = kd_product_form_is_simple (self);

  if (g_strcmp0 (outcome->code, "sku.taken") == 0)
    return simple ? (int) KD_PRODUCT_SKU : KD_PRODUCT_OPTIONS;
  if (g_strcmp0 (outcome->code, "code.taken") == 0)
    return simple ? (int) KD_PRODUCT_CODE : KD_PRODUCT_OPTIONS;
  if (outcome->detail == NULL || !g_variant_dict_lookup (outcome->detail, "field", "&s", &name))
    return KD_PRODUCT_NO_FIELD;
  for (int field = 0; field < KD_N_PRODUCT_FIELDS; field++)
    {
      const char *last = strrchr (name, '/');

      if (g_str_equal (last != NULL ? last + 1 : name, kd_product_field_name (field)))
        return field;
    }
  return KD_PRODUCT_NO_FIELD;
}

static void
forget_sent (KdProductForm *self)
{
  for (guint i = 0; i < self->sent->len; i++)
    {
      SentText *sent = g_ptr_array_index (self->sent, i);

      if (g_strcmp0 (kd_draft_get_text (sent->draft, sent->field), sent->text) != 0)
        continue;
      kd_draft_set_reason (sent->draft, sent->field, NULL);
      kd_draft_set_text (sent->draft, sent->field, NULL, NULL);
    }
  kd_draft_set_reason (self->draft, "", NULL);
}

static void
saved_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (KdProductForm) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);

  self->saving = FALSE;
  if (commit == NULL)
    {
      /* The session tells of the disk; what was typed stays. */
      g_message ("A product could not be saved: %s", error->message);
      refuse (self, KD_PRODUCT_NO_FIELD, "disk");
    }
  else if (commit->refused >= 0)
    refuse (self, refused_field (self, &commit->outcome), commit->outcome.code);
  else
    {
      forget_sent (self);
      self->begin = FALSE;
      g_signal_emit_by_name (self, "saved");
    }
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_signal_emit_by_name (self, "changed");
}

gboolean
kd_product_form_save (KdProductForm *self,
                      int status)
{
  g_autoptr (GPtrArray) calls = NULL;
  g_autofree char *name = NULL;
  const char *label = N_("Edit %s");

  if (self->saving || !kd_product_form_is_loaded (self) || kd_product_form_is_gone (self))
    return FALSE;
  calls = build (self, status);
  if (calls == NULL)
    return FALSE;
  if (kd_product_form_is_new (self))
    label = N_("Add %s");
  else if (status == KD_PRODUCT_ACTIVE)
    label = N_("Publish %s");
  else if (status == KD_PRODUCT_ARCHIVED)
    label = N_("Archive %s");
  name = kd_product_form_dup_text (self, KD_PRODUCT_NAME);
  self->saving = TRUE;
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) sent_text_free);
  remember_sent (self->sent, self->draft);
  remember_sent (self->sent, self->variant_draft);
  kd_session_commit_async (self->session, label, name, g_steal_pointer (&calls), saved_cb, g_object_ref (self));
  g_signal_emit_by_name (self, "changed");
  return TRUE;
}

void
kd_product_form_settle (KdProductForm *self,
                        const KdConflict *conflict,
                        gboolean use_other)
{
  const KdKind *kind = kd_kind_by_number ((guint) conflict->ref_kind);
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  KdPartial *value = use_other ? kd_conflict_get_value (conflict) : NULL;
  const KdRecord *now = NULL;

  if (detail == NULL)
    {
      g_clear_pointer (&value, kd_partial_free);
      return;
    }
  if (kind == &kd_kind_product)
    now = &detail->product->parent;
  for (guint i = 0; kind == &kd_kind_variant && i < detail->variants->len; i++)
    if (kd_id_equal (&((const KdVariant *) g_ptr_array_index (detail->variants, i))->parent.id, &conflict->ref))
      now = g_ptr_array_index (detail->variants, i);
  if (value != NULL && now != NULL)
    g_ptr_array_add (calls, kd_call_patch (kind, &conflict->ref, g_steal_pointer (&value),
                                           kd_record_partial (now, value->mask)));
  g_clear_pointer (&value, kd_partial_free);
  g_ptr_array_add (calls, kd_call_conflict_settle (&conflict->parent.id,
                                                   use_other ? KD_CONFLICT_USED : KD_CONFLICT_DISMISSED));
  kd_session_commit_async (self->session, N_("Settle a conflict of %s"), detail->product->name,
                           g_steal_pointer (&calls), NULL, NULL);
}
