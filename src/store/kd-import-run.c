/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-run-private.h"

#include "kd-mutation-private.h"
#include "kd-store-private.h"

#include <string.h>

/* The run: this thread reads, parses and plans; the writer commits one chunk meanwhile. Only one is
 * ever under way, so what a person types waits for one chunk at most. */

#define CHUNK_PRODUCTS KD_CHUNK_PRODUCTS_MAX
#define CHUNK_BYTES (248 * 1024)
#define COMMIT_CHUNKS 2 /* mutations of one transaction: what a person types waits for that at most */
#define LABEL "Import %s"
#define LONG_ROWS 5000  /* from here on the catalog's order by name is indexed once, at the end */

/* What one transaction writes, on its way. */
typedef struct
{
  KdImport *import;
  GPtrArray *calls;             /* of KdCall: the chunks */
  GHashTable *rows;             /* product's id -> its row and whether it is new */
  KdImportState state;          /* as it is once this is written */
  guint first_problem;
  KdCommit *commit;
  KdImportStateKind kind;
  gboolean is_long;             /* one of many */
} Chunk;

typedef struct
{
  guint64 row;
  gboolean created;
} ChunkRow;

typedef struct
{
  KdImport *import;
  gboolean dry;
  GCancellable *cancellable;
  KdImportProgressFunc progress;
  gpointer progress_data;
  GMainContext *report_to;      /* (nullable): NULL calls at once */
  gint64 last_progress;
  KdImportProgress now;
  gboolean second;              /* reading */

  KdImportRows *rows;
  KdImportPlan *plan;
  GMainContext *context;        /* this thread's own */
  KdId operation;
  Chunk *chunk;                 /* being filled */
  gsize bytes;
  gboolean waiting;             /* one is being written */
  guint64 written;              /* chunks */
  guint saved_problems;
  KdImportCounts committed;
  GError *error;
} Run;

void
kd_import_result_free (KdImportResult *result)
{
  if (result == NULL)
    return;
  g_clear_pointer (&result->report, kd_import_report_free);
  g_free (result);
}

/* ---- progress ---- */

typedef struct
{
  KdImport *import;
  KdImportProgress progress;
  KdImportProgressFunc func;
  gpointer data;
} Told;

static void
told_free (gpointer data)
{
  g_object_unref (((Told *) data)->import);
  g_free (data);
}

static gboolean
tell_cb (gpointer data)
{
  Told *told = data;

  told->func (told->import, &told->progress, told->data);
  return G_SOURCE_REMOVE;
}

static void
tell (Run *run,
      gboolean at_once)
{
  gint64 now = g_get_monotonic_time ();
  GSource *source;
  Told *told;

  if (run->progress == NULL || (!at_once && now - run->last_progress < run->import->progress_ms * 1000))
    return;
  run->last_progress = now;
  if (run->plan != NULL)
    run->now.counts = kd_import_plan_get_report (run->plan)->counts;
  if (run->report_to == NULL)
    {
      run->progress (run->import, &run->now, run->progress_data);
      return;
    }
  told = g_new0 (Told, 1);
  told->import = g_object_ref (run->import);
  told->progress = run->now;
  told->func = run->progress;
  told->data = run->progress_data;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, told, told_free);
  g_source_attach (source, run->report_to);
  g_source_unref (source);
}

/* Somebody wants it to end, or the program does: at the end of a product, with what was written. */
static gboolean
is_stopped (Run *run)
{
  return g_cancellable_is_cancelled (run->cancellable) || kd_store_is_closing (run->import->store);
}

static void
progress_cb (gint64 done,
             gint64 total,
             gpointer data)
{
  Run *run = data;

  run->now.total = 2 * total;
  run->now.done = done + (run->second ? total : 0);
  tell (run, FALSE);
}

/* ---- chunks ---- */

static void
add_call (Chunk *chunk)
{
  KdCall *call = kd_call_new_by_name ("catalog.import_chunk");
  KdImportChunk *args = call->args;

  args->categories = g_ptr_array_new ();
  args->products = g_ptr_array_new ();
  g_ptr_array_add (chunk->calls, call);
}

static Chunk *
chunk_new (Run *run)
{
  Chunk *chunk = g_new0 (Chunk, 1);

  chunk->import = run->import;
  chunk->is_long = kd_import_scan_get_n_rows (kd_import_file_get_scan (run->import->file)) >= LONG_ROWS;
  chunk->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  chunk->rows = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, g_free);
  add_call (chunk);
  return chunk;
}

static void
chunk_free (gpointer data)
{
  Chunk *chunk = data;

  g_ptr_array_unref (chunk->calls);
  g_hash_table_unref (chunk->rows);
  kd_import_state_clear (&chunk->state);
  g_clear_pointer (&chunk->commit, kd_commit_free);
  g_free (chunk);
}

static KdImportChunk *
chunk_args (Chunk *chunk)
{
  return ((KdCall *) g_ptr_array_index (chunk->calls, chunk->calls->len - 1))->args;
}

static gboolean
save_state (KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  Chunk *chunk = data;

  if (chunk->is_long && !kd_store_leave_order (connection, error))
    return FALSE;
  return kd_import_state_save (chunk->import, connection, &chunk->state, chunk->kind, chunk->first_problem, error);
}

static gboolean
chunk_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Chunk *chunk = data;
  g_autofree char *name = g_path_get_basename (chunk->import->path);
  g_autofree char *shown = g_filename_display_name (name);

  chunk->commit = kd_store_commit_in (chunk->import->store, connection, &chunk->state.operation, LABEL, shown,
                                      chunk->calls, save_state, chunk, error);
  return chunk->commit != NULL;
}

static void
take_refused (Run *run,
              Chunk *chunk,
              GVariant *list)
{
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (list, i);
      const char *text, *code = "row.refused";
      const ChunkRow *row;
      KdId id;

      if (!g_variant_lookup (one, "row", "&s", &text) || !kd_id_parse (text, &id))
        continue;
      g_variant_lookup (one, "code", "&s", &code);
      row = g_hash_table_lookup (chunk->rows, &id);
      if (row != NULL)
        kd_import_plan_refused (run->plan, row->row, row->created, code);
    }
}

static void
chunk_done_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  Run *run = data;
  Chunk *chunk = kd_sql_worker_result_get_data (result);

  run->waiting = FALSE;
  if (!kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, run->error == NULL ? &run->error : NULL))
    return;
  if (chunk->commit->refused >= 0)
    {
      if (run->error == NULL)
        g_set_error_literal (&run->error, KD_STORE_ERROR, KD_STORE_ERROR_REFUSED, chunk->commit->outcome.code);
      return;
    }
  run->written++;
  run->committed = chunk->state.counts;
  for (guint i = 0; chunk->commit->refused_rows != NULL && i < chunk->commit->refused_rows->len; i++)
    take_refused (run, chunk, g_ptr_array_index (chunk->commit->refused_rows, i));
}

/* Until the chunk under way is written: FALSE if it failed. */
static gboolean
wait_for_writer (Run *run)
{
  while (run->waiting)
    g_main_context_iteration (run->context, TRUE);
  return run->error == NULL;
}

/* @after: (nullable): a product that is counted already and not in the chunk. */
static KdImportCounts
counts_without (const KdImportReport *report,
                const KdImportProduct *after)
{
  KdImportCounts counts = report->counts;

  if (after == NULL)
    return counts;
  counts.created -= after->counts.created;
  counts.updated -= after->counts.updated;
  counts.variants_created -= after->counts.variants_created;
  counts.variants_updated -= after->counts.variants_updated;
  counts.variants_skipped -= after->counts.variants_skipped;
  return counts;
}

/* Sends the chunk on its way, once the one before has arrived. */
static gboolean
flush (Run *run,
       const KdImportProduct *after)
{
  Chunk *chunk = g_steal_pointer (&run->chunk);
  const KdImportReport *report = kd_import_plan_get_report (run->plan);

  if (chunk == NULL)
    return TRUE;
  run->bytes = 0;
  if (!wait_for_writer (run))
    {
      chunk_free (chunk);
      return FALSE;
    }
  chunk->kind = after != NULL ? KD_IMPORT_STATE_RUNNING : KD_IMPORT_STATE_DONE;
  chunk->state.operation = run->operation;
  chunk->state.next = after != NULL ? after->number - 1 : G_MAXINT64;
  chunk->state.counts = counts_without (report, after);
  chunk->state.problems = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_import_problem_free);
  chunk->first_problem = run->saved_problems;
  for (; run->saved_problems < report->problems->len; run->saved_problems++)
    g_ptr_array_add (chunk->state.problems,
                     kd_import_problem_copy (g_ptr_array_index (report->problems, run->saved_problems)));
  run->waiting = TRUE;
  kd_sql_worker_run_async (kd_store_get_writer (run->import->store), KD_SQL_BULK, chunk_work, chunk, chunk_free, NULL,
                           chunk_done_cb, run);
  /* what this chunk wrote is seen by the reads of the one after the next */
  kd_import_rows_refresh (run->rows);
  return TRUE;
}

/* Takes what the product has to write; what is full goes on its way before. */
static gboolean
add_product (Run *run,
             KdImportProduct *product)
{
  KdImportChunk *args;
  ChunkRow *row;

  if (run->chunk != NULL
      && (chunk_args (run->chunk)->products->len >= CHUNK_PRODUCTS || run->bytes + product->bytes > CHUNK_BYTES))
    {
      if (run->chunk->calls->len < COMMIT_CHUNKS)
        add_call (run->chunk);
      else if (!flush (run, product))
        return FALSE;
      run->bytes = 0;
    }
  if (run->chunk == NULL)
    run->chunk = chunk_new (run);
  args = chunk_args (run->chunk);
  for (guint i = 0; product->categories != NULL && i < product->categories->len; i++)
    g_ptr_array_add (args->categories, g_ptr_array_index (product->categories, i));
  run->bytes += product->bytes + (product->categories != NULL ? 200 * product->categories->len : 0);
  g_clear_pointer (&product->categories, g_ptr_array_unref);
  row = g_new0 (ChunkRow, 1);
  row->row = product->row;
  row->created = product->outcome == KD_IMPORT_CREATED;
  g_hash_table_insert (run->chunk->rows, g_memdup2 (&product->item->id, sizeof (KdId)), row);
  g_ptr_array_add (args->products, g_steal_pointer (&product->item));
  return TRUE;
}

static gboolean
product_cb (KdImportProduct *product,
            gpointer data)
{
  Run *run = data;
  gboolean ok = TRUE;

  if (product->item != NULL && !run->dry)
    ok = add_product (run, product);
  kd_import_rows_clear (run->rows);
  if (run->error == NULL && run->rows->error != NULL)
    run->error = g_error_copy (run->rows->error);
  return ok && run->error == NULL && !is_stopped (run);
}

static gboolean
row_cb (const KdImportRow *row,
        gpointer data)
{
  return kd_import_plan_row (((Run *) data)->plan, row);
}

/* ---- the run ---- */

static void
fill_choices (Run *run,
              KdImportChoices *choices)
{
  const KdImportOptions *options = &run->import->options;
  const KdStoreIdentity *identity = kd_store_get_identity (run->import->store);

  *choices = (KdImportChoices){
    .mode = options->mode,
    .currency = run->import->currency,
    .rate_currency = options->rate_currency,
    .rate = options->rate,
    .rounding = options->rounding,
    .empty_clears = options->empty_clears,
    .operation = run->operation,
    .location = options->location,
    .may_cost = (identity->scopes >> KD_SCOPE_MANAGER & 1) != 0,
  };
}

/* Reads all rows through a plan. Cancelled: returns TRUE, the caller sees it. */
static gboolean
read_plan (Run *run,
           gboolean dry,
           const KdImportState *from,
           GError **error)
{
  KdImportFile *file = run->import->file;
  KdImportChoices choices;
  gboolean ok;

  run->dry = dry;
  run->second = TRUE;
  fill_choices (run, &choices);
  g_clear_pointer (&run->plan, kd_import_plan_free);
  run->plan = kd_import_plan_new (kd_import_file_get_scan (file), &choices, &run->rows->rows, product_cb, run);
  if (from != NULL)
    {
      kd_import_plan_resume (run->plan, from->next, &from->counts, from->problems);
      run->saved_problems = from->problems->len;
      run->committed = from->counts;
    }
  if (kd_import_file_get_n_bad (file) > 0)
    kd_import_plan_note (run->plan, "file.bad_bytes", kd_import_file_get_encoding (file), kd_import_file_get_n_bad (file));
  ok = kd_import_file_read (file, row_cb, progress_cb, run, NULL, error);
  if (ok && !dry && !is_stopped (run) && run->error == NULL)
    flush (run, NULL);
  wait_for_writer (run);
  g_clear_pointer (&run->chunk, chunk_free);
  if (ok && run->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&run->error));
      ok = FALSE;
    }
  return ok;
}

static gboolean
finish_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  Run *run = data;
  g_autoptr (KdSqlStatement) mark = NULL;

  if (!kd_store_local_indexes (connection, error)
      || (run->written > 0 && !kd_store_search_rebuild (run->import->store, connection, error)))
    return FALSE;
  mark = kd_sql_prepare (connection, "UPDATE import_state SET state=?2 WHERE id=?1", error);
  if (mark == NULL)
    return FALSE;
  kd_sql_bind_id (mark, 1, &run->operation);
  kd_sql_bind_int64 (mark, 2, is_stopped (run) ? KD_IMPORT_STATE_CANCELLED : KD_IMPORT_STATE_DONE);
  return kd_sql_run (mark, error);
}

/* The words of what was written become searchable, once for all. */
static gboolean
finish_writing (Run *run,
                GError **error)
{
  run->now.indexing = TRUE;
  tell (run, TRUE);
  return kd_sql_worker_run (kd_store_get_writer (run->import->store), KD_SQL_BULK, finish_work, run, error);
}

static KdImportResult *
make_result (Run *run)
{
  KdImportResult *result = g_new0 (KdImportResult, 1);

  result->report = kd_import_report_copy (kd_import_plan_get_report (run->plan));
  result->rows = kd_import_scan_get_n_rows (kd_import_file_get_scan (run->import->file));
  result->dry = run->dry;
  return result;
}

static KdImportResult *
dry_run (Run *run,
         GError **error)
{
  run->operation = kd_store_new_id (run->import->store);
  if (!read_plan (run, TRUE, NULL, error))
    return NULL;
  if (!is_stopped (run))
    return make_result (run);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the dry run was stopped");
  return NULL;
}

static KdImportResult *
real_run (Run *run,
          GError **error)
{
  g_auto (KdImportState) state = { 0 };
  g_autoptr (KdImportResult) result = NULL;
  GError *failed = NULL;
  gboolean found = FALSE, ok;

  if (!kd_import_state_load (run->import, run->rows->connection, &state, &found, error))
    return NULL;
  if (run->import->options.all_or_nothing && !found)
    {
      result = dry_run (run, error);
      if (result == NULL || result->report->counts.errors > 0)
        {
          if (result != NULL)
            result->refused = TRUE;
          return g_steal_pointer (&result);
        }
      g_clear_pointer (&result, kd_import_result_free);
    }
  run->operation = found ? state.operation : kd_store_new_id (run->import->store);
  ok = read_plan (run, FALSE, found ? &state : NULL, &failed);
  /* what stands in the tables is searchable even if the rest failed */
  if ((run->written > 0 || found) && !finish_writing (run, ok ? &failed : NULL))
    ok = FALSE;
  if (!ok)
    {
      g_propagate_error (error, failed);
      return NULL;
    }
  result = make_result (run);
  result->operation = run->written > 0 || found ? run->operation : KD_ID_NONE;
  result->resumed = found;
  result->cancelled = is_stopped (run);
  if (result->cancelled)
    result->report->counts = run->committed;
  return g_steal_pointer (&result);
}

static KdImportResult *
run_all (Run *run,
         gboolean dry,
         GError **error)
{
  KdImport *import = run->import;
  KdImportResult *result = NULL;

  if (!kd_store_enter (import->store, error))
    return NULL;
  run->rows = kd_import_rows_new (import->store->path, error);
  if (run->rows == NULL)
    {
      kd_store_leave (import->store);
      return NULL;
    }
  run->context = g_main_context_new ();
  g_main_context_push_thread_default (run->context);
  if (kd_import_file_scan (import->file, import->options.decimal, progress_cb, run, run->cancellable, error))
    result = dry ? dry_run (run, error) : real_run (run, error);
  g_main_context_pop_thread_default (run->context);
  g_main_context_unref (run->context);
  g_clear_pointer (&run->plan, kd_import_plan_free);
  kd_import_rows_free (run->rows);
  g_clear_error (&run->error);
  kd_store_leave (import->store);
  if (result == NULL && error != NULL && *error != NULL)
    *error = kd_store_translate (*error);
  return result;
}

KdImportResult *
kd_import_dry_run (KdImport *import,
                   KdImportProgressFunc progress,
                   gpointer progress_data,
                   GCancellable *cancellable,
                   GError **error)
{
  Run run = { .import = import, .progress = progress, .progress_data = progress_data, .cancellable = cancellable };

  return run_all (&run, TRUE, error);
}

KdImportResult *
kd_import_run (KdImport *import,
               KdImportProgressFunc progress,
               gpointer progress_data,
               GCancellable *cancellable,
               GError **error)
{
  Run run = { .import = import, .progress = progress, .progress_data = progress_data, .cancellable = cancellable };

  return run_all (&run, FALSE, error);
}

/* ---- on a thread ---- */

static void
run_free (gpointer data)
{
  g_main_context_unref (((Run *) data)->report_to);
  g_free (data);
}

static void
run_in_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  Run *run = data;
  GError *error = NULL;
  KdImportResult *result = run_all (run, run->dry, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify) kd_import_result_free);
  else
    g_task_return_error (task, error);
}

static void
start (KdImport *import,
       gboolean dry,
       KdImportProgressFunc progress,
       gpointer progress_data,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer data,
       gpointer tag)
{
  g_autoptr (GTask) task = g_task_new (import, cancellable, callback, data);
  Run *run = g_new0 (Run, 1);

  g_task_set_source_tag (task, tag);
  /* a cancelled run has a result: what was written */
  g_task_set_check_cancellable (task, FALSE);
  run->import = import;
  run->dry = dry;
  run->progress = progress;
  run->progress_data = progress_data;
  run->cancellable = cancellable;
  run->report_to = g_main_context_ref_thread_default ();
  g_task_set_task_data (task, run, run_free);
  g_task_run_in_thread (task, run_in_thread);
}

void
kd_import_dry_run_async (KdImport *import,
                         KdImportProgressFunc progress,
                         gpointer progress_data,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  start (import, TRUE, progress, progress_data, cancellable, callback, data, kd_import_dry_run_async);
}

KdImportResult *
kd_import_dry_run_finish (KdImport *import,
                          GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kd_import_run_async (KdImport *import,
                     KdImportProgressFunc progress,
                     gpointer progress_data,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  start (import, FALSE, progress, progress_data, cancellable, callback, data, kd_import_run_async);
}

KdImportResult *
kd_import_run_finish (KdImport *import,
                      GAsyncResult *result,
                      GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
