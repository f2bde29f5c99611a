/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-demo-private.h"

#include <string.h>

/* Orders and conversations over three months, as one list of events in the order of their time.
 * Most orders are drawn; some are written down, so that every state is seen. */

#define DRAWN_ORDERS 104
#define FIRST_DAY 2           /* orders begin so long after the shop */
#define CANCELLED 16          /* one of so many */
#define OPEN_MINUTE (8 * 60)  /* of the day, where the shop is */
#define CLOSE_MINUTE (21 * 60)
#define WAKE_MINUTE (6 * 60)
#define DAY_MINUTES (24 * 60)
#define ZONE_MINUTES (7 * 60) /* of Asia/Jakarta, which knows no summer time */

typedef struct
{
  gint64 at;
  KdDemoStep step;
  guint index;              /* of the order or chat */
  guint line;               /* of the chat; else which step it is */
} Event;

struct _KdDemoTrade
{
  GArray *events, *orders;
};

static void
add_event (KdDemoTrade *self,
           gint64 at,
           KdDemoStep step,
           guint index,
           guint line)
{
  Event event = { at, step, index, line };

  g_array_append_val (self->events, event);
}

static int
compare_events (gconstpointer a,
                gconstpointer b)
{
  const Event *left = a, *right = b;

  if (left->at != right->at)
    return left->at < right->at ? -1 : 1;
  return left->step != right->step ? (int) left->step - (int) right->step : (int) left->line - (int) right->line;
}

/* ---- planning ---- */

/* Nobody packs at night: what falls there happens the next morning. */
static gint64
at_work (gint64 at)
{
  gint64 minute = (at / KD_DEMO_MINUTE + ZONE_MINUTES) % DAY_MINUTES;
  gint64 late = 0;

  if (minute < OPEN_MINUTE)
    late = OPEN_MINUTE - minute + minute % 60;
  else if (minute >= CLOSE_MINUTE)
    late = DAY_MINUTES - minute + OPEN_MINUTE + minute % 60;
  return at + late * KD_DEMO_MINUTE;
}

/* Nobody orders while all sleep: what falls there was the evening before. */
static gint64
awake (gint64 at)
{
  gint64 minute = (at / KD_DEMO_MINUTE + ZONE_MINUTES) % DAY_MINUTES;

  return minute < WAKE_MINUTE ? at - (minute + 15 + minute % 150) * KD_DEMO_MINUTE : at;
}

static gint64
later (KdDemo *demo,
       gint64 at,
       guint least,
       guint hours)
{
  return at_work (at + (least + kd_demo_random (demo, hours)) * KD_DEMO_HOUR + kd_demo_random (demo, 60) * KD_DEMO_MINUTE);
}

/* What becomes of it: as far as time allows. */
static void
plan_course (KdDemo *demo,
             KdDemoTrade *self,
             guint index,
             gint64 placed)
{
  gboolean on_delivery = strcmp (g_array_index (self->orders, KdDemoOrder, index).method, "cod") == 0;
  gint64 paid = later (demo, placed, 0, 8), packed = later (demo, on_delivery ? placed : paid, 1, 14);
  gint64 ready = packed + KD_DEMO_HOUR / 2, shipped = MAX (ready + KD_DEMO_HOUR, later (demo, packed, 2, 6));
  gint64 delivered = later (demo, shipped, 26, 60);

  add_event (self, placed, KD_DEMO_CREATE, index, 0);
  if (kd_demo_random (demo, CANCELLED) == 0)
    {
      add_event (self, later (demo, placed, 20, 4), KD_DEMO_CANCEL, index, 0);
      return;
    }
  add_event (self, on_delivery ? delivered + KD_DEMO_HOUR / 4 : paid, KD_DEMO_PAY, index, 0);
  add_event (self, packed, KD_DEMO_PACK, index, 0);
  add_event (self, ready, KD_DEMO_READY, index, 0);
  add_event (self, shipped, KD_DEMO_SHIP, index, 0);
  add_event (self, delivered, KD_DEMO_DELIVER, index, 0);
}

static void
count_sold (KdDemo *demo,
            const KdDemoOrder *order)
{
  for (guint i = 0; i < order->n && !order->beyond; i++)
    g_array_index (demo->variants, KdDemoVariant, order->variants[i]).sold += order->quantities[i];
}

static void
plan_drawn (KdDemo *demo,
            KdDemoTrade *self)
{
  gint64 begin = demo->now + FIRST_DAY * KD_DEMO_DAY, span = demo->until - KD_DEMO_HOUR - begin;

  for (guint i = 0; i < DRAWN_ORDERS; i++)
    {
      KdDemoOrder order = kd_demo_order_draw (demo);
      /* more of them the later */
      gint64 left = DRAWN_ORDERS - i, at = begin + span - span / DRAWN_ORDERS * left / DRAWN_ORDERS * left;

      at = awake (at + kd_demo_random (demo, 60) * KD_DEMO_MINUTE);
      count_sold (demo, &order);
      g_array_append_val (self->orders, order);
      plan_course (demo, self, self->orders->len - 1, MIN (at, demo->until - KD_DEMO_HOUR / 2));
    }
}

static KdDemoStep
read_step (const char *word)
{
  static const char *const words[] = {
    "create", "place", "pay", "part", "refund", "pack", "ready", "ship", "deliver", "fail", "return", "cancel",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i], word) == 0)
      return (KdDemoStep) i;
  g_assert_not_reached ();
}

/* Hours before the present. */
static gint64
ago (KdDemo *demo,
     double hours)
{
  return demo->until - (gint64) (hours * KD_DEMO_HOUR);
}

static void
plan_written (KdDemo *demo,
              KdDemoTrade *self)
{
  JsonArray *list = kd_demo_list (demo, "orders");

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *json = json_array_get_object_element (list, i);
      KdDemoOrder order = kd_demo_order_read (demo, json);
      JsonArray *steps = json_object_get_array_member (json, "steps");

      count_sold (demo, &order);
      g_array_append_val (self->orders, order);
      for (guint j = 0; j < json_array_get_length (steps); j++)
        {
          JsonArray *step = json_array_get_array_element (steps, j);

          add_event (self, ago (demo, json_array_get_double_element (step, 1)), read_step (json_array_get_string_element (step, 0)), i, j);
        }
    }
}

static void
plan_chats (KdDemo *demo,
            KdDemoTrade *self)
{
  JsonArray *chats = kd_demo_list (demo, "chats");

  for (guint i = 0; i < json_array_get_length (chats); i++)
    {
      JsonObject *chat = json_array_get_object_element (chats, i);
      gint64 at = ago (demo, json_object_get_double_member (chat, "hours"));

      /* from the last one back */
      for (guint j = json_array_get_length (json_object_get_array_member (chat, "lines")); j > 0; j--)
        {
          add_event (self, at, KD_DEMO_SAY, i, j - 1);
          at -= KD_DEMO_MINUTE / 2 + (1 + kd_demo_random (demo, 6)) * KD_DEMO_MINUTE;
        }
    }
}

KdDemoTrade *
kd_demo_trade_plan (KdDemo *demo)
{
  KdDemoTrade *self = g_new0 (KdDemoTrade, 1);

  self->events = g_array_new (FALSE, TRUE, sizeof (Event));
  self->orders = g_array_new (FALSE, TRUE, sizeof (KdDemoOrder));
  plan_written (demo, self);
  plan_drawn (demo, self);
  plan_chats (demo, self);
  g_array_sort (self->events, compare_events);
  return self;
}

const KdDemoOrder *
kd_demo_trade_get_written (KdDemoTrade *self,
                           guint i)
{
  return &g_array_index (self->orders, KdDemoOrder, i);
}

void
kd_demo_trade_free (KdDemoTrade *self)
{
  g_array_unref (self->events);
  g_array_unref (self->orders);
  g_free (self);
}

gboolean
kd_demo_trade_run (KdDemo *demo,
                   KdDemoTrade *self,
                   GError **error)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = &g_array_index (self->events, Event, i);
      gboolean ok;

      if (event->at > demo->until)
        break;
      demo->now = MAX (demo->now, event->at);
      if (event->step == KD_DEMO_SAY)
        ok = kd_demo_chat_say (demo, event->index, event->line, error);
      else
        ok = kd_demo_order_run (demo, &g_array_index (self->orders, KdDemoOrder, event->index), event->step, NULL, error);
      if (!ok)
        return FALSE;
    }
  demo->now = demo->until;
  return TRUE;
}
