/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-problem.h"

#include <string.h>

/* An outcome's detail: a dictionary of texts, numbers, yes and no, and arrays of such
 * dictionaries. */

static void write_variant (KdJsonWriter *writer,
                           GVariant *value);

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
write_dictionary (KdJsonWriter *writer,
                  GVariant *dictionary)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, NULL))
    g_ptr_array_add (keys, (gpointer) key);
  g_ptr_array_sort (keys, compare_keys);
  kd_json_begin_object (writer);
  for (guint i = 0; i < keys->len; i++)
    {
      g_autoptr (GVariant) value = NULL;

      key = g_ptr_array_index (keys, i);
      value = g_variant_lookup_value (dictionary, key, NULL);
      kd_json_member (writer, key);
      write_variant (writer, value);
    }
  kd_json_end_object (writer);
}

static void
write_elements (KdJsonWriter *writer,
                GVariant *container)
{
  kd_json_begin_array (writer);
  for (gsize i = 0; i < g_variant_n_children (container); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (container, i);
      write_variant (writer, child);
    }
  kd_json_end_array (writer);
}

static void
write_variant (KdJsonWriter *writer,
               GVariant *value)
{
  g_autoptr (GVariant) inner = NULL;

  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      kd_json_bool (writer, g_variant_get_boolean (value));
      break;
    case G_VARIANT_CLASS_INT32:
      kd_json_int (writer, g_variant_get_int32 (value));
      break;
    case G_VARIANT_CLASS_UINT32:
      kd_json_int (writer, g_variant_get_uint32 (value));
      break;
    case G_VARIANT_CLASS_INT64:
      kd_json_int (writer, g_variant_get_int64 (value));
      break;
    case G_VARIANT_CLASS_UINT64:
      kd_json_int (writer, (gint64) MIN (g_variant_get_uint64 (value), G_MAXINT64));
      break;
    case G_VARIANT_CLASS_STRING:
      kd_json_string (writer, g_variant_get_string (value, NULL));
      break;
    case G_VARIANT_CLASS_VARIANT:
      inner = g_variant_get_variant (value);
      write_variant (writer, inner);
      break;
    case G_VARIANT_CLASS_ARRAY:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        write_dictionary (writer, value);
      else
        write_elements (writer, value);
      break;
    case G_VARIANT_CLASS_TUPLE:
      write_elements (writer, value);
      break;
    default:
      kd_json_null (writer);
    }
}

char *
kd_outcome_detail_to_json (KdOutcome *outcome)
{
  g_autoptr (GVariant) detail = NULL;
  GString *out;
  KdJsonWriter writer;

  if (outcome->detail == NULL)
    return NULL;
  /* A dictionary can only be read by ending it. */
  detail = g_variant_ref_sink (g_variant_dict_end (outcome->detail));
  g_variant_dict_unref (outcome->detail);
  outcome->detail = g_variant_dict_new (detail);
  out = g_string_new (NULL);
  writer = KD_JSON_WRITER (out);
  write_dictionary (&writer, detail);
  return g_string_free (out, FALSE);
}

/* (nullable) (transfer floating): NULL for null and numbers that are not whole */
static GVariant *read_variant (JsonNode *node);

static GVariant *
read_dictionary (JsonObject *json)
{
  GVariantBuilder builder;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_object_iter_init (&iter, json);
  while (json_object_iter_next (&iter, &name, &node))
    {
      GVariant *value = read_variant (node);

      if (value != NULL)
        g_variant_builder_add (&builder, "{sv}", name, value);
    }
  return g_variant_builder_end (&builder);
}

/* Problems come back as the array of dictionaries they were; anything else as variants. */
static GVariant *
read_elements (JsonArray *json)
{
  guint n = json_array_get_length (json);
  gboolean dictionaries = n > 0;
  GVariantBuilder builder;

  for (guint i = 0; i < n; i++)
    dictionaries = dictionaries && JSON_NODE_HOLDS_OBJECT (json_array_get_element (json, i));
  g_variant_builder_init (&builder, dictionaries ? G_VARIANT_TYPE ("aa{sv}") : G_VARIANT_TYPE ("av"));
  for (guint i = 0; i < n; i++)
    {
      GVariant *value = read_variant (json_array_get_element (json, i));

      if (value != NULL)
        g_variant_builder_add_value (&builder, dictionaries ? value : g_variant_new_variant (value));
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
read_variant (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return read_dictionary (json_node_get_object (node));
  if (JSON_NODE_HOLDS_ARRAY (node))
    return read_elements (json_node_get_array (node));
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return g_variant_new_string (json_node_get_string (node));
    case G_TYPE_INT64:
      return g_variant_new_int64 (json_node_get_int (node));
    case G_TYPE_BOOLEAN:
      return g_variant_new_boolean (json_node_get_boolean (node));
    default:
      return NULL;
    }
}

GVariantDict *
kd_outcome_detail_parse (const char *json)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GVariant) detail = NULL;

  if (json != NULL)
    node = kd_json_parse_object (json, -1, KD_PUSH_MAX_BYTES, NULL);
  if (node == NULL)
    return g_variant_dict_new (NULL);
  detail = g_variant_ref_sink (read_dictionary (json_node_get_object (node)));
  return g_variant_dict_new (detail);
}
