/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-fake-transport.h"

#include <string.h>

static void transport_init (KdSyncTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdFakeTransport, kd_fake_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_SYNC_TRANSPORT, transport_init))

/* ---- the server ---- */

static char *
query_value (const char *path,
             const char *name)
{
  const char *query = strchr (path, '?');
  g_autoptr (GHashTable) params = query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;

  return params != NULL ? g_strdup (g_hash_table_lookup (params, name)) : NULL;
}

static KdSyncReply *
problem_reply (KdProblem *problem)
{
  gsize n;
  char *text = kd_problem_to_json (problem, &n);
  g_autoptr (GBytes) body = g_bytes_new_take (text, n);
  KdSyncReply *reply = kd_sync_reply_new ((guint) problem->status, KD_PROBLEM_MEDIA_TYPE, body);

  kd_problem_free (problem);
  return reply;
}

/* What a server says whose storage fails. */
static KdSyncReply *
failed_reply (KdProblem *problem,
              GError *error)
{
  g_clear_pointer (&problem, kd_problem_free);
  g_error_free (error);
  return problem_reply (kd_problem_new (503, "busy"));
}

static KdSyncReply *
text_reply (guint status,
            char *text,
            gsize n)
{
  g_autoptr (GBytes) body = g_bytes_new_take (text, n);
  return kd_sync_reply_new (status, "application/json", body);
}

static KdSyncReply *
serve_push (KdFakeTransport *self,
            GBytes *body)
{
  KdSyncWorld *world = self->device->world;
  KdShopAuth auth = { .user = self->device->user, .session = self->device->session, .device = self->device->id };
  gsize n;
  const char *text = g_bytes_get_data (body, &n);
  g_autoptr (KdPush) push = kd_push_parse (text, (gssize) n, NULL);
  g_autoptr (KdPushAnswer) answer = NULL;
  KdProblem *problem = NULL;
  GError *error = NULL;
  char *json;

  g_assert_nonnull (push);
  self->n_push++;
  if (self->fault == KD_FAULT_TOO_LARGE && push->mutations->len > self->most)
    return problem_reply (kd_problem_new (413, "too_large"));
  answer = kd_shop_push (world->server, &world->shop, &auth, push, &problem, &error);
  if (error != NULL && world->may_fail)
    return failed_reply (problem, error);
  g_assert_no_error (error);
  kd_sync_world_note_snapshot (world);
  if (answer == NULL)
    return problem_reply (problem);
  json = kd_push_answer_to_json (answer, &n);
  return text_reply (200, json, n);
}

static KdSyncReply *
serve_pull (KdFakeTransport *self,
            const char *path)
{
  KdSyncWorld *world = self->device->world;
  KdShopAuth auth = { .user = self->device->user, .session = self->device->session };
  g_autofree char *cursor = query_value (path, "cursor"), *witness = query_value (path, "witness");
  g_autofree char *device = query_value (path, "device"), *sealed = query_value (path, "sealed");
  g_autofree char *ack = query_value (path, "ack");
  g_autoptr (KdChanges) page = NULL;
  KdPull pull = { .cursor = cursor, .limit = self->device->limit };
  KdProblem *problem = NULL;
  GError *error = NULL;
  gsize n;
  char *json;

  self->n_pull++;
  g_assert_true (kd_id_parse (device, &auth.device));
  pull.sealed = g_ascii_strtoll (sealed, NULL, 10);
  pull.ack = g_ascii_strtoll (ack, NULL, 10);
  pull.has_witness = witness != NULL;
  g_assert_true (witness == NULL || kd_witness_parse (witness, &pull.witness));
  page = kd_shop_changes (world->server, &world->shop, &auth, &pull, &problem, &error);
  if (error != NULL && world->may_fail)
    return failed_reply (problem, error);
  g_assert_no_error (error);
  if (page == NULL)
    return problem_reply (problem);
  json = kd_changes_to_json (page, &n);
  return text_reply (200, json, n);
}

static KdSyncReply *
serve_blob (KdFakeTransport *self,
            const KdSyncRequest *request)
{
  const char *hash = strrchr (request->path, '/') + 1;
  KdSyncReply *reply;
  GByteArray *data;

  self->n_blob++;
  if (g_str_equal (request->method, "POST"))
    {
      gsize n;
      g_autofree char *text = g_strndup (g_bytes_get_data (request->body, &n), g_bytes_get_size (request->body));
      const char *at = strstr (text, "\"sha256\":\"");
      g_autofree char *name = NULL;

      g_assert_nonnull (at);
      name = g_strndup (at + strlen ("\"sha256\":\""), KD_HASH_TEXT_LENGTH);
      data = g_hash_table_lookup (self->blobs, name);
      if (data == NULL)
        g_hash_table_insert (self->blobs, g_steal_pointer (&name), data = g_byte_array_new ());
      reply = text_reply (201, g_strdup ("{}"), 2);
      reply->upload_offset = data->len;
      return reply;
    }
  data = g_hash_table_lookup (self->blobs, hash);
  if (data == NULL)
    return problem_reply (kd_problem_new (404, "not_found"));
  if (g_str_equal (request->method, "GET"))
    {
      g_autoptr (GBytes) bytes = g_bytes_new (data->data, data->len);
      return kd_sync_reply_new (200, "image/png", bytes);
    }
  reply = text_reply (request->upload_offset == (gint64) data->len ? 200 : 409, g_strdup ("{}"), 2);
  if (reply->status == 200)
    {
      gsize n;
      const guint8 *bytes = g_bytes_get_data (request->body, &n);
      g_byte_array_append (data, bytes, self->blob_cut != 0 ? MIN (n, self->blob_cut) : n);
    }
  reply->upload_offset = data->len;
  return reply;
}

KdSyncReply *
kd_fake_transport_serve (KdFakeTransport *self,
                         const KdSyncRequest *request)
{
  if (strstr (request->path, "/push") != NULL)
    return serve_push (self, request->body);
  if (strstr (request->path, "/changes?") != NULL)
    return serve_pull (self, request->path);
  return serve_blob (self, request);
}

/* ---- faults ---- */

static KdSyncReply *
cut (KdSyncReply *reply)
{
  gsize n = g_bytes_get_size (reply->body);
  GBytes *half = g_bytes_new_from_bytes (reply->body, 0, n / 2);

  g_bytes_unref (reply->body);
  reply->body = half;
  return reply;
}

static void
fail (GTask *task,
      const char *message)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", message);
}

static void
answer_with (GTask *task,
             KdSyncReply *reply)
{
  g_task_return_pointer (task, reply, (GDestroyNotify) kd_sync_reply_free);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer data)
{
  GTask *task = data;

  if (!g_task_get_completed (task))
    fail (task, "given up");
  return G_SOURCE_REMOVE;
}

/* Nothing ever comes back; given up, it ends. */
static void
stay_silent (GTask *task)
{
  GSource *source = g_cancellable_source_new (g_task_get_cancellable (task));

  g_task_attach_source (task, source, G_SOURCE_FUNC (cancelled_cb));
  g_source_unref (source);
}

static KdFault
choose_fault (KdFakeTransport *self)
{
  static const KdFault some[] = { KD_FAULT_UNREACHABLE, KD_FAULT_SILENT, KD_FAULT_ANSWER_LOST, KD_FAULT_CUT,
                                  KD_FAULT_PORTAL, KD_FAULT_BUSY };
  KdRandom *random = &self->device->world->random;

  if (self->fault != KD_FAULT_NONE || kd_random_below (random, 16) >= self->random_faults)
    return self->fault;
  return some[kd_random_below (random, G_N_ELEMENTS (some))];
}

static void
fake_send_async (KdSyncTransport *transport,
                 const KdSyncRequest *request,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer data)
{
  KdFakeTransport *self = KD_FAKE_TRANSPORT (transport);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  static const char page[] = "<html>Please log in to the hotel</html>";
  KdSyncReply *reply;

  g_task_set_check_cancellable (task, FALSE);
  if (self->hold != NULL)
    {
      self->hold (self, request, task, self->hold_data);
      return;
    }
  switch (choose_fault (self))
    {
    case KD_FAULT_UNREACHABLE:
      fail (task, "no route");
      break;
    case KD_FAULT_SILENT:
      stay_silent (task);
      break;
    case KD_FAULT_ANSWER_LOST:
      kd_sync_reply_free (kd_fake_transport_serve (self, request));
      fail (task, "reset");
      break;
    case KD_FAULT_ANSWER_LATE:
      g_object_set_data_full (G_OBJECT (task), "reply", kd_fake_transport_serve (self, request),
                              (GDestroyNotify) kd_sync_reply_free);
      g_ptr_array_add (self->late, g_object_ref (task));
      break;
    case KD_FAULT_CUT:
      answer_with (task, cut (kd_fake_transport_serve (self, request)));
      break;
    case KD_FAULT_PORTAL:
      answer_with (task, text_reply (200, g_strdup (page), strlen (page)));
      break;
    case KD_FAULT_BUSY:
      self->n_busy++;
      reply = problem_reply (kd_problem_new (503, "busy"));
      reply->retry_after_ms = self->busy_s * 1000;
      answer_with (task, reply);
      break;
    case KD_FAULT_AUTH:
      answer_with (task, problem_reply (kd_problem_new (401, "auth")));
      break;
    default:
      answer_with (task, kd_fake_transport_serve (self, request));
    }
}

static KdSyncReply *
fake_send_finish (KdSyncTransport *transport,
                  GAsyncResult *result,
                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kd_fake_transport_release (KdFakeTransport *self)
{
  g_autoptr (GPtrArray) late = self->late;

  self->late = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < late->len; i++)
    answer_with (late->pdata[i], g_object_steal_data (late->pdata[i], "reply"));
}

/* ---- the socket ---- */

static gboolean
opened_cb (gpointer data)
{
  KdFakeTransport *self = data;
  KdSyncLiveFunc live = self->live;

  if (live == NULL)
    return G_SOURCE_REMOVE;
  if (!self->live_down)
    {
      live (KD_SYNC_LIVE_OPEN, NULL, 0, self->live_data);
      return G_SOURCE_REMOVE;
    }
  self->live = NULL;
  live (KD_SYNC_LIVE_CLOSED, NULL, 0, self->live_data);
  return G_SOURCE_REMOVE;
}

static void
fake_open_live (KdSyncTransport *transport,
                KdSyncLiveFunc func,
                gpointer data)
{
  KdFakeTransport *self = KD_FAKE_TRANSPORT (transport);

  self->live = func;
  self->live_data = data;
  g_idle_add_full (G_PRIORITY_DEFAULT, opened_cb, g_object_ref (self), g_object_unref);
}

static void
fake_close_live (KdSyncTransport *transport)
{
  KD_FAKE_TRANSPORT (transport)->live = NULL;
}

void
kd_fake_transport_hang_up (KdFakeTransport *self)
{
  KdSyncLiveFunc live = g_steal_pointer (&self->live);

  if (live != NULL)
    live (KD_SYNC_LIVE_CLOSED, NULL, 0, self->live_data);
}

void
kd_fake_world_moved (KdSyncWorld *world,
                     GPtrArray *transports)
{
  KdLiveHead head = { .shop = world->shop.id };
  g_autofree char *text = NULL;

  head.seq = kd_shop_get_head (world->server, &world->shop, &head.epoch, NULL);
  text = kd_live_head_to_json (&head);
  for (guint i = 0; i < transports->len; i++)
    {
      KdFakeTransport *self = transports->pdata[i];

      if (self->live != NULL && !self->live_down && !self->live_mute
          && (!self->live_lossy || kd_random_below (&world->random, 2) == 0))
        self->live (KD_SYNC_LIVE_TEXT, text, strlen (text), self->live_data);
    }
}

static void
transport_init (KdSyncTransportInterface *iface)
{
  iface->send_async = fake_send_async;
  iface->send_finish = fake_send_finish;
  iface->open_live = fake_open_live;
  iface->close_live = fake_close_live;
}

static void
kd_fake_transport_finalize (GObject *object)
{
  KdFakeTransport *self = KD_FAKE_TRANSPORT (object);

  g_ptr_array_unref (self->late);
  g_hash_table_unref (self->blobs);
  G_OBJECT_CLASS (kd_fake_transport_parent_class)->finalize (object);
}

static void
kd_fake_transport_class_init (KdFakeTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_fake_transport_finalize;
}

static void
kd_fake_transport_init (KdFakeTransport *self)
{
  self->late = g_ptr_array_new_with_free_func (g_object_unref);
  self->blobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_byte_array_unref);
}

KdFakeTransport *
kd_fake_transport_new (KdSyncDevice *device)
{
  KdFakeTransport *self = g_object_new (KD_TYPE_FAKE_TRANSPORT, NULL);

  self->device = device;
  return self;
}

/* ---- time ---- */

typedef struct
{
  guint id;
  gint64 due;
  GSourceFunc func;
  gpointer data;
} Timer;

struct _KdFakeTime
{
  KdSyncWorld *world;
  GArray *timers;
  guint next;
};

static guint
time_add (gpointer data,
          guint ms,
          GSourceFunc func,
          gpointer func_data)
{
  KdFakeTime *self = data;
  Timer timer = { ++self->next, self->world->now + ms, func, func_data };

  g_array_append_val (self->timers, timer);
  return timer.id;
}

static void
time_remove (gpointer data,
             guint id)
{
  KdFakeTime *self = data;

  for (guint i = 0; i < self->timers->len; i++)
    if (g_array_index (self->timers, Timer, i).id == id)
      {
        g_array_remove_index (self->timers, i);
        return;
      }
}

static guint32
time_random (gpointer data)
{
  KdFakeTime *self = data;
  return (guint32) kd_random_next (&self->world->random);
}

KdFakeTime *
kd_fake_time_new (KdSyncWorld *world)
{
  KdFakeTime *self = g_new0 (KdFakeTime, 1);

  self->world = world;
  self->timers = g_array_new (FALSE, FALSE, sizeof (Timer));
  return self;
}

void
kd_fake_time_free (KdFakeTime *self)
{
  g_array_unref (self->timers);
  g_free (self);
}

KdSyncTimers
kd_fake_time_get_timers (KdFakeTime *self)
{
  return (KdSyncTimers){ .add = time_add, .remove = time_remove, .random = time_random, .data = self };
}

static void
run_ready (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
kd_fake_time_pass (KdFakeTime *self,
                   gint64 ms)
{
  gint64 until = self->world->now + ms;

  for (run_ready ();; run_ready ())
    {
      guint first = G_MAXUINT;
      Timer timer;

      for (guint i = 0; i < self->timers->len; i++)
        if (first == G_MAXUINT
            || g_array_index (self->timers, Timer, i).due < g_array_index (self->timers, Timer, first).due)
          first = i;
      if (first == G_MAXUINT || g_array_index (self->timers, Timer, first).due > until)
        break;
      timer = g_array_index (self->timers, Timer, first);
      g_array_remove_index (self->timers, first);
      self->world->now = MAX (self->world->now, timer.due);
      timer.func (timer.data);
    }
  self->world->now = MAX (self->world->now, until);
}
