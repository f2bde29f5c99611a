/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-decimal.h"
#include "kd-money.h"
#include "kd-order-args.h"
#include "kd-price.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"
#include "kd-web-page.h"

#include <string.h>

/* The cart is this session's newest draft that a buyer made. */

#define ORDERS_SHOWN 20
#define WEIGHT_STEP 100 /* thousandths that a tap adds to what is sold by weight */

/* ---- reading ---- */

static const KdOrder *
find_order (KdWebView *view)
{
  g_autoptr (GArray) orders = NULL;

  if (view->cookie_new)
    return NULL;
  orders = kd_buyer_orders (view->connection, view->shop, &view->session.token, NULL);
  for (guint i = 0; orders != NULL && i < orders->len; i++)
    {
      const KdOrder *order = (const KdOrder *) kd_rows_get (
        view->rows, &kd_kind_order, &g_array_index (orders, KdBuyerOrder, i).order);

      if (order != NULL && order->origin == KD_ORIGIN_IS_BUYER && order->state == KD_ORDER_DRAFT)
        return order;
    }
  return NULL;
}

static void
take_line (KdWebView *view,
           KdWebCart *cart,
           const KdOrderLine *row)
{
  KdWebCartLine line = { .line = row, .price = KD_EMPTY };
  const char *code = NULL;

  line.variant = (const KdVariant *) kd_rows_get (view->rows, &kd_kind_variant, &row->variant);
  if (line.variant != NULL)
    line.product =
      (const KdProduct *) kd_rows_get (view->rows, &kd_kind_product, &line.variant->product);
  if (line.product != NULL && line.product->status == KD_PRODUCT_ACTIVE && !line.variant->archived)
    line.price = kd_effective_price (line.product, line.variant);
  line.sellable = line.price != KD_EMPTY
                  && kd_money_of_quantity (line.price, row->quantity, &line.amount, &code);
  if (line.sellable)
    {
      line.available = kd_stock_available (view->rows, &row->variant, view->now);
      line.enough = kd_stock_may_buy (line.variant, line.available, row->quantity);
      cart->count += line.variant->by_weight ? 1 : row->quantity / 1000;
    }
  else
    cart->count++;
  cart->ready = cart->ready && line.sellable && line.enough
                && kd_money_add (cart->total, line.amount, &cart->total, &code);
  g_array_append_val (cart->lines, line);
}

KdWebCart *
kd_web_cart (KdWebView *view)
{
  KdWebCart *cart = view->cart;
  g_autoptr (GPtrArray) lines = NULL;

  if (cart != NULL)
    return cart;
  cart = view->cart = g_new0 (KdWebCart, 1);
  cart->lines = g_array_new (FALSE, FALSE, sizeof (KdWebCartLine));
  cart->order = find_order (view);
  cart->ready = TRUE;
  if (cart->order == NULL)
    return cart;
  lines = kd_web_order_lines (view, &cart->order->parent.id);
  for (guint i = 0; i < lines->len; i++)
    take_line (view, cart, g_ptr_array_index (lines, i));
  return cart;
}

void
kd_web_cart_free (KdWebCart *cart)
{
  if (cart == NULL)
    return;
  g_array_unref (cart->lines);
  g_free (cart);
}

/* ---- the page ---- */

/* Carries the line's next quantity; what the buyer saw goes with it. */
static void
append_step (KdWebView *view,
             const KdWebCartLine *line,
             gint64 quantity,
             KdWebIcon icon,
             const char *label)
{
  char id[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *n = kd_decimal_from_scaled (quantity, 3);

  kd_web_form_begin_once (view, "/cart", "data-swap=\"main top bar\"");
  kd_web_print (view->html,
                "<input type=hidden name=do value=set><input type=hidden name=variant value=%s>"
                "<input type=hidden name=price value=%" G_GINT64_FORMAT
                "><button name=n value=\"%s\" aria-label=\"%s\">",
                kd_id_to_text (&line->line->variant, id), line->sellable ? line->price : 0, n, label);
  kd_web_icon (view->html, icon);
  g_string_append (view->html, "</button></form>");
}

static void
append_stepper (KdWebView *view,
                const KdWebCartLine *line)
{
  gint64 step = line->variant != NULL && line->variant->by_weight ? WEIGHT_STEP : 1000;
  gint64 quantity = line->line->quantity;
  g_autofree char *text = kd_web_quantity (view, quantity);

  g_string_append (view->html, "<div class=stepper>");
  if (!line->sellable || quantity <= step)
    append_step (view, line, 0, KD_WEB_ICON_BIN, _ ("Remove"));
  else
    append_step (view, line, quantity - step, KD_WEB_ICON_MINUS, _ ("One less"));
  kd_web_print (view->html, "<output>%s</output>", text);
  if (line->sellable && kd_stock_may_buy (line->variant, line->available, quantity + step))
    append_step (view, line, quantity + step, KD_WEB_ICON_PLUS, _ ("One more"));
  else
    g_string_append (view->html, "<span class=nostep></span>");
  g_string_append (view->html, "</div>");
}

static void
append_trouble (KdWebView *view,
                const KdWebCartLine *line)
{
  g_autofree char *text = NULL;

  if (!line->sellable)
    text = g_strdup (_ ("No longer for sale. Please remove it."));
  else if (!line->enough)
    {
      g_autofree char *left = kd_web_quantity (view, MAX (line->available, 0));

      text = line->available > 0 ? g_strdup_printf (_ ("Only %s left. Please take fewer."), left)
                                 : g_strdup (_ ("Sold out. Please remove it."));
    }
  else if (line->price != line->line->price)
    {
      g_autofree char *before = kd_web_money (view, line->line->price);

      text = g_strdup_printf (_ ("The price has changed; it was %s."), before);
    }
  if (text != NULL)
    kd_web_print (view->html, "<p class=trouble>%s</p>", text);
}

static void
append_line (KdWebView *view,
             const KdWebCartLine *line)
{
  g_autoptr (KdWebProduct) product =
    line->product != NULL ? kd_web_product_load (view, &line->product->parent.id) : NULL;
  KdHash photo = { { 0 } };

  if (line->variant != NULL && !kd_hash_is_none (&line->variant->photo))
    photo = line->variant->photo;
  else if (product != NULL)
    photo = kd_web_product_photo (product);
  g_string_append (view->html, "<li class=line>");
  kd_web_picture (view, &photo, KD_WEB_PICTURE_SMALL, line->line->name, TRUE);
  g_string_append (view->html, "<div class=what>");
  if (product != NULL)
    {
      g_autofree char *path = kd_web_product_path (view, product->product);

      kd_web_print (view->html, "<a class=name dir=auto href=\"%s\">%s</a>", path, line->line->name);
    }
  else
    kd_web_print (view->html, "<span class=name dir=auto>%s</span>", line->line->name);
  if (line->line->title != NULL)
    kd_web_print (view->html, "<span class=variant dir=auto>%s</span>", line->line->title);
  if (line->sellable)
    {
      g_autofree char *price = kd_web_money (view, line->price);

      kd_web_print (view->html, "<span class=price>%s</span>", price);
    }
  append_trouble (view, line);
  g_string_append (view->html, "</div>");
  append_stepper (view, line);
  g_string_append (view->html, "</li>");
}

static char *
make_bar (KdWebView *view,
          const KdWebCart *cart)
{
  GString *bar = g_string_new ("<div class=buybar><div class=wrap>");
  g_autofree char *total = kd_web_money (view, cart->total);

  kd_web_print (bar, "<p class=total><span>%s</span> <b>%s</b></p>", _ ("Total"), total);
  if (cart->ready)
    kd_web_print (bar, "<a class=\"button main\" href=\"/%s/checkout\">%s</a>", view->slug,
                  _ ("Check out"));
  else
    kd_web_print (bar, "<button class=\"button main\" disabled>%s</button>", _ ("Check out"));
  g_string_append (bar, "</div></div>");
  return g_string_free (bar, FALSE);
}

/* The way back to what was ordered. */
static gboolean
append_orders (KdWebView *view,
               GError **error)
{
  g_autoptr (GArray) own =
    kd_buyer_orders (view->connection, view->shop, &view->session.token, error);
  guint n = 0;

  if (own == NULL)
    return FALSE;
  for (guint i = 0; i < own->len && n < ORDERS_SHOWN; i++)
    {
      const KdOrder *order = (const KdOrder *) kd_rows_get (
        view->rows, &kd_kind_order, &g_array_index (own, KdBuyerOrder, i).order);
      g_autofree char *at = NULL;

      if (order == NULL || order->token == NULL || order->state == KD_ORDER_DRAFT
          || kd_web_order_find (view, order->token, error) == NULL)
        continue;
      if (n++ == 0)
        kd_web_print (view->html, "<section class=orders><h2>%s</h2><ul>", _ ("Your orders"));
      at = kd_web_time (view, order->placed);
      kd_web_print (view->html,
                    "<li><a href=\"/%s/o/%s\"><span>%s <b>%s</b> · %s</span>"
                    "<span class=\"stage %s\">%s</span></a></li>",
                    view->slug, order->token, _ ("Order"), order->number != NULL ? order->number : "",
                    at, kd_web_stage_class (order), kd_web_stage_text (view, order));
    }
  if (n > 0)
    g_string_append (view->html, "</ul></section>");
  return TRUE;
}

gboolean
kd_web_cart_page (KdWebView *view,
                  GError **error)
{
  KdWebCart *cart = kd_web_cart (view);
  g_autofree char *bar = NULL;

  view->keep = KD_WEB_NO_STORE;
  kd_web_page_begin (view, KD_WEB_FRAME_INNER, _ ("Cart"), "");
  if (cart->lines->len == 0)
    {
      kd_web_print (view->html, "<div class=empty><p>%s</p><a class=button href=\"/%s\">%s</a></div>",
                    _ ("Your cart is empty."), view->slug, _ ("To the shop"));
      if (!append_orders (view, error))
        return FALSE;
      kd_web_page_end (view, "");
      return TRUE;
    }
  g_string_append (view->html, "<ul class=lines>");
  for (guint i = 0; i < cart->lines->len; i++)
    append_line (view, &g_array_index (cart->lines, KdWebCartLine, i));
  g_string_append (view->html, "</ul>");
  if (!append_orders (view, error))
    return FALSE;
  bar = make_bar (view, cart);
  kd_web_page_end (view, bar);
  return TRUE;
}

/* ---- changing it ---- */

/* As typed: "1", "1,5"; -1 for what is none. */
static gint64
read_quantity (const char *text)
{
  g_autofree char *plain = g_strdelimit (g_strdup (*text != '\0' ? text : "1"), ",", '.');
  const char *code = NULL;
  gint64 quantity;

  if (strlen (plain) > 12 || !kd_decimal_to_scaled (plain, 3, &quantity, &code) || quantity < 0)
    return -1;
  return quantity;
}

static gint64
quantity_now (const KdWebCart *cart,
              const KdId *variant)
{
  for (guint i = 0; i < cart->lines->len; i++)
    {
      const KdWebCartLine *line = &g_array_index (cart->lines, KdWebCartLine, i);

      if (kd_id_equal (&line->line->variant, variant))
        return line->line->quantity;
    }
  return 0;
}

static KdCall *
make_call (KdWebView *view,
           const KdId *variant,
           gint64 quantity)
{
  KdCall *call = kd_call_new_by_name ("cart.set_line");
  KdCartLineArgs *args = call->args;
  const KdOrder *order = kd_web_cart (view)->order;

  args->order = order != NULL ? order->parent.id : kd_web_view_make_id (view);
  args->token = order != NULL ? g_strdup (order->token) : kd_web_view_make_token (view);
  args->variant = *variant;
  args->quantity = quantity;
  args->price_seen = CLAMP (g_ascii_strtoll (kd_web_form (view, "price"), NULL, 10), 0, KD_MONEY_MAX);
  return call;
}

static void
after_change (KdWebView *view,
              const KdId *variant)
{
  const KdVariant *row = (const KdVariant *) kd_rows_get (view->rows, &kd_kind_variant, variant);
  const KdProduct *product =
    row != NULL ? (const KdProduct *) kd_rows_get (view->rows, &kd_kind_product, &row->product) : NULL;
  char id[KD_ID_TEXT_LENGTH + 1];

  if (*kd_web_form (view, "stay") == '\0' || product == NULL)
    {
      kd_web_view_go (view, "/cart");
      return;
    }
  {
    g_autofree char *path = kd_web_product_path (view, product);

    g_free (view->redirect);
    view->redirect = g_strdup_printf ("%s?v=%s", path, kd_id_to_text (variant, id));
  }
}

/* What was refused, on the page it was asked on. */
static gboolean
show_refusal (KdWebView *view,
              const KdShopRun *run,
              const KdId *variant,
              gboolean add,
              GError **error)
{
  const KdVariant *row = (const KdVariant *) kd_rows_get (view->rows, &kd_kind_variant, variant);
  const KdProduct *product =
    row != NULL ? (const KdProduct *) kd_rows_get (view->rows, &kd_kind_product, &row->product) : NULL;

  view->notice = kd_web_refusal (view, run);
  view->status = 409;
  /* What isn't published is as good as unknown. */
  if (!add || product == NULL || product->status != KD_PRODUCT_ACTIVE)
    return kd_web_cart_page (view, error);
  view->keep = KD_WEB_NO_STORE;
  kd_web_product_show (view, &row->product, variant);
  return TRUE;
}

gboolean
kd_web_cart_post (KdWebView *view,
                  GError **error)
{
  gboolean add = g_str_equal (kd_web_form (view, "do"), "add");
  gint64 quantity = read_quantity (kd_web_form (view, "n"));
  g_auto (KdShopRun) run = { 0 };
  g_autoptr (KdCall) call = NULL;
  KdWebOrderMark mark = { .session = &view->session };
  KdId variant;

  if (!kd_id_parse (kd_web_form (view, "variant"), &variant) || quantity < 0)
    {
      kd_web_sorry (view, 422, _ ("That can't be read"), _ ("Please type a quantity such as 1 or 1.5."));
      return TRUE;
    }
  view->set_cookie = view->cookie_new;
  if (add)
    quantity += quantity_now (kd_web_cart (view), &variant);
  call = make_call (view, &variant, quantity);
  mark.order = ((KdCartLineArgs *) call->args)->order;
  if (!kd_web_view_run (view, call, kd_web_order_typed, &mark, &run, error))
    return FALSE;
  /* The same form once more has already done what it was to do. */
  if (run.status != KD_APPLIED && g_strcmp0 (run.code, "uid_reused") != 0)
    return show_refusal (view, &run, &variant, add, error);
  after_change (view, &variant);
  return TRUE;
}
