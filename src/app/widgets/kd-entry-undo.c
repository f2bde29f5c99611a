/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-entry-undo.h"

#define KEY "kd-entry-undo"

typedef struct {
  GtkWidget *text; /* (unowned): the GtkText or GtkTextView; owns this */
  char *stored;
  unsigned redoable; /* own undo steps since the last typing */
  gboolean stepping;
} Undo;

static void
undo_free (Undo *undo)
{
  g_free (undo->stored);
  g_free (undo);
}

static GtkWidget *
text_widget (GtkWidget *widget)
{
  while (GTK_IS_EDITABLE (widget) && !GTK_IS_TEXT (widget))
    widget = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (widget)));
  return widget;
}

static char *
current_text (Undo *undo)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  if (GTK_IS_EDITABLE (undo->text))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (undo->text)));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (undo->text));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

/* FALSE if the widget had nothing to take back (or to do again). */
static gboolean
step (Undo *undo,
      const char *action)
{
  g_autofree char *before = current_text (undo);
  g_autofree char *after = NULL;

  undo->stepping = TRUE;
  gtk_widget_activate_action (undo->text, action, NULL);
  undo->stepping = FALSE;
  after = current_text (undo);
  return strcmp (before, after) != 0;
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        Undo *undo)
{
  GdkModifierType pressed = state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK);
  g_autofree char *text = NULL;

  if (gdk_keyval_to_lower (keyval) != GDK_KEY_z || (pressed & GDK_CONTROL_MASK) == 0
      || (pressed & GDK_ALT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  if ((pressed & GDK_SHIFT_MASK) != 0)
    {
      if (undo->redoable > 0 && step (undo, "text.redo"))
        undo->redoable--;
      else
        gtk_widget_activate_action (undo->text, "win.redo", NULL);
      return GDK_EVENT_STOP;
    }
  text = current_text (undo);
  if (strcmp (text, undo->stored) != 0 && step (undo, "text.undo"))
    undo->redoable++;
  else
    gtk_widget_activate_action (undo->text, "win.undo", NULL);
  return GDK_EVENT_STOP;
}

static void
changed_cb (GtkWidget *text)
{
  Undo *undo = g_object_get_data (G_OBJECT (text), KEY);

  if (undo != NULL && !undo->stepping)
    undo->redoable = 0;
}

/* Text that was loaded can't be taken back by the entry: it would turn a record's value empty. */
static void
forget_history (GtkWidget *text)
{
  if (!GTK_IS_EDITABLE (text))
    return; /* gtk_text_buffer_set_text () is irreversible by itself */
  gtk_editable_set_enable_undo (GTK_EDITABLE (text), FALSE);
  gtk_editable_set_enable_undo (GTK_EDITABLE (text), TRUE);
}

void
kd_entry_undo_attach (GtkWidget *widget,
                      const char *stored)
{
  GtkWidget *text = text_widget (widget);
  GtkEventController *keys = gtk_event_controller_key_new ();
  Undo *undo = g_new0 (Undo, 1);

  g_return_if_fail (GTK_IS_EDITABLE (text) || GTK_IS_TEXT_VIEW (text));

  forget_history (text);
  undo->text = text;
  undo->stored = g_strdup (stored != NULL ? stored : "");
  g_object_set_data_full (G_OBJECT (text), KEY, undo, (GDestroyNotify) undo_free);
  if (GTK_IS_EDITABLE (text))
    g_signal_connect_object (text, "changed", G_CALLBACK (changed_cb), text, G_CONNECT_SWAPPED);
  else
    g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), "changed",
                             G_CALLBACK (changed_cb), text, G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), undo);
  gtk_widget_add_controller (text, keys);
}

void
kd_entry_undo_set_stored (GtkWidget *widget,
                          const char *stored)
{
  Undo *undo = g_object_get_data (G_OBJECT (text_widget (widget)), KEY);

  g_return_if_fail (undo != NULL);

  g_free (undo->stored);
  undo->stored = g_strdup (stored != NULL ? stored : "");
}

void
kd_entry_undo_load (GtkWidget *widget,
                    const char *stored)
{
  GtkWidget *text = text_widget (widget);
  const char *words = stored != NULL ? stored : "";

  kd_entry_undo_set_stored (widget, stored);
  if (GTK_IS_EDITABLE (text))
    gtk_editable_set_text (GTK_EDITABLE (text), words);
  else
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), words, -1);
  forget_history (text);
}
