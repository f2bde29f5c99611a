/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program of its own, without the search for leaks: GTK's chooser leaks its places. */
#include "config.h"

#include "kd-choose-file.h"
#include "kd-widget-test.h"

/* GTK's own chooser, closed while it still reads the folder, puts up a dialog that says so. */
static void
wait_for_chooser (GtkWidget *window)
{
  kd_test_wait (kd_test_has_other, window);
  for (unsigned i = 0; i < 10; i++)
    kd_test_draw (GTK_WIDGET (kd_test_other_window (window)));
}

static void
test_choose_file (void)
{
  static const char *const suffixes[] = { "csv", NULL };
  static const KdFileFilter filter = { "Tables", NULL, suffixes };
  GtkWidget *window = kd_test_window (gtk_label_new ("under"), 500, 400);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;

  kd_choose_file_async (window, KD_CHOOSE_OPEN, "Open a table", NULL, &filter, 1, cancellable,
                        kd_test_answer_cb, &result);
  wait_for_chooser (window);
  g_cancellable_cancel (cancellable);
  kd_test_wait (kd_test_has_answer, &result);
  file = kd_choose_file_finish (result, &error);
  g_assert_null (file);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kd_test_wait (kd_test_has_no_other, window);
  g_clear_error (&error);

  kd_choose_file_async (window, KD_CHOOSE_SAVE, "Save", "products.csv", &filter, 1, NULL, kd_test_answer_cb,
                        &closed);
  wait_for_chooser (window);
  gtk_window_close (kd_test_other_window (window));
  kd_test_wait (kd_test_has_answer, &closed);
  file = kd_choose_file_finish (closed, &error);
  g_assert_null (file);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kd_test_wait (kd_test_has_no_other, window);
  kd_test_close (window, NULL);
}

int
main (int argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/file-chooser", test_choose_file);
  return g_test_run ();
}
