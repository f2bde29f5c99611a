/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include "kd-sql-driver.h"
#include "kd-sql-worker.h"

#define COUNTING "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"
#define WAIT_S 30

typedef struct
{
  GString *order;      /* a letter for each task, as they ran */
  GMutex lock;
  GCond cond;
  gboolean running, go;
  guint answered;
  GError *error;       /* of the last answer that was one */
} Shared;

typedef struct
{
  Shared *shared;
  char letter;
} Note;

static void
shared_init (Shared *shared)
{
  *shared = (Shared) { .order = g_string_new (NULL) };
  g_mutex_init (&shared->lock);
  g_cond_init (&shared->cond);
}

static void
shared_clear (Shared *shared)
{
  g_string_free (shared->order, TRUE);
  g_clear_error (&shared->error);
  g_mutex_clear (&shared->lock);
  g_cond_clear (&shared->cond);
}

static gboolean
note_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Note *note = data;

  g_string_append_c (note->shared->order, note->letter);
  return TRUE;
}

static void
answer_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Shared *shared = data;

  shared->answered++;
  g_clear_error (&shared->error);
  kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &shared->error);
}

static void
queue_note (KdSqlWorker *worker,
            Shared *shared,
            KdSqlPriority priority,
            char letter,
            GCancellable *cancellable)
{
  Note *note = g_new (Note, 1);

  note->shared = shared;
  note->letter = letter;
  kd_sql_worker_run_async (worker, priority, note_work, note, g_free, cancellable, answer_cb, shared);
}

static gboolean
too_late_cb (gpointer data)
{
  g_test_message ("waited too long");
  g_assert_not_reached ();
}

/* Runs the main context until so many answers are there. */
static void
wait_answers (Shared *shared,
              guint n)
{
  guint timeout = g_timeout_add_seconds (WAIT_S, too_late_cb, NULL);

  while (shared->answered < n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

/* Holds the worker's thread until release(). */
static gboolean
hold_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Shared *shared = data;
  gint64 end = g_get_monotonic_time () + WAIT_S * G_TIME_SPAN_SECOND;

  g_mutex_lock (&shared->lock);
  shared->running = TRUE;
  g_cond_broadcast (&shared->cond);
  while (!shared->go)
    g_assert_true (g_cond_wait_until (&shared->cond, &shared->lock, end));
  g_mutex_unlock (&shared->lock);
  return TRUE;
}

static void
wait_running (Shared *shared)
{
  gint64 end = g_get_monotonic_time () + WAIT_S * G_TIME_SPAN_SECOND;

  g_mutex_lock (&shared->lock);
  while (!shared->running)
    g_assert_true (g_cond_wait_until (&shared->cond, &shared->lock, end));
  g_mutex_unlock (&shared->lock);
}

static void
release (Shared *shared)
{
  g_mutex_lock (&shared->lock);
  shared->go = TRUE;
  g_cond_broadcast (&shared->cond);
  g_mutex_unlock (&shared->lock);
}

static void
test_priorities (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) worker = NULL;
  Shared shared;

  shared_init (&shared);
  worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, test_open (engine, folder));
  kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, hold_work, &shared, NULL, NULL, answer_cb, &shared);
  wait_running (&shared);
  queue_note (worker, &shared, KD_SQL_BACKGROUND, 'x', NULL);
  queue_note (worker, &shared, KD_SQL_BULK, 'b', NULL);
  queue_note (worker, &shared, KD_SQL_SYNC, 's', NULL);
  queue_note (worker, &shared, KD_SQL_INTERACTIVE, '1', NULL);
  queue_note (worker, &shared, KD_SQL_BULK, 'c', NULL);
  queue_note (worker, &shared, KD_SQL_INTERACTIVE, '2', NULL);
  g_assert_cmpuint (kd_sql_worker_get_pending (worker), ==, 7);
  release (&shared);
  kd_sql_worker_flush (worker);
  g_assert_cmpuint (kd_sql_worker_get_pending (worker), ==, 0);
  g_assert_cmpstr (shared.order->str, ==, "12sbcx");
  g_assert_cmpuint (shared.answered, ==, 0); /* answers come from the context alone */
  wait_answers (&shared, 7);
  g_assert_no_error (shared.error);
  shared_clear (&shared);
}

static gboolean
endless_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  Shared *shared = data;
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, COUNTING, error);
  KdSqlStep step = KD_SQL_ERRED;

  while (statement != NULL && (step = kd_sql_step (statement, error)) == KD_SQL_ROW)
    {
      g_mutex_lock (&shared->lock);
      shared->running = TRUE;
      g_cond_broadcast (&shared->cond);
      g_mutex_unlock (&shared->lock);
    }
  return step == KD_SQL_DONE;
}

static void
test_cancel_running (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) worker = NULL;
  Shared shared;

  shared_init (&shared);
  worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, test_open (engine, folder));
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      shared.running = FALSE;
      kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, endless_work, &shared, NULL, cancellable,
                               answer_cb, &shared);
      wait_running (&shared);
      g_cancellable_cancel (cancellable);
      wait_answers (&shared, 2 * i + 1);
      g_assert_error (shared.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      /* The next one is not hit by it. */
      queue_note (worker, &shared, KD_SQL_INTERACTIVE, 'n', NULL);
      wait_answers (&shared, 2 * i + 2);
      g_assert_no_error (shared.error);
    }
  shared_clear (&shared);
}

static gboolean
count_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  return kd_sql_query_int64 (connection,
                             "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                             "WHERE n < 300) SELECT sum(n) FROM c", 0, data, error);
}

/* Cancels of one task at every moment of its life: another task never sees them. */
static void
test_cancel_race (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) worker = NULL;
  Shared mine, others;
  gint64 sum = 0;

  shared_init (&mine);
  shared_init (&others);
  worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, test_open (engine, folder));
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      gint64 cancelled_sum = 0;

      kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, count_work, &cancelled_sum, NULL, cancellable,
                               answer_cb, &mine);
      kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, count_work, &sum, NULL, NULL, answer_cb,
                               &others);
      for (volatile guint spin = 0; spin < i * 50; spin++)
        ;
      g_cancellable_cancel (cancellable);
      wait_answers (&mine, i + 1);
      wait_answers (&others, i + 1);
      g_assert_no_error (others.error);
      g_assert_cmpint (sum, ==, 45150);
      if (mine.error != NULL)
        g_assert_error (mine.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  shared_clear (&mine);
  shared_clear (&others);
}

static void
test_cancel_queued (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KdSqlWorker) worker = NULL;
  Shared shared;

  shared_init (&shared);
  worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, test_open (engine, folder));
  kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, hold_work, &shared, NULL, NULL, answer_cb, &shared);
  wait_running (&shared);
  queue_note (worker, &shared, KD_SQL_INTERACTIVE, 'a', cancellable);
  g_cancellable_cancel (cancellable);
  release (&shared);
  wait_answers (&shared, 2);
  g_assert_error (shared.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (shared.order->str, ==, "");
  shared_clear (&shared);
}

static gboolean
open_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  gpointer *pair = data;

  g_assert_null (connection);
  kd_sql_worker_take_connection (pair[0], test_open (test_engines[0], pair[1]));
  return TRUE;
}

static gboolean
leave_open_work (KdSqlConnection *connection,
                 gpointer data,
                 GCancellable *cancellable,
                 GError **error)
{
  return kd_sql_exec (connection, "CREATE TABLE t (n); BEGIN; INSERT INTO t VALUES (1)", error);
}

static gboolean
rows_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  return kd_sql_query_int64 (connection, "SELECT count(*) FROM t", 0, data, error);
}

static void
test_open_inside (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, NULL);
  g_autoptr (GError) error = NULL;
  gpointer pair[2] = { worker, folder };
  gint64 rows = -1;

  g_assert_true (kd_sql_worker_run (worker, KD_SQL_INTERACTIVE, open_work, pair, &error));
  g_test_expect_message ("kd-sql", G_LOG_LEVEL_WARNING, "*left its transaction open*");
  g_assert_true (kd_sql_worker_run (worker, KD_SQL_INTERACTIVE, leave_open_work, NULL, &error));
  g_test_assert_expected_messages ();
  g_assert_true (kd_sql_worker_run (worker, KD_SQL_INTERACTIVE, rows_work, &rows, &error));
  g_assert_cmpint (rows, ==, 0);
  g_assert_no_error (error);
}

static void
test_shutdown (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) worker = NULL;
  g_autoptr (GError) error = NULL;
  Shared shared;

  shared_init (&shared);
  worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, test_open (engine, folder));
  kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, hold_work, &shared, NULL, NULL, answer_cb, &shared);
  wait_running (&shared);
  queue_note (worker, &shared, KD_SQL_BACKGROUND, 'x', NULL);
  queue_note (worker, &shared, KD_SQL_SYNC, 's', NULL);
  release (&shared);
  kd_sql_worker_shutdown (worker, KD_SQL_SYNC);
  g_assert_cmpstr (shared.order->str, ==, "s");
  queue_note (worker, &shared, KD_SQL_INTERACTIVE, 'l', NULL);
  wait_answers (&shared, 4);
  g_assert_error (shared.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_false (kd_sql_worker_run (worker, KD_SQL_INTERACTIVE, note_work, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (shared.order->str, ==, "s");
  shared_clear (&shared);
}

static void
test_inline (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) manual = NULL, at_once = NULL;
  g_autoptr (GError) error = NULL;
  Shared shared;
  gint64 sum = 0;

  shared_init (&shared);
  manual = kd_sql_worker_new ("test", KD_SQL_WORKER_MANUAL, test_open (engine, folder));
  queue_note (manual, &shared, KD_SQL_BULK, 'b', NULL);
  queue_note (manual, &shared, KD_SQL_INTERACTIVE, 'i', NULL);
  g_assert_cmpstr (shared.order->str, ==, "");
  g_assert_true (kd_sql_worker_iterate (manual));
  g_assert_cmpstr (shared.order->str, ==, "i");
  g_assert_true (kd_sql_worker_run (manual, KD_SQL_BACKGROUND, count_work, &sum, &error));
  g_assert_cmpint (sum, ==, 45150);
  g_assert_cmpstr (shared.order->str, ==, "ib");
  g_assert_false (kd_sql_worker_iterate (manual));
  wait_answers (&shared, 2);

  at_once = kd_sql_worker_new ("test", KD_SQL_WORKER_AT_ONCE, test_open (engine, folder));
  queue_note (at_once, &shared, KD_SQL_BACKGROUND, 'x', NULL);
  g_assert_cmpstr (shared.order->str, ==, "ibx");
  g_assert_cmpuint (shared.answered, ==, 2);
  wait_answers (&shared, 3);
  shared_clear (&shared);
}

typedef struct
{
  GThread *made;
  gboolean *freed;
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_assert_true (place->made == g_thread_self ());
  *place->freed = TRUE;
  g_free (place);
}

static gboolean
nothing_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  return TRUE;
}

/* What a caller hands over is freed on the caller's thread, even if it wants no answer. */
static void
test_data_comes_home (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlWorker) worker =
    kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, test_open (engine, folder));

  for (guint i = 0; i < 200; i++)
    {
      gboolean freed = FALSE;
      Place *place = g_new (Place, 1);

      place->made = g_thread_self ();
      place->freed = &freed;
      kd_sql_worker_run_async (worker, KD_SQL_INTERACTIVE, nothing_work, place, place_free, NULL, NULL, NULL);
      while (!freed)
        g_main_context_iteration (NULL, TRUE);
    }
}

static guint rests; /* atomic */

static void
count_rest (KdSqlConnection *connection)
{
  g_atomic_int_inc (&rests);
}

/* A worker that has nothing to do lets its connection rest, once, and works on afterwards. */
static void
test_rests (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  KdSqlConnection *connection = test_open (engine, folder);
  KdSqlDriver driver = *connection->driver;
  g_autoptr (KdSqlWorker) worker = NULL;
  Shared shared;
  gint64 end = g_get_monotonic_time () + WAIT_S * G_TIME_SPAN_SECOND;

  driver.rest = count_rest;
  connection->driver = &driver;
  g_atomic_int_set (&rests, 0);
  shared_init (&shared);
  worker = kd_sql_worker_new ("test", KD_SQL_WORKER_THREAD, connection);
  for (guint round = 1; round <= 2; round++)
    {
      queue_note (worker, &shared, KD_SQL_INTERACTIVE, 'a', NULL);
      while (shared.answered < round)
        g_main_context_iteration (NULL, TRUE);
      while ((guint) g_atomic_int_get (&rests) < round && g_get_monotonic_time () < end)
        g_thread_yield ();
      g_assert_cmpuint (g_atomic_int_get (&rests), ==, round);
    }
  g_assert_cmpstr (shared.order->str, ==, "aa");
  kd_sql_worker_shutdown (worker, KD_SQL_BULK);
  shared_clear (&shared);
}

void
test_add_worker (void)
{
  test_add ("worker/rests", test_rests);
  test_add ("worker/priorities", test_priorities);
  test_add ("worker/cancel-running", test_cancel_running);
  test_add ("worker/cancel-race", test_cancel_race);
  test_add ("worker/cancel-queued", test_cancel_queued);
  test_add ("worker/shutdown", test_shutdown);
  test_add ("worker/inline", test_inline);
  test_add ("worker/data-comes-home", test_data_comes_home);
  g_test_add_func ("/sql/worker/open-inside", test_open_inside);
}
