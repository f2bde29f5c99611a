/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"

#include "kd-order-totals.h"
#include "kd-sql-kind.h"

/* The list of orders. A cart that its buyer hasn't placed is the buyer's: it shows in the
 * conversation, not here. Newest first is the order of the rids. */

#define SEEN " AND (t.state<>'draft' OR t.origin='staff')"
#define PLACED " AND t.state='placed' AND t.payment<>'refunded' AND t.fulfilment<>'returned'"
/* an order that waits here for an answer */
#define HELD "(t.fulfilment IN ('unfulfilled', 'packed', 'ready_to_ship') AND (t.cancel_requested OR t.on_hold))"

/* What kd_order_tab() says of a row, as conditions. */
static const char *const tab_where[KD_N_TABS] = {
  [KD_TAB_ALL] = SEEN,
  [KD_TAB_NEW] = PLACED " AND t.fulfilment='unfulfilled' AND NOT " HELD " AND t.payment IN ('unpaid', 'partly_paid')",
  [KD_TAB_PAID] = PLACED " AND t.fulfilment='unfulfilled' AND NOT " HELD
                  " AND t.payment IN ('paid', 'partly_refunded')",
  [KD_TAB_PACKED] = PLACED " AND t.fulfilment IN ('packed', 'ready_to_ship') AND NOT " HELD,
  [KD_TAB_SHIPPED] = PLACED " AND t.fulfilment IN ('shipped', 'delivered')",
  [KD_TAB_DONE] = " AND t.state='done' AND t.payment<>'refunded' AND t.fulfilment<>'returned'",
  [KD_TAB_PROBLEM] = " AND (t.state='placed' OR t.state='done') AND t.payment<>'refunded'"
                     " AND (t.fulfilment='returned' OR (t.state='placed' AND (t.fulfilment='delivery_failed' OR " HELD ")))",
  [KD_TAB_DRAFT] = " AND t.state='draft' AND t.origin='staff'",
};

KdOrderTab
kd_order_tab (const KdOrder *order)
{
  switch (kd_order_stage (order))
    {
    case KD_STAGE_DRAFT:
      return order->origin == KD_ORIGIN_IS_STAFF ? KD_TAB_DRAFT : KD_N_TABS;
    case KD_STAGE_AWAITING_PAYMENT:
      return KD_TAB_NEW;
    case KD_STAGE_PAID:
      return KD_TAB_PAID;
    case KD_STAGE_PACKING:
      /* to be paid on delivery, and nobody has begun yet */
      return order->fulfilment == KD_FULFILMENT_UNFULFILLED ? KD_TAB_NEW : KD_TAB_PACKED;
    case KD_STAGE_READY_TO_SHIP:
      return KD_TAB_PACKED;
    case KD_STAGE_SHIPPED:
    case KD_STAGE_DELIVERED:
      return KD_TAB_SHIPPED;
    case KD_STAGE_COMPLETED:
      return KD_TAB_DONE;
    case KD_STAGE_ON_HOLD:
    case KD_STAGE_CANCEL_REQUESTED:
    case KD_STAGE_DELIVERY_FAILED:
    case KD_STAGE_RETURNED:
      return KD_TAB_PROBLEM;
    case KD_STAGE_CANCELLED:
    case KD_STAGE_REFUNDED:
    default:
      return KD_TAB_ALL;
    }
}

static void
orders_where (KdListSql *sql,
              const KdListQuery *query,
              const KdListShared *shared)
{
  kd_list_sql_add (sql, tab_where[query->tab]);
  if (!kd_id_is_none (&query->contact))
    kd_list_sql_id (sql, " AND t.contact=?", &query->contact);
}

static void
orders_key (KdListSql *sql,
            const KdListQuery *query,
            const KdListShared *shared)
{
  kd_list_sql_add (sql, query->order == KD_ORDER_BY_NAME ? "kd_fold(t.name)" : "t.rid");
}

static gboolean
orders_falling (const KdListQuery *query)
{
  return (query->order != KD_ORDER_BY_NAME) != !!query->descending;
}

#define TAIL(column) \
  { KD_FIND_TAIL, "SELECT t.rid FROM \"order\" t WHERE kd_tail(t." column ") >= ? AND kd_tail(t." column ") < ?", \
    "kd_tail(t." column ")" }

static const KdFindSource orders_sources[] = {
  { KD_FIND_BEGINS, "SELECT t.rid FROM \"order\" t WHERE kd_fold(t.name) >= ? AND kd_fold(t.name) < ?",
    "kd_fold(t.name)" },
  TAIL ("number"),
  TAIL ("alias"),
  TAIL ("phone"),
  { KD_FIND_ALL, "SELECT t.rid FROM order_fts f CROSS JOIN \"order\" t ON t.rid=f.rowid WHERE order_fts MATCH ?",
    "f.rowid DESC" },
  { 0 },
};

static const char *const orders_has[] = {
  "SELECT 1 FROM order_fts WHERE order_fts MATCH ?1 AND rowid=?2",
  NULL,
};

/* ---- rows ---- */

static void
orders_clear (KdListRow *base)
{
  KdOrderRow *row = (KdOrderRow *) base;

  g_free (row->number);
  g_free (row->name);
  g_free (row->phone);
  g_free (row->first_line);
}

static void
fill_order (KdOrderRow *row,
            const KdOrder *order,
            GPtrArray *lines,
            GPtrArray *payments,
            const KdShopProfile *shop)
{
  KdOrderTotals totals = { 0 };
  const char *code = NULL;

  row->row.id = order->parent.id;
  row->number = g_strdup (order->number != NULL ? order->number : order->alias);
  row->name = g_strdup (order->name);
  row->phone = g_strdup (order->phone);
  row->state = order->state;
  row->payment = order->payment;
  row->fulfilment = order->fulfilment;
  row->origin = order->origin;
  row->method = order->method;
  row->on_hold = order->on_hold;
  row->cancel_requested = order->cancel_requested;
  row->at = order->at;
  row->n_lines = lines->len;
  if (lines->len > 0)
    row->first_line = g_strdup (((const KdOrderLine *) g_ptr_array_index (lines, 0))->name);
  if (kd_order_totals (order, lines, payments, shop, &totals, &code))
    {
      row->total = totals.total;
      row->due = totals.due;
    }
  else
    row->total = row->due = KD_EMPTY;
}

static gpointer
orders_read (KdStore *store,
             KdSqlConnection *connection,
             gint64 rid,
             const KdListShared *shared,
             GError **error)
{
  g_autoptr (KdRecord) record = NULL;
  KdOrderLine line = { 0 };
  KdPayment payment = { 0 };
  g_autoptr (GPtrArray) lines = NULL, payments = NULL;
  KdOrderRow *row;
  gboolean waiting = FALSE;

  if (!kd_sql_kind_get_by_rid (connection, &kd_kind_order, rid, &record, error) || record == NULL)
    return NULL;
  line.order = payment.order = record->id;
  lines = kd_sql_kind_scan (connection, &kd_kind_order_line, NULL, kd_kind_find_index (&kd_kind_order_line, "order"),
                            &line.parent, 1, 0, error);
  if (lines == NULL)
    return NULL;
  payments = kd_sql_kind_scan (connection, &kd_kind_payment, NULL, kd_kind_find_index (&kd_kind_payment, "order"),
                               &payment.parent, 1, 0, error);
  if (payments == NULL || !kd_list_is_waiting (connection, &kd_kind_order, &record->id, &waiting, error))
    return NULL;
  row = g_new0 (KdOrderRow, 1);
  row->row.rid = rid;
  row->row.waiting = waiting;
  fill_order (row, (KdOrder *) record, lines, payments, shared->shop);
  return row;
}

/* ---- what touches it ---- */

static KdDepends
orders_depends (const KdListQuery *query,
                const KdKind *kind,
                guint64 fields,
                KdLeads *ret_leads)
{
  guint64 place;

  if (kind == &kd_kind_order_line || kind == &kd_kind_payment)
    {
      *ret_leads = KD_LEADS_PARENT;
      return KD_DEPENDS_SHOWN;
    }
  if (kind == &kd_kind_shop_profile)
    return kd_list_weigh (fields, 0, kd_list_fields (kind, "tax_mode", "prices_include_tax", NULL));
  if (kind != &kd_kind_order)
    return KD_DEPENDS_NOT;
  place = kd_list_fields (kind, "state", "payment", "fulfilment", "origin", "on_hold", "cancel_requested", "method",
                          "contact", "at", NULL);
  if (query->order == KD_ORDER_BY_NAME)
    place |= kd_list_field (kind, "name");
  if (kd_list_is_searching (query))
    place |= kd_list_fields (kind, "number", "alias", "name", "phone", "tracking", NULL);
  return kd_list_weigh (fields, place, kd_list_fields (kind, "number", "alias", "name", "phone", "shipping_fee",
                                                       "placed", NULL));
}

const KdListClass kd_list_orders_class = {
  .kind = &kd_kind_order,
  .table = "\"order\" t",
  .where = orders_where,
  .key = orders_key,
  .falling = orders_falling,
  .sources = orders_sources,
  .has = orders_has,
  .read_row = orders_read,
  .clear_row = orders_clear,
  .depends = orders_depends,
};

/* ---- counts ---- */

gboolean
kd_order_tab_counts (KdStore *store,
                     KdSqlConnection *connection,
                     guint counts[KD_N_TABS],
                     GError **error)
{
  g_autoptr (KdSqlStatement) groups = kd_sql_prepare (
    connection,
    "SELECT state, fulfilment, payment, on_hold, cancel_requested, method, origin, count(*) FROM \"order\""
    " GROUP BY state, fulfilment, payment, on_hold, cancel_requested, method, origin", error);
  static const char *const names[] = {
    "state", "fulfilment", "payment", "on_hold", "cancel_requested", "method", "origin",
  };
  KdSqlStep step;

  for (guint i = 0; i < KD_N_TABS; i++)
    counts[i] = 0;
  if (groups == NULL)
    return FALSE;
  while ((step = kd_sql_step (groups, error)) == KD_SQL_ROW)
    {
      KdOrder order = { 0 };
      guint n = (guint) kd_sql_column_int64 (groups, 7);
      KdOrderTab tab;

      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        kd_sql_column_field (groups, (int) i, kd_shape_find (&kd_kind_order.shape, names[i]), &order);
      tab = kd_order_tab (&order);
      if (tab == KD_N_TABS)
        continue;
      counts[KD_TAB_ALL] += n;
      if (tab != KD_TAB_ALL)
        counts[tab] += n;
    }
  return step == KD_SQL_DONE;
}
