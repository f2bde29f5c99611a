/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-view.h"
#include "kd-test-model.h"
#include "kd-widget-test.h"
#include "tests.h"

#define MANY 100000

/* A set by id that counts its calls, as the models' row set will be. */
typedef struct {
  gboolean all;
  unsigned from, to; /* the selected range */
  unsigned calls;
} Set;

static gboolean
set_is_selected (gpointer data,
                 unsigned position)
{
  Set *set = data;

  return set->all || (position >= set->from && position < set->to);
}

static void
set_select (gpointer data,
            unsigned position,
            unsigned n,
            gboolean exclusive)
{
  Set *set = data;

  set->calls++;
  set->all = FALSE;
  set->from = position;
  set->to = position + n;
}

static void
set_unselect (gpointer data,
              unsigned position,
              unsigned n)
{
  ((Set *) data)->calls++;
}

static void
set_select_all (gpointer data)
{
  ((Set *) data)->calls++;
  ((Set *) data)->all = TRUE;
}

static void
set_unselect_all (gpointer data)
{
  ((Set *) data)->calls++;
  ((Set *) data)->all = FALSE;
}

static guint64
set_count (gpointer data)
{
  Set *set = data;

  return set->all ? MANY : set->to - set->from;
}

static const KdSelectionSet set_funcs = {
  set_is_selected, set_select, set_unselect, set_select_all, set_unselect_all, set_count,
};

static GtkWidget *
create_row (gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

static void
bind_row (GtkWidget *row,
          gpointer data,
          gpointer user_data)
{
  KdTestItem *item = data;
  g_autofree char *text = g_strdup_printf ("Row %u", item->id);

  gtk_label_set_text (GTK_LABEL (row), item->text != NULL ? item->text : text);
}

static char *
name_row (gpointer data,
          gpointer user_data)
{
  KdTestItem *item = data;

  return item->text != NULL ? g_strdup (item->text) : g_strdup_printf ("Row %u", item->id);
}

static GMenuModel *
menu_row (unsigned position,
          gpointer user_data)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, "Archive", "win.archive");
  return G_MENU_MODEL (menu);
}

static const KdRowFuncs row_funcs = {
  .create = create_row, .bind = bind_row, .name = name_row, .menu = menu_row,
};

static void
test_one (void)
{
  g_autoptr (KdTestModel) model = kd_test_model_new (MANY);
  g_autoptr (KdSelection) selection = kd_selection_new (KD_SELECT_ONE);
  GtkSelectionModel *gtk = GTK_SELECTION_MODEL (selection);

  kd_selection_set_model (selection, G_LIST_MODEL (model));
  g_assert_cmpuint (kd_selection_get_current (selection), ==, GTK_INVALID_LIST_POSITION);
  kd_selection_set_current (selection, 500);
  g_assert_true (gtk_selection_model_is_selected (gtk, 500));
  kd_test_model_insert (model, 3);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 501);
  kd_test_model_remove (model, 0);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 500);
  kd_test_model_move (model, 500, 20);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 20);
  kd_test_model_move (model, 20, 300);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 300);
  kd_test_model_remove (model, 300);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, GTK_INVALID_LIST_POSITION);
  kd_selection_set_current (selection, 7);
  kd_test_model_take_calls (model);
  kd_test_model_requery (model, MANY);
  g_assert_cmpuint (kd_test_model_take_calls (model), ==, 0);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, GTK_INVALID_LIST_POSITION);
}

static void
test_many (void)
{
  g_autoptr (KdTestModel) model = kd_test_model_new (MANY);
  g_autoptr (KdSelection) selection = kd_selection_new (KD_SELECT_MANY);
  GtkSelectionModel *gtk = GTK_SELECTION_MODEL (selection);
  g_autoptr (GtkBitset) bits = NULL;
  g_autoptr (GtkBitset) on = gtk_bitset_new_range (10, 3);
  g_autoptr (GtkBitset) mask = gtk_bitset_new_range (9, 10);

  kd_selection_set_model (selection, G_LIST_MODEL (model));
  gtk_selection_model_select_range (gtk, 10, 90000, TRUE);
  gtk_selection_model_unselect_range (gtk, 20, 80000);
  bits = gtk_selection_model_get_selection (gtk);
  g_assert_cmpuint (gtk_bitset_get_size (bits), ==, 10000);
  g_assert_cmpuint (kd_selection_get_count (selection), ==, 10000);
  gtk_selection_model_set_selection (gtk, on, mask);
  g_assert_false (gtk_selection_model_is_selected (gtk, 13));
  g_assert_true (gtk_selection_model_is_selected (gtk, 12));
  gtk_selection_model_select_all (gtk);
  g_assert_true (gtk_selection_model_is_selected (gtk, MANY - 1));
  g_assert_cmpuint (kd_selection_get_count (selection), ==, MANY);
  gtk_selection_model_unselect_all (gtk);
  g_assert_false (gtk_selection_model_is_selected (gtk, 12));
  g_assert_cmpuint (kd_test_model_take_calls (model), ==, 0);
}

static void
test_set (void)
{
  g_autoptr (KdTestModel) model = kd_test_model_new (MANY);
  GtkWidget *list = kd_list_view_new ("Rows", KD_SELECT_MANY, &row_funcs, NULL);
  KdSelection *selection = kd_list_view_get_selection (KD_LIST_VIEW (list));
  Set set = { 0 };
  GtkWidget *window;

  kd_selection_set_set (selection, &set_funcs, &set, NULL);
  kd_list_view_set_model (KD_LIST_VIEW (list), G_LIST_MODEL (model));
  window = kd_test_window (list, 360, 400);
  g_assert_cmpuint (kd_test_model_take_calls (model), <, 1000);

  kd_list_view_focus (KD_LIST_VIEW (list));
  kd_test_key (window, "ctrl+a");
  g_assert_true (set.all);
  g_assert_cmpuint (set.calls, ==, 1);
  kd_test_key (window, "Down");
  g_assert_false (set.all);
  g_assert_cmpuint (set.from, ==, kd_selection_get_current (selection));
  kd_test_key (window, "shift+End");
  g_assert_cmpuint (set.to, ==, MANY);
  g_assert_cmpuint (kd_test_model_take_calls (model), <, 2000);
  kd_test_close (window, list, selection, NULL);
}

static void
position_cb (KdListView *list,
             unsigned position,
             unsigned *told)
{
  *told = position;
}

static void
test_view (void)
{
  g_autoptr (KdTestModel) model = kd_test_model_new (MANY);
  GtkWidget *list = kd_list_view_new ("Products", KD_SELECT_ONE, &row_funcs, NULL);
  KdSelection *selection = kd_list_view_get_selection (KD_LIST_VIEW (list));
  GtkWidget *empty = gtk_label_new ("Nothing here");
  unsigned activated = 9999, in_window = 9999;
  g_autoptr (KdTestItem) item = NULL;
  GtkWidget *window, *label, *row;

  kd_list_view_set_empty (KD_LIST_VIEW (list), empty);
  g_signal_connect (list, "activate", G_CALLBACK (position_cb), &activated);
  g_signal_connect (list, "open-in-window", G_CALLBACK (position_cb), &in_window);
  window = kd_test_window (list, 360, 400);
  g_assert_true (gtk_widget_get_mapped (empty));
  kd_list_view_set_model (KD_LIST_VIEW (list), G_LIST_MODEL (model));
  kd_test_draw (window);
  g_assert_false (gtk_widget_get_mapped (empty));
  gtk_test_accessible_assert_property (kd_test_find (list, GTK_TYPE_LIST_VIEW),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Products");

  kd_test_click (kd_test_find_label (list, "Row 2"));
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 2);
  kd_test_key (window, "Down");
  kd_test_key (window, "Return");
  g_assert_cmpuint (activated, ==, 3);
  kd_test_key (window, "ctrl+Return");
  g_assert_cmpuint (in_window, ==, 3);

  item = g_list_model_get_item (G_LIST_MODEL (model), 3);
  kd_test_item_set_text (item, "Gamis");
  label = kd_test_find_label (list, "Gamis");
  g_assert_nonnull (label);
  row = gtk_widget_get_parent (gtk_widget_get_parent (label));
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Gamis");

  kd_list_view_set_top (KD_LIST_VIEW (list), 50000);
  kd_test_draw (window);
  kd_test_draw (window);
  g_assert_cmpuint (kd_list_view_get_top (KD_LIST_VIEW (list)), ==, 50000);
  g_assert_nonnull (kd_test_find_label (list, "Row 50001"));
  kd_list_view_scroll_to (KD_LIST_VIEW (list), 0);
  kd_test_draw (window);
  g_assert_cmpuint (kd_list_view_get_top (KD_LIST_VIEW (list)), ==, 0);
  g_assert_cmpuint (kd_test_model_take_calls (model), <, 4000);

  kd_test_key (window, "Menu");
  g_assert_nonnull (kd_test_find (list, GTK_TYPE_POPOVER_MENU));
  g_assert_true (gtk_widget_get_mapped (kd_test_find (list, GTK_TYPE_POPOVER_MENU)));
  kd_test_key (window, "Escape");
  kd_test_model_requery (model, 0);
  kd_test_draw (window);
  g_assert_true (gtk_widget_get_mapped (empty));
  kd_test_close (window, list, empty, selection, NULL);
}

static gboolean
two_of_one_height (gpointer data)
{
  GtkWidget *first = kd_test_find_label (data, "Row 0");
  GtkWidget *other = kd_test_find_label (data, "Row 1");

  return gtk_widget_get_height (gtk_widget_get_parent (first))
         == gtk_widget_get_height (gtk_widget_get_parent (other));
}

static void
test_one_height (void)
{
  g_autoptr (KdTestModel) model = kd_test_model_new (10);
  GtkWidget *list = kd_list_view_new ("Rows", KD_SELECT_ONE, &row_funcs, NULL);
  GtkWidget *window, *label;

  kd_list_view_set_model (KD_LIST_VIEW (list), G_LIST_MODEL (model));
  window = kd_test_window (list, 360, 400);
  label = kd_test_find_label (list, "Row 1");
  gtk_widget_set_size_request (label, -1, 90);
  kd_test_draw (window);
  kd_test_wait (two_of_one_height, list);
  g_assert_cmpint (gtk_widget_get_height (gtk_widget_get_parent (label)), ==, 90);
  kd_test_close (window, list, NULL);
}

static void
count_cb (KdListView *list,
          guint position,
          gpointer data)
{
  guint *activated = data;

  activated[0]++;
  activated[1] = position;
}

static gboolean
has_activated (gpointer data)
{
  return *(guint *) data > 0;
}

/* A list without a detail beside it opens a row by one click, and by nothing less. */
static void
test_click_opens (void)
{
  g_autoptr (KdTestModel) model = kd_test_model_new (10);
  GtkWidget *list = kd_list_view_new ("Rows", KD_SELECT_ONE, &row_funcs, NULL);
  KdSelection *selection = kd_list_view_get_selection (KD_LIST_VIEW (list));
  GtkWidget *window;
  guint activated[2] = { 0, 0 };

  kd_list_view_set_model (KD_LIST_VIEW (list), G_LIST_MODEL (model));
  g_signal_connect (list, "activate", G_CALLBACK (count_cb), activated);
  window = kd_test_window (list, 360, 400);
  kd_test_click (kd_test_find_label (list, "Row 2"));
  kd_test_draw (window);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 2);
  g_assert_cmpuint (activated[0], ==, 0);

  g_object_set (list, "click-opens", TRUE, NULL);
  kd_test_click (kd_test_find_label (list, "Row 5"));
  kd_test_wait (has_activated, activated);
  g_assert_cmpuint (activated[0], ==, 1);
  g_assert_cmpuint (activated[1], ==, 5);
  g_assert_cmpuint (kd_selection_get_current (selection), ==, 5);
  kd_test_close (window, list, selection, NULL);
}

void
add_list_tests (void)
{
  g_test_add_func ("/list/one", test_one);
  g_test_add_func ("/list/many", test_many);
  g_test_add_func ("/list/set", test_set);
  g_test_add_func ("/list/view", test_view);
  g_test_add_func ("/list/one-height", test_one_height);
  g_test_add_func ("/list/click-opens", test_click_opens);
}
