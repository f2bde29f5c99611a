/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop.h"

G_BEGIN_DECLS

/* One transaction that changes a shop. It holds the shop's lock from its first statement on, gives
 * out sequences, and is implemented in storage/. */

struct _KdShopTx
{
  const KdShop *shop;
  KdSqlConnection *connection;
  KdRows *rows;                 /* the shop's rows */
  KdId epoch;
  gint64 head;                  /* as it stands inside the transaction */
  gint64 now;                   /* the clock, read once the lock is held */
  gint64 last_accepted;
};

KdShopTx *kd_shop_tx_begin (KdSqlConnection *connection, const KdShop *shop, GError **error);
/* Writes head and commit_log. */
gboolean kd_shop_tx_commit (KdShopTx *tx, GError **error);
void kd_shop_tx_free (KdShopTx *tx); /* rolls back unless committed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdShopTx, kd_shop_tx_free)

/* Before each mutation: what its rows are written with. */
void kd_shop_tx_begin_mutation (KdShopTx *tx, const KdContext *ctx);
/* Around one mutation: a refusal takes back its rows and the sequences they took. */
gboolean kd_shop_tx_savepoint (KdShopTx *tx, GError **error);
gboolean kd_shop_tx_rollback_to (KdShopTx *tx, gint64 head, GError **error);
/* Orders that this mutation wrote and that have no number yet. (element-type KdId) */
GArray *kd_shop_tx_get_unnumbered (KdShopTx *tx);
/* Strictly rising, per mutation. */
gint64 kd_shop_tx_next_accepted (KdShopTx *tx);
gint64 kd_shop_tx_next_counter (KdShopTx *tx, const char *name, gint64 first, GError **error);
gboolean kd_shop_tx_last_edit (gpointer tx, const KdKind *kind, const KdId *id, guint field,
                               gint64 *ret_edited, KdId *ret_uid, KdId *ret_actor);
gboolean kd_shop_tx_failed (KdShopTx *tx, GError **error);

/* Marks and receipts. */
KdMark kd_shop_mark (const KdShop *shop, const KdId *epoch, gint64 last_seq, const guint8 random[8]);
gboolean kd_shop_mark_is_ours (const KdShop *shop, const KdId *epoch, gint64 last_seq, const KdMark *mark);
KdMark kd_shop_receipt (const KdShop *shop, const KdId *user, const KdResult *result, const KdHash *hash);
/* BLAKE2b (shop key, origin, credential, what the caller sent), time bits from @accepted. */
KdId kd_shop_stored_uid (const KdShop *shop, KdOrigin origin, const char *credential, const char *sent, gint64 accepted);

typedef struct
{
  KdId device_id, user_id, session_id;
  gint64 last_mut, ack;
  KdHash chain;
  char *letter;
  gboolean revoked;
} KdDeviceRow;
void kd_device_row_clear (KdDeviceRow *row);
/* FALSE without @error: there is none */
gboolean kd_device_load (KdSqlConnection *connection, const KdShop *shop, const KdId *device, KdDeviceRow *ret_row, GError **error);
gboolean kd_device_save (KdSqlConnection *connection, const KdShop *shop, const KdDeviceRow *row, gint64 now, GError **error);

typedef struct
{
  KdId uid, device, user;
  gint64 mut_no, seq, accepted, conflicts;
  KdOrigin origin;
  KdHash hash;
  int status;
  char *code, *detail;
} KdDoneRow;
void kd_done_row_clear (KdDoneRow *row);
gboolean kd_done_find (KdSqlConnection *connection, const KdShop *shop, const KdId *uid, KdDoneRow *ret_row, GError **error);
gboolean kd_done_find_number (KdSqlConnection *connection, const KdShop *shop, const KdId *device, gint64 mut_no, KdDoneRow *ret_row, GError **error);
/* @alias: the uid is known; only this number points to it */
gboolean kd_done_save (KdSqlConnection *connection, const KdShop *shop, const KdDoneRow *row, gboolean alias, GError **error);
/* Results with numbers in (after, until]: (element-type KdResult) */
GPtrArray *kd_done_results (KdSqlConnection *connection, const KdShop *shop, const KdId *device, const KdId *user, gint64 after, gint64 until, GError **error);

gboolean kd_commit_log_find (KdSqlConnection *connection, const KdShop *shop, gint64 seq, KdMark *ret_mark, GError **error);
/* The time of the commit that holds @seq; 0 if it is not known. */
gint64 kd_commit_log_time (KdSqlConnection *connection, const KdShop *shop, gint64 seq, GError **error);
gint64 kd_commit_log_oldest (KdSqlConnection *connection, const KdShop *shop, GError **error);

/**
 * kd_shop_apply:
 *
 * Runs one call inside the transaction as if it stood in a savepoint: may, (check), apply, hooks.
 * The outcome says what became of it; FALSE with @error only where storage failed.
 */
gboolean kd_shop_apply (KdShopTx *tx, const KdCall *call, KdContext *ctx, gboolean check, KdOutcome *outcome, GError **error);

G_END_DECLS
