/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "kd-backoff.h"

G_BEGIN_DECLS

/* A live socket that keeps itself alive: it pings, notices a peer that has gone silent (libsoup's
 * own keepalive does not), and connects again with full jitter until it is stopped. It belongs to
 * the thread and main context of its session. */

#define KD_WS_PING_MS 25000
#define KD_WS_DEAD_MS 60000
#define KD_WS_CONNECT_MS 20000
#define KD_WS_STABLE_MS 10000      /* so long up, a connection counts as a success */
#define KD_WS_MAX_BYTES (64 * 1024)

typedef struct _KdWs KdWs;

typedef struct
{
  guint ping_ms;         /* 0 for the default, here and below; whole seconds, rounded up */
  guint dead_ms;
  guint connect_ms;
  guint stable_ms;
  gint64 retry_min_ms;   /* KD_BACKOFF_SOCKET_MIN_MS */
  gint64 retry_max_ms;   /* KD_BACKOFF_SOCKET_MAX_MS */
} KdWsTimes;

/* Each may be NULL, and may stop or free the socket. */
typedef struct
{
  /* Connected, the first time or again. */
  void (*up) (KdWs *ws,
              gpointer data);
  /* A text message came; NUL-terminated. */
  void (*text) (KdWs *ws,
                const char *text,
                gsize size,
                gpointer data);
  /* Not connected, or no more. status: what refused the handshake (401, ...), 0 for the network.
   * It tries again in retry_ms by itself. */
  void (*down) (KdWs *ws,
                guint status,
                gint64 retry_ms,
                gpointer data);
} KdWsEvents;

/**
 * kd_ws_new:
 * @url: ws: or wss:; no token in it
 * @times: (nullable)
 * @random: for the jitter
 */
KdWs *kd_ws_new (SoupSession *session,
                 const char *url,
                 const KdWsTimes *times,
                 const KdWsEvents *events,
                 gpointer data,
                 KdBackoffRandom random,
                 gpointer random_data);

/* Stops it and gives it up; no event comes any more. */
void kd_ws_free (KdWs *ws);

/* Sent as Authorization: Bearer with the next handshake. */
void kd_ws_set_token (KdWs *ws,
                      const char *token);

void kd_ws_start (KdWs *ws);
void kd_ws_stop (KdWs *ws);

/* The network has changed: tries at once if it was waiting, and forgets past failures. */
void kd_ws_poke (KdWs *ws);

gboolean kd_ws_is_up (KdWs *ws);

/* FALSE, and nothing sent, if it isn't up. */
gboolean kd_ws_send_text (KdWs *ws,
                          const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdWs, kd_ws_free)

G_END_DECLS
