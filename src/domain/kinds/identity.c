/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdIdentity

static const KdField fields[] = {
  KD_F (1, contact, REF, .ref = 15, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, channel, ENUM, .values = kd_names_channel),
  KD_F (3, handle, TEXT, .max = 120),
  KD_F (4, verified, BOOL),
};

static const KdIndex indexes[] = {
  { "handle", { "channel", "handle" }, FALSE },
  { "contact", { "contact" }, FALSE },
};

const KdKind kd_kind_identity = {
  KD_KIND_HEAD ("identity", KdIdentity, 16),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
