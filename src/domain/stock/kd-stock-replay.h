/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* Stock events one after the other, on rows in memory and with the functions that the handlers of
 * the mutations use. What the shop's policy forbids is refused and changes nothing. */

typedef enum
{
  KD_EVENT_RECEIVE,
  KD_EVENT_ADJUST,      /* quantity is a difference */
  KD_EVENT_RESERVE,
  KD_EVENT_RELEASE,
  KD_EVENT_SHIP,        /* uses up reservations of the same ref first */
  KD_EVENT_RETURN,
  KD_EVENT_TRANSFER,
  KD_EVENT_COUNT,       /* quantity is what was counted */
  KD_EVENT_EXPIRE,      /* holds that are due end; with a ref or without an expiry at once */
} KdStockEventType;

/* -1 for an unknown name: "receive", "adjust"... */
int kd_stock_event_from_text (const char *text);

#define KD_EVENT_ALL KD_EMPTY /* as quantity of release and expire: whatever is reserved */

typedef struct
{
  KdStockEventType type;
  const char *variant;
  const char *location;
  const char *to;       /* transfer */
  gint64 quantity;      /* thousandths */
  const char *ref;      /* (nullable): the order or cart */
  gint64 at;            /* ms */
  gint64 expires;       /* reserve: ms, 0 for never */
  gint64 seen;          /* count: on hand when counting began, KD_EMPTY for as it is now */
  gboolean buyer;       /* reserve, ship: a buyer's order */
  gboolean confirmed;   /* reserve, ship: whoever sells was asked and said yes */
} KdStockEvent;

typedef struct
{
  guint event;          /* index of the event that made it */
  const char *variant, *location;
  const KdStockMove *move;
} KdReplayMove;

typedef struct _KdStockReplay KdStockReplay;

KdStockReplay *kd_stock_replay_new (KdStockPolicy policy) G_GNUC_WARN_UNUSED_RESULT;
void kd_stock_replay_free (KdStockReplay *replay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdStockReplay, kd_stock_replay_free)

/* Whether the name was new. */
gboolean kd_stock_replay_add_variant (KdStockReplay *replay,
                                      const char *name,
                                      gboolean untracked,
                                      gboolean oversell,
                                      gint64 buffer);
gboolean kd_stock_replay_add_location (KdStockReplay *replay,
                                       const char *name,
                                       gboolean transit);

/**
 * kd_stock_replay_apply:
 * @ret_code: (out) (transfer none): "variant.unknown", "location.unknown", "transfer.same",
 *   "number.range", "stock.insufficient", "stock.confirm" (the policy asks), "reservation.gone",
 *   "reservation.insufficient" or "reservation.not_due"
 */
gboolean kd_stock_replay_apply (KdStockReplay *replay,
                                const KdStockEvent *event,
                                const char **ret_code);

/**
 * kd_stock_replay_get_level:
 * @location: (nullable): %NULL for all that sell together
 * @at: when it is read
 * @ret_available: (out): of one location the buffer, which is the variant's, is taken away only
 *   where there is no other
 */
void kd_stock_replay_get_level (KdStockReplay *replay,
                                const char *variant,
                                const char *location,
                                gint64 at,
                                gint64 *ret_on_hand,
                                gint64 *ret_reserved,
                                gint64 *ret_available);

/* (transfer full) (element-type KdReplayMove): the movements in order */
GArray *kd_stock_replay_get_ledger (KdStockReplay *replay);

G_END_DECLS
