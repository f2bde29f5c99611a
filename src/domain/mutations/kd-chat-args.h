/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* The arguments of the mutations of conversations, messages and contacts. */

/* message.send */
typedef struct
{
  KdId id, conversation;
  char *text;
  int body;                 /* KdBody */
  KdId product, order, media, reply_to;
} KdMessageSendArgs;

/* message.note */
typedef struct
{
  KdId id, conversation;
  char *text;
} KdMessageNoteArgs;

/* message.receive */
typedef struct
{
  KdId id;
  /* by the server, from session or connection */
  int channel;              /* KdChannel */
  char *from;               /* the channel's name for the person */
  KdId conversation, contact;
  gboolean verified;        /* the channel vouches for the handle */
  gint64 sent;              /* the channel's time; 0: now */
  /* by who writes */
  char *name;
  char *text;
  int body;
  KdId product, media, reply_to;
} KdMessageReceiveArgs;

/* conversation.start */
typedef struct
{
  KdId id, contact;
  int channel;
} KdConversationStartArgs;

/* conversation.staff_seen, conversation.buyer_seen */
typedef struct
{
  KdId id;
  gint64 received;
} KdConversationSeenArgs;

/* conversation.set_state */
typedef struct
{
  KdId id;
  int state, seen_state;    /* KdConversationState */
} KdConversationStateArgs;

/* conversation.assign */
typedef struct
{
  KdId id;
  KdId member;              /* none: nobody's */
  KdId seen;                /* whose it was on the screen */
} KdConversationAssignArgs;

/* conversation.set_labels */
typedef struct
{
  KdId id;
  char **labels, **base;
} KdConversationLabelsArgs;

/* contact.verify */
typedef struct
{
  KdId id;
  char *phone;
  gboolean verified;
} KdContactVerifyArgs;

G_END_DECLS
