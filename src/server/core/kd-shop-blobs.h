/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop-tx.h"

G_BEGIN_DECLS

/* Which blobs a shop has, and who may name and read them (SECURITY 5). The bytes lie outside; these
 * are the shop's rows about them. */

typedef struct
{
  KdHash sha256;
  gint64 size, width, height;
  char *mime;             /* as sniffed */
} KdShopBlob;
void kd_shop_blob_clear (KdShopBlob *blob);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdShopBlob, kd_shop_blob_clear)

/**
 * kd_shop_blob_add:
 * @holder: who uploaded its bytes, and may name it from now on
 */
gboolean kd_shop_blob_add (KdSqlConnection *connection, const KdShop *shop, const KdShopBlob *blob, const KdId *holder, GError **error);

/* FALSE without @error: the shop has no such blob. */
gboolean kd_shop_blob_find (KdSqlConnection *connection, const KdShop *shop, const KdHash *sha256, KdShopBlob *ret_blob, GError **error);

/* Whether a row of these scopes refers to it. */
gboolean kd_shop_blob_may_read (KdSqlConnection *connection, const KdShop *shop, KdScopes scopes, const KdHash *sha256,
                                gboolean *ret_may, GError **error);

/* Whether its holder uploaded it, or may read it. */
gboolean kd_shop_blob_may_name (KdSqlConnection *connection, const KdShop *shop, const KdId *holder, KdScopes scopes,
                                const KdHash *sha256, gboolean *ret_may, GError **error);

/* The bearer of a reference that is taken away may put it back. */
gboolean kd_shop_blob_grant_record (KdSqlConnection *connection, const KdShop *shop, const KdRecord *record, const KdId *holder, GError **error);

/**
 * kd_shop_blobs_settle:
 * @ret_call: (out) (transfer full) (nullable): the call to run instead, where the server fills in
 *   what it sniffed
 *
 * The fence of arguments that name blobs. FALSE: refused in @outcome ("media.not_found"), or @error.
 */
gboolean kd_shop_blobs_settle (KdShopTx *tx, const KdCall *call, const KdContext *ctx, KdCall **ret_call, KdOutcome *outcome, GError **error);

/* Indexes that the questions above need. */
gboolean kd_shop_blobs_ensure (KdSqlConnection *connection, GError **error);

G_END_DECLS
