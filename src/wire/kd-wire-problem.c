/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-problem.h"

#include "kd-wire-call.h"
#include "kd-wire-message-private.h"

#include <string.h>

#define WORDS_MAX 1000

#define KD_STRUCT KdProblem
static const KdField problem_fields[] = {
  KD_M (type, TEXT),
  KD_M (title, TEXT, .max = WORDS_MAX),
  KD_M (detail, TEXT, .max = WORDS_MAX, .flags = KD_FIELD_MULTILINE),
  KD_M (status, INT, KD_COUNT),
  KD_M (code, TEXT, .flags = KD_FIELD_REQUIRED, .max = 64),
  KD_M (field, TEXT, .max = WORDS_MAX),
  KD_M (reason, TEXT, .max = 64),
  KD_M (row, ID),
  KD_M (why, TEXT, .max = 64),
  KD_M (last, INT, KD_COUNT),
  KD_M (head, INT, KD_COUNT),
  KD_M (mark, ID),
  KD_M (epoch, ID),
  KD_M (now, INT),
  KD_M (address, TEXT, .max = WORDS_MAX),
  KD_M (fingerprint, TEXT),
  KD_M (server_id, ID),
  KD_M (wipe, BOOL),
  KD_M (request, ID),
  KD_M (signature, TEXT),
  KD_M (values, JSON, .max = KD_PROBLEM_MAX_BYTES),
};
static const KdShape problem_shape = KD_MESSAGE ("problem", KdProblem, problem_fields);
#undef KD_STRUCT

#define KD_STRUCT KdLiveHead
static const KdField head_fields[] = {
  KD_M (shop, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (seq, INT, KD_COUNT),
  KD_M (epoch, ID),
};
static const KdShape head_shape = KD_MESSAGE ("head", KdLiveHead, head_fields);
#undef KD_STRUCT

KdProblem *
kd_problem_new (guint status,
                const char *code)
{
  KdProblem *problem = kd_shape_new (&problem_shape);

  problem->status = status;
  problem->code = g_strdup (code);
  return problem;
}

void
kd_problem_free (KdProblem *problem)
{
  kd_shape_free (&problem_shape, problem);
}

char *
kd_problem_to_json (const KdProblem *problem,
                    gsize *ret_len)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, &problem_shape, problem);
  kd_json_end_object (&writer);
  return kd_message_end (out, ret_len);
}

KdProblem *
kd_problem_parse (const char *text,
                  gssize len,
                  GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_PROBLEM_MAX_BYTES, error);
  g_autoptr (KdProblem) problem = NULL;

  if (node == NULL)
    return NULL;
  problem = kd_shape_new (&problem_shape);
  if (!kd_message_read (&problem_shape, NULL, -1, json_node_get_object (node), problem, error))
    return NULL;
  return g_steal_pointer (&problem);
}

KdProblem *
kd_problem_from_error (const GError *error)
{
  gboolean json = g_error_matches (error, KD_WIRE_ERROR, KD_WIRE_ERROR_JSON);
  gboolean unsupported = g_error_matches (error, KD_WIRE_ERROR, KD_WIRE_ERROR_UNSUPPORTED);
  const char *code = json ? "bad_json" : unsupported ? KD_WIRE_CODE_UNSUPPORTED : "bad_field";
  KdProblem *problem = kd_problem_new (400, code);
  const char *path;

  if (error->domain != KD_WIRE_ERROR)
    return problem;
  path = kd_wire_error_get_path (error);
  if (strlen (path) <= WORDS_MAX && *path != '\0')
    problem->field = g_strdup (path);
  if (!unsupported)
    problem->reason = g_strdup (kd_wire_error_get_code (error));
  if (json)
    problem->detail = g_strdup_printf ("At byte %" G_GSIZE_FORMAT, kd_wire_error_get_position (error));
  return problem;
}

char *
kd_live_head_to_json (const KdLiveHead *head)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "t");
  kd_json_string (&writer, KD_LIVE_HEAD);
  kd_message_write (&writer, &head_shape, head);
  kd_json_end_object (&writer);
  return kd_message_end (out, NULL);
}

gboolean
kd_live_parse (const char *text,
               gssize len,
               char **ret_type,
               KdLiveHead *ret_head,
               GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_LIVE_MAX_BYTES, error);
  JsonObject *json;
  JsonNode *type;
  KdLiveHead head = { 0 };

  if (node == NULL)
    return FALSE;
  json = json_node_get_object (node);
  type = json_object_get_member (json, "t");
  if (type == NULL || json_node_get_value_type (type) != G_TYPE_STRING)
    return kd_message_fail (error, KD_WIRE_BAD_TYPE, "t");
  if (strcmp (json_node_get_string (type), KD_LIVE_HEAD) == 0)
    {
      if (!kd_message_read (&head_shape, NULL, -1, json, &head, error))
        return FALSE;
      *ret_head = head;
    }
  *ret_type = g_strdup (json_node_get_string (type));
  return TRUE;
}
