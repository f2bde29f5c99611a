/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include "kd-listen.h"

#include <string.h>

/* The way of a request: headers (host, route, limits, budget), body (counted), who asks, handler. */

static const char *const own_roots[] = { "v1", "hooks", "docs", "healthz", "readyz", "metrics", NULL };

gint64
kd_http_now (KdHttp *self)
{
  return kd_server_get_now (self->server);
}

void
kd_http_session_ended (KdHttp *self,
                       const KdId *session)
{
  kd_sessions_forget (self->sessions, session);
  kd_live_end_session (self->live, session);
}

/* ---- hosts and origins ---- */

static gboolean
is_own_host (KdHttp *self,
             const char *host)
{
  g_autofree char *lower = host != NULL ? g_ascii_strdown (host, -1) : NULL;
  char *colon;

  if (lower == NULL)
    return FALSE;
  if (g_hash_table_contains (self->hosts, lower))
    return TRUE;
  /* the scheme's own port may be left out */
  colon = strrchr (lower, ':');
  if (colon != NULL && strcmp (colon, self->secure ? ":443" : ":80") == 0)
    {
      *colon = '\0';
      return g_hash_table_contains (self->hosts, lower);
    }
  return FALSE;
}

gboolean
kd_http_is_own_origin (KdHttp *self,
                       const char *origin)
{
  const char *scheme = self->secure ? "https://" : "http://";

  return g_str_has_prefix (origin, scheme) && is_own_host (self, origin + strlen (scheme));
}

static void
add_hosts (KdHttp *self,
           const KdHttpSetup *setup)
{
  static const char *const loopback[] = { "127.0.0.1", "[::1]", "localhost" };

  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (loopback); i++)
    g_hash_table_add (self->hosts, g_strdup_printf ("%s:%u", loopback[i], self->port));
  for (guint i = 0; setup->names != NULL && setup->names[i] != NULL; i++)
    g_hash_table_add (self->hosts, g_ascii_strdown (setup->names[i], -1));
  if (self->port == (self->secure ? 443 : 80))
    for (guint i = 0; i < G_N_ELEMENTS (loopback); i++)
      g_hash_table_add (self->hosts, g_strdup (loopback[i]));
}

/* ---- headers ---- */

static void
find_caller (KdRequest *request)
{
  SoupServerMessage *msg = request->msg;
  const char *host = soup_server_message_get_remote_host (msg);
  const char *forwarded = kd_request_in_header (request, "X-Forwarded-For");

  request->address = g_strdup (host != NULL ? host : "");
  if (forwarded != NULL && request->http->proxies != NULL
      && g_strv_contains ((const char *const *) request->http->proxies, request->address))
    {
      /* the last one is what our own proxy saw; what stands before is anybody's word */
      const char *last = strrchr (forwarded, ',');

      g_free (request->address);
      request->address = g_strstrip (g_strdup (last != NULL ? last + 1 : forwarded));
    }
  request->prefix = kd_address_prefix (request->address);
}

static gboolean
is_own_path (const char *path)
{
  gsize length = strcspn (path + 1, "/");

  for (guint i = 0; own_roots[i] != NULL; i++)
    if (strlen (own_roots[i]) == length && memcmp (own_roots[i], path + 1, length) == 0)
      return TRUE;
  return FALSE;
}

/* FALSE: refused. */
static gboolean
find_route (KdRequest *request,
            const char *path)
{
  const char *method = soup_server_message_get_method (request->msg);
  g_autofree char *allowed = NULL;

  if (is_own_path (path))
    request->route = kd_http_match (method, path, request->params, &allowed);
  else if (strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0 || strcmp (method, "POST") == 0)
    request->route = &kd_buyers_route;
  else
    allowed = g_strdup ("GET, HEAD, POST");
  if (request->route != NULL)
    return TRUE;
  if (allowed != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (request->msg), "Allow", allowed);
  kd_request_refuse_now (request, allowed != NULL ? 405 : 404, allowed != NULL ? "method" : "not_found");
  return FALSE;
}

/* What the body says it is, against what the route takes. */
static gboolean
check_body (KdRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->msg);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  gboolean chunked = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED;
  goffset length = chunked ? 0 : soup_message_headers_get_content_length (headers);

  if (length < 0 || (gsize) length > request->route->body_max)
    kd_request_refuse_now (request, 413, "too_large");
  else if ((length > 0 || chunked) && request->route->body == KD_BODY_JSON
           && (type == NULL || (g_ascii_strcasecmp (type, "application/json") != 0
                                && g_ascii_strcasecmp (type, "application/merge-patch+json") != 0)))
    kd_request_refuse_now (request, 415, "media_type");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_origin (KdRequest *request)
{
  const char *origin = kd_request_in_header (request, "Origin");

  if (origin == NULL || request->route == &kd_buyers_route || kd_http_is_own_origin (request->http, origin))
    return TRUE;
  kd_request_refuse_now (request, 403, "origin");
  return FALSE;
}

static void
early_cb (SoupServer *server,
          SoupServerMessage *msg,
          const char *path,
          GHashTable *query,
          gpointer data)
{
  KdHttp *self = data;
  KdRequest *request = kd_request_of (msg);
  GUri *uri = soup_server_message_get_uri (msg);

  if (request == NULL)
    return;
  find_caller (request);
  if (query != NULL)
    request->query = g_hash_table_ref (query);
  if (!is_own_host (self, kd_request_in_header (request, "Host"))
      || (g_uri_get_host (uri) == NULL))
    kd_request_refuse_now (request, 421, "host");
  else if (find_route (request, g_uri_get_path (uri)) && check_origin (request) && check_body (request)
           && !kd_budgets_take_rate (self->budgets, request->route->rate, request->prefix, NULL, g_get_monotonic_time ()))
    kd_request_refuse_now (request, 429, "rate");
}

static void
got_chunk_cb (SoupServerMessage *msg,
              GBytes *chunk,
              gpointer data)
{
  KdRequest *request = data;

  request->received += g_bytes_get_size (chunk);
  if (request->route != NULL && request->received > request->route->body_max)
    kd_request_refuse_now (request, 413, "too_large");
}

/* ---- the handler ---- */

static gboolean
too_late_cb (gpointer data)
{
  KdRequest *request = data;

  request->timeout = 0;
  kd_request_refuse (request, 503, "timeout");
  return G_SOURCE_REMOVE;
}

static void
call_handler (KdRequest *request)
{
  if (request->route->auth == KD_AUTH_SHOP)
    {
      KdId id;

      /* a shop that isn't here looks like one of somebody else */
      if (!kd_request_param_id (request, "shop", &id))
        return;
      request->shop = kd_server_get_shop (request->http->server, &id);
      if (request->shop == NULL)
        {
          kd_request_refuse (request, 403, "scope");
          return;
        }
    }
  request->route->handle (request);
}

static void
session_found_cb (const KdControlSession *session,
                  const GError *error,
                  gpointer data)
{
  KdRequest *request = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else if (session == NULL)
    kd_request_refuse (request, 401, "auth");
  else if (!kd_budgets_take_rate (request->http->budgets, request->route->rate, NULL, &session->session, g_get_monotonic_time ()))
    kd_request_refuse (request, 429, "rate");
  else
    {
      request->session = *session;
      call_handler (request);
    }
  kd_request_unref (request);
}

static void
handler_cb (SoupServer *server,
            SoupServerMessage *msg,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  KdHttp *self = data;
  KdRequest *request = kd_request_of (msg);

  if (request == NULL || request->answered || request->route == NULL)
    return;
  soup_server_message_pause (msg);
  request->body = soup_message_body_flatten (soup_server_message_get_request_body (msg));
  if (!request->route->socket)
    request->timeout = g_timeout_add (request->route->time_ms, too_late_cb, request);
  if (request->late && request->route->rate != KD_RATE_FREE)
    kd_request_refuse (request, 503, "stopping");
  else if (request->route->auth == KD_AUTH_NONE)
    request->route->handle (request);
  else
    kd_sessions_find (self->sessions, kd_request_in_header (request, "Authorization"), session_found_cb, kd_request_ref (request));
}

/* ---- the life of a message ---- */

void
kd_http_check_drained (KdHttp *self)
{
  void (*drained) (gpointer) = self->drained;

  if (!self->draining || self->under_way > 0 || drained == NULL || kd_live_count (self->live) > 0
      || g_hash_table_size (self->buyer_sockets) > 0)
    return;
  self->drained = NULL;
  g_clear_handle_id (&self->drain_timeout, g_source_remove);
  drained (self->drained_data);
}

static void
finished_cb (SoupServerMessage *msg,
             gpointer data)
{
  kd_request_ended (data);
}

static void
got_headers_cb (SoupServerMessage *msg,
                gpointer data)
{
  KdRequest *request = data;

  request->counted = TRUE;
  request->late = request->http->draining;
  request->http->under_way++;
}

static void
started_cb (SoupServer *server,
            SoupServerMessage *msg,
            gpointer data)
{
  KdHttp *self = data;
  KdRequest *request = kd_request_new (self, msg);

  g_signal_connect (msg, "got-headers", G_CALLBACK (got_headers_cb), request);
  g_signal_connect (msg, "got-chunk", G_CALLBACK (got_chunk_cb), request);
  g_signal_connect (msg, "finished", G_CALLBACK (finished_cb), request);
}

static void
moved_cb (const KdId *shop,
          gint64 seq,
          const KdId *epoch,
          gpointer data)
{
  KdHttp *self = data;

  kd_live_moved (self->live, shop, seq, epoch);
}

/* ---- listening ---- */

static gboolean
listen_on (KdHttp *self,
           const KdHttpSetup *setup,
           GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (setup->host);
  gboolean any = inet != NULL && g_inet_address_get_is_any (inet);

  self->socket = kd_listen_open (setup->host, setup->port, KD_LISTEN_EXCLUSIVE, error);
  if (self->socket == NULL)
    return FALSE;
  self->acceptor = kd_acceptor_new (self->soup, self->socket, setup->certificate);
  self->port = kd_listen_get_port (self->socket);
  /* who is told where we are is on this computer */
  self->address = g_strdup_printf (strchr (setup->host, ':') != NULL && !any ? "%s://[%s]:%u" : "%s://%s:%u",
                                   self->secure ? "https" : "http", any ? "127.0.0.1" : setup->host, self->port);
  return TRUE;
}

static void
hash_certificate (KdHttp *self,
                  GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *hex = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  kd_hash_parse (hex, &self->certificate_hash);
}

KdHttp *
kd_http_start (const KdHttpSetup *setup,
               GError **error)
{
  g_autoptr (KdHttp) self = g_new0 (KdHttp, 1);
  const KdSweeperTimes times = { .idle_ms = setup->header_ms != 0 ? setup->header_ms : KD_HEADER_MS,
                                 .body_ms = setup->body_ms != 0 ? setup->body_ms : KD_BODY_MS };

  self->server = setup->server;
  self->make_demo = setup->make_demo;
  self->embedded = setup->embedded;
  self->sign_up = setup->sign_up && !setup->embedded;
  self->secure = setup->certificate != NULL;
  self->live_check_ms = setup->live_check_ms != 0 ? setup->live_check_ms : KD_LIVE_CHECK_MS;
  self->run_key = setup->run_key;
  self->owner_token = g_strdup (setup->owner_token);
  self->media_folder = g_strdup (setup->media_folder);
  self->proxies = g_strdupv ((char **) setup->proxies);
  self->budgets = kd_budgets_new ();
  self->sessions = kd_sessions_new (self->server);
  self->live = kd_live_new (self);
  self->buyer_sockets = g_hash_table_new (NULL, NULL);
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->soup = soup_server_new ("server-header", "Kedai", NULL);
  if (self->secure)
    hash_certificate (self, setup->certificate);
  soup_server_add_early_handler (self->soup, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->soup, NULL, handler_cb, self, NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (started_cb), self);
  self->sweeper = kd_sweeper_new (self->soup, &times);
  if (!listen_on (self, setup, error))
    return NULL;
  add_hosts (self, setup);
  kd_server_set_moved (self->server, moved_cb, self);
  return g_steal_pointer (&self);
}

void
kd_http_free (KdHttp *self)
{
  kd_server_set_moved (self->server, NULL, NULL);
  g_clear_handle_id (&self->drain_timeout, g_source_remove);
  kd_live_close_all (self->live);
  kd_buyers_close_all (self);
  g_clear_pointer (&self->acceptor, kd_acceptor_free);
  soup_server_disconnect (self->soup);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&self->sweeper, kd_sweeper_free);
  g_clear_object (&self->soup);
  g_clear_object (&self->socket);
  kd_live_free (self->live);
  kd_sessions_free (self->sessions);
  kd_budgets_free (self->budgets);
  g_hash_table_unref (self->buyer_sockets);
  g_hash_table_unref (self->uploads);
  g_clear_pointer (&self->hosts, g_hash_table_unref);
  g_strfreev (self->proxies);
  g_free (self->owner_token);
  g_free (self->media_folder);
  g_free (self->address);
  g_free (self);
}

const char *
kd_http_get_address (KdHttp *self)
{
  return self->address;
}

guint16
kd_http_get_port (KdHttp *self)
{
  return self->port;
}

void
kd_http_set_buyers (KdHttp *self,
                    const KdBuyers *buyers)
{
  self->buyers = *buyers;
  self->has_buyers = TRUE;
}

static gboolean
drain_late_cb (gpointer data)
{
  KdHttp *self = data;
  void (*drained) (gpointer) = self->drained;

  self->drain_timeout = 0;
  self->drained = NULL;
  drained (self->drained_data);
  return G_SOURCE_REMOVE;
}

void
kd_http_drain (KdHttp *self,
               void (*done) (gpointer data),
               gpointer data)
{
  self->draining = TRUE;
  self->drained = done;
  self->drained_data = data;
  self->drain_timeout = g_timeout_add (KD_DRAIN_MS, drain_late_cb, self);
  kd_live_close_all (self->live);
  kd_buyers_close_all (self);
  kd_http_check_drained (self);
}
