/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-message-private.h"

#define NAME_MAX_BYTES 64

#define KD_STRUCT KdAgain
static const KdField again_fields[] = {
  KD_M (accepted, INT),
  KD_M (status, ENUM, .values = kd_names_status),
  KD_M (detail, JSON, .max = KD_PUSH_MAX_BYTES),
  KD_M (receipt, ID, .flags = KD_FIELD_REQUIRED),
};
static const KdShape again_shape = KD_MESSAGE ("again", KdAgain, again_fields);
#undef KD_STRUCT

#define KD_STRUCT KdPushMutation
static const KdField mutation_fields[] = {
  KD_M (no, INT, .min = 1, .max = G_MAXINT64),
  KD_M (uid, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (op, ID),
  KD_M (name, TEXT, .flags = KD_FIELD_REQUIRED, .max = NAME_MAX_BYTES),
  KD_M (v, INT, .min = 1, .max = G_MAXUINT16),
  KD_M (made_at, INT),
  KD_M (base_seq, INT, KD_COUNT),
  KD_M (args, JSON, .flags = KD_FIELD_REQUIRED | KD_FIELD_CANONICAL, .max = KD_PUSH_MAX_BYTES),
};
static const KdShape mutation_shape = KD_MESSAGE ("mutation", KdPushMutation, mutation_fields);
#undef KD_STRUCT

#define KD_STRUCT KdPush
static const KdField push_fields[] = {
  KD_M (proto, INT, KD_COUNT),
  KD_M (schema, INT, KD_COUNT),
  KD_M (device, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (sealed, INT, KD_COUNT),
  KD_M (ack, INT, KD_COUNT),
  KD_M (clock, INT),
};
static const KdShape push_shape = KD_MESSAGE ("push", KdPush, push_fields);
#undef KD_STRUCT

#define KD_STRUCT KdPushAnswer
static const KdField answer_fields[] = {
  KD_M (proto, INT, KD_COUNT),
  KD_M (schema, INT, KD_COUNT),
  KD_M (last, INT, KD_COUNT),
  KD_M (chain, BLOB_HASH),
  KD_M (head, INT, KD_COUNT),
  KD_M (mark, ID),
  KD_M (now, INT),
};
static const KdShape answer_shape = KD_MESSAGE ("push answer", KdPushAnswer, answer_fields);
#undef KD_STRUCT

KdPushMutation *
kd_push_mutation_new (void)
{
  return kd_shape_new (&mutation_shape);
}

void
kd_push_mutation_free (KdPushMutation *mutation)
{
  if (mutation == NULL)
    return;
  kd_shape_free (&again_shape, mutation->again);
  kd_shape_free (&mutation_shape, mutation);
}

KdAgain *
kd_again_new (void)
{
  return kd_shape_new (&again_shape);
}

KdHash
kd_push_mutation_hash (const KdPushMutation *mutation)
{
  return kd_wire_mutation_hash (&mutation->uid, &mutation->op, mutation->name, (guint) mutation->v,
                                mutation->made_at, mutation->base_seq, mutation->args);
}

KdPush *
kd_push_new (void)
{
  KdPush *push = kd_shape_new (&push_shape);

  push->proto = KD_PROTO;
  push->schema = KD_SCHEMA;
  push->mutations = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_push_mutation_free);
  return push;
}

void
kd_push_free (KdPush *push)
{
  if (push == NULL)
    return;
  g_ptr_array_unref (push->mutations);
  kd_shape_free (&push_shape, push);
}

static void
write_member (KdJsonWriter *writer,
              const char *name,
              const KdShape *shape,
              gconstpointer message)
{
  kd_json_member (writer, name);
  kd_json_begin_object (writer);
  kd_message_write (writer, shape, message);
  kd_json_end_object (writer);
}

char *
kd_push_to_json (const KdPush *push,
                 gsize *ret_len)
{
  GString *out = g_string_sized_new (1024);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, &push_shape, push);
  if (push->witness.head != 0)
    write_member (&writer, "witness", &kd_shape_witness, &push->witness);
  kd_json_member (&writer, "muts");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < push->mutations->len; i++)
    {
      const KdPushMutation *mutation = g_ptr_array_index (push->mutations, i);

      kd_json_begin_object (&writer);
      kd_message_write (&writer, &mutation_shape, mutation);
      if (mutation->again != NULL)
        write_member (&writer, "again", &again_shape, mutation->again);
      kd_json_end_object (&writer);
    }
  kd_json_end_array (&writer);
  kd_json_end_object (&writer);
  return kd_message_end (out, ret_len);
}

static gboolean
read_again (JsonObject *json,
            guint index,
            KdPushMutation *mutation,
            GError **error)
{
  JsonNode *node = json_object_get_member (json, "again");
  g_autofree char *within = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  within = g_strdup_printf ("muts/%u/again", index);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return kd_message_fail (error, KD_WIRE_BAD_TYPE, within);
  mutation->again = kd_again_new ();
  return kd_message_read (&again_shape, within, -1, json_node_get_object (node), mutation->again, error);
}

static gboolean
read_mutations (JsonObject *json,
                GPtrArray *mutations,
                GError **error)
{
  JsonArray *array;

  if (!kd_message_get_array (json, "muts", KD_PUSH_MAX_MUTATIONS, &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      KdPushMutation *mutation;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return kd_message_fail (error, KD_WIRE_BAD_TYPE, "muts");
      mutation = kd_push_mutation_new ();
      g_ptr_array_add (mutations, mutation);
      if (!kd_message_read (&mutation_shape, "muts", (int) i, json_node_get_object (node), mutation,
                            error)
          || !read_again (json_node_get_object (node), i, mutation, error))
        return FALSE;
    }
  return TRUE;
}

KdPush *
kd_push_parse (const char *text,
               gssize len,
               GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_PUSH_MAX_BYTES, error);
  g_autoptr (KdPush) push = NULL;
  JsonObject *json;

  if (node == NULL)
    return NULL;
  json = json_node_get_object (node);
  push = kd_push_new ();
  push->schema = 0;
  if (!kd_message_read (&push_shape, NULL, -1, json, push, error)
      || !kd_message_read_member (&kd_shape_witness, "witness", json, &push->witness, error)
      || !read_mutations (json, push->mutations, error))
    return NULL;
  return g_steal_pointer (&push);
}

KdPushAnswer *
kd_push_answer_new (void)
{
  KdPushAnswer *answer = kd_shape_new (&answer_shape);

  answer->proto = KD_PROTO;
  answer->schema = KD_SCHEMA;
  answer->results = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_result_free);
  return answer;
}

void
kd_push_answer_free (KdPushAnswer *answer)
{
  if (answer == NULL)
    return;
  g_ptr_array_unref (answer->results);
  kd_shape_free (&answer_shape, answer);
}

char *
kd_push_answer_to_json (const KdPushAnswer *answer,
                        gsize *ret_len)
{
  GString *out = g_string_sized_new (1024);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, &answer_shape, answer);
  kd_results_write (&writer, answer->results);
  kd_json_end_object (&writer);
  return kd_message_end (out, ret_len);
}

KdPushAnswer *
kd_push_answer_parse (const char *text,
                      gssize len,
                      GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_ANSWER_MAX_BYTES, error);
  g_autoptr (KdPushAnswer) answer = NULL;

  if (node == NULL)
    return NULL;
  answer = kd_push_answer_new ();
  if (!kd_message_read (&answer_shape, NULL, -1, json_node_get_object (node), answer, error)
      || !kd_results_read (json_node_get_object (node), answer->results, error))
    return NULL;
  return g_steal_pointer (&answer);
}
