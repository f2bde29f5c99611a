/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#define KD_STRUCT KdMedia

static const KdField fields[] = {
  KD_F (1, product, REF, .ref = 3, .flags = KD_FIELD_PARENT),
  KD_F (2, message, REF, .ref = 18, .flags = KD_FIELD_PARENT),
  KD_F (3, position, POSITION),
  KD_F (4, blob, BLOB_HASH),
  KD_F (5, mime, TEXT, .max = 100),
  KD_F (6, name, TEXT, .max = 300),
  KD_F (7, alt, TEXT, .max = 500),
  KD_F (8, size, INT, .min = 0, .max = 1000000000000),
  KD_F (9, width, INT, .min = 0, .max = 1000000),
  KD_F (10, height, INT, .min = 0, .max = 1000000),
  KD_F (11, source, TEXT, .max = 2000),
  KD_F (12, scope, ENUM, .values = kd_names_scope),
};

static const KdIndex indexes[] = {
  { "product", { "product", "position" }, FALSE },
  { "message", { "message" }, FALSE },
  { "blob", { "blob" }, FALSE },
};

const KdKind kd_kind_media = {
  KD_KIND_HEAD ("media", KdMedia, 14),
  .scope = KD_SCOPE_OF_REF,
  .flags = KD_KIND_BY_HAND,
  KD_INDEXES,
};
