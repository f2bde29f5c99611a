/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-csv.h"

#include <string.h>

/* So many rows show the shape of a table. */
#define ROWS 200

/* Fields in a row that are told apart. */
#define COUNTS 1024

/* In order of preference. */
static const char *const delimiters[] = { ",", ";", "\t", "|" };

typedef struct
{
  guint rows;
  guint wide;              /* rows of more than one field */
  guint counts[COUNTS];    /* rows by their number of fields */
} Shape;

static gboolean
count_row (const KdCsvRow *row,
           gpointer data)
{
  Shape *shape = data;

  shape->rows++;
  shape->wide += row->n_fields > 1;
  shape->counts[MIN (row->n_fields, COUNTS - 1)]++;
  return shape->rows < ROWS;
}

/* How regular: the share of rows with the commonest number of fields; 0 for a single column. */
static double
score (const Shape *shape,
       guint *ret_fields)
{
  guint best = 0;

  for (guint i = 2; i < COUNTS; i++)
    if (shape->counts[i] > (best > 0 ? shape->counts[best] : 0))
      best = i;
  *ret_fields = best;
  if (best == 0 || shape->rows == 0)
    return 0;
  /* Rows of one field are titles and empty lines as often as they are the table. */
  return (shape->counts[best] + 0.25 * (shape->wide - shape->counts[best])) / shape->rows;
}

const char *
kd_csv_sniff (const char *text,
              gsize n,
              const KdCsvOptions *options)
{
  const char *best = delimiters[0];
  double best_score = 0;
  guint best_fields = 0;
  const char *end;

  if (n >= 5 && g_ascii_strncasecmp (text, "sep=", 4) == 0)
    for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++)
      if (text[4] == delimiters[i][0] && (n == 5 || text[5] == '\r' || text[5] == '\n'))
        return delimiters[i];
  /* The row that the sample cuts would count wrongly. */
  end = n >= KD_CSV_SNIFF ? g_strrstr_len (text, (gssize) n, "\n") : NULL;
  if (end != NULL)
    n = (gsize) (end - text) + 1;
  for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++)
    {
      KdCsvOptions sample = *options;
      Shape shape = { 0 };
      g_autoptr (KdCsvReader) reader = NULL;
      double this_score;
      guint fields;

      sample.delimiter = delimiters[i];
      sample.skip = KD_CSV_SKIP_BLANK;
      sample.header = FALSE;
      sample.limit = 0;
      reader = kd_csv_reader_new (&sample, count_row, NULL, &shape);
      if (kd_csv_reader_feed (reader, text, n))
        kd_csv_reader_finish (reader);
      this_score = score (&shape, &fields);
      /* Of two that are as regular the one that finds more columns; "1,5" makes two of each. */
      if (this_score > best_score + 0.05
          || (this_score > best_score - 0.05 && fields > best_fields))
        {
          best = delimiters[i];
          best_score = this_score;
          best_fields = fields;
        }
    }
  return best;
}
