/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-device.h"

#include "kd-wire-message-private.h"

#define LETTER_MAX_BYTES 8

#define KD_STRUCT KdDeviceRequest
static const KdField request_fields[] = {
  KD_M (install_nonce, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (device_id, ID),
  KD_M (letter, TEXT, .max = LETTER_MAX_BYTES),
  KD_M (next_alias, INT, KD_COUNT),
  KD_M (app_version, TEXT, .max = 64),
};
static const KdShape request_shape = KD_MESSAGE ("device request", KdDeviceRequest, request_fields);
#undef KD_STRUCT

#define KD_STRUCT KdDeviceAnswer
static const KdField answer_fields[] = {
  KD_M (device_id, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (epoch, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (letter, TEXT, .max = LETTER_MAX_BYTES),
  KD_M (next_alias, INT, KD_COUNT),
  KD_M (scopes, INT, .min = 0, .max = G_MAXUINT32),
  KD_M (proto, INT, KD_COUNT),
  KD_M (schema, INT, KD_COUNT),
  KD_M (now, INT),
};
static const KdShape answer_shape = KD_MESSAGE ("device answer", KdDeviceAnswer, answer_fields);
#undef KD_STRUCT

static char *
to_json (const KdShape *shape,
         gconstpointer message)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, shape, message);
  kd_json_end_object (&writer);
  return kd_message_end (out, NULL);
}

static gpointer
parse (const KdShape *shape,
       const char *text,
       gssize len,
       GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_DEVICE_MAX_BYTES, error);
  gpointer message;

  if (node == NULL)
    return NULL;
  message = kd_shape_new (shape);
  if (kd_message_read (shape, NULL, -1, json_node_get_object (node), message, error))
    return message;
  kd_shape_free (shape, message);
  return NULL;
}

KdDeviceRequest *
kd_device_request_new (void)
{
  return kd_shape_new (&request_shape);
}

void
kd_device_request_free (KdDeviceRequest *request)
{
  kd_shape_free (&request_shape, request);
}

char *
kd_device_request_to_json (const KdDeviceRequest *request)
{
  return to_json (&request_shape, request);
}

KdDeviceRequest *
kd_device_request_parse (const char *text,
                         gssize len,
                         GError **error)
{
  return parse (&request_shape, text, len, error);
}

KdDeviceAnswer *
kd_device_answer_new (void)
{
  KdDeviceAnswer *answer = kd_shape_new (&answer_shape);

  answer->proto = KD_PROTO;
  answer->schema = KD_SCHEMA;
  return answer;
}

void
kd_device_answer_free (KdDeviceAnswer *answer)
{
  kd_shape_free (&answer_shape, answer);
}

char *
kd_device_answer_to_json (const KdDeviceAnswer *answer)
{
  return to_json (&answer_shape, answer);
}

KdDeviceAnswer *
kd_device_answer_parse (const char *text,
                        gssize len,
                        GError **error)
{
  return parse (&answer_shape, text, len, error);
}

char *
kd_uids_to_json (GArray *uids)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "uids");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < uids->len; i++)
    kd_json_string (&writer, kd_id_to_text (&g_array_index (uids, KdId, i), text));
  kd_json_end_array (&writer);
  kd_json_end_object (&writer);
  return kd_message_end (out, NULL);
}

GArray *
kd_uids_parse (const char *text,
               gssize len,
               GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_KNOWN_MAX_BYTES, error);
  g_autoptr (GArray) uids = NULL;
  JsonArray *array;

  if (node == NULL
      || !kd_message_get_array (json_node_get_object (node), "uids", KD_KNOWN_MAX, &array, error))
    return NULL;
  uids = g_array_new (FALSE, TRUE, sizeof (KdId));
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      KdId uid;

      if (json_node_get_value_type (element) != G_TYPE_STRING
          || !kd_id_parse (json_node_get_string (element), &uid))
        {
          kd_message_fail (error, KD_WIRE_BAD_TYPE, "uids");
          return NULL;
        }
      g_array_append_val (uids, uid);
    }
  return g_steal_pointer (&uids);
}
