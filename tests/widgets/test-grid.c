/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chip.h"
#include "kd-grid.h"
#include "kd-test-model.h"
#include "kd-toast-host.h"
#include "kd-widget-test.h"
#include "tests.h"

#define MANY 100000

static char *
sku_text (gpointer item,
          gpointer data)
{
  return g_strdup_printf ("SKU-%u", KD_TEST_ITEM (item)->id);
}

static char *
name_text (gpointer item,
           gpointer data)
{
  return g_strdup_printf ("Gamis katun no. %u", KD_TEST_ITEM (item)->id);
}

static char *
price_text (gpointer item,
            gpointer data)
{
  KdTestItem *self = item;

  return self->text != NULL ? g_strdup (self->text) : g_strdup_printf ("%u", self->id * 500);
}

static gboolean
price_set (gpointer item,
           const char *text,
           gpointer data,
           GError **error)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isdigit (*c))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no amount", text);
        return FALSE;
      }
  kd_test_item_set_text (item, text);
  return TRUE;
}

static char *
price_problem (gpointer item,
               gpointer data)
{
  return KD_TEST_ITEM (item)->id == 3 ? g_strdup ("Too cheap") : NULL;
}

static GtkWidget *
status_create (gpointer data)
{
  return kd_chip_new ();
}

static char *
status_text (gpointer item,
             gpointer data)
{
  return g_strdup (KD_TEST_ITEM (item)->id % 3 == 0 ? "Archived" : "On sale");
}

static void
status_bind (GtkWidget *widget,
             gpointer item,
             gpointer data)
{
  gboolean archived = KD_TEST_ITEM (item)->id % 3 == 0;

  kd_chip_set (KD_CHIP (widget), archived ? "folder-symbolic" : "emblem-ok-symbolic",
               archived ? "Archived" : "On sale", archived ? KD_TONE_NEUTRAL : KD_TONE_GOOD);
}

static const KdGridColumn columns[] = {
  { .id = "sku", .title = "SKU", .width = 12, .flags = KD_GRID_SORTABLE, .text = sku_text },
  { .id = "name", .title = "Name", .width = 24, .flags = KD_GRID_SORTABLE | KD_GRID_EXPAND,
    .text = name_text },
  { .id = "price", .title = "Price", .width = 12, .flags = KD_GRID_SORTABLE | KD_GRID_NUMBER,
    .text = price_text, .set = price_set, .problem = price_problem },
  { .id = "status", .title = "Status", .width = 14, .text = status_text, .create = status_create,
    .bind = status_bind },
};

typedef struct {
  GtkWidget *window;
  GtkWidget *grid;
  KdTestModel *model;
  KdSelection *selection;
  GString *log;
} Fixture;

static void
row_cb (KdGrid *grid,
        unsigned row,
        GString *log)
{
  g_string_append_printf (log, "row %u;", row);
}

static void
order_cb (KdGrid *grid,
          const char *column,
          gboolean descending,
          GString *log)
{
  g_string_append_printf (log, "%s %s;", column, descending ? "down" : "up");
}

static void
fill_cb (KdGrid *grid,
         const char *column,
         const char *text,
         GString *log)
{
  g_string_append_printf (log, "fill %s %s;", column, text);
}

static void
fixture_init (Fixture *f,
              KdSelectMode mode,
              unsigned n,
              int width)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *host = kd_toast_host_new ();

  f->log = g_string_new (NULL);
  f->model = kd_test_model_new (n);
  f->grid = kd_grid_new ("Products", mode, columns, G_N_ELEMENTS (columns), NULL);
  f->selection = kd_grid_get_selection (KD_GRID (f->grid));
  g_signal_connect (f->grid, "activate", G_CALLBACK (row_cb), f->log);
  g_signal_connect (f->grid, "order-changed", G_CALLBACK (order_cb), f->log);
  g_signal_connect (f->grid, "fill", G_CALLBACK (fill_cb), f->log);
  kd_grid_set_model (KD_GRID (f->grid), G_LIST_MODEL (f->model));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), f->grid);
  kd_toast_host_set_child (KD_TOAST_HOST (host), scrolled);
  f->window = kd_test_window (host, width, 400);
}

static void
fixture_clear (Fixture *f)
{
  kd_test_close (f->window, f->grid, f->selection, NULL);
  g_clear_object (&f->model);
  g_string_free (f->log, TRUE);
}

static GtkWidget *
find_text (GtkWidget *root,
           const char *text)
{
  if (GTK_IS_INSCRIPTION (root)
      && g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (root)), text) == 0)
    return gtk_widget_get_parent (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
assert_cursor (Fixture *f,
               unsigned row,
               unsigned column)
{
  unsigned at_row, at_column;

  g_assert_true (kd_grid_get_cursor (KD_GRID (f->grid), &at_row, &at_column));
  g_assert_cmpuint (at_row, ==, row);
  g_assert_cmpuint (at_column, ==, column);
}

static void
test_names (void)
{
  Fixture f;
  GtkWidget *cell, *row, *price;

  fixture_init (&f, KD_SELECT_MANY, 50, 800);
  kd_test_shot (f.window, "grid");
  gtk_test_accessible_assert_role (f.grid, GTK_ACCESSIBLE_ROLE_GRID);
  gtk_test_accessible_assert_property (f.grid, GTK_ACCESSIBLE_PROPERTY_LABEL, "Products");
  gtk_test_accessible_assert_relation (f.grid, GTK_ACCESSIBLE_RELATION_ROW_COUNT, 50);
  gtk_test_accessible_assert_relation (f.grid, GTK_ACCESSIBLE_RELATION_COL_COUNT, 4);
  cell = find_text (f.grid, "SKU-2");
  row = gtk_widget_get_parent (cell);
  gtk_test_accessible_assert_role (cell, GTK_ACCESSIBLE_ROLE_GRID_CELL);
  gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "SKU-2");
  gtk_test_accessible_assert_relation (cell, GTK_ACCESSIBLE_RELATION_ROW_INDEX, 3);
  gtk_test_accessible_assert_relation (cell, GTK_ACCESSIBLE_RELATION_COL_INDEX, 1);
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_ROW);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "SKU-2");
  price = find_text (f.grid, "1500");
  gtk_test_accessible_assert_property (price, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Too cheap");
  g_assert_true (gtk_widget_has_css_class (price, "problem"));
  kd_test_click (cell);
  assert_cursor (&f, 2, 0);
  g_assert_true (gtk_widget_has_focus (cell));
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  fixture_clear (&f);
}

static void
test_keyboard (void)
{
  Fixture f;

  fixture_init (&f, KD_SELECT_MANY, MANY, 800);
  g_assert_cmpuint (kd_test_model_take_calls (f.model), <, 400);
  gtk_widget_grab_focus (f.grid);
  assert_cursor (&f, 0, 0);
  kd_test_key (f.window, "Right");
  kd_test_key (f.window, "Down");
  assert_cursor (&f, 1, 1);
  g_assert_true (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (f.selection), 1));
  g_assert_true (gtk_widget_has_focus (find_text (f.grid, "Gamis katun no. 1")));
  kd_test_key (f.window, "End");
  assert_cursor (&f, 1, 3);
  kd_test_key (f.window, "Home");
  assert_cursor (&f, 1, 0);
  kd_test_key (f.window, "ctrl+End");
  assert_cursor (&f, MANY - 1, 0);
  g_assert_true (gtk_widget_has_focus (find_text (f.grid, "SKU-99999")));
  kd_test_key (f.window, "Page_Up");
  assert_cursor (&f, MANY - 1 - 11, 0);
  kd_test_key (f.window, "ctrl+Home");
  assert_cursor (&f, 0, 0);
  g_assert_cmpuint (kd_test_model_take_calls (f.model), <, 1000);

  kd_test_key (f.window, "shift+Down");
  kd_test_key (f.window, "shift+Down");
  g_assert_cmpuint (kd_selection_get_count (f.selection), ==, 3);
  kd_test_key (f.window, "space");
  g_assert_cmpuint (kd_selection_get_count (f.selection), ==, 2);
  kd_test_key (f.window, "ctrl+a");
  g_assert_cmpuint (kd_selection_get_count (f.selection), ==, MANY);
  kd_test_key (f.window, "Return");
  g_assert_cmpstr (f.log->str, ==, "row 2;");
  g_assert_cmpuint (kd_test_model_take_calls (f.model), <, 400);
  fixture_clear (&f);
}

static void
test_scroll (void)
{
  Fixture f;
  GtkAdjustment *adjustment;

  fixture_init (&f, KD_SELECT_ONE, MANY, 800);
  gtk_widget_grab_focus (f.grid);
  kd_test_key (f.window, "Down");
  g_object_get (f.grid, "vadjustment", &adjustment, NULL);
  kd_test_model_take_calls (f.model);
  for (unsigned i = 1; i <= 10; i++)
    {
      gtk_adjustment_set_value (adjustment, i * 100000);
      kd_test_draw (f.window);
    }
  g_assert_cmpuint (kd_test_model_take_calls (f.model), <, 10 * 60);
  /* The focused cell is out of view: the grid kept the keys, and the cell gets them back. */
  g_assert_true (gtk_widget_has_focus (f.grid));
  kd_test_key (f.window, "Down");
  assert_cursor (&f, 2, 0);
  g_assert_true (gtk_widget_has_focus (find_text (f.grid, "SKU-2")));
  g_object_unref (adjustment);

  kd_grid_set_top (KD_GRID (f.grid), 777);
  kd_test_draw (f.window);
  g_assert_cmpuint (kd_grid_get_top (KD_GRID (f.grid)), ==, 777);
  g_assert_nonnull (find_text (f.grid, "SKU-777"));
  /* Rows that come in above leave in place what is in view. */
  kd_test_model_insert (f.model, 5);
  kd_test_draw (f.window);
  g_assert_cmpuint (kd_grid_get_top (KD_GRID (f.grid)), ==, 778);
  fixture_clear (&f);
}

static void
test_rows_change (void)
{
  Fixture f;
  g_autoptr (KdTestItem) item = NULL;

  fixture_init (&f, KD_SELECT_ONE, 100, 800);
  gtk_widget_grab_focus (f.grid);
  kd_test_key (f.window, "Down");
  kd_test_key (f.window, "Down");
  kd_test_model_insert (f.model, 0);
  assert_cursor (&f, 3, 0);
  kd_test_model_move (f.model, 3, 6);
  assert_cursor (&f, 6, 0);
  kd_test_draw (f.window);
  g_assert_true (gtk_widget_has_focus (find_text (f.grid, "SKU-2")));
  item = g_list_model_get_item (G_LIST_MODEL (f.model), 6);
  kd_test_item_set_text (item, "123456");
  g_assert_nonnull (find_text (f.grid, "123456"));
  kd_test_model_requery (f.model, 0);
  kd_test_draw (f.window);
  g_assert_false (kd_grid_get_cursor (KD_GRID (f.grid), NULL, NULL));
  kd_test_key (f.window, "Down");
  kd_test_model_requery (f.model, 10);
  kd_test_draw (f.window);
  kd_test_key (f.window, "Down");
  assert_cursor (&f, 1, 0);
  fixture_clear (&f);
}

static GtkWidget *
title_named (GtkWidget *grid,
             const char *text)
{
  return gtk_widget_get_ancestor (kd_test_find_label (grid, text), GTK_TYPE_BUTTON);
}

static void
test_order (void)
{
  Fixture f;
  GtkWidget *price;

  fixture_init (&f, KD_SELECT_ONE, 20, 800);
  price = title_named (f.grid, "Price");
  gtk_test_accessible_assert_role (price, GTK_ACCESSIBLE_ROLE_COLUMN_HEADER);
  gtk_test_accessible_assert_property (price, GTK_ACCESSIBLE_PROPERTY_LABEL, "Price");
  kd_test_click (price);
  kd_test_click (price);
  g_assert_cmpstr (f.log->str, ==, "price up;price down;");
  gtk_test_accessible_assert_property (price, GTK_ACCESSIBLE_PROPERTY_SORT,
                                       GTK_ACCESSIBLE_SORT_DESCENDING);
  kd_grid_set_order (KD_GRID (f.grid), "sku", FALSE);
  gtk_test_accessible_assert_property (price, GTK_ACCESSIBLE_PROPERTY_SORT,
                                       GTK_ACCESSIBLE_SORT_NONE);
  g_assert_cmpstr (f.log->str, ==, "price up;price down;");

  gtk_widget_grab_focus (f.grid);
  kd_test_key (f.window, "shift+Tab");
  g_assert_true (gtk_widget_has_focus (title_named (f.grid, "SKU")));
  kd_test_key (f.window, "shift+Right");
  g_assert_cmpfloat (kd_grid_get_column_width (KD_GRID (f.grid), "sku"), >, 12);
  kd_test_key (f.window, "Down");
  assert_cursor (&f, 0, 0);
  g_assert_true (gtk_widget_has_focus (find_text (f.grid, "SKU-0")));
  kd_grid_set_column_visible (KD_GRID (f.grid), "name", FALSE);
  kd_test_draw (f.window);
  kd_test_key (f.window, "Right");
  assert_cursor (&f, 0, 2);
  fixture_clear (&f);
}

static void
test_edit (void)
{
  Fixture f;
  GtkWidget *editor;

  fixture_init (&f, KD_SELECT_MANY, 20, 800);
  editor = kd_test_find (f.grid, GTK_TYPE_ENTRY);
  gtk_widget_grab_focus (f.grid);
  kd_test_key (f.window, "F2");
  g_assert_false (gtk_widget_get_visible (editor));
  kd_grid_set_cursor (KD_GRID (f.grid), 1, 2);
  kd_test_key (f.window, "F2");
  g_assert_true (gtk_widget_get_visible (editor));
  kd_test_shot (f.window, "grid-edit");
  gtk_test_accessible_assert_property (editor, GTK_ACCESSIBLE_PROPERTY_LABEL, "Price");
  kd_test_key (f.window, "ctrl+a");
  kd_test_type (f.window, "750");
  kd_test_key (f.window, "Return");
  g_assert_false (gtk_widget_get_visible (editor));
  g_assert_nonnull (find_text (f.grid, "750"));
  assert_cursor (&f, 2, 2);

  /* Typing replaces; a refused value keeps the editor and says why. */
  kd_test_type (f.window, "12x");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (editor)), ==, "12x");
  kd_test_key (f.window, "Return");
  g_assert_true (gtk_widget_get_visible (editor));
  g_assert_nonnull (kd_test_find_label (f.window, "12x is no amount"));
  gtk_test_accessible_assert_property (editor, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "12x is no amount");
  kd_test_key (f.window, "Escape");
  g_assert_false (gtk_widget_get_visible (editor));
  g_assert_nonnull (find_text (f.grid, "1000"));

  /* Leaving commits. */
  kd_test_type (f.window, "99");
  kd_test_click (find_text (f.grid, "SKU-5"));
  g_assert_nonnull (find_text (f.grid, "99"));
  assert_cursor (&f, 5, 0);

  /* Several rows: Ctrl+Enter asks for one operation. */
  kd_grid_set_cursor (KD_GRID (f.grid), 5, 2);
  kd_test_key (f.window, "shift+Down");
  kd_test_key (f.window, "shift+Down");
  kd_test_type (f.window, "5000");
  kd_test_key (f.window, "ctrl+Return");
  g_assert_cmpstr (f.log->str, ==, "fill price 5000;");
  g_assert_cmpuint (kd_selection_get_count (f.selection), ==, 3);
  fixture_clear (&f);
}

static gboolean
is_pasted (gpointer data)
{
  return find_text (data, "333") != NULL;
}

static void
test_clipboard (void)
{
  g_autoptr (GPtrArray) lines = kd_grid_split_text ("a\t\"b\"\"c\nd\"\r\ne\t\n");
  Fixture f;
  g_autofree char *text = NULL;
  g_autofree char *one = NULL;

  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_cmpstr (((char **) lines->pdata[0])[1], ==, "b\"c\nd");
  g_assert_cmpstr (((char **) lines->pdata[1])[0], ==, "e");
  g_assert_cmpstr (((char **) lines->pdata[1])[1], ==, "");

  fixture_init (&f, KD_SELECT_MANY, 20, 800);
  gtk_widget_grab_focus (f.grid);
  kd_grid_set_cursor (KD_GRID (f.grid), 4, 2);
  one = kd_grid_copy_text (KD_GRID (f.grid));
  g_assert_cmpstr (one, ==, "2000");
  gtk_selection_model_select_range (GTK_SELECTION_MODEL (f.selection), 1, 2, TRUE);
  text = kd_grid_copy_text (KD_GRID (f.grid));
  g_assert_cmpstr (text, ==, "SKU-1\tGamis katun no. 1\t500\tOn sale\n"
                             "SKU-2\tGamis katun no. 2\t1000\tOn sale\n");
  gdk_clipboard_set_text (gtk_widget_get_clipboard (f.grid), "222\tx\nbad\n333\n");
  kd_test_key (f.window, "ctrl+v");
  kd_test_wait (is_pasted, f.grid);
  g_assert_nonnull (find_text (f.grid, "222"));
  g_assert_nonnull (find_text (f.grid, "2500"));
  g_assert_nonnull (kd_test_find_label (f.window, "bad is no amount"));
  fixture_clear (&f);
}

static void
test_mirrored (void)
{
  Fixture f;
  graphene_rect_t sku, price;
  int min;

  fixture_init (&f, KD_SELECT_ONE, 20, 360);
  gtk_widget_measure (f.window, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  g_assert_cmpint (min, <=, 360);
  kd_test_resize (f.window, 800, 400);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  gtk_widget_set_direction (f.grid, GTK_TEXT_DIR_RTL);
  kd_test_draw (f.window);
  kd_test_shot (f.window, "grid-rtl");
  g_assert_true (gtk_widget_compute_bounds (find_text (f.grid, "SKU-1"), f.grid, &sku));
  g_assert_true (gtk_widget_compute_bounds (find_text (f.grid, "500"), f.grid, &price));
  g_assert_cmpfloat (sku.origin.x, >, price.origin.x);
  g_assert_cmpint ((int) (sku.origin.x + sku.size.width), ==, 800);
  kd_test_click (find_text (f.grid, "500"));
  assert_cursor (&f, 1, 2);
  kd_test_key (f.window, "Left");
  assert_cursor (&f, 1, 3);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  fixture_clear (&f);
}

void
add_grid_tests (void)
{
  g_test_add_func ("/grid/names", test_names);
  g_test_add_func ("/grid/keyboard", test_keyboard);
  g_test_add_func ("/grid/scroll", test_scroll);
  g_test_add_func ("/grid/rows-change", test_rows_change);
  g_test_add_func ("/grid/order", test_order);
  g_test_add_func ("/grid/edit", test_edit);
  g_test_add_func ("/grid/clipboard", test_clipboard);
  g_test_add_func ("/grid/mirrored", test_mirrored);
}
