/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chip.h"

#include "kd-widgets.h"

struct _KdChip {
  GtkWidget parent_instance;

  GtkWidget *icon;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (KdChip, kd_chip, GTK_TYPE_WIDGET)

static void
kd_chip_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_chip_parent_class)->dispose (object);
}

static void
kd_chip_class_init (KdChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_chip_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "chip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
kd_chip_init (KdChip *self)
{
  self->icon = gtk_image_new ();
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
}

GtkWidget *
kd_chip_new (void)
{
  return g_object_new (KD_TYPE_CHIP, NULL);
}

void
kd_chip_set (KdChip *self,
             const char *icon_name,
             const char *text,
             KdTone tone)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  g_return_if_fail (KD_IS_CHIP (self) && text != NULL);

  gtk_widget_set_visible (self->icon, icon_name != NULL);
  if (icon_name != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  kd_tone_apply (GTK_WIDGET (self), tone);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (GTK_IS_BUTTON (parent))
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                    -1);
}

const char *
kd_chip_get_text (KdChip *self)
{
  return gtk_label_get_text (GTK_LABEL (self->label));
}

void
kd_chip_set_icon_only (KdChip *self,
                       gboolean icon_only)
{
  g_return_if_fail (KD_IS_CHIP (self));

  gtk_widget_set_visible (self->label, !icon_only);
}

GtkWidget *
kd_chip_button_new (void)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "kd-chip-button");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), kd_chip_new ());
  return button;
}

KdChip *
kd_chip_button_get_chip (GtkWidget *button)
{
  return KD_CHIP (gtk_button_get_child (GTK_BUTTON (button)));
}
