/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-order.h"

#include <string.h>

#define BIT(i) (G_GUINT64_CONSTANT (1) << (i))

static GRWLock lock;
static GHashTable *orders; /* (guarded by lock): KdShape * to KdWireOrder * */

static KdWireOrder *
make_order (const KdShape *shape)
{
  KdWireOrder *order = g_new0 (KdWireOrder, 1);

  g_assert (shape->n_fields <= 64);
  order->shape = shape;
  order->kind_field = -1;
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      guint at = i;

      for (; at > 0 && strcmp (shape->fields[order->order[at - 1]].name, field->name) > 0; at--)
        order->order[at] = order->order[at - 1];
      order->order[at] = (guint8) i;
      if (field->type == KD_TYPE_INT && strcmp (field->name, "kind") == 0)
        order->kind_field = (int) i;
      if ((field->flags & KD_FIELD_SERVER_ONLY) != 0)
        order->server_only |= BIT (i);
      if ((field->flags & KD_FIELD_LOCAL_ONLY) != 0)
        order->local_only |= BIT (i);
      if ((field->flags & KD_FIELD_BY_SERVER) != 0)
        order->by_server |= BIT (i);
      if ((field->flags & KD_FIELD_SECRET) != 0)
        order->secret |= BIT (i);
    }
  return order;
}

const KdWireOrder *
kd_wire_order (const KdShape *shape)
{
  const KdWireOrder *found;

  g_rw_lock_reader_lock (&lock);
  found = orders != NULL ? g_hash_table_lookup (orders, shape) : NULL;
  g_rw_lock_reader_unlock (&lock);
  if (found != NULL)
    return found;
  g_rw_lock_writer_lock (&lock);
  if (orders == NULL)
    orders = g_hash_table_new (NULL, NULL);
  found = g_hash_table_lookup (orders, shape);
  if (found == NULL)
    {
      found = make_order (shape);
      g_hash_table_insert (orders, (gpointer) shape, (gpointer) found);
    }
  g_rw_lock_writer_unlock (&lock);
  return found;
}

int
kd_wire_order_find (const KdWireOrder *order,
                    const char *name)
{
  guint low = 0, high = order->shape->n_fields;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      int i = order->order[middle];
      int compared = strcmp (name, order->shape->fields[i].name);

      if (compared == 0)
        return i;
      if (compared < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return -1;
}
