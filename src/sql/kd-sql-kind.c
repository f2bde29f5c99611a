/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-kind.h"

#include "kd-sql-kind-private.h"

/* Two rows of the same millisecond may want the same rid; the later one goes up to this far behind
 * it. Rids of one kind that are nearer than this are of the same time. */
#define RID_STEPS 64

#define N_FORMS 2
#define INDEXES_MAX 16

/* The compiled statements of one kind in one form, made when first used. */
typedef struct
{
  const KdKind *kind;
  KdSqlForm form;
  KdSqlStatement *put;       /* device: rid, id, fields, tail; server: shop_id, id, fields, tail */
  KdSqlStatement *insert;    /* device: the same for a row that isn't there */
  KdSqlStatement *move;      /* device: sets ?1 as the rid of id ?2 */
  KdSqlStatement *get;
  KdSqlStatement *get_by_rid;
  KdSqlStatement *rid_of;
  KdSqlStatement *delete;
  KdSqlStatement *scans[INDEXES_MAX][KD_INDEX_FIELDS_MAX + 1];
} Table;

/* ---- texts of statements ---- */

static void
append_columns (GString *sql,
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
put_sql (const Table *table,
         gboolean replace)
{
  const KdKind *kind = table->kind;
  gboolean server = table->form == KD_SQL_FORM_SERVER;
  g_autoptr (GString) sql = g_string_new ("INSERT INTO ");
  int n = 1 + kd_sql_kind_n_columns (kind, table->form);

  kd_sql_append_name (sql, kind->shape.name);
  g_string_append (sql, server ? " (\"shop_id\", " : " (\"rid\", ");
  append_columns (sql, kind, table->form, NULL);
  g_string_append (sql, ") VALUES (?1");
  for (int i = 2; i <= n; i++)
    g_string_append_printf (sql, ", ?%d", i);
  if (!replace)
    {
      g_string_append_c (sql, ')');
      return g_strdup (sql->str);
    }
  g_string_append (sql, server ? ") ON CONFLICT (\"shop_id\", \"id\") DO UPDATE SET "
                               : ") ON CONFLICT (\"id\") DO UPDATE SET ");
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kd_sql_kind_has_column (&kind->shape.fields[i], table->form))
      g_string_append_printf (sql, "\"%s\" = excluded.\"%s\", ", kind->shape.fields[i].name,
                              kind->shape.fields[i].name);
  g_string_append (sql, "\"_seq\" = excluded.\"_seq\", \"_by\" = excluded.\"_by\", "
                        "\"_extra\" = excluded.\"_extra\"");
  return g_strdup (sql->str);
}

static char *
select_sql (const Table *table,
            gboolean by_rid)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");

  append_columns (sql, table->kind, table->form, NULL);
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
scan_sql (const Table *table,
          KdSqlConnection *connection,
          const KdIndex *index,
          guint n_fields)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");
  const char *glue = " WHERE ";
  int n = 2;

  append_columns (sql, table->kind, table->form, NULL);
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
  Table *table = data;

  if (table == NULL)
    return;
  kd_sql_statement_free (table->put);
  kd_sql_statement_free (table->insert);
  kd_sql_statement_free (table->move);
  kd_sql_statement_free (table->get);
  kd_sql_statement_free (table->get_by_rid);
  kd_sql_statement_free (table->rid_of);
  kd_sql_statement_free (table->delete);
  for (guint i = 0; i < INDEXES_MAX; i++)
    for (guint j = 0; j <= KD_INDEX_FIELDS_MAX; j++)
      kd_sql_statement_free (table->scans[i][j]);
  g_free (table);
}

static Table *
get_table (KdSqlConnection *connection,
           const KdKind *kind,
           KdSqlForm form)
{
  GPtrArray *tables = connection->kinds;
  guint place = (guint) kind->number * N_FORMS + form;
  Table *table;

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
      table = g_new0 (Table, 1);
      table->kind = kind;
      table->form = form;
      g_assert (kind->n_indexes <= INDEXES_MAX);
      g_ptr_array_index (tables, place) = table;
    }
  return table;
}

/* Compiles @sql, which it frees, into *@slot unless that is done. */
static gboolean
compile (KdSqlConnection *connection,
         KdSqlStatement **slot,
         char *sql,
         GError **error)
{
  *slot = kd_sql_prepare_own (connection, sql, error);
  g_free (sql);
  return *slot != NULL;
}

#define COMPILED(slot, sql) ((slot) != NULL || compile (connection, &(slot), (sql), error))

static char *
simple_sql (const Table *table,
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

  append_columns (sql, kind, form, alias);
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

static KdSqlForm
form_of (const KdId *shop)
{
  return shop != NULL ? KD_SQL_FORM_SERVER : KD_SQL_FORM_DEVICE;
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
  Table *table = get_table (connection, kind, form_of (shop));

  if (!COMPILED (table->get, select_sql (table, FALSE)))
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
  Table *table = get_table (connection, kind, KD_SQL_FORM_DEVICE);

  if (!COMPILED (table->get_by_rid, select_sql (table, TRUE)))
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
  Table *table = get_table (connection, kind, KD_SQL_FORM_DEVICE);
  KdSqlStep step;

  if (!COMPILED (table->rid_of, simple_sql (table, "SELECT \"rid\" FROM ", NULL)))
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
  Table *table = get_table (connection, kind, form_of (shop));
  guint place = (guint) (index - kind->indexes);
  g_autoptr (GPtrArray) found = NULL;
  KdSqlStatement *statement;
  KdSqlStep step;
  int n = 2;

  g_assert (place < kind->n_indexes && n_fields <= KD_INDEX_FIELDS_MAX);
  if (!COMPILED (table->scans[place][n_fields], scan_sql (table, connection, index, n_fields)))
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

/* ---- writing ---- */

/* Binds a record to the put statement, from its second parameter on. */
static void
bind_record (KdSqlStatement *statement,
             const KdRecord *record,
             KdSqlForm form)
{
  const KdShape *shape = &record->kind->shape;
  int n = 2;

  kd_sql_bind_static_blob (statement, n++, record->id.b, sizeof record->id.b);
  for (guint i = 0; i < shape->n_fields; i++)
    if (kd_sql_kind_has_column (&shape->fields[i], form))
      kd_sql_bind_field (statement, n++, &shape->fields[i], record);
  kd_sql_bind_int64 (statement, n++, record->seq);
  kd_sql_bind_id (statement, n++, &record->by);
  kd_sql_bind_static_text (statement, n, record->extra);
}

static void
bind_rid (KdSqlStatement *statement,
          gint64 rid)
{
  if (rid == 0)
    kd_sql_bind_null (statement, 1);
  else
    kd_sql_bind_int64 (statement, 1, rid);
}

static gboolean
is_taken (KdSqlConnection *connection,
          const KdKind *kind,
          gint64 rid,
          gboolean *ret_taken,
          GError **error)
{
  g_autoptr (KdRecord) other = NULL;

  if (!kd_sql_kind_get_by_rid (connection, kind, rid, &other, error))
    return FALSE;
  *ret_taken = other != NULL;
  return TRUE;
}

/* Runs @statement with rid *@rid as its first parameter; where another row has that, with the next
 * free one behind it. */
static gboolean
run_with_rid (KdSqlConnection *connection,
              const KdKind *kind,
              KdSqlStatement *statement,
              gint64 *rid,
              GError **error)
{
  for (guint i = 0; i < RID_STEPS; i++, (*rid)++)
    {
      g_autoptr (GError) local = NULL;
      gboolean taken;

      bind_rid (statement, *rid);
      if (kd_sql_run (statement, &local))
        return TRUE;
      if (!g_error_matches (local, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!is_taken (connection, kind, *rid, &taken, error))
        return FALSE;
      if (!taken)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  g_set_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT, "too many %s rows of one time",
               kind->shape.name);
  return FALSE;
}

/* A row whose rid is its time. */
static gboolean
put_by_time (KdSqlConnection *connection,
             Table *table,
             const KdRecord *record,
             gint64 *ret_rid,
             GError **error)
{
  gint64 rid = MAX (kd_record_get_rid (record), 1), present;

  if (!kd_sql_kind_get_rid (connection, table->kind, &record->id, &present, error))
    return FALSE;
  if (present == 0)
    {
      if (!run_with_rid (connection, table->kind, table->put, &rid, error))
        return FALSE;
    }
  else
    {
      if (present >= rid && present < rid + RID_STEPS)
        {
          rid = present;
        }
      else
        {
          if (!COMPILED (table->move, simple_sql (table, "UPDATE ", " SET \"rid\" = ?1 WHERE \"id\" = ?2")))
            return FALSE;
          kd_sql_bind_id (table->move, 2, &record->id);
          if (!run_with_rid (connection, table->kind, table->move, &rid, error))
            return FALSE;
        }
      bind_rid (table->put, 0);
      if (!kd_sql_run (table->put, error))
        return FALSE;
    }
  if (ret_rid != NULL)
    *ret_rid = rid;
  return TRUE;
}

static gboolean
put_any (KdSqlConnection *connection,
         Table *table,
         const KdRecord *record,
         gint64 rid,
         gint64 *ret_rid,
         GError **error)
{
  g_autoptr (GError) local = NULL;

  if (ret_rid != NULL)
    connection->driver->clear_last_rowid (connection);
  bind_rid (table->put, rid);
  if (!kd_sql_run (table->put, &local))
    {
      if (rid == 0 || !g_error_matches (local, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      bind_rid (table->put, 0);
      if (!kd_sql_run (table->put, error))
        return FALSE;
    }
  if (ret_rid == NULL)
    return TRUE;
  *ret_rid = connection->driver->last_rowid (connection);
  /* An update leaves the last rowid alone. */
  return *ret_rid != 0 || kd_sql_kind_get_rid (connection, table->kind, &record->id, ret_rid, error);
}

gboolean
kd_sql_kind_put (KdSqlConnection *connection,
                 const KdId *shop,
                 const KdRecord *record,
                 gint64 rid,
                 gint64 *ret_rid,
                 GError **error)
{
  Table *table = get_table (connection, record->kind, form_of (shop));

  if (!COMPILED (table->put, put_sql (table, TRUE)))
    return FALSE;
  bind_record (table->put, record, table->form);
  if (shop != NULL)
    {
      if (ret_rid != NULL)
        *ret_rid = 0;
      kd_sql_bind_id (table->put, 1, shop);
      return kd_sql_run (table->put, error);
    }
  if ((record->kind->flags & KD_KIND_TIME_RID) != 0)
    return put_by_time (connection, table, record, ret_rid, error);
  return put_any (connection, table, record, rid, ret_rid, error);
}

gboolean
kd_sql_kind_insert (KdSqlConnection *connection,
                    const KdRecord *record,
                    gint64 *ret_rid,
                    GError **error)
{
  Table *table;

  if ((record->kind->flags & KD_KIND_TIME_RID) != 0)
    return kd_sql_kind_put (connection, NULL, record, 0, ret_rid, error);
  table = get_table (connection, record->kind, KD_SQL_FORM_DEVICE);
  if (!COMPILED (table->insert, put_sql (table, FALSE)))
    return FALSE;
  bind_rid (table->insert, 0);
  bind_record (table->insert, record, table->form);
  if (!kd_sql_run (table->insert, error))
    return FALSE;
  if (ret_rid != NULL)
    *ret_rid = connection->driver->last_rowid (connection);
  return TRUE;
}

gboolean
kd_sql_kind_delete (KdSqlConnection *connection,
                    const KdKind *kind,
                    const KdId *shop,
                    const KdId *id,
                    gboolean *ret_existed,
                    GError **error)
{
  Table *table = get_table (connection, kind, form_of (shop));

  if (!COMPILED (table->delete, simple_sql (table, "DELETE FROM ", NULL)))
    return FALSE;
  kd_sql_bind_id (table->delete, 1, id);
  if (shop != NULL)
    kd_sql_bind_id (table->delete, 2, shop);
  if (!kd_sql_run (table->delete, error))
    return FALSE;
  if (ret_existed != NULL)
    *ret_existed = kd_sql_changes (connection) > 0;
  return TRUE;
}
