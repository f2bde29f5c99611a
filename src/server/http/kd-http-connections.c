/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

/* The connections of the server. SoupServer has no time limits of its own, and keeps the
 * descriptor of a connection that its client closed while it was idle: both are seen to here. */

#define SWEEP_MS 500

typedef enum { IDLE, HEADERS, BODY, ANSWER } State;

typedef struct
{
  GSocket *socket;          /* weak */
  State state;
  gint64 since;             /* monotonic, us */
} Connection;

struct _KdConnections
{
  GHashTable *connections;  /* GSocket -> Connection */
  gint64 header_us, body_us;
  guint sweep;
};

static void
socket_gone_cb (gpointer data,
                GObject *dead)
{
  KdConnections *self = data;

  g_hash_table_remove (self->connections, dead);
}

static void
drop (KdConnections *self,
      Connection *connection)
{
  GSocket *socket = connection->socket;

  g_object_weak_unref (G_OBJECT (socket), socket_gone_cb, self);
  g_hash_table_remove (self->connections, socket);
}

/* Readable with nothing to read: the other side has closed. */
static gboolean
is_closed_by_peer (GSocket *socket)
{
  return (g_socket_condition_check (socket, G_IO_IN) & G_IO_IN) != 0 && g_socket_get_available_bytes (socket) == 0;
}

static gboolean
is_late (KdConnections *self,
         const Connection *connection,
         gint64 now)
{
  switch (connection->state)
    {
    case IDLE:
    case HEADERS:
      return now - connection->since > self->header_us;
    case BODY:
      return now - connection->since > self->body_us;
    default:
      return FALSE;
    }
}

static gboolean
sweep_cb (gpointer data)
{
  KdConnections *self = data;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GPtrArray) late = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Connection *connection = value;

      if (g_socket_is_closed (connection->socket)
          || is_late (self, connection, now)
          || (connection->state != ANSWER && is_closed_by_peer (connection->socket)))
        g_ptr_array_add (late, connection);
    }
  for (guint i = 0; i < late->len; i++)
    {
      Connection *connection = g_ptr_array_index (late, i);
      g_autoptr (GSocket) socket = g_object_ref (connection->socket);

      if (connection->state == IDLE || is_closed_by_peer (socket))
        {
          drop (self, connection);
          g_socket_close (socket, NULL);
        }
      else
        g_socket_shutdown (socket, TRUE, TRUE, NULL); /* its message sees the end, and ends */
    }
  return G_SOURCE_CONTINUE;
}

KdConnections *
kd_connections_new (guint header_ms,
                    guint body_ms)
{
  KdConnections *self = g_new0 (KdConnections, 1);

  self->connections = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->header_us = (gint64) header_ms * 1000;
  self->body_us = (gint64) body_ms * 1000;
  self->sweep = g_timeout_add (SWEEP_MS, sweep_cb, self);
  return self;
}

void
kd_connections_free (KdConnections *self)
{
  GHashTableIter iter;
  gpointer key;

  g_source_remove (self->sweep);
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_object_weak_unref (key, socket_gone_cb, self);
  g_hash_table_unref (self->connections);
  g_free (self);
}

static Connection *
find (KdConnections *self,
      SoupServerMessage *msg)
{
  GSocket *socket = soup_server_message_get_socket (msg);

  return socket != NULL ? g_hash_table_lookup (self->connections, socket) : NULL;
}

static void
set_state (KdConnections *self,
           SoupServerMessage *msg,
           State state)
{
  Connection *connection = find (self, msg);

  if (connection == NULL)
    return;
  connection->state = state;
  connection->since = g_get_monotonic_time ();
}

void
kd_connections_started (KdConnections *self,
                        SoupServerMessage *msg)
{
  GSocket *socket = soup_server_message_get_socket (msg);

  if (socket == NULL)
    return;
  if (!g_hash_table_contains (self->connections, socket))
    {
      Connection *connection = g_new0 (Connection, 1);

      connection->socket = socket;
      g_hash_table_insert (self->connections, socket, connection);
      g_object_weak_ref (G_OBJECT (socket), socket_gone_cb, self);
    }
  set_state (self, msg, HEADERS);
}

void
kd_connections_headers (KdConnections *self,
                        SoupServerMessage *msg)
{
  set_state (self, msg, BODY);
}

void
kd_connections_body (KdConnections *self,
                     SoupServerMessage *msg)
{
  set_state (self, msg, ANSWER);
}

void
kd_connections_ended (KdConnections *self,
                      SoupServerMessage *msg)
{
  set_state (self, msg, IDLE);
}

void
kd_connections_forget (KdConnections *self,
                       SoupServerMessage *msg)
{
  Connection *connection = find (self, msg);

  if (connection != NULL)
    drop (self, connection);
}
