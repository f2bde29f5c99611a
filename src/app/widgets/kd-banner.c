/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-banner.h"

#include "kd-announce.h"
#include "kd-widgets.h"

struct _KdBanner {
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *label;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (KdBanner, kd_banner, GTK_TYPE_WIDGET)

static void
kd_banner_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_banner_parent_class)->dispose (object);
}

static void
kd_banner_class_init (KdBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_banner_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "banner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
kd_banner_init (KdBanner *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_set_hexpand (self->label, TRUE);
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->button, FALSE);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), self->button);
  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  kd_tone_apply (GTK_WIDGET (self), KD_TONE_NEUTRAL);
}

GtkWidget *
kd_banner_new (void)
{
  return g_object_new (KD_TYPE_BANNER, NULL);
}

void
kd_banner_show (KdBanner *self,
                const char *text,
                KdTone tone)
{
  g_return_if_fail (KD_IS_BANNER (self) && text != NULL);

  if (kd_banner_is_shown (self) && g_str_equal (gtk_label_get_text (GTK_LABEL (self->label)), text))
    return;
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  kd_tone_apply (GTK_WIDGET (self), tone);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  kd_announce (GTK_WIDGET (self), text);
}

void
kd_banner_hide (KdBanner *self)
{
  g_return_if_fail (KD_IS_BANNER (self));
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
}

gboolean
kd_banner_is_shown (KdBanner *self)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer));
}

void
kd_banner_set_button (KdBanner *self,
                      const char *label,
                      const char *action_name)
{
  g_return_if_fail (KD_IS_BANNER (self));

  gtk_widget_set_visible (self->button, label != NULL);
  gtk_button_set_label (GTK_BUTTON (self->button), label != NULL ? label : "");
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->button), action_name);
}
