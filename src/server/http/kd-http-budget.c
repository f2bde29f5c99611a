/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

/* Token buckets by name. One process serves a SQLite server, so they live in memory. */

#define TIDY_AT 20000         /* buckets kept before full ones are dropped */

typedef struct
{
  double left;
  double per_second, burst;
  gint64 at;
} Bucket;

struct _KdBudgets
{
  GHashTable *buckets;
  guint tidy_at;
};

typedef struct
{
  double per_second, burst;
} Rate;

/* of one network, of one session */
static const Rate by_prefix[KD_N_RATES] = {
  [KD_RATE_NORMAL] = { 500, 5000 },
  [KD_RATE_COSTLY] = { 50, 500 },
  [KD_RATE_AUTH] = { 5, 100 },
  [KD_RATE_PAGE] = { 50, 1000 },
};
static const Rate by_session[KD_N_RATES] = {
  [KD_RATE_NORMAL] = { 200, 2000 },
  [KD_RATE_COSTLY] = { 20, 200 },
  [KD_RATE_AUTH] = { 2, 50 },
  [KD_RATE_PAGE] = { 20, 200 },
};

KdBudgets *
kd_budgets_new (void)
{
  KdBudgets *self = g_new0 (KdBudgets, 1);

  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->tidy_at = TIDY_AT;
  return self;
}

void
kd_budgets_free (KdBudgets *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static void
fill (Bucket *bucket,
      gint64 now)
{
  bucket->left = MIN (bucket->burst, bucket->left + bucket->per_second * (double) (now - bucket->at) / G_USEC_PER_SEC);
  bucket->at = now;
}

static gboolean
is_full_cb (gpointer key,
            gpointer value,
            gpointer data)
{
  Bucket *bucket = value;

  fill (bucket, *(gint64 *) data);
  return bucket->left >= bucket->burst;
}

gboolean
kd_budgets_take (KdBudgets *self,
                 const char *key,
                 double per_second,
                 double burst,
                 gint64 now)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket == NULL)
    {
      if (g_hash_table_size (self->buckets) >= self->tidy_at)
        {
          g_hash_table_foreach_remove (self->buckets, is_full_cb, &now);
          self->tidy_at = MAX (TIDY_AT, 2 * g_hash_table_size (self->buckets));
        }
      bucket = g_new0 (Bucket, 1);
      *bucket = (Bucket){ burst, per_second, burst, now };
      g_hash_table_insert (self->buckets, g_strdup (key), bucket);
    }
  fill (bucket, now);
  if (bucket->left < 1)
    return FALSE;
  bucket->left -= 1;
  return TRUE;
}

gboolean
kd_budgets_take_rate (KdBudgets *self,
                      KdRate rate,
                      const char *prefix,
                      const KdId *session,
                      gint64 now)
{
  const Rate *limit = session != NULL ? &by_session[rate] : &by_prefix[rate];
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *key = NULL;

  if (rate == KD_RATE_FREE)
    return TRUE;
  key = g_strdup_printf ("%d %s", rate, session != NULL ? kd_id_to_text (session, text) : prefix);
  return kd_budgets_take (self, key, limit->per_second, limit->burst, now);
}

char *
kd_address_prefix (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  gsize keep, size;
  guint8 bytes[16];
  g_autofree char *text = NULL;
  g_autoptr (GInetAddress) network = NULL;

  if (inet == NULL)
    return g_strdup ("unknown");
  size = g_inet_address_get_native_size (inet);
  keep = size == 4 ? 3 : 7;
  memcpy (bytes, g_inet_address_to_bytes (inet), size);
  memset (bytes + keep, 0, size - keep);
  network = g_inet_address_new_from_bytes (bytes, g_inet_address_get_family (inet));
  text = g_inet_address_to_string (network);
  return g_strdup_printf ("%s/%" G_GSIZE_FORMAT, text, keep * 8);
}
