/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-order-machine.h"
#include "kd-quantity-words.h"
#include "kd-tone.h"

G_BEGIN_DECLS

/* Words of orders, translated. */
const char *kd_order_stage_words (KdStage stage);
const char *kd_order_stage_icon (KdStage stage);
KdTone kd_order_stage_tone (KdStage stage);
const char *kd_order_payment_words (int payment);
const char *kd_order_method_words (int method);
/* Why something can't be done now. */
const char *kd_order_reason_words (const char *code);
char *kd_order_money (gint64 minor, const char *currency);
char *kd_order_time (gint64 at_ms);
/* As short as it goes in a list: the hour today, else the day. */
char *kd_order_when (gint64 at_ms, gint64 now_ms);

G_END_DECLS
