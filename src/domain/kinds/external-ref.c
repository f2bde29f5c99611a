/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdExternalRef

static const KdField fields[] = {
  KD_F (1, system, TEXT, .flags = KD_FIELD_REQUIRED, .max = 40),
  KD_F (2, ref_kind, INT, .min = 1, .max = 1000),
  KD_F (3, ref, ID, .flags = KD_FIELD_REQUIRED),
  KD_F (4, external, TEXT, .flags = KD_FIELD_REQUIRED, .max = 600),
};

static const KdIndex indexes[] = {
  { "external", { "system", "external" }, FALSE },
  { "ref", { "ref" }, FALSE },
};

const KdKind kd_kind_external_ref = {
  KD_KIND_HEAD ("external_ref", KdExternalRef, 9),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
