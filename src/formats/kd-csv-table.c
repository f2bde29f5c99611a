/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-csv.h"

static gboolean
add_row (const KdCsvRow *row,
         gpointer data)
{
  KdCsvTable *table = data;
  char **cells = g_new0 (char *, row->n_fields + 1);

  for (guint i = 0; i < row->n_fields; i++)
    cells[i] = g_strndup (row->fields[i].text, row->fields[i].length);
  g_ptr_array_add (table->rows, cells);
  return TRUE;
}

static void
add_problem (const KdCsvProblem *problem,
             gpointer data)
{
  KdCsvTable *table = data;

  g_array_append_val (table->problems, *problem);
}

KdCsvTable *
kd_csv_parse (const char *text,
              gsize n,
              const KdCsvOptions *options)
{
  KdCsvTable *table = g_new0 (KdCsvTable, 1);
  g_autoptr (KdCsvReader) reader = NULL;

  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->problems = g_array_new (FALSE, FALSE, sizeof (KdCsvProblem));
  reader = kd_csv_reader_new (options, add_row, add_problem, table);
  kd_csv_reader_feed (reader, text, n);
  kd_csv_reader_finish (reader);
  table->delimiter = g_strdup (kd_csv_reader_get_delimiter (reader));
  table->bom = kd_csv_reader_had_bom (reader);
  return table;
}

void
kd_csv_table_free (KdCsvTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->rows);
  g_array_unref (table->problems);
  g_free (table->delimiter);
  g_free (table);
}
