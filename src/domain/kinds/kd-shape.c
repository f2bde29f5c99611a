/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shape.h"

#include "kd-kind.h"

#include <string.h>

gpointer
kd_field_at (const KdField *field,
             gconstpointer object)
{
  return (guint8 *) object + field->offset;
}

#define AT(type) (*(type *) kd_field_at (field, object))
#define IN(type, obj) (*(type *) kd_field_at (field, obj))

static gint64
number_default (const KdField *field)
{
  return field->type == KD_TYPE_DATE || (field->flags & KD_FIELD_EMPTY) != 0 ? KD_EMPTY : 0;
}

static void
free_list (const KdField *field,
           GPtrArray *list)
{
  if (list == NULL)
    return;
  for (guint i = 0; i < list->len; i++)
    kd_shape_free (field->item, g_ptr_array_index (list, i));
  g_ptr_array_unref (list);
}

void
kd_field_reset (const KdField *field,
                gpointer object)
{
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      AT (KdId) = KD_ID_NONE;
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      g_clear_pointer (&AT (char *), g_free);
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      AT (gint64) = number_default (field);
      break;
    case KD_TYPE_BOOL:
    case KD_TYPE_ENUM:
      AT (int) = 0;
      break;
    case KD_TYPE_TEXT_SET:
      g_clear_pointer (&AT (char **), g_strfreev);
      break;
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      g_clear_pointer (&AT (GArray *), g_array_unref);
      break;
    case KD_TYPE_BLOB_HASH:
      memset (kd_field_at (field, object), 0, sizeof (KdHash));
      break;
    case KD_TYPE_PARTIAL:
      g_clear_pointer (&AT (KdPartial *), kd_partial_free);
      break;
    case KD_TYPE_LIST:
      free_list (field, g_steal_pointer (&AT (GPtrArray *)));
      break;
    default:
      g_assert_not_reached ();
    }
}

static GArray *
copy_array (GArray *array)
{
  return array != NULL && array->len > 0 ? g_array_copy (array) : NULL;
}

void
kd_field_copy (const KdField *field,
               gpointer to,
               gconstpointer from)
{
  GPtrArray *list, *copy;

  if (to == from)
    return;
  kd_field_reset (field, to);
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      IN (KdId, to) = IN (KdId, from);
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      IN (char *, to) = g_strdup (IN (char *, from));
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      IN (gint64, to) = IN (gint64, from);
      break;
    case KD_TYPE_BOOL:
    case KD_TYPE_ENUM:
      IN (int, to) = IN (int, from);
      break;
    case KD_TYPE_TEXT_SET:
      IN (char **, to) = g_strdupv (IN (char **, from));
      break;
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      IN (GArray *, to) = copy_array (IN (GArray *, from));
      break;
    case KD_TYPE_BLOB_HASH:
      IN (KdHash, to) = IN (KdHash, from);
      break;
    case KD_TYPE_PARTIAL:
      IN (KdPartial *, to) = kd_partial_copy (IN (KdPartial *, from));
      break;
    case KD_TYPE_LIST:
      list = IN (GPtrArray *, from);
      if (list == NULL)
        break;
      copy = g_ptr_array_new_full (list->len, NULL);
      for (guint i = 0; i < list->len; i++)
        {
          gpointer item = kd_shape_new (field->item);
          kd_shape_copy (field->item, item, g_ptr_array_index (list, i));
          g_ptr_array_add (copy, item);
        }
      IN (GPtrArray *, to) = copy;
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
text_equal (const char *a,
            const char *b)
{
  return g_strcmp0 (a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static gboolean
strv_equal0 (char **a,
             char **b)
{
  static char *empty[] = { NULL };
  return g_strv_equal ((const char *const *) (a != NULL ? a : empty),
                       (const char *const *) (b != NULL ? b : empty));
}

static gboolean
array_equal (GArray *a,
             GArray *b)
{
  guint n = a != NULL ? a->len : 0;

  if (n != (b != NULL ? b->len : 0))
    return FALSE;
  return n == 0 || memcmp (a->data, b->data, n * g_array_get_element_size (a)) == 0;
}

static gboolean
list_equal (const KdField *field,
            GPtrArray *a,
            GPtrArray *b)
{
  guint n = a != NULL ? a->len : 0;

  if (n != (b != NULL ? b->len : 0))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!kd_shape_equal (field->item, g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return TRUE;
}

static gboolean
partial_equal (const KdPartial *a,
               const KdPartial *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->mask != b->mask || a->record->kind != b->record->kind)
    return FALSE;
  return (kd_record_diff (a->record, b->record) & a->mask) == 0;
}

gboolean
kd_field_equal (const KdField *field,
                gconstpointer a,
                gconstpointer b)
{
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      return kd_id_equal (kd_field_at (field, a), kd_field_at (field, b));
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      return text_equal (IN (char *, a), IN (char *, b));
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      return IN (gint64, a) == IN (gint64, b);
    case KD_TYPE_BOOL:
      return !IN (int, a) == !IN (int, b);
    case KD_TYPE_ENUM:
      return IN (int, a) == IN (int, b);
    case KD_TYPE_TEXT_SET:
      return strv_equal0 (IN (char **, a), IN (char **, b));
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      return array_equal (IN (GArray *, a), IN (GArray *, b));
    case KD_TYPE_BLOB_HASH:
      return kd_hash_equal (kd_field_at (field, a), kd_field_at (field, b));
    case KD_TYPE_PARTIAL:
      return partial_equal (IN (KdPartial *, a), IN (KdPartial *, b));
    case KD_TYPE_LIST:
      return list_equal (field, IN (GPtrArray *, a), IN (GPtrArray *, b));
    default:
      g_assert_not_reached ();
    }
}

gboolean
kd_field_is_default (const KdField *field,
                     gconstpointer object)
{
  const char *text;

  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      return kd_id_is_none (kd_field_at (field, object));
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      text = AT (char *);
      return text == NULL || *text == '\0';
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      return AT (gint64) == number_default (field);
    case KD_TYPE_BOOL:
    case KD_TYPE_ENUM:
      return AT (int) == 0;
    case KD_TYPE_TEXT_SET:
      return AT (char **) == NULL || AT (char **)[0] == NULL;
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      return AT (GArray *) == NULL || AT (GArray *)->len == 0;
    case KD_TYPE_BLOB_HASH:
      return kd_hash_is_none (kd_field_at (field, object));
    case KD_TYPE_PARTIAL:
      return AT (KdPartial *) == NULL;
    case KD_TYPE_LIST:
      return AT (GPtrArray *) == NULL || AT (GPtrArray *)->len == 0;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
fail (const char **ret_code,
      const char *code)
{
  if (ret_code != NULL)
    *ret_code = code;
  return FALSE;
}

static gboolean
check_text (const KdField *field,
            const char *text,
            const char **ret_code)
{
  gsize n = strlen (text);
  gint64 max = field->max != 0 ? field->max
               : field->type == KD_TYPE_POSITION ? KD_POSITION_MAX : KD_TEXT_MAX;
  gboolean lines = (field->flags & KD_FIELD_MULTILINE) != 0 || field->type == KD_TYPE_JSON;

  if ((gint64) n > max)
    return fail (ret_code, "field.too_long");
  if ((gint64) n < field->min)
    return fail (ret_code, "field.too_short");
  if (!g_utf8_validate (text, (gssize) n, NULL))
    return fail (ret_code, "field.not_utf8");
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar) *c < 0x20 && !(lines && (*c == '\n' || *c == '\t' || *c == '\r')))
      return fail (ret_code, "field.control_character");
  if (field->type == KD_TYPE_JSON && field->valid != NULL && !field->valid (text))
    return fail (ret_code, "field.bad_json");
  return TRUE;
}

static gboolean
check_number (const KdField *field,
              gint64 value,
              const char **ret_code)
{
  gint64 min = field->min, max = field->max;

  if (min == 0 && max == 0)
    switch (field->type)
      {
      case KD_TYPE_MONEY:
        max = KD_MONEY_MAX, min = -max;
        break;
      case KD_TYPE_QUANTITY:
        max = KD_QUANTITY_MAX, min = -max;
        break;
      case KD_TYPE_TIME:
        if (value == 0)
          return TRUE;
        min = KD_TIME_MIN, max = KD_TIME_MAX;
        break;
      case KD_TYPE_DATE:
        min = KD_TIME_MIN / 86400000, max = KD_TIME_MAX / 86400000;
        break;
      default:
        min = G_MININT64 + 1, max = G_MAXINT64;
      }
  if (value < min || value > max)
    return fail (ret_code, "number.range");
  return TRUE;
}

static gboolean
check_set (const KdField *field,
           char **set,
           const char **ret_code)
{
  guint n = set != NULL ? g_strv_length (set) : 0;

  if (n > (field->max != 0 ? (guint) field->max : KD_SET_MAX))
    return fail (ret_code, "field.too_many");
  for (guint i = 0; i < n; i++)
    if (set[i][0] == '\0' || strlen (set[i]) > KD_TEXT_MAX || !g_utf8_validate (set[i], -1, NULL))
      return fail (ret_code, "field.bad_member");
  return TRUE;
}

gboolean
kd_field_check (const KdField *field,
                gconstpointer object,
                const char **ret_code)
{
  GArray *array;

  if (kd_field_is_default (field, object))
    {
      gboolean number = field->type >= KD_TYPE_INT && field->type <= KD_TYPE_MONEY
                        && (field->flags & KD_FIELD_EMPTY) == 0;

      if ((field->flags & KD_FIELD_REQUIRED) != 0)
        return fail (ret_code, "field.required");
      if (!number)
        return TRUE;
    }
  switch (field->type)
    {
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      return check_text (field, AT (char *), ret_code);
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      return check_number (field, AT (gint64), ret_code);
    case KD_TYPE_TEXT_SET:
      return check_set (field, AT (char **), ret_code);
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      array = AT (GArray *);
      if (array->len > (field->max != 0 ? (guint) field->max : KD_SET_MAX))
        return fail (ret_code, "field.too_many");
      return TRUE;
    case KD_TYPE_LIST:
      if (field->max != 0 && AT (GPtrArray *)->len > field->max)
        return fail (ret_code, "field.too_many");
      return TRUE;
    default:
      return TRUE;
    }
}

const KdField *
kd_shape_find (const KdShape *shape,
               const char *name)
{
  int i = kd_shape_index (shape, name);
  return i >= 0 ? &shape->fields[i] : NULL;
}

int
kd_shape_index (const KdShape *shape,
                const char *name)
{
  for (guint i = 0; i < shape->n_fields; i++)
    if (strcmp (shape->fields[i].name, name) == 0)
      return (int) i;
  return -1;
}

void
kd_shape_init (const KdShape *shape,
               gpointer object)
{
  memset (object, 0, shape->size);
  for (guint i = 0; i < shape->n_fields; i++)
    kd_field_reset (&shape->fields[i], object);
}

void
kd_shape_clear (const KdShape *shape,
                gpointer object)
{
  for (guint i = 0; i < shape->n_fields; i++)
    kd_field_reset (&shape->fields[i], object);
}

void
kd_shape_copy (const KdShape *shape,
               gpointer to,
               gconstpointer from)
{
  for (guint i = 0; i < shape->n_fields; i++)
    kd_field_copy (&shape->fields[i], to, from);
}

gboolean
kd_shape_equal (const KdShape *shape,
                gconstpointer a,
                gconstpointer b)
{
  for (guint i = 0; i < shape->n_fields; i++)
    if (!kd_field_equal (&shape->fields[i], a, b))
      return FALSE;
  return TRUE;
}

gpointer
kd_shape_new (const KdShape *shape)
{
  gpointer object = g_malloc (shape->size);

  kd_shape_init (shape, object);
  return object;
}

void
kd_shape_free (const KdShape *shape,
               gpointer object)
{
  if (object == NULL)
    return;
  kd_shape_clear (shape, object);
  g_free (object);
}

const char *
kd_enum_to_text (const KdField *field,
                 int value)
{
  if (value >= KD_ENUM_UNKNOWN)
    return g_quark_to_string ((GQuark) (value - KD_ENUM_UNKNOWN));
  for (int i = 0; field->values[i] != NULL; i++)
    if (i == value)
      return field->values[i];
  return field->values[0];
}

int
kd_enum_from_text (const KdField *field,
                   const char *text)
{
  for (int i = 0; field->values[i] != NULL; i++)
    if (strcmp (field->values[i], text) == 0)
      return i;
  return KD_ENUM_UNKNOWN + (int) g_quark_from_string (text);
}
