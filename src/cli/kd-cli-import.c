/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-import.h"

#include "kd-currency.h"
#include "kd-decimal.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* import products|contacts FILE: what it says is the same for both. */

/* ---- the report ---- */

static void
write_number (KdJsonWriter *writer,
              const char *name,
              guint64 value)
{
  kd_json_member (writer, name);
  kd_json_int (writer, (gint64) value);
}

void
kd_cli_import_begin (KdJsonWriter *writer,
                     guint64 created,
                     guint64 updated,
                     guint64 skipped)
{
  kd_json_begin_object (writer);
  write_number (writer, "created", created);
  write_number (writer, "updated", updated);
  write_number (writer, "skipped", skipped);
}

void
kd_cli_import_problem (KdJsonWriter *writer,
                       guint64 row,
                       const char *column,
                       const char *code,
                       const char *message)
{
  kd_json_begin_object (writer);
  write_number (writer, "row", row);
  kd_json_member (writer, "column");
  kd_json_string (writer, column);
  kd_json_member (writer, "code");
  kd_json_string (writer, code);
  kd_json_member (writer, "message");
  kd_json_string (writer, message);
  kd_json_end_object (writer);
}

static char *
report_json (const KdImportResult *result)
{
  const KdImportReport *report = result->report;
  const KdImportCounts *counts = &report->counts;
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_cli_import_begin (&writer, counts->created, counts->updated, counts->skipped);
  kd_json_member (&writer, "variants");
  kd_json_begin_object (&writer);
  write_number (&writer, "created", counts->variants_created);
  write_number (&writer, "updated", counts->variants_updated);
  write_number (&writer, "skipped", counts->variants_skipped);
  kd_json_end_object (&writer);
  kd_json_member (&writer, "errors");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < report->problems->len; i++)
    {
      const KdImportProblem *problem = report->problems->pdata[i];
      g_autofree char *message = kd_cli_import_message (problem->code, problem->value, problem->detail);

      kd_cli_import_problem (&writer, problem->row, problem->column, problem->code, message);
    }
  kd_json_end_array (&writer);
  kd_json_member (&writer, "notes");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < report->notes->len; i++)
    {
      const KdImportNote *note = report->notes->pdata[i];
      g_autofree char *message = kd_cli_import_message (note->code, note->value, NULL);

      kd_cli_import_problem (&writer, note->row, note->column, note->code, message);
    }
  kd_json_end_array (&writer);
  if (!kd_id_is_none (&result->operation))
    {
      char text[KD_ID_TEXT_LENGTH + 1];

      kd_json_member (&writer, "operation");
      kd_json_string (&writer, kd_id_to_text (&result->operation, text));
    }
  kd_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
say_problems (KdCli *cli,
              const KdImportReport *report)
{
  for (guint i = 0; i < report->problems->len; i++)
    {
      const KdImportProblem *problem = report->problems->pdata[i];
      g_autofree char *message = kd_cli_import_message (problem->code, problem->value, problem->detail);

      kd_cli_say (cli, "row %" G_GUINT64_FORMAT ", %s: %s", problem->row, problem->column != NULL ? problem->column : "",
                  message);
    }
}

/* ---- products ---- */

static char *
words_cb (const KdImportProblem *problem,
          gpointer data)
{
  return kd_cli_import_message (problem->code, problem->value, problem->detail);
}

KdCliCode
kd_cli_import_fail (KdCli *cli,
                    const GError *error)
{
  const char *code = kd_import_file_error_code (error);
  const char *text = code != NULL && g_str_has_prefix (code, "import.") ? kd_cli_import_words (code) : NULL;

  if (code == NULL)
    return kd_cli_fail (cli, error);
  return kd_cli_refuse (cli, KD_CLI_OPEN, code, text != NULL ? text : error->message);
}

/* Known before anything is imported: whether the file of the set-aside rows can be written. */
gboolean
kd_cli_import_errors_file (KdCli *cli,
                           KdCliCode *ret_code)
{
  const char *path = kd_cli_option (cli, "errors");
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *message = NULL;

  if (path == NULL)
    return TRUE;
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    message = g_strdup_printf ("--errors: %s is no file that can be written", path);
  else if (g_access (folder, W_OK) != 0)
    message = g_strdup_printf ("--errors: nothing can be written to %s", folder);
  if (message != NULL)
    *ret_code = kd_cli_refuse (cli, KD_CLI_OPEN, "file.unwritable", message);
  return message == NULL;
}

gboolean
kd_cli_import_read_mode (KdCli *cli,
                         KdImportMode *ret_mode,
                         KdCliCode *ret_code)
{
  const char *mode = kd_cli_option (cli, "mode");

  *ret_mode = KD_IMPORT_BOTH;
  if (mode == NULL || kd_import_mode_from_text (mode, ret_mode))
    return TRUE;
  *ret_code = kd_cli_usage (cli, "--mode is create, update or both");
  return FALSE;
}

static gboolean
read_options (KdCli *cli,
              KdImportOptions *options,
              char rate_currency[4],
              KdCliCode *ret_code)
{
  const char *rate = kd_cli_option (cli, "rate"), *code = NULL;

  options->all_or_nothing = kd_cli_flag (cli, "all-or-nothing");
  options->empty_clears = kd_cli_flag (cli, "empty-clears");
  options->encoding = kd_cli_option (cli, "encoding");
  if (!kd_cli_import_read_mode (cli, &options->mode, ret_code))
    return FALSE;
  if (rate == NULL)
    return TRUE;
  if (strlen (rate) < 5 || rate[3] != '='
      || !kd_decimal_to_scaled (rate + 4, KD_IMPORT_RATE_DIGITS, &options->rate, &code) || options->rate <= 0)
    {
      *ret_code = kd_cli_usage (cli, "--rate is a currency and what one of it costs, such as USD=16000");
      return FALSE;
    }
  g_strlcpy (rate_currency, rate, 4);
  options->rate_currency = rate_currency;
  if (kd_currency_digits (rate_currency) >= 0)
    return TRUE;
  *ret_code = kd_cli_usage (cli, "no currency is called %s", rate_currency);
  return FALSE;
}

gboolean
kd_cli_import_open (KdCli *cli,
                    gboolean dry,
                    KdCliCode *ret_code)
{
  g_autoptr (GError) error = NULL;

  if (!(dry ? kd_cli_open_to_read (cli, ret_code) : kd_cli_open_to_write (cli, ret_code)))
    return FALSE;
  if (dry || !kd_cli_flag (cli, "sync") || kd_cli_start_engine (cli, FALSE, &error))
    return TRUE;
  *ret_code = kd_cli_fail (cli, error);
  return FALSE;
}

KdCliCode
kd_cli_import_end (KdCli *cli,
                   gboolean dry,
                   KdCliCode code)
{
  g_autoptr (GError) error = NULL;

  if (dry || !kd_cli_flag (cli, "sync") || kd_cli_flush (cli, &error))
    return code;
  /* what was written stays and waits */
  fprintf (stderr, "kedai-cli: --sync: %s\n", error->message);
  return KD_CLI_OPEN;
}

static KdCliCode
import_products (KdCli *cli)
{
  KdImportOptions options = { 0 };
  char rate_currency[4] = "";
  const char *errors = kd_cli_option (cli, "errors");
  gboolean dry = kd_cli_flag (cli, "dry-run");
  g_autoptr (KdImport) import = NULL;
  g_autoptr (KdImportResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  KdCliCode code;

  if (!read_options (cli, &options, rate_currency, &code) || !kd_cli_import_errors_file (cli, &code)
      || !kd_cli_import_open (cli, dry, &code))
    return code;
  import = kd_import_open (cli->store, cli->words[1], &options, &error);
  if (import == NULL)
    return kd_cli_import_fail (cli, error);
  result = dry ? kd_import_dry_run (import, NULL, NULL, NULL, &error) : kd_import_run (import, NULL, NULL, NULL, &error);
  if (result == NULL)
    return kd_cli_import_fail (cli, error);
  json = report_json (result);
  if (errors != NULL && !kd_import_write_errors (import, result->report, errors, "Reason", words_cb, NULL, &error))
    {
      /* what was written stays: it is told all the same */
      fprintf (stderr, "kedai-cli: --errors: %s\n", error->message);
      code = KD_CLI_OPEN;
    }
  else
    code = result->refused ? KD_CLI_REFUSED : KD_CLI_DONE;
  if (result->refused)
    fputs ("kedai-cli: " KD_CLI_ALL_OR_NOTHING "\n", stderr);
  say_problems (cli, result->report);
  code = kd_cli_import_end (cli, dry, code);
  kd_cli_result (cli, json, "%s%" G_GUINT64_FORMAT " new, %" G_GUINT64_FORMAT " changed, %" G_GUINT64_FORMAT
                 " as they were, %" G_GUINT64_FORMAT " wrong%s", dry ? "would be: " : "", result->report->counts.created,
                 result->report->counts.updated, result->report->counts.skipped, result->report->counts.errors,
                 result->refused ? "; nothing was written" : "");
  return code;
}

KdCliCode
kd_cli_import (KdCli *cli)
{
  if (strcmp (cli->words[0], "products") == 0)
    return import_products (cli);
  if (strcmp (cli->words[0], "contacts") == 0)
    return kd_cli_import_contacts (cli);
  return kd_cli_usage (cli, "products or contacts can be imported, not “%s”", cli->words[0]);
}
