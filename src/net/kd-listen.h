/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KD_LISTEN_BACKLOG 4096   /* SoupServer's own is 10, which fails under load */

typedef enum
{
  KD_LISTEN_EXCLUSIVE = 0,     /* nobody else may listen there */
  KD_LISTEN_SHARED = 1 << 0,   /* other processes of the same user may, and share the callers */
} KdListenFlags;

/**
 * kd_listen_open:
 * @host: a numeric address, or "localhost" for 127.0.0.1
 * @port: 0 for any free one
 *
 * Returns: (transfer full): a listening socket for kd_acceptor_new(); %NULL with an
 *   error of domain G_IO_ERROR (ADDRESS_IN_USE, PERMISSION_DENIED, INVALID_ARGUMENT, ...)
 */
GSocket *kd_listen_open (const char *host,
                         guint16 port,
                         KdListenFlags flags,
                         GError **error);

/* (transfer full): the address it got, as "127.0.0.1:4321" or "[::1]:4321". */
char *kd_listen_get_address (GSocket *socket);
guint16 kd_listen_get_port (GSocket *socket);

G_END_DECLS
