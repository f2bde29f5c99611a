/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"

#include "kd-barcode.h"
#include "kd-text.h"

#include <string.h>

/* Searching everything, and what a scan opens. */

#define SUBTITLE_MAX 80 /* graphemes */

void
kd_found_free (KdFound *found)
{
  if (found == NULL)
    return;
  g_free (found->title);
  g_free (found->subtitle);
  g_free (found);
}

static KdFound *
found_new (const KdKind *kind,
           const KdId *id,
           const char *title,
           const char *subtitle)
{
  KdFound *found = g_new0 (KdFound, 1);

  found->kind = kind;
  found->id = *id;
  found->title = g_strdup (title);
  found->subtitle = subtitle != NULL ? kd_text_truncate (subtitle, SUBTITLE_MAX) : NULL;
  return found;
}

static KdFound *
found_of_row (KdListKind kind,
              const KdListRow *row)
{
  const KdProductRow *product = (const KdProductRow *) row;
  const KdOrderRow *order = (const KdOrderRow *) row;
  const KdContactRow *contact = (const KdContactRow *) row;

  if (kind == KD_LIST_PRODUCTS)
    return found_new (&kd_kind_product, &row->id, product->name, product->sku);
  if (kind == KD_LIST_ORDERS)
    return found_new (&kd_kind_order, &row->id, order->number,
                      order->name != NULL ? order->name : order->first_line);
  return found_new (&kd_kind_contact, &row->id, contact->name,
                    contact->phone != NULL ? contact->phone : contact->email);
}

static gboolean
add_rows (KdStore *store,
          KdSqlConnection *connection,
          KdListKind kind,
          const char *text,
          guint limit,
          GPtrArray *found,
          GError **error)
{
  g_autoptr (KdListQuery) query = kd_list_query_new (kind);
  g_autoptr (GArray) rids = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  query->search = g_strdup (text);
  rids = kd_list_rids (store, connection, query, limit, error);
  if (rids == NULL)
    return FALSE;
  rows = kd_list_rows (store, connection, kind, (const gint64 *) rids->data, rids->len, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (g_ptr_array_index (rows, i) != NULL)
      g_ptr_array_add (found, found_of_row (kind, g_ptr_array_index (rows, i)));
  return TRUE;
}

static gboolean
add_messages (KdSqlConnection *connection,
              const KdSearch *search,
              guint limit,
              GPtrArray *found,
              GError **error)
{
  g_autoptr (KdSqlStatement) read = NULL;
  KdSqlStep step;

  if (search->all == NULL)
    return TRUE;
  read = kd_sql_prepare (
    connection,
    "SELECT m.conversation, m.id, c.name, c.phone, m.text FROM message_fts f CROSS JOIN message m ON m.rid=f.rowid"
    " CROSS JOIN conversation t ON t.id=m.conversation LEFT JOIN contact c ON c.id=t.contact"
    " WHERE message_fts MATCH ?1 ORDER BY f.rowid DESC LIMIT ?2", error);
  if (read == NULL)
    return FALSE;
  kd_sql_bind_text (read, 1, search->all);
  kd_sql_bind_int64 (read, 2, limit);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      const char *name = kd_sql_column_text (read, 2);
      KdId conversation = KD_ID_NONE;
      KdFound *one;

      kd_sql_column_id (read, 0, &conversation);
      one = found_new (&kd_kind_conversation, &conversation, name != NULL ? name : kd_sql_column_text (read, 3),
                       kd_sql_column_text (read, 4));
      kd_sql_column_id (read, 1, &one->anchor);
      g_ptr_array_add (found, one);
    }
  return step == KD_SQL_DONE;
}

GPtrArray *
kd_search_everything (KdStore *store,
                      KdSqlConnection *connection,
                      const char *text,
                      guint per_kind,
                      GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_found_free);
  g_autoptr (KdSearch) search = kd_search_new (text);

  if (search->words->len == 0)
    return g_steal_pointer (&found);
  if (!add_rows (store, connection, KD_LIST_PRODUCTS, text, per_kind, found, error)
      || !add_rows (store, connection, KD_LIST_ORDERS, text, per_kind, found, error)
      || !add_rows (store, connection, KD_LIST_CONTACTS, text, per_kind, found, error)
      || !add_messages (connection, search, per_kind, found, error))
    return NULL;
  return g_steal_pointer (&found);
}

static gboolean
find_one (KdSqlConnection *connection,
          const char *sql,
          const char *code,
          KdId *ret_product,
          KdId *ret_variant,
          gboolean *ret_found,
          GError **error)
{
  g_autoptr (KdSqlStatement) find = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (find == NULL)
    return FALSE;
  kd_sql_bind_text (find, 1, code);
  step = kd_sql_step (find, error);
  *ret_found = step == KD_SQL_ROW;
  if (*ret_found)
    {
      kd_sql_column_id (find, 0, ret_product);
      kd_sql_column_id (find, 1, ret_variant);
    }
  return step != KD_SQL_ERRED;
}

gboolean
kd_find_by_code (KdStore *store,
                 KdSqlConnection *connection,
                 const char *code,
                 KdId *ret_product,
                 KdId *ret_variant,
                 GError **error)
{
  static const char by_code[] =
    "SELECT v.product, v.id FROM variant_code c JOIN variant v ON v.id=c.variant WHERE c.code=?1"
    " ORDER BY v.archived LIMIT 1";
  static const char by_sku[] =
    "SELECT v.product, v.id FROM variant v WHERE v.sku_key=?1 ORDER BY v.archived LIMIT 1";
  g_autofree char *canonical = NULL, *key = kd_text_key (code), *trimmed = kd_text_trim (code);
  gboolean found = FALSE;

  if (kd_barcode_check (code, NULL, &canonical)
      && (!find_one (connection, by_code, canonical, ret_product, ret_variant, &found, error) || found))
    return found;
  if (!find_one (connection, by_code, trimmed, ret_product, ret_variant, &found, error) || found)
    return found;
  /* a UPC-A kept as it was printed */
  if (canonical != NULL && strlen (canonical) == 13 && canonical[0] == '0'
      && (!find_one (connection, by_code, canonical + 1, ret_product, ret_variant, &found, error) || found))
    return found;
  return *key != '\0' && find_one (connection, by_sku, key, ret_product, ret_variant, &found, error) && found;
}
