/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-chat-private.h"
#include "kd-rows-need.h"

/* contact.verify {id, phone, verified}
 * Staff knows that this number is the contact's: it was typed or checked by a person here. With
 * `verified` unset it is only what somebody typed. */

static gboolean
verify_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdContactVerifyArgs *args = data;
  const KdRecord *before = kd_rows_need (rows, ctx, &kd_kind_contact, &args->id, outcome);
  gboolean empty = args->phone == NULL || *args->phone == '\0';
  KdContact *contact;

  if (before == NULL)
    return FALSE;
  if (empty && args->verified)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "phone");
  contact = (KdContact *) kd_record_copy (before);
  g_free (contact->phone);
  contact->phone = empty ? NULL : g_strdup (args->phone);
  contact->phone_verified = args->verified;
  kd_rows_put_changed (rows, before, &contact->parent);
  return TRUE;
}

static void
verify_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdContactVerifyArgs *args = data;
  const KdContact *before = (const KdContact *) kd_rows_get (rows, &kd_kind_contact, &args->id);
  KdCall *call;
  KdContactVerifyArgs *back;

  if (before == NULL)
    return;
  call = kd_call_new (m);
  back = call->args;
  *back = (KdContactVerifyArgs){ args->id, g_strdup (before->phone), before->phone_verified };
  g_ptr_array_add (calls, call);
}

static void
verify_summary (const KdMutation *m,
                gconstpointer data,
                KdSummary *summary)
{
  summary->values[0] = g_strdup (((const KdContactVerifyArgs *) data)->phone);
}

#define KD_STRUCT KdContactVerifyArgs
static const KdField verify_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, phone, TEXT, .max = 32),
  KD_ARG (3, verified, BOOL),
};
#undef KD_STRUCT
KD_ARGS (verify_args, "contact.verify", KdContactVerifyArgs, verify_fields);

const KdMutation kd_contact_verify = {
  .name = "contact.verify",
  .version = 1,
  .args = &verify_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .apply = verify_apply,
  .inverse = verify_inverse,
  .summary = verify_summary,
};

const KdMutation *const kd_chat_mutations[] = {
  &kd_message_send,
  &kd_message_note,
  &kd_message_receive,
  &kd_conversation_start,
  &kd_conversation_staff_seen,
  &kd_conversation_buyer_seen,
  &kd_conversation_set_state,
  &kd_conversation_assign,
  &kd_conversation_set_labels,
  &kd_contact_verify,
  NULL,
};
