/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-csv-private.h"

#include <string.h>

void
kd_csv_reader_report (KdCsvReader *reader,
                      KdCsvProblemCode code,
                      guint column)
{
  KdCsvProblem problem = { code, reader->number, reader->row_line, column };

  if (reader->problem_func != NULL)
    reader->problem_func (&problem, reader->data);
}

static void
start_row (KdCsvReader *reader)
{
  reader->state = KD_CSV_STATE_ROW;
  reader->number++;
  reader->row_line = reader->line;
  reader->row_length = 0;
  reader->field_start = 0;
  reader->quoted = FALSE;
  reader->nul_told = FALSE;
  g_array_set_size (reader->spans, 0);
}

static void
drop_row (KdCsvReader *reader)
{
  kd_csv_reader_report (reader, KD_CSV_ROW_TOO_LONG, 0);
  reader->state = KD_CSV_STATE_DROP;
}

static inline gboolean
append (KdCsvReader *reader,
        const char *bytes,
        gsize n)
{
  if (G_UNLIKELY (reader->row_length + n > KD_CSV_ROW_MAX))
    {
      drop_row (reader);
      return FALSE;
    }
  if (G_UNLIKELY (reader->row_length + n > reader->row_room))
    {
      while (reader->row_length + n > reader->row_room)
        reader->row_room *= 2;
      reader->row = g_realloc (reader->row, reader->row_room);
    }
  memcpy (reader->row + reader->row_length, bytes, n);
  reader->row_length += n;
  return TRUE;
}

static gboolean
end_field (KdCsvReader *reader)
{
  KdCsvSpan span = { reader->field_start, reader->row_length - reader->field_start,
                     reader->quoted };

  if (reader->spans->len == KD_CSV_FIELDS_MAX)
    {
      drop_row (reader);
      return FALSE;
    }
  if (!append (reader, "", 1))
    return FALSE;
  g_array_append_val (reader->spans, span);
  reader->field_start = reader->row_length;
  reader->quoted = FALSE;
  return TRUE;
}

static gboolean
is_skipped (KdCsvReader *reader)
{
  const KdCsvField *fields = (const KdCsvField *) reader->fields->data;

  if (reader->options.skip == KD_CSV_SKIP_EMPTY)
    return reader->fields->len == 1 && fields[0].length == 0 && !fields[0].quoted;
  if (reader->options.skip == KD_CSV_KEEP_EMPTY)
    return FALSE;
  for (guint i = 0; i < reader->fields->len; i++)
    for (gsize j = 0; j < fields[i].length; j++)
      if (!g_ascii_isspace (fields[i].text[j]))
        return FALSE;
  return TRUE;
}

static void
check_length (KdCsvReader *reader)
{
  guint n = reader->fields->len;

  if (reader->n_rows == 0)
    reader->expected = n;
  else if (n < reader->expected)
    kd_csv_reader_report (reader, KD_CSV_TOO_FEW_FIELDS, n);
  else if (n > reader->expected)
    kd_csv_reader_report (reader, KD_CSV_TOO_MANY_FIELDS, reader->expected + 1);
}

static void
give_row (KdCsvReader *reader)
{
  const KdCsvSpan *spans = (const KdCsvSpan *) reader->spans->data;
  KdCsvRow row = { .number = reader->number, .line = reader->row_line };

  g_array_set_size (reader->fields, reader->spans->len);
  for (guint i = 0; i < reader->spans->len; i++)
    {
      KdCsvField *field = &g_array_index (reader->fields, KdCsvField, i);

      field->text = reader->row + spans[i].start;
      field->length = spans[i].length;
      field->quoted = spans[i].quoted;
    }
  if (is_skipped (reader))
    return;
  if (reader->options.header)
    check_length (reader);
  row.fields = (const KdCsvField *) reader->fields->data;
  row.n_fields = reader->fields->len;
  reader->n_rows++;
  if (!reader->row_func (&row, reader->data)
      || (reader->options.limit > 0
          && reader->n_rows >= reader->options.limit + (reader->options.header ? 1 : 0)))
    reader->done = TRUE;
}

void
kd_csv_reader_end_row (KdCsvReader *reader)
{
  if (end_field (reader))
    give_row (reader);
  start_row (reader);
}

/* Length of the line end at @p, 0 where it is none; -1 where the next byte must be seen. */
static inline int
line_end_at (KdCsvReader *reader,
             const char *p,
             const char *end,
             gboolean last)
{
  gboolean lf_follows;

  if (*p == '\n')
    return reader->options.newline <= KD_CSV_NEWLINE_LF ? 1 : 0;
  if (*p != '\r' || reader->options.newline == KD_CSV_NEWLINE_LF)
    return 0;
  if (reader->options.newline == KD_CSV_NEWLINE_CR)
    return 1;
  if (p + 1 == end && !last)
    return -1;
  lf_follows = p + 1 < end && p[1] == '\n';
  if (lf_follows)
    return 2;
  if (reader->options.newline == KD_CSV_NEWLINE_CRLF)
    return 0;
  return reader->cr_ends || !reader->seen_end ? 1 : 0;
}

static void
found_nul (KdCsvReader *reader)
{
  if (!reader->nul_told)
    kd_csv_reader_report (reader, KD_CSV_NUL, reader->spans->len + 1);
  reader->nul_told = TRUE;
}

/* What stands at @p: -1 a part of the mark that may go on, 1 the mark, 0 something else. */
static inline int
mark_at (const char *mark,
         gsize length,
         const char *p,
         const char *end,
         gboolean last)
{
  gsize n = MIN (length, (gsize) (end - p));

  if (memcmp (p, mark, n) != 0)
    return 0;
  if (n == length)
    return 1;
  return last ? 0 : -1;
}

/* Each step takes what it can from @p and gives where it stopped: @p itself when the sequel must
 * be seen first. */

static const char *
step_line_end (KdCsvReader *reader,
               const char *p,
               const char *end,
               gboolean last,
               gboolean *ret_ended)
{
  int n = line_end_at (reader, p, end, last);

  *ret_ended = n > 0;
  if (n <= 0)
    return p;
  if (!reader->seen_end)
    reader->cr_ends = *p == '\r' && n == 1;
  reader->seen_end = TRUE;
  reader->line++;
  return p + n;
}

static const char *
step_plain (KdCsvReader *reader,
            const char *p,
            const char *end,
            gboolean last)
{
  const char *run = p;
  gboolean ended;
  int found;

  while (p < end && !(reader->stops[(guchar) *p] & KD_CSV_STOP_PLAIN))
    p++;
  if (p > run)
    {
      append (reader, run, (gsize) (p - run));
      return p;
    }
  if (*p == '\0')
    {
      found_nul (reader);
      return p + 1;
    }
  found = mark_at (reader->delimiter, reader->delimiter_length, p, end, last);
  if (found < 0)
    return p;
  if (found > 0)
    {
      if (end_field (reader))
        reader->state = KD_CSV_STATE_FIELD;
      return p + reader->delimiter_length;
    }
  if (line_end_at (reader, p, end, last) < 0)
    return p;
  run = step_line_end (reader, p, end, last, &ended);
  if (ended)
    {
      kd_csv_reader_end_row (reader);
      return run;
    }
  append (reader, p, 1);
  return p + 1;
}

static void
count_lines (KdCsvReader *reader,
             const char *run,
             const char *end)
{
  while ((run = memchr (run, '\n', (gsize) (end - run))) != NULL)
    {
      reader->line++;
      run++;
    }
}

static const char *
step_quoted (KdCsvReader *reader,
             const char *p,
             const char *end,
             gboolean last)
{
  const char *run = p;

  while (p < end && !(reader->stops[(guchar) *p] & KD_CSV_STOP_QUOTED))
    p++;
  if (p > run)
    {
      count_lines (reader, run, p);
      append (reader, run, (gsize) (p - run));
      return p;
    }
  if (*p == '\0')
    {
      found_nul (reader);
      return p + 1;
    }
  if (*p == reader->options.escape && reader->options.escape != reader->options.quote)
    {
      gboolean escapes;

      if (p + 1 == end && !last)
        return p;
      escapes = p + 1 < end && (p[1] == reader->options.quote || p[1] == reader->options.escape);
      append (reader, escapes ? p + 1 : p, 1);
      return escapes ? p + 2 : p + 1;
    }
  reader->state = KD_CSV_STATE_AFTER_QUOTE;
  reader->spaces = 0;
  return p + 1;
}

/* The quote was none: it and the spaces behind it are text. */
static void
resume_quoted (KdCsvReader *reader)
{
  char space = ' ';

  kd_csv_reader_report (reader, KD_CSV_STRAY_QUOTE, reader->spans->len + 1);
  reader->state = KD_CSV_STATE_QUOTED;
  append (reader, &reader->options.quote, 1);
  for (; reader->spaces > 0 && reader->state == KD_CSV_STATE_QUOTED; reader->spaces--)
    append (reader, &space, 1);
}

static const char *
step_after_quote (KdCsvReader *reader,
                  const char *p,
                  const char *end,
                  gboolean last)
{
  gboolean ended;
  int found;

  if (*p == reader->options.quote && reader->options.quote == reader->options.escape
      && reader->spaces == 0)
    {
      reader->state = KD_CSV_STATE_QUOTED;
      append (reader, p, 1);
      return p + 1;
    }
  found = mark_at (reader->delimiter, reader->delimiter_length, p, end, last);
  if (found < 0)
    return p;
  if (found > 0)
    {
      if (end_field (reader))
        reader->state = KD_CSV_STATE_FIELD;
      return p + reader->delimiter_length;
    }
  if (line_end_at (reader, p, end, last) < 0)
    return p;
  p = step_line_end (reader, p, end, last, &ended);
  if (ended)
    kd_csv_reader_end_row (reader);
  else if (*p == ' ' && reader->spaces < KD_CSV_ROW_MAX)
    {
      reader->spaces++;
      p++;
    }
  else
    resume_quoted (reader);
  return p;
}

static const char *
step_comment (KdCsvReader *reader,
              const char *p,
              const char *end,
              gboolean last)
{
  gboolean ended;

  while (p < end && !(reader->stops[(guchar) *p] & KD_CSV_STOP_LINE))
    p++;
  if (p == end || line_end_at (reader, p, end, last) < 0)
    return p;
  p = step_line_end (reader, p, end, last, &ended);
  if (ended)
    start_row (reader);
  else
    p++;
  return p;
}

static const char *
step_field (KdCsvReader *reader,
            const char *p)
{
  if (reader->options.quote != '\0' && *p == reader->options.quote)
    {
      reader->state = KD_CSV_STATE_QUOTED;
      reader->quoted = TRUE;
      return p + 1;
    }
  reader->state = KD_CSV_STATE_PLAIN;
  return p;
}

const char *
kd_csv_reader_run (KdCsvReader *reader,
                   const char *p,
                   const char *end,
                   gboolean last)
{
  while (p < end && !reader->done)
    {
      const char *start = p;
      KdCsvState state = reader->state;

      if (state == KD_CSV_STATE_ROW)
        {
          int found = reader->comment_length == 0
                          ? 0
                          : mark_at (reader->comment, reader->comment_length, p, end, last);

          if (found < 0)
            return p;
          reader->state = found > 0 ? KD_CSV_STATE_COMMENT : KD_CSV_STATE_FIELD;
          continue;
        }
      if (state == KD_CSV_STATE_PLAIN)
        p = step_plain (reader, p, end, last);
      else if (state == KD_CSV_STATE_FIELD)
        p = step_field (reader, p);
      else if (state == KD_CSV_STATE_QUOTED)
        p = step_quoted (reader, p, end, last);
      else if (state == KD_CSV_STATE_AFTER_QUOTE)
        p = step_after_quote (reader, p, end, last);
      else
        p = step_comment (reader, p, end, last);
      if (p == start && reader->state == state)
        break;
    }
  return p;
}
