/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-server.h"

G_BEGIN_DECLS

/**
 * kd_admin_run:
 * @command: "shop create --name ...", NULL-terminated
 *
 * Administration of a server that doesn't run: makes shops and accounts, prints one line of JSON.
 *
 * Returns: an exit code: 0 done, 1 refused, 2 wrong usage
 */
int kd_admin_run (KdServer *server,
                  const char *const *command);

/* Makes the demo shop where there is none, and waits for it. */
gboolean kd_admin_ensure_demo (KdServer *server,
                               GError **error);

/* KdHttpDemoFunc, with pictures in the server's own folder. */
void kd_admin_make_demo (KdServer *server,
                         const KdId *id,
                         const KdShopNew *asked,
                         KdServerCreatedFunc done,
                         gpointer user_data);

G_END_DECLS
