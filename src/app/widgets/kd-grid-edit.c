/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

#include "kd-announce.h"
#include "kd-toast-host.h"

#include <glib/gi18n.h>

gboolean
kd_grid_can_edit (KdGrid *self,
                  unsigned row,
                  unsigned column)
{
  const KdGridColumn *def = self->cols[column].def;
  g_autoptr (GObject) item = NULL;

  if (def->set == NULL || row >= kd_grid_n_rows (self))
    return FALSE;
  item = g_list_model_get_item (G_LIST_MODEL (self->selection), row);
  return def->can_edit == NULL || def->can_edit (item, self->user_data);
}

static void
close_editor (KdGrid *self)
{
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) == self->editor;

  self->committing = TRUE;
  g_clear_object (&self->edited);
  if (focused)
    kd_grid_focus_cursor (self);
  gtk_widget_set_visible (self->editor, FALSE);
  self->committing = FALSE;
}

static void
show_problem (KdGrid *self,
              const char *problem)
{
  if (problem != NULL)
    gtk_widget_add_css_class (self->editor, "error");
  else
    gtk_widget_remove_css_class (self->editor, "error");
  gtk_widget_set_tooltip_text (self->editor, problem);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                               : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  problem != NULL ? problem : "", -1);
}

static void
tell_problem (KdGrid *self,
              const char *problem)
{
  KdToastHost *host = kd_toast_host_find (GTK_WIDGET (self));

  if (host != NULL)
    kd_toast_host_say (host, problem);
  else
    kd_announce (GTK_WIDGET (self), problem);
}

gboolean
kd_grid_edit_commit (KdGrid *self)
{
  const KdGridColumn *def = self->cols[self->edited_col].def;
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->editor)));
  g_autoptr (GObject) item = g_steal_pointer (&self->edited);
  const char *before = g_object_get_data (G_OBJECT (self->editor), "kd-before");
  g_autoptr (GError) error = NULL;

  if (item == NULL)
    return TRUE;
  if (g_strcmp0 (before, text) != 0 && !def->set (item, text, self->user_data, &error))
    {
      self->edited = g_steal_pointer (&item);
      show_problem (self, error->message);
      tell_problem (self, error->message);
      return FALSE;
    }
  close_editor (self);
  return TRUE;
}

void
kd_grid_edit_cancel (KdGrid *self)
{
  if (self->edited != NULL)
    close_editor (self);
}

gboolean
kd_grid_edit_start (KdGrid *self)
{
  const KdGridColumn *def = self->cols[self->cursor_col].def;
  g_autoptr (GObject) item = NULL;
  g_autofree char *text = NULL;

  if (!kd_grid_can_edit (self, self->cursor_row, self->cursor_col))
    return FALSE;
  item = g_list_model_get_item (G_LIST_MODEL (self->selection), self->cursor_row);
  text = def->edit_text != NULL ? def->edit_text (item, self->user_data)
                                : def->text (item, self->user_data);
  kd_grid_scroll_to (self, self->cursor_row, self->cursor_col);
  g_set_object (&self->edited, item);
  self->edited_row = self->cursor_row;
  self->edited_col = self->cursor_col;
  show_problem (self, NULL);
  gtk_entry_set_alignment (GTK_ENTRY (self->editor), (def->flags & KD_GRID_NUMBER) != 0 ? 1 : 0);
  gtk_editable_set_text (GTK_EDITABLE (self->editor), text);
  g_object_set_data_full (G_OBJECT (self->editor), "kd-before", g_steal_pointer (&text), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _(def->title), -1);
  gtk_widget_set_visible (self->editor, TRUE);
  gtk_widget_grab_focus (self->editor);
  return TRUE;
}

/* After a value is taken: on to the next cell, as in a spreadsheet. */
static void
commit_and_go (KdGrid *self,
               int rows,
               int columns)
{
  unsigned n = kd_grid_n_rows (self);
  int column = (int) self->edited_col;
  int64_t row = (int64_t) self->edited_row + rows;

  if (!kd_grid_edit_commit (self))
    return;
  for (int i = column + columns; columns != 0 && i >= 0 && i < (int) self->n_cols; i += columns)
    if (self->cols[i].visible && self->cols[i].def->set != NULL)
      {
        column = i;
        break;
      }
  if (row >= 0 && row < n)
    {
      /* A range of rows that is being filled stays selected. */
      if (rows != 0 && kd_selection_get_count (self->selection) <= 1)
        kd_selection_set_current (self->selection, (unsigned) row);
      kd_grid_set_cursor (self, (unsigned) row, (unsigned) column);
    }
}

static void
fill (KdGrid *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->editor)));
  const char *id = self->cols[self->edited_col].def->id;

  if (kd_selection_get_count (self->selection) <= 1
      || !gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection),
                                           self->edited_row))
    {
      kd_grid_edit_commit (self);
      return;
    }
  close_editor (self);
  g_signal_emit_by_name (self, "fill", id, text);
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        KdGrid *self)
{
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if ((state & GDK_CONTROL_MASK) != 0)
        fill (self);
      else
        commit_and_go (self, (state & GDK_SHIFT_MASK) != 0 ? -1 : 1, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_Tab: commit_and_go (self, 0, 1); return GDK_EVENT_STOP;
    case GDK_KEY_ISO_Left_Tab: commit_and_go (self, 0, -1); return GDK_EVENT_STOP;
    case GDK_KEY_Up: commit_and_go (self, -1, 0); return GDK_EVENT_STOP;
    case GDK_KEY_Down: commit_and_go (self, 1, 0); return GDK_EVENT_STOP;
    case GDK_KEY_Escape: kd_grid_edit_cancel (self); return GDK_EVENT_STOP;
    default: return GDK_EVENT_PROPAGATE;
    }
}

static void
leave_cb (GtkEventControllerFocus *focus,
          KdGrid *self)
{
  if (self->committing || self->edited == NULL)
    return;
  /* Refused while the person is elsewhere: the old value stays, the reason has been said. */
  if (!kd_grid_edit_commit (self))
    kd_grid_edit_cancel (self);
}

static void
changed_cb (GtkEditable *editable,
            KdGrid *self)
{
  show_problem (self, NULL);
}

void
kd_grid_edit_init (KdGrid *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->editor = gtk_entry_new ();
  gtk_widget_set_visible (self->editor, FALSE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->editor), 1);
  gtk_widget_set_parent (self->editor, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->editor, keys);
  g_signal_connect (focus, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (self->editor, focus);
  g_signal_connect (self->editor, "changed", G_CALLBACK (changed_cb), self);
}

gboolean
kd_grid_edit (KdGrid *self)
{
  g_return_val_if_fail (KD_IS_GRID (self), FALSE);
  return self->cursor_row != GTK_INVALID_LIST_POSITION && kd_grid_edit_start (self);
}
