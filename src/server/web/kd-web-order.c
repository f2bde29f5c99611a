/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-args.h"
#include "kd-order-machine.h"
#include "kd-order-totals.h"
#include "kd-stock.h"
#include "kd-time.h"
#include "kd-web-page.h"

#include <string.h>

/* Rows of an order, as several pages need them, and the marks that tie it to a session. */

GPtrArray *
kd_web_order_lines (KdWebView *view,
                    const KdId *order)
{
  KdOrderLine like = { .order = *order };

  return kd_rows_scan (view->rows, &kd_kind_order_line, "order", &like.parent, 1, 0);
}

static GPtrArray *
get_payments (KdWebView *view,
              const KdId *order)
{
  KdPayment like = { .order = *order };

  return kd_rows_scan (view->rows, &kd_kind_payment, "order", &like.parent, 1, 0);
}

gint64
kd_web_order_position (KdWebView *view,
                       const KdOrder *order)
{
  g_autoptr (GPtrArray) lines = kd_web_order_lines (view, &order->parent.id);
  g_autoptr (GPtrArray) payments = get_payments (view, &order->parent.id);
  gint64 position = order->parent.seq;

  for (guint i = 0; i < lines->len; i++)
    position = MAX (position, ((KdRecord *) g_ptr_array_index (lines, i))->seq);
  for (guint i = 0; i < payments->len; i++)
    position = MAX (position, ((KdRecord *) g_ptr_array_index (payments, i))->seq);
  return position;
}

static gboolean
get_totals (KdWebView *view,
            const KdOrder *order,
            KdOrderTotals *totals)
{
  g_autoptr (GPtrArray) lines = kd_web_order_lines (view, &order->parent.id);
  g_autoptr (GPtrArray) payments = get_payments (view, &order->parent.id);
  const char *code = NULL;

  return kd_order_totals (order, lines, payments, view->profile, totals, &code);
}

gboolean
kd_web_order_total (KdWebView *view,
                    const KdOrder *order,
                    gint64 *ret_total)
{
  KdOrderTotals totals;

  if (!get_totals (view, order, &totals))
    return FALSE;
  *ret_total = totals.total;
  return TRUE;
}

const KdOrder *
kd_web_order_find (KdWebView *view,
                   const char *token,
                   GError **error)
{
  KdOrder like = { .token = (char *) token };
  g_autoptr (GPtrArray) found = NULL;
  const KdOrder *order;
  gint64 changed;

  if (strlen (token) != 32 || strspn (token, "0123456789abcdef") != 32)
    return NULL;
  found = kd_rows_scan (view->rows, &kd_kind_order, "token", &like.parent, 1, 1);
  if (found->len == 0)
    return NULL;
  order = g_ptr_array_index (found, 0);
  /* A cart has no page of its own. */
  if (order->origin == KD_ORIGIN_IS_BUYER && order->state == KD_ORDER_DRAFT)
    return NULL;
  if (order->state != KD_ORDER_DONE && order->state != KD_ORDER_CANCELLED)
    return order;
  if (!kd_buyer_order_get_changed (view->connection, view->shop, &order->parent.id, &changed, error))
    return NULL;
  return view->now - changed > KD_WEB_ORDER_DEAD_DAYS * KD_DAY_MS ? NULL : order;
}

gboolean
kd_web_order_typed (KdShopTx *tx,
                    gpointer data,
                    GError **error)
{
  const KdWebOrderMark *mark = data;
  const KdOrder *order = (const KdOrder *) kd_rows_get (tx->rows, &kd_kind_order, &mark->order);
  KdBuyerSession session = *mark->session;

  /* Taking the last line out of nothing leaves no order. */
  if (order == NULL)
    return TRUE;
  /* A draft that the shop made for somebody stays that somebody's. */
  if (mark->adopt && kd_id_is_none (&session.contact))
    session.contact = order->contact;
  return kd_buyer_session_save (tx, &session, error)
         && kd_buyer_order_add (tx, &mark->session->token, &order->parent.id, mark->typed, error);
}

/* ---- the page ---- */

/* Whether this session typed name and address of the order. */
static gboolean
find_own (KdWebView *view,
          const KdOrder *order,
          gboolean *ret_typed,
          GError **error)
{
  g_autoptr (GArray) own = NULL;

  *ret_typed = FALSE;
  if (view->cookie_new)
    return TRUE;
  own = kd_buyer_orders (view->connection, view->shop, &view->session.token, error);
  if (own == NULL)
    return FALSE;
  for (guint i = 0; i < own->len; i++)
    if (kd_id_equal (&g_array_index (own, KdBuyerOrder, i).order, &order->parent.id))
      *ret_typed = g_array_index (own, KdBuyerOrder, i).typed;
  return TRUE;
}

static void
append_step (KdWebView *view,
             const char *label,
             gboolean done)
{
  kd_web_print (view->html, "<li%s>", done ? " class=done" : "");
  kd_web_icon (view->html, KD_WEB_ICON_CHECK);
  kd_web_print (view->html, "<span>%s</span></li>", label);
}

static void
append_timeline (KdWebView *view,
                 const KdOrder *order)
{
  gboolean paid = order->payment == KD_PAYMENT_PAID;
  gboolean shipped = order->fulfilment == KD_FULFILMENT_SHIPPED
                     || order->fulfilment == KD_FULFILMENT_DELIVERED;

  if (order->state == KD_ORDER_DRAFT || order->state == KD_ORDER_CANCELLED
      || order->fulfilment > KD_FULFILMENT_DELIVERED)
    return;
  g_string_append (view->html, "<ol class=steps>");
  append_step (view, _ ("Ordered"), TRUE);
  if (order->method != KD_METHOD_COD)
    append_step (view, _ ("Paid"), paid);
  append_step (view, _ ("Packed"), order->fulfilment != KD_FULFILMENT_UNFULFILLED);
  append_step (view, _ ("On its way"), shipped);
  append_step (view, _ ("Delivered"), order->fulfilment == KD_FULFILMENT_DELIVERED);
  if (order->method == KD_METHOD_COD)
    append_step (view, _ ("Paid"), paid);
  g_string_append (view->html, "</ol>");
}

static void
append_head (KdWebView *view,
             const KdOrder *order)
{
  const char *number = order->number != NULL ? order->number : order->alias;
  g_autofree char *at = kd_web_time (view, order->placed != 0 ? order->placed : order->at);

  kd_web_print (view->html, "<section class=\"panel status\"><p class=\"stage %s\">%s</p>",
                kd_web_stage_class (order), kd_web_stage_text (view, order));
  if (number != NULL)
    kd_web_print (view->html, "<p class=number>%s <b>%s</b> · %s</p>", _ ("Order"), number, at);
  else
    kd_web_print (view->html, "<p class=number>%s</p>", at);
  append_timeline (view, order);
  if (order->courier != NULL || order->tracking != NULL)
    kd_web_print (view->html, "<p class=track dir=auto>%s %s</p>",
                  order->courier != NULL ? order->courier : "",
                  order->tracking != NULL ? order->tracking : "");
  g_string_append (view->html, "</section>");
}

static void
append_amount (KdWebView *view,
               const char *label,
               gint64 amount,
               const char *class_)
{
  g_autofree char *text = kd_web_money (view, amount);

  kd_web_print (view->html, "<li class=\"%s\"><span>%s</span><b>%s</b></li>", class_, label, text);
}

static void
append_items (KdWebView *view,
              const KdOrder *order,
              const KdOrderTotals *totals)
{
  g_autoptr (GPtrArray) lines = kd_web_order_lines (view, &order->parent.id);

  g_string_append (view->html, "<section class=panel><ul class=summary>");
  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      g_autofree char *quantity = kd_web_quantity (view, line->quantity);
      g_autofree char *text = NULL;
      const char *code = NULL;
      gint64 amount = 0;

      kd_order_line_total (line, &amount, &code);
      text = kd_web_money (view, amount);
      kd_web_print (view->html,
                    "<li><span dir=auto>%s%s%s</span> <span class=n>× %s</span><b>%s</b></li>",
                    line->name, line->title != NULL ? " · " : "",
                    line->title != NULL ? line->title : "", quantity, text);
    }
  if (totals->shipping != 0)
    append_amount (view, _ ("Delivery"), totals->shipping, "");
  if (totals->tax != 0 && !view->profile->prices_include_tax)
    append_amount (view, _ ("Tax"), totals->tax, "");
  append_amount (view, _ ("Total"), totals->total, "sum");
  if (totals->paid != 0)
    {
      append_amount (view, _ ("Paid"), totals->paid, "");
      append_amount (view, _ ("Still to pay"), totals->due, "");
    }
  g_string_append (view->html, "</ul></section>");
}

/* What is held for an unpaid order, until when; or that it no longer is. */
static void
append_hold (KdWebView *view,
             const KdOrder *order)
{
  KdReservation like = { .order = order->parent.id };
  g_autoptr (GPtrArray) found =
    kd_rows_scan (view->rows, &kd_kind_reservation, "order", &like.parent, 1, 0);
  gint64 until = 0;

  for (guint i = 0; i < found->len; i++)
    {
      const KdReservation *reservation = g_ptr_array_index (found, i);

      if (reservation->expires != 0 && (until == 0 || reservation->expires < until))
        until = reservation->expires;
    }
  if (until == 0)
    return;
  if (until <= view->now)
    kd_web_print (view->html, "<p class=hint>%s</p>",
                  _ ("These goods are no longer set aside for you. Please ask the shop before you pay."));
  else
    {
      g_autofree char *time = kd_web_time (view, until);
      g_autofree char *text = g_strdup_printf (_ ("Set aside for you until %s."), time);

      kd_web_print (view->html, "<p class=hint>%s</p>", text);
    }
}

static void
append_payment (KdWebView *view,
                const KdOrder *order,
                const KdOrderTotals *totals)
{
  g_autofree char *due = kd_web_money (view, totals->due);

  if (order->state != KD_ORDER_PLACED || totals->due <= 0)
    return;
  g_string_append (view->html, "<section class=panel>");
  if (order->method == KD_METHOD_TRANSFER)
    {
      kd_web_print (view->html, "<h2>%s</h2><p class=due>%s</p>", _ ("Pay by bank transfer"), due);
      kd_web_print (view->html, "<p class=payto dir=auto>%s</p>",
                    view->profile->payment_text != NULL
                      ? view->profile->payment_text
                      : _ ("The shop tells you in the chat where to pay."));
    }
  else
    kd_web_print (view->html, "<h2>%s</h2><p class=due>%s</p>", _ ("Pay on delivery"), due);
  append_hold (view, order);
  g_string_append (view->html, "</section>");
}

/* The first letter of each word; of a number its last three digits. */
static char *
mask (const char *text,
      gboolean is_number)
{
  GString *masked = g_string_new (NULL);
  gsize n = strlen (text);
  gboolean begins = TRUE;

  if (is_number)
    {
      g_string_append (masked, "•••• ");
      if (n > 3)
        g_string_append (masked, g_utf8_validate (text + n - 3, 3, NULL) ? text + n - 3 : "");
      return g_string_free (masked, FALSE);
    }
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);

      if (begins && !g_unichar_isspace (u))
        {
          g_string_append_unichar (masked, u);
          g_string_append (masked, "•••");
        }
      else if (g_unichar_isspace (u))
        g_string_append_c (masked, ' ');
      begins = g_unichar_isspace (u);
    }
  return g_string_free (masked, FALSE);
}

static void
append_person (KdWebView *view,
               const KdOrder *order,
               gboolean typed)
{
  g_autofree char *name = NULL;
  g_autofree char *phone = NULL;

  if (order->name == NULL && order->phone == NULL && order->address == NULL)
    return;
  name = typed ? g_strdup (order->name) : mask (order->name != NULL ? order->name : "", FALSE);
  phone = typed ? g_strdup (order->phone) : mask (order->phone != NULL ? order->phone : "", TRUE);
  kd_web_print (view->html, "<section class=panel><h2>%s</h2><p dir=auto>%s</p><p>%s</p><p class=lines dir=auto>%s</p>",
                _ ("Deliver to"), name != NULL ? name : "", phone != NULL ? phone : "",
                typed && order->address != NULL ? order->address : "••••••");
  if (typed && order->note != NULL)
    kd_web_print (view->html, "<p class=\"lines hint\" dir=auto>%s</p>", order->note);
  g_string_append (view->html, "</section>");
}

static void
append_cancel (KdWebView *view,
               const KdOrder *order,
               const KdOrderTotals *totals)
{
  KdOrderFacts facts = kd_order_totals_get_facts (totals);
  g_autofree char *path = g_strdup_printf ("/o/%s", order->token);
  gboolean request =
    order->payment != KD_PAYMENT_UNPAID || order->fulfilment != KD_FULFILMENT_UNFULFILLED;
  const char *code = NULL;

  if (order->state != KD_ORDER_PLACED || order->cancel_requested
      || kd_id_is_none (&view->session.contact)
      || !kd_id_equal (&view->session.contact, &order->contact)
      || !kd_order_may (order, &facts, KD_MACHINE_ORDER, KD_ORDER_CANCELLED, &code))
    return;
  kd_web_print (view->html, "<details class=cancel><summary>%s</summary>", _ ("Cancel this order"));
  kd_web_form_begin_once (view, path, "data-once");
  kd_web_print (view->html,
                "<p>%s</p><button class=\"button bad\" name=do value=cancel>%s</button></form></details>",
                request ? _ ("The shop decides, because it is already paid or packed.")
                        : _ ("What was set aside for you goes back on sale."),
                request ? _ ("Ask to cancel") : _ ("Yes, cancel it"));
}

/* A draft of the shop: the form that takes it. */
static char *
append_confirm (KdWebView *view,
                const KdOrder *order,
                const KdWebBuyerForm *form,
                const KdOrderTotals *totals)
{
  g_autofree char *path = g_strdup_printf ("/o/%s", order->token);
  g_autofree char *total = kd_web_money (view, totals->total);
  g_autoptr (GPtrArray) lines = kd_web_order_lines (view, &order->parent.id);
  GString *bar = g_string_new ("<div class=buybar><div class=wrap>");

  kd_web_form_begin_once (view, path, "id=order class=form data-once novalidate");
  g_string_append (view->html, "<input type=hidden name=do value=confirm>"
                               "<input type=hidden name=seen value=\"");
  for (guint i = 0; i < lines->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      char id[KD_ID_TEXT_LENGTH + 1];

      g_string_append_printf (view->html, "%s%s:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT,
                              i > 0 ? "," : "", kd_id_to_text (&line->parent.id, id), line->price,
                              line->quantity);
    }
  g_string_append (view->html, "\">");
  kd_web_buyer_form_show (view, form);
  g_string_append (view->html, "</form>");
  kd_web_print (bar,
                "<p class=total><span>%s</span> <b>%s</b></p>"
                "<button class=\"button main\" form=order>%s</button></div></div>",
                _ ("Total"), total, _ ("Confirm order"));
  return g_string_free (bar, FALSE);
}

static gboolean
show_order (KdWebView *view,
            const KdOrder *order,
            KdWebBuyerForm *form,
            GError **error)
{
  gboolean draft = order->state == KD_ORDER_DRAFT, typed;
  g_autofree char *bar = NULL;
  KdOrderTotals totals;

  if (!find_own (view, order, &typed, error))
    return FALSE;
  if (!get_totals (view, order, &totals))
    {
      kd_web_not_found (view);
      return TRUE;
    }
  view->keep = KD_WEB_NO_STORE;
  /* A form opens, which needs a session to belong to. */
  view->set_cookie = view->cookie_new && draft;
  kd_web_page_begin (view, KD_WEB_FRAME_INNER, _ ("Your order"), "");
  kd_web_print (view->html, "<div id=order-live data-order=%s data-pos=%" G_GINT64_FORMAT "%s>",
                order->token, kd_web_order_position (view, order),
                !view->cookie_new || view->set_cookie ? " data-live" : "");
  append_head (view, order);
  append_items (view, order, &totals);
  append_payment (view, order, &totals);
  append_person (view, order, typed);
  g_string_append (view->html, "</div>");
  if (draft)
    bar = append_confirm (view, order, form, &totals);
  append_cancel (view, order, &totals);
  kd_web_page_end (view, bar);
  return TRUE;
}

gboolean
kd_web_order_page (KdWebView *view,
                   GError **error)
{
  g_auto (KdWebBuyerForm) form = { 0 };
  GError *failed = NULL;
  const KdOrder *order = kd_web_order_find (view, view->parts[1], &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (order == NULL)
    {
      kd_web_not_found (view);
      return TRUE;
    }
  if (order->state == KD_ORDER_DRAFT && !kd_web_buyer_form_recall (view, &form, error))
    return FALSE;
  return show_order (view, order, &form, error);
}

/* ---- confirming and cancelling ---- */

static KdCall *
make_cancel (const KdOrder *order)
{
  KdCall *call = kd_call_new_by_name ("order.transition");
  KdOrderTransitionArgs *args = call->args;

  args->id = order->parent.id;
  args->machine = KD_MACHINE_ORDER;
  args->to = g_strdup (kd_machine_state_to_text (KD_MACHINE_ORDER, KD_ORDER_CANCELLED));
  args->seen_state = g_strdup (kd_machine_state_to_text (KD_MACHINE_ORDER, order->state));
  return call;
}

static gboolean
refused (KdWebView *view,
         const KdShopRun *run,
         const char *token,
         KdWebBuyerForm *form,
         GError **error)
{
  const KdOrder *order = kd_web_order_find (view, token, error);

  if (order == NULL)
    {
      if (error != NULL && *error != NULL)
        return FALSE;
      kd_web_not_found (view);
      return TRUE;
    }
  view->notice = kd_web_refusal (view, run);
  view->status = 409;
  return show_order (view, order, form, error);
}

gboolean
kd_web_order_post (KdWebView *view,
                   GError **error)
{
  const char *token = view->parts[1];
  gboolean confirm = g_str_equal (kd_web_form (view, "do"), "confirm");
  g_auto (KdWebBuyerForm) form = { 0 };
  g_auto (KdShopRun) run = { 0 };
  g_autoptr (KdCall) call = NULL;
  const KdOrder *order = kd_web_order_find (view, token, error);
  KdWebOrderMark mark = { .session = &view->session, .typed = confirm };

  if (order == NULL && error != NULL && *error != NULL)
    return FALSE;
  if (order == NULL)
    {
      kd_web_not_found (view);
      return TRUE;
    }
  mark.order = order->parent.id;
  mark.adopt = confirm && kd_id_is_none (&order->contact);
  if (confirm && !kd_web_buyer_form_read (view, &form) && order->state == KD_ORDER_DRAFT)
    {
      view->status = 422;
      return show_order (view, order, &form, error);
    }
  call = confirm ? kd_web_place_call (view, "order.confirm", order, &form) : make_cancel (order);
  if (!kd_web_view_run (view, call, confirm ? kd_web_order_typed : NULL, &mark, &run, error))
    return FALSE;
  if (run.status != KD_APPLIED)
    return refused (view, &run, token, &form, error);
  {
    g_autofree char *path = g_strdup_printf ("/o/%s", token);

    kd_web_view_go (view, path);
  }
  return TRUE;
}
