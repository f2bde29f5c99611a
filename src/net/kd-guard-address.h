/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-guard.h"

G_BEGIN_DECLS

/* A host and port to connect to, whose looked-up addresses pass the guard one by one. It is a
 * GNetworkAddress, so that certificates are still held against the host's name. Private to net/. */

#define KD_TYPE_GUARD_ADDRESS (kd_guard_address_get_type ())
G_DECLARE_FINAL_TYPE (KdGuardAddress, kd_guard_address, KD, GUARD_ADDRESS, GNetworkAddress)

KdGuardAddress *kd_guard_address_new (KdGuard *guard,
                                      const char *host,
                                      guint16 port,
                                      const char *scheme);

/* Whether it led to addresses that were refused, and to no other. */
gboolean kd_guard_address_was_refused (KdGuardAddress *address);

G_END_DECLS
