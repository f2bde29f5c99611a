/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-listen.h"

#include <gio/gnetworking.h>

#include <errno.h>

static gboolean
set_sharing (GSocket *socket,
             KdListenFlags flags,
             GError **error)
{
#ifdef G_OS_WIN32
  /* There SO_REUSEADDR would let anybody take the port over. */
  return g_socket_set_option (socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1, error);
#else
  /* A port of ours that just closed may be taken again at once; one that is in use may not. */
  if (!g_socket_set_option (socket, SOL_SOCKET, SO_REUSEADDR, 1, error))
    return FALSE;
#ifdef SO_REUSEPORT
  if (flags & KD_LISTEN_SHARED)
    return g_socket_set_option (socket, SOL_SOCKET, SO_REUSEPORT, 1, error);
#endif
  return TRUE;
#endif
}

/* g_socket_bind() would set the sharing back to what it thinks right. */
static gboolean
bind_to (GSocket *socket,
         GSocketAddress *where,
         GError **error)
{
  struct sockaddr_storage native;
  int why;

  if (!g_socket_address_to_native (where, &native, sizeof native, error))
    return FALSE;
  if (bind (g_socket_get_fd (socket), (struct sockaddr *) &native,
            (socklen_t) g_socket_address_get_native_size (where)) == 0)
    return TRUE;
#ifdef G_OS_WIN32
  why = g_io_error_from_win32_error (WSAGetLastError ());
#else
  why = g_io_error_from_errno (errno);
#endif
  g_set_error (error, G_IO_ERROR, why, "The address can't be listened on");
  return FALSE;
}

GSocket *
kd_listen_open (const char *host,
                guint16 port,
                KdListenFlags flags,
                GError **error)
{
  const char *numeric = g_str_equal (host, "localhost") ? "127.0.0.1" : host;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (numeric);
  g_autoptr (GSocketAddress) where = NULL;
  g_autoptr (GSocket) listener = NULL;

  if (!address)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is no numeric address to listen on", host);
      return NULL;
    }
  where = g_inet_socket_address_new (address, port);
  listener = g_socket_new (g_inet_address_get_family (address), G_SOCKET_TYPE_STREAM,
                           G_SOCKET_PROTOCOL_TCP, error);
  if (!listener || !set_sharing (listener, flags, error))
    return NULL;
  g_socket_set_listen_backlog (listener, KD_LISTEN_BACKLOG);
  if (!bind_to (listener, where, error) || !g_socket_listen (listener, error))
    return NULL;
  return g_steal_pointer (&listener);
}

char *
kd_listen_get_address (GSocket *socket)
{
  g_autoptr (GSocketAddress) where = g_socket_get_local_address (socket, NULL);

  return where ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (where)) : NULL;
}

guint16
kd_listen_get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) where = g_socket_get_local_address (socket, NULL);

  return where ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (where)) : 0;
}
