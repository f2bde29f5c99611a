/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-calls-private.h"

#include "kd-row-mutations.h"

/* ---- chat ---- */

KdCall *
kd_call_conversation_start (const KdId *id,
                            const KdId *contact,
                            KdChannel channel)
{
  KdCall *call = kd_call_with_id ("conversation.start", id);
  KdConversationStartArgs *args = call->args;

  args->contact = *contact;
  args->channel = channel;
  return call;
}

static KdCall *
send (const KdId *id,
      const KdId *conversation,
      const char *text,
      KdBody body)
{
  KdCall *call = kd_call_with_id ("message.send", id);
  KdMessageSendArgs *args = call->args;

  args->conversation = *conversation;
  args->body = body;
  args->text = g_strdup (text);
  return call;
}

KdCall *
kd_call_message_text (const KdId *id,
                      const KdId *conversation,
                      const char *text,
                      const KdId *reply_to)
{
  KdCall *call = send (id, conversation, text, KD_BODY_TEXT);

  if (reply_to != NULL)
    ((KdMessageSendArgs *) call->args)->reply_to = *reply_to;
  return call;
}

KdCall *
kd_call_message_note (const KdId *id,
                      const KdId *conversation,
                      const char *text)
{
  KdCall *call = kd_call_with_id ("message.note", id);
  KdMessageNoteArgs *args = call->args;

  args->conversation = *conversation;
  args->text = g_strdup (text);
  return call;
}

KdCall *
kd_call_message_product (const KdId *id,
                         const KdId *conversation,
                         const KdId *product,
                         const char *text)
{
  KdCall *call = send (id, conversation, text, KD_BODY_PRODUCT);

  ((KdMessageSendArgs *) call->args)->product = *product;
  return call;
}

KdCall *
kd_call_message_order (const KdId *id,
                       const KdId *conversation,
                       const KdId *order,
                       const char *text)
{
  KdCall *call = send (id, conversation, text, KD_BODY_ORDER);

  ((KdMessageSendArgs *) call->args)->order = *order;
  return call;
}

KdCall *
kd_call_message_image (const KdId *id,
                       const KdId *conversation,
                       const KdId *media,
                       const char *text)
{
  KdCall *call = send (id, conversation, text, KD_BODY_IMAGE);

  ((KdMessageSendArgs *) call->args)->media = *media;
  return call;
}

KdCall *
kd_call_conversation_seen (const KdId *conversation,
                           gint64 received)
{
  KdCall *call = kd_call_with_id ("conversation.staff_seen", conversation);

  ((KdConversationSeenArgs *) call->args)->received = received;
  return call;
}

KdCall *
kd_call_conversation_set_state (const KdConversation *shown,
                                KdConversationState state)
{
  KdCall *call = kd_call_with_id ("conversation.set_state", &shown->parent.id);
  KdConversationStateArgs *args = call->args;

  args->state = state;
  args->seen_state = shown->state;
  return call;
}

KdCall *
kd_call_conversation_assign (const KdConversation *shown,
                             const KdId *member)
{
  KdCall *call = kd_call_with_id ("conversation.assign", &shown->parent.id);
  KdConversationAssignArgs *args = call->args;

  args->member = member != NULL ? *member : KD_ID_NONE;
  args->seen = shown->assignee;
  return call;
}

KdCall *
kd_call_contact_verify (const KdContact *shown,
                        gboolean verified)
{
  KdCall *call = kd_call_with_id ("contact.verify", &shown->parent.id);
  KdContactVerifyArgs *args = call->args;

  args->phone = g_strdup (shown->phone);
  args->verified = verified;
  return call;
}

/* ---- orders ---- */

KdCall *
kd_call_order_create (const KdId *id,
                      const guint8 random[16])
{
  KdCall *call = kd_call_with_id ("order.create", id);
  KdOrderCreateArgs *args = call->args;
  GString *token = g_string_new (NULL);

  for (guint i = 0; i < 16; i++)
    g_string_append_printf (token, "%02x", random[i]);
  args->token = g_string_free (token, FALSE);
  return call;
}

KdOrderCreateArgs *
kd_call_order_args (KdCall *call)
{
  return call->args;
}

static void
fill_line (KdOrderLineArgs *line,
           const KdId *variant,
           const char *name,
           gint64 quantity,
           gint64 price)
{
  if (variant != NULL)
    line->variant = *variant;
  line->name = g_strdup (name);
  line->quantity = quantity;
  line->price = price;
}

void
kd_call_order_add_line (KdCall *call,
                        const KdId *variant,
                        const char *name,
                        gint64 quantity,
                        gint64 price)
{
  fill_line (kd_order_line_args_add (&((KdOrderCreateArgs *) call->args)->lines), variant, name, quantity, price);
}

/* The lines as they stood on the screen. */
static void
add_seen (GPtrArray **seen,
          GPtrArray *shown)
{
  for (guint i = 0; shown != NULL && i < shown->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (shown, i);
      KdLineSeenArgs *args = kd_line_seen_args_add (seen);

      args->line = line->parent.id;
      args->price = line->price;
      args->quantity = line->quantity;
    }
}

KdCall *
kd_call_order_set_lines (const KdId *order,
                         GPtrArray *shown)
{
  KdCall *call = kd_call_with_id ("order.set_lines", order);

  add_seen (&((KdOrderLinesArgs *) call->args)->lines_seen, shown);
  return call;
}

void
kd_call_order_set_lines_add (KdCall *call,
                             const KdId *line,
                             const KdId *variant,
                             const char *name,
                             gint64 quantity,
                             gint64 price)
{
  KdOrderLineArgs *args = kd_order_line_args_add (&((KdOrderLinesArgs *) call->args)->lines);

  if (line != NULL)
    args->line = *line;
  fill_line (args, variant, name, quantity, price);
}

KdCall *
kd_call_order_discard (const KdId *order)
{
  return kd_call_with_id ("order.discard", order);
}

KdCall *
kd_call_order_place (const KdOrder *order,
                     GPtrArray *shown,
                     gboolean beyond_stock)
{
  KdCall *call = kd_call_with_id ("order.place", &order->parent.id);
  KdOrderPlaceArgs *args = call->args;

  add_seen (&args->lines_seen, shown);
  args->name = g_strdup (order->name);
  args->phone = g_strdup (order->phone);
  args->address = g_strdup (order->address);
  args->note = g_strdup (order->note);
  args->method = order->method;
  args->beyond_stock = beyond_stock;
  return call;
}

KdCall *
kd_call_order_transition (const KdOrder *order,
                          KdMachine machine,
                          int to,
                          const char *reason)
{
  KdCall *call = kd_call_with_id ("order.transition", &order->parent.id);
  KdOrderTransitionArgs *args = call->args;

  args->machine = machine;
  args->to = g_strdup (kd_machine_state_to_text (machine, to));
  args->seen_state = g_strdup (kd_machine_state_to_text (machine, kd_order_get_state (order, machine)));
  args->reason = g_strdup (reason);
  return call;
}

KdCall *
kd_call_order_ship (const KdOrder *order,
                    const char *courier,
                    const char *tracking,
                    gboolean beyond_stock)
{
  KdCall *call = kd_call_order_transition (order, KD_MACHINE_FULFILMENT, KD_FULFILMENT_SHIPPED, NULL);
  KdOrderTransitionArgs *args = call->args;

  args->courier = g_strdup (courier);
  args->tracking = g_strdup (tracking);
  args->beyond_stock = beyond_stock;
  return call;
}

KdCall *
kd_call_order_update (const KdOrder *shown,
                      const KdOrder *wanted)
{
  guint64 mask = kd_record_diff (&shown->parent, &wanted->parent) & kd_kind_writable_mask (&kd_kind_order);
  KdCall *call;
  KdOrderUpdateArgs *args;

  if (mask == 0)
    return NULL;
  call = kd_call_with_id ("order.update", &shown->parent.id);
  args = call->args;
  args->set = kd_record_partial (&wanted->parent, mask);
  args->base = kd_record_partial (&shown->parent, mask);
  return call;
}

KdCall *
kd_call_payment_record (const KdId *id,
                        const KdId *order,
                        gint64 amount,
                        KdPayMethod method,
                        const char *reference)
{
  KdCall *call = kd_call_with_id ("payment.record", id);
  KdPaymentRecordArgs *args = call->args;

  args->order = *order;
  args->amount = amount;
  args->method = method;
  args->reference = g_strdup (reference);
  return call;
}

KdCall *
kd_call_payment_reverse (const KdId *id,
                         const KdPayment *payment)
{
  KdCall *call = kd_call_payment_record (id, &payment->order, -payment->amount, payment->method, NULL);

  ((KdPaymentRecordArgs *) call->args)->reverses = payment->parent.id;
  return call;
}
