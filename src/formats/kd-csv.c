/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-csv.h"

#include "kd-csv-private.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"
#define BOM_LENGTH 3

/* Input is taken in slices, so that a long quoted run meets the row's limit in time. */
#define SLICE (64 * 1024)

static const char *const problem_names[] = {
  "csv.unterminated_quote", "csv.stray_quote", "csv.too_few_fields",
  "csv.too_many_fields",    "csv.nul",         "csv.row_too_long",
};

const char *
kd_csv_problem_to_text (KdCsvProblemCode code)
{
  return problem_names[code];
}

static gsize
copy_mark (char *to,
           const char *mark)
{
  gsize n = mark != NULL ? MIN (strlen (mark), KD_CSV_MARK_MAX) : 0;

  if (n > 0)
    memcpy (to, mark, n);
  to[n] = '\0';
  return n;
}

static void
set_delimiter (KdCsvReader *reader,
               const char *delimiter)
{
  memset (reader->stops, 0, sizeof reader->stops);
  reader->delimiter_length = copy_mark (reader->delimiter, delimiter);
  reader->stops[(guchar) reader->delimiter[0]] |= KD_CSV_STOP_PLAIN;
  reader->stops['\n'] |= KD_CSV_STOP_PLAIN | KD_CSV_STOP_LINE;
  reader->stops['\r'] |= KD_CSV_STOP_PLAIN | KD_CSV_STOP_LINE;
  reader->stops[0] |= KD_CSV_STOP_PLAIN | KD_CSV_STOP_QUOTED;
  if (reader->options.quote != '\0')
    {
      reader->stops[(guchar) reader->options.quote] |= KD_CSV_STOP_QUOTED;
      reader->stops[(guchar) reader->options.escape] |= KD_CSV_STOP_QUOTED;
    }
}

KdCsvReader *
kd_csv_reader_new (const KdCsvOptions *options,
                   KdCsvRowFunc row_func,
                   KdCsvProblemFunc problem_func,
                   gpointer data)
{
  KdCsvReader *reader = g_new0 (KdCsvReader, 1);

  reader->options = *options;
  if (reader->options.escape == '\0')
    reader->options.escape = reader->options.quote;
  reader->row_func = row_func;
  reader->problem_func = problem_func;
  reader->data = data;
  reader->comment_length = copy_mark (reader->comment, options->comment);
  reader->options.comment = reader->comment_length > 0 ? reader->comment : NULL;
  if (options->delimiter != NULL && *options->delimiter != '\0')
    set_delimiter (reader, options->delimiter);
  reader->options.delimiter = NULL;
  reader->held = g_byte_array_new ();
  reader->spans = g_array_new (FALSE, FALSE, sizeof (KdCsvSpan));
  reader->fields = g_array_new (FALSE, FALSE, sizeof (KdCsvField));
  reader->row_room = 4096;
  reader->row = g_malloc (reader->row_room);
  reader->line = reader->row_line = 1;
  reader->number = 1;
  return reader;
}

void
kd_csv_reader_free (KdCsvReader *reader)
{
  if (reader == NULL)
    return;
  g_byte_array_unref (reader->held);
  g_array_unref (reader->spans);
  g_array_unref (reader->fields);
  g_free (reader->row);
  g_free (reader);
}

/* The BOM, "sep=" and the delimiter. Returns where the rows begin. */
static const char *
begin (KdCsvReader *reader,
       const char *p,
       const char *end)
{
  reader->begun = TRUE;
  if ((gsize) (end - p) >= BOM_LENGTH && memcmp (p, BOM, BOM_LENGTH) == 0)
    {
      reader->bom = TRUE;
      p += BOM_LENGTH;
    }
  if (reader->delimiter_length > 0)
    return p;
  set_delimiter (reader, kd_csv_sniff (p, (gsize) (end - p), &reader->options));
  if (end - p >= 5 && g_ascii_strncasecmp (p, "sep=", 4) == 0 && p[4] == reader->delimiter[0]
      && (end - p == 5 || p[5] == '\r' || p[5] == '\n'))
    {
      p += 5;
      if (p < end && *p == '\r')
        p++;
      if (p < end && *p == '\n')
        p++;
      reader->line = reader->row_line = 2;
    }
  return p;
}

static void
take (KdCsvReader *reader,
      const char *bytes,
      gsize n,
      gboolean last)
{
  const char *end = bytes + n;
  const char *rest;

  if (!reader->begun)
    bytes = begin (reader, bytes, end);
  rest = kd_csv_reader_run (reader, bytes, end, last);
  /* What is left may lie in @held itself. */
  if (rest < end && !reader->done)
    {
      gsize left = (gsize) (end - rest);
      char small[64];

      g_return_if_fail (left <= sizeof small);
      memcpy (small, rest, left);
      g_byte_array_set_size (reader->held, 0);
      g_byte_array_append (reader->held, (const guint8 *) small, (guint) left);
    }
  else
    g_byte_array_set_size (reader->held, 0);
}

gboolean
kd_csv_reader_feed (KdCsvReader *reader,
                    const char *bytes,
                    gsize n)
{
  while (n > 0 && !reader->done)
    {
      gsize slice = MIN (n, SLICE);

      if (reader->begun && reader->held->len == 0)
        take (reader, bytes, slice, FALSE);
      else
        {
          gsize wanted = reader->delimiter_length > 0 ? BOM_LENGTH : KD_CSV_SNIFF;

          g_byte_array_append (reader->held, (const guint8 *) bytes, (guint) slice);
          if (reader->begun || reader->held->len >= wanted)
            take (reader, (const char *) reader->held->data, reader->held->len, FALSE);
        }
      bytes += slice;
      n -= slice;
    }
  return !reader->done;
}

void
kd_csv_reader_finish (KdCsvReader *reader)
{
  if (!reader->done)
    take (reader, (const char *) reader->held->data, reader->held->len, TRUE);
  if (reader->done || reader->state == KD_CSV_STATE_ROW || reader->state == KD_CSV_STATE_COMMENT
      || reader->state == KD_CSV_STATE_DROP)
    return;
  if (reader->state == KD_CSV_STATE_QUOTED)
    kd_csv_reader_report (reader, KD_CSV_UNTERMINATED_QUOTE, reader->spans->len + 1);
  kd_csv_reader_end_row (reader);
  reader->done = TRUE;
}

const char *
kd_csv_reader_get_delimiter (KdCsvReader *reader)
{
  return reader->delimiter_length > 0 ? reader->delimiter : ",";
}

gboolean
kd_csv_reader_had_bom (KdCsvReader *reader)
{
  return reader->bom;
}
