/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-stock-ledger.h"

#include "kd-mutation-private.h"
#include "kd-stock.h"

#include <string.h>

KdId
kd_stock_level_id (const KdId *variant,
                   const KdId *location)
{
  return kd_id_derive_bytes (variant, kd_kind_stock_level.number, location->b, sizeof location->b);
}

const KdStockLevel *
kd_stock_get_level (KdRows *rows,
                    const KdId *variant,
                    const KdId *location)
{
  KdId id = kd_stock_level_id (variant, location);
  return (const KdStockLevel *) kd_rows_get (rows, &kd_kind_stock_level, &id);
}

static gboolean
change_level (KdRows *rows,
              const KdId *variant,
              const KdId *location,
              gint64 on_hand,
              gint64 reserved)
{
  const KdStockLevel *before = kd_stock_get_level (rows, variant, location);
  KdStockLevel *level;

  if (before != NULL)
    level = (KdStockLevel *) kd_record_copy (&before->parent);
  else
    {
      level = (KdStockLevel *) kd_record_new (&kd_kind_stock_level);
      level->parent.id = kd_stock_level_id (variant, location);
      level->variant = *variant;
      level->location = *location;
    }
  if (__builtin_add_overflow (level->on_hand, on_hand, &level->on_hand)
      || __builtin_add_overflow (level->reserved, reserved, &level->reserved)
      || ABS (level->on_hand) > KD_QUANTITY_MAX || ABS (level->reserved) > KD_QUANTITY_MAX)
    {
      kd_record_free (&level->parent);
      return FALSE;
    }
  kd_rows_put_changed (rows, before != NULL ? &before->parent : NULL, &level->parent);
  return TRUE;
}

static gboolean
is_tracked (KdRows *rows,
            const KdId *variant)
{
  const KdVariant *found = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, variant);
  return found != NULL && !found->untracked;
}

gboolean
kd_stock_book (KdRows *rows,
               const KdContext *ctx,
               const KdId *variant,
               const KdId *location,
               gint64 quantity,
               KdMoveClass class_,
               const char *reason,
               const KdId *order,
               const char *place,
               KdOutcome *outcome)
{
  KdStockMove *move;

  if (quantity == 0 || !is_tracked (rows, variant))
    return TRUE;
  if (!change_level (rows, variant, location, quantity, 0))
    return kd_outcome_refuse (outcome, "number.range");
  move = (KdStockMove *) kd_record_new (&kd_kind_stock_move);
  move->parent.id = kd_made_id (ctx, &kd_kind_stock_move, "%s", place);
  move->variant = *variant;
  move->location = *location;
  move->quantity = quantity;
  move->class_ = class_;
  move->reason = g_strdup (reason);
  if (order != NULL)
    move->order = *order;
  move->effective = ctx->edited;
  move->op = ctx->op;
  kd_rows_put (rows, &move->parent);
  return TRUE;
}

void
kd_stock_unbook (KdRows *rows,
                 const KdContext *ctx,
                 const KdStockMove *move)
{
  KdId id = move->parent.id, variant = move->variant, location = move->location;
  gint64 quantity = move->quantity;

  kd_rows_remove (rows, &kd_kind_stock_move, &id);
  change_level (rows, &variant, &location, -quantity, 0);
}

gboolean
kd_stock_reserve (KdRows *rows,
                  const KdContext *ctx,
                  const KdId *order,
                  const KdId *line,
                  const KdId *variant,
                  const KdId *location,
                  gint64 quantity,
                  gint64 expires,
                  const char *place,
                  KdOutcome *outcome)
{
  KdReservation *reservation;

  if (!is_tracked (rows, variant))
    return TRUE;
  if (!change_level (rows, variant, location, 0, quantity))
    return kd_outcome_refuse (outcome, "number.range");
  reservation = (KdReservation *) kd_record_new (&kd_kind_reservation);
  reservation->parent.id = kd_made_id (ctx, &kd_kind_reservation, "%s", place);
  reservation->order = *order;
  reservation->line = *line;
  reservation->variant = *variant;
  reservation->location = *location;
  reservation->quantity = quantity;
  reservation->expires = expires;
  reservation->op = ctx->op;
  kd_rows_put (rows, &reservation->parent);
  return TRUE;
}

void
kd_stock_release (KdRows *rows,
                  const KdContext *ctx,
                  const KdReservation *reservation)
{
  KdId id = reservation->parent.id, variant = reservation->variant, location = reservation->location;
  gint64 quantity = reservation->quantity;

  kd_rows_remove (rows, &kd_kind_reservation, &id);
  change_level (rows, &variant, &location, 0, -quantity);
}

void
kd_stock_release_order (KdRows *rows,
                        const KdContext *ctx,
                        const KdId *order)
{
  KdReservation like = { .order = *order };
  g_autoptr (GPtrArray) held = kd_rows_scan (rows, &kd_kind_reservation, "order", &like.parent, 1, 0);

  for (guint i = 0; i < held->len; i++)
    kd_stock_release (rows, ctx, g_ptr_array_index (held, i));
}

/* What stands reserved in the level but has expired. */
static gint64
expired_quantity (KdRows *rows,
                  const KdStockLevel *level,
                  gint64 at)
{
  KdReservation like = { .variant = level->variant, .location = level->location };
  g_autoptr (GPtrArray) held = NULL;
  gint64 expired = 0;

  if (level->reserved == 0)
    return 0;
  held = kd_rows_scan (rows, &kd_kind_reservation, "variant", &like.parent, 2, 0);
  for (guint i = 0; i < held->len; i++)
    {
      const KdReservation *reservation = g_ptr_array_index (held, i);
      if (!kd_stock_is_held (reservation, at))
        expired += reservation->quantity;
    }
  return expired;
}

gint64
kd_stock_available (KdRows *rows,
                    const KdId *variant_id,
                    gint64 at)
{
  const KdVariant *variant = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, variant_id);
  KdStockLevel like = { .variant = *variant_id };
  g_autoptr (GPtrArray) levels = NULL;
  gint64 available;

  if (variant == NULL)
    return 0;
  if (variant->untracked)
    return KD_STOCK_UNLIMITED;
  available = -variant->buffer;
  levels = kd_rows_scan (rows, &kd_kind_stock_level, "variant", &like.parent, 1, 0);
  for (guint i = 0; i < levels->len; i++)
    {
      const KdStockLevel *level = g_ptr_array_index (levels, i);
      const KdLocation *location = (const KdLocation *) kd_rows_get (rows, &kd_kind_location, &level->location);

      if (location != NULL && location->transit)
        continue;
      available += level->on_hand - level->reserved + expired_quantity (rows, level, at);
    }
  return available;
}

const KdLocation *
kd_stock_first_location (KdRows *rows)
{
  KdLocation like = { 0 };
  g_autoptr (GPtrArray) all = kd_rows_scan (rows, &kd_kind_location, "place", &like.parent, 0, 0);

  for (guint i = 0; i < all->len; i++)
    {
      const KdLocation *location = g_ptr_array_index (all, i);
      if (!location->transit && !location->archived)
        return location;
    }
  return NULL;
}

gboolean
kd_variant_has_history (KdRows *rows,
                        const KdVariant *variant)
{
  KdOrderLine line = { .variant = variant->parent.id };
  KdReservation reservation = { .variant = variant->parent.id };
  KdStockMove move = { .variant = variant->parent.id };
  g_autoptr (GPtrArray) found = kd_rows_scan (rows, &kd_kind_order_line, "variant", &line.parent, 1, 1);

  if (found->len > 0)
    return TRUE;
  g_clear_pointer (&found, g_ptr_array_unref);
  found = kd_rows_scan (rows, &kd_kind_reservation, "variant", &reservation.parent, 1, 1);
  if (found->len > 0)
    return TRUE;
  g_clear_pointer (&found, g_ptr_array_unref);
  found = kd_rows_scan (rows, &kd_kind_stock_move, "variant", &move.parent, 1, 2);
  for (guint i = 0; i < found->len; i++)
    {
      const KdStockMove *one = g_ptr_array_index (found, i);
      if (one->class_ != KD_MOVE_OPENING || !kd_id_equal (&one->op, &variant->op))
        return TRUE;
    }
  return FALSE;
}
