/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-page.h"

#include "kd-decimal.h"
#include "kd-html.h"
#include "kd-money.h"
#include "kd-number-style.h"

#include <string.h>

/* ---- small parts ---- */

static const char *const icon_paths[] = {
  [KD_WEB_ICON_BACK] = "M15 5l-7 7 7 7",
  [KD_WEB_ICON_SEARCH] = "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  [KD_WEB_ICON_CART] = "M3 4h2.5l2.4 11h9.6L20 7.5H6.3M9 20h.01M17 20h.01",
  [KD_WEB_ICON_CHAT] = "M4 5h16v11H10l-5 4v-4H4z",
  [KD_WEB_ICON_SEND] = "M4 12l16-8-6 16-3-6z",
  [KD_WEB_ICON_CLOSE] = "M6 6l12 12M18 6L6 18",
  [KD_WEB_ICON_CHECK] = "M5 12.5l4.5 4.5L19 7.5",
  [KD_WEB_ICON_PLUS] = "M12 5v14M5 12h14",
  [KD_WEB_ICON_MINUS] = "M5 12h14",
  [KD_WEB_ICON_BIN] = "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
};

void
kd_web_icon (GString *html,
             KdWebIcon icon)
{
  g_string_append_printf (html, "<svg class=i viewBox=\"0 0 24 24\" aria-hidden=true><path d=\"%s\"/></svg>",
                          icon_paths[icon]);
}

void
kd_web_print (GString *html,
              const char *format,
              ...)
{
  va_list args;
  char *text;

  va_start (args, format);
  text = g_markup_vprintf_escaped (format, args);
  va_end (args);
  g_string_append (html, text);
  g_free (text);
}

char *
kd_web_money (KdWebView *view,
              gint64 minor)
{
  /* As the shop writes it, whatever the page's language: the seller's "Rp15.000" is the buyer's. */
  char *text = kd_money_format (minor, view->profile->currency, NULL);

  return text != NULL ? text : g_strdup_printf ("%" G_GINT64_FORMAT, minor);
}

char *
kd_web_quantity (KdWebView *view,
                 gint64 thousandths)
{
  const KdNumberStyle *style = kd_number_style (kd_number_default_locale (view->profile->currency));
  char *text = kd_decimal_from_scaled (thousandths, 3);
  char *point = strchr (text, '.');

  if (point != NULL)
    *point = style->decimal[0];
  return text;
}

static const char *
month_name (KdWebView *view,
            int month)
{
  const char *const names[] = {
    _ ("Jan"), _ ("Feb"), _ ("Mar"), _ ("Apr"), _ ("May"), _ ("Jun"),
    _ ("Jul"), _ ("Aug"), _ ("Sep"), _ ("Oct"), _ ("Nov"), _ ("Dec"),
  };

  return names[month - 1];
}

char *
kd_web_time (KdWebView *view,
             gint64 ms)
{
  const char *name = view->profile->timezone;
  g_autoptr (GTimeZone) named = name != NULL ? g_time_zone_new_identifier (name) : NULL;
  g_autoptr (GTimeZone) zone = named != NULL ? g_steal_pointer (&named) : g_time_zone_new_utc ();
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) now_utc = g_date_time_new_from_unix_utc (view->now / 1000);
  g_autoptr (GDateTime) at = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (now_utc, zone);
  int hour = g_date_time_get_hour (at), minute = g_date_time_get_minute (at);
  int year = g_date_time_get_year (at), day = g_date_time_get_day_of_month (at);
  const char *month = month_name (view, g_date_time_get_month (at));

  if (year != g_date_time_get_year (now))
    /* TRANSLATORS: day, month, year, as "21 Nov 2026" */
    return g_strdup_printf (_ ("%d %s %d"), day, month, year);
  if (g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now))
    return g_strdup_printf ("%02d:%02d", hour, minute);
  /* TRANSLATORS: day, month, time, as "21 Nov, 14:32" */
  return g_strdup_printf (_ ("%d %s, %02d:%02d"), day, month, hour, minute);
}

void
kd_web_picture (KdWebView *view,
                const KdHash *hash,
                guint width,
                const char *name,
                gboolean lazy)
{
  char text[KD_HASH_TEXT_LENGTH + 1];

  if (hash == NULL || kd_hash_is_none (hash))
    {
      g_autofree char *first = g_utf8_substring (name != NULL && *name != '\0' ? name : "?", 0, 1);
      g_autofree char *letter = g_utf8_strup (first, -1);

      kd_web_print (view->html, "<span class=nopic aria-hidden=true>%s</span>", letter);
      return;
    }
  kd_web_print (view->html, "<img src=\"/%s/m/%s?w=%u\" alt=\"%s\" width=%u height=%u%s decoding=async>",
                view->slug, kd_hash_to_text (hash, text), width, name, width, width,
                lazy ? " loading=lazy" : "");
}

void
kd_web_form_begin (KdWebView *view,
                   const char *path,
                   const char *attributes)
{
  g_string_append_printf (view->html, "<form method=post action=\"/%s%s\" %s>", view->slug, path,
                          attributes);
  if (!view->cookie_new || view->set_cookie)
    {
      KdId pad = kd_web_view_make_id (view);
      g_autofree char *token = kd_web_form_token (view->shop, view->cookie, pad.b);

      g_string_append_printf (view->html, "<input type=hidden name=token value=%s>", token);
    }
}

void
kd_web_form_begin_once (KdWebView *view,
                        const char *path,
                        const char *attributes)
{
  KdId uid = kd_web_view_make_id (view);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_web_form_begin (view, path, attributes);
  g_string_append_printf (view->html, "<input type=hidden name=uid value=%s>",
                          kd_id_to_text (&uid, text));
}

/* ---- the frame ---- */

static void
append_meta (KdWebView *view,
             const KdWebHead *head,
             const char *title)
{
  GString *html = view->html;

  if (view->keep == KD_WEB_NO_STORE)
    g_string_append (html, "<meta name=robots content=noindex>");
  if (head == NULL)
    return;
  if (head->description != NULL && *head->description != '\0')
    kd_web_print (html, "<meta name=description content=\"%s\"><meta property=og:description content=\"%s\">",
                  head->description, head->description);
  kd_web_print (html, "<meta property=og:title content=\"%s\">", title);
  if (head->canonical != NULL)
    kd_web_print (html, "<link rel=canonical href=\"%s%s\"><meta property=og:url content=\"%s%s\">",
                  view->origin, head->canonical, view->origin, head->canonical);
  if (head->image != NULL)
    kd_web_print (html, "<meta property=og:image content=\"%s%s\">", view->origin, head->image);
}

static void
append_head (GString *html,
             const KdWeb *web,
             KdWebLanguage language)
{
  g_string_append_printf (
    html,
    "<!doctype html><html lang=%s><head><meta charset=utf-8>"
    "<meta name=viewport content=\"width=device-width,initial-scale=1,viewport-fit=cover\">"
    "<meta name=color-scheme content=\"light dark\">"
    "<meta name=theme-color content=#ffffff media=\"(prefers-color-scheme:light)\">"
    "<meta name=theme-color content=#1b1e1d media=\"(prefers-color-scheme:dark)\">"
    "<link rel=stylesheet href=%s><link rel=icon type=image/svg+xml href=%s>"
    "<script src=%s defer></script>",
    kd_web_language_tag (language), web->assets[KD_WEB_CSS].path, web->assets[KD_WEB_ICON].path,
    web->assets[KD_WEB_JS].path);
}

static void
append_cart_link (KdWebView *view)
{
  KdWebCart *cart = kd_web_cart (view);

  kd_web_print (view->html, "<a class=\"tool\" href=\"/%s/cart\" aria-label=\"%s\">", view->slug,
                _ ("Cart"));
  kd_web_icon (view->html, KD_WEB_ICON_CART);
  if (cart->count > 0)
    g_string_append_printf (view->html, "<b class=count>%" G_GINT64_FORMAT "</b>",
                            MIN (cart->count, 99));
  g_string_append (view->html, "</a>");
}

static void
append_search (KdWebView *view)
{
  kd_web_print (view->html,
                "<form class=search role=search action=\"/%s\"><input type=search name=q value=\"%s\""
                " maxlength=100 placeholder=\"%s\" aria-label=\"%s\" enterkeyhint=search>"
                "<button aria-label=\"%s\">",
                view->slug, kd_web_query (view, "q"), _ ("Search this shop"), _ ("Search this shop"),
                _ ("Search"));
  kd_web_icon (view->html, KD_WEB_ICON_SEARCH);
  g_string_append (view->html, "</button></form>");
}

static void
append_top (KdWebView *view,
            KdWebFrame frame,
            const char *title,
            const char *back)
{
  GString *html = view->html;

  g_string_append (html, "<header id=top><div class=wrap>");
  if (frame == KD_WEB_FRAME_SHOP && back == NULL)
    {
      kd_web_print (html, "<a class=logo href=\"/%s\" aria-label=\"%s\">", view->slug,
                    view->profile->name);
      kd_web_picture (view, &view->profile->logo, KD_WEB_PICTURE_SMALL, view->profile->name, FALSE);
      g_string_append (html, "</a>");
    }
  else
    {
      kd_web_print (html, "<a class=\"tool back\" href=\"/%s%s\" aria-label=\"%s\">", view->slug,
                    back != NULL ? back : "", _ ("Back"));
      kd_web_icon (html, KD_WEB_ICON_BACK);
      g_string_append (html, "</a>");
    }
  if (frame == KD_WEB_FRAME_SHOP)
    append_search (view);
  else
    kd_web_print (html, "<h1 dir=auto>%s</h1>", title);
  if (frame != KD_WEB_FRAME_CHAT)
    append_cart_link (view);
  g_string_append (html, "</div></header>");
}

void
kd_web_page_begin_with (KdWebView *view,
                        KdWebFrame frame,
                        const char *title,
                        const char *back,
                        const KdWebHead *head)
{
  static const char *const classes[] = {
    [KD_WEB_FRAME_SHOP] = "shop",
    [KD_WEB_FRAME_INNER] = "inner",
    [KD_WEB_FRAME_CHAT] = "chat",
  };
  const char *name = view->profile->name;

  append_head (view->html, view->web, view->language);
  append_meta (view, head, title);
  if (g_str_equal (title, name))
    kd_web_print (view->html, "<title>%s</title>", name);
  else
    kd_web_print (view->html, "<title>%s · %s</title>", title, name);
  kd_web_print (view->html,
                "</head><body class=%s data-base=\"/%s\" data-offline=\"%s\" data-failed=\"%s\">",
                classes[frame], view->slug, _ ("You are offline. What you write is sent later."),
                _ ("That didn't work. Please try again."));
  append_top (view, frame, title, back);
  g_string_append (view->html, "<main id=main class=wrap>");
  if (view->notice != NULL)
    kd_web_print (view->html, "<p class=\"notice %s\" role=status>%s</p>",
                  view->notice_good ? "good" : "bad", view->notice);
}

void
kd_web_page_begin (KdWebView *view,
                   KdWebFrame frame,
                   const char *title,
                   const char *back)
{
  kd_web_page_begin_with (view, frame, title, back, NULL);
}

static void
append_cart_bar (KdWebView *view)
{
  KdWebCart *cart = kd_web_cart (view);
  g_autofree char *total = NULL;
  g_autofree char *pieces = NULL;

  if (cart->count == 0)
    return;
  total = kd_web_money (view, cart->total);
  pieces = g_strdup_printf (ngettext ("%d item", "%d items", cart->count), (int) cart->count);
  kd_web_print (view->html,
                "<a class=cartbar href=\"/%s/cart\"><span class=pieces>%s</span>"
                "<span class=sum>%s</span><span class=go>%s</span></a>",
                view->slug, pieces, total, _ ("View cart"));
}

static void
append_bubble (KdWebView *view)
{
  guint unread = kd_web_unread (view);

  kd_web_print (view->html, "<a class=fab href=\"/%s/chat\" aria-label=\"%s\">", view->slug,
                _ ("Chat with the shop"));
  kd_web_icon (view->html, KD_WEB_ICON_CHAT);
  if (unread > 0)
    g_string_append_printf (view->html, "<b class=count>%u</b>", MIN (unread, 99));
  g_string_append (view->html, "</a>");
}

void
kd_web_page_end (KdWebView *view,
                 const char *bar)
{
  g_string_append (view->html, "</main><div id=bar>");
  if (bar != NULL)
    g_string_append (view->html, bar);
  else
    {
      append_bubble (view);
      append_cart_bar (view);
    }
  g_string_append (view->html, "</div></body></html>");
}

/* ---- what isn't there ---- */

void
kd_web_sorry (KdWebView *view,
              guint status,
              const char *title,
              const char *text)
{
  view->status = status;
  view->keep = KD_WEB_NO_STORE;
  g_string_truncate (view->html, 0);
  kd_web_page_begin (view, KD_WEB_FRAME_INNER, title, "");
  kd_web_print (view->html, "<div class=empty><p>%s</p><a class=button href=\"/%s\">%s</a></div>", text,
                view->slug, _ ("To the shop"));
  kd_web_page_end (view, "");
}

static const char *
failed_title (KdWebView *view,
              guint status)
{
  switch (status)
    {
    case 403:
      return _ ("This page is out of date");
    case 404:
    case 421:
      return _ ("There is nothing here");
    case 405:
      return _ ("That isn't possible here");
    case 413:
      return _ ("That is too long");
    case 429:
      return _ ("A moment, please");
    default:
      return status < 500 ? _ ("That can't be read") : _ ("The shop can't be reached right now");
    }
}

static const char *
failed_text (KdWebView *view,
             guint status)
{
  switch (status)
    {
    case 403:
      return _ ("Go back, reload the page and try again.");
    case 404:
    case 421:
      return _ ("The address may be mistyped, or what was here is gone.");
    case 413:
      return _ ("Please send less at once.");
    case 429:
      return _ ("That was a lot in a short time. Please wait a minute and try again.");
    default:
      return _ ("Please try again in a moment.");
    }
}

GBytes *
kd_web_failed_page (const KdWeb *web,
                    guint status,
                    KdWebLanguage language)
{
  KdWebView part = { .language = language };
  KdWebView *view = &part;
  GString *html = g_string_new (NULL);

  append_head (html, web, language);
  kd_web_print (html,
                "<meta name=robots content=noindex><title>%s</title></head><body class=inner>"
                "<main class=wrap><div class=empty><h1>%s</h1><p>%s</p></div></main></body></html>",
                failed_title (view, status), failed_title (view, status), failed_text (view, status));
  return g_string_free_to_bytes (html);
}

void
kd_web_not_found (KdWebView *view)
{
  /* The same bytes for what never was, what is no longer for sale and what is somebody else's. */
  g_autoptr (GBytes) page = kd_web_failed_page (view->web, 404, view->language);
  gsize n;
  const char *text = g_bytes_get_data (page, &n);

  view->status = 404;
  view->keep = KD_WEB_NO_STORE;
  view->set_cookie = FALSE;
  g_string_truncate (view->html, 0);
  g_string_append_len (view->html, text, n);
}
