/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

/* Probes, the greeting of an embedded server, the live socket, and the API's description. */

static void
health_cb (KdRequest *request)
{
  kd_request_answer_json (request, 200, g_strdup ("{\"status\":\"ok\"}"));
}

static void
ready_cb (KdRequest *request)
{
  if (request->http->draining || !kd_server_is_ready (request->http->server))
    kd_request_refuse (request, 503, "stopping");
  else
    kd_request_answer_json (request, 200, g_strdup ("{\"status\":\"ready\"}"));
}

static void
hello_cb (KdRequest *request)
{
  KdHttp *http = request->http;
  g_autoptr (KdHello) hello = kd_hello_new ();
  const char *text = kd_request_query (request, "nonce");
  KdHash nonce;

  hello->server_id = kd_server_get_control (http->server)->server_id;
  hello->version = g_strdup (KD_VERSION);
  hello->embedded = http->embedded;
  hello->sign_up = http->sign_up;
  hello->proto = KD_PROTO;
  hello->schema = KD_SCHEMA;
  hello->now = kd_http_now (http);
  if (text != NULL)
    {
      if (!kd_hash_parse (text, &nonce))
        {
          kd_request_refuse_field (request, "nonce", "field.type");
          return;
        }
      hello->proof = kd_hello_proof (&http->run_key, &nonce, http->address);
    }
  kd_request_answer_json (request, 200, kd_hello_to_json (hello));
}

static void
openapi_cb (KdRequest *request)
{
  kd_request_answer_json (request, 200, kd_http_openapi ());
}

const KdRoute kd_routes_server[] = {
  { "GET", "/healthz", KD_AUTH_NONE, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_FREE, health_cb, "Whether the process lives" },
  { "GET", "/readyz", KD_AUTH_NONE, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_FREE, ready_cb,
    "Whether it takes requests: databases open, migrations done, not stopping" },
  { "GET", "/v1/hello", KD_AUTH_NONE, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, hello_cb,
    "Who this server is; with ?nonce the proof of an embedded one" },
  { "GET", "/v1/openapi.json", KD_AUTH_NONE, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_COSTLY, openapi_cb, "This description" },
  { "GET", "/v1/live", KD_AUTH_SESSION, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, kd_live_open,
    "WebSocket: a frame for each shop whose head moved", .socket = TRUE },
  { NULL },
};
