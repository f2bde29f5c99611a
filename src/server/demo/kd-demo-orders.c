/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-demo-private.h"

#include <string.h>

/* One order: what is in it, and its steps as mutations. */

#define DRAWN_LINES_MAX 3
#define QUANTITY_MAX 3
#define FEE_LEAST 9000
#define FEE_STEP 1000
#define FEE_STEPS 30
#define BY_AGENT 3            /* one of so many */
#define ON_DELIVERY 5

static void
add_line (KdDemo *demo,
          KdDemoOrder *order,
          guint variant,
          guint quantity)
{
  order->variants[order->n] = variant;
  order->quantities[order->n] = quantity;
  order->total += quantity * g_array_index (demo->variants, KdDemoVariant, variant).price;
  order->n++;
}

/* A variant that is sold; what isn't published and what is sold out is left alone. */
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

KdDemoOrder
kd_demo_order_draw (KdDemo *demo)
{
  JsonArray *notes = kd_demo_list (demo, "notes");
  guint wanted = 1 + kd_demo_random (demo, DRAWN_LINES_MAX);
  KdDemoOrder order = { .id = kd_demo_new_id (demo) };

  order.person = kd_demo_random (demo, json_array_get_length (kd_demo_list (demo, "people")));
  order.method = kd_demo_random (demo, ON_DELIVERY) == 0 ? "cod" : "transfer";
  order.fee = FEE_LEAST + FEE_STEP * (gint64) kd_demo_random (demo, FEE_STEPS);
  order.courier = kd_demo_random (demo, json_array_get_length (kd_demo_list (demo, "couriers")));
  order.note = json_array_get_string_element (notes, kd_demo_random (demo, json_array_get_length (notes)));
  for (guint i = 0; i < wanted; i++)
    {
      guint variant = draw_variant (demo), quantity = 1 + kd_demo_random (demo, QUANTITY_MAX);
      gboolean twice = FALSE;

      for (guint j = 0; j < order.n; j++)
        twice |= order.variants[j] == variant;
      if (!twice)
        add_line (demo, &order, variant, quantity);
    }
  return order;
}

KdDemoOrder
kd_demo_order_read (KdDemo *demo,
                    JsonObject *json)
{
  JsonArray *lines = json_object_get_array_member (json, "lines");
  KdDemoOrder order = { .id = kd_demo_new_id (demo) };

  order.person = (guint) json_object_get_int_member (json, "person");
  order.method = json_object_get_string_member_with_default (json, "method", "transfer");
  order.fee = json_object_get_int_member_with_default (json, "fee", FEE_LEAST);
  order.courier = order.person % json_array_get_length (kd_demo_list (demo, "couriers"));
  order.note = json_object_get_string_member_with_default (json, "note", NULL);
  order.draft = json_object_get_boolean_member_with_default (json, "draft", FALSE);
  order.beyond = json_object_get_boolean_member_with_default (json, "beyond", FALSE);
  for (guint i = 0; i < json_array_get_length (lines) && i < KD_DEMO_LINES_MAX; i++)
    {
      JsonArray *line = json_array_get_array_element (lines, i);

      add_line (demo, &order, kd_demo_find_variant (demo, json_array_get_string_element (line, 0)),
                (guint) json_array_get_int_element (line, 1));
    }
  return order;
}

/* ---- its steps ---- */

static JsonArray *
write_lines (KdDemo *demo,
             const KdDemoOrder *order)
{
  JsonArray *lines = json_array_new ();

  for (guint i = 0; i < order->n; i++)
    {
      JsonObject *line = json_object_new ();

      kd_demo_set_id (line, "variant", &g_array_index (demo->variants, KdDemoVariant, order->variants[i]).id);
      json_object_set_int_member (line, "quantity", (gint64) order->quantities[i] * 1000);
      json_array_add_object_element (lines, line);
    }
  return lines;
}

static gboolean
create (KdDemo *demo,
        const KdDemoOrder *order,
        const KdId *conversation,
        GError **error)
{
  JsonArray *people = kd_demo_list (demo, "people");
  JsonObject *args = kd_demo_args (&order->id);
  g_autoptr (GString) token = g_string_new (NULL);

  for (guint i = 0; i < 16; i++)
    g_string_append_printf (token, "%02x", kd_demo_random (demo, 256));
  kd_demo_set_text (args, "token", token->str);
  kd_demo_set_id (args, "contact", &g_array_index (demo->people, KdId, order->person));
  if (conversation != NULL)
    kd_demo_set_id (args, "conversation", conversation);
  kd_demo_set_text (args, "name", kd_demo_word (people, order->person, 0));
  kd_demo_set_text (args, "phone", kd_demo_word (people, order->person, 1));
  kd_demo_set_text (args, "address", kd_demo_word (people, order->person, 2));
  kd_demo_set_text (args, "note", order->note);
  kd_demo_set_text (args, "method", order->method);
  json_object_set_int_member (args, "shipping_fee", order->fee);
  json_object_set_array_member (args, "lines", write_lines (demo, order));
  json_object_set_boolean_member (args, "place", !order->draft);
  json_object_set_boolean_member (args, "beyond_stock", order->beyond);
  return kd_demo_run (demo, kd_demo_random (demo, BY_AGENT) == 0 ? &demo->agent : &demo->owner, "order.create", args, error);
}

/* Shop owners round what is paid beforehand to the thousand. */
static gint64
half_of (gint64 amount)
{
  return amount / 2 / 1000 * 1000;
}

static gboolean
pay (KdDemo *demo,
     const KdDemoOrder *order,
     KdDemoStep step,
     GError **error)
{
  gint64 whole = order->total + order->fee;
  KdId id = kd_demo_new_id (demo);
  JsonObject *args = kd_demo_args (&id);

  kd_demo_set_id (args, "order", &order->id);
  json_object_set_int_member (args, "amount", step == KD_DEMO_PAY ? whole : step == KD_DEMO_PAY_PART ? half_of (whole) : -whole);
  kd_demo_set_text (args, "method", order->method);
  kd_demo_set_text (args, "reference", strcmp (order->method, "transfer") == 0 ? "BCA" : NULL);
  return kd_demo_run (demo, &demo->owner, "payment.record", args, error);
}

static gboolean
move (KdDemo *demo,
      const KdDemoOrder *order,
      KdDemoStep step,
      GError **error)
{
  static const struct { const char *machine, *to, *reason; } moves[] = {
    [KD_DEMO_PLACE] = { "order", "placed", NULL },
    [KD_DEMO_PACK] = { "fulfilment", "packed", NULL },
    [KD_DEMO_READY] = { "fulfilment", "ready_to_ship", NULL },
    [KD_DEMO_SHIP] = { "fulfilment", "shipped", NULL },
    [KD_DEMO_DELIVER] = { "fulfilment", "delivered", NULL },
    [KD_DEMO_FAIL] = { "fulfilment", "delivery_failed", "Alamat tidak ditemukan kurir" },
    [KD_DEMO_RETURN] = { "fulfilment", "returned", "Barang pecah di jalan" },
    [KD_DEMO_CANCEL] = { "order", "cancelled", "Pembeli berubah pikiran" },
  };
  JsonObject *args = kd_demo_args (&order->id);

  kd_demo_set_text (args, "machine", moves[step].machine);
  kd_demo_set_text (args, "to", moves[step].to);
  kd_demo_set_text (args, "reason", moves[step].reason);
  if (step == KD_DEMO_SHIP)
    {
      g_autofree char *tracking = g_strdup_printf ("KD%09u", kd_demo_random (demo, 999999999));

      kd_demo_set_text (args, "courier", json_array_get_string_element (kd_demo_list (demo, "couriers"), order->courier));
      kd_demo_set_text (args, "tracking", tracking);
    }
  return kd_demo_run (demo, &demo->owner, "order.transition", args, error);
}

gboolean
kd_demo_order_run (KdDemo *demo,
                   const KdDemoOrder *order,
                   KdDemoStep step,
                   const KdId *conversation,
                   GError **error)
{
  switch (step)
    {
    case KD_DEMO_CREATE:
      return create (demo, order, conversation, error);
    case KD_DEMO_PAY:
    case KD_DEMO_PAY_PART:
    case KD_DEMO_REFUND:
      return pay (demo, order, step, error);
    case KD_DEMO_SAY:
      g_assert_not_reached ();
    default:
      return move (demo, order, step, error);
    }
}
