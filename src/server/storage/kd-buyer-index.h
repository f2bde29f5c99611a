/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"
#include "kd-shop.h"

G_BEGIN_DECLS

/* What buyers list and search: one narrow row for each published product, with its words and its
 * categories. Kept beside the product's row in the same transaction. */

/* Tables that are missing; filled from the products where they were. */
gboolean kd_buyer_index_ensure (KdSqlConnection *connection,
                                GError **error);

/* After a product was written; @is_new: there was none of that id. */
gboolean kd_buyer_index_put (KdSqlConnection *connection,
                             const KdId *shop,
                             const KdProduct *product,
                             gboolean is_new,
                             GError **error);

/* After it was deleted. */
gboolean kd_buyer_index_remove (KdSqlConnection *connection,
                                const KdId *shop,
                                const KdId *product,
                                GError **error);

G_END_DECLS
