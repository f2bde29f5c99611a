/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The lab calls the functions of the programs with published vectors (one JSON object a line). A
 * function of the lab only reads its arguments, calls the domain or a format, and writes down what
 * came back. */

#define KD_LAB_LINE_MAX (64 * 1024 * 1024) /* bytes of one request */
#define KD_LAB_DEPTH_MAX 64                /* nested arrays and objects in a request */

/**
 * KdLabFunc:
 *
 * Returns: (transfer full) (nullable): what stands after "ok"; %NULL with @error set by
 *   kd_lab_fail() or kd_lab_fail_at()
 */
typedef JsonNode *(*KdLabFunc) (JsonObject *args,
                                GError **error);

typedef struct
{
  const char *name;
  const char *args;    /* as `list` shows them */
  const char *returns;
  KdLabFunc func;
} KdLabFunction;

/* kd-lab-table.c */
const KdLabFunction *kd_lab_functions (guint *ret_n);

/**
 * kd_lab_answer:
 * @line: one request, without its line end
 * @length: its bytes
 *
 * Returns: (transfer full): the answer as one line of JSON, without a line end
 */
char *kd_lab_answer (const char *line,
                     gsize length) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_lab_json_check:
 * @ret_code: (out): "bad_request" for what is no JSON, nests too deep or can't be held as text,
 *   "number.range" for an integer beyond 64 bits
 * @ret_message: (out): what is wrong, in English
 * @ret_offset: (out): the byte where
 *
 * Strict JSON alone; json-glib lets much more pass. It runs before the parser, which recurses
 * without a limit.
 */
gboolean kd_lab_json_check (const char *text,
                            gsize length,
                            const char **ret_code,
                            const char **ret_message,
                            gsize *ret_offset);

#define KD_LAB_ERROR (kd_lab_error_quark ())
GQuark kd_lab_error_quark (void);

/**
 * kd_lab_fail:
 * @code: stable code of the reason
 * @format: for people, in English
 *
 * Returns: %NULL, so that a function can `return kd_lab_fail (...)`
 */
gpointer kd_lab_fail (GError **error,
                      const char *code,
                      const char *format,
                      ...) G_GNUC_PRINTF (3, 4);

/**
 * kd_lab_fail_at:
 * @at: (transfer full): where in the arguments
 */
gpointer kd_lab_fail_at (GError **error,
                         const char *code,
                         JsonObject *at,
                         const char *format,
                         ...) G_GNUC_PRINTF (4, 5);

/* Arguments. Each of these sets "bad_args" with at.arg where the value is missing or of another
 * type; an argument that is null counts as missing. */
gboolean kd_lab_has (JsonObject *args,
                     const char *name);
const char *kd_lab_get_text (JsonObject *args,
                             const char *name,
                             GError **error);
gboolean kd_lab_get_text_or (JsonObject *args,
                             const char *name,
                             const char *otherwise,
                             const char **ret_text,
                             GError **error);
gboolean kd_lab_get_int (JsonObject *args,
                         const char *name,
                         gint64 *ret_value,
                         GError **error);
gboolean kd_lab_get_int_or (JsonObject *args,
                            const char *name,
                            gint64 otherwise,
                            gint64 *ret_value,
                            GError **error);
gboolean kd_lab_get_bool_or (JsonObject *args,
                             const char *name,
                             gboolean otherwise,
                             gboolean *ret_value,
                             GError **error);
JsonArray *kd_lab_get_array (JsonObject *args,
                             const char *name,
                             GError **error);

/**
 * kd_lab_get_bytes:
 *
 * An argument in base64.
 *
 * Returns: (transfer full) (nullable)
 */
GBytes *kd_lab_get_bytes (JsonObject *args,
                          const char *name,
                          GError **error);

/**
 * kd_lab_dup_number:
 *
 * An integer, a number with decimals or a text, as the decimal text it stands for.
 *
 * Returns: (transfer full) (nullable): %NULL with "bad_args" set for anything else
 */
char *kd_lab_dup_number (JsonNode *node,
                         const char *name,
                         GError **error);

/**
 * kd_lab_end:
 * @builder: (transfer full): with one object or array opened and not yet closed is a mistake
 *
 * Returns: (transfer full): what was built
 */
JsonNode *kd_lab_end (JsonBuilder *builder);

G_END_DECLS
