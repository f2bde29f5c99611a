/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a text was refused. Each error also has a stable code ("field.type"), the path of the place
 * ("lines/2/quantity", "" for the whole) and, for KD_WIRE_ERROR_JSON, the byte it stands at. */
typedef enum
{
  KD_WIRE_ERROR_JSON,        /* no JSON, or beyond our limits: json.* */
  KD_WIRE_ERROR_FIELD,       /* a value is not what its field takes; `bad_field` to a caller */
  KD_WIRE_ERROR_UNSUPPORTED, /* no mutation of that name and version: unsupported */
} KdWireError;

#define KD_WIRE_ERROR (kd_wire_error_quark ())
GQuark kd_wire_error_quark (void);

/**
 * kd_wire_set_error:
 * @code: a static string
 * @path: (nullable): copied
 */
void kd_wire_set_error (GError **error,
                        KdWireError kind,
                        const char *code,
                        const char *path,
                        gsize position);

/* Of errors in the domain %KD_WIRE_ERROR alone. (transfer none) */
const char *kd_wire_error_get_code (const GError *error);
const char *kd_wire_error_get_path (const GError *error);
gsize kd_wire_error_get_position (const GError *error);

G_END_DECLS
