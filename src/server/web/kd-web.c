/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web.h"

#include "kd-web-page.h"

#include <string.h>

/* Which page answers what, and what each asks for before it does anything. */

typedef enum
{
  ROUTE_WRITE = 1 << 0,   /* on the writer's lane, after a POST with a right token */
  ROUTE_OPENS = 1 << 1,   /* may be the first thing of a session: then Origin proves the page */
  ROUTE_ARGUMENT = 1 << 2,
} RouteFlags;

typedef struct
{
  const char *name;       /* "" is the shop's own address */
  RouteFlags flags;
  KdBudget budget;        /* of what writes */
  KdWebPage page;
} Route;

static const Route routes[] = {
  { "", 0, 0, kd_web_shop_page },
  { "c", ROUTE_ARGUMENT, 0, kd_web_category_page },
  { "p", ROUTE_ARGUMENT, 0, kd_web_product_page },
  { "cart", 0, 0, kd_web_cart_page },
  { "cart", ROUTE_WRITE | ROUTE_OPENS, KD_BUDGET_CART, kd_web_cart_post },
  { "checkout", 0, 0, kd_web_checkout_page },
  { "checkout", ROUTE_WRITE, KD_BUDGET_ORDER, kd_web_checkout_post },
  { "chat", 0, 0, kd_web_chat_page },
  { "chat", ROUTE_WRITE, KD_BUDGET_MESSAGE, kd_web_chat_post },
  { "o", ROUTE_ARGUMENT, 0, kd_web_order_page },
  { "o", ROUTE_ARGUMENT | ROUTE_WRITE, KD_BUDGET_ORDER, kd_web_order_post },
};

/* ---- a page ---- */

typedef struct
{
  const Route *route;
  KdWebView *view;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *self = data;

  kd_web_view_free (self->view);
  g_free (self);
}

static gboolean
work (KdSqlConnection *connection,
      const KdShop *shop,
      gpointer data,
      GError **error)
{
  Answer *self = data;
  KdWebView *view = self->view;
  GError *failed = NULL;

  if (!kd_web_view_begin (view, connection, shop, &failed))
    {
      if (failed != NULL)
        {
          g_propagate_error (error, failed);
          return FALSE;
        }
      kd_web_not_found (view);
    }
  else if (!self->route->page (view, error))
    return FALSE;
  kd_web_view_finish (view);
  return kd_web_rows_get_error (view->rows, error);
}

static void
done (KdBuyersRequest *request,
      gpointer data,
      const GError *error)
{
  Answer *self = data;

  if (error != NULL)
    kd_buyers_fail (request, error);
  else
    kd_web_view_send (self->view, request);
}

/* ---- refusing ---- */

static void
refuse (const KdWeb *web,
        KdBuyersRequest *request,
        guint status)
{
  g_autoptr (KdWebView) view = kd_web_view_new (web, request);

  if (status == 404)
    kd_web_not_found (view);
  else
    {
      view->body = kd_web_failed_page (web, status, view->language);
      view->status = status;
      view->keep = KD_WEB_NO_STORE;
    }
  kd_web_view_finish (view);
  kd_web_view_send (view, request);
}

/* Without a session there is nothing that another site's page could act for; still, only a page of
 * ours opens one. */
static gboolean
is_from_our_page (KdBuyersRequest *request)
{
  const char *site = kd_buyers_request_get_header (request, "Sec-Fetch-Site");
  const char *origin = kd_buyers_request_get_header (request, "Origin");

  if (site != NULL)
    return g_str_equal (site, "same-origin");
  return origin != NULL && g_str_equal (origin, kd_buyers_request_get_origin (request));
}

static gboolean
may_write (const KdWebView *view,
           const Route *route,
           KdBuyersRequest *request)
{
  if (view->cookie_new)
    return (route->flags & ROUTE_OPENS) != 0 && is_from_our_page (request);
  return kd_web_form_token_is_right (kd_buyers_request_get_shop (request), view->cookie,
                                     kd_web_form (view, "token"));
}

static gboolean
spend (const KdWebView *view,
       KdBuyersRequest *request,
       KdBudget budget)
{
  KdHash hash = kd_web_cookie_hash (view->cookie);
  char text[KD_HASH_TEXT_LENGTH + 1];

  return kd_buyers_request_spend (request, budget,
                                  view->cookie_new ? NULL : kd_hash_to_text (&hash, text));
}

/* ---- routing ---- */

/* (nullable): @ret_status says why */
static const Route *
find_route (const char *const *parts,
            gboolean post,
            guint *ret_status)
{
  const char *name = parts[0] != NULL ? parts[0] : "";
  guint n = g_strv_length ((char **) parts);

  *ret_status = 404;
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      const Route *route = &routes[i];

      if (!g_str_equal (route->name, name)
          || n != (*name != '\0' ? 1u : 0u) + ((route->flags & ROUTE_ARGUMENT) != 0 ? 1u : 0u))
        continue;
      if (((route->flags & ROUTE_WRITE) != 0) == post)
        return route;
      *ret_status = 405;
    }
  return NULL;
}

/* ---- a message: which budget pays depends on whether it is the session's first ---- */

typedef struct
{
  Answer *answer;  /* (owned) (nullable) */
} Pending;

static void
pending_free (gpointer data)
{
  Pending *self = data;

  g_clear_pointer (&self->answer, answer_free);
  g_free (self);
}

static gboolean
load_session (KdSqlConnection *connection,
              const KdShop *shop,
              gpointer data,
              GError **error)
{
  GError *failed = NULL;

  if (kd_web_view_begin (((Pending *) data)->answer->view, connection, shop, &failed) || failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static void
session_loaded_cb (KdBuyersRequest *request,
                   gpointer data,
                   const GError *error)
{
  Pending *self = data;
  KdWebView *view = self->answer->view;
  gboolean first = kd_id_is_none (&view->session.conversation);

  if (error != NULL)
    kd_buyers_fail (request, error);
  else if (!spend (view, request, first ? KD_BUDGET_FIRST : KD_BUDGET_MESSAGE))
    refuse (view->web, request, 429);
  else
    kd_buyers_run (request, KD_BUYERS_WRITE, work, g_steal_pointer (&self->answer), answer_free, done);
}

static void
start (KdBuyersRequest *request,
       Answer *answer)
{
  Pending *pending;

  if (!answer->view->post)
    kd_buyers_run (request, KD_BUYERS_READ, work, answer, answer_free, done);
  else if (answer->route->budget != KD_BUDGET_MESSAGE)
    kd_buyers_run (request, KD_BUYERS_WRITE, work, answer, answer_free, done);
  else
    {
      pending = g_new0 (Pending, 1);
      pending->answer = answer;
      kd_buyers_run (request, KD_BUYERS_READ, load_session, pending, pending_free, session_loaded_cb);
    }
}

static void
serve (const KdWeb *web,
       KdBuyersRequest *request)
{
  const char *const *parts = kd_buyers_request_get_parts (request);
  gboolean post = g_str_equal (kd_buyers_request_get_method (request), "POST");
  guint status;
  const Route *route = find_route (parts, post, &status);
  Answer *answer;
  KdWebView *view;

  if (route == NULL)
    {
      refuse (web, request, status);
      return;
    }
  view = kd_web_view_new (web, request);
  if (post && !may_write (view, route, request))
    status = 403;
  else if ((post && route->budget != KD_BUDGET_MESSAGE && !spend (view, request, route->budget))
           || (*kd_web_query (view, "q") != '\0' && !spend (view, request, KD_BUDGET_SEARCH)))
    status = 429;
  else
    status = 0;
  if (status != 0)
    {
      kd_web_view_free (view);
      refuse (web, request, status);
      return;
    }
  answer = g_new0 (Answer, 1);
  answer->route = route;
  answer->view = view;
  start (request, answer);
}

static void
handle_cb (KdBuyersRequest *request,
           gpointer data)
{
  const KdWeb *web = data;
  const char *const *parts = kd_buyers_request_get_parts (request);
  const char *method = kd_buyers_request_get_method (request);

  if (g_str_equal (kd_buyers_request_get_slug (request), "_"))
    kd_web_asset_send (web, request);
  else if (kd_buyers_request_get_shop (request) == NULL)
    refuse (web, request, 404);
  else if (kd_buyers_request_is_live (request))
    kd_web_live_open (web, request);
  else if (g_strcmp0 (parts[0], "m") == 0 && !g_str_equal (method, "POST"))
    kd_web_picture_send (web, request);
  else
    serve (web, request);
}

static GBytes *
failed_cb (guint status,
           const char *accept_language,
           gpointer data)
{
  return kd_web_failed_page (data, status, kd_web_language_choose (accept_language, NULL));
}

/* ---- public ---- */

KdWeb *
kd_web_new (void)
{
  KdWeb *web = g_new0 (KdWeb, 1);

  kd_web_assets_load (web);
  web->buyers = (KdBuyers){ .handle = handle_cb, .failed = failed_cb, .data = web };
  return web;
}

void
kd_web_free (KdWeb *web)
{
  kd_web_assets_clear (web);
  g_free (web);
}

const KdBuyers *
kd_web_get_buyers (KdWeb *web)
{
  return &web->buyers;
}
