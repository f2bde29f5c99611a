/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-editor.h"

#include "kd-calls.h"
#include "kd-money-entry.h"
#include "kd-money.h"
#include "kd-order-words.h"
#include "kd-store-records.h"
#include "kd-target.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define WIDTH 560
#define HEIGHT 640
#define FOUND_MAX 8

/* ---- what the three windows share ---- */

static gboolean
close_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

/* A window over @parent with a button that does it. */
static GtkWidget *
new_dialog (GtkWidget *parent,
            const char *title,
            const char *button_label,
            GtkWidget *content,
            int width,
            int height,
            GCallback done,
            gpointer data)
{
  GtkWidget *window = adw_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (button_label);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkRoot *root = gtk_widget_get_root (parent);

  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect (button, "clicked", done, data);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), button);
  gtk_box_append (GTK_BOX (box), header);
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (root));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape|<Control>w"),
                                                          gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  return window;
}

static GtkWidget *
new_entry (AdwPreferencesGroup *group,
           const char *title,
           const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_preferences_group_add (group, row);
  return row;
}

static char *
text_of (GtkWidget *row)
{
  char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static gboolean
parse_money (const char *text,
             int64_t *ret_amount,
             char **ret_words,
             gpointer data)
{
  KdSession *session = data;
  const char *currency = kd_session_get_currency (session), *code = NULL;
  gint64 minor;

  if (!kd_money_parse (text, currency, NULL, -1, &minor, &code) || minor < 0)
    {
      *ret_words = g_strdup (_("This isn't an amount"));
      return FALSE;
    }
  *ret_amount = minor;
  *ret_words = kd_money_format (minor, currency, NULL);
  return TRUE;
}

/* ---- shipping ---- */

typedef struct
{
  KdSession *session;
  KdOrder *order;         /* (owned): as shown */
  GtkWidget *window, *courier, *tracking, *reference, *amount, *method;
} Small;

static void
small_free (gpointer data)
{
  Small *self = data;

  kd_record_free (&self->order->parent);
  g_free (self);
}

static Small *
small_new (KdSession *session,
           const KdOrder *order)
{
  Small *self = g_new0 (Small, 1);

  self->session = session;
  self->order = (KdOrder *) kd_record_copy (&order->parent);
  return self;
}

static void
ship_cb (GtkWidget *widget,
         gpointer data)
{
  Small *self = data;
  g_autofree char *courier = text_of (self->courier), *tracking = text_of (self->tracking);

  kd_session_commit_one_async (self->session, N_("Order %s shipped"), self->order->number,
                               kd_call_order_ship (self->order, courier, tracking, TRUE), NULL, NULL);
  gtk_window_close (GTK_WINDOW (self->window));
}

void
kd_order_ship_present (GtkWidget *parent,
                       KdSession *session,
                       const KdOrder *order)
{
  Small *self = small_new (session, order);
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_description (group, _("What is shipped leaves the stock."));
  self->courier = new_entry (group, _("Courier"), order->courier);
  self->tracking = new_entry (group, _("Tracking number"), order->tracking);
  g_signal_connect (self->courier, "entry-activated", G_CALLBACK (ship_cb), self);
  g_signal_connect (self->tracking, "entry-activated", G_CALLBACK (ship_cb), self);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  self->window = new_dialog (parent, _("Ship"), _("_Ship"), page, 420, 300, G_CALLBACK (ship_cb), self);
  g_object_set_data_full (G_OBJECT (self->window), "small", self, small_free);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* ---- payment ---- */

static void
pay_cb (GtkWidget *widget,
        gpointer data)
{
  Small *self = data;
  g_autofree char *reference = text_of (self->reference);
  KdId id = kd_session_new_id (self->session);
  int64_t amount;

  if (kd_money_entry_get_amount (KD_MONEY_ENTRY (self->amount), &amount) != KD_MONEY_VALID || amount <= 0)
    {
      kd_money_entry_set_problem (KD_MONEY_ENTRY (self->amount), _("Type how much came in"));
      gtk_widget_grab_focus (kd_money_entry_get_entry (KD_MONEY_ENTRY (self->amount)));
      return;
    }
  kd_session_commit_one_async (self->session, N_("Payment of order %s"), self->order->number,
                               kd_call_payment_record (&id, &self->order->parent.id, amount,
                                                       (KdPayMethod) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->method)),
                                                       reference), NULL, NULL);
  gtk_window_close (GTK_WINDOW (self->window));
}

static GtkWidget *
new_methods (int selected)
{
  const char *const names[] = { kd_order_method_words (0), kd_order_method_words (1), kd_order_method_words (2), NULL };
  GtkWidget *down = gtk_drop_down_new_from_strings (names);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (down), (guint) selected);
  gtk_widget_set_valign (down, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Method"), -1);
  return down;
}

void
kd_order_payment_present (GtkWidget *parent,
                          KdSession *session,
                          const KdOrder *order,
                          gint64 due)
{
  Small *self = small_new (session, order);
  GtkWidget *page = adw_preferences_page_new (), *row = adw_action_row_new ();
  AdwPreferencesGroup *amount = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_autofree char *text = kd_money_format_plain (due, kd_session_get_currency (session), NULL);

  self->amount = kd_money_entry_new (_("Amount"), parse_money, session, NULL);
  kd_money_entry_load (KD_MONEY_ENTRY (self->amount), text);
  adw_preferences_group_set_title (amount, _("Amount"));
  adw_preferences_group_add (amount, self->amount);
  self->method = new_methods (order->method);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Method"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->method);
  adw_preferences_group_add (group, row);
  self->reference = new_entry (group, _("Reference"), NULL);
  g_signal_connect (self->reference, "entry-activated", G_CALLBACK (pay_cb), self);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), amount);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  self->window = new_dialog (parent, _("Record payment"), _("_Record"), page, 420, 380, G_CALLBACK (pay_cb), self);
  g_object_set_data_full (G_OBJECT (self->window), "small", self, small_free);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* ---- a new order ---- */

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
      KdProductDetail *detail;

      if (one->kind != &kd_kind_product)
        continue;
      detail = kd_store_product_detail (store, connection, &one->id, NULL);
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
found_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) choices = kd_store_read_finish (KD_STORE (source), result, NULL, &error);
  Editor *self = g_object_get_data (G_OBJECT (window), "editor");

  if (choices == NULL)
    return;
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
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, choice->name, -1);
      g_object_set_data_full (G_OBJECT (row), "choice", copy, choice_free);
      gtk_list_box_append (self->found, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->found), choices->len > 0);
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

  if (commit == NULL || commit->refused >= 0)
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
  args->name = text_of (self->name);
  args->phone = text_of (self->phone);
  args->address = text_of (self->address);
  args->note = text_of (self->note);
  args->method = (int) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->method));
  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (self->lines, i);
      kd_call_order_add_line (call, &line->variant, line->name, quantity_of (line), line->price);
    }
  kd_session_commit_one_async (self->session, N_("New order"), NULL, call, made_cb, g_object_ref (self->window));
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
  self->name = new_entry (buyer, _("Name"), begin != NULL ? begin->name : NULL);
  self->phone = new_entry (buyer, _("Phone"), begin != NULL ? begin->phone : NULL);
  self->address = new_entry (buyer, _("Address"), begin != NULL ? begin->address : NULL);
  self->note = new_entry (buyer, _("Note"), NULL);
  self->method = new_methods (0);
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
  self->window = new_dialog (parent, _("New order"), _("_Save draft"), GTK_WIDGET (page), WIDTH, HEIGHT, G_CALLBACK (save_cb), self);
  g_object_set_data_full (G_OBJECT (self->window), "editor", self, editor_free);
  update_total (self);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_widget_grab_focus (self->search);
}
