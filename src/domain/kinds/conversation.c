/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdConversation

const char *const kd_names_conversation_state[] = { "open", "resolved", NULL };

static const KdField fields[] = {
  KD_F (1, contact, REF, .ref = 15, .flags = KD_FIELD_REQUIRED),
  KD_F (2, channel, ENUM, .values = kd_names_channel),
  KD_F (3, state, ENUM, .values = kd_names_conversation_state),
  KD_F (4, assignee, REF, .ref = 2),
  KD_F (5, labels, TEXT_SET, .merge = KD_MERGE_SET),
  KD_F (6, staff_seen, TIME, .merge = KD_MERGE_MAX),
  KD_F (7, buyer_seen, TIME, .merge = KD_MERGE_MAX),
  KD_F (8, last_at, TIME, .flags = KD_FIELD_DERIVED),
  KD_F (9, last_in, TIME, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "contact", { "contact" }, FALSE },
  { "last", { "last_at" }, FALSE },
};

const KdKind kd_kind_conversation = {
  KD_KIND_HEAD ("conversation", KdConversation, 17),
  .scope = KD_SCOPE_CHAT,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
