/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdPayment

static const KdField fields[] = {
  KD_F (1, order, REF, .ref = 19, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, amount, MONEY, .min = -KD_MONEY_MAX, .max = KD_MONEY_MAX),
  KD_F (3, method, ENUM, .values = kd_names_pay_method),
  KD_F (4, reference, TEXT, .max = 120),
  KD_F (5, at, TIME),
  KD_F (6, reverses, REF, .ref = 21),
};

static const KdIndex indexes[] = {
  { "order", { "order", "at" }, FALSE },
};

const KdKind kd_kind_payment = {
  KD_KIND_HEAD ("payment", KdPayment, 21),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_APPEND_ONLY | KD_KIND_BY_HAND,
  KD_INDEXES,
};
