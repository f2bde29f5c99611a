/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-job.h"

#include "kd-currency.h"
#include "kd-import-answers.h"
#include "kd-import-sample.h"
#include "kd-import-save.h"
#include "kd-import-words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _KdImportJob
{
  GObject parent_instance;

  KdSession *session;     /* (owned) */
  GFile *file;            /* (owned) */
  char *name;
  KdImportJobState state;
  char *code;             /* (nullable) */
  KdActivity *activity;   /* (owned) */
  GCancellable *cancellable; /* (owned): of what is under way */
  KdImport *import;       /* (owned) (nullable) */
  KdImportResult *result, *outcome; /* (owned) (nullable) */
  GPtrArray *samples;     /* (owned) */

  KdImportOptions options;
  char *encoding;         /* (owned) (nullable): the options' */
  char rate_currency[4];  /* likewise */
  gboolean asks, answered;
  gboolean recalled;      /* looked for the answer of the last time */
  gboolean busy;          /* a dry run or the sample is under way */
  gboolean stale;         /* and no longer of what was chosen */
  gboolean reopen;        /* the file is to be opened anew: another encoding */
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (KdImportJob, kd_import_job, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void begin (KdImportJob *self);

static void
kd_import_job_finalize (GObject *object)
{
  KdImportJob *self = KD_IMPORT_JOB (object);

  g_clear_pointer (&self->result, kd_import_result_free);
  g_clear_pointer (&self->outcome, kd_import_result_free);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  g_clear_object (&self->import);
  g_clear_object (&self->cancellable);
  g_signal_handlers_disconnect_by_data (self->activity, self);
  g_clear_object (&self->activity);
  g_clear_object (&self->file);
  g_clear_object (&self->session);
  g_free (self->name);
  g_free (self->code);
  g_free (self->encoding);
  G_OBJECT_CLASS (kd_import_job_parent_class)->finalize (object);
}

static void
kd_import_job_class_init (KdImportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_import_job_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_IMPORT_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
kd_import_job_init (KdImportJob *self)
{
  self->samples = g_ptr_array_new_with_free_func (kd_import_sample_free);
  self->cancellable = g_cancellable_new ();
}

static void
enter (KdImportJob *self,
       KdImportJobState state)
{
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
fresh_cancellable (KdImportJob *self)
{
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
refuse (KdImportJob *self,
        const GError *error)
{
  const char *code = kd_import_file_error_code (error);

  g_free (self->code);
  self->code = g_strdup (code != NULL ? code : error->message);
  self->busy = FALSE;
  enter (self, KD_IMPORT_JOB_REFUSED);
}

/* TRUE where what has ended doesn't count any more: something else was chosen meanwhile. */
static gboolean
is_stale (KdImportJob *self)
{
  if (!self->stale)
    return FALSE;
  self->stale = FALSE;
  begin (self);
  return TRUE;
}

static void
failed (KdImportJob *self,
        const GError *error)
{
  self->busy = FALSE;
  if (is_stale (self))
    return;
  if (is_cancelled (error))
    enter (self, KD_IMPORT_JOB_STOPPED);
  else
    refuse (self, error);
}

/* ---- reading ---- */

static void
progress_cb (KdImport *import,
             const KdImportProgress *progress,
             gpointer data)
{
  KdImportJob *self = data;
  g_autofree char *words = kd_import_progress_words (progress, kd_import_get_currency (import),
                                                    self->state == KD_IMPORT_JOB_WRITING);

  kd_activity_update (self->activity, progress->done, progress->total, words);
}

static void
sampled_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdImportJob) self = data;
  g_autoptr (GPtrArray) samples = kd_import_sample_finish (result);

  self->busy = FALSE;
  if (is_stale (self))
    return;
  if (samples != NULL)
    {
      g_ptr_array_unref (self->samples);
      self->samples = g_steal_pointer (&samples);
    }
  enter (self, KD_IMPORT_JOB_CHECKED);
}

/* What was answered for the very same file holds again, and stands there to be changed. */
static gboolean
recall (KdImportJob *self)
{
  KdImportAnswer answer;

  if (self->recalled || !self->asks)
    return FALSE;
  self->recalled = TRUE;
  if (!kd_import_answers_find (self->session, kd_import_file_get_hash (kd_import_get_file (self->import)), &answer))
    return FALSE;
  kd_import_job_answer (self, answer.currency, answer.rate, answer.rounding);
  return TRUE;
}

static void
checked_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdImportJob) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdImportResult) checked = kd_import_dry_run_finish (KD_IMPORT (source), result, &error);

  if (checked == NULL)
    {
      failed (self, error);
      return;
    }
  g_clear_pointer (&self->result, kd_import_result_free);
  self->result = g_steal_pointer (&checked);
  if (!self->stale)
    {
      self->asks |= kd_import_job_get_money (self, NULL) != KD_IMPORT_MONEY_CLEAR;
      recall (self);
    }
  if (self->stale)
    {
      self->busy = FALSE;
      is_stale (self);
      return;
    }
  kd_import_sample_async (self->import, self->cancellable, sampled_cb, g_object_ref (self));
}

static void
check (KdImportJob *self)
{
  kd_import_set_options (self->import, &self->options);
  kd_import_dry_run_async (self->import, progress_cb, self, self->cancellable, checked_cb, g_object_ref (self));
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdImportJob) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdImport) import = kd_import_open_finish (result, &error);

  if (import == NULL)
    {
      failed (self, error);
      return;
    }
  g_set_object (&self->import, import);
  check (self);
}

static void
begin (KdImportJob *self)
{
  g_autofree char *path = g_file_get_path (self->file);

  fresh_cancellable (self);
  self->busy = TRUE;
  if (path == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "file.remote");

      refuse (self, error);
    }
  else if (self->import == NULL || self->reopen)
    {
      self->reopen = FALSE;
      kd_import_open_async (kd_session_get_store (self->session), path, &self->options, self->cancellable, opened_cb,
                            g_object_ref (self));
    }
  else
    check (self);
}

static void
stop_asked_cb (KdActivity *activity,
               KdImportJob *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
new_activity (KdImportJob *self,
              const char *title)
{
  if (self->activity != NULL)
    g_signal_handlers_disconnect_by_data (self->activity, self);
  g_clear_object (&self->activity);
  self->activity = kd_activity_new (title);
  kd_activity_set_can_cancel (self->activity, TRUE);
  g_signal_connect (self->activity, "cancel", G_CALLBACK (stop_asked_cb), self);
}

KdImportJob *
kd_import_job_new (KdSession *session,
                   GFile *file)
{
  KdImportJob *self = g_object_new (KD_TYPE_IMPORT_JOB, NULL);
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *title = NULL;

  self->session = g_object_ref (session);
  self->file = g_object_ref (file);
  self->name = base != NULL ? g_filename_display_name (base) : g_strdup ("");
  /* TRANSLATORS: %s is a file. */
  title = g_strdup_printf (_("Reading %s"), self->name);
  new_activity (self, title);
  begin (self);
  return self;
}

/* ---- what was found ---- */

KdSession *
kd_import_job_get_session (KdImportJob *self)
{
  return self->session;
}

KdImportJobState
kd_import_job_get_state (KdImportJob *self)
{
  return self->state;
}

const char *
kd_import_job_get_name (KdImportJob *self)
{
  return self->name;
}

KdActivity *
kd_import_job_get_activity (KdImportJob *self)
{
  return self->activity;
}

const char *
kd_import_job_get_code (KdImportJob *self)
{
  return self->code;
}

KdImport *
kd_import_job_get_import (KdImportJob *self)
{
  return self->import;
}

const KdImportResult *
kd_import_job_get_result (KdImportJob *self)
{
  return self->result;
}

const KdImportResult *
kd_import_job_get_outcome (KdImportJob *self)
{
  return self->outcome;
}

GPtrArray *
kd_import_job_get_samples (KdImportJob *self)
{
  return self->samples;
}

gboolean
kd_import_job_is_busy (KdImportJob *self)
{
  return self->busy;
}

gboolean
kd_import_job_was_stopped (KdImportJob *self)
{
  return self->stopped;
}

/* ---- what is chosen ---- */

const KdImportOptions *
kd_import_job_get_options (KdImportJob *self)
{
  return &self->options;
}

void
kd_import_job_set_options (KdImportJob *self,
                           const KdImportOptions *options)
{
  char *encoding = g_strdup (options->encoding);
  char currency[4] = "";

  g_return_if_fail (self->state == KD_IMPORT_JOB_READING || self->state == KD_IMPORT_JOB_CHECKED);
  if (options->rate_currency != NULL)
    g_strlcpy (currency, options->rate_currency, sizeof currency);
  self->reopen |= g_strcmp0 (encoding, self->encoding) != 0;
  g_free (self->encoding);
  self->encoding = encoding;
  g_strlcpy (self->rate_currency, currency, sizeof self->rate_currency);
  self->options = *options;
  self->options.encoding = self->encoding;
  self->options.rate_currency = *currency != '\0' ? self->rate_currency : NULL;
  self->stopped = FALSE;
  if (self->busy)
    {
      self->stale = TRUE;
      g_cancellable_cancel (self->cancellable);
    }
  else
    begin (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* "$" or "Rp." as a code; "" where it isn't one that is known. */
static void
code_of_currency (const char *named,
                  char ret_currency[4])
{
  *ret_currency = '\0';
  for (const char *const *codes = kd_import_currencies; named != NULL && *codes != NULL; codes++)
    {
      gboolean known;

      if (!kd_currency_named (named, strlen (named), *codes, &known))
        continue;
      g_strlcpy (ret_currency, *codes, 4);
      return;
    }
}

static gboolean
has_prices (KdImportJob *self)
{
  const KdImportColumns *columns = kd_import_file_get_columns (kd_import_get_file (self->import));

  return columns->at[KD_COLUMN_PRICE] >= 0 || columns->at[KD_COLUMN_SALE_PRICE] >= 0
         || columns->at[KD_COLUMN_PRODUCT_PRICE] >= 0;
}

KdImportMoney
kd_import_job_get_money (KdImportJob *self,
                         char ret_currency[4])
{
  if (ret_currency != NULL)
    *ret_currency = '\0';
  if (self->result == NULL)
    return KD_IMPORT_MONEY_CLEAR;
  for (guint i = 0; i < self->result->report->problems->len; i++)
    {
      const KdImportProblem *problem = g_ptr_array_index (self->result->report->problems, i);

      if (strcmp (problem->code, "money.currency") != 0)
        continue;
      if (ret_currency != NULL)
        code_of_currency (problem->detail, ret_currency);
      return KD_IMPORT_MONEY_OTHER;
    }
  return !has_prices (self) || self->answered || kd_import_names_currency (self->import) ? KD_IMPORT_MONEY_CLEAR
                                                                                        : KD_IMPORT_MONEY_UNKNOWN;
}

gboolean
kd_import_job_asks_money (KdImportJob *self)
{
  return self->asks;
}

gboolean
kd_import_job_is_answered (KdImportJob *self)
{
  return self->answered;
}

void
kd_import_job_answer (KdImportJob *self,
                      const char *currency,
                      gint64 rate,
                      gint64 rounding)
{
  KdImportOptions options = self->options;
  gboolean answered = rate >= 0;

  options.rate = MAX (rate, 0);
  options.rate_currency = rate > 0 ? currency : NULL;
  options.rounding = rate > 0 ? rounding : 0;
  if (self->answered == answered && self->options.rate == options.rate && self->options.rounding == options.rounding
      && g_strcmp0 (self->options.rate_currency, options.rate_currency) == 0)
    return;
  self->answered = answered;
  kd_import_job_set_options (self, &options);
}

/* ---- the run ---- */

guint64
kd_import_job_count (KdImportJob *self)
{
  return self->result != NULL ? self->result->report->counts.created + self->result->report->counts.updated : 0;
}

const char *
kd_import_job_may_run (KdImportJob *self)
{
  if (self->state != KD_IMPORT_JOB_CHECKED || self->busy)
    return "import.busy";
  if (kd_import_job_get_money (self, NULL) == KD_IMPORT_MONEY_UNKNOWN)
    return "import.ask_currency";
  if (kd_import_job_count (self) == 0)
    return "import.nothing";
  if (self->options.all_or_nothing && self->result->report->counts.errors > 0)
    return "import.all_or_nothing";
  return NULL;
}

static void
finish (KdImportJob *self)
{
  g_autofree char *words = kd_import_outcome_words (self->outcome, kd_import_get_currency (self->import));

  kd_activity_set_operation (self->activity, &self->outcome->operation);
  kd_activity_set_title (self->activity, words);
  kd_activity_finish (self->activity, KD_ACTIVITY_DONE, NULL);
  enter (self, KD_IMPORT_JOB_DONE);
}

/* The shop is being closed: the same file goes on from here another time. */
static void
interrupted (KdImportJob *self)
{
  kd_activity_finish (self->activity, KD_ACTIVITY_CANCELLED, NULL);
  g_free (self->code);
  self->code = g_strdup ("import.interrupted");
  enter (self, KD_IMPORT_JOB_REFUSED);
}

static void
taken_back (KdImportJob *self)
{
  self->stopped = TRUE;
  kd_activity_finish (self->activity, KD_ACTIVITY_CANCELLED, NULL);
  kd_session_remove_activity (self->session, self->activity);
  enter (self, KD_IMPORT_JOB_CHECKED);
}

static void
undone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdImportJob) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_undo_finish (KD_SESSION (source), result, &error);

  if (commit != NULL)
    taken_back (self);
  else
    {
      kd_activity_finish (self->activity, KD_ACTIVITY_FAILED, error->message);
      refuse (self, error);
    }
}

static void
run_cb (GObject *source,
        GAsyncResult *result,
        gpointer data)
{
  g_autoptr (KdImportJob) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdImportResult) outcome = kd_import_run_finish (KD_IMPORT (source), result, &error);

  if (outcome == NULL)
    {
      g_autoptr (GError) told = kd_import_run_error (error);

      kd_activity_finish (self->activity, KD_ACTIVITY_FAILED, kd_import_file_words (told->message));
      refuse (self, told);
      return;
    }
  g_clear_pointer (&self->outcome, kd_import_result_free);
  self->outcome = g_steal_pointer (&outcome);
  if (!self->outcome->cancelled && !self->outcome->refused)
    finish (self);
  else if (self->outcome->cancelled && !kd_activity_is_cancelled (self->activity))
    interrupted (self);
  else if (kd_id_is_none (&self->outcome->operation))
    taken_back (self);
  else
    {
      enter (self, KD_IMPORT_JOB_UNDOING);
      kd_session_undo_async (self->session, &self->outcome->operation, undone_cb, g_object_ref (self));
    }
}

void
kd_import_job_run (KdImportJob *self)
{
  g_autofree char *title = NULL;

  if (kd_import_job_may_run (self) != NULL)
    return;
  if (self->asks)
    {
      KdImportAnswer answer = { .rate = self->options.rate, .rounding = self->options.rounding };

      g_strlcpy (answer.currency, self->rate_currency, sizeof answer.currency);
      kd_import_answers_keep (self->session, kd_import_file_get_hash (kd_import_get_file (self->import)), &answer);
    }
  /* TRANSLATORS: What is under way; %s is a file. */
  title = g_strdup_printf (_("Importing %s"), self->name);
  new_activity (self, title);
  fresh_cancellable (self);
  self->stopped = FALSE;
  enter (self, KD_IMPORT_JOB_WRITING);
  kd_import_run_async (self->import, progress_cb, self, self->cancellable, run_cb, g_object_ref (self));
}

void
kd_import_job_cancel (KdImportJob *self)
{
  if (self->state == KD_IMPORT_JOB_WRITING)
    kd_activity_cancel (self->activity);
  g_cancellable_cancel (self->cancellable);
}

void
kd_import_job_save_errors_async (KdImportJob *self,
                                 GFile *file,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  const KdImportResult *result = self->outcome != NULL ? self->outcome : self->result;

  /* Both read the file; what is chosen meanwhile waits for its turn. */
  self->busy = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
  kd_import_save_errors_async (self, self->import, result->report, file, cancellable, callback, data);
}

gboolean
kd_import_job_save_errors_finish (KdImportJob *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  gboolean saved = kd_import_save_errors_finish (result, error);

  self->busy = FALSE;
  if (!is_stale (self))
    g_signal_emit (self, signals[CHANGED], 0);
  return saved;
}
