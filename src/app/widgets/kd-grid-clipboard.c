/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

#include "kd-toast-host.h"

#include <string.h>

#define MOST_PASTED_ROWS 1000

/* As spreadsheets write a value: quoted where it holds what separates values. */
static void
append_value (GString *to,
              const char *text)
{
  if (strpbrk (text, "\t\n\r\"") == NULL)
    {
      g_string_append (to, text);
      return;
    }
  g_string_append_c (to, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (to, '"');
      g_string_append_c (to, *c);
    }
  g_string_append_c (to, '"');
}

static void
append_row (KdGrid *self,
            GString *to,
            unsigned row)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), row);
  gboolean first = TRUE;

  for (unsigned i = 0; i < self->n_cols; i++)
    {
      g_autofree char *text = NULL;

      if (!self->cols[i].visible)
        continue;
      text = self->cols[i].def->text (item, self->user_data);
      if (!first)
        g_string_append_c (to, '\t');
      append_value (to, text);
      first = FALSE;
    }
  g_string_append_c (to, '\n');
}

char *
kd_grid_copy_text (KdGrid *self)
{
  GString *text = g_string_new (NULL);
  unsigned n = kd_grid_n_rows (self), copied = 0;

  if (kd_selection_get_count (self->selection) > 1)
    {
      for (unsigned i = 0; i < n && copied < KD_GRID_MOST_COPIED; i++)
        if (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), i))
          {
            append_row (self, text, i);
            copied++;
          }
    }
  else if (self->cursor_row < n)
    {
      g_autoptr (GObject) item
        = g_list_model_get_item (G_LIST_MODEL (self->selection), self->cursor_row);
      g_autofree char *value = self->cols[self->cursor_col].def->text (item, self->user_data);

      g_string_append (text, value);
    }
  return g_string_free (text, FALSE);
}

void
kd_grid_copy (KdGrid *self)
{
  g_autofree char *text = kd_grid_copy_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

GPtrArray *
kd_grid_split_text (const char *text)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GString) value = g_string_new (NULL);
  GStrvBuilder *line = g_strv_builder_new ();
  gboolean quoted = FALSE, any = FALSE;

  for (const char *c = text; *c != '\0'; c++)
    {
      gboolean ends_value = !quoted && (*c == '\t' || *c == '\n');

      if (quoted && *c == '"' && c[1] == '"')
        g_string_append_c (value, *c++);
      else if (quoted && *c == '"')
        quoted = FALSE;
      else if (!quoted && *c == '"' && value->len == 0)
        quoted = TRUE;
      else if (!ends_value && (quoted || *c != '\r'))
        g_string_append_c (value, *c);
      any = TRUE;
      if (!ends_value)
        continue;
      g_strv_builder_add (line, value->str);
      g_string_truncate (value, 0);
      if (*c == '\n')
        {
          g_ptr_array_add (lines, g_strv_builder_end (line));
          g_strv_builder_unref (line);
          line = g_strv_builder_new ();
          any = FALSE;
        }
    }
  if (any)
    {
      g_strv_builder_add (line, value->str);
      g_ptr_array_add (lines, g_strv_builder_end (line));
    }
  g_strv_builder_unref (line);
  return lines;
}

/* Sets the values of one line from the cursor's column on. The first problem is kept. */
static void
paste_line (KdGrid *self,
            unsigned row,
            char **values,
            GError **problem)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), row);
  unsigned column = self->cursor_col;

  for (unsigned i = 0; values[i] != NULL && column < self->n_cols; column++)
    {
      if (!self->cols[column].visible)
        continue;
      if (kd_grid_can_edit (self, row, column))
        self->cols[column].def->set (item, values[i], self->user_data,
                                     *problem == NULL ? problem : NULL);
      i++;
    }
}

static void
paste_text (KdGrid *self,
            const char *text)
{
  g_autoptr (GPtrArray) lines = kd_grid_split_text (text);
  g_autoptr (GError) problem = NULL;
  unsigned n = kd_grid_n_rows (self), from = self->cursor_row;
  KdToastHost *host = kd_toast_host_find (GTK_WIDGET (self));
  gboolean handled = FALSE;

  if (lines->len == 0 || from >= n)
    return;
  g_signal_emit_by_name (self, "paste", from, self->cursor_col, lines, &handled);
  if (handled)
    return;
  for (unsigned i = 0; i < MIN (lines->len, MOST_PASTED_ROWS) && from + i < n; i++)
    paste_line (self, from + i, lines->pdata[i], &problem);
  if (problem != NULL && host != NULL)
    kd_toast_host_say (host, problem->message);
}

static void
text_cb (GObject *clipboard,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdGrid) self = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);

  /* Another program may hold a picture: nothing to paste then. */
  if (text != NULL && self->selection != NULL)
    paste_text (self, text);
}

void
kd_grid_paste (KdGrid *self)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), NULL, text_cb,
                                 g_object_ref (self));
}
