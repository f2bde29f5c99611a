/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sql-kind.h"

#include "kd-sql-kind-private.h"

/* Two rows of the same millisecond may want the same rid; the later one goes up to this far behind
 * it. Rids of one kind that are nearer than this are of the same time. */
#define RID_STEPS 64

static char *
put_sql (const KdSqlKindTable *table,
         gboolean replace)
{
  const KdKind *kind = table->kind;
  gboolean server = table->form == KD_SQL_FORM_SERVER;
  g_autoptr (GString) sql = g_string_new ("INSERT INTO ");
  int n = 1 + kd_sql_kind_n_columns (kind, table->form);

  kd_sql_append_name (sql, kind->shape.name);
  g_string_append (sql, server ? " (\"shop_id\", " : " (\"rid\", ");
  kd_sql_kind_append_columns (sql, kind, table->form, NULL);
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

/* ?1 is the id, ?2 the shop; then the fields of the set, and the tail. */
static char *
update_sql (const KdSqlKindTable *table,
            guint64 fields)
{
  const KdShape *shape = &table->kind->shape;
  g_autoptr (GString) sql = g_string_new (NULL);
  int n = 3;

  g_string_append (sql, " SET ");
  for (guint i = 0; i < shape->n_fields; i++)
    if ((fields >> i & 1) != 0 && kd_sql_kind_has_column (&shape->fields[i], table->form))
      g_string_append_printf (sql, "\"%s\" = ?%d, ", shape->fields[i].name, n++);
  g_string_append_printf (sql, "\"_seq\" = ?%d, \"_by\" = ?%d, \"_extra\" = ?%d WHERE \"id\" = ?1", n, n + 1, n + 2);
  if (table->form == KD_SQL_FORM_SERVER)
    g_string_append (sql, " AND \"shop_id\" = ?2");
  return kd_sql_kind_simple_sql (table, "UPDATE ", sql->str);
}

static void
bind_tail (KdSqlStatement *statement,
           const KdRecord *record,
           int n)
{
  kd_sql_bind_int64 (statement, n, record->seq);
  kd_sql_bind_id (statement, n + 1, &record->by);
  kd_sql_bind_static_text (statement, n + 2, record->extra);
}

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
  bind_tail (statement, record, n);
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
             KdSqlKindTable *table,
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
          if (!KD_SQL_COMPILED (table->move, kd_sql_kind_simple_sql (table, "UPDATE ", " SET \"rid\" = ?1 WHERE \"id\" = ?2")))
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
         KdSqlKindTable *table,
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
  KdSqlKindTable *table = kd_sql_kind_table (connection, record->kind, shop);

  if (!KD_SQL_COMPILED (table->put, put_sql (table, TRUE)))
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
                    const KdId *shop,
                    const KdRecord *record,
                    gint64 *ret_rid,
                    GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, record->kind, shop);

  if (shop == NULL && (record->kind->flags & KD_KIND_TIME_RID) != 0)
    return kd_sql_kind_put (connection, NULL, record, 0, ret_rid, error);
  if (!KD_SQL_COMPILED (table->insert, put_sql (table, FALSE)))
    return FALSE;
  if (shop != NULL)
    kd_sql_bind_id (table->insert, 1, shop);
  else
    bind_rid (table->insert, 0);
  bind_record (table->insert, record, table->form);
  if (!kd_sql_run (table->insert, error))
    return FALSE;
  if (ret_rid != NULL)
    *ret_rid = shop == NULL ? connection->driver->last_rowid (connection) : 0;
  return TRUE;
}

/* Patches name few sets of fields; a shop that names more writes all of them. */
#define UPDATES_MAX 64

static KdSqlStatement *
get_update (KdSqlConnection *connection,
            KdSqlKindTable *table,
            guint64 *fields,
            GError **error)
{
  gint64 key = (gint64) *fields;
  KdSqlStatement *statement;

  if (table->updates == NULL)
    table->updates = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) kd_sql_statement_free);
  statement = g_hash_table_lookup (table->updates, &key);
  if (statement == NULL && g_hash_table_size (table->updates) >= UPDATES_MAX)
    {
      *fields = G_MAXUINT64;
      key = -1;
      statement = g_hash_table_lookup (table->updates, &key);
    }
  if (statement != NULL)
    return statement;
  if (!kd_sql_kind_compile (connection, &statement, update_sql (table, *fields), error))
    return NULL;
  g_hash_table_insert (table->updates, g_memdup2 (&key, sizeof key), statement);
  return statement;
}

gboolean
kd_sql_kind_update (KdSqlConnection *connection,
                    const KdId *shop,
                    const KdRecord *before,
                    const KdRecord *record,
                    GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, record->kind, shop);
  const KdShape *shape = &record->kind->shape;
  guint64 fields = kd_record_diff (before, record);
  KdSqlStatement *statement = get_update (connection, table, &fields, error);
  int n = 3;

  if (statement == NULL)
    return FALSE;
  kd_sql_bind_static_blob (statement, 1, record->id.b, sizeof record->id.b);
  if (shop != NULL)
    kd_sql_bind_id (statement, 2, shop);
  for (guint i = 0; i < shape->n_fields; i++)
    if ((fields >> i & 1) != 0 && kd_sql_kind_has_column (&shape->fields[i], table->form))
      kd_sql_bind_field (statement, n++, &shape->fields[i], record);
  bind_tail (statement, record, n);
  return kd_sql_run (statement, error);
}

gboolean
kd_sql_kind_delete (KdSqlConnection *connection,
                    const KdKind *kind,
                    const KdId *shop,
                    const KdId *id,
                    gboolean *ret_existed,
                    GError **error)
{
  KdSqlKindTable *table = kd_sql_kind_table (connection, kind, shop);

  if (!KD_SQL_COMPILED (table->delete, kd_sql_kind_simple_sql (table, "DELETE FROM ", NULL)))
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
