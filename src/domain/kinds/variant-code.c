/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdVariantCode

static const KdField fields[] = {
  KD_F (1, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, code, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_UNIQUE | KD_FIELD_SEARCH, .max = 64),
  KD_F (3, unit, TEXT, .max = 40),
  KD_F (4, factor, QUANTITY, .min = 0, .max = KD_QUANTITY_MAX),
  KD_F (5, price, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
};

static const KdIndex indexes[] = {
  { "variant", { "variant" }, FALSE },
  { "code", { "code" }, FALSE },
};

const KdKind kd_kind_variant_code = {
  KD_KIND_HEAD ("variant_code", KdVariantCode, 7),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
