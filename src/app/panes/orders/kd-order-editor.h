/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* A new order by hand: who, what, how many. */
void kd_order_editor_present (GtkWidget *parent, KdSession *session);

/* Courier and tracking number of what is shipped now. */
void kd_order_ship_present (GtkWidget *parent, KdSession *session, const KdOrder *order);

/* Money that came in. @due: minor units still to pay */
void kd_order_payment_present (GtkWidget *parent, KdSession *session, const KdOrder *order, gint64 due);

G_END_DECLS
