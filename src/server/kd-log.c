/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-log.h"

#include "kd-json-writer.h"

#include <stdio.h>
#include <string.h>

static GLogLevelFlags written; /* levels that are */

static const char *
level_name (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK)
    {
    case G_LOG_LEVEL_ERROR:
    case G_LOG_LEVEL_CRITICAL:
      return "error";
    case G_LOG_LEVEL_WARNING:
      return "warning";
    case G_LOG_LEVEL_MESSAGE:
    case G_LOG_LEVEL_INFO:
      return "info";
    default:
      return "debug";
    }
}

static void
write_text (KdJsonWriter *writer,
            const GLogField *field)
{
  gsize size = field->length >= 0 ? (gsize) field->length : strlen (field->value);
  g_autofree char *text = g_utf8_make_valid (field->value, (gssize) size);

  kd_json_string (writer, text);
}

static GLogWriterOutput
write_cb (GLogLevelFlags level,
          const GLogField *fields,
          gsize n_fields,
          gpointer data)
{
  g_autoptr (GString) line = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (line);

  if ((level & written) == 0)
    return G_LOG_WRITER_HANDLED;
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "at");
  kd_json_int (&writer, g_get_real_time () / 1000);
  kd_json_member (&writer, "level");
  kd_json_string (&writer, level_name (level));
  for (gsize i = 0; i < n_fields; i++)
    {
      g_autofree char *name = NULL;

      if (strcmp (fields[i].key, "MESSAGE") == 0)
        name = g_strdup ("message");
      else if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        name = g_strdup ("part");
      else if (g_str_has_prefix (fields[i].key, "KD_"))
        name = g_ascii_strdown (fields[i].key + strlen ("KD_"), -1);
      else
        continue;
      kd_json_member (&writer, name);
      write_text (&writer, &fields[i]);
    }
  kd_json_end_object (&writer);
  g_string_append_c (line, '\n');
  fwrite (line->str, 1, line->len, stderr);
  fflush (stderr);
  return G_LOG_WRITER_HANDLED;
}

void
kd_log_start (const char *level)
{
  written = G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL;
  if (strcmp (level, "error") != 0)
    written |= G_LOG_LEVEL_WARNING;
  if (strcmp (level, "info") == 0 || strcmp (level, "debug") == 0)
    written |= G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO;
  if (strcmp (level, "debug") == 0)
    written |= G_LOG_LEVEL_DEBUG;
  g_log_set_writer_func (write_cb, NULL, NULL);
}
