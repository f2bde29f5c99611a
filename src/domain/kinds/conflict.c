/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdConflict

static const char *const states[] = { "open", "used", "dismissed", NULL };

static const KdField fields[] = {
  KD_F (1, ref_kind, INT, .min = 1, .max = 1000),
  KD_F (2, ref, ID, .flags = KD_FIELD_REQUIRED),
  KD_F (3, field, TEXT, .flags = KD_FIELD_REQUIRED, .max = 64),
  KD_F (4, value, JSON, .max = 2 * KD_LONG_TEXT_MAX, .valid = kd_json_is_value),
  KD_F (5, lost_by, ID),
  KD_F (6, won_by, ID),
  KD_F (7, lost_at, TIME),
  KD_F (8, won_at, TIME),
  KD_F (9, state, ENUM, .values = states),
  KD_F (10, scope, ENUM, .values = kd_names_scope),
};

static const KdIndex indexes[] = {
  { "ref", { "ref", "field" }, FALSE },
  { "state", { "state" }, FALSE },
};

const KdKind kd_kind_conflict = {
  KD_KIND_HEAD ("conflict", KdConflict, 22),
  .scope = KD_SCOPE_OF_REF,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
