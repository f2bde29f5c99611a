/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-keys.h"
#include "kd-import-plan.h"

G_BEGIN_DECLS

/* Numbers that a variant inherits from its product where it has none. */
typedef enum
{
  KD_IMPORT_N_PRICE,
  KD_IMPORT_N_COMPARE_AT,
  KD_IMPORT_N_WEIGHT,
  KD_IMPORT_N_LENGTH,
  KD_IMPORT_N_WIDTH,
  KD_IMPORT_N_HEIGHT,
  KD_IMPORT_N_NUMBERS,
} KdImportNumber;

typedef struct
{
  guint given;                       /* a bit for each that the file says; KD_EMPTY then clears it */
  gint64 value[KD_IMPORT_N_NUMBERS];
} KdImportNumbers;

/* Texts: NULL keeps, "" clears. Flags: -1 keeps. Numbers: KD_EMPTY keeps. */
typedef struct
{
  const KdImportRow *row;
  KdId own_id;
  char *external;
  char *sku, *sku_key, *code;
  KdImportNumbers numbers;
  char **values;                     /* as many as options; "" for none */
  int untracked, oversell, by_weight, archived;
  gint64 buffer, opening, cost;
  gboolean has_stock;
  /* by matching */
  const KdVariant *existing;
  gboolean linked;                   /* has this file's external reference */
  gboolean sku_looked_up;
  const KdVariant *sku_owner;        /* who has the SKU now */
} KdImportVariant;

typedef struct
{
  char *address, *alt;
} KdImportPicture;

/* What the rows of one product say. */
typedef struct
{
  const KdImportRow *row;            /* that tells the product */
  gboolean whole;                    /* it was among the rows: the product's own fields count */
  KdId own_id;
  char *external;
  char *name, *description, *brand, *tax_class;
  int status;
  KdImportNumbers numbers;           /* of the product itself */
  gboolean has_categories;
  GArray *categories;                /* of guint: entries of the plan's categories */
  char **tags;                       /* NULL keeps, empty clears */
  GPtrArray *options;                /* names */
  GPtrArray *listed;                 /* a GStrv for each option: values in their order; (nullable) */
  GPtrArray *variants;               /* of KdImportVariant */
  GPtrArray *pictures;               /* of KdImportPicture */
} KdImportWant;

void kd_import_want_free (KdImportWant *want);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportWant, kd_import_want_free)
KdImportVariant *kd_import_want_add_variant (KdImportWant *want, const KdImportRow *row);

/* A product that is there, with what hangs on it; the records are the plan's rows'. */
typedef struct
{
  const KdProduct *product;
  GPtrArray *options, *variants, *media; /* (owned containers) */
  gboolean linked;                   /* has this file's external reference */
} KdImportExisting;

void kd_import_existing_free (KdImportExisting *existing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportExisting, kd_import_existing_free)

typedef struct
{
  KdId id, up;
  char *name, *position;
  gboolean exists;
} KdImportCategory;

struct _KdImportPlan
{
  KdImportScan *scan;
  const KdImportColumns *columns;
  const KdImportChoices *choices;
  int digits;                        /* of the shop's currency */
  KdRows *rows;
  KdImportFunc func;
  gpointer data;
  gboolean stopped;
  guint64 skip, number;              /* products to pass over; of the present one */
  KdId seed;                         /* of ids of the present product */

  GHashTable *held;                  /* group -> GPtrArray of rows that wait */
  gsize held_bytes;
  guint last_group;

  KdImportKeys *seen;                /* SKUs, barcodes and matched rows -> row in which they stood */
  KdImportKeys *category_keys;       /* path -> entry + 1 */
  GArray *categories;                /* of KdImportCategory */
  GPtrArray *positions;              /* of the first, second... child */

  GPtrArray *problems;               /* of the present product */
  GHashTable *notes_by_key;          /* key -> KdImportNote */
  KdImportReport *report;
};

/* ---- telling ---- */

/* Always FALSE. @column: of the file, -1 for the whole row. */
gboolean kd_import_fail (KdImportPlan *plan, const KdImportRow *row, int column, const char *code,
                         const char *value, const char *detail);
void kd_import_note (KdImportPlan *plan, const KdImportRow *row, int column, const char *code, const char *value);

/* ---- cells ---- */

const char *kd_import_cell (KdImportPlan *plan, const KdImportRow *row, KdImportField field);
/* One line without white space around it. NULL for a cell that keeps, "" for one that clears. */
char *kd_import_read_line (KdImportPlan *plan, const KdImportRow *row, KdImportField field);
gboolean kd_import_read_money (KdImportPlan *plan, const KdImportRow *row, KdImportField field, gint64 *ret_value);
/* Grams or millimetres. */
gboolean kd_import_read_measure (KdImportPlan *plan, const KdImportRow *row, KdImportField field, gint64 *ret_value);
gboolean kd_import_read_quantity (KdImportPlan *plan, const KdImportRow *row, KdImportField field, gint64 *ret_value);
/* 1, 0, or -1 for an empty one and for words that are neither, which are @code. */
int kd_import_read_flag (KdImportPlan *plan, const KdImportRow *row, KdImportField field, const char *code);
/* -1: not said. */
int kd_import_read_status (KdImportPlan *plan, const KdImportRow *row);
char *kd_import_read_description (KdImportPlan *plan, const KdImportRow *row);
/* A cell's parts between commas that no backslash escapes, trimmed, without empty ones. */
char **kd_import_split (const char *cell);
void kd_import_read_numbers (KdImportPlan *plan, const KdImportRow *row, KdImportNumbers *numbers);
void kd_import_read_pictures (KdImportPlan *plan, KdImportWant *want, const KdImportRow *row);

/* ---- the steps ---- */

/* NULL: the rows are skipped with a note, or wrong. */
KdImportWant *kd_import_read_want (KdImportPlan *plan, GPtrArray *rows, gboolean *ret_skipped);
void kd_import_read_options (KdImportPlan *plan, KdImportWant *want);
void kd_import_read_categories (KdImportPlan *plan, KdImportWant *want, const KdImportRow *row);
/* (nullable): those of @want that have to be made now; they count as made from then on. */
GPtrArray *kd_import_take_categories (KdImportPlan *plan, const KdImportWant *want);
KdId kd_import_category_id (KdImportPlan *plan, guint entry);

/* SKUs and barcodes are used once in a file. */
gboolean kd_import_check_repeats (KdImportPlan *plan, const KdImportWant *want);
/* FALSE: a problem. @ret_existing: NULL for a new product. Sets the variants' existing. */
gboolean kd_import_match (KdImportPlan *plan, KdImportWant *want, KdImportExisting **ret_existing);

/* (nullable): NULL where nothing is to be done, or with a problem. */
KdProductItem *kd_import_build (KdImportPlan *plan, const KdImportWant *want, const KdImportExisting *existing,
                                KdImportCounts *counts, gsize *ret_bytes);
/* Options and each variant's values onto @item. FALSE: a problem. */
gboolean kd_import_build_options (KdImportPlan *plan, const KdImportWant *want, const KdImportExisting *existing,
                                  KdProductItem *item, GPtrArray *ret_values);

gsize kd_import_item_bytes (const KdProductItem *item);
KdId kd_import_make_id (KdImportPlan *plan, const KdKind *kind, const char *format, ...) G_GNUC_PRINTF (3, 4);
const char *kd_import_position (KdImportPlan *plan, guint n);

G_END_DECLS
