/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-badge.h"

#include "kd-widgets.h"

#include <glib/gi18n.h>

#define MOST_SHOWN 99

struct _KdBadge {
  GtkWidget parent_instance;

  GtkWidget *label;
  unsigned count;
};

G_DEFINE_FINAL_TYPE (KdBadge, kd_badge, GTK_TYPE_WIDGET)

static void
kd_badge_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_badge_parent_class)->dispose (object);
}

static void
kd_badge_class_init (KdBadgeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_badge_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "badge");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
kd_badge_init (KdBadge *self)
{
  self->label = gtk_label_new (NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
kd_badge_new (void)
{
  return g_object_new (KD_TYPE_BADGE, NULL);
}

unsigned
kd_badge_get_count (KdBadge *self)
{
  return self->count;
}

void
kd_badge_set_count (KdBadge *self,
                    unsigned count)
{
  g_autofree char *shown = NULL;
  g_autofree char *spoken = NULL;

  g_return_if_fail (KD_IS_BADGE (self));

  if (self->count == count)
    return;
  self->count = count;
  shown = count > MOST_SHOWN ? g_strdup_printf ("%d+", MOST_SHOWN) : g_strdup_printf ("%u", count);
  spoken = g_strdup_printf (ngettext ("%u waiting", "%u waiting", count), count);
  gtk_label_set_text (GTK_LABEL (self->label), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), count > 0);
}
