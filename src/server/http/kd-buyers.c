/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-buyers-private.h"

#include "kd-blob-answer.h"

#include <string.h>

/* The way of a buyer's request to the page and back. */

#define FAILED_POLICY "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
#define REFERRER "strict-origin-when-cross-origin"

const KdRoute kd_buyers_route = {
  "GET", "/{slug}", KD_AUTH_NONE, KD_BODY_ANY, KD_BUYERS_BODY_MAX, KD_TIME_LONG, KD_RATE_PAGE, kd_buyers_handle, "The buyers' page",
};

static void
buyers_request_free (gpointer data)
{
  KdBuyersRequest *self = data;

  g_free (self->slug);
  g_strfreev (self->parts);
  g_clear_pointer (&self->form, g_hash_table_unref);
  g_clear_pointer (&self->cookies, g_hash_table_unref);
  g_free (self->origin);
  g_free (self);
}

/* ---- parsing ---- */

static gboolean
parse_path (KdBuyersRequest *self,
            const char *path)
{
  g_auto (GStrv) raw = g_strsplit (path + 1, "/", KD_BUYERS_PARTS_MAX + 2);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; raw[i] != NULL; i++)
    {
      char *part = g_uri_unescape_string (raw[i], "/");

      if (part == NULL || !g_utf8_validate (part, -1, NULL) || i > KD_BUYERS_PARTS_MAX)
        {
          g_free (part);
          return FALSE;
        }
      if (i == 0)
        self->slug = part;
      else if (*part == '\0' && raw[i + 1] == NULL)
        g_free (part);
      else
        g_ptr_array_add (parts, part);
    }
  g_ptr_array_add (parts, NULL);
  self->parts = (char **) g_ptr_array_free (g_steal_pointer (&parts), FALSE);
  return *self->slug != '\0';
}

static GHashTable *
parse_cookies (const char *header)
{
  GHashTable *cookies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (header != NULL ? header : "", ";", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      char *pair = g_strstrip (pairs[i]);
      char *equals = strchr (pair, '=');

      if (equals != NULL && g_utf8_validate (pair, -1, NULL))
        g_hash_table_replace (cookies, g_strndup (pair, (gsize) (equals - pair)), g_strdup (equals + 1));
    }
  return cookies;
}

/* FALSE: answered. */
static gboolean
parse_body (KdBuyersRequest *self)
{
  KdRequest *request = self->request;
  const char *type = soup_message_headers_get_content_type (soup_server_message_get_request_headers (request->msg), NULL);
  gsize size;
  const char *data = g_bytes_get_data (request->body, &size);
  g_autofree char *text = NULL;

  if (size == 0)
    return TRUE;
  if (type != NULL && g_ascii_strcasecmp (type, "application/json") == 0)
    return TRUE;
  if (type == NULL || g_ascii_strcasecmp (type, SOUP_FORM_MIME_TYPE_URLENCODED) != 0)
    {
      kd_request_refuse (request, 415, "media_type");
      return FALSE;
    }
  text = g_strndup (data, size);
  /* an escaped zero too: what stands behind it would be lost without a word */
  if (strlen (text) != size || strstr (text, "%00") != NULL || !g_utf8_validate (text, -1, NULL))
    {
      kd_request_refuse (request, 400, "bad_form");
      return FALSE;
    }
  self->form = soup_form_decode (text);
  return TRUE;
}

gboolean
kd_buyers_request_is_foreign (KdBuyersRequest *self)
{
  const char *origin = kd_request_in_header (self->request, "Origin");
  const char *site = kd_request_in_header (self->request, "Sec-Fetch-Site");

  if (site != NULL && strcmp (site, "same-origin") != 0 && strcmp (site, "none") != 0)
    return TRUE;
  /* A page of ours that sends no referrer posts its forms with "null". */
  if (origin != NULL && site != NULL && strcmp (origin, "null") == 0)
    return strcmp (site, "same-origin") != 0;
  return origin != NULL && !kd_http_is_own_origin (self->request->http, origin);
}

void
kd_buyers_handle (KdRequest *request)
{
  KdHttp *http = request->http;
  KdBuyersRequest *self = g_new0 (KdBuyersRequest, 1);
  gboolean changes;

  request->extra = self;
  request->extra_free = buyers_request_free;
  self->request = request;
  if (!http->has_buyers || !parse_path (self, g_uri_get_path (soup_server_message_get_uri (request->msg))))
    {
      kd_request_refuse (request, 404, "not_found");
      return;
    }
  self->cookies = parse_cookies (kd_request_in_header (request, "Cookie"));
  self->origin = g_strconcat (http->secure ? "https://" : "http://", kd_request_in_header (request, "Host"), NULL);
  self->shop = kd_server_find_shop (http->server, self->slug);
  changes = strcmp (soup_server_message_get_method (request->msg), "POST") == 0 || kd_buyers_request_is_live (self);
  if (changes && kd_buyers_request_is_foreign (self))
    kd_request_refuse (request, 403, "origin");
  else if (parse_body (self))
    http->buyers.handle (self, http->buyers.data);
}

static GBytes *
words_for (KdRequest *request,
           guint status)
{
  KdHttp *http = request->http;
  const char *accept = kd_request_in_header (request, "Accept");

  if (!http->has_buyers || http->buyers.failed == NULL || request->route != &kd_buyers_route
      || (accept != NULL && strstr (accept, "json") != NULL))
    return NULL;
  return http->buyers.failed (status, kd_request_in_header (request, "Accept-Language"), http->buyers.data);
}

gboolean
kd_buyers_refuse (KdRequest *request,
                  guint status)
{
  g_autoptr (GBytes) words = words_for (request, status);

  if (words == NULL)
    return FALSE;
  kd_request_header (request, "Content-Security-Policy", FAILED_POLICY);
  kd_request_answer (request, status, "text/html; charset=utf-8", words);
  return TRUE;
}

/* ---- what it says ---- */

const char *
kd_buyers_request_get_method (KdBuyersRequest *self)
{
  return self->request->msg != NULL ? soup_server_message_get_method (self->request->msg) : "GET";
}

const char *
kd_buyers_request_get_slug (KdBuyersRequest *self)
{
  return self->slug;
}

const char *const *
kd_buyers_request_get_parts (KdBuyersRequest *self)
{
  return (const char *const *) self->parts;
}

const KdShop *
kd_buyers_request_get_shop (KdBuyersRequest *self)
{
  return self->shop;
}

const char *
kd_buyers_request_get_query (KdBuyersRequest *self,
                             const char *name)
{
  return kd_request_query (self->request, name);
}

const char *
kd_buyers_request_get_form (KdBuyersRequest *self,
                            const char *name)
{
  const char *value = self->form != NULL ? g_hash_table_lookup (self->form, name) : NULL;

  return value != NULL && g_utf8_validate (value, -1, NULL) ? value : NULL;
}

const char *
kd_buyers_request_get_cookie (KdBuyersRequest *self,
                              const char *name)
{
  return g_hash_table_lookup (self->cookies, name);
}

const char *
kd_buyers_request_get_header (KdBuyersRequest *self,
                              const char *name)
{
  return kd_request_in_header (self->request, name);
}

GBytes *
kd_buyers_request_get_body (KdBuyersRequest *self)
{
  return self->request->body;
}

const char *
kd_buyers_request_get_origin (KdBuyersRequest *self)
{
  return self->origin;
}

gboolean
kd_buyers_request_is_secure (KdBuyersRequest *self)
{
  return self->request->http->secure;
}

const char *
kd_buyers_request_get_prefix (KdBuyersRequest *self)
{
  return self->request->prefix;
}

gboolean
kd_buyers_request_is_live (KdBuyersRequest *self)
{
  const char *upgrade = kd_request_in_header (self->request, "Upgrade");

  return upgrade != NULL && g_ascii_strcasecmp (upgrade, "websocket") == 0;
}

gint64
kd_buyers_request_get_now (KdBuyersRequest *self)
{
  return kd_http_now (self->request->http);
}

void
kd_buyers_request_random (KdBuyersRequest *self,
                          guint8 *bytes,
                          gsize n)
{
  const KdControl *control = kd_server_get_control (self->request->http->server);

  control->random (control->random_data, bytes, n);
}

/* ---- budgets ---- */

typedef struct
{
  double per_minute, burst;
} Limit;

static const struct
{
  Limit session, prefix, shop;
} limits[] = {
  [KD_BUDGET_SEARCH] = { { 60, 60 }, { 300, 300 }, { 3000, 3000 } },
  [KD_BUDGET_MESSAGE] = { { 30, 60 }, { 120, 200 }, { 1200, 2000 } },
  [KD_BUDGET_FIRST] = { { 2, 5 }, { 10, 30 }, { 60, 200 } },
  [KD_BUDGET_CART] = { { 120, 120 }, { 600, 600 }, { 6000, 6000 } },
  [KD_BUDGET_ORDER] = { { 6, 20 }, { 30, 60 }, { 300, 600 } },
};

static gboolean
take (KdHttp *http,
      const Limit *limit,
      KdBudget budget,
      const char *what,
      const char *name,
      const char *shop)
{
  g_autofree char *key = g_strdup_printf ("buyer %d %s %s %s", budget, what, name, shop);

  return kd_budgets_take (http->budgets, key, limit->per_minute / 60, limit->burst, g_get_monotonic_time ());
}

gboolean
kd_buyers_spend (KdHttp *http,
                 const KdShop *shop,
                 const char *prefix,
                 KdBudget budget,
                 const char *session)
{
  char id[KD_ID_TEXT_LENGTH + 1] = "";

  if (shop != NULL)
    kd_id_to_text (&shop->id, id);
  /* the narrower ones first: what they stop takes nothing from the shop's */
  return (session == NULL || take (http, &limits[budget].session, budget, "session", session, id))
         && take (http, &limits[budget].prefix, budget, "network", prefix, id)
         && take (http, &limits[budget].shop, budget, "shop", "", id);
}

gboolean
kd_buyers_request_spend (KdBuyersRequest *self,
                         KdBudget budget,
                         const char *session)
{
  return kd_buyers_spend (self->request->http, self->shop, self->request->prefix, budget, session);
}

/* ---- work ---- */

gboolean
kd_buyers_work (KdSqlConnection *connection,
                const KdShop *shop,
                gpointer data,
                GError **error)
{
  KdBuyersWork *work = data;
  g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;

  if (work->lane == KD_BUYERS_READ && !kd_sql_begin (&transaction, connection, KD_SQL_READ, error))
    return FALSE;
  return work->work (connection, shop, work->data, error);
}

typedef struct
{
  KdBuyersWork work;
  KdBuyersRequest *request;
  KdBuyersDoneFunc done;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  if (run->work.destroy != NULL)
    run->work.destroy (run->work.data);
  g_free (run);
}

static void
run_done_cb (KdRequest *request,
             gpointer data,
             const GError *error)
{
  Run *run = data;

  run->done (run->request, run->work.data, error);
}

void
kd_buyers_run (KdBuyersRequest *self,
               KdBuyersLane lane,
               KdBuyersWorkFunc work,
               gpointer data,
               GDestroyNotify destroy,
               KdBuyersDoneFunc done)
{
  Run *run = g_new0 (Run, 1);

  run->work = (KdBuyersWork){ lane, work, data, destroy };
  run->request = self;
  run->done = done;
  kd_request_run_shop (self->request, &self->shop->id, lane == KD_BUYERS_READ ? KD_LANE_READ : KD_LANE_WRITE_BUYER,
                       kd_buyers_work, run, run_free, run_done_cb);
}

/* ---- answers ---- */

void
kd_buyers_header (KdBuyersRequest *self,
                  const char *name,
                  const char *value)
{
  kd_request_header (self->request, name, value);
}

void
kd_buyers_cookie (KdBuyersRequest *self,
                  const char *name,
                  const char *value,
                  gint64 max_age)
{
  g_autofree char *cookie = g_strdup_printf ("%s=%s; Path=/%s; Max-Age=%" G_GINT64_FORMAT "; HttpOnly; SameSite=Lax%s", name,
                                             value != NULL ? value : "", self->slug, value != NULL ? max_age : 0,
                                             self->request->http->secure ? "; Secure" : "");

  kd_request_header (self->request, "Set-Cookie", cookie);
}

void
kd_buyers_answer (KdBuyersRequest *self,
                  guint status,
                  const char *type,
                  GBytes *body)
{
  SoupServerMessage *msg = self->request->msg;

  /* links of a shop's page may say where they come from, paths stay here */
  if (msg != NULL && !self->request->answered
      && soup_message_headers_get_one (soup_server_message_get_response_headers (msg), "Referrer-Policy") == NULL)
    kd_request_header (self->request, "Referrer-Policy", REFERRER);
  kd_request_answer (self->request, status, type, body);
}

void
kd_buyers_redirect (KdBuyersRequest *self,
                    const char *path)
{
  g_return_if_fail (path[0] == '/' && path[1] != '/');
  kd_request_header (self->request, "Location", path);
  kd_request_answer_empty (self->request, 303);
}

void
kd_buyers_fail (KdBuyersRequest *self,
                const GError *error)
{
  kd_request_fail (self->request, error);
}

void
kd_buyers_answer_blob (KdBuyersRequest *self,
                       const KdHash *sha256,
                       guint width,
                       gboolean open)
{
  kd_blob_answer (self->request, sha256, NULL, width, open);
}
