/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-field-json.h"
#include "kd-order-private.h"

/* order.transition {id, machine, to, seen_state?, reason?, courier?, tracking?, beyond_stock}
 * Moves an order in the machine "order" or "fulfilment" (payment follows from payment.record). It
 * is there already: nothing happens. What may lead where is kd_order_may()'s to know; refused, the
 * present states and who made them stand in the detail. Stock follows the states: cancelling
 * lets go, shipping books out, a return books in, delivered and paid is done.
 * A buyer may cancel the session's own order; once it is paid or packed that only asks for it. */

static const char *const machines[] = { "order", "payment", "fulfilment", NULL };

static gboolean
transition_may (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                KdOutcome *outcome)
{
  const KdOrderTransitionArgs *args = data;
  const KdOrder *order;

  if (!kd_by_buyer (ctx))
    return TRUE;
  order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->id);
  /* The link alone is not enough to cancel. */
  if (order == NULL || !kd_order_owned (order, ctx, NULL))
    return kd_outcome_refuse (outcome, "row.gone");
  if (args->machine != KD_MACHINE_ORDER || g_strcmp0 (args->to, "cancelled") != 0
      || args->courier != NULL || args->tracking != NULL)
    return kd_outcome_refuse (outcome, "scope");
  return TRUE;
}

static gboolean
transition_check (const KdMutation *m,
                  KdRows *rows,
                  const KdContext *ctx,
                  gconstpointer data,
                  KdOutcome *outcome)
{
  const KdOrderTransitionArgs *args = data;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GArray) demands = NULL;

  if (args->machine != KD_MACHINE_ORDER || g_strcmp0 (args->to, "placed") != 0)
    return TRUE;
  lines = kd_order_get_lines (rows, &args->id);
  demands = kd_demands_of_lines (lines);
  return kd_order_check_policy (rows, ctx, demands, args->beyond_stock, outcome);
}

/* Somebody moved it between what this actor saw and now: whoever did shall hear of it. */
static void
tell_race (KdRows *rows,
           const KdContext *ctx,
           const KdOrder *before,
           const KdOrderTransitionArgs *args,
           int now)
{
  const char *state = kd_machine_state_to_text (args->machine, now);
  GString *values;
  char text[KD_ID_TEXT_LENGTH + 1];

  if (ctx->side != KD_SIDE_SERVER || args->seen_state == NULL || *args->seen_state == '\0'
      || g_strcmp0 (args->seen_state, state) == 0 || kd_id_equal (&before->parent.by, &ctx->actor.id))
    return;
  values = g_string_new ("{\"by\":");
  kd_json_append_string (values, kd_id_to_text (&ctx->actor.id, text));
  g_string_append (values, ",\"from\":");
  kd_json_append_string (values, state);
  g_string_append (values, ",\"machine\":");
  kd_json_append_string (values, machines[args->machine]);
  g_string_append (values, ",\"other\":");
  kd_json_append_string (values, kd_id_to_text (&before->parent.by, text));
  g_string_append (values, ",\"to\":");
  kd_json_append_string (values, args->to);
  g_string_append_c (values, '}');
  kd_task_raise (rows, ctx, KD_TASK_RACE, &kd_kind_order, &before->parent.id, values->str, "race");
  g_string_free (values, TRUE);
}

/* A buyer asks for what only staff can decide by now. */
static gboolean
is_request (const KdContext *ctx,
            const KdOrder *order)
{
  return kd_by_buyer (ctx)
         && (order->payment != KD_PAYMENT_UNPAID || order->fulfilment != KD_FULFILMENT_UNFULFILLED);
}

static gboolean
move (KdRows *rows,
      const KdContext *ctx,
      KdOrder *order,
      const KdOrderTransitionArgs *args,
      int to,
      KdOutcome *outcome)
{
  g_autoptr (GPtrArray) lines = NULL;

  if (args->machine == KD_MACHINE_ORDER && to == KD_ORDER_PLACED)
    return kd_order_place_now (rows, ctx, order, outcome);
  if (args->machine == KD_MACHINE_ORDER && is_request (ctx, order))
    {
      order->cancel_requested = TRUE;
      return TRUE;
    }
  if (args->machine == KD_MACHINE_ORDER)
    order->state = to;
  else
    order->fulfilment = to;
  if (order->state == KD_ORDER_CANCELLED)
    order->cancel_requested = FALSE;
  kd_text_set (&order->courier, args->courier);
  kd_text_set (&order->tracking, args->tracking);
  lines = kd_order_get_lines (rows, &order->parent.id);
  return kd_order_settle_payment (rows, order, lines, outcome)
         && kd_order_settle_stock (rows, ctx, order, lines, 0, args->reason, outcome);
}

static gboolean
transition_apply (const KdMutation *m,
                  KdRows *rows,
                  const KdContext *ctx,
                  gconstpointer data,
                  KdOutcome *outcome)
{
  const KdOrderTransitionArgs *args = data;
  const KdOrder *before;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (KdRecord) order = NULL;
  const char *code = NULL;
  KdOrderFacts facts;
  int now, to;

  if (args->machine != KD_MACHINE_ORDER && args->machine != KD_MACHINE_FULFILMENT)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "machine");
  to = args->to != NULL ? kd_machine_state_from_text (args->machine, args->to) : -1;
  if (to < 0)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "to");
  before = (const KdOrder *) kd_rows_need (rows, ctx, &kd_kind_order, &args->id, outcome);
  if (before == NULL)
    return FALSE;
  now = kd_order_get_state (before, args->machine);
  if (now == to)
    return TRUE;
  lines = kd_order_get_lines (rows, &args->id);
  if (!kd_order_get_facts (rows, before, lines, &facts, outcome))
    return FALSE;
  if (!kd_order_may (before, &facts, args->machine, to, &code))
    return kd_order_refuse (before, code, outcome);
  order = kd_record_copy (&before->parent);
  if (!move (rows, ctx, (KdOrder *) order, args, to, outcome))
    return FALSE;
  tell_race (rows, ctx, before, args, now);
  return kd_order_put (rows, (KdOrder *) g_steal_pointer (&order));
}

/* Back where the machine leads back (unpacking, say). */
static void
transition_inverse (const KdMutation *m,
                    KdRows *rows,
                    const KdContext *ctx,
                    gconstpointer data,
                    GPtrArray *calls)
{
  const KdOrderTransitionArgs *args = data;
  const KdOrder *before = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->id);
  KdCall *call;
  KdOrderTransitionArgs *back;
  int now, to;

  if (before == NULL || args->machine != KD_MACHINE_FULFILMENT || args->to == NULL)
    return;
  now = kd_order_get_state (before, KD_MACHINE_FULFILMENT);
  to = kd_machine_state_from_text (KD_MACHINE_FULFILMENT, args->to);
  if (!kd_machine_allows (KD_MACHINE_FULFILMENT, to, now, NULL))
    return;
  call = kd_call_new (m);
  back = call->args;
  back->id = args->id;
  back->machine = KD_MACHINE_FULFILMENT;
  back->to = g_strdup (kd_machine_state_to_text (KD_MACHINE_FULFILMENT, now));
  back->seen_state = g_strdup (args->to);
  g_ptr_array_add (calls, call);
}

static void
transition_summary (const KdMutation *m,
                    gconstpointer data,
                    KdSummary *summary)
{
  const KdOrderTransitionArgs *args = data;
  g_autofree char *key = NULL;

  if (args->to != NULL && args->machine >= 0 && args->machine < KD_N_MACHINES
      && kd_machine_state_from_text (args->machine, args->to) >= 0)
    {
      key = g_strconcat ("order.transition.", args->to, NULL);
      summary->key = g_intern_string (key);
    }
  summary->values[0] = g_strdup (args->tracking);
}

#define KD_STRUCT KdOrderTransitionArgs
static const KdField transition_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, machine, ENUM, .values = machines),
  KD_ARG (3, to, TEXT, .flags = KD_FIELD_REQUIRED, .max = 40),
  KD_ARG (4, seen_state, TEXT, .max = 40),
  KD_ARG (5, reason, TEXT, .max = 300),
  KD_ARG (6, courier, TEXT, .max = 60),
  KD_ARG (7, tracking, TEXT, .max = 80),
  KD_ARG (8, beyond_stock, BOOL),
};
#undef KD_STRUCT
KD_ARGS (transition_args, "order.transition", KdOrderTransitionArgs, transition_fields);

const KdMutation kd_order_transition = {
  .name = "order.transition",
  .version = 1,
  .args = &transition_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_BUYER | KD_ORIGIN_JOB,
  .may = transition_may,
  .check = transition_check,
  .apply = transition_apply,
  .inverse = transition_inverse,
  .summary = transition_summary,
};
