/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-value.h"

#include "kd-money.h"
#include "kd-wire-record.h"

#include <gio/gio.h>
#include <string.h>

/* A list with commas as a JSON array. */
static char *
array_of (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_array (&writer);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      kd_json_string (&writer, parts[i]);
  kd_json_end_array (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
string_of (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_string (&writer, text);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
parse_money (const char *text,
             const char *currency,
             gint64 *value,
             GError **error)
{
  const char *code = NULL;

  if (kd_money_parse (text, currency, NULL, -1, value, &code))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, code);
  return FALSE;
}

gboolean
kd_cli_value_parse (const KdField *field,
                    const char *text,
                    const char *currency,
                    gpointer object,
                    GError **error)
{
  g_autofree char *json = NULL;

  if (*text == '\0')
    {
      kd_field_reset (field, object);
      return TRUE;
    }
  switch (field->type)
    {
    case KD_TYPE_MONEY:
      return parse_money (text, currency, kd_field_at (field, object), error);
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_TIME:
    case KD_TYPE_BOOL:
    case KD_TYPE_JSON:
      json = g_strdup (text);
      break;
    case KD_TYPE_TEXT_SET:
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      json = array_of (text);
      break;
    default:
      json = string_of (text);
    }
  return kd_wire_value_parse (field, json, object, 0, error);
}

static void
begin_record (KdJsonWriter *writer,
              const KdRecord *record)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (writer);
  kd_json_member (writer, "id");
  kd_json_string (writer, kd_id_to_text (&record->id, text));
  kd_json_member (writer, "seq");
  kd_json_int (writer, record->seq);
  kd_wire_write_fields (writer, &record->kind->shape, record, ~G_GUINT64_CONSTANT (0),
                        KD_WIRE_WRITE_ALL | KD_WIRE_WRITE_NO_SECRETS);
}

void
kd_cli_write_record (KdJsonWriter *writer,
                     const KdRecord *record)
{
  begin_record (writer, record);
  kd_json_end_object (writer);
}

void
kd_cli_write_record_with (KdJsonWriter *writer,
                          const KdRecord *record,
                          const KdCliPart *parts,
                          guint n_parts)
{
  begin_record (writer, record);
  for (guint p = 0; p < n_parts; p++)
    {
      kd_json_member (writer, parts[p].name);
      kd_json_begin_array (writer);
      for (guint i = 0; i < parts[p].records->len; i++)
        kd_cli_write_record (writer, g_ptr_array_index (parts[p].records, i));
      kd_json_end_array (writer);
    }
  kd_json_end_object (writer);
}
