/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-action-button.h"
#include "kd-badge.h"
#include "kd-banner.h"
#include "kd-chip.h"
#include "kd-filter-bar.h"
#include "kd-list-view.h"
#include "kd-pane.h"
#include "kd-rail.h"
#include "kd-split-view.h"
#include "kd-test-model.h"
#include "kd-toast-host.h"
#include "kd-widget-test.h"
#include "kd-wrap-box.h"
#include "tests.h"

#define LARGE_TEXT_DPI (2 * 96 * 1024)

/* The widgets together, as a pane puts them together. */
typedef struct {
  GtkWidget *window;
  KdSplitView *split;
  KdToastHost *host;
  KdTestModel *model;
} Gallery;

static GtkWidget *
label_new (const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
create_row (gpointer data)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bottom = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = label_new (NULL, "heading");
  GtkWidget *badge = kd_badge_new ();

  g_object_set (row, "margin-top", 9, "margin-bottom", 9, "margin-start", 12, "margin-end", 12,
                NULL);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_box_append (GTK_BOX (top), name);
  gtk_box_append (GTK_BOX (top), label_new ("Rp75.000", "kd-numeric"));
  gtk_box_append (GTK_BOX (bottom), kd_chip_new ());
  gtk_box_append (GTK_BOX (bottom), badge);
  gtk_box_append (GTK_BOX (row), top);
  gtk_box_append (GTK_BOX (row), bottom);
  return row;
}

static void
bind_row (GtkWidget *row,
          gpointer item,
          gpointer data)
{
  static const struct {
    const char *icon, *text;
    KdTone tone;
  } states[] = {
    { "emblem-ok-symbolic", "Paid", KD_TONE_GOOD },
    { "dialog-warning-symbolic", "Unpaid 2 days", KD_TONE_WARNING },
    { "document-open-recent-symbolic", "Packed", KD_TONE_ACCENT },
    { "dialog-error-symbolic", "Problem", KD_TONE_BAD },
    { "folder-symbolic", "Done", KD_TONE_NEUTRAL },
  };
  unsigned id = KD_TEST_ITEM (item)->id;
  g_autofree char *name = g_strdup_printf ("A-%04u Siti Rahmawati", id);
  GtkWidget *top = gtk_widget_get_first_child (row);
  GtkWidget *bottom = gtk_widget_get_next_sibling (top);
  GtkWidget *chip = gtk_widget_get_first_child (bottom);
  unsigned state = id % G_N_ELEMENTS (states);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (top)), name);
  kd_chip_set (KD_CHIP (chip), states[state].icon, states[state].text, states[state].tone);
  kd_badge_set_count (KD_BADGE (gtk_widget_get_next_sibling (chip)), id % 4);
}

static char *
name_row (gpointer item,
          gpointer data)
{
  return g_strdup_printf ("A-%04u", KD_TEST_ITEM (item)->id);
}

static const KdRowFuncs row_funcs = { .create = create_row, .bind = bind_row, .name = name_row };

static KdCommandState
refuse (gpointer context,
        const char **ret_reason)
{
  *ret_reason = "The order has no lines";
  return KD_COMMAND_REFUSED;
}

static void
run_cb (gpointer context,
        GVariant *param)
{
}

static const KdCommand commands[] = {
  { .name = "pay", .title = "Take payment", .icon = "emblem-ok-symbolic", .run = run_cb },
  { .name = "ship", .title = "Ship", .icon = "go-next-symbolic", .state = refuse, .run = run_cb },
  { .name = "print", .title = "Print", .icon = "document-print-symbolic", .run = run_cb },
};

static GtkWidget *
bubble (const char *text,
        const char *css_class,
        GtkAlign align)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  gtk_widget_set_halign (label, align);
  gtk_widget_add_css_class (label, "kd-bubble");
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_detail (Gallery *g)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *thread = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *buttons = kd_wrap_box_new (6);
  GtkWidget *banner = kd_banner_new ();
  GtkWidget *pay = kd_action_button_new ("page.pay", KD_ACTION_LABEL);

  adw_header_bar_pack_start (ADW_HEADER_BAR (header), kd_split_view_back_button_new (g->split));
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new ("A-0012", "Siti"));
  kd_banner_show (KD_BANNER (banner), "This order was changed on another computer",
                  KD_TONE_WARNING);
  kd_banner_set_button (KD_BANNER (banner), "Compare", "page.pay");
  g_object_set (thread, "margin-top", 12, "margin-bottom", 12, "margin-start", 12, "margin-end", 12,
                "vexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (thread), bubble ("Ka, gamis yang hijau masih ada?", "in",
                                            GTK_ALIGN_START));
  gtk_box_append (GTK_BOX (thread), bubble ("Masih, ukuran M dan L. Mau yang mana?", "out",
                                            GTK_ALIGN_END));
  gtk_box_append (GTK_BOX (thread), bubble ("She always pays by transfer", "note", GTK_ALIGN_END));
  gtk_box_append (GTK_BOX (thread), bubble ("Order A-0012 was placed", "event", GTK_ALIGN_CENTER));
  gtk_widget_add_css_class (pay, "suggested-action");
  kd_wrap_box_append (KD_WRAP_BOX (buttons), pay);
  kd_wrap_box_append (KD_WRAP_BOX (buttons),
                      kd_action_button_new ("page.ship", KD_ACTION_ICON_AND_LABEL));
  kd_wrap_box_append (KD_WRAP_BOX (buttons), kd_action_button_new ("page.print", KD_ACTION_ICON));
  g_object_set (buttons, "margin-bottom", 12, "margin-start", 12, "margin-end", 12, NULL);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), banner);
  gtk_box_append (GTK_BOX (box), thread);
  gtk_box_append (GTK_BOX (box), buttons);
  return box;
}

static GtkWidget *
make_list (Gallery *g)
{
  static const char *const ids[] = { "", "new", NULL };
  static const char *const labels[] = { "Every status", "New", NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *filter = kd_filter_bar_new ("Search orders");
  GtkWidget *list = kd_list_view_new ("Orders", KD_SELECT_ONE, &row_funcs, NULL);
  GtkWidget *sync = kd_chip_button_new ();

  kd_chip_set (kd_chip_button_get_chip (sync), "emblem-ok-symbolic", "Saved · 10:42", KD_TONE_GOOD);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), sync);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  kd_filter_bar_set_choices (KD_FILTER_BAR (filter), "status", "Status", ids, labels);
  kd_list_view_set_model (KD_LIST_VIEW (list), G_LIST_MODEL (g->model));
  kd_selection_set_current (kd_list_view_get_selection (KD_LIST_VIEW (list)), 1);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), filter);
  gtk_box_append (GTK_BOX (box), list);
  return box;
}

static void
gallery_init (Gallery *g,
              KdCommandGroup *group,
              int width)
{
  GtkWidget *rail = kd_rail_new ();
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  g->model = kd_test_model_new (200);
  g->split = KD_SPLIT_VIEW (kd_split_view_new ());
  g->host = KD_TOAST_HOST (kd_toast_host_new ());
  gtk_box_append (GTK_BOX (side), label_new ("Customer", "title-4"));
  gtk_box_append (GTK_BOX (side), label_new ("Siti Rahmawati", NULL));
  kd_split_view_set_list (g->split, make_list (g));
  kd_split_view_set_detail (g->split, make_detail (g));
  kd_split_view_set_side (g->split, side);
  kd_command_group_attach (group, GTK_WIDGET (g->split));
  kd_rail_add (KD_RAIL (rail), "chat", 1, "user-available-symbolic", "Chat");
  kd_rail_add (KD_RAIL (rail), "orders", 3, "view-list-symbolic", "Orders");
  kd_rail_add (KD_RAIL (rail), "products", 4, "view-grid-symbolic", "Products");
  kd_rail_set_badge (KD_RAIL (rail), "chat", 7);
  kd_rail_set_selected (KD_RAIL (rail), "orders");
  kd_toast_host_set_child (g->host, kd_rail_frame_new (KD_RAIL (rail), GTK_WIDGET (g->split)));
  g->window = kd_test_window (GTK_WIDGET (g->host), width, 620);
}

static int
min_width (GtkWidget *widget)
{
  int min;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  return min;
}

static void
test_gallery (void)
{
  g_autoptr (GObject) context = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (KdCommandGroup) group
    = kd_command_group_new ("page", commands, G_N_ELEMENTS (commands), context);
  Gallery g;
  int dpi;

  gallery_init (&g, group, 1240);
  kd_split_view_set_show_side (g.split, TRUE);
  kd_toast_host_offer_undo (g.host, "Order A-0012 was marked as paid", "op", "kedai:order/1");
  kd_test_draw (g.window);
  kd_test_shot (g.window, "gallery-wide");
  kd_split_view_set_show_side (g.split, FALSE);
  kd_test_resize (g.window, 820, 620);
  kd_test_shot (g.window, "gallery-medium");
  kd_test_resize (g.window, 360, 620);
  kd_test_draw (g.window);
  kd_test_shot (g.window, "gallery-narrow-list");
  kd_split_view_set_show_detail (g.split, TRUE);
  kd_test_draw (g.window);
  kd_test_shot (g.window, "gallery-narrow-detail");
  g_assert_cmpint (min_width (GTK_WIDGET (g.host)), <=, 360);

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", LARGE_TEXT_DPI, NULL);
  kd_test_draw (g.window);
  kd_test_shot (g.window, "gallery-large-detail");
  g_assert_cmpint (min_width (GTK_WIDGET (g.host)), <=, 360);
  kd_split_view_set_show_detail (g.split, FALSE);
  kd_test_draw (g.window);
  kd_test_shot (g.window, "gallery-large-list");
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", dpi, NULL);
  kd_test_close (g.window, g.split, g.host, NULL);
  g_object_unref (g.model);
}

void
add_gallery_tests (void)
{
  g_test_add_func ("/gallery", test_gallery);
}
