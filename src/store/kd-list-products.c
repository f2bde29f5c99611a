/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"

#include "kd-price.h"
#include "kd-sql-kind.h"
#include "kd-stock.h"

/* The catalog's list. Prices and stock are those of the variants that are sold: not archived ones;
 * a product with one that is always available is always available. */

/* of a variant v; what can't be there is left out (KdListShared) */
#define SELLING(alias) " AND " alias ".location NOT IN (SELECT id FROM location WHERE transit)"
#define LEVELS "(SELECT ifnull(sum(%s), 0) FROM stock_level l WHERE l.variant=v.id%s)"
#define EXPIRED " + (SELECT ifnull(sum(r.quantity), 0) FROM reservation r WHERE r.variant=v.id" \
                " AND r.expires>0 AND r.expires<=?%s)"

/* The sum of levels' @what, with what expired given back. */
static void
add_levels (KdListSql *sql,
            const char *what,
            gboolean with_expired,
            const KdListShared *shared)
{
  g_string_append_printf (sql->text, LEVELS, what, shared->any_transit ? SELLING ("l") : "");
  if (with_expired && shared->any_expired)
    {
      g_autofree char *text = g_strdup_printf (EXPIRED, shared->any_transit ? SELLING ("r") : "");
      kd_list_sql_int64 (sql, text, shared->now);
    }
}

/* available of a product t */
static void
add_available (KdListSql *sql,
               const KdListShared *shared)
{
  kd_list_sql_add (sql, "(SELECT CASE WHEN max(v.untracked) THEN 9223372036854775807 ELSE ifnull(sum(");
  add_levels (sql, "l.on_hand - l.reserved", TRUE, shared);
  kd_list_sql_add (sql, " - v.buffer), 0) END FROM variant v WHERE v.product=t.id AND NOT v.archived)");
}

static void
add_stock_filter (KdListSql *sql,
                  KdStockFilter filter,
                  const KdListShared *shared)
{
  if (filter == KD_STOCK_ANY)
    return;
  kd_list_sql_add (sql, " AND ");
  add_available (sql, shared);
  if (filter == KD_STOCK_OUT)
    kd_list_sql_add (sql, " <= 0");
  else if (filter == KD_STOCK_LOW)
    kd_list_sql_int64 (sql, " BETWEEN 1 AND ?", KD_STOCK_LOW_MAX);
  else
    kd_list_sql_add (sql, " > 0");
}

static void
products_where (KdListSql *sql,
                const KdListQuery *query,
                const KdListShared *shared)
{
  const KdField *status = kd_shape_find (&kd_kind_product.shape, "status");

  if (query->status < 0)
    kd_list_sql_add (sql, " AND t.status<>'archived'");
  else
    kd_list_sql_text (sql, " AND t.status=?", kd_enum_to_text (status, query->status));
  if (!kd_id_is_none (&query->category))
    kd_list_sql_id (sql,
                    " AND EXISTS(WITH RECURSIVE tree(id) AS (SELECT ? UNION SELECT c.id FROM category c JOIN tree"
                    " ON c.up=tree.id) SELECT 1 FROM tree WHERE tree.id=t.category OR instr(t.categories, tree.id)>0)",
                    &query->category);
  if (query->no_photo)
    kd_list_sql_add (sql, " AND NOT EXISTS(SELECT 1 FROM media m WHERE m.product=t.id"
                          " AND (m.blob IS NOT NULL OR m.source IS NOT NULL))");
  if (query->no_price)
    kd_list_sql_add (sql, " AND t.price IS NULL AND EXISTS(SELECT 1 FROM variant v WHERE v.product=t.id"
                          " AND NOT v.archived AND v.price IS NULL)");
  add_stock_filter (sql, query->stock, shared);
}

static void
products_key (KdListSql *sql,
              const KdListQuery *query,
              const KdListShared *shared)
{
  switch (query->order)
    {
    case KD_ORDER_BY_PRICE:
      kd_list_sql_add (sql, "(SELECT min(ifnull(v.price, t.price)) FROM variant v WHERE v.product=t.id"
                            " AND NOT v.archived)");
      break;
    case KD_ORDER_BY_STOCK:
      add_available (sql, shared);
      break;
    case KD_ORDER_BY_NEWEST:
      kd_list_sql_add (sql, "t.rid");
      break;
    case KD_ORDER_BY_DEFAULT:
    case KD_ORDER_BY_NAME:
    default:
      kd_list_sql_add (sql, "kd_fold(t.name)");
      break;
    }
}

static gboolean
products_falling (const KdListQuery *query)
{
  return (query->order == KD_ORDER_BY_NEWEST) != !!query->descending;
}

#define OF_CODE "SELECT t.rid FROM variant_code c CROSS JOIN variant v ON v.id=c.variant" \
                " CROSS JOIN product t ON t.id=v.product WHERE c.code >= ? AND c.code < ?"

static const KdFindSource products_sources[] = {
  { KD_FIND_BEGINS, "SELECT t.rid FROM product t WHERE kd_fold(t.name) >= ? AND kd_fold(t.name) < ?",
    "kd_fold(t.name)" },
  { KD_FIND_CODE,
    "SELECT t.rid FROM variant v CROSS JOIN product t ON t.id=v.product WHERE v.sku_key >= ? AND v.sku_key < ?",
    "v.sku_key" },
  { KD_FIND_CODE, OF_CODE, "c.code" },
  { KD_FIND_CAPITALS, OF_CODE, "c.code" },
  { KD_FIND_ALL, "SELECT t.rid FROM product_fts f CROSS JOIN product t ON t.rid=f.rowid WHERE product_fts MATCH ?",
    "f.rowid DESC" },
  { KD_FIND_WORD,
    "SELECT t.rid FROM variant_fts f CROSS JOIN variant v ON v.rid=f.rowid CROSS JOIN product t ON t.id=v.product"
    " WHERE variant_fts MATCH ?", "f.rowid DESC" },
  { 0 },
};

static const char *const products_has[] = {
  "SELECT 1 FROM product_fts WHERE product_fts MATCH ?1 AND rowid=?2",
  "SELECT 1 FROM product p CROSS JOIN variant v ON v.product=p.id CROSS JOIN variant_fts f ON f.rowid=v.rid"
  " WHERE p.rid=?2 AND variant_fts MATCH ?1 LIMIT 1",
  NULL,
};

/* ---- rows ---- */

/* Columns that are always there, and two that are 0 where nothing waits or contradicts. */
static KdListSql *
product_sql (const KdListShared *shared,
             gint64 rid)
{
  KdListSql *sql = kd_list_sql_new (
    "SELECT t.id, t.name, t.status, t.price, (SELECT name FROM category c WHERE c.id=t.category),"
    " (SELECT m.blob FROM media m WHERE m.product=t.id AND m.blob IS NOT NULL ORDER BY m.position, m.id LIMIT 1),"
    " EXISTS(SELECT 1 FROM media m WHERE m.product=t.id AND m.blob IS NULL AND m.source IS NOT NULL), ");

  kd_list_sql_add (sql, shared->any_conflict
                   ? "EXISTS(SELECT 1 FROM conflict x WHERE x.ref=t.id AND x.state='open'), " : "0, ");
  kd_list_sql_add (sql, shared->any_waiting
                   ? "EXISTS(SELECT 1 FROM outbox_touch w WHERE w.kind=3 AND w.row_id=t.id AND w.mode=1)" : "0");
  kd_list_sql_int64 (sql, " FROM product t WHERE t.rid=?", rid);
  return sql;
}

static KdListSql *
variants_sql (const KdListShared *shared,
              const KdId *product)
{
  KdListSql *sql = kd_list_sql_new ("SELECT v.sku, v.price, v.untracked, v.buffer, ");

  add_levels (sql, "l.on_hand", FALSE, shared);
  kd_list_sql_add (sql, ", ");
  add_levels (sql, "-l.reserved", TRUE, shared);
  kd_list_sql_add (sql, shared->any_conflict
                   ? ", EXISTS(SELECT 1 FROM conflict x WHERE x.ref=v.id AND x.state='open'), " : ", 0, ");
  kd_list_sql_add (sql, shared->any_waiting
                   ? "EXISTS(SELECT 1 FROM outbox_touch w WHERE w.kind=5 AND w.row_id=v.id AND w.mode=1)" : "0");
  kd_list_sql_id (sql, " FROM variant v WHERE v.product=? AND NOT v.archived ORDER BY v.position, v.id", product);
  return sql;
}

static void
add_variant (KdProductRow *row,
             const KdProduct *product,
             KdSqlStatement *statement)
{
  KdVariant variant = { .price = KD_EMPTY };
  gint64 price, on_hand = kd_sql_column_int64 (statement, 4), left;

  if (!kd_sql_column_is_null (statement, 1))
    variant.price = kd_sql_column_int64 (statement, 1);
  variant.untracked = kd_sql_column_int64 (statement, 2) != 0;
  variant.buffer = kd_sql_column_int64 (statement, 3);
  if (row->n_variants++ == 0)
    row->sku = kd_sql_column_dup_text (statement, 0);
  price = kd_effective_price (product, &variant);
  if (price != KD_EMPTY)
    {
      row->price_min = row->price_min == KD_EMPTY ? price : MIN (row->price_min, price);
      row->price_max = row->price_max == KD_EMPTY ? price : MAX (row->price_max, price);
    }
  left = kd_stock_left (&variant, on_hand, -kd_sql_column_int64 (statement, 5));
  row->on_hand += on_hand;
  if (left == KD_STOCK_UNLIMITED || row->available == KD_STOCK_UNLIMITED)
    row->available = KD_STOCK_UNLIMITED;
  else
    row->available += left;
  row->conflict |= kd_sql_column_int64 (statement, 6) != 0;
  row->row.waiting |= kd_sql_column_int64 (statement, 7) != 0;
}

static void
products_clear (KdListRow *base)
{
  KdProductRow *row = (KdProductRow *) base;

  g_free (row->name);
  g_free (row->sku);
  g_free (row->category);
}

static gboolean
read_variants (KdSqlConnection *connection,
               KdProductRow *row,
               const KdProduct *product,
               const KdListShared *shared,
               GError **error)
{
  g_autoptr (KdListSql) sql = variants_sql (shared, &row->row.id);
  g_autoptr (KdSqlStatement) variants = kd_list_sql_prepare (sql, connection, error);
  KdSqlStep step;

  if (variants == NULL)
    return FALSE;
  while ((step = kd_sql_step (variants, error)) == KD_SQL_ROW)
    add_variant (row, product, variants);
  return step == KD_SQL_DONE;
}

static gpointer
products_read (KdStore *store,
               KdSqlConnection *connection,
               gint64 rid,
               const KdListShared *shared,
               GError **error)
{
  g_autoptr (KdListSql) sql = product_sql (shared, rid);
  g_autoptr (KdSqlStatement) read = kd_list_sql_prepare (sql, connection, error);
  KdProduct product = { .price = KD_EMPTY };
  KdProductRow *row;

  if (read == NULL || kd_sql_step (read, error) != KD_SQL_ROW)
    return NULL;
  row = g_new0 (KdProductRow, 1);
  row->row.rid = rid;
  kd_sql_column_id (read, 0, &row->row.id);
  row->name = kd_sql_column_dup_text (read, 1);
  row->status = kd_enum_from_text (kd_shape_find (&kd_kind_product.shape, "status"), kd_sql_column_text (read, 2));
  if (!kd_sql_column_is_null (read, 3))
    product.price = kd_sql_column_int64 (read, 3);
  row->category = kd_sql_column_dup_text (read, 4);
  kd_sql_column_hash (read, 5, &row->photo);
  row->picture_waits = kd_sql_column_int64 (read, 6) != 0;
  row->conflict = kd_sql_column_int64 (read, 7) != 0;
  row->row.waiting = kd_sql_column_int64 (read, 8) != 0;
  row->price_min = row->price_max = KD_EMPTY;
  if (!read_variants (connection, row, &product, shared, error))
    {
      kd_list_row_free (KD_LIST_PRODUCTS, &row->row);
      return NULL;
    }
  return row;
}

/* ---- what touches it ---- */

static KdDepends
product_depends (const KdListQuery *query,
                 guint64 fields)
{
  guint64 place = kd_list_field (&kd_kind_product, "status");
  guint64 shown = kd_list_fields (&kd_kind_product, "name", "category", "price", NULL);

  if (query->order == KD_ORDER_BY_DEFAULT || query->order == KD_ORDER_BY_NAME || kd_list_is_searching (query))
    place |= kd_list_field (&kd_kind_product, "name");
  if (kd_list_is_searching (query))
    place |= kd_list_field (&kd_kind_product, "tags");
  if (!kd_id_is_none (&query->category))
    place |= kd_list_fields (&kd_kind_product, "category", "categories", NULL);
  if (query->order == KD_ORDER_BY_PRICE || query->no_price)
    place |= kd_list_field (&kd_kind_product, "price");
  return kd_list_weigh (fields, place, shown);
}

static KdDepends
variant_depends (const KdListQuery *query,
                 guint64 fields)
{
  guint64 place = 0;
  guint64 shown = kd_list_fields (&kd_kind_variant, "product", "position", "sku", "price", "untracked", "buffer",
                                  "archived", NULL);

  if (query->order == KD_ORDER_BY_PRICE || query->no_price)
    place |= kd_list_fields (&kd_kind_variant, "product", "price", "archived", NULL);
  if (query->order == KD_ORDER_BY_STOCK || query->stock != KD_STOCK_ANY)
    place |= kd_list_fields (&kd_kind_variant, "product", "untracked", "buffer", "archived", NULL);
  if (kd_list_is_searching (query))
    place |= kd_list_fields (&kd_kind_variant, "product", "sku", NULL);
  return kd_list_weigh (fields, place, shown);
}

static KdDepends
products_depends (const KdListQuery *query,
                  const KdKind *kind,
                  guint64 fields,
                  KdLeads *ret_leads)
{
  gboolean by_stock = query->stock != KD_STOCK_ANY || query->order == KD_ORDER_BY_STOCK;

  if (kind == &kd_kind_product)
    return product_depends (query, fields);
  if (kind == &kd_kind_variant || kind == &kd_kind_media)
    *ret_leads = KD_LEADS_PARENT;
  if (kind == &kd_kind_variant)
    return variant_depends (query, fields);
  if (kind == &kd_kind_media)
    return kd_list_weigh (fields,
                          query->no_photo ? kd_list_fields (kind, "product", "blob", "source", NULL) : 0,
                          kd_list_fields (kind, "product", "position", "blob", "source", NULL));
  if (kind == &kd_kind_variant_code)
    return kd_list_is_searching (query) ? KD_DEPENDS_PLACE : KD_DEPENDS_NOT;
  if (kind == &kd_kind_stock_level || kind == &kd_kind_reservation || kind == &kd_kind_location)
    return by_stock ? KD_DEPENDS_PLACE : KD_DEPENDS_SHOWN;
  if (kind == &kd_kind_category)
    return kd_list_weigh (fields, kd_id_is_none (&query->category) ? 0 : kd_list_field (kind, "up"),
                          kd_list_field (kind, "name"));
  return kind == &kd_kind_conflict ? KD_DEPENDS_SHOWN : KD_DEPENDS_NOT;
}

const KdListClass kd_list_products_class = {
  .kind = &kd_kind_product,
  .table = "product t",
  .where = products_where,
  .key = products_key,
  .falling = products_falling,
  .sources = products_sources,
  .has = products_has,
  .read_row = products_read,
  .clear_row = products_clear,
  .depends = products_depends,
};
