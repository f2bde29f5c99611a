/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-accept.h"
#include "kd-listen.h"
#include "kd-sweeper.h"
#include "test-certificates.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* net-peer [sweep|plain] [http|https] [IDLE_MS]: the other side of the tests. Prints its port. */

#define DRIP_MS 20
#define BOMB_BYTES (64 * 1024 * 1024)

typedef void (*Answer) (SoupServerMessage *message,
                        GHashTable *query);

static void
reply (SoupServerMessage *message,
       guint status,
       const char *type,
       const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

static const char *
param (GHashTable *query,
       const char *name,
       const char *otherwise)
{
  const char *value = query ? g_hash_table_lookup (query, name) : NULL;

  return value ? value : otherwise;
}

static void
add_header (SoupServerMessage *message,
            const char *name,
            const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), name, value);
}

static void
answer_json (SoupServerMessage *message,
             GHashTable *query)
{
  reply (message, 200, "application/json", param (query, "text", "{\"ok\":true}"));
}

static void
answer_portal (SoupServerMessage *message,
               GHashTable *query)
{
  guint status = (guint) g_ascii_strtoull (param (query, "status", "200"), NULL, 10);

  reply (message, status, param (query, "type", "text/html"), "<html>Masuk dulu</html>");
}

static void
answer_problem (SoupServerMessage *message,
                GHashTable *query)
{
  guint status = (guint) g_ascii_strtoull (param (query, "status", "409"), NULL, 10);

  if (g_hash_table_contains (query, "after"))
    add_header (message, "Retry-After", param (query, "after", ""));
  reply (message, status, "application/problem+json", param (query, "text", "{\"code\":\"gap\"}"));
}

static void
answer_redirect (SoupServerMessage *message,
                 GHashTable *query)
{
  add_header (message, "Location", param (query, "to", "/redirect"));
  soup_server_message_set_status (message, 302, NULL);
}

static void
answer_echo (SoupServerMessage *message,
             GHashTable *query)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *token = soup_message_headers_get_one (headers, "Authorization");
  const char *extra = soup_message_headers_get_one (headers, "Upload-Offset");
  const char *host = soup_message_headers_get_one (headers, "Host");
  g_autofree char *text = g_strdup_printf (
      "{\"method\":\"%s\",\"token\":\"%s\",\"extra\":\"%s\",\"host\":\"%s\",\"size\":%d}",
      soup_server_message_get_method (message), token ? token : "", extra ? extra : "",
      host ? host : "", (int) soup_server_message_get_request_body (message)->length);

  reply (message, 200, "application/json", text);
}

static void
answer_big (SoupServerMessage *message,
            GHashTable *query)
{
  gsize n = g_ascii_strtoull (param (query, "n", "100"), NULL, 10);
  char *text = g_malloc (n + 1);

  memset (text, ' ', n);
  memcpy (text, "{}", 2);
  if (g_hash_table_contains (query, "chunked"))
    soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                       SOUP_ENCODING_CHUNKED);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text, n);
  soup_message_body_complete (soup_server_message_get_response_body (message));
}

/* A few kilobytes that unfold into many megabytes. */
static void
answer_bomb (SoupServerMessage *message,
             GHashTable *query)
{
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autofree char *zeros = g_malloc0 (BOMB_BYTES);
  char *out = g_malloc (BOMB_BYTES / 100);
  gsize read = 0;
  gsize written = 0;

  g_converter_convert (G_CONVERTER (zip), zeros, BOMB_BYTES, out, BOMB_BYTES / 100,
                       G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
  add_header (message, "Content-Encoding", "gzip");
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, out, written);
}

static gboolean
drip_cb (gpointer data)
{
  SoupServerMessage *message = data;

  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, " ",
                            1);
  soup_server_message_unpause (message);
  return G_SOURCE_CONTINUE;
}

static void
drip_over_cb (SoupServerMessage *message,
              gpointer id)
{
  g_source_remove (GPOINTER_TO_UINT (id));
}

/* Never silent long enough for a time-out between bytes, and never done. */
static void
answer_slow (SoupServerMessage *message,
             GHashTable *query)
{
  guint id = g_timeout_add_full (G_PRIORITY_DEFAULT, DRIP_MS, drip_cb, g_object_ref (message),
                                 g_object_unref);

  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/json", NULL);
  g_signal_connect (message, "finished", G_CALLBACK (drip_over_cb), GUINT_TO_POINTER (id));
}

static void
answer_stuck (SoupServerMessage *message,
              GHashTable *query)
{
  soup_server_message_pause (message);
}

/* Promises more than it gives, and hangs up. */
static void
answer_cut (SoupServerMessage *message,
            GHashTable *query)
{
  static const char text[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             "Content-Length: 100\r\n\r\n{\"ok\":true}";
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL, NULL,
                             NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
answer_fds (SoupServerMessage *message,
            GHashTable *query)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  g_autofree char *text = NULL;
  int n = 0;

  while (g_dir_read_name (dir))
    n++;
  text = g_strdup_printf ("{\"fds\":%d}", n);
  reply (message, 200, "application/json", text);
}

static const struct
{
  const char *path;
  Answer answer;
} answers[] = {
  { "/json", answer_json },   { "/portal", answer_portal },     { "/problem", answer_problem },
  { "/echo", answer_echo },   { "/redirect", answer_redirect }, { "/big", answer_big },
  { "/bomb", answer_bomb },   { "/slow", answer_slow },         { "/stuck", answer_stuck },
  { "/cut", answer_cut },     { "/fds", answer_fds },
};

static void
handler_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    if (g_str_equal (answers[i].path, path))
      {
        g_autoptr (GHashTable) none = g_hash_table_new (NULL, NULL);

        answers[i].answer (message, query ? query : none);
        return;
      }
  reply (message, 404, "application/problem+json", "{\"code\":\"not_found\"}");
}

static void
ws_message_cb (SoupWebsocketConnection *connection,
               int type,
               GBytes *bytes,
               gpointer data)
{
  const char *text = g_bytes_get_data (bytes, NULL);

  if (g_strcmp0 (text, "bye") == 0)
    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  else
    soup_websocket_connection_send_message (connection, type, bytes);
}

static void
ws_closed_cb (SoupWebsocketConnection *connection,
              gpointer data)
{
  g_object_unref (connection);
}

static void
ws_cb (SoupServer *server,
       SoupServerMessage *message,
       const char *path,
       SoupWebsocketConnection *connection,
       gpointer data)
{
  const char *token = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");

  g_signal_connect (g_object_ref (connection), "message", G_CALLBACK (ws_message_cb), NULL);
  g_signal_connect (connection, "closed", G_CALLBACK (ws_closed_cb), NULL);
  soup_websocket_connection_send_text (connection, token ? token : "halo");
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

/* A test that aborts takes its peer with it. */
static gboolean
parent_gone_cb (int fd,
                GIOCondition condition,
                gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GSocket) listener = kd_listen_open ("127.0.0.1", 0, KD_LISTEN_EXCLUSIVE, NULL);
  KdSweeperTimes times = { .every_ms = 50, .body_ms = 500 };
  KdSweeper *sweeper = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (KdAcceptor) acceptor = NULL;

  if (argc > 3)
    times.idle_ms = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  if (argc > 2 && g_str_equal (argv[2], "https"))
    certificate = g_tls_certificate_new_from_pem (TEST_CERTIFICATE, -1, NULL);
  soup_server_add_handler (server, NULL, handler_cb, NULL, NULL);
  soup_server_add_websocket_handler (server, "/ws", NULL, NULL, ws_cb, NULL, NULL);
  if (argc < 2 || g_str_equal (argv[1], "sweep"))
    sweeper = kd_sweeper_new (server, &times);
  acceptor = kd_acceptor_new (server, listener, certificate);
  printf ("%u\n", kd_listen_get_port (listener));
  fflush (stdout);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_fd_add (STDIN_FILENO, G_IO_HUP | G_IO_ERR, parent_gone_cb, loop);
  g_main_loop_run (loop);
  kd_sweeper_free (sweeper);
  soup_server_disconnect (server);
  return 0;
}
