/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-field-json.h"

#include <stdio.h>

/* The value of one field as canonical JSON: what the conflict table keeps of a value that lost. */

void
kd_json_append_string (GString *json,
                       const char *text)
{
  g_string_append_c (json, '"');
  for (; *text != '\0'; text++)
    switch (*text)
      {
      case '"':
      case '\\':
        g_string_append_c (json, '\\');
        g_string_append_c (json, *text);
        break;
      case '\n':
        g_string_append (json, "\\n");
        break;
      case '\r':
        g_string_append (json, "\\r");
        break;
      case '\t':
        g_string_append (json, "\\t");
        break;
      default:
        if ((guchar) *text < 0x20)
          g_string_append_printf (json, "\\u%04x", *text);
        else
          g_string_append_c (json, *text);
      }
  g_string_append_c (json, '"');
}

static void
append_id (GString *json,
           const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  kd_json_append_string (json, kd_id_to_text (id, text));
}

static void
append_hash (GString *json,
             const KdHash *hash)
{
  char text[KD_HASH_TEXT_LENGTH + 1];
  kd_json_append_string (json, kd_hash_to_text (hash, text));
}

static void
append_date (GString *json,
             gint64 days)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (days * 86400);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d") : NULL;

  if (text != NULL)
    kd_json_append_string (json, text);
  else
    g_string_append (json, "null");
}

static void
append_list (GString *json,
             const KdField *field,
             gconstpointer at)
{
  char **texts = *(char **const *) at;
  GArray *array = *(GArray *const *) at;

  g_string_append_c (json, '[');
  if (field->type == KD_TYPE_TEXT_SET)
    for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
      {
        if (i > 0)
          g_string_append_c (json, ',');
        kd_json_append_string (json, texts[i]);
      }
  else
    for (guint i = 0; array != NULL && i < array->len; i++)
      {
        if (i > 0)
          g_string_append_c (json, ',');
        if (field->type == KD_TYPE_REF_SET)
          append_id (json, &g_array_index (array, KdId, i));
        else
          append_hash (json, &g_array_index (array, KdHash, i));
      }
  g_string_append_c (json, ']');
}

void
kd_field_append_json (const KdField *field,
                      gconstpointer object,
                      GString *json)
{
  gconstpointer at = kd_field_at (field, object);
  const char *text;

  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      if (kd_id_is_none (at))
        g_string_append (json, "null");
      else
        append_id (json, at);
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
      text = *(char *const *) at;
      kd_json_append_string (json, text != NULL ? text : "");
      break;
    case KD_TYPE_JSON:
      text = *(char *const *) at;
      g_string_append (json, text != NULL && *text != '\0' ? text : "null");
      break;
    case KD_TYPE_BOOL:
      g_string_append (json, *(const int *) at ? "true" : "false");
      break;
    case KD_TYPE_ENUM:
      kd_json_append_string (json, kd_enum_to_text (field, *(const int *) at));
      break;
    case KD_TYPE_BLOB_HASH:
      if (kd_hash_is_none (at))
        g_string_append (json, "null");
      else
        append_hash (json, at);
      break;
    case KD_TYPE_TEXT_SET:
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      append_list (json, field, at);
      break;
    case KD_TYPE_DATE:
      append_date (json, *(const gint64 *) at);
      break;
    default:
      if (*(const gint64 *) at == KD_EMPTY)
        g_string_append (json, "null");
      else
        g_string_append_printf (json, "%" G_GINT64_FORMAT, *(const gint64 *) at);
    }
}
