/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-kind.h"

#include "kd-sql-kind-private.h"

#include <string.h>

#define AT(type) (*(type *) kd_field_at (field, object))

/* ---- a set of texts as a JSON array, so that SQL can look into it with json_each() ---- */

static void
append_json_text (GString *json,
                  const char *text)
{
  const char *from = text;

  g_string_append_c (json, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if ((guchar) *c >= 0x20 && *c != '"' && *c != '\\')
        continue;
      g_string_append_len (json, from, c - from);
      if ((guchar) *c < 0x20)
        g_string_append_printf (json, "\\u%04x", (guint) (guchar) *c);
      else
        {
          g_string_append_c (json, '\\');
          g_string_append_c (json, *c);
        }
      from = c + 1;
    }
  g_string_append (json, from);
  g_string_append_c (json, '"');
}

static char *
set_to_json (char **set)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; set[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      append_json_text (json, set[i]);
    }
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

/* Four hex digits, -1 where there are others. */
static int
read_hex (const char *at)
{
  int value = 0;

  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

/* What follows a backslash; moves *@at behind it. */
static gboolean
read_escape (const char **at,
             GString *text)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *known;
  int high, low;

  if (**at != 'u')
    {
      known = **at != '\0' ? strchr (from, **at) : NULL;
      if (known == NULL)
        return FALSE;
      g_string_append_c (text, to[known - from]);
      (*at)++;
      return TRUE;
    }
  high = read_hex (*at + 1);
  if (high <= 0)
    return FALSE;
  *at += 5;
  if (high >= 0xd800 && high < 0xdc00)
    {
      low = (*at)[0] == '\\' && (*at)[1] == 'u' ? read_hex (*at + 2) : -1;
      if (low < 0xdc00 || low > 0xdfff)
        return FALSE;
      *at += 6;
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (high >= 0xdc00 && high < 0xe000)
    {
      return FALSE;
    }
  g_string_append_unichar (text, (gunichar) high);
  return TRUE;
}

static char *
read_json_text (const char **at)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (**at != '"')
    return NULL;
  (*at)++;
  for (;;)
    {
      gsize n = strcspn (*at, "\"\\");

      g_string_append_len (text, *at, (gssize) n);
      *at += n;
      if (**at == '\0')
        return NULL;
      if (*(*at)++ == '"')
        return g_strdup (text->str);
      if (!read_escape (at, text))
        return NULL;
    }
}

static const char *
skip_space (const char *at)
{
  return at + strspn (at, " \t\r\n");
}

/* NULL where it is empty or no array of texts. */
static char **
set_from_json (const char *at)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  at = skip_space (at);
  if (*at++ != '[' || *(at = skip_space (at)) == ']')
    return NULL;
  for (;;)
    {
      g_autofree char *text = read_json_text (&at);

      if (text == NULL)
        return NULL;
      g_strv_builder_add (builder, text);
      at = skip_space (at);
      if (*at == ']')
        return g_strv_builder_end (builder);
      if (*at != ',')
        return NULL;
      at = skip_space (at + 1);
    }
}

/* ---- fields ---- */

static void
bind_number (KdSqlStatement *statement,
             int index,
             gint64 value)
{
  if (value == KD_EMPTY)
    kd_sql_bind_null (statement, index);
  else
    kd_sql_bind_int64 (statement, index, value);
}

static void
bind_text (KdSqlStatement *statement,
           int index,
           const char *text)
{
  kd_sql_bind_static_text (statement, index, text != NULL && *text != '\0' ? text : NULL);
}

static void
bind_fixed (KdSqlStatement *statement,
            int index,
            gconstpointer bytes,
            gsize n,
            gboolean none)
{
  if (none)
    kd_sql_bind_null (statement, index);
  else
    kd_sql_bind_static_blob (statement, index, bytes, n);
}

static void
bind_array (KdSqlStatement *statement,
            int index,
            GArray *array)
{
  if (array == NULL || array->len == 0)
    kd_sql_bind_null (statement, index);
  else
    kd_sql_bind_static_blob (statement, index, array->data,
                             (gsize) array->len * g_array_get_element_size (array));
}

void
kd_sql_bind_field (KdSqlStatement *statement,
                   int index,
                   const KdField *field,
                   gconstpointer object)
{
  char **set;

  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      bind_fixed (statement, index, kd_field_at (field, object), sizeof (KdId),
                  kd_id_is_none (kd_field_at (field, object)));
      break;
    case KD_TYPE_BLOB_HASH:
      bind_fixed (statement, index, kd_field_at (field, object), sizeof (KdHash),
                  kd_hash_is_none (kd_field_at (field, object)));
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      bind_text (statement, index, AT (char *));
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      bind_number (statement, index, AT (gint64));
      break;
    case KD_TYPE_BOOL:
      kd_sql_bind_int64 (statement, index, AT (gboolean) ? 1 : 0);
      break;
    case KD_TYPE_ENUM:
      kd_sql_bind_static_text (statement, index, kd_enum_to_text (field, AT (int)));
      break;
    case KD_TYPE_TEXT_SET:
      set = AT (char **);
      kd_sql_bind_text_take (statement, index,
                             set != NULL && set[0] != NULL ? set_to_json (set) : NULL);
      break;
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      bind_array (statement, index, AT (GArray *));
      break;
    case KD_TYPE_PARTIAL:
    case KD_TYPE_LIST:
    default:
      g_assert_not_reached ();
    }
}

static GArray *
read_array (KdSqlStatement *statement,
            int column,
            gsize size)
{
  gsize n;
  gconstpointer bytes = kd_sql_column_blob (statement, column, &n);
  GArray *array;

  if (bytes == NULL || n == 0 || n % size != 0)
    return NULL;
  array = g_array_sized_new (FALSE, FALSE, (guint) size, (guint) (n / size));
  g_array_append_vals (array, bytes, (guint) (n / size));
  return array;
}

void
kd_sql_column_field (KdSqlStatement *statement,
                     int column,
                     const KdField *field,
                     gpointer object)
{
  if (kd_sql_column_is_null (statement, column))
    return;
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      kd_sql_column_id (statement, column, kd_field_at (field, object));
      break;
    case KD_TYPE_BLOB_HASH:
      kd_sql_column_hash (statement, column, kd_field_at (field, object));
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
      AT (char *) = kd_sql_column_dup_text (statement, column);
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      AT (gint64) = kd_sql_column_int64 (statement, column);
      break;
    case KD_TYPE_BOOL:
      AT (gboolean) = kd_sql_column_int64 (statement, column) != 0;
      break;
    case KD_TYPE_ENUM:
      AT (int) = kd_enum_from_text (field, kd_sql_column_text (statement, column));
      break;
    case KD_TYPE_TEXT_SET:
      AT (char **) = set_from_json (kd_sql_column_text (statement, column));
      break;
    case KD_TYPE_REF_SET:
      AT (GArray *) = read_array (statement, column, sizeof (KdId));
      break;
    case KD_TYPE_BLOB_LIST:
      AT (GArray *) = read_array (statement, column, sizeof (KdHash));
      break;
    case KD_TYPE_PARTIAL:
    case KD_TYPE_LIST:
    default:
      g_assert_not_reached ();
    }
}
