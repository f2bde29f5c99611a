/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-form-field.h"

#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>

#define SPACING 3
#define LINE_SPACING 6

struct _KdFormField {
  GtkWidget parent_instance;

  GtkWidget *label;
  GtkWidget *control;
  GtkWidget *focus;
  GtkWidget *hint, *problem; /* made when there is something to say */
  GtkWidget *stored, *stored_words;
  GtkWidget *other, *other_words;
};

G_DEFINE_FINAL_TYPE (KdFormField, kd_form_field, GTK_TYPE_WIDGET)

enum { USE_STORED, USE_OTHER, KEEP_STORED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GtkWidget *
new_words (KdFormField *self,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "kd-small");
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* A label below the control, made at its first use. */
static void
say (KdFormField *self,
     GtkWidget **label,
     const char *css_class,
     const char *words)
{
  if (*label == NULL && words == NULL)
    return;
  if (*label == NULL)
    {
      *label = new_words (self, css_class);
      gtk_widget_insert_after (*label, GTK_WIDGET (self), self->control);
    }
  gtk_label_set_text (GTK_LABEL (*label), words != NULL ? words : "");
  gtk_widget_set_visible (*label, words != NULL);
}

static void
describe (KdFormField *self)
{
  gboolean bad = kd_form_field_has_problem (self);
  GtkWidget *label = bad ? self->problem : self->hint;
  const char *words = label != NULL && gtk_widget_get_visible (label) ? gtk_label_get_text (GTK_LABEL (label)) : "";

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->focus), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->focus), GTK_ACCESSIBLE_STATE_INVALID,
                               bad ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (bad)
    gtk_widget_add_css_class (self->focus, "error");
  else
    gtk_widget_remove_css_class (self->focus, "error");
}

static void
use_stored_cb (KdFormField *self)
{
  g_signal_emit (self, signals[USE_STORED], 0);
}

static void
use_other_cb (KdFormField *self)
{
  g_signal_emit (self, signals[USE_OTHER], 0);
}

static void
keep_stored_cb (KdFormField *self)
{
  g_signal_emit (self, signals[KEEP_STORED], 0);
}

static void
add_button (KdFormField *self,
            GtkWidget *line,
            const char *label,
            GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "kd-small");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", callback, self);
  kd_wrap_box_append (KD_WRAP_BOX (line), button);
}

static GtkWidget *
new_line (KdFormField *self,
          GtkWidget **ret_words)
{
  GtkWidget *line = kd_wrap_box_new (LINE_SPACING);

  *ret_words = new_words (self, "kd-other-value");
  kd_wrap_box_append (KD_WRAP_BOX (line), *ret_words);
  gtk_widget_insert_before (line, GTK_WIDGET (self), NULL);
  return line;
}

static void
kd_form_field_dispose (GObject *object)
{
  KdFormField *self = KD_FORM_FIELD (object);

  kd_widgets_unparent_children (GTK_WIDGET (object));
  self->label = self->control = self->focus = NULL;
  self->hint = self->problem = self->stored = self->other = NULL;
  G_OBJECT_CLASS (kd_form_field_parent_class)->dispose (object);
}

static gboolean
kd_form_field_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KD_FORM_FIELD (widget)->focus);
}

static void
kd_form_field_class_init (KdFormFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_form_field_dispose;
  widget_class->grab_focus = kd_form_field_grab_focus;
  signals[USE_STORED] = g_signal_new ("use-stored", KD_TYPE_FORM_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  signals[USE_OTHER] = g_signal_new ("use-other", KD_TYPE_FORM_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[KEEP_STORED] = g_signal_new ("keep-stored", KD_TYPE_FORM_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "formfield");
}

static void
kd_form_field_init (KdFormField *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), SPACING);
}

GtkWidget *
kd_form_field_new (const char *label,
                   GtkWidget *control,
                   GtkWidget *focus)
{
  KdFormField *self = g_object_new (KD_TYPE_FORM_FIELD, NULL);

  self->control = control;
  self->focus = focus != NULL ? focus : control;
  self->label = gtk_label_new_with_mnemonic (label);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (self->label), self->focus);
  gtk_widget_add_css_class (self->label, "kd-field-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->focus), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (self->label)), -1);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_parent (control, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
kd_form_field_set_hint (KdFormField *self,
                        const char *hint)
{
  g_return_if_fail (KD_IS_FORM_FIELD (self));
  say (self, &self->hint, "dim-label", hint);
  describe (self);
}

void
kd_form_field_set_problem (KdFormField *self,
                           const char *problem)
{
  g_return_if_fail (KD_IS_FORM_FIELD (self));
  say (self, &self->problem, "kd-problem", problem);
  describe (self);
}

void
kd_form_field_set_stored (KdFormField *self,
                          const char *stored)
{
  g_autofree char *words = NULL;

  g_return_if_fail (KD_IS_FORM_FIELD (self));
  if (self->stored == NULL && stored == NULL)
    return;
  if (self->stored == NULL)
    {
      self->stored = new_line (self, &self->stored_words);
      add_button (self, self->stored, _("Use That"), G_CALLBACK (use_stored_cb));
    }
  /* TRANSLATORS: %s is the value another person stored while this one was being typed. */
  words = stored != NULL ? g_strdup_printf (_("Stored meanwhile: %s"), *stored != '\0' ? stored : _("empty")) : NULL;
  gtk_label_set_text (GTK_LABEL (self->stored_words), words != NULL ? words : "");
  gtk_widget_set_visible (self->stored, stored != NULL);
}

void
kd_form_field_set_other (KdFormField *self,
                         const char *other,
                         const char *who)
{
  g_autofree char *words = NULL;

  g_return_if_fail (KD_IS_FORM_FIELD (self));
  if (self->other == NULL && other == NULL)
    return;
  if (self->other == NULL)
    {
      self->other = new_line (self, &self->other_words);
      add_button (self, self->other, _("Use the Other Value"), G_CALLBACK (use_other_cb));
      add_button (self, self->other, _("Keep This One"), G_CALLBACK (keep_stored_cb));
    }
  /* TRANSLATORS: Two devices changed the same field. First the value, then whose and when. */
  words = other != NULL ? g_strdup_printf (_("The other value: %s (%s)"), *other != '\0' ? other : _("empty"), who)
                        : NULL;
  gtk_label_set_text (GTK_LABEL (self->other_words), words != NULL ? words : "");
  gtk_widget_set_visible (self->other, other != NULL);
}

gboolean
kd_form_field_has_problem (KdFormField *self)
{
  return self->problem != NULL && gtk_widget_get_visible (self->problem);
}

void
kd_form_field_focus (KdFormField *self)
{
  gtk_widget_grab_focus (self->focus);
}
