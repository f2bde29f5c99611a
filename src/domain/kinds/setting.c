/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdSetting

static const KdField fields[] = {
  KD_F (1, key, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_APPEND_ONLY, .max = 120),
  KD_F (2, value, JSON, .max = 16384, .valid = kd_json_is_value),
};

static const KdIndex indexes[] = {
  { "key", { "key" }, FALSE },
};

const KdKind kd_kind_setting = {
  KD_KIND_HEAD ("setting", KdSetting, 24),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_MANAGERS,
  KD_INDEXES,
};
