/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

#include "kd-number-guess.h"

#include <string.h>

typedef struct
{
  const char *cells; /* between | */
  char hint;
  char decimal, group;
  gboolean ambiguous;
  guint conflicts;
} Column;

static KdNumberForm
guess (const char *cells,
       char hint)
{
  g_auto (GStrv) each = g_strsplit (cells, "|", -1);
  KdNumberGuess so_far = { 0 };

  for (guint i = 0; each[i] != NULL; i++)
    kd_number_guess_add (&so_far, each[i]);
  return kd_number_guess_end (&so_far, hint);
}

static void
test_columns (void)
{
  static const Column columns[] = {
    { "", 0, '.', 0, FALSE, 0 },
    { "15000|2500|0", 0, '.', 0, FALSE, 0 },
    { "1.250.000|15.000", 0, ',', '.', FALSE, 0 },
    { "1,250,000.50|15,000", 0, '.', ',', FALSE, 0 },
    { "1.250.000,50", 0, ',', '.', FALSE, 0 },
    { "11.05|9.99", 0, '.', ',', FALSE, 0 },
    { "11,05|15.000", 0, ',', '.', FALSE, 0 },
    { "15.000|2.500", 0, ',', '.', TRUE, 0 },
    { "15,000|2,500", 0, '.', ',', TRUE, 0 },
    { "15.000|2.500", '.', '.', ',', FALSE, 0 },
    { "15.000|0.5", 0, '.', ',', FALSE, 0 },
    { "0.250", 0, '.', ',', FALSE, 0 },
    { "1250.000", 0, '.', ',', FALSE, 0 },
    { ".5|15.000", 0, '.', ',', FALSE, 0 },
    { "1 250 000,50|15 000", 0, ',', ' ', FALSE, 0 },
    { "1\xc2\xa0" "250|3", 0, '.', ' ', FALSE, 0 },
    { "1'250'000.50", 0, '.', '\'', FALSE, 0 },
    { "12,50,000|3", 0, '.', ',', FALSE, 0 },
    { "Rp 15.000,-|Rp1.250.000", 0, ',', '.', FALSE, 0 },
    { "1.250.000|1,250,000.50", 0, '.', 0, TRUE, 1 },
    { "1.250.000|2.250.000|1,250,000.50", 0, ',', '.', FALSE, 1 },
    { "1.2.3|kopi", 0, '.', 0, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      KdNumberForm form = guess (columns[i].cells, columns[i].hint);

      g_test_message ("%s", columns[i].cells);
      g_assert_cmpint (form.decimal, ==, columns[i].decimal);
      if (columns[i].group != 0)
        g_assert_cmpint (form.group, ==, columns[i].group);
      g_assert_cmpint (form.ambiguous, ==, columns[i].ambiguous);
      g_assert_cmpuint (form.conflicts, ==, columns[i].conflicts);
    }
}

typedef struct
{
  const char *cell;
  char decimal;
  int digits;
  gint64 value;
  const char *mark;
  const char *code; /* NULL: it is a number */
} Parse;

static void
test_cells (void)
{
  static const Parse cells[] = {
    { "1.250.000", ',', 0, 1250000, "", NULL },
    { "1,250,000.50", '.', 2, 125000050, "", NULL },
    { "1250000", '.', 0, 1250000, "", NULL },
    { "11.05", '.', 2, 1105, "", NULL },
    { "11.05", '.', 0, 0, "", "money.decimals" },
    { "11.00", '.', 0, 11, "", NULL },
    { "15.000", ',', 0, 15000, "", NULL },
    { "15.000", '.', 3, 15000, "", NULL },
    { "15.", '.', 0, 15, "", NULL },
    { ".5", '.', 2, 50, "", NULL },
    { "-5", '.', 0, -5, "", NULL },
    { "5-", '.', 0, -5, "", NULL },
    { "(1.500)", ',', 0, -1500, "", NULL },
    { "\xe2\x88\x92" "5", '.', 0, -5, "", NULL },
    { "+5", '.', 0, 5, "", NULL },
    { "Rp 15.000,-", ',', 0, 15000, "Rp", NULL },
    { "Rp. 15.000,00", ',', 0, 15000, "Rp", NULL },
    { "12.50 USD", '.', 2, 1250, "USD", NULL },
    { "$12.50", '.', 2, 1250, "$", NULL },
    { "€ 1\xe2\x80\xaf" "250,5", ',', 2, 125050, "€", NULL },
    { " 7 ", '.', 0, 7, "", NULL },
    { "12,50,000", '.', 0, 1250000, "", NULL },
    { "10%", '.', 0, 10, "%", NULL },
    { "", '.', 0, 0, "", "number.empty" },
    { " \xc2\xa0", '.', 0, 0, "", "number.empty" },
    { "kopi", '.', 0, 0, "", "number.syntax" },
    { "1.250.000", '.', 0, 0, "", "number.syntax" },
    { "1,250,000.50", ',', 2, 0, "", "number.syntax" },
    { "1,2,3", '.', 0, 0, "", "number.syntax" },
    { "12,34", '.', 0, 0, "", "number.syntax" },
    { "1e5", '.', 0, 0, "", "number.syntax" },
    { "--5", '.', 0, 0, "", "number.syntax" },
    { "5 6 7", '.', 0, 0, "", "number.syntax" },
    { "2024-05-01", '.', 0, 0, "", "number.syntax" },
    { "=1+1", '.', 0, 0, "", "number.syntax" },
    { "99999999999999999999", '.', 0, 0, "", "number.range" },
    { "9223372036854775807", '.', 2, 0, "", "number.range" },
    { "lima belas ribu rupiah 15", '.', 0, 0, "", "number.syntax" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      KdNumberForm form = { .decimal = cells[i].decimal };
      char mark[KD_NUMBER_MARK_MAX + 1];
      const char *code = NULL;
      gint64 value = 0;
      gboolean good = kd_number_parse_money (cells[i].cell, &form, cells[i].digits, &value, mark,
                                             &code);

      g_test_message ("%s: %s", cells[i].cell, code != NULL ? code : "");
      g_assert_cmpstr (good ? NULL : code, ==, cells[i].code);
      if (good)
        {
          g_assert_cmpint (value, ==, cells[i].value);
          g_assert_cmpstr (mark, ==, cells[i].mark);
        }
    }
}

static void
test_plain (void)
{
  const char *code;
  gint64 value;

  g_assert_true (kd_number_parse ("1.5", NULL, 3, &value, NULL, &code));
  g_assert_cmpint (value, ==, 1500);
  g_assert_false (kd_number_parse ("1,500", NULL, 3, &value, NULL, &code));
  g_assert_false (kd_number_parse ("1.2345", NULL, 3, &value, NULL, &code));
  g_assert_cmpstr (code, ==, "number.decimals");
}

void
kd_test_add_numbers (void)
{
  g_test_add_func ("/numbers/columns", test_columns);
  g_test_add_func ("/numbers/cells", test_cells);
  g_test_add_func ("/numbers/plain", test_plain);
}
