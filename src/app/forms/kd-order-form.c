/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-form.h"

#include "kd-order-words.h"

#include <glib/gi18n.h>

static gboolean
done_cb (GtkWidget *widget,
         GVariant *args,
         gpointer data)
{
  return gtk_widget_activate (data);
}

static gboolean
close_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

GtkWidget *
kd_order_form_window_new (GtkWidget *parent,
                          const char *title,
                          const char *button_label,
                          GtkWidget *content,
                          int width,
                          int height,
                          GCallback done,
                          gpointer data)
{
  GtkWidget *window = adw_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (button_label);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkRoot *root = gtk_widget_get_root (parent);

  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect (button, "clicked", done, data);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), button);
  gtk_box_append (GTK_BOX (box), header);
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (root));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape|<Control>w"),
                                                          gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>Return|<Control>KP_Enter"),
                                                          gtk_callback_action_new (done_cb, button, NULL)));
  /* before an entry that has the keyboard takes its Enter */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (window, keys);
  return window;
}

GtkWidget *
kd_order_form_entry_new (AdwPreferencesGroup *group,
                         const char *title,
                         const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_preferences_group_add (group, row);
  return row;
}

char *
kd_order_form_get_text (GtkWidget *row)
{
  char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

GtkWidget *
kd_order_form_methods_new (int selected)
{
  const char *const names[] = { kd_order_method_words (0), kd_order_method_words (1), kd_order_method_words (2), NULL };
  GtkWidget *down = gtk_drop_down_new_from_strings (names);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (down), (guint) selected);
  gtk_widget_set_valign (down, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Method"), -1);
  return down;
}
