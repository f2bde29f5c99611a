/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-palette-commands.h"
#include "kd-rail.h"
#include "kd-shortcuts-window.h"
#include "kd-widget-test.h"
#include "tests.h"

static void
told_cb (KdRail *rail,
         const char *id,
         GString *log)
{
  g_string_append_printf (log, "%s;", id);
}

static GtkWidget *
make_rail (void)
{
  static const struct {
    const char *id, *icon, *title;
    unsigned number;
  } panes[] = {
    { "orders", "view-list-symbolic", "Orders", 3 },
    { "chat", "user-available-symbolic", "Chat", 1 },
    { "products", "view-grid-symbolic", "Products", 4 },
    { "customers", "avatar-default-symbolic", "Customers", 5 },
    { "reports", "x-office-spreadsheet-symbolic", "Reports", 8 },
    { "counter", "computer-symbolic", "Counter", 2 },
    { "campaigns", "mail-send-symbolic", "Campaigns", 6 },
    { "automation", "system-run-symbolic", "Automation", 7 },
  };
  GtkWidget *rail = kd_rail_new ();

  for (unsigned i = 0; i < G_N_ELEMENTS (panes); i++)
    kd_rail_add (KD_RAIL (rail), panes[i].id, panes[i].number, panes[i].icon, panes[i].title);
  return rail;
}

static void
test_rail (void)
{
  GtkWidget *rail = make_rail ();
  GtkWidget *content = adw_status_page_new ();
  GtkWidget *frame = kd_rail_frame_new (KD_RAIL (rail), content);
  GtkWidget *window, *chat, *orders;
  g_autoptr (GString) log = g_string_new (NULL);
  graphene_rect_t place;
  int min;

  g_signal_connect (rail, "selected", G_CALLBACK (told_cb), log);
  kd_rail_set_selected (KD_RAIL (rail), "chat");
  kd_rail_set_badge (KD_RAIL (rail), "orders", 12);
  window = kd_test_window (frame, 1250, 500);
  kd_test_draw (window);
  g_assert_cmpint (kd_rail_get_look (KD_RAIL (rail)), ==, KD_RAIL_WIDE);
  kd_test_shot (window, "rail-wide");
  chat = gtk_widget_get_first_child (rail);
  orders = gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (chat));
  g_assert_nonnull (kd_test_find_label (chat, "Chat"));
  gtk_test_accessible_assert_property (chat, GTK_ACCESSIBLE_PROPERTY_LABEL, "Chat");
  gtk_test_accessible_assert_property (orders, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Orders, 12 waiting");
  g_assert_cmpstr (log->str, ==, "");
  kd_test_click (orders);
  g_assert_cmpstr (log->str, ==, "orders;");
  kd_test_click (orders);
  g_assert_cmpstr (log->str, ==, "orders;");
  g_assert_cmpstr (kd_rail_get_selected (KD_RAIL (rail)), ==, "orders");
  gtk_widget_grab_focus (chat);
  kd_test_key (window, "Down");
  kd_test_key (window, "space");
  g_assert_cmpstr (log->str, ==, "orders;counter;");

  kd_test_resize (window, 800, 500);
  kd_test_draw (window);
  g_assert_cmpint (kd_rail_get_look (KD_RAIL (rail)), ==, KD_RAIL_COMPACT);
  kd_test_shot (window, "rail-compact");
  kd_test_resize (window, 360, 500);
  kd_test_draw (window);
  g_assert_cmpint (kd_rail_get_look (KD_RAIL (rail)), ==, KD_RAIL_BAR);
  kd_test_shot (window, "rail-bar");
  g_assert_true (gtk_widget_compute_bounds (rail, frame, &place));
  g_assert_cmpint ((int) place.size.width, ==, 360);
  g_assert_cmpint ((int) (place.origin.y + place.size.height), ==, 500);
  gtk_widget_measure (frame, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  g_assert_cmpint (min, <=, 360);
  kd_test_resize (window, 1250, 500);
  gtk_widget_set_direction (frame, GTK_TEXT_DIR_RTL);
  kd_test_draw (window);
  g_assert_true (gtk_widget_compute_bounds (rail, frame, &place));
  g_assert_cmpint ((int) (place.origin.x + place.size.width), ==, 1250);
  kd_test_close (window, frame, rail, content, NULL);
}

static int ran;

static void
run_cb (gpointer context,
        GVariant *param)
{
  ran++;
}

static KdCommandState
refuse (gpointer context,
        const char **ret_reason)
{
  *ret_reason = "Choose an order first";
  return KD_COMMAND_REFUSED;
}

static const KdCommand commands[] = {
  { .name = "print", .title = "Print labels", .keywords = "sticker barcode",
    .accel = "<Control>p", .section = "Orders", .run = run_cb },
  { .name = "new-order", .title = "New order", .accel = "<Control>n", .section = "Orders",
    .run = run_cb },
  { .name = "refund", .title = "Refund", .accel = "<Control><Shift>r", .section = "Orders",
    .state = refuse, .run = run_cb },
  { .name = "quiet", .title = "Quiet", .flags = KD_COMMAND_UNLISTED, .run = run_cb },
  { .name = "with-param", .title = "With a parameter", .param = "s", .run = run_cb },
};

typedef struct {
  GtkWidget *window;
  GtkWidget *origin;
  KdCommandGroup *group;
  GObject *context;
  KdPalette *palette;
  unsigned search;
  gboolean later;
  GString *log;
} Fixture;

static GPtrArray *
found (const char *title,
       const char *target)
{
  GPtrArray *results = g_ptr_array_new ();

  if (title != NULL)
    g_ptr_array_add (results, kd_palette_result_new (title, "Order", "view-list-symbolic", target));
  return results;
}

static void
provider (KdPalette *palette,
          unsigned number,
          unsigned search,
          const char *text,
          gpointer data)
{
  Fixture *f = data;

  f->search = search;
  if (f->later)
    return;
  kd_palette_give (palette, number, search,
                   found (g_str_has_prefix (text, "A-") ? "A-0012 Siti" : NULL, "kedai:order/12"));
}

static void
chosen_cb (KdPalette *palette,
           const char *target,
           gboolean in_new_window,
           Fixture *f)
{
  g_string_append_printf (f->log, "%s%s;", target, in_new_window ? "+" : "");
}

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

static gboolean
is_null (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
open_palette (Fixture *f)
{
  f->palette = KD_PALETTE (kd_palette_new (GTK_WINDOW (f->window), f->origin));
  kd_palette_add_provider (f->palette, "Orders", provider, f, NULL);
  g_signal_connect (f->palette, "chosen", G_CALLBACK (chosen_cb), f);
  g_object_add_weak_pointer (G_OBJECT (f->palette), (gpointer *) &f->palette);
  gtk_window_present (GTK_WINDOW (f->palette));
  kd_test_wait (is_mapped, f->palette);
  kd_test_draw (GTK_WIDGET (f->palette));
}

static gboolean
is_closed (gpointer data)
{
  return ((Fixture *) data)->palette == NULL;
}

static void
fixture_init (Fixture *f)
{
  *f = (Fixture) { .log = g_string_new (NULL) };
  f->origin = gtk_button_new_with_label ("origin");
  f->context = g_object_new (G_TYPE_OBJECT, NULL);
  f->group = kd_command_group_new ("page", commands, G_N_ELEMENTS (commands), f->context);
  kd_command_group_attach (f->group, f->origin);
  f->window = kd_test_window (f->origin, 700, 560);
}

static void
fixture_clear (Fixture *f)
{
  kd_test_close (f->window, f->origin, NULL);
  g_clear_object (&f->group);
  g_clear_object (&f->context);
  g_string_free (f->log, TRUE);
}

static void
press (GtkWidget *window,
       const char *keys)
{
  const char *const argv[] = { "xdotool", "key", keys, NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_assert_nonnull (process);
  g_subprocess_wait (process, NULL, NULL);
}

static void
test_palette (void)
{
  Fixture f;
  GtkWidget *list;
  GtkListBoxRow *row;

  fixture_init (&f);
  open_palette (&f);
  list = kd_test_find (GTK_WIDGET (f.palette), GTK_TYPE_LIST_BOX);
  kd_test_shot (GTK_WIDGET (f.palette), "palette");
  g_assert_nonnull (kd_test_find_label (list, "Commands"));
  g_assert_nonnull (kd_test_find_label (list, "Choose an order first"));
  g_assert_null (kd_test_find_label (list, "Quiet"));
  g_assert_null (kd_test_find_label (list, "With a parameter"));
  g_assert_nonnull (kd_test_find_label (list, "Ctrl+N"));

  kd_test_key (GTK_WIDGET (f.palette), "Down");
  row = gtk_list_box_get_selected_row (GTK_LIST_BOX (list));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "New order");
  press (GTK_WIDGET (f.palette), "Return");
  kd_test_wait (is_closed, &f);
  g_assert_cmpint (ran, ==, 1);

  open_palette (&f);
  kd_test_type (GTK_WIDGET (f.palette), "A-");
  list = kd_test_find (GTK_WIDGET (f.palette), GTK_TYPE_LIST_BOX);
  g_assert_nonnull (kd_test_find_label (list, "A-0012 Siti"));
  g_assert_null (kd_test_find_label (list, "New order"));
  press (GTK_WIDGET (f.palette), "ctrl+Return");
  kd_test_wait (is_closed, &f);
  g_assert_cmpstr (f.log->str, ==, "kedai:order/12+;");

  open_palette (&f);
  kd_test_type (GTK_WIDGET (f.palette), "zzz");
  g_assert_nonnull (kd_test_find_label (GTK_WIDGET (f.palette), "Nothing found"));
  press (GTK_WIDGET (f.palette), "Escape");
  kd_test_wait (is_closed, &f);
  fixture_clear (&f);
}

static void
test_palette_late (void)
{
  Fixture f;
  unsigned old;

  fixture_init (&f);
  f.later = TRUE;
  open_palette (&f);
  old = f.search;
  kd_test_type (GTK_WIDGET (f.palette), "x");
  g_assert_cmpuint (f.search, >, old);
  kd_test_key (GTK_WIDGET (f.palette), "Return");
  g_assert_nonnull (f.palette);
  /* The answer to what was typed before counts no more; the newest one is what Enter was for. */
  kd_palette_give (f.palette, 0, old, found ("Old", "kedai:order/1"));
  g_assert_cmpstr (f.log->str, ==, "");
  kd_palette_give (f.palette, 0, f.search, found ("New", "kedai:order/2"));
  kd_test_wait (is_closed, &f);
  g_assert_cmpstr (f.log->str, ==, "kedai:order/2;");
  fixture_clear (&f);
}

static void
test_fit (void)
{
  g_assert_cmpuint (kd_palette_fit ("", "Print labels", NULL), >, 0);
  g_assert_cmpuint (kd_palette_fit ("PRI", "Print labels", NULL), >,
                    kd_palette_fit ("lab", "Print labels", NULL));
  g_assert_cmpuint (kd_palette_fit ("lab", "Print labels", NULL), >,
                    kd_palette_fit ("abel", "Print labels", NULL));
  g_assert_cmpuint (kd_palette_fit ("stick", "Print labels", "sticker"), >, 0);
  g_assert_cmpuint (kd_palette_fit ("print stick", "Print labels", "sticker"), >, 0);
  g_assert_cmpuint (kd_palette_fit ("print zz", "Print labels", "sticker"), ==, 0);
}

static void
test_shortcuts (void)
{
  static const KdShortcutHelp extra[] = { { "Lists", "Next row", "Down" } };
  Fixture f;
  GtkWidget *window, *label;
  gpointer alive;

  fixture_init (&f);
  window = kd_shortcuts_window_present (GTK_WINDOW (f.window), f.origin, extra, 1);
  kd_test_wait (is_mapped, window);
  kd_test_shot (window, "shortcuts");
  g_assert_nonnull (kd_test_find_label (window, "Orders"));
  g_assert_nonnull (kd_test_find_label (window, "Shift+Ctrl+R"));
  label = kd_test_find_label (window, "Next row");
  g_assert_true (gtk_widget_get_mapped (label));
  kd_test_type (window, "print");
  g_assert_false (gtk_widget_get_mapped (label));
  g_assert_true (gtk_widget_get_mapped (kd_test_find_label (window, "Print labels")));
  alive = window;
  g_object_add_weak_pointer (G_OBJECT (window), &alive);
  kd_test_key (window, "Escape");
  kd_test_wait (is_null, &alive);
  fixture_clear (&f);
}

void
add_shell_parts_tests (void)
{
  g_test_add_func ("/shell-parts/rail", test_rail);
  g_test_add_func ("/shell-parts/palette", test_palette);
  g_test_add_func ("/shell-parts/palette-late", test_palette_late);
  g_test_add_func ("/shell-parts/fit", test_fit);
  g_test_add_func ("/shell-parts/shortcuts", test_shortcuts);
}
