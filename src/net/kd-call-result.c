/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-call.h"

#include "kd-json-scan.h"

#include <string.h>

/* Statuses whose meaning doesn't hang on the body: what stands before our server says them too. */
static const guint plain_statuses[] = { 413, 429, 503 };

/* Trying the same call again can't help. */
static const guint final_statuses[]
    = { 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 421, 422, 426 };

static gboolean
is_in (guint status,
       const guint *list,
       guint n)
{
  for (guint i = 0; i < n; i++)
    if (list[i] == status)
      return TRUE;
  return FALSE;
}

void
kd_http_result_free (KdHttpResult *result)
{
  g_free (result->code);
  g_clear_pointer (&result->body, g_bytes_unref);
  g_clear_pointer (&result->headers, soup_message_headers_unref);
  g_free (result->reason);
  g_free (result);
}

const char *
kd_http_result_get_header (const KdHttpResult *result,
                           const char *name)
{
  return result->headers ? soup_message_headers_get_one (result->headers, name) : NULL;
}

gboolean
kd_http_result_may_retry (const KdHttpResult *result)
{
  if (result->outcome == KD_HTTP_NETWORK)
    return TRUE;
  return result->outcome == KD_HTTP_REFUSED
         && !is_in (result->status, final_statuses, G_N_ELEMENTS (final_statuses));
}

/* Seconds, or a date; a date is held against the server's own clock where it tells it. */
static gint64
parse_retry_after (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) until = NULL;
  g_autoptr (GDateTime) now = NULL;
  guint64 seconds = 0;

  if (!text)
    return -1;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
    return MIN ((gint64) seconds * 1000, KD_HTTP_RETRY_AFTER_MAX_MS);
  until = soup_date_time_new_from_http_string (text);
  if (!until)
    return -1;
  now = date ? soup_date_time_new_from_http_string (date) : NULL;
  if (!now)
    now = g_date_time_new_now_utc ();
  return CLAMP (g_date_time_difference (until, now) / 1000, 0, KD_HTTP_RETRY_AFTER_MAX_MS);
}

static gboolean
says_json (SoupMessageHeaders *headers)
{
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  return type && (g_str_equal (type, "application/json") || g_str_has_suffix (type, "+json"));
}

/* A problem's code: its member "code", or the end of its "type". */
static gboolean
parse_problem (GBytes *body,
               char **ret_code)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (body, &size);
  g_autofree char *type = NULL;
  const char *slash;

  if (!kd_json_scan (data, size, "code", ret_code))
    return FALSE;
  if (*ret_code)
    return TRUE;
  kd_json_scan (data, size, "type", &type);
  if (!type)
    return FALSE;
  slash = strrchr (type, '/');
  *ret_code = g_strdup (slash ? slash + 1 : type);
  return TRUE;
}

KdHttpResult *
kd_http_result_new_failure (KdHttpOutcome outcome,
                            guint status,
                            const char *reason)
{
  KdHttpResult *result = g_new0 (KdHttpResult, 1);

  result->outcome = outcome;
  result->status = status;
  result->retry_after_ms = -1;
  result->reason = g_strdup (reason);
  return result;
}

static void
judge_success (KdHttpResult *result,
               gboolean want_json)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (result->body, &size);

  if (!want_json || (size == 0 && (result->status == 204 || result->status == 304)))
    return;
  if (says_json (result->headers) && kd_json_scan (data, size, NULL, NULL))
    return;
  result->outcome = KD_HTTP_NETWORK;
  result->reason = g_strdup ("The answer is not JSON: something stands in between");
}

static void
judge_refusal (KdHttpResult *result)
{
  result->outcome = KD_HTTP_REFUSED;
  if (says_json (result->headers) && parse_problem (result->body, &result->code))
    return;
  if (is_in (result->status, plain_statuses, G_N_ELEMENTS (plain_statuses)))
    return;
  /* A portal's 401 must not sign anybody out. */
  result->outcome = KD_HTTP_NETWORK;
  result->reason = g_strdup_printf ("Status %u without a problem of ours", result->status);
}

KdHttpResult *
kd_http_result_new_answer (guint status,
                           SoupMessageHeaders *headers,
                           GBytes *body,
                           gboolean want_json)
{
  KdHttpResult *result = kd_http_result_new_failure (KD_HTTP_OK, status, NULL);

  result->headers = soup_message_headers_ref (headers);
  result->body = g_bytes_ref (body);
  result->retry_after_ms = parse_retry_after (headers);
  if (SOUP_STATUS_IS_SUCCESSFUL (status) || status == SOUP_STATUS_NOT_MODIFIED)
    judge_success (result, want_json);
  else if (status >= 400)
    judge_refusal (result);
  else
    {
      result->outcome = KD_HTTP_NETWORK;
      result->reason = g_strdup_printf ("Status %u: something stands in between", status);
    }
  return result;
}
