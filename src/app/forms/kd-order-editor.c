/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-editor.h"

#include "kd-calls.h"
#include "kd-order-form.h"
#include "kd-order-words.h"
#include "kd-store-records.h"
#include "kd-target.h"

#include <glib/gi18n.h>

#define WIDTH 560
#define HEIGHT 640
#define FOUND_MAX 8

typedef struct
{
  KdId variant;
  char *name;
  gint64 price;
  GtkWidget *row, *quantity;
} Line;

typedef struct
{
  KdSession *session;
  KdId id;
  GtkWidget *window, *parent;
  GtkWidget *name, *phone, *address, *note, *method;
  GtkWidget *search;
  GtkListBox *found;
  AdwPreferencesGroup *items;
  GtkLabel *total;
  GPtrArray *lines;       /* (owned) of Line */
  GCancellable *cancellable;
  gboolean closed;        /* its widgets are gone */
  KdId contact, conversation;
  KdOrderMadeFunc made;
  gpointer made_data;
  GDestroyNotify made_destroy;
} Editor;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->name);
  g_free (line);
}

static void
editor_free (gpointer data)
{
  Editor *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->lines);
  if (self->made_destroy != NULL)
    self->made_destroy (self->made_data);
  g_free (self);
}

static gint64
quantity_of (const Line *line)
{
  return (gint64) gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (line->quantity)) * 1000;
}

static void
update_total (Editor *self)
{
  gint64 total = 0;
  g_autofree char *money = NULL, *text = NULL;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (self->lines, i);
      gint64 amount = 0;

      if (line->price != KD_EMPTY && !__builtin_mul_overflow (line->price, quantity_of (line) / 1000, &amount))
        total += amount;
    }
  money = kd_order_money (total, kd_session_get_currency (self->session));
  text = g_strdup_printf (_("Total %s"), money);
  gtk_label_set_text (self->total, text);
}

static void
quantity_cb (GtkSpinButton *spin,
             gpointer data)
{
  update_total (data);
}

static void
remove_line_cb (GtkWidget *button,
                gpointer data)
{
  Editor *self = data;
  Line *line = g_object_get_data (G_OBJECT (button), "line");

  adw_preferences_group_remove (self->items, line->row);
  g_ptr_array_remove (self->lines, line);
  update_total (self);
}

static void
add_line (Editor *self,
          const KdId *variant,
          const char *name,
          gint64 price)
{
  Line *line;
  GtkWidget *remove = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *money = NULL;

  for (guint i = 0; i < self->lines->len; i++)
    {
      line = g_ptr_array_index (self->lines, i);
      if (kd_id_equal (&line->variant, variant))
        {
          gtk_spin_button_spin (GTK_SPIN_BUTTON (line->quantity), GTK_SPIN_STEP_FORWARD, 1);
          g_object_ref_sink (remove);
          g_object_unref (remove);
          return;
        }
    }
  line = g_new0 (Line, 1);
  line->variant = *variant;
  line->name = g_strdup (name);
  line->price = price;
  line->row = adw_action_row_new ();
  g_object_set (line->row, "use-markup", FALSE, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (line->row), name);
  money = price != KD_EMPTY ? kd_order_money (price, kd_session_get_currency (self->session)) : g_strdup (_("No price"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (line->row), money);
  line->quantity = gtk_spin_button_new_with_range (1, 1000000, 1);
  gtk_widget_set_valign (line->quantity, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line->quantity), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Quantity"), -1);
  g_signal_connect (line->quantity, "value-changed", G_CALLBACK (quantity_cb), self);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (remove, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Remove"), -1);
  g_object_set_data (G_OBJECT (remove), "line", line);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_line_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (line->row), line->quantity);
  adw_action_row_add_suffix (ADW_ACTION_ROW (line->row), remove);
  adw_preferences_group_add (self->items, line->row);
  g_ptr_array_add (self->lines, line);
  update_total (self);
}

/* A found product: its sellable variants, each a row to choose. */
typedef struct
{
  KdId variant;
  char *name;
  gint64 price;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->name);
  g_free (choice);
}

static void
add_choices (GPtrArray *choices,
             KdStore *store,
             KdSqlConnection *connection,
             const KdId *product)
{
  KdProductDetail *detail = kd_store_product_detail (store, connection, product, NULL);

  for (guint v = 0; detail != NULL && detail->product != NULL && v < detail->variants->len; v++)
    {
      const KdVariant *variant = g_ptr_array_index (detail->variants, v);
      Choice *choice;

      if (variant->archived)
        continue;
      choice = g_new0 (Choice, 1);
      choice->variant = variant->parent.id;
      choice->price = variant->price != KD_EMPTY ? variant->price : detail->product->price;
      choice->name = variant->title != NULL ? g_strdup_printf ("%s — %s", detail->product->name, variant->title)
                                            : g_strdup (detail->product->name);
      g_ptr_array_add (choices, choice);
    }
  kd_product_detail_free (detail);
}

static gpointer
read_product_choices (KdStore *store,
                      KdSqlConnection *connection,
                      gpointer data,
                      GError **error)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func (choice_free);

  add_choices (choices, store, connection, data);
  return choices;
}

static gpointer
read_choices (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func (choice_free);
  g_autoptr (GPtrArray) found = kd_search_everything (store, connection, data, FOUND_MAX, error);

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const KdFound *one = g_ptr_array_index (found, i);

      if (one->kind == &kd_kind_product)
        add_choices (choices, store, connection, &one->id);
    }
  return choices;
}

static void
clear_found (Editor *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->found))) != NULL)
    gtk_list_box_remove (self->found, child);
  gtk_widget_set_visible (GTK_WIDGET (self->found), FALSE);
}

static void
show_choices (Editor *self,
              GPtrArray *choices)
{
  clear_found (self);
  for (guint i = 0; i < choices->len; i++)
    {
      const Choice *choice = g_ptr_array_index (choices, i);
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *money = choice->price != KD_EMPTY ? kd_order_money (choice->price, kd_session_get_currency (self->session)) : NULL;
      Choice *copy = g_new0 (Choice, 1);

      *copy = *choice;
      copy->name = g_strdup (choice->name);
      g_object_set (row, "use-markup", FALSE, NULL);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), choice->name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), money != NULL ? money : _("No price"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "choice", copy, choice_free);
      gtk_list_box_append (self->found, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->found), choices->len > 0);
}

static void
found_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) choices = kd_store_read_finish (KD_STORE (source), result, NULL, &error);
  Editor *self = g_object_get_data (G_OBJECT (window), "editor");

  if (choices == NULL || self->closed)
    return;
  show_choices (self, choices);
}

/* What the talk was about: it stands there already; where it has variants, they are offered. */
static void
begun_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (GPtrArray) choices = kd_store_read_finish (KD_STORE (source), result, NULL, NULL);
  Editor *self = g_object_get_data (G_OBJECT (window), "editor");
  const Choice *only = choices != NULL && choices->len == 1 ? g_ptr_array_index (choices, 0) : NULL;

  if (choices == NULL || self->closed)
    return;
  if (only != NULL)
    add_line (self, &only->variant, only->name, only->price);
  else
    show_choices (self, choices);
}

static void
search_changed_cb (GtkEditable *entry,
                   gpointer data)
{
  Editor *self = data;
  const char *text = gtk_editable_get_text (entry);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (*text == '\0')
    clear_found (self);
  else
    kd_store_read_async (kd_session_get_store (self->session), KD_READER_INTERACTIVE, read_choices, g_strdup (text), g_free,
                         (GDestroyNotify) g_ptr_array_unref, self->cancellable, found_cb, g_object_ref (self->window));
}

static void
choose (Editor *self,
        GtkListBoxRow *row)
{
  const Choice *choice = row != NULL ? g_object_get_data (G_OBJECT (row), "choice") : NULL;

  if (choice == NULL)
    return;
  add_line (self, &choice->variant, choice->name, choice->price);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_widget_grab_focus (self->search);
}

static void
row_activated_cb (GtkListBox *list,
                  GtkListBoxRow *row,
                  gpointer data)
{
  choose (data, row);
}

static void
search_activated_cb (GtkWidget *entry,
                     gpointer data)
{
  Editor *self = data;
  choose (self, gtk_list_box_get_row_at_index (self->found, 0));
}

static void
made_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, NULL);
  Editor *self = g_object_get_data (G_OBJECT (window), "editor");
  g_autofree char *target = kd_target_text (&kd_kind_order, &self->id);

  if (commit == NULL || commit->refused >= 0 || self->closed)
    return;
  if (self->made != NULL)
    self->made (self->session, &self->id, self->made_data);
  else
    gtk_widget_activate_action (self->parent, "win.open-target", "s", target);
  gtk_window_close (GTK_WINDOW (window));
}

static void
save_cb (GtkWidget *widget,
         gpointer data)
{
  Editor *self = data;
  guint8 random[16];
  KdCall *call;
  KdOrderCreateArgs *args;
  KdId a = kd_session_new_id (self->session), b = kd_session_new_id (self->session);

  if (self->lines->len == 0)
    {
      adw_preferences_group_set_description (self->items, _("Add at least one product"));
      gtk_widget_grab_focus (self->search);
      return;
    }
  /* the random halves of two fresh ids */
  memcpy (random, a.b + 8, 8);
  memcpy (random + 8, b.b + 8, 8);
  call = kd_call_order_create (&self->id, random);
  args = kd_call_order_args (call);
  args->contact = self->contact;
  args->conversation = self->conversation;
  args->name = kd_order_form_get_text (self->name);
  args->phone = kd_order_form_get_text (self->phone);
  args->address = kd_order_form_get_text (self->address);
  args->note = kd_order_form_get_text (self->note);
  args->method = (int) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->method));
  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (self->lines, i);
      kd_call_order_add_line (call, &line->variant, line->name, quantity_of (line), line->price);
    }
  kd_session_commit_one_async (self->session, N_("New order"), NULL, call, made_cb, g_object_ref (self->window));
}

static void
destroyed_cb (GtkWidget *window,
              gpointer data)
{
  Editor *self = data;

  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
}

void
kd_order_editor_present (GtkWidget *parent,
                         KdSession *session,
                         const KdOrderBegin *begin,
                         KdOrderMadeFunc made,
                         gpointer data,
                         GDestroyNotify destroy)
{
  Editor *self = g_new0 (Editor, 1);
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *search = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  AdwPreferencesGroup *buyer = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  GtkWidget *method = adw_action_row_new ();

  self->session = session;
  self->parent = parent;
  self->id = kd_session_new_id (session);
  self->made = made;
  self->made_data = data;
  self->made_destroy = destroy;
  if (begin != NULL)
    {
      self->contact = begin->contact;
      self->conversation = begin->conversation;
    }
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->cancellable = g_cancellable_new ();
  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->search), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search a product to add"), -1);
  g_object_set (self->search, "placeholder-text", _("Search a product to add"), NULL);
  self->found = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->found), "boxed-list");
  gtk_widget_set_visible (GTK_WIDGET (self->found), FALSE);
  gtk_widget_set_margin_top (GTK_WIDGET (self->found), 6);
  adw_preferences_group_set_title (search, _("Products"));
  adw_preferences_group_add (search, self->search);
  adw_preferences_group_add (search, GTK_WIDGET (self->found));
  self->items = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->total = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->total), "kd-total");
  gtk_label_set_xalign (self->total, 1);
  adw_preferences_group_set_title (buyer, _("Buyer"));
  self->name = kd_order_form_entry_new (buyer, _("Name"), begin != NULL ? begin->name : NULL);
  self->phone = kd_order_form_entry_new (buyer, _("Phone"), begin != NULL ? begin->phone : NULL);
  self->address = kd_order_form_entry_new (buyer, _("Address"), begin != NULL ? begin->address : NULL);
  self->note = kd_order_form_entry_new (buyer, _("Note"), NULL);
  self->method = kd_order_form_methods_new (0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (method), _("Method"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (method), self->method);
  adw_preferences_group_add (buyer, method);
  adw_preferences_page_add (page, search);
  adw_preferences_page_add (page, self->items);
  adw_preferences_page_add (page, buyer);
  {
    AdwPreferencesGroup *sum = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
    adw_preferences_group_add (sum, GTK_WIDGET (self->total));
    adw_preferences_page_add (page, sum);
  }
  g_signal_connect (self->search, "changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect (self->search, "activate", G_CALLBACK (search_activated_cb), self);
  g_signal_connect (self->found, "row-activated", G_CALLBACK (row_activated_cb), self);
  self->window = kd_order_form_window_new (parent, _("New order"), made != NULL ? _("_Send to the buyer") : _("_Save draft"), GTK_WIDGET (page), WIDTH, HEIGHT, G_CALLBACK (save_cb), self);
  g_object_set_data_full (G_OBJECT (self->window), "editor", self, editor_free);
  g_signal_connect (self->window, "destroy", G_CALLBACK (destroyed_cb), self);
  update_total (self);
  if (begin != NULL && !kd_id_is_none (&begin->product))
    kd_store_read_async (kd_session_get_store (session), KD_READER_INTERACTIVE, read_product_choices,
                         g_memdup2 (&begin->product, sizeof (KdId)), g_free, (GDestroyNotify) g_ptr_array_unref, NULL, begun_cb,
                         g_object_ref (self->window));
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_widget_grab_focus (self->search);
}
