/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-desktop-server.h"
#include "kd-desktop-sync.h"

G_BEGIN_DECLS

/* How a profile comes to be on this computer: a shop of its own with the embedded server, the demo
 * shop, or one on a server elsewhere. */
#define KD_TYPE_DESKTOP_ACCOUNTS (kd_desktop_accounts_get_type ())
G_DECLARE_FINAL_TYPE (KdDesktopAccounts, kd_desktop_accounts, KD, DESKTOP_ACCOUNTS, GObject)

/* The address of the demo shop on the embedded server; `kedai-server --demo` makes the same. */
#define KD_DEMO_SLUG "demo"

/* @data: the data folder */
KdDesktopAccounts *kd_desktop_accounts_new (const char *data,
                                            KdDesktopServer *server);

/* @sync: (nullable): of the shop that is open: other computers are let in as its user */
void kd_desktop_accounts_set_sync (KdDesktopAccounts *self,
                                   KdDesktopSync *sync);

G_END_DECLS
