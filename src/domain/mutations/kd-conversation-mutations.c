/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-private.h"
#include "kd-kind-private.h"
#include "kd-rows-need.h"

gboolean
kd_chat_may (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer args,
             KdOutcome *outcome)
{
  if (ctx->actor.origin != KD_ORIGIN_JOB && (ctx->actor.scopes >> KD_SCOPE_CHAT & 1) == 0)
    return kd_outcome_refuse (outcome, "scope");
  return TRUE;
}

KdConversation *
kd_chat_edit_conversation (KdRows *rows,
                           const KdContext *ctx,
                           const KdId *id,
                           KdOutcome *outcome)
{
  return (KdConversation *) kd_record_copy (kd_rows_need (rows, ctx, &kd_kind_conversation, id, outcome));
}

/* Takes the copy; writes it if anything changed. */
static gboolean
put_conversation (KdRows *rows,
                  KdConversation *conversation)
{
  kd_rows_put_changed (rows, kd_rows_get (rows, &kd_kind_conversation, &conversation->parent.id),
                       &conversation->parent);
  return TRUE;
}

/* conversation.start {id, contact, channel?}
 * Staff opens a thread with a contact who hasn't written yet. */

static gboolean
start_check (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdConversationStartArgs *args = data;
  g_autoptr (KdRecord) like = kd_record_new (&kd_kind_conversation);
  g_autoptr (GPtrArray) found = NULL;

  ((KdConversation *) like)->contact = args->contact;
  found = kd_rows_scan (rows, &kd_kind_conversation, "contact", like, 1, 0);
  for (guint i = 0; i < found->len; i++)
    {
      const KdConversation *other = g_ptr_array_index (found, i);

      if (other->channel != args->channel)
        continue;
      kd_outcome_add_id (outcome, "row", &other->parent.id);
      return kd_outcome_refuse (outcome, "conversation.exists");
    }
  return TRUE;
}

static gboolean
start_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdConversationStartArgs *args = data;
  KdConversation *conversation;

  if (!kd_rows_new_id (rows, &kd_kind_conversation, &args->id, outcome)
      || kd_rows_need (rows, ctx, &kd_kind_contact, &args->contact, outcome) == NULL)
    return FALSE;
  conversation = (KdConversation *) kd_record_new (&kd_kind_conversation);
  conversation->parent.id = args->id;
  conversation->contact = args->contact;
  conversation->channel = args->channel;
  conversation->state = KD_CONVERSATION_OPEN;
  conversation->last_at = ctx->accepted;
  return put_conversation (rows, conversation);
}

#define KD_STRUCT KdConversationStartArgs
static const KdField start_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, contact, REF, .ref = 15, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, channel, ENUM, .values = kd_names_channel),
};
#undef KD_STRUCT
KD_ARGS (start_args, "conversation.start", KdConversationStartArgs, start_fields);

const KdMutation kd_conversation_start = {
  .name = "conversation.start",
  .version = 1,
  .args = &start_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .check = start_check,
  .apply = start_apply,
};

/* conversation.staff_seen {id, received}, conversation.buyer_seen {id, received}
 * The `received` of the newest message that was on the screen: one marker for the whole staff, one
 * for the buyer. Only ever grows, and never beyond now: what comes later is unread. */

#define KD_STRUCT KdConversationSeenArgs
static const KdField seen_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, received, TIME, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (staff_seen_args, "conversation.staff_seen", KdConversationSeenArgs, seen_fields);
KD_ARGS (buyer_seen_args, "conversation.buyer_seen", KdConversationSeenArgs, seen_fields);

static gboolean
seen_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdConversationSeenArgs *args = data;
  KdConversation *conversation = kd_chat_edit_conversation (rows, ctx, &args->id, outcome);
  gint64 *marker;

  if (conversation == NULL)
    return FALSE;
  marker = m == &kd_conversation_buyer_seen ? &conversation->buyer_seen : &conversation->staff_seen;
  *marker = MAX (*marker, MIN (args->received, ctx->accepted));
  return put_conversation (rows, conversation);
}

static gboolean
buyer_seen_may (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                KdOutcome *outcome)
{
  const KdConversationSeenArgs *args = data;
  const KdId *own = ctx->actor.conversation;

  if (ctx->actor.origin == KD_ORIGIN_BUYER && (own == NULL || !kd_id_equal (own, &args->id)))
    return kd_outcome_refuse (outcome, "row.gone");
  return TRUE;
}

const KdMutation kd_conversation_staff_seen = {
  .name = "conversation.staff_seen",
  .version = 1,
  .args = &staff_seen_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .apply = seen_apply,
};

const KdMutation kd_conversation_buyer_seen = {
  .name = "conversation.buyer_seen",
  .version = 1,
  .args = &buyer_seen_args,
  .origins = KD_ORIGIN_BUYER | KD_ORIGIN_HOOK | KD_ORIGIN_JOB,
  .may = buyer_seen_may,
  .apply = seen_apply,
};

/* conversation.set_state {id, state, seen_state}
 * Resolves or reopens. Of two at once the server's order decides. */

static gboolean
state_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdConversationStateArgs *args = data;
  KdConversation *conversation;

  if (args->state > KD_CONVERSATION_RESOLVED)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "state");
  conversation = kd_chat_edit_conversation (rows, ctx, &args->id, outcome);
  if (conversation == NULL)
    return FALSE;
  conversation->state = args->state;
  return put_conversation (rows, conversation);
}

static void
state_inverse (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               GPtrArray *calls)
{
  const KdConversationStateArgs *args = data;
  const KdConversation *before
    = (const KdConversation *) kd_rows_get (rows, &kd_kind_conversation, &args->id);
  KdCall *call;
  KdConversationStateArgs *back;

  if (before == NULL || before->state == args->state)
    return;
  call = kd_call_new (m);
  back = call->args;
  *back = (KdConversationStateArgs){ args->id, before->state, args->state };
  g_ptr_array_add (calls, call);
}

static void
state_summary (const KdMutation *m,
               gconstpointer data,
               KdSummary *summary)
{
  const KdConversationStateArgs *args = data;

  summary->key = args->state == KD_CONVERSATION_RESOLVED ? "conversation.set_state.resolved"
                                                          : "conversation.set_state.open";
}

#define KD_STRUCT KdConversationStateArgs
static const KdField state_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, state, ENUM, .values = kd_names_conversation_state),
  KD_ARG (3, seen_state, ENUM, .values = kd_names_conversation_state),
};
#undef KD_STRUCT
KD_ARGS (state_args, "conversation.set_state", KdConversationStateArgs, state_fields);

const KdMutation kd_conversation_set_state = {
  .name = "conversation.set_state",
  .version = 1,
  .args = &state_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .apply = state_apply,
  .inverse = state_inverse,
  .summary = state_summary,
};

/* conversation.assign {id, member, seen}
 * Claims, hands over (member) or gives back (none). Refused "conversation.taken" if it is no
 * longer whose it was on the screen. */

static gboolean
assign_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdConversationAssignArgs *args = data;
  const KdMember *member = NULL;
  g_autoptr (KdRecord) record = NULL;
  KdConversation *conversation;

  conversation = kd_chat_edit_conversation (rows, ctx, &args->id, outcome);
  if (conversation == NULL)
    return FALSE;
  record = &conversation->parent;
  if (kd_id_equal (&conversation->assignee, &args->member))
    return TRUE;
  if (!kd_id_equal (&conversation->assignee, &args->seen))
    {
      kd_outcome_add_id (outcome, "actor", &conversation->assignee);
      return kd_outcome_refuse (outcome, "conversation.taken");
    }
  if (!kd_id_is_none (&args->member))
    {
      member = (const KdMember *) kd_rows_need (rows, ctx, &kd_kind_member, &args->member, outcome);
      if (member == NULL)
        return FALSE;
      if (member->removed)
        return kd_outcome_refuse (outcome, "member.removed");
    }
  conversation->assignee = args->member;
  record = NULL;
  return put_conversation (rows, conversation);
}

static void
assign_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdConversationAssignArgs *args = data;
  const KdConversation *before
    = (const KdConversation *) kd_rows_get (rows, &kd_kind_conversation, &args->id);
  KdCall *call;
  KdConversationAssignArgs *back;

  if (before == NULL || kd_id_equal (&before->assignee, &args->member))
    return;
  call = kd_call_new (m);
  back = call->args;
  *back = (KdConversationAssignArgs){ args->id, before->assignee, args->member };
  g_ptr_array_add (calls, call);
}

#define KD_STRUCT KdConversationAssignArgs
static const KdField assign_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, member, REF, .ref = 2),
  KD_ARG (3, seen, REF, .ref = 2),
};
#undef KD_STRUCT
KD_ARGS (assign_args, "conversation.assign", KdConversationAssignArgs, assign_fields);

const KdMutation kd_conversation_assign = {
  .name = "conversation.assign",
  .version = 1,
  .args = &assign_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .apply = assign_apply,
  .inverse = assign_inverse,
};

/* conversation.set_labels {id, labels, base}
 * Labels added and removed against `base`; both sides of a meeting are kept. */

static gboolean
labels_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdConversationLabelsArgs *args = data;
  KdConversation *conversation = kd_chat_edit_conversation (rows, ctx, &args->id, outcome);
  char **merged;

  if (conversation == NULL)
    return FALSE;
  merged = kd_text_set_merge (conversation->labels, args->base, args->labels);
  g_strfreev (conversation->labels);
  conversation->labels = merged;
  return put_conversation (rows, conversation);
}

static void
labels_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdConversationLabelsArgs *args = data;
  const KdConversation *before
    = (const KdConversation *) kd_rows_get (rows, &kd_kind_conversation, &args->id);
  KdCall *call;
  KdConversationLabelsArgs *back;

  if (before == NULL)
    return;
  call = kd_call_new (m);
  back = call->args;
  back->id = args->id;
  back->labels = g_strdupv (before->labels);
  back->base = kd_text_set_merge (before->labels, args->base, args->labels);
  g_ptr_array_add (calls, call);
}

#define KD_STRUCT KdConversationLabelsArgs
static const KdField labels_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, labels, TEXT_SET),
  KD_ARG (3, base, TEXT_SET),
};
#undef KD_STRUCT
KD_ARGS (labels_args, "conversation.set_labels", KdConversationLabelsArgs, labels_fields);

const KdMutation kd_conversation_set_labels = {
  .name = "conversation.set_labels",
  .version = 1,
  .args = &labels_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = kd_chat_may,
  .apply = labels_apply,
  .inverse = labels_inverse,
};
