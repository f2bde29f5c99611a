/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* A window that holds one pane's page on one target. A target that has one already gets it
 * presented instead. */
GtkWidget *kd_detail_window_open (GtkApplication *application, KdSession *session, const char *target);

G_END_DECLS
