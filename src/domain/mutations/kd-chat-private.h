/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-chat-args.h"
#include "kd-mutation-private.h"

G_BEGIN_DECLS

extern const KdMutation kd_message_send, kd_message_note, kd_message_receive;
extern const KdMutation kd_conversation_start, kd_conversation_staff_seen, kd_conversation_buyer_seen,
  kd_conversation_set_state, kd_conversation_assign, kd_conversation_set_labels;
extern const KdMutation kd_contact_verify;

/* An argument may be longer than a message, so that the refusal can say so by its own name. */
#define KD_MESSAGE_ARG_MAX (4 * KD_LONG_TEXT_MAX)

/**
 * kd_message_check_body:
 * @order: (nullable)
 *
 * What a body of its type cannot be without, and the text: refuses "bad_field", "message.empty" or
 * "message.too_long".
 */
gboolean kd_message_check_body (int body, const char *text, const KdId *product, const KdId *order,
                                const KdId *media, KdOutcome *outcome);
/* A message carries its own picture and answers in its own conversation. */
gboolean kd_message_check_links (KdRows *rows, const KdContext *ctx, const KdMessage *message, KdOutcome *outcome);
KdMessage *kd_message_new (const KdContext *ctx, const KdId *id, const KdConversation *conversation,
                           KdDirection direction, const char *text);
/* Takes both, and writes what the message does to its conversation. */
void kd_message_put (KdRows *rows, KdConversation *conversation, KdMessage *message);

/* may() of what staff does in conversations: the scope chat, from role or grant. */
gboolean kd_chat_may (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);

/* (transfer full) (nullable): a copy to change; refuses "row.gone", or waits where the device
 * doesn't hold it */
KdConversation *kd_chat_edit_conversation (KdRows *rows, const KdContext *ctx, const KdId *id, KdOutcome *outcome);

G_END_DECLS
