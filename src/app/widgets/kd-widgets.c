/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-widgets.h"

#include "kd-css.h"
#include "kd-widgets-resources.h"

void
kd_widgets_init (void)
{
  /* Naming the resource keeps the linker from dropping it out of a static library. */
  g_resources_register (kd_widgets_get_resource ());
  kd_css_load ("/id/kedai/Kedai/widgets/style.css");
  /* A title that can be copied is not to look chosen each time a page takes the focus. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
}

void
kd_widgets_unparent_children (GtkWidget *widget)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}
