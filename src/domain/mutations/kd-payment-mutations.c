/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"
#include "kd-order-private.h"

/* payment.record {id, order, amount, method, reference?, reverses?}
 * Money that came in, or (negative) was given back: a fact, appended and never changed. The order's
 * payment state follows. With `reverses` it takes back a payment that was typed by mistake, whole
 * and once; that is a correction and no refund. */

static gboolean
record_check (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdPaymentRecordArgs *args = data;
  const KdOrder *order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->order);
  g_autoptr (GPtrArray) lines = NULL;
  KdOrderFacts facts;

  if (order == NULL || !kd_id_is_none (&args->reverses))
    return TRUE;
  if (order->state == KD_ORDER_DRAFT)
    return kd_order_refuse (order, "order.not_placed", outcome);
  if (order->state == KD_ORDER_CANCELLED && args->amount > 0)
    return kd_order_refuse (order, "order.cancelled", outcome);
  lines = kd_order_get_lines (rows, &args->order);
  if (!kd_order_get_facts (rows, order, lines, &facts, outcome))
    return FALSE;
  if (args->amount < 0 && facts.received - facts.refunded < -args->amount)
    {
      kd_outcome_add (outcome, "paid", g_variant_new_int64 (facts.received - facts.refunded));
      return kd_outcome_refuse (outcome, "payment.over_refund");
    }
  return TRUE;
}

/* Whole, once, and of the same order. */
static gboolean
check_reversal (KdRows *rows,
                const KdContext *ctx,
                const KdPaymentRecordArgs *args,
                KdOutcome *outcome)
{
  KdPayment like = { .order = args->order };
  g_autoptr (GPtrArray) payments = NULL;
  const KdPayment *reversed;

  if (kd_id_is_none (&args->reverses))
    return TRUE;
  reversed = (const KdPayment *) kd_rows_need (rows, ctx, &kd_kind_payment, &args->reverses, outcome);
  if (reversed == NULL)
    return FALSE;
  if (!kd_id_equal (&reversed->order, &args->order) || args->amount != -reversed->amount)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "reverses");
  payments = kd_rows_scan (rows, &kd_kind_payment, "order", &like.parent, 1, 0);
  for (guint i = 0; i < payments->len; i++)
    if (kd_id_equal (&((KdPayment *) g_ptr_array_index (payments, i))->reverses, &args->reverses))
      return kd_outcome_refuse (outcome, "payment.reversed");
  return TRUE;
}

static gboolean
record_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdPaymentRecordArgs *args = data;
  g_autoptr (KdRecord) order = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  KdPayment *payment;

  if (!kd_rows_new_id (rows, &kd_kind_payment, &args->id, outcome))
    return FALSE;
  if (args->amount == 0)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "amount");
  if (args->method > KD_METHOD_CASH)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "method");
  order = (KdRecord *) kd_order_edit (rows, ctx, &args->order, outcome);
  if (order == NULL || !check_reversal (rows, ctx, args, outcome))
    return FALSE;
  payment = (KdPayment *) kd_record_new (&kd_kind_payment);
  payment->parent.id = args->id;
  payment->order = args->order;
  payment->amount = args->amount;
  payment->method = args->method;
  kd_text_set (&payment->reference, args->reference);
  payment->at = ctx->accepted;
  payment->reverses = args->reverses;
  kd_rows_put (rows, &payment->parent);

  lines = kd_order_get_lines (rows, &args->order);
  if (!kd_order_settle_payment (rows, (KdOrder *) order, lines, outcome)
      || !kd_order_settle_stock (rows, ctx, (KdOrder *) order, lines, 0, NULL, outcome))
    return FALSE;
  return kd_order_put (rows, (KdOrder *) g_steal_pointer (&order));
}

static void
record_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdPaymentRecordArgs *args = data;
  KdCall *call = kd_call_new (m);
  KdPaymentRecordArgs *back = call->args;

  back->id = kd_id_derive (&args->id, kd_kind_payment.number, "reversal");
  back->order = args->order;
  back->amount = -args->amount;
  back->method = args->method;
  back->reference = g_strdup (args->reference);
  back->reverses = args->id;
  g_ptr_array_add (calls, call);
}

static void
record_summary (const KdMutation *m,
                gconstpointer data,
                KdSummary *summary)
{
  const KdPaymentRecordArgs *args = data;

  if (!kd_id_is_none (&args->reverses))
    summary->key = "payment.record.reversed";
  else if (args->amount < 0)
    summary->key = "payment.record.refund";
  summary->values[0] = g_strdup_printf ("%" G_GINT64_FORMAT, args->amount);
}

#define KD_STRUCT KdPaymentRecordArgs
static const KdField record_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, order, REF, .ref = 19, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, amount, MONEY, .min = -KD_MONEY_MAX, .max = KD_MONEY_MAX),
  KD_ARG (4, method, ENUM, .values = kd_names_pay_method),
  KD_ARG (5, reference, TEXT, .max = 120),
  KD_ARG (6, reverses, REF, .ref = 21),
};
#undef KD_STRUCT
KD_ARGS (record_args, "payment.record", KdPaymentRecordArgs, record_fields);

static const KdMutation payment_record = {
  .name = "payment.record",
  .version = 1,
  .args = &record_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .check = record_check,
  .apply = record_apply,
  .inverse = record_inverse,
  .summary = record_summary,
};

const KdMutation *const kd_payment_mutations[] = { &payment_record, NULL };
