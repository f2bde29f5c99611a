/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-run-private.h"

#include "kd-store-private.h"

#include <json-glib/json-glib.h>

/* What an interrupted import needs to go on: saved in the transaction of each chunk, so that it
 * tells exactly what was written. */

void
kd_import_state_clear (KdImportState *state)
{
  g_clear_pointer (&state->problems, g_ptr_array_unref);
}

char *
kd_import_state_choices (KdImport *import)
{
  const KdImportOptions *options = &import->options;
  char location[KD_ID_TEXT_LENGTH + 1];

  return g_strdup_printf ("{\"mode\":%d,\"encoding\":\"%s\",\"decimal\":%d,\"currency\":\"%s\",\"rate_currency\":\"%s\","
                          "\"rate\":%" G_GINT64_FORMAT ",\"rounding\":%" G_GINT64_FORMAT ",\"empty_clears\":%d,"
                          "\"location\":\"%s\"}",
                          (int) options->mode, import->encoding != NULL ? import->encoding : "", options->decimal,
                          import->currency, import->rate_currency != NULL ? import->rate_currency : "", options->rate,
                          options->rounding, options->empty_clears, kd_id_to_text (&options->location, location));
}

static char *
write_counts (const KdImportCounts *counts)
{
  return g_strdup_printf ("[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT
                          ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]",
                          counts->created, counts->updated, counts->skipped, counts->errors,
                          counts->variants_created, counts->variants_updated, counts->variants_skipped);
}

static void
read_counts (const char *text,
             KdImportCounts *counts)
{
  guint64 *const all[] = { &counts->created, &counts->updated, &counts->skipped, &counts->errors,
                           &counts->variants_created, &counts->variants_updated, &counts->variants_skipped };
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < G_N_ELEMENTS (all) && i < json_array_get_length (array); i++)
    *all[i] = (guint64) json_array_get_int_element (array, i);
}

static gboolean
load_problems (KdSqlConnection *connection,
               KdImportState *state,
               GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT row, col, code, value, detail FROM import_problem WHERE operation=?1 ORDER BY n", error);
  KdSqlStep step;

  state->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_import_problem_free);
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &state->operation);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdImportProblem *problem = g_new0 (KdImportProblem, 1);

      problem->row = (guint64) kd_sql_column_int64 (read, 0);
      problem->column = kd_sql_column_dup_text (read, 1);
      problem->code = g_intern_string (kd_sql_column_text (read, 2));
      problem->value = kd_sql_column_dup_text (read, 3);
      problem->detail = kd_sql_column_dup_text (read, 4);
      g_ptr_array_add (state->problems, problem);
    }
  return step == KD_SQL_DONE;
}

gboolean
kd_import_state_load (KdImport *import,
                      KdSqlConnection *connection,
                      KdImportState *ret_state,
                      gboolean *ret_found,
                      GError **error)
{
  g_autofree char *choices = kd_import_state_choices (import);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT i.operation, i.next_row, i.counts FROM import_state i JOIN operation o ON o.id=i.operation"
    " WHERE i.hash=?1 AND i.choices=?2 AND i.state<>1 AND o.state=0 ORDER BY i.at DESC LIMIT 1", error);
  KdSqlStep step;

  *ret_state = (KdImportState){ 0 };
  *ret_found = FALSE;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_text (read, 1, kd_import_file_get_hash (import->file));
  kd_sql_bind_text (read, 2, choices);
  step = kd_sql_step (read, error);
  if (step != KD_SQL_ROW)
    return step == KD_SQL_DONE;
  kd_sql_column_id (read, 0, &ret_state->operation);
  ret_state->next = (guint64) kd_sql_column_int64 (read, 1);
  read_counts (kd_sql_column_text (read, 2), &ret_state->counts);
  *ret_found = TRUE;
  return load_problems (connection, ret_state, error);
}

static gboolean
save_problems (KdSqlConnection *connection,
               const KdId *operation,
               GPtrArray *problems,
               guint first,
               GError **error)
{
  g_autoptr (KdSqlStatement) insert = NULL;

  if (problems->len == 0)
    return TRUE;
  insert = kd_sql_prepare (connection,
                           "INSERT OR REPLACE INTO import_problem(operation, n, row, col, code, value, detail)"
                           " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < problems->len; i++)
    {
      const KdImportProblem *problem = g_ptr_array_index (problems, i);

      kd_sql_bind_id (insert, 1, operation);
      kd_sql_bind_int64 (insert, 2, first + i);
      kd_sql_bind_int64 (insert, 3, (gint64) problem->row);
      kd_sql_bind_text (insert, 4, problem->column);
      kd_sql_bind_text (insert, 5, problem->code);
      kd_sql_bind_text (insert, 6, problem->value);
      kd_sql_bind_text (insert, 7, problem->detail);
      if (!kd_sql_run (insert, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kd_import_state_save (KdImport *import,
                      KdSqlConnection *connection,
                      const KdImportState *state,
                      KdImportStateKind kind,
                      guint first,
                      GError **error)
{
  g_autofree char *choices = kd_import_state_choices (import);
  g_autofree char *counts = write_counts (&state->counts);
  g_autoptr (KdSqlStatement) save = kd_sql_prepare (
    connection,
    "INSERT OR REPLACE INTO import_state(id, path, hash, choices, next_row, counts, operation, state, at)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?1, ?7, ?8)", error);

  if (save == NULL)
    return FALSE;
  kd_sql_bind_id (save, 1, &state->operation);
  kd_sql_bind_text (save, 2, import->path);
  kd_sql_bind_text (save, 3, kd_import_file_get_hash (import->file));
  kd_sql_bind_text (save, 4, choices);
  kd_sql_bind_int64 (save, 5, (gint64) state->next);
  kd_sql_bind_text (save, 6, counts);
  kd_sql_bind_int64 (save, 7, kind);
  kd_sql_bind_int64 (save, 8, kd_store_now (import->store));
  return kd_sql_run (save, error)
         && (state->problems == NULL
             || save_problems (connection, &state->operation, state->problems, first, error));
}
