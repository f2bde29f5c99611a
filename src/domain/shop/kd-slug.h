/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KD_SLUG_MIN 3  /* bytes */
#define KD_SLUG_MAX 40

/**
 * kd_slug_is_valid:
 * @slug: (nullable)
 *
 * Whether a shop may have this name in its buyers' address: [a-z0-9][a-z0-9-]{2,39}, and none of
 * the server's own root routes.
 */
gboolean kd_slug_is_valid (const char *slug);

G_END_DECLS
