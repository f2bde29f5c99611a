/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "kd-backoff.h"
#include "kd-pin.h"

G_BEGIN_DECLS

/* Calls to a Kedai server. A session belongs to the thread that made it and to the main context
 * that was that thread's default; calls on it are made there. */

#define KD_HTTP_IDLE_S 30                        /* without a byte moving */
#define KD_HTTP_KEEP_S 60                        /* an unused connection is kept */
#define KD_HTTP_CONNS 16
#define KD_HTTP_CONNS_PER_HOST 6
#define KD_HTTP_DEADLINE_MS 60000                /* a call as a whole */
#define KD_HTTP_MAX_BYTES (16 * 1024 * 1024)     /* an answer, as unpacked */
#define KD_HTTP_RETRY_AFTER_MAX_MS (60 * 60 * 1000)

typedef struct
{
  const char *user_agent;   /* (nullable): "Kedai/VERSION" */
  guint idle_s;             /* 0 for the default, here and below */
  guint max_conns;
  guint max_conns_per_host;
  gboolean direct;          /* no proxy: for the server on this computer */
  const guint8 *pin;        /* (nullable): KD_FINGERPRINT_BYTES; accept this certificate alone */
} KdHttpOptions;

/**
 * kd_http_session_new:
 * @options: (nullable)
 *
 * A session without cookies and cache, which follows no redirect (messages of ours say so).
 */
SoupSession *kd_http_session_new (const KdHttpOptions *options);

/* As kd_http_session_new(), connecting to @remote whatever host a message names. */
SoupSession *kd_http_session_new_for (const KdHttpOptions *options,
                                      GSocketConnectable *remote);

/**
 * KdHttpOutcome:
 * @KD_HTTP_OK: 2xx (or 304) with the body that was asked for
 * @KD_HTTP_NETWORK: no answer of ours: no connection, cut off, too late, a redirect, a page of
 *   something in between (captive portal). Nothing is known about what the server did
 * @KD_HTTP_REFUSED: the server answered with an error: status and, mostly, code
 * @KD_HTTP_TOO_LARGE: the answer is over the limit
 */
typedef enum
{
  KD_HTTP_OK,
  KD_HTTP_NETWORK,
  KD_HTTP_REFUSED,
  KD_HTTP_TOO_LARGE,
} KdHttpOutcome;

typedef struct
{
  KdHttpOutcome outcome;
  guint status;                  /* 0 where there was no answer at all */
  char *code;                    /* (nullable): the problem's stable code */
  GBytes *body;                  /* (nullable) */
  SoupMessageHeaders *headers;   /* (nullable) */
  gint64 retry_after_ms;         /* -1 if it wasn't said */
  char *reason;                  /* (nullable): English, for the log; holds no secret */
} KdHttpResult;

void kd_http_result_free (KdHttpResult *result);

/* (nullable): a header of the answer. */
const char *kd_http_result_get_header (const KdHttpResult *result,
                                       const char *name);

/**
 * kd_http_result_may_retry:
 *
 * Whether the same call may be made again after a wait (SYNC 4.15): network failures, 429, 503 and
 * what has no meaning of its own. Not: 400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 426.
 */
gboolean kd_http_result_may_retry (const KdHttpResult *result);

/**
 * kd_http_result_new_answer:
 * @want_json: a 2xx must carry whole JSON, else it isn't ours
 *
 * Judges an answer. Calls do this; tests and other transports may.
 */
KdHttpResult *kd_http_result_new_answer (guint status,
                                         SoupMessageHeaders *headers,
                                         GBytes *body,
                                         gboolean want_json);
KdHttpResult *kd_http_result_new_failure (KdHttpOutcome outcome,
                                          guint status,
                                          const char *reason);

typedef struct
{
  const char *method;            /* "GET" if NULL */
  const char *url;
  const char *token;             /* (nullable): sent as Authorization: Bearer */
  const char *const *headers;    /* (nullable): name, value, ..., NULL */
  GBytes *body;                  /* (nullable) */
  const char *content_type;      /* of body; "application/json" if NULL */
  gsize max_bytes;               /* 0 for KD_HTTP_MAX_BYTES */
  guint deadline_ms;             /* 0 for KD_HTTP_DEADLINE_MS */
  /* The answer need not be JSON: blobs, parts. Hold it against its hash: libsoup 3.2 doesn't tell
   * when a body in chunks was cut off. */
  gboolean any_type;
} KdHttpCall;

/**
 * kd_http_send_async:
 *
 * Makes one call, once. Waiting and trying again are the caller's: only it knows what may be
 * repeated.
 */
void kd_http_send_async (SoupSession *session,
                         const KdHttpCall *call,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data);

/**
 * kd_http_send_finish:
 *
 * Returns: (transfer full): what came of it; %NULL with G_IO_ERROR_CANCELLED if it was cancelled,
 *   or G_IO_ERROR_INVALID_ARGUMENT for an address that is none
 */
KdHttpResult *kd_http_send_finish (SoupSession *session,
                                   GAsyncResult *result,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdHttpResult, kd_http_result_free)

G_END_DECLS
