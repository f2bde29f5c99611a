/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdLocation

static const KdField fields[] = {
  KD_F (1, position, POSITION),
  KD_F (2, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_F (3, transit, BOOL),
  KD_F (4, archived, BOOL),
};

static const KdIndex indexes[] = {
  { "place", { "position" }, FALSE },
};

const KdKind kd_kind_location = {
  KD_KIND_HEAD ("location", KdLocation, 10),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
