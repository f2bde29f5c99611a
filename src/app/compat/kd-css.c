/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-css.h"

void
kd_css_load (const char *resource_path)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) provider = NULL;
  g_autofree char *key = g_strconcat ("kd-css:", resource_path, NULL);

  g_return_if_fail (display != NULL);

  if (g_object_get_data (G_OBJECT (display), key) != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, resource_path);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data_full (G_OBJECT (display), key, g_steal_pointer (&provider), g_object_unref);
}
