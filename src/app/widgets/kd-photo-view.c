/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-photo-view.h"

#include "kd-widgets.h"

struct _KdPhotoView {
  GtkWidget parent_instance;

  GtkWidget *picture; /* GtkPicture */
  GtkWidget *icon;
  int width;
  int height;
  KdPhotoLoader *loader; /* (owned) (nullable) */
  char *key;
  GCancellable *cancellable; /* (nullable) of the load under way */
};

G_DEFINE_FINAL_TYPE (KdPhotoView, kd_photo_view, GTK_TYPE_WIDGET)

static void
show (KdPhotoView *self,
      GdkPaintable *paintable)
{
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), paintable);
  gtk_widget_set_visible (self->picture, paintable != NULL);
  gtk_widget_set_visible (self->icon, paintable == NULL);
}

static void
stop (KdPhotoView *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
loaded_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdPhotoView) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture
    = kd_photo_loader_load_finish (KD_PHOTO_LOADER (source), result, &error);

  /* Another picture, or none, has been asked for since. */
  if (self->cancellable == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  g_clear_object (&self->cancellable);
  if (texture != NULL)
    show (self, GDK_PAINTABLE (texture));
  else
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), "image-missing-symbolic");
}

static void
start (KdPhotoView *self)
{
  int edge = MAX (self->width, self->height) * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkTexture *known;

  if (self->loader == NULL || self->key == NULL)
    return;
  known = kd_photo_loader_peek (self->loader, self->key, edge);
  if (known != NULL)
    {
      show (self, GDK_PAINTABLE (known));
      return;
    }
  self->cancellable = g_cancellable_new ();
  kd_photo_loader_load_async (self->loader, self->key, edge, self->cancellable, loaded_cb,
                              g_object_ref (self));
}

static void
scale_cb (KdPhotoView *self)
{
  stop (self);
  start (self);
}

static void
kd_photo_view_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  KdPhotoView *self = KD_PHOTO_VIEW (widget);

  *minimum = *natural
    = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

static void
kd_photo_view_size_allocate (GtkWidget *widget,
                             int width,
                             int height,
                             int baseline)
{
  KdPhotoView *self = KD_PHOTO_VIEW (widget);

  for (unsigned i = 0; i < 2; i++)
    {
      GtkWidget *child = i == 0 ? self->picture : self->icon;

      if (gtk_widget_should_layout (child))
        gtk_widget_size_allocate (child, &(GtkAllocation) { 0, 0, width, height }, -1);
    }
}

static void
kd_photo_view_dispose (GObject *object)
{
  KdPhotoView *self = KD_PHOTO_VIEW (object);

  stop (self);
  g_clear_object (&self->loader);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (kd_photo_view_parent_class)->dispose (object);
}

static void
kd_photo_view_finalize (GObject *object)
{
  g_free (KD_PHOTO_VIEW (object)->key);
  G_OBJECT_CLASS (kd_photo_view_parent_class)->finalize (object);
}

static void
kd_photo_view_class_init (KdPhotoViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_photo_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_photo_view_finalize;
  widget_class->measure = kd_photo_view_measure;
  widget_class->size_allocate = kd_photo_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "photo");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
kd_photo_view_init (KdPhotoView *self)
{
  self->picture = gtk_picture_new ();
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture), GTK_CONTENT_FIT_COVER);
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  self->icon = gtk_image_new_from_icon_name ("image-x-generic-symbolic");
  gtk_widget_set_parent (self->picture, GTK_WIDGET (self));
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (scale_cb), NULL);
  show (self, NULL);
}

/* The icon themes have these sizes as pictures; any other brings up a renderer of SVG. */
static int
icon_size (int wanted)
{
  static const int sizes[] = { 64, 48, 32, 24 };

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (wanted >= sizes[i])
      return sizes[i];
  return 16;
}

GtkWidget *
kd_photo_view_new (int width,
                   int height)
{
  KdPhotoView *self = g_object_new (KD_TYPE_PHOTO_VIEW, NULL);

  self->width = width;
  self->height = height;
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), icon_size (MIN (width, height) / 2));
  return GTK_WIDGET (self);
}

void
kd_photo_view_set_photo (KdPhotoView *self,
                         KdPhotoLoader *loader,
                         const char *key)
{
  g_return_if_fail (KD_IS_PHOTO_VIEW (self));

  if (self->loader == loader && g_strcmp0 (self->key, key) == 0)
    return;
  stop (self);
  g_set_object (&self->loader, loader);
  g_free (self->key);
  self->key = g_strdup (key);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), "image-x-generic-symbolic");
  show (self, NULL);
  start (self);
}

void
kd_photo_view_set_paintable (KdPhotoView *self,
                             GdkPaintable *paintable)
{
  g_return_if_fail (KD_IS_PHOTO_VIEW (self));

  stop (self);
  g_clear_object (&self->loader);
  g_clear_pointer (&self->key, g_free);
  show (self, paintable);
}

void
kd_photo_view_set_name (KdPhotoView *self,
                        const char *name)
{
  g_return_if_fail (KD_IS_PHOTO_VIEW (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
kd_photo_view_set_whole (KdPhotoView *self,
                         gboolean whole)
{
  g_return_if_fail (KD_IS_PHOTO_VIEW (self));
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture),
                               whole ? GTK_CONTENT_FIT_CONTAIN : GTK_CONTENT_FIT_COVER);
}

GdkPaintable *
kd_photo_view_get_paintable (KdPhotoView *self)
{
  return gtk_picture_get_paintable (GTK_PICTURE (self->picture));
}
