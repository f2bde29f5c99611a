/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Just enough JSON to tell an answer of ours from a captive portal's page: this library parses no
 * content. Private to net/. */

#define KD_JSON_DEPTH_MAX 64

/**
 * kd_json_scan:
 * @member: (nullable): a member of the outermost object
 * @ret_text: (out) (optional) (nullable): its value where that is a plain text without escapes
 *
 * Returns: whether @data is one whole object or array with all brackets and quotes closed
 */
gboolean kd_json_scan (const char *data,
                       gsize size,
                       const char *member,
                       char **ret_text);

G_END_DECLS
