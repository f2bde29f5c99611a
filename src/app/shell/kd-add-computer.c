/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-add-computer.h"

#include "kd-services.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 460
#define HEIGHT 480
#define LOOK_MS 1000    /* between two looks whether somebody has typed the code */

typedef struct
{
  GtkWidget *window;
  KdAccounts *accounts;         /* (owned) */
  GCancellable *cancellable;    /* (owned) */
  GtkStack *stack;
  GtkLabel *address, *code, *question, *digits, *over, *hint;
  guint look_source;
  KdPairingStep step;
  gboolean closed;              /* its widgets are gone */
} Adding;

char *
kd_add_computer_digits (const char *digits)
{
  gsize n = strlen (digits);

  return g_strdup_printf ("%.*s %s", (int) (n / 2), digits, digits + n / 2);
}

static void look_later (Adding *self);

/* Who closes the window lets nobody in by it. */
static void
destroyed_cb (GtkWidget *window,
              gpointer data)
{
  Adding *self = data;

  self->closed = TRUE;
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->step == KD_PAIRING_WAITS || self->step == KD_PAIRING_ASKS)
    kd_accounts_answer_pairing_async (self->accounts, FALSE, NULL, NULL, NULL);
}

static void
adding_free (gpointer data)
{
  Adding *self = data;

  g_object_unref (self->cancellable);
  g_object_unref (self->accounts);
  g_free (self);
}

static void
show_end (Adding *self,
          const char *text)
{
  gtk_label_set_text (self->over, text);
  gtk_stack_set_visible_child_name (self->stack, "over");
}

static gboolean
is_here_only (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) host = uri != NULL && g_uri_get_host (uri) != NULL
                                  ? g_inet_address_new_from_string (g_uri_get_host (uri)) : NULL;

  return host != NULL && g_inet_address_get_is_loopback (host);
}

static void
show (Adding *self,
      const KdPairingNews *news)
{
  g_autofree char *code = NULL, *question = NULL;
  const char *name = news->device_name != NULL ? news->device_name : _("The other computer");

  self->step = news->step;
  switch (news->step)
    {
    case KD_PAIRING_WAITS:
      code = kd_add_computer_digits (news->name != NULL ? news->name : "");
      gtk_label_set_text (self->address, news->address);
      gtk_label_set_text (self->code, code);
      gtk_widget_set_visible (GTK_WIDGET (self->hint), is_here_only (news->address));
      gtk_stack_set_visible_child_name (self->stack, "waits");
      look_later (self);
      break;
    case KD_PAIRING_ASKS:
      code = kd_add_computer_digits (news->digits != NULL ? news->digits : "");
      question = g_strdup_printf (_("Does “%s” show these digits?"), name);
      gtk_label_set_text (self->question, question);
      gtk_label_set_text (self->digits, code);
      gtk_stack_set_visible_child_name (self->stack, "asks");
      break;
    case KD_PAIRING_LET_IN:
      show_end (self, _("The other computer joins the shop now."));
      break;
    default:
      show_end (self, _("Nobody was let in. The code is no longer valid."));
    }
}

static void
news_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Adding *self = g_object_get_data (G_OBJECT (window), "adding");
  g_autoptr (GError) error = NULL;
  g_autoptr (KdPairingNews) news = kd_accounts_pairing_finish (KD_ACCOUNTS (source), result, &error);

  if (self->closed)
    return;
  if (news != NULL)
    show (self, news);
  else if (self->step == KD_PAIRING_WAITS && g_error_matches (error, KD_ACCOUNTS_ERROR, KD_ACCOUNTS_ERROR_UNREACHABLE))
    look_later (self);
  else
    {
      self->step = KD_PAIRING_OVER;
      show_end (self, _("The server refused. Close this and try again."));
    }
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Adding *self = g_object_get_data (G_OBJECT (window), "adding");
  g_autoptr (GError) error = NULL;
  g_autoptr (KdPairingNews) news = kd_accounts_pairing_finish (KD_ACCOUNTS (source), result, &error);

  if (self->closed)
    return;
  if (news != NULL)
    show (self, news);
  else if (g_error_matches (error, KD_ACCOUNTS_ERROR, KD_ACCOUNTS_ERROR_UNREACHABLE))
    show_end (self, _("The shop's server doesn't answer. A computer can be added when it runs."));
  else
    show_end (self, _("The server opened no pairing now. Wait a while and try again."));
}

static gboolean
look_cb (gpointer data)
{
  Adding *self = data;

  self->look_source = 0;
  kd_accounts_look_pairing_async (self->accounts, self->cancellable, news_cb, g_object_ref (self->window));
  return G_SOURCE_REMOVE;
}

static void
look_later (Adding *self)
{
  if (self->look_source == 0)
    self->look_source = g_timeout_add (LOOK_MS, look_cb, self);
}

static void
answer (Adding *self,
        gboolean allow)
{
  self->step = KD_PAIRING_OVER;   /* closing says no more */
  gtk_stack_set_visible_child_name (self->stack, "begins");
  kd_accounts_answer_pairing_async (self->accounts, allow, self->cancellable, news_cb, g_object_ref (self->window));
}

static void
allow_cb (GtkButton *button,
          gpointer data)
{
  answer (data, TRUE);
}

static void
deny_cb (GtkButton *button,
         gpointer data)
{
  answer (data, FALSE);
}

static void
closed_cb (GtkButton *button,
           gpointer data)
{
  gtk_window_close (GTK_WINDOW (((Adding *) data)->window));
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant *args,
           gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

/* ---- its pages ---- */

static GtkLabel *
add_label (GtkWidget *box,
           const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static GtkWidget *
add_page (Adding *self,
          const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_stack_add_named (self->stack, box, name);
  return box;
}

static GtkWidget *
add_button (GtkWidget *box,
            const char *label,
            const char *css_class,
            GCallback callback,
            Adding *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "pill");
  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
add_spinner (GtkWidget *box)
{
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_spinner_set_spinning (GTK_SPINNER (spinner), TRUE);
  gtk_widget_set_size_request (spinner, 24, 24);
  gtk_box_append (GTK_BOX (box), spinner);
}

static void
build_pages (Adding *self)
{
  GtkWidget *page = add_page (self, "begins"), *buttons;

  add_spinner (page);
  page = add_page (self, "waits");
  add_label (page, _("On the other computer choose “Join a shop” and type this address and code."), NULL);
  self->address = add_label (page, NULL, "title-4");
  gtk_label_set_selectable (self->address, TRUE);
  self->code = add_label (page, NULL, "title-1");
  gtk_label_set_selectable (self->code, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->code), "kd-numeric");
  self->hint = add_label (page, _("This address is reached from this computer only: the shop's server isn't shared on the network."),
                          "dim-label");
  add_spinner (page);
  add_label (page, _("Waiting for the other computer. The code holds for ten minutes."), "dim-label");
  page = add_page (self, "asks");
  self->question = add_label (page, NULL, "title-3");
  self->digits = add_label (page, NULL, "title-1");
  gtk_widget_add_css_class (GTK_WIDGET (self->digits), "kd-numeric");
  add_label (page, _("If the digits differ, somebody stands in between. Let it in only if both screens show the same."), "dim-label");
  buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (buttons, 12);
  add_button (buttons, _("_Keep it out"), NULL, G_CALLBACK (deny_cb), self);
  add_button (buttons, _("_Let it in"), "suggested-action", G_CALLBACK (allow_cb), self);
  gtk_box_append (GTK_BOX (page), buttons);
  page = add_page (self, "over");
  self->over = add_label (page, NULL, "title-3");
  gtk_widget_set_margin_top (add_button (page, _("_Close"), NULL, G_CALLBACK (closed_cb), self), 12);
}

void
kd_add_computer_present (GtkWindow *parent,
                         KdSession *session)
{
  const KdServices *services = kd_session_get_services (session);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  Adding *self;

  if (services == NULL || services->account == NULL)
    return;
  self = g_new0 (Adding, 1);
  self->accounts = g_object_ref (services->account);
  self->cancellable = g_cancellable_new ();
  self->step = KD_PAIRING_OVER;
  self->window = adw_window_new ();
  self->stack = GTK_STACK (gtk_stack_new ());
  build_pages (self);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_window_set_title (GTK_WINDOW (self->window), _("Add a computer"));
  gtk_window_set_transient_for (GTK_WINDOW (self->window), parent);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape|<Control>w"),
                                                          gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (self->window, keys);
  g_object_set_data_full (G_OBJECT (self->window), "adding", self, adding_free);
  g_signal_connect (self->window, "destroy", G_CALLBACK (destroyed_cb), self);
  kd_accounts_make_pairing_async (self->accounts, self->cancellable, opened_cb, g_object_ref (self->window));
  gtk_window_present (GTK_WINDOW (self->window));
}
