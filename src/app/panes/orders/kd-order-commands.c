/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-page.h"

#include "kd-ask.h"
#include "kd-calls.h"
#include "kd-order-editor.h"
#include "kd-order-words.h"
#include "kd-target.h"

#include <glib/gi18n.h>

/* What can be done with the order that is shown. Whether, and why not, is asked of the function
 * that the handler itself uses. */

static const KdOrder *
order_of (gpointer context)
{
  const KdOrderDetail *detail = kd_order_page_get_detail (context);

  return detail != NULL ? detail->order : NULL;
}

static KdCommandState
may (gpointer context,
     KdMachine machine,
     int to,
     const char **ret_reason)
{
  const KdOrder *order = order_of (context);
  KdOrderFacts facts;

  if (order == NULL)
    return KD_COMMAND_HIDDEN;
  facts = kd_order_totals_get_facts (kd_order_page_get_totals (context));
  return kd_order_may (order, &facts, machine, to, ret_reason) ? KD_COMMAND_ENABLED : KD_COMMAND_REFUSED;
}

/* A step that is behind the order, or that it will never take, isn't shown. */
static KdCommandState
step (gpointer context,
      int to,
      const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  if (order == NULL || order->state == KD_ORDER_DRAFT || order->state == KD_ORDER_CANCELLED || order->fulfilment >= to)
    return KD_COMMAND_HIDDEN;
  return may (context, KD_MACHINE_FULFILMENT, to, ret_reason);
}

static KdCommandState
pack_state (gpointer context, const char **ret_reason)
{
  return step (context, KD_FULFILMENT_PACKED, ret_reason);
}

static KdCommandState
ready_state (gpointer context, const char **ret_reason)
{
  return step (context, KD_FULFILMENT_READY_TO_SHIP, ret_reason);
}

static KdCommandState
ship_state (gpointer context, const char **ret_reason)
{
  return step (context, KD_FULFILMENT_SHIPPED, ret_reason);
}

static KdCommandState
deliver_state (gpointer context, const char **ret_reason)
{
  return step (context, KD_FULFILMENT_DELIVERED, ret_reason);
}

static KdCommandState
only_when_allowed (gpointer context,
                   int to)
{
  const char *reason = NULL;

  return may (context, KD_MACHINE_FULFILMENT, to, &reason) == KD_COMMAND_ENABLED ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

static KdCommandState
fail_state (gpointer context, const char **ret_reason)
{
  return only_when_allowed (context, KD_FULFILMENT_DELIVERY_FAILED);
}

static KdCommandState
return_state (gpointer context, const char **ret_reason)
{
  return only_when_allowed (context, KD_FULFILMENT_RETURNED);
}

static KdCommandState
unpack_state (gpointer context, const char **ret_reason)
{
  return only_when_allowed (context, KD_FULFILMENT_UNFULFILLED);
}

static KdCommandState
place_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  if (order == NULL || order->state != KD_ORDER_DRAFT || order->origin != KD_ORIGIN_IS_STAFF)
    return KD_COMMAND_HIDDEN;
  return may (context, KD_MACHINE_ORDER, KD_ORDER_PLACED, ret_reason);
}

static KdCommandState
pay_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  if (order == NULL || order->state == KD_ORDER_DRAFT || order->state == KD_ORDER_CANCELLED)
    return KD_COMMAND_HIDDEN;
  *ret_reason = "paid";
  return kd_order_page_get_totals (context)->due > 0 ? KD_COMMAND_ENABLED : KD_COMMAND_REFUSED;
}

static KdCommandState
cancel_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  if (order == NULL || order->state == KD_ORDER_CANCELLED)
    return KD_COMMAND_HIDDEN;
  return may (context, KD_MACHINE_ORDER, KD_ORDER_CANCELLED, ret_reason);
}

static KdCommandState
discard_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  return order != NULL && order->state == KD_ORDER_DRAFT && order->origin == KD_ORIGIN_IS_STAFF ? KD_COMMAND_ENABLED
                                                                                                : KD_COMMAND_HIDDEN;
}

static KdCommandState
hold_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  return order != NULL && order->state == KD_ORDER_PLACED ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

static gboolean
hold_checked (gpointer context)
{
  const KdOrder *order = order_of (context);

  return order != NULL && order->on_hold;
}

static KdCommandState
chat_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  return order != NULL && !kd_id_is_none (&order->conversation) ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

static KdCommandState
link_state (gpointer context, const char **ret_reason)
{
  const KdOrder *order = order_of (context);

  return order != NULL && order->token != NULL ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

/* ---- doing ---- */

static void
commit (gpointer context,
        const char *label,
        KdCall *call)
{
  const KdOrder *order = order_of (context);

  if (call != NULL)
    kd_session_commit_one_async (kd_order_page_get_session (context), label,
                                 order->number != NULL ? order->number : order->alias, call, NULL, NULL);
}

static void
go (gpointer context,
    KdMachine machine,
    int to,
    const char *label)
{
  commit (context, label, kd_call_order_transition (order_of (context), machine, to, NULL));
}

static void
pack (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_FULFILMENT, KD_FULFILMENT_PACKED, N_("Order %s packed"));
}

static void
ready (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_FULFILMENT, KD_FULFILMENT_READY_TO_SHIP, N_("Order %s ready to ship"));
}

static void
deliver (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_FULFILMENT, KD_FULFILMENT_DELIVERED, N_("Order %s delivered"));
}

static void
fail (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_FULFILMENT, KD_FULFILMENT_DELIVERY_FAILED, N_("Delivery of order %s failed"));
}

static void
give_back (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_FULFILMENT, KD_FULFILMENT_RETURNED, N_("Order %s returned"));
}

static void
unpack (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_FULFILMENT, KD_FULFILMENT_UNFULFILLED, N_("Order %s unpacked"));
}

static void
cancel (gpointer context, GVariant *param)
{
  go (context, KD_MACHINE_ORDER, KD_ORDER_CANCELLED, N_("Order %s cancelled"));
}

static void
discard (gpointer context, GVariant *param)
{
  commit (context, N_("Draft %s discarded"), kd_call_order_discard (&order_of (context)->parent.id));
}

static void
ship (gpointer context, GVariant *param)
{
  kd_order_ship_present (context, kd_order_page_get_session (context), order_of (context));
}

static void
pay (gpointer context, GVariant *param)
{
  kd_order_payment_present (context, kd_order_page_get_session (context), order_of (context),
                            kd_order_page_get_totals (context)->due);
}

static void
hold (gpointer context, GVariant *param)
{
  const KdOrder *shown = order_of (context);
  g_autoptr (KdRecord) wanted = kd_record_copy (&shown->parent);

  ((KdOrder *) wanted)->on_hold = !shown->on_hold;
  commit (context, shown->on_hold ? N_("Order %s released") : N_("Order %s on hold"),
          kd_call_order_update (shown, (KdOrder *) wanted));
}

/* Placing beyond stock is asked for, where the shop's policy says so. */
static void
place_answered_cb (GObject *source,
                   GAsyncResult *result,
                   gpointer data)
{
  g_autoptr (KdOrderPage) self = data;
  g_autofree char *answer = kd_ask_finish (result, NULL);
  const KdOrderDetail *detail = kd_order_page_get_detail (self);

  if (g_strcmp0 (answer, "place") == 0 && detail != NULL)
    commit (self, N_("Order %s placed"), kd_call_order_place (detail->order, detail->lines, TRUE));
}

static void
placed_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (KdOrderPage) self = data;
  g_autoptr (KdCommit) done = kd_session_commit_finish (KD_SESSION (source), result, NULL);
  const KdAskResponse responses[] = {
    { "cancel", _("_Cancel"), KD_ASK_PLAIN },
    { "place", _("_Sell all the same"), KD_ASK_SUGGESTED },
  };

  if (done != NULL && done->refused >= 0 && g_strcmp0 (done->outcome.code, "stock.confirm") == 0)
    kd_ask_async (GTK_WIDGET (self), _("There is not enough stock"),
                  _("Something in this order is not there in that number. It can be sold all the same; stock then goes below zero."),
                  responses, G_N_ELEMENTS (responses), "cancel", kd_page_get_cancellable (KD_PAGE (self)), place_answered_cb,
                  g_object_ref (self));
}

static void
place (gpointer context, GVariant *param)
{
  const KdOrderDetail *detail = kd_order_page_get_detail (context);

  kd_session_commit_one_async (kd_order_page_get_session (context), N_("Order %s placed"), detail->order->alias,
                               kd_call_order_place (detail->order, detail->lines, FALSE), placed_cb, g_object_ref (context));
}

static void
chat (gpointer context, GVariant *param)
{
  KdTarget target = { .kind = &kd_kind_conversation, .id = order_of (context)->conversation, .focus = (char *) "composer" };
  g_autofree char *text = kd_target_to_text (&target);

  kd_page_open (context, text, FALSE);
}

static void
copy_link (gpointer context, GVariant *param)
{
  KdSession *session = kd_order_page_get_session (context);
  const KdServices *services = kd_session_get_services (session);
  const KdShopProfile *profile = kd_session_get_profile (session);
  const char *address = services != NULL && services->server != NULL ? kd_server_control_get_address (services->server) : NULL;
  g_autofree char *link = NULL;

  if (address == NULL || profile == NULL)
    {
      kd_page_say (context, _("The link is there when the shop's server runs"));
      return;
    }
  link = g_strdup_printf ("%s/%s/o/%s", address, profile->slug, order_of (context)->token);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (context), link);
  kd_page_say (context, _("Link for the buyer copied"));
}

static const KdCommand commands[] = {
  { "order-place", N_("Place"), N_("confirm reserve"), NULL, N_("Orders"), "<Control>Return", KD_ROLES_SELLING, NULL, 0, place_state, NULL, place },
  { "order-pay", N_("Record payment"), N_("paid transfer cash"), NULL, N_("Orders"), "<Control><Shift>y", KD_ROLES_SELLING, NULL, 0, pay_state, NULL, pay },
  { "order-pack", N_("Packed"), NULL, NULL, N_("Orders"), "<Control><Shift>k", KD_ROLES_SELLING, NULL, 0, pack_state, NULL, pack },
  { "order-ready", N_("Ready to ship"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, ready_state, NULL, ready },
  { "order-ship", N_("Ship"), N_("send courier tracking"), NULL, N_("Orders"), "<Control><Shift>s", KD_ROLES_SELLING, NULL, 0, ship_state, NULL, ship },
  { "order-deliver", N_("Delivered"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, deliver_state, NULL, deliver },
  { "order-fail", N_("Delivery failed"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, fail_state, NULL, fail },
  { "order-return", N_("Returned"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, return_state, NULL, give_back },
  { "order-unpack", N_("Unpack"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, unpack_state, NULL, unpack },
  { "order-hold", N_("On hold"), N_("wait pause"), NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, hold_state, hold_checked, hold },
  { "order-chat", N_("Open the chat"), NULL, NULL, NULL, NULL, 0, NULL, 0, chat_state, NULL, chat },
  { "order-copy-link", N_("Copy the buyer's link"), NULL, NULL, NULL, NULL, 0, NULL, 0, link_state, NULL, copy_link },
  { "order-cancel", N_("Cancel order"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, cancel_state, NULL, cancel },
  { "order-discard", N_("Discard draft"), NULL, NULL, NULL, NULL, KD_ROLES_SELLING, NULL, 0, discard_state, NULL, discard },
};

const KdCommand *
kd_order_command_table (unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}
