/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-buyer.h"

#include "kd-sql-kind.h"
#include "kd-text.h"

/* ---- products ---- */

static GArray *
read_ids (KdSqlStatement *read,
          GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (KdId));
  KdSqlStep step;

  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      KdId id;

      if (kd_sql_column_id (read, 0, &id))
        g_array_append_val (ids, id);
    }
  return step == KD_SQL_DONE ? g_steal_pointer (&ids) : NULL;
}

/* (nullable): what the index is asked for; NULL where nothing of the text can be looked for */
static char *
match_of (const char *search)
{
  g_autofree char *folded = kd_text_fold (search);
  g_autoptr (GString) match = g_string_new (NULL);
  guint words = 0;

  for (const char *c = folded; *c != '\0' && words < KD_BUYER_SEARCH_WORDS_MAX;)
    {
      const char *begin;

      while (*c != '\0' && !g_unichar_isalnum (g_utf8_get_char (c)))
        c = g_utf8_next_char (c);
      begin = c;
      while (*c != '\0'
             && (g_unichar_isalnum (g_utf8_get_char (c)) || g_unichar_ismark (g_utf8_get_char (c))))
        c = g_utf8_next_char (c);
      if (c == begin)
        break;
      g_string_append_printf (match, "%s\"%.*s\"*", words > 0 ? " " : "", (int) (c - begin), begin);
      words++;
    }
  return words > 0 ? g_strdup (match->str) : NULL;
}

/* ?1 shop, ?2 before, ?3 limit, ?4 words, ?5 and on categories */
static char *
list_sql (const KdBuyerList *list)
{
  GString *sql = g_string_new ("SELECT p.product FROM ");

  if (list->search != NULL)
    g_string_append (sql, "buyer_product_fts f JOIN buyer_product p ON p.rid=f.rowid"
                          " WHERE f.words MATCH ?4 AND p.shop_id=?1");
  else
    g_string_append (sql, "buyer_product p WHERE p.shop_id=?1");
  if (!kd_id_is_none (&list->before))
    g_string_append (sql, " AND p.product<?2");
  if (list->categories != NULL)
    {
      g_string_append (sql, " AND p.product IN (SELECT c.product FROM buyer_category c"
                            " WHERE c.shop_id=?1 AND c.category IN (");
      for (guint i = 0; i < list->categories->len; i++)
        g_string_append_printf (sql, "%s?%u", i > 0 ? "," : "", i + 5);
      g_string_append (sql, "))");
    }
  g_string_append (sql, " ORDER BY p.product DESC LIMIT ?3");
  return g_string_free (sql, FALSE);
}

GArray *
kd_buyer_products (KdSqlConnection *connection,
                   const KdShop *shop,
                   const KdBuyerList *list,
                   GError **error)
{
  g_autofree char *match = list->search != NULL ? match_of (list->search) : NULL;
  g_autofree char *sql = NULL;
  g_autoptr (KdSqlStatement) read = NULL;

  if (list->search != NULL && match == NULL)
    return g_array_new (FALSE, FALSE, sizeof (KdId));
  sql = list_sql (list);
  read = kd_sql_prepare (connection, sql, error);
  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  if (!kd_id_is_none (&list->before))
    kd_sql_bind_id (read, 2, &list->before);
  kd_sql_bind_int64 (read, 3, list->limit);
  if (match != NULL)
    kd_sql_bind_text (read, 4, match);
  for (guint i = 0; list->categories != NULL && i < list->categories->len; i++)
    kd_sql_bind_id (read, (int) i + 5, &g_array_index (list->categories, KdId, i));
  return read_ids (read, error);
}

GArray *
kd_buyer_categories (KdSqlConnection *connection,
                     const KdShop *shop,
                     GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT c.id FROM category c WHERE c.shop_id=?1 AND EXISTS (SELECT 1 FROM buyer_category b"
    " WHERE b.shop_id=?1 AND b.category=c.id) ORDER BY c.position, c.id", error);

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  return read_ids (read, error);
}

gboolean
kd_buyer_is_variant_photo (KdSqlConnection *connection,
                           const KdShop *shop,
                           const KdHash *sha256,
                           gboolean *ret_is,
                           GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT 1 FROM variant v JOIN buyer_product p ON p.shop_id=?1 AND p.product=v.product"
    " WHERE v.shop_id=?1 AND v.photo=?2 LIMIT 1", error);
  KdSqlStep step;

  *ret_is = FALSE;
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_hash (read, 2, sha256);
  step = kd_sql_step (read, error);
  *ret_is = step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

/* ---- messages ---- */

#define BUYERS_OWN "\"shop_id\"=?1 AND \"conversation\"=?2 AND \"direction\" IN ('in', 'out')"

static GPtrArray *
read_messages (KdSqlConnection *connection,
               const KdShop *shop,
               const KdId *conversation,
               const char *rest,
               gint64 value,
               guint limit,
               GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (&kd_kind_message, KD_SQL_FORM_SERVER, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM message WHERE " BUYERS_OWN " AND %s LIMIT ?4",
                                          columns, rest);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  KdSqlStep step;

  if (read == NULL)
    return NULL;
  kd_sql_bind_id (read, 1, &shop->id);
  kd_sql_bind_id (read, 2, conversation);
  kd_sql_bind_int64 (read, 3, value);
  kd_sql_bind_int64 (read, 4, limit);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    g_ptr_array_add (messages, kd_sql_kind_read (read, &kd_kind_message, KD_SQL_FORM_SERVER, 0));
  return step == KD_SQL_DONE ? g_steal_pointer (&messages) : NULL;
}

GPtrArray *
kd_buyer_messages (KdSqlConnection *connection,
                   const KdShop *shop,
                   const KdId *conversation,
                   gint64 before,
                   guint limit,
                   GError **error)
{
  return read_messages (connection, shop, conversation, "\"at\"<?3 ORDER BY \"at\" DESC, \"id\" DESC",
                        before, limit, error);
}

GPtrArray *
kd_buyer_messages_since (KdSqlConnection *connection,
                         const KdShop *shop,
                         const KdId *conversation,
                         gint64 seq,
                         guint limit,
                         GError **error)
{
  return read_messages (connection, shop, conversation, "\"_seq\">?3 ORDER BY \"_seq\"", seq, limit,
                        error);
}
