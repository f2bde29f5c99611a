/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rest.h"

#include <string.h>

/* The routes that come from the tables of kinds and mutations. */

#define SHOP "/v1/shops/{shop}/"

const KdRoute kd_routes_rest[] = {
  { "GET", SHOP "history", KD_AUTH_SHOP, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, kd_rest_history,
    "What was done to the row ?kind ?id (?field), newest first; ?before pages" },
  { NULL },
};

static char *
plural (const char *name)
{
  gsize length = strlen (name);

  if (strcmp (name, "media") == 0)
    return g_strdup (name);
  if (name[length - 1] == 'y')
    return g_strdup_printf ("%.*sies", (int) length - 1, name);
  return g_strconcat (name, "s", NULL);
}

/* What makes a row of the kind: the first of these names that there is. */
static const KdMutation *
creator (const KdKind *kind)
{
  static const char *const verbs[] = { "create", "save", "add", "invite", "send", "record", "start" };

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *name = g_strconcat (kind->shape.name, ".", verbs[i], NULL);
      const KdMutation *mutation = kd_mutation_by_name (name, 0);

      if (mutation != NULL && (mutation->origins & KD_ORIGIN_KEY) != 0)
        return mutation;
    }
  return NULL;
}

gboolean
kd_rest_is_generated (const KdMutation *mutation)
{
  static const char *const verbs[] = { "create", "patch", "delete" };
  const char *dot = strchr (mutation->name, '.');

  for (guint i = 0; mutation->kind != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (dot + 1, verbs[i]) == 0 && strncmp (mutation->name, mutation->kind->shape.name, (gsize) (dot - mutation->name)) == 0)
      return TRUE;
  return FALSE;
}

static void
add (GArray *routes,
     const char *method,
     const char *path,
     KdBodyKind body,
     void (*handle) (KdRequest *request),
     const KdKind *kind,
     const KdMutation *mutation,
     const char *summary)
{
  KdRoute route = { .method = method, .path = g_strdup (path), .auth = KD_AUTH_SHOP, .body = body,
                    .body_max = body != KD_BODY_NONE ? KD_REST_BODY_MAX : 0, .time_ms = KD_TIME_LONG, .rate = KD_RATE_NORMAL,
                    .handle = handle, .summary = summary, .kind = kind, .mutation = mutation };

  g_array_append_val (routes, route);
}

static void
add_generated (GArray *routes,
               const char *method,
               const char *one,
               const KdKind *kind,
               const char *verb,
               void (*handle) (KdRequest *request),
               const char *summary)
{
  g_autofree char *name = g_strconcat (kind->shape.name, ".", verb, NULL);
  const KdMutation *mutation = kd_mutation_by_name (name, 0);

  if (mutation != NULL && mutation->kind == kind && (mutation->origins & KD_ORIGIN_KEY) != 0)
    add (routes, method, one, strcmp (method, "DELETE") == 0 ? KD_BODY_NONE : KD_BODY_JSON, handle, kind, mutation, summary);
}

static void
add_kind (GArray *routes,
          const KdKind *kind)
{
  g_autofree char *name = plural (kind->shape.name);
  g_autofree char *many = g_strconcat (SHOP, name, NULL), *one = g_strconcat (many, "/{id}", NULL);
  const KdMutation *create = creator (kind);

  add (routes, "GET", many, KD_BODY_NONE, kd_rest_list, kind, NULL,
       "A page of rows in the order of their ids: ?after, ?limit, and one indexed field");
  add (routes, "GET", one, KD_BODY_NONE, kd_rest_get, kind, NULL, "One row; its ETag is its sequence");
  if (create != NULL)
    add (routes, "POST", many, KD_BODY_JSON, kd_rest_create, kind, create, create->name);
  add_generated (routes, "PATCH", one, kind, "patch", kd_rest_patch, "Sets the fields given; If-Match with the ETag: 412 where it changed");
  add_generated (routes, "DELETE", one, kind, "delete", kd_rest_delete, "Deletes the row");
}

/* POST /orders/{id}/transition for order.transition; what is of no kind stands below actions/. */
static void
add_action (GArray *routes,
            const KdMutation *mutation)
{
  const char *dot = strchr (mutation->name, '.');
  g_autofree char *subject = g_strndup (mutation->name, (gsize) (dot - mutation->name));
  const KdKind *kind = kd_kind_by_name (subject);
  g_autofree char *path = NULL;

  if (kind != NULL && kd_shape_find (mutation->args, "id") != NULL)
    {
      g_autofree char *name = plural (subject);

      if (mutation == creator (kind))
        return;
      path = g_strconcat (SHOP, name, "/{id}/", dot + 1, NULL);
    }
  else
    {
      path = g_strconcat (SHOP "actions/", mutation->name, NULL);
      kind = NULL;
    }
  add (routes, "POST", path, KD_BODY_JSON, kd_rest_action, kind, mutation, mutation->name);
}

void
kd_rest_add_routes (GArray *routes)
{
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);
  const KdMutation *const *mutations;

  for (guint i = 0; i < n; i++)
    add_kind (routes, kinds[i]);
  mutations = kd_mutations (&n);
  for (guint i = 0; i < n; i++)
    if (!kd_rest_is_generated (mutations[i]) && (mutations[i]->origins & KD_ORIGIN_KEY) != 0
        && kd_mutation_by_name (mutations[i]->name, 0) == mutations[i])
      add_action (routes, mutations[i]);
}
