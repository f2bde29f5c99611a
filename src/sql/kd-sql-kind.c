/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-kind.h"

#include "kd-sql-kind-private.h"

#define N_FORMS 2

/* ---- texts of statements ---- */

void
kd_sql_kind_append_columns (GString *sql,
                            const KdKind *kind,
                            KdSqlForm form,
                            const char *alias)
{
  const char *before = alias != NULL ? alias : "";
  const char *dot = alias != NULL ? "." : "";

  g_string_append_printf (sql, "%s%s\"id\"", before, dot);
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kd_sql_kind_has_column (&kind->shape.fields[i], form))
      g_string_append_printf (sql, ", %s%s\"%s\"", before, dot, kind->shape.fields[i].name);
  g_string_append_printf (sql, ", %s%s\"_seq\", %s%s\"_by\", %s%s\"_extra\"", before, dot, before, dot,
                          before, dot);
}

/* WHERE what names one row: ?1 is the id, ?2 the shop. */
static void
append_where_id (GString *sql,
                 KdSqlForm form)
{
  g_string_append (sql, form == KD_SQL_FORM_SERVER ? " WHERE \"shop_id\" = ?2 AND \"id\" = ?1"
                                                   : " WHERE \"id\" = ?1");
}

static char *
select_sql (const KdSqlKindTable *table,
            gboolean by_rid)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");

  kd_sql_kind_append_columns (sql, table->kind, table->form, NULL);
  if (table->form == KD_SQL_FORM_DEVICE)
    g_string_append (sql, ", \"rid\"");
  g_string_append (sql, " FROM ");
  kd_sql_append_name (sql, table->kind->shape.name);
  if (by_rid)
    g_string_append (sql, " WHERE \"rid\" = ?1");
  else
    append_where_id (sql, table->form);
  return g_strdup (sql->str);
}

static char *
scan_sql (const KdSqlKindTable *table,
          KdSqlConnection *connection,
          const KdIndex *index,
          guint n_fields)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");
  const char *glue = " WHERE ";
  int n = 2;

  kd_sql_kind_append_columns (sql, table->kind, table->form, NULL);
  g_string_append (sql, " FROM ");
  kd_sql_append_name (sql, table->kind->shape.name);
  if (table->form == KD_SQL_FORM_SERVER)
    {
      g_string_append_printf (sql, " WHERE \"shop_id\" = ?%d", n++);
      glue = " AND ";
    }
  for (guint i = 0; i < n_fields; i++)
    {
      g_string_append_printf (sql, "%s\"%s\" %s ?%d", glue, index->fields[i],
                              connection->driver->dialect.is, n++);
      glue = " AND ";
    }
  g_string_append (sql, " ORDER BY ");
  for (guint i = n_fields; index->fields[i] != NULL; i++)
    g_string_append_printf (sql, "\"%s\", ", index->fields[i]);
  g_string_append (sql, "\"id\" LIMIT ?1");
  return g_strdup (sql->str);
}

/* ---- compiled statements ---- */

static void
table_free (gpointer data)
{
  KdSqlKindTable *table = data;

  if (table == NULL)
    return;
  kd_sql_statement_free (table->put);
  kd_sql_statement_free (table->insert);
  g_clear_pointer (&table->updates, g_hash_table_unref);
  kd_sql_statement_free (table->move);
  kd_sql_statement_free (table->get);
  kd_sql_statement_free (table->get_by_rid);
  kd_sql_statement_free (table->rid_of);
  kd_sql_statement_free (table->delete);
  for (guint i = 0; i < KD_SQL_INDEXES_MAX; i++)
    for (guint j = 0; j <= KD_INDEX_FIELDS_MAX; j++)
      kd_sql_statement_free (table->scans[i][j]);
  g_free (table);
}

KdSqlKindTable *
kd_sql_kind_table (KdSqlConnection *connection,
                   const KdKind *kind,
                   const KdId *shop)
{
  KdSqlForm form = shop != NULL ? KD_SQL_FORM_SERVER : KD_SQL_FORM_DEVICE;
  GPtrArray *tables = connection->kinds;
  guint place = (guint) kind->number * N_FORMS + form;
  KdSqlKindTable *table;

  if (G_UNLIKELY (tables == NULL))
    {
      tables = g_ptr_array_new_with_free_func (table_free);
      connection->kinds = tables;
      connection->kinds_free = (GDestroyNotify) g_ptr_array_unref;
    }
  if (G_UNLIKELY (place >= tables->len))
    g_ptr_array_set_size (tables, (int) place + 1);
  table = g_ptr_array_index (tables, place);
  if (G_UNLIKELY (table == NULL || table->kind != kind))
    {
      table_free (table);
      table = g_new0 (KdSqlKindTable, 1);
      table->kind = kind;
      table->form = form;
      g_assert (kind->n_indexes <= KD_SQL_INDEXES_MAX);
      g_ptr_array_index (tables, place) = table;
    }
  return table;
}

gboolean
kd_sql_kind_compile (KdSqlConnection *connection,
                     KdSqlStatement **slot,
                     char *sql,
                     GError **error)
{
  *slot = kd_sql_prepare_own (connection, sql, error);
  g_free (sql);
  return *slot != NULL;
}

char *
kd_sql_kind_simple_sql (const KdSqlKindTable *table,
                        const char *before,
                        const char *after)
{
  g_autoptr (GString) sql = g_string_new (before);

  kd_sql_append_name (sql, table->kind->shape.name);
  if (after != NULL)
    g_string_append (sql, after);
  else
    append_where_id (sql, table->form);
  return g_strdup (sql->str);
}

/* ---- reading ---- */

KdRecord *
kd_sql_kind_read (KdSqlStatement *statement,
                  const KdKind *kind,
                  KdSqlForm form,
                  int first)
{
  KdRecord *record = kd_record_new (kind);
  int column = first;

  kd_sql_column_id (statement, column++, &record->id);
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kd_sql_kind_has_column (&kind->shape.fields[i], form))
      kd_sql_column_field (statement, column++, &kind->shape.fields[i], record);
  record->seq = kd_sql_column_int64 (statement, column++);
  kd_sql_column_id (statement, column++, &record->by);
  record->extra = kd_sql_column_dup_text (statement, column);
  return record;
}

char *
kd_sql_kind_columns (const KdKind *kind,
                     KdSqlForm form,
                     const char *alias)
{
  GString *sql = g_string_new (NULL);

  kd_sql_kind_append_columns (sql, kind, form, alias);
  return g_string_free (sql, FALSE);
}

int
kd_sql_kind_n_columns (const KdKind *kind,
                       KdSqlForm form)
{
  int n = 1 + KD_SQL_TAIL_COLUMNS;

  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kd_sql_kind_has_column (&kind->shape.fields[i], form))
      n++;
  return n;
}

/* Steps a SELECT of one row and resets it. */
static gboolean
read_one (KdSqlStatement *statement,
          const KdKind *kind,
          KdSqlForm form,
          KdRecord **ret_record,
          gint64 *ret_rid,
          GError **error)
{
  KdSqlStep step = kd_sql_step (statement, error);

  *ret_record = NULL;
  if (ret_rid != NULL)
    *ret_rid = 0;
  if (step == KD_SQL_ROW)
    {
      *ret_record = kd_sql_kind_read (statement, kind, form, 0);
      if (ret_rid != NULL && form == KD_SQL_FORM_DEVICE)
        *ret_rid = kd_sql_column_int64 (statement, kd_sql_kind_n_columns (kind, form));
    }
  kd_sql_reset (statement);
  return step != KD_SQL_ERRED;
}

gboolean
kd_sql_kind_get (KdSqlConnection *connection,
                 const KdKind *kind,
                 const KdId *shop,
                 const KdId *id,
                 KdRecord **ret_record,
                 gint64 *ret_rid,
                 GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, kind, shop);

  if (!KD_SQL_COMPILED (table->get, select_sql (table, FALSE)))
    return FALSE;
  kd_sql_bind_id (table->get, 1, id);
  if (shop != NULL)
    kd_sql_bind_id (table->get, 2, shop);
  return read_one (table->get, kind, table->form, ret_record, ret_rid, error);
}

gboolean
kd_sql_kind_get_by_rid (KdSqlConnection *connection,
                        const KdKind *kind,
                        gint64 rid,
                        KdRecord **ret_record,
                        GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, kind, NULL);

  if (!KD_SQL_COMPILED (table->get_by_rid, select_sql (table, TRUE)))
    return FALSE;
  kd_sql_bind_int64 (table->get_by_rid, 1, rid);
  return read_one (table->get_by_rid, kind, table->form, ret_record, NULL, error);
}

gboolean
kd_sql_kind_get_rid (KdSqlConnection *connection,
                     const KdKind *kind,
                     const KdId *id,
                     gint64 *ret_rid,
                     GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, kind, NULL);
  KdSqlStep step;

  if (!KD_SQL_COMPILED (table->rid_of, kd_sql_kind_simple_sql (table, "SELECT \"rid\" FROM ", NULL)))
    return FALSE;
  kd_sql_bind_id (table->rid_of, 1, id);
  step = kd_sql_step (table->rid_of, error);
  *ret_rid = step == KD_SQL_ROW ? kd_sql_column_int64 (table->rid_of, 0) : 0;
  kd_sql_reset (table->rid_of);
  return step != KD_SQL_ERRED;
}

GPtrArray *
kd_sql_kind_scan (KdSqlConnection *connection,
                  const KdKind *kind,
                  const KdId *shop,
                  const KdIndex *index,
                  const KdRecord *like,
                  guint n_fields,
                  guint limit,
                  GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, kind, shop);
  guint place = (guint) (index - kind->indexes);
  g_autoptr (GPtrArray) found = NULL;
  KdSqlStatement *statement;
  KdSqlStep step;
  int n = 2;

  g_assert (place < kind->n_indexes && n_fields <= KD_INDEX_FIELDS_MAX);
  if (!KD_SQL_COMPILED (table->scans[place][n_fields], scan_sql (table, connection, index, n_fields)))
    return NULL;
  statement = table->scans[place][n_fields];
  kd_sql_bind_int64 (statement, 1, limit > 0 ? limit : G_MAXINT64);
  if (shop != NULL)
    kd_sql_bind_id (statement, n++, shop);
  for (guint i = 0; i < n_fields; i++)
    kd_sql_bind_field (statement, n++, kd_shape_find (&kind->shape, index->fields[i]), like);
  found = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  while ((step = kd_sql_step (statement, error)) == KD_SQL_ROW)
    g_ptr_array_add (found, kd_sql_kind_read (statement, kind, table->form, 0));
  kd_sql_reset (statement);
  return step == KD_SQL_DONE ? g_steal_pointer (&found) : NULL;
}
