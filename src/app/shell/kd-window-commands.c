/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window-internal.h"

#include "kd-about.h"
#include "kd-add-computer.h"
#include "kd-detail-window.h"
#include "kd-palette.h"
#include "kd-pane-table.h"
#include "kd-preferences.h"
#include "kd-shortcuts-window.h"
#include "kd-sync-drawer.h"
#include "kd-target.h"
#include "kd-words.h"

#include <glib/gi18n.h>

#define SEARCH_PER_KIND 8

/* ---- what the commands do ---- */

static void
show_pane (gpointer context,
           GVariant *param)
{
  unsigned n;
  const KdPaneEntry *panes = kd_pane_table (&n);
  int number = g_variant_get_int32 (param);

  for (unsigned i = 0; i < n; i++)
    if ((int) panes[i].number == number)
      kd_window_show_pane (context, panes[i].id);
}

static void
show_pane_1 (gpointer context,
             GVariant *param)
{
  g_autoptr (GVariant) number = g_variant_ref_sink (g_variant_new_int32 (1));
  show_pane (context, number);
}

static void
show_pane_3 (gpointer context,
             GVariant *param)
{
  g_autoptr (GVariant) number = g_variant_ref_sink (g_variant_new_int32 (3));
  show_pane (context, number);
}

static void
show_pane_4 (gpointer context,
             GVariant *param)
{
  g_autoptr (GVariant) number = g_variant_ref_sink (g_variant_new_int32 (4));
  show_pane (context, number);
}

static void
find_in_pane (gpointer context,
              GVariant *param)
{
  KdPage *page = kd_window_get_page (context);

  if (page != NULL)
    kd_page_search_focus (page);
}

static void
go (KdWindow *self,
    GPtrArray *from,
    GPtrArray *to)
{
  g_autofree char *now = NULL;
  g_autofree char *target = NULL;
  KdPage *page = kd_window_get_page (self);

  now = page != NULL ? g_strdup (kd_page_get_target (page)) : NULL;
  /* what is shown stands on top of the way back */
  if (from == self->back && from->len > 0 && g_strcmp0 (g_ptr_array_index (from, from->len - 1), now) == 0)
    g_ptr_array_set_size (from, (int) from->len - 1);
  if (from->len == 0)
    return;
  target = g_ptr_array_steal_index (from, from->len - 1);
  if (now != NULL)
    g_ptr_array_add (to, g_steal_pointer (&now));
  self->moving = TRUE;
  kd_window_open (self, target);
  self->moving = FALSE;
  if (from == self->forward)
    g_ptr_array_add (self->back, g_strdup (target));
  kd_command_group_update (self->commands);
}

static void
go_back (gpointer context,
         GVariant *param)
{
  KdWindow *self = context;
  go (self, self->back, self->forward);
}

static void
go_forward (gpointer context,
            GVariant *param)
{
  KdWindow *self = context;
  go (self, self->forward, self->back);
}

static KdCommandState
back_state (gpointer context,
            const char **ret_reason)
{
  KdWindow *self = context;

  *ret_reason = _("Nothing was open before");
  return self->back->len > 1 ? KD_COMMAND_ENABLED : KD_COMMAND_REFUSED;
}

static KdCommandState
forward_state (gpointer context,
               const char **ret_reason)
{
  KdWindow *self = context;

  *ret_reason = _("This is the newest");
  return self->forward->len > 0 ? KD_COMMAND_ENABLED : KD_COMMAND_REFUSED;
}

/* ---- undo ---- */

static void
undone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_undo_finish (KD_SESSION (source), result, &error);
  g_autofree char *text = NULL;

  if (commit == NULL)
    text = g_strdup_printf (_("Could not undo: %s"), error->message);
  else if (commit->generation == 0)
    text = g_strdup (_("Nothing to undo"));
  else if (commit->n_left > 0)
    text = g_strdup_printf (ngettext ("Undone; %u value was changed since and stays",
                                      "Undone; %u values were changed since and stay", commit->n_left),
                            commit->n_left);
  else
    {
      g_autofree char *label = kd_words_operation (commit->label, commit->value);
      text = g_strdup_printf (_("Undone: %s"), label);
    }
  if (commit != NULL && commit->generation != 0)
    {
      kd_toast_host_withdraw_undo (self->toasts);
      kd_toast_host_say_action (self->toasts, text, _("Redo"), "win.redo", NULL);
    }
  else
    kd_toast_host_say (self->toasts, text);
}

static void
undo (gpointer context,
      GVariant *param)
{
  KdWindow *self = context;
  kd_session_undo_async (self->session, NULL, undone_cb, g_object_ref (self));
}

static void
undo_operation (gpointer context,
                GVariant *param)
{
  KdWindow *self = context;
  KdId operation;

  if (kd_id_parse (g_variant_get_string (param, NULL), &operation))
    kd_session_undo_async (self->session, &operation, undone_cb, g_object_ref (self));
}

static void
redone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_undo_finish (KD_SESSION (source), result, &error);

  if (commit == NULL)
    kd_toast_host_say (self->toasts, error->message);
  else
    kd_toast_host_say (self->toasts, commit->generation != 0 ? _("Done again") : _("Nothing to redo"));
}

static void
redo (gpointer context,
      GVariant *param)
{
  KdWindow *self = context;
  kd_session_redo_async (self->session, redone_cb, g_object_ref (self));
}

/* ---- targets ---- */

static void
open_target (gpointer context,
             GVariant *param)
{
  kd_window_open (context, g_variant_get_string (param, NULL));
}

static void
open_target_in_window (gpointer context,
                       GVariant *param)
{
  KdWindow *self = context;
  kd_detail_window_open (gtk_window_get_application (GTK_WINDOW (self)), self->session,
                         g_variant_get_string (param, NULL));
}

static void
new_window (gpointer context,
            GVariant *param)
{
  KdWindow *self = context;
  KdPage *page = kd_window_get_page (self);

  if (page != NULL && kd_page_get_target (page) != NULL)
    kd_detail_window_open (gtk_window_get_application (GTK_WINDOW (self)), self->session, kd_page_get_target (page));
}

static KdCommandState
new_window_state (gpointer context,
                  const char **ret_reason)
{
  KdPage *page = kd_window_get_page (context);

  *ret_reason = _("Choose a chat, an order or a product first");
  return page != NULL && kd_page_get_target (page) != NULL ? KD_COMMAND_ENABLED : KD_COMMAND_REFUSED;
}

/* ---- palette ---- */

typedef struct
{
  KdPalette *palette;   /* (owned) */
  unsigned provider, search;
} PaletteSearch;

static const char *
icon_of (const KdKind *kind)
{
  if (kind == &kd_kind_order)
    return "kd-orders-symbolic";
  if (kind == &kd_kind_product || kind == &kd_kind_variant)
    return "kd-catalog-symbolic";
  if (kind == &kd_kind_contact)
    return "kd-customers-symbolic";
  return "kd-inbox-symbolic";
}

static void
found_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  PaletteSearch *search = data;
  g_autoptr (GPtrArray) found = kd_session_search_finish (KD_SESSION (source), result, NULL);
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_palette_result_free);

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const KdFound *one = g_ptr_array_index (found, i);
      KdTarget target = { .kind = one->kind, .id = one->id, .anchor = one->anchor };
      g_autofree char *text = kd_target_to_text (&target);

      if (kd_pane_table_for_kind (one->kind) != NULL)
        g_ptr_array_add (results, kd_palette_result_new (one->title, one->subtitle, icon_of (one->kind), text));
    }
  kd_palette_give (search->palette, search->provider, search->search, results);
  g_object_unref (search->palette);
  g_free (search);
}

static void
palette_search (KdPalette *palette,
                unsigned provider,
                unsigned number,
                const char *text,
                gpointer data)
{
  KdWindow *self = data;
  PaletteSearch *search;

  if (*text == '\0')
    {
      kd_palette_give (palette, provider, number, g_ptr_array_new ());
      return;
    }
  search = g_new0 (PaletteSearch, 1);
  search->palette = g_object_ref (palette);
  search->provider = provider;
  search->search = number;
  kd_session_search_async (self->session, text, SEARCH_PER_KIND, NULL, found_cb, search);
}

static void
palette_chosen_cb (KdPalette *palette,
                   const char *target,
                   gboolean in_new_window,
                   gpointer data)
{
  KdWindow *self = data;

  if (in_new_window)
    kd_detail_window_open (gtk_window_get_application (GTK_WINDOW (self)), self->session, target);
  else
    kd_window_open (self, target);
}

static void
show_palette (gpointer context,
              GVariant *param)
{
  KdWindow *self = context;
  GtkWidget *origin = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *palette;

  if (origin == NULL)
    origin = GTK_WIDGET (kd_window_get_page (self));
  palette = kd_palette_new (GTK_WINDOW (self), origin != NULL ? origin : GTK_WIDGET (self));
  kd_palette_add_provider (KD_PALETTE (palette), _("In the shop"), palette_search, self, NULL);
  g_signal_connect_object (palette, "chosen", G_CALLBACK (palette_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (palette));
}

/* ---- windows of the program ---- */

static void
show_sync_drawer (gpointer context,
                  GVariant *param)
{
  KdWindow *self = context;
  kd_sync_drawer_present (GTK_WINDOW (self), self->session);
}

static void
show_preferences (gpointer context,
                  GVariant *param)
{
  KdWindow *self = context;
  kd_preferences_present (GTK_WINDOW (self), self->session);
}

static const KdShortcutHelp extra_keys[] = {
  { N_("Lists"), N_("Open the chosen row"), "Return" },
  { N_("Lists"), N_("Open it in a window of its own"), "<Control>Return" },
  { N_("Lists"), N_("Menu of the row"), "<Shift>F10" },
};

static void
show_shortcuts (gpointer context,
                GVariant *param)
{
  KdWindow *self = context;
  GtkWidget *origin = gtk_window_get_focus (GTK_WINDOW (self));

  kd_shortcuts_window_present (GTK_WINDOW (self), origin != NULL ? origin : GTK_WIDGET (kd_window_get_page (self)),
                               extra_keys, G_N_ELEMENTS (extra_keys));
}

static void
show_about (gpointer context,
            GVariant *param)
{
  const KdAbout about = {
    .name = "Kedai",
    .icon_name = KD_APP_ID,
    .version = KD_VERSION,
    .developers = _("The Kedai team"),
    .comments = _("The shop in one place: chat, catalog, stock and orders, online or not."),
  };

  kd_show_about (context, &about);
}

static void
show_menu (gpointer context,
           GVariant *param)
{
  KdWindow *self = context;
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->menu_button));
}

static void
toggle_fullscreen (gpointer context,
                   GVariant *param)
{
  GtkWindow *window = context;

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static void
close_window (gpointer context,
              GVariant *param)
{
  gtk_window_close (context);
}

static void
quit (gpointer context,
      GVariant *param)
{
  GtkApplication *application = gtk_window_get_application (context);

  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
}

static void
add_computer (gpointer context,
              GVariant *param)
{
  KdWindow *self = context;
  kd_add_computer_present (GTK_WINDOW (self), self->session);
}

static void
copy_shop_link (gpointer context,
                GVariant *param)
{
  KdWindow *self = context;
  const KdServices *services = kd_session_get_services (self->session);
  const KdShopProfile *profile = kd_session_get_profile (self->session);
  const char *address = services != NULL && services->server != NULL ? kd_server_control_get_address (services->server) : NULL;
  g_autofree char *link = NULL;

  if (address == NULL || profile == NULL)
    {
      kd_toast_host_say (self->toasts, _("The shop's page can be shared when its server runs"));
      return;
    }
  link = g_strdup_printf ("%s/%s", address, profile->slug);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), link);
  kd_toast_host_say (self->toasts, _("Link to the shop's page copied"));
}

static const KdCommand commands[] = {
  { "palette", N_("Jump to anything"), N_("search find command"), NULL, N_("General"), "<Control>k", 0, NULL, KD_COMMAND_UNLISTED, NULL, NULL, show_palette },
  { "search-everything", N_("Search everything"), NULL, NULL, N_("General"), "<Control><Shift>f", 0, NULL, KD_COMMAND_UNLISTED, NULL, NULL, show_palette },
  { "find", N_("Find in this pane"), NULL, NULL, N_("General"), "<Control>f", 0, NULL, 0, NULL, NULL, find_in_pane },
  { "pane-inbox", N_("Go to Inbox"), NULL, "kd-inbox-symbolic", N_("Panes"), "<Control>1", 0, NULL, 0, NULL, NULL, show_pane_1 },
  { "pane-orders", N_("Go to Orders"), NULL, "kd-orders-symbolic", N_("Panes"), "<Control>3", 0, NULL, 0, NULL, NULL, show_pane_3 },
  { "pane-catalog", N_("Go to Catalog"), NULL, "kd-catalog-symbolic", N_("Panes"), "<Control>4", 0, NULL, 0, NULL, NULL, show_pane_4 },
  { "back", N_("Back"), NULL, "go-previous-symbolic", N_("General"), "<Alt>Left", 0, NULL, 0, back_state, NULL, go_back },
  { "forward", N_("Forward"), NULL, "go-next-symbolic", N_("General"), "<Alt>Right", 0, NULL, 0, forward_state, NULL, go_forward },
  { "undo", N_("Undo"), NULL, "edit-undo-symbolic", N_("General"), "<Control>z", 0, NULL, 0, NULL, NULL, undo },
  { "redo", N_("Redo"), NULL, "edit-redo-symbolic", N_("General"), "<Control><Shift>z", 0, NULL, 0, NULL, NULL, redo },
  { "undo-operation", N_("Undo"), NULL, NULL, NULL, NULL, 0, "s", KD_COMMAND_UNLISTED, NULL, NULL, undo_operation },
  { "open-target", N_("Open"), NULL, NULL, NULL, NULL, 0, "s", KD_COMMAND_UNLISTED, NULL, NULL, open_target },
  { "open-target-in-window", N_("Open in a window"), NULL, NULL, NULL, NULL, 0, "s", KD_COMMAND_UNLISTED, NULL, NULL, open_target_in_window },
  { "new-window", N_("Open in a window of its own"), NULL, "window-new-symbolic", N_("General"), "<Control><Shift>n", 0, NULL, 0, new_window_state, NULL, new_window },
  { "sync-drawer", N_("What waits to be sent"), N_("sync offline queue"), "kd-sync-ok-symbolic", N_("General"), "F7", 0, NULL, 0, NULL, NULL, show_sync_drawer },
  { "copy-shop-link", N_("Copy the link to the shop's page"), N_("share buyers"), "kd-link-symbolic", NULL, NULL, 0, NULL, 0, NULL, NULL, copy_shop_link },
  { "add-computer", N_("Add a computer"), N_("pair join second"), NULL, NULL, NULL, KD_ROLES_MANAGERS, NULL, 0, NULL, NULL, add_computer },
  { "preferences", N_("Preferences"), N_("settings"), NULL, N_("General"), "<Control>comma", 0, NULL, 0, NULL, NULL, show_preferences },
  { "shortcuts", N_("Keyboard shortcuts"), N_("keys help"), NULL, N_("General"), "<Control>question|F1", 0, NULL, 0, NULL, NULL, show_shortcuts },
  { "menu", N_("Main menu"), NULL, NULL, N_("General"), "F10", 0, NULL, KD_COMMAND_UNLISTED, NULL, NULL, show_menu },
  { "fullscreen", N_("Full screen"), NULL, NULL, N_("General"), "F11", 0, NULL, 0, NULL, NULL, toggle_fullscreen },
  { "about", N_("About Kedai"), N_("version licence"), NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, show_about },
  { "close", N_("Close the window"), NULL, NULL, N_("General"), "<Control>w", 0, NULL, 0, NULL, NULL, close_window },
  { "quit", N_("Quit"), NULL, NULL, N_("General"), "<Control>q", 0, NULL, 0, NULL, NULL, quit },
};

const KdCommand *
kd_window_command_table (unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}

GMenuModel *
kd_window_build_menu (KdWindow *self)
{
  static const char *const sections[][5] = {
    { "undo", "redo", NULL },
    { "new-window", "sync-drawer", "copy-shop-link", "add-computer", NULL },
    { "preferences", "shortcuts", "about", "quit", NULL },
  };
  GMenu *menu = g_menu_new ();

  for (unsigned s = 0; s < G_N_ELEMENTS (sections); s++)
    {
      g_autoptr (GMenu) section = g_menu_new ();

      for (unsigned i = 0; sections[s][i] != NULL; i++)
        kd_command_group_append_to_menu (self->commands, section, sections[s][i]);
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
    }
  return G_MENU_MODEL (menu);
}
