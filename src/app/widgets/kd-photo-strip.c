/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-photo-strip.h"

#include "kd-choose-file.h"
#include "kd-photo-tile.h"
#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>

#define SPACING 6

struct _KdPhotoStrip {
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *add;
  KdPhotoLoader *loader;
  GPtrArray *tiles; /* KdPhotoTile (unowned) in their order */
  GCancellable *cancellable;
  GtkDropTarget *drop;
  gboolean editable;
};

G_DEFINE_FINAL_TYPE (KdPhotoStrip, kd_photo_strip, GTK_TYPE_WIDGET)

enum { ADD_FILES, ADD_BYTES, MOVE, REMOVE, ACTIVATE, N_SIGNALS };
static guint signals[N_SIGNALS];

static int
index_of (KdPhotoStrip *self,
          gpointer tile)
{
  guint at;

  return g_ptr_array_find (self->tiles, tile, &at) ? (int) at : -1;
}

/* ---- what comes in ---- */

static void
add_files (KdPhotoStrip *self,
           GdkFileList *list)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GSList) each = gdk_file_list_get_files (list);

  for (GSList *l = each; l != NULL; l = l->next)
    g_list_store_append (files, l->data);
  g_signal_emit (self, signals[ADD_FILES], 0, files);
}

static void
encode_thread (GTask *task,
               gpointer source,
               gpointer texture,
               GCancellable *cancellable)
{
  g_task_return_pointer (task, gdk_texture_save_to_png_bytes (texture),
                         (GDestroyNotify) g_bytes_unref);
}

static void
encoded_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);

  if (bytes != NULL && KD_PHOTO_STRIP (source)->tiles != NULL)
    g_signal_emit (source, signals[ADD_BYTES], 0, bytes);
}

/* A photograph takes a while to encode: not on the main thread. */
static void
add_texture (KdPhotoStrip *self,
             GdkTexture *texture)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, encoded_cb, NULL);

  g_task_set_task_data (task, g_object_ref (texture), g_object_unref);
  g_task_run_in_thread (task, encode_thread);
}

static gboolean
add_value (KdPhotoStrip *self,
           const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    add_files (self, g_value_get_boxed (value));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    add_texture (self, g_value_get_object (value));
  else
    return FALSE;
  return TRUE;
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         KdPhotoStrip *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "kd-drop");
  return add_value (self, value);
}

static GdkDragAction
enter_cb (GtkDropTarget *target,
          double x,
          double y,
          KdPhotoStrip *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "kd-drop");
  return GDK_ACTION_COPY;
}

static void
leave_cb (GtkDropTarget *target,
          KdPhotoStrip *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "kd-drop");
}

static void
pasted_cb (GObject *clipboard,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdPhotoStrip) self = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (clipboard), result, NULL);

  if (value != NULL && self->tiles != NULL)
    add_value (self, value);
}

static gboolean
paste_key_cb (GtkWidget *widget,
              GVariant *args,
              gpointer data)
{
  KdPhotoStrip *self = KD_PHOTO_STRIP (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  g_autoptr (GdkContentFormats) readable
    = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (formats));
  GType type = gdk_content_formats_contain_gtype (readable, GDK_TYPE_FILE_LIST) ? GDK_TYPE_FILE_LIST
                                                                               : GDK_TYPE_TEXTURE;

  if (!self->editable || !gdk_content_formats_contain_gtype (readable, type))
    return GDK_EVENT_PROPAGATE;
  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, self->cancellable, pasted_cb,
                                  g_object_ref (self));
  return GDK_EVENT_STOP;
}

static void
chosen_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdPhotoStrip) self = data;
  g_autoptr (GListModel) files = kd_choose_files_finish (result, NULL);

  if (files != NULL && self->tiles != NULL)
    g_signal_emit (self, signals[ADD_FILES], 0, files);
}

static void
add_cb (GtkButton *button,
        KdPhotoStrip *self)
{
  static const char *const mimes[]
    = { "image/jpeg", "image/png", "image/webp", "image/gif", "image/svg+xml", NULL };
  KdFileFilter filter = { _("Pictures"), mimes, NULL };

  kd_choose_file_async (GTK_WIDGET (self), KD_CHOOSE_OPEN_MANY, _("Add pictures"), NULL, &filter, 1,
                        self->cancellable, chosen_cb, g_object_ref (self));
}

/* ---- the tiles ---- */

static void
tile_remove_cb (KdPhotoTile *tile,
                KdPhotoStrip *self)
{
  g_autofree char *id = g_strdup (kd_photo_tile_get_id (tile));

  if (self->editable)
    g_signal_emit (self, signals[REMOVE], 0, id);
}

static void
tile_activate_cb (KdPhotoTile *tile,
                  KdPhotoStrip *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0, kd_photo_tile_get_id (tile));
}

static void
move_to (KdPhotoStrip *self,
         KdPhotoTile *tile,
         int place)
{
  g_autofree char *id = g_strdup (kd_photo_tile_get_id (tile));

  if (self->editable && place >= 0 && place < (int) self->tiles->len
      && place != index_of (self, tile))
    g_signal_emit (self, signals[MOVE], 0, id, (unsigned) place);
}

static void
tile_moved_cb (KdPhotoTile *tile,
               int by,
               KdPhotoStrip *self)
{
  move_to (self, tile, index_of (self, tile) + by);
}

static void
tile_dropped_cb (KdPhotoTile *tile,
                 KdPhotoTile *dropped,
                 KdPhotoStrip *self)
{
  if (index_of (self, dropped) >= 0)
    move_to (self, dropped, index_of (self, tile));
}

static void
tile_focus_cb (KdPhotoTile *tile,
               int by,
               KdPhotoStrip *self)
{
  int at = index_of (self, tile) + by;

  if (at >= 0 && at < (int) self->tiles->len)
    gtk_widget_grab_focus (self->tiles->pdata[at]);
  else if (at == (int) self->tiles->len && self->editable)
    gtk_widget_grab_focus (self->add);
}

static KdPhotoTile *
make_tile (KdPhotoStrip *self)
{
  GtkWidget *tile = kd_photo_tile_new (self->loader);

  g_signal_connect (tile, "remove", G_CALLBACK (tile_remove_cb), self);
  g_signal_connect (tile, "activate", G_CALLBACK (tile_activate_cb), self);
  g_signal_connect (tile, "moved", G_CALLBACK (tile_moved_cb), self);
  g_signal_connect (tile, "dropped", G_CALLBACK (tile_dropped_cb), self);
  g_signal_connect (tile, "focus-by", G_CALLBACK (tile_focus_cb), self);
  kd_wrap_box_insert_before (KD_WRAP_BOX (self->box), tile, self->add);
  return KD_PHOTO_TILE (tile);
}

/* ---- GObject ---- */

static void
kd_photo_strip_dispose (GObject *object)
{
  KdPhotoStrip *self = KD_PHOTO_STRIP (object);

  g_cancellable_cancel (self->cancellable);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  g_clear_pointer (&self->tiles, g_ptr_array_unref);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (kd_photo_strip_parent_class)->dispose (object);
}

static void
kd_photo_strip_finalize (GObject *object)
{
  g_object_unref (KD_PHOTO_STRIP (object)->cancellable);
  G_OBJECT_CLASS (kd_photo_strip_parent_class)->finalize (object);
}

static void
kd_photo_strip_class_init (KdPhotoStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = KD_TYPE_PHOTO_STRIP;

  G_OBJECT_CLASS (klass)->dispose = kd_photo_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_photo_strip_finalize;
  signals[ADD_FILES] = g_signal_new ("add-files", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_LIST_MODEL);
  signals[ADD_BYTES] = g_signal_new ("add-bytes", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[MOVE] = g_signal_new ("move", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, G_TYPE_STRING, G_TYPE_UINT);
  signals[REMOVE] = g_signal_new ("remove", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ACTIVATE] = g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, paste_key_cb, NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "photostrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
kd_photo_strip_init (KdPhotoStrip *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };

  self->tiles = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  self->editable = TRUE;
  self->box = kd_wrap_box_new (SPACING);
  self->add = gtk_button_new_from_icon_name ("list-add-symbolic");
  gtk_widget_add_css_class (self->add, "kd-photo-add");
  gtk_widget_set_size_request (self->add, KD_PHOTO_TILE_SIZE, KD_PHOTO_TILE_SIZE);
  gtk_widget_set_valign (self->add, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->add, _("Add pictures"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Add pictures"), -1);
  g_signal_connect (self->add, "clicked", G_CALLBACK (add_cb), self);
  kd_wrap_box_append (KD_WRAP_BOX (self->box), self->add);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Pictures"), -1);

  self->drop = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  gtk_drop_target_set_gtypes (self->drop, types, G_N_ELEMENTS (types));
  g_signal_connect (self->drop, "drop", G_CALLBACK (drop_cb), self);
  g_signal_connect (self->drop, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect (self->drop, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (self->drop));
}

GtkWidget *
kd_photo_strip_new (KdPhotoLoader *loader)
{
  KdPhotoStrip *self = g_object_new (KD_TYPE_PHOTO_STRIP, NULL);

  g_set_object (&self->loader, loader);
  return GTK_WIDGET (self);
}

/* The tile that shows a picture keeps showing it, wherever that is now: so it keeps the focus. */
static KdPhotoTile *
take_tile (KdPhotoStrip *self,
           GPtrArray *old,
           const char *id)
{
  for (unsigned i = 0; i < old->len; i++)
    if (g_strcmp0 (kd_photo_tile_get_id (old->pdata[i]), id) == 0)
      return g_ptr_array_steal_index (old, i);
  return make_tile (self);
}

void
kd_photo_strip_set_photos (KdPhotoStrip *self,
                           const KdPhoto *photos,
                           unsigned n_photos)
{
  g_autoptr (GPtrArray) old = NULL;
  GtkWidget *focus = gtk_widget_get_focus_child (self->box);
  int focused = -1;

  g_return_if_fail (KD_IS_PHOTO_STRIP (self));

  focused = focus != NULL ? index_of (self, focus) : -1;
  old = g_steal_pointer (&self->tiles);
  self->tiles = g_ptr_array_new ();
  for (unsigned i = 0; i < n_photos; i++)
    {
      KdPhotoTile *tile = take_tile (self, old, photos[i].id);

      kd_photo_tile_show (tile, &photos[i], i + 1, n_photos, self->editable);
      gtk_widget_insert_before (GTK_WIDGET (tile), self->box, self->add);
      g_ptr_array_add (self->tiles, tile);
    }
  for (unsigned i = 0; i < old->len; i++)
    {
      gboolean had_focus = old->pdata[i] == (gpointer) focus;

      if (had_focus && self->tiles->len > 0)
        gtk_widget_grab_focus (self->tiles->pdata[MIN (focused, (int) self->tiles->len - 1)]);
      else if (had_focus)
        gtk_widget_grab_focus (self->add);
      kd_wrap_box_remove (KD_WRAP_BOX (self->box), old->pdata[i]);
    }
}

void
kd_photo_strip_set_editable (KdPhotoStrip *self,
                             gboolean editable)
{
  g_return_if_fail (KD_IS_PHOTO_STRIP (self));

  self->editable = editable;
  gtk_widget_set_visible (self->add, editable);
  gtk_drop_target_set_actions (self->drop, editable ? GDK_ACTION_COPY : 0);
  for (unsigned i = 0; i < self->tiles->len; i++)
    kd_photo_tile_set_editable (self->tiles->pdata[i], editable);
}
