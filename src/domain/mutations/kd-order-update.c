/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-private.h"

/* order.update {id, set, base?, only_if_base?}
 * What people type about an order, by the field rules. Its states, lines, link and human number
 * have mutations of their own or none. */

static const char *const allowed[] = {
  "contact", "on_hold", "cancel_requested", "name", "phone", "address", "note", "method",
  "shipping_fee", "courier", "tracking", "location", NULL
};

static gboolean
update_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdOrderUpdateArgs *args = data;
  const KdShape *shape = &kd_kind_order.shape;

  if (args->set == NULL)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "set");
  for (guint i = 0; i < shape->n_fields; i++)
    if ((args->set->mask >> i & 1) != 0 && !g_strv_contains (allowed, shape->fields[i].name))
      return kd_outcome_refuse_with (outcome, "bad_field", "field", shape->fields[i].name);
  return TRUE;
}

static gboolean
check_changes (KdRows *rows,
               const KdContext *ctx,
               const KdOrder *order,
               const KdPartial *set,
               KdOutcome *outcome)
{
  const KdOrder *wanted = (const KdOrder *) set->record;
  gboolean over = order->state == KD_ORDER_DONE || order->state == KD_ORDER_CANCELLED;

  if (over && (kd_partial_has (set, "shipping_fee") || kd_partial_has (set, "method")))
    return kd_order_refuse (order, order->state == KD_ORDER_DONE ? "order.done" : "order.cancelled",
                            outcome);
  /* What is held is held at one place. */
  if (kd_partial_has (set, "location") && order->state != KD_ORDER_DRAFT)
    return kd_order_refuse (order, "order.not_draft", outcome);
  if (kd_partial_has (set, "method") && wanted->method > KD_METHOD_CASH)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "method");
  if (kd_partial_has (set, "location") && !kd_id_is_none (&wanted->location))
    {
      const KdLocation *location
        = (const KdLocation *) kd_rows_need (rows, ctx, &kd_kind_location, &wanted->location, outcome);

      if (location == NULL)
        return FALSE;
      if (location->transit)
        return kd_outcome_refuse_with (outcome, "bad_field", "field", "location");
    }
  return !kd_partial_has (set, "contact") || kd_id_is_none (&wanted->contact)
         || kd_rows_need (rows, ctx, &kd_kind_contact, &wanted->contact, outcome) != NULL;
}

static gboolean
update_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdOrderUpdateArgs *args = data;
  g_autoptr (KdRecord) order = (KdRecord *) kd_order_edit (rows, ctx, &args->id, outcome);
  g_autoptr (GPtrArray) lines = NULL;

  if (order == NULL || !check_changes (rows, ctx, (KdOrder *) order, args->set, outcome))
    return FALSE;
  if (!kd_merge_patch (rows, ctx, order, args->set, args->base, args->only_if_base, outcome))
    return TRUE;
  lines = kd_order_get_lines (rows, &args->id);
  if (!kd_order_settle_payment (rows, (KdOrder *) order, lines, outcome))
    return FALSE;
  return kd_order_put (rows, (KdOrder *) g_steal_pointer (&order));
}

static void
update_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdOrderUpdateArgs *args = data;
  const KdRecord *before = kd_rows_get (rows, &kd_kind_order, &args->id);
  KdCall *call;
  KdOrderUpdateArgs *back;

  if (before == NULL || args->set == NULL)
    return;
  call = kd_call_new (m);
  back = call->args;
  back->id = args->id;
  back->set = kd_record_partial (before, args->set->mask);
  back->base = kd_partial_copy (args->set);
  back->only_if_base = TRUE;
  g_ptr_array_add (calls, call);
}

#define KD_STRUCT KdOrderUpdateArgs
static const KdField update_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, set, PARTIAL, .ref = 19, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, base, PARTIAL, .ref = 19),
  KD_ARG (4, only_if_base, BOOL),
};
#undef KD_STRUCT
KD_ARGS (update_args, "order.update", KdOrderUpdateArgs, update_fields);

const KdMutation kd_order_update = {
  .name = "order.update",
  .version = 1,
  .args = &update_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = update_may,
  .apply = update_apply,
  .inverse = update_inverse,
};

const KdMutation *const kd_order_mutations[] = {
  &kd_order_create,
  &kd_order_set_lines,
  &kd_order_discard,
  &kd_order_place,
  &kd_order_confirm,
  &kd_order_transition,
  &kd_order_update,
  &kd_cart_set_line,
  NULL,
};
