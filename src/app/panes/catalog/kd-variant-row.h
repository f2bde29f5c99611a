/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-product-form.h"

G_BEGIN_DECLS

typedef enum
{
  KD_VARIANT_SKU,
  KD_VARIANT_PRICE,
  KD_VARIANT_STOCK,
  KD_VARIANT_CODE,
  KD_N_VARIANT_CELLS,
} KdVariantCell;

/* A row of the table of variants. Signal: changed (). */
#define KD_TYPE_VARIANT_ROW (kd_variant_row_get_type ())
G_DECLARE_FINAL_TYPE (KdVariantRow, kd_variant_row, KD, VARIANT_ROW, GObject)

struct _KdVariantRow
{
  GObject parent_instance;

  char *key, *title;
  KdId variant;           /* none: not stored yet */
  gboolean sold;          /* stored and not archived */
  gboolean ticked;
  char *cells[KD_N_VARIANT_CELLS]; /* as people read them */
  char *edits[KD_N_VARIANT_CELLS]; /* what the editor begins with */
  gboolean inherits;      /* its price is the product's */
  gboolean places;        /* its stock lies in several places: counted there */
  gint64 on_hand;         /* where there is one place */
  char *problems[KD_N_VARIANT_CELLS]; /* (nullable): words */
  char *refused[KD_N_VARIANT_CELLS]; /* (nullable): typed and not stored: it stays with its problem */
};

/* Rows for a form: (transfer full) (element-type KdVariantRow). */
GPtrArray *kd_variant_rows_of (KdProductForm *form,
                               const KdVariantPlan *plan);
/* Takes over what another one says; tells if anything is different. */
void kd_variant_row_take (KdVariantRow *self,
                          const KdVariantRow *from);
/* @typed: (nullable): stands in the cell until something else is typed. @words: (nullable) */
void kd_variant_row_set_problem (KdVariantRow *self,
                                 KdVariantCell cell,
                                 const char *typed,
                                 const char *words);
/* What stands in the cell, and what its editor begins with. */
const char *kd_variant_row_get_cell (KdVariantRow *self,
                                     KdVariantCell cell);
const char *kd_variant_row_get_edit (KdVariantRow *self,
                                     KdVariantCell cell);

G_END_DECLS
