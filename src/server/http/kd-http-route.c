/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rest.h"

#include <string.h>

/* The one table of routes: what is served, with which limits, and what the API's description says. */

static GArray *
collect (void)
{
  static const KdRoute *const tables[] = {
    kd_routes_server, kd_routes_auth, kd_routes_pairing, kd_routes_shop, kd_routes_member, kd_routes_sync, kd_routes_blob, kd_routes_rest,
  };
  GArray *routes = g_array_new (FALSE, FALSE, sizeof (KdRoute));

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const KdRoute *route = tables[i]; route->method != NULL; route++)
      g_array_append_val (routes, *route);
  kd_rest_add_routes (routes);
  return routes;
}

const KdRoute *
kd_http_routes (guint *ret_n)
{
  static GArray *routes;

  if (g_once_init_enter (&routes))
    g_once_init_leave (&routes, collect ());
  *ret_n = routes->len;
  return (const KdRoute *) routes->data;
}

static gboolean
match_path (const char *pattern,
            const char *path,
            char *params[KD_PARAMS_MAX])
{
  guint n = 0;

  while (*pattern == '/' && *path == '/')
    {
      gsize in_pattern = strcspn (++pattern, "/"), in_path = strcspn (++path, "/");

      if (*pattern == '{')
        {
          g_autofree char *raw = g_strndup (path, in_path);

          if (in_path == 0 || n == KD_PARAMS_MAX)
            break;
          params[n] = g_uri_unescape_string (raw, "/");
          if (params[n] == NULL || !g_utf8_validate (params[n], -1, NULL))
            break;
          n++;
        }
      else if (in_pattern != in_path || memcmp (pattern, path, in_path) != 0)
        break;
      pattern += in_pattern;
      path += in_path;
    }
  if (*pattern == '\0' && *path == '\0')
    return TRUE;
  for (guint i = 0; i < KD_PARAMS_MAX; i++)
    g_clear_pointer (&params[i], g_free);
  return FALSE;
}

const KdRoute *
kd_http_match (const char *method,
               const char *path,
               char *ret_params[KD_PARAMS_MAX],
               char **ret_allowed)
{
  guint n;
  const KdRoute *routes = kd_http_routes (&n);
  g_autoptr (GString) allowed = g_string_new (NULL);

  *ret_allowed = NULL;
  for (guint i = 0; i < n; i++)
    {
      /* the same path may stand in several patterns: exact ones come before those with parameters */
      if (!match_path (routes[i].path, path, ret_params))
        continue;
      if (strcmp (routes[i].method, method) == 0
          || (strcmp (method, "HEAD") == 0 && strcmp (routes[i].method, "GET") == 0))
        return &routes[i];
      for (guint j = 0; j < KD_PARAMS_MAX; j++)
        g_clear_pointer (&ret_params[j], g_free);
      if (allowed->len > 0)
        g_string_append (allowed, ", ");
      g_string_append (allowed, routes[i].method);
    }
  if (allowed->len > 0)
    *ret_allowed = g_string_free (g_steal_pointer (&allowed), FALSE);
  return NULL;
}
