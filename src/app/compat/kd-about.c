/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-about.h"

#include <adwaita.h>

void
kd_show_about (GtkWidget *parent,
               const KdAbout *about)
{
  GtkRoot *root = parent != NULL ? gtk_widget_get_root (parent) : NULL;
  GtkWidget *window = adw_about_window_new ();

  g_object_set (window,
                "transient-for", GTK_IS_WINDOW (root) ? root : NULL,
                "modal", TRUE,
                "application-name", about->name,
                "application-icon", about->icon_name,
                "version", about->version,
                "developer-name", about->developers,
                "website", about->website,
                "issue-url", about->issue_url,
                "comments", about->comments,
                "license-type", GTK_LICENSE_GPL_3_0,
                NULL);
  gtk_window_present (GTK_WINDOW (window));
}
