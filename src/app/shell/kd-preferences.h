/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* The computer's settings and the shop's profile. */
void kd_preferences_present (GtkWindow *parent, KdSession *session);

/* Light, dark or as the desktop has it, from the settings. */
void kd_preferences_apply_color_scheme (void);

G_END_DECLS
