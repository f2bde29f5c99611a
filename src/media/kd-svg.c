/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-picture-private.h"

#include <librsvg/rsvg.h>

#include <math.h>
#include <string.h>

/* librsvg can't be interrupted. What it is given is bounded by kd_svg_check(), and it works on a
 * thread of its own that may be left to itself: then its caller goes on, and the thread ends when
 * librsvg's own limits end it. So few may do that that the computer stays usable. */
#define THREADS_MAX 2
#define LOOK_MS 20

typedef struct
{
  gatomicrefcount refs;
  GBytes *bytes;
  int edge;
  gboolean done;
  GdkPixbuf *pixels;
  GError *error;
} Job;

static GMutex lock;
static GCond changed;
static guint running;

static void
job_unref (Job *job)
{
  if (!g_atomic_ref_count_dec (&job->refs))
    return;
  g_bytes_unref (job->bytes);
  g_clear_object (&job->pixels);
  g_clear_error (&job->error);
  g_free (job);
}

/* cairo's pixels are native-endian words with colours multiplied by alpha. */
static GdkPixbuf *
to_pixbuf (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  int from_stride = cairo_image_surface_get_stride (surface);
  const guint8 *from = cairo_image_surface_get_data (surface);
  GdkPixbuf *pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, width, height);

  if (!pixels)
    return NULL;
  for (int y = 0; y < height; y++)
    {
      guint8 *to = gdk_pixbuf_get_pixels (pixels) + (gsize) y * gdk_pixbuf_get_rowstride (pixels);

      for (int x = 0; x < width; x++, to += 4)
        {
          guint32 word;
          guint alpha;

          memcpy (&word, from + (gsize) y * from_stride + (gsize) x * 4, sizeof word);
          alpha = word >> 24;
          for (int c = 0; c < 3; c++)
            {
              guint value = word >> (16 - 8 * c) & 0xFF;

              to[c] = alpha ? (guint8) MIN (255, (value * 255 + alpha / 2) / alpha) : 0;
            }
          to[3] = (guint8) alpha;
        }
    }
  return pixels;
}

static gboolean
render (RsvgHandle *handle,
        cairo_surface_t *surface,
        int width,
        int height,
        GError **error)
{
  RsvgRectangle viewport = { 0, 0, width, height };
  cairo_t *cr = cairo_create (surface);
  gboolean ok = rsvg_handle_render_document (handle, cr, &viewport, error);

  if (ok && cairo_status (cr) != CAIRO_STATUS_SUCCESS)
    {
      ok = FALSE;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                   cairo_status_to_string (cairo_status (cr)));
    }
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return ok;
}

static GdkPixbuf *
draw (GBytes *bytes,
      int edge,
      GError **error)
{
  RsvgHandle *handle;
  cairo_surface_t *surface;
  GdkPixbuf *pixels = NULL;
  double width;
  double height;
  double most;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (!kd_svg_check ((const char *) data, size, &width, &height, error))
    return NULL;
  /* Without a base address nothing outside of the document is ever loaded. */
  handle = rsvg_handle_new_from_data (data, size, error);
  if (!handle)
    return NULL;
  rsvg_handle_set_dpi (handle, 96);
  most = MAX (width, height);
  width = MAX (1, round (width / most * edge));
  height = MAX (1, round (height / most * edge));
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) width, (int) height);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No memory for the picture");
  else if (render (handle, surface, (int) width, (int) height, error))
    {
      pixels = to_pixbuf (surface);
      if (!pixels)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No memory for the picture");
    }
  cairo_surface_destroy (surface);
  g_object_unref (handle);
  return pixels;
}

static gpointer
draw_thread (gpointer data)
{
  Job *job = data;
  GError *error = NULL;
  GdkPixbuf *pixels = draw (job->bytes, job->edge, &error);

  g_mutex_lock (&lock);
  job->pixels = pixels;
  job->error = error;
  job->done = TRUE;
  running--;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
  job_unref (job);
  return NULL;
}

/* Waits, with the lock held, for something to change. FALSE: there is nothing to wait for. */
static gboolean
wait_for_change (gint64 until,
                 GCancellable *cancellable)
{
  if (g_get_monotonic_time () >= until || g_cancellable_is_cancelled (cancellable))
    return FALSE;
  g_cond_wait_until (&changed, &lock,
                     MIN (until, g_get_monotonic_time () + LOOK_MS * G_TIME_SPAN_MILLISECOND));
  return TRUE;
}

static gboolean
start (Job *job,
       gint64 until,
       GCancellable *cancellable)
{
  GThread *thread;

  while (running >= THREADS_MAX)
    if (!wait_for_change (until, cancellable))
      return FALSE;
  g_atomic_ref_count_inc (&job->refs);
  thread = g_thread_try_new ("kd-svg", draw_thread, job, NULL);
  if (!thread)
    {
      job_unref (job);
      return FALSE;
    }
  g_thread_unref (thread);
  running++;
  return TRUE;
}

static gboolean
refused (GError **error,
         const char *why)
{
  g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_SVG_REFUSED, "The vector picture %s", why);
  return FALSE;
}

GdkPixbuf *
kd_svg_draw (GBytes *bytes,
             int edge,
             GCancellable *cancellable,
             GError **error)
{
  gint64 until = g_get_monotonic_time () + KD_SVG_MAX_MS * G_TIME_SPAN_MILLISECOND;
  Job *job = g_new0 (Job, 1);
  GdkPixbuf *pixels = NULL;

  g_atomic_ref_count_init (&job->refs);
  job->bytes = g_bytes_ref (bytes);
  job->edge = edge;
  g_mutex_lock (&lock);
  if (start (job, until, cancellable))
    while (!job->done && wait_for_change (until, cancellable))
      ;
  if (job->done && job->pixels)
    pixels = g_steal_pointer (&job->pixels);
  else if (g_cancellable_set_error_if_cancelled (cancellable, error))
    ;
  else if (!job->done)
    refused (error, "takes too long to draw");
  else if (job->error->domain == KD_PICTURE_ERROR || job->error->domain == G_IO_ERROR)
    g_propagate_error (error, g_steal_pointer (&job->error));
  else
    refused (error, job->error->message);
  g_mutex_unlock (&lock);
  job_unref (job);
  return pixels;
}
