/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop-tx.h"

G_BEGIN_DECLS

/* The server's rows inside a shop transaction: every put takes the next sequence and writes the
 * row, its sync_row entry, hash, digest, field edits and audit in one place. */
typedef struct _KdShopRows KdShopRows;

KdShopRows *kd_shop_rows_new (KdShopTx *tx, const KdHash *audit_chain);
void kd_shop_rows_free (KdShopRows *rows);
KdRows *kd_shop_rows_get_rows (KdShopRows *rows);
void kd_shop_rows_begin (KdShopRows *rows, const KdContext *ctx);
gboolean kd_shop_rows_failed_with (KdShopRows *rows, GError **error);
GArray *kd_shop_rows_unnumbered (KdShopRows *rows);
const KdHash *kd_shop_rows_get_audit_chain (KdShopRows *rows);
/* At the end of the transaction: what its rows add to the shop's digests. */
gboolean kd_shop_rows_write_digests (KdShopRows *rows, GError **error);
/* After a rollback to the savepoint: what was counted since is taken back. */
void kd_shop_rows_mark (KdShopRows *rows);
void kd_shop_rows_undo_to_mark (KdShopRows *rows);

G_END_DECLS
