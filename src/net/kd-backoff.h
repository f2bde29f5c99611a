/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long to wait before trying again: "full jitter", a time drawn evenly from nothing to a bound
 * that doubles with each attempt, so that many clients don't come back together. */

#define KD_BACKOFF_CALL_MIN_MS 1000
#define KD_BACKOFF_CALL_MAX_MS (5 * 60 * 1000)
#define KD_BACKOFF_SOCKET_MIN_MS 1000
#define KD_BACKOFF_SOCKET_MAX_MS (60 * 1000)
#define KD_BACKOFF_FLOOR_MS 50   /* never less: a draw of nothing is no wait */

/* As KdRandomFunc: fills @bytes. */
typedef void (*KdBackoffRandom) (gpointer data,
                                 guint8 *bytes,
                                 gsize n);

typedef struct
{
  gint64 min_ms;
  gint64 max_ms;
  guint attempts;
} KdBackoff;

void kd_backoff_init (KdBackoff *backoff,
                      gint64 min_ms,
                      gint64 max_ms);

/* After a success, or when the network has changed. */
void kd_backoff_reset (KdBackoff *backoff);

/**
 * kd_backoff_next:
 *
 * Counts one more failure.
 *
 * Returns: milliseconds to wait, from %KD_BACKOFF_FLOOR_MS to the bound
 */
gint64 kd_backoff_next (KdBackoff *backoff,
                        KdBackoffRandom random,
                        gpointer data);

/**
 * kd_backoff_next_after:
 * @retry_after_ms: what the server asked for; negative if it asked for nothing
 *
 * As kd_backoff_next(), but never sooner than the server asked, with the jitter on top of it.
 */
gint64 kd_backoff_next_after (KdBackoff *backoff,
                              gint64 retry_after_ms,
                              KdBackoffRandom random,
                              gpointer data);

G_END_DECLS
