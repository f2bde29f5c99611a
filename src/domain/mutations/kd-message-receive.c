/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-private.h"
#include "kd-kind-private.h"
#include "kd-rows-need.h"

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

  if (!kd_message_check_body (args->body, args->text, &args->product, NULL, &args->media, outcome))
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
  message = kd_message_new (ctx, &args->id, (KdConversation *) conversation, KD_MESSAGE_IN, args->text);
  record = &message->parent;
  message->author = contact->id;
  message->body = args->body;
  message->product = args->product;
  message->media = args->media;
  message->reply_to = args->reply_to;
  message->delivery = KD_DELIVERY_SENT;
  if (args->sent != 0)
    message->at = MIN (args->sent, ctx->accepted);
  if (!kd_message_check_links (rows, ctx, message, outcome))
    return FALSE;
  put_identity (rows, ctx, args, identity, &contact->id);
  kd_rows_put_changed (rows, kd_rows_get (rows, &kd_kind_contact, &contact->id), contact);
  contact = NULL;
  kd_message_put (rows, (KdConversation *) g_steal_pointer (&conversation),
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
  KD_ARG (9, text, TEXT, .flags = KD_FIELD_MULTILINE, .max = KD_MESSAGE_ARG_MAX),
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
