/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-args.h"
#include "kd-web-page.h"

#include <string.h>

/* The order form: who, where to, how it is paid. The prices that stand on the page go with it, so
 * that nobody pays another one than they saw. */

/* "line:price:quantity" for each line. */
static void
append_seen (KdWebView *view,
             const KdWebCart *cart)
{
  char id[KD_ID_TEXT_LENGTH + 1];

  g_string_append (view->html, "<input type=hidden name=seen value=\"");
  for (guint i = 0; i < cart->lines->len; i++)
    {
      const KdWebCartLine *line = &g_array_index (cart->lines, KdWebCartLine, i);

      g_string_append_printf (view->html, "%s%s:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT,
                              i > 0 ? "," : "", kd_id_to_text (&line->line->parent.id, id),
                              line->price, line->line->quantity);
    }
  g_string_append (view->html, "\">");
}

static GPtrArray *
read_seen (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", KD_ORDER_LINES_MAX + 1);
  GPtrArray *seen = NULL;

  for (guint i = 0; parts[i] != NULL && i < KD_ORDER_LINES_MAX; i++)
    {
      g_auto (GStrv) fields = g_strsplit (parts[i], ":", 4);
      KdLineSeenArgs *line;
      KdId id;

      if (g_strv_length (fields) != 3 || !kd_id_parse (fields[0], &id))
        continue;
      line = kd_line_seen_args_add (&seen);
      line->line = id;
      line->price = g_ascii_strtoll (fields[1], NULL, 10);
      line->quantity = g_ascii_strtoll (fields[2], NULL, 10);
    }
  return seen;
}

static void
append_summary (KdWebView *view,
                const KdWebCart *cart)
{
  g_autofree char *total = kd_web_money (view, cart->total);

  g_string_append (view->html, "<ul class=summary>");
  for (guint i = 0; i < cart->lines->len; i++)
    {
      const KdWebCartLine *line = &g_array_index (cart->lines, KdWebCartLine, i);
      g_autofree char *quantity = kd_web_quantity (view, line->line->quantity);
      g_autofree char *amount = kd_web_money (view, line->amount);

      kd_web_print (view->html, "<li><span dir=auto>%s%s%s</span> <span class=n>× %s</span><b>%s</b></li>",
                    line->line->name, line->line->title != NULL ? " · " : "",
                    line->line->title != NULL ? line->line->title : "", quantity, amount);
    }
  kd_web_print (view->html, "<li class=sum><span>%s</span><b>%s</b></li></ul>", _ ("Total"), total);
  kd_web_print (view->html, "<p class=hint>%s</p>",
                _ ("The shop adds the delivery fee, if there is one, and tells you."));
}

static void
show_form (KdWebView *view,
           const KdWebBuyerForm *form)
{
  KdWebCart *cart = kd_web_cart (view);
  g_autoptr (GString) bar = g_string_new ("<div class=buybar><div class=wrap>");
  g_autofree char *total = kd_web_money (view, cart->total);

  view->keep = KD_WEB_NO_STORE;
  view->set_cookie = view->cookie_new;
  kd_web_page_begin (view, KD_WEB_FRAME_INNER, _ ("Your order"), "/cart");
  append_summary (view, cart);
  kd_web_form_begin_once (view, "/checkout", "id=order class=form data-once novalidate");
  append_seen (view, cart);
  kd_web_buyer_form_show (view, form);
  g_string_append (view->html, "</form>");
  kd_web_print (bar,
                "<p class=total><span>%s</span> <b>%s</b></p>"
                "<button class=\"button main\" form=order>%s</button></div></div>",
                _ ("Total"), total, _ ("Place order"));
  kd_web_page_end (view, bar->str);
}

gboolean
kd_web_checkout_page (KdWebView *view,
                      GError **error)
{
  KdWebCart *cart = kd_web_cart (view);
  g_auto (KdWebBuyerForm) form = { 0 };

  if (cart->lines->len == 0 || !cart->ready)
    {
      kd_web_view_go (view, "/cart");
      return TRUE;
    }
  if (!kd_web_buyer_form_recall (view, &form, error))
    return FALSE;
  show_form (view, &form);
  return TRUE;
}

KdCall *
kd_web_place_call (KdWebView *view,
                   const char *name,
                   const KdOrder *order,
                   const KdWebBuyerForm *form)
{
  KdCall *call = kd_call_new_by_name (name);
  KdOrderPlaceArgs *args = call->args;

  args->id = order->parent.id;
  args->token = g_strdup (order->token);
  args->lines_seen = read_seen (kd_web_form (view, "seen"));
  args->name = g_strdup (form->fields[KD_WEB_FIELD_NAME]);
  args->phone = g_strdup (form->fields[KD_WEB_FIELD_PHONE]);
  args->address = g_strdup (form->fields[KD_WEB_FIELD_ADDRESS]);
  if (*form->fields[KD_WEB_FIELD_NOTE] != '\0')
    args->note = g_strdup (form->fields[KD_WEB_FIELD_NOTE]);
  args->method = form->cod ? KD_METHOD_COD : KD_METHOD_TRANSFER;
  return call;
}

static void
go_to_order (KdWebView *view,
             const KdOrder *order)
{
  g_autofree char *path = g_strdup_printf ("/o/%s", order->token);

  kd_web_view_go (view, path);
}

/* The form came twice, and the first one has placed the order: the cart is gone, the order is what
 * the second one wants to see. */
static const KdOrder *
find_placed (KdWebView *view)
{
  g_autofree char *first = g_strndup (kd_web_form (view, "seen"), KD_ID_TEXT_LENGTH);
  const KdOrderLine *line = NULL;
  g_autoptr (GArray) own = NULL;
  KdId id;

  if (kd_id_parse (first, &id))
    line = (const KdOrderLine *) kd_rows_get (view->rows, &kd_kind_order_line, &id);
  if (line == NULL)
    return NULL;
  own = kd_buyer_orders (view->connection, view->shop, &view->session.token, NULL);
  for (guint i = 0; own != NULL && i < own->len; i++)
    if (kd_id_equal (&g_array_index (own, KdBuyerOrder, i).order, &line->order))
      return (const KdOrder *) kd_rows_get (view->rows, &kd_kind_order, &line->order);
  return NULL;
}

gboolean
kd_web_checkout_post (KdWebView *view,
                      GError **error)
{
  KdWebCart *cart = kd_web_cart (view);
  g_auto (KdWebBuyerForm) form = { 0 };
  g_auto (KdShopRun) run = { 0 };
  g_autoptr (KdCall) call = NULL;
  const KdOrder *order = cart->order;
  KdWebOrderMark mark = { .session = &view->session, .typed = TRUE };

  if (order == NULL || cart->lines->len == 0)
    {
      order = find_placed (view);
      if (order != NULL)
        go_to_order (view, order);
      else
        kd_web_view_go (view, "/cart");
      return TRUE;
    }
  if (!kd_web_buyer_form_read (view, &form))
    {
      view->status = 422;
      show_form (view, &form);
      return TRUE;
    }
  call = kd_web_place_call (view, "order.place", order, &form);
  mark.order = order->parent.id;
  mark.adopt = kd_id_is_none (&order->contact);
  if (!kd_web_view_run (view, call, kd_web_order_typed, &mark, &run, error))
    return FALSE;
  if (run.status == KD_APPLIED)
    {
      order = (const KdOrder *) kd_rows_get (view->rows, &kd_kind_order, &mark.order);
      if (order != NULL)
        go_to_order (view, order);
      return order != NULL;
    }
  view->notice = kd_web_refusal (view, &run);
  view->status = 409;
  if (kd_web_cart (view)->ready)
    show_form (view, &form);
  else
    return kd_web_cart_page (view, error);
  return TRUE;
}
