/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rail.h"

#include "kd-badge.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define ICON_SIZE 16
#define BADGE_AT 11           /* of the icon, in pixels from its start */

typedef struct {
  char *id;
  unsigned number;
  char *title;
  GtkWidget *button;
  GtkWidget *box;
  GtkWidget *label;
  GtkWidget *key;
  GtkWidget *icon;
  GtkWidget *icon_badge; /* over the icon */
  GtkWidget *line_badge; /* behind the title, of the wide look */
  unsigned count;
} Item;

struct _KdRail {
  GtkWidget parent_instance;

  GPtrArray *items; /* Item, by number */
  char *selected;
  KdRailLook look;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (KdRail, kd_rail, GTK_TYPE_WIDGET)

static guint selected_signal;

static void
item_free (Item *item)
{
  g_free (item->id);
  g_free (item->title);
  g_free (item);
}

static Item *
find_item (KdRail *self,
           const char *id)
{
  for (unsigned i = 0; i < self->items->len; i++)
    if (g_strcmp0 (((Item *) self->items->pdata[i])->id, id) == 0)
      return self->items->pdata[i];
  return NULL;
}

static void
show_look (KdRail *self,
           Item *item)
{
  static const int icon_widths[]
    = { [KD_RAIL_WIDE] = 20, [KD_RAIL_COMPACT] = 54, [KD_RAIL_BAR] = 28 };
  gboolean wide = self->look == KD_RAIL_WIDE;

  /* Not in the style sheet: that is read a moment after the look changes, and a window that has
   * grown for the moment between stays grown. */
  gtk_widget_set_size_request (item->icon, icon_widths[self->look], -1);
  gtk_widget_set_margin_start (item->icon_badge, (icon_widths[self->look] - ICON_SIZE) / 2 + BADGE_AT);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (item->box), wide ? GTK_ORIENTATION_HORIZONTAL
                                                                   : GTK_ORIENTATION_VERTICAL);
  gtk_label_set_xalign (GTK_LABEL (item->label), wide ? 0 : 0.5);
  gtk_widget_set_visible (item->key, wide);
  gtk_widget_set_hexpand (item->button, self->look == KD_RAIL_BAR);
  kd_badge_set_count (KD_BADGE (item->icon_badge), wide ? 0 : item->count);
  kd_badge_set_count (KD_BADGE (item->line_badge), wide ? item->count : 0);
}

static void
show_name (Item *item)
{
  unsigned count = item->count;
  g_autofree char *tip = g_strdup_printf ("%s (Ctrl+%u)", item->title, item->number);
  g_autofree char *name
    = count > 0 ? g_strdup_printf (ngettext ("%s, %u waiting", "%s, %u waiting", count),
                                   item->title, count)
                : g_strdup (item->title);

  gtk_widget_set_tooltip_text (item->button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
toggled_cb (GtkToggleButton *button,
            KdRail *self)
{
  if (self->quiet || !gtk_toggle_button_get_active (button))
    return;
  for (unsigned i = 0; i < self->items->len; i++)
    {
      Item *item = self->items->pdata[i];

      if (item->button != GTK_WIDGET (button))
        continue;
      g_free (self->selected);
      self->selected = g_strdup (item->id);
      g_signal_emit (self, selected_signal, 0, item->id);
      return;
    }
}

/* Pressing the selected pane again must not leave the rail without one. */
static void
clicked_cb (GtkButton *button,
            KdRail *self)
{
  Item *item = find_item (self, self->selected);

  if (item != NULL && item->button == GTK_WIDGET (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
}

static gboolean
arrow_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  KdRail *self = KD_RAIL (widget);
  GtkDirectionType direction = g_variant_get_int32 (args);
  GtkWidget *focus = gtk_widget_get_focus_child (widget);
  GtkWidget *next = NULL;

  if (focus == NULL)
    return GDK_EVENT_PROPAGATE;
  if (self->look == KD_RAIL_BAR && gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL
      && (direction == GTK_DIR_LEFT || direction == GTK_DIR_RIGHT))
    direction = direction == GTK_DIR_LEFT ? GTK_DIR_RIGHT : GTK_DIR_LEFT;
  if (direction == (self->look == KD_RAIL_BAR ? GTK_DIR_RIGHT : GTK_DIR_DOWN))
    next = gtk_widget_get_next_sibling (focus);
  else if (direction == (self->look == KD_RAIL_BAR ? GTK_DIR_LEFT : GTK_DIR_UP))
    next = gtk_widget_get_prev_sibling (focus);
  else
    return GDK_EVENT_PROPAGATE;
  if (next != NULL)
    gtk_widget_grab_focus (next);
  return GDK_EVENT_STOP;
}

static void
kd_rail_dispose (GObject *object)
{
  KD_RAIL (object)->quiet = TRUE;
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_rail_parent_class)->dispose (object);
}

static void
kd_rail_finalize (GObject *object)
{
  KdRail *self = KD_RAIL (object);

  g_ptr_array_unref (self->items);
  g_free (self->selected);
  G_OBJECT_CLASS (kd_rail_parent_class)->finalize (object);
}

static void
kd_rail_class_init (KdRailClass *klass)
{
  static const struct {
    guint key;
    GtkDirectionType direction;
  } arrows[] = {
    { GDK_KEY_Up, GTK_DIR_UP },
    { GDK_KEY_Down, GTK_DIR_DOWN },
    { GDK_KEY_Left, GTK_DIR_LEFT },
    { GDK_KEY_Right, GTK_DIR_RIGHT },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_rail_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_rail_finalize;
  selected_signal = g_signal_new ("selected", KD_TYPE_RAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  for (unsigned i = 0; i < G_N_ELEMENTS (arrows); i++)
    gtk_widget_class_add_binding (widget_class, arrows[i].key, 0, arrow_cb, "i",
                                  arrows[i].direction);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "rail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_NAVIGATION);
}

static void
kd_rail_init (KdRail *self)
{
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  gtk_orientable_set_orientation (
    GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Panes"),
                                  -1);
}

GtkWidget *
kd_rail_new (void)
{
  return g_object_new (KD_TYPE_RAIL, NULL);
}

static void
fill_button (Item *item,
             const char *icon_name)
{
  GtkWidget *overlay = gtk_overlay_new ();
  g_autofree char *key = g_strdup_printf ("Ctrl+%u", item->number);

  item->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  item->label = gtk_label_new (item->title);
  item->key = gtk_label_new (key);
  item->icon_badge = kd_badge_new ();
  item->line_badge = kd_badge_new ();
  gtk_label_set_ellipsize (GTK_LABEL (item->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (item->label, TRUE);
  gtk_widget_add_css_class (item->label, "kd-rail-title");
  gtk_widget_add_css_class (item->key, "kd-rail-key");
  /* at the icon's corner and beyond, so that both can be seen */
  gtk_widget_set_halign (item->icon_badge, GTK_ALIGN_START);
  gtk_widget_set_valign (item->icon_badge, GTK_ALIGN_START);
  gtk_widget_add_css_class (overlay, "kd-rail-icon");
  item->icon = overlay;
  gtk_widget_set_halign (overlay, GTK_ALIGN_CENTER);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), gtk_image_new_from_icon_name (icon_name));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), item->icon_badge);
  gtk_box_append (GTK_BOX (item->box), overlay);
  gtk_box_append (GTK_BOX (item->box), item->label);
  gtk_box_append (GTK_BOX (item->box), item->line_badge);
  gtk_box_append (GTK_BOX (item->box), item->key);
}

void
kd_rail_add (KdRail *self,
             const char *id,
             unsigned number,
             const char *icon_name,
             const char *title)
{
  Item *item = g_new0 (Item, 1);
  Item *first = self->items->len > 0 ? self->items->pdata[0] : NULL;
  Item *after = NULL;
  unsigned at;

  g_return_if_fail (KD_IS_RAIL (self) && find_item (self, id) == NULL);

  item->id = g_strdup (id);
  item->number = number;
  item->title = g_strdup (title);
  item->button = gtk_toggle_button_new ();
  fill_button (item, icon_name);
  gtk_widget_add_css_class (item->button, "flat");
  gtk_button_set_child (GTK_BUTTON (item->button), item->box);
  if (first != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (item->button),
                                 GTK_TOGGLE_BUTTON (first->button));
  g_signal_connect (item->button, "toggled", G_CALLBACK (toggled_cb), self);
  g_signal_connect (item->button, "clicked", G_CALLBACK (clicked_cb), self);
  for (at = 0; at < self->items->len; at++)
    {
      Item *other = self->items->pdata[at];

      if (other->number > number)
        break;
      after = other;
    }
  g_ptr_array_insert (self->items, (int) at, item);
  gtk_widget_insert_after (item->button, GTK_WIDGET (self),
                           after != NULL ? after->button : NULL);
  show_name (item);
  show_look (self, item);
}

void
kd_rail_set_badge (KdRail *self,
                   const char *id,
                   unsigned count)
{
  Item *item = find_item (self, id);

  g_return_if_fail (item != NULL);

  item->count = count;
  show_look (self, item);
  show_name (item);
}

const char *
kd_rail_get_selected (KdRail *self)
{
  return self->selected;
}

void
kd_rail_set_selected (KdRail *self,
                      const char *id)
{
  Item *item = find_item (self, id);

  g_return_if_fail (KD_IS_RAIL (self));

  if (item == NULL || g_strcmp0 (self->selected, id) == 0)
    return;
  g_free (self->selected);
  self->selected = g_strdup (id);
  self->quiet = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (item->button), TRUE);
  self->quiet = FALSE;
}

KdRailLook
kd_rail_get_look (KdRail *self)
{
  return self->look;
}

void
kd_rail_set_look (KdRail *self,
                  KdRailLook look)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  g_return_if_fail (KD_IS_RAIL (self));

  if (self->look == look)
    return;
  self->look = look;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), look == KD_RAIL_BAR
                                                             ? GTK_ORIENTATION_HORIZONTAL
                                                             : GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_homogeneous (GTK_BOX_LAYOUT (layout), look == KD_RAIL_BAR);
  gtk_widget_set_css_classes (GTK_WIDGET (self),
                              (const char *[]) { look == KD_RAIL_BAR       ? "narrow"
                                                 : look == KD_RAIL_COMPACT ? "compact"
                                                                           : "wide",
                                                 NULL });
  for (unsigned i = 0; i < self->items->len; i++)
    show_look (self, self->items->pdata[i]);
}
