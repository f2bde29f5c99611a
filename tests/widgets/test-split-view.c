/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-split-view.h"
#include "kd-widget-test.h"
#include "tests.h"

typedef struct {
  KdSplitView *view;
  GtkWidget *list;
  GtkWidget *detail;
  GtkWidget *side;
  GtkWidget *window;
} Fixture;

static void
fixture_init (Fixture *f,
              int width)
{
  f->view = KD_SPLIT_VIEW (kd_split_view_new ());
  f->list = gtk_button_new_with_label ("list");
  f->detail = gtk_entry_new ();
  f->side = gtk_button_new_with_label ("side");
  kd_split_view_set_side (f->view, f->side);
  kd_split_view_set_list (f->view, f->list);
  kd_split_view_set_detail (f->view, f->detail);
  f->window = kd_test_window (GTK_WIDGET (f->view), width, 400);
}

static graphene_rect_t
place_of (Fixture *f,
          GtkWidget *child)
{
  graphene_rect_t place;

  g_assert_true (gtk_widget_compute_bounds (child, GTK_WIDGET (f->view), &place));
  return place;
}

static int
x_of (Fixture *f,
      GtkWidget *child)
{
  return (int) place_of (f, child).origin.x;
}

static int
width_of (Fixture *f,
          GtkWidget *child)
{
  return (int) place_of (f, child).size.width;
}

static void
test_wide (void)
{
  Fixture f;

  fixture_init (&f, 1200);
  g_assert_false (kd_split_view_get_collapsed (f.view));
  g_assert_cmpint (width_of (&f, f.list), ==, 320);
  g_assert_cmpint (width_of (&f, f.detail), ==, 880);
  g_assert_false (gtk_widget_get_mapped (f.side));

  kd_split_view_set_show_side (f.view, TRUE);
  kd_test_draw (f.window);
  g_assert_true (gtk_widget_get_mapped (f.side));
  g_assert_cmpint (width_of (&f, f.detail), ==, 580);
  g_assert_cmpint (x_of (&f, f.side), ==, 900);
  g_object_set (f.view, "list-width", 400, NULL);
  kd_test_draw (f.window);
  g_assert_cmpint (width_of (&f, f.detail), ==, 500);
  kd_test_close (f.window, f.view, f.list, f.detail, f.side, NULL);
}

static void
test_mirrored (void)
{
  Fixture f;

  fixture_init (&f, 1200);
  gtk_widget_set_direction (GTK_WIDGET (f.view), GTK_TEXT_DIR_RTL);
  kd_test_draw (f.window);
  g_assert_cmpint (x_of (&f, f.list), ==, 880);
  g_assert_cmpint (x_of (&f, f.detail), ==, 0);
  kd_test_close (f.window, f.view, NULL);
}

static void
test_side_over (void)
{
  Fixture f;

  fixture_init (&f, 760);
  gtk_widget_set_size_request (f.detail, 300, -1);
  kd_split_view_set_show_side (f.view, TRUE);
  kd_test_draw (f.window);
  g_assert_false (kd_split_view_get_collapsed (f.view));
  g_assert_true (gtk_widget_has_css_class (f.side, "kd-side-over"));
  g_assert_cmpint (width_of (&f, f.detail), ==, 440);
  g_assert_cmpint (x_of (&f, f.side), ==, 460);
  kd_test_close (f.window, f.view, NULL);
}

static gboolean
is_collapsed (gpointer data)
{
  return kd_split_view_get_collapsed (data);
}

static void
notify_cb (KdSplitView *view,
           GParamSpec *pspec,
           int *count)
{
  (*count)++;
}

static void
test_collapse (void)
{
  Fixture f;
  int count = 0, min;

  fixture_init (&f, 900);
  g_signal_connect (f.view, "notify::collapsed", G_CALLBACK (notify_cb), &count);
  gtk_editable_set_text (GTK_EDITABLE (f.detail), "typed");
  kd_test_resize (f.window, 719, 400);
  kd_test_wait (is_collapsed, f.view);
  kd_test_draw (f.window);
  g_assert_cmpint (count, ==, 1);
  g_assert_true (gtk_widget_get_mapped (f.list));
  g_assert_false (gtk_widget_get_mapped (f.detail));
  g_assert_cmpint (width_of (&f, f.list), ==, 719);
  gtk_widget_measure (GTK_WIDGET (f.view), GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  g_assert_cmpint (min, <=, 360);

  kd_split_view_set_show_detail (f.view, TRUE);
  kd_test_draw (f.window);
  g_assert_false (gtk_widget_get_mapped (f.list));
  g_assert_true (gtk_widget_get_mapped (f.detail));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f.detail)), ==, "typed");
  g_assert_true (gtk_widget_get_parent (f.detail) == GTK_WIDGET (f.view));
  kd_test_close (f.window, f.view, NULL);
}

static void
test_columns_too_wide (void)
{
  Fixture f;

  fixture_init (&f, 900);
  gtk_widget_set_size_request (f.list, 350, -1);
  gtk_widget_set_size_request (f.detail, 600, -1);
  kd_test_wait (is_collapsed, f.view);
  kd_test_close (f.window, f.view, NULL);
}

static void
test_back (void)
{
  Fixture f;
  GtkWidget *button;
  gboolean can;

  fixture_init (&f, 500);
  kd_test_wait (is_collapsed, f.view);
  button = kd_split_view_back_button_new (f.view);
  g_object_ref_sink (button);
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_false (kd_split_view_back (f.view));

  gtk_widget_grab_focus (f.list);
  kd_split_view_set_show_detail (f.view, TRUE);
  kd_test_draw (f.window);
  g_object_get (f.view, "can-go-back", &can, NULL);
  g_assert_true (can);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (f.window)), f.detail));

  kd_split_view_set_show_side (f.view, TRUE);
  kd_test_draw (f.window);
  g_assert_true (gtk_widget_get_mapped (f.side));
  g_assert_true (gtk_widget_has_focus (f.side));
  kd_test_key (f.window, "Escape");
  g_assert_false (kd_split_view_get_show_side (f.view));
  g_assert_true (gtk_widget_get_mapped (f.detail));
  kd_test_key (f.window, "Escape");
  g_assert_false (kd_split_view_get_show_detail (f.view));
  g_assert_true (gtk_widget_has_focus (f.list));
  g_assert_false (gtk_widget_get_visible (button));
  g_object_unref (button);
  kd_test_close (f.window, f.view, NULL);
}

static void
test_handle (void)
{
  Fixture f;
  GtkWidget *handle;

  fixture_init (&f, 1200);
  handle = gtk_widget_get_last_child (GTK_WIDGET (f.view));
  handle = gtk_widget_get_prev_sibling (handle);
  gtk_test_accessible_assert_role (handle, GTK_ACCESSIBLE_ROLE_SEPARATOR);
  gtk_test_accessible_assert_property (handle, GTK_ACCESSIBLE_PROPERTY_LABEL, "Width of the list");
  gtk_widget_grab_focus (handle);
  kd_test_key (f.window, "Right");
  g_assert_cmpint (width_of (&f, f.list), ==, 344);
  kd_test_key (f.window, "Left");
  g_assert_cmpint (width_of (&f, f.list), ==, 320);
  kd_test_close (f.window, f.view, NULL);
}

static void
test_slide (void)
{
  Fixture f;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  fixture_init (&f, 500);
  kd_test_wait (is_collapsed, f.view);
  kd_split_view_set_show_detail (f.view, TRUE);
  kd_split_view_set_show_detail (f.view, FALSE);
  kd_split_view_set_show_detail (f.view, TRUE);
  /* Closing in the middle of a slide must not leave the animation running on a dead widget. */
  kd_test_close (f.window, f.view, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

void
add_split_view_tests (void)
{
  g_test_add_func ("/split-view/wide", test_wide);
  g_test_add_func ("/split-view/mirrored", test_mirrored);
  g_test_add_func ("/split-view/side-over", test_side_over);
  g_test_add_func ("/split-view/collapse", test_collapse);
  g_test_add_func ("/split-view/columns-too-wide", test_columns_too_wide);
  g_test_add_func ("/split-view/back", test_back);
  g_test_add_func ("/split-view/handle", test_handle);
  g_test_add_func ("/split-view/slide", test_slide);
}
