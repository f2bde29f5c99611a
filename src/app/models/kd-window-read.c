/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window-read.h"

#include "kd-item-cache.h"
#include "kd-store-records.h"

#define RIDS_MAX 1000000        /* longer than anybody scrolls */

void
kd_first_rows_free (KdFirstRows *first)
{
  if (first == NULL)
    return;
  g_clear_pointer (&first->rids, g_array_unref);
  g_clear_pointer (&first->rows, g_ptr_array_unref);
  g_free (first);
}

void
kd_whole_list_free (KdWholeList *list)
{
  if (list == NULL)
    return;
  g_clear_pointer (&list->rids, g_array_unref);
  g_clear_pointer (&list->ranges, g_array_unref);
  g_free (list);
}

typedef struct
{
  KdListQuery *query;
  KdListKind list;
  GArray *rids;
  const KdKind *kind;
  KdId id;
  guint n;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  kd_list_query_free (ask->query);
  g_clear_pointer (&ask->rids, g_array_unref);
  g_free (ask);
}

/* Sums of stock and prices are made of every product: the first of them cost as much as all, and a
 * reader that people wait for has no time for that. */
static gboolean
needs_everything (const KdListQuery *query)
{
  return query->stock != KD_STOCK_ANY || query->no_photo || query->no_price || query->order == KD_ORDER_BY_STOCK
         || query->order == KD_ORDER_BY_PRICE;
}

static gpointer
read_first (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  const Ask *ask = data;
  gboolean whole = needs_everything (ask->query);
  g_autoptr (KdFirstRows) first = g_new0 (KdFirstRows, 1);

  first->rids = kd_list_rids (store, connection, ask->query, whole ? RIDS_MAX : ask->n, error);
  if (first->rids == NULL)
    return NULL;
  first->rows = kd_list_rows (store, connection, ask->query->kind, (const gint64 *) first->rids->data,
                              MIN (first->rids->len, ask->n), error);
  if (first->rows == NULL)
    return NULL;
  first->all = whole || first->rids->len < ask->n;
  return g_steal_pointer (&first);
}

void
kd_read_first_async (KdStore *store,
                     const KdListQuery *query,
                     guint n,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->query = kd_list_query_copy (query);
  ask->n = n;
  kd_store_read_async (store, needs_everything (query) ? KD_READER_BULK : KD_READER_INTERACTIVE, read_first, ask,
                       ask_free, (GDestroyNotify) kd_first_rows_free, cancellable, callback, data);
}

static gpointer
read_whole (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  const Ask *ask = data;
  g_autoptr (KdWholeList) list = g_new0 (KdWholeList, 1);

  list->rids = kd_list_rids (store, connection, ask->query, RIDS_MAX, error);
  if (list->rids == NULL)
    return NULL;
  if (ask->rids != NULL)
    list->ranges = kd_list_diff ((const gint64 *) ask->rids->data, ask->rids->len,
                                 (const gint64 *) list->rids->data, list->rids->len);
  return g_steal_pointer (&list);
}

void
kd_read_whole_async (KdStore *store,
                     const KdListQuery *query,
                     const GArray *old,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->query = kd_list_query_copy (query);
  if (old != NULL)
    ask->rids = g_array_copy ((GArray *) old);
  kd_store_read_async (store, KD_READER_BULK, read_whole, ask, ask_free, (GDestroyNotify) kd_whole_list_free,
                       cancellable, callback, data);
}

static gpointer
read_rows (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  const Ask *ask = data;

  return kd_list_rows (store, connection, ask->list, (const gint64 *) ask->rids->data, ask->rids->len, error);
}

void
kd_read_rows_async (KdStore *store,
                    KdListKind kind,
                    GArray *rids,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->list = kind;
  ask->rids = rids;
  kd_store_read_async (store, KD_READER_INTERACTIVE, read_rows, ask, ask_free, (GDestroyNotify) g_ptr_array_unref,
                       cancellable, callback, data);
}

static gpointer
read_rid (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  const Ask *ask = data;
  gint64 rid = 0;

  if (!kd_store_get_rid (store, connection, ask->kind, &ask->id, &rid, error))
    return NULL;
  return g_memdup2 (&rid, sizeof rid);
}

void
kd_read_rid_async (KdStore *store,
                   const KdKind *kind,
                   const KdId *id,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer data)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->kind = kind;
  ask->id = *id;
  kd_store_read_async (store, KD_READER_INTERACTIVE, read_rid, ask, ask_free, g_free, cancellable, callback, data);
}
