/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-editor.h"

#include "kd-calls.h"
#include "kd-money-entry.h"
#include "kd-money.h"
#include "kd-order-form.h"
#include "kd-order-words.h"

#include <glib/gi18n.h>

/* The small windows about one order: shipping it, and money that came in. */

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
  g_autofree char *courier = kd_order_form_get_text (self->courier), *tracking = kd_order_form_get_text (self->tracking);

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
  self->courier = kd_order_form_entry_new (group, _("Courier"), order->courier);
  self->tracking = kd_order_form_entry_new (group, _("Tracking number"), order->tracking);
  g_signal_connect (self->courier, "entry-activated", G_CALLBACK (ship_cb), self);
  g_signal_connect (self->tracking, "entry-activated", G_CALLBACK (ship_cb), self);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  self->window = kd_order_form_window_new (parent, _("Ship"), _("_Ship"), page, 420, 300, G_CALLBACK (ship_cb), self);
  g_object_set_data_full (G_OBJECT (self->window), "small", self, small_free);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* ---- payment ---- */

static void
pay_cb (GtkWidget *widget,
        gpointer data)
{
  Small *self = data;
  g_autofree char *reference = kd_order_form_get_text (self->reference);
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
  self->method = kd_order_form_methods_new (order->method);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Method"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->method);
  adw_preferences_group_add (group, row);
  self->reference = kd_order_form_entry_new (group, _("Reference"), NULL);
  g_signal_connect (self->reference, "entry-activated", G_CALLBACK (pay_cb), self);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), amount);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  self->window = kd_order_form_window_new (parent, _("Record payment"), _("_Record"), page, 420, 380, G_CALLBACK (pay_cb), self);
  g_object_set_data_full (G_OBJECT (self->window), "small", self, small_free);
  gtk_window_present (GTK_WINDOW (self->window));
}
