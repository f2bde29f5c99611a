/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-option-values.h"
#include "kd-product-save.h"
#include "kd-session.h"
#include "kd-store-records.h"

G_BEGIN_DECLS

#define KD_PLAN_OPTIONS_MAX 5
#define KD_PLAN_VARIANTS_MAX 500 /* one product.save */

typedef struct
{
  KdId id;
  char *name;
  GPtrArray *values;      /* of KdOptionValue; archived ones too, which make no variants */
} KdPlannedOption;

/* One combination of values: a variant that is stored, or one to be. */
typedef struct
{
  GArray *values;         /* of KdId, one of each option */
  char *key;              /* the same as text */
  char *title;            /* "L / Red" */
  KdId variant;           /* the stored one that it is or takes over; none: a new one */
  gboolean was_sold;      /* stored, and not archived */
  gboolean ticked;        /* is to be sold */
  char *sku, *price, *stock, *code; /* typed into one that isn't stored; "" for nothing */
} KdPlannedVariant;

/* The options of a product as somebody is changing them, and the variants they make. Without
 * options there is one variant without values. */
typedef struct
{
  GPtrArray *options;     /* of KdPlannedOption */
  GPtrArray *variants;    /* of KdPlannedVariant, in the order of the options */
  GArray *dropped;        /* of KdId: stored variants that no combination is any more */
  gboolean too_many;      /* more combinations than KD_PLAN_VARIANTS_MAX: the rest is left out */
} KdVariantPlan;

/* stored: (nullable) nothing is. draft: (nullable) as of kd_variant_plan_write(). */
KdVariantPlan *kd_variant_plan_new (const KdProductDetail *stored,
                                    const char *draft) G_GNUC_WARN_UNUSED_RESULT;
void kd_variant_plan_free (KdVariantPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdVariantPlan, kd_variant_plan_free)

/* As text, for the draft. NULL where nothing differs from what is stored. (transfer full) */
char *kd_variant_plan_write (const KdVariantPlan *plan,
                             const KdProductDetail *stored) G_GNUC_WARN_UNUSED_RESULT;

/* Changes of options; the variants follow. A value of a stored option is archived rather than
 * removed, and one of its name coming back is the same again. */
void kd_variant_plan_add_option (KdVariantPlan *plan,
                                 const KdProductDetail *stored,
                                 const KdId *id);
void kd_variant_plan_remove_option (KdVariantPlan *plan,
                                    const KdProductDetail *stored,
                                    guint option);
void kd_variant_plan_add_value (KdVariantPlan *plan,
                                const KdProductDetail *stored,
                                guint option,
                                const KdId *id,
                                const char *name);
void kd_variant_plan_remove_value (KdVariantPlan *plan,
                                   const KdProductDetail *stored,
                                   guint option,
                                   const KdId *id);

/* Whether it can be saved; ret_code says why not. */
gboolean kd_variant_plan_check (const KdVariantPlan *plan,
                                const char **ret_code);

/* Adds it to a product.save. first: the id of the first new variant (none: made like the others).
 * codes: (element-type KdCall): gets the calls for new barcodes. FALSE: ret_code, and ret_variant
 * the variant whose typed value can't be read. */
gboolean kd_variant_plan_build (const KdVariantPlan *plan,
                                KdSession *session,
                                const KdProductDetail *stored,
                                const KdId *first,
                                KdProductItem *item,
                                GPtrArray *codes,
                                const char **ret_code,
                                guint *ret_variant);

G_END_DECLS
