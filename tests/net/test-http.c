/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-net.h"

#include "test-certificates.h"

#include <string.h>

#define KIB 1024

/* ---- backoff ---- */

static void
fixed_random (gpointer data,
              guint8 *bytes,
              gsize n)
{
  memset (bytes, *(guint8 *) data, n);
}

static void
test_backoff_bounds (void)
{
  guint8 most = 0xFF;
  guint8 least = 0;
  KdBackoff backoff;
  gint64 bound = KD_BACKOFF_CALL_MIN_MS;

  kd_backoff_init (&backoff, KD_BACKOFF_CALL_MIN_MS, KD_BACKOFF_CALL_MAX_MS);
  for (guint i = 0; i < 100; i++)
    {
      gint64 wait = kd_backoff_next (&backoff, fixed_random, &most);

      g_assert_cmpint (wait, <=, bound);
      g_assert_cmpint (wait, >=, bound * 99 / 100);
      bound = MIN (bound * 2, KD_BACKOFF_CALL_MAX_MS);
    }
  g_assert_cmpint (kd_backoff_next (&backoff, fixed_random, &least), ==, KD_BACKOFF_FLOOR_MS);
  kd_backoff_reset (&backoff);
  g_assert_cmpint (kd_backoff_next (&backoff, fixed_random, &most), <=, KD_BACKOFF_CALL_MIN_MS);
  g_assert_cmpint (kd_backoff_next_after (&backoff, 7000, fixed_random, &least), ==,
                   7000 + KD_BACKOFF_FLOOR_MS);
  g_assert_cmpint (kd_backoff_next_after (&backoff, -1, fixed_random, &least), ==,
                   KD_BACKOFF_FLOOR_MS);
}

/* 200 clients that lost their server together don't come back together. */
static void
test_backoff_spread (void)
{
  GRand *rand = g_rand_new_with_seed (11);
  guint seconds[4] = { 0 };

  for (guint i = 0; i < 200; i++)
    {
      KdBackoff backoff;
      gint64 wait;

      kd_backoff_init (&backoff, 4000, 4000);
      wait = kd_backoff_next (&backoff, test_random, rand);
      seconds[MIN (wait / 1000, 3)]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    g_assert_cmpuint (seconds[i], >, 25);
  g_rand_free (rand);
}

/* ---- judging ---- */

static void
test_judge (void)
{
  static const struct
  {
    const char *name;
    guint status;
    const char *type;
    const char *body;
    KdHttpOutcome outcome;
    const char *code;
    gboolean may_retry;
  } cases[] = {
    { "object", 200, "application/json", " {\"a\":[1,\"}\"]}\n", KD_HTTP_OK, NULL, FALSE },
    { "array", 200, "application/json; charset=utf-8", "[]", KD_HTTP_OK, NULL, FALSE },
    { "created", 201, "application/json", "{}", KD_HTTP_OK, NULL, FALSE },
    { "no content", 204, NULL, "", KD_HTTP_OK, NULL, FALSE },
    { "not modified", 304, NULL, "", KD_HTTP_OK, NULL, FALSE },
    { "portal", 200, "text/html", "<html>", KD_HTTP_NETWORK, NULL, TRUE },
    { "portal that lies", 200, "application/json", "<html>", KD_HTTP_NETWORK, NULL, TRUE },
    { "html that is json", 200, "text/html", "{}", KD_HTTP_NETWORK, NULL, TRUE },
    { "no type", 200, NULL, "{}", KD_HTTP_NETWORK, NULL, TRUE },
    { "empty", 200, "application/json", "", KD_HTTP_NETWORK, NULL, TRUE },
    { "cut off", 200, "application/json", "{\"a\":[1,2", KD_HTTP_NETWORK, NULL, TRUE },
    { "cut in a text", 200, "application/json", "{\"a\":\"x\\\"}", KD_HTTP_NETWORK, NULL, TRUE },
    { "two", 200, "application/json", "{}{}", KD_HTTP_NETWORK, NULL, TRUE },
    { "crossed", 200, "application/json", "{]", KD_HTTP_NETWORK, NULL, TRUE },
    { "number", 200, "application/json", "7", KD_HTTP_NETWORK, NULL, TRUE },
    { "redirect", 302, "text/html", "", KD_HTTP_NETWORK, NULL, TRUE },
    { "bad request", 400, "application/problem+json", "{\"code\":\"bad_request\"}", KD_HTTP_REFUSED,
      "bad_request", FALSE },
    { "sign in", 401, "application/problem+json", "{\"x\":{\"code\":\"no\"},\"code\" : \"auth\"}",
      KD_HTTP_REFUSED, "auth", FALSE },
    { "portal's 401", 401, "text/html", "<html>", KD_HTTP_NETWORK, NULL, TRUE },
    { "portal's 403", 403, "application/json", "{\"code\":7}", KD_HTTP_NETWORK, NULL, TRUE },
    { "type alone", 409, "application/problem+json", "{\"type\":\"https://x/problems/gap\"}",
      KD_HTTP_REFUSED, "gap", FALSE },
    { "moved", 410, "application/problem+json", "{\"code\":\"moved\"}", KD_HTTP_REFUSED, "moved",
      FALSE },
    { "proxy's 413", 413, "text/html", "too big", KD_HTTP_REFUSED, NULL, FALSE },
    { "upgrade", 426, "application/problem+json", "{\"code\":\"upgrade\"}", KD_HTTP_REFUSED,
      "upgrade", FALSE },
    { "slow down", 429, "text/plain", "", KD_HTTP_REFUSED, NULL, TRUE },
    { "broken", 500, "application/problem+json", "{\"code\":\"internal\"}", KD_HTTP_REFUSED,
      "internal", TRUE },
    { "proxy's 502", 502, "text/html", "bad gateway", KD_HTTP_NETWORK, NULL, TRUE },
    { "away", 503, "text/html", "later", KD_HTTP_REFUSED, NULL, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
      g_autoptr (GBytes) body = g_bytes_new (cases[i].body, strlen (cases[i].body));
      g_autoptr (KdHttpResult) result = NULL;

      g_test_message ("%s", cases[i].name);
      if (cases[i].type)
        soup_message_headers_append (headers, "Content-Type", cases[i].type);
      result = kd_http_result_new_answer (cases[i].status, headers, body, TRUE);
      g_assert_cmpint (result->outcome, ==, cases[i].outcome);
      g_assert_cmpstr (result->code, ==, cases[i].code);
      g_assert_cmpint (kd_http_result_may_retry (result), ==, cases[i].may_retry);
      g_assert_cmpint (result->retry_after_ms, ==, -1);
      soup_message_headers_unref (headers);
    }
}

static void
test_deep_json (void)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *open = g_strnfill (10000, '[');
  g_autofree char *close = g_strnfill (10000, ']');
  g_autofree char *text = g_strconcat (open, close, NULL);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (KdHttpResult) result = NULL;

  soup_message_headers_append (headers, "Content-Type", "application/json");
  result = kd_http_result_new_answer (200, headers, body, TRUE);
  g_assert_cmpint (result->outcome, ==, KD_HTTP_NETWORK);
  soup_message_headers_unref (headers);
}

static void
test_retry_after (void)
{
  static const struct
  {
    const char *after;
    const char *date;
    gint64 ms;
  } cases[] = {
    { "7", NULL, 7000 },
    { "0", NULL, 0 },
    { "99999999", NULL, KD_HTTP_RETRY_AFTER_MAX_MS },
    { "Thu, 01 Jan 2026 10:00:30 GMT", "Thu, 01 Jan 2026 10:00:00 GMT", 30000 },
    { "Thu, 01 Jan 2026 09:00:00 GMT", "Thu, 01 Jan 2026 10:00:00 GMT", 0 },
    { "-5", NULL, -1 },
    { "soon", NULL, -1 },
    { "", NULL, -1 },
  };
  g_autoptr (GBytes) body = g_bytes_new (NULL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
      g_autoptr (KdHttpResult) result = NULL;

      soup_message_headers_append (headers, "Retry-After", cases[i].after);
      if (cases[i].date)
        soup_message_headers_append (headers, "Date", cases[i].date);
      result = kd_http_result_new_answer (503, headers, body, TRUE);
      g_assert_cmpint (result->retry_after_ms, ==, cases[i].ms);
      soup_message_headers_unref (headers);
    }
}

/* ---- calls ---- */

static void
test_calls (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  SoupSession *session = kd_http_session_new (&(KdHttpOptions){ .direct = TRUE });
  static const char *const extra[] = { "Upload-Offset", "42", NULL };
  g_autofree char *url = test_peer_url (peer, "http", "/echo");
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"n\":1}", 7);
  KdHttpCall call = { .method = "PATCH", .url = url, .token = "abc", .headers = extra, .body = body };
  g_autoptr (KdHttpResult) echo = test_call (session, &call);
  g_autoptr (KdHttpResult) problem = test_get (session, peer, "/problem?status=410&after=3");
  g_autoptr (KdHttpResult) portal = test_get (session, peer, "/portal");
  g_autoptr (KdHttpResult) redirect = test_get (session, peer, "/redirect?to=/json");
  g_autoptr (KdHttpResult) cut = test_get (session, peer, "/cut");
  g_autofree char *text = NULL;

  g_assert_cmpint (echo->outcome, ==, KD_HTTP_OK);
  text = g_strndup (g_bytes_get_data (echo->body, NULL), g_bytes_get_size (echo->body));
  g_assert_nonnull (strstr (text, "\"method\":\"PATCH\",\"token\":\"Bearer abc\",\"extra\":\"42\""));
  g_assert_nonnull (strstr (text, "\"size\":7"));
  g_assert_cmpstr (kd_http_result_get_header (echo, "content-type"), ==, "application/json");
  g_assert_cmpint (problem->outcome, ==, KD_HTTP_REFUSED);
  g_assert_cmpuint (problem->status, ==, 410);
  g_assert_cmpstr (problem->code, ==, "gap");
  g_assert_cmpint (problem->retry_after_ms, ==, 3000);
  g_assert_cmpint (portal->outcome, ==, KD_HTTP_NETWORK);
  g_assert_cmpint (redirect->outcome, ==, KD_HTTP_NETWORK);
  g_assert_cmpint (cut->outcome, ==, KD_HTTP_NETWORK);
  test_session_free (session);
}

static void
test_no_server (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  SoupSession *session = kd_http_session_new (&(KdHttpOptions){ .direct = TRUE });
  g_autoptr (KdHttpResult) result = NULL;
  g_autoptr (GAsyncResult) bad = NULL;
  g_autoptr (GError) error = NULL;
  KdHttpCall call = { .url = "no address" };

  g_subprocess_force_exit (peer->process);
  g_subprocess_wait (peer->process, NULL, NULL);
  result = test_get (session, peer, "/json");
  g_assert_cmpint (result->outcome, ==, KD_HTTP_NETWORK);
  g_assert_cmpuint (result->status, ==, 0);
  g_assert_true (kd_http_result_may_retry (result));
  kd_http_send_async (session, &call, NULL, test_take_result_cb, &bad);
  while (!bad)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (kd_http_send_finish (session, bad, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  test_session_free (session);
}

static void
test_limits (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  SoupSession *session = kd_http_session_new (&(KdHttpOptions){ .direct = TRUE });
  const struct
  {
    const char *path;
    KdHttpOutcome outcome;
  } cases[] = {
    { "/big?n=1024", KD_HTTP_OK },
    { "/big?n=1025", KD_HTTP_TOO_LARGE },
    { "/big?n=1024&chunked=1", KD_HTTP_OK },
    { "/big?n=1025&chunked=1", KD_HTTP_TOO_LARGE },
    { "/big?n=9000000&chunked=1", KD_HTTP_TOO_LARGE },
    { "/bomb", KD_HTTP_TOO_LARGE },
    { "/json", KD_HTTP_OK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = test_peer_url (peer, "http", cases[i].path);
      KdHttpCall call = { .url = url, .max_bytes = KIB };
      g_autoptr (KdHttpResult) result = test_call (session, &call);

      g_test_message ("%s", cases[i].path);
      g_assert_cmpint (result->outcome, ==, cases[i].outcome);
    }
  test_session_free (session);
}

static void
test_slow (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  SoupSession *session = kd_http_session_new (&(KdHttpOptions){ .direct = TRUE });
  static const char *const paths[] = { "/slow", "/stuck" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *url = test_peer_url (peer, "http", paths[i]);
      KdHttpCall call = { .url = url, .deadline_ms = 300 };
      gint64 began = g_get_monotonic_time ();
      g_autoptr (KdHttpResult) result = test_call (session, &call);

      g_assert_cmpint (result->outcome, ==, KD_HTTP_NETWORK);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_TIME_SPAN_SECOND);
    }
  test_session_free (session);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  SoupSession *session = kd_http_session_new (&(KdHttpOptions){ .direct = TRUE });
  g_autofree char *url = test_peer_url (peer, "http", "/stuck");
  KdHttpCall call = { .url = url };

  for (int before = 0; before < 2; before++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      if (before)
        g_cancellable_cancel (cancellable);
      else
        g_timeout_add (50, cancel_cb, cancellable);
      kd_http_send_async (session, &call, cancellable, test_take_result_cb, &result);
      while (!result)
        g_main_context_iteration (NULL, TRUE);
      g_assert_null (kd_http_send_finish (session, result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  test_session_free (session);
}

/* ---- pins ---- */

static void
fingerprint_of (const char *pem,
                guint8 *ret_fingerprint)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);

  kd_pin_fingerprint (certificate, ret_fingerprint);
}

static void
test_pins (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "https", "60000");
  g_autofree char *url = test_peer_url (peer, "https", "/json");
  KdHttpCall call = { .url = url };
  guint8 right[KD_FINGERPRINT_BYTES];
  guint8 wrong[KD_FINGERPRINT_BYTES];
  const struct
  {
    const guint8 *pin;
    KdHttpOutcome outcome;
  } cases[] = { { right, KD_HTTP_OK }, { wrong, KD_HTTP_NETWORK }, { NULL, KD_HTTP_NETWORK } };

  fingerprint_of (TEST_CERTIFICATE, right);
  fingerprint_of (TEST_OTHER_CERTIFICATE, wrong);
  g_assert_cmpint (memcmp (right, wrong, sizeof right), !=, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KdHttpOptions options = { .direct = TRUE, .pin = cases[i].pin };
      SoupSession *session = kd_http_session_new (&options);
      g_autoptr (KdHttpResult) result = test_call (session, &call);

      g_assert_cmpint (result->outcome, ==, cases[i].outcome);
      test_session_free (session);
    }
}

void
test_http_add (void)
{
  g_test_add_func ("/backoff/bounds", test_backoff_bounds);
  g_test_add_func ("/backoff/spread", test_backoff_spread);
  g_test_add_func ("/http/judge", test_judge);
  g_test_add_func ("/http/deep-json", test_deep_json);
  g_test_add_func ("/http/retry-after", test_retry_after);
  g_test_add_func ("/http/calls", test_calls);
  g_test_add_func ("/http/no-server", test_no_server);
  g_test_add_func ("/http/limits", test_limits);
  g_test_add_func ("/http/slow", test_slow);
  g_test_add_func ("/http/cancel", test_cancel);
  g_test_add_func ("/tls/pins", test_pins);
}
