/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"
#include "kd-order-private.h"

/* Orders that staff writes, and drafts thrown away. */

/* order.create {id, token, alias?, contact?, conversation?, location?, name?, phone?, address?, note?,
 *               method, shipping_fee, lines[{variant, name?, quantity, price?}], place, beyond_stock}
 * Line n is derived at "lines/n". Without a price a line costs what the catalog says. Placed at
 * once it is always booked, also beyond stock. */

static gboolean
create_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  return kd_order_check_alias (ctx, ((const KdOrderCreateArgs *) data)->alias, outcome);
}

static gboolean
create_check (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdOrderCreateArgs *args = data;
  return kd_order_check_wanted (rows, ctx, args->lines, args->place, args->beyond_stock, outcome);
}

static KdOrder *
new_order (KdRows *rows,
           const KdContext *ctx,
           const KdOrderCreateArgs *args)
{
  KdOrder *order = (KdOrder *) kd_record_new (&kd_kind_order);

  order->parent.id = args->id;
  order->token = g_strdup (args->token);
  kd_text_set (&order->alias, args->alias);
  /* A contact that somebody deleted meanwhile doesn't keep a sale from being booked. */
  if (kd_rows_get (rows, &kd_kind_contact, &args->contact) != NULL)
    order->contact = args->contact;
  order->conversation = args->conversation;
  order->location = args->location;
  order->origin = KD_ORIGIN_IS_STAFF;
  kd_text_set (&order->name, args->name);
  kd_text_set (&order->phone, args->phone);
  kd_text_set (&order->address, args->address);
  kd_text_set (&order->note, args->note);
  order->method = args->method;
  order->shipping_fee = args->shipping_fee;
  order->at = ctx->accepted;
  order->op = ctx->op;
  return order;
}

static gboolean
check_location (KdRows *rows,
                const KdContext *ctx,
                const KdId *id,
                KdOutcome *outcome)
{
  const KdLocation *location;

  if (kd_id_is_none (id))
    return TRUE;
  location = (const KdLocation *) kd_rows_need (rows, ctx, &kd_kind_location, id, outcome);
  if (location == NULL)
    return FALSE;
  return !location->transit || kd_outcome_refuse_with (outcome, "bad_field", "field", "location");
}

static gboolean
create_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdOrderCreateArgs *args = data;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (KdRecord) order = NULL;
  KdOrderFacts facts;

  if (!kd_rows_new_id (rows, &kd_kind_order, &args->id, outcome)
      || !kd_order_check_token (rows, args->token, &args->id, outcome)
      || !check_location (rows, ctx, &args->location, outcome))
    return FALSE;
  if (args->method > KD_METHOD_CASH)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "method");
  lines = kd_order_plan_lines (rows, ctx, &args->id, NULL, args->lines, outcome);
  if (lines == NULL)
    return FALSE;
  order = &new_order (rows, ctx, args)->parent;
  if (!kd_order_get_facts (rows, (KdOrder *) order, lines, &facts, outcome))
    return FALSE;
  kd_order_put_lines (rows, NULL, lines);
  if (args->place && !kd_order_place_now (rows, ctx, (KdOrder *) order, outcome))
    return FALSE;
  return kd_order_put (rows, (KdOrder *) g_steal_pointer (&order));
}

/* A draft goes without a trace; what was placed, others may have seen: it is cancelled. */
static void
create_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdOrderCreateArgs *args = data;
  KdCall *call = kd_call_new (args->place ? &kd_order_transition : &kd_order_discard);

  if (args->place)
    {
      KdOrderTransitionArgs *back = call->args;

      back->id = args->id;
      back->machine = KD_MACHINE_ORDER;
      back->to = g_strdup (kd_machine_state_to_text (KD_MACHINE_ORDER, KD_ORDER_CANCELLED));
      back->seen_state = g_strdup (kd_machine_state_to_text (KD_MACHINE_ORDER, KD_ORDER_PLACED));
    }
  else
    ((KdOrderDiscardArgs *) call->args)->id = args->id;
  g_ptr_array_add (calls, call);
}

static void
create_summary (const KdMutation *m,
                gconstpointer data,
                KdSummary *summary)
{
  const KdOrderCreateArgs *args = data;

  summary->key = args->place ? "order.create.placed" : "order.create";
  summary->values[0] = g_strdup (args->alias);
  summary->values[1] = g_strdup (args->name);
}

static guint64
create_weight (gconstpointer data)
{
  const KdOrderCreateArgs *args = data;
  return 1 + (args->lines != NULL ? args->lines->len : 0);
}

#define KD_STRUCT KdOrderCreateArgs
static const KdField create_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, token, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_SECRET, .min = 32, .max = 32),
  KD_ARG (3, alias, TEXT, .max = 20),
  KD_ARG (4, contact, REF, .ref = 15),
  KD_ARG (5, conversation, REF, .ref = 17),
  KD_ARG (6, location, REF, .ref = 10),
  KD_ARG (7, name, TEXT, .max = 120),
  KD_ARG (8, phone, TEXT, .max = 32),
  KD_ARG (9, address, TEXT, .flags = KD_FIELD_MULTILINE, .max = 500),
  KD_ARG (10, note, TEXT, .flags = KD_FIELD_MULTILINE, .max = 1000),
  KD_ARG (11, method, ENUM, .values = kd_names_pay_method),
  KD_ARG (12, shipping_fee, MONEY, .min = 0, .max = KD_MONEY_MAX),
  KD_ARG (13, lines, LIST, .item = &kd_order_line_args, .max = KD_ORDER_LINES_MAX),
  KD_ARG (14, place, BOOL),
  KD_ARG (15, beyond_stock, BOOL),
};
#undef KD_STRUCT
KD_ARGS (create_args, "order.create", KdOrderCreateArgs, create_fields);

const KdMutation kd_order_create = {
  .name = "order.create",
  .version = 1,
  .args = &create_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = create_may,
  .check = create_check,
  .apply = create_apply,
  .inverse = create_inverse,
  .summary = create_summary,
  .weight = create_weight,
};

/* order.discard {id}
 * A draft that nobody paid anything for goes, with its lines. */

static gboolean
discard_apply (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               KdOutcome *outcome)
{
  const KdOrderDiscardArgs *args = data;
  const KdOrder *order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->id);
  KdPayment like = { .order = args->id };
  g_autoptr (GPtrArray) payments = NULL;

  if (order == NULL)
    return kd_rows_used (rows, &kd_kind_order, &args->id)
           || kd_rows_need (rows, ctx, &kd_kind_order, &args->id, outcome) != NULL;
  if (order->state != KD_ORDER_DRAFT)
    return kd_order_refuse (order, "order.not_draft", outcome);
  payments = kd_rows_scan (rows, &kd_kind_payment, "order", &like.parent, 1, 1);
  if (payments->len > 0)
    return kd_order_refuse (order, "order.has_payments", outcome);
  return kd_row_delete (rows, ctx, &kd_kind_order, &args->id, outcome);
}

#define KD_STRUCT KdOrderDiscardArgs
static const KdField discard_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (discard_args, "order.discard", KdOrderDiscardArgs, discard_fields);

const KdMutation kd_order_discard = {
  .name = "order.discard",
  .version = 1,
  .args = &discard_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .apply = discard_apply,
};
