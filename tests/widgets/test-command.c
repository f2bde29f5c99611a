/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-action-button.h"
#include "kd-command.h"
#include "kd-entry-undo.h"
#include "kd-pane.h"
#include "kd-toast-host.h"
#include "kd-widget-test.h"
#include "tests.h"

/* A page with commands in every state. */
#define TEST_TYPE_PAGE (test_page_get_type ())
G_DECLARE_FINAL_TYPE (TestPage, test_page, TEST, PAGE, KdPane)

struct _TestPage {
  KdPane parent_instance;
  gboolean refused;
  int paid;
  int renamed;
};

G_DEFINE_FINAL_TYPE (TestPage, test_page, KD_TYPE_PANE)

static KdCommandState
pay_state (gpointer context,
           const char **ret_reason)
{
  *ret_reason = "order.empty";
  return TEST_PAGE (context)->refused ? KD_COMMAND_REFUSED : KD_COMMAND_ENABLED;
}

static void
pay (gpointer context,
     GVariant *param)
{
  TEST_PAGE (context)->paid++;
}

static gboolean
rename_checked (gpointer context)
{
  return TEST_PAGE (context)->renamed % 2 == 1;
}

static void
rename_run (gpointer context,
            GVariant *param)
{
  TEST_PAGE (context)->renamed++;
}

static const KdCommand commands[] = {
  { .name = "pay", .title = "Take payment", .icon = "emblem-ok-symbolic",
    .accel = "<Control>p|F9", .state = pay_state, .run = pay },
  { .name = "rename", .title = "Rename", .accel = "r", .roles = 1 << 2,
    .checked = rename_checked, .run = rename_run },
  { .name = "show", .title = "Show", .param = "s", .run = pay },
};

static const KdCommand *
test_page_get_commands (KdPage *page,
                        unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}

static const char *
test_page_reason_text (const char *code)
{
  return g_str_equal (code, "order.empty") ? "The order has no lines" : NULL;
}

static gboolean
test_page_show_target (KdPage *page,
                       const char *target)
{
  return g_str_has_prefix (target, "kedai:order/");
}

static void
test_page_class_init (TestPageClass *klass)
{
  KdPageClass *page_class = KD_PAGE_CLASS (klass);

  page_class->get_commands = test_page_get_commands;
  page_class->reason_text = test_page_reason_text;
  page_class->show_target = test_page_show_target;
}

static void
test_page_init (TestPage *self)
{
}

typedef struct {
  GtkWidget *window;
  TestPage *page;
  GtkWidget *button;
  GtkWidget *entry;
} Fixture;

static void
fixture_init (Fixture *f)
{
  GtkWidget *host = kd_toast_host_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  f->page = g_object_new (TEST_TYPE_PAGE, "title", "Orders", "number", 3, NULL);
  f->button = kd_action_button_new ("page.pay", KD_ACTION_LABEL);
  f->entry = gtk_entry_new ();
  gtk_box_append (GTK_BOX (box), f->entry);
  gtk_box_append (GTK_BOX (box), f->button);
  adw_bin_set_child (ADW_BIN (f->page), box);
  kd_toast_host_set_child (KD_TOAST_HOST (host), GTK_WIDGET (f->page));
  f->window = kd_test_window (host, 500, 300);
}

static void
test_page (void)
{
  Fixture f;
  g_autoptr (GCancellable) cancellable = NULL;

  fixture_init (&f);
  gtk_test_accessible_assert_property (f.page, GTK_ACCESSIBLE_PROPERTY_LABEL, "Orders");
  g_assert_cmpuint (kd_pane_get_number (KD_PANE (f.page)), ==, 3);
  g_assert_true (kd_page_show_target (KD_PAGE (f.page), "kedai:order/1"));
  g_assert_false (kd_page_show_target (KD_PAGE (f.page), "kedai:product/1"));
  g_assert_cmpstr (kd_page_get_target (KD_PAGE (f.page)), ==, "kedai:order/1");
  cancellable = g_object_ref (kd_page_get_cancellable (KD_PAGE (f.page)));
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  kd_test_close (f.window, f.page, f.button, kd_page_get_commands (KD_PAGE (f.page)), NULL);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
}

static void
test_shortcuts (void)
{
  Fixture f;

  fixture_init (&f);
  gtk_widget_grab_focus (f.button);
  kd_test_key (f.window, "ctrl+p");
  kd_test_key (f.window, "F9");
  g_assert_cmpint (f.page->paid, ==, 2);
  kd_test_key (f.window, "r");
  g_assert_cmpint (f.page->renamed, ==, 1);

  /* An entry keeps its letters, and lets go of what it doesn't know. */
  gtk_widget_grab_focus (f.entry);
  kd_test_key (f.window, "r");
  g_assert_cmpint (f.page->renamed, ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f.entry)), ==, "r");
  kd_test_key (f.window, "ctrl+p");
  g_assert_cmpint (f.page->paid, ==, 3);

  gtk_widget_set_child_visible (GTK_WIDGET (f.page), FALSE);
  kd_test_key (f.window, "ctrl+p");
  g_assert_cmpint (f.page->paid, ==, 3);
  gtk_widget_set_child_visible (GTK_WIDGET (f.page), TRUE);
  kd_test_close (f.window, f.page, NULL);
}

static void
count_cb (KdCommandGroup *group,
          const KdCommand *command,
          gpointer data)
{
  (*(int *) data)++;
}

static void
test_roles (void)
{
  Fixture f;
  KdCommandGroup *group;
  const KdCommand *found;
  g_autoptr (GMenu) menu = g_menu_new ();
  int count = 0;

  fixture_init (&f);
  found = kd_command_find (f.button, "page.rename", &group);
  g_assert_true (found == &commands[1]);
  g_assert_null (kd_command_find (f.button, "page.nothing", NULL));
  g_assert_null (kd_command_find (f.button, "win.rename", NULL));
  kd_command_foreach (f.button, count_cb, &count);
  g_assert_cmpint (count, ==, 3);

  kd_page_set_roles (KD_PAGE (f.page), 1 << 1);
  g_assert_cmpint (kd_command_group_get_state (group, found, NULL), ==, KD_COMMAND_HIDDEN);
  g_assert_false (kd_command_group_activate (group, "rename", NULL, NULL));
  g_assert_cmpint (f.page->renamed, ==, 0);
  count = 0;
  kd_command_foreach (f.button, count_cb, &count);
  g_assert_cmpint (count, ==, 2);
  kd_command_group_append_to_menu (group, menu, "pay");
  kd_command_group_append_to_menu (group, menu, "rename");
  g_assert_cmpint (g_menu_model_get_n_items (G_MENU_MODEL (menu)), ==, 1);

  kd_page_set_roles (KD_PAGE (f.page), 1 << 2);
  g_assert_true (kd_command_group_activate (group, "rename", NULL, NULL));
  g_assert_true (kd_command_group_get_checked (group, found));
  kd_test_close (f.window, f.page, NULL);
}

static void
test_refused_button (void)
{
  Fixture f;
  GtkWidget *popover;

  fixture_init (&f);
  gtk_test_accessible_assert_role (f.button, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (f.button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Take payment");
  gtk_test_accessible_assert_state (f.button, GTK_ACCESSIBLE_STATE_DISABLED, FALSE);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (f.button), ==, "Take payment (Ctrl+P)");

  f.page->refused = TRUE;
  kd_page_update_commands (KD_PAGE (f.page));
  gtk_test_accessible_assert_state (f.button, GTK_ACCESSIBLE_STATE_DISABLED, TRUE);
  gtk_test_accessible_assert_property (f.button, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "The order has no lines");
  g_assert_true (gtk_widget_is_sensitive (f.button));
  g_assert_true (gtk_widget_grab_focus (f.button));

  kd_test_click (f.button);
  g_assert_cmpint (f.page->paid, ==, 0);
  popover = gtk_widget_get_last_child (f.button);
  g_assert_true (GTK_IS_POPOVER (popover));
  g_assert_true (gtk_widget_get_mapped (popover));
  g_assert_nonnull (kd_test_find_label (popover, "The order has no lines"));
  gtk_popover_popdown (GTK_POPOVER (popover));

  f.page->refused = FALSE;
  kd_page_update_commands (KD_PAGE (f.page));
  gtk_test_accessible_assert_state (f.button, GTK_ACCESSIBLE_STATE_DISABLED, FALSE);
  g_signal_emit_by_name (f.button, "clicked");
  g_assert_cmpint (f.page->paid, ==, 1);
  kd_test_close (f.window, f.page, f.button, NULL);
}

static void
test_refused_shortcut (void)
{
  Fixture f;

  fixture_init (&f);
  f.page->refused = TRUE;
  gtk_widget_grab_focus (f.button);
  kd_test_key (f.window, "ctrl+p");
  g_assert_cmpint (f.page->paid, ==, 0);
  g_assert_nonnull (kd_test_find_label (f.window, "The order has no lines"));
  kd_test_close (f.window, f.page, NULL);
}

static void
string_cb (GSimpleAction *action,
           GVariant *param,
           GString *log)
{
  g_string_append_printf (log, "%s %s;", g_action_get_name (G_ACTION (action)),
                          param != NULL ? g_variant_get_string (param, NULL) : "");
}

static void
add_window_actions (GtkWidget *window,
                    GString *log)
{
  static const char *const names[] = { "undo", "redo", "undo-operation", "open-target" };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GSimpleAction) action
        = g_simple_action_new (names[i], i < 2 ? NULL : G_VARIANT_TYPE_STRING);

      g_signal_connect (action, "activate", G_CALLBACK (string_cb), log);
      g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
    }
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (actions));
}

static GtkWidget *
button_named (GtkWidget *root,
              const char *text)
{
  GtkWidget *label = kd_test_find_label (root, text);

  return label != NULL ? gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON) : NULL;
}

static gboolean
is_withdrawn (gpointer window)
{
  return kd_test_find_label (window, "Archived") == NULL;
}

static void
test_undo_toast (void)
{
  Fixture f;
  g_autoptr (GString) log = g_string_new (NULL);
  KdToastHost *host;

  fixture_init (&f);
  add_window_actions (f.window, log);
  host = kd_toast_host_find (f.button);
  kd_toast_host_offer_undo (host, "Price of <b>Gamis</b> changed", "op-1", "kedai:product/7");
  kd_test_draw (f.window);
  g_assert_nonnull (kd_test_find_label (f.window, "Price of <b>Gamis</b> changed"));
  g_signal_emit_by_name (button_named (f.window, "Show"), "clicked");
  kd_toast_host_offer_undo (host, "Deleted", "op-2", NULL);
  kd_test_draw (f.window);
  g_signal_emit_by_name (button_named (f.window, "Undo"), "clicked");
  g_assert_cmpstr (log->str, ==, "open-target kedai:product/7;undo-operation op-2;");
  kd_toast_host_offer_undo (host, "Archived", "op-3", NULL);
  kd_test_draw (f.window);
  g_assert_nonnull (kd_test_find_label (f.window, "Archived"));
  kd_toast_host_withdraw_undo (host);
  kd_test_wait (is_withdrawn, f.window);
  kd_toast_host_say (host, "a & b");
  kd_test_draw (f.window);
  g_assert_nonnull (kd_test_find_label (f.window, "a & b"));
  kd_test_close (f.window, f.page, host, NULL);
}

/* Toasts may lie in a part of the window: what stands beside it finds them too. */
static void
test_toasts_beside (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *button = gtk_button_new_with_label ("Menu");
  GtkWidget *host = kd_toast_host_new (), *window;

  kd_toast_host_set_child (KD_TOAST_HOST (host), gtk_label_new ("Page"));
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), host);
  window = kd_test_window (box, 360, 200);
  g_assert_true (kd_toast_host_find (button) == KD_TOAST_HOST (host));
  gtk_box_remove (GTK_BOX (box), host);
  g_assert_null (kd_toast_host_find (button));
  kd_test_close (window, box, button, NULL);
}

static void
test_entry_undo (void)
{
  Fixture f;
  g_autoptr (GString) log = g_string_new (NULL);

  fixture_init (&f);
  add_window_actions (f.window, log);
  gtk_editable_set_text (GTK_EDITABLE (f.entry), "100");
  kd_entry_undo_attach (f.entry, "100");
  gtk_widget_grab_focus (f.entry);
  kd_test_key (f.window, "End");
  kd_test_key (f.window, "ctrl+z");
  g_assert_cmpstr (log->str, ==, "undo ;");
  kd_test_type (f.window, "5");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f.entry)), ==, "1005");
  kd_test_key (f.window, "ctrl+z");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f.entry)), ==, "100");
  g_assert_cmpstr (log->str, ==, "undo ;");
  kd_test_key (f.window, "ctrl+shift+z");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f.entry)), ==, "1005");
  kd_test_key (f.window, "ctrl+shift+z");
  g_assert_cmpstr (log->str, ==, "undo ;redo ;");
  kd_entry_undo_set_stored (f.entry, "1005");
  kd_test_key (f.window, "ctrl+z");
  g_assert_cmpstr (log->str, ==, "undo ;redo ;undo ;");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f.entry)), ==, "1005");
  kd_test_close (f.window, f.entry, NULL);
}

static void
test_text_view_undo (void)
{
  Fixture f;
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWidget *view = gtk_text_view_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  g_autofree char *text = NULL;

  fixture_init (&f);
  add_window_actions (f.window, log);
  adw_bin_set_child (ADW_BIN (f.page), view);
  kd_entry_undo_attach (view, "");
  gtk_widget_grab_focus (view);
  kd_test_type (f.window, "hi");
  kd_test_key (f.window, "ctrl+z");
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, !=, "hi");
  g_assert_cmpstr (log->str, ==, "");
  gtk_text_buffer_set_text (buffer, "", -1);
  kd_test_key (f.window, "ctrl+z");
  g_assert_cmpstr (log->str, ==, "undo ;");
  kd_test_close (f.window, view, NULL);
}

void
add_command_tests (void)
{
  g_test_add_func ("/command/page", test_page);
  g_test_add_func ("/command/shortcuts", test_shortcuts);
  g_test_add_func ("/command/roles", test_roles);
  g_test_add_func ("/command/refused-button", test_refused_button);
  g_test_add_func ("/command/refused-shortcut", test_refused_shortcut);
  g_test_add_func ("/command/undo-toast", test_undo_toast);
  g_test_add_func ("/command/toasts-beside", test_toasts_beside);
  g_test_add_func ("/command/entry-undo", test_entry_undo);
  g_test_add_func ("/command/text-view-undo", test_text_view_undo);
}
