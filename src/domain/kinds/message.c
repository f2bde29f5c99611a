/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdMessage

static const char *const directions[] = { "in", "out", "note", "event", NULL };
const char *const kd_names_body[] = { "text", "product", "order", "image", NULL };
static const char *const deliveries[] = {
  "queued", "sending", "unknown", "sent", "delivered", "read", "failed", "held", NULL
};

static const KdField fields[] = {
  KD_F (1, conversation, REF, .ref = 17, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, direction, ENUM, .values = directions),
  KD_F (3, body, ENUM, .values = kd_names_body),
  KD_F (4, author, ID),
  KD_F (5, text, TEXT, .flags = KD_FIELD_SEARCH | KD_FIELD_MULTILINE, .max = KD_LONG_TEXT_MAX),
  KD_F (6, product, REF, .ref = 3),
  KD_F (7, order, REF, .ref = 19),
  KD_F (8, media, REF, .ref = 14),
  KD_F (9, reply_to, REF, .ref = 18),
  KD_F (10, at, TIME, .flags = KD_FIELD_DERIVED),
  KD_F (11, received, TIME, .flags = KD_FIELD_DERIVED),
  KD_F (12, delivery, ENUM, .values = deliveries, .flags = KD_FIELD_DERIVED),
  KD_F (13, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "conversation", { "conversation", "at" }, FALSE },
  { "order", { "order" }, FALSE },
  { "product", { "product" }, FALSE },
};

const KdKind kd_kind_message = {
  KD_KIND_HEAD ("message", KdMessage, 18),
  .scope = KD_SCOPE_CHAT,
  .flags = KD_KIND_BY_HAND | KD_KIND_TIME_RID | KD_KIND_HAS_OP,
  KD_INDEXES,
};
