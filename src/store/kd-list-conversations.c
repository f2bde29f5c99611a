/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"
#include "kd-store-records.h"

#include "kd-sql-kind.h"

/* The inbox: newest message first. */

#define UNREAD_SCAN_MAX 200 /* newest messages among which unread ones are counted */

static void
conversations_where (KdListSql *sql,
                     const KdListQuery *query,
                     const KdListShared *shared)
{
  const KdField *state = kd_shape_find (&kd_kind_conversation.shape, "state");

  if (query->conversation_state >= 0)
    kd_list_sql_text (sql, " AND t.state=?", kd_enum_to_text (state, query->conversation_state));
  if (query->unread_only)
    kd_list_sql_add (sql, " AND t.last_in > t.staff_seen");
  if (!kd_id_is_none (&query->contact))
    kd_list_sql_id (sql, " AND t.contact=?", &query->contact);
}

static void
conversations_key (KdListSql *sql,
                   const KdListQuery *query,
                   const KdListShared *shared)
{
  kd_list_sql_add (sql, "t.last_at");
}

static gboolean
conversations_falling (const KdListQuery *query)
{
  return !query->descending;
}

static const KdFindSource conversations_sources[] = {
  { KD_FIND_BEGINS,
    "SELECT t.rid FROM contact c CROSS JOIN conversation t ON t.contact=c.id WHERE kd_fold(c.name) >= ?"
    " AND kd_fold(c.name) < ?", "kd_fold(c.name)" },
  { KD_FIND_TAIL,
    "SELECT t.rid FROM contact c CROSS JOIN conversation t ON t.contact=c.id WHERE kd_tail(c.phone) >= ?"
    " AND kd_tail(c.phone) < ?", "kd_tail(c.phone)" },
  { KD_FIND_ALL,
    "SELECT t.rid FROM contact_fts f CROSS JOIN contact c ON c.rid=f.rowid CROSS JOIN conversation t"
    " ON t.contact=c.id WHERE contact_fts MATCH ?", "f.rowid DESC" },
  { KD_FIND_ALL,
    "SELECT t.rid FROM message_fts f CROSS JOIN message m ON m.rid=f.rowid CROSS JOIN conversation t"
    " ON t.id=m.conversation WHERE message_fts MATCH ?", "f.rowid DESC" },
  { 0 },
};

/* ---- rows ---- */

static void
conversations_clear (KdListRow *base)
{
  KdConversationRow *row = (KdConversationRow *) base;

  g_free (row->name);
  g_free (row->phone);
  g_free (row->last_text);
  g_free (row->draft);
}

static const char conversation_sql[] =
  "SELECT t.id, t.contact, t.channel, t.state, t.last_at, t.staff_seen, t.last_in, c.name, c.phone,"
  " (SELECT d.text FROM draft d WHERE d.kind=17 AND d.row_id=t.id AND d.field='" KD_COMPOSER_FIELD "'),"
  " EXISTS(SELECT 1 FROM outbox_touch w WHERE w.kind=17 AND w.row_id=t.id AND w.mode=1)"
  " FROM conversation t LEFT JOIN contact c ON c.id=t.contact WHERE t.rid=?1";

static const char last_sql[] =
  "SELECT m.text, m.body, m.direction, m.delivery,"
  " EXISTS(SELECT 1 FROM outbox_touch w WHERE w.kind=18 AND w.row_id=m.id AND w.mode=1)"
  " FROM message m WHERE m.conversation=?1 ORDER BY m.at DESC, m.rid DESC LIMIT 1";

static const char unread_sql[] =
  "SELECT count(*) FROM (SELECT direction, received FROM message WHERE conversation=?1 ORDER BY at DESC LIMIT ?3)"
  " WHERE direction='in' AND received > ?2";

static gboolean
read_last (KdSqlConnection *connection,
           KdConversationRow *row,
           GError **error)
{
  g_autoptr (KdSqlStatement) last = kd_sql_prepare (connection, last_sql, error);
  KdMessage message = { 0 };
  KdSqlStep step;

  if (last == NULL)
    return FALSE;
  kd_sql_bind_id (last, 1, &row->row.id);
  step = kd_sql_step (last, error);
  if (step != KD_SQL_ROW)
    return step == KD_SQL_DONE;
  row->last_text = kd_sql_column_dup_text (last, 0);
  kd_sql_column_field (last, 1, kd_shape_find (&kd_kind_message.shape, "body"), &message);
  kd_sql_column_field (last, 2, kd_shape_find (&kd_kind_message.shape, "direction"), &message);
  kd_sql_column_field (last, 3, kd_shape_find (&kd_kind_message.shape, "delivery"), &message);
  row->last_body = message.body;
  row->last_direction = message.direction;
  row->last_delivery = message.delivery;
  row->row.waiting |= kd_sql_column_int64 (last, 4) != 0;
  return TRUE;
}

static gboolean
read_unread (KdSqlConnection *connection,
             KdConversationRow *row,
             gint64 seen,
             GError **error)
{
  g_autoptr (KdSqlStatement) unread = kd_sql_prepare (connection, unread_sql, error);

  if (unread == NULL)
    return FALSE;
  kd_sql_bind_id (unread, 1, &row->row.id);
  kd_sql_bind_int64 (unread, 2, seen);
  kd_sql_bind_int64 (unread, 3, UNREAD_SCAN_MAX);
  if (kd_sql_step (unread, error) != KD_SQL_ROW)
    return FALSE;
  row->unread = (guint) kd_sql_column_int64 (unread, 0);
  return TRUE;
}

static gpointer
conversations_read (KdStore *store,
                    KdSqlConnection *connection,
                    gint64 rid,
                    const KdListShared *shared,
                    GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, conversation_sql, error);
  KdConversation conversation = { 0 };
  KdConversationRow *row;
  gint64 seen;

  if (read == NULL)
    return NULL;
  kd_sql_bind_int64 (read, 1, rid);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return NULL;
  row = g_new0 (KdConversationRow, 1);
  row->row.rid = rid;
  kd_sql_column_id (read, 0, &row->row.id);
  kd_sql_column_id (read, 1, &row->contact);
  kd_sql_column_field (read, 2, kd_shape_find (&kd_kind_conversation.shape, "channel"), &conversation);
  kd_sql_column_field (read, 3, kd_shape_find (&kd_kind_conversation.shape, "state"), &conversation);
  row->channel = conversation.channel;
  row->state = conversation.state;
  row->last_at = kd_sql_column_int64 (read, 4);
  seen = kd_sql_column_int64 (read, 5);
  row->name = kd_sql_column_dup_text (read, 7);
  row->phone = kd_sql_column_dup_text (read, 8);
  row->draft = kd_sql_column_dup_text (read, 9);
  row->row.waiting = kd_sql_column_int64 (read, 10) != 0;
  if (!read_last (connection, row, error)
      || (kd_sql_column_int64 (read, 6) > seen && !read_unread (connection, row, seen, error)))
    {
      kd_list_row_free (KD_LIST_CONVERSATIONS, &row->row);
      return NULL;
    }
  return row;
}

/* ---- what touches it ---- */

static KdDepends
conversations_depends (const KdListQuery *query,
                       const KdKind *kind,
                       guint64 fields,
                       KdLeads *ret_leads)
{
  gboolean searching = kd_list_is_searching (query);
  guint64 place;

  if (kind == &kd_kind_message)
    {
      *ret_leads = KD_LEADS_PARENT;
      return kd_list_weigh (fields, searching ? kd_list_fields (kind, "text", "conversation", NULL) : 0,
                            kd_list_fields (kind, "conversation", "text", "body", "direction", "delivery", "at",
                                            "received", NULL));
    }
  if (kind == &kd_kind_contact)
    return kd_list_weigh (fields, searching ? kd_list_fields (kind, "name", "phone", "email", NULL) : 0,
                          kd_list_fields (kind, "name", "phone", NULL));
  if (kind != &kd_kind_conversation)
    return KD_DEPENDS_NOT;
  /* none: what stands in its composer */
  if (fields == 0)
    return KD_DEPENDS_SHOWN;
  place = kd_list_fields (kind, "last_at", "contact", NULL);
  if (query->unread_only)
    place |= kd_list_fields (kind, "staff_seen", "last_in", NULL);
  if (query->conversation_state >= 0)
    place |= kd_list_field (kind, "state");
  return kd_list_weigh (fields, place, kd_list_fields (kind, "channel", "state", "staff_seen", "last_in", NULL));
}

const KdListClass kd_list_conversations_class = {
  .kind = &kd_kind_conversation,
  .table = "conversation t",
  .where = conversations_where,
  .key = conversations_key,
  .falling = conversations_falling,
  .sources = conversations_sources,
  .sorts_found = TRUE,
  .read_row = conversations_read,
  .clear_row = conversations_clear,
  .depends = conversations_depends,
};

gint64
kd_unread_conversations (KdStore *store,
                         KdSqlConnection *connection,
                         GError **error)
{
  gint64 n;

  return kd_sql_query_int64 (connection, "SELECT count(*) FROM conversation WHERE last_in > staff_seen", 0, &n, error)
         ? n : -1;
}
