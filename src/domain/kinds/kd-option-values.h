/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-id.h"

G_BEGIN_DECLS

#define KD_OPTION_VALUES_MAX 250

/* One value of a product's option ("L" of "Size"); the option's field `values` holds them in order
 * as canonical JSON: [{"archived":true,"id":"...","name":"L"}, ...]. */
typedef struct
{
  KdId id;
  char *name;
  gboolean archived;
} KdOptionValue;

KdOptionValue *kd_option_value_new (const KdId *id, const char *name, gboolean archived);
GPtrArray *kd_option_values_new (void);
/* (nullable) (element-type KdOptionValue): NULL if @json is not such a list */
GPtrArray *kd_option_values_parse (const char *json);
char *kd_option_values_write (GPtrArray *values);
const KdOptionValue *kd_option_values_find (GPtrArray *values, const KdId *id);

G_END_DECLS
