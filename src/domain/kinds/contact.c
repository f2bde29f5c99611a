/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdContact

static const KdField fields[] = {
  KD_F (1, name, TEXT, .flags = KD_FIELD_SEARCH, .max = 120),
  KD_F (2, phone, TEXT, .flags = KD_FIELD_SEARCH, .max = 32),
  KD_F (3, phone_verified, BOOL, .flags = KD_FIELD_DERIVED),
  KD_F (4, email, TEXT, .flags = KD_FIELD_SEARCH, .max = 254),
  KD_F (5, address, TEXT, .flags = KD_FIELD_MULTILINE, .max = 500),
  KD_F (6, notes, TEXT, .flags = KD_FIELD_MULTILINE, .max = 4000),
  KD_F (7, tags, TEXT_SET, .merge = KD_MERGE_SET),
  KD_F (8, language, TEXT, .max = 16),
  KD_F (9, blocked, BOOL),
};

static const KdIndex indexes[] = {
  { "phone", { "phone" }, FALSE },
  { "name", { "name" }, FALSE },
};

const KdKind kd_kind_contact = {
  KD_KIND_HEAD ("contact", KdContact, 15),
  .scope = KD_SCOPE_EVERYONE,
  .roles = KD_ROLES_SELLING,
  KD_INDEXES,
};
