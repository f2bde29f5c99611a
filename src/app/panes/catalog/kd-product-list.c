/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-list.h"

#include "kd-action-button.h"
#include "kd-category-tree.h"
#include "kd-empty-page.h"
#include "kd-filter-bar.h"
#include "kd-list-view.h"
#include "kd-listed-row.h"
#include "kd-session-photos.h"
#include "kd-unsaved.h"
#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>

#define BEGUN_SHOWN_MAX 5

struct _KdProductList {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) */
  KdCategoryTree *tree;
  KdUnsaved *unsaved;
  KdWindowModel *model;
  KdRowSet *row_set;
  GMenuModel *menu;       /* (owned) */
  GtkWidget *filters, *list, *begun;
  GtkWidget *empty, *nothing; /* (owned): no products at all, none found */
  KdItem *awaited;        /* (owned) (nullable): the current one, without its id yet */
  GCancellable *locating;
  char *wanted_category;  /* (owned): of a restored view, until the tree is there */
};

G_DEFINE_FINAL_TYPE (KdProductList, kd_product_list, GTK_TYPE_WIDGET)

enum { OPENED, OPEN_IN_WINDOW, BEGUN, ACTIVATED, SELECTION_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- rows ---- */

static gboolean
item_is_unsaved (KdProductList *self,
                 KdItem *item)
{
  const KdId *id = kd_item_get_id (item);

  return !kd_id_is_none (id) && kd_unsaved_has (self->unsaved, id);
}

static GtkWidget *
create_row (gpointer data)
{
  KdProductList *self = data;

  return kd_listed_row_new (kd_session_get_photos (self->session));
}

static void
bind_row (GtkWidget *row,
          gpointer item,
          gpointer data)
{
  KdProductList *self = data;

  kd_listed_row_set_item (KD_LISTED_ROW (row), KD_LISTED_PRODUCT (item), kd_session_get_currency (self->session),
                          item_is_unsaved (self, item));
}

static char *
name_row (gpointer item,
          gpointer data)
{
  KdProductList *self = data;

  return kd_listed_row_name (KD_LISTED_PRODUCT (item), kd_session_get_currency (self->session),
                             item_is_unsaved (self, item));
}

static GMenuModel *
menu_of_row (unsigned position,
             gpointer data)
{
  KdProductList *self = data;

  return self->menu != NULL ? g_object_ref (self->menu) : NULL;
}

static const KdRowFuncs row_funcs = {
  .create = create_row,
  .bind = bind_row,
  .name = name_row,
  .menu = menu_of_row,
};

static const KdSelectionSet set_funcs = {
  kd_row_set_is_selected, kd_row_set_select, kd_row_set_unselect, kd_row_set_select_all, kd_row_set_unselect_all,
};

/* ---- what is current ---- */

static void awaited_cb (KdItem *item,
                        KdProductList *self);

static void
await_item (KdProductList *self,
            KdItem *item)
{
  if (self->awaited != NULL)
    g_signal_handlers_disconnect_by_func (self->awaited, awaited_cb, self);
  g_set_object (&self->awaited, item);
  if (item != NULL)
    g_signal_connect (item, "changed", G_CALLBACK (awaited_cb), self);
}

static void
open_item (KdProductList *self,
           KdItem *item)
{
  KdId id = *kd_item_get_id (item);

  if (kd_id_is_none (&id))
    {
      await_item (self, item);
      return;
    }
  await_item (self, NULL);
  g_signal_emit (self, signals[OPENED], 0, &id);
}

static void
awaited_cb (KdItem *item,
            KdProductList *self)
{
  g_autoptr (KdItem) kept = g_object_ref (item);

  open_item (self, kept);
}

static KdItem *
dup_item (KdProductList *self,
          unsigned position)
{
  return position != GTK_INVALID_LIST_POSITION ? g_list_model_get_item (G_LIST_MODEL (self->model), position) : NULL;
}

static void
current_cb (KdSelection *selection,
            GParamSpec *pspec,
            KdProductList *self)
{
  g_autoptr (KdItem) item = dup_item (self, kd_selection_get_current (selection));

  if (item != NULL)
    open_item (self, item);
}

static void
activate_cb (KdListView *list,
             unsigned position,
             KdProductList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
in_window_cb (KdListView *list,
              unsigned position,
              KdProductList *self)
{
  g_autoptr (KdItem) item = dup_item (self, position);
  KdId id = item != NULL ? *kd_item_get_id (item) : KD_ID_NONE;

  if (!kd_id_is_none (&id))
    g_signal_emit (self, signals[OPEN_IN_WINDOW], 0, &id);
}

static void
row_set_changed_cb (KdRowSet *set,
                    KdProductList *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

/* ---- filters ---- */

static const char *
choice (KdProductList *self,
        const char *id)
{
  const char *chosen = kd_filter_bar_get_choice (KD_FILTER_BAR (self->filters), id);

  return chosen != NULL ? chosen : "";
}

static KdListQuery *
make_query (KdProductList *self)
{
  KdListQuery *query = kd_list_query_new (KD_LIST_PRODUCTS);
  const char *text = kd_filter_bar_get_text (KD_FILTER_BAR (self->filters));
  const char *status = choice (self, "status"), *stock = choice (self, "stock"), *order = choice (self, "order");
  const char *lacks = choice (self, "lacks");

  if (*text != '\0')
    query->search = g_strdup (text);
  query->status = -1;
  if (g_str_equal (status, "draft"))
    query->status = KD_PRODUCT_DRAFT;
  else if (g_str_equal (status, "active"))
    query->status = KD_PRODUCT_ACTIVE;
  else if (g_str_equal (status, "archived"))
    query->status = KD_PRODUCT_ARCHIVED;
  kd_id_parse (choice (self, "category"), &query->category);
  query->stock = g_str_equal (stock, "out") ? KD_STOCK_OUT : g_str_equal (stock, "low") ? KD_STOCK_LOW
                 : g_str_equal (stock, "in") ? KD_STOCK_IN : KD_STOCK_ANY;
  query->no_photo = g_str_equal (lacks, "photo");
  query->no_price = g_str_equal (lacks, "price");
  query->order = g_str_equal (order, "price") ? KD_ORDER_BY_PRICE : g_str_equal (order, "stock") ? KD_ORDER_BY_STOCK
                 : g_str_equal (order, "newest") ? KD_ORDER_BY_NEWEST : KD_ORDER_BY_DEFAULT;
  return query;
}

static void
show_empty (KdProductList *self)
{
  kd_list_view_set_empty (KD_LIST_VIEW (self->list),
                          kd_product_list_is_filtered (self) ? self->nothing : self->empty);
}

static void
filters_changed_cb (KdFilterBar *filters,
                    KdProductList *self)
{
  g_autoptr (KdListQuery) query = make_query (self);

  show_empty (self);
  kd_window_model_set_query (self->model, query);
}

static void
to_list_cb (KdFilterBar *filters,
            KdProductList *self)
{
  kd_product_list_focus (self);
}

static void
tree_changed_cb (KdCategoryTree *tree,
                 KdProductList *self)
{
  guint n = kd_category_tree_get_n (tree);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  g_ptr_array_add (ids, g_strdup ("all"));
  g_ptr_array_add (labels, (gpointer) _("All categories"));
  for (guint i = 0; i < n; i++)
    {
      const KdCategoryNode *node = kd_category_tree_get_nth (tree, i);

      g_ptr_array_add (ids, kd_id_dup_text (&node->id));
      g_ptr_array_add (labels, node->path);
    }
  g_ptr_array_add (ids, NULL);
  g_ptr_array_add (labels, NULL);
  kd_filter_bar_set_choices (KD_FILTER_BAR (self->filters), "category", _("Category"),
                             (const char *const *) ids->pdata, (const char *const *) labels->pdata);
  if (self->wanted_category != NULL && kd_category_tree_is_loaded (tree))
    {
      kd_filter_bar_set_choice (KD_FILTER_BAR (self->filters), "category", self->wanted_category);
      g_clear_pointer (&self->wanted_category, g_free);
    }
}

static void
add_filters (KdProductList *self)
{
  KdFilterBar *filters = KD_FILTER_BAR (self->filters);

  tree_changed_cb (self->tree, self);
  kd_filter_bar_fold (filters);
  kd_filter_bar_set_choices (filters, "status", _("Status"),
                             (const char *const[]) { "current", "active", "draft", "archived", NULL },
                             (const char *const[]) { _("Any status"), _("Active"), _("Draft"), _("Archived"), NULL });
  kd_filter_bar_set_choices (filters, "stock", _("Stock"),
                             (const char *const[]) { "any", "in", "low", "out", NULL },
                             (const char *const[]) { _("Any stock"), _("In stock"), _("Low stock"), _("Out of stock"),
                                                     NULL });
  kd_filter_bar_set_choices (filters, "lacks", _("What is missing"),
                             (const char *const[]) { "none", "photo", "price", NULL },
                             (const char *const[]) { _("Complete or not"), _("Without photo"), _("Without price"), NULL });
  kd_filter_bar_set_choices (filters, "order", _("Sorting"),
                             (const char *const[]) { "name", "newest", "price", "stock", NULL },
                             (const char *const[]) { _("By name"), _("Newest first"), _("By price"), _("By stock"),
                                                     NULL });
}

/* ---- products that were begun and not saved ---- */

static void
begun_clicked_cb (GtkButton *button,
                  KdProductList *self)
{
  KdId id;

  if (kd_id_parse (g_object_get_data (G_OBJECT (button), "kd-id"), &id))
    g_signal_emit (self, signals[BEGUN], 0, &id);
}

static void
unsaved_changed_cb (KdUnsaved *unsaved,
                    KdProductList *self)
{
  g_autoptr (KdItem) current = dup_item (self, kd_selection_get_current (kd_product_list_get_selection (self)));
  guint n = kd_unsaved_get_n (unsaved), shown = 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->begun)) != NULL)
    kd_wrap_box_remove (KD_WRAP_BOX (self->begun), child);
  for (guint i = 0; i < n && shown < BEGUN_SHOWN_MAX; i++)
    {
      KdId id;
      const char *name = kd_unsaved_get_nth (unsaved, i, &id);
      g_autofree char *words = NULL;
      GtkWidget *button, *label;

      if (name == NULL)
        continue;
      /* TRANSLATORS: A product that was typed in and not saved yet; %s is its name. */
      words = g_strdup_printf (_("Not saved: %s"), *name != '\0' ? name : _("New product"));
      button = gtk_button_new ();
      label = gtk_label_new (words);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_button_set_child (GTK_BUTTON (button), label);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "kd-small");
      g_object_set_data_full (G_OBJECT (button), "kd-id", kd_id_dup_text (&id), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (begun_clicked_cb), self);
      kd_wrap_box_append (KD_WRAP_BOX (self->begun), button);
      shown++;
    }
  gtk_widget_set_visible (self->begun, shown > 0);
  /* What is typed is nearly always about the current row. */
  if (current != NULL)
    g_signal_emit_by_name (current, "changed");
}

/* ---- the widget ---- */

static void
kd_product_list_dispose (GObject *object)
{
  KdProductList *self = KD_PRODUCT_LIST (object);

  g_cancellable_cancel (self->locating);
  g_clear_object (&self->locating);
  await_item (self, NULL);
  if (self->tree != NULL)
    g_signal_handlers_disconnect_by_data (self->tree, self);
  if (self->unsaved != NULL)
    g_signal_handlers_disconnect_by_data (self->unsaved, self);
  if (self->row_set != NULL)
    g_signal_handlers_disconnect_by_data (self->row_set, self);
  if (self->list != NULL)
    {
      g_signal_handlers_disconnect_by_data (kd_product_list_get_selection (self), self);
      kd_list_view_set_empty (KD_LIST_VIEW (self->list), NULL);
    }
  kd_widgets_unparent_children (GTK_WIDGET (object));
  self->list = NULL;
  g_clear_object (&self->empty);
  g_clear_object (&self->nothing);
  g_clear_object (&self->row_set);
  g_clear_object (&self->model);
  g_clear_object (&self->tree);
  g_clear_object (&self->unsaved);
  g_clear_object (&self->menu);
  g_clear_object (&self->session);
  g_clear_pointer (&self->wanted_category, g_free);
  G_OBJECT_CLASS (kd_product_list_parent_class)->dispose (object);
}

static void
kd_product_list_class_init (KdProductListClass *klass)
{
  GType type = KD_TYPE_PRODUCT_LIST;

  G_OBJECT_CLASS (klass)->dispose = kd_product_list_dispose;
  signals[OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_POINTER);
  signals[OPEN_IN_WINDOW] = g_signal_new ("open-in-window", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[BEGUN] = g_signal_new ("begun", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_POINTER);
  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "productlist");
}

static void
kd_product_list_init (KdProductList *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                                  GTK_ORIENTATION_VERTICAL);
}

/* Not a shortcut of the page: a bare key would act from any button of the editor. */
static gboolean
delete_key_cb (GtkWidget *widget,
               GVariant *args,
               gpointer data)
{
  return gtk_widget_activate_action (widget, "page.delete", NULL);
}

static void
make_list (KdProductList *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  KdSelection *selection;

  self->list = kd_list_view_new (_("Products"), KD_SELECT_MANY, &row_funcs, self);
  selection = kd_list_view_get_selection (KD_LIST_VIEW (self->list));
  kd_selection_set_set (selection, &set_funcs, g_object_ref (self->row_set), g_object_unref);
  kd_list_view_set_model (KD_LIST_VIEW (self->list), G_LIST_MODEL (self->model));
  g_signal_connect (selection, "notify::current", G_CALLBACK (current_cb), self);
  g_signal_connect (self->list, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (self->list, "open-in-window", G_CALLBACK (in_window_cb), self);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Delete, 0),
                                                          gtk_callback_action_new (delete_key_cb, NULL, NULL)));
  gtk_widget_add_controller (self->list, keys);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));

  self->empty = g_object_ref_sink (kd_empty_page_new ("kd-catalog-symbolic", _("No products yet"),
                                                      _("Add your first product, or import a list you have.")));
  kd_empty_page_set_primary (KD_EMPTY_PAGE (self->empty), _("Add a Product"), "page.new");
  kd_empty_page_set_link (KD_EMPTY_PAGE (self->empty), _("Import a file…"), "page.import");
  self->nothing = g_object_ref_sink (kd_empty_page_new ("edit-find-symbolic", _("Nothing found"),
                                                        _("No product fits what you search and filter.")));
  kd_empty_page_set_primary (KD_EMPTY_PAGE (self->nothing), _("Clear Filters"), "page.clear-filters");
  show_empty (self);
}

static GtkWidget *
make_filters (void)
{
  GtkWidget *filters = kd_filter_bar_new (_("Search products"));

  kd_filter_bar_append (KD_FILTER_BAR (filters), kd_action_button_new ("page.new", KD_ACTION_ICON));
  kd_filter_bar_append (KD_FILTER_BAR (filters), kd_action_button_new ("page.import", KD_ACTION_ICON));
  return filters;
}

GtkWidget *
kd_product_list_new (KdSession *session,
                     GMenuModel *menu)
{
  KdProductList *self = g_object_new (KD_TYPE_PRODUCT_LIST, NULL);
  g_autoptr (KdListQuery) query = NULL;

  self->session = g_object_ref (session);
  self->menu = menu != NULL ? g_object_ref (menu) : NULL;
  self->tree = kd_category_tree_get (session);
  self->unsaved = kd_unsaved_get (session);
  self->filters = make_filters ();
  add_filters (self);
  query = make_query (self);
  self->model = kd_window_model_new (session, query);
  self->row_set = kd_row_set_new (self->model);
  self->begun = kd_wrap_box_new (3);
  gtk_widget_add_css_class (self->begun, "kd-begun");
  gtk_widget_set_parent (self->filters, GTK_WIDGET (self));
  gtk_widget_set_parent (self->begun, GTK_WIDGET (self));
  make_list (self);
  g_signal_connect (self->filters, "changed", G_CALLBACK (filters_changed_cb), self);
  g_signal_connect (self->filters, "to-list", G_CALLBACK (to_list_cb), self);
  g_signal_connect (self->tree, "changed", G_CALLBACK (tree_changed_cb), self);
  g_signal_connect (self->unsaved, "changed", G_CALLBACK (unsaved_changed_cb), self);
  g_signal_connect (self->row_set, "changed", G_CALLBACK (row_set_changed_cb), self);
  unsaved_changed_cb (self->unsaved, self);
  return GTK_WIDGET (self);
}

KdWindowModel *
kd_product_list_get_model (KdProductList *self)
{
  return self->model;
}

KdRowSet *
kd_product_list_get_row_set (KdProductList *self)
{
  return self->row_set;
}

GtkWidget *
kd_product_list_get_view (KdProductList *self)
{
  return self->list;
}

KdSelection *
kd_product_list_get_selection (KdProductList *self)
{
  return kd_list_view_get_selection (KD_LIST_VIEW (self->list));
}

KdId
kd_product_list_get_current (KdProductList *self)
{
  g_autoptr (KdItem) item = dup_item (self, kd_selection_get_current (kd_product_list_get_selection (self)));

  return item != NULL ? *kd_item_get_id (item) : KD_ID_NONE;
}

static void
located_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (KdProductList) self = data;
  g_autoptr (GError) error = NULL;
  guint position = kd_window_model_locate_finish (KD_WINDOW_MODEL (source), result, &error);

  if (error != NULL || position == KD_NO_POSITION || self->list == NULL)
    return;
  if (kd_selection_get_current (kd_product_list_get_selection (self)) == position)
    return;
  kd_selection_set_current (kd_product_list_get_selection (self), position);
  kd_list_view_scroll_to (KD_LIST_VIEW (self->list), position);
}

void
kd_product_list_show (KdProductList *self,
                      const KdId *id)
{
  KdId current = kd_product_list_get_current (self);

  g_cancellable_cancel (self->locating);
  g_clear_object (&self->locating);
  if (kd_id_equal (&current, id))
    return;
  self->locating = g_cancellable_new ();
  kd_window_model_locate_async (self->model, id, self->locating, located_cb, g_object_ref (self));
}

gboolean
kd_product_list_step (KdProductList *self,
                      int by)
{
  KdSelection *selection = kd_product_list_get_selection (self);
  unsigned n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  unsigned current = kd_selection_get_current (selection);
  gint64 next = current == GTK_INVALID_LIST_POSITION ? 0 : (gint64) current + by;

  if (next < 0 || next >= n)
    return FALSE;
  kd_selection_set_current (selection, (unsigned) next);
  kd_list_view_scroll_to (KD_LIST_VIEW (self->list), (unsigned) next);
  return TRUE;
}

void
kd_product_list_search_focus (KdProductList *self)
{
  kd_filter_bar_focus (KD_FILTER_BAR (self->filters));
}

void
kd_product_list_focus (KdProductList *self)
{
  kd_list_view_focus (KD_LIST_VIEW (self->list));
}

void
kd_product_list_clear_filters (KdProductList *self)
{
  kd_filter_bar_clear (KD_FILTER_BAR (self->filters));
}

gboolean
kd_product_list_is_filtered (KdProductList *self)
{
  return kd_filter_bar_is_active (KD_FILTER_BAR (self->filters));
}

void
kd_product_list_set_category (KdProductList *self,
                              const KdId *category)
{
  char id[KD_ID_TEXT_LENGTH + 1];

  kd_filter_bar_clear (KD_FILTER_BAR (self->filters));
  if (kd_category_tree_find (self->tree, category) != NULL)
    kd_filter_bar_set_choice (KD_FILTER_BAR (self->filters), "category", kd_id_to_text (category, id));
  else
    {
      g_free (self->wanted_category);
      self->wanted_category = kd_id_dup_text (category);
    }
}

static const char *const kept_choices[] = { "status", "category", "stock", "lacks", "order" };

GVariant *
kd_product_list_save_state (KdProductList *self)
{
  g_auto (GVariantDict) state;
  KdId current = kd_product_list_get_current (self);

  g_variant_dict_init (&state, NULL);
  g_variant_dict_insert (&state, "search", "s", kd_filter_bar_get_text (KD_FILTER_BAR (self->filters)));
  for (guint i = 0; i < G_N_ELEMENTS (kept_choices); i++)
    g_variant_dict_insert (&state, kept_choices[i], "s", choice (self, kept_choices[i]));
  if (!kd_id_is_none (&current))
    g_variant_dict_insert_value (&state, "current", g_variant_new_take_string (kd_id_dup_text (&current)));
  return g_variant_ref_sink (g_variant_dict_end (&state));
}

void
kd_product_list_restore_state (KdProductList *self,
                               GVariant *state)
{
  KdFilterBar *filters = KD_FILTER_BAR (self->filters);
  g_auto (GVariantDict) dict;
  const char *text;
  KdId id;

  g_variant_dict_init (&dict, state);
  for (guint i = 0; i < G_N_ELEMENTS (kept_choices); i++)
    {
      if (!g_variant_dict_lookup (&dict, kept_choices[i], "&s", &text))
        continue;
      if (g_str_equal (kept_choices[i], "category") && !kd_category_tree_is_loaded (self->tree))
        {
          g_free (self->wanted_category);
          self->wanted_category = g_strdup (text);
        }
      else
        kd_filter_bar_set_choice (filters, kept_choices[i], text);
    }
  if (g_variant_dict_lookup (&dict, "search", "&s", &text))
    kd_filter_bar_set_text (filters, text);
  if (g_variant_dict_lookup (&dict, "current", "&s", &text) && kd_id_parse (text, &id))
    kd_product_list_show (self, &id);
}

void
kd_product_list_set_active (KdProductList *self,
                            gboolean active)
{
  kd_window_model_set_active (self->model, active);
}
