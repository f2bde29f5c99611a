/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-view.h"

#include "kd-text.h"
#include "kd-web-page.h"

#include <string.h>

#define PACK_FROM 600  /* bytes; below, packing saves nothing */
#define PATHS_VARY "Accept-Encoding, Accept-Language, Cookie"

/* Everything from ourselves, nothing inline; a page of ours stands in nobody's frame. */
#define POLICY \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " \
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static const char *const query_names[] = { "q", "before", "v", "p", "w" };
static const char *const form_names[] = { "token", "uid",     "variant", "n",    "price",  "text",
                                          "do",    "product", "name",    "phone", "address", "note",
                                          "seen",  "method",  "stay" };

/* ---- making and freeing ---- */

static gboolean
accepts_gzip (const char *accept)
{
  const char *at = accept != NULL ? strstr (accept, "gzip") : NULL;

  return at != NULL && !g_str_has_prefix (at, "gzip;q=0");
}

static void
take_values (KdWebView *view,
             KdBuyersRequest *request)
{
  for (guint i = 0; i < G_N_ELEMENTS (query_names); i++)
    {
      const char *value = kd_buyers_request_get_query (request, query_names[i]);

      if (value != NULL)
        g_hash_table_insert (view->values, g_strconcat ("?", query_names[i], NULL), g_strdup (value));
    }
  for (guint i = 0; view->post && i < G_N_ELEMENTS (form_names); i++)
    {
      const char *value = kd_buyers_request_get_form (request, form_names[i]);

      if (value != NULL)
        g_hash_table_insert (view->values, g_strdup (form_names[i]), g_strdup (value));
    }
}

static void
take_session (KdWebView *view,
              KdBuyersRequest *request)
{
  const KdShop *shop = kd_buyers_request_get_shop (request);
  const char *cookie = kd_buyers_request_get_cookie (request, KD_WEB_COOKIE);
  guint8 random[16];

  if (shop == NULL)
    return;
  if (kd_web_cookie_is_ours (shop, cookie))
    {
      view->cookie = g_strdup (cookie);
      return;
    }
  kd_buyers_request_random (request, random, sizeof random);
  view->cookie = kd_web_cookie_make (shop, random);
  view->cookie_new = TRUE;
}

static KdWebView *
new_view (const KdWeb *web)
{
  KdWebView *view = g_new0 (KdWebView, 1);

  view->web = web;
  view->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  view->html = g_string_new (NULL);
  view->status = 200;
  return view;
}

KdWebView *
kd_web_view_new (const KdWeb *web,
                 KdBuyersRequest *request)
{
  const char *accept = kd_buyers_request_get_header (request, "Accept-Language");
  KdWebView *view = new_view (web);
  guint8 random[10];

  view->language = kd_web_language_choose (accept, NULL);
  view->language_asked = view->language == kd_web_language_choose (accept, "id");
  view->slug = g_strdup (kd_buyers_request_get_slug (request));
  view->parts = g_strdupv ((char **) kd_buyers_request_get_parts (request));
  view->post = g_str_equal (kd_buyers_request_get_method (request), "POST");
  view->gzip = accepts_gzip (kd_buyers_request_get_header (request, "Accept-Encoding"));
  view->secure = kd_buyers_request_is_secure (request);
  view->now = kd_buyers_request_get_now (request);
  view->origin = g_strdup (kd_buyers_request_get_origin (request));
  kd_buyers_request_random (request, random, sizeof random);
  view->seed = kd_id_make (view->now, random);
  take_values (view, request);
  take_session (view, request);
  return view;
}

KdWebView *
kd_web_view_new_part (const KdWeb *web,
                      const char *slug,
                      const char *cookie,
                      KdWebLanguage language)
{
  KdWebView *view = new_view (web);

  view->language = language;
  view->language_asked = TRUE;
  view->slug = g_strdup (slug);
  view->cookie = g_strdup (cookie);
  return view;
}

void
kd_web_view_free (KdWebView *view)
{
  if (view == NULL)
    return;
  kd_web_cart_free (view->cart);
  kd_web_rows_free (view->rows);
  g_hash_table_destroy (view->values);
  g_string_free (view->html, TRUE);
  g_clear_pointer (&view->body, g_bytes_unref);
  g_strfreev (view->parts);
  g_free (view->slug);
  g_free (view->origin);
  g_free (view->cookie);
  g_free (view->redirect);
  g_free (view->notice);
  g_free (view);
}

char *
kd_web_plain_text (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  /* Browsers end lines with CR and LF. */
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar) *c >= 0x20 || *c == '\n' || *c == '\t')
      g_string_append_c (plain, *c);
  return kd_text_trim (plain->str);
}

const char *
kd_web_query (const KdWebView *view,
              const char *name)
{
  g_autofree char *key = g_strconcat ("?", name, NULL);
  const char *value = g_hash_table_lookup (view->values, key);

  return value != NULL ? value : "";
}

const char *
kd_web_form (const KdWebView *view,
             const char *name)
{
  const char *value = g_hash_table_lookup (view->values, name);

  return value != NULL ? value : "";
}

/* ---- on the lane's thread ---- */

static const KdShopProfile *
find_profile (KdWebView *view)
{
  KdShopProfile like = { 0 };
  g_autoptr (GPtrArray) found =
    kd_rows_scan (view->rows, &kd_kind_shop_profile, "slug", &like.parent, 0, 1);

  return found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
}

gboolean
kd_web_view_begin (KdWebView *view,
                   KdSqlConnection *connection,
                   const KdShop *shop,
                   GError **error)
{
  KdHash token;

  g_clear_pointer (&view->cart, kd_web_cart_free);
  kd_web_rows_free (view->rows);
  view->connection = connection;
  view->shop = shop;
  view->rows = kd_web_rows_new (connection, shop);
  view->profile = find_profile (view);
  if (!kd_web_rows_get_error (view->rows, error) || view->profile == NULL || view->profile->closed)
    return FALSE;
  if (!view->language_asked)
    view->language = kd_web_language_choose (NULL, view->profile->language);
  token = kd_web_cookie_hash (view->cookie);
  return kd_buyer_session_load (connection, shop, &token, &view->session, error);
}

static GBytes *
pack (GBytes *plain)
{
  g_autoptr (GConverter) compressor =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_bytes (plain);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (base, compressor);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (out, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL) < 0)
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

void
kd_web_view_finish (KdWebView *view)
{
  g_autoptr (GBytes) plain = g_bytes_new (view->html->str, view->html->len);

  if (view->redirect != NULL || view->body != NULL)
    return;
  if (view->gzip && view->html->len > PACK_FROM)
    view->body = pack (plain);
  view->packed = view->body != NULL;
  if (view->body == NULL)
    view->body = g_steal_pointer (&plain);
}

GBytes *
kd_web_pack (GBytes *plain)
{
  return pack (plain);
}

KdId
kd_web_view_make_id (KdWebView *view)
{
  char place[16];

  g_snprintf (place, sizeof place, "web/%u", view->made++);
  return kd_id_derive (&view->seed, 0, place);
}

char *
kd_web_view_make_token (KdWebView *view)
{
  KdId a = kd_web_view_make_id (view), b = kd_web_view_make_id (view);
  GString *token = g_string_new (NULL);

  /* The bytes after the time. */
  for (guint i = 0; i < 8; i++)
    g_string_append_printf (token, "%02x%02x", a.b[8 + i], b.b[8 + i]);
  return g_string_free (token, FALSE);
}

void
kd_web_view_go (KdWebView *view,
                const char *path)
{
  g_free (view->redirect);
  view->redirect = g_strdup_printf ("/%s%s", view->slug, path);
}

/* ---- the answer ---- */

void
kd_web_view_send (KdWebView *view,
                  KdBuyersRequest *request)
{
  kd_buyers_header (request, "Content-Security-Policy", POLICY);
  kd_buyers_header (request, "Vary", PATHS_VARY);
  kd_buyers_header (request, "X-Frame-Options", "DENY");
  if (view->keep == KD_WEB_NO_STORE)
    {
      kd_buyers_header (request, "Cache-Control", "private, no-store");
      kd_buyers_header (request, "X-Robots-Tag", "noindex, nofollow");
      kd_buyers_header (request, "Referrer-Policy", "no-referrer");
    }
  else
    {
      kd_buyers_header (request, "Cache-Control", "private, no-cache");
      kd_buyers_header (request, "Referrer-Policy", "same-origin");
    }
  if (view->set_cookie)
    kd_buyers_cookie (request, KD_WEB_COOKIE, view->cookie, KD_WEB_COOKIE_DAYS * 86400);
  if (view->redirect != NULL)
    {
      kd_buyers_redirect (request, view->redirect);
      return;
    }
  if (view->packed)
    kd_buyers_header (request, "Content-Encoding", "gzip");
  kd_buyers_answer (request, view->status, "text/html; charset=utf-8", view->body);
}
