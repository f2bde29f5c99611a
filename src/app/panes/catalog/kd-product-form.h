/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-draft.h"
#include "kd-open-record.h"
#include "kd-variant-plan.h"

G_BEGIN_DECLS

/* What is typed about a product; each is a text in a draft. */
typedef enum
{
  KD_PRODUCT_NAME,
  KD_PRODUCT_DESCRIPTION,
  KD_PRODUCT_CATEGORIES,  /* ids, the main one first */
  KD_PRODUCT_TAGS,        /* separated by commas */
  KD_PRODUCT_BRAND,
  KD_PRODUCT_PRICE,
  KD_PRODUCT_COMPARE_AT,
  KD_PRODUCT_WEIGHT,
  KD_PRODUCT_SKU,         /* from here on of the hidden variant: none where there are options */
  KD_PRODUCT_CODE,
  KD_PRODUCT_COST,
  KD_PRODUCT_UNTRACKED,   /* "1" or "" */
  KD_PRODUCT_OVERSELL,
  KD_PRODUCT_OPENING,     /* stock of a product that isn't saved yet */
  KD_N_PRODUCT_FIELDS,
} KdProductField;

/*
 * A product being edited: the record as stored, what is typed and not saved yet, and what saving
 * it sends. It knows no widgets. A product that was begun and never saved has an id and a draft
 * alone.
 *
 * Signals: changed (); saved (); refused (int field): a KdProductField, KD_PRODUCT_OPTIONS, or
 * KD_PRODUCT_NO_FIELD.
 */
#define KD_PRODUCT_NO_FIELD (-1)
#define KD_PRODUCT_OPTIONS (-2)
#define KD_TYPE_PRODUCT_FORM (kd_product_form_get_type ())
G_DECLARE_FINAL_TYPE (KdProductForm, kd_product_form, KD, PRODUCT_FORM, GObject)

/* begin: a product that doesn't exist yet. */
KdProductForm *kd_product_form_new (KdSession *session,
                                    const KdId *id,
                                    gboolean begin);

KdSession *kd_product_form_get_session (KdProductForm *self);
const KdId *kd_product_form_get_id (KdProductForm *self);
KdOpenRecord *kd_product_form_get_record (KdProductForm *self);
KdDraft *kd_product_form_get_draft (KdProductForm *self);
/* (nullable): valid until the next `changed` */
const KdProductDetail *kd_product_form_get_detail (KdProductForm *self);
/* (nullable): the variant of a product without options, once it is stored */
const KdVariant *kd_product_form_get_hidden (KdProductForm *self);

/* Record and drafts were read. */
gboolean kd_product_form_is_loaded (KdProductForm *self);
/* Begun and never saved. */
gboolean kd_product_form_is_new (KdProductForm *self);
/* Deleted, and nothing was begun in its place. */
gboolean kd_product_form_is_gone (KdProductForm *self);
gboolean kd_product_form_is_dirty (KdProductForm *self);
gboolean kd_product_form_is_saving (KdProductForm *self);
/* The product's status; draft while it isn't saved. */
int kd_product_form_get_status (KdProductForm *self);
/* Whether it is one thing without variants, as stored or as typed. */
gboolean kd_product_form_is_simple (KdProductForm *self);

/* What the control shows: what is typed, else what is stored. (transfer full) */
char *kd_product_form_dup_text (KdProductForm *self,
                                KdProductField field);
char *kd_product_form_dup_stored (KdProductForm *self,
                                  KdProductField field);
gboolean kd_product_form_is_typed (KdProductForm *self,
                                   KdProductField field);
void kd_product_form_type (KdProductForm *self,
                           KdProductField field,
                           const char *text);
/* Goes back to what is stored. */
void kd_product_form_forget (KdProductForm *self,
                             KdProductField field);
/* What is stored now, where it changed while this was typed; else NULL. (transfer full) */
char *kd_product_form_dup_underneath (KdProductForm *self,
                                      KdProductField field);
/* (nullable): why saving it was refused; a code */
const char *kd_product_form_get_reason (KdProductForm *self,
                                        KdProductField field);
/* (nullable): an open conflict about the field, and its value as words (transfer full) */
const KdConflict *kd_product_form_get_conflict (KdProductForm *self,
                                                KdProductField field,
                                                char **ret_words);

/* An amount as typed: "15rb", and "+10%" of what is stored. */
gboolean kd_product_form_read_amount (KdProductForm *self,
                                      KdProductField field,
                                      const char *text,
                                      gint64 *ret_amount,
                                      const char **ret_code);

/* ---- options and variants ---- */

/* As stored and typed. (transfer full) */
KdVariantPlan *kd_product_form_dup_plan (KdProductForm *self);
/* Keeps it in the draft. */
void kd_product_form_set_plan (KdProductForm *self,
                               const KdVariantPlan *plan);
/* (nullable): why saving the options was refused; a code */
const char *kd_product_form_get_options_reason (KdProductForm *self);

/* ---- pictures: changed at once, or with the product where it isn't saved yet ---- */

/* (transfer full) (element-type KdMedia): in order; those whose bytes are there */
GPtrArray *kd_product_form_dup_pictures (KdProductForm *self);
/* Pictures named by an address that the server hasn't fetched yet. */
guint kd_product_form_count_awaited (KdProductForm *self);
/* picture: blob, mime, name, size, width, height; it gets its id and comes last. */
void kd_product_form_add_picture (KdProductForm *self,
                                  const KdMedia *picture);
void kd_product_form_move_picture (KdProductForm *self,
                                   const KdId *id,
                                   guint place);
void kd_product_form_describe_picture (KdProductForm *self,
                                       const KdId *id,
                                       const char *alt);
void kd_product_form_remove_picture (KdProductForm *self,
                                     const KdId *id);

/* Saves what is typed, in one operation. status: the KdProductStatus it is to have, -1 to leave
 * it. FALSE: something typed can't be read; `refused` was emitted. */
gboolean kd_product_form_save (KdProductForm *self,
                               int status);
/* Forgets everything typed. */
void kd_product_form_discard (KdProductForm *self);
/* Writes to disk what waits for that. */
void kd_product_form_flush (KdProductForm *self);

/* Takes the value that lost, or keeps the stored one for good. */
void kd_product_form_settle (KdProductForm *self,
                             const KdConflict *conflict,
                             gboolean use_other);

G_END_DECLS
