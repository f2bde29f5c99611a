/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-about.h"
#include "kd-announce.h"
#include "kd-ask.h"
#include "kd-css.h"
#include "kd-widget-test.h"
#include "tests.h"

static const KdAskResponse responses[] = {
  { "cancel", "_Cancel", KD_ASK_PLAIN },
  { "delete", "_Delete", KD_ASK_DESTRUCTIVE },
};

static char *
ask (GtkWidget *window,
     const char *answer)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *chosen;

  kd_ask_async (window, "Delete the shop?", "It can't be undone.", responses,
                G_N_ELEMENTS (responses), "cancel", NULL, kd_test_answer_cb, &result);
  kd_test_wait (kd_test_has_other, window);
  g_assert_true (ADW_IS_MESSAGE_DIALOG (kd_test_other_window (window)));
  g_assert_nonnull (kd_test_find_label (GTK_WIDGET (kd_test_other_window (window)), "Delete the shop?"));
  if (answer != NULL)
    g_signal_emit_by_name (
      gtk_widget_get_ancestor (kd_test_find_label (GTK_WIDGET (kd_test_other_window (window)), answer),
                               GTK_TYPE_BUTTON),
      "clicked");
  else
    gtk_window_close (kd_test_other_window (window));
  kd_test_wait (kd_test_has_answer, &result);
  kd_test_wait (kd_test_has_no_other, window);
  chosen = kd_ask_finish (result, &error);
  g_assert_no_error (error);
  return chosen;
}

static void
test_ask (void)
{
  GtkWidget *window = kd_test_window (gtk_label_new ("under"), 500, 400);
  g_autofree char *chosen = ask (window, "Delete");
  g_autofree char *closed = ask (window, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) at_once = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *none = NULL;

  g_assert_cmpstr (chosen, ==, "delete");
  g_assert_cmpstr (closed, ==, "cancel");

  kd_ask_async (window, "Sure?", NULL, responses, 2, NULL, cancellable, kd_test_answer_cb, &result);
  kd_test_wait (kd_test_has_other, window);
  g_cancellable_cancel (cancellable);
  kd_test_wait (kd_test_has_answer, &result);
  none = kd_ask_finish (result, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kd_test_wait (kd_test_has_no_other, window);

  kd_ask_async (window, "Sure?", NULL, responses, 2, NULL, cancellable, kd_test_answer_cb, &at_once);
  kd_test_wait (kd_test_has_answer, &at_once);
  g_assert_null (kd_test_other_window (window));
  kd_test_close (window, NULL);
}

static void
test_about (void)
{
  static const KdAbout about = { .name = "Kedai", .version = "0.1" };
  GtkWidget *label = gtk_label_new ("under");
  GtkWidget *window = kd_test_window (label, 500, 400);

  kd_show_about (label, &about);
  kd_test_wait (kd_test_has_other, window);
  g_assert_nonnull (kd_test_find_label (GTK_WIDGET (kd_test_other_window (window)), "Kedai"));
  gtk_window_destroy (kd_test_other_window (window));
  kd_announce (label, "said");
  kd_css_load ("/id/kedai/Kedai/widgets/style.css");
  kd_test_close (window, label, NULL);
}

void
add_compat_tests (void)
{
  g_test_add_func ("/compat/ask", test_ask);
  g_test_add_func ("/compat/about", test_about);
}
