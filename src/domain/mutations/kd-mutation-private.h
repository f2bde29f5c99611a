/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"
#include "kd-mutation.h"

G_BEGIN_DECLS

/* How a subject's file describes the arguments of its mutations; KD_STRUCT is defined there as the
 * struct's name. */
#define KD_ARG(num, field, t, ...) \
  { .name = #field, .number = num, .type = KD_TYPE_##t, .offset = G_STRUCT_OFFSET (KD_STRUCT, field), .since = 1, ##__VA_ARGS__ }
#define KD_ARGS(variable, text, s, table) \
  static const KdShape variable = { .name = text, .size = sizeof (s), .fields = table, .n_fields = G_N_ELEMENTS (table) }

/* The subjects, each NULL-terminated, in their own files. */
extern const KdMutation *const kd_stock_mutations[];
extern const KdMutation *const kd_catalog_mutations[];
extern const KdMutation *const kd_bulk_mutations[];
extern const KdMutation *const kd_order_mutations[];
extern const KdMutation *const kd_payment_mutations[];
extern const KdMutation *const kd_chat_mutations[];
extern const KdMutation *const kd_shop_mutations[];

/* The arguments of <kind>.create, .patch and .delete, and of each row of rows.patch and
 * rows.revert. */
typedef struct
{
  KdId id;
  gint64 kind;            /* number; in rows.* alone */
  KdPartial *set, *base;
  gboolean only_if_base;
  gboolean remove;        /* rows.revert: delete it */
  gboolean restore;       /* create: may take the id of a deleted row (an undo) */
} KdRowArgs;

KdCall *kd_call_new_row (const KdKind *kind, const char *verb, const KdId *id);

/* What one kind does beside storing values; (nullable) members. */
typedef struct
{
  const KdKind *kind;
  /* Sets derived fields and refuses what the state forbids; @before is NULL for a new row. */
  gboolean (*settle) (KdRows *rows, const KdContext *ctx, KdRecord *record, const KdRecord *before,
                      KdOutcome *outcome);
  /* After a new row was put. */
  gboolean (*created) (KdRows *rows, const KdContext *ctx, const KdRecord *record, KdOutcome *outcome);
  /* Instead of deleting; TRUE if it has dealt with the row (archived it, say). */
  gboolean (*keep) (KdRows *rows, const KdContext *ctx, const KdRecord *record);
  /* Before the row and its children go. */
  void (*going) (KdRows *rows, const KdContext *ctx, const KdRecord *record);
  /* Courtesy where the change is made. */
  gboolean (*check) (KdRows *rows, const KdContext *ctx, const KdRecord *record, KdOutcome *outcome);
} KdKindRules;

const KdKindRules *kd_kind_rules (const KdKind *kind);

/**
 * kd_merge_patch:
 * @record: a copy of the stored row, changed in place
 *
 * The field rules of SYNC 4.9: fields of @set go onto @record unless a later edit stands there;
 * losers go to the conflict table (server alone). Fields that only_if_base leaves are named in the
 * outcome's "left".
 *
 * Returns: whether anything changed
 */
gboolean kd_merge_patch (KdRows *rows, const KdContext *ctx, KdRecord *record, const KdPartial *set,
                         const KdPartial *base, gboolean only_if_base, KdOutcome *outcome);

/* Puts a patched copy: merge, the kind's rules, then put. Refuses "row.gone". */
gboolean kd_row_patch (KdRows *rows, const KdContext *ctx, const KdKind *kind, const KdRowArgs *args, KdOutcome *outcome);
gboolean kd_row_create (KdRows *rows, const KdContext *ctx, const KdKind *kind, const KdId *id,
                        const KdPartial *set, gboolean restore, KdOutcome *outcome);
/* Deletes the row and everything that has it for a parent. */
gboolean kd_row_delete (KdRows *rows, const KdContext *ctx, const KdKind *kind, const KdId *id, KdOutcome *outcome);
/* A patch that gives @mask's fields of the row back their present values. */
KdCall *kd_row_patch_inverse (KdRows *rows, const KdKind *kind, const KdRowArgs *args);

/* Puts @record unless it equals what is there (so that a no-op takes no sequence). */
void kd_rows_put_changed (KdRows *rows, const KdRecord *before, KdRecord *record);

/**
 * kd_task_raise:
 * @place: makes the id with ctx->uid, so that each side names it alike
 * @values: JSON object
 *
 * A task for whoever may act on it; on the server alone.
 */
void kd_task_raise (KdRows *rows, const KdContext *ctx, KdTaskType type, const KdKind *ref_kind,
                    const KdId *ref, const char *values, const char *place);

/* A derived id for what a handler makes. */
KdId kd_made_id (const KdContext *ctx, const KdKind *kind, const char *format, ...) G_GNUC_PRINTF (3, 4);

extern const KdKindRules kd_variant_rules, kd_product_rules, kd_category_rules, kd_variant_code_rules,
  kd_contact_rules;

gboolean kd_row_patch_mutation_apply (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);

G_END_DECLS
