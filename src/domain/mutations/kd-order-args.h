/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* The arguments of the mutations of orders, carts and payments. */

#define KD_ORDER_LINES_MAX 200

/* One line as somebody wants it. */
typedef struct
{
  KdId line;                /* order.set_lines: the line that stays; none: a new one */
  KdId variant;             /* none: something that isn't in the catalog, with name and price */
  char *name;               /* what it is called; empty: as its product */
  gint64 quantity;
  gint64 price;             /* of one; KD_EMPTY: as it stands on the line, else in the catalog */
} KdOrderLineArgs;

/* One line as it was on the screen. */
typedef struct
{
  KdId line;
  gint64 price, quantity;
} KdLineSeenArgs;

/* Appends an item with default values, making the list if there is none. (transfer none) */
KdOrderLineArgs *kd_order_line_args_add (GPtrArray **lines);
KdLineSeenArgs *kd_line_seen_args_add (GPtrArray **lines_seen);

/* order.create */
typedef struct
{
  KdId id;
  char *token;              /* 32 hex digits, random */
  char *alias;              /* "<device letter>-<counter>" */
  KdId contact, conversation, location;
  char *name, *phone, *address, *note;
  int method;               /* KdPayMethod */
  gint64 shipping_fee;
  GPtrArray *lines;         /* of KdOrderLineArgs */
  gboolean place;
  gboolean beyond_stock;    /* the seller was asked and wants it */
} KdOrderCreateArgs;

/* order.set_lines */
typedef struct
{
  KdId id;
  GPtrArray *lines;         /* of KdOrderLineArgs */
  GPtrArray *lines_seen;    /* of KdLineSeenArgs */
} KdOrderLinesArgs;

/* order.discard */
typedef struct
{
  KdId id;
} KdOrderDiscardArgs;

/* order.place, order.confirm */
typedef struct
{
  KdId id;
  char *token;
  char *alias;
  GPtrArray *lines_seen;    /* of KdLineSeenArgs */
  char *name, *phone, *address, *note;
  int method;
  gboolean beyond_stock;
} KdOrderPlaceArgs;

/* order.transition */
typedef struct
{
  KdId id;
  int machine;              /* KdMachine */
  char *to, *seen_state;    /* names of states of that machine */
  char *reason, *courier, *tracking;
  gboolean beyond_stock;
} KdOrderTransitionArgs;

/* order.update */
typedef struct
{
  KdId id;
  KdPartial *set, *base;    /* of order */
  gboolean only_if_base;
} KdOrderUpdateArgs;

/* cart.set_line */
typedef struct
{
  KdId order;
  char *token;
  KdId variant;
  gint64 quantity;          /* 0: take it out */
  gint64 price_seen;
} KdCartLineArgs;

/* payment.record */
typedef struct
{
  KdId id, order;
  gint64 amount;            /* negative: money given back */
  int method;
  char *reference;
  KdId reverses;            /* the payment that this one corrects */
} KdPaymentRecordArgs;

G_END_DECLS
