/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "kd-number-guess.h"

G_BEGIN_DECLS

#define KD_IMPORT_COLUMNS_MAX 2000
#define KD_IMPORT_HEADER_MAX 200      /* bytes of a heading that are kept */
#define KD_IMPORT_OPTIONS_MAX 20      /* options of a product, and headings of each numbered field */

/* Who wrote the file. */
typedef enum
{
  KD_IMPORT_GENERIC,
  KD_IMPORT_OWN,
  KD_IMPORT_WOOCOMMERCE,
  KD_IMPORT_SHOPIFY,
} KdImportSource;

/* What a column holds. Those with a number in their heading ("Option 2 name") have an `nth`. */
typedef enum
{
  KD_COLUMN_IGNORED = 0,
  KD_COLUMN_PRODUCT_ID,       /* ours */
  KD_COLUMN_VARIANT_ID,
  KD_COLUMN_EXTERNAL,         /* the source's id of the row */
  KD_COLUMN_HANDLE,           /* its name for the product, the same on all rows of it */
  KD_COLUMN_TYPE,
  KD_COLUMN_PARENT,
  KD_COLUMN_NAME,
  KD_COLUMN_STATUS,
  KD_COLUMN_PUBLISHED,
  KD_COLUMN_VISIBILITY,
  KD_COLUMN_DESCRIPTION,
  KD_COLUMN_SHORT_DESCRIPTION,
  KD_COLUMN_CATEGORIES,       /* paths with commas between them */
  KD_COLUMN_CATEGORY,         /* one path */
  KD_COLUMN_TAGS,
  KD_COLUMN_BRAND,
  KD_COLUMN_TAX_CLASS,
  KD_COLUMN_OPTION_NAME,
  KD_COLUMN_OPTION_VALUE,
  KD_COLUMN_OPTION,           /* the heading is the option's name */
  KD_COLUMN_SKU,
  KD_COLUMN_BARCODE,
  KD_COLUMN_PRICE,
  KD_COLUMN_SALE_PRICE,
  KD_COLUMN_COMPARE_AT,
  KD_COLUMN_PRODUCT_PRICE,    /* own format: the product's, which variants inherit */
  KD_COLUMN_PRODUCT_COMPARE_AT,
  KD_COLUMN_PRODUCT_WEIGHT,
  KD_COLUMN_PRODUCT_LENGTH,
  KD_COLUMN_PRODUCT_WIDTH,
  KD_COLUMN_PRODUCT_HEIGHT,
  KD_COLUMN_CURRENCY,
  KD_COLUMN_SALE_STARTS,
  KD_COLUMN_SALE_ENDS,
  KD_COLUMN_COST,
  KD_COLUMN_STOCK,
  KD_COLUMN_IN_STOCK,
  KD_COLUMN_TRACKER,          /* empty: the source doesn't count it */
  KD_COLUMN_TRACKED,          /* yes or no */
  KD_COLUMN_OVERSELL,
  KD_COLUMN_BY_WEIGHT,
  KD_COLUMN_BUFFER,
  KD_COLUMN_WEIGHT,
  KD_COLUMN_WEIGHT_UNIT,
  KD_COLUMN_LENGTH,
  KD_COLUMN_WIDTH,
  KD_COLUMN_HEIGHT,
  KD_COLUMN_PICTURES,         /* addresses with commas between them */
  KD_COLUMN_PICTURE,
  KD_COLUMN_PICTURE_ALT,
  KD_COLUMN_DOWNLOAD,
  KD_COLUMN_ARCHIVED,
  KD_N_COLUMN_FIELDS,
} KdImportField;

/**
 * KdImportColumn:
 * @unit: of a measure: what one of it is in grams or millimetres, x 1,000,000
 * @currency: of a price, where the heading names one; else ""
 * @repeated: an earlier column holds the same; this one is left out
 * @form: how its numbers are written, known after the scan
 */
typedef struct
{
  char *header;
  KdImportField field;
  guint nth;
  gint64 unit;
  char currency[4];
  gboolean repeated;
  KdNumberForm form;
} KdImportColumn;

typedef struct
{
  KdImportSource source;
  GArray *columns;            /* of KdImportColumn, as in the file */
  int at[KD_N_COLUMN_FIELDS]; /* the (first) column of each field, -1 for none */
  int nth[3][KD_IMPORT_OPTIONS_MAX]; /* of OPTION_NAME, OPTION_VALUE, PICTURE by their number, -1 */
} KdImportColumns;

/**
 * kd_import_columns_new:
 * @currency: the shop's: of several price columns the one in it counts
 * @ret_code: (out) (transfer none): "import.orders" and "import.contacts" for files that belong
 *   to another page, "import.no_columns" where nothing tells products
 *
 * Reads the headings: ours, WooCommerce's, Shopify's, English and Indonesian ones.
 *
 * Returns: (nullable)
 */
KdImportColumns *kd_import_columns_new (const char *const *cells,
                                        guint n,
                                        const char *currency,
                                        const char **ret_code) G_GNUC_WARN_UNUSED_RESULT;
void kd_import_columns_free (KdImportColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportColumns, kd_import_columns_free)

/* The seller's own choice for a column of the file. */
void kd_import_columns_set (KdImportColumns *columns,
                            guint index,
                            KdImportField field);

gboolean kd_import_field_is_number (KdImportField field);
gboolean kd_import_field_is_money (KdImportField field);

/* "name", "price"... as the lab and reports name them. */
const char *kd_import_field_to_text (KdImportField field);
/* "csv", "kedai", "woocommerce", "shopify": also the system of its external references. */
const char *kd_import_source_to_text (KdImportSource source);

/* Headings of our own product file, in their order; NULL-terminated. What an export writes. */
extern const char *const kd_import_own_headings[];

/* A unit of weight ("kg") or length ("cm") in grams or millimetres x 1,000,000; 0 if unknown. */
gint64 kd_import_weight_unit (const char *unit);
gint64 kd_import_length_unit (const char *unit);

G_END_DECLS
