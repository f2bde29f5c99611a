/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-pictures.h"

#include "kd-catalog-words.h"
#include "kd-entry-undo.h"
#include "kd-form-field.h"
#include "kd-photo-strip.h"
#include "kd-photo-view.h"
#include "kd-picture.h"
#include "kd-product-fields.h"
#include "kd-session-photos.h"
#include "kd-toast-host.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define LARGE_SIZE 320
#define ALT_BYTES_MAX 500

struct _KdProductPictures {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) */
  KdProductForm *form;    /* (owned) (nullable) */
  GCancellable *cancellable;
  GtkWidget *strip, *words;
  GtkWidget *popover, *large, *alt; /* one picture in full, with its description */
  KdId shown;             /* the picture in the popover */
  guint coming;           /* pictures that are being checked and stored */
};

G_DEFINE_FINAL_TYPE (KdProductPictures, kd_product_pictures, GTK_TYPE_WIDGET)

static void
show_words (KdProductPictures *self)
{
  guint awaited = self->form != NULL ? kd_product_form_count_awaited (self->form) : 0;
  g_autofree char *words = NULL;

  if (self->coming > 0)
    words = g_strdup_printf (g_dngettext (NULL, "Storing %u picture…", "Storing %u pictures…", self->coming),
                             self->coming);
  else if (awaited > 0)
    words = g_strdup_printf (g_dngettext (NULL, "%u picture is still to be fetched from its address.",
                                          "%u pictures are still to be fetched from their addresses.", awaited),
                             awaited);
  else
    words = g_strdup (_("Drop pictures here, or paste them with Ctrl+V."));
  gtk_label_set_text (GTK_LABEL (self->words), words);
}

static void
show_pictures (KdProductPictures *self)
{
  g_autoptr (GPtrArray) pictures = NULL;
  g_autofree KdPhoto *photos = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (self->form == NULL || !kd_product_form_is_loaded (self->form))
    return;
  pictures = kd_product_form_dup_pictures (self->form);
  photos = g_new0 (KdPhoto, pictures->len + 1);
  for (guint i = 0; i < pictures->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (pictures, i);
      char *id = kd_id_dup_text (&media->parent.id);
      char *key = g_malloc (KD_HASH_TEXT_LENGTH + 1);

      kd_hash_to_text (&media->blob, key);
      g_ptr_array_add (texts, id);
      g_ptr_array_add (texts, key);
      photos[i] = (KdPhoto) { id, key, media->alt != NULL ? media->alt : media->name };
    }
  kd_photo_strip_set_photos (KD_PHOTO_STRIP (self->strip), photos, pictures->len);
  show_words (self);
}

/* ---- a picture comes in: read, check, store, then tell the form ---- */

typedef struct
{
  KdProductPictures *pictures; /* (owned) */
  KdProductForm *form;    /* (owned): the product it was dropped on */
  KdMedia *media;
  GBytes *bytes;
} Coming;

static void
coming_free (Coming *coming)
{
  g_clear_pointer (&coming->bytes, g_bytes_unref);
  kd_record_free (&coming->media->parent);
  g_object_unref (coming->form);
  g_object_unref (coming->pictures);
  g_free (coming);
}

static void
say (KdProductPictures *self,
     const char *name,
     const char *words)
{
  KdToastHost *host = kd_toast_host_find (GTK_WIDGET (self));
  g_autofree char *text = name != NULL ? g_strdup_printf ("%s: %s", name, words) : g_strdup (words);

  if (host != NULL)
    kd_toast_host_say (host, text);
}

static void
end_coming (Coming *coming,
            const GError *error)
{
  KdProductPictures *self = coming->pictures;
  const char *code = error != NULL ? kd_picture_error_code (error) : NULL;

  self->coming--;
  if (self->strip != NULL)
    {
      show_words (self);
      if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        say (self, coming->media->name, code != NULL ? kd_catalog_reason_or_code (code) : error->message);
    }
  coming_free (coming);
}

static void
stored_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Coming *coming = data;
  g_autoptr (GError) error = NULL;

  if (kd_sync_control_put_blob_finish (KD_SYNC_CONTROL (source), result, &coming->media->blob, &error))
    kd_product_form_add_picture (coming->form, coming->media);
  end_coming (coming, error);
}

static void
check_in_thread (GTask *task,
                 gpointer source,
                 gpointer data,
                 GCancellable *cancellable)
{
  Coming *coming = data;
  KdPictureInfo info;
  g_autoptr (GError) error = NULL;

  if (!kd_picture_check (coming->bytes, KD_PICTURE_ALLOW_SVG, &info, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  coming->media->mime = g_strdup (info.mime);
  coming->media->width = info.width;
  coming->media->height = info.height;
  coming->media->size = (gint64) g_bytes_get_size (coming->bytes);
  g_task_return_boolean (task, TRUE);
}

static void
checked_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  Coming *coming = data;
  KdProductPictures *self = coming->pictures;
  const KdServices *services = kd_session_get_services (self->session);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      end_coming (coming, error);
      return;
    }
  if (services == NULL || services->sync == NULL)
    {
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, kd_catalog_reason ("file.network"));
      end_coming (coming, error);
      return;
    }
  kd_sync_control_put_blob_async (services->sync, coming->bytes, coming->media->mime, self->cancellable, stored_cb,
                                  coming);
}

static void
check (Coming *coming)
{
  g_autoptr (GTask) task = g_task_new (coming->pictures, coming->pictures->cancellable, checked_cb, coming);

  g_task_set_task_data (task, coming, NULL);
  g_task_run_in_thread (task, check_in_thread);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  Coming *coming = data;
  g_autoptr (GError) error = NULL;

  coming->bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);
  if (coming->bytes == NULL)
    end_coming (coming, error);
  else
    check (coming);
}

static void
size_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  Coming *coming = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (info != NULL && g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    error = g_error_new_literal (KD_PICTURE_ERROR, KD_PICTURE_ERROR_NOT_A_PICTURE, "not a file");
  else if (info != NULL && g_file_info_get_size (info) > KD_PICTURE_MAX_BYTES)
    error = g_error_new_literal (KD_PICTURE_ERROR, KD_PICTURE_ERROR_TOO_LARGE, "too large");
  if (error != NULL)
    end_coming (coming, error);
  else
    g_file_load_bytes_async (G_FILE (source), coming->pictures->cancellable, read_cb, coming);
}

static Coming *
coming_new (KdProductPictures *self,
            const char *name)
{
  Coming *coming = g_new0 (Coming, 1);

  coming->pictures = g_object_ref (self);
  coming->form = g_object_ref (self->form);
  coming->media = (KdMedia *) kd_record_new (&kd_kind_media);
  coming->media->name = g_strdup (name);
  coming->media->scope = KD_SCOPE_EVERYONE;
  self->coming++;
  show_words (self);
  return coming;
}

static void
add_files_cb (KdPhotoStrip *strip,
              GListModel *files,
              KdProductPictures *self)
{
  for (guint i = 0; self->form != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *name = g_file_get_basename (file);
      g_autofree char *shown = name != NULL ? g_utf8_make_valid (name, -1) : NULL;

      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                               G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable, size_cb,
                               coming_new (self, shown));
    }
}

static void
add_bytes_cb (KdPhotoStrip *strip,
              GBytes *png,
              KdProductPictures *self)
{
  Coming *coming;

  if (self->form == NULL)
    return;
  coming = coming_new (self, _("Pasted picture"));
  coming->bytes = g_bytes_ref (png);
  check (coming);
}

/* ---- order, removing, one picture in full ---- */

static void
move_cb (KdPhotoStrip *strip,
         const char *text,
         guint place,
         KdProductPictures *self)
{
  KdId id;

  if (self->form != NULL && kd_id_parse (text, &id))
    kd_product_form_move_picture (self->form, &id, place);
}

static void
remove_cb (KdPhotoStrip *strip,
           const char *text,
           KdProductPictures *self)
{
  KdId id;

  if (self->form != NULL && kd_id_parse (text, &id))
    kd_product_form_remove_picture (self->form, &id);
}

static void
keep_alt (KdProductPictures *self)
{
  if (self->form != NULL && !kd_id_is_none (&self->shown))
    kd_product_form_describe_picture (self->form, &self->shown, gtk_editable_get_text (GTK_EDITABLE (self->alt)));
}

static void
closed_cb (KdProductPictures *self)
{
  keep_alt (self);
  self->shown = KD_ID_NONE;
}

static void
make_popover (KdProductPictures *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  self->large = kd_photo_view_new (LARGE_SIZE, LARGE_SIZE);
  kd_photo_view_set_whole (KD_PHOTO_VIEW (self->large), TRUE);
  gtk_box_append (GTK_BOX (box), self->large);
  self->alt = gtk_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (self->alt), ALT_BYTES_MAX / 4);
  kd_entry_undo_attach (self->alt, NULL);
  gtk_box_append (GTK_BOX (box), kd_form_field_new (_("_What it shows, for those who can't see it"), self->alt, NULL));
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  g_signal_connect_object (self->alt, "activate", G_CALLBACK (gtk_popover_popdown), self->popover, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->popover, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
}

static void
activate_cb (KdPhotoStrip *strip,
             const char *text,
             KdProductPictures *self)
{
  g_autoptr (GPtrArray) pictures = NULL;
  KdId id;

  if (self->form == NULL || !kd_id_parse (text, &id))
    return;
  if (self->popover == NULL)
    make_popover (self);
  pictures = kd_product_form_dup_pictures (self->form);
  for (guint i = 0; i < pictures->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (pictures, i);
      char key[KD_HASH_TEXT_LENGTH + 1];

      if (!kd_id_equal (&media->parent.id, &id))
        continue;
      self->shown = id;
      kd_photo_view_set_photo (KD_PHOTO_VIEW (self->large), kd_session_get_photos (self->session),
                               kd_hash_to_text (&media->blob, key));
      kd_photo_view_set_name (KD_PHOTO_VIEW (self->large), media->alt != NULL ? media->alt : media->name);
      kd_entry_undo_load (self->alt, media->alt);
      gtk_popover_popup (GTK_POPOVER (self->popover));
    }
}

/* ---- the widget ---- */

static void
kd_product_pictures_dispose (GObject *object)
{
  KdProductPictures *self = KD_PRODUCT_PICTURES (object);

  g_cancellable_cancel (self->cancellable);
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  self->strip = self->popover = NULL;
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_product_pictures_parent_class)->dispose (object);
}

static void
kd_product_pictures_finalize (GObject *object)
{
  g_clear_object (&KD_PRODUCT_PICTURES (object)->cancellable);
  G_OBJECT_CLASS (kd_product_pictures_parent_class)->finalize (object);
}

static void
kd_product_pictures_class_init (KdProductPicturesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_product_pictures_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_product_pictures_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kd_product_pictures_init (KdProductPictures *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
kd_product_pictures_new (KdSession *session)
{
  KdProductPictures *self = g_object_new (KD_TYPE_PRODUCT_PICTURES, NULL);
  GtkWidget *box, *section = kd_product_section_new (_("Pictures"), &box);

  self->session = g_object_ref (session);
  self->strip = kd_photo_strip_new (kd_session_get_photos (session));
  g_signal_connect (self->strip, "add-files", G_CALLBACK (add_files_cb), self);
  g_signal_connect (self->strip, "add-bytes", G_CALLBACK (add_bytes_cb), self);
  g_signal_connect (self->strip, "move", G_CALLBACK (move_cb), self);
  g_signal_connect (self->strip, "remove", G_CALLBACK (remove_cb), self);
  g_signal_connect (self->strip, "activate", G_CALLBACK (activate_cb), self);
  gtk_box_append (GTK_BOX (box), self->strip);
  self->words = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  gtk_widget_add_css_class (self->words, "dim-label");
  gtk_widget_add_css_class (self->words, "kd-small");
  gtk_box_append (GTK_BOX (box), self->words);
  gtk_widget_set_parent (section, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
kd_product_pictures_set_form (KdProductPictures *self,
                              KdProductForm *form)
{
  g_return_if_fail (KD_IS_PRODUCT_PICTURES (self));

  if (self->form == form)
    return;
  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_set_object (&self->form, form);
  if (form == NULL)
    return;
  g_signal_connect_swapped (form, "changed", G_CALLBACK (show_pictures), self);
  show_pictures (self);
}

void
kd_product_pictures_set_editable (KdProductPictures *self,
                                  gboolean editable)
{
  g_return_if_fail (KD_IS_PRODUCT_PICTURES (self));

  kd_photo_strip_set_editable (KD_PHOTO_STRIP (self->strip), editable);
  gtk_widget_set_visible (self->words, editable);
}
