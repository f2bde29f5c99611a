/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation.h"

G_BEGIN_DECLS

/* Adds the generated mutations of a kind; they live as long as the program. */
void kd_row_mutations_add (const KdKind *kind, GPtrArray *table);

/* The fields that a person may write: a bit for each. */
guint64 kd_kind_writable_mask (const KdKind *kind);

/**
 * kd_row_children:
 *
 * Returns: (nullable) (transfer container): the rows of @child whose parent is the given row; NULL
 *   if @child has no parent of that kind
 */
GPtrArray *kd_row_children (KdRows *rows, const KdKind *child, const KdKind *kind, const KdId *id);

G_END_DECLS
