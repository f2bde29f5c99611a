/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdOrder

static const char *const origins[] = { "staff", "buyer", NULL };
static const char *const states[] = { "draft", "placed", "done", "cancelled", NULL };
static const char *const payments[] = {
  "unpaid", "partly_paid", "paid", "partly_refunded", "refunded", NULL
};
static const char *const fulfilments[] = {
  "unfulfilled", "packed", "ready_to_ship", "shipped", "delivered", "delivery_failed", "returned",
  NULL
};

static const KdField fields[] = {
  KD_F (1, number, TEXT, .flags = KD_FIELD_DERIVED | KD_FIELD_SEARCH, .max = 40),
  KD_F (2, alias, TEXT, .flags = KD_FIELD_SEARCH | KD_FIELD_APPEND_ONLY, .max = 20),
  KD_F (3, contact, REF, .ref = 15),
  KD_F (4, conversation, REF, .ref = 17),
  KD_F (5, origin, ENUM, .values = origins, .flags = KD_FIELD_DERIVED),
  KD_F (6, state, ENUM, .values = states, .flags = KD_FIELD_DERIVED),
  KD_F (7, payment, ENUM, .values = payments, .flags = KD_FIELD_DERIVED),
  KD_F (8, fulfilment, ENUM, .values = fulfilments, .flags = KD_FIELD_DERIVED),
  KD_F (9, on_hold, BOOL),
  KD_F (10, cancel_requested, BOOL),
  KD_F (11, name, TEXT, .flags = KD_FIELD_SEARCH, .max = 120),
  KD_F (12, phone, TEXT, .flags = KD_FIELD_SEARCH, .max = 32),
  KD_F (13, address, TEXT, .flags = KD_FIELD_MULTILINE, .max = 500),
  KD_F (14, note, TEXT, .flags = KD_FIELD_MULTILINE, .max = 1000),
  KD_F (15, method, ENUM, .values = kd_names_pay_method),
  KD_F (16, shipping_fee, MONEY, .min = 0, .max = KD_MONEY_MAX),
  KD_F (17, courier, TEXT, .max = 60),
  KD_F (18, tracking, TEXT, .flags = KD_FIELD_SEARCH, .max = 80),
  KD_F (19, token, TEXT, .flags = KD_FIELD_SECRET | KD_FIELD_APPEND_ONLY, .max = 32),
  KD_F (20, location, REF, .ref = 10),
  KD_F (21, at, TIME, .flags = KD_FIELD_DERIVED),
  KD_F (22, placed, TIME, .flags = KD_FIELD_DERIVED),
  KD_F (23, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "contact", { "contact" }, FALSE },
  { "conversation", { "conversation" }, FALSE },
  { "token", { "token" }, FALSE },
  { "state", { "state", "fulfilment", "payment" }, FALSE },
  { "number", { "number" }, FALSE },
};

const KdKind kd_kind_order = {
  KD_KIND_HEAD ("order", KdOrder, 19),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_BY_HAND | KD_KIND_TIME_RID,
  KD_INDEXES,
};
