/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-activity.h"
#include "kd-import-run.h"
#include "kd-import-sample.h"
#include "kd-session.h"

G_BEGIN_DECLS

typedef enum
{
  KD_IMPORT_JOB_READING,
  KD_IMPORT_JOB_REFUSED,  /* the file can't be imported: see the code */
  KD_IMPORT_JOB_CHECKED,  /* the dry run is there */
  KD_IMPORT_JOB_WRITING,
  KD_IMPORT_JOB_UNDOING,  /* it was stopped: what was written is taken back */
  KD_IMPORT_JOB_DONE,
  KD_IMPORT_JOB_STOPPED,  /* while it was read */
} KdImportJobState;

/* What the file says of the currency of its prices. */
typedef enum
{
  KD_IMPORT_MONEY_CLEAR,   /* the shop's, or there are no prices, or it was answered */
  KD_IMPORT_MONEY_UNKNOWN, /* nothing: it has to be asked */
  KD_IMPORT_MONEY_OTHER,   /* another one: without a rate its rows are wrong */
} KdImportMoney;

/*
 * An import from the file to the toast: reading and dry run, what the person chooses, the run, and
 * taking back what a stopped run wrote. It outlives the page that shows it.
 *
 * Signal: changed ().
 */
#define KD_TYPE_IMPORT_JOB (kd_import_job_get_type ())
G_DECLARE_FINAL_TYPE (KdImportJob, kd_import_job, KD, IMPORT_JOB, GObject)

/* Begins to read at once. */
KdImportJob *kd_import_job_new (KdSession *session,
                                GFile *file) G_GNUC_WARN_UNUSED_RESULT;

KdSession *kd_import_job_get_session (KdImportJob *self);
KdImportJobState kd_import_job_get_state (KdImportJob *self);
/* The file's name, as it is shown. */
const char *kd_import_job_get_name (KdImportJob *self);
/* Progress of the reading or the run. */
KdActivity *kd_import_job_get_activity (KdImportJob *self);
/* Why the file can't be imported, or the run failed: a code, or the system's own words. */
const char *kd_import_job_get_code (KdImportJob *self);
/* (nullable): before the file is open */
KdImport *kd_import_job_get_import (KdImportJob *self);
/* (nullable): of the newest dry run */
const KdImportResult *kd_import_job_get_result (KdImportJob *self);
/* (nullable): of the run, once it is done */
const KdImportResult *kd_import_job_get_outcome (KdImportJob *self);
/* (element-type KdImportSample): of the first rows that have a price, else of the first */
GPtrArray *kd_import_job_get_samples (KdImportJob *self);
/* A new dry run is under way for what was chosen since; the page stays as it is. */
gboolean kd_import_job_is_busy (KdImportJob *self);
/* A run was stopped and taken back. */
gboolean kd_import_job_was_stopped (KdImportJob *self);

const KdImportOptions *kd_import_job_get_options (KdImportJob *self);
/* Chooses anew; the dry run follows. */
void kd_import_job_set_options (KdImportJob *self,
                                const KdImportOptions *options);

/**
 * kd_import_job_get_money:
 * @ret_currency: (nullable): the other currency, "" where it isn't known
 *
 * What has to be asked about the prices.
 */
KdImportMoney kd_import_job_get_money (KdImportJob *self,
                                       char ret_currency[4]);
/* Whether the question was put, answered or not. */
gboolean kd_import_job_asks_money (KdImportJob *self);
gboolean kd_import_job_is_answered (KdImportJob *self);
/* The answer. @rate: 0: the prices are in the shop's currency; else x 1,000,000. -1: no answer yet */
void kd_import_job_answer (KdImportJob *self,
                           const char *currency,
                           gint64 rate,
                           gint64 rounding);

/* Why it can't run now: "import.busy", "import.ask_currency", "import.all_or_nothing",
 * "import.nothing"; NULL when it can. */
const char *kd_import_job_may_run (KdImportJob *self);
/* Products that it would write. */
guint64 kd_import_job_count (KdImportJob *self);
void kd_import_job_run (KdImportJob *self);
/* Stops the reading or the run. */
void kd_import_job_cancel (KdImportJob *self);

/* The wrong rows as a file, with their reasons. */
void kd_import_job_save_errors_async (KdImportJob *self,
                                      GFile *file,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
gboolean kd_import_job_save_errors_finish (KdImportJob *self,
                                           GAsyncResult *result,
                                           GError **error);

G_END_DECLS
