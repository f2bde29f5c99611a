/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-mutation-private.h"
#include "kd-row-mutations.h"

#include <string.h>

static const KdMutation *const *const subjects[] = {
  kd_stock_mutations,
  kd_catalog_mutations,
  kd_bulk_mutations,
  kd_order_mutations,
  kd_payment_mutations,
  kd_chat_mutations,
  kd_shop_mutations,
};

typedef struct
{
  GPtrArray *all;
  GHashTable *newest;   /* name -> KdMutation */
} Table;

static Table *
build_table (void)
{
  Table *table = g_new0 (Table, 1);
  const KdKind *const *kinds;
  guint n;

  table->all = g_ptr_array_new ();
  kinds = kd_kinds (&n);
  for (guint i = 0; i < n; i++)
    if ((kinds[i]->flags & KD_KIND_BY_HAND) == 0)
      kd_row_mutations_add (kinds[i], table->all);
  for (guint s = 0; s < G_N_ELEMENTS (subjects); s++)
    for (guint i = 0; subjects[s][i] != NULL; i++)
      g_ptr_array_add (table->all, (gpointer) subjects[s][i]);
  table->newest = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < table->all->len; i++)
    {
      const KdMutation *m = g_ptr_array_index (table->all, i);
      const KdMutation *known = g_hash_table_lookup (table->newest, m->name);

      if (known == NULL || known->version < m->version)
        g_hash_table_insert (table->newest, (gpointer) m->name, (gpointer) m);
    }
  return table;
}

static const Table *
get_table (void)
{
  static gsize table;

  if (g_once_init_enter (&table))
    g_once_init_leave (&table, (gsize) build_table ());
  return (const Table *) table;
}

const KdMutation *
kd_mutation_by_name (const char *name,
                     guint version)
{
  const Table *table = get_table ();
  const KdMutation *newest = g_hash_table_lookup (table->newest, name);

  if (newest == NULL || version == 0 || newest->version == version)
    return newest;
  for (guint i = 0; i < table->all->len; i++)
    {
      const KdMutation *m = g_ptr_array_index (table->all, i);
      if (m->version == version && strcmp (m->name, name) == 0)
        return m;
    }
  return NULL;
}

const KdMutation *const *
kd_mutations (guint *ret_n)
{
  const Table *table = get_table ();

  if (ret_n != NULL)
    *ret_n = table->all->len;
  return (const KdMutation *const *) table->all->pdata;
}
