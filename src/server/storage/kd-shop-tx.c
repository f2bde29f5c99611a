/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-tx.h"

#include "kd-shop-rows.h"
#include "kd-sql-kind.h"
#include "kd-sqlite.h"

#include <sodium.h>
#include <string.h>

G_DEFINE_QUARK (kd-shop-error-quark, kd_shop_error)

typedef struct
{
  KdShopTx tx;
  KdSqlTransaction transaction;
  KdShopRows *rows;
  gint64 head_before;
} Tx;

static void
mac (const KdShop *shop,
     guint8 *out,
     gsize n,
     const char *purpose,
     gconstpointer first,
     gsize n_first,
     gconstpointer second,
     gsize n_second)
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, shop->key, sizeof shop->key, MAX (n, crypto_generichash_BYTES_MIN));
  crypto_generichash_update (&state, (const guint8 *) purpose, strlen (purpose) + 1);
  crypto_generichash_update (&state, first, n_first);
  crypto_generichash_update (&state, second, n_second);
  {
    guint8 full[crypto_generichash_BYTES_MAX];

    crypto_generichash_final (&state, full, MAX (n, crypto_generichash_BYTES_MIN));
    memcpy (out, full, n);
  }
}

KdMark
kd_shop_mark (const KdShop *shop,
              const KdId *epoch,
              gint64 last_seq,
              const guint8 random[8])
{
  guint8 place[48];
  KdMark mark;

  memcpy (place, shop->id.b, 16);
  memcpy (place + 16, epoch->b, 16);
  memcpy (place + 32, &last_seq, 8);
  memcpy (place + 40, random, 8);
  memcpy (mark.b, random, 8);
  mac (shop, mark.b + 8, 8, "mark", place, sizeof place, "", 0);
  return mark;
}

gboolean
kd_shop_mark_is_ours (const KdShop *shop,
                      const KdId *epoch,
                      gint64 last_seq,
                      const KdMark *mark)
{
  KdMark ours = kd_shop_mark (shop, epoch, last_seq, mark->b);

  return sodium_memcmp (ours.b, mark->b, sizeof ours.b) == 0;
}

KdMark
kd_shop_receipt (const KdShop *shop,
                 const KdId *user,
                 const KdResult *result,
                 const KdHash *hash)
{
  guint8 what[16 + 16 + 16 + 32 + 24];
  gint64 numbers[3] = { result->accepted, result->status, result->no };
  KdMark receipt;

  memcpy (what, shop->id.b, 16);
  memcpy (what + 16, user->b, 16);
  memcpy (what + 32, result->uid.b, 16);
  memcpy (what + 48, hash->b, 32);
  memcpy (what + 80, numbers, sizeof numbers);
  mac (shop, receipt.b, sizeof receipt.b, "receipt", what, sizeof what, "", 0);
  return receipt;
}

KdId
kd_shop_stored_uid (const KdShop *shop,
                    KdOrigin origin,
                    const char *credential,
                    const char *sent,
                    gint64 accepted)
{
  g_autofree char *first = g_strdup_printf ("%d\n%s", (int) origin, credential);
  guint8 random[16];

  mac (shop, random, sizeof random, "uid", first, strlen (first) + 1, sent, strlen (sent));
  return kd_id_make (accepted, random);
}

static gboolean
load_head (Tx *self,
           KdHash *ret_chain,
           GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    self->tx.connection, "SELECT seq, epoch, last_accepted, audit_chain FROM shop_head WHERE shop_id=?1", error);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &self->tx.shop->id);
  switch (kd_sql_step (read, error))
    {
    case KD_SQL_ROW:
      self->tx.head = kd_sql_column_int64 (read, 0);
      kd_sql_column_id (read, 1, &self->tx.epoch);
      self->tx.last_accepted = kd_sql_column_int64 (read, 2);
      kd_sql_column_hash (read, 3, ret_chain);
      return TRUE;
    case KD_SQL_DONE:
      g_set_error_literal (error, KD_SHOP_ERROR, KD_SHOP_ERROR_STORAGE, "the shop has no head");
      return FALSE;
    default:
      return FALSE;
    }
}

KdShopTx *
kd_shop_tx_begin (KdSqlConnection *connection,
                  const KdShop *shop,
                  GError **error)
{
  Tx *self = g_new0 (Tx, 1);
  KdHash chain = { { 0 } };

  self->tx.shop = shop;
  self->tx.connection = connection;
  /* On SQLite the write lock of the shop's own file is the shop's lock. */
  if (!kd_sql_begin (&self->transaction, connection, KD_SQL_WRITE, error))
    {
      g_free (self);
      return NULL;
    }
  kd_sqlite_set_guard (connection, TRUE);
  if (!load_head (self, &chain, error))
    {
      kd_shop_tx_free (&self->tx);
      return NULL;
    }
  self->tx.now = shop->clock (shop->clock_data);
  self->head_before = self->tx.head;
  self->rows = kd_shop_rows_new (&self->tx, &chain);
  self->tx.rows = kd_shop_rows_get_rows (self->rows);
  return &self->tx;
}

static gboolean
save_head (Tx *self,
           GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    self->tx.connection, "UPDATE shop_head SET seq=?2, last_accepted=?3, audit_chain=?4 WHERE shop_id=?1", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &self->tx.shop->id);
  kd_sql_bind_int64 (write, 2, self->tx.head);
  kd_sql_bind_int64 (write, 3, self->tx.last_accepted);
  kd_sql_bind_hash (write, 4, kd_shop_rows_get_audit_chain (self->rows));
  return kd_sql_run (write, error);
}

static gboolean
write_commit_log (Tx *self,
                  GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    self->tx.connection, "INSERT INTO commit_log(shop_id, last_seq, mark, at) VALUES(?1, ?2, ?3, ?4)", error);
  guint8 random[8];
  KdMark mark;

  if (write == NULL)
    return FALSE;
  self->tx.shop->random (self->tx.shop->random_data, random, sizeof random);
  mark = kd_shop_mark (self->tx.shop, &self->tx.epoch, self->tx.head, random);
  kd_sql_bind_id (write, 1, &self->tx.shop->id);
  kd_sql_bind_int64 (write, 2, self->tx.head);
  kd_sql_bind_id (write, 3, &mark);
  kd_sql_bind_int64 (write, 4, self->tx.now);
  return kd_sql_run (write, error);
}

gboolean
kd_shop_tx_commit (KdShopTx *tx,
                   GError **error)
{
  Tx *self = (Tx *) tx;
  gboolean moved = tx->head != self->head_before;

  if (kd_shop_rows_failed_with (self->rows, error)
      || !kd_shop_rows_write_digests (self->rows, error)
      || !save_head (self, error)
      || (moved && !write_commit_log (self, error))
      || !kd_sql_commit (&self->transaction, error))
    return FALSE;
  if (moved && tx->shop->moved != NULL)
    tx->shop->moved (tx->shop->moved_data, &tx->shop->id, tx->head, &tx->epoch);
  return TRUE;
}

void
kd_shop_tx_free (KdShopTx *tx)
{
  Tx *self = (Tx *) tx;

  if (self == NULL)
    return;
  kd_sql_rollback (&self->transaction);
  kd_sqlite_set_guard (tx->connection, FALSE);
  kd_shop_rows_free (self->rows);
  g_free (self);
}

void
kd_shop_tx_begin_mutation (KdShopTx *tx,
                           const KdContext *ctx)
{
  kd_shop_rows_begin (((Tx *) tx)->rows, ctx);
}

gboolean
kd_shop_tx_savepoint (KdShopTx *tx,
                      GError **error)
{
  kd_shop_rows_mark (((Tx *) tx)->rows);
  return kd_sql_savepoint (tx->connection, "mutation", error);
}

gboolean
kd_shop_tx_rollback_to (KdShopTx *tx,
                        gint64 head,
                        GError **error)
{
  kd_shop_rows_undo_to_mark (((Tx *) tx)->rows);
  tx->head = head;
  return kd_sql_rollback_to (tx->connection, "mutation", error);
}

GArray *
kd_shop_tx_get_unnumbered (KdShopTx *tx)
{
  return kd_shop_rows_unnumbered (((Tx *) tx)->rows);
}

gint64
kd_shop_tx_next_accepted (KdShopTx *tx)
{
  tx->last_accepted = MAX (tx->now, tx->last_accepted + 1);
  return tx->last_accepted;
}

gint64
kd_shop_tx_next_counter (KdShopTx *tx,
                         const char *name,
                         gint64 first,
                         GError **error)
{
  g_autoptr (KdSqlStatement) take = kd_sql_prepare (
    tx->connection,
    "INSERT INTO counter(shop_id, name, next) VALUES(?1, ?2, ?3 + 1)"
    " ON CONFLICT(shop_id, name) DO UPDATE SET next=next + 1 RETURNING next - 1", error);
  gint64 value;

  if (take == NULL)
    return 0;
  kd_sql_bind_id (take, 1, &tx->shop->id);
  kd_sql_bind_text (take, 2, name);
  kd_sql_bind_int64 (take, 3, first);
  if (kd_sql_step (take, error) != KD_SQL_ROW)
    return 0;
  value = kd_sql_column_int64 (take, 0);
  while (kd_sql_step (take, NULL) == KD_SQL_ROW)
    ;
  return value;
}

gboolean
kd_shop_tx_last_edit (gpointer data,
                      const KdKind *kind,
                      const KdId *id,
                      guint field,
                      gint64 *ret_edited,
                      KdId *ret_uid,
                      KdId *ret_actor)
{
  KdShopTx *tx = data;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    tx->connection,
    "SELECT edited_at, uid, actor FROM field_edit WHERE shop_id=?1 AND kind=?2 AND row_id=?3 AND field=?4", NULL);

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, &tx->shop->id);
  kd_sql_bind_int64 (read, 2, kind->number);
  kd_sql_bind_id (read, 3, id);
  kd_sql_bind_int64 (read, 4, kind->shape.fields[field].number);
  if (kd_sql_step (read, NULL) != KD_SQL_ROW)
    return FALSE;
  *ret_edited = kd_sql_column_int64 (read, 0);
  kd_sql_column_id (read, 1, ret_uid);
  kd_sql_column_id (read, 2, ret_actor);
  return TRUE;
}

gboolean
kd_shop_tx_failed (KdShopTx *tx,
                   GError **error)
{
  return kd_shop_rows_failed_with (((Tx *) tx)->rows, error);
}

KdRecord *
kd_shop_get (KdSqlConnection *connection,
             const KdShop *shop,
             const KdKind *kind,
             const KdId *id,
             GError **error)
{
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, kind, &shop->id, id, &record, NULL, error);
  return record;
}

GPtrArray *
kd_shop_scan (KdSqlConnection *connection,
              const KdShop *shop,
              const KdKind *kind,
              const char *index,
              const KdRecord *like,
              guint n_fields,
              guint limit,
              GError **error)
{
  return kd_sql_kind_scan (connection, kind, &shop->id, kd_kind_find_index (kind, index), like, n_fields, limit, error);
}

gint64
kd_shop_get_head (KdSqlConnection *connection,
                  const KdShop *shop,
                  KdId *ret_epoch,
                  GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT seq, epoch FROM shop_head WHERE shop_id=?1", error);

  if (read == NULL)
    return -1;
  kd_sql_bind_id (read, 1, &shop->id);
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return -1;
  if (ret_epoch != NULL)
    kd_sql_column_id (read, 1, ret_epoch);
  return kd_sql_column_int64 (read, 0);
}
