/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-variant-row.h"

G_BEGIN_DECLS

/* Values typed into the table of variants: those of stored variants become one operation, those
 * of new ones go to the draft. */
typedef struct _KdVariantEdits KdVariantEdits;

KdVariantEdits *kd_variant_edits_new (KdProductForm *form) G_GNUC_WARN_UNUSED_RESULT;
void kd_variant_edits_free (KdVariantEdits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdVariantEdits, kd_variant_edits_free)

/* column: the table's id. What can't be read is said at the row. */
void kd_variant_edits_add (KdVariantEdits *self,
                           KdVariantRow *row,
                           const char *column,
                           const char *text);
void kd_variant_edits_commit (KdVariantEdits *self);

/* One cell; FALSE with an error where it can't be read. */
gboolean kd_variant_edit_cell (KdProductForm *form,
                               KdVariantRow *row,
                               KdVariantCell cell,
                               const char *text,
                               GError **error);
/* Whether the variant is to be sold; takes effect with Save. */
void kd_variant_edit_tick (KdProductForm *form,
                           KdVariantRow *row,
                           gboolean ticked);

G_END_DECLS
