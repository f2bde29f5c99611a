/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-profile.h"
#include "kd-real-clock.h"
#include "kd-sync-http.h"
#include "kd-sync-world.h"
#include "kd-wire-auth.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* Who may write a profile, and whose outbox it is; tokens that end while it is sent: SYNC 6, F07,
 * F49. */

#define WAIT_S 30

static void
make_profile (KdProfile *profile,
              char *data,
              const KdId *shop,
              const KdId *user)
{
  GError *error = NULL;

  *profile = (KdProfile){ .data = data, .shop = *shop, .user = *user, .shop_name = (char *) "Toko", .address = (char *) "http://127.0.0.1:1" };
  g_assert_true (kd_profile_save (profile, &error));
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

/* F07: the second one that would write is told that the first one has it open. */
static void
test_f07_lock (void)
{
  g_autofree char *data = g_dir_make_tmp ("kedai-profile-XXXXXX", NULL);
  KdId shop = { { 1 } }, user = { { 2 } };
  KdProfile profile;
  g_autoptr (KdLock) first = NULL;
  g_autoptr (GError) error = NULL;

  make_profile (&profile, data, &shop, &user);
  first = kd_profile_lock (&profile, 0, &error);
  g_assert_no_error (error);
  g_assert_null (kd_profile_lock (&profile, 0, &error));
  g_assert_error (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_IN_USE);
  g_clear_pointer (&first, kd_lock_free);
  g_clear_error (&error);
  first = kd_profile_lock (&profile, 0, &error);
  g_assert_no_error (error);
  remove_tree (data);
}

/* F07: should two programs write one database all the same, no number is given twice. */
static void
test_f07_numbers (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (41, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdStore *mine = device->store;
  GError *error = NULL;
  g_autoptr (KdStore) other = kd_store_open (device->path, KD_STORE_INLINE, kd_real_clock, NULL, world->shop.random,
                                             world, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    {
      device->store = i % 2 == 0 ? mine : other;
      kd_sync_device_add_category (device, "Kopi");
      if (i % 3 == 0)
        {
          g_assert_true (kd_sync_device_push (device, 50));
          g_ptr_array_set_size (world->network, 0);
        }
    }
  device->store = mine;
  kd_store_close (other);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, 20);
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM category"), ==, 20);
}

/* F49: another user of the same shop has another database: what waits in the first one stays there. */
static void
test_f49_users (void)
{
  g_autofree char *data = g_dir_make_tmp ("kedai-profile-XXXXXX", NULL);
  KdId shop = { { 1 } }, ani = { { 2 } }, budi = { { 3 } };
  KdProfile first, second;
  g_autofree char *a = NULL, *b = NULL;
  g_autoptr (GPtrArray) all = NULL;

  make_profile (&first, data, &shop, &ani);
  make_profile (&second, data, &shop, &budi);
  a = kd_profile_database (&first);
  b = kd_profile_database (&second);
  g_assert_cmpstr (a, !=, b);
  all = kd_profile_list (data, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  remove_tree (data);
}

/* ---- tokens ---- */

typedef struct
{
  GSocketService *service;      /* each connection has a thread */
  GMutex mutex;                 /* for what follows */
  KdId server_id, user;
  guint n_refresh, n_push, lost, portal;
  const char *good;             /* the access token that it takes */
} Peer;

/* (transfer full): status line's end, headers' type and body */
static char *
say (const char *status,
     const char *type,
     const char *body)
{
  return g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status, type,
                          strlen (body), body);
}

static char *
say_tokens (Peer *peer,
            const char *access)
{
  g_autoptr (GPtrArray) shops = g_ptr_array_new ();
  KdAuthAnswer answer = { .shops = shops, .access = (char *) access, .refresh = (char *) "r", .server_id = peer->server_id,
                          .user = peer->user, .session = peer->user, .login = (char *) "ani", .name = (char *) "Ani",
                          .proto = 1, .schema = 1 };
  g_autofree char *json = kd_auth_answer_to_json (&answer);

  return say ("200 OK", "application/json", json);
}

/* (nullable): none, the connection just ends */
static char *
answer_to (Peer *peer,
           const char *request)
{
  static const char ended[] = "{\"code\":\"auth\",\"status\":401}";
  g_autofree char *bearer = g_strdup_printf ("Bearer %s\r\n", peer->good != NULL ? peer->good : "none");

  if (strstr (request, "/v1/auth/sign-in ") != NULL)
    return say_tokens (peer, "first");
  if (strstr (request, "/v1/auth/refresh ") != NULL)
    {
      peer->n_refresh++;
      if (peer->n_refresh <= peer->lost)
        return NULL;
      if (peer->n_refresh <= peer->portal)
        return say ("403 Forbidden", "text/html", "<html>Please log in to the hotel</html>");
      return peer->good != NULL ? say_tokens (peer, peer->good) : say ("401 Unauthorized", "application/problem+json", ended);
    }
  if (strstr (request, bearer) == NULL)
    return say ("401 Unauthorized", "application/problem+json", ended);
  peer->n_push++;
  return say ("200 OK", "application/json", "{}");
}

/* Headers, and as much body as they say. */
static char *
read_request (GInputStream *stream)
{
  g_autoptr (GString) request = g_string_new (NULL);
  const char *end = NULL, *length;
  guint64 n = 0;

  while (end == NULL || strlen (end) < n)
    {
      char buffer[1024];
      gssize got = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL);

      if (got <= 0)
        break;
      g_string_append_len (request, buffer, got);
      end = strstr (request->str, "\r\n\r\n");
      if (end == NULL)
        continue;
      end += strlen ("\r\n\r\n");
      length = strstr (request->str, "Content-Length: ");
      n = length != NULL ? g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10) : 0;
    }
  return g_string_free (g_steal_pointer (&request), FALSE);
}

static gboolean
connected_cb (GThreadedSocketService *service,
              GSocketConnection *connection,
              GObject *source,
              gpointer data)
{
  Peer *peer = data;
  g_autofree char *request = read_request (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *answer = NULL;

  g_mutex_lock (&peer->mutex);
  answer = answer_to (peer, request);
  g_mutex_unlock (&peer->mutex);
  if (answer != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer, strlen (answer), NULL, NULL, NULL);
  return TRUE;
}

typedef struct
{
  GAsyncResult *result;
} Waiting;

static void
done_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  ((Waiting *) data)->result = g_object_ref (result);
}

static GAsyncResult *
wait_for (Waiting *waiting)
{
  gint64 until = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  while (waiting->result == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
    }
  return g_steal_pointer (&waiting->result);
}

typedef struct
{
  Peer peer;
  char *folder, *address;
  KdSecrets *secrets;
  KdAccount *account;
  KdSyncTransport *transport;
} Line;

static void
line_init (Line *line)
{
  Waiting waiting = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  guint16 port;
  KdId shop = { { 7 } };
  GError *error = NULL;

  *line = (Line){ .peer = { .server_id = { { 8 } }, .user = { { 9 } }, .good = "first" } };
  g_mutex_init (&line->peer.mutex);
  line->peer.service = g_threaded_socket_service_new (4);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (line->peer.service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (line->peer.service, "run", G_CALLBACK (connected_cb), &line->peer);
  line->address = g_strdup_printf ("http://127.0.0.1:%u", port);
  line->folder = g_dir_make_tmp ("kedai-secrets-XXXXXX", NULL);
  line->secrets = kd_secrets_open (line->folder);
  line->account = kd_account_new (line->secrets, line->address, NULL);
  kd_account_sign_in_async (line->account, "ani", "rahasia", NULL, done_cb, &waiting);
  result = wait_for (&waiting);
  g_assert_true (kd_account_sign_in_finish (line->account, result, &error));
  line->transport = kd_sync_http_new (line->account, &shop);
}

static void
line_clear (Line *line)
{
  kd_sync_transport_drop (line->transport);
  g_object_unref (line->transport);
  g_object_unref (line->account);
  kd_secrets_free (line->secrets);
  g_socket_service_stop (line->peer.service);
  g_socket_listener_close (G_SOCKET_LISTENER (line->peer.service));
  g_object_unref (line->peer.service);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_mutex_clear (&line->peer.mutex);
  remove_tree (line->folder);
  g_free (line->folder);
  g_free (line->address);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

/* The status of its answer; 0: none came. */
static guint
push (Line *line)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  KdSyncRequest request = KD_SYNC_REQUEST_INIT;
  Waiting waiting = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KdSyncReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  request.method = "POST";
  request.path = "/v1/shops/x/push";
  request.content_type = "application/json";
  request.body = body;
  request.max_answer = 1000;
  request.timeout_ms = 10000;
  kd_sync_transport_send_async (line->transport, &request, NULL, done_cb, &waiting);
  result = wait_for (&waiting);
  reply = kd_sync_transport_send_finish (line->transport, result, &error);
  return reply != NULL ? reply->status : 0;
}

/* F49: the token ends between two requests: renewed and sent again without a word. */
static void
test_f49_renewed (void)
{
  g_auto (Line) line = { 0 };

  line_init (&line);
  g_assert_cmpuint (push (&line), ==, 200);
  line.peer.good = "second";
  g_assert_cmpuint (push (&line), ==, 200);
  g_assert_cmpuint (line.peer.n_refresh, ==, 1);
  g_assert_cmpuint (push (&line), ==, 200);
  g_assert_cmpuint (line.peer.n_refresh, ==, 1);
  g_assert_cmpuint (line.peer.n_push, ==, 3);
}

/* F49: the answer to the renewal is lost, or is somebody else's page: nobody is signed out by that. */
static void
test_f49_lost (gconstpointer data)
{
  gboolean portal = GPOINTER_TO_INT (data);
  g_auto (Line) line = { 0 };

  line_init (&line);
  line.peer.good = "second";
  *(portal ? &line.peer.portal : &line.peer.lost) = 1;
  g_assert_cmpuint (push (&line), ==, 0);
  g_assert_cmpuint (push (&line), ==, 200);
  g_assert_cmpuint (line.peer.n_push, ==, 1);
}

/* F49: a session that has ended is said to have. */
static void
test_f49_ended (void)
{
  g_auto (Line) line = { 0 };

  line_init (&line);
  line.peer.good = NULL;
  g_assert_cmpuint (push (&line), ==, 401);
  g_assert_cmpuint (line.peer.n_refresh, ==, 1);
}

void
add_profile_tests (void)
{
  g_test_add_func ("/sync/profile/F07-locked", test_f07_lock);
  g_test_add_func ("/sync/profile/F07-no-number-twice", test_f07_numbers);
  g_test_add_func ("/sync/profile/F49-another-user", test_f49_users);
  g_test_add_func ("/sync/profile/F49-token-renewed", test_f49_renewed);
  g_test_add_data_func ("/sync/profile/F49-renewal-lost", GINT_TO_POINTER (FALSE), test_f49_lost);
  g_test_add_data_func ("/sync/profile/F49-renewal-and-portal", GINT_TO_POINTER (TRUE), test_f49_lost);
  g_test_add_func ("/sync/profile/F49-session-ended", test_f49_ended);
}
