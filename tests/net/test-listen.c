/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-net.h"

#include "kd-listen.h"

#include <signal.h>
#include <string.h>

#define MANY 2000
#define MANY_TLS 40
#define ROUND 200     /* connections open at once */
#define FDS_SLACK 40

static void
test_exclusive (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) first = kd_listen_open ("127.0.0.1", 0, KD_LISTEN_EXCLUSIVE, &error);
  g_autofree char *address = NULL;
  g_autofree char *expected = NULL;
  guint16 port;

  g_assert_no_error (error);
  port = kd_listen_get_port (first);
  address = kd_listen_get_address (first);
  expected = g_strdup_printf ("127.0.0.1:%u", port);
  g_assert_cmpstr (address, ==, expected);
  g_assert_cmpint (g_socket_get_listen_backlog (first), ==, KD_LISTEN_BACKLOG);
  g_assert_null (kd_listen_open ("localhost", port, KD_LISTEN_EXCLUSIVE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);
  /* Who wants to share can't force it on one who doesn't. */
  g_assert_null (kd_listen_open ("127.0.0.1", port, KD_LISTEN_SHARED, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);
  g_assert_null (kd_listen_open ("kedai.example", 0, KD_LISTEN_EXCLUSIVE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_shared (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) first = kd_listen_open ("127.0.0.1", 0, KD_LISTEN_SHARED, &error);
  g_autoptr (GSocket) second = NULL;

  g_assert_no_error (error);
  second = kd_listen_open ("127.0.0.1", kd_listen_get_port (first), KD_LISTEN_SHARED, &error);
  g_assert_no_error (error);
}

/* ---- the sweeper ---- */

static GSocketConnection *
dial (Peer *peer)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", peer->port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
say (GSocketConnection *connection,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* What comes until the peer closes, or until @until has come. */
static char *
hear (GSocketConnection *connection,
      const char *until)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GString *all = g_string_new (NULL);
  char block[512];
  gssize n;

  g_socket_set_timeout (g_socket_connection_get_socket (connection), TEST_WAIT_MS / 1000);
  while ((n = g_input_stream_read (stream, block, sizeof block, NULL, NULL)) > 0)
    {
      g_string_append_len (all, block, n);
      if (until && strstr (all->str, until))
        break;
    }
  if (n < 0)
    g_string_append (all, "[error]");
  return g_string_free (all, FALSE);
}

static int
fds_of (Peer *peer)
{
  g_autoptr (GSocketConnection) connection = dial (peer);
  g_autofree char *text = NULL;
  const char *at;

  say (connection, "GET /fds HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  text = hear (connection, NULL);
  at = strstr (text, "\"fds\":");
  g_assert_nonnull (at);
  return (int) g_ascii_strtoll (at + strlen ("\"fds\":"), NULL, 10);
}

static void
many_connections (Peer *peer)
{
  for (guint done = 0; done < MANY; done += ROUND)
    {
      GSocketConnection *open[ROUND];

      for (guint i = 0; i < ROUND; i++)
        {
          g_autofree char *text = NULL;

          open[i] = dial (peer);
          say (open[i], "GET /json HTTP/1.1\r\nHost: x\r\n\r\n");
          text = hear (open[i], "{\"ok\":true}");
          g_assert_nonnull (strstr (text, "200 OK"));
        }
      for (guint i = 0; i < ROUND; i++)
        {
          g_io_stream_close (G_IO_STREAM (open[i]), NULL, NULL);
          g_object_unref (open[i]);
        }
    }
}

static void
test_fds_stay_flat (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "60000");
  int before = fds_of (peer);
  gint64 until;
  int after;

  many_connections (peer);
  until = g_get_monotonic_time () + TEST_WAIT_MS * G_TIME_SPAN_MILLISECOND;
  while ((after = fds_of (peer)) > before + FDS_SLACK)
    g_assert_cmpint (g_get_monotonic_time (), <, until);
  g_test_message ("%d descriptors before, %d after %d connections", before, after, MANY);
}

/* The same against TLS, where a closing note lies in front of the end. */
static void
test_fds_stay_flat_tls (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "https", "60000");
  gint64 until;
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", test_peer_pid (peer));
  guint before = 0;
  guint now;

  for (guint i = 0; i <= MANY_TLS; i++)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GSocketConnection) connection = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      g_socket_client_set_enable_proxy (client, FALSE);
      g_socket_client_set_tls (client, TRUE);
      G_GNUC_BEGIN_IGNORE_DEPRECATIONS
      g_socket_client_set_tls_validation_flags (client, 0);
      G_GNUC_END_IGNORE_DEPRECATIONS
      connection = g_socket_client_connect_to_host (client, "127.0.0.1", peer->port, NULL, &error);
      g_assert_no_error (error);
      say (connection, "GET /json HTTP/1.1\r\nHost: x\r\n\r\n");
      text = hear (connection, "{\"ok\":true}");
      g_assert_nonnull (strstr (text, "200 OK"));
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      if (i == 0)
        {
          g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

          while (g_dir_read_name (dir))
            before++;
        }
    }
  until = g_get_monotonic_time () + TEST_WAIT_MS * G_TIME_SPAN_MILLISECOND;
  do
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

      for (now = 0; g_dir_read_name (dir); now++)
        ;
      g_assert_cmpint (g_get_monotonic_time (), <, until);
    }
  while (now > before + MANY_TLS / 4);
}

/* Keep-alive still keeps alive, and a half head or half a body doesn't hold a connection. */
static void
test_slow_clients (void)
{
  g_autoptr (Peer) peer = test_peer_new ("sweep", "http", "700");
  g_autoptr (GSocketConnection) good = dial (peer);
  g_autoptr (GSocketConnection) mute = dial (peer);
  g_autoptr (GSocketConnection) loris = dial (peer);
  g_autoptr (GSocketConnection) body = dial (peer);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *none = NULL;
  g_autofree char *half = NULL;
  g_autofree char *cut = NULL;

  say (loris, "GET /json HTTP/1.1\r\nHost: x\r\nX-A");
  say (body, "POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  say (good, "GET /json HTTP/1.1\r\nHost: x\r\n\r\n");
  first = hear (good, "{\"ok\":true}");
  say (good, "GET /json HTTP/1.1\r\nHost: x\r\n\r\n");
  second = hear (good, "{\"ok\":true}");
  g_assert_nonnull (strstr (second, "200 OK"));
  none = hear (mute, NULL);
  half = hear (loris, NULL);
  cut = hear (body, NULL);
  rest = hear (good, NULL);
  g_assert_null (strstr (none, "200 OK"));
  g_assert_null (strstr (half, "200 OK"));
  g_assert_null (strstr (cut, "200 OK"));
  g_assert_cmpstr (rest, ==, "");
}

/* Without the sweeper the descriptors pile up: proof that the test above sees what it looks for. */
static void
test_leak_without_sweeper (void)
{
  g_autoptr (Peer) peer = test_peer_new ("plain", "http", "60000");
  int before = fds_of (peer);

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GSocketConnection) connection = dial (peer);
      g_autofree char *text = NULL;

      say (connection, "GET /json HTTP/1.1\r\nHost: x\r\n\r\n");
      text = hear (connection, "{\"ok\":true}");
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
  if (fds_of (peer) < before + 40)
    g_test_skip ("this libsoup closes its connections by itself");
}

void
test_listen_add (void)
{
  g_test_add_func ("/listen/exclusive", test_exclusive);
  g_test_add_func ("/listen/shared", test_shared);
  g_test_add_func ("/sweeper/fds-stay-flat", test_fds_stay_flat);
  g_test_add_func ("/tls/fds-stay-flat", test_fds_stay_flat_tls);
  g_test_add_func ("/sweeper/slow-clients", test_slow_clients);
  g_test_add_func ("/sweeper/leak-without-it", test_leak_without_sweeper);
}
