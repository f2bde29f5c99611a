/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-net.h"

#include "kd-guard.h"

#include <string.h>

#define DEADLINE_MS 1000      /* of what is about time */
#define LONG_MS 20000         /* of what is about size: reading on must be what ends it */
#define AT_ONCE_MS 900        /* a refusal that took longer was the deadline's */
#define CLOCK_MS 50           /* by which two clocks may differ */

static void
test_addresses (void)
{
  static const struct
  {
    const char *address;
    gboolean open;
  } cases[] = {
    { "8.8.8.8", TRUE },         { "103.10.66.1", TRUE },      { "172.15.255.255", TRUE },
    { "172.32.0.0", TRUE },      { "192.167.255.255", TRUE },  { "100.63.255.255", TRUE },
    { "100.128.0.0", TRUE },     { "223.255.255.255", TRUE },  { "2606:4700::1111", TRUE },
    { "2404:6800:4003::", TRUE },
    { "0.0.0.0", FALSE },        { "0.1.2.3", FALSE },         { "10.0.0.1", FALSE },
    { "100.64.0.1", FALSE },     { "100.127.255.255", FALSE }, { "127.0.0.1", FALSE },
    { "127.255.0.1", FALSE },    { "169.254.169.254", FALSE }, { "172.16.0.1", FALSE },
    { "172.31.255.255", FALSE }, { "192.0.0.8", FALSE },       { "192.168.1.1", FALSE },
    { "198.18.0.1", FALSE },     { "198.19.255.255", FALSE },  { "224.0.0.1", FALSE },
    { "255.255.255.255", FALSE },
    { "::", FALSE },             { "::1", FALSE },             { "fe80::1", FALSE },
    { "fec0::1", FALSE },        { "fc00::1", FALSE },         { "fd00:ec2::254", FALSE },
    { "ff02::1", FALSE },        { "2001::1", FALSE },         { "2001:db8::1", FALSE },
    { "::ffff:127.0.0.1", FALSE }, { "::ffff:10.0.0.1", FALSE }, { "::ffff:8.8.8.8", TRUE },
    { "64:ff9b::10.0.0.1", FALSE }, { "64:ff9b::808:808", TRUE },
    { "2002:7f00:1::", FALSE },  { "2002:808:808::", TRUE },   { "::127.0.0.1", FALSE },
    { "64:ff9b:1::1", FALSE },   { "100::1", FALSE },
  };
  g_autoptr (KdGuard) guard = kd_guard_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (cases[i].address);

      g_test_message ("%s", cases[i].address);
      g_assert_nonnull (address);
      g_assert_cmpint (kd_guard_may_connect (guard, address, 443), ==, cases[i].open);
      g_assert_false (kd_guard_may_connect (guard, address, 25));
    }
}

static void
test_urls (void)
{
  g_autofree char *long_path = g_strnfill (KD_GUARD_URL_MAX, 'a');
  g_autofree char *long_url = g_strconcat ("https://example.com/", long_path, NULL);
  const struct
  {
    const char *url;
    const char *code;
  } cases[] = {
    { "https://example.com/a.jpg", NULL },
    { "http://example.com:8080/", NULL },
    { "https://[2606:4700::1111]/", NULL },
    { "ftp://example.com/a", "guard.scheme" },
    { "file:///etc/passwd", "guard.scheme" },
    { "gopher://example.com/", "guard.scheme" },
    { "javascript:alert(1)", "guard.scheme" },
    { "/a.jpg", "guard.url" },
    { "", "guard.url" },
    { "https://", "guard.url" },
    { "https://user:pw@example.com/", "guard.url" },
    { "https://example.com:25/", "guard.port" },
    { "https://example.com:22/", "guard.port" },
    { "http://127.0.0.1/", "guard.address" },
    { "http://127.0.0.1:5432/", "guard.address" },
    { "http://[::1]/", "guard.address" },
    { "http://169.254.169.254/latest/meta-data/", "guard.address" },
    { "http://[::ffff:10.0.0.1]/", "guard.address" },
    { long_url, "guard.url" },
  };
  g_autoptr (KdGuard) guard = kd_guard_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = kd_guard_check_url (guard, cases[i].url, &error);

      g_test_message ("%.80s", cases[i].url);
      g_assert_cmpint (ok, ==, cases[i].code == NULL);
      if (error)
        g_assert_cmpstr (kd_guard_error_code (error), ==, cases[i].code);
    }
}

static GBytes *
fetch (KdGuard *guard,
       const char *url,
       gsize max_bytes,
       guint deadline_ms,
       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GBytes *bytes;

  kd_guard_fetch_async (guard, url, max_bytes, deadline_ms, NULL, test_take_result_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  bytes = kd_guard_fetch_finish (guard, result, error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return bytes;
}

/* The peer counts as open here; all else on this computer stays refused. */
static void
test_fetch (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  g_autoptr (Peer) other = test_peer_new ("sweep", "http", "60000");
  g_autoptr (KdGuard) guard = kd_guard_new ();
  g_autofree char *to_other = g_strdup_printf ("/redirect?to=http://127.0.0.1:%u/json", other->port);
  g_autofree char *to_name = g_strdup_printf ("/redirect?to=http://localhost:%u/json", other->port);
  g_autofree char *to_odd = g_strdup_printf ("/redirect?to=http://2130706433:%u/json", other->port);
  const struct
  {
    const char *path;
    const char *code;
    guint deadline;           /* 0: DEADLINE_MS */
  } cases[] = {
    { "/json", NULL },
    { "/redirect?to=/json", NULL },
    { to_other, "guard.address" },
    { to_name, "guard.address" },
    { to_odd, "guard.network" },
    { "/redirect?to=http://10.0.0.1/", "guard.address" },
    { "/redirect?to=http://[fd00::1]/", "guard.address" },
    { "/redirect?to=file:///etc/passwd", "guard.scheme" },
    { "/redirect?to=http://x:y@example.com/", "guard.url" },
    { "/redirect", "guard.redirects" },
    { "/none", "guard.status" },
    { "/big?n=5000", "guard.too_large", LONG_MS },
    { "/bomb", "guard.too_large", LONG_MS },
    { "/slow", "guard.network" },
    { "/cut", "guard.network" },
  };

  kd_guard_allow (guard, "127.0.0.1", peer->port);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = test_peer_url (peer, "http", cases[i].path);
      g_autoptr (GError) error = NULL;
      gint64 started = g_get_monotonic_time ();
      g_autoptr (GBytes) bytes = fetch (guard, url, 1000, cases[i].deadline ? cases[i].deadline : DEADLINE_MS, &error);
      gint64 took = (g_get_monotonic_time () - started) / G_TIME_SPAN_MILLISECOND;

      g_test_message ("%s: %d ms", cases[i].path, (int) took);
      if (cases[i].code)
        {
          g_assert_null (bytes);
          g_assert_cmpstr (kd_guard_error_code (error), ==, cases[i].code);
          /* one waits for its deadline and for nothing beyond; the others end before theirs */
          if (strcmp (cases[i].path, "/slow") == 0)
            g_assert_true (took >= DEADLINE_MS - CLOCK_MS && took < LONG_MS);
          else if (cases[i].deadline == 0)
            g_assert_cmpint (took, <, AT_ONCE_MS);
        }
      else
        {
          g_assert_no_error (error);
          g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                           "{\"ok\":true}", 11);
        }
    }
}

/* A name that leads here is refused when it is looked up, not before. */
static void
test_names (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  g_autoptr (KdGuard) closed = kd_guard_new ();
  g_autoptr (KdGuard) open = kd_guard_new ();
  g_autofree char *url = g_strdup_printf ("http://localhost:%u/echo", peer->port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  g_assert_true (kd_guard_check_url (closed, url, &error));
  g_assert_null (fetch (closed, url, 1000, 5000, &error));
  g_assert_cmpstr (kd_guard_error_code (error), ==, "guard.address");
  g_clear_error (&error);
  kd_guard_allow (open, "127.0.0.1", peer->port);
  bytes = fetch (open, url, 1000, 5000, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  /* Connected to the checked address, asked for by name. */
  g_assert_nonnull (strstr (text, "\"host\":\"localhost:"));
  g_assert_nonnull (strstr (text, "\"token\":\"\""));
}

static void
test_session (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  g_autoptr (KdGuard) guard = kd_guard_new ();
  g_autofree char *url = g_strdup_printf ("http://localhost:%u/json", peer->port);
  g_autoptr (GError) error = NULL;
  SoupSession *session = kd_guard_session_new (guard, url, NULL, &error);
  KdHttpCall call = { .url = url };
  g_autoptr (KdHttpResult) refused = NULL;
  g_autoptr (KdHttpResult) taken = NULL;

  g_assert_no_error (error);
  refused = test_call (session, &call);
  g_assert_cmpint (refused->outcome, ==, KD_HTTP_NETWORK);
  test_session_free (session);
  kd_guard_allow (guard, "127.0.0.1", peer->port);
  session = kd_guard_session_new (guard, url, NULL, &error);
  taken = test_call (session, &call);
  g_assert_cmpint (taken->outcome, ==, KD_HTTP_OK);
  test_session_free (session);
  g_assert_null (kd_guard_session_new (guard, "http://10.0.0.1/", NULL, &error));
  g_assert_cmpstr (kd_guard_error_code (error), ==, "guard.address");
}

void
test_guard_add (void)
{
  g_test_add_func ("/guard/addresses", test_addresses);
  g_test_add_func ("/guard/urls", test_urls);
  g_test_add_func ("/guard/fetch", test_fetch);
  g_test_add_func ("/guard/names", test_names);
  g_test_add_func ("/guard/session", test_session);
}
