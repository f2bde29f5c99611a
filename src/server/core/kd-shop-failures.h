/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop.h"

G_BEGIN_DECLS

/* Entries that fail inside the server, not for want of a lock or of disk: what fails so three times
 * is refused, so that what comes after it in the queue is not held up for ever. Counted in memory:
 * after a restart of the server an entry has its three tries again. */

#define KD_SHOP_FAILURES_MAX 3

/* Whether the entry of that hash has failed %KD_SHOP_FAILURES_MAX times; if so it is forgotten. */
gboolean kd_shop_failures_take (const KdHash *hash);
/* Counts @error, unless it is one that passes by itself. */
void kd_shop_failures_add (const KdHash *hash, const GError *error);

G_END_DECLS
