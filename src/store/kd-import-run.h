/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-file.h"
#include "kd-import-plan.h"
#include "kd-store.h"

G_BEGIN_DECLS

/* Imports of product files: the same runner for the desktop and for kedai-cli. It reads and plans on
 * a thread of its own and queues one chunk at a time below what people type; a whole import is one
 * operation and so one undo. */

#define KD_TYPE_IMPORT (kd_import_get_type ())
G_DECLARE_FINAL_TYPE (KdImport, kd_import, KD, IMPORT, GObject)

/**
 * KdImportOptions:
 * @encoding: (nullable): %NULL: find out
 * @decimal: '.' or ',', 0: find out
 * @rate_currency: (nullable): what prices of the file are in, unless they say otherwise
 * @rate: of one of it, in the shop's money, x 1,000,000 (KD_IMPORT_RATE_DIGITS); 0: none
 * @rounding: converted prices become multiples of so many minor units; 0: one
 * @all_or_nothing: one bad row refuses the file
 * @location: of opening stock; none for the first
 */
typedef struct
{
  KdImportMode mode;
  const char *encoding;
  char decimal;
  const char *rate_currency;
  gint64 rate, rounding;
  gboolean empty_clears, all_or_nothing;
  KdId location;
} KdImportOptions;

/**
 * KdImportResult:
 * @report: counts, problems and notes; of a cancelled run of what was written
 * @operation: for kd_store_undo_async(); none after a dry run
 * @refused: all or nothing, and there were problems: nothing was written
 * @resumed: went on with an interrupted run of the same file
 */
typedef struct
{
  KdImportReport *report;
  KdId operation;
  guint64 rows;
  gboolean dry, refused, cancelled, resumed;
} KdImportResult;
void kd_import_result_free (KdImportResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportResult, kd_import_result_free)

typedef struct
{
  gint64 done, total;     /* bytes of the file, in both readings together */
  KdImportCounts counts;
  gboolean indexing;      /* the last step: the words are made searchable */
} KdImportProgress;

#define KD_IMPORT_PROGRESS_MS 100

/* On the context of the caller that began it, at most ten times a second. */
typedef void (*KdImportProgressFunc) (KdImport *import,
                                      const KdImportProgress *progress,
                                      gpointer data);
/* Another pace than %KD_IMPORT_PROGRESS_MS, for tests. */
void kd_import_set_progress_interval (KdImport *import,
                                      int ms);

/**
 * kd_import_open:
 * @options: (nullable): copied; can be changed later
 *
 * Checks the file, finds its encoding, reads its headings; looks at the beginning alone. Errors of
 * %KD_FILE_ERROR and %KD_IMPORT_FILE_ERROR: kd_import_file_error_code() names them.
 */
KdImport *kd_import_open (KdStore *store,
                          const char *path,
                          const KdImportOptions *options,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void kd_import_open_async (KdStore *store,
                           const char *path,
                           const KdImportOptions *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data);
KdImport *kd_import_open_finish (GAsyncResult *result,
                                 GError **error);

/* For the next dry run or run; not while one is under way. */
void kd_import_set_options (KdImport *import,
                            const KdImportOptions *options);
const KdImportOptions *kd_import_get_options (KdImport *import);
const char *kd_import_get_path (KdImport *import);
/* The shop's. */
const char *kd_import_get_currency (KdImport *import);
/* Encoding, delimiter, columns; numbers are known after a dry run. */
KdImportFile *kd_import_get_file (KdImport *import);
/* Whether the file says what its prices are in, known after a dry run; else ask. */
gboolean kd_import_names_currency (KdImport *import);

/* Exactly what the run will do, without writing. Cancelled: %G_IO_ERROR_CANCELLED. */
void kd_import_dry_run_async (KdImport *import,
                              KdImportProgressFunc progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
KdImportResult *kd_import_dry_run_finish (KdImport *import,
                                          GAsyncResult *result,
                                          GError **error);

/**
 * kd_import_run_async:
 *
 * Imports. An interrupted run of the same file with the same options goes on where it stopped.
 * Cancelling ends it at a chunk's end, with a result: it can be run again to go on, or undone.
 */
void kd_import_run_async (KdImport *import,
                          KdImportProgressFunc progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data);
KdImportResult *kd_import_run_finish (KdImport *import,
                                      GAsyncResult *result,
                                      GError **error);

/* The same, waiting: command line and tests. @progress is called on this thread. */
KdImportResult *kd_import_dry_run (KdImport *import,
                                   KdImportProgressFunc progress,
                                   gpointer progress_data,
                                   GCancellable *cancellable,
                                   GError **error);
KdImportResult *kd_import_run (KdImport *import,
                               KdImportProgressFunc progress,
                               gpointer progress_data,
                               GCancellable *cancellable,
                               GError **error);

/* The words for a problem, made by the app; (transfer full). */
typedef char *(*KdImportWordsFunc) (const KdImportProblem *problem,
                                    gpointer data);

/**
 * kd_import_write_errors:
 * @path: a CSV file to be made or replaced
 * @heading: of the column with the reasons, which comes first
 *
 * The rows that were set aside, as they stand in the file, with the reason of each: to be mended
 * and imported again. Blocking.
 */
gboolean kd_import_write_errors (KdImport *import,
                                 const KdImportReport *report,
                                 const char *path,
                                 const char *heading,
                                 KdImportWordsFunc words,
                                 gpointer data,
                                 GError **error);

G_END_DECLS
