/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-args.h"
#include "kd-text.h"
#include "kd-web-page.h"

#include <string.h>

/* Messages as a buyer sees them, on the page and through the socket. */

/* ---- cards ---- */

static void
append_product (KdWebView *view,
                const KdId *id,
                gboolean large)
{
  g_autoptr (KdWebProduct) product = kd_web_product_load (view, id);
  g_autofree char *path = NULL;
  KdHash photo;

  if (product == NULL)
    {
      kd_web_print (view->html, "<p class=gone>%s</p>", _ ("This product is no longer for sale."));
      return;
    }
  path = kd_web_product_path (view, product->product);
  photo = kd_web_product_photo (product);
  kd_web_print (view->html, "<a class=\"mcard%s\" href=\"%s\">", large ? " large" : "", path);
  kd_web_picture (view, &photo, large ? KD_WEB_PICTURE_CARD : KD_WEB_PICTURE_SMALL,
                  product->product->name, TRUE);
  kd_web_print (view->html, "<span class=what><span class=name dir=auto>%s</span><span class=row>",
                product->product->name);
  kd_web_price (view, product);
  g_string_append (view->html, "</span>");
  if (!product->available)
    kd_web_print (view->html, "<span class=trouble>%s</span>", _ ("Sold out"));
  g_string_append (view->html, "</span></a>");
}

static void
append_order (KdWebView *view,
              const KdId *id)
{
  const KdOrder *order = (const KdOrder *) kd_rows_get (view->rows, &kd_kind_order, id);
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *money = NULL;
  g_autofree char *items = NULL;
  const char *number;
  gint64 total = 0;

  if (order == NULL || order->token == NULL)
    {
      kd_web_print (view->html, "<p class=gone>%s</p>", _ ("This order is gone."));
      return;
    }
  lines = kd_web_order_lines (view, id);
  kd_web_order_total (view, order, &total);
  money = kd_web_money (view, total);
  items = g_strdup_printf (ngettext ("%d item", "%d items", lines->len), (int) lines->len);
  number = order->number != NULL ? order->number : order->alias;
  kd_web_print (view->html,
                "<a class=\"mcard order\" href=\"/%s/o/%s\"><span class=what>"
                "<span class=\"stage %s\">%s</span><span class=name>%s %s</span>",
                view->slug, order->token, kd_web_stage_class (order), kd_web_stage_text (view, order),
                _ ("Order"), number != NULL ? number : "");
  for (guint i = 0; i < MIN (lines->len, 3); i++)
    {
      const KdOrderLine *line = g_ptr_array_index (lines, i);
      g_autofree char *quantity = kd_web_quantity (view, line->quantity);

      kd_web_print (view->html, "<span class=item dir=auto>%s × %s</span>", line->name, quantity);
    }
  kd_web_print (view->html, "<span class=row><span>%s</span><b class=price>%s</b></span><span class=go>%s</span></span></a>",
                items, money, order->state == KD_ORDER_DRAFT ? _ ("Look and confirm") : _ ("View order"));
}

static void
append_image (KdWebView *view,
              const KdId *id)
{
  const KdMedia *media = (const KdMedia *) kd_rows_get (view->rows, &kd_kind_media, id);

  if (media == NULL || kd_hash_is_none (&media->blob))
    return;
  kd_web_picture (view, &media->blob, KD_WEB_PICTURE_CARD, media->alt != NULL ? media->alt : "", TRUE);
}

void
kd_web_message (KdWebView *view,
                const KdMessage *message)
{
  gboolean mine = message->direction == KD_MESSAGE_IN;
  g_autofree char *time = kd_web_time (view, message->at);
  char id[KD_ID_TEXT_LENGTH + 1];

  kd_web_print (view->html,
                "<li class=\"msg %s\" id=m-%s data-at=%" G_GINT64_FORMAT " data-received=%" G_GINT64_FORMAT
                "><div class=bubble>",
                mine ? "mine" : "theirs", kd_id_to_text (&message->parent.id, id), message->at,
                message->received);
  if (message->body == KD_BODY_ORDER)
    append_order (view, &message->order);
  else if (message->body == KD_BODY_IMAGE)
    append_image (view, &message->media);
  else if (!kd_id_is_none (&message->product))
    append_product (view, &message->product, message->body == KD_BODY_PRODUCT);
  if (!kd_text_is_blank (message->text))
    kd_web_print (view->html, "<p class=text dir=auto>%s</p>", message->text);
  kd_web_print (view->html, "</div><span class=when>%s", time);
  if (mine)
    {
      kd_web_print (view->html, "<span class=tick aria-label=\"%s\">", _ ("Sent"));
      kd_web_icon (view->html, KD_WEB_ICON_CHECK);
      g_string_append (view->html, "</span>");
    }
  g_string_append (view->html, "</span></li>");
}

/* ---- positions ---- */

static gint64
product_position (KdWebView *view,
                  const KdId *id)
{
  g_autoptr (KdWebProduct) product = NULL;
  const KdRecord *row = kd_rows_get (view->rows, &kd_kind_product, id);
  gint64 position = row != NULL ? row->seq : 0;

  product = kd_web_product_load (view, id);
  for (guint i = 0; product != NULL && i < product->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (product->variants, i);
      KdStockLevel like = { .variant = variant->parent.id };
      g_autoptr (GPtrArray) levels =
        kd_rows_scan (view->rows, &kd_kind_stock_level, "variant", &like.parent, 1, 0);

      position = MAX (position, variant->parent.seq);
      for (guint k = 0; k < levels->len; k++)
        position = MAX (position, ((KdRecord *) g_ptr_array_index (levels, k))->seq);
    }
  return position;
}

gint64
kd_web_message_position (KdWebView *view,
                         const KdMessage *message)
{
  gint64 position = message->parent.seq;

  if (message->body == KD_BODY_ORDER)
    {
      const KdOrder *order =
        (const KdOrder *) kd_rows_get (view->rows, &kd_kind_order, &message->order);

      if (order != NULL)
        position = MAX (position, kd_web_order_position (view, order));
    }
  if (!kd_id_is_none (&message->product))
    position = MAX (position, product_position (view, &message->product));
  return position;
}

guint
kd_web_unread (KdWebView *view)
{
  const KdConversation *conversation;
  g_autoptr (GPtrArray) messages = NULL;
  guint unread = 0;

  if (kd_id_is_none (&view->session.conversation))
    return 0;
  conversation = (const KdConversation *) kd_rows_get (view->rows, &kd_kind_conversation,
                                                       &view->session.conversation);
  messages = kd_buyer_messages (view->connection, view->shop, &view->session.conversation, G_MAXINT64,
                                KD_WEB_MESSAGES_PAGE, NULL);
  for (guint i = 0; conversation != NULL && messages != NULL && i < messages->len; i++)
    {
      const KdMessage *message = g_ptr_array_index (messages, i);

      if (message->direction == KD_MESSAGE_OUT && message->received > conversation->buyer_seen)
        unread++;
    }
  return unread;
}

/* ---- writing ---- */

typedef struct
{
  KdBuyerSession *session;
  KdId message;
} Mark;

/* The first message has made contact and conversation: from now on they are this session's. */
static gboolean
written (KdShopTx *tx,
         gpointer data,
         GError **error)
{
  Mark *mark = data;
  const KdMessage *message =
    (const KdMessage *) kd_rows_get (tx->rows, &kd_kind_message, &mark->message);
  KdBuyerSession session = *mark->session;

  if (message == NULL)
    return TRUE;
  session.conversation = message->conversation;
  if (kd_id_is_none (&session.contact))
    session.contact = message->author;
  return kd_buyer_session_save (tx, &session, error);
}

gboolean
kd_web_message_post (KdWebView *view,
                     const char *text,
                     const char *name,
                     const KdId *product,
                     char **ret_wrong,
                     GError **error)
{
  g_autoptr (KdCall) call = kd_call_new_by_name ("message.receive");
  KdMessageReceiveArgs *args = call->args;
  g_auto (KdShopRun) run = { 0 };
  Mark mark = { .session = &view->session };

  *ret_wrong = NULL;
  if (!kd_id_parse (kd_web_form (view, "uid"), &args->id))
    {
      *ret_wrong = g_strdup (_ ("That didn't work. Please try again."));
      return TRUE;
    }
  args->text = kd_web_plain_text (text);
  if (strlen (args->text) > KD_WEB_MESSAGE_MAX)
    {
      *ret_wrong = g_strdup (_ ("This message is too long. Please send it in parts."));
      return TRUE;
    }
  /* The contact has the name already, or gets this one: then it is part of what a repeat repeats. */
  if (!kd_text_is_blank (name))
    {
      g_autofree char *plain = kd_web_plain_text (name);

      args->name = kd_text_truncate_bytes (plain, 120);
    }
  if (product != NULL)
    args->product = *product;
  mark.message = args->id;
  if (!kd_web_view_run (view, call, written, &mark, &run, error))
    return FALSE;
  if (run.status != KD_APPLIED)
    *ret_wrong = kd_web_refusal (view, &run);
  return TRUE;
}
