/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdShopProfile

static const char *const policies[] = { "block", "ask", "allow", NULL };
static const char *const deducts[] = { "shipping", "payment", NULL };
static const char *const taxes[] = { "none", "ppn", NULL };

static const KdField fields[] = {
  KD_F (1, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_F (2, slug, TEXT, .flags = KD_FIELD_REQUIRED, .max = 40),
  KD_F (3, currency, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_APPEND_ONLY, .min = 3, .max = 3),
  KD_F (4, region, TEXT, .max = 2),
  KD_F (5, timezone, TEXT, .max = 64),
  KD_F (6, language, TEXT, .max = 16),
  KD_F (7, about, TEXT, .flags = KD_FIELD_MULTILINE, .max = 2000),
  KD_F (8, phone, TEXT, .max = 32),
  KD_F (9, address, TEXT, .flags = KD_FIELD_MULTILINE, .max = 500),
  KD_F (10, payment_text, TEXT, .flags = KD_FIELD_MULTILINE, .max = 1000),
  KD_F (11, logo, BLOB_HASH),
  KD_F (12, stock_policy, ENUM, .values = policies),
  KD_F (13, deduct_at, ENUM, .values = deducts),
  KD_F (14, tax_mode, ENUM, .values = taxes),
  KD_F (15, prices_include_tax, BOOL),
  KD_F (16, hold_minutes, INT, .min = 0, .max = 100000),
  KD_F (17, buyer_hold_hours, INT, .min = 0, .max = 10000),
  KD_F (18, closed, BOOL),
};

static const KdIndex indexes[] = {
  { "slug", { "slug" }, FALSE },
};

const KdKind kd_kind_shop_profile = {
  KD_KIND_HEAD ("shop_profile", KdShopProfile, 1),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
