/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-product-form.h"

G_BEGIN_DECLS

struct _KdProductForm
{
  GObject parent_instance;

  KdSession *session;     /* (owned) */
  KdId id;
  KdOpenRecord *record;
  KdDraft *draft;
  KdId variant;           /* the hidden variant, stored or to be */
  KdDraft *variant_draft; /* (nullable): of that */
  gboolean begin;
  gboolean saving;
  GPtrArray *sent;        /* of SentText: what the running save took from the drafts */
};

/* The draft's field that holds the id of a new product's variant: what makes the draft one of a
 * product that was begun. */
#define KD_DRAFT_VARIANT "variant"
#define KD_DRAFT_OPTIONS "options"
#define KD_DRAFT_PICTURES "pictures"

const char *kd_product_field_name (KdProductField field);
/* Of the hidden variant alone. */
gboolean kd_product_field_is_variants (KdProductField field);
/* The record that holds the field now, and the draft that its text lies in. (nullable) both. */
const KdRecord *kd_product_form_owner (KdProductForm *self,
                                       KdProductField field,
                                       KdDraft **ret_draft);

/* The text of a stored value, as people would type it. (transfer full) */
char *kd_product_text_of (KdProductForm *self,
                          KdProductField field,
                          const KdRecord *owner);
/* Reads a typed text into the fields of set. FALSE: ret_code says what is wrong. */
gboolean kd_product_text_read (KdProductForm *self,
                               KdProductField field,
                               const char *text,
                               KdPartial *set,
                               const char **ret_code);

/* Reads what is typed into the fields that aren't in a record of their own. */
gboolean kd_product_read_cost (KdProductForm *self,
                               const char *text,
                               gint64 *ret_cost,
                               const char **ret_code);

/* Calls that add the pictures of a product that is just being saved. */
void kd_product_add_picture_calls (KdProductForm *self,
                                   GPtrArray *calls);

/* "<p>" and "<br>" alone become plain text; anything else stays as it was written. */
char *kd_description_to_text (const char *html);
char *kd_description_from_text (const char *text);

G_END_DECLS
