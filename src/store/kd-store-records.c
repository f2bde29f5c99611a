/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"
#include "kd-store-private.h"
#include "kd-store-records.h"

#include "kd-sql-kind.h"

/* One record with all that its page shows. */

#define MOVES_SHOWN 100

KdRecord *
kd_store_get_record (KdStore *store,
                     KdSqlConnection *connection,
                     const KdKind *kind,
                     const KdId *id,
                     GError **error)
{
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, kind, NULL, id, &record, NULL, error);
  return record;
}

gboolean
kd_store_get_rid (KdStore *store,
                  KdSqlConnection *connection,
                  const KdKind *kind,
                  const KdId *id,
                  gint64 *ret_rid,
                  GError **error)
{
  return kd_sql_kind_get_rid (connection, kind, id, ret_rid, error);
}

gboolean
kd_store_is_waiting (KdStore *store,
                     KdSqlConnection *connection,
                     const KdKind *kind,
                     const KdId *id,
                     gboolean *ret_waiting,
                     GError **error)
{
  *ret_waiting = FALSE;
  return kd_list_is_waiting (connection, kind, id, ret_waiting, error);
}

GArray *
kd_store_rids_of_ids (KdStore *store,
                      KdSqlConnection *connection,
                      const KdKind *kind,
                      const KdId *ids,
                      guint n,
                      GError **error)
{
  g_autoptr (GArray) rids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);

  for (guint i = 0; i < n; i++)
    {
      gint64 rid = 0;

      if (!kd_sql_kind_get_rid (connection, kind, &ids[i], &rid, error))
        return NULL;
      if (rid != 0)
        g_array_append_val (rids, rid);
    }
  return g_steal_pointer (&rids);
}

GArray *
kd_store_ids_of_rids (KdStore *store,
                      KdSqlConnection *connection,
                      const KdKind *kind,
                      const gint64 *rids,
                      guint n,
                      GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM \"%s\" WHERE rid=?1", kind->shape.name);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  g_autoptr (GArray) ids = g_array_sized_new (FALSE, FALSE, sizeof (KdId), n);

  if (read == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      KdSqlStep step;
      KdId id = KD_ID_NONE;

      kd_sql_reset (read);
      kd_sql_bind_int64 (read, 1, rids[i]);
      step = kd_sql_step (read, error);
      if (step == KD_SQL_ERRED)
        return NULL;
      if (step == KD_SQL_ROW && kd_sql_column_id (read, 0, &id))
        g_array_append_val (ids, id);
    }
  return g_steal_pointer (&ids);
}

GPtrArray *
kd_store_scan_records (KdStore *store,
                       KdSqlConnection *connection,
                       const KdKind *kind,
                       const char *index,
                       const KdRecord *like,
                       guint n_fields,
                       guint limit,
                       GError **error)
{
  return kd_sql_kind_scan (connection, kind, NULL, kd_kind_find_index (kind, index), like, n_fields, limit, error);
}

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
}

/* Appends the rows of @tail, which has one id for its question mark. */
static gboolean
append_records (KdSqlConnection *connection,
                const KdKind *kind,
                const char *tail,
                const KdId *id,
                GPtrArray *into,
                GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (kind, KD_SQL_FORM_DEVICE, "t");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" t %s", columns, kind->shape.name, tail);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  if (id != NULL)
    kd_sql_bind_id (read, 1, id);
  while ((step = kd_sql_step (read, error)) == KD_SQL_ROW)
    g_ptr_array_add (into, kd_sql_kind_read (read, kind, KD_SQL_FORM_DEVICE, 0));
  return step == KD_SQL_DONE;
}

/* The same into a list of its own. */
static gboolean
read_records (KdSqlConnection *connection,
              const KdKind *kind,
              const char *tail,
              const KdId *id,
              GPtrArray **ret_records,
              GError **error)
{
  *ret_records = new_records ();
  return append_records (connection, kind, tail, id, *ret_records, error);
}

/* ---- products ---- */

void
kd_product_detail_free (KdProductDetail *detail)
{
  if (detail == NULL)
    return;
  kd_record_free ((KdRecord *) detail->product);
  g_clear_pointer (&detail->options, g_ptr_array_unref);
  g_clear_pointer (&detail->variants, g_ptr_array_unref);
  g_clear_pointer (&detail->levels, g_ptr_array_unref);
  g_clear_pointer (&detail->costs, g_ptr_array_unref);
  g_clear_pointer (&detail->codes, g_ptr_array_unref);
  g_clear_pointer (&detail->media, g_ptr_array_unref);
  g_clear_pointer (&detail->locations, g_ptr_array_unref);
  g_clear_pointer (&detail->conflicts, g_ptr_array_unref);
  g_clear_pointer (&detail->moves, g_ptr_array_unref);
  g_free (detail);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdProductDetail, kd_product_detail_free)

#define OF_VARIANTS " WHERE t.variant IN (SELECT id FROM variant WHERE product=?1)"

static gboolean
read_product_parts (KdSqlConnection *connection,
                    const KdId *id,
                    KdProductDetail *detail,
                    GError **error)
{
  g_autofree char *moves = g_strdup_printf ("%s ORDER BY t.effective DESC, t.id DESC LIMIT %d", OF_VARIANTS, MOVES_SHOWN);

  return read_records (connection, &kd_kind_option, "WHERE t.product=?1 ORDER BY t.position, t.id", id,
                       &detail->options, error)
         && read_records (connection, &kd_kind_variant, "WHERE t.product=?1 ORDER BY t.position, t.id", id,
                          &detail->variants, error)
         && read_records (connection, &kd_kind_stock_level, OF_VARIANTS, id, &detail->levels, error)
         && read_records (connection, &kd_kind_variant_cost, OF_VARIANTS, id, &detail->costs, error)
         && read_records (connection, &kd_kind_variant_code, OF_VARIANTS " ORDER BY t.id", id, &detail->codes, error)
         && read_records (connection, &kd_kind_media, "WHERE t.product=?1 ORDER BY t.position, t.id", id,
                          &detail->media, error)
         && read_records (connection, &kd_kind_location, "WHERE NOT t.transit AND NOT t.archived"
                          " ORDER BY t.position, t.id", NULL, &detail->locations, error)
         && read_records (connection, &kd_kind_conflict, "WHERE t.state='open' AND t.ref=?1", id,
                          &detail->conflicts, error)
         && append_records (connection, &kd_kind_conflict,
                            "WHERE t.state='open' AND t.ref IN (SELECT id FROM variant WHERE product=?1)", id,
                            detail->conflicts, error)
         && read_records (connection, &kd_kind_stock_move, moves, id, &detail->moves, error);
}

KdProductDetail *
kd_store_product_detail (KdStore *store,
                         KdSqlConnection *connection,
                         const KdId *id,
                         GError **error)
{
  g_autoptr (KdProductDetail) detail = g_new0 (KdProductDetail, 1);
  KdRecord *record = NULL;

  if (!kd_sql_kind_get (connection, &kd_kind_product, NULL, id, &record, NULL, error) || record == NULL)
    return NULL;
  detail->product = (KdProduct *) record;
  return read_product_parts (connection, id, detail, error) ? g_steal_pointer (&detail) : NULL;
}

/* ---- orders ---- */

void
kd_order_detail_free (KdOrderDetail *detail)
{
  if (detail == NULL)
    return;
  kd_record_free ((KdRecord *) detail->order);
  kd_record_free ((KdRecord *) detail->contact);
  g_clear_pointer (&detail->lines, g_ptr_array_unref);
  g_clear_pointer (&detail->payments, g_ptr_array_unref);
  g_clear_pointer (&detail->reservations, g_ptr_array_unref);
  g_clear_pointer (&detail->moves, g_ptr_array_unref);
  g_clear_pointer (&detail->tasks, g_ptr_array_unref);
  g_free (detail);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdOrderDetail, kd_order_detail_free)

KdOrderDetail *
kd_store_order_detail (KdStore *store,
                       KdSqlConnection *connection,
                       const KdId *id,
                       GError **error)
{
  g_autoptr (KdOrderDetail) detail = g_new0 (KdOrderDetail, 1);
  KdRecord *record = NULL, *contact = NULL;

  if (!kd_sql_kind_get (connection, &kd_kind_order, NULL, id, &record, NULL, error) || record == NULL)
    return NULL;
  detail->order = (KdOrder *) record;
  if (!read_records (connection, &kd_kind_order_line, "WHERE t.\"order\"=?1 ORDER BY t.position, t.id", id,
                     &detail->lines, error)
      || !read_records (connection, &kd_kind_payment, "WHERE t.\"order\"=?1 ORDER BY t.at, t.id", id,
                        &detail->payments, error)
      || !read_records (connection, &kd_kind_reservation, "WHERE t.\"order\"=?1 ORDER BY t.id", id,
                        &detail->reservations, error)
      || !read_records (connection, &kd_kind_stock_move, "WHERE t.\"order\"=?1 ORDER BY t.effective, t.id", id,
                        &detail->moves, error)
      || !read_records (connection, &kd_kind_task, "WHERE t.ref=?1 AND t.state='open' ORDER BY t.at, t.id", id,
                        &detail->tasks, error)
      || !kd_sql_kind_get (connection, &kd_kind_contact, NULL, &detail->order->contact, &contact, NULL, error))
    return NULL;
  detail->contact = (KdContact *) contact;
  return g_steal_pointer (&detail);
}
