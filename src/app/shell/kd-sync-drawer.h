/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* What waits to be sent, what was refused and why, what lost against another edit, what somebody
 * has to see to: each with what can be done about it. */
void kd_sync_drawer_present (GtkWindow *parent, KdSession *session);

G_END_DECLS
