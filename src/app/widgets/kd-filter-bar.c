/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-filter-bar.h"

#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>

#define ENTRY_MIN_CHARS 6
#define ENTRY_CHARS 20
#define CHOICE_CHARS 14 /* of a choice in the bar; its list shows the whole of it */

typedef struct {
  char *id;
  char **ids;
  GtkWidget *drop; /* GtkDropDown */
  gboolean folded;
} Choice;

struct _KdFilterBar {
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *line; /* the entry and what was appended to it */
  GtkWidget *entry;
  GtkWidget *more; /* (nullable): opens what is folded */
  GtkWidget *grid; /* (nullable): of what is folded, a row for each choice */
  GtkWidget *clear;
  GPtrArray *choices; /* Choice */
  char *told;         /* the text of the last signal */
  gboolean quiet;     /* several changes are to be one signal */
};

G_DEFINE_FINAL_TYPE (KdFilterBar, kd_filter_bar, GTK_TYPE_WIDGET)

enum { CHANGED, TO_LIST, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
choice_free (Choice *choice)
{
  g_free (choice->id);
  g_strfreev (choice->ids);
  g_free (choice);
}

static Choice *
find_choice (KdFilterBar *self,
             const char *id)
{
  for (unsigned i = 0; i < self->choices->len; i++)
    if (g_str_equal (((Choice *) self->choices->pdata[i])->id, id))
      return self->choices->pdata[i];
  return NULL;
}

/* What narrows the list can be told from the bar, also while it is folded away. */
static void
show_more (KdFilterBar *self)
{
  unsigned n = 0;
  g_autofree char *text = NULL;

  if (self->more == NULL)
    return;
  for (unsigned i = 0; i < self->choices->len; i++)
    {
      Choice *choice = self->choices->pdata[i];

      if (choice->folded && gtk_drop_down_get_selected (GTK_DROP_DOWN (choice->drop)) > 0)
        n++;
    }
  text = n > 0 ? g_strdup_printf ("%s %u", _("Filters"), n) : g_strdup (_("Filters"));
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->more), text);
  if (n > 0)
    gtk_widget_add_css_class (self->more, "kd-filter-on");
  else
    gtk_widget_remove_css_class (self->more, "kd-filter-on");
}

static void
changed (KdFilterBar *self)
{
  if (self->quiet)
    return;
  show_more (self);
  gtk_widget_set_visible (self->clear, kd_filter_bar_is_active (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* GtkSearchEntry tells some changes twice, at once and after its delay. */
static void
search_cb (GtkSearchEntry *entry,
           KdFilterBar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  if (g_str_equal (self->told, text))
    return;
  g_free (self->told);
  self->told = g_strdup (text);
  changed (self);
}

static void
chosen_cb (GtkDropDown *drop,
           GParamSpec *pspec,
           KdFilterBar *self)
{
  if (gtk_drop_down_get_selected (drop) > 0)
    gtk_widget_add_css_class (GTK_WIDGET (drop), "kd-filter-on");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (drop), "kd-filter-on");
  changed (self);
}

static void
clear_cb (GtkButton *button,
          KdFilterBar *self)
{
  kd_filter_bar_clear (self);
  gtk_widget_grab_focus (self->entry);
}

static void
stop_cb (GtkSearchEntry *entry,
         KdFilterBar *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (entry)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (entry), "");
  else
    g_signal_emit (self, signals[TO_LIST], 0);
}

static void
to_list_cb (GtkSearchEntry *entry,
            KdFilterBar *self)
{
  g_signal_emit (self, signals[TO_LIST], 0);
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        KdFilterBar *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[TO_LIST], 0);
  return GDK_EVENT_STOP;
}

static void
shown_setup_cb (GtkSignalListItemFactory *factory,
                GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CHOICE_CHARS);
  gtk_list_item_set_child (item, label);
}

static void
shown_bind_cb (GtkSignalListItemFactory *factory,
               GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/* A long name of a category takes no line of its own. */
static void
shorten (GtkDropDown *drop)
{
  g_autoptr (GtkListItemFactory) shown = gtk_signal_list_item_factory_new ();

  g_signal_connect (shown, "setup", G_CALLBACK (shown_setup_cb), NULL);
  g_signal_connect (shown, "bind", G_CALLBACK (shown_bind_cb), NULL);
  gtk_drop_down_set_list_factory (drop, gtk_drop_down_get_factory (drop));
  gtk_drop_down_set_factory (drop, shown);
}

static void
add_folded (KdFilterBar *self,
            GtkWidget *drop,
            const char *name)
{
  GtkWidget *label = gtk_label_new (name);
  int row = 0;

  while (gtk_grid_get_child_at (GTK_GRID (self->grid), 0, row) != NULL)
    row++;
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (drop, TRUE);
  gtk_grid_attach (GTK_GRID (self->grid), label, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), drop, 1, row, 1, 1);
}

static void
kd_filter_bar_dispose (GObject *object)
{
  KdFilterBar *self = KD_FILTER_BAR (object);

  self->quiet = TRUE;
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_filter_bar_parent_class)->dispose (object);
}

static void
kd_filter_bar_finalize (GObject *object)
{
  g_ptr_array_unref (KD_FILTER_BAR (object)->choices);
  g_free (KD_FILTER_BAR (object)->told);
  G_OBJECT_CLASS (kd_filter_bar_parent_class)->finalize (object);
}

static void
kd_filter_bar_class_init (KdFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_filter_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_filter_bar_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[TO_LIST] = g_signal_new ("to-list", KD_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filterbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEARCH);
}

static void
kd_filter_bar_init (KdFilterBar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->told = g_strdup ("");
  self->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) choice_free);
  self->box = kd_wrap_box_new (6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->entry = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->entry), 0);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), ENTRY_MIN_CHARS);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), ENTRY_CHARS);
  gtk_widget_set_hexpand (self->entry, TRUE);
  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_hexpand (self->line, TRUE);
  gtk_box_append (GTK_BOX (self->line), self->entry);
  g_signal_connect (self->entry, "search-changed", G_CALLBACK (search_cb), self);
  g_signal_connect (self->entry, "stop-search", G_CALLBACK (stop_cb), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (to_list_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  kd_wrap_box_append (KD_WRAP_BOX (self->box), self->line);

  self->clear = gtk_button_new_from_icon_name ("edit-clear-all-symbolic");
  gtk_widget_add_css_class (self->clear, "flat");
  gtk_widget_set_tooltip_text (self->clear, _("Clear the filters"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Clear the filters"), -1);
  gtk_widget_set_visible (self->clear, FALSE);
  g_signal_connect (self->clear, "clicked", G_CALLBACK (clear_cb), self);
  kd_wrap_box_append (KD_WRAP_BOX (self->box), self->clear);
}

GtkWidget *
kd_filter_bar_new (const char *name)
{
  KdFilterBar *self = g_object_new (KD_TYPE_FILTER_BAR, NULL);

  g_object_set (self->entry, "placeholder-text", name, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  return GTK_WIDGET (self);
}

void
kd_filter_bar_append (KdFilterBar *self,
                      GtkWidget *button)
{
  g_return_if_fail (KD_IS_FILTER_BAR (self));
  gtk_box_append (GTK_BOX (self->line), button);
}

void
kd_filter_bar_fold (KdFilterBar *self)
{
  GtkWidget *popover;

  g_return_if_fail (KD_IS_FILTER_BAR (self) && self->more == NULL);

  popover = gtk_popover_new ();
  self->grid = gtk_grid_new ();
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_widget_add_css_class (self->grid, "kd-filters");
  gtk_popover_set_child (GTK_POPOVER (popover), self->grid);
  gtk_accessible_update_property (GTK_ACCESSIBLE (popover), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Filters"),
                                  -1);
  self->more = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->more), popover);
  kd_wrap_box_insert_before (KD_WRAP_BOX (self->box), self->more, self->clear);
  show_more (self);
}

void
kd_filter_bar_set_choices (KdFilterBar *self,
                           const char *id,
                           const char *name,
                           const char *const *ids,
                           const char *const *labels)
{
  Choice *choice = find_choice (self, id);
  g_autoptr (GtkStringList) strings = gtk_string_list_new (labels);
  g_autofree char *chosen = NULL;
  gboolean quiet = self->quiet;

  g_return_if_fail (KD_IS_FILTER_BAR (self));

  if (choice == NULL)
    {
      choice = g_new0 (Choice, 1);
      choice->id = g_strdup (id);
      choice->drop = gtk_drop_down_new (NULL, NULL);
      g_signal_connect (choice->drop, "notify::selected", G_CALLBACK (chosen_cb), self);
      g_ptr_array_add (self->choices, choice);
      choice->folded = self->more != NULL;
      if (choice->folded)
        add_folded (self, choice->drop, name);
      else
        {
          shorten (GTK_DROP_DOWN (choice->drop));
          kd_wrap_box_insert_before (KD_WRAP_BOX (self->box), choice->drop, self->clear);
        }
    }
  else
    chosen = g_strdup (kd_filter_bar_get_choice (self, id));
  gtk_widget_set_tooltip_text (choice->drop, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->drop), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  self->quiet = TRUE;
  g_strfreev (choice->ids);
  choice->ids = g_strdupv ((char **) ids);
  gtk_drop_down_set_model (GTK_DROP_DOWN (choice->drop), G_LIST_MODEL (strings));
  kd_filter_bar_set_choice (self, id, chosen);
  self->quiet = quiet;
  if (g_strcmp0 (chosen, kd_filter_bar_get_choice (self, id)) != 0 && chosen != NULL)
    changed (self);
}

const char *
kd_filter_bar_get_text (KdFilterBar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
kd_filter_bar_set_text (KdFilterBar *self,
                        const char *text)
{
  g_return_if_fail (KD_IS_FILTER_BAR (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

const char *
kd_filter_bar_get_choice (KdFilterBar *self,
                          const char *id)
{
  Choice *choice = find_choice (self, id);
  guint at = choice != NULL ? gtk_drop_down_get_selected (GTK_DROP_DOWN (choice->drop)) : 0;

  if (choice == NULL || at == GTK_INVALID_LIST_POSITION)
    return NULL;
  return choice->ids[at];
}

void
kd_filter_bar_set_choice (KdFilterBar *self,
                          const char *id,
                          const char *chosen)
{
  Choice *choice = find_choice (self, id);
  guint at = 0;

  g_return_if_fail (choice != NULL);

  for (guint i = 0; chosen != NULL && choice->ids[i] != NULL; i++)
    if (g_str_equal (choice->ids[i], chosen))
      at = i;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice->drop), at);
}

gboolean
kd_filter_bar_is_active (KdFilterBar *self)
{
  if (*kd_filter_bar_get_text (self) != '\0')
    return TRUE;
  for (unsigned i = 0; i < self->choices->len; i++)
    {
      Choice *choice = self->choices->pdata[i];

      if (gtk_drop_down_get_selected (GTK_DROP_DOWN (choice->drop)) > 0)
        return TRUE;
    }
  return FALSE;
}

void
kd_filter_bar_clear (KdFilterBar *self)
{
  g_return_if_fail (KD_IS_FILTER_BAR (self));

  if (!kd_filter_bar_is_active (self))
    return;
  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  for (unsigned i = 0; i < self->choices->len; i++)
    {
      Choice *choice = self->choices->pdata[i];

      gtk_drop_down_set_selected (GTK_DROP_DOWN (choice->drop), 0);
    }
  self->quiet = FALSE;
  changed (self);
}

void
kd_filter_bar_focus (KdFilterBar *self)
{
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
