/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-about.h"

#include <adwaita.h>

static const char *
given (const char *text)
{
  return text != NULL ? text : "";
}

void
kd_show_about (GtkWidget *parent,
               const KdAbout *about)
{
  GtkRoot *root = parent != NULL ? gtk_widget_get_root (parent) : NULL;
  GtkWidget *window = adw_about_window_new ();

  g_object_set (window,
                "transient-for", GTK_IS_WINDOW (root) ? root : NULL,
                "modal", TRUE,
                "application-name", given (about->name),
                "application-icon", given (about->icon_name),
                "version", given (about->version),
                "developer-name", given (about->developers),
                "website", given (about->website),
                "issue-url", given (about->issue_url),
                "comments", given (about->comments),
                "license-type", GTK_LICENSE_GPL_3_0,
                NULL);
  gtk_window_present (GTK_WINDOW (window));
}
