/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind.h"

#include "kd-kinds.h"

#include <string.h>

#define RID_TIE_BITS 20

KdRecord *
kd_record_new (const KdKind *kind)
{
  KdRecord *record = kd_shape_new (&kind->shape);

  record->kind = kind;
  return record;
}

KdRecord *
kd_record_copy (const KdRecord *record)
{
  KdRecord *copy;

  if (record == NULL)
    return NULL;
  copy = kd_record_new (record->kind);
  copy->id = record->id;
  copy->seq = record->seq;
  copy->by = record->by;
  copy->extra = g_strdup (record->extra);
  kd_shape_copy (&record->kind->shape, copy, record);
  return copy;
}

void
kd_record_free (KdRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->extra);
  kd_shape_free (&record->kind->shape, record);
}

gboolean
kd_record_equal (const KdRecord *a,
                 const KdRecord *b)
{
  return a->kind == b->kind
         && kd_id_equal (&a->id, &b->id)
         && g_strcmp0 (a->extra, b->extra) == 0
         && kd_shape_equal (&a->kind->shape, a, b);
}

guint64
kd_record_diff (const KdRecord *a,
                const KdRecord *b)
{
  const KdShape *shape = &a->kind->shape;
  guint64 mask = 0;

  g_assert (a->kind == b->kind);
  for (guint i = 0; i < shape->n_fields; i++)
    if (!kd_field_equal (&shape->fields[i], a, b))
      mask |= G_GUINT64_CONSTANT (1) << i;
  return mask;
}

void
kd_record_apply (KdRecord *record,
                 const KdPartial *partial)
{
  const KdShape *shape = &record->kind->shape;

  g_assert (record->kind == partial->record->kind);
  for (guint i = 0; i < shape->n_fields; i++)
    if ((partial->mask >> i & 1) != 0)
      kd_field_copy (&shape->fields[i], record, partial->record);
}

KdPartial *
kd_record_partial (const KdRecord *record,
                   guint64 mask)
{
  const KdShape *shape = &record->kind->shape;
  KdPartial *partial = kd_partial_new (record->kind);

  for (guint i = 0; i < shape->n_fields; i++)
    if ((mask >> i & 1) != 0)
      kd_field_copy (&shape->fields[i], partial->record, record);
  partial->mask = mask;
  return partial;
}

KdScope
kd_record_get_scope (const KdRecord *record)
{
  const KdField *field;
  int scope;

  if (record->kind->scope != KD_SCOPE_OF_REF)
    return record->kind->scope;
  field = kd_shape_find (&record->kind->shape, "scope");
  scope = *(int *) kd_field_at (field, record);
  /* A scope that a newer version made is the narrowest to us. */
  return scope <= KD_SCOPE_OWNER ? (KdScope) scope : KD_SCOPE_OWNER;
}

gint64
kd_record_get_rid (const KdRecord *record)
{
  const KdField *field = kd_shape_find (&record->kind->shape, "at");
  gint64 at = *(gint64 *) kd_field_at (field, record);
  guint32 tie = (guint32) record->id.b[13] << 16 | (guint32) record->id.b[14] << 8 | record->id.b[15];

  return at << RID_TIE_BITS | (tie & ((1u << RID_TIE_BITS) - 1));
}

const KdIndex *
kd_kind_find_index (const KdKind *kind,
                    const char *name)
{
  for (guint i = 0; i < kind->n_indexes; i++)
    if (strcmp (kind->indexes[i].name, name) == 0)
      return &kind->indexes[i];
  return NULL;
}

KdPartial *
kd_partial_new (const KdKind *kind)
{
  KdPartial *partial = g_new0 (KdPartial, 1);

  partial->record = kd_record_new (kind);
  return partial;
}

KdPartial *
kd_partial_copy (const KdPartial *partial)
{
  KdPartial *copy;

  if (partial == NULL)
    return NULL;
  copy = g_new0 (KdPartial, 1);
  copy->record = kd_record_copy (partial->record);
  copy->mask = partial->mask;
  return copy;
}

void
kd_partial_free (KdPartial *partial)
{
  if (partial == NULL)
    return;
  kd_record_free (partial->record);
  g_free (partial);
}

gpointer
kd_partial_field (KdPartial *partial,
                  const char *field)
{
  const KdShape *shape = &partial->record->kind->shape;
  int i = kd_shape_index (shape, field);

  g_assert (i >= 0);
  partial->mask |= G_GUINT64_CONSTANT (1) << i;
  return kd_field_at (&shape->fields[i], partial->record);
}

gboolean
kd_partial_has (const KdPartial *partial,
                const char *field)
{
  int i = partial != NULL ? kd_shape_index (&partial->record->kind->shape, field) : -1;
  return i >= 0 && (partial->mask >> i & 1) != 0;
}
