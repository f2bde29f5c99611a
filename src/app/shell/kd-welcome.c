/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-welcome.h"

#include "kd-add-computer.h"

#include <glib/gi18n.h>

#define WIDTH 640
#define HEIGHT 620

struct _KdWelcome
{
  AdwApplicationWindow parent_instance;

  KdAccounts *accounts;         /* (owned) */
  GCancellable *cancellable;    /* (owned) */
  GtkStack *stack;
  GtkWidget *back, *spinner;
  GtkLabel *error;
  GtkWidget *shop_name, *owner_name;
  GtkWidget *address, *login, *password;
  GtkWidget *pair_address, *pair_code;
  AdwStatusPage *digits;        /* while another computer is asked */
};

G_DEFINE_FINAL_TYPE (KdWelcome, kd_welcome, ADW_TYPE_APPLICATION_WINDOW)

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_busy (KdWelcome *self,
          gboolean busy)
{
  /* a field that turns insensitive hears no more that the keyboard left it: GtkText complains */
  if (busy)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), !busy);
}

static void
show_error (KdWelcome *self,
            const char *text)
{
  gtk_label_set_text (self->error, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), text != NULL);
}

static const char *
words_for (const GError *error)
{
  if (error->domain == KD_ACCOUNTS_ERROR)
    switch (error->code)
      {
      case KD_ACCOUNTS_ERROR_REFUSED:
        if (g_strcmp0 (error->message, "denied") == 0)
          return _("The other computer did not let this one in");
        if (g_strcmp0 (error->message, "pairing") == 0)
          return _("This code isn't known there, or its ten minutes are over");
        return _("The server refused: check name, password or code");
      case KD_ACCOUNTS_ERROR_UNREACHABLE:
        return _("The server doesn't answer. Check the address and the network");
      case KD_ACCOUNTS_ERROR_CERTIFICATE:
        return _("The server's certificate isn't trusted");
      default:
        break;
      }
  return error->message;
}

static void
show_page (KdWelcome *self,
           const char *name)
{
  show_error (self, NULL);
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->back, g_strcmp0 (name, "choices") != 0);
}

static void
finished_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  g_autoptr (KdWelcome) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdAccountsResult) profile = kd_accounts_finish (KD_ACCOUNTS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  set_busy (self, FALSE);
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "digits") == 0)
    show_page (self, "pair");
  if (profile == NULL)
    show_error (self, words_for (error));
  else
    g_signal_emit (self, signals[OPENED], 0, profile);
}

static void
page_cb (GtkWidget *button,
         gpointer data)
{
  show_page (data, g_object_get_data (G_OBJECT (button), "page"));
}

static void
back_cb (GtkWidget *button,
         gpointer data)
{
  KdWelcome *self = data;
  gboolean joining = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "digits") == 0;

  if (joining)
    {
      g_cancellable_cancel (self->cancellable);
      g_object_unref (self->cancellable);
      self->cancellable = g_cancellable_new ();
      set_busy (self, FALSE);
    }
  show_page (self, joining ? "pair" : "choices");
}

/* Somebody at the other computer now compares what both screens show. */
static void
digits_cb (KdAccounts *accounts,
           const char *digits,
           gpointer data)
{
  KdWelcome *self = data;
  g_autofree char *text = kd_add_computer_digits (digits);

  if (!gtk_widget_get_visible (self->spinner))
    return;   /* given up meanwhile */
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), TRUE);
  adw_status_page_set_title (self->digits, text);
  show_page (self, "digits");
}

static void
demo_cb (GtkWidget *button,
         gpointer data)
{
  KdWelcome *self = data;

  show_error (self, NULL);
  set_busy (self, TRUE);
  kd_accounts_start_demo_async (self->accounts, self->cancellable, finished_cb, g_object_ref (self));
}

static gboolean
missing (KdWelcome *self,
         GtkWidget *entry)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  if (*text != '\0')
    {
      gtk_widget_remove_css_class (entry, "error");
      return FALSE;
    }
  gtk_widget_add_css_class (entry, "error");
  gtk_widget_grab_focus (entry);
  return TRUE;
}

static void
start_cb (GtkWidget *button,
          gpointer data)
{
  KdWelcome *self = data;

  if (missing (self, self->shop_name) || missing (self, self->owner_name))
    return;
  show_error (self, NULL);
  set_busy (self, TRUE);
  kd_accounts_start_shop_async (self->accounts, gtk_editable_get_text (GTK_EDITABLE (self->shop_name)),
                                gtk_editable_get_text (GTK_EDITABLE (self->owner_name)), "IDR", self->cancellable,
                                finished_cb, g_object_ref (self));
}

static void
sign_in_cb (GtkWidget *button,
            gpointer data)
{
  KdWelcome *self = data;

  if (missing (self, self->address) || missing (self, self->login) || missing (self, self->password))
    return;
  show_error (self, NULL);
  set_busy (self, TRUE);
  kd_accounts_sign_in_async (self->accounts, gtk_editable_get_text (GTK_EDITABLE (self->address)),
                             gtk_editable_get_text (GTK_EDITABLE (self->login)),
                             gtk_editable_get_text (GTK_EDITABLE (self->password)), NULL, self->cancellable,
                             finished_cb, g_object_ref (self));
}

static void
pair_cb (GtkWidget *button,
         gpointer data)
{
  KdWelcome *self = data;

  if (missing (self, self->pair_address) || missing (self, self->pair_code))
    return;
  show_error (self, NULL);
  set_busy (self, TRUE);
  kd_accounts_pair_async (self->accounts, gtk_editable_get_text (GTK_EDITABLE (self->pair_address)),
                          gtk_editable_get_text (GTK_EDITABLE (self->pair_code)), self->cancellable, finished_cb,
                          g_object_ref (self));
}

static void
kd_welcome_dispose (GObject *object)
{
  KdWelcome *self = KD_WELCOME (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (kd_welcome_parent_class)->dispose (object);
}

static void
kd_welcome_finalize (GObject *object)
{
  KdWelcome *self = KD_WELCOME (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (kd_welcome_parent_class)->finalize (object);
}

static void
kd_welcome_class_init (KdWelcomeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_welcome_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_welcome_finalize;
  signals[OPENED] = g_signal_new ("opened", KD_TYPE_WELCOME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_POINTER);
}

static GtkWidget *
new_choice (KdWelcome *self,
            GtkWidget *list,
            const char *title,
            const char *subtitle,
            const char *icon,
            const char *page,
            GCallback callback)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "page", (gpointer) page);
  g_signal_connect (row, "activated", callback, self);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return row;
}

static GtkWidget *
new_list (void)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  return list;
}

static GtkWidget *
build_choices (KdWelcome *self)
{
  GtkWidget *page = adw_status_page_new (), *list = new_list (), *clamp = adw_clamp_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), KD_APP_ID);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("Welcome to Kedai"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), _("Chat, catalog, stock and orders of your shop, online or not."));
  new_choice (self, list, _("Start a shop here"), _("On this computer; buyers reach it on your network"),
              "kd-catalog-symbolic", "start", G_CALLBACK (page_cb));
  new_choice (self, list, _("Sign in to a server"), _("A shop that is on a server already"), "kd-link-symbolic",
              "sign-in", G_CALLBACK (page_cb));
  new_choice (self, list, _("Join a shop"), _("With the code that another computer shows"), "kd-qr-symbolic", "pair",
              G_CALLBACK (page_cb));
  new_choice (self, list, _("Look around the demo shop"), _("With products, chats and orders to try things on"),
              "kd-reports-symbolic", "demo", G_CALLBACK (demo_cb));
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 480);
  adw_clamp_set_child (ADW_CLAMP (clamp), list);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), clamp);
  return page;
}

static GtkWidget *
new_entry (GtkWidget *list,
           const char *title,
           gboolean password)
{
  GtkWidget *row = password ? adw_password_entry_row_new () : adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return row;
}

static GtkWidget *
build_form (KdWelcome *self,
            const char *title,
            const char *description,
            GtkWidget *list,
            const char *button_label,
            GCallback callback)
{
  GtkWidget *page = adw_status_page_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *clamp = adw_clamp_new (), *button = gtk_button_new_with_mnemonic (button_label);

  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), description);
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", callback, self);
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    g_signal_connect (row, "entry-activated", callback, self);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), button);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 480);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), clamp);
  return page;
}

static void
kd_welcome_init (KdWelcome *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new (), *list;

  self->cancellable = g_cancellable_new ();
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  self->back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->back), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Back"), -1);
  gtk_widget_set_visible (self->back, FALSE);
  g_signal_connect (self->back, "clicked", G_CALLBACK (back_cb), self);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  self->error = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->error, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->error), "error");
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->error), 12);
  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->back);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->spinner);

  gtk_stack_add_named (self->stack, build_choices (self), "choices");
  list = new_list ();
  self->shop_name = new_entry (list, _("Name of the shop"), FALSE);
  self->owner_name = new_entry (list, _("Your name"), FALSE);
  gtk_stack_add_named (self->stack, build_form (self, _("Start a shop here"), _("Two words and it is open. Everything can be changed later."),
                                                list, _("_Start"), G_CALLBACK (start_cb)), "start");
  list = new_list ();
  self->address = new_entry (list, _("Address of the server"), FALSE);
  self->login = new_entry (list, _("Name or e-mail"), FALSE);
  self->password = new_entry (list, _("Password"), TRUE);
  gtk_stack_add_named (self->stack, build_form (self, _("Sign in to a server"), NULL, list, _("_Sign in"), G_CALLBACK (sign_in_cb)), "sign-in");
  list = new_list ();
  self->pair_address = new_entry (list, _("Address that the other computer shows"), FALSE);
  self->pair_code = new_entry (list, _("Code"), FALSE);
  gtk_stack_add_named (self->stack, build_form (self, _("Join a shop"), _("On the other computer choose “Add a computer”."),
                                                list, _("_Join"), G_CALLBACK (pair_cb)), "pair");

  self->digits = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_description (self->digits, _("The other computer asks whether this one shows these digits. Choose “Let it in” there."));
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->digits), "digits");

  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->error));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), WIDTH, HEIGHT);
  gtk_window_set_title (GTK_WINDOW (self), "Kedai");
}

GtkWidget *
kd_welcome_new (GtkApplication *application,
                KdAccounts *accounts)
{
  KdWelcome *self = g_object_new (KD_TYPE_WELCOME, "application", application, NULL);

  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "pairing-digits", G_CALLBACK (digits_cb), self, 0);
  return GTK_WIDGET (self);
}
