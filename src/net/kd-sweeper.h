/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Closes what SoupServer 3.2 leaves open of what a KdAcceptor took in. It keeps the descriptor of every keep-alive connection
 * that the other side has closed while it was idle, and it waits for ever for a request that
 * somebody sends byte by byte. The sweeper looks at all connections a few times a second. Sockets
 * that became WebSockets are not its business: those tell when they close. */

#define KD_SWEEPER_EVERY_MS 500
#define KD_SWEEPER_IDLE_MS 60000      /* without a whole request head */
#define KD_SWEEPER_BODY_MS 120000     /* from head to the end of the body */

typedef struct
{
  guint every_ms;   /* 0 for the default, here and below */
  guint idle_ms;
  guint body_ms;
} KdSweeperTimes;

typedef struct _KdSweeper KdSweeper;

/**
 * kd_sweeper_new:
 * @times: (nullable)
 *
 * To be made before the server gets its first connection, on its thread and main context.
 */
KdSweeper *kd_sweeper_new (SoupServer *server,
                           const KdSweeperTimes *times);
void kd_sweeper_free (KdSweeper *sweeper);

/* Connections that are known and open now; a figure for /metrics. */
guint kd_sweeper_count (KdSweeper *sweeper);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSweeper, kd_sweeper_free)

G_END_DECLS
