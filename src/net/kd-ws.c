/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-ws.h"

struct _KdWs
{
  grefcount refs;
  SoupSession *session;
  char *url;
  char *token;
  KdWsTimes times;
  KdWsEvents events;
  gpointer data;
  KdBackoff backoff;
  KdBackoffRandom random;
  gpointer random_data;

  gboolean started;
  GCancellable *cancellable;           /* of the handshake, while one is going on */
  SoupWebsocketConnection *connection; /* while it is up */
  gint64 up_since;
  GSource *timer;                      /* end of the handshake, of silence, or of the wait */
};

static void go_down (KdWs *self,
                     guint status);

static KdWs *
ws_ref (KdWs *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void
ws_unref (KdWs *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->session);
  g_free (self->url);
  g_free (self->token);
  g_free (self);
}

static void
stop_timer (KdWs *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
set_timer (KdWs *self,
           gint64 ms,
           GSourceFunc func)
{
  stop_timer (self);
  self->timer = g_timeout_source_new ((guint) ms);
  g_source_set_callback (self->timer, func, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* ---- while it is up ---- */

static gboolean
silent_cb (gpointer data)
{
  KdWs *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  g_debug ("The live socket has gone silent");
  go_down (self, 0);
  return G_SOURCE_REMOVE;
}

static void
heard (KdWs *self)
{
  g_source_set_ready_time (self->timer,
                           g_get_monotonic_time () + (gint64) self->times.dead_ms * 1000);
}

static void
message_cb (SoupWebsocketConnection *connection,
            int type,
            GBytes *bytes,
            gpointer data)
{
  KdWs *self = data;
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);

  heard (self);
  if (type == SOUP_WEBSOCKET_DATA_TEXT && self->events.text)
    {
      ws_ref (self);
      self->events.text (self, text ? text : "", size, self->data);
      ws_unref (self);
    }
}

static void
pong_cb (SoupWebsocketConnection *connection,
         GBytes *bytes,
         gpointer data)
{
  heard (data);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer data)
{
  go_down (data, 0);
}

static void
gone_cb (SoupWebsocketConnection *connection,
         gpointer data)
{
  g_object_unref (connection);
}

/* Lets a connection end by itself. A stuck peer never answers a closing, so the stream is closed
 * under it; a living one is told first, and libsoup closes if it doesn't answer in some seconds. */
static void
drop_connection (KdWs *self,
                 gboolean stuck)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);

  if (!connection)
    return;
  g_signal_handlers_disconnect_by_data (connection, self);
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_CLOSED)
    {
      g_object_unref (connection);
      return;
    }
  g_signal_connect (connection, "closed", G_CALLBACK (gone_cb), NULL);
  if (!stuck && soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  else
    g_io_stream_close_async (soup_websocket_connection_get_io_stream (connection),
                             G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

/* ---- connecting ---- */

static gboolean
too_slow_cb (gpointer data)
{
  KdWs *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
come_up (KdWs *self,
         SoupWebsocketConnection *connection)
{
  self->connection = connection;
  self->up_since = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (connection, KD_WS_MAX_BYTES);
  soup_websocket_connection_set_keepalive_interval (connection, (self->times.ping_ms + 999) / 1000);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);
  set_timer (self, self->times.dead_ms, silent_cb);
  if (self->events.up)
    self->events.up (self, self->data);
}

/* A handshake that was given up in the meantime ends here too: it is known by its own state. */
typedef struct
{
  KdWs *ws;
  SoupMessage *message;
  GCancellable *cancellable;
} Dial;

static void
connected_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  Dial *dial = data;
  KdWs *self = dial->ws;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection
      = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (dial->message);

  if (self->cancellable != dial->cancellable)
    {
      /* Nobody waits for it any more. */
      if (connection)
        g_io_stream_close_async (soup_websocket_connection_get_io_stream (connection),
                                 G_PRIORITY_DEFAULT, NULL, NULL, NULL);
      g_clear_object (&connection);
    }
  else
    {
      g_clear_object (&self->cancellable);
      if (connection)
        come_up (self, connection);
      else
        {
          g_debug ("No live socket: %s", error->message);
          go_down (self, status >= 300 ? status : 0);
        }
    }
  g_object_unref (dial->message);
  g_object_unref (dial->cancellable);
  g_free (dial);
  ws_unref (self);
}

static void
connect_now (KdWs *self)
{
  Dial *dial = g_new0 (Dial, 1);

  dial->ws = ws_ref (self);
  dial->message = soup_message_new ("GET", self->url);
  dial->cancellable = g_cancellable_new ();
  soup_message_add_flags (dial->message,
                          SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  if (self->token)
    {
      g_autofree char *value = g_strconcat ("Bearer ", self->token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (dial->message),
                                    "Authorization", value);
    }
  g_set_object (&self->cancellable, dial->cancellable);
  set_timer (self, self->times.connect_ms, too_slow_cb);
  soup_session_websocket_connect_async (self->session, dial->message, NULL, NULL,
                                        G_PRIORITY_DEFAULT, dial->cancellable, connected_cb, dial);
}

static gboolean
retry_cb (gpointer data)
{
  KdWs *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
go_down (KdWs *self,
         guint status)
{
  gint64 wait;

  if (self->connection
      && g_get_monotonic_time () - self->up_since >= (gint64) self->times.stable_ms * 1000)
    kd_backoff_reset (&self->backoff);
  drop_connection (self, TRUE);
  wait = kd_backoff_next (&self->backoff, self->random, self->random_data);
  set_timer (self, wait, retry_cb);
  if (self->events.down)
    {
      ws_ref (self);
      self->events.down (self, status, wait, self->data);
      ws_unref (self);
    }
}

/* ---- public ---- */

KdWs *
kd_ws_new (SoupSession *session,
           const char *url,
           const KdWsTimes *times,
           const KdWsEvents *events,
           gpointer data,
           KdBackoffRandom random,
           gpointer random_data)
{
  KdWs *self = g_new0 (KdWs, 1);

  g_ref_count_init (&self->refs);
  self->session = g_object_ref (session);
  self->url = g_strdup (url);
  if (times)
    self->times = *times;
#define OR_DEFAULT(field, value) self->times.field = self->times.field ? self->times.field : (value)
  OR_DEFAULT (ping_ms, KD_WS_PING_MS);
  OR_DEFAULT (dead_ms, KD_WS_DEAD_MS);
  OR_DEFAULT (connect_ms, KD_WS_CONNECT_MS);
  OR_DEFAULT (stable_ms, KD_WS_STABLE_MS);
  OR_DEFAULT (retry_min_ms, KD_BACKOFF_SOCKET_MIN_MS);
  OR_DEFAULT (retry_max_ms, KD_BACKOFF_SOCKET_MAX_MS);
#undef OR_DEFAULT
  self->events = *events;
  self->data = data;
  self->random = random;
  self->random_data = random_data;
  kd_backoff_init (&self->backoff, self->times.retry_min_ms, self->times.retry_max_ms);
  return self;
}

void
kd_ws_free (KdWs *self)
{
  if (!self)
    return;
  kd_ws_stop (self);
  self->events = (KdWsEvents){ 0 };
  ws_unref (self);
}

void
kd_ws_set_token (KdWs *self,
                 const char *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

void
kd_ws_start (KdWs *self)
{
  if (self->started)
    return;
  self->started = TRUE;
  connect_now (self);
}

void
kd_ws_stop (KdWs *self)
{
  self->started = FALSE;
  stop_timer (self);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  drop_connection (self, FALSE);
  kd_backoff_reset (&self->backoff);
}

void
kd_ws_poke (KdWs *self)
{
  kd_backoff_reset (&self->backoff);
  if (self->started && !self->connection && !self->cancellable)
    connect_now (self);
}

gboolean
kd_ws_is_up (KdWs *self)
{
  return self->connection != NULL;
}

gboolean
kd_ws_send_text (KdWs *self,
                 const char *text)
{
  if (!self->connection
      || soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return FALSE;
  soup_websocket_connection_send_text (self->connection, text);
  return TRUE;
}
