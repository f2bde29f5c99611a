/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-kind.h"

#include "kd-kinds.h"
#include "kd-sql-kind-private.h"

/* A table of the server's form keeps its rows in the key's own tree where they are small: no text
 * longer than this, and no more fields than that. */
#define NARROW_TEXT_MAX 256
#define NARROW_FIELDS_MAX 8

gboolean
kd_sql_kind_has_column (const KdField *field,
                        KdSqlForm form)
{
  return (field->flags & (form == KD_SQL_FORM_SERVER ? KD_FIELD_LOCAL_ONLY : KD_FIELD_SERVER_ONLY)) == 0;
}

void
kd_sql_append_name (GString *sql,
                    const char *name)
{
  g_string_append_c (sql, '"');
  g_string_append (sql, name);
  g_string_append_c (sql, '"');
}

static gboolean
is_narrow (const KdKind *kind)
{
  if (kind->shape.n_fields > NARROW_FIELDS_MAX)
    return FALSE;
  for (guint i = 0; i < kind->shape.n_fields; i++)
    switch (kind->shape.fields[i].type)
      {
      case KD_TYPE_HTML:
      case KD_TYPE_JSON:
      case KD_TYPE_TEXT_SET:
      case KD_TYPE_REF_SET:
      case KD_TYPE_BLOB_LIST:
        return FALSE;
      case KD_TYPE_TEXT:
        if (kind->shape.fields[i].max > NARROW_TEXT_MAX)
          return FALSE;
        break;
      default:
        break;
      }
  return TRUE;
}

/* Type and default of a field's column. The default is what rows of an older schema have. */
static void
append_column (GString *sql,
               const KdSqlDialect *dialect,
               const KdField *field)
{
  kd_sql_append_name (sql, field->name);
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
    case KD_TYPE_BLOB_HASH:
    case KD_TYPE_REF_SET:
    case KD_TYPE_BLOB_LIST:
      g_string_append_printf (sql, " %s", dialect->type_blob);
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
    case KD_TYPE_JSON:
    case KD_TYPE_TEXT_SET:
      g_string_append_printf (sql, " %s", dialect->type_text);
      break;
    case KD_TYPE_ENUM:
      g_string_append_printf (sql, " %s DEFAULT '%s'", dialect->type_text, field->values[0]);
      break;
    case KD_TYPE_BOOL:
      g_string_append_printf (sql, " %s DEFAULT 0", dialect->type_int);
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      g_string_append_printf (sql, " %s", dialect->type_int);
      if (field->type != KD_TYPE_DATE && (field->flags & KD_FIELD_EMPTY) == 0)
        g_string_append (sql, " DEFAULT 0");
      break;
    case KD_TYPE_PARTIAL:
    case KD_TYPE_LIST:
    default:
      g_assert_not_reached ();
    }
}

static char *
create_table (const KdSqlDialect *dialect,
              const KdKind *kind,
              KdSqlForm form)
{
  g_autoptr (GString) sql = g_string_new ("CREATE TABLE ");

  kd_sql_append_name (sql, kind->shape.name);
  if (form == KD_SQL_FORM_DEVICE)
    {
      g_assert (dialect->rid_column != NULL);
      g_string_append_printf (sql, " (%s, \"id\" %s NOT NULL UNIQUE", dialect->rid_column,
                              dialect->type_blob);
    }
  else
    {
      g_string_append_printf (sql, " (\"shop_id\" %s NOT NULL, \"id\" %s NOT NULL", dialect->type_blob,
                              dialect->type_blob);
    }
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kd_sql_kind_has_column (&kind->shape.fields[i], form))
      {
        g_string_append (sql, ", ");
        append_column (sql, dialect, &kind->shape.fields[i]);
      }
  g_string_append_printf (sql, ", \"_seq\" %s, \"_by\" %s, \"_extra\" %s", dialect->type_int,
                          dialect->type_blob, dialect->type_text);
  if (form == KD_SQL_FORM_SERVER)
    g_string_append (sql, ", PRIMARY KEY (\"shop_id\", \"id\")");
  g_string_append_c (sql, ')');
  if (form == KD_SQL_FORM_SERVER && is_narrow (kind))
    g_string_append (sql, dialect->without_rowid);
  return g_strdup (sql->str);
}

static gboolean
read_columns (KdSqlConnection *connection,
              const KdKind *kind,
              GHashTable *names,
              GError **error)
{
  g_autoptr (KdSqlStatement) statement =
    kd_sql_prepare (connection, connection->driver->dialect.columns_sql, error);
  KdSqlStep step;

  if (statement == NULL)
    return FALSE;
  kd_sql_bind_text (statement, 1, kind->shape.name);
  while ((step = kd_sql_step (statement, error)) == KD_SQL_ROW)
    g_hash_table_add (names, kd_sql_column_dup_text (statement, 0));
  return step == KD_SQL_DONE;
}

/* Every row of a file has the same shop, which the planner must know: else it walks the whole
 * primary key, for the order of its ids, rather than an index. */
static gboolean
hint (KdSqlConnection *connection,
      const KdKind *kind,
      const char *index,
      guint n,
      KdSqlForm form,
      GError **error)
{
  return form != KD_SQL_FORM_SERVER || connection->driver->hint == NULL
         || connection->driver->hint (connection, kind->shape.name, index, n, error);
}

static gboolean
ensure_table (KdSqlConnection *connection,
              const KdKind *kind,
              KdSqlForm form,
              GError **error)
{
  const KdSqlDialect *dialect = &connection->driver->dialect;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!read_columns (connection, kind, names, error))
    return FALSE;
  if (g_hash_table_size (names) == 0)
    {
      g_autofree char *sql = create_table (dialect, kind, form);
      return kd_sql_exec (connection, sql, error) && hint (connection, kind, NULL, 2, form, error);
    }
  for (guint i = 0; i < kind->shape.n_fields; i++)
    {
      const KdField *field = &kind->shape.fields[i];
      g_autoptr (GString) sql = NULL;

      if (!kd_sql_kind_has_column (field, form) || g_hash_table_contains (names, field->name))
        continue;
      sql = g_string_new ("ALTER TABLE ");
      kd_sql_append_name (sql, kind->shape.name);
      g_string_append (sql, " ADD COLUMN ");
      append_column (sql, dialect, field);
      if (!kd_sql_exec (connection, sql->str, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- indexes ---- */

/* With a dot: indexes and tables share their names, and `order_line` is a table. */
static char *
index_name (const KdKind *kind,
            const KdIndex *index)
{
  return g_strdup_printf ("%s.%s", kind->shape.name, index->name);
}

static gboolean
is_unique (const KdIndex *index,
           KdSqlForm form)
{
  /* A device may hold for a moment what the server has already told apart, so only the server
   * insists. */
  return index->unique && form == KD_SQL_FORM_SERVER;
}

/* Whether the id follows the fields: the order of a scan then comes from the index. Devices, whose
 * scans find few rows, are spared its 16 bytes. */
static gboolean
has_id (const KdIndex *index,
        KdSqlForm form)
{
  return form == KD_SQL_FORM_SERVER && !is_unique (index, form);
}

/* A device is spared the indexes that only lists of the server ask for, or that one of its own does
 * as well: a large import writes each of them for each row. */
gboolean
kd_sql_kind_has_index (const KdKind *kind,
                       const KdIndex *index,
                       KdSqlForm form)
{
  static const struct { const KdKind *kind; const char *name; } spared[] = {
    { &kd_kind_product, "name" },
    { &kd_kind_product, "status" },
    { &kd_kind_stock_level, "variant" },
  };

  for (guint i = 0; form == KD_SQL_FORM_DEVICE && i < G_N_ELEMENTS (spared); i++)
    if (kind == spared[i].kind && strcmp (index->name, spared[i].name) == 0)
      return FALSE;
  return TRUE;
}

static guint
count_fields (const KdIndex *index)
{
  guint n = 0;

  while (index->fields[n] != NULL)
    n++;
  return n;
}

static char *
create_index (const KdKind *kind,
              const KdIndex *index,
              KdSqlForm form)
{
  g_autoptr (GString) sql =
    g_string_new (is_unique (index, form) ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  g_autofree char *name = index_name (kind, index);

  kd_sql_append_name (sql, name);
  g_string_append (sql, " ON ");
  kd_sql_append_name (sql, kind->shape.name);
  g_string_append (sql, form == KD_SQL_FORM_SERVER ? " (\"shop_id\", " : " (");
  for (guint i = 0; index->fields[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (sql, ", ");
      kd_sql_append_name (sql, index->fields[i]);
    }
  if (has_id (index, form))
    g_string_append (sql, ", \"id\"");
  g_string_append_c (sql, ')');
  return g_strdup (sql->str);
}

static gboolean
read_index (KdSqlConnection *connection,
            const char *name,
            char **ret_sql,
            GError **error)
{
  g_autoptr (KdSqlStatement) statement =
    kd_sql_prepare (connection, connection->driver->dialect.index_sql, error);
  KdSqlStep step;

  *ret_sql = NULL;
  if (statement == NULL)
    return FALSE;
  kd_sql_bind_text (statement, 1, name);
  step = kd_sql_step (statement, error);
  if (step == KD_SQL_ROW)
    *ret_sql = kd_sql_column_dup_text (statement, 0);
  return step != KD_SQL_ERRED;
}

static gboolean
drop_index (KdSqlConnection *connection,
            const char *name,
            GError **error)
{
  g_autoptr (GString) sql = g_string_new ("DROP INDEX IF EXISTS ");

  kd_sql_append_name (sql, name);
  return kd_sql_exec (connection, sql->str, error);
}

static gboolean
ensure_index (KdSqlConnection *connection,
              const KdKind *kind,
              const KdIndex *index,
              KdSqlForm form,
              GError **error)
{
  g_autofree char *name = index_name (kind, index);
  g_autofree char *wanted = create_index (kind, index, form);
  g_autofree char *present = NULL;

  if (!read_index (connection, name, &present, error))
    return FALSE;
  if (!kd_sql_kind_has_index (kind, index, form))
    return present == NULL || drop_index (connection, name, error);
  if (g_strcmp0 (present, wanted) == 0)
    return TRUE;
  if (present != NULL && !drop_index (connection, name, error))
    return FALSE;
  return kd_sql_exec (connection, wanted, error)
         && hint (connection, kind, name, 1 + count_fields (index) + has_id (index, form), form, error);
}

static gboolean
ensure_guards (KdSqlConnection *connection,
               const KdKind *kind,
               GError **error)
{
  static const char *const operations[] = { "INSERT", "UPDATE", "DELETE" };

  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.guard_%s", kind->shape.name, operations[i]);
      g_autofree char *sql = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      sql = g_strdup_printf (connection->driver->dialect.guard_sql, name, operations[i],
                             kind->shape.name);
#pragma GCC diagnostic pop
      if (!kd_sql_exec (connection, sql, error))
        return FALSE;
    }
  return connection->driver->guarded == NULL || connection->driver->guarded (connection, kind->shape.name, error);
}

/* ---- public ---- */

gboolean
kd_sql_kind_ensure (KdSqlConnection *connection,
                    const KdKind *kind,
                    KdSqlForm form,
                    KdSqlEnsure what,
                    GError **error)
{
  if ((what & KD_SQL_ENSURE_TABLES) != 0 && !ensure_table (connection, kind, form, error))
    return FALSE;
  if ((what & KD_SQL_ENSURE_INDEXES) != 0)
    for (guint i = 0; i < kind->n_indexes; i++)
      if (!ensure_index (connection, kind, &kind->indexes[i], form, error))
        return FALSE;
  return (what & KD_SQL_ENSURE_GUARDS) == 0 || ensure_guards (connection, kind, error);
}

gboolean
kd_sql_kind_ensure_tables (KdSqlConnection *connection,
                           KdSqlForm form,
                           KdSqlEnsure what,
                           GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  const KdKind *const *kinds;
  guint n;

  if (!kd_sql_in_transaction (connection) && !kd_sql_begin (&tx, connection, KD_SQL_WRITE, error))
    return FALSE;
  kinds = kd_kinds (&n);
  for (guint i = 0; i < n; i++)
    if (!kd_sql_kind_ensure (connection, kinds[i], form, what, error))
      return FALSE;
  return tx.connection == NULL || kd_sql_commit (&tx, error);
}

gboolean
kd_sql_kind_drop_indexes (KdSqlConnection *connection,
                          const KdKind *kind,
                          GError **error)
{
  for (guint i = 0; i < kind->n_indexes; i++)
    {
      g_autofree char *name = index_name (kind, &kind->indexes[i]);

      if (!drop_index (connection, name, error))
        return FALSE;
    }
  return TRUE;
}
