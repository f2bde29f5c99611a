/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation.h"
#include "kd-wire-record.h"

G_BEGIN_DECLS

/* Longest arguments of one mutation. */
#define KD_WIRE_ARGS_MAX (1024 * 1024)

#define KD_WIRE_CODE_UNSUPPORTED "unsupported"

/**
 * kd_wire_call_to_args:
 *
 * The arguments in their stable form: names in order, defaults left out. It is its own canonical
 * form, so the mutation's hash can be taken of it.
 */
char *kd_wire_call_to_args (const KdCall *call) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_wire_call_read:
 * @version: of the mutation; 0: the newest
 * @args: an object
 *
 * Returns: (transfer full): with %KD_WIRE_ERROR_UNSUPPORTED where nothing has that name and version
 */
KdCall *kd_wire_call_read (const char *name,
                           guint version,
                           JsonNode *args,
                           KdWireReadFlags flags,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
KdCall *kd_wire_call_parse (const char *name,
                            guint version,
                            const char *args,
                            KdWireReadFlags flags,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_wire_call_to_json:
 *
 * A call in one text, {"args","name","v"}: how an operation keeps its inverse.
 */
char *kd_wire_call_to_json (const KdCall *call) G_GNUC_WARN_UNUSED_RESULT;
KdCall *kd_wire_call_from_json (const char *json,
                                KdWireReadFlags flags,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_wire_error_to_outcome:
 *
 * Refuses @outcome as the error says: "unsupported", or "bad_field" with `field` (the path) and
 * `reason` (the error's code).
 */
void kd_wire_error_to_outcome (const GError *error,
                               KdOutcome *outcome);

G_END_DECLS
