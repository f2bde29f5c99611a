/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-words.h"

#include "kd-money.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *words, *icon;
  KdTone tone;
} StageWords;

static const StageWords stages[KD_N_STAGES] = {
  [KD_STAGE_DRAFT] = { N_("Draft"), "document-edit-symbolic", KD_TONE_NEUTRAL },
  [KD_STAGE_AWAITING_PAYMENT] = { N_("Awaiting payment"), "kd-payment-symbolic", KD_TONE_WARNING },
  [KD_STAGE_PAID] = { N_("Paid"), "kd-payment-symbolic", KD_TONE_GOOD },
  [KD_STAGE_PACKING] = { N_("Packing"), "kd-stock-symbolic", KD_TONE_ACCENT },
  [KD_STAGE_READY_TO_SHIP] = { N_("Ready to ship"), "kd-stock-symbolic", KD_TONE_ACCENT },
  [KD_STAGE_SHIPPED] = { N_("Shipped"), "kd-ship-symbolic", KD_TONE_ACCENT },
  [KD_STAGE_DELIVERED] = { N_("Delivered"), "kd-delivered-symbolic", KD_TONE_GOOD },
  [KD_STAGE_COMPLETED] = { N_("Done"), "kd-delivered-symbolic", KD_TONE_GOOD },
  [KD_STAGE_ON_HOLD] = { N_("On hold"), "kd-waiting-symbolic", KD_TONE_WARNING },
  [KD_STAGE_CANCEL_REQUESTED] = { N_("Buyer wants to cancel"), "kd-failed-symbolic", KD_TONE_WARNING },
  [KD_STAGE_CANCELLED] = { N_("Cancelled"), "kd-failed-symbolic", KD_TONE_NEUTRAL },
  [KD_STAGE_RETURNED] = { N_("Returned"), "kd-failed-symbolic", KD_TONE_NEUTRAL },
  [KD_STAGE_DELIVERY_FAILED] = { N_("Delivery failed"), "kd-failed-symbolic", KD_TONE_BAD },
  [KD_STAGE_REFUNDED] = { N_("Refunded"), "kd-payment-symbolic", KD_TONE_NEUTRAL },
};

const char *
kd_order_stage_words (KdStage stage)
{
  return _(stages[MIN (stage, KD_N_STAGES - 1)].words);
}

const char *
kd_order_stage_icon (KdStage stage)
{
  return stages[MIN (stage, KD_N_STAGES - 1)].icon;
}

KdTone
kd_order_stage_tone (KdStage stage)
{
  return stages[MIN (stage, KD_N_STAGES - 1)].tone;
}

const char *
kd_order_payment_words (int payment)
{
  static const char *const words[] = {
    N_("Unpaid"), N_("Partly paid"), N_("Paid"), N_("Partly refunded"), N_("Refunded"),
  };

  return payment >= 0 && payment < (int) G_N_ELEMENTS (words) ? _(words[payment]) : _("Other");
}

const char *
kd_order_method_words (int method)
{
  static const char *const words[] = { N_("Transfer"), N_("Cash on delivery"), N_("Cash") };

  return method >= 0 && method < (int) G_N_ELEMENTS (words) ? _(words[method]) : _("Other");
}

const char *
kd_order_reason_words (const char *code)
{
  static const struct { const char *code, *words; } reasons[] = {
    { "state.same", N_("It is so already") },
    { "state.final", N_("The order is finished") },
    { "state.not_allowed", N_("Another step comes first") },
    { "order.empty", N_("The order has no items") },
    { "order.on_hold", N_("The order is on hold") },
    { "order.not_placed", N_("The order isn't placed yet") },
    { "order.not_paid", N_("The order isn't paid yet") },
    { "order.not_delivered", N_("The order isn't delivered yet") },
    { "order.shipped", N_("The order has been shipped already") },
    { "order.cancelled", N_("The order is cancelled") },
    { "order.done", N_("The order is done") },
    { "order.refunded", N_("The order is refunded") },
    { "stock.confirm", N_("There is not enough stock") },
    { "stock.insufficient", N_("There is not enough stock") },
    { "nothing", N_("Choose an order first") },
    { "paid", N_("The order is paid already") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (reasons[i].code, code) == 0)
      return _(reasons[i].words);
  return NULL;
}

char *
kd_order_money (gint64 minor,
                const char *currency)
{
  char *text = kd_money_format (minor, currency, NULL);

  return text != NULL ? text : g_strdup_printf ("%" G_GINT64_FORMAT, minor);
}

char *
kd_order_when (gint64 at_ms,
               gint64 now_ms)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);

  if (at == NULL || now == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (at) != g_date_time_get_year (now))
    return g_date_time_format (at, _("%-d %b %Y"));
  return g_date_time_format (at, g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now) ? _("%H:%M") : _("%-d %b"));
}

char *
kd_order_time (gint64 at_ms)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_ms / 1000);

  return at != NULL ? g_date_time_format (at, _("%-d %b %Y, %H:%M")) : g_strdup ("");
}
