/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include <glib/gstdio.h>
#include <signal.h>

/* SYNC 4.5 and 4.6 over HTTP. */

typedef struct
{
  KdShopAuth auth;
  KdPush *push;
  KdPushAnswer *answer;
  KdPull pull;
  char *cursor;
  KdChanges *page;
  GArray *uids, *known;
  KdProblem *problem;
} Sync;

static void
sync_free (gpointer data)
{
  Sync *sync = data;

  g_clear_pointer (&sync->push, kd_push_free);
  g_clear_pointer (&sync->answer, kd_push_answer_free);
  g_clear_pointer (&sync->page, kd_changes_free);
  g_clear_pointer (&sync->uids, g_array_unref);
  g_clear_pointer (&sync->known, g_array_unref);
  g_clear_pointer (&sync->problem, kd_problem_free);
  g_free (sync->cursor);
  g_free (sync);
}

static Sync *
sync_new (KdRequest *request)
{
  Sync *sync = g_new0 (Sync, 1);

  sync->auth.user = request->session.user;
  sync->auth.session = request->session.session;
  return sync;
}

static gboolean
went_well (KdRequest *request,
           Sync *sync,
           const GError *error)
{
  if (error != NULL)
    {
      /* nothing advanced: the same push may be tried again */
      kd_request_fail (request, error);
      return FALSE;
    }
  if (sync->problem == NULL)
    return TRUE;
  kd_request_problem (request, g_steal_pointer (&sync->problem));
  return FALSE;
}

/* Tests end the process here, between the commit and the answer. */
static void
fail_point (void)
{
#ifdef KD_FAIL_POINTS
  const char *path = g_getenv ("KEDAI_FAIL_AFTER_COMMIT");

  if (path != NULL && g_unlink (path) == 0)
    raise (SIGKILL);
#endif
}

/* ---- push ---- */

static gboolean
push (KdSqlConnection *connection,
      const KdShop *shop,
      gpointer data,
      GError **error)
{
  Sync *sync = data;

  sync->answer = kd_shop_push (connection, shop, &sync->auth, sync->push, &sync->problem, error);
  return sync->answer != NULL || sync->problem != NULL;
}

static void
pushed_cb (KdRequest *request,
           gpointer data,
           const GError *error)
{
  Sync *sync = data;
  g_autoptr (GBytes) body = NULL;
  char *json;
  gsize size;

  fail_point ();
  if (!went_well (request, sync, error))
    return;
  json = kd_push_answer_to_json (sync->answer, &size);
  body = g_bytes_new_take (json, size);
  kd_request_answer (request, 200, "application/json", body);
}

static void
push_cb (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  KdPush *what = kd_push_parse (text, size, &error);
  Sync *sync;

  if (what == NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  sync = sync_new (request);
  sync->push = what;
  sync->auth.device = what->device;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_WRITE, push, sync, sync_free, pushed_cb);
}

/* ---- pull ---- */

static gboolean
pull (KdSqlConnection *connection,
      const KdShop *shop,
      gpointer data,
      GError **error)
{
  Sync *sync = data;

  sync->page = kd_shop_changes (connection, shop, &sync->auth, &sync->pull, &sync->problem, error);
  return sync->page != NULL || sync->problem != NULL;
}

static void
pulled_cb (KdRequest *request,
           gpointer data,
           const GError *error)
{
  Sync *sync = data;
  g_autoptr (GBytes) body = NULL;
  char *json;
  gsize size;

  if (!went_well (request, sync, error))
    return;
  json = kd_changes_to_json (sync->page, &size);
  body = g_bytes_new_take (json, size);
  kd_request_answer (request, 200, "application/json", body);
}

/* FALSE: answered. An absent number is 0. */
static gboolean
read_number (KdRequest *request,
             const char *name,
             gint64 max,
             gint64 *ret_value)
{
  const char *text = kd_request_query (request, name);

  *ret_value = 0;
  if (text == NULL || g_ascii_string_to_signed (text, 10, 0, max, ret_value, NULL))
    return TRUE;
  kd_request_refuse_field (request, name, "field.range");
  return FALSE;
}

static gboolean
read_pull (KdRequest *request,
           Sync *sync)
{
  const char *device = kd_request_query (request, "device"), *witness = kd_request_query (request, "witness");
  gint64 limit;

  if (!read_number (request, "limit", KD_CHANGES_MAX_ROWS, &limit)
      || !read_number (request, "sealed", G_MAXINT64, &sync->pull.sealed)
      || !read_number (request, "ack", G_MAXINT64, &sync->pull.ack)
      || !read_number (request, "proto", G_MAXINT, &sync->pull.proto)
      || !read_number (request, "schema", G_MAXINT, &sync->pull.schema))
    return FALSE;
  sync->pull.limit = (guint) limit;
  if (device == NULL || !kd_id_parse (device, &sync->auth.device))
    {
      kd_request_refuse_field (request, "device", device == NULL ? "field.required" : "field.type");
      return FALSE;
    }
  if (witness != NULL && *witness != '\0')
    {
      if (!kd_witness_parse (witness, &sync->pull.witness))
        {
          kd_request_refuse_field (request, "witness", "field.type");
          return FALSE;
        }
      sync->pull.has_witness = TRUE;
    }
  sync->cursor = g_strdup (kd_request_query (request, "cursor"));
  sync->pull.cursor = sync->cursor;
  return TRUE;
}

static void
pull_cb (KdRequest *request)
{
  Sync *sync = sync_new (request);

  if (read_pull (request, sync))
    kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, pull, sync, sync_free, pulled_cb);
  else
    sync_free (sync);
}

/* ---- which mutations are known ---- */

static gboolean
find_known (KdSqlConnection *connection,
            const KdShop *shop,
            gpointer data,
            GError **error)
{
  Sync *sync = data;
  GError *failed = NULL;
  KdRole role;
  KdScopes scopes;

  if (!kd_shop_get_member (connection, shop, &sync->auth.user, &role, &scopes, &failed))
    {
      if (failed == NULL)
        {
          sync->problem = kd_problem_new (403, "scope");
          return TRUE;
        }
      g_propagate_error (error, failed);
      return FALSE;
    }
  sync->known = kd_shop_known (connection, shop, &sync->auth.user, sync->uids, error);
  return sync->known != NULL;
}

static void
known_found_cb (KdRequest *request,
                gpointer data,
                const GError *error)
{
  Sync *sync = data;

  if (went_well (request, sync, error))
    kd_request_answer_json (request, 200, kd_uids_to_json (sync->known));
}

static void
known_cb (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  GArray *uids = kd_uids_parse (text, size, &error);
  Sync *sync;

  if (uids == NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  sync = sync_new (request);
  sync->uids = uids;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, find_known, sync, sync_free, known_found_cb);
}

const KdRoute kd_routes_sync[] = {
  { "POST", "/v1/shops/{shop}/push", KD_AUTH_SHOP, KD_BODY_JSON, KD_PUSH_MAX_BYTES, KD_TIME_LONG, KD_RATE_NORMAL, push_cb,
    "Mutations of a device, each applied once, in its order" },
  { "GET", "/v1/shops/{shop}/changes", KD_AUTH_SHOP, KD_BODY_NONE, 0, KD_TIME_LONG, KD_RATE_NORMAL, pull_cb,
    "Rows that changed since ?cursor, for ?device with ?sealed, ?ack and ?witness" },
  { "POST", "/v1/shops/{shop}/mutations/known", KD_AUTH_SHOP, KD_BODY_JSON, KD_KNOWN_MAX_BYTES, KD_TIME_LONG, KD_RATE_NORMAL,
    known_cb, "Those of the caller's mutations that arrived" },
  { NULL },
};
