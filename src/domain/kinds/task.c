/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdTask

static const char *const types[] = { "oversold", "race", "loop", "picture", NULL };
static const char *const states[] = { "open", "done", NULL };

static const KdField fields[] = {
  KD_F (1, type, ENUM, .values = types),
  KD_F (2, ref_kind, INT, .min = 1, .max = 1000),
  KD_F (3, ref, ID),
  KD_F (4, values, JSON, .max = 4096, .valid = kd_json_is_object),
  KD_F (5, at, TIME),
  KD_F (6, state, ENUM, .values = states),
  KD_F (7, scope, ENUM, .values = kd_names_scope),
};

static const KdIndex indexes[] = {
  { "ref", { "ref" }, FALSE },
  { "state", { "state" }, FALSE },
};

const KdKind kd_kind_task = {
  KD_KIND_HEAD ("task", KdTask, 23),
  .scope = KD_SCOPE_OF_REF,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
