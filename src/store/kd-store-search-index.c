/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-private.h"

#include "kd-sql-kind.h"

/* Full text over the searchable fields of a kind: an external-content FTS5 table over a view of the
 * kind's own, so that the words stand on the disk once. The view folds them (kd_text_fold()), which
 * knows more letters than the tokenizer does. After a bulk load an index is rebuilt whole, which
 * costs a fifth of indexing row by row. */

#define FTS_OPTIONS ", content_rowid='rid', tokenize='unicode61 remove_diacritics 2', prefix='2 3'"

static guint
searchable (const KdKind *kind,
            const KdField **ret_fields)
{
  guint n = 0;

  /* barcodes are found by their beginning, which their own index does */
  if (kind == &kd_kind_variant_code)
    return 0;
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if ((kind->shape.fields[i].flags & KD_FIELD_SEARCH) != 0)
      ret_fields[n++] = &kind->shape.fields[i];
  return n;
}

#define FIELDS_MAX 16

char *
kd_store_search_table (const KdKind *kind)
{
  const KdField *fields[FIELDS_MAX];

  return searchable (kind, fields) > 0 ? g_strdup_printf ("%s_fts", kind->shape.name) : NULL;
}

static char *
column_list (const KdField **fields,
             guint n,
             gboolean folded)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("\"%s\"", fields[i]->name);

      if (i > 0)
        g_string_append (list, ", ");
      if (folded)
        g_string_append_printf (list, "kd_fold(%s) AS ", name);
      g_string_append (list, name);
    }
  return g_string_free (list, FALSE);
}

gboolean
kd_store_search_ensure (KdSqlConnection *connection,
                        GError **error)
{
  guint n_kinds;
  const KdKind *const *kinds = kd_kinds (&n_kinds);

  for (guint k = 0; k < n_kinds; k++)
    {
      const KdField *fields[FIELDS_MAX];
      guint n = searchable (kinds[k], fields);
      g_autofree char *columns = NULL, *folded = NULL, *sql = NULL;
      const char *name = kinds[k]->shape.name;

      if (n == 0)
        continue;
      columns = column_list (fields, n, FALSE);
      folded = column_list (fields, n, TRUE);
      sql = g_strdup_printf ("CREATE VIEW IF NOT EXISTS %s_text AS SELECT rid, %s FROM \"%s\";"
                             "CREATE VIRTUAL TABLE IF NOT EXISTS %s_fts USING fts5(%s, content='%s_text'" FTS_OPTIONS ")",
                             name, folded, name, name, columns, name);
      if (!kd_sql_exec (connection, sql, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kd_store_local_indexes (KdSqlConnection *connection,
                        GError **error)
{
  /* names as search compares them, numbers by their end, and what lists add up */
  return kd_sql_exec (
    connection,
    "CREATE INDEX IF NOT EXISTS local_product_name ON product(kd_fold(name), status);"
    "CREATE INDEX IF NOT EXISTS local_contact_name ON contact(kd_fold(name));"
    "CREATE INDEX IF NOT EXISTS local_contact_tail ON contact(kd_tail(phone));"
    "CREATE INDEX IF NOT EXISTS local_order_name ON \"order\"(kd_fold(name));"
    "CREATE INDEX IF NOT EXISTS local_order_number ON \"order\"(kd_tail(number));"
    "CREATE INDEX IF NOT EXISTS local_order_alias ON \"order\"(kd_tail(alias));"
    "CREATE INDEX IF NOT EXISTS local_order_phone ON \"order\"(kd_tail(phone));"
    "CREATE INDEX IF NOT EXISTS local_order_stage ON"
    " \"order\"(state, fulfilment, payment, on_hold, cancel_requested, method, origin);"
    "CREATE INDEX IF NOT EXISTS local_variant ON variant(product, archived, untracked, buffer, price, id);"
    "CREATE INDEX IF NOT EXISTS local_reservation ON reservation(expires);"
    "CREATE INDEX IF NOT EXISTS local_stock ON stock_level(variant, location, on_hand, reserved)", error);
}

gboolean
kd_store_leave_order (KdSqlConnection *connection,
                      GError **error)
{
  return kd_sql_exec (connection, "DROP INDEX IF EXISTS local_product_name", error);
}

/* Takes the row's old words out or puts its new ones in. */
static gboolean
write_words (KdStoreRows *rows,
             const KdRecord *record,
             gint64 rid,
             gboolean add,
             const KdField **fields,
             guint n,
             GError **error)
{
  const KdKind *kind = record->kind;
  g_autofree char *columns = NULL;
  g_autoptr (GString) sql = NULL;
  g_autoptr (KdSqlStatement) statement = NULL;

  columns = column_list (fields, n, FALSE);
  sql = g_string_new (NULL);
  if (add)
    g_string_append_printf (sql, "INSERT INTO %s_fts(rowid, %s) VALUES(?1", kind->shape.name, columns);
  else
    g_string_append_printf (sql, "INSERT INTO %s_fts(%s_fts, rowid, %s) VALUES('delete', ?1",
                            kind->shape.name, kind->shape.name, columns);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, ", kd_fold(?%u)", i + 2);
  g_string_append_c (sql, ')');
  statement = kd_sql_prepare (rows->connection, sql->str, error);
  if (statement == NULL)
    return FALSE;
  kd_sql_bind_int64 (statement, 1, rid);
  for (guint i = 0; i < n; i++)
    kd_sql_bind_field (statement, (int) i + 2, fields[i], record);
  return kd_sql_run (statement, error);
}

static gboolean
same_words (const KdRecord *before,
            const KdRecord *after,
            const KdField **fields,
            guint n)
{
  guint64 changed = kd_record_diff (before, after);

  for (guint i = 0; i < n; i++)
    if ((changed >> (fields[i] - before->kind->shape.fields) & 1) != 0)
      return FALSE;
  return TRUE;
}

gboolean
kd_store_search_update (KdStoreRows *rows,
                        const KdRecord *before,
                        gint64 rid_before,
                        const KdRecord *after,
                        gint64 rid_after,
                        GError **error)
{
  const KdKind *kind = before != NULL ? before->kind : after->kind;
  const KdField *fields[FIELDS_MAX];
  guint n = searchable (kind, fields);

  if (n == 0 || (rows->store->stale >> kind->number & 1) != 0
      || (before != NULL && after != NULL && rid_before == rid_after && same_words (before, after, fields, n)))
    return TRUE;
  if (rows->search_max > 0 && ++rows->searched > rows->search_max)
    return kd_store_search_set_stale (rows->store, rows->connection, kind, error);
  return (before == NULL || write_words (rows, before, rid_before, FALSE, fields, n, error))
         && (after == NULL || write_words (rows, after, rid_after, TRUE, fields, n, error));
}

gboolean
kd_store_search_load (KdStore *store,
                      KdSqlConnection *connection,
                      GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, "SELECT kind FROM search_stale", error);
  KdSqlStep step;

  if (statement == NULL)
    return FALSE;
  store->stale = 0;
  while ((step = kd_sql_step (statement, error)) == KD_SQL_ROW)
    store->stale |= 1u << kd_sql_column_int64 (statement, 0);
  return step == KD_SQL_DONE;
}

gboolean
kd_store_search_set_stale (KdStore *store,
                           KdSqlConnection *connection,
                           const KdKind *kind,
                           GError **error)
{
  const KdField *fields[FIELDS_MAX];
  g_autoptr (KdSqlStatement) statement = NULL;

  if (searchable (kind, fields) == 0 || (store->stale >> kind->number & 1) != 0)
    return TRUE;
  statement = kd_sql_prepare (connection, "INSERT OR IGNORE INTO search_stale(kind) VALUES(?1)", error);
  if (statement == NULL)
    return FALSE;
  kd_sql_bind_int64 (statement, 1, kind->number);
  if (!kd_sql_run (statement, error))
    return FALSE;
  store->stale |= 1u << kind->number;
  return TRUE;
}

gboolean
kd_store_search_rebuild (KdStore *store,
                         KdSqlConnection *connection,
                         GError **error)
{
  guint n_kinds;
  const KdKind *const *kinds = kd_kinds (&n_kinds);

  for (guint k = 0; k < n_kinds; k++)
    {
      g_auto (KdSqlTransaction) transaction = KD_SQL_TRANSACTION_INIT;
      g_autofree char *sql = NULL;
      const char *name = kinds[k]->shape.name;

      if ((store->stale >> kinds[k]->number & 1) == 0)
        continue;
      sql = g_strdup_printf ("INSERT INTO %s_fts(%s_fts) VALUES('rebuild'); DELETE FROM search_stale WHERE kind=%u",
                             name, name, kinds[k]->number);
      if (!kd_sql_begin (&transaction, connection, KD_SQL_WRITE, error)
          || !kd_sql_exec (connection, sql, error)
          || !kd_sql_commit (&transaction, error))
        return FALSE;
      store->stale &= ~(1u << kinds[k]->number);
    }
  return TRUE;
}
