/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-tone.h"

G_BEGIN_DECLS

/* A line above a page's content that stays until its reason is gone: disk full, an update needed.
 * Offline is no reason for one: the sync chip says that. */
#define KD_TYPE_BANNER (kd_banner_get_type ())
G_DECLARE_FINAL_TYPE (KdBanner, kd_banner, KD, BANNER, GtkWidget)

GtkWidget *kd_banner_new (void);

void kd_banner_show (KdBanner *self,
                     const char *text,
                     KdTone tone);
void kd_banner_hide (KdBanner *self);
gboolean kd_banner_is_shown (KdBanner *self);

/* A button at the end; label NULL takes it away. action_name: detailed, "win.sync-drawer". */
void kd_banner_set_button (KdBanner *self,
                           const char *label,
                           const char *action_name);

G_END_DECLS
