/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-widget-test.h"

#include <stdarg.h>

#define WAIT_SECONDS 10

static gboolean
expired_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
kd_test_wait (KdTestCondition condition,
              gpointer data)
{
  gboolean expired = FALSE;
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, expired_cb, &expired);

  while (!condition (data) && !expired)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (expired);
  g_source_remove (timeout);
}

typedef struct {
  guint ticks;
} Settle;

static gboolean
tick_cb (GtkWidget *widget,
         GdkFrameClock *clock,
         gpointer data)
{
  ((Settle *) data)->ticks++;
  return G_SOURCE_CONTINUE;
}

static gboolean
settled (gpointer data)
{
  return ((Settle *) data)->ticks >= 3 && !g_main_context_pending (NULL);
}

void
kd_test_draw (GtkWidget *widget)
{
  Settle settle = { 0 };
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  guint id = gtk_widget_add_tick_callback (window, tick_cb, &settle, NULL);

  kd_test_wait (settled, &settle);
  gtk_widget_remove_tick_callback (window, id);
}

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

GtkWidget *
kd_test_window (GtkWidget *child,
                int width,
                int height)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  kd_test_wait (is_mapped, window);
  kd_test_draw (window);
  kd_test_resize (window, width, height);
  return window;
}

typedef struct {
  GtkWidget *window;
  int width;
} Sized;

static gboolean
has_width (gpointer data)
{
  Sized *sized = data;

  return gtk_widget_get_width (sized->window) == sized->width;
}

void
kd_test_resize (GtkWidget *window,
                int width,
                int height)
{
  int whole_width, whole_height;

  /* Without a compositor the window's border lies inside its size. */
  gtk_window_get_default_size (GTK_WINDOW (window), &whole_width, &whole_height);
  gtk_window_set_default_size (GTK_WINDOW (window),
                               width + whole_width - gtk_widget_get_width (window),
                               height + whole_height - gtk_widget_get_height (window));
  kd_test_wait (has_width, &(Sized) { window, width });
  kd_test_draw (window);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
kd_test_close (GtkWidget *window,
               ...)
{
  g_autoptr (GPtrArray) watched = g_ptr_array_new ();
  gpointer *slots;
  gpointer object;
  va_list args;

  g_ptr_array_add (watched, window);
  va_start (args, window);
  while ((object = va_arg (args, gpointer)) != NULL)
    g_ptr_array_add (watched, object);
  va_end (args);
  slots = g_newa0 (gpointer, watched->len);
  for (unsigned i = 0; i < watched->len; i++)
    g_set_weak_pointer (&slots[i], watched->pdata[i]);

  gtk_window_destroy (GTK_WINDOW (window));
  for (unsigned i = 0; i < watched->len; i++)
    {
      kd_test_wait (is_gone, &slots[i]);
      g_assert_null (slots[i]);
    }
}

static void
done_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
xdotool (GtkWidget *window,
         const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);
  gpointer alive = window;
  gboolean done = FALSE;

  g_assert_no_error (error);
  g_object_add_weak_pointer (G_OBJECT (window), &alive);
  g_subprocess_wait_check_async (process, NULL, done_cb, &done);
  kd_test_wait (is_true, &done);
  /* a key may have closed it */
  if (alive == NULL)
    return;
  g_object_remove_weak_pointer (G_OBJECT (window), &alive);
  kd_test_draw (window);
}

static gboolean
is_active (gpointer data)
{
  return gtk_window_is_active (data);
}

/* Without a window manager the keyboard follows the pointer: lay it inside the window. */
static void
point (GtkWidget *window,
       double x,
       double y,
       gboolean click)
{
  g_autofree char *px = g_strdup_printf ("%d", (int) x);
  g_autofree char *py = g_strdup_printf ("%d", (int) y);
  const char *const argv[] = { "xdotool", "mousemove", px, py, click ? "click" : NULL, "1", NULL };

  xdotool (window, argv);
  kd_test_wait (is_active, window);
}

void
kd_test_key (GtkWidget *window,
             const char *keys)
{
  const char *const argv[] = { "xdotool", "key", keys, NULL };

  if (!gtk_window_is_active (GTK_WINDOW (window)))
    point (window, 5, 5, FALSE);
  xdotool (window, argv);
}

void
kd_test_type (GtkWidget *window,
              const char *text)
{
  const char *const argv[] = { "xdotool", "type", "--delay", "2", text, NULL };

  if (!gtk_window_is_active (GTK_WINDOW (window)))
    point (window, 5, 5, FALSE);
  xdotool (window, argv);
}

void
kd_test_click (GtkWidget *widget)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  graphene_point_t middle = GRAPHENE_POINT_INIT (gtk_widget_get_width (widget) / 2.0f,
                                                 gtk_widget_get_height (widget) / 2.0f);
  graphene_point_t at;
  double dx, dy;

  g_assert_true (gtk_widget_compute_point (widget, window, &middle, &at));
  gtk_native_get_surface_transform (GTK_NATIVE (window), &dx, &dy);
  point (window, at.x + dx, at.y + dy, TRUE);
}

GtkWidget *
kd_test_find (GtkWidget *root,
              GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = kd_test_find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GtkWidget *
kd_test_find_label (GtkWidget *root,
                    const char *text)
{
  if (GTK_IS_LABEL (root) && strcmp (gtk_label_get_text (GTK_LABEL (root)), text) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = kd_test_find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

void
kd_test_shot (GtkWidget *window,
              const char *name)
{
  const char *folder = g_getenv ("KD_SHOTS");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return;
  kd_test_draw (window);
  paintable = gtk_widget_paintable_new (window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window),
                          gtk_widget_get_height (window));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  path = g_strdup_printf ("%s/%s.png", folder, name);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

void
kd_test_answer_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

gboolean
kd_test_has_answer (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

GtkWindow *
kd_test_other_window (GtkWidget *than)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (unsigned i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (window != GTK_WINDOW (than) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

gboolean
kd_test_has_other (gpointer data)
{
  return kd_test_other_window (data) != NULL;
}

gboolean
kd_test_has_no_other (gpointer data)
{
  return kd_test_other_window (data) == NULL;
}
