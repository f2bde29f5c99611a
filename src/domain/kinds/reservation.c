/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdReservation

static const KdField fields[] = {
  KD_F (1, order, REF, .ref = 19, .flags = KD_FIELD_REQUIRED | KD_FIELD_PARENT),
  KD_F (2, line, REF, .ref = 20),
  KD_F (3, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED),
  KD_F (4, location, REF, .ref = 10, .flags = KD_FIELD_REQUIRED),
  KD_F (5, quantity, QUANTITY, .min = 0, .max = KD_QUANTITY_MAX),
  KD_F (6, expires, TIME),
  KD_F (7, op, ID, .flags = KD_FIELD_DERIVED),
};

static const KdIndex indexes[] = {
  { "order", { "order" }, FALSE },
  { "variant", { "variant", "location" }, FALSE },
};

const KdKind kd_kind_reservation = {
  KD_KIND_HEAD ("reservation", KdReservation, 13),
  .scope = KD_SCOPE_EVERYONE,
  .flags = KD_KIND_BY_HAND | KD_KIND_HAS_OP,
  KD_INDEXES,
};
