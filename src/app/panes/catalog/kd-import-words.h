/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-run.h"

G_BEGIN_DECLS

/* What an import says to people. All that is char * is (transfer full). */

/* Why a row was set aside, and what would mend it. */
char *kd_import_problem_words (const KdImportProblem *problem);
/* What was left out of a row that came in, or why it was skipped. */
char *kd_import_note_words (const KdImportNote *note);
/* Why a file can't be imported at all; a code that isn't known is shown as it is. */
const char *kd_import_file_words (const char *code);
/* The same for a file whose name says more: a spreadsheet's own format. */
const char *kd_import_file_words_for (const char *code,
                                      const char *name);

/* "1.200 new, 3 changed", while it goes on. */
char *kd_import_progress_words (const KdImportProgress *progress,
                                const char *currency,
                                gboolean writing);
/* "22 products imported" */
char *kd_import_outcome_words (const KdImportResult *result,
                               const char *currency);
/* "1.200", as the shop writes numbers. */
char *kd_import_count_words (guint64 n,
                             const char *currency);
/* "WooCommerce" */
const char *kd_import_source_words (KdImportSource source);

/* An error of a run with its code as message: what is written stays, and the run can go on later. */
GError *kd_import_run_error (const GError *error);

/* Currencies to choose from, the likely ones first; NULL-terminated. */
extern const char *const kd_import_currencies[];
/* "US dollar (USD)" */
char *kd_import_currency_words (const char *currency);

G_END_DECLS
