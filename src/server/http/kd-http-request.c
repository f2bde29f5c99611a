/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include <string.h>

/* One request, from its headers to its answer. */

#define REQUEST_KEY "kd-request"
#define DRAIN_BYTES (256 * 1024)   /* read of a refused body, so that the answer arrives */
#define DRAIN_TRIES 64
#define RETRY_AFTER "5"

static void
log_request (KdRequest *self)
{
  g_autofree char *ms = g_strdup_printf ("%.1f", (double) (g_get_monotonic_time () - self->started) / 1000);
  g_autofree char *status = g_strdup_printf ("%u", self->status);

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "KD_EVENT", "request", "KD_METHOD",
                    self->route != NULL ? self->route->method : "-", "KD_ROUTE",
                    self->route != NULL ? self->route->path : "-", "KD_STATUS", status, "KD_MS", ms,
                    "KD_NETWORK", self->prefix != NULL ? self->prefix : "-", "MESSAGE", "request");
}

static void
message_gone_cb (gpointer data)
{
  KdRequest *self = data;
  KdHttp *http = self->http;

  g_clear_handle_id (&self->timeout, g_source_remove);
  self->msg = NULL;
  self->answered = TRUE;
  if (self->counted)
    {
      log_request (self);
      http->under_way--;
    }
  kd_request_unref (self);
  kd_http_check_drained (http);
}

KdRequest *
kd_request_new (KdHttp *http,
                SoupServerMessage *msg)
{
  KdRequest *self = g_new0 (KdRequest, 1);

  self->ref = 1;
  self->http = http;
  self->msg = msg;
  self->started = g_get_monotonic_time ();
  g_object_set_data_full (G_OBJECT (msg), REQUEST_KEY, self, message_gone_cb);
  return self;
}

KdRequest *
kd_request_of (SoupServerMessage *msg)
{
  return g_object_get_data (G_OBJECT (msg), REQUEST_KEY);
}

KdRequest *
kd_request_ref (KdRequest *self)
{
  self->ref++;
  return self;
}

void
kd_request_unref (KdRequest *self)
{
  if (--self->ref > 0)
    return;
  for (guint i = 0; i < KD_PARAMS_MAX; i++)
    g_free (self->params[i]);
  if (self->extra_free != NULL)
    self->extra_free (self->extra);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_free (self->prefix);
  g_free (self->address);
  g_free (self);
}

void
kd_request_ended (KdRequest *self)
{
  SoupServerMessage *msg = self->msg;

  if (msg == NULL)
    return;
  g_signal_handlers_disconnect_by_data (msg, self);
  g_object_set_data (G_OBJECT (msg), REQUEST_KEY, NULL);
}

/* ---- what it says ---- */

const char *
kd_request_param (KdRequest *self,
                  const char *name)
{
  const char *at = self->route->path;
  gsize length = strlen (name);

  for (guint i = 0; i < KD_PARAMS_MAX && (at = strchr (at, '{')) != NULL; i++)
    {
      at++;
      if (strncmp (at, name, length) == 0 && at[length] == '}')
        return self->params[i];
    }
  return NULL;
}

gboolean
kd_request_param_id (KdRequest *self,
                     const char *name,
                     KdId *ret_id)
{
  if (kd_id_parse (kd_request_param (self, name), ret_id))
    return TRUE;
  kd_request_refuse (self, 404, "not_found");
  return FALSE;
}

const char *
kd_request_query (KdRequest *self,
                  const char *name)
{
  const char *value = self->query != NULL ? g_hash_table_lookup (self->query, name) : NULL;

  return value != NULL && g_utf8_validate (value, -1, NULL) ? value : NULL;
}

const char *
kd_request_in_header (KdRequest *self,
                      const char *name)
{
  return self->msg != NULL
    ? soup_message_headers_get_one (soup_server_message_get_request_headers (self->msg), name) : NULL;
}

const char *
kd_request_text (KdRequest *self,
                 gssize *ret_len)
{
  gsize size;
  const char *text = g_bytes_get_data (self->body, &size);

  *ret_len = (gssize) size;
  return text != NULL ? text : "";
}

/* ---- answers ---- */

void
kd_request_header (KdRequest *self,
                   const char *name,
                   const char *value)
{
  if (self->msg != NULL && !self->answered)
    soup_message_headers_append (soup_server_message_get_response_headers (self->msg), name, value);
}

static void
default_header (SoupMessageHeaders *headers,
                const char *name,
                const char *value)
{
  if (soup_message_headers_get_one (headers, name) == NULL)
    soup_message_headers_append (headers, name, value);
}

void
kd_request_answer (KdRequest *self,
                   guint status,
                   const char *type,
                   GBytes *body)
{
  SoupMessageHeaders *headers;
  SoupServerMessage *msg = self->msg;

  if (self->answered || msg == NULL)
    return;
  self->answered = TRUE;
  self->status = status;
  g_clear_handle_id (&self->timeout, g_source_remove);
  headers = soup_server_message_get_response_headers (msg);
  soup_server_message_set_status (msg, status, NULL);
  default_header (headers, "X-Content-Type-Options", "nosniff");
  default_header (headers, "Referrer-Policy", "no-referrer");
  default_header (headers, "Cache-Control", "no-store");
  default_header (headers, "Cross-Origin-Resource-Policy", "same-origin");
  default_header (headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (body != NULL && type != NULL)
    {
      soup_message_headers_set_content_type (headers, type, NULL);
      if (soup_server_message_get_method (msg) == SOUP_METHOD_HEAD)
        soup_message_headers_set_content_length (headers, (goffset) g_bytes_get_size (body));
      else if (g_bytes_get_size (body) > 0) /* libsoup takes an empty part for a mistake */
        soup_message_body_append_bytes (soup_server_message_get_response_body (msg), body);
    }
  soup_server_message_unpause (msg);
}

void
kd_request_answer_json (KdRequest *self,
                        guint status,
                        char *json_take)
{
  g_autoptr (GBytes) body = g_bytes_new_take (json_take, strlen (json_take));

  kd_request_answer (self, status, "application/json", body);
}

void
kd_request_answer_empty (KdRequest *self,
                         guint status)
{
  kd_request_answer (self, status, NULL, NULL);
}

static GBytes *
problem_bytes (KdProblem *problem)
{
  gsize size;
  char *json;

  if (problem->title == NULL)
    problem->title = g_strdup (soup_status_get_phrase ((guint) problem->status));
  json = kd_problem_to_json (problem, &size);
  return g_bytes_new_take (json, size);
}

void
kd_request_problem (KdRequest *self,
                    KdProblem *problem_take)
{
  g_autoptr (KdProblem) problem = problem_take;
  g_autoptr (GBytes) body = NULL;
  guint status = (guint) problem->status;

  if (self->answered)
    return;
  if (status == 429 || status == 503)
    kd_request_header (self, "Retry-After", RETRY_AFTER);
  if (status == 401)
    kd_request_header (self, "WWW-Authenticate", "Bearer");
  if (kd_buyers_refuse (self, status))
    return;
  if (problem->now == 0)
    problem->now = kd_http_now (self->http);
  body = problem_bytes (problem);
  kd_request_answer (self, status, KD_PROBLEM_MEDIA_TYPE, body);
}

void
kd_request_refuse (KdRequest *self,
                   guint status,
                   const char *code)
{
  kd_request_problem (self, kd_problem_new (status, code));
}

void
kd_request_refuse_field (KdRequest *self,
                         const char *field,
                         const char *reason)
{
  KdProblem *problem = kd_problem_new (400, "bad_field");

  problem->field = g_strdup (field);
  problem->reason = g_strdup (reason);
  kd_request_problem (self, problem);
}

static KdProblem *
problem_of_storage (const GError *error)
{
  static const struct { KdSqlError code; guint status; const char *name; } known[] = {
    { KD_SQL_ERROR_BUSY, 503, "busy" }, { KD_SQL_ERROR_FULL, 503, "disk_full" },
    { KD_SQL_ERROR_READ_ONLY, 503, "read_only" }, { KD_SQL_ERROR_CORRUPT, 503, "damaged" },
    { KD_SQL_ERROR_NOT_DATABASE, 503, "damaged" }, { KD_SQL_ERROR_NOT_FOUND, 503, "missing" },
    { KD_SQL_ERROR_NEWER, 503, "newer" }, { KD_SQL_ERROR_LOCKED, 503, "locked" }, { KD_SQL_ERROR_IO, 503, "disk" },
  };
  KdProblem *problem;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_error_matches (error, KD_SQL_ERROR, (int) known[i].code))
      {
        problem = kd_problem_new (known[i].status, "unavailable");
        problem->reason = g_strdup (known[i].name);
        return problem;
      }
  return kd_problem_new (500, "internal");
}

static KdProblem *
problem_of_control (const GError *error)
{
  switch (error->code)
    {
    case KD_CONTROL_ERROR_TAKEN:
      return kd_problem_new (409, "taken");
    case KD_CONTROL_ERROR_REFUSED:
      return kd_problem_new (401, "auth");
    case KD_CONTROL_ERROR_REVOKED:
      return kd_problem_new (401, "device_revoked");
    case KD_CONTROL_ERROR_BUSY:
      return kd_problem_new (429, "busy");
    default:
      return kd_problem_new (500, "internal");
    }
}

void
kd_request_fail (KdRequest *self,
                 const GError *error)
{
  KdProblem *problem;

  if (error->domain == KD_WIRE_ERROR)
    problem = kd_problem_from_error (error);
  else if (error->domain == KD_CONTROL_ERROR)
    problem = problem_of_control (error);
  else if (error->domain == KD_SQL_ERROR)
    problem = problem_of_storage (error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    {
      problem = kd_problem_new (503, "unavailable");
      problem->reason = g_strdup ("disk_full");
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    problem = kd_problem_new (404, "not_found");
  else
    problem = kd_problem_new (500, "internal");
  if (problem->status >= 500)
    g_message ("%s %s failed: %s", self->route != NULL ? self->route->method : "?",
               self->route != NULL ? self->route->path : "?", error->message);
  kd_request_problem (self, problem);
}

/* ---- refusing before the body is read ---- */

typedef struct
{
  KdRequest *request;
  guint status;
  char *code;
} Refusal;

/* What the client has sent meanwhile is read and dropped: closing with unread bytes would reset
 * the connection and take the answer with it. */
static void
drain_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  GInputStream *input = G_INPUT_STREAM (source);
  GIOStream *stream = data;
  gssize n = g_input_stream_skip_finish (input, result, NULL);
  guint tries = GPOINTER_TO_UINT (g_object_get_data (source, "kd-tries")) + 1;

  g_object_set_data (source, "kd-tries", GUINT_TO_POINTER (tries));
  if (n > 0 && tries < DRAIN_TRIES)
    g_input_stream_skip_async (input, DRAIN_BYTES, G_PRIORITY_LOW, NULL, drain_cb, stream);
  else
    {
      g_io_stream_close (stream, NULL, NULL);
      g_object_unref (stream);
    }
}

static void
raw_written_cb (GObject *source,
                GAsyncResult *result,
                gpointer data)
{
  GIOStream *stream = data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_input_stream_skip_async (g_io_stream_get_input_stream (stream), DRAIN_BYTES, G_PRIORITY_LOW, NULL, drain_cb, stream);
}

static void
write_raw (GIOStream *stream,
           SoupMessageHeaders *headers,
           guint status,
           const char *code)
{
  g_autoptr (KdProblem) problem = kd_problem_new (status, code);
  g_autoptr (GBytes) body = problem_bytes (problem);
  const char *allow = soup_message_headers_get_one (headers, "Allow");
  GString *raw = g_string_new (NULL);

  g_string_append_printf (raw, "HTTP/1.1 %u %s\r\nContent-Type: " KD_PROBLEM_MEDIA_TYPE
                          "\r\nContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\nCache-Control: no-store\r\n"
                          "X-Content-Type-Options: nosniff\r\n", status, soup_status_get_phrase (status), g_bytes_get_size (body));
  if (allow != NULL)
    g_string_append_printf (raw, "Allow: %s\r\n", allow);
  g_string_append (raw, status == 429 ? "Retry-After: " RETRY_AFTER "\r\n\r\n" : "\r\n");
  g_string_append_len (raw, g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body));
  g_object_set_data_full (G_OBJECT (stream), "kd-raw", raw->str, g_free);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (stream), raw->str, raw->len, G_PRIORITY_DEFAULT, NULL,
                                   raw_written_cb, g_object_ref (stream));
  g_string_free (raw, FALSE);
}

static gboolean
refuse_now_cb (gpointer data)
{
  Refusal *refusal = data;
  KdRequest *self = refusal->request;

  if (self->msg != NULL)
    {
      g_autoptr (GIOStream) stream = NULL;
      SoupServerMessage *msg = self->msg;

      g_object_ref (msg);
      stream = soup_server_message_steal_connection (msg);
      if (stream != NULL)
        write_raw (stream, soup_server_message_get_response_headers (msg), refusal->status, refusal->code);
      kd_request_ended (self);
      g_object_unref (msg);
    }
  kd_request_unref (self);
  g_free (refusal->code);
  g_free (refusal);
  return G_SOURCE_REMOVE;
}

void
kd_request_refuse_now (KdRequest *self,
                       guint status,
                       const char *code)
{
  Refusal *refusal;

  if (self->answered || self->msg == NULL)
    return;
  self->answered = TRUE;
  self->status = status;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (self->msg), FALSE);
  soup_server_message_pause (self->msg);
  refusal = g_new0 (Refusal, 1);
  refusal->request = kd_request_ref (self);
  refusal->status = status;
  refusal->code = g_strdup (code);
  g_idle_add_full (G_PRIORITY_DEFAULT, refuse_now_cb, refusal, NULL);
}

/* ---- work ---- */

typedef struct
{
  KdRequest *request;
  KdRequestDone done;
  gpointer data;
  GDestroyNotify destroy;
  KdControlFunc control_func;
  KdShopFunc shop_func;
  KdPoolFunc pool_func;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->destroy != NULL)
    job->destroy (job->data);
  kd_request_unref (job->request);
  g_free (job);
}

static void
job_done_cb (gpointer data,
             const GError *error,
             gpointer user_data)
{
  Job *job = data;

  if (!job->request->answered)
    job->done (job->request, job->data, error);
}

static gboolean
job_control (KdSqlConnection *connection,
             const KdControl *control,
             gpointer data,
             GError **error)
{
  Job *job = data;

  return job->control_func (connection, control, job->data, error);
}

static gboolean
job_shop (KdSqlConnection *connection,
          const KdShop *shop,
          gpointer data,
          GError **error)
{
  Job *job = data;

  return job->shop_func (connection, shop, job->data, error);
}

static gboolean
job_pool (gpointer data,
          GError **error)
{
  Job *job = data;

  return job->pool_func (job->data, error);
}

static Job *
job_new (KdRequest *request,
         gpointer data,
         GDestroyNotify destroy,
         KdRequestDone done)
{
  Job *job = g_new0 (Job, 1);

  job->request = kd_request_ref (request);
  job->data = data;
  job->destroy = destroy;
  job->done = done;
  return job;
}

void
kd_request_run_control (KdRequest *self,
                        KdControlFunc func,
                        gpointer data,
                        GDestroyNotify destroy,
                        KdRequestDone done)
{
  Job *job = job_new (self, data, destroy, done);

  job->control_func = func;
  kd_server_run_control (self->http->server, job_control, job, job_free, job_done_cb, NULL);
}

void
kd_request_run_shop (KdRequest *self,
                     const KdId *shop,
                     KdLane lane,
                     KdShopFunc func,
                     gpointer data,
                     GDestroyNotify destroy,
                     KdRequestDone done)
{
  Job *job = job_new (self, data, destroy, done);

  job->shop_func = func;
  kd_server_run_shop (self->http->server, shop, lane, job_shop, job, job_free, job_done_cb, NULL);
}

void
kd_request_run_pool (KdRequest *self,
                     KdPoolFunc func,
                     gpointer data,
                     GDestroyNotify destroy,
                     KdRequestDone done)
{
  Job *job = job_new (self, data, destroy, done);

  job->pool_func = func;
  kd_server_run_pool (self->http->server, job_pool, job, job_free, job_done_cb, NULL);
}

/* ---- sockets ---- */

typedef struct
{
  KdHttp *http;
  KdSocketOpened opened;
  gpointer data;
  GList *extensions;
  gboolean done;
} Upgrade;

static void
upgrade_free (gpointer data,
              GClosure *closure)
{
  Upgrade *upgrade = data;

  if (!upgrade->done)
    upgrade->opened (upgrade->http, NULL, upgrade->data);
  g_list_free_full (upgrade->extensions, g_object_unref);
  g_free (upgrade);
}

static void
wrote_informational_cb (SoupServerMessage *msg,
                        gpointer data)
{
  Upgrade *upgrade = data;
  KdRequest *request = kd_request_of (msg);
  g_autoptr (SoupWebsocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream = NULL;

  g_object_ref (msg);
  stream = soup_server_message_steal_connection (msg);
  connection = soup_websocket_connection_new (stream, soup_server_message_get_uri (msg), SOUP_WEBSOCKET_CONNECTION_SERVER,
                                              NULL, NULL, g_steal_pointer (&upgrade->extensions));
  if (request != NULL)
    kd_request_ended (request);
  upgrade->done = TRUE;
  upgrade->opened (upgrade->http, connection, upgrade->data);
  g_object_unref (msg);
}

gboolean
kd_request_upgrade (KdRequest *self,
                    KdSocketOpened opened,
                    gpointer data)
{
  Upgrade *upgrade;
  GList *extensions = NULL;

  if (self->answered || self->msg == NULL)
    return FALSE;
  if (!soup_websocket_server_process_handshake (self->msg, NULL, NULL, NULL, &extensions))
    {
      soup_message_headers_clear (soup_server_message_get_response_headers (self->msg));
      soup_message_body_truncate (soup_server_message_get_response_body (self->msg));
      kd_request_refuse (self, 400, "no_websocket");
      return FALSE;
    }
  upgrade = g_new0 (Upgrade, 1);
  upgrade->http = self->http;
  upgrade->opened = opened;
  upgrade->data = data;
  upgrade->extensions = extensions;
  self->answered = TRUE;
  self->status = 101;
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_signal_connect_data (self->msg, "wrote-informational", G_CALLBACK (wrote_informational_cb), upgrade, upgrade_free, 0);
  soup_server_message_unpause (self->msg);
  return TRUE;
}
