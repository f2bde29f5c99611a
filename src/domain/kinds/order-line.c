/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdOrderLine

static const KdField fields[] = {
  KD_F (1, order, REF, .ref = 19, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, position, POSITION),
  KD_F (3, product, REF, .ref = 3),
  KD_F (4, variant, REF, .ref = 5),
  KD_F (5, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 300),
  KD_F (6, title, TEXT, .max = 400),
  KD_F (7, sku, TEXT, .max = 100),
  KD_F (8, price, MONEY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (9, quantity, QUANTITY, .min = 1, .max = KD_QUANTITY_MAX),
  KD_F (10, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "order", { "order", "position" }, FALSE },
  { "variant", { "variant" }, FALSE },
};

const KdKind kd_kind_order_line = {
  KD_KIND_HEAD ("order_line", KdOrderLine, 20),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_BY_HAND | KD_KIND_HAS_OP,
  KD_INDEXES,
};
