/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sweeper.h"

#include "kd-accept.h"

typedef enum
{
  CONN_IDLE,      /* between requests, or a head is coming in */
  CONN_BODY,      /* the head is there, the body not yet */
  CONN_ANSWER,    /* ours to do: it may take what it takes */
} ConnState;

typedef struct
{
  GSocket *socket;              /* not owned: a weak reference tells when it goes */
  SoupServerMessage *message;   /* a weak pointer: it holds the socket itself */
  ConnState state;
  gint64 since;
} Conn;

struct _KdSweeper
{
  SoupServer *server;
  GHashTable *conns;    /* GSocket -> Conn */
  GSource *timer;
  gulong started;
  gulong finished;
  gulong aborted;
  guint idle_ms;
  guint body_ms;
};

static void
let_message_go (Conn *conn,
                KdSweeper *self)
{
  if (!conn->message)
    return;
  g_signal_handlers_disconnect_by_data (conn->message, self);
  g_clear_weak_pointer (&conn->message);
}

static void
conn_free (gpointer data)
{
  Conn *conn = data;

  g_clear_weak_pointer (&conn->message);
  g_free (conn);
}

static void
enter (Conn *conn,
       ConnState state)
{
  conn->state = state;
  conn->since = g_get_monotonic_time ();
}

static void
socket_gone (gpointer data,
             GObject *dead)
{
  KdSweeper *self = data;

  g_hash_table_remove (self->conns, dead);
}

static void
forget (KdSweeper *self,
        GSocket *socket)
{
  g_object_weak_unref (G_OBJECT (socket), socket_gone, self);
  g_hash_table_remove (self->conns, socket);
}

static Conn *
conn_of (KdSweeper *self,
         SoupServerMessage *message)
{
  g_autoptr (GSocket) socket = kd_acceptor_get_socket (message);

  return socket != NULL ? g_hash_table_lookup (self->conns, socket) : NULL;
}

static void
got_headers_cb (SoupServerMessage *message,
                gpointer data)
{
  Conn *conn = conn_of (data, message);

  if (conn)
    enter (conn, CONN_BODY);
}

static void
got_body_cb (SoupServerMessage *message,
             gpointer data)
{
  Conn *conn = conn_of (data, message);

  if (conn)
    enter (conn, CONN_ANSWER);
}

/* SoupServer begins a "request" when a connection comes and again after each answer, long before a
 * byte of it is there: that makes it the sign of an idle connection. */
static void
request_started_cb (SoupServer *server,
                    SoupServerMessage *message,
                    gpointer data)
{
  KdSweeper *self = data;
  g_autoptr (GSocket) socket = kd_acceptor_get_socket (message);
  Conn *conn;

  if (!socket)
    return;
  conn = g_hash_table_lookup (self->conns, socket);
  if (!conn)
    {
      conn = g_new0 (Conn, 1);
      conn->socket = socket;
      g_hash_table_insert (self->conns, socket, conn);
      g_object_weak_ref (G_OBJECT (socket), socket_gone, self);
    }
  let_message_go (conn, self);
  enter (conn, CONN_IDLE);
  g_set_weak_pointer (&conn->message, message);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), self);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body_cb), self);
}

static void
request_ended_cb (SoupServer *server,
                  SoupServerMessage *message,
                  gpointer data)
{
  KdSweeper *self = data;
  Conn *conn = conn_of (self, message);

  if (!conn)
    return;
  let_message_go (conn, self);
  if (soup_server_message_get_status (message) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    forget (self, conn->socket);
  else
    enter (conn, CONN_IDLE);
}

/* Whether the other side has closed: something can be read, and it is the end. */
static gboolean
has_hung_up (GSocket *socket)
{
  GIOCondition is = g_socket_condition_check (socket, G_IO_IN | G_IO_HUP | G_IO_ERR);
  char byte;
  GInputVector vector = { &byte, 1 };
  int flags = G_SOCKET_MSG_PEEK;

  if (is & (G_IO_HUP | G_IO_ERR))
    return TRUE;
  /* Asked only when there is something, so it can't block whatever mode the socket is in. */
  return (is & G_IO_IN)
         && g_socket_receive_message (socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, NULL) <= 0;
}

static gboolean
is_dead (KdSweeper *self,
         const Conn *conn,
         gint64 now)
{
  gint64 ms = (now - conn->since) / 1000;

  switch (conn->state)
    {
    case CONN_IDLE:
      return ms >= self->idle_ms || has_hung_up (conn->socket);
    case CONN_BODY:
      return ms >= self->body_ms;
    case CONN_ANSWER:
    default:
      return FALSE;
    }
}

static gboolean
sweep_cb (gpointer data)
{
  KdSweeper *self = data;
  g_autoptr (GPtrArray) dead = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer conn;

  g_hash_table_iter_init (&iter, self->conns);
  while (g_hash_table_iter_next (&iter, NULL, &conn))
    if (g_socket_is_closed (((Conn *) conn)->socket) || is_dead (self, conn, now))
      g_ptr_array_add (dead, g_object_ref (((Conn *) conn)->socket));
  for (guint i = 0; i < dead->len; i++)
    {
      forget (self, dead->pdata[i]);
      g_socket_close (dead->pdata[i], NULL);
    }
  return G_SOURCE_CONTINUE;
}

KdSweeper *
kd_sweeper_new (SoupServer *server,
                const KdSweeperTimes *times)
{
  KdSweeper *self = g_new0 (KdSweeper, 1);

  self->server = g_object_ref (server);
  self->conns = g_hash_table_new_full (NULL, NULL, NULL, conn_free);
  self->idle_ms = times && times->idle_ms ? times->idle_ms : KD_SWEEPER_IDLE_MS;
  self->body_ms = times && times->body_ms ? times->body_ms : KD_SWEEPER_BODY_MS;
  self->started = g_signal_connect (server, "request-started", G_CALLBACK (request_started_cb), self);
  self->finished = g_signal_connect (server, "request-finished", G_CALLBACK (request_ended_cb), self);
  self->aborted = g_signal_connect (server, "request-aborted", G_CALLBACK (request_ended_cb), self);
  self->timer = g_timeout_source_new (times && times->every_ms ? times->every_ms
                                                               : KD_SWEEPER_EVERY_MS);
  g_source_set_callback (self->timer, sweep_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  return self;
}

void
kd_sweeper_free (KdSweeper *self)
{
  GHashTableIter iter;
  gpointer socket;
  gpointer conn;

  if (!self)
    return;
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_signal_handler_disconnect (self->server, self->started);
  g_signal_handler_disconnect (self->server, self->finished);
  g_signal_handler_disconnect (self->server, self->aborted);
  g_hash_table_iter_init (&iter, self->conns);
  while (g_hash_table_iter_next (&iter, &socket, &conn))
    {
      let_message_go (conn, self);
      g_object_weak_unref (socket, socket_gone, self);
    }
  g_hash_table_unref (self->conns);
  g_object_unref (self->server);
  g_free (self);
}

guint
kd_sweeper_count (KdSweeper *self)
{
  return g_hash_table_size (self->conns);
}
