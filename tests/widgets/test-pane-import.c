/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-catalog-private.h"
#include "kd-import-page.h"
#include "kd-pane-test.h"
#include "kd-widgets.h"

#include <glib/gstdio.h>
#include <string.h>

#define WIDTH 1280
#define HEIGHT 800
#define MANY 2500
#define LARGE_TEXT_DPI (2 * 96 * 1024)

static KdCatalogPane *
pane_of (KdPaneTest *test)
{
  return KD_CATALOG_PANE (test->pane);
}

static char *
write_file (KdPaneTest *test,
            const char *name,
            const char *bytes,
            gssize n)
{
  char *path = g_build_filename (test->store->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, n, NULL));
  return path;
}

/* ---- waiting ---- */

typedef struct
{
  KdCatalogPane *pane;
  KdImportJobState state;
} Awaited;

static gboolean
is_there (gpointer data)
{
  Awaited *awaited = data;

  return awaited->pane->job != NULL && kd_import_job_get_state (awaited->pane->job) == awaited->state
         && !kd_import_job_is_busy (awaited->pane->job);
}

static void
await (KdPaneTest *test,
       KdImportJobState state)
{
  Awaited awaited = { pane_of (test), state };

  kd_test_wait (is_there, &awaited);
  kd_pane_test_settle (test);
}

static gboolean
has_left (gpointer data)
{
  return ((KdCatalogPane *) data)->job == NULL;
}

static void
import_path (KdPaneTest *test,
             const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  kd_catalog_import_file (pane_of (test), file);
}

static KdPaneTest *
new_shop (void)
{
  KdPaneTest *test = kd_pane_test_new_threaded (kd_catalog_pane_new);

  kd_pane_test_show (test, WIDTH, HEIGHT);
  return test;
}

/* ---- looking and pressing ---- */

static gboolean
run (KdPaneTest *test,
     const char *command)
{
  return kd_command_group_activate (kd_page_get_commands (KD_PAGE (test->pane)), command, NULL, NULL);
}

static KdCommandState
state_of (KdPaneTest *test,
          const char *command)
{
  KdCommandGroup *group = kd_page_get_commands (KD_PAGE (test->pane));

  return kd_command_group_get_state (group, kd_command_group_lookup (group, command), NULL);
}

static void
tick (KdPaneTest *test,
      const char *label)
{
  GtkWidget *words = kd_test_find_label (test->pane, label);

  g_assert_nonnull (words);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (gtk_widget_get_ancestor (words, GTK_TYPE_CHECK_BUTTON)), TRUE);
  await (test, KD_IMPORT_JOB_CHECKED);
}

static void
assert_tally (KdPaneTest *test,
              const char *name)
{
  kd_pane_test_named (pane_of (test)->import_page, GTK_TYPE_BOX, name);
}

/* In what can be seen, toasts too. */
static gboolean
shows_below (GtkWidget *root,
             const char *words)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strcmp (gtk_label_get_text (GTK_LABEL (root)), words) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows_below (child, words))
      return TRUE;
  return FALSE;
}

static gboolean
shows (KdPaneTest *test,
       const char *words)
{
  return shows_below (test->window, words);
}

static void
undo_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_undo_finish (KD_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (commit->generation, >, 0);
}

#define LIST \
  "Name,SKU,Price,Stock\n" \
  "Kopi Gayo,KOPI-1,65000,5\n" \
  "Teh melati,TEH-1,18000,2\n" \
  "Teh tubruk,TEH-1,19000,1\n"

/* From the file to the toast, and back by one undo; the second time nothing changes. */
static void
test_story (void)
{
  KdPaneTest *test = new_shop ();
  g_autofree char *path = write_file (test, "daftar.csv", LIST, -1);

  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_HIDDEN);
  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  /* Nobody said which currency that is. */
  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_REFUSED);
  g_assert_false (run (test, "import-run"));
  g_assert_true (shows (test, "The file doesn't say which currency its prices are in."));
  kd_test_shot (test->window, "import-question");
  tick (test, "In Rupiah (IDR), as this shop's");
  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_ENABLED);
  assert_tally (test, "2 new");
  assert_tally (test, "0 changed");
  assert_tally (test, "1 wrong");
  g_assert_true (shows (test, "Import 2 Products"));
  g_assert_true (shows (test, "Row 4 · SKU · “TEH-1”"));
  g_assert_true (shows (test, "The same SKU stands in row 3: give each its own"));
  kd_test_shot (test->window, "import-checked");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 0);
  kd_pane_test_key (test, "ctrl+Return");
  await (test, KD_IMPORT_JOB_DONE);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 2);
  g_assert_cmpint (kd_test_number (test->store, "SELECT sum(on_hand) FROM stock_level"), ==, 7000);
  g_assert_true (shows (test, "2 products imported"));
  kd_test_shot (test->window, "import-done");
  kd_pane_test_key (test, "Escape");
  g_assert_null (pane_of (test)->job);
  g_assert_true (gtk_widget_get_mapped (pane_of (test)->list));
  kd_session_undo_async (test->session, NULL, undo_cb, NULL);
  kd_pane_test_settle (test);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 0);
  kd_pane_test_free (test);
}

static void
test_again (void)
{
  KdPaneTest *test = new_shop ();
  g_autofree char *path = write_file (test, "baik.csv", "Name,SKU,Price (IDR)\nKopi,K-1,15000\nTeh,T-1,8000\n", -1);
  g_autofree char *words = NULL;

  for (guint round = 0; round < 2; round++)
    {
      import_path (test, path);
      await (test, KD_IMPORT_JOB_CHECKED);
      if (round > 0)
        break;
      assert_tally (test, "2 new");
      g_assert_true (run (test, "import-run"));
      kd_test_wait (has_left, pane_of (test));
      kd_pane_test_settle (test);
      /* without wrong rows it ends in the list, with a toast */
      g_assert_true (shows (test, "2 products imported"));
      g_assert_true (gtk_widget_get_mapped (pane_of (test)->list));
    }
  assert_tally (test, "0 new");
  assert_tally (test, "2 skipped");
  g_assert_true (shows (test, "Nothing changes: what the file says is in the shop already."));
  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_HIDDEN);
  kd_test_shot (test->window, "import-again");
  kd_pane_test_free (test);
}

/* Another currency: the rate, its example, and the same answer for the same file. */
static void
test_currency (void)
{
  KdPaneTest *test = new_shop ();
  g_autofree char *path = write_file (test, "dolar.csv", "Name,SKU,Price\nMug,M-1,11.05\nTopi,T-1,18\n", -1);
  GtkWidget *rate;

  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  assert_tally (test, "1 wrong");
  tick (test, "In another currency");
  rate = kd_pane_test_named (test->pane, GTK_TYPE_ENTRY, "Exchange rate");
  g_assert_true (gtk_widget_has_focus (gtk_widget_get_first_child (rate)));
  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_REFUSED);
  gtk_editable_set_text (GTK_EDITABLE (rate), "abc");
  g_signal_emit_by_name (rate, "activate");
  kd_pane_test_settle (test);
  g_assert_true (shows (test, "This is not an amount: try 15rb, 1,5jt or 15000"));
  gtk_editable_set_text (GTK_EDITABLE (rate), "16.000");
  g_signal_emit_by_name (rate, "activate");
  await (test, KD_IMPORT_JOB_CHECKED);
  assert_tally (test, "2 new");
  assert_tally (test, "0 wrong");
  g_assert_true (shows (test, "Mug: 11.05 becomes Rp176.800\nTopi: 18 becomes Rp288.000"));
  kd_test_shot (test->window, "import-currency");
  g_assert_true (run (test, "import-run"));
  kd_test_wait (has_left, pane_of (test));
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product p LEFT JOIN variant v ON v.product = p.id"
                                                " WHERE coalesce(v.price, p.price) IN (176800, 288000)"), ==, 2);
  kd_pane_test_settle (test);
  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  assert_tally (test, "2 skipped");
  g_assert_true (shows (test, "Nothing changes: what the file says is in the shop already."));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (rate)), ==, "16000");
  kd_pane_test_free (test);
}

static void
test_choices (void)
{
  KdPaneTest *test = new_shop ();
  g_autofree char *path = write_file (test, "daftar.csv", LIST, -1);
  GtkWidget *mode;

  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  tick (test, "In Rupiah (IDR), as this shop's");
  tick (test, "All or nothing: one wrong row stops the import");
  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_REFUSED);
  g_assert_true (shows (test, "There are wrong rows, and all or nothing is chosen: mend them first."));
  mode = kd_pane_test_named (test->pane, GTK_TYPE_DROP_DOWN, "Products");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (mode), 2);
  await (test, KD_IMPORT_JOB_CHECKED);
  assert_tally (test, "0 new");
  g_assert_cmpint (kd_import_job_get_options (pane_of (test)->job)->mode, ==, KD_IMPORT_UPDATE);
  g_assert_true (kd_import_job_get_options (pane_of (test)->job)->all_or_nothing);
  kd_pane_test_free (test);
}

/* Each says in the page what it is, and nothing is written. */
static void
test_bad (void)
{
  static const struct
  {
    const char *name, *bytes;
    gssize n;
    const char *words;
  } cases[] = {
    { "kosong.csv", "", 0, "The file is empty." },
    { "foto.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", 20,
      "This is no list of products but a picture, a document or another sort of file. A list is a CSV file." },
    { "buku.xlsx", "PK\x03\x04\x14\0\6\0\0\0\0\0\0\0\0\0", 16,
      "This is a spreadsheet's own file. Save it as CSV in the spreadsheet program, and import that." },
    { "pesanan.csv", "Name,Email,Financial Status,Paid at,Fulfillment Status,Lineitem name,Lineitem quantity\n"
      "#1001,a@b.id,paid,,unfulfilled,Kopi,1\n", -1, "This is a list of orders, not of products." },
    { "kata.csv", "satu,dua\n1,2\n", -1,
      "No heading tells products. The first row has to name the columns, such as Name, SKU, Price and Stock." },
    { "judul.csv", "Name,SKU,Price\n", -1, "Below the headings there are no rows." },
    { NULL, NULL, 0, "This is a folder. Choose one file in it." },
    { "hilang.csv", NULL, 0, "The file isn't there any more." },
  };
  KdPaneTest *test = new_shop ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cases[i].name == NULL    ? g_strdup (test->store->folder)
                              : cases[i].bytes != NULL ? write_file (test, cases[i].name, cases[i].bytes, cases[i].n)
                                                       : g_build_filename (test->store->folder, cases[i].name, NULL);

      import_path (test, path);
      await (test, KD_IMPORT_JOB_REFUSED);
      g_assert_true (shows (test, "This file can't be imported"));
      if (!shows (test, cases[i].words))
        g_error ("%s: “%s” isn't said", path, cases[i].words);
    }
  kd_test_shot (test->window, "import-refused");
  kd_pane_test_key (test, "Escape");
  g_assert_null (pane_of (test)->job);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 0);
  kd_pane_test_free (test);
}

static char *
many_rows (KdPaneTest *test)
{
  g_autoptr (GString) text = g_string_new ("Name,SKU,Price (IDR),Stock\n");

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (text, "Barang %u,B-%u,%u,1\n", i, i, 1000 + i);
  return write_file (test, "banyak.csv", text->str, (gssize) text->len);
}

/* Keeps the writer's thread once the first rows are there, so that the middle stays the middle. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean held, released;
} Hold;

static gboolean
hold_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Hold *hold = data;
  g_autoptr (KdSqlStatement) count = kd_sql_prepare (connection, "SELECT count(*) FROM product", error);

  if (count == NULL || kd_sql_step (count, error) != KD_SQL_ROW)
    return FALSE;
  if (kd_sql_column_int64 (count, 0) == 0)
    return TRUE;
  g_mutex_lock (&hold->mutex);
  hold->held = TRUE;
  while (!hold->released)
    g_cond_wait (&hold->cond, &hold->mutex);
  g_mutex_unlock (&hold->mutex);
  return TRUE;
}

static void
look_again_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  Hold *hold = data;
  GError *error = NULL;

  kd_sql_worker_run_finish (KD_SQL_WORKER (source), result, &error);
  g_assert_no_error (error);
  if (!hold->held)
    kd_sql_worker_run_async (KD_SQL_WORKER (source), KD_SQL_INTERACTIVE, hold_work, hold, NULL, NULL, look_again_cb, hold);
}

static gboolean
is_held (gpointer data)
{
  Hold *hold = data;
  gboolean held;

  g_mutex_lock (&hold->mutex);
  held = hold->held;
  g_mutex_unlock (&hold->mutex);
  return held;
}

/* Stopped in the middle: what was written is taken back, and it can be imported again. */
static void
test_stop (void)
{
  KdPaneTest *test = new_shop ();
  g_autofree char *path = many_rows (test);
  Hold hold = { .held = FALSE };

  g_mutex_init (&hold.mutex);
  g_cond_init (&hold.cond);
  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  g_assert_true (run (test, "import-run"));
  kd_sql_worker_run_async (kd_store_get_writer (test->store->store), KD_SQL_INTERACTIVE, hold_work, &hold, NULL, NULL,
                           look_again_cb, &hold);
  kd_test_wait (is_held, &hold);
  g_assert_cmpint (kd_import_job_get_state (pane_of (test)->job), ==, KD_IMPORT_JOB_WRITING);
  kd_test_shot (test->window, "import-writing");
  kd_import_job_cancel (pane_of (test)->job);
  g_mutex_lock (&hold.mutex);
  hold.released = TRUE;
  g_cond_signal (&hold.cond);
  g_mutex_unlock (&hold.mutex);
  await (test, KD_IMPORT_JOB_CHECKED);
  g_assert_true (kd_import_job_was_stopped (pane_of (test)->job));
  g_assert_true (shows (test, "The import was stopped. What had come in was taken back."));
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 0);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM stock_move"), ==, 0);
  g_assert_cmpint (state_of (test, "import-run"), ==, KD_COMMAND_ENABLED);
  kd_pane_test_free (test);
}

/* The window shows the progress where the page doesn't. */
static void
test_elsewhere (void)
{
  KdPaneTest *test = new_shop ();
  GListModel *activities = kd_session_get_activities (test->session);
  g_autofree char *path = many_rows (test);

  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  g_assert_true (run (test, "import-run"));
  g_assert_cmpuint (g_list_model_get_n_items (activities), ==, 0);
  g_assert_true (run (test, "import-close"));
  g_assert_cmpuint (g_list_model_get_n_items (activities), ==, 1);
  g_assert_true (gtk_widget_get_mapped (pane_of (test)->list));
  kd_test_wait (has_left, pane_of (test));
  kd_pane_test_settle (test);
  g_assert_true (shows (test, "2.500 products imported"));
  g_assert_cmpuint (g_list_model_get_n_items (activities), ==, 0);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, MANY);
  kd_pane_test_free (test);
}

static void
saved_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (kd_import_job_save_errors_finish (KD_IMPORT_JOB (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
test_save_errors (void)
{
  KdPaneTest *test = new_shop ();
  g_autofree char *path = write_file (test, "daftar.csv", LIST, -1), *text = NULL;
  g_autofree char *to = g_build_filename (test->store->folder, "salah.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (to);
  gboolean saved = FALSE;

  g_assert_cmpint (state_of (test, "import-save-errors"), ==, KD_COMMAND_HIDDEN);
  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  g_assert_cmpint (state_of (test, "import-save-errors"), ==, KD_COMMAND_ENABLED);
  kd_import_job_save_errors_async (pane_of (test)->job, file, NULL, saved_cb, &saved);
  kd_test_wait (is_true, &saved);
  g_assert_true (g_file_get_contents (to, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "Reason,Name,SKU,Price,Stock"));
  g_assert_nonnull (strstr (text, "The same SKU stands in row 3: give each its own,Teh tubruk,TEH-1,19000,1"));
  g_assert_null (strstr (text, "Kopi Gayo"));
  kd_pane_test_free (test);
}

/* 400 pixels wide, and back again with the keyboard alone. */
static void
test_narrow (void)
{
  KdPaneTest *test = kd_pane_test_new_threaded (kd_catalog_pane_new);
  g_autofree char *path = NULL;
  int least, dpi;

  kd_pane_test_show (test, 400, 700);
  path = write_file (test, "daftar.csv", LIST, -1);
  import_path (test, path);
  await (test, KD_IMPORT_JOB_CHECKED);
  tick (test, "In another currency");
  kd_test_shot (test->window, "import-narrow");
  gtk_widget_measure (pane_of (test)->import_page, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", LARGE_TEXT_DPI, NULL);
  kd_pane_test_settle (test);
  kd_test_shot (test->window, "import-narrow-large");
  gtk_widget_measure (pane_of (test)->import_page, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", dpi, NULL);
  g_assert_cmpint (least, <=, 360);
  kd_pane_test_key (test, "Escape");
  g_assert_null (pane_of (test)->job);
  kd_pane_test_free (test);
}

int
main (int argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  kd_widgets_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/import/story", test_story);
  g_test_add_func ("/import/again", test_again);
  g_test_add_func ("/import/currency", test_currency);
  g_test_add_func ("/import/choices", test_choices);
  g_test_add_func ("/import/bad", test_bad);
  g_test_add_func ("/import/stop", test_stop);
  g_test_add_func ("/import/elsewhere", test_elsewhere);
  g_test_add_func ("/import/save-errors", test_save_errors);
  g_test_add_func ("/import/narrow", test_narrow);
  return g_test_run ();
}
