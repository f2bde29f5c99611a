/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-activity-bar.h"
#include "kd-badge.h"
#include "kd-banner.h"
#include "kd-chip.h"
#include "kd-command.h"
#include "kd-empty-page.h"
#include "kd-filter-bar.h"
#include "kd-money-entry.h"
#include "kd-text-view.h"
#include "kd-widget-test.h"
#include "kd-wrap-box.h"
#include "tests.h"

static void
count_cb (gpointer object,
          int *count)
{
  (*count)++;
}

static int
min_width (gpointer widget)
{
  int min;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  return min;
}

static void
test_chip (void)
{
  GtkWidget *button = kd_chip_button_new ();
  GtkWidget *chip = GTK_WIDGET (kd_chip_button_get_chip (button));
  GtkWidget *window;

  kd_chip_set (KD_CHIP (chip), "emblem-ok-symbolic", "Saved · synced 10:42", KD_TONE_GOOD);
  window = kd_test_window (button, 360, 100);
  gtk_test_accessible_assert_role (chip, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Saved · synced 10:42");
  g_assert_true (gtk_widget_has_css_class (chip, "good"));
  kd_chip_set (KD_CHIP (chip), "dialog-warning-symbolic", "Needs a look: 2", KD_TONE_WARNING);
  g_assert_false (gtk_widget_has_css_class (chip, "good"));
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Needs a look: 2");
  kd_test_close (window, button, chip, NULL);
}

static void
test_badge (void)
{
  GtkWidget *badge = kd_badge_new ();
  GtkWidget *window = kd_test_window (badge, 360, 100);

  g_assert_false (gtk_widget_get_visible (badge));
  kd_badge_set_count (KD_BADGE (badge), 3);
  g_assert_true (gtk_widget_get_visible (badge));
  gtk_test_accessible_assert_property (badge, GTK_ACCESSIBLE_PROPERTY_LABEL, "3 waiting");
  kd_badge_set_count (KD_BADGE (badge), 1200);
  g_assert_nonnull (kd_test_find_label (badge, "99+"));
  gtk_test_accessible_assert_property (badge, GTK_ACCESSIBLE_PROPERTY_LABEL, "1200 waiting");
  kd_badge_set_count (KD_BADGE (badge), 0);
  g_assert_false (gtk_widget_get_visible (badge));
  kd_test_close (window, badge, NULL);
}

static void
test_banner (void)
{
  GtkWidget *banner = kd_banner_new ();
  GtkWidget *window = kd_test_window (banner, 360, 200);

  g_assert_false (kd_banner_is_shown (KD_BANNER (banner)));
  kd_banner_show (KD_BANNER (banner), "The disk is full", KD_TONE_BAD);
  kd_banner_set_button (KD_BANNER (banner), "Details", "win.details");
  kd_test_draw (window);
  g_assert_true (kd_banner_is_shown (KD_BANNER (banner)));
  gtk_test_accessible_assert_role (banner, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_test_accessible_assert_property (banner, GTK_ACCESSIBLE_PROPERTY_LABEL, "The disk is full");
  kd_banner_hide (KD_BANNER (banner));
  g_assert_false (kd_banner_is_shown (KD_BANNER (banner)));
  kd_test_close (window, banner, NULL);
}

static int ran;

static void
run_cb (gpointer context,
        GVariant *param)
{
  ran++;
}

static const KdCommand commands[] = {
  { .name = "add", .title = "Add a product", .run = run_cb },
  { .name = "import", .title = "Import", .run = run_cb },
};

static void
test_empty_page (void)
{
  GtkWidget *page = kd_empty_page_new ("list-add-symbolic", "No products & no <stock>",
                                       "Add what you sell");
  g_autoptr (GObject) context = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (KdCommandGroup) group = kd_command_group_new ("page", commands, 2, context);
  GtkWidget *window, *button;

  kd_empty_page_set_link (KD_EMPTY_PAGE (page), NULL, "page.import");
  kd_empty_page_set_primary (KD_EMPTY_PAGE (page), "Add the first one", "page.add");
  kd_command_group_attach (group, page);
  window = kd_test_window (page, 360, 500);
  kd_test_shot (window, "empty-page");
  g_assert_nonnull (kd_test_find_label (page, "No products & no <stock>"));
  button = gtk_widget_get_ancestor (kd_test_find_label (page, "Add the first one"), GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_has_css_class (button, "suggested-action"));
  g_assert_true (gtk_widget_get_prev_sibling (button) == NULL);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpint (ran, ==, 1);
  g_assert_nonnull (kd_test_find_label (page, "Import"));
  g_assert_cmpint (min_width (page), <=, 360);
  kd_test_close (window, page, button, NULL);
}

static void
test_wrap_box (void)
{
  GtkWidget *box = kd_wrap_box_new (10);
  GtkWidget *child[3], *window;
  graphene_rect_t place;
  int min, nat;

  for (unsigned i = 0; i < 3; i++)
    {
      child[i] = adw_bin_new ();
      gtk_widget_set_size_request (child[i], 100, 20);
      kd_wrap_box_append (KD_WRAP_BOX (box), child[i]);
    }
  gtk_widget_set_hexpand (child[0], TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &min, &nat, NULL, NULL);
  g_assert_cmpint (min, ==, 100);
  g_assert_cmpint (nat, ==, 320);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 320, &min, NULL, NULL, NULL);
  g_assert_cmpint (min, ==, 20);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 319, &min, NULL, NULL, NULL);
  g_assert_cmpint (min, ==, 50);

  window = kd_test_window (box, 250, 200);
  g_assert_true (gtk_widget_compute_bounds (child[0], box, &place));
  g_assert_cmpint ((int) place.size.width, ==, 140);
  g_assert_true (gtk_widget_compute_bounds (child[2], box, &place));
  g_assert_cmpint ((int) place.origin.y, ==, 30);
  g_assert_cmpint ((int) place.origin.x, ==, 0);
  gtk_widget_set_direction (box, GTK_TEXT_DIR_RTL);
  kd_test_draw (window);
  g_assert_true (gtk_widget_compute_bounds (child[2], box, &place));
  g_assert_cmpint ((int) place.origin.x, ==, 150);
  kd_test_close (window, box, child[0], NULL);
}

static void
test_filter_bar (void)
{
  const char *const ids[] = { "", "active", "archived", NULL };
  const char *const labels[] = { "Every status", "On sale", "Archived", NULL };
  const char *const fewer_ids[] = { "", "archived", NULL };
  const char *const fewer_labels[] = { "Every status", "Archived", NULL };
  GtkWidget *bar = kd_filter_bar_new ("Search products");
  GtkWidget *window, *entry;
  int changed = 0, to_list = 0;

  kd_filter_bar_set_choices (KD_FILTER_BAR (bar), "status", "Status", ids, labels);
  gtk_widget_set_valign (bar, GTK_ALIGN_START);
  g_signal_connect (bar, "changed", G_CALLBACK (count_cb), &changed);
  g_signal_connect (bar, "to-list", G_CALLBACK (count_cb), &to_list);
  window = kd_test_window (bar, 360, 200);
  kd_test_shot (window, "filter-bar");
  entry = kd_test_find (bar, GTK_TYPE_SEARCH_ENTRY);
  gtk_test_accessible_assert_property (entry, GTK_ACCESSIBLE_PROPERTY_LABEL, "Search products");
  gtk_test_accessible_assert_property (kd_test_find (bar, GTK_TYPE_DROP_DOWN),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Status");
  kd_filter_bar_focus (KD_FILTER_BAR (bar));
  kd_test_type (window, "g");
  g_assert_cmpint (changed, ==, 1);
  g_assert_cmpstr (kd_filter_bar_get_text (KD_FILTER_BAR (bar)), ==, "g");
  kd_test_key (window, "Down");
  g_assert_cmpint (to_list, ==, 1);

  kd_filter_bar_set_choice (KD_FILTER_BAR (bar), "status", "archived");
  g_assert_cmpint (changed, ==, 2);
  kd_filter_bar_set_choices (KD_FILTER_BAR (bar), "status", "Status", fewer_ids, fewer_labels);
  g_assert_cmpstr (kd_filter_bar_get_choice (KD_FILTER_BAR (bar), "status"), ==, "archived");
  g_assert_cmpint (changed, ==, 2);
  kd_filter_bar_clear (KD_FILTER_BAR (bar));
  g_assert_cmpint (changed, ==, 3);
  g_assert_false (kd_filter_bar_is_active (KD_FILTER_BAR (bar)));
  g_assert_cmpstr (kd_filter_bar_get_choice (KD_FILTER_BAR (bar), "status"), ==, "");
  g_assert_cmpint (min_width (bar), <=, 360);
  kd_test_close (window, bar, entry, NULL);
}

/* As in the list of products: two rows whatever is chosen, and what is folded counts as much. */
static void
test_filter_fold (void)
{
  const char *const ids[] = { "", "long", NULL };
  const char *const labels[] = { "All categories", "Makanan dan minuman › Kopi bubuk kemasan", NULL };
  const char *const sorting[] = { "By name", "Newest first", NULL };
  GtkWidget *bar = kd_filter_bar_new ("Search products");
  GtkWidget *window, *add = gtk_button_new_from_icon_name ("list-add-symbolic");
  KdFilterBar *filters = KD_FILTER_BAR (bar);
  int changed = 0, height;

  kd_filter_bar_append (filters, add);
  kd_filter_bar_set_choices (filters, "category", "Category", ids, labels);
  kd_filter_bar_fold (filters);
  kd_filter_bar_set_choices (filters, "order", "Sorting", ids, sorting);
  kd_filter_bar_set_choices (filters, "status", "Status", ids, labels);
  gtk_widget_set_valign (bar, GTK_ALIGN_START);
  g_signal_connect (bar, "changed", G_CALLBACK (count_cb), &changed);
  window = kd_test_window (bar, 320, 300);
  height = gtk_widget_get_height (bar);
  g_assert_cmpint (height, <, 3 * gtk_widget_get_height (kd_test_find (bar, GTK_TYPE_SEARCH_ENTRY)));
  g_assert_nonnull (kd_test_find_label (bar, "Filters"));

  kd_filter_bar_set_choice (filters, "order", "long");
  g_assert_cmpint (changed, ==, 1);
  g_assert_true (kd_filter_bar_is_active (filters));
  g_assert_nonnull (kd_test_find_label (bar, "Filters 1"));
  kd_filter_bar_set_choice (filters, "category", "long");
  g_assert_nonnull (kd_test_find_label (bar, "Filters 1"));
  kd_test_draw (window);
  kd_test_shot (window, "filter-fold");
  g_assert_cmpint (gtk_widget_get_height (bar), ==, height);
  kd_filter_bar_clear (filters);
  g_assert_cmpstr (kd_filter_bar_get_choice (filters, "order"), ==, "");
  g_assert_nonnull (kd_test_find_label (bar, "Filters"));
  kd_test_close (window, bar, add, NULL);
}

static void
f7_cb (GSimpleAction *action,
       GVariant *param,
       int *count)
{
  (*count)++;
}

/* F7 is the window's, and the cursor stays: GTK 4.8 aborts when it goes while it blinks. */
static void
test_text_view (void)
{
  GtkWidget *view = kd_text_view_new (), *window;
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("sync-drawer", NULL);
  int count = 0;

  g_signal_connect (action, "activate", G_CALLBACK (f7_cb), &count);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  window = kd_test_window (view, 360, 200);
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (group));
  gtk_widget_grab_focus (view);
  kd_test_key (window, "F7");
  g_assert_cmpint (count, ==, 1);
  g_assert_true (gtk_text_view_get_cursor_visible (GTK_TEXT_VIEW (view)));
  kd_test_close (window, view, NULL);
}

static gboolean
parse (const char *text,
       int64_t *ret_amount,
       char **ret_words,
       gpointer data)
{
  char *end;
  int64_t n = g_ascii_strtoll (text, &end, 10);

  if (g_str_equal (end, "rb"))
    n *= 1000;
  else if (*end != '\0')
    {
      *ret_words = g_strdup ("Not an amount");
      return FALSE;
    }
  *ret_amount = n;
  *ret_words = g_strdup_printf ("Rp%" G_GINT64_FORMAT, n);
  return TRUE;
}

static void
test_money_entry (void)
{
  GtkWidget *entry = kd_money_entry_new ("Price", parse, NULL, NULL);
  KdMoneyEntry *money = KD_MONEY_ENTRY (entry);
  GtkWidget *inside = kd_money_entry_get_entry (money);
  GtkWidget *window;
  int64_t amount = 0;
  int changed = 0, committed = 0;

  g_signal_connect (entry, "changed", G_CALLBACK (count_cb), &changed);
  g_signal_connect (entry, "commit", G_CALLBACK (count_cb), &committed);
  gtk_widget_set_valign (entry, GTK_ALIGN_START);
  window = kd_test_window (entry, 360, 120);
  gtk_test_accessible_assert_property (inside, GTK_ACCESSIBLE_PROPERTY_LABEL, "Price");
  g_assert_cmpint (kd_money_entry_get_amount (money, &amount), ==, KD_MONEY_EMPTY);

  gtk_widget_grab_focus (entry);
  kd_test_type (window, "75rb");
  g_assert_cmpint (kd_money_entry_get_amount (money, &amount), ==, KD_MONEY_VALID);
  g_assert_cmpint (amount, ==, 75000);
  g_assert_nonnull (kd_test_find_label (entry, "Rp75000"));
  gtk_test_accessible_assert_property (inside, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Rp75000");
  kd_test_shot (window, "money-entry");
  kd_test_key (window, "Return");
  kd_test_key (window, "Return");
  g_assert_cmpint (committed, ==, 1);

  kd_test_type (window, "x");
  g_assert_cmpint (kd_money_entry_get_amount (money, &amount), ==, KD_MONEY_INVALID);
  gtk_test_accessible_assert_state (inside, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  kd_money_entry_load (money, "500");
  g_assert_cmpint (kd_money_entry_get_amount (money, &amount), ==, KD_MONEY_VALID);
  kd_money_entry_set_problem (money, "Too low");
  g_assert_nonnull (kd_test_find_label (entry, "Too low"));
  kd_money_entry_set_problem (money, NULL);
  g_assert_nonnull (kd_test_find_label (entry, "Rp500"));
  g_assert_cmpint (committed, ==, 1);
  kd_test_close (window, entry, inside, NULL);
}

static void
test_activity_bar (void)
{
  GtkWidget *bar = kd_activity_bar_new ();
  GtkWidget *window, *stop;
  int cancelled = 0, acted = 0;

  g_signal_connect (bar, "cancel", G_CALLBACK (count_cb), &cancelled);
  g_signal_connect (bar, "action", G_CALLBACK (count_cb), &acted);
  gtk_widget_set_valign (bar, GTK_ALIGN_START);
  window = kd_test_window (bar, 360, 120);
  kd_activity_bar_set_progress (KD_ACTIVITY_BAR (bar), "Importing products", "3,200 of 10,000",
                                3200, 10000);
  gtk_test_accessible_assert_property (bar, GTK_ACCESSIBLE_PROPERTY_LABEL, "Importing products");
  kd_test_shot (window, "activity-bar");
  stop = gtk_widget_get_last_child (bar);
  gtk_test_accessible_assert_property (stop, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Stop: Importing products");
  g_signal_emit_by_name (stop, "clicked");
  g_assert_cmpint (cancelled, ==, 1);
  kd_activity_bar_set_outcome (KD_ACTIVITY_BAR (bar), "Import stopped", "3,500 are in the shop",
                               KD_TONE_WARNING, "Resume");
  g_assert_false (gtk_widget_get_visible (stop));
  g_signal_emit_by_name (gtk_widget_get_ancestor (kd_test_find_label (bar, "Resume"),
                                                  GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpint (acted, ==, 1);
  kd_test_close (window, bar, NULL);
}

void
add_small_tests (void)
{
  g_test_add_func ("/small/chip", test_chip);
  g_test_add_func ("/small/badge", test_badge);
  g_test_add_func ("/small/banner", test_banner);
  g_test_add_func ("/small/empty-page", test_empty_page);
  g_test_add_func ("/small/wrap-box", test_wrap_box);
  g_test_add_func ("/small/filter-bar", test_filter_bar);
  g_test_add_func ("/small/filter-fold", test_filter_fold);
  g_test_add_func ("/small/text-view", test_text_view);
  g_test_add_func ("/small/money-entry", test_money_entry);
  g_test_add_func ("/small/activity-bar", test_activity_bar);
}
