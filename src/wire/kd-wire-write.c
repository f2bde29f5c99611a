/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-record.h"

#include "kd-wire-date.h"
#include "kd-wire-order.h"

#include <string.h>

#define AT(type) (*(type *) kd_field_at (field, object))

static guint64
hidden_fields (const KdWireOrder *order,
               KdWireWriteFlags flags)
{
  guint64 hidden = 0;

  if ((flags & KD_WIRE_WRITE_SERVER_ONLY) == 0)
    hidden |= order->server_only;
  if ((flags & KD_WIRE_WRITE_LOCAL_ONLY) == 0)
    hidden |= order->local_only;
  if ((flags & KD_WIRE_WRITE_NO_SECRETS) != 0)
    hidden |= order->secret;
  return hidden;
}

static void
write_id (KdJsonWriter *writer,
          const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_string (writer, kd_id_is_none (id) ? NULL : kd_id_to_text (id, text));
}

static void
write_hash (KdJsonWriter *writer,
            const KdHash *hash)
{
  char text[KD_HASH_TEXT_LENGTH + 1];

  kd_json_string (writer, kd_hash_is_none (hash) ? NULL : kd_hash_to_text (hash, text));
}

static void
write_number (KdJsonWriter *writer,
              const KdField *field,
              gint64 value)
{
  if (value == KD_EMPTY || (value == 0 && field->type == KD_TYPE_TIME))
    kd_json_null (writer);
  else
    kd_json_int (writer, value);
}

static void
write_date (KdJsonWriter *writer,
            gint64 days)
{
  char text[KD_WIRE_DATE_LENGTH + 1];

  kd_json_string (writer, kd_wire_date_to_text (days, text) ? text : NULL);
}

/* (nullable) (transfer full): NULL for an empty field and for what is no JSON */
static JsonNode *
json_of (const KdField *field,
         gconstpointer object)
{
  if (kd_field_is_default (field, object))
    return NULL;
  return kd_json_parse (AT (char *), -1, G_MAXSIZE, NULL);
}

/* A handler may have written the text with white space or in another order; the hash of the row
 * may not depend on that. */
static void
write_json (KdJsonWriter *writer,
            const KdField *field,
            gconstpointer object)
{
  g_autoptr (JsonNode) node = NULL;

  if ((field->flags & KD_FIELD_CANONICAL) != 0 && !kd_field_is_default (field, object))
    {
      kd_json_raw (writer, AT (char *), -1);
      return;
    }
  node = json_of (field, object);
  if (node != NULL)
    kd_json_node (writer, node);
  else
    kd_json_null (writer);
}

static void
write_partial (KdJsonWriter *writer,
               const KdPartial *partial,
               KdWireWriteFlags flags)
{
  if (partial == NULL)
    {
      kd_json_null (writer);
      return;
    }
  kd_json_begin_object (writer);
  kd_wire_write_fields (writer, &partial->record->kind->shape, partial->record, partial->mask,
                        flags | KD_WIRE_WRITE_ALL);
  kd_json_end_object (writer);
}

static void
write_list (KdJsonWriter *writer,
            const KdField *field,
            GPtrArray *list,
            KdWireWriteFlags flags)
{
  kd_json_begin_array (writer);
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      kd_json_begin_object (writer);
      kd_wire_write_fields (writer, field->item, g_ptr_array_index (list, i), G_MAXUINT64, flags);
      kd_json_end_object (writer);
    }
  kd_json_end_array (writer);
}

static void
write_set (KdJsonWriter *writer,
           const KdField *field,
           gconstpointer object)
{
  guint n = 0;

  kd_json_begin_array (writer);
  if (field->type == KD_TYPE_TEXT_SET)
    for (char **member = AT (char **); member != NULL && *member != NULL; member++)
      kd_json_string (writer, *member);
  else
    n = AT (GArray *) != NULL ? AT (GArray *)->len : 0;
  for (guint i = 0; i < n; i++)
    if (field->type == KD_TYPE_REF_SET)
      write_id (writer, &g_array_index (AT (GArray *), KdId, i));
    else
      write_hash (writer, &g_array_index (AT (GArray *), KdHash, i));
  kd_json_end_array (writer);
}

void
kd_wire_write_value (KdJsonWriter *writer,
                     const KdField *field,
                     gconstpointer object,
                     KdWireWriteFlags flags)
{
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      write_id (writer, kd_field_at (field, object));
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
      kd_json_string (writer, kd_field_is_default (field, object) ? NULL : AT (char *));
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
      write_number (writer, field, AT (gint64));
      break;
    case KD_TYPE_BOOL:
      kd_json_bool (writer, AT (gboolean));
      break;
    case KD_TYPE_DATE:
      write_date (writer, AT (gint64));
      break;
    case KD_TYPE_ENUM:
      kd_json_string (writer, kd_enum_to_text (field, AT (int)));
      break;
    case KD_TYPE_TEXT_SET:
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      write_set (writer, field, object);
      break;
    case KD_TYPE_BLOB_HASH:
      write_hash (writer, kd_field_at (field, object));
      break;
    case KD_TYPE_JSON:
      write_json (writer, field, object);
      break;
    case KD_TYPE_PARTIAL:
      write_partial (writer, AT (KdPartial *), flags);
      break;
    case KD_TYPE_LIST:
      write_list (writer, field, AT (GPtrArray *), flags);
      break;
    default:
      g_assert_not_reached ();
    }
}

char *
kd_wire_value_to_text (const KdField *field,
                       gconstpointer object)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_wire_write_value (&writer, field, object, KD_WIRE_WRITE_ALL);
  return g_string_free (out, FALSE);
}

static gboolean
is_left_out (const KdField *field,
             gconstpointer object)
{
  g_autoptr (JsonNode) node = NULL;

  if (kd_field_is_default (field, object))
    return TRUE;
  if (field->type != KD_TYPE_JSON || (field->flags & KD_FIELD_CANONICAL) != 0)
    return FALSE;
  node = json_of (field, object);
  return node == NULL;
}

static void
write_kind (KdJsonWriter *writer,
            gint64 number)
{
  const KdKind *kind = number > 0 && number <= G_MAXUINT16 ? kd_kind_by_number ((guint) number) : NULL;

  kd_json_string (writer, kind != NULL ? kind->shape.name : NULL);
}

static void
write_field (KdJsonWriter *writer,
             const KdWireOrder *order,
             int index,
             gconstpointer object,
             KdWireWriteFlags flags)
{
  const KdField *field = &order->shape->fields[index];

  if ((flags & KD_WIRE_WRITE_ALL) == 0 && is_left_out (field, object))
    return;
  kd_json_member (writer, field->name);
  if (index == order->kind_field)
    write_kind (writer, AT (gint64));
  else
    kd_wire_write_value (writer, field, object, flags);
}

void
kd_wire_write_fields (KdJsonWriter *writer,
                      const KdShape *shape,
                      gconstpointer object,
                      guint64 mask,
                      KdWireWriteFlags flags)
{
  const KdWireOrder *order = kd_wire_order (shape);

  mask &= ~hidden_fields (order, flags);
  for (guint i = 0; i < shape->n_fields; i++)
    if ((mask >> order->order[i] & 1) != 0)
      write_field (writer, order, order->order[i], object, flags);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static GPtrArray *
sorted_names (JsonObject *object)
{
  GPtrArray *names = g_ptr_array_new ();
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, (gpointer) name);
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* Merges the members of `extra` into the name order. Where this version knows a member by now, the
 * field counts unless it is empty. */
static void
write_with_extra (KdJsonWriter *writer,
                  const KdRecord *record,
                  JsonObject *extra,
                  KdWireWriteFlags flags)
{
  const KdShape *shape = &record->kind->shape;
  const KdWireOrder *order = kd_wire_order (shape);
  guint64 mask = ~hidden_fields (order, flags);
  g_autoptr (GPtrArray) names = sorted_names (extra);
  guint i = 0, j = 0;

  while (i < shape->n_fields || j < names->len)
    {
      const KdField *field = i < shape->n_fields ? &shape->fields[order->order[i]] : NULL;
      const char *name = j < names->len ? g_ptr_array_index (names, j) : NULL;
      int compared = field == NULL ? 1 : name == NULL ? -1 : strcmp (field->name, name);
      gboolean shown = field != NULL && (mask >> order->order[i] & 1) != 0;

      if (compared < 0 || (compared == 0 && !is_left_out (field, record)))
        {
          if (shown)
            write_field (writer, order, order->order[i], record, flags);
        }
      else if (compared > 0 || shown)
        {
          kd_json_member (writer, name);
          kd_json_node (writer, json_object_get_member (extra, name));
        }
      i += compared <= 0;
      j += compared >= 0;
    }
}

void
kd_wire_write_record (KdJsonWriter *writer,
                      const KdRecord *record,
                      KdWireWriteFlags flags)
{
  g_autoptr (JsonNode) extra = NULL;

  if (record->extra != NULL)
    extra = kd_json_parse_object (record->extra, -1, G_MAXSIZE, NULL);
  kd_json_begin_object (writer);
  if (extra != NULL)
    write_with_extra (writer, record, json_node_get_object (extra), flags);
  else
    kd_wire_write_fields (writer, &record->kind->shape, record, G_MAXUINT64, flags);
  kd_json_end_object (writer);
}

char *
kd_wire_record_to_text (const KdRecord *record,
                        KdWireWriteFlags flags)
{
  GString *out = g_string_sized_new (256);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_wire_write_record (&writer, record, flags);
  return g_string_free (out, FALSE);
}
