/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-photo-loader.h"

#include "kd-picture.h"

#define THREADS 2
#define MOST_KEPT 160
#define MOST_KEPT_BYTES (32 * 1024 * 1024)

typedef struct {
  char *name; /* key and edge */
  GdkTexture *texture;
  gsize bytes;
} Kept;

struct _KdPhotoLoader {
  GObject parent_instance;

  KdPhotoFetch fetch;
  KdPhotoFetchFinish finish;
  gpointer user_data;
  GDestroyNotify destroy;
  GThreadPool *pool;
  GQueue kept;       /* Kept, the latest first */
  GHashTable *index; /* name to the link in `kept` */
  gsize kept_bytes;
};

G_DEFINE_FINAL_TYPE (KdPhotoLoader, kd_photo_loader, G_TYPE_OBJECT)

typedef struct {
  char *key;
  int edge;
  GBytes *bytes; /* (owned) (nullable) */
} Load;

static void
load_free (Load *load)
{
  g_free (load->key);
  g_clear_pointer (&load->bytes, g_bytes_unref);
  g_free (load);
}

static void
kept_free (Kept *kept)
{
  g_free (kept->name);
  g_object_unref (kept->texture);
  g_free (kept);
}

static char *
name_of (const char *key,
         int edge)
{
  return g_strdup_printf ("%s@%d", key, edge);
}

static void
drop_oldest (KdPhotoLoader *self)
{
  Kept *kept = g_queue_pop_tail (&self->kept);

  g_hash_table_remove (self->index, kept->name);
  self->kept_bytes -= kept->bytes;
  kept_free (kept);
}

static void
keep (KdPhotoLoader *self,
      const char *key,
      int edge,
      GdkTexture *texture)
{
  g_autofree char *name = name_of (key, edge);
  Kept *kept;

  if (g_hash_table_contains (self->index, name))
    return;
  kept = g_new0 (Kept, 1);
  kept->name = g_steal_pointer (&name);
  kept->texture = g_object_ref (texture);
  kept->bytes = (gsize) gdk_texture_get_width (texture) * gdk_texture_get_height (texture) * 4;
  g_queue_push_head (&self->kept, kept);
  g_hash_table_insert (self->index, kept->name, g_queue_peek_head_link (&self->kept));
  self->kept_bytes += kept->bytes;
  while (self->kept.length > MOST_KEPT
         || (self->kept_bytes > MOST_KEPT_BYTES && self->kept.length > 1))
    drop_oldest (self);
}

static GdkTexture *
texture_of (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) pixels = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8
                                                                   : GDK_MEMORY_R8G8B8,
                                 pixels, gdk_pixbuf_get_rowstride (pixbuf));
}

static void
decode_thread (gpointer data,
               gpointer pool_data)
{
  g_autoptr (GTask) task = data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  pixbuf = kd_picture_decode (load->bytes, KD_PICTURE_ALLOW_SVG, load->edge,
                              g_task_get_cancellable (task), &error);
  if (pixbuf == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, texture_of (pixbuf), g_object_unref);
}

static void
fetched_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GTask) task = data;
  KdPhotoLoader *self = g_task_get_source_object (task);
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  load->bytes = self->finish (result, self->user_data, &error);
  if (load->bytes == NULL)
    g_task_return_error (task, error);
  else
    g_thread_pool_push (self->pool, g_steal_pointer (&task), NULL);
}

static void
kd_photo_loader_finalize (GObject *object)
{
  KdPhotoLoader *self = KD_PHOTO_LOADER (object);

  /* Every task holds a reference to self: none is left in the pool. */
  g_thread_pool_free (self->pool, FALSE, FALSE);
  while (self->kept.length > 0)
    drop_oldest (self);
  g_hash_table_unref (self->index);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  G_OBJECT_CLASS (kd_photo_loader_parent_class)->finalize (object);
}

static void
kd_photo_loader_class_init (KdPhotoLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_photo_loader_finalize;
}

static void
kd_photo_loader_init (KdPhotoLoader *self)
{
  g_queue_init (&self->kept);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->pool = g_thread_pool_new (decode_thread, self, THREADS, FALSE, NULL);
}

KdPhotoLoader *
kd_photo_loader_new (KdPhotoFetch fetch,
                     KdPhotoFetchFinish finish,
                     gpointer user_data,
                     GDestroyNotify destroy)
{
  KdPhotoLoader *self = g_object_new (KD_TYPE_PHOTO_LOADER, NULL);

  self->fetch = fetch;
  self->finish = finish;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

GdkTexture *
kd_photo_loader_peek (KdPhotoLoader *self,
                      const char *key,
                      int edge)
{
  g_autofree char *name = name_of (key, edge);
  GList *link = g_hash_table_lookup (self->index, name);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->kept, link);
  g_queue_push_head_link (&self->kept, link);
  return ((Kept *) link->data)->texture;
}

void
kd_photo_loader_load_async (KdPhotoLoader *self,
                            const char *key,
                            int edge,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GdkTexture *known = kd_photo_loader_peek (self, key, edge);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, kd_photo_loader_load_async);
  load->key = g_strdup (key);
  load->edge = edge;
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  if (known != NULL)
    g_task_return_pointer (task, g_object_ref (known), g_object_unref);
  else
    self->fetch (key, edge, cancellable, fetched_cb, g_steal_pointer (&task), self->user_data);
}

GdkTexture *
kd_photo_loader_load_finish (KdPhotoLoader *self,
                             GAsyncResult *result,
                             GError **error)
{
  GdkTexture *texture;
  Load *load;

  g_return_val_if_fail (g_async_result_is_tagged (result, kd_photo_loader_load_async), NULL);

  texture = g_task_propagate_pointer (G_TASK (result), error);
  load = g_task_get_task_data (G_TASK (result));
  if (texture != NULL)
    keep (self, load->key, load->edge, texture);
  return texture;
}
