/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-composer.h"

#include "kd-draft.h"
#include "kd-entry-undo.h"
#include "kd-product-picker.h"
#include "kd-text-view.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>
#include <string.h>

#define FIELD "body"            /* of the draft; no field of a record */
#define MAX_HEIGHT 160
#define TEXT_MAX KD_LONG_TEXT_MAX

struct _KdComposer
{
  GtkWidget parent_instance;

  KdSession *session;           /* borrowed */
  KdDraft *draft;               /* (owned) (nullable) */
  GtkWidget *box, *scrolled, *send, *note, *product_button;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkWidget *hint;
  KdProductPicker *picker;
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (KdComposer, kd_composer, GTK_TYPE_WIDGET)

enum { SEND, PRODUCT, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
get_text (KdComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static void
set_text (KdComposer *self,
          const char *text)
{
  self->setting = TRUE;
  gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
  self->setting = FALSE;
}

static void
update (KdComposer *self)
{
  g_autofree char *text = get_text (self);
  gboolean too_long = strlen (text) > TEXT_MAX;

  g_strchug (text);
  gtk_widget_set_sensitive (self->send, *text != '\0' && !too_long && self->draft != NULL);
  gtk_widget_set_visible (self->hint, too_long);
}

static void
buffer_changed_cb (GtkTextBuffer *buffer,
                   gpointer data)
{
  KdComposer *self = data;

  update (self);
  if (!self->setting && self->draft != NULL)
    {
      g_autofree char *text = get_text (self);
      kd_draft_set_text (self->draft, FIELD, *text != '\0' ? text : NULL, NULL);
    }
}

static void
draft_changed_cb (KdDraft *draft,
                  const char *field,
                  gpointer data)
{
  KdComposer *self = data;
  g_autofree char *now = get_text (self);
  const char *text = kd_draft_get_text (draft, FIELD);

  if (g_strcmp0 (now, text != NULL ? text : "") != 0)
    set_text (self, text);
}

static void
send_now (KdComposer *self)
{
  g_autofree char *text = get_text (self);

  g_strstrip (text);
  if (*text == '\0' || strlen (text) > TEXT_MAX || self->draft == NULL)
    return;
  g_signal_emit (self, signals[SEND], 0, text, kd_composer_get_note (self));
  set_text (self, NULL);
  kd_draft_clear (self->draft);
  kd_composer_set_note (self, FALSE);
  update (self);
}

static void
send_clicked_cb (GtkButton *button,
                 gpointer data)
{
  KdComposer *self = data;

  send_now (self);
  kd_composer_focus (self);
}

static void
product_clicked_cb (GtkButton *button,
                    gpointer data)
{
  kd_composer_pick_product (data);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        gpointer data)
{
  KdComposer *self = data;

  if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) == 0)
    {
      /* an input method that is at work keeps its Enter */
      if (gtk_text_view_im_context_filter_keypress (self->view, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
        return TRUE;
      send_now (self);
      return TRUE;
    }
  if (key == GDK_KEY_slash && gtk_text_buffer_get_char_count (self->buffer) == 0)
    {
      kd_composer_pick_product (self);
      return TRUE;
    }
  return FALSE;
}

static void
picked_cb (KdProductPicker *picker,
           gpointer id,
           gpointer data)
{
  KdComposer *self = data;

  g_signal_emit (self, signals[PRODUCT], 0, id);
  kd_composer_focus (self);
}

static void
focus_out_cb (GtkEventControllerFocus *controller,
              gpointer data)
{
  KdComposer *self = data;

  if (self->draft != NULL)
    kd_draft_flush (self->draft);
}

void
kd_composer_set_conversation (KdComposer *self,
                              const KdId *conversation)
{
  if (self->draft != NULL)
    {
      kd_draft_flush (self->draft);
      g_signal_handlers_disconnect_by_data (self->draft, self);
    }
  g_clear_object (&self->draft);
  set_text (self, NULL);
  kd_composer_set_note (self, FALSE);
  if (conversation != NULL)
    {
      self->draft = kd_draft_get (self->session, &kd_kind_conversation, conversation);
      g_signal_connect_object (self->draft, "changed", G_CALLBACK (draft_changed_cb), self, 0);
      set_text (self, kd_draft_get_text (self->draft, FIELD));
    }
  gtk_widget_set_sensitive (self->box, conversation != NULL);
  update (self);
}

void
kd_composer_focus (KdComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
kd_composer_pick_product (KdComposer *self)
{
  if (self->draft != NULL)
    kd_product_picker_open (self->picker);
}

void
kd_composer_set_note (KdComposer *self,
                      gboolean note)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->note), note);
}

gboolean
kd_composer_get_note (KdComposer *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->note));
}

static void
note_toggled_cb (GtkToggleButton *button,
                 gpointer data)
{
  KdComposer *self = data;

  if (gtk_toggle_button_get_active (button))
    gtk_widget_add_css_class (self->scrolled, "kd-note");
  else
    gtk_widget_remove_css_class (self->scrolled, "kd-note");
}

static void
kd_composer_dispose (GObject *object)
{
  KdComposer *self = KD_COMPOSER (object);

  if (self->draft != NULL)
    {
      kd_draft_flush (self->draft);
      g_signal_handlers_disconnect_by_data (self->draft, self);
    }
  g_clear_object (&self->draft);
  if (self->picker != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->picker));
  self->picker = NULL;
  kd_widgets_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (kd_composer_parent_class)->dispose (object);
}

static void
kd_composer_class_init (KdComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_composer_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "composer");
  signals[SEND] = g_signal_new ("send", KD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                G_TYPE_BOOLEAN);
  signals[PRODUCT] = g_signal_new ("product", KD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static GtkWidget *
new_icon_button (GtkWidget *button,
                 const char *name)
{
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static void
kd_composer_init (KdComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new (), *focus = gtk_event_controller_focus_new ();
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->view = GTK_TEXT_VIEW (kd_text_view_new ());
  self->buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (self->view, FALSE);
  gtk_text_view_set_top_margin (self->view, 8);
  gtk_text_view_set_bottom_margin (self->view, 8);
  gtk_text_view_set_left_margin (self->view, 10);
  gtk_text_view_set_right_margin (self->view, 10);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Message"), -1);
  kd_entry_undo_attach (GTK_WIDGET (self->view), NULL);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (buffer_changed_cb), self, 0);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_out_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scrolled), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), GTK_WIDGET (self->view));
  gtk_widget_add_css_class (self->scrolled, "kd-composer");
  gtk_widget_set_hexpand (self->scrolled, TRUE);
  self->product_button = new_icon_button (gtk_button_new_from_icon_name ("kd-catalog-symbolic"), _("Send a product (/)"));
  g_signal_connect (self->product_button, "clicked", G_CALLBACK (product_clicked_cb), self);
  self->note = new_icon_button (gtk_toggle_button_new (), _("Note for the staff"));
  gtk_button_set_icon_name (GTK_BUTTON (self->note), "kd-tag-symbolic");
  g_signal_connect (self->note, "toggled", G_CALLBACK (note_toggled_cb), self);
  self->send = new_icon_button (gtk_button_new_from_icon_name ("kd-send-symbolic"), _("Send"));
  gtk_widget_add_css_class (self->send, "suggested-action");
  g_signal_connect (self->send, "clicked", G_CALLBACK (send_clicked_cb), self);
  self->hint = gtk_label_new (_("The message is too long. Send it in parts."));
  gtk_widget_add_css_class (self->hint, "kd-problem");
  gtk_widget_set_visible (self->hint, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->product_button);
  gtk_box_append (GTK_BOX (self->box), self->note);
  gtk_box_append (GTK_BOX (self->box), self->scrolled);
  gtk_box_append (GTK_BOX (self->box), self->send);
  gtk_box_append (GTK_BOX (column), self->hint);
  gtk_box_append (GTK_BOX (column), self->box);
  gtk_widget_set_margin_start (column, 12);
  gtk_widget_set_margin_end (column, 12);
  gtk_widget_set_margin_top (column, 6);
  gtk_widget_set_margin_bottom (column, 12);
  gtk_widget_set_parent (column, GTK_WIDGET (self));
}

GtkWidget *
kd_composer_new (KdSession *session)
{
  KdComposer *self = g_object_new (KD_TYPE_COMPOSER, NULL);

  self->session = session;
  self->picker = KD_PRODUCT_PICKER (kd_product_picker_new (session));
  gtk_widget_set_parent (GTK_WIDGET (self->picker), self->product_button);
  g_signal_connect_object (self->picker, "picked", G_CALLBACK (picked_cb), self, 0);
  kd_composer_set_conversation (self, NULL);
  return GTK_WIDGET (self);
}
