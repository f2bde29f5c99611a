/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-call.h"

#include "kd-receive.h"

typedef struct
{
  SoupMessage *message;
  gboolean any_type;
} Send;

SoupSession *
kd_http_session_new (const KdHttpOptions *options)
{
  return kd_http_session_new_for (options, NULL);
}

SoupSession *
kd_http_session_new_for (const KdHttpOptions *options,
                         GSocketConnectable *remote)
{
  static const KdHttpOptions none = { 0 };
  const KdHttpOptions *o = options ? options : &none;
  SoupSession *session;

  session = soup_session_new_with_options (
      "user-agent", o->user_agent ? o->user_agent : "Kedai/" KD_VERSION,
      "timeout", o->idle_s ? o->idle_s : KD_HTTP_IDLE_S,
      "idle-timeout", KD_HTTP_KEEP_S,
      "max-conns", o->max_conns ? o->max_conns : KD_HTTP_CONNS,
      "max-conns-per-host", o->max_conns_per_host ? o->max_conns_per_host : KD_HTTP_CONNS_PER_HOST,
      "remote-connectable", remote, NULL);
  if (o->direct)
    soup_session_set_proxy_resolver (session, NULL);
  if (o->pin)
    {
      g_autoptr (GTlsDatabase) pinned = kd_pin_database_new (o->pin);

      soup_session_set_tls_database (session, pinned);
    }
  return session;
}

static void
send_free (gpointer data)
{
  Send *send = data;

  g_object_unref (send->message);
  g_free (send);
}

static SoupMessage *
make_message (const KdHttpCall *call)
{
  SoupMessage *message = soup_message_new (call->method ? call->method : "GET", call->url);
  SoupMessageHeaders *headers;

  if (!message)
    return NULL;
  headers = soup_message_get_request_headers (message);
  soup_message_add_flags (message,
                          SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  if (!call->any_type)
    soup_message_headers_replace (headers, "Accept", "application/json");
  if (call->token)
    {
      g_autofree char *value = g_strconcat ("Bearer ", call->token, NULL);

      soup_message_headers_replace (headers, "Authorization", value);
    }
  for (guint i = 0; call->headers && call->headers[i]; i += 2)
    soup_message_headers_replace (headers, call->headers[i], call->headers[i + 1]);
  if (call->body)
    soup_message_set_request_body_from_bytes (
        message, call->content_type ? call->content_type : "application/json", call->body);
  return message;
}

static void
received_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  g_autoptr (GTask) task = data;
  Send *send = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (KdReceived) received = kd_receive_finish (result, &error);
  guint status = soup_message_get_status (send->message);
  KdHttpResult *answer;

  if (!received)
    {
      g_task_return_error (task, error);
      return;
    }
  switch (received->outcome)
    {
    case KD_RECEIVED:
      answer = kd_http_result_new_answer (
          status, soup_message_get_response_headers (send->message), received->body,
          !send->any_type && soup_message_get_method (send->message) != SOUP_METHOD_HEAD);
      break;
    case KD_RECEIVE_TOO_LARGE:
      answer = kd_http_result_new_failure (KD_HTTP_TOO_LARGE, status, received->error->message);
      break;
    case KD_RECEIVE_LATE:
      answer = kd_http_result_new_failure (KD_HTTP_NETWORK, status, "The answer took too long");
      break;
    case KD_RECEIVE_NETWORK:
    default:
      answer = kd_http_result_new_failure (KD_HTTP_NETWORK, status, received->error->message);
      break;
    }
  g_task_return_pointer (task, answer, (GDestroyNotify) kd_http_result_free);
}

void
kd_http_send_async (SoupSession *session,
                    const KdHttpCall *call,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  /* The task itself has no cancellable: kd_receive_async() answers for it, in order. */
  g_autoptr (GTask) task = g_task_new (session, NULL, callback, data);
  g_autoptr (SoupMessage) message = make_message (call);
  Send *send;

  g_task_set_source_tag (task, kd_http_send_async);
  if (!message)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               "The address can't be called");
      return;
    }
  send = g_new0 (Send, 1);
  send->message = g_object_ref (message);
  send->any_type = call->any_type;
  g_task_set_task_data (task, send, send_free);
  kd_receive_async (session, message, call->max_bytes ? call->max_bytes : KD_HTTP_MAX_BYTES,
                    call->deadline_ms ? call->deadline_ms : KD_HTTP_DEADLINE_MS, cancellable,
                    received_cb, g_steal_pointer (&task));
}

KdHttpResult *
kd_http_send_finish (SoupSession *session,
                     GAsyncResult *result,
                     GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
