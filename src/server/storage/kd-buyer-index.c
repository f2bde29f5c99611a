/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-buyer-index.h"

#include "kd-sql-kind.h"
#include "kd-text.h"

/* The words stand folded, so that the index compares what people type and not how they type it.
 * Rows are numbered by us: VACUUM may renumber those of tables without a number of their own. */
static const char tables[] =
  "CREATE TABLE IF NOT EXISTS buyer_product(rid INTEGER PRIMARY KEY, shop_id BLOB NOT NULL,"
  "  product BLOB NOT NULL, words TEXT NOT NULL, UNIQUE(shop_id, product));"
  "CREATE VIRTUAL TABLE IF NOT EXISTS buyer_product_fts USING fts5(words, content='buyer_product',"
  "  content_rowid='rid', tokenize='unicode61 remove_diacritics 2', prefix='2 3');"
  "CREATE TABLE IF NOT EXISTS buyer_category(shop_id BLOB NOT NULL, category BLOB NOT NULL,"
  "  product BLOB NOT NULL, PRIMARY KEY(shop_id, category, product)) WITHOUT ROWID;"
  "CREATE INDEX IF NOT EXISTS buyer_category_product ON buyer_category(shop_id, product);"
  "CREATE INDEX IF NOT EXISTS buyer_variant_photo ON variant(shop_id, photo) WHERE photo IS NOT NULL;";

static gboolean
fill (KdSqlConnection *connection,
      GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (&kd_kind_product, KD_SQL_FORM_SERVER, NULL);
  g_autofree char *sql =
    g_strdup_printf ("SELECT shop_id, %s FROM product WHERE status='active'", columns);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_autoptr (KdRecord) product = kd_sql_kind_read (read, &kd_kind_product, KD_SQL_FORM_SERVER, 1);
      KdId shop;

      kd_sql_column_id (read, 0, &shop);
      if (!kd_buyer_index_put (connection, &shop, (KdProduct *) product, TRUE, error))
        return FALSE;
    }
  return step == KD_SQL_DONE;
}

gboolean
kd_buyer_index_ensure (KdSqlConnection *connection,
                       GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  gint64 known = 0;

  if (!kd_sql_query_int64 (connection,
                           "SELECT count(*) FROM sqlite_master WHERE name='buyer_product'", 0,
                           &known, error))
    return FALSE;
  if (known > 0)
    return TRUE;
  return kd_sql_begin (&tx, connection, KD_SQL_WRITE, error)
         && kd_sql_exec (connection, tables, error) && fill (connection, error)
         && kd_sql_commit (&tx, error);
}

/* ---- one product ---- */

typedef struct
{
  gint64 rid;   /* 0: there is none */
  char *words;  /* (owned) */
} Entry;

static gboolean
find (KdSqlConnection *connection,
      const KdId *shop,
      const KdId *product,
      Entry *entry,
      GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT rid, words FROM buyer_product WHERE shop_id=?1 AND product=?2", error);
  KdSqlStep step;

  *entry = (Entry){ 0 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, shop);
  kd_sql_bind_id (read, 2, product);
  step = kd_sql_step (read, error);
  if (step == KD_SQL_ROW)
    {
      entry->rid = kd_sql_column_int64 (read, 0);
      entry->words = kd_sql_column_dup_text (read, 1);
    }
  return step != KD_SQL_ERRED;
}

/* ?1 rid, ?2 words, ?3 shop, ?4 product: whichever the statement names */
static gboolean
run (KdSqlConnection *connection,
     const char *sql,
     const Entry *entry,
     const KdId *shop,
     const KdId *product,
     GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (connection, sql, error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_int64 (write, 1, entry->rid);
  kd_sql_bind_text (write, 2, entry->words);
  if (shop != NULL)
    {
      kd_sql_bind_id (write, 3, shop);
      kd_sql_bind_id (write, 4, product);
    }
  return kd_sql_run (write, error);
}

static gboolean
drop_words (KdSqlConnection *connection,
            const Entry *entry,
            GError **error)
{
  return run (connection,
              "INSERT INTO buyer_product_fts(buyer_product_fts, rowid, words) VALUES('delete', ?1, ?2)",
              entry, NULL, NULL, error);
}

static gboolean
add_words (KdSqlConnection *connection,
           const Entry *entry,
           GError **error)
{
  return run (connection, "INSERT INTO buyer_product_fts(rowid, words) VALUES(?1, ?2)", entry, NULL,
              NULL, error);
}

static gboolean
drop_entry (KdSqlConnection *connection,
            gint64 rid,
            GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (connection, "DELETE FROM buyer_product WHERE rid=?1", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_int64 (write, 1, rid);
  return kd_sql_run (write, error);
}

static gboolean
drop_categories (KdSqlConnection *connection,
                 const KdId *shop,
                 const KdId *product,
                 GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection, "DELETE FROM buyer_category WHERE shop_id=?1 AND product=?2", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, shop);
  kd_sql_bind_id (write, 2, product);
  return kd_sql_run (write, error);
}

static gboolean
add_category (KdSqlConnection *connection,
              const KdId *shop,
              const KdId *product,
              const KdId *category,
              GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection,
    "INSERT OR IGNORE INTO buyer_category(shop_id, category, product) VALUES(?1, ?2, ?3)", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, shop);
  kd_sql_bind_id (write, 2, category);
  kd_sql_bind_id (write, 3, product);
  return kd_sql_run (write, error);
}

static gboolean
put_categories (KdSqlConnection *connection,
                const KdId *shop,
                const KdProduct *product,
                gboolean is_new,
                GError **error)
{
  const KdId *id = &product->parent.id;

  if (!is_new && !drop_categories (connection, shop, id, error))
    return FALSE;
  if (!kd_id_is_none (&product->category)
      && !add_category (connection, shop, id, &product->category, error))
    return FALSE;
  for (guint i = 0; product->categories != NULL && i < product->categories->len; i++)
    if (!add_category (connection, shop, id, &g_array_index (product->categories, KdId, i), error))
      return FALSE;
  return TRUE;
}

static char *
words_of (const KdProduct *product)
{
  g_autoptr (GString) words = g_string_new (product->name);

  if (product->brand != NULL)
    g_string_append_printf (words, " %s", product->brand);
  for (char **tag = product->tags; tag != NULL && *tag != NULL; tag++)
    g_string_append_printf (words, " %s", *tag);
  return kd_text_fold (words->str);
}

gboolean
kd_buyer_index_put (KdSqlConnection *connection,
                    const KdId *shop,
                    const KdProduct *product,
                    gboolean is_new,
                    GError **error)
{
  const KdId *id = &product->parent.id;
  g_autofree char *words = NULL, *old = NULL;
  Entry entry = { 0 };

  if (product->status != KD_PRODUCT_ACTIVE)
    return is_new || kd_buyer_index_remove (connection, shop, id, error);
  if (!is_new && !find (connection, shop, id, &entry, error))
    return FALSE;
  old = entry.words;
  words = words_of (product);
  if (entry.rid == 0)
    {
      entry.words = words;
      if (!run (connection, "INSERT INTO buyer_product(words, shop_id, product) VALUES(?2, ?3, ?4)",
                &entry, shop, id, error))
        return FALSE;
      entry.rid = kd_sql_last_rowid (connection);
      if (!add_words (connection, &entry, error))
        return FALSE;
    }
  else if (g_strcmp0 (words, old) != 0)
    {
      if (!drop_words (connection, &entry, error))
        return FALSE;
      entry.words = words;
      if (!run (connection, "UPDATE buyer_product SET words=?2 WHERE rid=?1", &entry, NULL, NULL,
                error)
          || !add_words (connection, &entry, error))
        return FALSE;
    }
  return put_categories (connection, shop, product, is_new, error);
}

gboolean
kd_buyer_index_remove (KdSqlConnection *connection,
                       const KdId *shop,
                       const KdId *product,
                       GError **error)
{
  g_autofree char *words = NULL;
  Entry entry;

  if (!find (connection, shop, product, &entry, error))
    return FALSE;
  words = entry.words;
  if (entry.rid == 0)
    return TRUE;
  return drop_words (connection, &entry, error)
         && drop_entry (connection, entry.rid, error)
         && drop_categories (connection, shop, product, error);
}
