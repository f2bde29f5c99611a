/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the about window says; strings already translated; NULL for what isn't said. */
typedef struct {
  const char *name;
  const char *icon_name;
  const char *version;
  const char *developers;
  const char *website;
  const char *issue_url;
  const char *comments;
} KdAbout;

/* Shows the about window over parent's window. The licence is the program's: GPL 3 or later. */
void kd_show_about (GtkWidget *parent,
                    const KdAbout *about);

G_END_DECLS
