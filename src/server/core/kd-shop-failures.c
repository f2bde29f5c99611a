/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-failures.h"

#define KNOWN_MAX 1000        /* entries counted at once */

static GMutex mutex;
static GHashTable *failures;  /* (mutex) (owned): hash as text -> times */

static gboolean
passes_by_itself (const GError *error)
{
  static const KdSqlError codes[] = {
    KD_SQL_ERROR_BUSY, KD_SQL_ERROR_FULL, KD_SQL_ERROR_READ_ONLY, KD_SQL_ERROR_CORRUPT, KD_SQL_ERROR_NOT_DATABASE,
    KD_SQL_ERROR_NOT_FOUND, KD_SQL_ERROR_NEWER, KD_SQL_ERROR_LOCKED, KD_SQL_ERROR_INTERRUPTED, KD_SQL_ERROR_IO,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, KD_SQL_ERROR, (int) codes[i]))
      return TRUE;
  return FALSE;
}

gboolean
kd_shop_failures_take (const KdHash *hash)
{
  char text[KD_HASH_TEXT_LENGTH + 1];
  gboolean reached;

  kd_hash_to_text (hash, text);
  g_mutex_lock (&mutex);
  reached = failures != NULL && GPOINTER_TO_UINT (g_hash_table_lookup (failures, text)) >= KD_SHOP_FAILURES_MAX;
  if (reached)
    g_hash_table_remove (failures, text);
  g_mutex_unlock (&mutex);
  return reached;
}

void
kd_shop_failures_add (const KdHash *hash,
                      const GError *error)
{
  char text[KD_HASH_TEXT_LENGTH + 1];
  guint times;

  if (passes_by_itself (error))
    return;
  kd_hash_to_text (hash, text);
  g_mutex_lock (&mutex);
  if (failures == NULL)
    failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  times = GPOINTER_TO_UINT (g_hash_table_lookup (failures, text)) + 1;
  if (times == 1 && g_hash_table_size (failures) >= KNOWN_MAX)
    g_hash_table_remove_all (failures);
  g_hash_table_replace (failures, g_strdup (text), GUINT_TO_POINTER (times));
  g_mutex_unlock (&mutex);
}
