/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdOption

static const KdField fields[] = {
  KD_F (1, product, REF, .ref = 3, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, position, POSITION),
  KD_F (3, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_F (4, values, JSON, .max = KD_LONG_TEXT_MAX, .valid = kd_json_is_option_values),
};

static const KdIndex indexes[] = {
  { "product", { "product", "position" }, FALSE },
};

const KdKind kd_kind_option = {
  KD_KIND_HEAD ("option", KdOption, 4),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
