/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-tone.h"

void
kd_tone_apply (GtkWidget *widget,
               KdTone tone)
{
  static const char *const classes[] = { "neutral", "accent", "good", "warning", "bad" };

  for (unsigned i = 0; i < G_N_ELEMENTS (classes); i++)
    if (i == tone)
      gtk_widget_add_css_class (widget, classes[i]);
    else
      gtk_widget_remove_css_class (widget, classes[i]);
}
