/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-open-record.h"
#include "kd-order-totals.h"
#include "kd-page.h"

G_BEGIN_DECLS

/* One order: its items and money, what can be done with it now, and what has happened. */
#define KD_TYPE_ORDER_PAGE (kd_order_page_get_type ())
G_DECLARE_FINAL_TYPE (KdOrderPage, kd_order_page, KD, ORDER_PAGE, KdPage)

/* back: (nullable) (transfer floating): the button that leads back, for the head of the page */
GtkWidget *kd_order_page_new (KdSession *session,
                              GtkWidget *back);

/* For its commands. */
KdSession *kd_order_page_get_session (KdOrderPage *self);
/* (nullable): what is shown, once it was read */
const KdOrderDetail *kd_order_page_get_detail (KdOrderPage *self);
const KdOrderTotals *kd_order_page_get_totals (KdOrderPage *self);
/* kd-order-commands.c */
const KdCommand *kd_order_command_table (unsigned *ret_n);

G_END_DECLS
