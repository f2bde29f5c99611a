/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kd_sku_key:
 * @sku: (nullable)
 *
 * What decides whether two SKUs are the same (rules 2): trimmed, NFKC, case-folded.
 *
 * Returns: (nullable): %NULL for one that is empty
 */
char *kd_sku_key (const char *sku) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
