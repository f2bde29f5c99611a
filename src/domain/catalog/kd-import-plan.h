/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-scan.h"
#include "kd-product-save.h"
#include "kd-rows.h"

G_BEGIN_DECLS

#define KD_IMPORT_PROBLEMS_MAX 10000        /* kept; all are counted */
#define KD_IMPORT_PRODUCT_PROBLEMS_MAX 20   /* named of one product */
#define KD_IMPORT_NOTES_MAX 1000            /* different ones */
#define KD_IMPORT_HELD_MAX (64 * 1024 * 1024) /* bytes of rows that wait for the rest of their product */
#define KD_IMPORT_PRODUCT_BYTES_MAX (200 * 1024)
#define KD_IMPORT_CATEGORIES_MAX 20000
#define KD_IMPORT_CATEGORY_DEPTH_MAX 16
#define KD_IMPORT_VALUE_MAX 100             /* bytes of a cell that a problem shows */
#define KD_IMPORT_RATE_DIGITS 6

typedef enum
{
  KD_IMPORT_BOTH,
  KD_IMPORT_CREATE,
  KD_IMPORT_UPDATE,
} KdImportMode;
gboolean kd_import_mode_from_text (const char *text, KdImportMode *ret_mode);

/**
 * KdImportChoices:
 * @currency: the shop's
 * @rate_currency: (nullable): what prices of the file are in, unless they say otherwise
 * @rate: of one of it, in the shop's money, x 1,000,000; 0: nothing is converted
 * @rounding: converted prices become whole multiples of so many minor units; 0 for one
 * @empty_clears: an empty cell empties the field
 * @operation: whose import it is; the ids of new rows come from it
 * @location: of opening stock; none for the first
 * @may_cost: whether this person may see costs
 */
typedef struct
{
  KdImportMode mode;
  const char *currency;
  const char *rate_currency;
  gint64 rate;
  gint64 rounding;
  gboolean empty_clears;
  KdId operation;
  KdId location;
  gboolean may_cost;
} KdImportChoices;

/**
 * KdImportProblem:
 * @column: (nullable): the heading; %NULL for the whole row
 * @code: such as "money.decimals", "sku.repeated"
 * @value: (nullable): what stands there
 * @detail: (nullable): what else the message names: the other row, the limit, the currency
 *
 * Why a product was set aside. The words, and what would fix it, are made in the app from the code.
 */
typedef struct
{
  guint64 row;
  char *column;
  const char *code;
  char *value, *detail;
} KdImportProblem;
KdImportProblem *kd_import_problem_copy (const KdImportProblem *problem);
void kd_import_problem_free (KdImportProblem *problem);

/* What was left out though the row came in, or why it was skipped; rows that say the same are
 * counted together. */
typedef struct
{
  guint64 row;            /* the first */
  char *column;           /* (nullable) */
  const char *code;
  char *value;            /* (nullable) */
  guint64 count;
} KdImportNote;

/* Products, and beside them variants. */
typedef struct
{
  guint64 created, updated, skipped, errors;
  guint64 variants_created, variants_updated, variants_skipped;
} KdImportCounts;

typedef struct
{
  KdImportCounts counts;
  GPtrArray *problems;    /* of KdImportProblem */
  GPtrArray *notes;       /* of KdImportNote */
} KdImportReport;
KdImportReport *kd_import_report_copy (const KdImportReport *report);
void kd_import_report_free (KdImportReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportReport, kd_import_report_free)

typedef enum
{
  KD_IMPORT_SKIPPED,
  KD_IMPORT_CREATED,
  KD_IMPORT_UPDATED,
  KD_IMPORT_ERROR,
} KdImportOutcome;

/**
 * KdImportProduct:
 * @item: (owned) (nullable): what is to be written; a callback may take it
 * @categories: (owned) (nullable) (element-type KdRowArgs): that have to be made with it
 * @bytes: what it takes as JSON, about
 * @counts: what it adds to the report's
 */
typedef struct
{
  KdImportOutcome outcome;
  KdImportCounts counts;
  guint64 number;         /* of the product in the file, from 1 */
  guint64 row;            /* its first */
  KdProductItem *item;
  GPtrArray *categories;
  gsize bytes;
} KdImportProduct;

/* FALSE: stop. */
typedef gboolean (*KdImportFunc) (KdImportProduct *product,
                                  gpointer data);

/**
 * KdImportPlan:
 *
 * Turns the rows of a file into products to be written, one after the other: what matches what is
 * there, what is new, what is wrong. Writes nothing itself; a dry run and the run use the same
 * plan and so come to the same counts.
 */
typedef struct _KdImportPlan KdImportPlan;

/**
 * kd_import_plan_new:
 * @scan: (transfer none): ended
 * @choices: (transfer none): kept as long as the plan
 * @rows: what is there, for reading alone; records need to live until @func returns
 * @func: called for each product, errors and skipped ones too
 */
KdImportPlan *kd_import_plan_new (KdImportScan *scan,
                                  const KdImportChoices *choices,
                                  KdRows *rows,
                                  KdImportFunc func,
                                  gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void kd_import_plan_free (KdImportPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportPlan, kd_import_plan_free)

/**
 * kd_import_plan_resume:
 * @n: products that were done by an earlier, interrupted run
 * @counts: what became of them
 * @problems: (nullable) (element-type KdImportProblem): copied
 */
void kd_import_plan_resume (KdImportPlan *plan,
                            guint64 n,
                            const KdImportCounts *counts,
                            GPtrArray *problems);

/* FALSE once @func wanted to stop. Rows come in the order of the scan. */
gboolean kd_import_plan_row (KdImportPlan *plan,
                             const KdImportRow *row);

const KdImportReport *kd_import_plan_get_report (KdImportPlan *plan);
/* A product that the store refused after all. */
void kd_import_plan_refused (KdImportPlan *plan,
                             guint64 row,
                             gboolean created,
                             const char *code);
/* Of the whole file, beside those of the plan. */
void kd_import_plan_note (KdImportPlan *plan,
                          const char *code,
                          const char *value,
                          guint64 count);

G_END_DECLS
