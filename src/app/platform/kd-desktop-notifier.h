/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-services.h"

G_BEGIN_DECLS

/* The desktop's notifications. Without a notification daemon nothing is shown, and that is no
 * error. */
#define KD_TYPE_DESKTOP_NOTIFIER (kd_desktop_notifier_get_type ())
G_DECLARE_FINAL_TYPE (KdDesktopNotifier, kd_desktop_notifier, KD, DESKTOP_NOTIFIER, GObject)

KdNotifier *kd_desktop_notifier_new (const char *app_name, const char *icon_name);
/* Whether notifications make a sound. */
void kd_desktop_notifier_set_sound (KdDesktopNotifier *self, gboolean sound);

G_END_DECLS
