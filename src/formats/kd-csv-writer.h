/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KdCsvWriter:
 *
 * Writes a table as RFC 4180 does: CRLF, quotes where they are needed. With the guard a text that
 * a spreadsheet would take for a formula gets a leading apostrophe (rules 6), so that export and
 * import change nothing and opening the file runs nothing.
 */
typedef struct _KdCsvWriter KdCsvWriter;

/**
 * kd_csv_writer_new:
 * @out: where to append; stays the caller's, who may empty it between rows
 * @delimiter: usually ','
 */
KdCsvWriter *kd_csv_writer_new (GString *out,
                                char delimiter,
                                gboolean guard) G_GNUC_WARN_UNUSED_RESULT;
void kd_csv_writer_free (KdCsvWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdCsvWriter, kd_csv_writer_free)

/**
 * kd_csv_writer_add_text:
 * @text: (nullable): a cell of a text column
 */
void kd_csv_writer_add_text (KdCsvWriter *writer,
                             const char *text);

/**
 * kd_csv_writer_add_plain:
 * @text: (nullable): a cell of a number or phone column, which is never guarded
 */
void kd_csv_writer_add_plain (KdCsvWriter *writer,
                              const char *text);
void kd_csv_writer_end_row (KdCsvWriter *writer);

/**
 * kd_csv_needs_guard:
 *
 * Whether the guard puts an apostrophe before @text: it begins with = + - @ tab or return, or with
 * apostrophes and then one of these (so that exactly one is taken away again).
 */
gboolean kd_csv_needs_guard (const char *text);

/**
 * kd_csv_unguard:
 *
 * Returns: (transfer none): @text without the apostrophe that the guard put there
 */
const char *kd_csv_unguard (const char *text);

G_END_DECLS
