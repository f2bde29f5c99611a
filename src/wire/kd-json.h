/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-wire-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define KD_JSON_DEPTH_MAX 32

/* Error codes of parsing. */
#define KD_JSON_TOO_LONG "json.too_long"
#define KD_JSON_TOO_DEEP "json.too_deep"
#define KD_JSON_NOT_UTF8 "json.not_utf8"
#define KD_JSON_NUL "json.nul"
#define KD_JSON_NUMBER "json.number"
#define KD_JSON_DUPLICATE "json.duplicate"
#define KD_JSON_SYNTAX "json.syntax"

/**
 * kd_json_parse:
 * @text: JSON, from anywhere
 * @len: bytes, or -1 if @text ends with a NUL
 * @max_bytes: longest text taken
 *
 * Strict RFC 8259. Also refused: nesting below %KD_JSON_DEPTH_MAX, a NUL in any form, half a
 * surrogate pair, a member named twice, a whole number that no int64 holds.
 *
 * Returns: (transfer full) (nullable): whole numbers are int64 nodes, others double nodes
 */
JsonNode *kd_json_parse (const char *text,
                         gssize len,
                         gsize max_bytes,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_json_parse_object:
 *
 * As kd_json_parse(), for a text that must be an object.
 */
JsonNode *kd_json_parse_object (const char *text,
                                gssize len,
                                gsize max_bytes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
