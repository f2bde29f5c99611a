/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-http.h"

#include "kd-call.h"
#include "kd-random.h"
#include "kd-ws.h"

#include <string.h>

#define UPLOAD_OFFSET "Upload-Offset"

struct _KdSyncHttp
{
  GObject parent_instance;

  KdAccount *account;     /* (owned) */
  KdId shop;
  SoupSession *session;   /* (owned) (nullable): belongs to the engine's thread */
  char *address;          /* (owned) (nullable): what the session was made for */
  KdWs *ws;               /* (owned) (nullable) */
  KdSyncLiveFunc live;
  gpointer live_data;
  gboolean renew;         /* the live socket's token was refused */
};

static void transport_init (KdSyncTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdSyncHttp, kd_sync_http, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_SYNC_TRANSPORT, transport_init))

static void
ensure_session (KdSyncHttp *self)
{
  g_autofree char *address = kd_account_dup_address (self->account);
  g_autofree char *fingerprint = kd_account_dup_fingerprint (self->account);
  KdHttpOptions options = { .user_agent = "Kedai/" KD_VERSION };
  KdHash pin;

  if (self->session != NULL && g_strcmp0 (address, self->address) == 0)
    return;
  g_clear_object (&self->session);
  g_free (self->address);
  self->address = g_steal_pointer (&address);
  if (fingerprint != NULL && kd_hash_parse (fingerprint, &pin))
    options.pin = pin.b;
  options.direct = g_str_has_prefix (self->address, "http://127.0.0.1") || g_str_has_prefix (self->address, "http://[::1]");
  self->session = kd_http_session_new (&options);
}

/* ---- one request: sent, and sent again with a new token where that was why it was refused ---- */

typedef struct
{
  char *method, *path, *content_type, *token;
  GBytes *body;
  gint64 upload_offset;
  gsize max_answer;
  guint timeout_ms;
  gboolean any_type;
  gboolean renewed;
} Send;

static void
send_free (gpointer data)
{
  Send *send = data;

  g_free (send->method);
  g_free (send->path);
  g_free (send->content_type);
  g_clear_pointer (&send->token, kd_secrets_value_free);
  g_clear_pointer (&send->body, g_bytes_unref);
  g_free (send);
}

static void sent_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
send_once (GTask *task)
{
  KdSyncHttp *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  g_autofree char *url = NULL;
  char offset[32];
  const char *headers[] = { UPLOAD_OFFSET, offset, NULL };
  KdHttpCall call = { .method = send->method, .body = send->body, .content_type = send->content_type,
                      .max_bytes = send->max_answer, .deadline_ms = send->timeout_ms, .any_type = send->any_type };

  ensure_session (self);
  url = g_strconcat (self->address, send->path, NULL);
  call.url = url;
  g_clear_pointer (&send->token, kd_secrets_value_free);
  call.token = send->token = kd_account_dup_access_token (self->account);
  if (send->upload_offset >= 0)
    {
      g_snprintf (offset, sizeof offset, "%" G_GINT64_FORMAT, send->upload_offset);
      call.headers = headers;
    }
  kd_http_send_async (self->session, &call, g_task_get_cancellable (task), sent_cb, task);
}

static void
renewed_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (kd_account_refresh_finish (KD_ACCOUNT (source), result, &error))
    send_once (g_steal_pointer (&task));
  else if (g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_EXPIRED))
    {
      static const char expired[] = "{\"code\":\"auth\",\"status\":401}";
      g_autoptr (GBytes) body = g_bytes_new_static (expired, strlen (expired));

      g_task_return_pointer (task, kd_sync_reply_new (401, "application/problem+json", body),
                             (GDestroyNotify) kd_sync_reply_free);
    }
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
renew (GTask *task)
{
  KdSyncHttp *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);

  send->renewed = TRUE;
  kd_account_refresh_async (self->account, send->token, NULL, renewed_cb, task);
}

static KdSyncReply *
to_reply (const KdHttpResult *result)
{
  KdSyncReply *reply = kd_sync_reply_new (result->status, kd_http_result_get_header (result, "Content-Type"), result->body);
  const char *offset = kd_http_result_get_header (result, UPLOAD_OFFSET);

  if (reply->content_type != NULL)
    reply->content_type[strcspn (reply->content_type, "; ")] = '\0';
  reply->retry_after_ms = MAX (result->retry_after_ms, 0);
  if (offset != NULL && !g_ascii_string_to_signed (offset, 10, 0, G_MAXINT64, &reply->upload_offset, NULL))
    reply->upload_offset = -1;
  return reply;
}

static void
sent_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GTask) task = data;
  Send *send = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (KdHttpResult) answer = kd_http_send_finish (SOUP_SESSION (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (answer->outcome == KD_HTTP_REFUSED && answer->status == 401 && !send->renewed
           && g_strcmp0 (answer->code, "device_revoked") != 0)
    renew (g_steal_pointer (&task));
  else if (answer->outcome == KD_HTTP_OK || answer->outcome == KD_HTTP_REFUSED)
    g_task_return_pointer (task, to_reply (answer), (GDestroyNotify) kd_sync_reply_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             answer->reason != NULL ? answer->reason : "no answer");
}

static void
http_send_async (KdSyncTransport *transport,
                 const KdSyncRequest *request,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer data)
{
  KdSyncHttp *self = KD_SYNC_HTTP (transport);
  GTask *task = g_task_new (self, cancellable, callback, data);
  Send *send = g_new0 (Send, 1);

  send->method = g_strdup (request->method);
  send->path = g_strdup (request->path);
  send->content_type = g_strdup (request->content_type);
  send->body = request->body != NULL ? g_bytes_ref (request->body) : NULL;
  send->upload_offset = request->upload_offset;
  send->max_answer = request->max_answer;
  send->timeout_ms = request->timeout_ms;
  send->any_type = request->any_type;
  g_task_set_task_data (task, send, send_free);
  /* before the first token of this run there is nothing to be refused */
  send->token = kd_account_dup_access_token (self->account);
  if (send->token == NULL)
    renew (task);
  else
    send_once (task);
}

static KdSyncReply *
http_send_finish (KdSyncTransport *transport,
                  GAsyncResult *result,
                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- live ---- */

static void
up_cb (KdWs *ws,
       gpointer data)
{
  KdSyncHttp *self = data;

  self->renew = FALSE;
  self->live (KD_SYNC_LIVE_OPEN, NULL, 0, self->live_data);
}

static void
text_cb (KdWs *ws,
         const char *text,
         gsize size,
         gpointer data)
{
  KdSyncHttp *self = data;
  self->live (KD_SYNC_LIVE_TEXT, text, size, self->live_data);
}

/* When it is tried again is the engine's to say. */
static void
down_cb (KdWs *ws,
         guint status,
         gint64 retry_ms,
         gpointer data)
{
  KdSyncHttp *self = data;
  KdSyncLiveFunc live = g_steal_pointer (&self->live);

  self->renew = status == 401;
  g_clear_pointer (&self->ws, kd_ws_free);
  if (live != NULL)
    live (KD_SYNC_LIVE_CLOSED, NULL, 0, self->live_data);
}

static void
start_socket (KdSyncHttp *self)
{
  static const KdWsEvents events = { up_cb, text_cb, down_cb };
  g_autofree char *token = NULL, *url = NULL;

  ensure_session (self);
  token = kd_account_dup_access_token (self->account);
  url = g_strconcat (g_str_has_prefix (self->address, "https") ? "wss" : "ws", strchr (self->address, ':'), "/v1/live", NULL);
  self->ws = kd_ws_new (self->session, url, NULL, &events, self, kd_random, NULL);
  kd_ws_set_token (self->ws, token);
  kd_ws_start (self->ws);
  memset (token, 0, strlen (token));
}

static void
live_renewed_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  g_autoptr (KdSyncHttp) self = data;
  gboolean ok = kd_account_refresh_finish (KD_ACCOUNT (source), result, NULL);
  KdSyncLiveFunc live = self->live;

  /* closed meanwhile */
  if (live == NULL || self->ws != NULL)
    return;
  if (ok)
    {
      start_socket (self);
      return;
    }
  self->live = NULL;
  live (KD_SYNC_LIVE_CLOSED, NULL, 0, self->live_data);
}

static void
http_open_live (KdSyncTransport *transport,
                KdSyncLiveFunc func,
                gpointer data)
{
  KdSyncHttp *self = KD_SYNC_HTTP (transport);
  g_autofree char *token = kd_account_dup_access_token (self->account);

  self->live = func;
  self->live_data = data;
  if (token != NULL && !self->renew)
    start_socket (self);
  else
    kd_account_refresh_async (self->account, token, NULL, live_renewed_cb, g_object_ref (self));
}

static void
http_close_live (KdSyncTransport *transport)
{
  KdSyncHttp *self = KD_SYNC_HTTP (transport);

  self->live = NULL;
  g_clear_pointer (&self->ws, kd_ws_free);
}

static void
http_drop (KdSyncTransport *transport)
{
  KdSyncHttp *self = KD_SYNC_HTTP (transport);

  http_close_live (transport);
  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
}

static void
transport_init (KdSyncTransportInterface *iface)
{
  iface->send_async = http_send_async;
  iface->send_finish = http_send_finish;
  iface->open_live = http_open_live;
  iface->close_live = http_close_live;
  iface->drop = http_drop;
}

static void
kd_sync_http_finalize (GObject *object)
{
  KdSyncHttp *self = KD_SYNC_HTTP (object);

  g_clear_pointer (&self->ws, kd_ws_free);
  g_clear_object (&self->session);
  g_clear_object (&self->account);
  g_free (self->address);
  G_OBJECT_CLASS (kd_sync_http_parent_class)->finalize (object);
}

static void
kd_sync_http_class_init (KdSyncHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_sync_http_finalize;
}

static void
kd_sync_http_init (KdSyncHttp *self)
{
}

KdSyncTransport *
kd_sync_http_new (KdAccount *account,
                  const KdId *shop)
{
  KdSyncHttp *self = g_object_new (KD_TYPE_SYNC_HTTP, NULL);

  self->account = g_object_ref (account);
  self->shop = *shop;
  return KD_SYNC_TRANSPORT (self);
}
