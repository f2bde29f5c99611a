/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop.h"
#include "kd-sql-kind.h"

/* Rows page by page, and what was done to one. */

GPtrArray *
kd_shop_list (KdSqlConnection *connection,
              const KdShop *shop,
              const KdKind *kind,
              KdScopes scopes,
              const KdField *field,
              const KdRecord *like,
              const KdId *after,
              guint limit,
              GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (kind, KD_SQL_FORM_SERVER, NULL);
  g_autofree char *filter = field != NULL ? g_strdup_printf (" AND \"%s\" IS ?3", field->name) : g_strdup ("");
  /* names of a table of ours, no values */
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE shop_id=?1 AND id>?2%s ORDER BY id", columns, kind->shape.name, filter);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  KdSqlStep step = KD_SQL_DONE;

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  /* none is the smallest id of all */
  kd_sql_bind_blob (read, 2, after->b, sizeof after->b);
  if (field != NULL)
    kd_sql_bind_field (read, 3, field, like);
  while (records->len < limit && (step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_autoptr (KdRecord) record = kd_sql_kind_read (read, kind, KD_SQL_FORM_SERVER, 0);

      if ((scopes >> kd_record_get_scope (record) & 1) != 0)
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  return step != KD_SQL_ERRED ? g_steal_pointer (&records) : NULL;
}

void
kd_shop_history_free (KdShopHistory *entry)
{
  g_free (entry->old);
  g_free (entry->new);
  g_free (entry);
}

/* TRUE: a row, there or deleted, that these scopes may see. */
static gboolean
is_visible (KdSqlConnection *connection,
            const KdShop *shop,
            const KdKind *kind,
            const KdId *id,
            KdScopes scopes,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT scope FROM sync_row WHERE shop_id=?1 AND kind=?2 AND row_id=?3", error);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, kind->number);
  kd_sql_bind_id (read, 3, id);
  return kd_sql_step (read, error) == KD_SQL_ROW && (scopes >> kd_sql_column_int64 (read, 0) & 1) != 0;
}

static const KdField *
field_by_number (const KdKind *kind,
                 gint64 number)
{
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kind->shape.fields[i].number == number)
      return &kind->shape.fields[i];
  return NULL;
}

GPtrArray *
kd_shop_history (KdSqlConnection *connection,
                 const KdShop *shop,
                 const KdKind *kind,
                 const KdId *id,
                 KdScopes scopes,
                 const KdField *field,
                 gint64 before,
                 guint limit,
                 GError **error)
{
  g_autoptr (KdSqlStatement) read = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  KdSqlStep step;

  if (!is_visible (connection, shop, kind, id, scopes, error))
    return NULL;
  read = kd_sql_prepare (connection,
                         "SELECT id, field, old, new, actor, uid, op, at FROM audit WHERE shop_id=?1 AND kind=?2 AND row_id=?3"
                         " AND id<?4 AND (?5 IS NULL OR field=?5) ORDER BY id DESC LIMIT ?6", error);
  if (read == NULL)
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_shop_history_free);
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_int64 (read, 2, kind->number);
  kd_sql_bind_id (read, 3, id);
  kd_sql_bind_int64 (read, 4, before > 0 ? before : G_MAXINT64);
  if (field != NULL)
    kd_sql_bind_int64 (read, 5, field->number);
  kd_sql_bind_int64 (read, 6, limit);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdShopHistory *entry = g_new0 (KdShopHistory, 1);

      entry->number = kd_sql_column_int64 (read, 0);
      entry->field = field_by_number (kind, kd_sql_column_int64 (read, 1));
      entry->old = kd_sql_column_dup_text (read, 2);
      entry->new = kd_sql_column_dup_text (read, 3);
      kd_sql_column_id (read, 4, &entry->actor);
      kd_sql_column_id (read, 5, &entry->uid);
      kd_sql_column_id (read, 6, &entry->op);
      entry->at = kd_sql_column_int64 (read, 7);
      g_ptr_array_add (entries, entry);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&entries) : NULL;
}
