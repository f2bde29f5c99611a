/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-picker.h"

#include "kd-order-words.h"
#include "kd-store-lists.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define FOUND_MAX 8
#define WIDTH 340

struct _KdProductPicker
{
  GtkPopover parent_instance;

  KdSession *session;           /* borrowed */
  GtkWidget *entry, *empty;
  GtkListBox *list;
  GCancellable *cancellable;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (KdProductPicker, kd_product_picker, GTK_TYPE_POPOVER)

enum { PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Active products alone: what isn't on sale can't be sent as if it were. */
static gpointer
read_products (KdStore *store,
               KdSqlConnection *connection,
               gpointer data,
               GError **error)
{
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  g_autoptr (GArray) rids = NULL;

  query->search = *(const char *) data != '\0' ? g_strdup (data) : NULL;
  query->status = KD_PRODUCT_ACTIVE;
  rids = kd_list_rids (store, connection, query, FOUND_MAX, error);
  if (rids == NULL)
    return NULL;
  return kd_list_rows (store, connection, KD_LIST_PRODUCTS, (const gint64 *) (gpointer) rids->data, rids->len, error);
}

static void
add_row (KdProductPicker *self,
         const KdProductRow *product)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *price = product->price_min != KD_EMPTY
                           ? kd_order_money (product->price_min, kd_session_get_currency (self->session)) : g_strdup (_("No price"));
  g_autofree char *stock = NULL, *subtitle = NULL;

  if (product->available == G_MAXINT64)
    stock = g_strdup (_("available"));
  else if (product->available <= 0)
    stock = g_strdup (_("sold out"));
  else
    {
      g_autofree char *n = kd_quantity_words (product->available, kd_session_get_currency (self->session));
      stock = g_strdup_printf (_("%s in stock"), n);
    }
  subtitle = g_strdup_printf ("%s · %s", price, stock);
  g_object_set (row, "use-markup", FALSE, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), product->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "id", g_memdup2 (&product->row.id, sizeof (KdId)), g_free);
  gtk_list_box_append (self->list, row);
}

static void
clear (KdProductPicker *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdProductPicker) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = kd_store_read_finish (KD_STORE (source), result, NULL, &error);

  if (rows == NULL)
    return;
  clear (self);
  for (guint i = 0; i < rows->len; i++)
    if (g_ptr_array_index (rows, i) != NULL)
      add_row (self, g_ptr_array_index (rows, i));
  gtk_widget_set_visible (self->empty, rows->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->list), rows->len > 0);
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
}

static void
search_cb (GtkEditable *editable,
           gpointer data)
{
  KdProductPicker *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  kd_store_read_async (kd_session_get_store (self->session), KD_READER_INTERACTIVE, read_products,
                       g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))), g_free, (GDestroyNotify) g_ptr_array_unref,
                       self->cancellable, read_cb, g_object_ref (self));
}

static void
pick (KdProductPicker *self,
      GtkListBoxRow *row)
{
  KdId id;

  if (row == NULL)
    return;
  id = *(KdId *) g_object_get_data (G_OBJECT (row), "id");
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[PICKED], 0, &id);
}

static void
activate_cb (GtkWidget *entry,
             gpointer data)
{
  KdProductPicker *self = data;
  pick (self, gtk_list_box_get_selected_row (self->list));
}

static void
row_activated_cb (GtkListBox *list,
                  GtkListBoxRow *row,
                  gpointer data)
{
  pick (data, row);
}

/* Up and down move the choice while one types. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        gpointer data)
{
  KdProductPicker *self = data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  if (key != GDK_KEY_Down && key != GDK_KEY_Up)
    return FALSE;
  row = gtk_list_box_get_row_at_index (self->list, key == GDK_KEY_Down ? index + 1 : index - 1);
  if (row != NULL)
    gtk_list_box_select_row (self->list, row);
  return TRUE;
}

void
kd_product_picker_open (KdProductPicker *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  search_cb (NULL, self);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (self->entry);
}

static void
kd_product_picker_finalize (GObject *object)
{
  KdProductPicker *self = KD_PRODUCT_PICKER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (kd_product_picker_parent_class)->finalize (object);
}

static void
kd_product_picker_class_init (KdProductPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_product_picker_finalize;
  signals[PICKED] = g_signal_new ("picked", KD_TYPE_PRODUCT_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_POINTER);
}

static void
kd_product_picker_init (KdProductPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->cancellable = g_cancellable_new ();
  self->entry = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->entry), 0);
  g_object_set (self->entry, "placeholder-text", _("Product to send"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Product to send"), -1);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  self->empty = gtk_label_new (_("No product found"));
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_widget_set_visible (self->empty, FALSE);
  g_signal_connect (self->entry, "changed", G_CALLBACK (search_cb), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_widget_set_size_request (box, WIDTH, -1);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_TOP);
}

GtkWidget *
kd_product_picker_new (KdSession *session)
{
  KdProductPicker *self = g_object_new (KD_TYPE_PRODUCT_PICKER, NULL);

  self->session = session;
  return GTK_WIDGET (self);
}
