/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop-tx.h"

G_BEGIN_DECLS

/* 410 resync with the reason, and the head and mark the client goes on with. */
KdProblem *kd_shop_resync_problem (KdSqlConnection *connection, const KdShop *shop, const char *why, GError **error);

/**
 * kd_shop_check_witness:
 *
 * Whether the newest answer that the client knows stands in our history (SYNC 4.6). A client that
 * knows none (head 0) passes.
 */
gboolean kd_shop_check_witness (KdSqlConnection *connection, const KdShop *shop, const KdId *epoch,
                                const KdWitness *witness, KdProblem **ret_problem, GError **error);

G_END_DECLS
