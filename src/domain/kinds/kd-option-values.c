/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-option-values.h"

#include "kd-kind-private.h"

#include <string.h>

static void
option_value_free (gpointer data)
{
  KdOptionValue *value = data;

  g_free (value->name);
  g_free (value);
}

KdOptionValue *
kd_option_value_new (const KdId *id,
                     const char *name,
                     gboolean archived)
{
  KdOptionValue *value = g_new0 (KdOptionValue, 1);

  value->id = *id;
  value->name = g_strdup (name);
  value->archived = archived;
  return value;
}

GPtrArray *
kd_option_values_new (void)
{
  return g_ptr_array_new_with_free_func (option_value_free);
}

static void
write_string (GString *text,
              const char *value)
{
  g_string_append_c (text, '"');
  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (text, '\\');
      if ((guchar) *c >= 0x20)
        g_string_append_c (text, *c);
    }
  g_string_append_c (text, '"');
}

char *
kd_option_values_write (GPtrArray *values)
{
  GString *text = g_string_new ("[");
  char id[KD_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < values->len; i++)
    {
      const KdOptionValue *value = g_ptr_array_index (values, i);

      g_string_append (text, i > 0 ? ",{" : "{");
      if (value->archived)
        g_string_append (text, "\"archived\":true,");
      g_string_append_printf (text, "\"id\":\"%s\",\"name\":", kd_id_to_text (&value->id, id));
      write_string (text, value->name);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* The grammar is the one that kd_option_values_write() makes: this is no general JSON. */
static gboolean
take (const char **at,
      const char *word)
{
  gsize n = strlen (word);

  if (strncmp (*at, word, n) != 0)
    return FALSE;
  *at += n;
  return TRUE;
}

static char *
take_string (const char **at)
{
  GString *text;

  if (!take (at, "\""))
    return NULL;
  text = g_string_new (NULL);
  for (; **at != '"'; (*at)++)
    {
      if (**at == '\\')
        (*at)++;
      if ((guchar) **at < 0x20)
        {
          g_string_free (text, TRUE);
          return NULL;
        }
      g_string_append_c (text, **at);
    }
  (*at)++;
  return g_string_free (text, FALSE);
}

static KdOptionValue *
take_value (const char **at)
{
  gboolean archived;
  g_autofree char *id_text = NULL, *name = NULL;
  KdId id;

  if (!take (at, "{"))
    return NULL;
  archived = take (at, "\"archived\":true,");
  if (!take (at, "\"id\":") || (id_text = take_string (at)) == NULL || !kd_id_parse (id_text, &id)
      || !take (at, ",\"name\":") || (name = take_string (at)) == NULL || *name == '\0'
      || strlen (name) > KD_TEXT_MAX || !take (at, "}"))
    return NULL;
  return kd_option_value_new (&id, name, archived);
}

GPtrArray *
kd_option_values_parse (const char *json)
{
  g_autoptr (GPtrArray) values = kd_option_values_new ();
  const char *at = json != NULL ? json : "[]";

  if (!take (&at, "["))
    return NULL;
  while (*at != ']')
    {
      KdOptionValue *value;

      if (values->len > 0 && !take (&at, ","))
        return NULL;
      value = take_value (&at);
      if (value == NULL || values->len >= KD_OPTION_VALUES_MAX)
        {
          if (value != NULL)
            option_value_free (value);
          return NULL;
        }
      g_ptr_array_add (values, value);
    }
  return at[1] == '\0' ? g_steal_pointer (&values) : NULL;
}

const KdOptionValue *
kd_option_values_find (GPtrArray *values,
                       const KdId *id)
{
  for (guint i = 0; i < values->len; i++)
    {
      const KdOptionValue *value = g_ptr_array_index (values, i);
      if (kd_id_equal (&value->id, id))
        return value;
    }
  return NULL;
}
