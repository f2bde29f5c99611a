/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-private.h"
#include "kd-kind-private.h"
#include "kd-rows-need.h"

#include <string.h>

static gboolean
is_blank (const char *text)
{
  for (const char *c = text != NULL ? text : ""; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);
      if (!g_unichar_isspace (u) && !g_unichar_iszerowidth (u))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_text (const char *text,
            gboolean required,
            KdOutcome *outcome)
{
  gsize n = text != NULL ? strlen (text) : 0;

  if (n > KD_LONG_TEXT_MAX)
    {
      kd_outcome_add (outcome, "limit", g_variant_new_int64 (KD_LONG_TEXT_MAX));
      return kd_outcome_refuse (outcome, "message.too_long");
    }
  if (required && is_blank (text))
    return kd_outcome_refuse (outcome, "message.empty");
  return TRUE;
}

gboolean
kd_message_check_body (int body,
                       const char *text,
                       const KdId *product,
                       const KdId *order,
                       const KdId *media,
                       KdOutcome *outcome)
{
  const char *missing = NULL;

  switch (body)
    {
    case KD_BODY_TEXT:
      break;
    case KD_BODY_PRODUCT:
      missing = kd_id_is_none (product) ? "product" : NULL;
      break;
    case KD_BODY_ORDER:
      missing = order == NULL || kd_id_is_none (order) ? "order" : NULL;
      break;
    case KD_BODY_IMAGE:
      missing = kd_id_is_none (media) ? "media" : NULL;
      break;
    default:
      missing = "body";
    }
  if (missing != NULL)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", missing);
  return check_text (text, body == KD_BODY_TEXT, outcome);
}

gboolean
kd_message_check_links (KdRows *rows,
                        const KdContext *ctx,
                        const KdMessage *message,
                        KdOutcome *outcome)
{
  const KdMessage *answered = (const KdMessage *) kd_rows_get (rows, &kd_kind_message, &message->reply_to);
  const KdMedia *media;

  if (answered != NULL && !kd_id_equal (&answered->conversation, &message->conversation))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "reply_to");
  if (kd_id_is_none (&message->media))
    return TRUE;
  media = (const KdMedia *) kd_rows_need (rows, ctx, &kd_kind_media, &message->media, outcome);
  if (media == NULL)
    return FALSE;
  if (!kd_id_equal (&media->message, &message->parent.id))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "media");
  return TRUE;
}

/* Our own page needs nobody else to deliver; other channels are jobs of the server. */
static int
delivery_of (const KdContext *ctx,
             int channel)
{
  return ctx->side == KD_SIDE_SERVER && channel <= KD_CHANNEL_COUNTER ? KD_DELIVERY_SENT
                                                                       : KD_DELIVERY_QUEUED;
}

KdMessage *
kd_message_new (const KdContext *ctx,
                const KdId *id,
                const KdConversation *conversation,
                KdDirection direction,
                const char *text)
{
  KdMessage *message = (KdMessage *) kd_record_new (&kd_kind_message);

  message->parent.id = *id;
  message->conversation = conversation->parent.id;
  message->direction = direction;
  message->author = ctx->actor.id;
  message->text = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  message->at = message->received = ctx->accepted;
  message->delivery = delivery_of (ctx, conversation->channel);
  message->op = ctx->op;
  return message;
}

void
kd_message_put (KdRows *rows,
                KdConversation *conversation,
                KdMessage *message)
{
  const KdRecord *before = kd_rows_get (rows, &kd_kind_conversation, &conversation->parent.id);

  conversation->last_at = MAX (conversation->last_at, message->at);
  if (message->direction == KD_MESSAGE_IN)
    conversation->last_in = MAX (conversation->last_in, message->received);
  if (message->direction == KD_MESSAGE_IN || message->direction == KD_MESSAGE_OUT)
    conversation->state = KD_CONVERSATION_OPEN;
  kd_rows_put (rows, &message->parent);
  kd_rows_put_changed (rows, before, &conversation->parent);
}

/* message.send {id, conversation, text, body, product?, order?, media?, reply_to?}
 * An answer of the shop, or a card or picture. Reopens a resolved conversation. */

static gboolean
send_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdMessageSendArgs *args = data;
  g_autoptr (KdRecord) conversation = NULL;
  g_autoptr (KdRecord) record = NULL;
  KdMessage *message;

  if (!kd_rows_new_id (rows, &kd_kind_message, &args->id, outcome)
      || !kd_message_check_body (args->body, args->text, &args->product, &args->order, &args->media, outcome))
    return FALSE;
  conversation = (KdRecord *) kd_chat_edit_conversation (rows, ctx, &args->conversation, outcome);
  if (conversation == NULL)
    return FALSE;
  message = kd_message_new (ctx, &args->id, (KdConversation *) conversation, KD_MESSAGE_OUT, args->text);
  record = &message->parent;
  message->body = args->body;
  message->product = args->product;
  message->order = args->order;
  message->media = args->media;
  message->reply_to = args->reply_to;
  if (!kd_message_check_links (rows, ctx, message, outcome))
    return FALSE;
  kd_message_put (rows, (KdConversation *) g_steal_pointer (&conversation),
               (KdMessage *) g_steal_pointer (&record));
  return TRUE;
}

static void
send_summary (const KdMutation *m,
              gconstpointer data,
              KdSummary *summary)
{
  summary->values[0] = g_strdup (((const KdMessageSendArgs *) data)->text);
}

#define KD_STRUCT KdMessageSendArgs
static const KdField send_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, conversation, REF, .ref = 17, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, text, TEXT, .flags = KD_FIELD_MULTILINE, .max = KD_MESSAGE_ARG_MAX),
  KD_ARG (4, body, ENUM, .values = kd_names_body),
  KD_ARG (5, product, REF, .ref = 3),
  KD_ARG (6, order, REF, .ref = 19),
  KD_ARG (7, media, REF, .ref = 14),
  KD_ARG (8, reply_to, REF, .ref = 18),
};
#undef KD_STRUCT
KD_ARGS (send_args, "message.send", KdMessageSendArgs, send_fields);

const KdMutation kd_message_send = {
  .name = "message.send",
  .version = 1,
  .args = &send_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .apply = send_apply,
  .summary = send_summary,
};

/* message.note {id, conversation, text}
 * A private note: no buyer ever sees it, and it leaves the conversation's state alone. */

static gboolean
note_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdMessageNoteArgs *args = data;
  KdConversation *conversation;

  if (!kd_rows_new_id (rows, &kd_kind_message, &args->id, outcome)
      || !check_text (args->text, TRUE, outcome))
    return FALSE;
  conversation = kd_chat_edit_conversation (rows, ctx, &args->conversation, outcome);
  if (conversation == NULL)
    return FALSE;
  kd_message_put (rows, conversation,
               kd_message_new (ctx, &args->id, conversation, KD_MESSAGE_NOTE, args->text));
  return TRUE;
}

static void
note_summary (const KdMutation *m,
              gconstpointer data,
              KdSummary *summary)
{
  summary->values[0] = g_strdup (((const KdMessageNoteArgs *) data)->text);
}

#define KD_STRUCT KdMessageNoteArgs
static const KdField note_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, conversation, REF, .ref = 17, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, text, TEXT, .flags = KD_FIELD_MULTILINE, .max = KD_MESSAGE_ARG_MAX),
};
#undef KD_STRUCT
KD_ARGS (note_args, "message.note", KdMessageNoteArgs, note_fields);

const KdMutation kd_message_note = {
  .name = "message.note",
  .version = 1,
  .args = &note_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .apply = note_apply,
  .summary = note_summary,
};
