/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-tx.h"

#include <string.h>

/* Calls without a device's number: buyers, REST, hooks, jobs. The same handlers, the same
 * transaction; a repeat gives the recorded result. */

void
kd_shop_run_clear (KdShopRun *run)
{
  g_clear_pointer (&run->code, g_free);
  g_clear_pointer (&run->detail, g_free);
}

static KdHash
content_hash (const KdCall *call)
{
  static const KdId nobody = { { 0 } };
  g_autofree char *args = kd_wire_call_to_args (call);

  return kd_wire_mutation_hash (&nobody, &nobody, call->mutation->name, call->mutation->version, 0, 0, args);
}

/* TRUE: it had been run, and @ret_run says how. */
static gboolean
find_repeat (KdShopTx *tx,
             const KdId *uid,
             const KdHash *hash,
             KdShopRun *ret_run,
             GError **error)
{
  KdDoneRow known;

  if (!kd_done_find (tx->connection, tx->shop, uid, &known, error))
    return FALSE;
  ret_run->repeated = TRUE;
  ret_run->uid = known.uid;
  if (kd_hash_equal (&known.hash, hash))
    {
      ret_run->status = (KdStatus) known.status;
      ret_run->code = g_steal_pointer (&known.code);
      ret_run->detail = g_steal_pointer (&known.detail);
      ret_run->seq = known.seq;
    }
  else
    {
      ret_run->status = KD_REFUSED;
      ret_run->code = g_strdup ("uid_reused");
    }
  kd_done_row_clear (&known);
  return TRUE;
}

/* The uid of what a caller named has no time of its own, so that a repeat finds it again. */
static KdId
named_uid (const KdShop *shop,
           const KdActor *actor,
           const char *credential,
           const char *idempotency)
{
  return kd_shop_stored_uid (shop, actor->origin, credential, idempotency, KD_TIME_MIN);
}

KdId
kd_shop_named_id (const KdShop *shop,
                  const char *credential,
                  const char *name)
{
  return kd_shop_stored_uid (shop, KD_ORIGIN_KEY, credential, name, KD_TIME_MIN);
}

static gboolean
record (KdShopTx *tx,
        const KdContext *ctx,
        const KdHash *hash,
        const KdShopRun *run,
        guint conflicts,
        const KdId *uid,
        GError **error)
{
  KdDoneRow row = { .uid = *uid, .user = ctx->actor.id, .origin = ctx->actor.origin, .hash = *hash,
                    .status = run->status, .code = run->code, .detail = run->detail, .seq = run->seq,
                    .accepted = ctx->accepted, .conflicts = conflicts };

  return kd_done_save (tx->connection, tx->shop, &row, FALSE, error);
}

gboolean
kd_shop_run (KdSqlConnection *connection,
             const KdShop *shop,
             const KdActor *actor,
             const char *credential,
             const char *idempotency,
             gint64 base_seq,
             gboolean check,
             const KdCall *call,
             gboolean (*also) (KdShopTx *tx, gpointer data, GError **error),
             gpointer also_data,
             KdShopRun *ret_run,
             GError **error)
{
  g_autoptr (KdShopTx) tx = kd_shop_tx_begin (connection, shop, error);
  g_auto (KdOutcome) outcome = { 0 };
  KdContext ctx = { .actor = *actor };
  KdHash hash = content_hash (call);
  KdId stored;
  GError *failed = NULL;
  guint8 random[10];

  *ret_run = (KdShopRun){ 0 };
  if (tx == NULL)
    return FALSE;
  if (actor->type == KD_ACTOR_MEMBER && actor->origin != KD_ORIGIN_JOB
      && !kd_shop_get_member (connection, shop, &actor->id, &ctx.actor.role, &ctx.actor.scopes, &failed))
    {
      if (failed != NULL)
        {
          g_propagate_error (error, failed);
          return FALSE;
        }
      ret_run->status = KD_REFUSED;
      ret_run->code = g_strdup ("scope");
      return TRUE;
    }
  if (idempotency != NULL)
    {
      stored = named_uid (shop, actor, credential, idempotency);
      if (find_repeat (tx, &stored, &hash, ret_run, &failed))
        return TRUE;
      if (failed != NULL)
        {
          g_propagate_error (error, failed);
          return FALSE;
        }
    }
  ctx.made = tx->now;
  ctx.edited = ctx.accepted = kd_shop_tx_next_accepted (tx);
  ctx.base_seq = base_seq;
  shop->random (shop->random_data, random, sizeof random);
  ctx.uid = kd_id_make (ctx.accepted, random);
  if (idempotency == NULL)
    stored = ctx.uid;
  ctx.op_named = ctx.uid;
  ctx.op = kd_op_stored (&ctx.actor.id, &ctx.uid);
  if (!kd_shop_apply (tx, call, &ctx, check, &outcome, error))
    return FALSE;
  ret_run->status = outcome.status;
  ret_run->code = g_strdup (outcome.code);
  ret_run->detail = kd_outcome_detail_to_json (&outcome);
  ret_run->seq = tx->head;
  ret_run->uid = ctx.uid;
  if (outcome.status == KD_APPLIED && also != NULL && !also (tx, also_data, error))
    return FALSE;
  /* What was refused may be tried again with other content: only what changed something is kept. */
  if (outcome.status == KD_APPLIED && !record (tx, &ctx, &hash, ret_run, outcome.conflicts, &stored, error))
    return FALSE;
  return kd_shop_tx_commit (tx, error);
}
