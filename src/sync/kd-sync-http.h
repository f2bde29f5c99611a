/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-account.h"
#include "kd-sync-transport.h"

G_BEGIN_DECLS

#define KD_TYPE_SYNC_HTTP (kd_sync_http_get_type ())
G_DECLARE_FINAL_TYPE (KdSyncHttp, kd_sync_http, KD, SYNC_HTTP, GObject)

/**
 * kd_sync_http_new:
 * @account: signed in; asked for its address and token at each request
 *
 * The transport of a real server. A refused access token is renewed once, silently; a server that
 * has moved to another port is found by the account's new address.
 */
KdSyncTransport *kd_sync_http_new (KdAccount *account, const KdId *shop);

G_END_DECLS
