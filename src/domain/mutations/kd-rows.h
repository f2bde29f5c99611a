/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"

G_BEGIN_DECLS

/* The rows as a handler sees them, inside one transaction. Implemented by store/ (the desktop),
 * by server/storage (the truth) and by KdMemoryRows (tests). Records that get and scan return
 * belong to the KdRows and stay as they were read until the mutation ends. */

typedef struct _KdRows KdRows;

typedef struct
{
  const KdRecord *(*get) (KdRows *rows, const KdKind *kind, const KdId *id);
  void (*put) (KdRows *rows, KdRecord *record);
  void (*remove) (KdRows *rows, const KdKind *kind, const KdId *id);
  gboolean (*used) (KdRows *rows, const KdKind *kind, const KdId *id);
  GPtrArray *(*scan) (KdRows *rows, const KdKind *kind, const KdIndex *index,
                      const KdRecord *like, guint n_fields, guint limit);
  gboolean (*failed) (KdRows *rows);
} KdRowsClass;

struct _KdRows
{
  const KdRowsClass *klass;
};

/* (nullable) (transfer none) */
const KdRecord *kd_rows_get (KdRows *rows, const KdKind *kind, const KdId *id);

/* Writes a row, new or not: (transfer full). */
void kd_rows_put (KdRows *rows, KdRecord *record);
void kd_rows_remove (KdRows *rows, const KdKind *kind, const KdId *id);

/**
 * kd_rows_used:
 *
 * Whether the id is taken: live, deleted and still waiting, or a known tombstone.
 */
gboolean kd_rows_used (KdRows *rows, const KdKind *kind, const KdId *id);

/**
 * kd_rows_scan:
 * @index: name of a declared index of @kind
 * @like: a record of @kind whose first @n_fields fields of the index say what is looked for
 * @limit: at most so many, 0 for all
 *
 * Returns: (transfer container) (element-type KdRecord): in the order of the index, then of the id
 */
GPtrArray *kd_rows_scan (KdRows *rows, const KdKind *kind, const char *index,
                         const KdRecord *like, guint n_fields, guint limit);

/**
 * kd_rows_failed:
 *
 * Whether storage failed during this mutation: the transaction is then rolled back whole and the
 * mutation's own answer means nothing.
 */
gboolean kd_rows_failed (KdRows *rows);

/* Rows in memory, for tests of rules and handlers. */
typedef struct _KdMemoryRows KdMemoryRows;
KdMemoryRows *kd_memory_rows_new (void);
KdMemoryRows *kd_memory_rows_copy (const KdMemoryRows *rows);
gboolean kd_memory_rows_equal (const KdMemoryRows *a, const KdMemoryRows *b);
guint kd_memory_rows_count (const KdMemoryRows *rows, const KdKind *kind);
void kd_memory_rows_foreach (const KdMemoryRows *rows, const KdKind *kind, GFunc func, gpointer data);
void kd_memory_rows_free (KdMemoryRows *rows);
KdRows *kd_memory_rows_get_rows (KdMemoryRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdMemoryRows, kd_memory_rows_free)

G_END_DECLS
