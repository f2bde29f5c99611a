/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A count in a pill: what waits to be read or done. Not seen at 0; "99+" above 99. */
#define KD_TYPE_BADGE (kd_badge_get_type ())
G_DECLARE_FINAL_TYPE (KdBadge, kd_badge, KD, BADGE, GtkWidget)

GtkWidget *kd_badge_new (void);
unsigned kd_badge_get_count (KdBadge *self);
void kd_badge_set_count (KdBadge *self,
                         unsigned count);

G_END_DECLS
