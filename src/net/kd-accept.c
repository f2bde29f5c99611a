/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-accept.h"

#include "kd-listen.h"

#include <gio/gnetworking.h>

struct _KdAcceptor
{
  SoupServer *server;
  GSocket *socket;
  GTlsCertificate *certificate;   /* (nullable) */
  GSource *ready;                 /* (nullable): while it pauses */
  GSource *pause;                 /* (nullable) */
};

static void listen_again (KdAcceptor *self);

static GQuark
socket_quark (void)
{
  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("kd-acceptor-socket");
  return quark;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* SoupServer hands the caller's address on with each message and nothing else of ours. The
 * reference is weak because the socket holds the address. */
static void
remember_socket (GSocketAddress *remote,
                 GSocket *socket)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  g_weak_ref_init (ref, socket);
  g_object_set_qdata_full (G_OBJECT (remote), socket_quark (), ref, weak_ref_free);
}

GSocket *
kd_acceptor_get_socket (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GWeakRef *ref = remote != NULL ? g_object_get_qdata (G_OBJECT (remote), socket_quark ()) : NULL;

  return ref != NULL ? g_weak_ref_get (ref) : NULL;
}

/* What can't be taken in is dropped: the caller sees a closed connection. */
static void
take_in (KdAcceptor *self,
         GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream = NULL;

  if (local == NULL || remote == NULL)
    return;
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  connection = g_socket_connection_factory_create_connection (socket);
  if (self->certificate == NULL)
    stream = g_object_ref (G_IO_STREAM (connection));
  else
    stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  if (stream == NULL)
    return;
  remember_socket (remote, socket);
  soup_server_accept_iostream (self->server, stream, local, remote, NULL);
}

static gboolean
pause_over_cb (gpointer data)
{
  KdAcceptor *self = data;

  g_clear_pointer (&self->pause, g_source_unref);
  listen_again (self);
  return G_SOURCE_REMOVE;
}

static gboolean
ready_cb (GSocket *listening,
          GIOCondition condition,
          gpointer data)
{
  KdAcceptor *self = data;

  for (guint i = 0; i < KD_ACCEPT_AT_ONCE; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &error);

      if (socket != NULL)
        {
          take_in (self, socket);
          continue;
        }
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
      g_clear_pointer (&self->ready, g_source_unref);
      self->pause = g_timeout_source_new (KD_ACCEPT_PAUSE_MS);
      g_source_set_callback (self->pause, pause_over_cb, self, NULL);
      g_source_attach (self->pause, g_main_context_get_thread_default ());
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
listen_again (KdAcceptor *self)
{
  self->ready = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->ready, G_SOURCE_FUNC (ready_cb), self, NULL);
  g_source_attach (self->ready, g_main_context_get_thread_default ());
}

/* SoupServer reads a second request from a connection only as long as it has a listener. This gives
 * it one on which nobody can call. */
static void
add_deaf_listener (SoupServer *server)
{
  g_autoptr (GSocket) deaf = kd_listen_open ("127.0.0.1", 0, KD_LISTEN_EXCLUSIVE, NULL);

  if (deaf == NULL)
    return;
  soup_server_listen_socket (server, deaf, 0, NULL);
  g_socket_shutdown (deaf, TRUE, TRUE, NULL);
}

KdAcceptor *
kd_acceptor_new (SoupServer *server,
                 GSocket *socket,
                 GTlsCertificate *certificate)
{
  KdAcceptor *self = g_new0 (KdAcceptor, 1);

  self->server = g_object_ref (server);
  self->socket = g_object_ref (socket);
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  g_socket_set_blocking (socket, FALSE);
  add_deaf_listener (server);
  listen_again (self);
  return self;
}

static void
stop (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
kd_acceptor_free (KdAcceptor *self)
{
  if (self == NULL)
    return;
  stop (&self->ready);
  stop (&self->pause);
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_clear_object (&self->certificate);
  g_object_unref (self->server);
  g_free (self);
}
