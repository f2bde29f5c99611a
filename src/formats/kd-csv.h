/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More bytes or fields in one row mean that a quote was never closed, or that this is no table. */
#define KD_CSV_ROW_MAX (4 * 1024 * 1024)
#define KD_CSV_FIELDS_MAX 16384

/* How much is looked at before the delimiter is decided. */
#define KD_CSV_SNIFF (64 * 1024)

/* A delimiter may have several bytes (a character beyond ASCII, ", "), a comment's mark too. */
#define KD_CSV_MARK_MAX 8

typedef enum
{
  KD_CSV_NEWLINE_ANY = 0, /* LF, CRLF, CR; a CR inside a line of a file with LF is text */
  KD_CSV_NEWLINE_LF,
  KD_CSV_NEWLINE_CRLF,
  KD_CSV_NEWLINE_CR,
} KdCsvNewline;

typedef enum
{
  KD_CSV_KEEP_EMPTY = 0,
  KD_CSV_SKIP_EMPTY,      /* lines without a byte */
  KD_CSV_SKIP_BLANK,      /* rows whose cells hold nothing but white space */
} KdCsvSkip;

/**
 * KdCsvOptions:
 * @delimiter: (nullable): %NULL: sniffed among , ; tab |
 * @quote: a byte; 0: quotes mean nothing
 * @escape: what makes a quote inside a quoted cell text; usually the quote itself
 * @comment: (nullable): lines that begin so are left out
 * @header: the first row names the columns; rows of another length are reported
 * @limit: rows after the header; 0: all
 */
typedef struct
{
  const char *delimiter;
  char quote;
  char escape;
  const char *comment;
  KdCsvNewline newline;
  KdCsvSkip skip;
  gboolean header;
  guint64 limit;
} KdCsvOptions;

#define KD_CSV_OPTIONS_INIT { .quote = '"', .escape = '"' }

/**
 * KdCsvField:
 * @text: valid while the row's callback runs; a NUL follows, none stands in it
 * @quoted: stood in quotes
 */
typedef struct
{
  const char *text;
  gsize length;
  gboolean quoted;
} KdCsvField;

/**
 * KdCsvRow:
 * @number: from 1, as a spreadsheet counts: header, empty and comment rows included
 * @line: from 1, the line of the file on which it begins
 */
typedef struct
{
  guint64 number;
  guint64 line;
  const KdCsvField *fields;
  guint n_fields;
} KdCsvRow;

typedef enum
{
  KD_CSV_UNTERMINATED_QUOTE, /* the file ended inside quotes; the row is kept */
  KD_CSV_STRAY_QUOTE,        /* a quote inside a quoted cell that neither ends nor escapes; kept */
  KD_CSV_TOO_FEW_FIELDS,     /* than the header; the row is kept */
  KD_CSV_TOO_MANY_FIELDS,    /* than the header; the row is kept */
  KD_CSV_NUL,                /* left out; the row is kept */
  KD_CSV_ROW_TOO_LONG,       /* the row is left out */
} KdCsvProblemCode;

/**
 * KdCsvProblem:
 * @column: from 1; 0 where it isn't one cell's
 */
typedef struct
{
  KdCsvProblemCode code;
  guint64 row;
  guint64 line;
  guint column;
} KdCsvProblem;

/* "csv.unterminated_quote", "csv.stray_quote", "csv.too_few_fields", "csv.too_many_fields",
 * "csv.nul", "csv.row_too_long". */
const char *kd_csv_problem_to_text (KdCsvProblemCode code);

/* FALSE: no more rows are wanted. */
typedef gboolean (*KdCsvRowFunc) (const KdCsvRow *row,
                                  gpointer data);

/* Called before the row it speaks of. */
typedef void (*KdCsvProblemFunc) (const KdCsvProblem *problem,
                                  gpointer data);

/**
 * KdCsvReader:
 *
 * Reads a table piece by piece in bounded memory. Whatever the bytes are, it ends and gives rows;
 * what was wrong is told beside them. Text is taken as UTF-8 and not checked: KdDecoder does that.
 */
typedef struct _KdCsvReader KdCsvReader;

/**
 * kd_csv_reader_new:
 * @options: copied
 * @problem_func: (nullable)
 */
KdCsvReader *kd_csv_reader_new (const KdCsvOptions *options,
                                KdCsvRowFunc row_func,
                                KdCsvProblemFunc problem_func,
                                gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void kd_csv_reader_free (KdCsvReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdCsvReader, kd_csv_reader_free)

/**
 * kd_csv_reader_feed:
 *
 * Calls back for every row that ends in these bytes.
 *
 * Returns: whether more is wanted: FALSE after the limit or the callback's FALSE
 */
gboolean kd_csv_reader_feed (KdCsvReader *reader,
                             const char *bytes,
                             gsize n);

/* The last row, which needs no line end. */
void kd_csv_reader_finish (KdCsvReader *reader);

/* As used; "," until it was sniffed. */
const char *kd_csv_reader_get_delimiter (KdCsvReader *reader);

/* Whether the text began with U+FEFF, which isn't part of the first cell. */
gboolean kd_csv_reader_had_bom (KdCsvReader *reader);

/**
 * KdCsvTable:
 * @rows: (element-type GStrv): header included
 * @problems: (element-type KdCsvProblem)
 *
 * A small table, all at once.
 */
typedef struct
{
  GPtrArray *rows;
  GArray *problems;
  char *delimiter;
  gboolean bom;
} KdCsvTable;

KdCsvTable *kd_csv_parse (const char *text,
                          gsize n,
                          const KdCsvOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void kd_csv_table_free (KdCsvTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdCsvTable, kd_csv_table_free)

/**
 * kd_csv_sniff:
 * @n: of the beginning of a text
 *
 * The delimiter among , ; tab | that makes the most regular table of it; "," where none does.
 * A first line "sep=;" decides.
 */
const char *kd_csv_sniff (const char *text,
                          gsize n,
                          const KdCsvOptions *options);

G_END_DECLS
