/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-bench.h"

#include "kd-desktop-sync.h"
#include "kd-profile.h"
#include "kd-window-model.h"

#include <libsoup/soup.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* bench-message DATA SLUG: from a buyer's phone to the row on the seller's screen: a message goes over the
 * page's socket to the embedded server, and comes by sync into the inbox's list. */

#define PHONES 4                /* the server holds back a single one that writes without end */
#define MESSAGES 30             /* of each */
#define WARM 5                  /* not counted, of the first */
#define PAUSE_MS 300            /* a list that just moved waits a moment before it moves again */
#define PATIENCE_S 60

typedef struct
{
  KdProfile *profile;
  KdStore *store;
  KdDesktopServer *server;
  KdDesktopSync *sync;
  KdSession *session;
  KdWindowModel *model;
  const char *slug;
  SoupSession *http;
  SoupWebsocketConnection *phone;
  KdRandom random;
} Bench;

static gboolean
late_cb (gpointer data)
{
  g_error ("bench-message: waited %d s for %s", PATIENCE_S, (const char *) data);
  return G_SOURCE_REMOVE;
}

static void
wait_for (Bench *self,
          gboolean (*done) (Bench *self, gconstpointer data),
          gconstpointer data,
          const char *what)
{
  guint timer = g_timeout_add_seconds (PATIENCE_S, late_cb, (gpointer) what);

  while (!done (self, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static gboolean
is_online (Bench *self,
           gconstpointer data)
{
  return kd_sync_control_get_phase (KD_SYNC_CONTROL (self->sync)) == KD_LINK_IDLE;
}

static gboolean
has_phone (Bench *self,
           gconstpointer data)
{
  return self->phone != NULL;
}

/* The row says so: its newest text is this one. */
static gboolean
is_shown (Bench *self,
          gconstpointer text)
{
  g_autoptr (KdItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), 0);

  return item != NULL
         && g_strcmp0 (kd_listed_conversation_get_row (KD_LISTED_CONVERSATION (item))->last_text, text) == 0;
}

/* ---- the phone ---- */

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Bench *self = data;
  g_autoptr (GError) error = NULL;

  self->phone = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (self->phone == NULL)
    g_error ("bench-message: %s", error->message);
}

/* Opens the page as a browser does, takes its cookie, and then the socket. */
static void
open_phone (Bench *self)
{
  const char *address = self->profile->address;
  g_autofree char *page = g_strdup_printf ("%s/%s/chat", address, self->slug), *live = g_strdup_printf ("%s/%s/live", address, self->slug);
  g_autoptr (SoupMessage) get = soup_message_new ("GET", page);
  g_autoptr (SoupMessage) upgrade = soup_message_new ("GET", live);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  const char *cookie;
  g_autofree char *kept = NULL;

  body = soup_session_send_and_read (self->http, get, NULL, &error);
  cookie = body != NULL ? soup_message_headers_get_one (soup_message_get_response_headers (get), "Set-Cookie") : NULL;
  if (cookie == NULL)
    g_error ("bench-message: no page: %s", error != NULL ? error->message : soup_message_get_reason_phrase (get));
  kept = g_strndup (cookie, strcspn (cookie, ";"));
  soup_message_headers_append (soup_message_get_request_headers (upgrade), "Cookie", kept);
  g_clear_object (&self->phone);
  soup_session_websocket_connect_async (self->http, upgrade, address, NULL, G_PRIORITY_DEFAULT, NULL, opened_cb, self);
  wait_for (self, has_phone, NULL, "the page's socket");
  soup_websocket_connection_send_text (self->phone, "{\"hello\":{\"after\":0}}");
}

static gboolean
over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pause_a_while (void)
{
  gboolean over = FALSE;

  g_timeout_add (PAUSE_MS, over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static double
send_one (Bench *self,
          guint phone,
          guint i)
{
  g_autofree char *text = g_strdup_printf ("masih ada ukuran L kak? %u/%u", phone, i);
  g_autofree char *frame = NULL;
  char uid[KD_ID_TEXT_LENGTH + 1];
  guint8 bytes[10];
  double begin;
  KdId id;

  for (guint b = 0; b < sizeof bytes; b++)
    bytes[b] = (guint8) kd_random_next (&self->random);
  id = kd_id_make (g_get_real_time () / 1000, bytes);
  frame = g_strdup_printf ("{\"send\":{\"uid\":\"%s\",\"text\":\"%s\",\"name\":\"Rina %u\"}}", kd_id_to_text (&id, uid), text, phone);
  begin = kd_bench_now ();
  soup_websocket_connection_send_text (self->phone, frame);
  wait_for (self, is_shown, text, "a message");
  return kd_bench_now () - begin;
}

static void
measure (Bench *self,
         const char *data)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double sync = kd_bench_fdatasync (data), cpu = 0, p50, p99;
  g_autofree char *reach = NULL, *more = NULL;

  for (guint p = 0; p < PHONES; p++)
    {
      open_phone (self);
      for (guint i = 0; i < MESSAGES; i++)
        {
          double took;

          pause_a_while ();
          if (p == 0 && i == WARM)
            cpu = kd_bench_cpu (RUSAGE_SELF);
          took = send_one (self, p, i);
          if (p > 0 || i >= WARM)
            g_array_append_val (times, took);
        }
    }
  cpu = kd_bench_cpu (RUSAGE_SELF) - cpu;
  sync = (sync + kd_bench_fdatasync (data)) / 2;
  p50 = kd_bench_at (times, 0.5) * 1000;
  p99 = kd_bench_at (times, 0.99) * 1000;
  reach = g_strdup_printf ("<= 20 ms + 3 x fdatasync = %.1f ms", 20 + 3000 * sync);
  more = g_strdup_printf ("\"cpu\":%.2f", cpu / times->len * 1000);
  kd_bench_say (&(KdBenchFigure){ .name = "message.p50", .figure = p50, .unit = "ms", .what = "one fdatasync", .reference = sync * 1000,
                                  .ratio = p50 / (20 + 3000 * sync), .reach = reach, .n = times->len, .more = more });
  kd_bench_say (&(KdBenchFigure){ .name = "message.p99", .figure = p99, .unit = "ms", .what = "one fdatasync", .reference = sync * 1000,
                                  .ratio = p99 / 150, .reach = "<= 150 ms", .n = times->len });
}

static gboolean
open_desktop (Bench *self,
              const char *data,
              GError **error)
{
  g_autofree char *folder = kd_profile_server_folder (data);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_CONVERSATIONS);

  self->profile = kd_profile_find (data, NULL, error);
  self->store = self->profile != NULL ? kd_profile_open_store (self->profile, KD_STORE_DEFAULT, error) : NULL;
  if (self->store == NULL)
    return FALSE;
  self->server = kd_desktop_server_new (folder);
  self->sync = kd_desktop_sync_new (self->profile, self->store, self->server);
  self->session = kd_session_new (self->store);
  self->model = kd_window_model_new (self->session, query);
  kd_sync_control_start (KD_SYNC_CONTROL (self->sync));
  wait_for (self, is_online, NULL, "the server");
  return TRUE;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  Bench self = { .random = KD_RANDOM (31) };

  if (argc != 3 || !open_desktop (&self, argv[1], &error))
    {
      g_printerr ("bench-message: %s\n", error != NULL ? error->message : "needs the folder of a shop and its page's name");
      return EXIT_FAILURE;
    }
  self.slug = argv[2];
  self.http = soup_session_new ();
  measure (&self, argv[1]);
  g_clear_object (&self.phone);
  g_object_unref (self.http);
  g_object_unref (self.model);
  kd_session_close (self.session);
  kd_sync_control_stop (KD_SYNC_CONTROL (self.sync));
  kd_store_close (self.store);
  kd_desktop_server_end (self.server);
  kd_profile_free (self.profile);
  return EXIT_SUCCESS;
}
