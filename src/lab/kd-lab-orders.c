/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

#include "kd-order-machine.h"

static gboolean
get_machine (JsonObject *args,
             KdMachine *ret_machine,
             GError **error)
{
  const char *name = kd_lab_get_text (args, "machine", error);

  if (name == NULL)
    return FALSE;
  if (kd_machine_from_text (name, ret_machine))
    return TRUE;
  kd_lab_fail (error, "machine.unknown", "no machine is called \"%s\"", name);
  return FALSE;
}

JsonNode *
kd_lab_order_move (JsonObject *args,
                   GError **error)
{
  const char *from, *to, *reason = NULL;
  KdMachine machine;
  gboolean allowed;
  JsonBuilder *builder;

  if (!get_machine (args, &machine, error) ||
      (from = kd_lab_get_text (args, "from", error)) == NULL ||
      (to = kd_lab_get_text (args, "to", error)) == NULL)
    return NULL;
  allowed = kd_machine_allows (machine, kd_machine_state_from_text (machine, from),
                               kd_machine_state_from_text (machine, to), &reason);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "allowed");
  json_builder_add_boolean_value (builder, allowed);
  if (!allowed)
    {
      json_builder_set_member_name (builder, "reason");
      json_builder_add_string_value (builder, reason);
    }
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_order_machine (JsonObject *args,
                      GError **error)
{
  KdMachine machine;
  JsonBuilder *builder;
  int n;

  if (!get_machine (args, &machine, error))
    return NULL;
  n = (int) kd_machine_n_states (machine);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "states");
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    json_builder_add_string_value (builder, kd_machine_state_to_text (machine, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "transitions");
  json_builder_begin_array (builder);
  for (int from = 0; from < n; from++)
    for (int to = 0; to < n; to++)
      if (kd_machine_allows (machine, from, to, NULL))
        {
          json_builder_begin_object (builder);
          json_builder_set_member_name (builder, "from");
          json_builder_add_string_value (builder, kd_machine_state_to_text (machine, from));
          json_builder_set_member_name (builder, "to");
          json_builder_add_string_value (builder, kd_machine_state_to_text (machine, to));
          json_builder_end_object (builder);
        }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}
