/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a kind's file writes its tables: KD_STRUCT is defined there as the struct's name. */

#include "kd-kinds.h"
#include "kd-option-values.h"

#define KD_FIELD_OF(s, m) G_STRUCT_OFFSET (s, m)
#define KD_F(num, field, t, ...) \
  { .name = #field, .number = num, .type = KD_TYPE_##t, .offset = KD_FIELD_OF (KD_STRUCT, field), .since = 1, ##__VA_ARGS__ }
#define KD_F_AS(num, text, field, t, ...) \
  { .name = text, .number = num, .type = KD_TYPE_##t, .offset = KD_FIELD_OF (KD_STRUCT, field), .since = 1, ##__VA_ARGS__ }

#define KD_KIND_HEAD(text, s, num) \
  .shape = { .name = text, .size = sizeof (s), .fields = fields, .n_fields = G_N_ELEMENTS (fields) }, \
  .number = num, .since = 1

#define KD_INDEXES .indexes = indexes, .n_indexes = G_N_ELEMENTS (indexes)

/* Names of what several kinds share. */
extern const char *const kd_names_channel[];
extern const char *const kd_names_pay_method[];
extern const char *const kd_names_scope[];
extern const char *const kd_names_role[];
extern const char *const kd_names_body[];
extern const char *const kd_names_conversation_state[];

/* Validators of JSON fields (kd-json-fields.c). */
gboolean kd_json_is_option_values (const char *json);
gboolean kd_json_is_value (const char *json);
gboolean kd_json_is_object (const char *json);
