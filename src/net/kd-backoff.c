/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-backoff.h"

/* Beyond this the bound has long been reached; it also keeps the shift in range. */
#define DOUBLINGS_MAX 30

void
kd_backoff_init (KdBackoff *backoff,
                 gint64 min_ms,
                 gint64 max_ms)
{
  g_return_if_fail (min_ms > 0 && min_ms <= max_ms && max_ms <= G_MAXINT32);

  *backoff = (KdBackoff){ .min_ms = min_ms, .max_ms = max_ms };
}

void
kd_backoff_reset (KdBackoff *backoff)
{
  backoff->attempts = 0;
}

gint64
kd_backoff_next (KdBackoff *backoff,
                 KdBackoffRandom random,
                 gpointer data)
{
  gint64 bound = MIN (backoff->max_ms, backoff->min_ms << MIN (backoff->attempts, DOUBLINGS_MAX));
  guint8 bytes[4] = { 0 };
  guint64 drawn;

  if (backoff->attempts < DOUBLINGS_MAX)
    backoff->attempts++;
  random (data, bytes, sizeof bytes);
  drawn = (guint64) bytes[0] << 24 | (guint64) bytes[1] << 16 | (guint64) bytes[2] << 8 | bytes[3];
  return MAX (KD_BACKOFF_FLOOR_MS, (gint64) (drawn * (guint64) bound >> 32));
}

gint64
kd_backoff_next_after (KdBackoff *backoff,
                       gint64 retry_after_ms,
                       KdBackoffRandom random,
                       gpointer data)
{
  return MAX (0, retry_after_ms) + kd_backoff_next (backoff, random, data);
}
