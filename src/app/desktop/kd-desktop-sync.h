/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-desktop-server.h"
#include "kd-profile.h"

G_BEGIN_DECLS

/* The sync engine of the open profile, as the window sees it: the server first where it is the
 * embedded one, then the account's session, then the engine. What is asked of it before that
 * waits. */
#define KD_TYPE_DESKTOP_SYNC (kd_desktop_sync_get_type ())
G_DECLARE_FINAL_TYPE (KdDesktopSync, kd_desktop_sync, KD, DESKTOP_SYNC, GObject)

KdDesktopSync *kd_desktop_sync_new (const KdProfile *profile,
                                    KdStore *store,
                                    KdDesktopServer *server);

/* (nullable) (transfer none): NULL until it was started */
KdAccount *kd_desktop_sync_get_account (KdDesktopSync *self);

G_END_DECLS
