/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-call.h"

static void
write_args (KdJsonWriter *writer,
            const KdCall *call)
{
  kd_json_begin_object (writer);
  kd_wire_write_fields (writer, call->mutation->args, call->args, G_MAXUINT64, 0);
  kd_json_end_object (writer);
}

char *
kd_wire_call_to_args (const KdCall *call)
{
  GString *out = g_string_sized_new (256);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  write_args (&writer, call);
  return g_string_free (out, FALSE);
}

KdCall *
kd_wire_call_read (const char *name,
                   guint version,
                   JsonNode *args,
                   KdWireReadFlags flags,
                   GError **error)
{
  const KdMutation *mutation = kd_mutation_by_name (name, version);
  g_autoptr (KdCall) call = NULL;

  if (mutation == NULL)
    {
      kd_wire_set_error (error, KD_WIRE_ERROR_UNSUPPORTED, KD_WIRE_CODE_UNSUPPORTED, NULL, 0);
      return NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (args))
    {
      kd_wire_set_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, NULL, 0);
      return NULL;
    }
  call = kd_call_new (mutation);
  if (!kd_wire_read_object (mutation->args, mutation->kind, json_node_get_object (args), call->args,
                            flags, NULL, NULL, error))
    return NULL;
  return g_steal_pointer (&call);
}

KdCall *
kd_wire_call_parse (const char *name,
                    guint version,
                    const char *args,
                    KdWireReadFlags flags,
                    GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse (args, -1, KD_WIRE_ARGS_MAX, error);

  return node != NULL ? kd_wire_call_read (name, version, node, flags, error) : NULL;
}

char *
kd_wire_call_to_json (const KdCall *call)
{
  GString *out = g_string_sized_new (256);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "args");
  write_args (&writer, call);
  kd_json_member (&writer, "name");
  kd_json_string (&writer, call->mutation->name);
  kd_json_member (&writer, "v");
  kd_json_int (&writer, call->mutation->version);
  kd_json_end_object (&writer);
  return g_string_free (out, FALSE);
}

KdCall *
kd_wire_call_from_json (const char *json,
                        KdWireReadFlags flags,
                        GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (json, -1, KD_WIRE_ARGS_MAX, error);
  JsonObject *object;
  JsonNode *name, *version, *args;

  if (node == NULL)
    return NULL;
  object = json_node_get_object (node);
  name = json_object_get_member (object, "name");
  version = json_object_get_member (object, "v");
  args = json_object_get_member (object, "args");
  if (name == NULL || json_node_get_value_type (name) != G_TYPE_STRING || version == NULL
      || json_node_get_value_type (version) != G_TYPE_INT64 || json_node_get_int (version) < 1
      || json_node_get_int (version) > G_MAXUINT16 || args == NULL)
    {
      kd_wire_set_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, NULL, 0);
      return NULL;
    }
  return kd_wire_call_read (json_node_get_string (name), (guint) json_node_get_int (version), args,
                            flags, error);
}

void
kd_wire_error_to_outcome (const GError *error,
                          KdOutcome *outcome)
{
  if (error->domain == KD_WIRE_ERROR && error->code == KD_WIRE_ERROR_UNSUPPORTED)
    {
      kd_outcome_refuse (outcome, KD_WIRE_CODE_UNSUPPORTED);
      return;
    }
  if (error->domain == KD_WIRE_ERROR)
    {
      kd_outcome_add_text (outcome, "field", kd_wire_error_get_path (error));
      kd_outcome_add_text (outcome, "reason", kd_wire_error_get_code (error));
    }
  kd_outcome_refuse (outcome, "bad_field");
}
