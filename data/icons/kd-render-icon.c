/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <librsvg/rsvg.h>
#include <stdio.h>
#include <stdlib.h>

/* kd-render-icon FROM.svg TO.png SIZE: draws an icon while building, so that the program itself need
 * not bring up an SVG renderer for its first frame. What is named *.symbolic.png is as GTK reads it:
 * the picture's shape in its opacity, and how much of the colours for success, warning and error
 * there is in red, green and blue; ours have none. */

static void
keep_shape (cairo_surface_t *surface,
            int size)
{
  unsigned char *row = cairo_image_surface_get_data (surface);

  cairo_surface_flush (surface);
  for (int y = 0; y < size; y++, row += cairo_image_surface_get_stride (surface))
    for (int x = 0; x < size; x++)
      ((guint32 *) (void *) row)[x] &= 0xff000000u;
  cairo_surface_mark_dirty (surface);
}

static cairo_status_t
draw (RsvgHandle *handle,
      const char *path,
      int size,
      GError **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t *cr = cairo_create (surface);
  RsvgRectangle whole = { 0, 0, size, size };
  cairo_status_t status = CAIRO_STATUS_INVALID_CONTENT;

  if (rsvg_handle_render_document (handle, cr, &whole, error))
    {
      if (g_str_has_suffix (path, ".symbolic.png"))
        keep_shape (surface, size);
      status = cairo_surface_write_to_png (surface, path);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return status;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  RsvgHandle *handle;
  cairo_status_t status;
  gint64 size;

  if (argc != 4 || !g_ascii_string_to_signed (argv[3], 10, 1, 512, &size, NULL))
    {
      fprintf (stderr, "usage: kd-render-icon FROM.svg TO.png SIZE\n");
      return 2;
    }
  handle = rsvg_handle_new_from_file (argv[1], &error);
  status = handle != NULL ? draw (handle, argv[2], (int) size, &error) : CAIRO_STATUS_SUCCESS;
  if (handle != NULL)
    g_object_unref (handle);
  if (error == NULL && status == CAIRO_STATUS_SUCCESS)
    return 0;
  fprintf (stderr, "%s: %s\n", argv[1], error != NULL ? error->message : cairo_status_to_string (status));
  return 1;
}
