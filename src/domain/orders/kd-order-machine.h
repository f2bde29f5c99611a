/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* An order moves in three machines (rules 5); each state has a table of where it may go. What more
 * is asked for, kd_order_may() knows: apply uses it, and so do the buttons. */

typedef enum
{
  KD_MACHINE_ORDER,       /* states: KdOrderState */
  KD_MACHINE_PAYMENT,     /* KdPaymentState */
  KD_MACHINE_FULFILMENT,  /* KdFulfilmentState */
} KdMachine;
#define KD_N_MACHINES 3

/* "order", "payment", "fulfilment" and the names of their states, as in JSON. */
const char *kd_machine_to_text (KdMachine machine);
gboolean kd_machine_from_text (const char *text,
                               KdMachine *ret_machine);
guint kd_machine_n_states (KdMachine machine);
const char *kd_machine_state_to_text (KdMachine machine,
                                      int state);
/* -1 for a name the machine doesn't have. */
int kd_machine_state_from_text (KdMachine machine,
                                const char *text);

/**
 * kd_machine_allows:
 * @ret_reason: (out) (optional) (transfer none): "state.unknown", "state.same", "state.final"
 *   (nothing leads out of @from) or "state.not_allowed"
 *
 * Whether the table leads from one state to the other, whatever the order is.
 */
gboolean kd_machine_allows (KdMachine machine,
                            int from,
                            int to,
                            const char **ret_reason);

/**
 * KdOrderFacts:
 *
 * What the guards ask for besides the order's own row.
 */
typedef struct
{
  guint n_lines;
  gint64 total;
  gint64 received;      /* payments in */
  gint64 refunded;      /* payments out, above 0 */
} KdOrderFacts;

/**
 * kd_order_may:
 * @facts: (nullable): %NULL where lines are known to be there
 * @ret_code: (out) (optional) (transfer none): a code of kd_machine_allows(), or one of
 *   "order.empty", "order.on_hold", "order.not_placed", "order.not_paid", "order.not_delivered",
 *   "order.shipped", "order.cancelled", "order.done", "order.refunded"
 *
 * Whether the order may go to state @to of @machine now.
 */
gboolean kd_order_may (const KdOrder *order,
                       const KdOrderFacts *facts,
                       KdMachine machine,
                       int to,
                       const char **ret_code);

/**
 * kd_order_get_state:
 *
 * Returns: the order's state in one machine
 */
int kd_order_get_state (const KdOrder *order,
                        KdMachine machine);

/**
 * kd_order_may_leave:
 *
 * Whether the goods may leave: paid (also where part of it was given back since), or to be paid
 * on delivery.
 */
gboolean kd_order_may_leave (const KdOrder *order);

/**
 * kd_order_is_finished:
 *
 * Whether placed, delivered and paid: what makes it done.
 */
gboolean kd_order_is_finished (const KdOrder *order);

/**
 * kd_order_payment_state:
 *
 * Returns: the state that follows from the amounts
 */
KdPaymentState kd_order_payment_state (const KdOrderFacts *facts);

/* What a seller sees: one stage for the three states and the flags. */
typedef enum
{
  KD_STAGE_DRAFT,
  KD_STAGE_AWAITING_PAYMENT,
  KD_STAGE_PAID,
  KD_STAGE_PACKING,
  KD_STAGE_READY_TO_SHIP,
  KD_STAGE_SHIPPED,
  KD_STAGE_DELIVERED,
  KD_STAGE_COMPLETED,
  KD_STAGE_ON_HOLD,
  KD_STAGE_CANCEL_REQUESTED,
  KD_STAGE_CANCELLED,
  KD_STAGE_RETURNED,
  KD_STAGE_DELIVERY_FAILED,
  KD_STAGE_REFUNDED,
} KdStage;
#define KD_N_STAGES (KD_STAGE_REFUNDED + 1)

KdStage kd_order_stage (const KdOrder *order);
const char *kd_stage_to_text (KdStage stage);
/* -1 for an unknown name. */
int kd_stage_from_text (const char *text);

G_END_DECLS
