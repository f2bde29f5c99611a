/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"

G_BEGIN_DECLS

/* One record with all that its page shows. On a reader's thread. */

KdRecord *kd_store_get_record (KdStore *store, KdSqlConnection *connection, const KdKind *kind,
                               const KdId *id, GError **error);
/* Its rowid, 0 where there is none. */
gboolean kd_store_get_rid (KdStore *store, KdSqlConnection *connection, const KdKind *kind, const KdId *id,
                           gint64 *ret_rid, GError **error);
/* Whether a change of it is not acknowledged yet. */
gboolean kd_store_is_waiting (KdStore *store, KdSqlConnection *connection, const KdKind *kind, const KdId *id,
                              gboolean *ret_waiting, GError **error);
/* (transfer full): GArray of KdId, in the order of @rids, those that exist; and the other way */
GArray *kd_store_ids_of_rids (KdStore *store, KdSqlConnection *connection, const KdKind *kind, const gint64 *rids,
                              guint n, GError **error);
GArray *kd_store_rids_of_ids (KdStore *store, KdSqlConnection *connection, const KdKind *kind, const KdId *ids,
                              guint n, GError **error);
/* By declared index: (element-type KdRecord) (transfer full). */
GPtrArray *kd_store_scan_records (KdStore *store, KdSqlConnection *connection, const KdKind *kind,
                                  const char *index, const KdRecord *like, guint n_fields, guint limit,
                                  GError **error);

typedef struct
{
  KdProduct *product;
  GPtrArray *options;     /* of KdOption, in order */
  GPtrArray *variants;    /* of KdVariant, in order */
  GPtrArray *levels;      /* of KdStockLevel */
  GPtrArray *costs;       /* of KdVariantCost; empty without the scope */
  GPtrArray *codes;       /* of KdVariantCode */
  GPtrArray *media;       /* of KdMedia, in order */
  GPtrArray *locations;   /* of KdLocation that sell, in order */
  GPtrArray *conflicts;   /* of KdConflict, open ones of the product and its variants */
  GPtrArray *moves;       /* of KdStockMove, newest first, at most 100 */
} KdProductDetail;
KdProductDetail *kd_store_product_detail (KdStore *store, KdSqlConnection *connection, const KdId *id, GError **error);
void kd_product_detail_free (KdProductDetail *detail);

typedef struct
{
  KdOrder *order;
  GPtrArray *lines, *payments, *reservations; /* of KdOrderLine, KdPayment, KdReservation */
  KdContact *contact;     /* (nullable) */
  GPtrArray *moves;       /* of KdStockMove of the order */
  GPtrArray *tasks;       /* of KdTask, open ones */
} KdOrderDetail;
KdOrderDetail *kd_store_order_detail (KdStore *store, KdSqlConnection *connection, const KdId *id, GError **error);
void kd_order_detail_free (KdOrderDetail *detail);

/* A message with what its bubble shows. */
typedef struct
{
  KdMessage *message;
  gint64 rid;
  char *author;           /* (nullable): name of the member or contact */
  /* product card, as it is now */
  char *product_name;     /* (nullable): also of the product a question is about */
  gint64 price_min, price_max, available;
  int product_status;
  KdHash photo;
  /* order card */
  char *order_number;
  gint64 order_total;
  int order_state, order_payment, order_fulfilment;
  KdMedia *media;         /* (nullable) */
  gboolean waiting;
} KdThreadEntry;
void kd_thread_entry_free (KdThreadEntry *entry);

/**
 * kd_store_thread_page:
 * @anchor: rid the page is next to, 0 for the newest
 * @older: entries before @anchor (newest of them first to be kept), else after it
 *
 * Returns: (element-type KdThreadEntry): oldest first
 */
GPtrArray *kd_store_thread_page (KdStore *store, KdSqlConnection *connection, const KdId *conversation,
                                 gint64 anchor, gboolean older, guint n, GError **error);

/* The same entries by rid: (element-type KdThreadEntry): NULL where one is gone */
GPtrArray *kd_store_thread_entries (KdStore *store, KdSqlConnection *connection, const gint64 *rids, guint n,
                                    GError **error);
/* 0: the conversation has no such message. */
gboolean kd_store_message_rid (KdStore *store, KdSqlConnection *connection, const KdId *conversation,
                               const KdId *message, gint64 *ret_rid, GError **error);
/* rid of the first message that staff hasn't seen, among the newest ones; 0: all seen. */
#define KD_THREAD_UNREAD_MAX 1000
gboolean kd_store_thread_first_unread (KdStore *store, KdSqlConnection *connection, const KdId *conversation,
                                       gint64 *ret_rid, GError **error);

/* The field of a conversation's draft that is its composer. */
#define KD_COMPOSER_FIELD "body"

/* Drafts: text as typed, local (DESIGN 9). */
typedef struct
{
  guint kind;
  KdId row_id;
  char *field, *text;
  char *base;             /* (nullable): the field's value as JSON when typing began */
  gint64 base_seq, at;
} KdStoredDraft;
void kd_stored_draft_free (KdStoredDraft *draft);
GPtrArray *kd_store_drafts (KdStore *store, KdSqlConnection *connection, guint kind, const KdId *row_id, GError **error);
/* text NULL: remove. Written in the order of the calls; the next kd_store_drafts() after that of
 * the writer sees it. */
void kd_store_set_draft_async (KdStore *store, const KdStoredDraft *draft);
void kd_store_clear_drafts_async (KdStore *store, guint kind, const KdId *row_id);

/* local_state: what the desktop remembers in the profile. */
char *kd_store_get_local (KdStore *store, KdSqlConnection *connection, const char *key, GError **error);
/* All of it, text by text: (transfer full) */
GHashTable *kd_store_get_locals (KdStore *store, KdSqlConnection *connection, GError **error);
void kd_store_set_local_async (KdStore *store, const char *key, const char *value);

G_END_DECLS
