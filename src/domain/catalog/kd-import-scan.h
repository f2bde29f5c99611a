/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-columns.h"

G_BEGIN_DECLS

/* More rows than this are split before they are imported. */
#define KD_IMPORT_ROWS_MAX 5000000

/**
 * KdImportRow:
 * @number: as a spreadsheet counts, the heading is 1
 * @cells: valid UTF-8, none %NULL
 * @problem: (nullable): code of what the parser found wrong with the row as a whole
 */
typedef struct
{
  guint64 number;
  const char *const *cells;
  guint n_cells;
  const char *problem;
} KdImportRow;

/* The cell of a column of the file, without spaces before it; "" where there is none. */
const char *kd_import_row_cell (const KdImportRow *row,
                                int column);

/**
 * KdImportScan:
 *
 * The first look at all rows of a file: how its numbers are written, column by column, and which
 * rows make one product, wherever they stand. Holds a few bytes a product, not the rows.
 */
typedef struct _KdImportScan KdImportScan;

/* @columns: (transfer none): must live as long */
KdImportScan *kd_import_scan_new (KdImportColumns *columns) G_GNUC_WARN_UNUSED_RESULT;
void kd_import_scan_free (KdImportScan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportScan, kd_import_scan_free)

/* FALSE: too many rows. */
gboolean kd_import_scan_row (KdImportScan *scan,
                             const KdImportRow *row);

/**
 * kd_import_scan_end:
 * @decimal: '.' or ',' as the seller chose; 0: what the rows prove
 */
void kd_import_scan_end (KdImportScan *scan,
                         char decimal);

KdImportColumns *kd_import_scan_get_columns (KdImportScan *scan);
/* Rows with anything in them. */
guint64 kd_import_scan_get_n_rows (KdImportScan *scan);
/* Whether a heading or a column names the currency of the prices. */
gboolean kd_import_scan_names_currency (KdImportScan *scan);

/**
 * kd_import_scan_find_group:
 * @last: (inout): the group of the row before; 0 at the beginning
 * @ret_last_row: (out): the number of the group's last row
 *
 * Returns: which rows this one belongs to; 0: to none but itself
 */
guint kd_import_scan_find_group (KdImportScan *scan,
                                 const KdImportRow *row,
                                 guint *last,
                                 guint64 *ret_last_row);

/* Whether the words between commas of a cell have @word among them, in any case. */
gboolean kd_import_has_word (const char *cell,
                             const char *word);
gboolean kd_import_row_is_blank (const KdImportRow *row);

G_END_DECLS
