/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

#include "kd-csv-writer.h"
#include "kd-csv.h"

#include <string.h>

/* Names the case in the log, on one line. */
static void
show (const char *text)
{
  g_autofree char *line = g_strescape (text, NULL);
  g_test_message ("%s", line);
}

/* A table as text: cells between <>, / after each row; then the problems as code@row:column. */
static char *
describe (const KdCsvTable *table)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < table->rows->len; i++)
    {
      char **cells = g_ptr_array_index (table->rows, i);

      for (guint j = 0; cells[j] != NULL; j++)
        g_string_append_printf (out, "<%s>", cells[j]);
      g_string_append_c (out, '/');
    }
  for (guint i = 0; i < table->problems->len; i++)
    {
      const KdCsvProblem *problem = &g_array_index (table->problems, KdCsvProblem, i);

      g_string_append_printf (out, " %s@%u:%u", kd_csv_problem_to_text (problem->code) + 4,
                              (guint) problem->row, problem->column);
    }
  return g_string_free (out, FALSE);
}

/* Byte by byte must give what one piece gives. */
typedef struct
{
  GString *out;
} Bytewise;

static gboolean
add_bytewise (const KdCsvRow *row,
              gpointer data)
{
  Bytewise *bytewise = data;

  for (guint i = 0; i < row->n_fields; i++)
    g_string_append_printf (bytewise->out, "<%s>", row->fields[i].text);
  g_string_append_c (bytewise->out, '/');
  return TRUE;
}

static void
check (const char *text,
       gsize n,
       const KdCsvOptions *options,
       const char *wanted)
{
  g_autoptr (KdCsvTable) table = kd_csv_parse (text, n, options);
  g_autofree char *found = describe (table);
  Bytewise bytewise = { g_string_new (NULL) };
  g_autoptr (KdCsvReader) reader = kd_csv_reader_new (options, add_bytewise, NULL, &bytewise);

  show (text);
  g_assert_cmpstr (found, ==, wanted);
  for (gsize i = 0; i < n; i++)
    if (!kd_csv_reader_feed (reader, text + i, 1))
      break;
  kd_csv_reader_finish (reader);
  g_assert_true (g_str_has_prefix (wanted, bytewise.out->str));
  g_string_free (bytewise.out, TRUE);
}

typedef struct
{
  const char *text, *wanted;
} Pair;

static void
test_rows (void)
{
  static const Pair pairs[] = {
    { "", "" },
    { "a", "<a>/" },
    { "a,b\nc,d", "<a><b>/<c><d>/" },
    { "a,b\r\nc,d\r\n", "<a><b>/<c><d>/" },
    { "a,b\rc,d\r", "<a><b>/<c><d>/" },
    { "a,b\nc\rd,e\n", "<a><b>/<c\rd><e>/" },
    { ",", "<><>/" },
    { "a,\n,b\n", "<a><>/<><b>/" },
    { "a\n\nb", "<a>/<>/<b>/" },
    { "\"a,b\",c", "<a,b><c>/" },
    { "\"a\nb\",c", "<a\nb><c>/" },
    { "\"a\"\"b\"", "<a\"b>/" },
    { "\"\"", "<>/" },
    { "\"\"\"\"", "<\">/" },
    { "\"a\" ,b", "<a><b>/" },
    { "\"a\"  \nb", "<a>/<b>/" },
    { "a \"b\",c", "<a \"b\"><c>/" },
    { " \"a\",b", "< \"a\"><b>/" },
    { "12\" pipe,5", "<12\" pipe><5>/" },
    { " a , b ", "< a >< b >/" },
    { "\xef\xbb\xbf" "a,b", "<a><b>/" },
    { "\xef\xbb\xbf\"a\",b", "<a><b>/" },
  };
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;

  options.delimiter = ",";
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    check (pairs[i].text, strlen (pairs[i].text), &options, pairs[i].wanted);
}

static void
test_problems (void)
{
  static const Pair pairs[] = {
    { "a,\"b\nc,d", "<a><b\nc,d>/ unterminated_quote@1:2" },
    { "\"12\" pipe\",5\nx,y", "<12\" pipe><5>/<x><y>/ stray_quote@1:1" },
    { "\"a,\"b,c\"\nd", "<a,\"b,c>/<d>/ stray_quote@1:1" },
    { "a,\"b\"c\",d", "<a><b\"c><d>/ stray_quote@1:2" },
  };
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;

  options.delimiter = ",";
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    check (pairs[i].text, strlen (pairs[i].text), &options, pairs[i].wanted);
  check ("a\0b,c\0\0\nd", 9, &options, "<ab><c>/<d>/ nul@1:1");
}

static void
test_ragged (void)
{
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  const char *text = "a,b,c\n1,2\n1,2,3,4\n\n5,6,7\n";

  options.delimiter = ",";
  check (text, strlen (text), &options, "<a><b><c>/<1><2>/<1><2><3><4>/<>/<5><6><7>/");
  options.header = TRUE;
  options.skip = KD_CSV_SKIP_EMPTY;
  check (text, strlen (text), &options,
         "<a><b><c>/<1><2>/<1><2><3><4>/<5><6><7>/ too_few_fields@2:2 too_many_fields@3:4");
}

static void
test_options (void)
{
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;

  options.delimiter = ", ";
  check ("a, b,c, \"d, e\"\n", 15, &options, "<a><b,c><d, e>/");
  options.delimiter = "\xc2\xac";
  check ("a\xc2\xac" "b\xc2\xa9\n", 7, &options, "<a><b\xc2\xa9>/");
  options.delimiter = ",";
  options.comment = "#";
  check ("#x\na,#b\n#y", 10, &options, "<a><#b>/");
  options.comment = "//";
  check ("//x,\"\n/a,b", 10, &options, "</a><b>/");
  options.comment = NULL;
  options.quote = options.escape = '\'';
  check ("'a,''b''',\"c\"", 13, &options, "<a,'b'><\"c\">/");
  options.quote = '"';
  options.escape = '\\';
  check ("\"a\\\"b\",\"c\\\\\",d\\e", 16, &options, "<a\"b><c\\><d\\e>/");
  options.quote = options.escape = '\0';
  check ("\"a\",b\"", 6, &options, "<\"a\"><b\">/");
  options.quote = options.escape = '"';
  options.newline = KD_CSV_NEWLINE_CRLF;
  check ("a\nb,c\rd\r\ne", 10, &options, "<a\nb><c\rd>/<e>/");
  options.newline = KD_CSV_NEWLINE_LF;
  check ("a\r\nb", 4, &options, "<a\r>/<b>/");
  options.newline = KD_CSV_NEWLINE_CR;
  check ("a\r\nb", 4, &options, "<a>/<\nb>/");
  options.newline = KD_CSV_NEWLINE_ANY;
  options.limit = 1;
  check ("a\nb\nc", 5, &options, "<a>/");
  options.header = TRUE;
  check ("a\nb\nc", 5, &options, "<a>/<b>/");
  options.header = FALSE;
  options.limit = 0;
  options.skip = KD_CSV_SKIP_BLANK;
  check ("a\n , \n\nb", 8, &options, "<a>/<b>/");
}

static void
test_sniff (void)
{
  static const Pair pairs[] = {
    { "", "," },
    { "a", "," },
    { "a,b\n1,2\n", "," },
    { "a;b\n1,5;2,5\n3,5;4\n", ";" },
    { "a\tb\n\"x,y\"\tz, w\n", "\t" },
    { "a|b|c\n1|2|3\n", "|" },
    { "nama;harga;deskripsi\nKopi;15.000;enak, murah, halal\nTeh;5.000;segar, dingin, manis\n",
      ";" },
    { "title of the report\n\na,b,c\n1,2,3\n4,5,6\n", "," },
    { "\"a;b;c\",d\n\"e;f;g\",h\n", "," },
    { "sep=;\na,b;c\n", ";" },
  };
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (KdCsvTable) table = kd_csv_parse (pairs[i].text, strlen (pairs[i].text), &options);

      show (pairs[i].text);
      g_assert_cmpstr (table->delimiter, ==, pairs[i].wanted);
    }
  check ("sep=;\r\na,b;c\r\n", 14, &options, "<a,b><c>/");
}

static void
count_problem (const KdCsvProblem *problem,
               gpointer data)
{
  guint *counts = data;
  counts[problem->code]++;
}

static gboolean
check_last (const KdCsvRow *row,
            gpointer data)
{
  guint *counts = data;

  counts[20]++;
  counts[21] = (guint) row->number;
  return TRUE;
}

/* Rows beyond the limits are left out; the next ones come. */
static void
test_limits (void)
{
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  g_autofree char *big = g_strnfill (KD_CSV_ROW_MAX + 10, 'x');
  g_autofree char *commas = g_strnfill (KD_CSV_FIELDS_MAX, ',');
  guint counts[22] = { 0 };
  g_autoptr (KdCsvReader) reader = NULL;

  options.delimiter = ",";
  reader = kd_csv_reader_new (&options, check_last, count_problem, counts);
  kd_csv_reader_feed (reader, big, strlen (big));
  kd_csv_reader_feed (reader, "\na,b\n\"", 6);
  kd_csv_reader_feed (reader, big, strlen (big));
  kd_csv_reader_feed (reader, "\"\n", 2);
  kd_csv_reader_feed (reader, commas, strlen (commas));
  kd_csv_reader_feed (reader, "\nc", 2);
  kd_csv_reader_finish (reader);
  g_assert_cmpuint (counts[KD_CSV_ROW_TOO_LONG], ==, 3);
  g_assert_cmpuint (counts[20], ==, 2);
  g_assert_cmpuint (counts[21], ==, 5);
}

static gboolean
keep_lines (const KdCsvRow *row,
            gpointer data)
{
  g_string_append_printf (data, "%u:%u ", (guint) row->number, (guint) row->line);
  return TRUE;
}

static void
test_numbering (void)
{
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (KdCsvReader) reader = NULL;
  const char *text = "a\n\"b\nb\"\n#c\n\nd\n";

  options.delimiter = ",";
  options.comment = "#";
  options.skip = KD_CSV_SKIP_EMPTY;
  reader = kd_csv_reader_new (&options, keep_lines, NULL, out);
  kd_csv_reader_feed (reader, text, strlen (text));
  kd_csv_reader_finish (reader);
  g_assert_cmpstr (out->str, ==, "1:1 2:2 5:6 ");
}

static void
test_writer (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (KdCsvWriter) writer = kd_csv_writer_new (out, ',', TRUE);
  static const char *const texts[] = { "a", "b,c", "d\"e", "f\ng", " h", "", "=1+1", "-5", "@x",
                                       "+y", "\tz", "'=q", "'plain", "x=1" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    kd_csv_writer_add_text (writer, texts[i]);
  kd_csv_writer_add_plain (writer, "-5");
  kd_csv_writer_add_plain (writer, "+62812");
  kd_csv_writer_add_plain (writer, NULL);
  kd_csv_writer_end_row (writer);
  kd_csv_writer_add_text (writer, NULL);
  kd_csv_writer_end_row (writer);
  g_assert_cmpstr (out->str, ==,
                   "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",,'=1+1,'-5,'@x,'+y,\"'\tz\",''=q,'plain,"
                   "x=1,-5,+62812,\r\n\"\"\r\n");
}

/* What is written and read again is what it was, guarded or not. */
static void
test_round_trip (void)
{
  static const char pieces[][6] = { "a", ",", ";", "\"", "'", "=", "+", "-", "@", "\t", "\r", "\n",
                                    " ", "\r\n", "é", "|" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 300; i++)
    {
      gboolean guard = i % 2 == 0;
      char delimiter = ",;\t|"[i % 4];
      char text_delimiter[2] = { delimiter, '\0' };
      KdCsvOptions options = KD_CSV_OPTIONS_INIT;
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (KdCsvWriter) writer = kd_csv_writer_new (out, delimiter, guard);
      g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (KdCsvTable) table = NULL;

      for (guint j = 0; j < 20; j++)
        {
          GString *cell = g_string_new (NULL);
          guint n = (guint) g_rand_int_range (rand, 0, 6);

          while (n-- > 0)
            g_string_append (cell, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
          kd_csv_writer_add_text (writer, cell->str);
          if (j % 4 == 3)
            kd_csv_writer_end_row (writer);
          g_ptr_array_add (cells, g_string_free (cell, FALSE));
        }
      options.delimiter = text_delimiter;
      table = kd_csv_parse (out->str, out->len, &options);
      g_assert_cmpuint (table->rows->len, ==, 5);
      g_assert_cmpuint (table->problems->len, ==, 0);
      for (guint j = 0; j < 20; j++)
        {
          char **row = g_ptr_array_index (table->rows, j / 4);
          const char *cell = guard ? kd_csv_unguard (row[j % 4]) : row[j % 4];

          g_assert_cmpstr (cell, ==, g_ptr_array_index (cells, j));
        }
    }
}

static gboolean
count_cells (const KdCsvRow *row,
             gpointer data)
{
  *(guint *) data += row->n_fields;
  return TRUE;
}

/* Not a measurement, but a parser that copies everything once too often is seen here. */
static void
test_speed (void)
{
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  g_autoptr (GString) text = g_string_new ("id,sku,name,price,stock,description\n");
  g_autoptr (KdCsvReader) reader = NULL;
  guint cells = 0;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text,
                            "%u,SKU-%06u,\"Kopi Gayo, %u g\",%u,%u,\"Biji kopi pilihan dari "
                            "dataran tinggi; \"\"single origin\"\", dipanggang setiap minggu. Cocok "
                            "untuk seduh manual, espresso, dan kopi susu. Simpan di tempat sejuk, "
                            "habiskan dalam waktu tiga bulan setelah dibuka untuk rasa terbaik.\"\n",
                            i, i, i, i * 100, i % 50);
  reader = kd_csv_reader_new (&options, count_cells, NULL, &cells);
  g_test_timer_start ();
  kd_csv_reader_feed (reader, text->str, text->len);
  kd_csv_reader_finish (reader);
  g_test_timer_elapsed ();
  g_test_minimized_result (g_test_timer_last (), "%u MB in %.3f s", (guint) (text->len >> 20),
                           g_test_timer_last ());
  g_assert_cmpuint (cells, ==, 100001 * 6);
  g_assert_cmpfloat (g_test_timer_last (), <, 5);
}

void
kd_test_add_csv (void)
{
  g_test_add_func ("/csv/rows", test_rows);
  g_test_add_func ("/csv/problems", test_problems);
  g_test_add_func ("/csv/ragged", test_ragged);
  g_test_add_func ("/csv/options", test_options);
  g_test_add_func ("/csv/sniff", test_sniff);
  g_test_add_func ("/csv/limits", test_limits);
  g_test_add_func ("/csv/numbering", test_numbering);
  g_test_add_func ("/csv/writer", test_writer);
  g_test_add_func ("/csv/round-trip", test_round_trip);
  g_test_add_func ("/csv/speed", test_speed);
}
