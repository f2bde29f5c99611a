/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-page.h"

#include <stdlib.h>

/* Pictures, by their hash. Whoever may see a row that refers to one may see it: everybody what a
 * published product or the shop's profile shows, a session what its conversation and orders show.
 * Everything else is the same 404. */

typedef struct
{
  const KdWeb *web;
  KdWebView *view;
  KdHash sha256;
  guint width;
  gboolean found, open;
} Picture;

static void
picture_free (gpointer data)
{
  Picture *self = data;

  kd_web_view_free (self->view);
  g_free (self);
}

static gboolean
is_published (KdWebView *view,
              const KdId *product)
{
  const KdProduct *row = (const KdProduct *) kd_rows_get (view->rows, &kd_kind_product, product);

  return row != NULL && row->status == KD_PRODUCT_ACTIVE;
}

/* Whether the conversation or an order of this session shows the product, published or not. */
static gboolean
knows_product (KdWebView *view,
               const KdId *product,
               GError **error)
{
  KdMessage like = { .product = *product };
  g_autoptr (GPtrArray) cards =
    kd_rows_scan (view->rows, &kd_kind_message, "product", &like.parent, 1, 200);
  g_autoptr (GArray) orders = NULL;

  for (guint i = 0; i < cards->len; i++)
    if (kd_id_equal (&((KdMessage *) g_ptr_array_index (cards, i))->conversation,
                     &view->session.conversation))
      return TRUE;
  orders = kd_buyer_orders (view->connection, view->shop, &view->session.token, error);
  for (guint i = 0; orders != NULL && i < orders->len; i++)
    {
      g_autoptr (GPtrArray) lines =
        kd_web_order_lines (view, &g_array_index (orders, KdBuyerOrder, i).order);

      for (guint k = 0; k < lines->len; k++)
        if (kd_id_equal (&((KdOrderLine *) g_ptr_array_index (lines, k))->product, product))
          return TRUE;
    }
  return FALSE;
}

static gboolean
judge (Picture *self,
       const KdMedia *media,
       GError **error)
{
  KdWebView *view = self->view;

  if (!kd_id_is_none (&media->product))
    {
      if (is_published (view, &media->product))
        return self->found = self->open = TRUE;
      if (!view->cookie_new && knows_product (view, &media->product, error))
        self->found = TRUE;
      return FALSE;
    }
  if (!kd_id_is_none (&media->message) && !kd_id_is_none (&view->session.conversation))
    {
      const KdMessage *message =
        (const KdMessage *) kd_rows_get (view->rows, &kd_kind_message, &media->message);

      if (message != NULL && kd_id_equal (&message->conversation, &view->session.conversation)
          && (message->direction == KD_MESSAGE_IN || message->direction == KD_MESSAGE_OUT))
        self->found = TRUE;
    }
  return FALSE;
}

static gboolean
find (KdSqlConnection *connection,
      const KdShop *shop,
      gpointer data,
      GError **error)
{
  Picture *self = data;
  KdWebView *view = self->view;
  KdMedia like = { .blob = self->sha256 };
  g_autoptr (GPtrArray) rows = NULL;

  if (!kd_web_view_begin (view, connection, shop, error))
    return error == NULL || *error == NULL;
  if (kd_hash_equal (&view->profile->logo, &self->sha256))
    {
      self->found = self->open = TRUE;
      return TRUE;
    }
  rows = kd_rows_scan (view->rows, &kd_kind_media, "blob", &like.parent, 1, 100);
  for (guint i = 0; i < rows->len; i++)
    if (judge (self, g_ptr_array_index (rows, i), error))
      return TRUE;
  if (!kd_buyer_is_variant_photo (connection, shop, &self->sha256, &self->open, error))
    return FALSE;
  self->found = self->found || self->open;
  return kd_web_rows_get_error (view->rows, error);
}

static void
found_cb (KdBuyersRequest *request,
          gpointer data,
          const GError *error)
{
  Picture *self = data;

  if (error != NULL)
    kd_buyers_fail (request, error);
  else if (self->found)
    kd_buyers_answer_blob (request, &self->sha256, self->width, self->open);
  else
    {
      kd_web_not_found (self->view);
      kd_web_view_finish (self->view);
      kd_web_view_send (self->view, request);
    }
}

/* Only the widths that pages ask for: each is a thumbnail that is made and kept. */
static guint
width_of (const char *text)
{
  static const guint widths[] = { KD_WEB_PICTURE_SMALL, KD_WEB_PICTURE_CARD, KD_WEB_PICTURE_LARGE };
  gint64 asked = g_ascii_strtoll (text, NULL, 10);

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    if (asked <= widths[i])
      return widths[i];
  return KD_WEB_PICTURE_LARGE;
}

void
kd_web_picture_send (const KdWeb *web,
                     KdBuyersRequest *request)
{
  Picture *self = g_new0 (Picture, 1);
  const char *const *parts = kd_buyers_request_get_parts (request);

  self->web = web;
  self->view = kd_web_view_new (web, request);
  self->width = width_of (kd_web_query (self->view, "w"));
  if (parts[1] == NULL || parts[2] != NULL || !kd_hash_parse (parts[1], &self->sha256)
      || kd_hash_is_none (&self->sha256))
    {
      found_cb (request, self, NULL);
      picture_free (self);
      return;
    }
  kd_buyers_run (request, KD_BUYERS_READ, find, self, picture_free, found_cb);
}
