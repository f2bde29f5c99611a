/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char *code;
  JsonObject *at;
} KdLabErrorPrivate;

static void
kd_lab_error_private_init (KdLabErrorPrivate *priv)
{
}

static void
kd_lab_error_private_copy (const KdLabErrorPrivate *from,
                           KdLabErrorPrivate *to)
{
  to->code = g_strdup (from->code);
  to->at = from->at != NULL ? json_object_ref (from->at) : NULL;
}

static void
kd_lab_error_private_clear (KdLabErrorPrivate *priv)
{
  g_clear_pointer (&priv->code, g_free);
  g_clear_pointer (&priv->at, json_object_unref);
}

G_DEFINE_EXTENDED_ERROR (KdLabError, kd_lab_error)

static void
set_error (GError **error,
           const char *code,
           JsonObject *at,
           const char *format,
           va_list values)
{
  g_autoptr (JsonObject) owned = at;
  KdLabErrorPrivate *priv;

  if (error == NULL)
    return;
  *error = g_error_new_valist (KD_LAB_ERROR, 0, format, values);
  priv = kd_lab_error_get_private (*error);
  priv->code = g_strdup (code);
  priv->at = g_steal_pointer (&owned);
}

gpointer
kd_lab_fail (GError **error,
             const char *code,
             const char *format,
             ...)
{
  va_list values;

  va_start (values, format);
  set_error (error, code, NULL, format, values);
  va_end (values);
  return NULL;
}

gpointer
kd_lab_fail_at (GError **error,
                const char *code,
                JsonObject *at,
                const char *format,
                ...)
{
  va_list values;

  va_start (values, format);
  set_error (error, code, at, format, values);
  va_end (values);
  return NULL;
}

static gpointer
fail_arg (GError **error,
          const char *name,
          const char *wanted)
{
  JsonObject *at = json_object_new ();

  json_object_set_string_member (at, "arg", name);
  return kd_lab_fail_at (error, "bad_args", at, "argument %s: %s expected", name, wanted);
}

static JsonNode *
get_node (JsonObject *args,
          const char *name)
{
  JsonNode *node = json_object_get_member (args, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

gboolean
kd_lab_has (JsonObject *args,
            const char *name)
{
  return get_node (args, name) != NULL;
}

const char *
kd_lab_get_text (JsonObject *args,
                 const char *name,
                 GError **error)
{
  JsonNode *node = get_node (args, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return fail_arg (error, name, "text");
  return json_node_get_string (node);
}

gboolean
kd_lab_get_text_or (JsonObject *args,
                    const char *name,
                    const char *otherwise,
                    const char **ret_text,
                    GError **error)
{
  *ret_text = kd_lab_has (args, name) ? kd_lab_get_text (args, name, error) : otherwise;
  return *ret_text != NULL || !kd_lab_has (args, name);
}

gboolean
kd_lab_get_int (JsonObject *args,
                const char *name,
                gint64 *ret_value,
                GError **error)
{
  JsonNode *node = get_node (args, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    {
      fail_arg (error, name, "integer");
      return FALSE;
    }
  *ret_value = json_node_get_int (node);
  return TRUE;
}

gboolean
kd_lab_get_int_or (JsonObject *args,
                   const char *name,
                   gint64 otherwise,
                   gint64 *ret_value,
                   GError **error)
{
  *ret_value = otherwise;
  return !kd_lab_has (args, name) || kd_lab_get_int (args, name, ret_value, error);
}

gboolean
kd_lab_get_bool_or (JsonObject *args,
                    const char *name,
                    gboolean otherwise,
                    gboolean *ret_value,
                    GError **error)
{
  JsonNode *node = get_node (args, name);

  *ret_value = otherwise;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    {
      fail_arg (error, name, "true or false");
      return FALSE;
    }
  *ret_value = json_node_get_boolean (node);
  return TRUE;
}

JsonArray *
kd_lab_get_array (JsonObject *args,
                  const char *name,
                  GError **error)
{
  JsonNode *node = get_node (args, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return fail_arg (error, name, "array");
  return json_node_get_array (node);
}

GBytes *
kd_lab_get_bytes (JsonObject *args,
                  const char *name,
                  GError **error)
{
  const char *text = kd_lab_get_text (args, name, error);
  gsize length = 0;
  guchar *bytes;

  if (text == NULL)
    return NULL;
  if (strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") !=
      strlen (text))
    return fail_arg (error, name, "base64");
  bytes = g_base64_decode (text, &length);
  return g_bytes_new_take (bytes, length);
}

char *
kd_lab_dup_number (JsonNode *node,
                   const char *name,
                   GError **error)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node))
    switch (json_node_get_value_type (node))
      {
      case G_TYPE_STRING:
        return json_node_dup_string (node);
      case G_TYPE_INT64:
        return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
      case G_TYPE_DOUBLE:
        /* 15 digits give back every decimal that was written with as many. */
        return g_strdup (
          g_ascii_formatd (buffer, sizeof buffer, "%.15g", json_node_get_double (node)));
      default:
        break;
      }
  return fail_arg (error, name, "number or decimal text");
}

JsonNode *
kd_lab_end (JsonBuilder *builder)
{
  g_autoptr (JsonBuilder) owned = builder;

  return json_builder_get_root (owned);
}

static JsonNode *
list_functions (void)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  guint n;
  const KdLabFunction *functions = kd_lab_functions (&n);

  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "fn");
      json_builder_add_string_value (builder, functions[i].name);
      json_builder_set_member_name (builder, "args");
      json_builder_add_string_value (builder, functions[i].args);
      json_builder_set_member_name (builder, "returns");
      json_builder_add_string_value (builder, functions[i].returns);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

static JsonNode *
call (JsonObject *request,
      GError **error)
{
  g_autoptr (JsonObject) none = json_object_new ();
  JsonObject *args = none;
  JsonNode *node = json_object_get_member (request, "fn");
  const char *name;
  guint n;
  const KdLabFunction *functions = kd_lab_functions (&n);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return kd_lab_fail (error, "bad_request", "\"fn\" names no function");
  name = json_node_get_string (node);
  node = get_node (request, "args");
  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    return kd_lab_fail (error, "bad_request", "\"args\" is no object");
  if (node != NULL)
    args = json_node_get_object (node);
  if (strcmp (name, "list") == 0)
    return list_functions ();
  for (guint i = 0; i < n; i++)
    if (strcmp (functions[i].name, name) == 0)
      return functions[i].func (args, error);
  return kd_lab_fail (error, "unknown_function", "no function is called \"%s\"", name);
}

static JsonNode *
answer_line (const char *line,
             gsize length,
             GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local = NULL;
  const char *code, *message;
  gsize offset;

  if (!kd_lab_json_check (line, length, &code, &message, &offset))
    {
      JsonObject *at = json_object_new ();

      json_object_set_int_member (at, "offset", offset);
      return kd_lab_fail_at (error, code, at, "%s", message);
    }
  if (!json_parser_load_from_data (parser, line, length, &local))
    return kd_lab_fail (error, "bad_request", "%s", local->message);
  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return kd_lab_fail (error, "bad_request", "a request is an object");
  return call (json_node_get_object (json_parser_get_root (parser)), error);
}

static JsonObject *
describe_error (const GError *error)
{
  JsonObject *object = json_object_new ();
  gboolean ours = error->domain == KD_LAB_ERROR;
  KdLabErrorPrivate *priv = ours ? kd_lab_error_get_private (error) : NULL;

  json_object_set_string_member (object, "code", ours ? priv->code : "failed");
  json_object_set_string_member (object, "message", error->message);
  if (ours && priv->at != NULL)
    json_object_set_object_member (object, "at", json_object_ref (priv->at));
  return object;
}

/* json-glib writes U+001F as it is, the one control character it forgets. */
static char *
write_json (JsonNode *root)
{
  g_autofree char *text = json_to_string (root, FALSE);
  g_auto (GStrv) parts = g_strsplit (text, "\x1f", -1);

  return g_strjoinv ("\\u001f", parts);
}

char *
kd_lab_answer (const char *line,
               gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *result = answer_line (line, length, &error);

  if (result != NULL)
    json_object_set_member (object, "ok", result);
  else
    json_object_set_object_member (object, "error", describe_error (error));
  json_node_init_object (root, object);
  return write_json (root);
}
