/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-member-rights.h"
#include "kd-shop-blobs.h"

/* One call inside a shop's transaction, and what the server adds to it: human numbers. */

#define FIRST_ORDER_NUMBER 1001

/* An order gets its number in the transaction that places it. */
static gboolean
give_numbers (KdShopTx *tx,
              GError **error)
{
  GArray *orders = kd_shop_tx_get_unnumbered (tx);
  g_autoptr (GArray) ids = g_array_copy (orders);

  for (guint i = 0; i < ids->len; i++)
    {
      const KdRecord *before = kd_rows_get (tx->rows, &kd_kind_order, &g_array_index (ids, KdId, i));
      KdOrder *order;
      gint64 number;

      if (before == NULL)
        continue;
      number = kd_shop_tx_next_counter (tx, "order", FIRST_ORDER_NUMBER, error);
      if (number == 0)
        return FALSE;
      order = (KdOrder *) kd_record_copy (before);
      order->number = g_strdup_printf ("%" G_GINT64_FORMAT, number);
      kd_rows_put (tx->rows, &order->parent);
    }
  return TRUE;
}

/* The slug stands in the server's directory too, which nothing here may change. */
static gboolean
keeps_slug (KdShopTx *tx,
            const KdCall *call,
            KdOutcome *outcome)
{
  const KdField *set = call->mutation->kind == &kd_kind_shop_profile ? kd_shape_find (call->mutation->args, "set") : NULL;
  const KdPartial *partial = set != NULL ? *(KdPartial **) kd_field_at (set, call->args) : NULL;
  const KdShopProfile *profile;

  if (partial == NULL || !kd_partial_has (partial, "slug"))
    return TRUE;
  profile = (const KdShopProfile *) kd_rows_get (tx->rows, &kd_kind_shop_profile, &tx->shop->id);
  return (profile != NULL && g_strcmp0 (profile->slug, ((KdShopProfile *) partial->record)->slug) == 0)
         || kd_outcome_refuse_with (outcome, "shop.slug_fixed", "field", "slug");
}

gboolean
kd_shop_apply (KdShopTx *tx,
               const KdCall *call,
               KdContext *ctx,
               gboolean check,
               KdOutcome *outcome,
               GError **error)
{
  const KdMutation *m = call->mutation;
  g_autoptr (KdCall) settled = NULL;
  gconstpointer args = call->args;
  gint64 head = tx->head;
  GError *failed = NULL;
  gboolean applied;

  ctx->side = KD_SIDE_SERVER;
  ctx->last_edit = kd_shop_tx_last_edit;
  ctx->last_edit_data = tx;
  if (!kd_shop_tx_savepoint (tx, error))
    return FALSE;
  kd_shop_tx_begin_mutation (tx, ctx);
  applied = kd_mutation_check_args (m, args, outcome)
            && kd_mutation_may (m, tx->rows, ctx, args, outcome)
            && keeps_slug (tx, call, outcome)
            && kd_shop_blobs_settle (tx, call, ctx, &settled, outcome, &failed);
  if (settled != NULL)
    args = settled->args;
  applied = applied && (!check || kd_mutation_check (m, tx->rows, ctx, args, outcome))
            && kd_mutation_apply (m, tx->rows, ctx, args, outcome);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (kd_shop_tx_failed (tx, error))
    return FALSE;
  if (!applied)
    {
      /* the server holds every row: what a device would wait for is gone here */
      outcome->status = KD_REFUSED;
      return kd_shop_tx_rollback_to (tx, head, error);
    }
  return give_numbers (tx, error) && !kd_shop_tx_failed (tx, error) && kd_sql_release (tx->connection, "mutation", error);
}

gboolean
kd_shop_get_member (KdSqlConnection *connection,
                    const KdShop *shop,
                    const KdId *user,
                    KdRole *ret_role,
                    KdScopes *ret_scopes,
                    GError **error)
{
  g_autoptr (KdRecord) record = kd_shop_get (connection, shop, &kd_kind_member, user, error);
  const KdMember *member = (const KdMember *) record;
  KdScopes scopes = kd_member_get_scopes (member);

  if (scopes == 0)
    return FALSE;
  *ret_role = (KdRole) member->role;
  *ret_scopes = scopes;
  return TRUE;
}
