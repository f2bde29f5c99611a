/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-lists.h"
#include "kd-store-private.h"
#include "kd-store-records.h"

#include "kd-sql-kind.h"

/* Messages with what their bubbles show: cards show the product or order as it is now. */

void
kd_thread_entry_free (KdThreadEntry *entry)
{
  if (entry == NULL)
    return;
  kd_record_free ((KdRecord *) entry->message);
  kd_record_free ((KdRecord *) entry->media);
  g_free (entry->author);
  g_free (entry->product_name);
  g_free (entry->order_number);
  g_free (entry);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdThreadEntry, kd_thread_entry_free)

static gboolean
add_author (KdSqlConnection *connection,
            KdThreadEntry *entry,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT name FROM member WHERE id=?1 UNION ALL SELECT name FROM contact WHERE id=?1 LIMIT 1", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &entry->message->author);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    entry->author = kd_sql_column_dup_text (read, 0);
  return step != KD_SQL_ERRED;
}

/* The list's row of a record: (transfer full), with the list's own free function. */
static gboolean
read_list_row (KdStore *store,
               KdSqlConnection *connection,
               KdListKind list,
               const KdKind *kind,
               const KdId *id,
               GPtrArray **ret_rows,
               GError **error)
{
  gint64 rid = 0;

  *ret_rows = NULL;
  if (!kd_sql_kind_get_rid (connection, kind, id, &rid, error))
    return FALSE;
  if (rid == 0)
    return TRUE;
  *ret_rows = kd_list_rows (store, connection, list, &rid, 1, error);
  return *ret_rows != NULL;
}

static gboolean
add_product (KdStore *store,
             KdSqlConnection *connection,
             KdThreadEntry *entry,
             GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  const KdProductRow *row;

  if (!read_list_row (store, connection, KD_LIST_PRODUCTS, &kd_kind_product, &entry->message->product, &rows, error))
    return FALSE;
  row = rows != NULL ? g_ptr_array_index (rows, 0) : NULL;
  if (row == NULL)
    return TRUE;
  entry->product_name = g_strdup (row->name);
  entry->price_min = row->price_min;
  entry->price_max = row->price_max;
  entry->available = row->available;
  entry->product_status = row->status;
  entry->photo = row->photo;
  return TRUE;
}

static gboolean
add_order (KdStore *store,
           KdSqlConnection *connection,
           KdThreadEntry *entry,
           GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  const KdOrderRow *row;

  if (!read_list_row (store, connection, KD_LIST_ORDERS, &kd_kind_order, &entry->message->order, &rows, error))
    return FALSE;
  row = rows != NULL ? g_ptr_array_index (rows, 0) : NULL;
  if (row == NULL)
    return TRUE;
  entry->order_number = g_strdup (row->number);
  entry->order_total = row->total;
  entry->order_state = row->state;
  entry->order_payment = row->payment;
  entry->order_fulfilment = row->fulfilment;
  return TRUE;
}

static gboolean
fill_entry (KdStore *store,
            KdSqlConnection *connection,
            KdThreadEntry *entry,
            GError **error)
{
  const KdMessage *message = entry->message;
  KdRecord *media = NULL;

  entry->price_min = entry->price_max = entry->order_total = KD_EMPTY;
  if (!add_author (connection, entry, error)
      || (!kd_id_is_none (&message->product) && !add_product (store, connection, entry, error))
      || (!kd_id_is_none (&message->order) && !add_order (store, connection, entry, error))
      || (!kd_id_is_none (&message->media)
          && !kd_sql_kind_get (connection, &kd_kind_media, NULL, &message->media, &media, NULL, error)))
    return FALSE;
  entry->media = (KdMedia *) media;
  return TRUE;
}

static GPtrArray *
read_entries (KdStore *store,
              KdSqlConnection *connection,
              KdSqlStatement *read,
              GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_thread_entry_free);
  KdSqlStep step;

  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdThreadEntry *entry = g_new0 (KdThreadEntry, 1);

      entry->rid = kd_sql_column_int64 (read, 0);
      entry->waiting = kd_sql_column_int64 (read, 1) != 0;
      entry->message = (KdMessage *) kd_sql_kind_read (read, &kd_kind_message, KD_SQL_FORM_DEVICE, 2);
      g_ptr_array_add (entries, entry);
    }
  if (step != KD_SQL_DONE)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    if (!fill_entry (store, connection, g_ptr_array_index (entries, i), error))
      return NULL;
  return g_steal_pointer (&entries);
}

#define ENTRY_SQL \
  "SELECT t.rid, EXISTS(SELECT 1 FROM outbox_touch w WHERE w.kind=18 AND w.row_id=t.id AND w.mode=1), %s" \
  " FROM message t WHERE "

static char *
entry_sql (const char *where)
{
  g_autofree char *columns = kd_sql_kind_columns (&kd_kind_message, KD_SQL_FORM_DEVICE, "t");
  g_autofree char *head = g_strdup_printf (ENTRY_SQL, columns);

  return g_strconcat (head, where, NULL);
}

GPtrArray *
kd_store_thread_page (KdStore *store,
                      KdSqlConnection *connection,
                      const KdId *conversation,
                      gint64 anchor,
                      gboolean older,
                      guint n,
                      GError **error)
{
  /* `at` leads through the index; the rid, which is made of it, decides */
  g_autofree char *sql = entry_sql (
    older ? "t.conversation=?1 AND t.at <= (?2 >> 20) AND t.rid < ?2 ORDER BY t.at DESC, t.rid DESC LIMIT ?3"
          : "t.conversation=?1 AND t.at >= (?2 >> 20) AND t.rid > ?2 ORDER BY t.at, t.rid LIMIT ?3");
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  g_autoptr (GPtrArray) entries = NULL;

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, conversation);
  kd_sql_bind_int64 (read, 2, anchor == 0 && older ? G_MAXINT64 : anchor);
  kd_sql_bind_int64 (read, 3, n);
  entries = read_entries (store, connection, read, error);
  if (entries != NULL && older)
    for (guint i = 0; i < entries->len / 2; i++)
      {
        gpointer *a = &g_ptr_array_index (entries, i);
        gpointer *b = &g_ptr_array_index (entries, entries->len - 1 - i);
        gpointer swap = *a;

        *a = *b;
        *b = swap;
      }
  return g_steal_pointer (&entries);
}

GPtrArray *
kd_store_thread_entries (KdStore *store,
                         KdSqlConnection *connection,
                         const gint64 *rids,
                         guint n,
                         GError **error)
{
  g_autofree char *sql = entry_sql ("t.rid=?1");
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_thread_entry_free);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
      g_autoptr (GPtrArray) one = NULL;

      if (read == NULL)
        return NULL;
      kd_sql_bind_int64 (read, 1, rids[i]);
      one = read_entries (store, connection, read, error);
      if (one == NULL)
        return NULL;
      g_ptr_array_add (entries, one->len > 0 ? g_ptr_array_steal_index (one, 0) : NULL);
    }
  return g_steal_pointer (&entries);
}

gboolean
kd_store_message_rid (KdStore *store,
                      KdSqlConnection *connection,
                      const KdId *conversation,
                      const KdId *message,
                      gint64 *ret_rid,
                      GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT rid FROM message WHERE id=?1 AND conversation=?2", error);
  KdSqlStep step;

  *ret_rid = 0;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, message);
  kd_sql_bind_id (read, 2, conversation);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    *ret_rid = kd_sql_column_int64 (read, 0);
  return step != KD_SQL_ERRED;
}

gboolean
kd_store_thread_first_unread (KdStore *store,
                              KdSqlConnection *connection,
                              const KdId *conversation,
                              gint64 *ret_rid,
                              GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT min(m.rid) FROM (SELECT rid, direction, received FROM message WHERE conversation=?1"
    "  ORDER BY at DESC LIMIT ?2) m, conversation t"
    " WHERE t.id=?1 AND m.direction='in' AND m.received > t.staff_seen", error);

  *ret_rid = 0;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, conversation);
  kd_sql_bind_int64 (read, 2, KD_THREAD_UNREAD_MAX);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  *ret_rid = kd_sql_column_int64 (read, 0);
  return TRUE;
}
