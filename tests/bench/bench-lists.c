/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-bench.h"

#include "kd-profile.h"
#include "kd-sql.h"
#include "kd-window-model.h"

#include <stdlib.h>
#include <sys/resource.h>

/* bench-lists DATA: the catalog's list of a big shop, through the model that the window shows: from a
 * key press in the search to rows with their values, and each page of a scroll from end to end. */

#define SHOWN 20                /* rows in view */
#define PAGE 64
#define QUERIES 60
#define PATIENCE_S 60

/* ---- what is measured beside it: SQLite alone ---- */

typedef struct
{
  const char *sql;
  const char *text;
  gint64 rid;
} Ask;

static gpointer
run_sql (KdStore *store,
         KdSqlConnection *connection,
         gpointer data,
         GError **error)
{
  const Ask *ask = data;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, ask->sql, error);
  double begin = kd_bench_now ();
  double *took = g_new0 (double, 1);

  if (read == NULL)
    g_error ("%s", (*error)->message);
  if (ask->text != NULL)
    kd_sql_bind_text (read, 1, ask->text);
  else
    kd_sql_bind_int64 (read, 1, ask->rid);
  while (kd_sql_step (read, error) == KD_SQL_ROW)
    ;
  *took = kd_bench_now () - begin;
  return took;
}

static double
time_sql (KdStore *store,
          Ask *ask)
{
  g_autoptr (GError) error = NULL;
  g_autofree double *took = kd_store_read (store, run_sql, ask, &error);

  if (took == NULL)
    g_error ("%s", error->message);
  return *took;
}

/* ---- the model ---- */

static gboolean
wake_cb (gpointer data)
{
  g_error ("waited %d s for rows", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

/* Until the first rows in view have their values. */
static void
wait_rows (KdWindowModel *model,
           guint position,
           guint n)
{
  GListModel *list = G_LIST_MODEL (model);
  guint timer = g_timeout_add_seconds (PATIENCE_S, wake_cb, NULL);
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);

  for (;;)
    {
      guint end = MIN (position + n, g_list_model_get_n_items (list));
      gboolean loaded = !kd_window_model_is_loading (model);

      g_ptr_array_set_size (held, 0);
      for (guint i = position; i < end; i++)
        {
          KdItem *item = g_list_model_get_item (list, i);

          g_ptr_array_add (held, item);
          loaded &= kd_item_is_loaded (item);
        }
      if (loaded)
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
}

static void
wait_complete (KdWindowModel *model)
{
  while (!kd_window_model_is_complete (model))
    g_main_context_iteration (NULL, TRUE);
}

static void
type (KdWindowModel *model,
      KdStore *store,
      const char *text,
      GArray *times,
      GArray *references)
{
  for (const char *end = text; *end != '\0';)
    {
      g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
      g_autofree char *match = NULL;
      double begin, took;
      Ask ask = { "SELECT rowid FROM product_fts WHERE product_fts MATCH ?1 ORDER BY rowid DESC LIMIT 50" };

      end++;
      query->search = g_strndup (text, (gsize) (end - text));
      begin = kd_bench_now ();
      kd_window_model_set_query (model, query);
      wait_rows (model, 0, SHOWN);
      took = kd_bench_now () - begin;
      g_array_append_val (times, took);
      g_debug ("%s: %.1f ms", query->search, took * 1000);
      wait_complete (model);
      match = g_strdup_printf ("\"%s\"*", query->search);
      ask.text = match;
      took = time_sql (store, &ask);
      g_array_append_val (references, took);
    }
}

static void
say (const char *name,
     GArray *times,
     GArray *references,
     const char *what,
     double cpu)
{
  double p99 = kd_bench_at (times, 0.99);
  g_autofree char *more = g_strdup_printf ("\"p50\":%.3f,\"max\":%.3f,\"cpu\":%.3f,\"ratio_p50\":%.3g",
                                           kd_bench_at (times, 0.5) * 1000, kd_bench_at (times, 1) * 1000,
                                           cpu / times->len * 1000,
                                           kd_bench_at (times, 0.5) / kd_bench_at (references, 0.5));

  kd_bench_say (&(KdBenchFigure){ .name = name, .figure = p99 * 1000, .unit = "ms p99", .what = what,
                                  .reference = kd_bench_at (references, 0.99) * 1000,
                                  .ratio = p99 / kd_bench_at (references, 0.99), .reach = "<= 16 ms", .n = times->len,
                                  .more = more });
}

static void
measure_search (KdWindowModel *model,
                KdStore *store)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) references = g_array_new (FALSE, FALSE, sizeof (double));
  KdRandom random = KD_RANDOM (21);
  double cpu = kd_bench_cpu (RUSAGE_SELF);

  for (guint i = 0; i < QUERIES; i++)
    {
      g_autofree char *name = kd_bench_product_name (kd_random_below (&random, 100000));
      g_autofree char *sku = g_strdup_printf ("SKU-%06u", kd_random_below (&random, 100000));

      type (model, store, i % 4 == 3 ? sku : name, times, references);
    }
  cpu = kd_bench_cpu (RUSAGE_SELF) - cpu;
  say ("search.products", times, references, "the newest 50 of the same words from FTS5 alone", cpu);
}

static void
measure_scroll (KdWindowModel *model,
                KdStore *store)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) references = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  guint n;
  double cpu;

  kd_window_model_set_query (model, query);
  wait_rows (model, 0, SHOWN);
  wait_complete (model);
  n = g_list_model_get_n_items (G_LIST_MODEL (model));
  cpu = kd_bench_cpu (RUSAGE_SELF);
  for (guint at = 0; at < n; at += PAGE)
    {
      double begin = kd_bench_now (), took;

      wait_rows (model, at, PAGE);
      took = kd_bench_now () - begin;
      g_array_append_val (times, took);
    }
  cpu = kd_bench_cpu (RUSAGE_SELF) - cpu;
  for (guint at = 0; at < n; at += PAGE)
    {
      double sum = 0;

      for (guint i = at; i < MIN (n, at + PAGE); i++)
        {
          Ask ask = { "SELECT * FROM product WHERE rid=?1", NULL, kd_window_model_get_rid (model, i) };
          sum += time_sql (store, &ask);
        }
      g_array_append_val (references, sum);
    }
  say ("scroll.products", times, references, "the same rows of one table from SQLite alone", cpu);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdProfile) profile = argc == 2 ? kd_profile_find (argv[1], NULL, &error) : NULL;
  g_autoptr (KdStore) store = profile != NULL ? kd_profile_open_store (profile, KD_STORE_DEFAULT, &error) : NULL;
  g_autoptr (KdSession) session = NULL;
  g_autoptr (KdListQuery) query = NULL;
  g_autoptr (KdWindowModel) model = NULL;
  double begin = kd_bench_now ();

  if (store == NULL)
    {
      g_printerr ("bench-lists: %s\n", error != NULL ? error->message : "needs the folder of a shop");
      return EXIT_FAILURE;
    }
  session = kd_session_new (store);
  query = kd_list_query_new (KD_LIST_PRODUCTS);
  begin = kd_bench_now ();
  model = kd_window_model_new (session, query);
  wait_rows (model, 0, SHOWN);
  kd_bench_say (&(KdBenchFigure){ .name = "list.first-rows", .figure = (kd_bench_now () - begin) * 1000, .unit = "ms" });
  wait_complete (model);
  kd_bench_say (&(KdBenchFigure){ .name = "list.whole", .figure = (kd_bench_now () - begin) * 1000, .unit = "ms",
                                  .n = g_list_model_get_n_items (G_LIST_MODEL (model)) });
  measure_search (model, store);
  measure_scroll (model, store);
  g_clear_object (&model);
  kd_session_close (session);
  kd_store_close (store);
  return EXIT_SUCCESS;
}
