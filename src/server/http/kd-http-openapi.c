/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include "kd-json-writer.h"

#include <string.h>

/* The API's description, made from the route table. */

static void
member (KdJsonWriter *writer,
        const char *name,
        const char *value)
{
  kd_json_member (writer, name);
  kd_json_string (writer, value);
}

static void
write_parameters (KdJsonWriter *writer,
                  const char *path)
{
  kd_json_member (writer, "parameters");
  kd_json_begin_array (writer);
  for (const char *at = strchr (path, '{'); at != NULL; at = strchr (at, '{'))
    {
      g_autofree char *name = g_strndup (at + 1, strcspn (at + 1, "}"));

      at++;
      kd_json_begin_object (writer);
      member (writer, "in", "path");
      member (writer, "name", name);
      kd_json_member (writer, "required");
      kd_json_bool (writer, TRUE);
      kd_json_member (writer, "schema");
      kd_json_raw (writer, "{\"type\":\"string\"}", -1);
      kd_json_end_object (writer);
    }
  kd_json_end_array (writer);
}

static void
write_operation (KdJsonWriter *writer,
                 const KdRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);

  kd_json_member (writer, method);
  kd_json_begin_object (writer);
  write_parameters (writer, route->path);
  if (route->body != KD_BODY_NONE)
    {
      g_autofree char *body = g_strdup_printf (
        "{\"content\":{\"%s\":{\"schema\":{}}},\"x-max-bytes\":%" G_GSIZE_FORMAT "}",
        route->body == KD_BODY_JSON ? "application/json" : "application/octet-stream", route->body_max);

      kd_json_member (writer, "requestBody");
      kd_json_raw (writer, body, -1);
    }
  kd_json_member (writer, "responses");
  kd_json_raw (writer, "{\"2XX\":{\"description\":\"Done\"},\"default\":{\"$ref\":\"#/components/responses/problem\"}}", -1);
  kd_json_member (writer, "security");
  kd_json_raw (writer, route->auth == KD_AUTH_NONE ? "[]" : "[{\"session\":[]}]", -1);
  member (writer, "summary", route->summary);
  kd_json_end_object (writer);
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  const KdRoute *left = *(const KdRoute *const *) a, *right = *(const KdRoute *const *) b;
  int order = strcmp (left->path, right->path);

  return order != 0 ? order : strcmp (left->method, right->method);
}

char *
kd_http_openapi (void)
{
  guint n;
  const KdRoute *routes = kd_http_routes (&n);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  const char *path = NULL;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (sorted, (gpointer) &routes[i]);
  g_ptr_array_sort (sorted, compare_paths);
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "components");
  kd_json_raw (&writer, "{\"responses\":{\"problem\":{\"content\":{\"" KD_PROBLEM_MEDIA_TYPE "\":{\"schema\":{\"type\":\"object\","
               "\"properties\":{\"code\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"field\":{\"type\":\"string\"},"
               "\"reason\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}}}}},\"description\":\"Refused\"}},"
               "\"securitySchemes\":{\"session\":{\"scheme\":\"bearer\",\"type\":\"http\"}}}", -1);
  kd_json_member (&writer, "info");
  kd_json_raw (&writer, "{\"title\":\"Kedai\",\"version\":\"" KD_VERSION "\"}", -1);
  member (&writer, "openapi", "3.1.0");
  kd_json_member (&writer, "paths");
  kd_json_begin_object (&writer);
  for (guint i = 0; i < sorted->len; i++)
    {
      const KdRoute *route = g_ptr_array_index (sorted, i);

      if (g_strcmp0 (path, route->path) != 0)
        {
          if (path != NULL)
            kd_json_end_object (&writer);
          path = route->path;
          kd_json_member (&writer, path);
          kd_json_begin_object (&writer);
        }
      write_operation (&writer, route);
    }
  if (path != NULL)
    kd_json_end_object (&writer);
  kd_json_end_object (&writer);
  kd_json_end_object (&writer);
  return g_string_free (out, FALSE);
}
