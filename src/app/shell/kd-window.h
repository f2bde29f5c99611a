/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* The main window of one open profile: rail, panes, header with the sync chip. Signal "saved": where
 * it stands was written, some time after another pane or target was shown. */
#define KD_TYPE_WINDOW (kd_window_get_type ())
G_DECLARE_FINAL_TYPE (KdWindow, kd_window, KD, WINDOW, AdwApplicationWindow)

GtkWidget *kd_window_new (GtkApplication *application, KdSession *session);
KdSession *kd_window_get_session (KdWindow *self);

/* Shows a target in the pane that is for its kind. */
gboolean kd_window_open (KdWindow *self, const char *target);
/* Pane, selection, size: as they were. */
void kd_window_restore (KdWindow *self);
/* Writes them now. */
void kd_window_save (KdWindow *self);
void kd_window_show_pane (KdWindow *self, const char *id);

G_END_DECLS
