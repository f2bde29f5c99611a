/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

#include "kd-csv-writer.h"
#include "kd-csv.h"
#include "kd-decode.h"

#include <string.h>

/* Cells of a row beyond the header stand under this name. */
#define EXTRA "__parsed_extra"

typedef struct
{
  KdCsvOptions options;
  gboolean unguard;
} Wishes;

static const char *
message_of (KdCsvProblemCode code)
{
  switch (code)
    {
    case KD_CSV_UNTERMINATED_QUOTE:
      return "the text ends inside quotes";
    case KD_CSV_STRAY_QUOTE:
      return "a quote stands inside a quoted cell";
    case KD_CSV_TOO_FEW_FIELDS:
      return "fewer cells than the header";
    case KD_CSV_TOO_MANY_FIELDS:
      return "more cells than the header";
    case KD_CSV_NUL:
      return "NUL bytes were left out";
    case KD_CSV_ROW_TOO_LONG:
    default:
      return "the row is too long and was left out";
    }
}

/* A single ASCII character; "" and false for none. */
static gboolean
get_char (JsonObject *args,
          const char *name,
          char *value,
          GError **error)
{
  JsonNode *node = json_object_get_member (args, name);
  const char *text;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_BOOLEAN && !json_node_get_boolean (node))
    {
      *value = '\0';
      return TRUE;
    }
  if (!kd_lab_has (args, name))
    return TRUE;
  text = kd_lab_get_text (args, name, error);
  if (text == NULL)
    return FALSE;
  if (strlen (text) > 1 || (guchar) text[0] >= 0x80)
    {
      kd_lab_fail (error, "bad_args", "%s is one character of ASCII", name);
      return FALSE;
    }
  *value = text[0];
  return TRUE;
}

/* Text, or true for what is usual. */
static gboolean
get_comment (JsonObject *args,
             const char **ret_comment,
             GError **error)
{
  JsonNode *node = json_object_get_member (args, "comment");
  gboolean wanted;

  *ret_comment = NULL;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return kd_lab_get_text_or (args, "comment", NULL, ret_comment, error);
  wanted = json_node_get_boolean (node);
  *ret_comment = wanted ? "#" : NULL;
  return TRUE;
}

static gboolean
get_newline (JsonObject *args,
             KdCsvNewline *ret_newline,
             GError **error)
{
  static const char *const ends[] = { "", "\n", "\r\n", "\r" };
  const char *text;

  if (!kd_lab_get_text_or (args, "newline", "", &text, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (strcmp (text, ends[i]) == 0)
      {
        *ret_newline = (KdCsvNewline) i;
        return TRUE;
      }
  kd_lab_fail (error, "bad_args", "newline is LF, CRLF or CR");
  return FALSE;
}

/* A boolean, or "greedy" for rows of white space too. */
static gboolean
get_skip (JsonObject *args,
          KdCsvSkip *ret_skip,
          GError **error)
{
  JsonNode *node = json_object_get_member (args, "skip_empty");
  gboolean skip;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING
      && strcmp (json_node_get_string (node), "greedy") == 0)
    {
      *ret_skip = KD_CSV_SKIP_BLANK;
      return TRUE;
    }
  if (!kd_lab_get_bool_or (args, "skip_empty", FALSE, &skip, error))
    return FALSE;
  *ret_skip = skip ? KD_CSV_SKIP_EMPTY : KD_CSV_KEEP_EMPTY;
  return TRUE;
}

/* What ends a cell can't end a row or begin quotes too. */
static gboolean
check_delimiter (const char *delimiter,
                 char quote,
                 GError **error)
{
  if (strlen (delimiter) > KD_CSV_MARK_MAX)
    kd_lab_fail (error, "bad_args", "a delimiter has at most %d bytes", KD_CSV_MARK_MAX);
  else if (strpbrk (delimiter, "\r\n") != NULL || (quote != '\0' && strchr (delimiter, quote) != NULL))
    kd_lab_fail (error, "bad_args", "a delimiter is no line end and no quote");
  else
    return TRUE;
  return FALSE;
}

static gboolean
get_wishes (JsonObject *args,
            Wishes *wishes,
            GError **error)
{
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  gint64 limit;

  if (!kd_lab_get_text_or (args, "delimiter", NULL, &options.delimiter, error)
      || !get_char (args, "quote", &options.quote, error))
    return FALSE;
  options.escape = options.quote;
  if (!get_char (args, "escape", &options.escape, error)
      || !get_comment (args, &options.comment, error)
      || !get_newline (args, &options.newline, error)
      || !get_skip (args, &options.skip, error)
      || !kd_lab_get_bool_or (args, "header", FALSE, &options.header, error)
      || !kd_lab_get_bool_or (args, "unguard", FALSE, &wishes->unguard, error)
      || !kd_lab_get_int_or (args, "limit", 0, &limit, error))
    return FALSE;
  if (limit < 0)
    {
      kd_lab_fail (error, "number.range", "a limit is 0 (none) or more");
      return FALSE;
    }
  if (options.delimiter != NULL && !check_delimiter (options.delimiter, options.quote, error))
    return FALSE;
  options.limit = (guint64) limit;
  wishes->options = options;
  return TRUE;
}

/* Names that stand twice get a number: a, a_1. */
static GPtrArray *
unique_names (char **cells,
              gboolean unguard)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; cells[i] != NULL; i++)
    {
      const char *cell = unguard ? kd_csv_unguard (cells[i]) : cells[i];
      char *name = g_strdup (cell);

      for (guint number = 1; g_hash_table_contains (taken, name); number++)
        {
          g_free (name);
          name = g_strdup_printf ("%s_%u", cell, number);
        }
      g_hash_table_add (taken, name);
      g_ptr_array_add (names, name);
    }
  return names;
}

static void
add_cells (JsonBuilder *builder,
           char **cells,
           gboolean unguard)
{
  json_builder_begin_array (builder);
  for (guint i = 0; cells[i] != NULL; i++)
    json_builder_add_string_value (builder, unguard ? kd_csv_unguard (cells[i]) : cells[i]);
  json_builder_end_array (builder);
}

static void
add_object (JsonBuilder *builder,
            GPtrArray *names,
            char **cells,
            gboolean unguard)
{
  guint i;

  json_builder_begin_object (builder);
  for (i = 0; cells[i] != NULL && i < names->len; i++)
    {
      json_builder_set_member_name (builder, g_ptr_array_index (names, i));
      json_builder_add_string_value (builder, unguard ? kd_csv_unguard (cells[i]) : cells[i]);
    }
  if (cells[i] != NULL)
    {
      json_builder_set_member_name (builder, EXTRA);
      add_cells (builder, cells + i, unguard);
    }
  json_builder_end_object (builder);
}

static void
add_rows (JsonBuilder *builder,
          const KdCsvTable *table,
          const Wishes *wishes)
{
  g_autoptr (GPtrArray) names = NULL;

  if (wishes->options.header && table->rows->len > 0)
    names = unique_names (g_ptr_array_index (table->rows, 0), wishes->unguard);
  json_builder_set_member_name (builder, "rows");
  json_builder_begin_array (builder);
  for (guint i = names != NULL ? 1 : 0; i < table->rows->len; i++)
    if (names != NULL)
      add_object (builder, names, g_ptr_array_index (table->rows, i), wishes->unguard);
    else
      add_cells (builder, g_ptr_array_index (table->rows, i), wishes->unguard);
  json_builder_end_array (builder);
}

static void
add_problems (JsonBuilder *builder,
              const KdCsvTable *table)
{
  json_builder_set_member_name (builder, "errors");
  json_builder_begin_array (builder);
  for (guint i = 0; i < table->problems->len; i++)
    {
      const KdCsvProblem *problem = &g_array_index (table->problems, KdCsvProblem, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "row");
      json_builder_add_int_value (builder, (gint64) problem->row);
      json_builder_set_member_name (builder, "line");
      json_builder_add_int_value (builder, (gint64) problem->line);
      if (problem->column > 0)
        {
          json_builder_set_member_name (builder, "column");
          json_builder_add_int_value (builder, problem->column);
        }
      json_builder_set_member_name (builder, "code");
      json_builder_add_string_value (builder, kd_csv_problem_to_text (problem->code));
      json_builder_set_member_name (builder, "message");
      json_builder_add_string_value (builder, message_of (problem->code));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

JsonNode *
kd_lab_csv_parse (JsonObject *args,
                  GError **error)
{
  g_autoptr (KdCsvTable) table = NULL;
  g_autoptr (GString) text = NULL;
  Wishes wishes = { 0 };
  gboolean bom = FALSE;
  JsonBuilder *builder;

  if (!get_wishes (args, &wishes, error))
    return NULL;
  if (kd_lab_has (args, "bytes_b64") && kd_lab_has (args, "text"))
    return kd_lab_fail (error, "bad_args", "either text or bytes_b64");
  if (kd_lab_has (args, "bytes_b64"))
    {
      g_autoptr (GBytes) bytes = kd_lab_get_bytes (args, "bytes_b64", error);
      g_autoptr (KdDecoder) decoder = NULL;

      if (bytes == NULL)
        return NULL;
      decoder = kd_decoder_new (NULL, NULL);
      text = g_string_new (NULL);
      kd_decoder_feed (decoder, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text);
      kd_decoder_finish (decoder, text);
      bom = kd_decoder_had_bom (decoder);
    }
  else
    {
      const char *given = kd_lab_get_text (args, "text", error);

      if (given == NULL)
        return NULL;
      text = g_string_new (given);
    }
  table = kd_csv_parse (text->str, text->len, &wishes.options);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "delimiter");
  json_builder_add_string_value (builder, table->delimiter);
  json_builder_set_member_name (builder, "bom");
  json_builder_add_boolean_value (builder, bom || table->bom);
  add_rows (builder, table, &wishes);
  add_problems (builder, table);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

/* A JSON text is a text cell, anything else a plain one. */
static gboolean
write_cell (KdCsvWriter *writer,
            JsonNode *node,
            GError **error)
{
  g_autofree char *number = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    kd_csv_writer_add_plain (writer, NULL);
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    kd_csv_writer_add_text (writer, json_node_get_string (node));
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    kd_csv_writer_add_plain (writer, json_node_get_boolean (node) ? "true" : "false");
  else
    {
      number = kd_lab_dup_number (node, "rows", error);
      if (number == NULL)
        return FALSE;
      kd_csv_writer_add_plain (writer, number);
    }
  return TRUE;
}

/* @names: (nullable): the members of an object, in the order of the columns */
static gboolean
write_row (KdCsvWriter *writer,
           JsonNode *row,
           GList *names,
           GError **error)
{
  if (JSON_NODE_HOLDS_ARRAY (row))
    {
      JsonArray *cells = json_node_get_array (row);

      for (guint i = 0; i < json_array_get_length (cells); i++)
        if (!write_cell (writer, json_array_get_element (cells, i), error))
          return FALSE;
    }
  else if (JSON_NODE_HOLDS_OBJECT (row))
    {
      for (GList *name = names; name != NULL; name = name->next)
        if (!write_cell (writer, json_object_get_member (json_node_get_object (row), name->data),
                         error))
          return FALSE;
    }
  else
    {
      kd_lab_fail (error, "bad_args", "a row is an array or an object");
      return FALSE;
    }
  kd_csv_writer_end_row (writer);
  return TRUE;
}

JsonNode *
kd_lab_csv_write (JsonObject *args,
                  GError **error)
{
  JsonArray *rows = kd_lab_get_array (args, "rows", error);
  g_autoptr (KdCsvWriter) writer = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GList) names = NULL;
  char delimiter = ',';
  gboolean guard;
  JsonBuilder *builder;

  if (rows == NULL || !get_char (args, "delimiter", &delimiter, error)
      || !kd_lab_get_bool_or (args, "guard", FALSE, &guard, error))
    return NULL;
  if (delimiter == '\0' || strchr ("\r\n\"", delimiter) != NULL)
    return kd_lab_fail (error, "bad_args", "a delimiter is needed that is no line end and no quote");
  writer = kd_csv_writer_new (out, delimiter, guard);
  if (json_array_get_length (rows) > 0 && JSON_NODE_HOLDS_OBJECT (json_array_get_element (rows, 0)))
    {
      names = json_object_get_members (json_array_get_object_element (rows, 0));
      for (GList *name = names; name != NULL; name = name->next)
        kd_csv_writer_add_text (writer, name->data);
      kd_csv_writer_end_row (writer);
    }
  for (guint i = 0; i < json_array_get_length (rows); i++)
    if (!write_row (writer, json_array_get_element (rows, i), names, error))
      return NULL;
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, out->str);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}
