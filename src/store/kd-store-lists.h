/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"

G_BEGIN_DECLS

/* Lists are windows: first the ordered rids of a query, then pages of rows around what is visible.
 * All functions run on a reader's thread, inside its read transaction. */

typedef enum { KD_LIST_PRODUCTS, KD_LIST_ORDERS, KD_LIST_CONVERSATIONS, KD_LIST_CONTACTS } KdListKind;

typedef enum { KD_STOCK_ANY, KD_STOCK_OUT, KD_STOCK_LOW, KD_STOCK_IN } KdStockFilter;
#define KD_STOCK_LOW_MAX 5000 /* thousandths: what is low */

/* The seller's tabs (ux 4.3), derived from the three states. */
typedef enum
{
  KD_TAB_ALL, KD_TAB_NEW, KD_TAB_PAID, KD_TAB_PACKED, KD_TAB_SHIPPED, KD_TAB_DONE, KD_TAB_PROBLEM,
  KD_TAB_DRAFT, KD_N_TABS,
} KdOrderTab;

typedef enum
{
  KD_ORDER_BY_DEFAULT,  /* products by name, the others newest first; what a search finds: by code,
                           then newest first, conversations by their newest message */
  KD_ORDER_BY_NAME, KD_ORDER_BY_PRICE, KD_ORDER_BY_STOCK, KD_ORDER_BY_NEWEST,
} KdListOrder;

typedef struct
{
  KdListKind kind;
  char *search;           /* (owned) (nullable): as typed: prefixes, accents and case folded; digits
                             find phone numbers and order numbers by their end */
  KdListOrder order;
  gboolean descending;
  /* products */
  int status;             /* KdProductStatus, -1: all but archived */
  KdId category;          /* with those below it */
  KdStockFilter stock;
  gboolean no_photo, no_price;
  /* orders */
  KdOrderTab tab;
  KdId contact;
  /* conversations */
  gboolean unread_only;
  int conversation_state; /* KdConversationState, -1: all */
} KdListQuery;

KdListQuery *kd_list_query_new (KdListKind kind);
KdListQuery *kd_list_query_copy (const KdListQuery *query);
gboolean kd_list_query_equal (const KdListQuery *a, const KdListQuery *b);
void kd_list_query_free (KdListQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdListQuery, kd_list_query_free)

#define KD_SEARCH_FIRST 50     /* what a search shows at once */
#define KD_SEARCH_MAX 1000     /* and at most ("1,000+") */

/**
 * kd_list_rids:
 * @limit: 0 for all
 *
 * Returns: (transfer full): GArray of gint64, in order
 */
GArray *kd_list_rids (KdStore *store, KdSqlConnection *connection, const KdListQuery *query,
                      guint limit, GError **error);

/* What a kind's fields decide: place or membership in the list, or only what a row shows. */
typedef enum { KD_DEPENDS_NOT, KD_DEPENDS_SHOWN, KD_DEPENDS_PLACE } KdDepends;
typedef enum { KD_LEADS_SELF, KD_LEADS_PARENT, KD_LEADS_ANY } KdLeads;
/* How a change of @kind's @fields touches the list; @ret_leads: how its row leads to ours. */
KdDepends kd_list_depends (const KdListQuery *query, const KdKind *kind, guint64 fields, KdLeads *ret_leads);

/* Every row struct begins so. */
typedef struct
{
  gint64 rid;
  KdId id;
  gboolean waiting;       /* a change of it is not acknowledged yet */
} KdListRow;

typedef struct
{
  KdListRow row;
  char *name, *sku;       /* sku of the first variant */
  char *category;         /* (nullable): name of the main one */
  int status;
  guint n_variants;
  gint64 price_min, price_max; /* effective; KD_EMPTY where there is none */
  gint64 available, on_hand;   /* thousandths, sums; G_MAXINT64: untracked */
  KdHash photo;
  gboolean picture_waits; /* named by URL, not fetched yet */
  gboolean conflict;
} KdProductRow;

typedef struct
{
  KdListRow row;
  char *number;           /* or the alias, or NULL */
  char *name, *phone;
  int state, payment, fulfilment, origin, method;
  gboolean on_hold, cancel_requested;
  gint64 at, total, due;
  guint n_lines;
  char *first_line;       /* name of the first line */
} KdOrderRow;

typedef struct
{
  KdListRow row;
  char *name;             /* of the contact, or NULL */
  char *phone;
  char *last_text;        /* (nullable) */
  int last_body, last_direction, last_delivery;
  gint64 last_at;
  guint unread;
  char *draft;            /* (nullable): what stands in the composer */
  int channel, state;
  KdId contact;
} KdConversationRow;

typedef struct
{
  KdListRow row;
  char *name, *phone, *email;
  guint n_orders;
} KdContactRow;

void kd_list_row_free (KdListKind kind, KdListRow *row);

/* (element-type KdListRow): for each rid its row, NULL where it is gone */
GPtrArray *kd_list_rows (KdStore *store, KdSqlConnection *connection, KdListKind kind,
                         const gint64 *rids, guint n, GError **error);

/* The tab an order stands under: KD_TAB_ALL where it stands under no other, KD_N_TABS for a buyer's
 * cart, which isn't listed. */
KdOrderTab kd_order_tab (const KdOrder *order);
/* Orders in each tab; array of KD_N_TABS. */
gboolean kd_order_tab_counts (KdStore *store, KdSqlConnection *connection, guint counts[KD_N_TABS], GError **error);
/* Conversations that have unread messages. */
gint64 kd_unread_conversations (KdStore *store, KdSqlConnection *connection, GError **error);

/* Search everything (Ctrl+K, Ctrl+Shift+F): (element-type KdFound). */
typedef struct
{
  const KdKind *kind;
  KdId id;
  KdId anchor;            /* message within its conversation */
  char *title, *subtitle;
} KdFound;
void kd_found_free (KdFound *found);
GPtrArray *kd_search_everything (KdStore *store, KdSqlConnection *connection, const char *text,
                                 guint per_kind, GError **error);
/* A variant by its exact barcode or SKU: what a scan opens. */
gboolean kd_find_by_code (KdStore *store, KdSqlConnection *connection, const char *code,
                          KdId *ret_product, KdId *ret_variant, GError **error);

G_END_DECLS
