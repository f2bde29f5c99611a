/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-machine.h"

#include <string.h>

#define TO(state) (1u << (state))

/* For each state, a bit for each state it leads to. */
static const guint32 order_moves[] = {
  [KD_ORDER_DRAFT] = TO (KD_ORDER_PLACED) | TO (KD_ORDER_CANCELLED),
  [KD_ORDER_PLACED] = TO (KD_ORDER_DONE) | TO (KD_ORDER_CANCELLED),
  [KD_ORDER_DONE] = 0,
  [KD_ORDER_CANCELLED] = 0,
};

static const guint32 payment_moves[] = {
  [KD_PAYMENT_UNPAID] = TO (KD_PAYMENT_PARTLY_PAID) | TO (KD_PAYMENT_PAID),
  [KD_PAYMENT_PARTLY_PAID] =
    TO (KD_PAYMENT_PAID) | TO (KD_PAYMENT_PARTLY_REFUNDED) | TO (KD_PAYMENT_REFUNDED),
  [KD_PAYMENT_PAID] = TO (KD_PAYMENT_PARTLY_REFUNDED) | TO (KD_PAYMENT_REFUNDED),
  [KD_PAYMENT_PARTLY_REFUNDED] = TO (KD_PAYMENT_REFUNDED),
  [KD_PAYMENT_REFUNDED] = 0,
};

static const guint32 fulfilment_moves[] = {
  [KD_FULFILMENT_UNFULFILLED] = TO (KD_FULFILMENT_PACKED),
  [KD_FULFILMENT_PACKED] = TO (KD_FULFILMENT_UNFULFILLED) | TO (KD_FULFILMENT_READY_TO_SHIP),
  [KD_FULFILMENT_READY_TO_SHIP] = TO (KD_FULFILMENT_SHIPPED),
  [KD_FULFILMENT_SHIPPED] = TO (KD_FULFILMENT_DELIVERED) | TO (KD_FULFILMENT_DELIVERY_FAILED),
  [KD_FULFILMENT_DELIVERED] = TO (KD_FULFILMENT_RETURNED),
  [KD_FULFILMENT_DELIVERY_FAILED] = TO (KD_FULFILMENT_SHIPPED) | TO (KD_FULFILMENT_RETURNED),
  [KD_FULFILMENT_RETURNED] = 0,
};

static const struct
{
  const char *name;
  const char *field; /* of KdOrder, whose values are the states' names */
  const guint32 *moves;
  guint n_states;
} machines[KD_N_MACHINES] = {
  { "order", "state", order_moves, G_N_ELEMENTS (order_moves) },
  { "payment", "payment", payment_moves, G_N_ELEMENTS (payment_moves) },
  { "fulfilment", "fulfilment", fulfilment_moves, G_N_ELEMENTS (fulfilment_moves) },
};

static const char *const stages[KD_N_STAGES + 1] = {
  "draft",     "awaiting_payment", "paid",      "packing",   "ready_to_ship",
  "shipped",   "delivered",        "completed", "on_hold",   "cancel_requested",
  "cancelled", "returned",         "delivery_failed", "refunded", NULL,
};

static gboolean
refuse (const char **ret_code,
        const char *code)
{
  if (ret_code != NULL)
    *ret_code = code;
  return FALSE;
}

static int
find_name (const char *const *names,
           const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return -1;
}

static const KdField *
machine_field (KdMachine machine)
{
  return kd_shape_find (&kd_kind_order.shape, machines[machine].field);
}

const char *
kd_machine_to_text (KdMachine machine)
{
  return machines[machine].name;
}

gboolean
kd_machine_from_text (const char *text,
                      KdMachine *ret_machine)
{
  for (guint i = 0; i < KD_N_MACHINES; i++)
    if (strcmp (machines[i].name, text) == 0)
      {
        *ret_machine = (KdMachine) i;
        return TRUE;
      }
  return FALSE;
}

guint
kd_machine_n_states (KdMachine machine)
{
  return machines[machine].n_states;
}

const char *
kd_machine_state_to_text (KdMachine machine,
                          int state)
{
  if (state < 0 || (guint) state >= machines[machine].n_states)
    return NULL;
  return machine_field (machine)->values[state];
}

int
kd_machine_state_from_text (KdMachine machine,
                            const char *text)
{
  return find_name (machine_field (machine)->values, text);
}

gboolean
kd_machine_allows (KdMachine machine,
                   int from,
                   int to,
                   const char **ret_reason)
{
  guint n = machines[machine].n_states;

  if (from < 0 || (guint) from >= n || to < 0 || (guint) to >= n)
    return refuse (ret_reason, "state.unknown");
  if (from == to)
    return refuse (ret_reason, "state.same");
  if (machines[machine].moves[from] & TO (to))
    return TRUE;
  return refuse (ret_reason, machines[machine].moves[from] == 0 ? "state.final" : "state.not_allowed");
}

gboolean
kd_order_may_leave (const KdOrder *order)
{
  return order->payment == KD_PAYMENT_PAID || order->payment == KD_PAYMENT_PARTLY_REFUNDED ||
         (order->method == KD_METHOD_COD && order->payment != KD_PAYMENT_REFUNDED);
}

static gboolean
was_paid (const KdOrder *order)
{
  return order->payment == KD_PAYMENT_PAID || order->payment == KD_PAYMENT_PARTLY_REFUNDED;
}

gboolean
kd_order_is_finished (const KdOrder *order)
{
  return order->state == KD_ORDER_PLACED && order->fulfilment == KD_FULFILMENT_DELIVERED &&
         was_paid (order);
}

static gboolean
may_order (const KdOrder *order,
           const KdOrderFacts *facts,
           KdOrderState to,
           const char **ret_code)
{
  switch (to)
    {
    case KD_ORDER_PLACED:
      if (facts != NULL && facts->n_lines == 0)
        return refuse (ret_code, "order.empty");
      return !order->on_hold || refuse (ret_code, "order.on_hold");
    case KD_ORDER_DONE:
      if (order->fulfilment != KD_FULFILMENT_DELIVERED)
        return refuse (ret_code, "order.not_delivered");
      return was_paid (order) || refuse (ret_code, "order.not_paid");
    case KD_ORDER_CANCELLED:
      return order->fulfilment < KD_FULFILMENT_SHIPPED || refuse (ret_code, "order.shipped");
    case KD_ORDER_DRAFT:
      break;
    }
  return TRUE;
}

static gboolean
may_payment (const KdOrder *order,
             const KdOrderFacts *facts,
             KdPaymentState to,
             const char **ret_code)
{
  gboolean refund = to == KD_PAYMENT_PARTLY_REFUNDED || to == KD_PAYMENT_REFUNDED;

  if (order->state == KD_ORDER_DRAFT)
    return refuse (ret_code, "order.not_placed");
  if (order->state == KD_ORDER_CANCELLED && !refund)
    return refuse (ret_code, "order.cancelled");
  return TRUE;
}

static gboolean
may_fulfil (const KdOrder *order,
            KdFulfilmentState to,
            const char **ret_code)
{
  gboolean outward = to == KD_FULFILMENT_PACKED || to == KD_FULFILMENT_READY_TO_SHIP ||
                     to == KD_FULFILMENT_SHIPPED;

  if (order->state == KD_ORDER_DRAFT)
    return refuse (ret_code, "order.not_placed");
  if (order->state == KD_ORDER_CANCELLED)
    return refuse (ret_code, "order.cancelled");
  /* A done order has been delivered; it can only come back. */
  if (order->state == KD_ORDER_DONE && to != KD_FULFILMENT_RETURNED)
    return refuse (ret_code, "order.done");
  if (!outward)
    return TRUE;
  if (order->on_hold)
    return refuse (ret_code, "order.on_hold");
  if (order->payment == KD_PAYMENT_REFUNDED)
    return refuse (ret_code, "order.refunded");
  return kd_order_may_leave (order) || refuse (ret_code, "order.not_paid");
}

gboolean
kd_order_may (const KdOrder *order,
              const KdOrderFacts *facts,
              KdMachine machine,
              int to,
              const char **ret_code)
{
  if (!kd_machine_allows (machine, kd_order_get_state (order, machine), to, ret_code))
    return FALSE;
  switch (machine)
    {
    case KD_MACHINE_ORDER:
      return may_order (order, facts, (KdOrderState) to, ret_code);
    case KD_MACHINE_PAYMENT:
      return may_payment (order, facts, (KdPaymentState) to, ret_code);
    case KD_MACHINE_FULFILMENT:
      return may_fulfil (order, (KdFulfilmentState) to, ret_code);
    }
  return FALSE;
}

int
kd_order_get_state (const KdOrder *order,
                    KdMachine machine)
{
  switch (machine)
    {
    case KD_MACHINE_ORDER:
      return order->state;
    case KD_MACHINE_PAYMENT:
      return order->payment;
    case KD_MACHINE_FULFILMENT:
      return order->fulfilment;
    }
  return -1;
}

KdPaymentState
kd_order_payment_state (const KdOrderFacts *facts)
{
  if (facts->refunded > 0)
    return facts->refunded >= facts->received ? KD_PAYMENT_REFUNDED : KD_PAYMENT_PARTLY_REFUNDED;
  if (facts->received >= facts->total)
    return KD_PAYMENT_PAID;
  return facts->received > 0 ? KD_PAYMENT_PARTLY_PAID : KD_PAYMENT_UNPAID;
}

static KdStage
stage_of_placed (const KdOrder *order)
{
  switch (order->fulfilment)
    {
    case KD_FULFILMENT_PACKED:
      return KD_STAGE_PACKING;
    case KD_FULFILMENT_READY_TO_SHIP:
      return KD_STAGE_READY_TO_SHIP;
    case KD_FULFILMENT_SHIPPED:
      return KD_STAGE_SHIPPED;
    case KD_FULFILMENT_DELIVERED:
      return KD_STAGE_DELIVERED;
    case KD_FULFILMENT_DELIVERY_FAILED:
      return KD_STAGE_DELIVERY_FAILED;
    default:
      if (was_paid (order))
        return KD_STAGE_PAID;
      /* To be paid on delivery: it waits for packing, not for money. */
      return order->method == KD_METHOD_COD ? KD_STAGE_PACKING : KD_STAGE_AWAITING_PAYMENT;
    }
}

KdStage
kd_order_stage (const KdOrder *order)
{
  gboolean here = order->fulfilment < KD_FULFILMENT_SHIPPED;

  if (order->state == KD_ORDER_DRAFT)
    return KD_STAGE_DRAFT;
  if (order->payment == KD_PAYMENT_REFUNDED)
    return KD_STAGE_REFUNDED;
  if (order->state == KD_ORDER_CANCELLED)
    return KD_STAGE_CANCELLED;
  if (order->fulfilment == KD_FULFILMENT_RETURNED)
    return KD_STAGE_RETURNED;
  if (order->state == KD_ORDER_DONE)
    return KD_STAGE_COMPLETED;
  if (here && order->cancel_requested)
    return KD_STAGE_CANCEL_REQUESTED;
  if (here && order->on_hold)
    return KD_STAGE_ON_HOLD;
  return stage_of_placed (order);
}

const char *
kd_stage_to_text (KdStage stage)
{
  return stages[stage];
}

int
kd_stage_from_text (const char *text)
{
  return find_name (stages, text);
}
