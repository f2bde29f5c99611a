/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"

#include "kd-sql-kind.h"

/* The customers. */

static void
contacts_where (KdListSql *sql,
                const KdListQuery *query,
                const KdListShared *shared)
{
}

static void
contacts_key (KdListSql *sql,
              const KdListQuery *query,
              const KdListShared *shared)
{
  kd_list_sql_add (sql, query->order == KD_ORDER_BY_NAME ? "kd_fold(t.name)" : "t.rid");
}

static gboolean
contacts_falling (const KdListQuery *query)
{
  return (query->order != KD_ORDER_BY_NAME) != !!query->descending;
}

static const KdFindSource contacts_sources[] = {
  { KD_FIND_BEGINS, "SELECT t.rid FROM contact t WHERE kd_fold(t.name) >= ? AND kd_fold(t.name) < ?",
    "kd_fold(t.name)" },
  { KD_FIND_TAIL, "SELECT t.rid FROM contact t WHERE kd_tail(t.phone) >= ? AND kd_tail(t.phone) < ?",
    "kd_tail(t.phone)" },
  { KD_FIND_ALL, "SELECT t.rid FROM contact_fts f CROSS JOIN contact t ON t.rid=f.rowid WHERE contact_fts MATCH ?",
    "f.rowid DESC" },
  { 0 },
};

static const char *const contacts_has[] = {
  "SELECT 1 FROM contact_fts WHERE contact_fts MATCH ?1 AND rowid=?2",
  NULL,
};

static void
contacts_clear (KdListRow *base)
{
  KdContactRow *row = (KdContactRow *) base;

  g_free (row->name);
  g_free (row->phone);
  g_free (row->email);
}

static gpointer
contacts_read (KdStore *store,
               KdSqlConnection *connection,
               gint64 rid,
               const KdListShared *shared,
               GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT t.id, t.name, t.phone, t.email,"
    " (SELECT count(*) FROM \"order\" o WHERE o.contact=t.id AND o.state<>'draft'),"
    " EXISTS(SELECT 1 FROM outbox_touch w WHERE w.kind=15 AND w.row_id=t.id AND w.mode=1)"
    " FROM contact t WHERE t.rid=?1", error);
  KdContactRow *row;

  if (read == NULL)
    return NULL;
  kd_sql_bind_int64 (read, 1, rid);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return NULL;
  row = g_new0 (KdContactRow, 1);
  row->row.rid = rid;
  kd_sql_column_id (read, 0, &row->row.id);
  row->name = kd_sql_column_dup_text (read, 1);
  row->phone = kd_sql_column_dup_text (read, 2);
  row->email = kd_sql_column_dup_text (read, 3);
  row->n_orders = (guint) kd_sql_column_int64 (read, 4);
  row->row.waiting = kd_sql_column_int64 (read, 5) != 0;
  return row;
}

static KdDepends
contacts_depends (const KdListQuery *query,
                  const KdKind *kind,
                  guint64 fields,
                  KdLeads *ret_leads)
{
  guint64 place = 0;

  if (kind == &kd_kind_order)
    return kd_list_weigh (fields, 0, kd_list_fields (kind, "contact", "state", NULL));
  if (kind != &kd_kind_contact)
    return KD_DEPENDS_NOT;
  if (query->order == KD_ORDER_BY_NAME)
    place |= kd_list_field (kind, "name");
  if (kd_list_is_searching (query))
    place |= kd_list_fields (kind, "name", "phone", "email", NULL);
  return kd_list_weigh (fields, place, kd_list_fields (kind, "name", "phone", "email", NULL));
}

const KdListClass kd_list_contacts_class = {
  .kind = &kd_kind_contact,
  .table = "contact t",
  .where = contacts_where,
  .key = contacts_key,
  .falling = contacts_falling,
  .sources = contacts_sources,
  .has = contacts_has,
  .read_row = contacts_read,
  .clear_row = contacts_clear,
  .depends = contacts_depends,
};
