/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-variants.h"

#include "kd-catalog-words.h"
#include "kd-grid.h"
#include "kd-option-rows.h"
#include "kd-product-fields.h"
#include "kd-variant-edit.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define ROWS_SHOWN_MAX 10
#define ROW_HEIGHT 36 /* about: the table scrolls in itself beyond that */
#define TITLE_CHARS 16
#define CELL_CHARS 12
#define TICK_CHARS 6

struct _KdProductVariants {
  GtkWidget parent_instance;

  KdProductForm *form;    /* (owned) (nullable) */
  GListStore *rows;       /* of KdVariantRow */
  GtkWidget *options, *problem, *frame, *grid;
};

G_DEFINE_FINAL_TYPE (KdProductVariants, kd_product_variants, GTK_TYPE_WIDGET)

/* ---- columns ---- */

static char *
title_text (gpointer item,
            gpointer data)
{
  return g_strdup (KD_VARIANT_ROW (item)->title);
}

static char *
tick_text (gpointer item,
           gpointer data)
{
  return g_strdup (KD_VARIANT_ROW (item)->ticked ? _("Yes") : _("No"));
}

#define CELL(name, cell) \
  static char * \
  name##_text (gpointer item, \
               gpointer data) \
  { \
    return g_strdup (kd_variant_row_get_cell (item, cell)); \
  } \
  static char * \
  name##_edit (gpointer item, \
               gpointer data) \
  { \
    return g_strdup (kd_variant_row_get_edit (item, cell)); \
  } \
  static char * \
  name##_problem (gpointer item, \
                  gpointer data) \
  { \
    return g_strdup (KD_VARIANT_ROW (item)->problems[cell]); \
  } \
  static gboolean \
  name##_set (gpointer item, \
              const char *text, \
              gpointer data, \
              GError **error) \
  { \
    KdProductVariants *self = data; \
    return kd_variant_edit_cell (self->form, item, cell, text, error); \
  }

CELL (sku, KD_VARIANT_SKU)
CELL (price, KD_VARIANT_PRICE)
CELL (stock, KD_VARIANT_STOCK)
CELL (code, KD_VARIANT_CODE)

/* What the product says stands grey until the variant says its own. */
static GtkWidget *
price_create (gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static void
price_bind (GtkWidget *label,
            gpointer item,
            gpointer data)
{
  KdVariantRow *row = item;

  gtk_label_set_text (GTK_LABEL (label), kd_variant_row_get_cell (row, KD_VARIANT_PRICE));
  if (row->inherits && row->refused[KD_VARIANT_PRICE] == NULL)
    gtk_widget_add_css_class (label, "dim-label");
  else
    gtk_widget_remove_css_class (label, "dim-label");
}

static void
toggle (KdProductVariants *self,
        KdVariantRow *row,
        gboolean ticked)
{
  if (self->form != NULL && row->ticked != ticked)
    kd_variant_edit_tick (self->form, row, ticked);
}

static void
toggled_cb (GtkCheckButton *check,
            KdProductVariants *self)
{
  KdVariantRow *row = g_object_get_data (G_OBJECT (check), "kd-row");

  if (row != NULL)
    toggle (self, row, gtk_check_button_get_active (check));
}

static GtkWidget *
tick_create (gpointer data)
{
  GtkWidget *check = gtk_check_button_new ();

  /* By key it is Enter on the cell. */
  gtk_widget_set_focusable (check, FALSE);
  gtk_widget_set_halign (check, GTK_ALIGN_CENTER);
  g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), data);
  return check;
}

static void
tick_bind (GtkWidget *check,
           gpointer item,
           gpointer data)
{
  KdVariantRow *row = item;

  g_object_set_data (G_OBJECT (check), "kd-row", NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), row->ticked);
  g_object_set_data_full (G_OBJECT (check), "kd-row", g_object_ref (row), g_object_unref);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, row->title, -1);
}

static void
activate_cb (KdGrid *grid,
             guint position,
             KdProductVariants *self)
{
  g_autoptr (KdVariantRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (row != NULL)
    toggle (self, row, !row->ticked);
}

static gboolean
stock_can_edit (gpointer item,
                gpointer data)
{
  KdVariantRow *row = item;

  return kd_id_is_none (&row->variant) || !row->places;
}

static const KdGridColumn columns[] = {
  { .id = "sold", .title = N_("Sold"), .width = TICK_CHARS, .text = tick_text,
    .create = tick_create, .bind = tick_bind },
  { .id = "title", .title = N_("Variant"), .width = TITLE_CHARS, .flags = KD_GRID_EXPAND, .text = title_text },
  { .id = "sku", .title = N_("SKU"), .width = CELL_CHARS, .text = sku_text, .set = sku_set, .edit_text = sku_edit,
    .problem = sku_problem },
  { .id = "price", .title = N_("Price"), .width = CELL_CHARS, .flags = KD_GRID_NUMBER, .text = price_text,
    .set = price_set, .edit_text = price_edit, .problem = price_problem, .create = price_create,
    .bind = price_bind },
  { .id = "stock", .title = N_("Stock"), .width = CELL_CHARS, .flags = KD_GRID_NUMBER, .text = stock_text,
    .set = stock_set, .edit_text = stock_edit, .problem = stock_problem, .can_edit = stock_can_edit },
  { .id = "code", .title = N_("Barcode"), .width = CELL_CHARS, .text = code_text, .set = code_set,
    .edit_text = code_edit, .problem = code_problem },
};

/* ---- several cells at once: one operation ---- */

static int
column_of (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (g_str_equal (columns[i].id, id))
      return (int) i;
  return -1;
}

static void
fill_cb (KdGrid *grid,
         const char *column,
         const char *text,
         KdProductVariants *self)
{
  KdSelection *selection = kd_grid_get_selection (grid);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  g_autoptr (KdVariantEdits) edits = kd_variant_edits_new (self->form);
  int at = column_of (column);

  for (guint i = 0; at >= 0 && i < n; i++)
    if (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (selection), i))
      {
        g_autoptr (KdVariantRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

        kd_variant_edits_add (edits, row, columns[at].id, text);
      }
  kd_variant_edits_commit (edits);
}

static gboolean
paste_cb (KdGrid *grid,
          guint row,
          guint column,
          GPtrArray *lines,
          KdProductVariants *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  g_autoptr (KdVariantEdits) edits = kd_variant_edits_new (self->form);

  for (guint l = 0; l < lines->len && row + l < n; l++)
    {
      g_autoptr (KdVariantRow) item = g_list_model_get_item (G_LIST_MODEL (self->rows), row + l);
      char **values = g_ptr_array_index (lines, l);

      for (guint c = 0; values[c] != NULL && column + c < G_N_ELEMENTS (columns); c++)
        kd_variant_edits_add (edits, item, columns[column + c].id, values[c]);
    }
  kd_variant_edits_commit (edits);
  return TRUE;
}

/* ---- showing ---- */

static gboolean
same_rows (KdProductVariants *self,
           GPtrArray *rows)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->rows)) != rows->len)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (KdVariantRow) shown = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (g_strcmp0 (shown->key, ((KdVariantRow *) g_ptr_array_index (rows, i))->key) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
show_rows (KdProductVariants *self,
           const KdVariantPlan *plan)
{
  g_autoptr (GPtrArray) rows = kd_variant_rows_of (self->form, plan);
  guint shown = MIN (rows->len, ROWS_SHOWN_MAX);

  if (same_rows (self, rows))
    for (guint i = 0; i < rows->len; i++)
      {
        g_autoptr (KdVariantRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

        kd_variant_row_take (row, g_ptr_array_index (rows, i));
      }
  else
    g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)), rows->pdata, rows->len);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->frame), (int) (shown + 1) * ROW_HEIGHT);
}

static void
form_changed (KdProductVariants *self)
{
  g_autoptr (KdVariantPlan) plan = NULL;
  const char *code;

  if (self->form == NULL || !kd_product_form_is_loaded (self->form))
    return;
  plan = kd_product_form_dup_plan (self->form);
  code = kd_product_form_get_options_reason (self->form);
  if (code == NULL && plan->too_many)
    code = "variants.many";
  gtk_label_set_text (GTK_LABEL (self->problem), code != NULL ? kd_catalog_reason_or_code (code) : "");
  gtk_widget_set_visible (self->problem, code != NULL);
  gtk_widget_set_visible (self->frame, plan->options->len > 0 && plan->variants->len > 0);
  if (plan->options->len > 0)
    show_rows (self, plan);
  else
    g_list_store_remove_all (self->rows);
}

static void
kd_product_variants_dispose (GObject *object)
{
  KdProductVariants *self = KD_PRODUCT_VARIANTS (object);

  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (kd_product_variants_parent_class)->dispose (object);
}

static void
kd_product_variants_class_init (KdProductVariantsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_product_variants_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kd_product_variants_init (KdProductVariants *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("Options and variants"), &box);

  self->rows = g_list_store_new (KD_TYPE_VARIANT_ROW);
  self->options = kd_option_rows_new ();
  self->problem = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->problem), 0);
  gtk_label_set_wrap (GTK_LABEL (self->problem), TRUE);
  gtk_widget_add_css_class (self->problem, "kd-problem");
  self->grid = kd_grid_new (_("Variants"), KD_SELECT_MANY, columns, G_N_ELEMENTS (columns), self);
  kd_grid_set_model (KD_GRID (self->grid), G_LIST_MODEL (self->rows));
  g_signal_connect (self->grid, "fill", G_CALLBACK (fill_cb), self);
  g_signal_connect (self->grid, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (self->grid, "paste", G_CALLBACK (paste_cb), self);
  self->frame = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->frame), self->grid);
  gtk_widget_add_css_class (self->frame, "kd-grid-frame");
  gtk_widget_set_overflow (self->frame, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (box), self->options);
  gtk_box_append (GTK_BOX (box), self->problem);
  gtk_box_append (GTK_BOX (box), self->frame);
  gtk_widget_set_parent (section, GTK_WIDGET (self));
}

GtkWidget *
kd_product_variants_new (void)
{
  return g_object_new (KD_TYPE_PRODUCT_VARIANTS, NULL);
}

void
kd_product_variants_set_form (KdProductVariants *self,
                              KdProductForm *form)
{
  g_return_if_fail (KD_IS_PRODUCT_VARIANTS (self));

  if (self->form == form)
    return;
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_set_object (&self->form, form);
  kd_option_rows_set_form (KD_OPTION_ROWS (self->options), form);
  g_list_store_remove_all (self->rows);
  if (form == NULL)
    return;
  g_signal_connect_swapped (form, "changed", G_CALLBACK (form_changed), self);
  form_changed (self);
}
