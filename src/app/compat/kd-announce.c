/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-announce.h"

void
kd_announce (GtkWidget *widget,
             const char *message)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
#if GTK_CHECK_VERSION (4, 14, 0)
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), message,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
#endif
}
