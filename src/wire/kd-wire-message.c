/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-message-private.h"

#include <string.h>

#define CODE_MAX 64

const char *const kd_names_status[] = { "applied", "rejected", NULL };

#define KD_STRUCT KdWitness
static const KdField witness_fields[] = {
  KD_M (head, INT, KD_COUNT),
  KD_M (mark, ID),
};
const KdShape kd_shape_witness = KD_MESSAGE ("witness", KdWitness, witness_fields);
#undef KD_STRUCT

#define KD_STRUCT KdResult
static const KdField result_fields[] = {
  KD_M (no, INT, KD_COUNT),
  KD_M (uid, ID),
  KD_M (status, ENUM, .values = kd_names_status),
  KD_M (code, TEXT, .max = CODE_MAX),
  KD_M (detail, JSON, .max = KD_PUSH_MAX_BYTES),
  KD_M (seq, INT, KD_COUNT),
  KD_M (conflicts, INT, KD_COUNT),
  KD_M (accepted, INT),
  KD_M (receipt, ID),
};
static const KdShape result_shape = KD_MESSAGE ("result", KdResult, result_fields);
#undef KD_STRUCT

gboolean
kd_message_fail (GError **error,
                 const char *code,
                 const char *path)
{
  kd_wire_set_error (error, KD_WIRE_ERROR_FIELD, code, path, 0);
  return FALSE;
}

gboolean
kd_message_read (const KdShape *shape,
                 const char *within,
                 int index,
                 JsonObject *json,
                 gpointer message,
                 GError **error)
{
  return kd_wire_read_within (within, index, shape, json, message, KD_WIRE_READ_SKIP_UNKNOWN, NULL,
                              error);
}

gboolean
kd_message_read_member (const KdShape *shape,
                        const char *name,
                        JsonObject *json,
                        gpointer message,
                        GError **error)
{
  JsonNode *node = json_object_get_member (json, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return kd_message_fail (error, KD_WIRE_BAD_TYPE, name);
  return kd_message_read (shape, name, -1, json_node_get_object (node), message, error);
}

gboolean
kd_message_get_array (JsonObject *json,
                      const char *name,
                      guint max,
                      JsonArray **ret_array,
                      GError **error)
{
  JsonNode *node = json_object_get_member (json, name);

  *ret_array = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return kd_message_fail (error, KD_WIRE_BAD_TYPE, name);
  if (json_array_get_length (json_node_get_array (node)) > max)
    return kd_message_fail (error, "field.too_many", name);
  *ret_array = json_node_get_array (node);
  return TRUE;
}

void
kd_message_write (KdJsonWriter *writer,
                  const KdShape *shape,
                  gconstpointer message)
{
  kd_wire_write_fields (writer, shape, message, G_MAXUINT64, 0);
}

char *
kd_message_end (GString *out,
                gsize *ret_len)
{
  if (ret_len != NULL)
    *ret_len = out->len;
  return g_string_free (out, FALSE);
}

char *
kd_witness_to_text (const KdWitness *witness)
{
  char mark[KD_ID_TEXT_LENGTH + 1];

  return g_strdup_printf ("%" G_GINT64_FORMAT ".%s", witness->head,
                          kd_id_to_text (&witness->mark, mark));
}

gboolean
kd_witness_parse (const char *text,
                  KdWitness *ret_witness)
{
  const char *dot = strchr (text, '.');
  g_autofree char *number = NULL;
  guint64 head;
  KdMark mark;

  if (dot == NULL)
    return FALSE;
  number = g_strndup (text, (gsize) (dot - text));
  if (!g_ascii_string_to_unsigned (number, 10, 0, G_MAXINT64, &head, NULL)
      || !kd_id_parse (dot + 1, &mark))
    return FALSE;
  *ret_witness = (KdWitness){ (gint64) head, mark };
  return TRUE;
}

KdResult *
kd_result_new (void)
{
  return kd_shape_new (&result_shape);
}

void
kd_result_free (KdResult *result)
{
  kd_shape_free (&result_shape, result);
}

gboolean
kd_results_read (JsonObject *json,
                 GPtrArray *results,
                 GError **error)
{
  JsonArray *array;

  if (!kd_message_get_array (json, "results", G_MAXUINT, &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      KdResult *result;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return kd_message_fail (error, KD_WIRE_BAD_TYPE, "results");
      result = kd_result_new ();
      g_ptr_array_add (results, result);
      if (!kd_message_read (&result_shape, "results", (int) i, json_node_get_object (node), result,
                            error))
        return FALSE;
    }
  return TRUE;
}

void
kd_results_write (KdJsonWriter *writer,
                  GPtrArray *results)
{
  kd_json_member (writer, "results");
  kd_json_begin_array (writer);
  for (guint i = 0; i < results->len; i++)
    {
      kd_json_begin_object (writer);
      kd_message_write (writer, &result_shape, g_ptr_array_index (results, i));
      kd_json_end_object (writer);
    }
  kd_json_end_array (writer);
}
