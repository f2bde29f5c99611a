/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdVariant

static const KdField fields[] = {
  KD_F (1, product, REF, .ref = 3, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, position, POSITION),
  KD_F (3, values, REF_SET, .flags = KD_FIELD_DERIVED),
  KD_F (4, title, TEXT, .flags = KD_FIELD_DERIVED, .max = 400),
  KD_F (5, sku, TEXT, .flags = KD_FIELD_UNIQUE | KD_FIELD_SEARCH, .max = 100),
  KD_F (6, sku_key, TEXT, .flags = KD_FIELD_DERIVED, .max = 300),
  KD_F (7, price, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (8, compare_at, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (9, weight, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (10, length, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (11, width, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (12, height, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (13, untracked, BOOL),
  KD_F (14, oversell, BOOL),
  KD_F (15, by_weight, BOOL),
  KD_F (16, buffer, QUANTITY, .min = 0, .max = KD_QUANTITY_MAX),
  KD_F (17, photo, BLOB_HASH),
  KD_F (18, archived, BOOL),
  KD_F (19, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "product", { "product", "position" }, FALSE },
  { "sku", { "sku_key" }, FALSE },
};

const KdKind kd_kind_variant = {
  KD_KIND_HEAD ("variant", KdVariant, 5),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_HAS_OP,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
