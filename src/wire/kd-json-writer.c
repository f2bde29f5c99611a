/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-json-writer.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *name;
  JsonNode *node;
} Member;

static void
before_value (KdJsonWriter *writer)
{
  if (writer->comma)
    g_string_append_c (writer->out, ',');
  writer->comma = TRUE;
}

static void
append_string (GString *out,
               const char *value)
{
  static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";
  const char *at = value;

  g_string_append_c (out, '"');
  for (;;)
    {
      const char *run = at, *known;

      while ((guchar) *at >= 0x20 && *at != '"' && *at != '\\')
        at++;
      g_string_append_len (out, run, at - run);
      if (*at == '\0')
        break;
      known = strchr (short_from, *at);
      if (known != NULL)
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, short_to[known - short_from]);
        }
      else
        g_string_append_printf (out, "\\u%04x", (guint) (guchar) *at);
      at++;
    }
  g_string_append_c (out, '"');
}

void
kd_json_begin_object (KdJsonWriter *writer)
{
  before_value (writer);
  g_string_append_c (writer->out, '{');
  writer->comma = FALSE;
}

void
kd_json_end_object (KdJsonWriter *writer)
{
  g_string_append_c (writer->out, '}');
  writer->comma = TRUE;
}

void
kd_json_begin_array (KdJsonWriter *writer)
{
  before_value (writer);
  g_string_append_c (writer->out, '[');
  writer->comma = FALSE;
}

void
kd_json_end_array (KdJsonWriter *writer)
{
  g_string_append_c (writer->out, ']');
  writer->comma = TRUE;
}

void
kd_json_member (KdJsonWriter *writer,
                const char *name)
{
  before_value (writer);
  append_string (writer->out, name);
  g_string_append_c (writer->out, ':');
  writer->comma = FALSE;
}

void
kd_json_string (KdJsonWriter *writer,
                const char *value)
{
  if (value == NULL)
    {
      kd_json_null (writer);
      return;
    }
  before_value (writer);
  append_string (writer->out, value);
}

void
kd_json_int (KdJsonWriter *writer,
             gint64 value)
{
  char digits[21];
  guint i = sizeof digits;
  guint64 rest = value < 0 ? 0 - (guint64) value : (guint64) value;

  before_value (writer);
  do
    {
      digits[--i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  while (rest != 0);
  if (value < 0)
    digits[--i] = '-';
  g_string_append_len (writer->out, digits + i, sizeof digits - i);
}

void
kd_json_double (KdJsonWriter *writer,
                double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* The shortest form that reads back the same, so that writing twice changes nothing. */
  for (int precision = 15; precision <= 17; precision++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", precision);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  kd_json_raw (writer, text, -1);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (writer->out, ".0");
}

void
kd_json_bool (KdJsonWriter *writer,
              gboolean value)
{
  kd_json_raw (writer, value ? "true" : "false", -1);
}

void
kd_json_null (KdJsonWriter *writer)
{
  kd_json_raw (writer, "null", 4);
}

void
kd_json_raw (KdJsonWriter *writer,
             const char *json,
             gssize len)
{
  before_value (writer);
  g_string_append_len (writer->out, json, len);
}

static int
compare_members (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (((const Member *) a)->name, ((const Member *) b)->name);
}

static void
write_object (KdJsonWriter *writer,
              JsonObject *object)
{
  guint n = json_object_get_size (object), i = 0;
  g_autofree Member *members = g_new (Member, n);
  JsonObjectIter iter;

  json_object_iter_init (&iter, object);
  while (i < n && json_object_iter_next (&iter, &members[i].name, &members[i].node))
    i++;
  if (n > 1)
    qsort (members, n, sizeof *members, compare_members);
  kd_json_begin_object (writer);
  for (i = 0; i < n; i++)
    {
      kd_json_member (writer, members[i].name);
      kd_json_node (writer, members[i].node);
    }
  kd_json_end_object (writer);
}

static void
write_array (KdJsonWriter *writer,
             JsonArray *array)
{
  guint n = json_array_get_length (array);

  kd_json_begin_array (writer);
  for (guint i = 0; i < n; i++)
    kd_json_node (writer, json_array_get_element (array, i));
  kd_json_end_array (writer);
}

void
kd_json_node (KdJsonWriter *writer,
              JsonNode *node)
{
  switch (JSON_NODE_TYPE (node))
    {
    case JSON_NODE_OBJECT:
      write_object (writer, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      write_array (writer, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      switch (json_node_get_value_type (node))
        {
        case G_TYPE_INT64:
          kd_json_int (writer, json_node_get_int (node));
          break;
        case G_TYPE_DOUBLE:
          kd_json_double (writer, json_node_get_double (node));
          break;
        case G_TYPE_BOOLEAN:
          kd_json_bool (writer, json_node_get_boolean (node));
          break;
        default:
          kd_json_string (writer, json_node_get_string (node));
        }
      break;
    default:
      kd_json_null (writer);
    }
}

char *
kd_json_canonical (JsonNode *node)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_node (&writer, node);
  return g_string_free (out, FALSE);
}
