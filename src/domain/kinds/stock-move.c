/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdStockMove

static const char *const classes[] = {
  "opening", "receipt", "sale", "shipment", "return", "damage", "adjust", "count", "transfer", NULL
};

static const KdField fields[] = {
  KD_F (1, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, location, REF, .ref = 10, .flags = KD_FIELD_REQUIRED),
  KD_F (3, quantity, QUANTITY, .min = -KD_QUANTITY_MAX, .max = KD_QUANTITY_MAX),
  KD_F_AS (4, "class", class_, ENUM, .values = classes),
  KD_F (5, reason, TEXT, .max = 300),
  KD_F (6, order, REF, .ref = 19),
  KD_F (7, effective, TIME),
  KD_F (8, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "variant", { "variant", "location", "effective" }, FALSE },
  { "order", { "order" }, FALSE },
};

const KdKind kd_kind_stock_move = {
  KD_KIND_HEAD ("stock_move", KdStockMove, 11),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_APPEND_ONLY | KD_KIND_BY_HAND | KD_KIND_HAS_OP,
  KD_INDEXES,
};
