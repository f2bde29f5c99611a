/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-private.h"
#include "kd-kind-private.h"
#include "kd-rows-need.h"

#include <string.h>

/* An argument may be longer than a message, so that the refusal can say so by its own name. */
#define TEXT_ARG_MAX (4 * KD_LONG_TEXT_MAX)

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

/* What a body of its type cannot be without. */
static gboolean
check_body (int body,
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

/* A message carries its own picture and answers in its own conversation. */
static gboolean
check_links (KdRows *rows,
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

static KdMessage *
new_message (const KdContext *ctx,
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

/* Takes both. */
static void
put_message (KdRows *rows,
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
      || !check_body (args->body, args->text, &args->product, &args->order, &args->media, outcome))
    return FALSE;
  conversation = (KdRecord *) kd_chat_edit_conversation (rows, ctx, &args->conversation, outcome);
  if (conversation == NULL)
    return FALSE;
  message = new_message (ctx, &args->id, (KdConversation *) conversation, KD_MESSAGE_OUT, args->text);
  record = &message->parent;
  message->body = args->body;
  message->product = args->product;
  message->order = args->order;
  message->media = args->media;
  message->reply_to = args->reply_to;
  if (!check_links (rows, ctx, message, outcome))
    return FALSE;
  put_message (rows, (KdConversation *) g_steal_pointer (&conversation),
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
  KD_ARG (3, text, TEXT, .flags = KD_FIELD_MULTILINE, .max = TEXT_ARG_MAX),
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
  put_message (rows, conversation,
               new_message (ctx, &args->id, conversation, KD_MESSAGE_NOTE, args->text));
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
  KD_ARG (3, text, TEXT, .flags = KD_FIELD_MULTILINE, .max = TEXT_ARG_MAX),
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

/* message.receive {id, channel, from, conversation, contact, verified, sent (by the server),
 *                  name?, text, body, product?, media?, reply_to?}
 * What a buyer wrote, on the page or through a channel. Contact, identity and conversation are
 * made where there are none, their ids derived from the uid at "contact", "identity" and
 * "conversation". A page session's own contact and conversation come from the context. */

static gboolean
receive_may (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdMessageReceiveArgs *args = data;
  const KdId *own = ctx->actor.conversation;

  if (ctx->actor.origin != KD_ORIGIN_BUYER)
    return TRUE;
  if (args->channel != KD_CHANNEL_PAGE || args->verified || args->sent != 0)
    return kd_outcome_refuse (outcome, "scope");
  if (!kd_id_is_none (&args->contact) && !kd_id_equal (&args->contact, &ctx->actor.id))
    return kd_outcome_refuse (outcome, "scope");
  if (!kd_id_is_none (&args->conversation) && (own == NULL || !kd_id_equal (&args->conversation, own)))
    return kd_outcome_refuse (outcome, "scope");
  return TRUE;
}

static const KdIdentity *
find_identity (KdRows *rows,
               const KdMessageReceiveArgs *args)
{
  g_autoptr (KdRecord) like = kd_record_new (&kd_kind_identity);
  g_autoptr (GPtrArray) found = NULL;

  if (args->from == NULL || *args->from == '\0')
    return NULL;
  ((KdIdentity *) like)->channel = args->channel;
  ((KdIdentity *) like)->handle = g_strdup (args->from);
  found = kd_rows_scan (rows, &kd_kind_identity, "handle", like, 2, 1);
  return found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
}

/* (transfer full): the writer's contact, new or a copy */
static KdContact *
edit_contact (KdRows *rows,
              const KdContext *ctx,
              const KdMessageReceiveArgs *args,
              const KdIdentity *identity)
{
  const KdId *id = ctx->actor.origin == KD_ORIGIN_BUYER ? &ctx->actor.id : &args->contact;
  const KdRecord *before = kd_rows_get (rows, &kd_kind_contact, id);
  KdContact *contact;

  /* A page session is its cookie's contact alone; a handle names a person only on a channel. */
  if (before == NULL && identity != NULL && ctx->actor.origin != KD_ORIGIN_BUYER)
    before = kd_rows_get (rows, &kd_kind_contact, &identity->contact);
  if (before != NULL)
    contact = (KdContact *) kd_record_copy (before);
  else
    {
      contact = (KdContact *) kd_record_new (&kd_kind_contact);
      contact->parent.id = kd_made_id (ctx, &kd_kind_contact, "contact");
    }
  if (contact->name == NULL && args->name != NULL && *args->name != '\0')
    contact->name = g_strdup (args->name);
  return contact;
}

/* (transfer full): where it belongs, new or a copy */
static KdConversation *
edit_conversation (KdRows *rows,
                   const KdContext *ctx,
                   const KdMessageReceiveArgs *args,
                   const KdId *contact)
{
  gboolean buyer = ctx->actor.origin == KD_ORIGIN_BUYER;
  const KdId *id = buyer ? ctx->actor.conversation : &args->conversation;
  const KdRecord *before = id != NULL ? kd_rows_get (rows, &kd_kind_conversation, id) : NULL;
  KdConversation *conversation;

  if (before == NULL && !buyer)
    {
      g_autoptr (KdRecord) like = kd_record_new (&kd_kind_conversation);
      g_autoptr (GPtrArray) found = NULL;

      ((KdConversation *) like)->contact = *contact;
      found = kd_rows_scan (rows, &kd_kind_conversation, "contact", like, 1, 0);
      for (guint i = 0; i < found->len && before == NULL; i++)
        if (((KdConversation *) g_ptr_array_index (found, i))->channel == args->channel)
          before = g_ptr_array_index (found, i);
    }
  if (before != NULL)
    return (KdConversation *) kd_record_copy (before);
  conversation = (KdConversation *) kd_record_new (&kd_kind_conversation);
  conversation->parent.id = kd_made_id (ctx, &kd_kind_conversation, "conversation");
  conversation->contact = *contact;
  conversation->channel = args->channel;
  conversation->state = KD_CONVERSATION_OPEN;
  return conversation;
}

static void
put_identity (KdRows *rows,
              const KdContext *ctx,
              const KdMessageReceiveArgs *args,
              const KdIdentity *before,
              const KdId *contact)
{
  KdIdentity *identity;

  if (args->from == NULL || *args->from == '\0')
    return;
  if (before != NULL)
    {
      identity = (KdIdentity *) kd_record_copy (&before->parent);
      identity->verified = identity->verified || args->verified;
    }
  else
    {
      identity = (KdIdentity *) kd_record_new (&kd_kind_identity);
      identity->parent.id = kd_made_id (ctx, &kd_kind_identity, "identity");
      identity->contact = *contact;
      identity->channel = args->channel;
      identity->handle = g_strdup (args->from);
      identity->verified = args->verified;
    }
  kd_rows_put_changed (rows, before != NULL ? &before->parent : NULL, &identity->parent);
}

static gboolean
check_received (KdRows *rows,
                const KdContext *ctx,
                const KdMessageReceiveArgs *args,
                KdOutcome *outcome)
{
  const KdProduct *product;

  if (!check_body (args->body, args->text, &args->product, NULL, &args->media, outcome))
    return FALSE;
  if (kd_id_is_none (&args->product) || ctx->actor.origin != KD_ORIGIN_BUYER)
    return TRUE;
  product = (const KdProduct *) kd_rows_get (rows, &kd_kind_product, &args->product);
  if (product == NULL || product->status != KD_PRODUCT_ACTIVE)
    return kd_outcome_refuse (outcome, "product.unavailable");
  return TRUE;
}

static gboolean
receive_apply (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               KdOutcome *outcome)
{
  const KdMessageReceiveArgs *args = data;
  const KdIdentity *identity = find_identity (rows, args);
  g_autoptr (KdRecord) contact = NULL;
  g_autoptr (KdRecord) conversation = NULL;
  g_autoptr (KdRecord) record = NULL;
  KdMessage *message;

  if (!kd_rows_new_id (rows, &kd_kind_message, &args->id, outcome)
      || !check_received (rows, ctx, args, outcome))
    return FALSE;
  contact = (KdRecord *) edit_contact (rows, ctx, args, identity);
  if (((KdContact *) contact)->blocked)
    return kd_outcome_refuse (outcome, "contact.blocked");
  conversation = (KdRecord *) edit_conversation (rows, ctx, args, &contact->id);
  message = new_message (ctx, &args->id, (KdConversation *) conversation, KD_MESSAGE_IN, args->text);
  record = &message->parent;
  message->author = contact->id;
  message->body = args->body;
  message->product = args->product;
  message->media = args->media;
  message->reply_to = args->reply_to;
  message->delivery = KD_DELIVERY_SENT;
  if (args->sent != 0)
    message->at = MIN (args->sent, ctx->accepted);
  if (!check_links (rows, ctx, message, outcome))
    return FALSE;
  put_identity (rows, ctx, args, identity, &contact->id);
  kd_rows_put_changed (rows, kd_rows_get (rows, &kd_kind_contact, &contact->id), contact);
  contact = NULL;
  put_message (rows, (KdConversation *) g_steal_pointer (&conversation),
               (KdMessage *) g_steal_pointer (&record));
  return TRUE;
}

static void
receive_summary (const KdMutation *m,
                 gconstpointer data,
                 KdSummary *summary)
{
  summary->values[0] = g_strdup (((const KdMessageReceiveArgs *) data)->text);
}

#define KD_STRUCT KdMessageReceiveArgs
static const KdField receive_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, channel, ENUM, .values = kd_names_channel, .flags = KD_FIELD_BY_SERVER),
  KD_ARG (3, from, TEXT, .flags = KD_FIELD_BY_SERVER, .max = 120),
  KD_ARG (4, conversation, REF, .ref = 17, .flags = KD_FIELD_BY_SERVER),
  KD_ARG (5, contact, REF, .ref = 15, .flags = KD_FIELD_BY_SERVER),
  KD_ARG (6, verified, BOOL, .flags = KD_FIELD_BY_SERVER),
  KD_ARG (7, sent, TIME, .flags = KD_FIELD_BY_SERVER),
  KD_ARG (8, name, TEXT, .max = 120),
  KD_ARG (9, text, TEXT, .flags = KD_FIELD_MULTILINE, .max = TEXT_ARG_MAX),
  KD_ARG (10, body, ENUM, .values = kd_names_body),
  KD_ARG (11, product, REF, .ref = 3),
  KD_ARG (12, media, REF, .ref = 14),
  KD_ARG (13, reply_to, REF, .ref = 18),
};
#undef KD_STRUCT
KD_ARGS (receive_args, "message.receive", KdMessageReceiveArgs, receive_fields);

const KdMutation kd_message_receive = {
  .name = "message.receive",
  .version = 1,
  .args = &receive_args,
  .origins = KD_ORIGIN_BUYER | KD_ORIGIN_HOOK | KD_ORIGIN_JOB,
  .may = receive_may,
  .apply = receive_apply,
  .summary = receive_summary,
};
