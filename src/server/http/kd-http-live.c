/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

/* Live sockets of /v1/live: each carries "shop is at n" for the shops of its user, and nothing
 * else. Who is a member is looked up when the socket opens and every minute again. */

#define GAP_MS 100            /* between two frames of a shop */
#define PING_S 25
#define DEAD_MS 60000
#define CLOSE_AUTH 4401
#define CLOSE_GOING SOUP_WEBSOCKET_CLOSE_GOING_AWAY
#define FRAME_MAX 4096        /* what a client may send; it has nothing to say */
#define SOCKETS_MAX 8         /* of one session: a program needs one */

typedef struct
{
  KdLive *live;
  KdControlSession session;
  SoupWebsocketConnection *connection; /* NULL before the handshake */
  GHashTable *shops;          /* KdId -> gint64: seq that was sent last */
  guint dead, recheck;
  int ref;
} Client;

typedef struct
{
  KdLive *live;
  KdLiveHead head;
  guint timeout;              /* frames wait until then */
  gboolean waiting;
} Shop;

struct _KdLive
{
  KdHttp *http;
  GHashTable *clients;        /* Client */
  GHashTable *shops;          /* KdId -> Shop */
};

static void check_shops (Client *client);

static void
shop_free (gpointer data)
{
  Shop *shop = data;

  g_clear_handle_id (&shop->timeout, g_source_remove);
  g_free (shop);
}

KdLive *
kd_live_new (KdHttp *http)
{
  KdLive *self = g_new0 (KdLive, 1);

  self->http = http;
  self->clients = g_hash_table_new (NULL, NULL);
  self->shops = g_hash_table_new_full (kd_id_hash, kd_id_equal, NULL, shop_free);
  return self;
}

void
kd_live_free (KdLive *self)
{
  g_hash_table_unref (self->clients);
  g_hash_table_unref (self->shops);
  g_free (self);
}

static void
client_unref (Client *client)
{
  if (--client->ref > 0)
    return;
  g_hash_table_unref (client->shops);
  g_clear_object (&client->connection);
  g_free (client);
}

/* The socket is gone: nothing is sent to it any more. */
static void
client_end (Client *client)
{
  if (!g_hash_table_remove (client->live->clients, client))
    return;
  g_clear_handle_id (&client->dead, g_source_remove);
  g_clear_handle_id (&client->recheck, g_source_remove);
  if (client->connection != NULL)
    g_signal_handlers_disconnect_by_data (client->connection, client);
  kd_http_check_drained (client->live->http);
  client_unref (client);
}

static void
client_close (Client *client,
              gushort code)
{
  if (client->connection != NULL
      && soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (client->connection, code, NULL);
}

/* ---- frames ---- */

static void
send_head (Client *client,
           const KdLiveHead *head)
{
  gint64 *sent = g_hash_table_lookup (client->shops, &head->shop);
  g_autofree char *text = NULL;

  if (sent == NULL || *sent >= head->seq || client->connection == NULL
      || soup_websocket_connection_get_state (client->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  *sent = head->seq;
  text = kd_live_head_to_json (head);
  soup_websocket_connection_send_text (client->connection, text);
}

static void
send_to_all (KdLive *self,
             const KdLiveHead *head)
{
  GHashTableIter iter;
  gpointer client;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    send_head (client, head);
  kd_buyers_moved (self->http, &head->shop, head->seq);
}

static gboolean
gap_over_cb (gpointer data)
{
  Shop *shop = data;

  if (!shop->waiting)
    {
      shop->timeout = 0;
      return G_SOURCE_REMOVE;
    }
  shop->waiting = FALSE;
  send_to_all (shop->live, &shop->head);
  return G_SOURCE_CONTINUE;
}

void
kd_live_moved (KdLive *self,
               const KdId *id,
               gint64 seq,
               const KdId *epoch)
{
  Shop *shop = g_hash_table_lookup (self->shops, id);

  if (shop == NULL)
    {
      shop = g_new0 (Shop, 1);
      shop->live = self;
      shop->head.shop = *id;
      g_hash_table_insert (self->shops, &shop->head.shop, shop);
    }
  shop->head.seq = seq;
  shop->head.epoch = *epoch;
  /* the first at once, then at most one in GAP_MS */
  if (shop->timeout != 0)
    {
      shop->waiting = TRUE;
      return;
    }
  shop->timeout = g_timeout_add (GAP_MS, gap_over_cb, shop);
  send_to_all (self, &shop->head);
}

/* ---- who may hear of which shop ---- */

typedef struct
{
  Client *client;
  KdId shop, epoch;
  GArray *shops;              /* of KdId */
  gint64 head;
  gboolean member, open;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_clear_pointer (&check->shops, g_array_unref);
  client_unref (check->client);
  g_free (check);
}

static gboolean
read_member (KdSqlConnection *connection,
             const KdShop *shop,
             gpointer data,
             GError **error)
{
  Check *check = data;
  GError *failed = NULL;
  KdRole role;
  KdScopes scopes;

  check->member = kd_shop_get_member (connection, shop, &check->client->session.user, &role, &scopes, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  check->head = kd_shop_get_head (connection, shop, &check->epoch, error);
  return check->head >= 0;
}

static void
member_read_cb (gpointer data,
                const GError *error,
                gpointer user_data)
{
  Check *check = data;
  Client *client = check->client;

  if (error != NULL || !g_hash_table_contains (client->live->clients, client))
    return;
  if (!check->member)
    g_hash_table_remove (client->shops, &check->shop);
  else if (!g_hash_table_contains (client->shops, &check->shop))
    {
      KdLiveHead head = { check->shop, check->head, check->epoch };
      gint64 *sent = g_new (gint64, 1);

      *sent = -1;
      g_hash_table_insert (client->shops, g_memdup2 (&check->shop, sizeof check->shop), sent);
      send_head (client, &head);
    }
}

static gboolean
read_session (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Check *check = data;

  if (!kd_control_session_is_open (connection, &check->client->session.session, &check->open, error))
    return FALSE;
  check->shops = kd_control_list_user_shops (connection, &check->client->session.user, error);
  return check->shops != NULL;
}

static void
session_read_cb (gpointer data,
                 const GError *error,
                 gpointer user_data)
{
  Check *check = data;
  Client *client = check->client;

  if (error != NULL || !g_hash_table_contains (client->live->clients, client))
    return;
  if (!check->open)
    {
      client_close (client, CLOSE_AUTH);
      return;
    }
  for (guint i = 0; i < check->shops->len; i++)
    {
      Check *member = g_new0 (Check, 1);

      client->ref++;
      member->client = client;
      member->shop = g_array_index (check->shops, KdId, i);
      kd_server_run_shop (client->live->http->server, &member->shop, KD_LANE_READ, read_member, member, check_free,
                          member_read_cb, NULL);
    }
}

static void
check_shops (Client *client)
{
  Check *check = g_new0 (Check, 1);

  client->ref++;
  check->client = client;
  kd_server_run_control (client->live->http->server, read_session, check, check_free, session_read_cb, NULL);
}

static gboolean
recheck_cb (gpointer data)
{
  check_shops (data);
  return G_SOURCE_CONTINUE;
}

/* ---- the socket ---- */

/* It doesn't answer our pings: its stream is closed from below, which gives "closed". */
static gboolean
dead_cb (gpointer data)
{
  Client *client = data;

  client->dead = 0;
  g_io_stream_close_async (soup_websocket_connection_get_io_stream (client->connection), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
alive (Client *client)
{
  g_clear_handle_id (&client->dead, g_source_remove);
  client->dead = g_timeout_add (DEAD_MS, dead_cb, client);
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
  alive (data);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer data)
{
  client_end (data);
}

static void
opened_cb (KdHttp *http,
           SoupWebsocketConnection *connection,
           gpointer data)
{
  Client *client = data;

  if (connection == NULL || http->draining)
    {
      if (connection != NULL)
        soup_websocket_connection_close (connection, CLOSE_GOING, NULL);
      client_end (client);
      return;
    }
  client->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, FRAME_MAX);
  soup_websocket_connection_set_keepalive_interval (connection, PING_S);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), client);
  g_signal_connect (connection, "pong", G_CALLBACK (pong_cb), client);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), client);
  client->recheck = g_timeout_add (http->live_check_ms, recheck_cb, client);
  alive (client);
  check_shops (client);
}

static guint
count_of_session (KdLive *self,
                  const KdId *session)
{
  GHashTableIter iter;
  gpointer client;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    n += kd_id_equal (&((Client *) client)->session.session, session);
  return n;
}

void
kd_live_open (KdRequest *request)
{
  Client *client;

  if (count_of_session (request->http->live, &request->session.session) >= SOCKETS_MAX)
    {
      kd_request_refuse (request, 429, "sockets");
      return;
    }
  client = g_new0 (Client, 1);
  client->ref = 1;
  client->live = request->http->live;
  client->session = request->session;
  client->shops = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, g_free);
  /* it counts from here on, whenever its handshake ends */
  g_hash_table_add (client->live->clients, client);
  if (!kd_request_upgrade (request, opened_cb, client))
    client_end (client);
}

static GPtrArray *
list_clients (KdLive *self)
{
  GPtrArray *clients = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer client;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    g_ptr_array_add (clients, client);
  return clients;
}

void
kd_live_end_session (KdLive *self,
                     const KdId *session)
{
  g_autoptr (GPtrArray) clients = list_clients (self);

  for (guint i = 0; i < clients->len; i++)
    {
      Client *client = g_ptr_array_index (clients, i);

      if (kd_id_equal (&client->session.session, session))
        client_close (client, CLOSE_AUTH);
    }
}

void
kd_live_recheck_user (KdLive *self,
                      const KdId *user)
{
  g_autoptr (GPtrArray) clients = list_clients (self);

  for (guint i = 0; i < clients->len; i++)
    {
      Client *client = g_ptr_array_index (clients, i);

      if (kd_id_equal (&client->session.user, user))
        check_shops (client);
    }
}

void
kd_live_close_all (KdLive *self)
{
  g_autoptr (GPtrArray) clients = list_clients (self);

  for (guint i = 0; i < clients->len; i++)
    client_close (g_ptr_array_index (clients, i), CLOSE_GOING);
}

guint
kd_live_count (KdLive *self)
{
  return g_hash_table_size (self->clients);
}
