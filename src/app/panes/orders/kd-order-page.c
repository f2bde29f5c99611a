/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-page.h"

#include "kd-action-button.h"
#include "kd-chip.h"
#include "kd-order-words.h"
#include "kd-target.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>

#define CONTENT_WIDTH 760

struct _KdOrderPage
{
  KdPage parent_instance;

  KdSession *session;           /* borrowed */
  KdOpenRecord *record;         /* (owned) (nullable) */
  KdOrderTotals totals;
  gboolean has_totals;

  GtkStack *stack;
  AdwStatusPage *status;
  GtkWidget *back;              /* (nullable) */
  GtkWidget *head;
  GtkLabel *title, *time;
  KdChip *stage;
  GtkWidget *buttons;
  gboolean wants_focus;         /* once there is something to focus */
  GtkGrid *lines;
  GtkBox *money, *buyer, *timeline;
};

G_DEFINE_FINAL_TYPE (KdOrderPage, kd_order_page, KD_TYPE_PAGE)

static GtkWidget *
new_text (const char *text,
          float xalign,
          const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
clear (GtkWidget *container)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (container)) != NULL)
    if (GTK_IS_GRID (container))
      gtk_grid_remove (GTK_GRID (container), child);
    else
      gtk_box_remove (GTK_BOX (container), child);
}

static void
show_lines (KdOrderPage *self,
            const KdOrderDetail *detail)
{
  const char *currency = kd_session_get_currency (self->session);

  clear (GTK_WIDGET (self->lines));
  for (guint i = 0; i < detail->lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (detail->lines, i);
      g_autofree char *name = line->title != NULL ? g_strdup_printf ("%s — %s", line->name, line->title) : g_strdup (line->name);
      g_autofree char *quantity = kd_quantity_words (line->quantity, currency);
      g_autofree char *price = kd_order_money (line->price, currency);
      g_autofree char *count = g_strdup_printf ("%s × %s", quantity, price);
      g_autofree char *total_text = NULL;
      gint64 total = 0;
      GtkWidget *label = new_text (name, 0, NULL);

      kd_order_line_total (line, &total, NULL);
      total_text = kd_order_money (total, currency);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_grid_attach (self->lines, label, 0, (int) i, 1, 1);
      gtk_grid_attach (self->lines, new_text (count, 1, "dim-label"), 1, (int) i, 1, 1);
      gtk_grid_attach (self->lines, new_text (total_text, 1, "kd-numeric"), 2, (int) i, 1, 1);
    }
}

static void
add_pair (GtkBox *box,
          const char *name,
          const char *value,
          const char *css_class)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *label = new_text (name, 0, "dim-label");
  GtkWidget *end = new_text (value, 1, css_class);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), end);
  gtk_box_append (box, row);
}

static void
add_amount (KdOrderPage *self,
            const char *name,
            gint64 amount,
            const char *css_class)
{
  g_autofree char *text = kd_order_money (amount, kd_session_get_currency (self->session));

  add_pair (self->money, name, text, css_class);
}

static void
show_money (KdOrderPage *self,
            const KdOrderDetail *detail)
{
  clear (GTK_WIDGET (self->money));
  if (!self->has_totals)
    return;
  add_amount (self, _("Items"), self->totals.goods, "kd-numeric");
  if (self->totals.tax != 0)
    add_amount (self, _("Tax"), self->totals.tax, "kd-numeric");
  if (self->totals.shipping != 0)
    add_amount (self, _("Shipping"), self->totals.shipping, "kd-numeric");
  add_amount (self, _("Total"), self->totals.total, "kd-total");
  add_pair (self->money, _("Payment"), kd_order_payment_words (detail->order->payment), NULL);
  add_pair (self->money, _("Method"), kd_order_method_words (detail->order->method), NULL);
  if (self->totals.paid != 0)
    add_amount (self, _("Paid"), self->totals.paid, "kd-numeric");
  if (self->totals.due > 0)
    add_amount (self, _("Still to pay"), self->totals.due, "kd-numeric");
}

static void
add_text_pair (GtkBox *box,
               const char *name,
               const char *value)
{
  if (value != NULL && *value != '\0')
    add_pair (box, name, value, NULL);
}

static void
show_buyer (KdOrderPage *self,
            const KdOrderDetail *detail)
{
  const KdOrder *order = detail->order;

  clear (GTK_WIDGET (self->buyer));
  add_text_pair (self->buyer, _("Name"), order->name);
  add_text_pair (self->buyer, _("Phone"), order->phone);
  add_text_pair (self->buyer, _("Address"), order->address);
  add_text_pair (self->buyer, _("Note"), order->note);
  add_text_pair (self->buyer, _("Courier"), order->courier);
  add_text_pair (self->buyer, _("Tracking number"), order->tracking);
  if (order->number != NULL)
    add_text_pair (self->buyer, _("Earlier number"), order->alias);
}

/* ---- what happened, oldest first ---- */

typedef struct
{
  gint64 at;
  char *text;
} Happening;

static int
compare_happenings (gconstpointer a,
                    gconstpointer b)
{
  const Happening *x = a, *y = b;
  return x->at < y->at ? -1 : x->at > y->at;
}

static void
happening_clear (gpointer data)
{
  g_free (((Happening *) data)->text);
}

static void
note (GArray *all,
      gint64 at,
      char *text)
{
  Happening happening = { at, text };

  g_array_append_val (all, happening);
}

static void
show_timeline (KdOrderPage *self,
               const KdOrderDetail *detail)
{
  const KdOrder *order = detail->order;
  const char *currency = kd_session_get_currency (self->session);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Happening));

  g_array_set_clear_func (all, happening_clear);
  note (all, order->at, g_strdup (order->origin == KD_ORIGIN_IS_BUYER ? _("The buyer filled a cart") : _("Order made by the shop")));
  if (order->placed != 0)
    note (all, order->placed, g_strdup (_("Order placed; its stock is reserved")));
  for (guint i = 0; i < detail->payments->len; i++)
    {
      const KdPayment *payment = g_ptr_array_index (detail->payments, i);
      g_autofree char *amount = kd_order_money (ABS (payment->amount), currency);

      note (all, payment->at, g_strdup_printf (payment->amount < 0 ? _("%s given back (%s)") : _("%s received (%s)"), amount,
                                               kd_order_method_words (payment->method)));
    }
  for (guint i = 0; i < detail->moves->len; i++)
    {
      const KdStockMove *move = g_ptr_array_index (detail->moves, i);
      g_autofree char *quantity = kd_quantity_words (ABS (move->quantity), currency);

      note (all, move->effective, g_strdup_printf (move->quantity < 0 ? _("%s left the stock") : _("%s came back to the stock"), quantity));
    }
  g_array_sort (all, compare_happenings);
  clear (GTK_WIDGET (self->timeline));
  for (guint i = 0; i < all->len; i++)
    {
      const Happening *happening = &g_array_index (all, Happening, i);
      g_autofree char *time = kd_order_time (happening->at);

      add_pair (self->timeline, happening->text, time, "dim-label");
    }
}

static GtkWidget *build_order (KdOrderPage *self);

/* Without an order the head is there for the way back alone. */
static void
show_head (KdOrderPage *self)
{
  const KdOrderDetail *detail = kd_order_page_get_detail (self);
  gboolean some = detail != NULL && detail->order != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->stage), some);
  if (!some)
    {
      gtk_label_set_text (self->title, "");
      gtk_label_set_text (self->time, "");
    }
  gtk_widget_set_visible (self->head, some || (self->back != NULL && gtk_widget_get_visible (self->back)));
}

/* What can be done with it, not the first of the words that can be copied. */
static void
order_focus_default (KdPage *page)
{
  KdOrderPage *self = KD_ORDER_PAGE (page);

  self->wants_focus = self->buttons == NULL || kd_order_page_get_detail (self) == NULL;
  if (!self->wants_focus)
    gtk_widget_child_focus (self->buttons, GTK_DIR_TAB_FORWARD);
}

static void
show (KdOrderPage *self)
{
  const KdOrderDetail *detail = kd_order_page_get_detail (self);
  KdStage stage;
  g_autofree char *title = NULL, *time = NULL;
  const char *code = NULL;

  show_head (self);
  if (detail == NULL || detail->order == NULL)
    {
      gboolean gone = self->record != NULL && kd_open_record_is_gone (self->record);

      adw_status_page_set_title (self->status, gone ? _("This order isn't there any more") : _("Choose an order"));
      gtk_stack_set_visible_child_name (self->stack, "none");
      kd_page_update_commands (KD_PAGE (self));
      return;
    }
  if (self->lines == NULL)
    gtk_stack_add_named (self->stack, build_order (self), "order");
  self->has_totals = kd_order_totals (detail->order, detail->lines, detail->payments, kd_session_get_profile (self->session),
                                      &self->totals, &code);
  stage = kd_order_stage (detail->order);
  title = g_strdup_printf (_("Order %s"), detail->order->number != NULL ? detail->order->number
                                          : detail->order->alias != NULL ? detail->order->alias : "—");
  time = kd_order_time (detail->order->placed != 0 ? detail->order->placed : detail->order->at);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->time, time);
  kd_chip_set (self->stage, kd_order_stage_icon (stage), kd_order_stage_words (stage), kd_order_stage_tone (stage));
  show_lines (self, detail);
  show_money (self, detail);
  show_buyer (self, detail);
  show_timeline (self, detail);
  gtk_stack_set_visible_child_name (self->stack, "order");
  kd_page_set_title (KD_PAGE (self), title);
  kd_page_update_commands (KD_PAGE (self));
  if (self->wants_focus && gtk_widget_get_mapped (GTK_WIDGET (self)))
    order_focus_default (KD_PAGE (self));
}

static void
changed_cb (KdOpenRecord *record,
            gpointer data)
{
  show (data);
}

static gboolean
order_show_target (KdPage *page,
                   const char *text)
{
  KdOrderPage *self = KD_ORDER_PAGE (page);
  g_auto (KdTarget) target = { 0 };

  if (!kd_target_parse (text, &target) || target.kind != &kd_kind_order)
    return FALSE;
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_data (self->record, self);
  g_clear_object (&self->record);
  self->wants_focus = FALSE;
  self->record = kd_open_record_get (self->session, &kd_kind_order, &target.id);
  g_signal_connect_object (self->record, "changed", G_CALLBACK (changed_cb), self, 0);
  kd_page_set_target (page, text);
  show (self);
  return TRUE;
}

static const KdCommand *
order_get_commands (KdPage *page,
                    unsigned *ret_n)
{
  return kd_order_command_table (ret_n);
}

static void
kd_order_page_finalize (GObject *object)
{
  KdOrderPage *self = KD_ORDER_PAGE (object);

  g_clear_object (&self->record);
  G_OBJECT_CLASS (kd_order_page_parent_class)->finalize (object);
}

static void
kd_order_page_class_init (KdOrderPageClass *klass)
{
  KdPageClass *page_class = KD_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kd_order_page_finalize;
  page_class->get_commands = order_get_commands;
  page_class->reason_text = kd_order_reason_words;
  page_class->show_target = order_show_target;
  page_class->focus_default = order_focus_default;
}

static GtkBox *
add_section (GtkWidget *content,
             const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *heading = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (GTK_BOX (content), heading);
  gtk_box_append (GTK_BOX (content), box);
  return GTK_BOX (box);
}

static GtkWidget *
build_buttons (void)
{
  static const char *const names[] = {
    "page.order-place", "page.order-pay", "page.order-pack", "page.order-ready", "page.order-ship", "page.order-deliver",
    "page.order-fail", "page.order-return", "page.order-unpack", "page.order-hold", "page.order-chat",
    "page.order-copy-link", "page.order-cancel", "page.order-discard",
  };
  GtkWidget *wrap = kd_wrap_box_new (6);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    kd_wrap_box_append (KD_WRAP_BOX (wrap), kd_action_button_new (names[i], KD_ACTION_LABEL));
  return wrap;
}

static GtkWidget *
build_head (KdOrderPage *self,
            GtkWidget *back)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *names = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->back = back;
  if (back != NULL)
    {
      gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
      g_signal_connect_object (back, "notify::visible", G_CALLBACK (show_head), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (head), back);
    }
  self->title = GTK_LABEL (new_text (NULL, 0, "title-4"));
  gtk_label_set_selectable (self->title, FALSE);
  self->time = GTK_LABEL (new_text (NULL, 0, "dim-label"));
  gtk_label_set_selectable (self->time, FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "kd-small");
  self->stage = KD_CHIP (kd_chip_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->stage), GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (names, TRUE);
  gtk_widget_set_valign (names, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (names), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (names), GTK_WIDGET (self->time));
  gtk_box_append (GTK_BOX (head), names);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->stage));
  gtk_widget_add_css_class (head, "kd-page-head");
  return head;
}

static GtkWidget *
build_order (KdOrderPage *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->lines = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->lines, 12);
  gtk_grid_set_row_spacing (self->lines, 6);
  self->buttons = build_buttons ();
  gtk_box_append (GTK_BOX (content), self->buttons);
  gtk_box_append (GTK_BOX (content), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (add_section (content, _("Items")), GTK_WIDGET (self->lines));
  self->money = add_section (content, _("Money"));
  self->buyer = add_section (content, _("Buyer and delivery"));
  self->timeline = add_section (content, _("What happened"));
  gtk_widget_set_margin_top (content, 18);
  gtk_widget_set_margin_bottom (content, 18);
  gtk_widget_set_margin_start (content, 18);
  gtk_widget_set_margin_end (content, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), CONTENT_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  return scrolled;
}

static void
kd_order_page_init (KdOrderPage *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  self->status = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_icon_name (self->status, "kd-orders-symbolic");
  adw_status_page_set_title (self->status, _("Choose an order"));
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->status), "none");
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
}

GtkWidget *
kd_order_page_new (KdSession *session,
                   GtkWidget *back)
{
  KdOrderPage *self = g_object_new (KD_TYPE_ORDER_PAGE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->head = build_head (self, back);
  gtk_box_append (GTK_BOX (box), self->head);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_bin_set_child (ADW_BIN (self), box);

  self->session = session;
  show (self);
  return GTK_WIDGET (self);
}

KdSession *
kd_order_page_get_session (KdOrderPage *self)
{
  return self->session;
}

const KdOrderDetail *
kd_order_page_get_detail (KdOrderPage *self)
{
  return self->record != NULL ? kd_open_record_get_order (self->record) : NULL;
}

const KdOrderTotals *
kd_order_page_get_totals (KdOrderPage *self)
{
  return &self->totals;
}
