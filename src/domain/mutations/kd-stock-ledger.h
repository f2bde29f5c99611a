/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"
#include "kd-mutation.h"

G_BEGIN_DECLS

/* The ledger (stock_move) holds physical movements; stock_level is its sum and the sum of the
 * reservations, kept by these functions alone. */

KdId kd_stock_level_id (const KdId *variant, const KdId *location);

/* (transfer none) (nullable) */
const KdStockLevel *kd_stock_get_level (KdRows *rows, const KdId *variant, const KdId *location);

/**
 * kd_stock_book:
 * @quantity: thousandths, signed
 * @place: makes the movement's id with ctx->uid
 *
 * Adds a movement to the ledger. Always accepted unless numbers run out of range (refuses
 * "number.range"). Untracked variants are left alone.
 */
gboolean kd_stock_book (KdRows *rows, const KdContext *ctx, const KdId *variant, const KdId *location,
                        gint64 quantity, KdMoveClass class_, const char *reason, const KdId *order,
                        const char *place, KdOutcome *outcome);

/**
 * kd_stock_reserve:
 * @expires: ms, 0 for never
 * @place: makes the reservation's id with ctx->uid
 */
gboolean kd_stock_reserve (KdRows *rows, const KdContext *ctx, const KdId *order, const KdId *line,
                           const KdId *variant, const KdId *location, gint64 quantity,
                           gint64 expires, const char *place, KdOutcome *outcome);

/* Deletes the reservation and lowers what is reserved. */
void kd_stock_release (KdRows *rows, const KdContext *ctx, const KdReservation *reservation);
/* All reservations of an order. */
void kd_stock_release_order (KdRows *rows, const KdContext *ctx, const KdId *order);

/**
 * kd_stock_available:
 * @at: reservations that expired by then don't count
 *
 * on hand - reserved - buffer over all sellable locations, in thousandths; G_MAXINT64 for an
 * untracked variant.
 */
gint64 kd_stock_available (KdRows *rows, const KdId *variant, gint64 at);

/* (transfer none) (nullable): the first location in order that sells */
const KdLocation *kd_stock_first_location (KdRows *rows);

/* Deletes a movement that undo is permitted to (rules 2) and takes it out of the level. */
void kd_stock_unbook (KdRows *rows, const KdContext *ctx, const KdStockMove *move);

/**
 * kd_variant_has_history:
 *
 * Whether an order line, a reservation or a movement other than its own opening one speaks of the
 * variant: then it is archived, never deleted (rules 2).
 */
gboolean kd_variant_has_history (KdRows *rows, const KdVariant *variant);

/**
 * kd_stock_raise_oversold:
 * @order: (nullable): the order that did it
 *
 * Where less than nothing is available now, one task that says so (server alone).
 */
void kd_stock_raise_oversold (KdRows *rows, const KdContext *ctx, const KdId *variant, const KdId *order);

G_END_DECLS
