/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"
#include "kd-store-private.h"

#include "kd-sql-kind.h"

#include <stdarg.h>

KdListQuery *
kd_list_query_new (KdListKind kind)
{
  KdListQuery *query = g_new0 (KdListQuery, 1);

  query->kind = kind;
  query->status = -1;
  query->conversation_state = -1;
  return query;
}

KdListQuery *
kd_list_query_copy (const KdListQuery *query)
{
  KdListQuery *copy = g_memdup2 (query, sizeof *query);

  copy->search = g_strdup (query->search);
  return copy;
}

gboolean
kd_list_query_equal (const KdListQuery *a,
                     const KdListQuery *b)
{
  return a->kind == b->kind && g_strcmp0 (a->search, b->search) == 0 && a->order == b->order
         && !a->descending == !b->descending && a->status == b->status
         && kd_id_equal (&a->category, &b->category) && a->stock == b->stock
         && !a->no_photo == !b->no_photo && !a->no_price == !b->no_price && a->tab == b->tab
         && kd_id_equal (&a->contact, &b->contact) && !a->unread_only == !b->unread_only
         && a->conversation_state == b->conversation_state;
}

void
kd_list_query_free (KdListQuery *query)
{
  if (query == NULL)
    return;
  g_free (query->search);
  g_free (query);
}

/* ---- statements ---- */

typedef struct
{
  char type;
  gint64 number;
  char *text;
  KdId id;
} KdListValue;

static void
value_clear (gpointer data)
{
  g_free (((KdListValue *) data)->text);
}

KdListSql *
kd_list_sql_new (const char *text)
{
  KdListSql *sql = g_new0 (KdListSql, 1);

  sql->text = g_string_new (text);
  sql->values = g_array_new (FALSE, TRUE, sizeof (KdListValue));
  g_array_set_clear_func (sql->values, value_clear);
  return sql;
}

void
kd_list_sql_free (KdListSql *sql)
{
  if (sql == NULL)
    return;
  g_string_free (sql->text, TRUE);
  g_array_unref (sql->values);
  g_free (sql);
}

void
kd_list_sql_add (KdListSql *sql,
                 const char *text)
{
  g_string_append (sql->text, text);
}

void
kd_list_sql_int64 (KdListSql *sql,
                   const char *text,
                   gint64 value)
{
  KdListValue entry = { .type = 'i', .number = value };

  g_string_append (sql->text, text);
  g_array_append_val (sql->values, entry);
}

void
kd_list_sql_text (KdListSql *sql,
                  const char *text,
                  const char *value)
{
  KdListValue entry = { .type = 't', .text = g_strdup (value) };

  g_string_append (sql->text, text);
  g_array_append_val (sql->values, entry);
}

void
kd_list_sql_id (KdListSql *sql,
                const char *text,
                const KdId *value)
{
  KdListValue entry = { .type = 'd', .id = *value };

  g_string_append (sql->text, text);
  g_array_append_val (sql->values, entry);
}

KdSqlStatement *
kd_list_sql_prepare (KdListSql *sql,
                     KdSqlConnection *connection,
                     GError **error)
{
  KdSqlStatement *statement = kd_sql_prepare (connection, sql->text->str, error);

  if (statement == NULL)
    return NULL;
  for (guint i = 0; i < sql->values->len; i++)
    {
      const KdListValue *value = &g_array_index (sql->values, KdListValue, i);

      if (value->type == 'i')
        kd_sql_bind_int64 (statement, (int) i + 1, value->number);
      else if (value->type == 't')
        kd_sql_bind_text (statement, (int) i + 1, value->text);
      else
        kd_sql_bind_id (statement, (int) i + 1, &value->id);
    }
  return statement;
}

gboolean
kd_list_sql_collect (KdListSql *sql,
                     KdSqlConnection *connection,
                     GArray *rids,
                     GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_list_sql_prepare (sql, connection, error);
  KdSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = kd_sql_step (statement, error)) == KD_SQL_ROW)
    {
      gint64 rid = kd_sql_column_int64 (statement, 0);
      g_array_append_val (rids, rid);
    }
  return step == KD_SQL_DONE;
}

/* ---- the rids ---- */

const KdListClass *
kd_list_class (KdListKind kind)
{
  static const KdListClass *const classes[] = {
    [KD_LIST_PRODUCTS] = &kd_list_products_class,
    [KD_LIST_ORDERS] = &kd_list_orders_class,
    [KD_LIST_CONVERSATIONS] = &kd_list_conversations_class,
    [KD_LIST_CONTACTS] = &kd_list_contacts_class,
  };

  return classes[kind];
}

gboolean
kd_list_is_searching (const KdListQuery *query)
{
  return query->search != NULL && query->search[strspn (query->search, " \t")] != '\0';
}

/* The largest last, or first where the order falls; equal keys by rid in the same direction. */
static void
add_order (KdListSql *sql,
           const KdListClass *list,
           const KdListQuery *query,
           const KdListShared *shared)
{
  const char *way = list->falling (query) ? " DESC" : "";

  kd_list_sql_add (sql, " ORDER BY ");
  list->key (sql, query, shared);
  g_string_append_printf (sql->text, "%s, t.rid%s", way, way);
}

/* A found row and what it is ordered by. */
typedef struct
{
  gint64 rid;
  char *text;
  gint64 number;
  gboolean none;
} Found;

static void
found_clear (gpointer data)
{
  g_free (((Found *) data)->text);
}

static int
compare_found (gconstpointer a,
               gconstpointer b)
{
  const Found *x = a, *y = b;
  int order = 0;

  if (x->none != y->none)
    return x->none ? -1 : 1;
  if (x->text != NULL && y->text != NULL)
    order = strcmp (x->text, y->text);
  else
    order = x->number < y->number ? -1 : x->number > y->number;
  return order != 0 ? order : x->rid < y->rid ? -1 : x->rid > y->rid;
}

static gboolean
read_key (KdSqlStatement *statement,
          Found *found,
          GError **error)
{
  KdSqlStep step;

  kd_sql_reset (statement);
  step = kd_sql_step (statement, error);
  if (step == KD_SQL_ERRED)
    return FALSE;
  found->none = step != KD_SQL_ROW || kd_sql_column_is_null (statement, 0);
  if (!found->none && kd_sql_column_int64 (statement, 1) != 0)
    found->text = kd_sql_column_dup_text (statement, 0);
  else if (!found->none)
    found->number = kd_sql_column_int64 (statement, 0);
  return TRUE;
}

/* What a search found, in the list's order: at most KD_SEARCH_MAX rows are sorted. */
static gboolean
sort_found (KdSqlConnection *connection,
            const KdListClass *list,
            const KdListQuery *query,
            const KdListShared *shared,
            GArray *rids,
            GError **error)
{
  g_autoptr (KdListSql) sql = kd_list_sql_new ("SELECT k, typeof(k)='text' FROM (SELECT ");
  g_autoptr (KdSqlStatement) statement = NULL;
  g_autoptr (GArray) found = g_array_sized_new (FALSE, TRUE, sizeof (Found), rids->len);
  gboolean falling = list->falling (query);

  list->key (sql, query, shared);
  g_string_append_printf (sql->text, " AS k FROM %s WHERE t.rid=?)", list->table);
  statement = kd_list_sql_prepare (sql, connection, error);
  if (statement == NULL)
    return FALSE;
  g_array_set_clear_func (found, found_clear);
  for (guint i = 0; i < rids->len; i++)
    {
      Found one = { .rid = g_array_index (rids, gint64, i) };

      kd_sql_reset (statement);
      kd_sql_bind_int64 (statement, (int) sql->values->len + 1, one.rid);
      if (!read_key (statement, &one, error))
        return FALSE;
      g_array_append_val (found, one);
    }
  g_array_sort (found, compare_found);
  for (guint i = 0; i < found->len; i++)
    g_array_index (rids, gint64, falling ? found->len - 1 - i : i) = g_array_index (found, Found, i).rid;
  return TRUE;
}

/* A search is shown as it is found, unless another order was asked for. */
static GArray *
search_rids (KdSqlConnection *connection,
             const KdListClass *list,
             const KdListQuery *query,
             const KdListShared *shared,
             guint limit,
             GError **error)
{
  gboolean sorted = list->sorts_found || query->order != KD_ORDER_BY_DEFAULT || query->descending;
  guint most = !sorted && limit > 0 ? MIN (limit, KD_SEARCH_MAX) : KD_SEARCH_MAX;
  g_autoptr (KdSearch) search = kd_search_new (query->search);
  g_autoptr (GArray) rids = kd_list_search (connection, list, query, search, most, shared, error);

  if (rids == NULL || (sorted && !sort_found (connection, list, query, shared, rids, error)))
    return NULL;
  if (limit > 0 && rids->len > limit)
    g_array_set_size (rids, limit);
  return g_steal_pointer (&rids);
}

GArray *
kd_list_rids (KdStore *store,
              KdSqlConnection *connection,
              const KdListQuery *query,
              guint limit,
              GError **error)
{
  const KdListClass *list = kd_list_class (query->kind);
  KdListShared shared;
  g_autoptr (KdListSql) sql = NULL;
  g_autoptr (GArray) rids = NULL;

  if (!kd_list_shared_init (&shared, connection, kd_store_now (store), error))
    return NULL;
  if (kd_list_is_searching (query))
    return search_rids (connection, list, query, &shared, limit, error);
  rids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sql = kd_list_sql_new ("SELECT t.rid FROM ");
  g_string_append_printf (sql->text, "%s WHERE true", list->table);
  list->where (sql, query, &shared);
  add_order (sql, list, query, &shared);
  kd_list_sql_int64 (sql, " LIMIT ?", limit > 0 ? (gint64) limit : -1);
  return kd_list_sql_collect (sql, connection, rids, error) ? g_steal_pointer (&rids) : NULL;
}

/* ---- what touches a list ---- */

guint64
kd_list_field (const KdKind *kind,
               const char *name)
{
  int index = kd_shape_index (&kind->shape, name);

  g_assert (index >= 0);
  return G_GUINT64_CONSTANT (1) << index;
}

guint64
kd_list_fields (const KdKind *kind,
                const char *first,
                ...)
{
  guint64 mask = 0;
  va_list names;

  va_start (names, first);
  for (const char *name = first; name != NULL; name = va_arg (names, const char *))
    mask |= kd_list_field (kind, name);
  va_end (names);
  return mask;
}

KdDepends
kd_list_weigh (guint64 fields,
               guint64 place,
               guint64 shown)
{
  return (fields & place) != 0 ? KD_DEPENDS_PLACE : (fields & shown) != 0 ? KD_DEPENDS_SHOWN : KD_DEPENDS_NOT;
}

KdDepends
kd_list_depends (const KdListQuery *query,
                 const KdKind *kind,
                 guint64 fields,
                 KdLeads *ret_leads)
{
  const KdListClass *list = kd_list_class (query->kind);
  KdLeads leads = kind == list->kind ? KD_LEADS_SELF : KD_LEADS_ANY;
  KdDepends depends;

  /* a row that is new or gone */
  if (kind == list->kind && fields == ~G_GUINT64_CONSTANT (0))
    depends = KD_DEPENDS_PLACE;
  else
    depends = list->depends (query, kind, fields, &leads);
  if (ret_leads != NULL)
    *ret_leads = leads;
  return depends;
}

/* ---- rows ---- */

gboolean
kd_list_shared_init (KdListShared *shared,
                     KdSqlConnection *connection,
                     gint64 now,
                     GError **error)
{
  g_autoptr (KdSqlStatement) look = kd_sql_prepare (
    connection,
    "SELECT EXISTS(SELECT 1 FROM outbox_touch), EXISTS(SELECT 1 FROM conflict WHERE state='open'),"
    " EXISTS(SELECT 1 FROM location WHERE transit),"
    " EXISTS(SELECT 1 FROM reservation WHERE expires>0 AND expires<=?1)", error);

  *shared = (KdListShared){ .now = now };
  if (look == NULL)
    return FALSE;
  kd_sql_bind_int64 (look, 1, now);
  if (kd_sql_step (look, error) != KD_SQL_ROW)
    return FALSE;
  shared->any_waiting = kd_sql_column_int64 (look, 0) != 0;
  shared->any_conflict = kd_sql_column_int64 (look, 1) != 0;
  shared->any_transit = kd_sql_column_int64 (look, 2) != 0;
  shared->any_expired = kd_sql_column_int64 (look, 3) != 0;
  return TRUE;
}

gboolean
kd_list_is_waiting (KdSqlConnection *connection,
                    const KdKind *kind,
                    const KdId *id,
                    gboolean *ret_waiting,
                    GError **error)
{
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (
    connection, "SELECT 1 FROM outbox_touch WHERE kind=?1 AND row_id=?2 AND mode=1 LIMIT 1", error);
  KdSqlStep step;

  if (statement == NULL)
    return FALSE;
  kd_sql_bind_int64 (statement, 1, kind->number);
  kd_sql_bind_id (statement, 2, id);
  step = kd_sql_step (statement, error);
  *ret_waiting |= step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

void
kd_list_row_free (KdListKind kind,
                  KdListRow *row)
{
  if (row == NULL)
    return;
  kd_list_class (kind)->clear_row (row);
  g_free (row);
}

static void free_product_row (gpointer row) { kd_list_row_free (KD_LIST_PRODUCTS, row); }
static void free_order_row (gpointer row) { kd_list_row_free (KD_LIST_ORDERS, row); }
static void free_conversation_row (gpointer row) { kd_list_row_free (KD_LIST_CONVERSATIONS, row); }
static void free_contact_row (gpointer row) { kd_list_row_free (KD_LIST_CONTACTS, row); }

GPtrArray *
kd_list_rows (KdStore *store,
              KdSqlConnection *connection,
              KdListKind kind,
              const gint64 *rids,
              guint n,
              GError **error)
{
  static const GDestroyNotify frees[] = {
    [KD_LIST_PRODUCTS] = free_product_row,
    [KD_LIST_ORDERS] = free_order_row,
    [KD_LIST_CONVERSATIONS] = free_conversation_row,
    [KD_LIST_CONTACTS] = free_contact_row,
  };
  const KdListClass *list = kd_list_class (kind);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_full (n, frees[kind]);
  g_autoptr (KdRecord) shop = NULL;
  KdListShared shared;

  if (!kd_list_shared_init (&shared, connection, kd_store_now (store), error)
      || !kd_sql_kind_get (connection, &kd_kind_shop_profile, NULL, &store->identity.shop_id, &shop, NULL, error))
    return NULL;
  shared.shop = (KdShopProfile *) shop;
  for (guint i = 0; i < n; i++)
    {
      GError *failed = NULL;
      gpointer row = list->read_row (store, connection, rids[i], &shared, &failed);

      g_ptr_array_add (rows, row);
      if (failed != NULL)
        {
          g_propagate_error (error, failed);
          return NULL;
        }
    }
  return g_steal_pointer (&rows);
}
