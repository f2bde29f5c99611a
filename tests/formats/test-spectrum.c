/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

#include "kd-csv.h"
#include "kd-decode.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Their answers have the line ends of another computer. */
static void
assert_same (const char *cell,
             const char *wanted)
{
  g_auto (GStrv) lines = g_strsplit (wanted, "\r\n", -1);
  g_autofree char *plain = g_strjoinv ("\n", lines);
  g_auto (GStrv) cell_lines = g_strsplit (cell, "\r\n", -1);
  g_autofree char *plain_cell = g_strjoinv ("\n", cell_lines);

  g_assert_cmpstr (plain_cell, ==, plain);
}

static char *
read_text (const char *path,
           gsize *ret_n)
{
  g_autofree char *bytes = NULL;
  gsize n;
  GString *text;

  if (!g_file_get_contents (path, &bytes, &n, NULL))
    return NULL;
  text = kd_decode (bytes, n, NULL, NULL, NULL);
  *ret_n = text->len;
  return g_string_free (text, FALSE);
}

/* Rows as objects by the first one's names. */
static void
compare (const KdCsvTable *table,
         gboolean values,
         JsonNode *wanted)
{
  g_autoptr (JsonArray) single = json_array_new ();
  JsonArray *objects = single;
  char **names = g_ptr_array_index (table->rows, 0);

  if (JSON_NODE_HOLDS_ARRAY (wanted))
    objects = json_node_get_array (wanted);
  else
    json_array_add_object_element (single, json_node_dup_object (wanted));
  g_assert_cmpuint (table->rows->len - 1, ==, json_array_get_length (objects));
  g_assert_cmpuint (table->problems->len, ==, 0);
  for (guint i = 1; i < table->rows->len; i++)
    {
      char **cells = g_ptr_array_index (table->rows, i);
      JsonObject *object = json_array_get_object_element (objects, i - 1);

      g_assert_cmpuint (json_object_get_size (object), ==, g_strv_length (cells));
      for (guint j = 0; cells[j] != NULL; j++)
        if (values)
          assert_same (cells[j], json_object_get_string_member (object, names[j]));
        else
          g_assert_true (json_object_has_member (object, names[j]));
    }
}

/* The tables that parsers are compared with, where they lie beside the project. */
static void
test_spectrum (void)
{
  const char *shared = g_getenv ("KD_TEST_SHARED");
  g_autofree char *folder = g_build_filename (shared != NULL ? shared : "", "data", "csv",
                                              "spectrum", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  if (dir == NULL)
    {
      g_test_skip ("the tables of csv-spectrum are not beside the project");
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      KdCsvOptions options = KD_CSV_OPTIONS_INIT;
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      g_autofree char *wanted = NULL;
      g_autoptr (KdCsvTable) table = NULL;
      g_autoptr (JsonParser) parser = json_parser_new ();
      gsize n;

      if (!g_str_has_suffix (name, ".csv"))
        continue;
      g_test_message ("%s", name);
      text = read_text (path, &n);
      options.header = TRUE;
      table = kd_csv_parse (text, n, &options);
      memcpy (path + strlen (path) - 4, ".jso", 4);
      {
        g_autofree char *json_path = g_strconcat (path, "n", NULL);
        wanted = read_text (json_path, &n);
      }
      g_assert_true (json_parser_load_from_data (parser, wanted, (gssize) n, NULL));
      /* The answer to this one holds another phone number than the table. */
      compare (table, strcmp (name, "location_coordinates.csv") != 0,
               json_parser_get_root (parser));
      count++;
    }
  g_assert_cmpuint (count, >=, 10);
}

static gboolean
count_row (const KdCsvRow *row,
           gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

static void
refuse_problem (const KdCsvProblem *problem,
                gpointer data)
{
  g_test_message ("row %u: %s", (guint) problem->row, kd_csv_problem_to_text (problem->code));
  g_test_fail ();
}

/* Exports of other systems, read without a complaint. */
static void
test_catalogs (void)
{
  static const struct
  {
    const char *path;
    const char *delimiter;
  } files[] = {
    { "woocommerce/sample_products.csv", "," }, { "woocommerce/template_physical.csv", "," },
    { "woocommerce/template_variable.csv", "," }, { "shopify/partners_apparel.csv", "," },
    { "shopify/levinmejia_Fashion.csv", "," }, { "medusa/exported-products-comma.csv", "," },
    { "medusa/exported-products-semicolon.csv", ";" }, { "spree/products.csv", "," },
  };
  const char *shared = g_getenv ("KD_TEST_SHARED");
  guint found = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (shared != NULL ? shared : "", "data", "catalog",
                                                files[i].path, NULL);
      KdCsvOptions options = KD_CSV_OPTIONS_INIT;
      g_autoptr (KdCsvReader) reader = NULL;
      g_autofree char *text = NULL;
      guint rows = 0;
      gsize n;

      text = read_text (path, &n);
      if (text == NULL)
        continue;
      g_test_message ("%s", files[i].path);
      found++;
      options.header = TRUE;
      options.skip = KD_CSV_SKIP_BLANK;
      reader = kd_csv_reader_new (&options, count_row, refuse_problem, &rows);
      kd_csv_reader_feed (reader, text, n);
      kd_csv_reader_finish (reader);
      g_assert_cmpstr (kd_csv_reader_get_delimiter (reader), ==, files[i].delimiter);
      g_assert_cmpuint (rows, >, 1);
    }
  if (found == 0)
    g_test_skip ("the exports of other systems are not beside the project");
}

void
kd_test_add_spectrum (void)
{
  g_test_add_func ("/spectrum/tables", test_spectrum);
  g_test_add_func ("/spectrum/catalogs", test_catalogs);
}
