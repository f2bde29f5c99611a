/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-page.h"

#include <string.h>

/* The conversation with the shop. The form works by itself; the script sends through the socket. */

static gboolean
append_thread (KdWebView *view,
               GError **error)
{
  gint64 before = g_ascii_strtoll (kd_web_query (view, "before"), NULL, 10);
  gboolean newest = before <= 0;
  g_autoptr (GPtrArray) messages = NULL;
  gint64 head = kd_shop_get_head (view->connection, view->shop, NULL, error);
  guint n = 0;

  if (head < 0)
    return FALSE;
  if (!kd_id_is_none (&view->session.conversation))
    {
      messages = kd_buyer_messages (view->connection, view->shop, &view->session.conversation,
                                    newest ? G_MAXINT64 : before, KD_WEB_MESSAGES_PAGE + 1, error);
      if (messages == NULL)
        return FALSE;
      n = MIN (messages->len, KD_WEB_MESSAGES_PAGE);
      if (messages->len > n)
        kd_web_print (view->html, "<a class=\"button more\" href=\"/%s/chat?before=%" G_GINT64_FORMAT "\">%s</a>",
                      view->slug, ((KdMessage *) g_ptr_array_index (messages, n - 1))->at,
                      _ ("Earlier messages"));
    }
  g_string_append_printf (view->html, "<ol id=thread%s data-pos=%" G_GINT64_FORMAT " aria-live=polite>",
                          newest ? " data-live" : "", head);
  for (guint i = n; i > 0; i--)
    kd_web_message (view, g_ptr_array_index (messages, i - 1));
  g_string_append (view->html, "</ol>");
  if (n == 0)
    kd_web_print (view->html, "<p class=\"hint hello\">%s</p>",
                  _ ("Ask anything: sizes, stock, delivery. The shop answers here."));
  if (!newest)
    kd_web_print (view->html, "<a class=\"button more\" href=\"/%s/chat#end\">%s</a>", view->slug,
                  _ ("Newest messages"));
  g_string_append (view->html, "<span id=end></span>");
  return TRUE;
}

/* The product that the question is about. */
static void
append_about (KdWebView *view,
              GString *bar,
              const char *id_text)
{
  g_autoptr (KdWebProduct) product = NULL;
  GString *page = view->html;
  KdHash photo;
  KdId id;

  if (!kd_id_parse (id_text, &id))
    return;
  product = kd_web_product_load (view, &id);
  if (product == NULL)
    return;
  photo = kd_web_product_photo (product);
  view->html = bar;
  g_string_append (bar, "<div class=asking>");
  kd_web_picture (view, &photo, KD_WEB_PICTURE_SMALL, product->product->name, FALSE);
  kd_web_print (bar, "<span class=what><small>%s</small><span class=name dir=auto>%s</span></span>",
                _ ("You ask about"), product->product->name);
  kd_web_print (bar, "<a class=tool href=\"/%s/chat\" data-unask aria-label=\"%s\">", view->slug,
                _ ("Ask about something else"));
  kd_web_icon (bar, KD_WEB_ICON_CLOSE);
  kd_web_print (bar, "</a><input type=hidden name=product value=\"%s\"></div>", id_text);
  view->html = page;
}

static char *
make_composer (KdWebView *view,
               const char *text,
               const char *product)
{
  GString *page = view->html;
  GString *bar = g_string_new ("<div class=composer><div class=wrap><p id=offline hidden></p>");

  view->html = bar;
  kd_web_form_begin_once (view, "/chat", "id=composer data-once");
  view->html = page;
  append_about (view, bar, product);
  if (kd_id_is_none (&view->session.contact))
    kd_web_print (bar, "<input class=who name=name maxlength=60 autocomplete=name placeholder=\"%s\" aria-label=\"%s\">",
                  _ ("Your name (optional)"), _ ("Your name (optional)"));
  kd_web_print (bar,
                "<div class=line><textarea name=text rows=1 maxlength=%d required dir=auto placeholder=\"%s\""
                " aria-label=\"%s\" data-empty=\"%s\" data-long=\"%s\" data-max=%d data-sending=\"%s\">\n%s</textarea>",
                KD_WEB_MESSAGE_MAX / 2, _ ("Write a message"), _ ("Write a message"),
                _ ("Please write something first."),
                _ ("This message is too long. Please send it in parts."), KD_WEB_MESSAGE_MAX,
                _ ("Sending"), text);
  kd_web_print (bar, "<button class=send aria-label=\"%s\">", _ ("Send"));
  kd_web_icon (bar, KD_WEB_ICON_SEND);
  g_string_append (bar, "</button></div></form></div></div>");
  return g_string_free (bar, FALSE);
}

static gboolean
show_chat (KdWebView *view,
           const char *text,
           const char *product,
           GError **error)
{
  g_autofree char *bar = NULL;

  view->keep = KD_WEB_NO_STORE;
  view->set_cookie = view->cookie_new;
  kd_web_page_begin (view, KD_WEB_FRAME_CHAT, view->profile->name, "");
  if (!append_thread (view, error))
    return FALSE;
  bar = make_composer (view, text, product);
  kd_web_page_end (view, bar);
  return TRUE;
}

gboolean
kd_web_chat_page (KdWebView *view,
                  GError **error)
{
  return show_chat (view, "", kd_web_query (view, "p"), error);
}

gboolean
kd_web_chat_post (KdWebView *view,
                  GError **error)
{
  g_autofree char *wrong = NULL;
  KdId product;
  gboolean about = kd_id_parse (kd_web_form (view, "product"), &product);

  if (!kd_web_message_post (view, kd_web_form (view, "text"), kd_web_form (view, "name"),
                            about ? &product : NULL, &wrong, error))
    return FALSE;
  if (wrong == NULL)
    {
      kd_web_view_go (view, "/chat#end");
      return TRUE;
    }
  view->notice = g_steal_pointer (&wrong);
  view->status = 422;
  return show_chat (view, kd_web_form (view, "text"), kd_web_form (view, "product"), error);
}
