/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

#include "kd-decode.h"
#include "kd-html.h"
#include "kd-phone.h"
#include "kd-text.h"

#include <string.h>

static void
add_text (JsonBuilder *builder,
          const char *name,
          const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_bool (JsonBuilder *builder,
          const char *name,
          gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* An answer of one member; takes @value. */
static JsonNode *
answer (const char *name,
        char *value)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, name, value);
  json_builder_end_object (builder);
  g_free (value);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_text_decode (JsonObject *args,
                    GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) problem = NULL;
  const char *encoding;
  JsonBuilder *builder;
  GString *text;
  gsize n;

  if (!kd_lab_get_text_or (args, "encoding", NULL, &encoding, error)
      || (bytes = kd_lab_get_bytes (args, "bytes_b64", error)) == NULL)
    return NULL;
  text = kd_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), encoding, &found,
                    &problem);
  if (text == NULL)
    return kd_lab_fail (error, "encoding.unknown", "%s", problem->message);
  n = strlen (text->str);
  if (n < text->len)
    {
      g_string_free (text, TRUE);
      return kd_lab_fail (error, "text.nul", "NUL stands in the text at byte %" G_GSIZE_FORMAT, n);
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_text (builder, "encoding", found);
  add_text (builder, "text", text->str);
  json_builder_end_object (builder);
  g_string_free (text, TRUE);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_text_graphemes (JsonObject *args,
                       GError **error)
{
  const char *text = kd_lab_get_text (args, "text", error);
  g_auto (GStrv) clusters = NULL;
  JsonBuilder *builder;

  if (text == NULL)
    return NULL;
  clusters = kd_text_split_graphemes (text);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "clusters");
  json_builder_begin_array (builder);
  for (guint i = 0; clusters[i] != NULL; i++)
    json_builder_add_string_value (builder, clusters[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_text_truncate (JsonObject *args,
                      GError **error)
{
  const char *text = kd_lab_get_text (args, "text", error);
  gint64 limit;

  if (text == NULL || !kd_lab_get_int (args, "limit", &limit, error))
    return NULL;
  if (limit < 0)
    return kd_lab_fail (error, "number.range", "a limit is 0 or more");
  return answer ("text", kd_text_truncate (text, (gsize) limit));
}

JsonNode *
kd_lab_text_fold (JsonObject *args,
                  GError **error)
{
  const char *text = kd_lab_get_text (args, "text", error);

  return text != NULL ? answer ("text", kd_text_fold (text)) : NULL;
}

JsonNode *
kd_lab_html_escape (JsonObject *args,
                    GError **error)
{
  const char *text = kd_lab_get_text (args, "text", error);
  const char *name;
  KdHtmlContext context;

  if (text == NULL || !kd_lab_get_text_or (args, "context", "text", &name, error))
    return NULL;
  if (!kd_html_context_parse (name, &context))
    return kd_lab_fail (error, "context.unknown", "no context is called \"%s\"", name);
  return answer ("html", kd_html_escape (text, context));
}

JsonNode *
kd_lab_html_sanitize (JsonObject *args,
                      GError **error)
{
  const char *html = kd_lab_get_text (args, "html", error);

  return html != NULL ? answer ("html", kd_html_sanitize (html)) : NULL;
}

JsonNode *
kd_lab_phone_parse (JsonObject *args,
                    GError **error)
{
  const char *text = kd_lab_get_text (args, "text", error);
  const char *region;
  g_autoptr (KdPhone) phone = NULL;
  JsonBuilder *builder;

  if (text == NULL || !kd_lab_get_text_or (args, "region", KD_PHONE_REGION, &region, error))
    return NULL;
  phone = kd_phone_parse (text, region);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_text (builder, "e164", phone->e164);
  add_bool (builder, "valid", phone->valid);
  add_bool (builder, "possible", phone->possible);
  add_text (builder, "type", phone->type);
  add_text (builder, "national", phone->national);
  add_text (builder, "international", phone->international);
  add_text (builder, "extension", phone->extension);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_phone_match (JsonObject *args,
                    GError **error)
{
  const char *a = kd_lab_get_text (args, "a", error);
  const char *b = a != NULL ? kd_lab_get_text (args, "b", error) : NULL;

  if (b == NULL)
    return NULL;
  return answer ("match", g_strdup (kd_phone_match_to_text (kd_phone_match (a, b))));
}
