/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* What an order is begun with: all may be empty. */
typedef struct
{
  KdId contact, conversation;
  KdId product;           /* what the talk was about */
  const char *name, *phone, *address;
} KdOrderBegin;

/* The order was made. */
typedef void (*KdOrderMadeFunc) (KdSession *session, const KdId *order, gpointer data);

/**
 * kd_order_editor_present:
 * @begin: (nullable)
 * @made: (nullable): instead of opening the order
 *
 * A new order by hand: who, what, how many. It becomes a draft, which the shop places or the buyer
 * confirms.
 */
void kd_order_editor_present (GtkWidget *parent, KdSession *session, const KdOrderBegin *begin,
                              KdOrderMadeFunc made, gpointer data, GDestroyNotify destroy);

/* Courier and tracking number of what is shipped now. */
void kd_order_ship_present (GtkWidget *parent, KdSession *session, const KdOrder *order);

/* Money that came in. @due: minor units still to pay */
void kd_order_payment_present (GtkWidget *parent, KdSession *session, const KdOrder *order, gint64 due);

G_END_DECLS
