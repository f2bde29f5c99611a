/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-args.h"
#include "kd-json-writer.h"
#include "kd-web-page.h"

#include <string.h>

/* The buyer's socket. From the page:
 *   {"hello":{"after":n,"watch":"token"}}   what it has: everything up to position n
 *   {"send":{"uid","text","name","product"}}
 *   {"seen":received}                       of the newest answer on the screen
 *   {"ping":n}
 * To the page:
 *   {"pos":n,"items":[{"id","at","html"}]}  what is new or has changed, and the position after it
 *   {"order":"token"}                       the order that is watched has changed
 *   {"ack":uid} or {"refused":uid,"why":text} or {"later":uid}
 *   {"pong":n}
 * A position is the sequence of a row, so that edits come too. Nothing is kept here for a page that
 * is away: it says what it has, and a message that came twice is one. */

#define BATCH 100
#define FRAME_MAX (16 * 1024)
#define CLOSE_BAD 1008
#define EARLY_MAX 16

typedef struct
{
  const KdWeb *web;
  KdBuyersLive *live;
  char *slug, *cookie;
  KdWebLanguage language;
  gint64 position, watched;   /* what the page has */
  char *watch;                /* (nullable): token of an order */
  gboolean greeted, reading, again;
  gboolean loaded;            /* the first read is done: @writes_first is known */
  gboolean writes_first;      /* the session has no conversation yet */
  GPtrArray *early;           /* (owned) texts that came before */
} Live;

static void
live_free (Live *self)
{
  g_free (self->slug);
  g_free (self->cookie);
  g_free (self->watch);
  g_ptr_array_unref (self->early);
  g_free (self);
}

/* ---- reading what is new ---- */

typedef struct
{
  Live *live;                 /* valid in done alone */
  KdWebView *view;
  gint64 after, watched;
  char *watch;
  gint64 position;            /* after this */
  gboolean more, changed;
  GString *items;             /* JSON objects, with commas */
} Read;

static void
read_free (gpointer data)
{
  Read *self = data;

  kd_web_view_free (self->view);
  g_free (self->watch);
  g_string_free (self->items, TRUE);
  g_free (self);
}

static void
add_item (Read *self,
          const KdMessage *message)
{
  KdJsonWriter writer = KD_JSON_WRITER (self->items);
  char id[KD_ID_TEXT_LENGTH + 1];

  if (self->items->len > 0)
    g_string_append_c (self->items, ',');
  g_string_truncate (self->view->html, 0);
  kd_web_message (self->view, message);
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "id");
  kd_json_string (&writer, kd_id_to_text (&message->parent.id, id));
  kd_json_member (&writer, "at");
  kd_json_int (&writer, message->at);
  kd_json_member (&writer, "html");
  kd_json_string (&writer, self->view->html->str);
  kd_json_end_object (&writer);
}

/* Cards whose product or order has changed; their messages haven't. */
static gboolean
add_cards (Read *self,
           GError **error)
{
  KdWebView *view = self->view;
  g_autoptr (GPtrArray) messages =
    kd_buyer_messages (view->connection, view->shop, &view->session.conversation, G_MAXINT64,
                       KD_WEB_CARDS_LIVE, error);

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      const KdMessage *message = g_ptr_array_index (messages, i);

      if (message->parent.seq <= self->after && kd_web_message_position (view, message) > self->after)
        add_item (self, message);
    }
  return messages != NULL;
}

static gboolean
add_messages (Read *self,
              GError **error)
{
  KdWebView *view = self->view;
  g_autoptr (GPtrArray) messages = NULL;

  if (kd_id_is_none (&view->session.conversation))
    return TRUE;
  messages = kd_buyer_messages_since (view->connection, view->shop, &view->session.conversation,
                                      self->after, BATCH, error);
  if (messages == NULL || !add_cards (self, error))
    return FALSE;
  for (guint i = 0; i < messages->len; i++)
    add_item (self, g_ptr_array_index (messages, i));
  self->more = messages->len == BATCH;
  if (self->more)
    self->position = ((KdRecord *) g_ptr_array_index (messages, BATCH - 1))->seq;
  return TRUE;
}

static gboolean
read_work (KdSqlConnection *connection,
           const KdShop *shop,
           gpointer data,
           GError **error)
{
  Read *self = data;
  KdWebView *view = self->view;

  view->now = shop->clock (shop->clock_data);
  if (!kd_web_view_begin (view, connection, shop, error))
    return error == NULL || *error == NULL;
  self->position = kd_shop_get_head (connection, shop, NULL, error);
  if (self->position < 0 || !add_messages (self, error))
    return FALSE;
  if (self->watch != NULL)
    {
      const KdOrder *order = kd_web_order_find (view, self->watch, error);
      gint64 position = order != NULL ? kd_web_order_position (view, order) : 0;

      self->changed = position > self->watched;
      self->watched = MAX (position, self->watched);
    }
  return kd_web_rows_get_error (view->rows, error);
}

static void read_new (Live *self);
static void take_early (Live *self);

static void
read_done (KdBuyersLive *live,
           gpointer data,
           const GError *error)
{
  Read *read = data;
  Live *self = read->live;
  g_autoptr (GString) out = g_string_new (NULL);

  self->reading = FALSE;
  if (error == NULL)
    {
      if (read->items->len > 0)
        {
          g_string_append_printf (out, "{\"pos\":%" G_GINT64_FORMAT ",\"items\":[%s]}", read->position,
                                  read->items->str);
          kd_buyers_live_send (live, out->str);
        }
      if (read->changed)
        {
          g_string_printf (out, "{\"order\":\"%s\"}", self->watch);
          kd_buyers_live_send (live, out->str);
        }
      self->position = MAX (self->position, read->position);
      self->watched = read->watched;
      self->again = self->again || read->more;
      self->writes_first = kd_id_is_none (&read->view->session.conversation);
    }
  if (self->again)
    read_new (self);
  if (!self->loaded)
    take_early (self);
}

static void
read_new (Live *self)
{
  Read *read;

  if (self->reading)
    {
      self->again = TRUE;
      return;
    }
  self->reading = TRUE;
  self->again = FALSE;
  read = g_new0 (Read, 1);
  read->live = self;
  read->view = kd_web_view_new_part (self->web, self->slug, self->cookie, self->language);
  read->after = self->position;
  read->watch = g_strdup (self->watch);
  read->watched = self->watched;
  read->items = g_string_new (NULL);
  kd_buyers_live_run (self->live, KD_BUYERS_READ, read_work, read, read_free, read_done);
}

/* ---- writing ---- */

typedef struct
{
  KdWebView *view;
  char *uid, *text, *name;
  KdId product;
  gint64 seen;                /* not 0: only this */
  char *wrong;
} Write;

static void
write_free (gpointer data)
{
  Write *self = data;

  kd_web_view_free (self->view);
  g_free (self->uid);
  g_free (self->text);
  g_free (self->name);
  g_free (self->wrong);
  g_free (self);
}

static gboolean
mark_seen (Write *self,
           GError **error)
{
  KdWebView *view = self->view;
  const KdConversation *conversation = (const KdConversation *) kd_rows_get (
    view->rows, &kd_kind_conversation, &view->session.conversation);
  g_autoptr (KdCall) call = NULL;
  g_auto (KdShopRun) run = { 0 };
  KdConversationSeenArgs *args;

  if (conversation == NULL || conversation->buyer_seen >= self->seen)
    return TRUE;
  call = kd_call_new_by_name ("conversation.buyer_seen");
  args = call->args;
  args->id = conversation->parent.id;
  args->received = self->seen;
  return kd_web_view_run (view, call, NULL, NULL, &run, error);
}

static gboolean
write_work (KdSqlConnection *connection,
            const KdShop *shop,
            gpointer data,
            GError **error)
{
  Write *self = data;

  self->view->now = shop->clock (shop->clock_data);
  if (!kd_web_view_begin (self->view, connection, shop, error))
    return FALSE;
  if (self->seen != 0)
    return mark_seen (self, error);
  g_hash_table_insert (self->view->values, g_strdup ("uid"), g_strdup (self->uid));
  return kd_web_message_post (self->view, self->text, self->name,
                              kd_id_is_none (&self->product) ? NULL : &self->product, &self->wrong,
                              error);
}

static void
answer_send (KdBuyersLive *live,
             const char *what,
             const char *uid,
             const char *why)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_json_member (&writer, what);
  kd_json_string (&writer, uid);
  if (why != NULL)
    {
      kd_json_member (&writer, "why");
      kd_json_string (&writer, why);
    }
  kd_json_end_object (&writer);
  kd_buyers_live_send (live, out->str);
}

static void
write_done (KdBuyersLive *live,
            gpointer data,
            const GError *error)
{
  Write *self = data;

  if (self->seen != 0)
    return;
  if (error != NULL || self->view->profile == NULL)
    answer_send (live, "later", self->uid, NULL);
  else
    answer_send (live, self->wrong != NULL ? "refused" : "ack", self->uid, self->wrong);
}

static Write *
write_new (Live *self)
{
  Write *write = g_new0 (Write, 1);

  write->view = kd_web_view_new_part (self->web, self->slug, self->cookie, self->language);
  return write;
}

/* ---- frames ---- */

static const char *
text_member (JsonObject *object,
             const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static gint64
int_member (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
           ? json_node_get_int (node)
           : 0;
}

static JsonObject *
object_member (JsonObject *object,
               const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
spend (Live *self,
       KdBudget budget)
{
  KdHash hash = kd_web_cookie_hash (self->cookie);
  char text[KD_HASH_TEXT_LENGTH + 1];

  return kd_buyers_live_spend (self->live, budget, kd_hash_to_text (&hash, text));
}

static void
greet (Live *self,
       JsonObject *hello)
{
  const char *watch = text_member (hello, "watch");

  if (self->greeted)
    return;
  self->greeted = TRUE;
  self->position = self->watched = MAX (int_member (hello, "after"), 0);
  if (watch != NULL && strlen (watch) == 32 && strspn (watch, "0123456789abcdef") == 32)
    self->watch = g_strdup (watch);
  read_new (self);
}

static void
take_message (Live *self,
              JsonObject *send)
{
  const char *uid = text_member (send, "uid"), *text = text_member (send, "text");
  const char *product = text_member (send, "product");
  KdId id;
  Write *write;

  /* Before the greeting nobody knows what the page has. */
  if (!self->greeted)
    return;
  if (uid == NULL || text == NULL || !kd_id_parse (uid, &id))
    {
      kd_buyers_live_close (self->live, CLOSE_BAD, "bad message");
      return;
    }
  if (!spend (self, self->writes_first ? KD_BUDGET_FIRST : KD_BUDGET_MESSAGE))
    {
      answer_send (self->live, "later", uid, NULL);
      return;
    }
  self->writes_first = FALSE;
  write = write_new (self);
  write->uid = g_strdup (uid);
  write->text = g_strdup (text);
  write->name = g_strdup (text_member (send, "name"));
  if (write->name == NULL)
    write->name = g_strdup ("");
  if (product != NULL)
    kd_id_parse (product, &write->product);
  kd_buyers_live_run (self->live, KD_BUYERS_WRITE, write_work, write, write_free, write_done);
}

static void
take_seen (Live *self,
           gint64 seen)
{
  Write *write;

  if (seen <= 0 || !spend (self, KD_BUDGET_CART))
    return;
  write = write_new (self);
  write->seen = seen;
  kd_buyers_live_run (self->live, KD_BUYERS_WRITE, write_work, write, write_free, write_done);
}

static void
take_frame (Live *self,
            const char *text,
            gsize len)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, (gssize) len, FRAME_MAX, NULL);
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;
  KdBuyersLive *live = self->live;
  JsonObject *part;

  if (object == NULL)
    {
      kd_buyers_live_close (live, CLOSE_BAD, "bad message");
      return;
    }
  part = object_member (object, "hello");
  if (part != NULL)
    greet (self, part);
  part = object_member (object, "send");
  if (part != NULL)
    take_message (self, part);
  if (json_object_has_member (object, "seen"))
    take_seen (self, int_member (object, "seen"));
  if (json_object_has_member (object, "ping"))
    {
      g_autofree char *pong = g_strdup_printf ("{\"pong\":%" G_GINT64_FORMAT "}",
                                               int_member (object, "ping"));

      kd_buyers_live_send (live, pong);
    }
}

/* What came before the session was known; which budget pays for it depends on that. */
static void
take_early (Live *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  self->loaded = TRUE;
  self->early = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < early->len; i++)
    take_frame (self, g_ptr_array_index (early, i), strlen (g_ptr_array_index (early, i)));
}

static void
message_cb (KdBuyersLive *live,
            const char *text,
            gsize len,
            gpointer data)
{
  Live *self = data;

  self->live = live;
  if (!self->greeted || self->loaded)
    take_frame (self, text, len);
  else if (self->early->len < EARLY_MAX && len <= FRAME_MAX)
    g_ptr_array_add (self->early, g_strndup (text, len));
  else
    kd_buyers_live_close (live, CLOSE_BAD, "too much at once");
}

static void
moved_cb (KdBuyersLive *live,
          gint64 seq,
          gpointer data)
{
  Live *self = data;

  self->live = live;
  if (self->greeted)
    read_new (self);
}

static void
closed_cb (KdBuyersLive *live,
           gpointer data)
{
  live_free (data);
}

static const KdBuyersLiveFuncs live_funcs = {
  .message = message_cb,
  .moved = moved_cb,
  .closed = closed_cb,
};

void
kd_web_live_open (const KdWeb *web,
                  KdBuyersRequest *request)
{
  const char *cookie = kd_buyers_request_get_cookie (request, KD_WEB_COOKIE);
  const char *accept = kd_buyers_request_get_header (request, "Accept-Language");
  Live *self;
  KdBuyersLive *live;

  if (!kd_web_cookie_is_ours (kd_buyers_request_get_shop (request), cookie))
    {
      g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

      kd_buyers_answer (request, 401, "text/plain; charset=utf-8", empty);
      return;
    }
  self = g_new0 (Live, 1);
  self->web = web;
  self->slug = g_strdup (kd_buyers_request_get_slug (request));
  self->cookie = g_strdup (cookie);
  self->language = kd_web_language_choose (accept, "id");
  self->early = g_ptr_array_new_with_free_func (g_free);
  live = kd_buyers_accept (request, cookie, &live_funcs, self);
  if (live == NULL)
    live_free (self);
  else
    self->live = live;
}
