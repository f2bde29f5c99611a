/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-record.h"

#include "kd-wire-date.h"
#include "kd-wire-message-private.h"
#include "kd-wire-order.h"

#include <string.h>

#define BIT(i) (G_GUINT64_CONSTANT (1) << (i))
#define AT(type) (*(type *) kd_field_at (field, object))

/* Where the reader stands; a path is made of it only when something is wrong. */
typedef struct _Place Place;
struct _Place
{
  const Place *up;
  const char *name; /* NULL: the element `index` of a list */
  guint index;
};

typedef struct
{
  KdWireReadFlags flags;
  const KdKind *kind; /* of partials that name none */
  const char *within; /* (nullable): where all of it stands in a message */
  int index;          /* in that list, or -1 */
  GError **error;
} Reader;

static gboolean read_shape (const Reader *reader, const Place *place, const KdShape *shape,
                            JsonObject *json, gpointer object, char **ret_extra, guint64 *ret_mask);

static gboolean
fail (const Reader *reader,
      const Place *place,
      const char *code)
{
  g_autofree char *path = NULL;

  for (; place != NULL; place = place->up)
    {
      g_autofree char *rest = g_steal_pointer (&path);
      const char *slash = rest != NULL ? "/" : "", *tail = rest != NULL ? rest : "";

      path = place->name != NULL ? g_strconcat (place->name, slash, tail, NULL)
                                 : g_strdup_printf ("%u%s%s", place->index, slash, tail);
    }
  if (reader->within != NULL)
    {
      g_autofree char *rest = g_steal_pointer (&path);
      g_autofree char *index = reader->index >= 0 ? g_strdup_printf ("/%d", reader->index) : NULL;

      path = g_strconcat (reader->within, index != NULL ? index : "", rest != NULL ? "/" : "", rest,
                          NULL);
    }
  kd_wire_set_error (reader->error, KD_WIRE_ERROR_FIELD, code, path, 0);
  return FALSE;
}

static const char *
string_of (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
read_id (const Reader *reader,
         const Place *place,
         JsonNode *node,
         KdId *ret_id)
{
  const char *text = string_of (node);

  if (text == NULL || !kd_id_parse (text, ret_id))
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  return TRUE;
}

static gboolean
read_hash (const Reader *reader,
           const Place *place,
           JsonNode *node,
           KdHash *ret_hash)
{
  const char *text = string_of (node);

  if (text == NULL || !kd_hash_parse (text, ret_hash))
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  return TRUE;
}

static gboolean
read_text (const Reader *reader,
           const Place *place,
           JsonNode *node,
           char **ret_text)
{
  const char *text = string_of (node);

  if (text == NULL)
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  if (*text != '\0')
    *ret_text = g_strdup (text);
  return TRUE;
}

static gboolean
read_number (const Reader *reader,
             const Place *place,
             JsonNode *node,
             gint64 *ret_value)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  /* The number that means "empty" is never sent as a number. */
  if (json_node_get_int (node) == KD_EMPTY)
    return fail (reader, place, "number.range");
  *ret_value = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_date (const Reader *reader,
           const Place *place,
           JsonNode *node,
           gint64 *ret_days)
{
  const char *text = string_of (node);

  if (text == NULL || !kd_wire_date_parse (text, ret_days))
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  return TRUE;
}

static gboolean
read_bool (const Reader *reader,
           const Place *place,
           JsonNode *node,
           gboolean *ret_value)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  *ret_value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_enum (const Reader *reader,
           const Place *place,
           const KdField *field,
           JsonNode *node,
           int *ret_value)
{
  const char *text = string_of (node);

  if (text == NULL)
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  /* Unknown texts are interned for ever: nobody but our own server may bring them. */
  if ((reader->flags & KD_WIRE_READ_ANY_ENUM) == 0
      && !g_strv_contains (field->values, text))
    return fail (reader, place, KD_WIRE_BAD_RANGE);
  if (strlen (text) > KD_TEXT_MAX)
    return fail (reader, place, "field.too_long");
  *ret_value = kd_enum_from_text (field, text);
  return TRUE;
}

static gboolean
read_text_set (const Reader *reader,
               const Place *place,
               JsonArray *array,
               char ***ret_set)
{
  guint n = json_array_get_length (array);
  g_autofree const char **members = g_new0 (const char *, (gsize) n + 1);

  for (guint i = 0; i < n; i++)
    {
      Place at = { .up = place, .index = i };

      members[i] = string_of (json_array_get_element (array, i));
      if (members[i] == NULL)
        return fail (reader, &at, KD_WIRE_BAD_TYPE);
    }
  *ret_set = kd_text_set_new (members);
  return TRUE;
}

static gboolean
read_array (const Reader *reader,
            const Place *place,
            const KdField *field,
            JsonArray *json,
            GArray **ret_array)
{
  guint n = json_array_get_length (json);
  gboolean refs = field->type == KD_TYPE_REF_SET;
  g_autoptr (GArray) array = g_array_sized_new (FALSE, TRUE, refs ? sizeof (KdId) : sizeof (KdHash), n);

  g_array_set_size (array, n);
  for (guint i = 0; i < n; i++)
    {
      Place at = { .up = place, .index = i };
      JsonNode *node = json_array_get_element (json, i);

      if (refs ? !read_id (reader, &at, node, &g_array_index (array, KdId, i))
               : !read_hash (reader, &at, node, &g_array_index (array, KdHash, i)))
        return FALSE;
    }
  if (refs)
    *ret_array = kd_ref_set_new ((const KdId *) (gpointer) array->data, n);
  else if (n > 0)
    *ret_array = g_steal_pointer (&array);
  return TRUE;
}

static gboolean
read_list (const Reader *reader,
           const Place *place,
           const KdField *field,
           JsonArray *array,
           gpointer object)
{
  guint n = json_array_get_length (array);

  if (field->max != 0 && n > field->max)
    return fail (reader, place, "field.too_many");
  if (n > 0)
    AT (GPtrArray *) = g_ptr_array_new_full (n, NULL);
  for (guint i = 0; i < n; i++)
    {
      Place at = { .up = place, .index = i };
      JsonNode *node = json_array_get_element (array, i);
      gpointer item;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return fail (reader, &at, KD_WIRE_BAD_TYPE);
      item = kd_shape_new (field->item);
      g_ptr_array_add (AT (GPtrArray *), item);
      if (!read_shape (reader, &at, field->item, json_node_get_object (node), item, NULL, NULL))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_partial (const Reader *reader,
              const Place *place,
              const KdField *field,
              JsonNode *node,
              gpointer object)
{
  Reader some = *reader;
  const KdKind *kind = field->ref != 0 ? kd_kind_by_number (field->ref) : reader->kind;
  KdPartial *partial;

  if (kind == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  /* A patch of a field that we don't know can't be carried out: it is never kept. */
  some.flags &= ~(guint) (KD_WIRE_READ_KEEP_UNKNOWN | KD_WIRE_READ_SKIP_UNKNOWN);
  some.flags |= KD_WIRE_READ_SOME;
  partial = AT (KdPartial *) = kd_partial_new (kind);
  return read_shape (&some, place, &kind->shape, json_node_get_object (node), partial->record, NULL,
                     &partial->mask);
}

static gboolean
read_array_like (const Reader *reader,
                 const Place *place,
                 const KdField *field,
                 JsonNode *node,
                 gpointer object)
{
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return fail (reader, place, KD_WIRE_BAD_TYPE);
  if (field->type == KD_TYPE_TEXT_SET)
    return read_text_set (reader, place, json_node_get_array (node), &AT (char **));
  if (field->type == KD_TYPE_LIST)
    return read_list (reader, place, field, json_node_get_array (node), object);
  return read_array (reader, place, field, json_node_get_array (node), &AT (GArray *));
}

/* The canonical form leaves empty fields out, so a null in it is a JSON field's value; anyone else
 * empties a field with it. */
static gboolean
null_is_a_value (const Reader *reader)
{
  return (reader->flags & KD_WIRE_READ_NO_LIMITS) != 0 && (reader->flags & KD_WIRE_READ_SOME) == 0;
}

static gboolean
read_value (const Reader *reader,
            const Place *place,
            const KdField *field,
            JsonNode *node,
            gpointer object)
{
  kd_field_reset (field, object);
  if (JSON_NODE_HOLDS_NULL (node) && !(field->type == KD_TYPE_JSON && null_is_a_value (reader)))
    return TRUE;
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      return read_id (reader, place, node, &AT (KdId));
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
      return read_text (reader, place, node, &AT (char *));
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
      return read_number (reader, place, node, &AT (gint64));
    case KD_TYPE_BOOL:
      return read_bool (reader, place, node, &AT (gboolean));
    case KD_TYPE_DATE:
      return read_date (reader, place, node, &AT (gint64));
    case KD_TYPE_ENUM:
      return read_enum (reader, place, field, node, &AT (int));
    case KD_TYPE_TEXT_SET:
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
    case KD_TYPE_LIST:
      return read_array_like (reader, place, field, node, object);
    case KD_TYPE_BLOB_HASH:
      return read_hash (reader, place, node, &AT (KdHash));
    case KD_TYPE_JSON:
      AT (char *) = kd_json_canonical (node);
      return TRUE;
    case KD_TYPE_PARTIAL:
      return read_partial (reader, place, field, node, object);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
check (const Reader *reader,
       const Place *place,
       const KdField *field,
       gconstpointer object)
{
  const char *code = NULL;

  if ((reader->flags & KD_WIRE_READ_NO_LIMITS) != 0 || kd_field_check (field, object, &code))
    return TRUE;
  return fail (reader, place, code);
}

/* Read before all others: it says what the partials beside it are. */
static gboolean
read_kind (const Reader *reader,
           const Place *place,
           const KdField *field,
           JsonObject *json,
           gpointer object,
           const KdKind **ret_kind)
{
  Place at = { .up = place, .name = field->name };
  JsonNode *node = json_object_get_member (json, field->name);
  const KdKind *kind = NULL;
  const char *text;

  kd_field_reset (field, object);
  if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
    {
      text = string_of (node);
      if (text == NULL)
        return fail (reader, &at, KD_WIRE_BAD_TYPE);
      kind = kd_kind_by_name (text);
      if (kind == NULL)
        return fail (reader, &at, KD_WIRE_BAD_RANGE);
      AT (gint64) = kind->number;
    }
  else if ((field->flags & KD_FIELD_REQUIRED) != 0)
    return fail (reader, &at, "field.required");
  *ret_kind = kind;
  return TRUE;
}

static void
keep_extra (JsonObject **extra,
            const char *name,
            JsonNode *node)
{
  if (*extra == NULL)
    *extra = json_object_new ();
  json_object_set_member (*extra, name, json_node_ref (node));
}

static char *
extra_to_text (JsonObject *extra)
{
  g_autoptr (JsonNode) node = NULL;

  if (extra == NULL)
    return NULL;
  node = json_node_init_object (json_node_alloc (), extra);
  return kd_json_canonical (node);
}

/* Absent fields: what may not be empty is missed. What the server fills is its own affair. */
static gboolean
check_absent (const Reader *reader,
              const Place *place,
              const KdWireOrder *order,
              gconstpointer object,
              guint64 present)
{
  const KdShape *shape = order->shape;

  present |= order->by_server;
  for (guint i = 0; i < shape->n_fields; i++)
    {
      Place at = { .up = place, .name = shape->fields[i].name };

      if ((present & BIT (i)) == 0 && !check (reader, &at, &shape->fields[i], object))
        return FALSE;
    }
  return TRUE;
}

static guint64
hidden_fields (const Reader *reader,
               const KdWireOrder *order)
{
  return ((reader->flags & KD_WIRE_READ_SERVER_ONLY) == 0 ? order->server_only : 0)
         | ((reader->flags & KD_WIRE_READ_LOCAL_ONLY) == 0 ? order->local_only : 0);
}

static gboolean
read_shape (const Reader *reader,
            const Place *place,
            const KdShape *shape,
            JsonObject *json,
            gpointer object,
            char **ret_extra,
            guint64 *ret_mask)
{
  const KdWireOrder *order = kd_wire_order (shape);
  guint64 hidden = hidden_fields (reader, order), mask = 0;
  g_autoptr (JsonObject) extra = NULL;
  Reader inner = *reader;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (order->kind_field >= 0
      && !read_kind (reader, place, &shape->fields[order->kind_field], json, object, &inner.kind))
    return FALSE;
  json_object_iter_init (&iter, json);
  while (json_object_iter_next (&iter, &name, &node))
    {
      Place at = { .up = place, .name = name };
      int i = kd_wire_order_find (order, name);

      if (i < 0 || (hidden & BIT (i)) != 0)
        {
          if ((reader->flags & KD_WIRE_READ_KEEP_UNKNOWN) != 0 && i < 0)
            keep_extra (&extra, name, node);
          else if ((reader->flags & (KD_WIRE_READ_KEEP_UNKNOWN | KD_WIRE_READ_SKIP_UNKNOWN)) == 0)
            return fail (reader, &at, KD_WIRE_UNKNOWN);
          continue;
        }
      if ((order->by_server & BIT (i)) != 0 && (reader->flags & KD_WIRE_READ_BY_SERVER) == 0)
        return fail (reader, &at, KD_WIRE_BY_SERVER);
      mask |= BIT (i);
      if (i != order->kind_field
          && (!read_value (&inner, &at, &shape->fields[i], node, object)
              || !check (reader, &at, &shape->fields[i], object)))
        return FALSE;
    }
  if ((reader->flags & KD_WIRE_READ_SOME) == 0 && !check_absent (reader, place, order, object, mask))
    return FALSE;
  if (ret_extra != NULL)
    *ret_extra = extra_to_text (extra);
  if (ret_mask != NULL)
    *ret_mask = mask;
  return TRUE;
}

gboolean
kd_wire_read_object (const KdShape *shape,
                     const KdKind *kind,
                     JsonObject *json,
                     gpointer object,
                     KdWireReadFlags flags,
                     char **ret_extra,
                     guint64 *ret_mask,
                     GError **error)
{
  Reader reader = { .flags = flags, .kind = kind, .error = error };

  return read_shape (&reader, NULL, shape, json, object, ret_extra, ret_mask);
}

gboolean
kd_wire_read_within (const char *within,
                     int index,
                     const KdShape *shape,
                     JsonObject *json,
                     gpointer object,
                     KdWireReadFlags flags,
                     char **ret_extra,
                     GError **error)
{
  Reader reader = { .flags = flags, .within = within, .index = index, .error = error };

  return read_shape (&reader, NULL, shape, json, object, ret_extra, NULL);
}

gboolean
kd_wire_read_value (const KdField *field,
                    JsonNode *node,
                    gpointer object,
                    KdWireReadFlags flags,
                    GError **error)
{
  Reader reader = { .flags = flags, .error = error };
  Place place = { .name = field->name };

  return read_value (&reader, &place, field, node, object) && check (&reader, &place, field, object);
}

gboolean
kd_wire_value_parse (const KdField *field,
                     const char *text,
                     gpointer object,
                     KdWireReadFlags flags,
                     GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse (text, -1, KD_WIRE_RECORD_MAX, error);

  return node != NULL && kd_wire_read_value (field, node, object, flags, error);
}

KdRecord *
kd_wire_read_record (const KdKind *kind,
                     const KdId *id,
                     JsonObject *json,
                     KdWireReadFlags flags,
                     GError **error)
{
  g_autoptr (KdRecord) record = kd_record_new (kind);

  record->id = *id;
  if (!kd_wire_read_object (&kind->shape, kind, json, record, flags, &record->extra, NULL, error))
    return NULL;
  return g_steal_pointer (&record);
}

KdRecord *
kd_wire_record_parse (const KdKind *kind,
                      const KdId *id,
                      const char *text,
                      gssize len,
                      KdWireReadFlags flags,
                      GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_WIRE_RECORD_MAX, error);

  if (node == NULL)
    return NULL;
  return kd_wire_read_record (kind, id, json_node_get_object (node), flags, error);
}

KdPartial *
kd_wire_read_partial (const KdKind *kind,
                      JsonObject *json,
                      KdWireReadFlags flags,
                      GError **error)
{
  g_autoptr (KdPartial) partial = kd_partial_new (kind);

  if (!kd_wire_read_object (&kind->shape, kind, json, partial->record, flags | KD_WIRE_READ_SOME,
                            NULL, &partial->mask, error))
    return NULL;
  return g_steal_pointer (&partial);
}
