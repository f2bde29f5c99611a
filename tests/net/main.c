/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-net.h"

Peer *
test_peer_new (const char *sweep,
               const char *scheme,
               const char *idle_ms)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  Peer *peer = g_new0 (Peer, 1);

  /* What SoupServer itself leaks is not ours to find. */
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
  peer->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("KD_NET_PEER"), sweep,
                                               scheme, idle_ms, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  peer->port = (guint16) g_ascii_strtoull (line, NULL, 10);
  g_assert_cmpuint (peer->port, >, 0);
  return peer;
}

int
test_peer_pid (Peer *peer)
{
  return (int) g_ascii_strtoll (g_subprocess_get_identifier (peer->process), NULL, 10);
}

void
test_peer_free (Peer *peer)
{
  g_subprocess_force_exit (peer->process);
  g_subprocess_wait (peer->process, NULL, NULL);
  g_object_unref (peer->process);
  g_free (peer);
}

char *
test_peer_url (Peer *peer,
               const char *scheme,
               const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", scheme, peer->port, path);
}

static gboolean
late_cb (gpointer data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

void
test_wait (TestCondition func,
           gpointer data)
{
  guint late = g_timeout_add (TEST_WAIT_MS, late_cb, NULL);

  while (!func (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

void
test_take_result_cb (GObject *source,
                     GAsyncResult *result,
                     gpointer data)
{
  GAsyncResult **where = data;

  *where = g_object_ref (result);
}

static gboolean
has_result (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

KdHttpResult *
test_call (SoupSession *session,
           const KdHttpCall *call)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KdHttpResult *answer;

  kd_http_send_async (session, call, NULL, test_take_result_cb, &result);
  test_wait (has_result, &result);
  answer = kd_http_send_finish (session, result, &error);
  g_assert_no_error (error);
  return answer;
}

KdHttpResult *
test_get (SoupSession *session,
          Peer *peer,
          const char *path)
{
  g_autofree char *url = test_peer_url (peer, "http", path);
  KdHttpCall call = { .url = url };

  return test_call (session, &call);
}

void
test_session_free (SoupSession *session)
{
  soup_session_abort (session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
test_random (gpointer data,
             guint8 *bytes,
             gsize n)
{
  GRand *rand = data;

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) g_rand_int (rand);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_http_add ();
  test_guard_add ();
  test_listen_add ();
  test_ws_add ();
  return g_test_run ();
}
