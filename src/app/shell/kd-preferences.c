/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-preferences.h"

#include "kd-calls.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 600
#define HEIGHT 620

GSettings *kd_preferences_get_settings (void);

/* The settings live as long as the program; NULL where the schema isn't installed. */
GSettings *
kd_preferences_get_settings (void)
{
  static GSettings *settings;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (settings == NULL && source != NULL)
    {
      schema = g_settings_schema_source_lookup (source, KD_APP_ID, TRUE);
      if (schema != NULL)
        settings = g_settings_new_full (schema, NULL, NULL);
    }
  return settings;
}

void
kd_preferences_apply_color_scheme (void)
{
  GSettings *settings = kd_preferences_get_settings ();
  g_autofree char *scheme = settings != NULL ? g_settings_get_string (settings, "color-scheme") : NULL;
  AdwColorScheme adw = ADW_COLOR_SCHEME_DEFAULT;

  if (g_strcmp0 (scheme, "light") == 0)
    adw = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_strcmp0 (scheme, "dark") == 0)
    adw = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), adw);
}

static const char *const scheme_ids[] = { "system", "light", "dark" };

static void
scheme_selected_cb (AdwComboRow *row,
                    GParamSpec *pspec,
                    gpointer data)
{
  GSettings *settings = kd_preferences_get_settings ();
  guint selected = adw_combo_row_get_selected (row);

  if (settings == NULL || selected >= G_N_ELEMENTS (scheme_ids))
    return;
  g_settings_set_string (settings, "color-scheme", scheme_ids[selected]);
  kd_preferences_apply_color_scheme ();
}

static GtkWidget *
new_scheme_row (void)
{
  GtkWidget *row = adw_combo_row_new ();
  const char *const names[] = { _("As the desktop"), _("Light"), _("Dark"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);
  GSettings *settings = kd_preferences_get_settings ();
  g_autofree char *scheme = settings != NULL ? g_settings_get_string (settings, "color-scheme") : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Colours"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  for (guint i = 0; i < G_N_ELEMENTS (scheme_ids); i++)
    if (g_strcmp0 (scheme, scheme_ids[i]) == 0)
      adw_combo_row_set_selected (ADW_COMBO_ROW (row), i);
  g_signal_connect (row, "notify::selected", G_CALLBACK (scheme_selected_cb), NULL);
  return row;
}

static GtkWidget *
new_switch_row (const char *title,
                const char *subtitle,
                const char *key)
{
  GtkWidget *row = adw_action_row_new (), *toggle = gtk_switch_new ();
  GSettings *settings = kd_preferences_get_settings ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  if (settings != NULL)
    g_settings_bind (settings, key, toggle, "active", G_SETTINGS_BIND_DEFAULT);
  return row;
}

/* ---- the shop's profile ---- */

typedef struct
{
  KdSession *session;
  KdShopProfile *shown;   /* (owned) */
  GtkWidget *name, *about, *phone, *address, *payment;
} ProfileForm;

static void
profile_form_free (gpointer data)
{
  ProfileForm *form = data;

  kd_record_free (&form->shown->parent);
  g_free (form);
}

static void
take_text (GtkWidget *row,
           char **field)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  g_free (*field);
  *field = *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static void
save_profile_cb (GtkWidget *row,
                 gpointer data)
{
  ProfileForm *form = data;
  KdShopProfile *wanted = (KdShopProfile *) kd_record_copy (&form->shown->parent);
  KdCall *call;

  take_text (form->name, &wanted->name);
  take_text (form->about, &wanted->about);
  take_text (form->phone, &wanted->phone);
  take_text (form->address, &wanted->address);
  take_text (form->payment, &wanted->payment_text);
  if (wanted->name == NULL)
    {
      gtk_widget_add_css_class (form->name, "error");
      kd_record_free (&wanted->parent);
      return;
    }
  gtk_widget_remove_css_class (form->name, "error");
  call = kd_call_shop_patch (form->shown, wanted);
  if (call != NULL)
    kd_session_commit_one_async (form->session, N_("Edit the shop's profile"), NULL, call, NULL, NULL);
  kd_record_free (&form->shown->parent);
  form->shown = wanted;
}

static GtkWidget *
new_entry_row (ProfileForm *form,
               AdwPreferencesGroup *group,
               const char *title,
               const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect (row, "apply", G_CALLBACK (save_profile_cb), form);
  adw_preferences_group_add (group, row);
  return row;
}

static AdwPreferencesGroup *
new_group (AdwPreferencesPage *page,
           const char *title,
           const char *description)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  adw_preferences_group_set_description (group, description);
  adw_preferences_page_add (page, group);
  return group;
}

static void
add_profile (AdwPreferencesPage *page,
             KdSession *session,
             GtkWidget *window)
{
  const KdShopProfile *profile = kd_session_get_profile (session);
  AdwPreferencesGroup *group;
  ProfileForm *form;

  if (profile == NULL || kd_session_get_role (session) > KD_ROLE_MANAGER)
    return;
  form = g_new0 (ProfileForm, 1);
  form->session = session;
  form->shown = (KdShopProfile *) kd_record_copy (&profile->parent);
  group = new_group (page, _("The shop"), _("Buyers see this on the shop's page"));
  form->name = new_entry_row (form, group, _("Name"), profile->name);
  form->about = new_entry_row (form, group, _("About"), profile->about);
  form->phone = new_entry_row (form, group, _("Phone"), profile->phone);
  form->address = new_entry_row (form, group, _("Address"), profile->address);
  form->payment = new_entry_row (form, group, _("How to pay by transfer"), profile->payment_text);
  g_object_set_data_full (G_OBJECT (window), "profile-form", form, profile_form_free);
}

static gboolean
close_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

void
kd_preferences_present (GtkWindow *parent,
                        KdSession *session)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  GtkEventController *keys = gtk_shortcut_controller_new ();
  AdwPreferencesGroup *look = new_group (page, _("This computer"), NULL);

  adw_preferences_group_add (look, new_scheme_row ());
  adw_preferences_group_add (look, new_switch_row (_("Sound with notifications"), "", "notification-sound"));
  add_profile (page, session, window);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (page), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page));
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _("Preferences"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape|<Control>w"),
                                                          gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  gtk_window_present (GTK_WINDOW (window));
}
