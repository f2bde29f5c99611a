/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-csv-writer.h"

#include <string.h>

#define LINE_END "\r\n"

struct _KdCsvWriter
{
  GString *out;
  char delimiter;
  gboolean guard;
  gsize row_start; /* length of @out when the row began */
  guint n_cells;
};

KdCsvWriter *
kd_csv_writer_new (GString *out,
                   char delimiter,
                   gboolean guard)
{
  KdCsvWriter *writer = g_new0 (KdCsvWriter, 1);

  writer->out = out;
  writer->delimiter = delimiter;
  writer->guard = guard;
  return writer;
}

void
kd_csv_writer_free (KdCsvWriter *writer)
{
  g_free (writer);
}

gboolean
kd_csv_needs_guard (const char *text)
{
  text += strspn (text, "'");
  return *text != '\0' && strchr ("=+-@\t\r", *text) != NULL;
}

const char *
kd_csv_unguard (const char *text)
{
  return text[0] == '\'' && kd_csv_needs_guard (text) ? text + 1 : text;
}

static gboolean
needs_quotes (KdCsvWriter *writer,
              const char *text)
{
  gsize n = strlen (text);

  if (n == 0)
    return FALSE;
  /* Some readers trim what stands between delimiters. */
  if (g_ascii_isspace (text[0]) || g_ascii_isspace (text[n - 1]))
    return TRUE;
  return strchr (text, writer->delimiter) != NULL || strpbrk (text, "\"\r\n") != NULL;
}

static void
add_cell (KdCsvWriter *writer,
          const char *text,
          gboolean guard)
{
  GString *out = writer->out;
  gboolean quotes = needs_quotes (writer, text);

  if (writer->n_cells == 0)
    writer->row_start = out->len;
  else
    g_string_append_c (out, writer->delimiter);
  writer->n_cells++;
  if (quotes)
    g_string_append_c (out, '"');
  if (guard)
    g_string_append_c (out, '\'');
  for (const char *quote; quotes && (quote = strchr (text, '"')) != NULL; text = quote + 1)
    {
      g_string_append_len (out, text, quote - text);
      g_string_append (out, "\"\"");
    }
  g_string_append (out, text);
  if (quotes)
    g_string_append_c (out, '"');
}

void
kd_csv_writer_add_text (KdCsvWriter *writer,
                        const char *text)
{
  if (text == NULL)
    text = "";
  add_cell (writer, text, writer->guard && kd_csv_needs_guard (text));
}

void
kd_csv_writer_add_plain (KdCsvWriter *writer,
                         const char *text)
{
  add_cell (writer, text != NULL ? text : "", FALSE);
}

void
kd_csv_writer_end_row (KdCsvWriter *writer)
{
  /* A single empty cell would be an empty line, which isn't a row. */
  if (writer->n_cells == 1 && writer->out->len == writer->row_start)
    g_string_append (writer->out, "\"\"");
  g_string_append (writer->out, LINE_END);
  writer->n_cells = 0;
}
