/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-catalog-private.h"
#include "kd-grid.h"
#include "kd-pane-test.h"
#include "kd-quantity-words.h"
#include "kd-variant-edit.h"
#include "kd-widgets.h"

#define WIDTH 1280
#define HEIGHT 800

static KdCatalogPane *
pane_of (KdPaneTest *test)
{
  return KD_CATALOG_PANE (test->pane);
}

static GListModel *
rows_of (KdPaneTest *test)
{
  return G_LIST_MODEL (kd_product_list_get_model (KD_PRODUCT_LIST (pane_of (test)->list)));
}

static void
run (KdPaneTest *test,
     const char *command)
{
  g_assert_true (kd_command_group_activate (kd_page_get_commands (KD_PAGE (test->pane)), command, NULL, NULL));
  kd_pane_test_settle (test);
}

static void
open_product (KdPaneTest *test,
              const KdId *id)
{
  g_autofree char *target = g_strdup_printf ("kedai:product/%s", kd_test_id (id));

  g_assert_true (kd_page_show_target (KD_PAGE (test->pane), target));
  kd_pane_test_settle (test);
}

static void
type_into (KdPaneTest *test,
           const char *name,
           const char *text)
{
  GtkWidget *entry = kd_pane_test_named (test->pane, GTK_TYPE_EDITABLE, name);

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  kd_pane_test_settle (test);
}

static const char *
text_in (KdPaneTest *test,
         const char *name)
{
  return gtk_editable_get_text (GTK_EDITABLE (kd_pane_test_named (test->pane, GTK_TYPE_EDITABLE, name)));
}

static void
undo_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_undo_finish (KD_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (commit);
}

static void
undo (KdPaneTest *test)
{
  kd_session_undo_async (test->session, NULL, undo_cb, NULL);
  kd_pane_test_settle (test);
}

/* Three products with stock. */
static KdPaneTest *
new_shop (KdId ids[3])
{
  KdPaneTest *test = kd_pane_test_new (kd_catalog_pane_new);

  ids[0] = kd_test_add_product (test->store, "Kopi Gayo 250 g", "KOPI-1", 65000, 12000);
  ids[1] = kd_test_add_product (test->store, "Kaos polos hitam", "KAOS-1", 49000, 0);
  ids[2] = kd_test_add_product (test->store, "Teh melati", "TEH-1", 18000, 3000);
  return test;
}

static void
test_list (void)
{
  KdId ids[3];
  KdPaneTest *test = new_shop (ids);
  GtkWidget *search;

  kd_pane_test_show (test, WIDTH, HEIGHT);
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (test)), ==, 3);
  kd_test_shot (test->window, "catalog-list");
  search = kd_pane_test_named (test->pane, GTK_TYPE_EDITABLE, "Search products");
  gtk_editable_set_text (GTK_EDITABLE (search), "kop");
  kd_pane_test_settle (test);
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (test)), ==, 1);
  gtk_editable_set_text (GTK_EDITABLE (search), "zzz");
  kd_pane_test_settle (test);
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (test)), ==, 0);
  g_assert_nonnull (kd_test_find_label (test->pane, "Nothing found"));
  run (test, "clear-filters");
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (test)), ==, 3);
  kd_pane_test_free (test);
}

static void
test_edit (void)
{
  KdId ids[3];
  KdPaneTest *test = new_shop (ids);
  KdProductForm *form;

  kd_pane_test_show (test, WIDTH, HEIGHT);
  open_product (test, &ids[0]);
  g_assert_cmpstr (text_in (test, "Name"), ==, "Kopi Gayo 250 g");
  g_assert_cmpstr (text_in (test, "Price"), ==, "65.000");
  type_into (test, "Price", "70rb");
  kd_test_shot (test->window, "catalog-edit");
  form = kd_catalog_pane_get_form (pane_of (test));
  g_assert_true (kd_product_form_is_dirty (form));
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product WHERE price = 70000"), ==, 0);
  kd_pane_test_key (test, "ctrl+s");
  g_assert_false (kd_product_form_is_dirty (form));
  g_assert_cmpstr (text_in (test, "Price"), ==, "70.000");
  type_into (test, "Price", "+10%");
  kd_pane_test_key (test, "ctrl+s");
  g_assert_cmpstr (text_in (test, "Price"), ==, "77.000");
  undo (test);
  g_assert_cmpstr (text_in (test, "Price"), ==, "70.000");
  undo (test);
  g_assert_cmpstr (text_in (test, "Price"), ==, "65.000");
  kd_pane_test_free (test);
}

/* What is typed survives the window and the program. */
static void
test_draft (void)
{
  KdId ids[3];
  KdPaneTest *test = new_shop (ids);
  g_autoptr (GVariant) state = NULL;

  kd_pane_test_show (test, WIDTH, HEIGHT);
  open_product (test, &ids[1]);
  type_into (test, "Name", "Kaos polos hit");
  state = kd_page_save_state (KD_PAGE (test->pane));
  kd_pane_test_hide (test);
  kd_test_store_reopen (test->store);
  kd_pane_test_show (test, WIDTH, HEIGHT);
  kd_page_restore_state (KD_PAGE (test->pane), state);
  kd_pane_test_settle (test);
  g_assert_cmpstr (text_in (test, "Name"), ==, "Kaos polos hit");
  run (test, "discard");
  g_assert_cmpstr (text_in (test, "Name"), ==, "Kaos polos hitam");
  kd_pane_test_free (test);
}

static void
test_refused (void)
{
  KdId ids[3];
  KdPaneTest *test = new_shop (ids);
  KdProductForm *form;

  kd_pane_test_show (test, WIDTH, HEIGHT);
  open_product (test, &ids[0]);
  type_into (test, "SKU", " kaos-1 ");
  run (test, "save");
  form = kd_catalog_pane_get_form (pane_of (test));
  g_assert_cmpstr (kd_product_form_get_reason (form, KD_PRODUCT_SKU), ==, "sku.taken");
  g_assert_true (kd_product_form_is_dirty (form));
  g_assert_cmpstr (text_in (test, "SKU"), ==, " kaos-1 ");
  g_assert_nonnull (kd_test_find_label (test->pane, "Another product has this SKU"));
  kd_test_shot (test->window, "catalog-refused");
  type_into (test, "SKU", "KOPI-2");
  run (test, "save");
  g_assert_false (kd_product_form_is_dirty (form));
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM variant WHERE sku = 'KOPI-2'"), ==, 1);
  type_into (test, "Barcode", "4006381333932");
  run (test, "save");
  g_assert_cmpstr (kd_product_form_get_reason (form, KD_PRODUCT_CODE), ==, "code.digit");
  type_into (test, "Barcode", "4006381333931");
  run (test, "save");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM variant_code"), ==, 1);
  type_into (test, "Price", "abc");
  run (test, "save");
  g_assert_cmpstr (kd_product_form_get_reason (form, KD_PRODUCT_PRICE), !=, NULL);
  kd_pane_test_free (test);
}

static void
test_new (void)
{
  KdPaneTest *test = kd_pane_test_new (kd_catalog_pane_new);

  kd_pane_test_show (test, WIDTH, HEIGHT);
  g_assert_nonnull (kd_test_find_label (test->pane, "No products yet"));
  kd_test_shot (test->window, "catalog-empty");
  kd_pane_test_key (test, "ctrl+n");
  kd_test_shot (test->window, "catalog-new");
  type_into (test, "Name", "Sambal bawang");
  type_into (test, "Price", "25rb");
  type_into (test, "Stock now", "40");
  kd_test_shot (test->window, "catalog-new-typed");
  kd_pane_test_key (test, "ctrl+s");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product WHERE status = 'draft'"), ==, 1);
  g_assert_cmpint (kd_test_number (test->store, "SELECT sum(on_hand) FROM stock_level"), ==, 40000);
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (test)), ==, 1);
  run (test, "publish");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product WHERE status = 'active'"), ==, 1);
  kd_test_shot (test->window, "catalog-published");
  run (test, "duplicate");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 2);
  g_assert_cmpstr (text_in (test, "Name"), ==, "Sambal bawang (copy)");
  run (test, "delete");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 1);
  undo (test);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM product"), ==, 2);
  kd_pane_test_free (test);
}

static KdVariantRow *
variant_row (KdPaneTest *test,
             guint n)
{
  GtkWidget *grid = kd_test_find (test->pane, KD_TYPE_GRID);
  GListModel *rows = kd_selection_get_model (kd_grid_get_selection (KD_GRID (grid)));
  KdVariantRow *row;

  g_assert_cmpuint (g_list_model_get_n_items (rows), >, n);
  row = g_list_model_get_item (rows, n);
  g_object_unref (row);
  return row;
}

static void
enter (KdPaneTest *test,
       const char *name,
       const char *text)
{
  GtkWidget *entry = kd_pane_test_named (test->pane, GTK_TYPE_EDITABLE, name);

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  g_signal_emit_by_name (entry, "activate");
  kd_pane_test_settle (test);
}

static void
test_variants (void)
{
  KdId ids[3];
  KdPaneTest *test = new_shop (ids);
  KdProductForm *form;
  GError *error = NULL;

  kd_pane_test_show (test, WIDTH, HEIGHT);
  open_product (test, &ids[1]);
  form = kd_catalog_pane_get_form (pane_of (test));
  gtk_widget_activate (gtk_widget_get_parent (kd_test_find_label (test->pane, "Add Option")));
  kd_pane_test_settle (test);
  type_into (test, "Name of the option", "Ukuran");
  enter (test, "Add a value", "S, M, L");
  kd_test_shot (test->window, "catalog-options");
  g_assert_cmpstr (variant_row (test, 2)->title, ==, "L");
  /* The hidden variant becomes the first one; the last isn't sold. */
  g_assert_false (kd_id_is_none (&variant_row (test, 0)->variant));
  kd_variant_edit_tick (form, variant_row (test, 2), FALSE);
  g_assert_true (kd_variant_edit_cell (form, variant_row (test, 1), KD_VARIANT_SKU, "KAOS-M", &error));
  g_assert_true (kd_variant_edit_cell (form, variant_row (test, 1), KD_VARIANT_STOCK, "7", &error));
  kd_pane_test_settle (test);
  run (test, "save");
  g_assert_false (kd_product_form_is_dirty (form));
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM option"), ==, 1);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM variant WHERE title IN ('S', 'M')"), ==, 2);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM variant WHERE title = 'S' AND sku = 'KAOS-1'"),
                   ==, 1);
  g_assert_cmpint (kd_test_number (test->store, "SELECT on_hand FROM stock_level l, variant v WHERE v.id = l.variant"
                                                " AND v.sku = 'KAOS-M'"), ==, 7000);
  /* A cell of a stored variant is saved at once. */
  g_assert_true (kd_variant_edit_cell (form, variant_row (test, 1), KD_VARIANT_PRICE, "55rb", &error));
  kd_pane_test_settle (test);
  g_assert_false (kd_product_form_is_dirty (form));
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM variant WHERE price = 55000"), ==, 1);
  g_assert_true (kd_variant_edit_cell (form, variant_row (test, 1), KD_VARIANT_SKU, "KOPI-1", &error));
  kd_pane_test_settle (test);
  /* What was refused stays in its cell with the reason; the store keeps the old value. */
  g_assert_cmpstr (variant_row (test, 1)->problems[KD_VARIANT_SKU], ==, "Another product has this SKU");
  g_assert_cmpstr (kd_variant_row_get_cell (variant_row (test, 1), KD_VARIANT_SKU), ==, "KOPI-1");
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM variant WHERE sku = 'KAOS-M'"), ==, 1);
  g_assert_true (kd_variant_edit_cell (form, variant_row (test, 1), KD_VARIANT_SKU, "KAOS-M", &error));
  kd_pane_test_settle (test);
  g_assert_null (variant_row (test, 1)->problems[KD_VARIANT_SKU]);
  g_assert_cmpstr (kd_variant_row_get_cell (variant_row (test, 1), KD_VARIANT_SKU), ==, "KAOS-M");
  g_assert_false (kd_variant_edit_cell (form, variant_row (test, 1), KD_VARIANT_PRICE, "abc", &error));
  g_clear_error (&error);
  kd_test_shot (test->window, "catalog-variants");
  undo (test);
  undo (test);
  g_assert_cmpint (kd_test_number (test->store, "SELECT count(*) FROM option"), ==, 0);
  g_assert_true (kd_product_form_is_simple (form));
  kd_pane_test_free (test);
}

static void
test_stock (void)
{
  KdId ids[3];
  KdPaneTest *test = new_shop (ids);
  GtkWidget *change;

  kd_pane_test_show (test, WIDTH, 1400);
  open_product (test, &ids[0]);
  g_assert_nonnull (kd_test_find_label (test->pane, "On hand 12 · Reserved 0 · Available 12"));
  change = kd_pane_test_named (test->pane, GTK_TYPE_MENU_BUTTON, "Change the stock of Kopi Gayo 250 g");
  gtk_menu_button_popup (GTK_MENU_BUTTON (change));
  kd_pane_test_settle (test);
  type_into (test, "How many", "5");
  g_assert_nonnull (kd_test_find_label (change, "12 → 17"));
  kd_test_shot (test->window, "catalog-stock");
  enter (test, "Note", "Dari pemasok");
  g_assert_nonnull (kd_test_find_label (test->pane, "On hand 17 · Reserved 0 · Available 17"));
  g_assert_nonnull (kd_test_find_label (test->pane, "Received: Dari pemasok"));
  undo (test);
  g_assert_nonnull (kd_test_find_label (test->pane, "On hand 12 · Reserved 0 · Available 12"));
  kd_pane_test_free (test);
}

static void
test_quantity_words (void)
{
  static const struct { gint64 quantity; const char *currency, *words; } cases[] = {
    { 0, "IDR", "0" },           { 2000, "IDR", "2" },         { 1500, "IDR", "1,5" },     { 250, "USD", "0.25" },
    { 1234567, "IDR", "1.234,567" }, { -2500, "IDR", "−2,5" }, { 1500000, "USD", "1,500" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = kd_quantity_words (cases[i].quantity, cases[i].currency);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
  {
    g_autofree char *count = kd_count_words (200000, "IDR");

    g_assert_cmpstr (count, ==, "200.000");
  }
}

int
main (int argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  kd_widgets_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/catalog/quantity-words", test_quantity_words);
  g_test_add_func ("/catalog/list", test_list);
  g_test_add_func ("/catalog/edit", test_edit);
  g_test_add_func ("/catalog/draft", test_draft);
  g_test_add_func ("/catalog/refused", test_refused);
  g_test_add_func ("/catalog/new", test_new);
  g_test_add_func ("/catalog/variants", test_variants);
  g_test_add_func ("/catalog/stock", test_stock);
  return g_test_run ();
}
