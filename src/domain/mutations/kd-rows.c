/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rows.h"

const KdRecord *
kd_rows_get (KdRows *rows,
             const KdKind *kind,
             const KdId *id)
{
  return kd_id_is_none (id) ? NULL : rows->klass->get (rows, kind, id);
}

void
kd_rows_put (KdRows *rows,
             KdRecord *record)
{
  rows->klass->put (rows, record);
}

void
kd_rows_remove (KdRows *rows,
                const KdKind *kind,
                const KdId *id)
{
  rows->klass->remove (rows, kind, id);
}

gboolean
kd_rows_used (KdRows *rows,
              const KdKind *kind,
              const KdId *id)
{
  return rows->klass->used (rows, kind, id);
}

GPtrArray *
kd_rows_scan (KdRows *rows,
              const KdKind *kind,
              const char *index,
              const KdRecord *like,
              guint n_fields,
              guint limit)
{
  const KdIndex *found = kd_kind_find_index (kind, index);

  g_assert (found != NULL);
  return rows->klass->scan (rows, kind, found, like, n_fields, limit);
}

gboolean
kd_rows_failed (KdRows *rows)
{
  return rows->klass->failed != NULL && rows->klass->failed (rows);
}
