/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-form-private.h"

#include "kd-calls.h"
#include "kd-conflict-value.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (KdProductForm, kd_product_form, G_TYPE_OBJECT)

enum { CHANGED, SAVED, REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const field_names[KD_N_PRODUCT_FIELDS] = {
  [KD_PRODUCT_NAME] = "name",
  [KD_PRODUCT_DESCRIPTION] = "description",
  [KD_PRODUCT_CATEGORIES] = "categories",
  [KD_PRODUCT_TAGS] = "tags",
  [KD_PRODUCT_BRAND] = "brand",
  [KD_PRODUCT_PRICE] = "price",
  [KD_PRODUCT_COMPARE_AT] = "compare_at",
  [KD_PRODUCT_WEIGHT] = "weight",
  [KD_PRODUCT_SKU] = "sku",
  [KD_PRODUCT_CODE] = "code",
  [KD_PRODUCT_COST] = "cost",
  [KD_PRODUCT_UNTRACKED] = "untracked",
  [KD_PRODUCT_OVERSELL] = "oversell",
  [KD_PRODUCT_OPENING] = "opening",
};

const char *
kd_product_field_name (KdProductField field)
{
  return field_names[field];
}

gboolean
kd_product_field_is_variants (KdProductField field)
{
  return field >= KD_PRODUCT_SKU;
}

static void
tell (KdProductForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
draft_changed_cb (KdDraft *draft,
                  const char *field,
                  KdProductForm *self)
{
  tell (self);
}

static void
set_variant (KdProductForm *self,
             const KdId *variant)
{
  if (kd_id_equal (&self->variant, variant))
    return;
  if (self->variant_draft != NULL)
    g_signal_handlers_disconnect_by_data (self->variant_draft, self);
  g_clear_object (&self->variant_draft);
  self->variant = *variant;
  if (kd_id_is_none (variant))
    return;
  self->variant_draft = kd_draft_get (self->session, &kd_kind_variant, variant);
  g_signal_connect (self->variant_draft, "changed", G_CALLBACK (draft_changed_cb), self);
}

/* The hidden variant may come into being, or give way to options. */
static void
follow_variant (KdProductForm *self)
{
  const KdVariant *hidden = kd_product_form_get_hidden (self);
  const char *begun;
  KdId id = KD_ID_NONE;

  if (!kd_draft_is_loaded (self->draft) || !kd_open_record_is_loaded (self->record))
    return;
  begun = kd_draft_get_text (self->draft, KD_DRAFT_VARIANT);
  if (hidden != NULL)
    id = hidden->parent.id;
  else if (kd_open_record_is_gone (self->record) && begun != NULL)
    kd_id_parse (begun, &id);
  else if (kd_open_record_is_gone (self->record) && self->begin)
    {
      char text[KD_ID_TEXT_LENGTH + 1];

      id = kd_session_new_id (self->session);
      kd_draft_set_text (self->draft, KD_DRAFT_VARIANT, kd_id_to_text (&id, text), NULL);
    }
  set_variant (self, &id);
}

static void
record_changed_cb (KdOpenRecord *record,
                   KdProductForm *self)
{
  follow_variant (self);
  tell (self);
}

static void
own_draft_changed_cb (KdDraft *draft,
                      const char *field,
                      KdProductForm *self)
{
  follow_variant (self);
  tell (self);
}

static void
kd_product_form_dispose (GObject *object)
{
  KdProductForm *self = KD_PRODUCT_FORM (object);

  if (self->record != NULL)
    g_signal_handlers_disconnect_by_data (self->record, self);
  if (self->draft != NULL)
    g_signal_handlers_disconnect_by_data (self->draft, self);
  if (self->variant_draft != NULL)
    g_signal_handlers_disconnect_by_data (self->variant_draft, self);
  g_clear_object (&self->record);
  g_clear_object (&self->draft);
  g_clear_object (&self->variant_draft);
  G_OBJECT_CLASS (kd_product_form_parent_class)->dispose (object);
}

static void
kd_product_form_finalize (GObject *object)
{
  KdProductForm *self = KD_PRODUCT_FORM (object);

  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_product_form_parent_class)->finalize (object);
}

static void
kd_product_form_class_init (KdProductFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kd_product_form_dispose;
  object_class->finalize = kd_product_form_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_PRODUCT_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[SAVED] = g_signal_new ("saved", KD_TYPE_PRODUCT_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[REFUSED] = g_signal_new ("refused", KD_TYPE_PRODUCT_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
kd_product_form_init (KdProductForm *self)
{
}

KdProductForm *
kd_product_form_new (KdSession *session,
                     const KdId *id,
                     gboolean begin)
{
  KdProductForm *self = g_object_new (KD_TYPE_PRODUCT_FORM, NULL);

  self->session = g_object_ref (session);
  self->id = *id;
  self->begin = begin;
  self->record = kd_open_record_get (session, &kd_kind_product, id);
  self->draft = kd_draft_get (session, &kd_kind_product, id);
  g_signal_connect (self->record, "changed", G_CALLBACK (record_changed_cb), self);
  g_signal_connect (self->draft, "changed", G_CALLBACK (own_draft_changed_cb), self);
  follow_variant (self);
  return self;
}

KdSession *
kd_product_form_get_session (KdProductForm *self)
{
  return self->session;
}

const KdId *
kd_product_form_get_id (KdProductForm *self)
{
  return &self->id;
}

KdOpenRecord *
kd_product_form_get_record (KdProductForm *self)
{
  return self->record;
}

KdDraft *
kd_product_form_get_draft (KdProductForm *self)
{
  return self->draft;
}

const KdProductDetail *
kd_product_form_get_detail (KdProductForm *self)
{
  return kd_open_record_get_product (self->record);
}

const KdVariant *
kd_product_form_get_hidden (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  if (detail == NULL || detail->options->len > 0)
    return NULL;
  for (guint i = 0; i < detail->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (detail->variants, i);

      if (variant->values == NULL && !variant->archived)
        return variant;
    }
  return NULL;
}

gboolean
kd_product_form_is_loaded (KdProductForm *self)
{
  return kd_open_record_is_loaded (self->record) && kd_draft_is_loaded (self->draft)
         && (self->variant_draft == NULL || kd_draft_is_loaded (self->variant_draft));
}

gboolean
kd_product_form_is_new (KdProductForm *self)
{
  return kd_product_form_is_loaded (self) && kd_open_record_is_gone (self->record)
         && kd_draft_get_text (self->draft, KD_DRAFT_VARIANT) != NULL;
}

gboolean
kd_product_form_is_gone (KdProductForm *self)
{
  return kd_product_form_is_loaded (self) && kd_open_record_is_gone (self->record)
         && kd_draft_get_text (self->draft, KD_DRAFT_VARIANT) == NULL;
}

gboolean
kd_product_form_is_dirty (KdProductForm *self)
{
  g_auto (GStrv) fields = kd_draft_list_fields (self->draft);

  if (self->variant_draft != NULL && kd_draft_is_dirty (self->variant_draft))
    return TRUE;
  for (guint i = 0; fields[i] != NULL; i++)
    if (!g_str_equal (fields[i], KD_DRAFT_VARIANT))
      return TRUE;
  return FALSE;
}

gboolean
kd_product_form_is_saving (KdProductForm *self)
{
  return self->saving;
}

int
kd_product_form_get_status (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  return detail != NULL ? detail->product->status : KD_PRODUCT_DRAFT;
}

gboolean
kd_product_form_is_simple (KdProductForm *self)
{
  const char *draft = kd_draft_get_text (self->draft, KD_DRAFT_OPTIONS);
  g_autoptr (KdVariantPlan) plan = NULL;

  if (kd_id_is_none (&self->variant) || draft == NULL)
    return !kd_id_is_none (&self->variant);
  plan = kd_product_form_dup_plan (self);
  return plan->options->len == 0;
}

KdVariantPlan *
kd_product_form_dup_plan (KdProductForm *self)
{
  return kd_variant_plan_new (kd_product_form_get_detail (self), kd_draft_get_text (self->draft, KD_DRAFT_OPTIONS));
}

void
kd_product_form_set_plan (KdProductForm *self,
                          const KdVariantPlan *plan)
{
  g_autofree char *text = kd_variant_plan_write (plan, kd_product_form_get_detail (self));

  kd_draft_set_reason (self->draft, KD_DRAFT_OPTIONS, NULL);
  kd_draft_set_text (self->draft, KD_DRAFT_OPTIONS, text, NULL);
}

const char *
kd_product_form_get_options_reason (KdProductForm *self)
{
  return kd_draft_get_reason (self->draft, KD_DRAFT_OPTIONS);
}

const KdRecord *
kd_product_form_owner (KdProductForm *self,
                       KdProductField field,
                       KdDraft **ret_draft)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  const KdVariant *hidden = kd_product_form_get_hidden (self);
  gboolean variants = kd_product_field_is_variants (field);

  /* A variant's own value covers the product's: the one that counts is the one to edit. */
  if (hidden != NULL)
    variants |= (field == KD_PRODUCT_PRICE && hidden->price != KD_EMPTY)
                || (field == KD_PRODUCT_COMPARE_AT && hidden->compare_at != KD_EMPTY)
                || (field == KD_PRODUCT_WEIGHT && hidden->weight != KD_EMPTY);
  if (ret_draft != NULL)
    *ret_draft = variants ? self->variant_draft : self->draft;
  if (variants)
    return hidden != NULL ? &hidden->parent : NULL;
  return detail != NULL ? &detail->product->parent : NULL;
}

char *
kd_product_form_dup_stored (KdProductForm *self,
                            KdProductField field)
{
  return kd_product_text_of (self, field, kd_product_form_owner (self, field, NULL));
}

char *
kd_product_form_dup_text (KdProductForm *self,
                          KdProductField field)
{
  KdDraft *draft;
  const KdRecord *owner = kd_product_form_owner (self, field, &draft);
  const char *typed = draft != NULL ? kd_draft_get_text (draft, field_names[field]) : NULL;

  return typed != NULL ? g_strdup (typed) : kd_product_text_of (self, field, owner);
}

gboolean
kd_product_form_is_typed (KdProductForm *self,
                          KdProductField field)
{
  KdDraft *draft;

  kd_product_form_owner (self, field, &draft);
  return draft != NULL && kd_draft_get_text (draft, field_names[field]) != NULL;
}

void
kd_product_form_type (KdProductForm *self,
                      KdProductField field,
                      const char *text)
{
  KdDraft *draft;
  const KdRecord *owner = kd_product_form_owner (self, field, &draft);
  g_autofree char *stored = kd_product_text_of (self, field, owner);

  if (draft == NULL)
    return;
  kd_draft_set_reason (draft, field_names[field], NULL);
  kd_draft_set_text (draft, field_names[field], strcmp (stored, text) == 0 ? NULL : text, owner);
}

void
kd_product_form_forget (KdProductForm *self,
                        KdProductField field)
{
  KdDraft *draft;

  kd_product_form_owner (self, field, &draft);
  if (draft == NULL)
    return;
  kd_draft_set_reason (draft, field_names[field], NULL);
  kd_draft_set_text (draft, field_names[field], NULL, NULL);
}

char *
kd_product_form_dup_underneath (KdProductForm *self,
                                KdProductField field)
{
  KdDraft *draft;
  const KdRecord *owner = kd_product_form_owner (self, field, &draft);

  if (draft == NULL || owner == NULL || kd_draft_get_text (draft, field_names[field]) == NULL
      || kd_shape_find (&owner->kind->shape, field_names[field]) == NULL
      || !kd_draft_changed_underneath (draft, field_names[field], owner))
    return NULL;
  return kd_product_text_of (self, field, owner);
}

const char *
kd_product_form_get_reason (KdProductForm *self,
                            KdProductField field)
{
  KdDraft *draft;

  kd_product_form_owner (self, field, &draft);
  return draft != NULL ? kd_draft_get_reason (draft, field_names[field]) : NULL;
}

const KdConflict *
kd_product_form_get_conflict (KdProductForm *self,
                              KdProductField field,
                              char **ret_words)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  const KdRecord *owner = kd_product_form_owner (self, field, NULL);

  for (guint i = 0; detail != NULL && owner != NULL && i < detail->conflicts->len; i++)
    {
      const KdConflict *conflict = g_ptr_array_index (detail->conflicts, i);
      g_autoptr (KdRecord) other = NULL;
      g_autoptr (KdPartial) value = NULL;

      if (!kd_id_equal (&conflict->ref, &owner->id) || g_strcmp0 (conflict->field, field_names[field]) != 0)
        continue;
      value = kd_conflict_get_value (conflict);
      if (value == NULL)
        continue;
      other = kd_record_copy (owner);
      kd_record_apply (other, value);
      if (ret_words != NULL)
        *ret_words = kd_product_text_of (self, field, other);
      return conflict;
    }
  return NULL;
}

void
kd_product_form_flush (KdProductForm *self)
{
  kd_draft_flush (self->draft);
  if (self->variant_draft != NULL)
    kd_draft_flush (self->variant_draft);
}

void
kd_product_form_discard (KdProductForm *self)
{
  if (self->variant_draft != NULL)
    kd_draft_clear (self->variant_draft);
  self->begin = FALSE;
  kd_draft_clear (self->draft);
}
