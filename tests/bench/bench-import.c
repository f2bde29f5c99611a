/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-bench.h"
#include "kd-import-run.h"
#include "kd-test-store.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A file of products, from the disk to committed and searchable, beside what `sqlite3 .import` takes
 * for the same file into a table with the same indexes and one rebuild of a full text index. */

#define PRODUCTS 100000
#define ROUNDS 3

static const char *const places[] = { "Makanan > Kopi", "Makanan > Teh", "Pakaian > Pria", "Pakaian > Wanita", "Rumah Tangga",
                                      "Elektronik > Aksesoris" };

static char *
write_file (const char *folder,
            guint n)
{
  char *path = g_build_filename (folder, "products.csv", NULL);
  g_autoptr (GString) text = g_string_new ("SKU,Name,Price,Stock,Category,Weight (g),Brand,Tags\n");
  KdRandom random = KD_RANDOM (7);
  GError *error = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "SKU-%06u,%s %s %s %u,%u,%u,%s,%u,%s,\"%s, %s\"\n", i, KD_BENCH_PICK (&random, kd_bench_goods),
                            KD_BENCH_PICK (&random, kd_bench_sorts), KD_BENCH_PICK (&random, kd_bench_towns), i, (kd_random_below (&random, 895) + 5) * 500,
                            kd_random_below (&random, 200), KD_BENCH_PICK (&random, places), kd_random_below (&random, 1950) + 50,
                            KD_BENCH_PICK (&random, kd_bench_towns), KD_BENCH_PICK (&random, kd_bench_goods), KD_BENCH_PICK (&random, kd_bench_sorts));
  if (!g_file_set_contents (path, text->str, (gssize) text->len, &error))
    g_critical ("%s", error->message);
  return path;
}

static double
peak_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");
  return line != NULL ? (double) g_ascii_strtoull (line + 6, NULL, 10) / 1024 : 0;
}

/* The highest mark is set back to what is in use now. */
static void
forget_peak (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}

static double peak;
static double cpu_import, cpu_reference;

static double
run_reference (const char *folder,
               const char *file)
{
  g_autofree char *path = g_build_filename (folder, "reference.db", NULL);
  g_autofree char *script = g_strdup_printf (
    "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n"
    "CREATE TABLE p(sku TEXT, name TEXT, price INTEGER, stock INTEGER, category TEXT, weight INTEGER, brand TEXT, tags TEXT);\n"
    "CREATE UNIQUE INDEX p_sku ON p(sku);\nCREATE INDEX p_name ON p(name);\nCREATE INDEX p_category ON p(category);\n"
    "CREATE VIRTUAL TABLE f USING fts5(sku, name, tags, content='p', tokenize='unicode61 remove_diacritics 2', prefix='2 3');\n"
    ".mode csv\n.import --skip 1 %s p\nINSERT INTO f(f) VALUES('rebuild');\n", file);
  g_autoptr (GSubprocess) child = NULL;
  gint64 begin;
  GError *error = NULL;

  g_unlink (path);
  cpu_reference -= kd_bench_cpu (RUSAGE_CHILDREN);
  begin = g_get_monotonic_time ();
  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "sqlite3", path, NULL);
  if (child == NULL || !g_subprocess_communicate_utf8 (child, script, NULL, NULL, NULL, &error))
    g_critical ("sqlite3: %s", error->message);
  cpu_reference += kd_bench_cpu (RUSAGE_CHILDREN);
  return (double) (g_get_monotonic_time () - begin) / 1e6;
}

/* As the program has it: ids made a while apart stand apart. */
static gint64
real_clock (gpointer data)
{
  return g_get_real_time () / 1000;
}

static void
random_bytes (gpointer data,
              guint8 *bytes,
              gsize n)
{
  KdRandom *random = data;

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) kd_random_next (random);
}

static void
undone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_store_undo_finish (KD_STORE (source), result, &error);

  if (commit == NULL)
    g_critical ("undo: %s", error->message);
  *(gboolean *) data = TRUE;
}

/* The same file again, which changes nothing; then all of it taken back. */
static void
run_more (KdStore *store,
          const char *file,
          guint n,
          double *ret_again,
          double *ret_undo)
{
  g_autoptr (KdImport) import = kd_import_open (store, file, NULL, NULL);
  g_autoptr (KdImportResult) result = NULL;
  gint64 begin = g_get_monotonic_time ();
  gboolean done = FALSE;

  result = kd_import_run (import, NULL, NULL, NULL, NULL);
  if (result == NULL || result->report->counts.skipped != n)
    g_critical ("the second import changed something");
  *ret_again = (double) (g_get_monotonic_time () - begin) / 1e6;
  begin = g_get_monotonic_time ();
  kd_store_undo_async (store, NULL, NULL, undone_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  *ret_undo = (double) (g_get_monotonic_time () - begin) / 1e6;
}

static double
run_import (const char *file,
            guint n,
            double *ret_again,
            double *ret_undo)
{
  g_autoptr (KdTestStore) self = kd_test_store_new_threaded (1);
  g_autoptr (KdStore) store = NULL;
  g_autoptr (KdImport) import = NULL;
  g_autoptr (KdImportResult) result = NULL;
  KdRandom random = KD_RANDOM (3);
  GError *error = NULL;
  gint64 begin;
  double took;

  kd_test_store_close (self);
  store = kd_store_open (self->path, 0, real_clock, NULL, random_bytes, &random, &error);
  forget_peak ();
  begin = g_get_monotonic_time ();
  cpu_import -= kd_bench_cpu (RUSAGE_SELF);
  if (store != NULL)
    import = kd_import_open (store, file, NULL, &error);
  if (import != NULL)
    result = kd_import_run (import, NULL, NULL, NULL, &error);
  took = (double) (g_get_monotonic_time () - begin) / 1e6;
  cpu_import += kd_bench_cpu (RUSAGE_SELF);
  /* of a fresh process; later rounds inherit what the first one left */
  if (peak == 0)
    peak = peak_memory ();
  if (result == NULL || result->report->counts.created != n)
    g_critical ("import: %s", error != NULL ? error->message : "not all rows came in");
  g_clear_object (&import);
  if (store == NULL)
    return took;
  if (ret_undo != NULL)
    run_more (store, file, n, ret_again, ret_undo);
  kd_store_close (store);
  return took;
}

/* For who measures more of an import: the file, and what the reference takes for it. */
static int
say_reference (const char *folder,
               guint n)
{
  g_autofree char *file = write_file (folder, n);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < ROUNDS; i++)
    {
      double took = run_reference (folder, file);
      g_array_append_val (times, took);
    }
  g_print ("{\"file\":\"%s\",\"took\":%.3f}\n", file, kd_bench_at (times, 0.5));
  return EXIT_SUCCESS;
}

static void
say_all (GArray *imports,
         GArray *references,
         double again,
         double undo,
         guint n)
{
  double figure = kd_bench_at (imports, 0.5), reference = kd_bench_at (references, 0.5);
  const char *what = "sqlite3 .import and one FTS5 rebuild";
  g_autofree char *more = g_strdup_printf ("\"cpu\":%.3f,\"cpu_ratio\":%.2f,\"rounds\":%u", cpu_import / imports->len,
                                           cpu_import / cpu_reference, imports->len);

  kd_bench_say (&(KdBenchFigure){ .name = "import.products", .figure = figure, .unit = "s", .what = what, .reference = reference,
                                  .ratio = figure / reference, .reach = "<= 4x", .n = n, .more = more });
  kd_bench_say (&(KdBenchFigure){ .name = "import.memory", .figure = peak, .unit = "MB", .reach = "<= 100 MB", .n = n });
  kd_bench_say (&(KdBenchFigure){ .name = "import.again", .figure = again, .unit = "s", .what = what, .reference = reference,
                                  .ratio = again / reference, .n = n });
  kd_bench_say (&(KdBenchFigure){ .name = "import.undo", .figure = undo, .unit = "s", .what = what, .reference = reference,
                                  .ratio = undo / reference, .n = n });
}

/* bench-import [PRODUCTS [ROUNDS [--alone]]]: --alone leaves out the second import and the undo. */
int
main (int argc,
      char **argv)
{
  gboolean told = argc == 4 && g_str_equal (argv[1], "--reference");
  guint n = told || argc > 1 ? (guint) g_ascii_strtoull (argv[told ? 3 : 1], NULL, 10) : PRODUCTS;
  guint rounds = !told && argc >= 3 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : ROUNDS;
  g_autofree char *folder = NULL, *file = NULL;
  g_autoptr (GArray) references = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) imports = g_array_new (FALSE, FALSE, sizeof (double));
  double again = 0, undo = 0;
  const char *remove[] = { "rm", "-rf", NULL, NULL };
  int status = EXIT_FAILURE;

  if (told)
    return say_reference (argv[2], n);
  remove[2] = folder = g_dir_make_tmp ("kedai-bench-XXXXXX", NULL);
  file = write_file (folder, n);
  for (guint i = 0; i < rounds; i++)
    {
      double took = run_import (file, n, &again, argc == 4 ? NULL : &undo);

      g_array_append_val (imports, took);
      took = run_reference (folder, file);
      g_array_append_val (references, took);
    }
  say_all (imports, references, again, undo, n);
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL);
  return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
