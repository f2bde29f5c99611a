/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdMember

const char *const kd_names_role[] = { "owner", "manager", "agent", "cashier", "viewer", NULL };

static const KdField fields[] = {
  KD_F (1, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_F (2, role, ENUM, .values = kd_names_role),
  KD_F (3, grants, TEXT_SET),
  KD_F (4, photo, BLOB_HASH),
  KD_F (5, removed, BOOL),
};

static const KdIndex indexes[] = {
  { "role", { "role" }, FALSE },
};

const KdKind kd_kind_member = {
  KD_KIND_HEAD ("member", KdMember, 2),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
