/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdProduct

static const char *const states[] = { "draft", "active", "archived", NULL };

static const KdField fields[] = {
  KD_F (1, name, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_SEARCH, .max = 300),
  KD_F (2, status, ENUM, .values = states),
  KD_F (3, description, HTML, .flags = KD_FIELD_SEARCH_LATER | KD_FIELD_MULTILINE, .max = KD_LONG_TEXT_MAX),
  KD_F (4, category, REF, .ref = 8),
  KD_F (5, categories, REF_SET, .ref = 8, .merge = KD_MERGE_SET),
  KD_F (6, tags, TEXT_SET, .merge = KD_MERGE_SET, .flags = KD_FIELD_SEARCH),
  KD_F (7, brand, TEXT, .max = 120),
  KD_F (8, price, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (9, compare_at, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (10, weight, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (11, length, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (12, width, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (13, height, INT, .flags = KD_FIELD_EMPTY, .min = 0, .max = 1000000000),
  KD_F (14, tax_class, TEXT, .max = 64),
  KD_F (15, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "name", { "name" }, FALSE },
  { "category", { "category" }, FALSE },
  { "status", { "status" }, FALSE },
};

const KdKind kd_kind_product = {
  KD_KIND_HEAD ("product", KdProduct, 3),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_HAS_OP,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
