/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-csv.h"

G_BEGIN_DECLS

/* The inside of the reader: kd-csv.c takes the input and settles how to read it, kd-csv-run.c goes
 * through it byte by byte. */

typedef enum
{
  KD_CSV_STATE_ROW,         /* before the first byte of a row */
  KD_CSV_STATE_FIELD,       /* before the first byte of a field */
  KD_CSV_STATE_PLAIN,
  KD_CSV_STATE_QUOTED,
  KD_CSV_STATE_AFTER_QUOTE, /* a quote and perhaps spaces: its end, or text after all */
  KD_CSV_STATE_COMMENT,
  KD_CSV_STATE_DROP,        /* the rest of a row that is too long */
} KdCsvState;

/* What the table of bytes says. */
enum
{
  KD_CSV_STOP_PLAIN = 1 << 0,
  KD_CSV_STOP_QUOTED = 1 << 1,
  KD_CSV_STOP_LINE = 1 << 2,
};

typedef struct
{
  gsize start, length;
  gboolean quoted;
} KdCsvSpan;

struct _KdCsvReader
{
  KdCsvOptions options;
  KdCsvRowFunc row_func;
  KdCsvProblemFunc problem_func;
  gpointer data;

  char delimiter[KD_CSV_MARK_MAX + 1];
  gsize delimiter_length;
  char comment[KD_CSV_MARK_MAX + 1];
  gsize comment_length;
  guint8 stops[256];

  KdCsvState state;
  gboolean begun;     /* BOM and delimiter are settled */
  gboolean bom;
  gboolean done;
  gboolean cr_ends;   /* a CR alone ends a line here */
  gboolean seen_end;  /* the first line end told which kind they are */
  GByteArray *held;   /* the sample before the delimiter is known, then what waits for its sequel */

  char *row;          /* the fields' text, each with its NUL */
  gsize row_length, row_room;
  GArray *spans;
  GArray *fields;
  gsize field_start;
  gboolean quoted;
  gsize spaces;       /* after what may be the closing quote */

  guint64 number;     /* of the current row */
  guint64 line, row_line;
  guint64 n_rows;     /* given to the callback */
  guint expected;     /* fields of the header */
  gboolean nul_told;
};

/* Takes whole steps from @p to @end. Returns what is left: a few bytes that only the sequel
 * explains; none where it is the @last of the text. */
const char *kd_csv_reader_run (KdCsvReader *reader,
                               const char *p,
                               const char *end,
                               gboolean last);

/* The row so far is one. */
void kd_csv_reader_end_row (KdCsvReader *reader);

void kd_csv_reader_report (KdCsvReader *reader,
                           KdCsvProblemCode code,
                           guint column);

G_END_DECLS
