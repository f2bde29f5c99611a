/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-shop-tx.h"

#include "kd-shop-failures.h"
#include "kd-shop-witness.h"

#include <string.h>

/* SYNC 4.5: mutations of one device, each applied once in its order. */

#define CHUNK_MUTATIONS 50
#define CHUNK_ROWS 500
#define CHUNK_MS 200

typedef struct
{
  KdSqlConnection *connection;
  const KdShop *shop;
  const KdShopAuth *auth;
  const KdPush *push;
  KdPushAnswer *answer;
  KdDeviceRow device;
  KdRole role;
  KdScopes scopes;
  guint next;           /* index of the next mutation */
  KdProblem **ret_problem;
} Push;

static gboolean
problem (Push *self,
         guint status,
         const char *code)
{
  *self->ret_problem = kd_problem_new (status, code);
  (*self->ret_problem)->now = self->shop->clock (self->shop->clock_data);
  return FALSE;
}

/* Steps 1 and 2. FALSE: @ret_problem or @error. */
static gboolean
check_device (Push *self,
              KdShopTx *tx,
              GError **error)
{
  GError *failed = NULL;

  kd_device_row_clear (&self->device);
  if (!kd_device_load (tx->connection, self->shop, &self->auth->device, &self->device, &failed))
    {
      if (failed != NULL)
        {
          g_propagate_error (error, failed);
          return FALSE;
        }
      *self->ret_problem = kd_shop_resync_problem (tx->connection, self->shop, "rollback", error);
      return FALSE;
    }
  if (self->device.revoked)
    return problem (self, 401, "device_revoked");
  if (!kd_id_equal (&self->device.user_id, &self->auth->user)
      || !kd_id_equal (&self->device.session_id, &self->auth->session))
    return problem (self, 403, "scope");
  if (!kd_shop_get_member (tx->connection, self->shop, &self->auth->user, &self->role, &self->scopes, &failed))
    {
      if (failed != NULL)
        g_propagate_error (error, failed);
      else
        problem (self, 403, "scope");
      return FALSE;
    }
  if (!kd_shop_check_witness (tx->connection, self->shop, &tx->epoch, &self->push->witness, self->ret_problem, error))
    return FALSE;
  if (self->push->sealed < self->device.last_mut)
    return problem (self, 409, "fork");
  return TRUE;
}

static void
make_context (Push *self,
              KdShopTx *tx,
              const KdPushMutation *mutation,
              KdContext *ctx)
{
  /* both are a stranger's numbers: first into the times there are */
  gint64 made = CLAMP (mutation->made_at, KD_TIME_MIN, KD_TIME_MAX);
  gint64 offset = self->push->clock != 0 ? tx->now - CLAMP (self->push->clock, KD_TIME_MIN, KD_TIME_MAX) : 0;
  gint64 base = mutation->base_seq > 0 ? kd_commit_log_time (tx->connection, self->shop, mutation->base_seq, NULL) : 0;

  *ctx = (KdContext){ 0 };
  ctx->actor.type = KD_ACTOR_MEMBER;
  ctx->actor.id = self->auth->user;
  ctx->actor.origin = KD_ORIGIN_DEVICE;
  ctx->actor.role = self->role;
  ctx->actor.scopes = self->scopes;
  ctx->actor.letter = self->device.letter;
  ctx->uid = mutation->uid;
  ctx->op_named = kd_id_is_none (&mutation->op) ? mutation->uid : mutation->op;
  ctx->op = kd_op_stored (&self->auth->user, &ctx->op_named);
  ctx->made = made;
  ctx->accepted = kd_shop_tx_next_accepted (tx);
  /* a wrong clock can't win or lose an edit by itself: between what it was based on and now */
  ctx->edited = CLAMP (made + offset, MIN (base, ctx->accepted), ctx->accepted);
  ctx->edited = MAX (ctx->edited, KD_TIME_MIN);
  ctx->base_seq = mutation->base_seq;
}

static void
add_result (Push *self,
            KdDoneRow *row)
{
  KdResult *result = kd_result_new ();

  result->no = row->mut_no;
  result->uid = row->uid;
  result->status = row->status;
  result->code = g_strdup (row->code);
  result->detail = g_strdup (row->detail);
  result->seq = row->seq;
  result->conflicts = row->conflicts;
  result->accepted = row->accepted;
  result->receipt = kd_shop_receipt (self->shop, &self->auth->user, result, &row->hash);
  g_ptr_array_add (self->answer->results, result);
}

/* Tests make one entry fail, by its uid in a file. */
static gboolean
fail_point (const KdPushMutation *mutation,
            GError **error)
{
#ifdef KD_FAIL_POINTS
  const char *path = g_getenv ("KEDAI_FAIL_UID");
  char uid[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *wanted = NULL;

  if (path != NULL && g_file_get_contents (path, &wanted, NULL, NULL)
      && strcmp (kd_id_to_text (&mutation->uid, uid), wanted) == 0)
    {
      g_set_error_literal (error, KD_SHOP_ERROR, KD_SHOP_ERROR_STORAGE, "a test wants it so");
      return FALSE;
    }
#endif
  return TRUE;
}

/* What this server can't read though its schema is the newest it knows: a newer one will. */
static gboolean
is_of_newer_schema (const Push *self,
                    const GError *bad)
{
  return self->push->schema > KD_SCHEMA
         && (g_error_matches (bad, KD_WIRE_ERROR, KD_WIRE_ERROR_UNSUPPORTED)
             || g_strcmp0 (kd_wire_error_get_code (bad), "field.unknown") == 0);
}

/* Runs it, unless it has failed too often. FALSE: @error. */
static gboolean
try_call (Push *self,
          KdShopTx *tx,
          const KdPushMutation *mutation,
          const KdCall *call,
          KdContext *ctx,
          const KdHash *hash,
          KdOutcome *outcome,
          GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (kd_shop_failures_take (hash))
    {
      kd_outcome_refuse (outcome, "internal");
      return TRUE;
    }
  if (fail_point (mutation, &failed) && kd_shop_apply (tx, call, ctx, FALSE, outcome, &failed))
    return TRUE;
  kd_shop_failures_add (hash, failed);
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
run_mutation (Push *self,
              KdShopTx *tx,
              const KdPushMutation *mutation,
              KdDoneRow *row,
              GError **error)
{
  g_autoptr (KdCall) call = NULL;
  g_auto (KdOutcome) outcome = { 0 };
  g_autoptr (GError) bad = NULL;
  KdContext ctx;

  make_context (self, tx, mutation, &ctx);
  row->accepted = ctx.accepted;
  if (mutation->base_seq > tx->head)
    kd_outcome_refuse_with (&outcome, "bad_request", "field", "base_seq");
  else
    call = kd_wire_call_parse (mutation->name, (guint) mutation->v, mutation->args, 0, &bad);
  if (call != NULL)
    {
      if (!try_call (self, tx, mutation, call, &ctx, &row->hash, &outcome, error))
        return FALSE;
    }
  else if (bad != NULL && is_of_newer_schema (self, bad))
    return problem (self, 503, "older_server");
  else if (bad != NULL)
    kd_wire_error_to_outcome (bad, &outcome);
  row->status = outcome.status;
  row->code = g_strdup (outcome.code);
  row->detail = kd_outcome_detail_to_json (&outcome);
  row->conflicts = outcome.conflicts;
  row->seq = tx->head;
  return TRUE;
}

/* Step 3 for a number that was taken already. */
static gboolean
check_known (Push *self,
             KdShopTx *tx,
             const KdPushMutation *mutation,
             const KdHash *hash,
             GError **error)
{
  KdDoneRow row = { 0 };
  GError *failed = NULL;
  gboolean same;

  if (!kd_done_find_number (tx->connection, self->shop, &self->auth->device, mutation->no, &row, &failed))
    {
      if (failed == NULL)
        return TRUE; /* longer ago than results are kept */
      g_propagate_error (error, failed);
      return FALSE;
    }
  same = kd_hash_equal (&row.hash, hash);
  if (same)
    add_result (self, &row);
  kd_done_row_clear (&row);
  return same || problem (self, 409, "fork");
}

/* One new mutation: its result is recorded and the device advances in every case. */
static gboolean
take_mutation (Push *self,
               KdShopTx *tx,
               const KdPushMutation *mutation,
               const KdHash *hash,
               GError **error)
{
  KdDoneRow known = { 0 };
  KdDoneRow row = { .uid = mutation->uid, .device = self->auth->device, .user = self->auth->user,
                    .mut_no = mutation->no, .origin = KD_ORIGIN_DEVICE, .hash = *hash, .seq = tx->head };
  GError *failed = NULL;
  gboolean alias = FALSE, ok = TRUE;

  if (kd_done_find (tx->connection, self->shop, &mutation->uid, &known, &failed))
    {
      if (kd_hash_equal (&known.hash, hash) && kd_id_equal (&known.user, &self->auth->user))
        {
          alias = TRUE;
          row.status = known.status;
          row.code = g_strdup (known.code);
          row.detail = g_strdup (known.detail);
          row.seq = known.seq;
          row.accepted = known.accepted;
        }
      else
        {
          /* somebody else's: nothing of it is shown, and this one is kept under a uid of its own */
          char text[KD_ID_TEXT_LENGTH + 1];

          row.status = KD_REFUSED;
          row.code = g_strdup ("uid_taken");
          row.accepted = kd_shop_tx_next_accepted (tx);
          row.uid = kd_shop_stored_uid (self->shop, KD_ORIGIN_DEVICE, kd_id_to_text (&self->auth->device, text),
                                        kd_hash_to_text (hash, (char[KD_HASH_TEXT_LENGTH + 1]){ 0 }), row.accepted);
        }
    }
  else if (failed == NULL)
    ok = run_mutation (self, tx, mutation, &row, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      ok = FALSE;
    }
  if (ok)
    {
      self->device.last_mut = mutation->no;
      self->device.chain = kd_wire_chain (&self->device.chain, hash);
      ok = kd_done_save (tx->connection, self->shop, &row, alias, error);
    }
  if (ok)
    {
      row.uid = mutation->uid;
      add_result (self, &row);
    }
  kd_done_row_clear (&known);
  kd_done_row_clear (&row);
  return ok;
}

static guint64
weight_of (const KdPushMutation *mutation)
{
  /* A bound is enough: a row takes at least so many bytes in the arguments. */
  return 1 + strlen (mutation->args) / 512;
}

/* As many mutations as one transaction takes. */
static gboolean
run_chunk (Push *self,
           GError **error)
{
  g_autoptr (KdShopTx) tx = kd_shop_tx_begin (self->connection, self->shop, error);
  gint64 started = g_get_monotonic_time ();
  guint64 rows = 0;
  guint taken = 0;
  gboolean stopped = FALSE;

  if (tx == NULL || !check_device (self, tx, error))
    return FALSE;
  for (; self->next < self->push->mutations->len && !stopped; self->next++)
    {
      const KdPushMutation *mutation = g_ptr_array_index (self->push->mutations, self->next);
      KdHash hash = kd_push_mutation_hash (mutation);

      if (mutation->no <= self->device.last_mut)
        {
          if (!check_known (self, tx, mutation, &hash, error))
            return FALSE;
          continue;
        }
      if (taken > 0
          && (taken >= CHUNK_MUTATIONS || rows + weight_of (mutation) > CHUNK_ROWS
              || g_get_monotonic_time () - started > CHUNK_MS * 1000))
        break;
      if (mutation->no > self->device.last_mut + 1)
        {
          problem (self, 409, "gap");
          (*self->ret_problem)->last = self->device.last_mut;
          stopped = TRUE;
          break;
        }
      if (!take_mutation (self, tx, mutation, &hash, error))
        return FALSE;
      rows += weight_of (mutation);
      taken++;
    }
  self->device.ack = MAX (self->device.ack, self->push->ack);
  self->answer->last = self->device.last_mut;
  self->answer->chain = self->device.chain;
  self->answer->head = tx->head;
  self->answer->now = tx->now;
  return kd_device_save (tx->connection, self->shop, &self->device, tx->now, error)
         && kd_shop_tx_commit (tx, error) && !stopped;
}

KdPushAnswer *
kd_shop_push (KdSqlConnection *connection,
              const KdShop *shop,
              const KdShopAuth *auth,
              const KdPush *push,
              KdProblem **ret_problem,
              GError **error)
{
  g_autoptr (KdPushAnswer) answer = kd_push_answer_new ();
  Push self = { .connection = connection, .shop = shop, .auth = auth, .push = push, .answer = answer,
                .ret_problem = ret_problem };
  gboolean ok;

  *ret_problem = NULL;
  answer->proto = KD_PROTO;
  answer->schema = KD_SCHEMA;
  if (!kd_id_equal (&push->device, &auth->device) || push->mutations->len > KD_PUSH_MAX_MUTATIONS)
    {
      *ret_problem = kd_problem_new (400, "bad_request");
      return NULL;
    }
  do
    ok = run_chunk (&self, error);
  while (ok && self.next < push->mutations->len);
  kd_device_row_clear (&self.device);
  if (!ok)
    return NULL;
  if (!kd_commit_log_find (connection, shop, answer->head, &answer->mark, error))
    return NULL;
  return g_steal_pointer (&answer);
}
