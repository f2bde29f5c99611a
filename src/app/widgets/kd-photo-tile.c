/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-photo-tile.h"

#include "kd-photo-view.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

struct _KdPhotoTile {
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *view;
  GtkWidget *remove;
  KdPhotoLoader *loader; /* (owned) */
  char *id;
  gboolean editable;
};

G_DEFINE_FINAL_TYPE (KdPhotoTile, kd_photo_tile, GTK_TYPE_WIDGET)

enum { REMOVE, ACTIVATE, MOVED, FOCUS_BY, DROPPED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
remove_cb (GtkButton *button,
           KdPhotoTile *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static gboolean
remove_key_cb (GtkWidget *widget,
               GVariant *args,
               gpointer data)
{
  g_signal_emit (widget, signals[REMOVE], 0);
  return GDK_EVENT_STOP;
}

static gboolean
activate_key_cb (GtkWidget *widget,
                 GVariant *args,
                 gpointer data)
{
  g_signal_emit (widget, signals[ACTIVATE], 0);
  return GDK_EVENT_STOP;
}

static gboolean
arrow_cb (GtkWidget *widget,
          GVariant *args,
          gpointer data)
{
  int by;
  gboolean move;

  g_variant_get (args, "(ib)", &by, &move);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    by = -by;
  g_signal_emit (widget, signals[move ? MOVED : FOCUS_BY], 0, by);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *click,
            int n_press,
            double x,
            double y,
            KdPhotoTile *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 2)
    g_signal_emit (self, signals[ACTIVATE], 0);
}

/* Within the program alone: no other one could make anything of a place in this record. */
static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double x,
            double y,
            KdPhotoTile *self)
{
  return self->editable ? gdk_content_provider_new_typed (KD_TYPE_PHOTO_TILE, self) : NULL;
}

static void
drag_begin_cb (GtkDragSource *source,
               GdkDrag *drag,
               KdPhotoTile *self)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (self->view);

  gtk_drag_source_set_icon (source, paintable, KD_PHOTO_TILE_SIZE / 2, KD_PHOTO_TILE_SIZE / 2);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         KdPhotoTile *self)
{
  g_signal_emit (self, signals[DROPPED], 0, g_value_get_object (value));
  return TRUE;
}

static void
kd_photo_tile_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_object (&KD_PHOTO_TILE (object)->loader);
  G_OBJECT_CLASS (kd_photo_tile_parent_class)->dispose (object);
}

static void
kd_photo_tile_finalize (GObject *object)
{
  g_free (KD_PHOTO_TILE (object)->id);
  G_OBJECT_CLASS (kd_photo_tile_parent_class)->finalize (object);
}

static void
kd_photo_tile_class_init (KdPhotoTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = KD_TYPE_PHOTO_TILE;

  G_OBJECT_CLASS (klass)->dispose = kd_photo_tile_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_photo_tile_finalize;
  signals[REMOVE]
    = g_signal_new ("remove", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE]
    = g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MOVED] = g_signal_new ("moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_INT);
  signals[FOCUS_BY] = g_signal_new ("focus-by", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_INT);
  signals[DROPPED] = g_signal_new ("dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, type);
  for (unsigned move = 0; move < 2; move++)
    {
      GdkModifierType state = move ? GDK_CONTROL_MASK : 0;

      gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, state, arrow_cb, "(ib)", 1, move);
      gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, state, arrow_cb, "(ib)", -1, move);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, remove_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, activate_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, activate_key_cb, NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "phototile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
add_dragging (KdPhotoTile *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (KD_TYPE_PHOTO_TILE, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
kd_photo_tile_init (KdPhotoTile *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  self->view = kd_photo_view_new (KD_PHOTO_TILE_SIZE, KD_PHOTO_TILE_SIZE);
  self->remove = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_add_css_class (self->remove, "circular");
  gtk_widget_add_css_class (self->remove, "osd");
  gtk_widget_add_css_class (self->remove, "kd-photo-remove");
  gtk_widget_set_halign (self->remove, GTK_ALIGN_END);
  gtk_widget_set_valign (self->remove, GTK_ALIGN_START);
  /* Delete on the tile does the same: one stop for Tab a picture. */
  gtk_widget_set_focusable (self->remove, FALSE);
  gtk_widget_set_tooltip_text (self->remove, _("Remove the picture"));
  g_signal_connect (self->remove, "clicked", G_CALLBACK (remove_cb), self);
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->view);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->remove);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  add_dragging (self);
}

GtkWidget *
kd_photo_tile_new (KdPhotoLoader *loader)
{
  KdPhotoTile *self = g_object_new (KD_TYPE_PHOTO_TILE, NULL);

  g_set_object (&self->loader, loader);
  return GTK_WIDGET (self);
}

void
kd_photo_tile_show (KdPhotoTile *self,
                    const KdPhoto *photo,
                    unsigned place,
                    unsigned of,
                    gboolean editable)
{
  g_autofree char *place_words = g_strdup_printf (_("Picture %u of %u"), place, of);
  g_autofree char *name = photo->name != NULL && *photo->name != '\0'
                            ? g_strdup_printf ("%s, %s", place_words, photo->name)
                            : g_strdup (place_words);
  g_autofree char *removal = g_strdup_printf (_("Remove: %s"), name);
  char *id = g_strdup (photo->id);

  g_free (self->id);
  self->id = id;
  kd_photo_view_set_photo (KD_PHOTO_VIEW (self->view), self->loader, photo->key);
  kd_photo_view_set_name (KD_PHOTO_VIEW (self->view), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  removal, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), photo->name);
  kd_photo_tile_set_editable (self, editable);
}

void
kd_photo_tile_set_editable (KdPhotoTile *self,
                            gboolean editable)
{
  self->editable = editable;
  gtk_widget_set_visible (self->remove, editable);
}

const char *
kd_photo_tile_get_id (KdPhotoTile *self)
{
  return self->id;
}
