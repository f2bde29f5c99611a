/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdCategory

static const KdField fields[] = {
  KD_F (1, up, REF, .ref = 8),
  KD_F (2, position, POSITION),
  KD_F (3, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
};

static const KdIndex indexes[] = {
  { "up", { "up", "position" }, FALSE },
  { "name", { "name" }, FALSE },
};

const KdKind kd_kind_category = {
  KD_KIND_HEAD ("category", KdCategory, 8),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
