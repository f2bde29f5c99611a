/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shape.h"

G_BEGIN_DECLS

/* Appends @text as a JSON string. */
void kd_json_append_string (GString *json, const char *text);

/**
 * kd_field_append_json:
 *
 * Appends the value of one field of a record (not PARTIAL or LIST) as JSON.
 */
void kd_field_append_json (const KdField *field, gconstpointer object, GString *json);

G_END_DECLS
