/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-conflict-value.h"

#include "kd-wire-record.h"

KdPartial *
kd_conflict_get_value (const KdConflict *conflict)
{
  const KdKind *kind = kd_kind_by_number ((guint) conflict->ref_kind);
  const KdField *field = kind != NULL ? kd_shape_find (&kind->shape, conflict->field) : NULL;
  g_autoptr (KdPartial) value = NULL;
  g_autoptr (GError) error = NULL;
  gpointer place;

  if (field == NULL)
    return NULL;
  value = kd_partial_new (kind);
  place = kd_partial_field (value, conflict->field);
  if (place == NULL)
    return NULL;
  /* No value is an empty one. */
  if (conflict->value != NULL && g_strcmp0 (conflict->value, "null") != 0
      && !kd_wire_value_parse (field, conflict->value, value->record, KD_WIRE_READ_OWN, &error))
    {
      g_message ("A conflict's value can't be read: %s", error->message);
      return NULL;
    }
  return g_steal_pointer (&value);
}
