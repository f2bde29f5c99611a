/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

#include "kd-decimal.h"
#include "kd-stock-replay.h"
#include "kd-stock.h"
#include "kd-time.h"

#define QUANTITY_PLACES 3

static gpointer
fail_at_event (GError **error,
               const char *array,
               guint index,
               const char *member)
{
  JsonObject *at = json_object_new ();

  json_object_set_string_member (at, "arg", array);
  json_object_set_int_member (at, "index", index);
  if (member != NULL)
    json_object_set_string_member (at, "member", member);
  return kd_lab_fail_at (error, "bad_args", at, "%s %u: %s isn't as it should be", array, index,
                         member != NULL ? member : "it");
}

/* Units as integer, number or decimal text. */
static gboolean
read_quantity (JsonObject *object,
               const char *name,
               gint64 otherwise,
               gint64 *ret_quantity)
{
  g_autofree char *text = NULL;
  const char *code;

  *ret_quantity = otherwise;
  if (!kd_lab_has (object, name))
    return TRUE;
  text = kd_lab_dup_number (json_object_get_member (object, name), name, NULL);
  return text != NULL && kd_decimal_to_scaled (text, QUANTITY_PLACES, ret_quantity, &code);
}

static gboolean
read_time (JsonObject *object,
           const char *name,
           gint64 otherwise,
           gint64 *ret_ms)
{
  const char *text;

  *ret_ms = otherwise;
  if (!kd_lab_has (object, name) || kd_lab_get_int (object, name, ret_ms, NULL))
    return TRUE;
  text = kd_lab_get_text (object, name, NULL);
  return text != NULL && kd_time_parse (text, ret_ms);
}

static gboolean
read_variant (KdStockReplay *replay,
              JsonNode *node,
              GPtrArray *names)
{
  gboolean untracked = FALSE, oversell = FALSE;
  gint64 buffer = 0;
  const char *name = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      name = kd_lab_get_text (object, "id", NULL);
      if (!kd_lab_get_bool_or (object, "untracked", FALSE, &untracked, NULL) ||
          !kd_lab_get_bool_or (object, "oversell", FALSE, &oversell, NULL) ||
          !read_quantity (object, "buffer", 0, &buffer))
        return FALSE;
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    name = json_node_get_string (node);
  if (name == NULL || buffer < 0 || buffer > KD_QUANTITY_MAX)
    return FALSE;
  g_ptr_array_add (names, (gpointer) name);
  return kd_stock_replay_add_variant (replay, name, untracked, oversell, buffer);
}

static gboolean
read_location (KdStockReplay *replay,
               JsonNode *node,
               GPtrArray *names)
{
  gboolean transit = FALSE;
  const char *name = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      name = kd_lab_get_text (json_node_get_object (node), "id", NULL);
      if (!kd_lab_get_bool_or (json_node_get_object (node), "transit", FALSE, &transit, NULL))
        return FALSE;
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    name = json_node_get_string (node);
  if (name == NULL)
    return FALSE;
  g_ptr_array_add (names, (gpointer) name);
  return kd_stock_replay_add_location (replay, name, transit);
}

static gboolean
read_names (KdStockReplay *replay,
            JsonObject *args,
            const char *arg,
            gboolean (*read) (KdStockReplay *, JsonNode *, GPtrArray *),
            GPtrArray *names,
            GError **error)
{
  JsonArray *array = kd_lab_get_array (args, arg, error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read (replay, json_array_get_element (array, i), names))
      {
        fail_at_event (error, arg, i, NULL);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_event (JsonNode *node,
            const char *first_location,
            gint64 last_at,
            KdStockEvent *event,
            const char **ret_member)
{
  JsonObject *object;
  const char *type;
  gboolean all;

  *ret_member = NULL;
  *event = (KdStockEvent) { 0 };
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  *ret_member = "type";
  type = kd_lab_get_text (object, "type", NULL);
  if (type == NULL || kd_stock_event_from_text (type) < 0)
    return FALSE;
  event->type = (KdStockEventType) kd_stock_event_from_text (type);
  all = event->type == KD_EVENT_RELEASE || event->type == KD_EVENT_EXPIRE;
  *ret_member = "quantity";
  if (!read_quantity (object, "quantity", all ? KD_EVENT_ALL : 0, &event->quantity))
    return FALSE;
  *ret_member = "seen";
  if (!read_quantity (object, "seen", KD_EMPTY, &event->seen))
    return FALSE;
  *ret_member = "at";
  if (!read_time (object, "at", last_at, &event->at))
    return FALSE;
  *ret_member = "expires";
  if (!read_time (object, "expires", 0, &event->expires))
    return FALSE;
  *ret_member = "variant, location, to or ref";
  if (!kd_lab_get_text_or (object, "variant", NULL, &event->variant, NULL) ||
      !kd_lab_get_text_or (object, "location", first_location, &event->location, NULL) ||
      !kd_lab_get_text_or (object, "to", NULL, &event->to, NULL) ||
      !kd_lab_get_text_or (object, "ref", NULL, &event->ref, NULL))
    return FALSE;
  *ret_member = "buyer or confirmed";
  return kd_lab_get_bool_or (object, "buyer", FALSE, &event->buyer, NULL) &&
         kd_lab_get_bool_or (object, "confirmed", FALSE, &event->confirmed, NULL);
}

static void
add_quantity (JsonBuilder *builder,
              const char *name,
              gint64 quantity)
{
  json_builder_set_member_name (builder, name);
  if (quantity == KD_STOCK_UNLIMITED)
    json_builder_add_null_value (builder);
  else if (quantity % 1000 == 0)
    json_builder_add_int_value (builder, quantity / 1000);
  else
    {
      g_autofree char *text = kd_decimal_from_scaled (quantity, QUANTITY_PLACES);

      json_builder_add_string_value (builder, text);
    }
}

static void
add_level (JsonBuilder *builder,
           KdStockReplay *replay,
           const char *variant,
           const char *location,
           gint64 at)
{
  gint64 on_hand, reserved, available;

  kd_stock_replay_get_level (replay, variant, location, at, &on_hand, &reserved, &available);
  json_builder_begin_object (builder);
  add_quantity (builder, "on_hand", on_hand);
  add_quantity (builder, "reserved", reserved);
  add_quantity (builder, "available", available);
  json_builder_end_object (builder);
}

static void
add_levels (JsonBuilder *builder,
            KdStockReplay *replay,
            GPtrArray *variants,
            GPtrArray *locations,
            gint64 at)
{
  json_builder_set_member_name (builder, "levels");
  json_builder_begin_object (builder);
  for (guint v = 0; v < variants->len; v++)
    {
      json_builder_set_member_name (builder, variants->pdata[v]);
      json_builder_begin_object (builder);
      for (guint l = 0; l < locations->len; l++)
        {
          json_builder_set_member_name (builder, locations->pdata[l]);
          add_level (builder, replay, variants->pdata[v], locations->pdata[l], at);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "totals");
  json_builder_begin_object (builder);
  for (guint v = 0; v < variants->len; v++)
    {
      json_builder_set_member_name (builder, variants->pdata[v]);
      add_level (builder, replay, variants->pdata[v], NULL, at);
    }
  json_builder_end_object (builder);
}

static void
add_ledger (JsonBuilder *builder,
            KdStockReplay *replay,
            JsonArray *events)
{
  g_autoptr (GArray) ledger = kd_stock_replay_get_ledger (replay);
  const KdField *class_field = kd_shape_find (&kd_kind_stock_move.shape, "class");

  json_builder_set_member_name (builder, "ledger");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ledger->len; i++)
    {
      const KdReplayMove *one = &g_array_index (ledger, KdReplayMove, i);
      JsonObject *event = json_array_get_object_element (events, one->event);
      const char *ref = kd_lab_has (event, "ref") ? json_object_get_string_member (event, "ref") : NULL;
      char time[KD_TIME_TEXT_LENGTH + 1];

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "index");
      json_builder_add_int_value (builder, one->event);
      json_builder_set_member_name (builder, "variant");
      json_builder_add_string_value (builder, one->variant);
      json_builder_set_member_name (builder, "location");
      json_builder_add_string_value (builder, one->location);
      add_quantity (builder, "quantity", one->move->quantity);
      json_builder_set_member_name (builder, "class");
      json_builder_add_string_value (builder, kd_enum_to_text (class_field, one->move->class_));
      json_builder_set_member_name (builder, "at");
      json_builder_add_string_value (builder, kd_time_to_text (one->move->effective, time));
      if (ref != NULL)
        {
          json_builder_set_member_name (builder, "ref");
          json_builder_add_string_value (builder, ref);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static gboolean
run_events (KdStockReplay *replay,
            JsonArray *events,
            const char *first_location,
            JsonBuilder *builder,
            gint64 *ret_at,
            GError **error)
{
  gint64 at = 0;

  json_builder_set_member_name (builder, "refused");
  json_builder_begin_array (builder);
  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      KdStockEvent event;
      const char *code, *member;

      if (!read_event (json_array_get_element (events, i), first_location, at, &event, &member))
        {
          fail_at_event (error, "events", i, member);
          return FALSE;
        }
      at = event.at;
      if (kd_stock_replay_apply (replay, &event, &code))
        continue;
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "index");
      json_builder_add_int_value (builder, i);
      json_builder_set_member_name (builder, "code");
      json_builder_add_string_value (builder, code);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  *ret_at = at;
  return TRUE;
}

JsonNode *
kd_lab_stock_replay (JsonObject *args,
                     GError **error)
{
  static const char *const policies[] = { "block", "ask", "allow" };
  g_autoptr (KdStockReplay) replay = NULL;
  g_autoptr (GPtrArray) variants = g_ptr_array_new ();
  g_autoptr (GPtrArray) locations = g_ptr_array_new ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  JsonArray *events;
  const char *policy;
  gint64 at;

  if (!kd_lab_get_text_or (args, "policy", "block", &policy, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (policies) && replay == NULL; i++)
    if (g_str_equal (policies[i], policy))
      replay = kd_stock_replay_new ((KdStockPolicy) i);
  if (replay == NULL)
    return kd_lab_fail (error, "bad_args", "the policy is block, ask or allow");
  if (!read_names (replay, args, "variants", read_variant, variants, error) ||
      !read_names (replay, args, "locations", read_location, locations, error) ||
      (events = kd_lab_get_array (args, "events", error)) == NULL)
    return NULL;
  json_builder_begin_object (builder);
  if (!run_events (replay, events, locations->len > 0 ? locations->pdata[0] : NULL, builder, &at,
                   error))
    return NULL;
  add_levels (builder, replay, variants, locations, at);
  add_ledger (builder, replay, events);
  json_builder_end_object (builder);
  return kd_lab_end (g_steal_pointer (&builder));
}
