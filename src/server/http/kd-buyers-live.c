/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-buyers-private.h"

/* The sockets of buyers. */

#define PING_S 25
#define DEAD_MS 60000

struct _KdBuyersLive
{
  int ref;
  KdHttp *http;
  const KdShop *shop;
  char *prefix, *session;
  const KdBuyersLiveFuncs *funcs;
  gpointer data;
  SoupWebsocketConnection *connection; /* NULL before the handshake is written */
  GPtrArray *waiting;                  /* texts until then */
  gboolean closed;
  guint dead;
};

static void
live_unref (KdBuyersLive *self)
{
  if (--self->ref > 0)
    return;
  g_clear_object (&self->connection);
  g_ptr_array_unref (self->waiting);
  g_free (self->prefix);
  g_free (self->session);
  g_free (self);
}

static void
live_end (KdBuyersLive *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_hash_table_remove (self->http->buyer_sockets, self);
  g_clear_handle_id (&self->dead, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  self->funcs->closed (self, self->data);
  kd_http_check_drained (self->http);
  live_unref (self);
}

/* ---- the head at its opening ---- */

typedef struct
{
  KdBuyersLive *live;
  gint64 head;
} Head;

static void
head_free (gpointer data)
{
  Head *head = data;

  live_unref (head->live);
  g_free (head);
}

static gboolean
read_head (KdSqlConnection *connection,
           const KdShop *shop,
           gpointer data,
           GError **error)
{
  Head *head = data;

  head->head = kd_shop_get_head (connection, shop, NULL, error);
  return head->head >= 0;
}

static void
head_read_cb (gpointer data,
              const GError *error,
              gpointer user_data)
{
  Head *head = data;

  if (error == NULL && !head->live->closed)
    head->live->funcs->moved (head->live, head->head, head->live->data);
}

/* ---- the socket ---- */

static gboolean
dead_cb (gpointer data)
{
  KdBuyersLive *self = data;

  self->dead = 0;
  g_io_stream_close_async (soup_websocket_connection_get_io_stream (self->connection), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
alive (KdBuyersLive *self)
{
  g_clear_handle_id (&self->dead, g_source_remove);
  self->dead = g_timeout_add (DEAD_MS, dead_cb, self);
}

static void
pong_cb (SoupWebsocketConnection *connection,
         GBytes *bytes,
         gpointer data)
{
  alive (data);
}

static void
message_cb (SoupWebsocketConnection *connection,
            int type,
            GBytes *bytes,
            gpointer data)
{
  KdBuyersLive *self = data;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  alive (self);
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    self->funcs->message (self, text, size, self->data);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer data)
{
  live_end (data);
}

static void
opened_cb (KdHttp *http,
           SoupWebsocketConnection *connection,
           gpointer data)
{
  KdBuyersLive *self = data;
  Head *head;

  if (connection == NULL)
    {
      live_end (self);
      return;
    }
  self->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, KD_BUYERS_LIVE_MAX_BYTES);
  soup_websocket_connection_set_keepalive_interval (connection, PING_S);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);
  if (http->draining)
    {
      kd_buyers_live_close (self, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
      return;
    }
  alive (self);
  for (guint i = 0; i < self->waiting->len; i++)
    soup_websocket_connection_send_text (connection, g_ptr_array_index (self->waiting, i));
  g_ptr_array_set_size (self->waiting, 0);
  head = g_new0 (Head, 1);
  self->ref++;
  head->live = self;
  kd_server_run_shop (http->server, &self->shop->id, KD_LANE_READ, read_head, head, head_free, head_read_cb, NULL);
}

static gboolean
is_room (KdHttp *http,
         const char *prefix,
         const char *session)
{
  guint of_session = 0, of_network = 0;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, http->buyer_sockets);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const KdBuyersLive *live = key;

      of_session += g_str_equal (live->session, session);
      of_network += g_str_equal (live->prefix, prefix);
    }
  return of_session < KD_BUYERS_LIVE_MAX_SESSION && of_network < KD_BUYERS_LIVE_MAX_NETWORK
         && g_hash_table_size (http->buyer_sockets) < KD_BUYERS_LIVE_MAX;
}

KdBuyersLive *
kd_buyers_accept (KdBuyersRequest *request,
                  const char *session,
                  const KdBuyersLiveFuncs *funcs,
                  gpointer data)
{
  KdBuyersLive *self;

  if (!is_room (request->request->http, request->request->prefix, session))
    {
      kd_request_refuse (request->request, 429, "sockets");
      return NULL;
    }
  self = g_new0 (KdBuyersLive, 1);
  self->ref = 1;
  self->http = request->request->http;
  self->shop = request->shop;
  self->prefix = g_strdup (request->request->prefix);
  self->session = g_strdup (session);
  self->funcs = funcs;
  self->data = data;
  self->waiting = g_ptr_array_new_with_free_func (g_free);
  if (!kd_request_upgrade (request->request, opened_cb, self))
    {
      live_unref (self);
      return NULL;
    }
  g_hash_table_add (self->http->buyer_sockets, self);
  return self;
}

void
kd_buyers_live_send (KdBuyersLive *self,
                     const char *text)
{
  if (self->closed)
    return;
  if (self->connection == NULL)
    g_ptr_array_add (self->waiting, g_strdup (text));
  else if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->connection, text);
}

void
kd_buyers_live_close (KdBuyersLive *self,
                      gushort code,
                      const char *reason)
{
  if (self->connection != NULL && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, code, reason);
}

const KdShop *
kd_buyers_live_get_shop (KdBuyersLive *self)
{
  return self->shop;
}

gboolean
kd_buyers_live_spend (KdBuyersLive *self,
                      KdBudget budget,
                      const char *session)
{
  return kd_buyers_spend (self->http, self->shop, self->prefix, budget, session);
}

static GPtrArray *
list_sockets (KdHttp *http)
{
  GPtrArray *sockets = g_ptr_array_new_with_free_func ((GDestroyNotify) live_unref);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, http->buyer_sockets);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      ((KdBuyersLive *) key)->ref++;
      g_ptr_array_add (sockets, key);
    }
  return sockets;
}

void
kd_buyers_moved (KdHttp *http,
                 const KdId *shop,
                 gint64 seq)
{
  g_autoptr (GPtrArray) sockets = list_sockets (http);

  for (guint i = 0; i < sockets->len; i++)
    {
      KdBuyersLive *self = g_ptr_array_index (sockets, i);

      if (!self->closed && self->connection != NULL && kd_id_equal (&self->shop->id, shop))
        self->funcs->moved (self, seq, self->data);
    }
}

void
kd_buyers_close_all (KdHttp *http)
{
  g_autoptr (GPtrArray) sockets = list_sockets (http);

  for (guint i = 0; i < sockets->len; i++)
    kd_buyers_live_close (g_ptr_array_index (sockets, i), SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}

/* ---- work ---- */

typedef struct
{
  KdBuyersWork work;
  KdBuyersLive *live;
  KdBuyersLiveDoneFunc done;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  if (run->work.destroy != NULL)
    run->work.destroy (run->work.data);
  live_unref (run->live);
  g_free (run);
}

static void
run_done_cb (gpointer data,
             const GError *error,
             gpointer user_data)
{
  Run *run = data;

  if (!run->live->closed)
    run->done (run->live, run->work.data, error);
}

void
kd_buyers_live_run (KdBuyersLive *self,
                    KdBuyersLane lane,
                    KdBuyersWorkFunc work,
                    gpointer data,
                    GDestroyNotify destroy,
                    KdBuyersLiveDoneFunc done)
{
  Run *run = g_new0 (Run, 1);

  run->work = (KdBuyersWork){ lane, work, data, destroy };
  self->ref++;
  run->live = self;
  run->done = done;
  kd_server_run_shop (self->http->server, &self->shop->id, lane == KD_BUYERS_READ ? KD_LANE_READ : KD_LANE_WRITE_BUYER,
                      kd_buyers_work, run, run_free, run_done_cb, NULL);
}
