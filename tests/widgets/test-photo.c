/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-photo-strip.h"
#include "kd-photo-view.h"
#include "kd-widget-test.h"
#include "tests.h"

/* Pictures of one colour, by key; "late" answers only when told, "broken" is no picture. */
typedef struct {
  unsigned fetched;
  GTask *late;
} Store;

static GdkTexture *
make_texture (guint32 colour)
{
  const int edge = 200;
  g_autofree guint32 *pixels = g_new (guint32, edge * edge);
  g_autoptr (GBytes) bytes = NULL;

  for (int i = 0; i < edge * edge; i++)
    pixels[i] = (i / edge + i % edge) / 20 % 2 == 0 ? colour : 0xffffffff;
  bytes = g_bytes_new (pixels, sizeof (guint32) * edge * edge);
  return gdk_memory_texture_new (edge, edge, GDK_MEMORY_R8G8B8A8, bytes, edge * 4);
}

static GBytes *
make_png (guint32 colour)
{
  g_autoptr (GdkTexture) texture = make_texture (colour);

  return gdk_texture_save_to_png_bytes (texture);
}

static void
fetch (const char *key,
       int edge,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer callback_data,
       gpointer user_data)
{
  Store *store = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, callback_data);

  store->fetched++;
  if (g_str_equal (key, "late"))
    store->late = g_steal_pointer (&task);
  else if (g_str_equal (key, "broken"))
    g_task_return_pointer (task, g_bytes_new_static ("no picture", 10),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_pointer (task, make_png ((guint32) g_str_hash (key) | 0xff000000),
                           (GDestroyNotify) g_bytes_unref);
}

static GBytes *
fetch_finish (GAsyncResult *result,
              gpointer user_data,
              GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
has_picture (gpointer view)
{
  return kd_photo_view_get_paintable (view) != NULL;
}

static gboolean
shows_missing (gpointer view)
{
  return g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (kd_test_find (view, GTK_TYPE_IMAGE))),
                    "image-missing-symbolic") == 0;
}

static void
test_view (void)
{
  Store store = { 0 };
  g_autoptr (KdPhotoLoader) loader = kd_photo_loader_new (fetch, fetch_finish, &store, NULL);
  GtkWidget *view = kd_photo_view_new (64, 64);
  GtkWidget *other = kd_photo_view_new (64, 64);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *window;

  gtk_box_append (GTK_BOX (box), view);
  gtk_box_append (GTK_BOX (box), other);
  window = kd_test_window (box, 300, 100);
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  kd_photo_view_set_name (KD_PHOTO_VIEW (view), "Gamis");
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Gamis");
  kd_photo_view_set_photo (KD_PHOTO_VIEW (view), loader, "a");
  g_assert_null (kd_photo_view_get_paintable (KD_PHOTO_VIEW (view)));
  kd_test_wait (has_picture, view);
  g_assert_cmpint (gtk_widget_get_width (view), ==, 64);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (
                     kd_photo_view_get_paintable (KD_PHOTO_VIEW (view))), ==, 64);

  /* What is in memory is there at once, and not fetched again. */
  kd_photo_view_set_photo (KD_PHOTO_VIEW (other), loader, "a");
  g_assert_nonnull (kd_photo_view_get_paintable (KD_PHOTO_VIEW (other)));
  g_assert_cmpuint (store.fetched, ==, 1);

  /* A row is reused while its picture is on the way: the late one must not appear. */
  kd_photo_view_set_photo (KD_PHOTO_VIEW (view), loader, "late");
  g_assert_null (kd_photo_view_get_paintable (KD_PHOTO_VIEW (view)));
  kd_photo_view_set_photo (KD_PHOTO_VIEW (view), loader, NULL);
  g_task_return_pointer (store.late, make_png (0xff0000ff), (GDestroyNotify) g_bytes_unref);
  g_clear_object (&store.late);
  kd_test_draw (window);
  g_assert_null (kd_photo_view_get_paintable (KD_PHOTO_VIEW (view)));

  kd_photo_view_set_photo (KD_PHOTO_VIEW (view), loader, "broken");
  kd_test_wait (shows_missing, view);
  kd_photo_view_set_photo (KD_PHOTO_VIEW (view), loader, "late");
  kd_test_close (window, other, NULL);
  g_task_return_pointer (store.late, make_png (0xff0000ff), (GDestroyNotify) g_bytes_unref);
  g_clear_object (&store.late);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

typedef struct {
  Store store;
  KdPhotoLoader *loader;
  GtkWidget *strip;
  GtkWidget *window;
  GString *log;
} Fixture;

static const KdPhoto three[] = { { "p1", "a", "front" }, { "p2", "b", NULL }, { "p3", "c", NULL } };

static void
id_cb (KdPhotoStrip *strip,
       const char *id,
       GString *log)
{
  g_string_append_printf (log, "%s;", id);
}

static void
move_cb (KdPhotoStrip *strip,
         const char *id,
         unsigned place,
         GString *log)
{
  g_string_append_printf (log, "%s>%u;", id, place);
}

static void
files_cb (KdPhotoStrip *strip,
          GListModel *files,
          GString *log)
{
  g_string_append_printf (log, "files %u;", g_list_model_get_n_items (files));
}

static void
bytes_cb (KdPhotoStrip *strip,
          GBytes *bytes,
          GString *log)
{
  g_string_append (log, g_bytes_get_size (bytes) > 8 ? "bytes;" : "empty;");
}

static void
fixture_init (Fixture *f)
{
  *f = (Fixture) { .log = g_string_new (NULL) };
  f->loader = kd_photo_loader_new (fetch, fetch_finish, &f->store, NULL);
  f->strip = kd_photo_strip_new (f->loader);
  g_signal_connect (f->strip, "remove", G_CALLBACK (id_cb), f->log);
  g_signal_connect (f->strip, "move", G_CALLBACK (move_cb), f->log);
  g_signal_connect (f->strip, "add-files", G_CALLBACK (files_cb), f->log);
  g_signal_connect (f->strip, "add-bytes", G_CALLBACK (bytes_cb), f->log);
  kd_photo_strip_set_photos (KD_PHOTO_STRIP (f->strip), three, 3);
  gtk_widget_set_valign (f->strip, GTK_ALIGN_START);
  f->window = kd_test_window (f->strip, 360, 260);
}

static void
fixture_clear (Fixture *f)
{
  kd_test_close (f->window, f->strip, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_object_unref (f->loader);
  g_string_free (f->log, TRUE);
}

static GtkWidget *
tile (Fixture *f,
      unsigned n)
{
  GtkWidget *child = gtk_widget_get_first_child (gtk_widget_get_first_child (f->strip));

  while (n-- > 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static gboolean
last_has_picture (gpointer data)
{
  return has_picture (kd_test_find (tile (data, 2), KD_TYPE_PHOTO_VIEW));
}

static void
test_strip (void)
{
  const KdPhoto moved[] = { three[1], three[0], three[2] };
  Fixture f;
  GtkWidget *first;

  fixture_init (&f);
  kd_test_wait (last_has_picture, &f);
  kd_test_shot (f.window, "photo-strip");
  first = tile (&f, 0);
  gtk_test_accessible_assert_role (first, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (first, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Picture 1 of 3, front");
  gtk_widget_grab_focus (first);
  kd_test_key (f.window, "Right");
  g_assert_true (gtk_widget_has_focus (tile (&f, 1)));
  kd_test_key (f.window, "ctrl+Left");
  g_assert_cmpstr (f.log->str, ==, "p2>0;");
  /* The tile goes with its picture, and the focus with it. */
  kd_photo_strip_set_photos (KD_PHOTO_STRIP (f.strip), moved, 3);
  g_assert_true (gtk_widget_has_focus (tile (&f, 0)));
  g_assert_true (tile (&f, 1) == first);
  kd_test_key (f.window, "ctrl+Left");
  g_assert_cmpstr (f.log->str, ==, "p2>0;");
  kd_test_key (f.window, "Delete");
  g_assert_cmpstr (f.log->str, ==, "p2>0;p2;");
  kd_photo_strip_set_photos (KD_PHOTO_STRIP (f.strip), moved + 1, 2);
  g_assert_true (gtk_widget_has_focus (tile (&f, 0)));
  g_signal_emit_by_name (tile (&f, 0), "dropped", tile (&f, 1));
  g_assert_cmpstr (f.log->str, ==, "p2>0;p2;p3>0;");

  kd_photo_strip_set_editable (KD_PHOTO_STRIP (f.strip), FALSE);
  kd_test_key (f.window, "Delete");
  g_assert_cmpstr (f.log->str, ==, "p2>0;p2;p3>0;");
  fixture_clear (&f);
}

static gboolean
has_log (gpointer data)
{
  return ((GString *) data)->len > 0;
}

static void
test_paste (void)
{
  Fixture f;
  g_autoptr (GdkTexture) texture = make_texture (0xff00ff00);
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/a b.jpg");
  GdkFileList *list;
  GSList *files = g_slist_append (NULL, file);

  fixture_init (&f);
  gtk_widget_grab_focus (tile (&f, 0));
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (f.strip), texture);
  kd_test_key (f.window, "ctrl+v");
  kd_test_wait (has_log, f.log);
  g_assert_cmpstr (f.log->str, ==, "bytes;");
  g_string_truncate (f.log, 0);
  list = gdk_file_list_new_from_list (files);
  gdk_clipboard_set (gtk_widget_get_clipboard (f.strip), GDK_TYPE_FILE_LIST, list);
  kd_test_key (f.window, "ctrl+v");
  kd_test_wait (has_log, f.log);
  g_assert_cmpstr (f.log->str, ==, "files 1;");
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free (files);
  fixture_clear (&f);
}

void
add_photo_tests (void)
{
  g_test_add_func ("/photo/view", test_view);
  g_test_add_func ("/photo/strip", test_strip);
  g_test_add_func ("/photo/paste", test_paste);
}
