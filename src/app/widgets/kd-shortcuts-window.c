/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shortcuts-window.h"

#include "kd-palette-commands.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define WIDTH 620
#define HEIGHT 640

typedef struct {
  GtkWidget *page;
  GtkWidget *entry;
  GHashTable *sections; /* title to AdwPreferencesGroup */
  GPtrArray *rows;      /* GtkWidget */
} Help;

static void
help_free (Help *help)
{
  g_hash_table_unref (help->sections);
  g_ptr_array_unref (help->rows);
  g_free (help);
}

static AdwPreferencesGroup *
section (Help *help,
         const char *title)
{
  GtkWidget *group = g_hash_table_lookup (help->sections, title);

  if (group == NULL)
    {
      group = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (help->page), ADW_PREFERENCES_GROUP (group));
      g_hash_table_insert (help->sections, g_strdup (title), group);
    }
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_line (Help *help,
          const char *section_title,
          const char *title,
          const char *accel)
{
  GtkWidget *row = adw_action_row_new ();
  g_auto (GStrv) accels = g_strsplit (accel, "|", -1);
  g_autoptr (GString) spoken = g_string_new (title);

  g_object_set (row, "title", title, "use-markup", FALSE, "title-lines", 0, NULL);
  for (unsigned i = 0; accels[i] != NULL; i++)
    {
      GdkModifierType modifiers;
      guint key;
      g_autofree char *label = NULL;
      GtkWidget *cap;

      if (!gtk_accelerator_parse (accels[i], &key, &modifiers))
        continue;
      label = gtk_accelerator_get_label (key, modifiers);
      cap = gtk_label_new (label);
      gtk_widget_add_css_class (cap, "kd-keycap");
      gtk_widget_set_valign (cap, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), cap);
      g_string_append_printf (spoken, ", %s", label);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken->str,
                                  -1);
  g_object_set_data_full (G_OBJECT (row), "kd-words", g_strdup (spoken->str), g_free);
  g_ptr_array_add (help->rows, row);
  adw_preferences_group_add (section (help, section_title), row);
}

static void
command_cb (KdCommandGroup *group,
            const KdCommand *command,
            gpointer data)
{
  if (command->accel != NULL)
    add_line (data, command->section != NULL ? _(command->section) : _("General"),
              _(command->title), command->accel);
}

static void
search_cb (GtkSearchEntry *entry,
           Help *help)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  GHashTableIter iter;
  gpointer group;

  g_hash_table_iter_init (&iter, help->sections);
  while (g_hash_table_iter_next (&iter, NULL, &group))
    gtk_widget_set_visible (group, FALSE);
  for (unsigned i = 0; i < help->rows->len; i++)
    {
      GtkWidget *row = help->rows->pdata[i];
      const char *words = g_object_get_data (G_OBJECT (row), "kd-words");
      gboolean fits = kd_palette_fit (text, words, NULL) > 0;

      gtk_widget_set_visible (row, fits);
      if (fits)
        gtk_widget_set_visible (gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP), TRUE);
    }
}

static gboolean
close_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_entry (Help *help)
{
  help->entry = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (help->entry), 0);
  gtk_widget_set_hexpand (help->entry, TRUE);
  g_object_set (help->entry, "placeholder-text", _("Search shortcuts"), "margin-start", 12,
                "margin-end", 12, "margin-bottom", 6, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (help->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Search shortcuts"), -1);
  g_signal_connect (help->entry, "search-changed", G_CALLBACK (search_cb), help);
  return help->entry;
}

GtkWidget *
kd_shortcuts_window_present (GtkWindow *parent,
                             GtkWidget *origin,
                             const KdShortcutHelp *extra,
                             unsigned n_extra)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  Help *help = g_new0 (Help, 1);
  int width = parent != NULL ? gtk_widget_get_width (GTK_WIDGET (parent)) : WIDTH;

  help->page = adw_preferences_page_new ();
  help->sections = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  help->rows = g_ptr_array_new ();
  kd_command_foreach (origin, command_cb, help);
  for (unsigned i = 0; i < n_extra; i++)
    add_line (help, _(extra[i].section), _(extra[i].title), extra[i].accel);

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), make_entry (help));
  gtk_widget_set_vexpand (help->page, TRUE);
  gtk_box_append (GTK_BOX (box), help->page);
  adw_window_set_content (ADW_WINDOW (window), box);
  g_object_set_data_full (G_OBJECT (window), "kd-help", help, (GDestroyNotify) help_free);

  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                      gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  g_object_set (window, "title", _("Keyboard shortcuts"), "transient-for", parent, "modal", TRUE,
                "destroy-with-parent", TRUE, "default-width", MIN (WIDTH, width), "default-height",
                HEIGHT, NULL);
  /* the entry keeps Escape from the shortcut above */
  g_signal_connect_object (help->entry, "stop-search", G_CALLBACK (gtk_window_close), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_grab_focus (help->entry);
  return window;
}
