/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-palette.h"

#include "kd-palette-commands.h"

#include <glib/gi18n.h>

#define WIDTH 560
#define HEIGHT 460
#define PAGE_ROWS 8

typedef struct {
  char *heading;
  KdPaletteSearch search;
  gpointer user_data;
  GDestroyNotify destroy;
  GPtrArray *results; /* (nullable) KdPaletteResult */
  gboolean pending;
} Provider;

struct _KdPalette {
  AdwWindow parent_instance;

  GtkWidget *entry;
  GtkWidget *list;
  GtkWidget *scrolled;
  GtkWidget *origin; /* (weak) */
  GPtrArray *providers;
  unsigned search;           /* number of the newest search */
  gboolean activate_pending; /* Enter came before the answer */
  gboolean in_new_window;
};

G_DEFINE_FINAL_TYPE (KdPalette, kd_palette, ADW_TYPE_WINDOW)

static guint chosen_signal;

KdPaletteResult *
kd_palette_result_new (const char *title,
                       const char *subtitle,
                       const char *icon,
                       const char *target)
{
  KdPaletteResult *result = g_new0 (KdPaletteResult, 1);

  result->title = g_strdup (title);
  result->subtitle = g_strdup (subtitle);
  result->icon = g_strdup (icon);
  result->target = g_strdup (target);
  return result;
}

void
kd_palette_result_free (KdPaletteResult *result)
{
  if (result == NULL)
    return;
  g_free (result->title);
  g_free (result->subtitle);
  g_free (result->icon);
  g_free (result->hint);
  g_free (result->target);
  g_clear_object (&result->group);
  g_free (result);
}

static void
provider_free (Provider *provider)
{
  g_free (provider->heading);
  g_clear_pointer (&provider->results, g_ptr_array_unref);
  if (provider->destroy != NULL)
    provider->destroy (provider->user_data);
  g_free (provider);
}

static GtkWidget *
make_label (const char *text,
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
make_row (KdPaletteResult *result,
          const char *heading)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *name = result->subtitle != NULL
                            ? g_strdup_printf ("%s, %s", result->title, result->subtitle)
                            : g_strdup (result->title);

  gtk_box_append (GTK_BOX (box),
                  gtk_image_new_from_icon_name (result->icon != NULL ? result->icon
                                                                     : "go-next-symbolic"));
  gtk_box_append (GTK_BOX (words), make_label (result->title, NULL));
  if (result->subtitle != NULL)
    gtk_box_append (GTK_BOX (words), make_label (result->subtitle, "dim-label"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), words);
  if (result->hint != NULL)
    {
      GtkWidget *hint = make_label (result->hint, "kd-keycap");

      gtk_widget_set_valign (hint, GTK_ALIGN_CENTER);
      gtk_label_set_ellipsize (GTK_LABEL (hint), PANGO_ELLIPSIZE_NONE);
      gtk_box_append (GTK_BOX (box), hint);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (row), "kd-result", result);
  g_object_set_data_full (G_OBJECT (row), "kd-heading", g_strdup (heading), g_free);
  return row;
}

static void
header_cb (GtkListBoxRow *row,
           GtkListBoxRow *before,
           gpointer data)
{
  const char *heading = g_object_get_data (G_OBJECT (row), "kd-heading");
  const char *above
    = before != NULL ? g_object_get_data (G_OBJECT (before), "kd-heading") : NULL;

  gtk_list_box_row_set_header (row, g_strcmp0 (heading, above) == 0
                                      ? NULL
                                      : make_label (heading, "kd-palette-group"));
}

static void
select_row (KdPalette *self,
            GtkListBoxRow *row)
{
  GtkAdjustment *adjustment
    = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  graphene_rect_t place;

  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  if (row == NULL)
    {
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry),
                                     GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
      return;
    }
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  /* The focus stays in the entry, so the list doesn't scroll by itself. */
  if (gtk_list_box_row_get_index (row) == 0)
    gtk_adjustment_set_value (adjustment, 0);
  else if (gtk_widget_compute_bounds (GTK_WIDGET (row), self->list, &place))
    gtk_adjustment_clamp_page (adjustment, place.origin.y, place.origin.y + place.size.height);
}

static void
show_results (KdPalette *self)
{
  GtkWidget *row;
  unsigned shown = 0;

  while ((row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0))) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (unsigned i = 0; i < self->providers->len; i++)
    {
      Provider *provider = self->providers->pdata[i];

      for (unsigned j = 0; provider->results != NULL && j < provider->results->len
                           && shown < KD_PALETTE_MOST_RESULTS; j++, shown++)
        gtk_list_box_append (GTK_LIST_BOX (self->list),
                             make_row (provider->results->pdata[j], provider->heading));
    }
  select_row (self, gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0));
}

static gboolean
is_pending (KdPalette *self)
{
  for (unsigned i = 0; i < self->providers->len; i++)
    if (((Provider *) self->providers->pdata[i])->pending)
      return TRUE;
  return FALSE;
}

static void
choose (KdPalette *self,
        GtkListBoxRow *row)
{
  KdPaletteResult *result = g_object_get_data (G_OBJECT (row), "kd-result");
  g_autoptr (KdPalette) alive = g_object_ref (self);
  g_autoptr (KdCommandGroup) group = result->group != NULL ? g_object_ref (result->group) : NULL;
  g_autofree char *target = g_strdup (result->target);
  const KdCommand *command = result->command;
  g_autoptr (GtkWidget) origin = self->origin != NULL ? g_object_ref (self->origin) : NULL;
  gboolean in_new_window = self->in_new_window;

  /* Closed first: a command may open a dialog of its own over the window. */
  gtk_window_close (GTK_WINDOW (self));
  if (command != NULL)
    kd_command_group_activate (group, command->name, NULL, origin);
  else if (target != NULL)
    g_signal_emit (self, chosen_signal, 0, target, in_new_window);
}

static void
activate (KdPalette *self,
          gboolean in_new_window)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  self->in_new_window = in_new_window;
  /* What is on show may belong to the letters before: wait for the answer to these. */
  self->activate_pending = is_pending (self);
  if (!self->activate_pending && row != NULL)
    choose (self, row);
}

static void
row_activated_cb (GtkListBox *list,
                  GtkListBoxRow *row,
                  KdPalette *self)
{
  self->in_new_window = FALSE;
  choose (self, row);
}

static void
start_search (KdPalette *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  g_strstrip (text);
  self->search++;
  self->activate_pending = FALSE;
  for (unsigned i = 0; i < self->providers->len; i++)
    ((Provider *) self->providers->pdata[i])->pending = TRUE;
  for (unsigned i = 0; i < self->providers->len; i++)
    {
      Provider *provider = self->providers->pdata[i];

      provider->search (self, i, self->search, text, provider->user_data);
    }
}

static void
move_selection (KdPalette *self,
                int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int at = row != NULL ? gtk_list_box_row_get_index (row) : -1;
  int last = -1;

  while (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), last + 1) != NULL)
    last++;
  if (last >= 0)
    select_row (self, gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list),
                                                     CLAMP (at + by, 0, last)));
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        KdPalette *self)
{
  switch (keyval)
    {
    case GDK_KEY_Down: move_selection (self, 1); return GDK_EVENT_STOP;
    case GDK_KEY_Up: move_selection (self, -1); return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down: move_selection (self, PAGE_ROWS); return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up: move_selection (self, -PAGE_ROWS); return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter: activate (self, (state & GDK_CONTROL_MASK) != 0); return GDK_EVENT_STOP;
    case GDK_KEY_Escape: gtk_window_close (GTK_WINDOW (self)); return GDK_EVENT_STOP;
    default: return GDK_EVENT_PROPAGATE;
    }
}

static void
commands_search (KdPalette *self,
                 unsigned provider,
                 unsigned search,
                 const char *text,
                 gpointer user_data)
{
  kd_palette_give (self, provider, search, kd_palette_find_commands (self->origin, text));
}

static void
kd_palette_map (GtkWidget *widget)
{
  KdPalette *self = KD_PALETTE (widget);

  if (self->search == 0)
    {
      kd_palette_add_provider (self, _("Commands"), commands_search, NULL, NULL);
      start_search (self);
    }
  GTK_WIDGET_CLASS (kd_palette_parent_class)->map (widget);
  gtk_widget_grab_focus (self->entry);
}

static void
kd_palette_dispose (GObject *object)
{
  g_clear_weak_pointer (&KD_PALETTE (object)->origin);
  G_OBJECT_CLASS (kd_palette_parent_class)->dispose (object);
}

static void
kd_palette_finalize (GObject *object)
{
  g_ptr_array_unref (KD_PALETTE (object)->providers);
  G_OBJECT_CLASS (kd_palette_parent_class)->finalize (object);
}

static void
kd_palette_class_init (KdPaletteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_palette_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_palette_finalize;
  GTK_WIDGET_CLASS (klass)->map = kd_palette_map;
  chosen_signal = g_signal_new ("chosen", KD_TYPE_PALETTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
kd_palette_init (KdPalette *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *nothing = gtk_label_new (_("Nothing found"));
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->providers = g_ptr_array_new_with_free_func ((GDestroyNotify) provider_free);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kd-palette");
  gtk_window_set_title (GTK_WINDOW (self), _("Go to or do"));
  self->entry = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->entry), 0);
  g_object_set (self->entry, "placeholder-text", _("Go to or do"), "margin-top", 12,
                "margin-start", 12, "margin-end", 12, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Go to or do"), -1);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (start_search), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), header_cb, NULL, NULL);
  gtk_widget_set_margin_top (nothing, 24);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), nothing);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Results"), -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->list);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->scrolled);
  adw_window_set_content (ADW_WINDOW (self), box);
}

GtkWidget *
kd_palette_new (GtkWindow *parent,
                GtkWidget *origin)
{
  KdPalette *self = g_object_new (KD_TYPE_PALETTE, "transient-for", parent, "modal", TRUE,
                                  "destroy-with-parent", TRUE, NULL);
  int width = parent != NULL ? gtk_widget_get_width (GTK_WIDGET (parent)) : WIDTH;
  int height = parent != NULL ? gtk_widget_get_height (GTK_WIDGET (parent)) : HEIGHT;

  g_set_weak_pointer (&self->origin, origin);
  gtk_window_set_default_size (GTK_WINDOW (self), MIN (WIDTH, width), MIN (HEIGHT, height));
  return GTK_WIDGET (self);
}

void
kd_palette_add_provider (KdPalette *self,
                         const char *heading,
                         KdPaletteSearch search,
                         gpointer user_data,
                         GDestroyNotify destroy)
{
  Provider *provider = g_new0 (Provider, 1);

  provider->heading = g_strdup (heading);
  provider->search = search;
  provider->user_data = user_data;
  provider->destroy = destroy;
  g_ptr_array_add (self->providers, provider);
}

void
kd_palette_give (KdPalette *self,
                 unsigned provider_number,
                 unsigned search,
                 GPtrArray *results)
{
  g_autoptr (GPtrArray) old = NULL;
  Provider *provider;
  GtkListBoxRow *row;

  g_return_if_fail (KD_IS_PALETTE (self) && provider_number < self->providers->len);

  g_ptr_array_set_free_func (results, (GDestroyNotify) kd_palette_result_free);
  if (search != self->search || gtk_widget_in_destruction (GTK_WIDGET (self)))
    {
      g_ptr_array_unref (results);
      return;
    }
  provider = self->providers->pdata[provider_number];
  /* The rows on show point into the old results: make the new rows before those go. */
  old = provider->results;
  provider->results = results;
  provider->pending = FALSE;
  show_results (self);

  if (!self->activate_pending || is_pending (self))
    return;
  self->activate_pending = FALSE;
  row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  if (row != NULL)
    choose (self, row);
}

void
kd_palette_set_text (KdPalette *self,
                     const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}
