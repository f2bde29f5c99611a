/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdStockLevel

static const KdField fields[] = {
  KD_F (1, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, location, REF, .ref = 10, .flags = KD_FIELD_REQUIRED),
  KD_F (3, on_hand, QUANTITY, .flags = KD_FIELD_DERIVED, .min = -KD_QUANTITY_MAX, .max = KD_QUANTITY_MAX),
  KD_F (4, reserved, QUANTITY, .flags = KD_FIELD_DERIVED, .min = -KD_QUANTITY_MAX, .max = KD_QUANTITY_MAX),
};

static const KdIndex indexes[] = {
  { "variant", { "variant", "location" }, FALSE },
};

const KdKind kd_kind_stock_level = {
  KD_KIND_HEAD ("stock_level", KdStockLevel, 12),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_DERIVED | KD_KIND_BY_HAND,
  KD_INDEXES,
};
