/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-pane.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* Orders: tabs with counts, the list, and the order that is chosen. */
#define KD_TYPE_ORDERS_PANE (kd_orders_pane_get_type ())
G_DECLARE_FINAL_TYPE (KdOrdersPane, kd_orders_pane, KD, ORDERS_PANE, KdPane)

GtkWidget *kd_orders_pane_new (KdSession *session);

G_END_DECLS
