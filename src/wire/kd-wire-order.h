/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shape.h"

G_BEGIN_DECLS

/* What reading and writing look up for each member, worked out once for each shape. */
typedef struct
{
  const KdShape *shape;
  guint8 order[64];   /* field indexes by name */
  int kind_field;     /* index of the whole number `kind`, written as the kind's name; or -1 */
  guint64 server_only, local_only, by_server, secret;
} KdWireOrder;

/* (transfer none): for ever; from any thread */
const KdWireOrder *kd_wire_order (const KdShape *shape);

/* The field's index, or -1. */
int kd_wire_order_find (const KdWireOrder *order,
                        const char *name);

G_END_DECLS
