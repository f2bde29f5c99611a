/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop-tx.h"

G_BEGIN_DECLS

/* What the buyers' page asks of storage beyond single rows: the session behind a cookie, lists of
 * what is for sale, and a conversation in pages. Implemented in storage/. */

/**
 * KdBuyerSession:
 * @token: hash of what the cookie holds; the cookie itself is never stored
 * @contact: none until the first message or order
 * @conversation: none until the first message
 */
typedef struct
{
  KdHash token;
  KdId contact, conversation;
} KdBuyerSession;

/**
 * kd_buyer_session_load:
 * @ret_session: (out): has @token alone where nothing is stored yet, which is no error
 */
gboolean kd_buyer_session_load (KdSqlConnection *connection,
                                const KdShop *shop,
                                const KdHash *token,
                                KdBuyerSession *ret_session,
                                GError **error);

/* Inside the transaction that wrote the message or the order. Nothing known is forgotten: a contact
 * or a conversation that stands there stays. */
gboolean kd_buyer_session_save (KdShopTx *tx,
                                const KdBuyerSession *session,
                                GError **error);

/**
 * KdBuyerOrder:
 * @typed: name, phone and address were typed in this session, which may read them
 */
typedef struct
{
  KdId order;
  gboolean typed;
} KdBuyerOrder;

#define KD_BUYER_ORDERS_MAX 200 /* of one session, the newest */

/* Carts included. @typed stays once it was set. */
gboolean kd_buyer_order_add (KdShopTx *tx,
                             const KdHash *token,
                             const KdId *order,
                             gboolean typed,
                             GError **error);

/* (transfer full) (element-type KdBuyerOrder): newest first */
GArray *kd_buyer_orders (KdSqlConnection *connection,
                         const KdShop *shop,
                         const KdHash *token,
                         GError **error);

/* When the order's row was last written; 0 where there is none. */
gboolean kd_buyer_order_get_changed (KdSqlConnection *connection,
                                     const KdShop *shop,
                                     const KdId *order,
                                     gint64 *ret_at,
                                     GError **error);

/**
 * KdBuyerList:
 * @search: (nullable): words that names, brands and tags shall begin with
 * @categories: (nullable) (element-type KdId): products of any of them
 * @before: the product that the page before ended with; none for the first page
 * @limit: most of them
 */
typedef struct
{
  const char *search;
  GArray *categories;
  KdId before;
  guint limit;
} KdBuyerList;

#define KD_BUYER_SEARCH_WORDS_MAX 8

/**
 * kd_buyer_products:
 *
 * Published products that fit, newest first.
 *
 * Returns: (transfer full) (element-type KdId)
 */
GArray *kd_buyer_products (KdSqlConnection *connection,
                           const KdShop *shop,
                           const KdBuyerList *list,
                           GError **error);

/* Categories that hold published products, directly. (transfer full) (element-type KdId) */
GArray *kd_buyer_categories (KdSqlConnection *connection,
                             const KdShop *shop,
                             GError **error);

/* Whether a variant of a published product shows this picture. */
gboolean kd_buyer_is_variant_photo (KdSqlConnection *connection,
                                    const KdShop *shop,
                                    const KdHash *sha256,
                                    gboolean *ret_is,
                                    GError **error);

/**
 * kd_buyer_messages:
 * @before: their time is before this; G_MAXINT64 for the newest
 *
 * What both sides wrote; notes of the staff are no part of it.
 *
 * Returns: (transfer full) (element-type KdRecord): newest first
 */
GPtrArray *kd_buyer_messages (KdSqlConnection *connection,
                              const KdShop *shop,
                              const KdId *conversation,
                              gint64 before,
                              guint limit,
                              GError **error);

/* Those written or changed after a position (the row's seq), oldest change first. */
GPtrArray *kd_buyer_messages_since (KdSqlConnection *connection,
                                    const KdShop *shop,
                                    const KdId *conversation,
                                    gint64 seq,
                                    guint limit,
                                    GError **error);

G_END_DECLS
