/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-demo-private.h"

#include <string.h>

/* Orders and conversations over three months, as one list of events in the order of their time. */

#define ORDERS 110
#define LINES_MAX 3
#define FIRST_DAY 2           /* orders begin so long after the shop */
#define OPEN_HOUR 8
#define OPEN_HOURS 13

typedef enum
{
  PLACE, PAY, PACK, READY, SHIP, DELIVER, DONE, CANCEL,   /* of an order */
  SAY,                                                    /* of a conversation */
} What;

typedef struct
{
  gint64 at;
  What what;
  guint index;              /* of the order or chat */
  guint line;               /* of the chat */
} Event;

typedef struct
{
  KdId id;
  guint person, variants[LINES_MAX], quantities[LINES_MAX], n;
  gint64 fee, total;
  guint courier;
  const char *note, *method;
} Order;

struct _KdDemoTrade
{
  GArray *events, *orders;
};

static void
add_event (KdDemoTrade *self,
           gint64 at,
           What what,
           guint index,
           guint line)
{
  Event event = { at, what, index, line };

  g_array_append_val (self->events, event);
}

static int
compare_events (gconstpointer a,
                gconstpointer b)
{
  const Event *left = a, *right = b;

  if (left->at != right->at)
    return left->at < right->at ? -1 : 1;
  return left->what != right->what ? (int) left->what - (int) right->what : (int) left->line - (int) right->line;
}

/* ---- planning ---- */

/* A variant that is sold; the drafts and what is sold out in the list are left alone. */
static guint
draw_variant (KdDemo *demo)
{
  for (;;)
    {
      const KdDemoProduct *product = &g_array_index (demo->products, KdDemoProduct, kd_demo_random (demo, demo->products->len));
      guint variant = product->first + kd_demo_random (demo, product->n);

      if (!json_object_has_member (product->json, "status") && g_array_index (demo->variants, KdDemoVariant, variant).stock > 0)
        return variant;
    }
}

static void
draw_lines (KdDemo *demo,
            Order *order)
{
  guint wanted = 1 + kd_demo_random (demo, LINES_MAX);

  for (guint i = 0; i < wanted; i++)
    {
      guint variant = draw_variant (demo);
      gboolean twice = FALSE;

      for (guint j = 0; j < order->n; j++)
        twice |= order->variants[j] == variant;
      if (twice)
        continue;
      order->variants[order->n] = variant;
      order->quantities[order->n] = 1 + kd_demo_random (demo, 3);
      order->total += order->quantities[order->n] * g_array_index (demo->variants, KdDemoVariant, variant).price;
      order->n++;
    }
}

/* What has become of it by now: the older, the further. */
static void
plan_course (KdDemo *demo,
             KdDemoTrade *self,
             guint index,
             gint64 placed)
{
  const Order *order = &g_array_index (self->orders, Order, index);
  gboolean cod = strcmp (order->method, "cod") == 0;
  gint64 paid = placed + (1 + kd_demo_random (demo, 8)) * KD_DEMO_HOUR;
  gint64 packed = (cod ? placed : paid) + (2 + kd_demo_random (demo, 14)) * KD_DEMO_HOUR;
  gint64 ready = packed + KD_DEMO_HOUR / 2, shipped = packed + (2 + kd_demo_random (demo, 6)) * KD_DEMO_HOUR;
  gint64 delivered = shipped + (26 + kd_demo_random (demo, 60)) * KD_DEMO_HOUR;

  add_event (self, placed, PLACE, index, 0);
  if (kd_demo_random (demo, 14) == 0)
    {
      add_event (self, placed + 20 * KD_DEMO_HOUR, CANCEL, index, 0);
      return;
    }
  if (cod)
    paid = delivered + KD_DEMO_HOUR / 4;
  add_event (self, paid, PAY, index, 0);
  add_event (self, packed, PACK, index, 0);
  add_event (self, ready, READY, index, 0);
  add_event (self, shipped, SHIP, index, 0);
  add_event (self, delivered, DELIVER, index, 0);
  add_event (self, delivered + 3 * KD_DEMO_DAY, DONE, index, 0);
}

static void
plan_orders (KdDemo *demo,
             KdDemoTrade *self)
{
  gint64 begin = demo->now + FIRST_DAY * KD_DEMO_DAY, span = demo->until - KD_DEMO_HOUR - begin;
  JsonArray *notes = json_object_get_array_member (demo->json, "notes");
  guint n_people = json_array_get_length (json_object_get_array_member (demo->json, "people"));
  guint n_couriers = json_array_get_length (json_object_get_array_member (demo->json, "couriers"));

  for (guint i = 0; i < ORDERS; i++)
    {
      Order order = { .id = kd_demo_new_id (demo), .person = kd_demo_random (demo, n_people) };
      /* more of them the later */
      gint64 at = begin + span - (gint64) ((double) span * ((double) (ORDERS - i) / ORDERS) * ((double) (ORDERS - i) / ORDERS));

      at += kd_demo_random (demo, 60) * (KD_DEMO_HOUR / 60);
      order.method = kd_demo_random (demo, 5) == 0 ? "cod" : "transfer";
      order.fee = 9000 + 1000 * (gint64) kd_demo_random (demo, 30);
      order.courier = kd_demo_random (demo, n_couriers);
      order.note = json_array_get_string_element (notes, kd_demo_random (demo, json_array_get_length (notes)));
      draw_lines (demo, &order);
      g_array_append_val (self->orders, order);
      plan_course (demo, self, i, MIN (at, demo->until - KD_DEMO_HOUR / 2));
    }
}

static void
plan_chats (KdDemo *demo,
            KdDemoTrade *self)
{
  JsonArray *chats = json_object_get_array_member (demo->json, "chats");

  for (guint i = 0; i < json_array_get_length (chats); i++)
    {
      JsonObject *chat = json_array_get_object_element (chats, i);
      guint n = json_array_get_length (json_object_get_array_member (chat, "lines"));
      gint64 last = demo->until - json_object_get_int_member (chat, "hours") * KD_DEMO_HOUR;

      for (guint j = 0; j < n; j++)
        add_event (self, last - (gint64) (n - 1 - j) * 7 * 60 * 1000, SAY, i, j);
    }
}

/* What leaves the shelf, or is held for somebody, by now. */
static void
count_sold (KdDemo *demo,
            KdDemoTrade *self)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = &g_array_index (self->events, Event, i);
      const Order *order = event->what != SAY ? &g_array_index (self->orders, Order, event->index) : NULL;

      for (guint j = 0; order != NULL && event->what == PLACE && j < order->n; j++)
        g_array_index (demo->variants, KdDemoVariant, order->variants[j]).sold += order->quantities[j];
    }
}

KdDemoTrade *
kd_demo_trade_plan (KdDemo *demo)
{
  KdDemoTrade *self = g_new0 (KdDemoTrade, 1);

  self->events = g_array_new (FALSE, TRUE, sizeof (Event));
  self->orders = g_array_new (FALSE, TRUE, sizeof (Order));
  plan_orders (demo, self);
  plan_chats (demo, self);
  g_array_sort (self->events, compare_events);
  count_sold (demo, self);
  return self;
}

void
kd_demo_trade_free (KdDemoTrade *self)
{
  g_array_unref (self->events);
  g_array_unref (self->orders);
  g_free (self);
}

/* ---- orders ---- */

static gboolean
place (KdDemo *demo,
       const Order *order,
       GError **error)
{
  JsonArray *person = json_array_get_array_element (json_object_get_array_member (demo->json, "people"), order->person);
  JsonObject *args = kd_demo_args (&order->id);
  JsonArray *lines = json_array_new ();
  GString *token = g_string_new (NULL);

  for (guint i = 0; i < 16; i++)
    g_string_append_printf (token, "%02x", kd_demo_random (demo, 256));
  kd_demo_set_text (args, "token", token->str);
  g_string_free (token, TRUE);
  kd_demo_set_id (args, "contact", &g_array_index (demo->people, KdId, order->person));
  kd_demo_set_text (args, "name", json_array_get_string_element (person, 0));
  kd_demo_set_text (args, "phone", json_array_get_string_element (person, 1));
  kd_demo_set_text (args, "address", json_array_get_string_element (person, 2));
  kd_demo_set_text (args, "note", order->note);
  kd_demo_set_text (args, "method", order->method);
  json_object_set_int_member (args, "shipping_fee", order->fee);
  for (guint i = 0; i < order->n; i++)
    {
      JsonObject *line = json_object_new ();

      kd_demo_set_id (line, "variant", &g_array_index (demo->variants, KdDemoVariant, order->variants[i]).id);
      json_object_set_int_member (line, "quantity", (gint64) order->quantities[i] * 1000);
      json_array_add_object_element (lines, line);
    }
  json_object_set_array_member (args, "lines", lines);
  json_object_set_boolean_member (args, "place", TRUE);
  return kd_demo_run (demo, kd_demo_random (demo, 3) == 0 ? &demo->agent : &demo->owner, "order.create", args, error);
}

static gboolean
pay (KdDemo *demo,
     const Order *order,
     GError **error)
{
  KdId id = kd_demo_new_id (demo);
  JsonObject *args = kd_demo_args (&id);

  kd_demo_set_id (args, "order", &order->id);
  json_object_set_int_member (args, "amount", order->total + order->fee);
  kd_demo_set_text (args, "method", order->method);
  kd_demo_set_text (args, "reference", strcmp (order->method, "transfer") == 0 ? "BCA" : NULL);
  return kd_demo_run (demo, &demo->owner, "payment.record", args, error);
}

static gboolean
move (KdDemo *demo,
      const Order *order,
      What what,
      GError **error)
{
  static const struct { const char *machine, *to; } moves[] = {
    [PACK] = { "fulfilment", "packed" }, [READY] = { "fulfilment", "ready_to_ship" }, [SHIP] = { "fulfilment", "shipped" },
    [DELIVER] = { "fulfilment", "delivered" }, [DONE] = { "order", "done" }, [CANCEL] = { "order", "cancelled" },
  };
  JsonObject *args = kd_demo_args (&order->id);

  kd_demo_set_text (args, "machine", moves[what].machine);
  kd_demo_set_text (args, "to", moves[what].to);
  if (what == SHIP)
    {
      g_autofree char *tracking = g_strdup_printf ("KD%09u", kd_demo_random (demo, 999999999));

      kd_demo_set_text (args, "courier", json_array_get_string_element (json_object_get_array_member (demo->json, "couriers"), order->courier));
      kd_demo_set_text (args, "tracking", tracking);
    }
  if (what == CANCEL)
    kd_demo_set_text (args, "reason", "Pembeli berubah pikiran");
  return kd_demo_run (demo, &demo->owner, "order.transition", args, error);
}

/* ---- conversations ---- */

static gboolean
find_conversation (KdDemo *demo,
                   const KdId *contact,
                   KdId *ret_id,
                   GError **error)
{
  KdConversation like = { .contact = *contact };
  g_autoptr (GPtrArray) found = kd_shop_scan (demo->connection, demo->shop, &kd_kind_conversation, "contact", &like.parent, 1, 1, error);

  if (found == NULL)
    return FALSE;
  *ret_id = found->len > 0 ? ((KdRecord *) g_ptr_array_index (found, 0))->id : KD_ID_NONE;
  return TRUE;
}

static const KdId *
product_named (KdDemo *demo,
               const char *name)
{
  for (guint i = 0; i < demo->products->len; i++)
    {
      const KdDemoProduct *product = &g_array_index (demo->products, KdDemoProduct, i);

      if (strcmp (json_object_get_string_member (product->json, "name"), name) == 0)
        return &product->id;
    }
  return NULL;
}

static gboolean
receive (KdDemo *demo,
         guint person,
         JsonArray *line,
         GError **error)
{
  JsonArray *people = json_object_get_array_member (demo->json, "people");
  g_autofree char *handle = g_strdup_printf ("demo-%u", person);
  KdId id = kd_demo_new_id (demo);
  JsonObject *args = kd_demo_args (&id);

  kd_demo_set_text (args, "channel", "page");
  kd_demo_set_text (args, "from", handle);
  kd_demo_set_id (args, "contact", &g_array_index (demo->people, KdId, person));
  kd_demo_set_text (args, "name", json_array_get_string_element (json_array_get_array_element (people, person), 0));
  kd_demo_set_text (args, "text", json_array_get_string_element (line, 1));
  if (json_array_get_length (line) > 2)
    kd_demo_set_id (args, "product", product_named (demo, json_array_get_string_element (line, 2)));
  return kd_demo_run (demo, &KD_ID_NONE, "message.receive", args, error);
}

/* Read by the staff, and closed unless it is one that still waits. */
static gboolean
close_chat (KdDemo *demo,
            JsonObject *chat,
            const KdId *conversation,
            GError **error)
{
  JsonObject *seen = kd_demo_args (conversation), *state;

  json_object_set_int_member (seen, "received", demo->now);
  if (!kd_demo_run (demo, &demo->owner, "conversation.staff_seen", seen, error))
    return FALSE;
  if (json_object_get_int_member (chat, "hours") < 48)
    return TRUE;
  state = kd_demo_args (conversation);
  kd_demo_set_text (state, "state", "resolved");
  return kd_demo_run (demo, &demo->owner, "conversation.set_state", state, error);
}

static gboolean
say (KdDemo *demo,
     const Event *event,
     GError **error)
{
  JsonObject *chat = json_array_get_object_element (json_object_get_array_member (demo->json, "chats"), event->index);
  JsonArray *lines = json_object_get_array_member (chat, "lines"), *line = json_array_get_array_element (lines, event->line);
  guint person = (guint) json_object_get_int_member (chat, "person");
  const char *how = json_array_get_string_element (line, 0);
  KdId conversation;
  JsonObject *args;
  KdId id;

  if (!find_conversation (demo, &g_array_index (demo->people, KdId, person), &conversation, error))
    return FALSE;
  if (strcmp (how, "in") == 0)
    {
      if (!receive (demo, person, line, error)
          || !find_conversation (demo, &g_array_index (demo->people, KdId, person), &conversation, error))
        return FALSE;
    }
  else
    {
      id = kd_demo_new_id (demo);
      args = kd_demo_args (&id);
      kd_demo_set_id (args, "conversation", &conversation);
      kd_demo_set_text (args, "text", json_array_get_string_element (line, 1));
      if (!kd_demo_run (demo, event->index % 3 == 0 ? &demo->agent : &demo->owner, strcmp (how, "note") == 0 ? "message.note" : "message.send",
                        args, error))
        return FALSE;
    }
  if (event->line + 1 < json_array_get_length (lines) || json_object_has_member (chat, "open"))
    return TRUE;
  return close_chat (demo, chat, &conversation, error);
}

gboolean
kd_demo_trade_run (KdDemo *demo,
                   KdDemoTrade *self,
                   GError **error)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = &g_array_index (self->events, Event, i);
      const Order *order = event->what != SAY ? &g_array_index (self->orders, Order, event->index) : NULL;
      gboolean ok;

      if (event->at > demo->until)
        break;
      demo->now = MAX (demo->now, event->at);
      if (event->what == SAY)
        ok = say (demo, event, error);
      else if (event->what == PLACE)
        ok = place (demo, order, error);
      else if (event->what == PAY)
        ok = pay (demo, order, error);
      else
        ok = move (demo, order, event->what, error);
      if (!ok)
        return FALSE;
    }
  demo->now = demo->until;
  return TRUE;
}
