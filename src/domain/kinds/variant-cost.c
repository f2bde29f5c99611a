/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdVariantCost

static const KdField fields[] = {
  KD_F (1, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, cost, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (3, supplier, TEXT, .max = 120),
};

static const KdIndex indexes[] = {
  { "variant", { "variant" }, FALSE },
};

const KdKind kd_kind_variant_cost = {
  KD_KIND_HEAD ("variant_cost", KdVariantCost, 6),
  .scope = KD_SCOPE_MANAGER,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
