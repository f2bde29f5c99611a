/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-chat-args.h"
#include "kd-mutation-private.h"

G_BEGIN_DECLS

extern const KdMutation kd_message_send, kd_message_note, kd_message_receive;
extern const KdMutation kd_conversation_start, kd_conversation_staff_seen, kd_conversation_buyer_seen,
  kd_conversation_set_state, kd_conversation_assign, kd_conversation_set_labels;
extern const KdMutation kd_contact_verify;

/* may() of what staff does in conversations: the scope chat, from role or grant. */
gboolean kd_chat_may (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);

/* (transfer full) (nullable): a copy to change; refuses "row.gone", or waits where the device
 * doesn't hold it */
KdConversation *kd_chat_edit_conversation (KdRows *rows, const KdContext *ctx, const KdId *id, KdOutcome *outcome);

G_END_DECLS
