/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-net.h"

#include "kd-ws.h"

#include <signal.h>
#include <string.h>

/* What a test has heard of its socket. */
typedef struct
{
  KdWs *ws;
  GString *log;         /* u, d, and texts in angle brackets */
  guint ups;
  guint downs;
  guint texts;
  guint status;
  gboolean free_in_text;
} Heard;

static void
up_cb (KdWs *ws,
       gpointer data)
{
  Heard *heard = data;

  heard->ups++;
  g_string_append_c (heard->log, 'u');
}

static void
text_cb (KdWs *ws,
         const char *text,
         gsize size,
         gpointer data)
{
  Heard *heard = data;

  g_assert_cmpuint (strlen (text), ==, size);
  heard->texts++;
  g_string_append_printf (heard->log, "<%s>", text);
  if (heard->free_in_text)
    g_clear_pointer (&heard->ws, kd_ws_free);
}

static void
down_cb (KdWs *ws,
         guint status,
         gint64 retry_ms,
         gpointer data)
{
  Heard *heard = data;

  g_assert_cmpint (retry_ms, >=, KD_BACKOFF_FLOOR_MS);
  heard->downs++;
  heard->status = status;
  g_string_append_c (heard->log, 'd');
}

static const KdWsEvents events = { up_cb, text_cb, down_cb };

typedef struct
{
  Peer *peer;
  SoupSession *session;
  GRand *rand;
  Heard heard;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer path)
{
  KdWsTimes times = { .ping_ms = 1000, .dead_ms = 2500, .connect_ms = 2000, .stable_ms = 100,
                      .retry_min_ms = 50, .retry_max_ms = 200 };
  KdHttpOptions options = { .direct = TRUE };
  g_autofree char *url = NULL;

  fixture->peer = test_peer_new ("sweep", "http", "1000");
  fixture->session = kd_http_session_new (&options);
  fixture->rand = g_rand_new_with_seed (3);
  fixture->heard.log = g_string_new (NULL);
  url = test_peer_url (fixture->peer, "ws", path);
  fixture->heard.ws = kd_ws_new (fixture->session, url, &times, &events, &fixture->heard,
                                 test_random, fixture->rand);
}

static void
tear_down (Fixture *fixture,
           gconstpointer path)
{
  kd_ws_free (fixture->heard.ws);
  test_session_free (fixture->session);
  test_peer_free (fixture->peer);
  g_rand_free (fixture->rand);
  g_string_free (fixture->heard.log, TRUE);
}

static gboolean
has_ups (gpointer data)
{
  Fixture *fixture = ((gpointer *) data)[0];

  return fixture->heard.ups >= GPOINTER_TO_UINT (((gpointer *) data)[1]);
}

static gboolean
has_downs (gpointer data)
{
  Fixture *fixture = ((gpointer *) data)[0];

  return fixture->heard.downs >= GPOINTER_TO_UINT (((gpointer *) data)[1]);
}

static gboolean
has_texts (gpointer data)
{
  Fixture *fixture = ((gpointer *) data)[0];

  return fixture->heard.texts >= GPOINTER_TO_UINT (((gpointer *) data)[1]);
}

static void
wait_for (Fixture *fixture,
          TestCondition condition,
          guint n)
{
  gpointer pair[] = { fixture, GUINT_TO_POINTER (n) };

  test_wait (condition, pair);
}

static void
test_talk (Fixture *fixture,
           gconstpointer path)
{
  KdWs *ws = fixture->heard.ws;

  g_assert_false (kd_ws_send_text (ws, "too early"));
  kd_ws_set_token (ws, "abc");
  kd_ws_start (ws);
  kd_ws_start (ws);
  wait_for (fixture, has_texts, 1);
  g_assert_cmpstr (fixture->heard.log->str, ==, "u<Bearer abc>");
  g_assert_true (kd_ws_is_up (ws));
  g_assert_true (kd_ws_send_text (ws, "apa kabar"));
  wait_for (fixture, has_texts, 2);
  g_assert_cmpstr (fixture->heard.log->str, ==, "u<Bearer abc><apa kabar>");
  kd_ws_stop (ws);
  g_assert_false (kd_ws_is_up (ws));
  kd_ws_start (ws);
  wait_for (fixture, has_ups, 2);
}

static gboolean
over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* Quiet but alive: pings keep it, on both sides, longer than either would wait in silence. */
static void
test_quiet (Fixture *fixture,
            gconstpointer path)
{
  gboolean over = FALSE;

  kd_ws_start (fixture->heard.ws);
  wait_for (fixture, has_texts, 1);
  g_timeout_add (4000, over_cb, &over);
  test_wait (is_true, &over);
  g_assert_cmpstr (fixture->heard.log->str, ==, "u<halo>");
}

static void
test_peer_stops (Fixture *fixture,
                 gconstpointer path)
{
  gint64 began;

  kd_ws_start (fixture->heard.ws);
  wait_for (fixture, has_texts, 1);
  kill (test_peer_pid (fixture->peer), SIGSTOP);
  began = g_get_monotonic_time ();
  wait_for (fixture, has_downs, 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >, 500 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5000 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpuint (fixture->heard.status, ==, 0);
  /* Its next handshake is not answered either; that ends too. */
  wait_for (fixture, has_downs, 2);
  g_assert_cmpuint (fixture->heard.ups, ==, 1);
  kill (test_peer_pid (fixture->peer), SIGCONT);
  wait_for (fixture, has_ups, 2);
  wait_for (fixture, has_texts, 2);
}

static void
test_peer_closes (Fixture *fixture,
                  gconstpointer path)
{
  kd_ws_start (fixture->heard.ws);
  for (guint i = 1; i <= 3; i++)
    {
      wait_for (fixture, has_ups, i);
      g_assert_true (kd_ws_send_text (fixture->heard.ws, "bye"));
      wait_for (fixture, has_downs, i);
    }
  wait_for (fixture, has_ups, 4);
}

static void
test_peer_dies (Fixture *fixture,
                gconstpointer path)
{
  kd_ws_start (fixture->heard.ws);
  wait_for (fixture, has_texts, 1);
  g_subprocess_force_exit (fixture->peer->process);
  wait_for (fixture, has_downs, 3);
  g_assert_cmpuint (fixture->heard.ups, ==, 1);
  kd_ws_poke (fixture->heard.ws);
  wait_for (fixture, has_downs, 4);
}

static void
test_refused (Fixture *fixture,
              gconstpointer path)
{
  kd_ws_start (fixture->heard.ws);
  wait_for (fixture, has_downs, 2);
  g_assert_cmpuint (fixture->heard.ups, ==, 0);
  g_assert_cmpuint (fixture->heard.status, ==, 401);
}

static void
test_stop_while_connecting (Fixture *fixture,
                            gconstpointer path)
{
  kd_ws_start (fixture->heard.ws);
  kd_ws_stop (fixture->heard.ws);
  kd_ws_start (fixture->heard.ws);
  wait_for (fixture, has_texts, 1);
  g_assert_cmpstr (fixture->heard.log->str, ==, "u<halo>");
}

static gboolean
is_freed (gpointer data)
{
  return ((Fixture *) data)->heard.ws == NULL;
}

static void
test_freed_in_event (Fixture *fixture,
                     gconstpointer path)
{
  fixture->heard.free_in_text = TRUE;
  kd_ws_start (fixture->heard.ws);
  test_wait (is_freed, fixture);
}

void
test_ws_add (void)
{
  static const struct
  {
    const char *name;
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ws/talk", "/ws", test_talk },
    { "/ws/quiet", "/ws", test_quiet },
    { "/ws/peer-stops", "/ws", test_peer_stops },
    { "/ws/peer-closes", "/ws", test_peer_closes },
    { "/ws/peer-dies", "/ws", test_peer_dies },
    { "/ws/refused", "/portal?status=401", test_refused },
    { "/ws/stop-while-connecting", "/ws", test_stop_while_connecting },
    { "/ws/freed-in-event", "/ws", test_freed_in_event },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, tests[i].path, set_up, tests[i].func, tear_down);
}
