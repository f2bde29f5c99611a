/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kinds.h"
#include "kd-wire-call.h"

#include <stdio.h>
#include <string.h>

/* Prints every mutation as a line of JSON: who may make it, and arguments that are well-formed, so
 * that a test can try each of them as each role over the wire. */

#define DEPTH_MAX 3

static guint made;

static void fill_shape (const KdShape *shape, gpointer object, const KdKind *kind, guint depth);

static KdId
new_id (void)
{
  guint8 random[10] = { 0 };

  made++;
  memcpy (random, &made, sizeof made);
  return kd_id_make (KD_TIME_MIN + made, random);
}

static void
fill_number (const KdField *field,
             gint64 *value)
{
  *value = 1;
  if (field->min != 0 || field->max != 0)
    *value = CLAMP (*value, field->min, field->max);
  if (field->type == KD_TYPE_TIME)
    *value = KD_TIME_MIN;
}

static char *
long_enough (const KdField *field)
{
  if (strcmp (field->name, "token") == 0)
    return g_strnfill (MAX (field->min, 32), 'a');
  if (strcmp (field->name, "currency") == 0)
    return g_strdup ("IDR");
  return g_strnfill (MAX (field->min, 4), 'a');
}

static void
fill_field (const KdField *field,
            gpointer object,
            const KdKind *kind,
            guint depth)
{
  gpointer at = kd_field_at (field, object);

  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      *(KdId *) at = new_id ();
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
      *(char **) at = long_enough (field);
      break;
    case KD_TYPE_POSITION:
      *(char **) at = g_strdup ("a0");
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
      fill_number (field, at);
      if (strcmp (field->name, "kind") == 0)
        *(gint64 *) at = kd_kind_category.number;
      break;
    case KD_TYPE_BLOB_HASH:
      memset (at, 7, sizeof (KdHash));
      break;
    case KD_TYPE_PARTIAL:
      *(KdPartial **) at = kd_partial_new (field->ref != 0 ? kd_kind_by_number (field->ref) : &kd_kind_category);
      break;
    case KD_TYPE_LIST:
      {
        gpointer item = kd_shape_new (field->item);

        if (depth < DEPTH_MAX)
          fill_shape (field->item, item, NULL, depth + 1);
        *(GPtrArray **) at = g_ptr_array_new ();
        g_ptr_array_add (*(GPtrArray **) at, item);
        break;
      }
    default:
      break;
    }
}

/* What must be there, and a little beside it: `set`, and lists. */
static void
fill_shape (const KdShape *shape,
            gpointer object,
            const KdKind *kind,
            guint depth)
{
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];

      if ((field->flags & KD_FIELD_BY_SERVER) == 0
          && ((field->flags & KD_FIELD_REQUIRED) != 0 || strcmp (field->name, "set") == 0 || strcmp (field->name, "kind") == 0))
        fill_field (field, object, kind, depth);
    }
}

static void
write_line (const KdMutation *m)
{
  g_autoptr (KdCall) call = kd_call_new (m);
  g_autofree char *args = NULL;
  g_autoptr (GString) by_server = g_string_new (NULL);

  fill_shape (m->args, call->args, m->kind, 0);
  args = kd_wire_call_to_args (call);
  for (guint i = 0; i < m->args->n_fields; i++)
    if ((m->args->fields[i].flags & KD_FIELD_BY_SERVER) != 0)
      g_string_append_printf (by_server, "%s\"%s\"", by_server->len > 0 ? "," : "", m->args->fields[i].name);
  printf ("{\"name\":\"%s\",\"v\":%u,\"roles\":%u,\"origins\":%u,\"may\":%s,\"by_server\":[%s],\"args\":%s}\n", m->name, m->version,
          m->roles, m->origins, m->may != NULL ? "true" : "false", by_server->str, args);
}

int
main (int argc,
      char **argv)
{
  guint n;
  const KdMutation *const *mutations = kd_mutations (&n);

  for (guint i = 0; i < n; i++)
    write_line (mutations[i]);
  return 0;
}
