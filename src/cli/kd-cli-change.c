/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-cli-value.h"
#include "kd-sql-kind.h"
#include "kd-wire-call.h"
#include "kd-wire-problem.h"
#include "kd-wire-record.h"

#include <stdio.h>
#include <string.h>

/* Changing: set, run, undo. They wait in the outbox until the next sync. */

#define LABEL "Changed from the command line"

static void
write_uids (KdJsonWriter *writer,
            const KdCommit *commit)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_member (writer, "operation");
  kd_json_string (writer, kd_id_to_text (&commit->operation, text));
  kd_json_member (writer, "uids");
  kd_json_begin_array (writer);
  for (guint i = 0; i < commit->uids->len; i++)
    kd_json_string (writer, kd_id_to_text (&g_array_index (commit->uids, KdId, i), text));
  kd_json_end_array (writer);
}

static char *
outcome_json (KdCommit *commit,
              char **ret_refusal)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *detail = kd_outcome_detail_to_json (&commit->outcome);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  if (detail != NULL)
    {
      kd_json_member (&writer, "detail");
      kd_json_raw (&writer, detail, -1);
    }
  if (commit->refused >= 0)
    {
      /* codes are stable; the words of the windows are theirs */
      g_autofree char *message
        = g_strdup_printf ("refused: %s%s%s", commit->outcome.code, detail != NULL ? " " : "", detail != NULL ? detail : "");

      kd_json_member (&writer, "error");
      kd_json_string (&writer, commit->outcome.code);
      kd_json_member (&writer, "message");
      kd_json_string (&writer, message);
      if (ret_refusal != NULL)
        *ret_refusal = g_steal_pointer (&message);
    }
  else
    write_uids (&writer, commit);
  kd_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
kd_cli_commit (KdCli *cli,
               KdCall *call,
               const char *label,
               KdCliCode *ret_code,
               char **ret_refusal,
               GError **error)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  g_autoptr (KdCommit) commit = NULL;

  g_ptr_array_add (calls, call);
  commit = kd_store_commit (cli->store, label, g_steal_pointer (&calls), error);
  if (commit == NULL)
    return NULL;
  *ret_code = commit->refused >= 0 ? KD_CLI_REFUSED : KD_CLI_DONE;
  return outcome_json (commit, ret_refusal);
}

static KdCliCode
commit_and_say (KdCli *cli,
                KdCall *call)
{
  g_autoptr (GError) error = NULL;
  KdCliCode code;
  g_autofree char *message = NULL;
  g_autofree char *json = kd_cli_commit (cli, call, LABEL, &code, &message, &error);

  if (json == NULL)
    return kd_cli_fail (cli, error);
  if (code == KD_CLI_DONE)
    {
      kd_cli_result (cli, json, "done; it goes out with the next sync");
      return code;
    }
  fprintf (stderr, "kedai-cli: %s\n", message);
  if (cli->json)
    kd_cli_result (cli, json, "%s", message);
  return code;
}

/* ---- set ---- */

typedef struct
{
  const KdKind *kind;
  KdId id;
} Which;

static gpointer
get_read (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  const Which *which = data;
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, which->kind, NULL, &which->id, &record, NULL, error);
  return record;
}

static void
write_field (KdJsonWriter *writer,
             const KdField *field,
             const KdRecord *record)
{
  g_autofree char *value = kd_wire_value_to_text (field, record);

  kd_json_member (writer, field->name);
  kd_json_raw (writer, value, -1);
}

/* {"base":{...},"id":..,"set":{...}} of the fields named. */
static char *
patch_args (const KdRecord *before,
            const KdRecord *after,
            guint64 mask)
{
  const KdShape *shape = &before->kind->shape;
  const struct { const char *name; const KdRecord *record; } sides[] = { { "base", before }, { "set", after } };
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (&writer);
  for (guint s = 0; s < G_N_ELEMENTS (sides); s++)
    {
      kd_json_member (&writer, sides[s].name);
      kd_json_begin_object (&writer);
      for (guint i = 0; i < shape->n_fields; i++)
        if ((mask >> i & 1) != 0)
          write_field (&writer, &shape->fields[i], sides[s].record);
      kd_json_end_object (&writer);
    }
  kd_json_member (&writer, "id");
  kd_json_string (&writer, kd_id_to_text (&before->id, text));
  kd_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* FALSE: a usage error was told. */
static gboolean
read_fields (KdCli *cli,
             const char *currency,
             KdRecord *record,
             guint64 *ret_mask)
{
  const KdShape *shape = &record->kind->shape;

  *ret_mask = 0;
  for (guint i = 2; i < cli->n_words; i++)
    {
      const char *equals = strchr (cli->words[i], '=');
      g_autofree char *name = equals != NULL ? g_strndup (cli->words[i], (gsize) (equals - cli->words[i])) : NULL;
      int index = name != NULL ? kd_shape_index (shape, name) : -1;
      g_autoptr (GError) error = NULL;

      if (index < 0)
        return kd_cli_usage (cli, "“%s” is not FIELD=VALUE of a %s", cli->words[i], shape->name), FALSE;
      if (!kd_cli_value_parse (&shape->fields[index], equals + 1, currency, record, &error))
        return kd_cli_usage (cli, "%s: %s", name, error->message), FALSE;
      *ret_mask |= G_GUINT64_CONSTANT (1) << index;
    }
  return TRUE;
}

static KdCliCode
patch (KdCli *cli,
       const KdRecord *before)
{
  KdShopProfile *profile = kd_store_dup_profile (cli->store);
  g_autoptr (KdRecord) after = kd_record_copy (before);
  g_autofree char *name = g_strdup_printf ("%s.%s", before->kind->shape.name, before->kind == &kd_kind_order ? "update" : "patch");
  g_autofree char *args = NULL;
  g_autoptr (GError) error = NULL;
  KdCall *call;
  guint64 mask;
  gboolean ok = read_fields (cli, profile != NULL ? profile->currency : "IDR", after, &mask);

  if (profile != NULL)
    kd_record_free (&profile->parent);
  if (!ok)
    return KD_CLI_USAGE;
  args = patch_args (before, after, mask);
  call = kd_wire_call_parse (name, 0, args, 0, &error);
  if (call == NULL)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, error->message, error->message);
  return commit_and_say (cli, call);
}

KdCliCode
kd_cli_set (KdCli *cli)
{
  Which which = { .kind = kd_kind_by_name (cli->words[0]) };
  g_autoptr (KdRecord) before = NULL;
  g_autoptr (GError) error = NULL;
  KdCliCode code;

  if (which.kind == NULL)
    return kd_cli_usage (cli, "there is no kind “%s”", cli->words[0]);
  if ((which.kind->flags & KD_KIND_BY_HAND) != 0 && which.kind != &kd_kind_order)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, "kind.by_hand", "records of this kind are changed by their own actions; see `run`");
  if (!kd_id_parse (cli->words[1], &which.id))
    return kd_cli_usage (cli, "“%s” is no id", cli->words[1]);
  if (!kd_cli_open_to_write (cli, &code))
    return code;
  before = kd_store_read (cli->store, get_read, &which, &error);
  if (error != NULL)
    return kd_cli_fail (cli, error);
  if (before == NULL)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, "row.gone", "there is no such record");
  return patch (cli, before);
}

/* ---- run ---- */

static char *
error_json (const char *code)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "error");
  kd_json_string (&writer, code);
  kd_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
kd_cli_run_line (KdCli *cli,
                 const char *line,
                 KdCliCode *ret_code)
{
  const char *space = strchr (line, ' ');
  g_autofree char *name = space != NULL ? g_strndup (line, (gsize) (space - line)) : NULL;
  g_autoptr (GError) error = NULL;
  KdCall *call = NULL;
  char *json;

  *ret_code = KD_CLI_USAGE;
  if (name == NULL)
    return error_json ("usage");
  call = kd_wire_call_parse (name, 0, space + 1, 0, &error);
  if (call == NULL)
    return error_json (error->message);
  json = kd_cli_commit (cli, call, LABEL, ret_code, NULL, &error);
  if (json != NULL)
    return json;
  *ret_code = KD_CLI_OPEN;
  return error_json (error->message);
}

KdCliCode
kd_cli_run (KdCli *cli)
{
  g_autoptr (GError) error = NULL;
  KdCall *call = kd_wire_call_parse (cli->words[0], 0, cli->words[1], 0, &error);
  KdCliCode code;

  if (call == NULL)
    return kd_cli_usage (cli, "%s: %s", cli->words[0], error->message);
  if (!kd_cli_open_to_write (cli, &code))
    {
      kd_call_free (call);
      return code;
    }
  return commit_and_say (cli, call);
}

/* ---- undo ---- */

KdCliCode
kd_cli_undo (KdCli *cli)
{
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KdCommit) commit = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) label = NULL;
  g_autofree char *json = NULL;
  KdId operation = KD_ID_NONE;
  KdCliCode code;

  if (cli->n_words > 0 && !kd_id_parse (cli->words[0], &operation))
    return kd_cli_usage (cli, "“%s” is no operation", cli->words[0]);
  if (!kd_cli_open_to_write (cli, &code))
    return code;
  kd_store_undo_async (cli->store, cli->n_words > 0 ? &operation : NULL, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  commit = kd_store_undo_finish (cli->store, result, &error);
  if (commit == NULL)
    return kd_cli_fail (cli, error);
  if (commit->generation == 0)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, "nothing",
                          cli->n_words > 0 ? "there is no such operation here, or it was taken back already"
                                           : "there is nothing to take back");
  json = outcome_json (commit, NULL);
  label = g_string_new (commit->label);
  g_string_replace (label, "%s", commit->value != NULL ? commit->value : "", 1);
  kd_cli_result (cli, json, "taken back: %s%s", label->str,
                 commit->n_left > 0 ? " (some of it was changed again, and stays)" : "");
  return KD_CLI_DONE;
}
