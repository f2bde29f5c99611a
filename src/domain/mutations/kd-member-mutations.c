/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"
#include "kd-member-rights.h"
#include "kd-rows-need.h"
#include "kd-shop-private.h"

/* Who is in the shop, and as what. Nobody gives more than they hold, touches somebody above them
 * or changes what they are themselves; the last owner stays. Smaller roles hold more. */

/* The server's own work (sign-up, administration) stands above roles. */
static gboolean
is_server (const KdContext *ctx)
{
  return ctx->actor.origin == KD_ORIGIN_JOB;
}

static gboolean
may_give_role (const KdContext *ctx,
               int role,
               KdOutcome *outcome)
{
  if (!kd_role_is_known (role))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "role");
  if (!is_server (ctx) && role < (int) ctx->actor.role)
    return kd_outcome_refuse (outcome, "member.above");
  return TRUE;
}

static gboolean
may_touch (KdRows *rows,
           const KdContext *ctx,
           const KdId *id,
           KdOutcome *outcome)
{
  const KdMember *member = (const KdMember *) kd_rows_get (rows, &kd_kind_member, id);

  if (is_server (ctx))
    return TRUE;
  if (kd_id_equal (id, &ctx->actor.id))
    return kd_outcome_refuse (outcome, "member.self");
  if (member != NULL && member->role < (int) ctx->actor.role)
    return kd_outcome_refuse (outcome, "member.above");
  return TRUE;
}

/* (transfer full) (nullable): a copy of a member who is still in the shop */
static KdMember *
edit_member (KdRows *rows,
             const KdContext *ctx,
             const KdId *id,
             KdOutcome *outcome)
{
  const KdRecord *before = kd_rows_need (rows, ctx, &kd_kind_member, id, outcome);

  if (before == NULL)
    return NULL;
  if (((const KdMember *) before)->removed)
    {
      kd_outcome_refuse (outcome, "member.removed");
      return NULL;
    }
  return (KdMember *) kd_record_copy (before);
}

static gboolean
put_member (KdRows *rows,
            KdMember *member)
{
  kd_rows_put_changed (rows, kd_rows_get (rows, &kd_kind_member, &member->parent.id), &member->parent);
  return TRUE;
}

static gboolean
is_last_owner (KdRows *rows,
               const KdMember *member)
{
  g_autoptr (KdRecord) like = kd_record_new (&kd_kind_member);
  g_autoptr (GPtrArray) owners = NULL;

  if (member->role != KD_ROLE_OWNER)
    return FALSE;
  ((KdMember *) like)->role = KD_ROLE_OWNER;
  owners = kd_rows_scan (rows, &kd_kind_member, "role", like, 1, 0);
  for (guint i = 0; i < owners->len; i++)
    {
      const KdMember *other = g_ptr_array_index (owners, i);
      if (!other->removed && !kd_id_equal (&other->parent.id, &member->parent.id))
        return FALSE;
    }
  return TRUE;
}

/* member.invite {id, name, role}
 * Makes a user a member; somebody who was removed comes back without former grants. */

static gboolean
invite_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdMemberInviteArgs *args = data;

  return may_give_role (ctx, args->role, outcome) && may_touch (rows, ctx, &args->id, outcome);
}

static gboolean
invite_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdMemberInviteArgs *args = data;
  const KdMember *before = (const KdMember *) kd_rows_get (rows, &kd_kind_member, &args->id);
  KdMember *member;

  if (before != NULL && !before->removed)
    return kd_outcome_refuse (outcome, "member.exists");
  if (before == NULL)
    {
      member = (KdMember *) kd_record_new (&kd_kind_member);
      member->parent.id = args->id;
    }
  else
    member = (KdMember *) kd_record_copy (&before->parent);
  g_free (member->name);
  member->name = g_strdup (args->name);
  member->role = args->role;
  g_clear_pointer (&member->grants, g_strfreev);
  member->removed = FALSE;
  return put_member (rows, member);
}

static void
invite_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  KdCall *call = kd_call_new (&kd_member_remove);

  ((KdMemberRemoveArgs *) call->args)->id = ((const KdMemberInviteArgs *) data)->id;
  g_ptr_array_add (calls, call);
}

static void
invite_summary (const KdMutation *m,
                gconstpointer data,
                KdSummary *summary)
{
  const KdMemberInviteArgs *args = data;

  summary->values[0] = g_strdup (args->name);
  if (kd_role_is_known (args->role))
    summary->values[1] = g_strdup (kd_names_role[args->role]);
}

#define KD_STRUCT KdMemberInviteArgs
static const KdField invite_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_ARG (3, role, ENUM, .values = kd_names_role),
};
#undef KD_STRUCT
KD_ARGS (invite_args, "member.invite", KdMemberInviteArgs, invite_fields);

const KdMutation kd_member_invite = {
  .name = "member.invite",
  .version = 1,
  .args = &invite_args,
  .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGIN_DEVICE | KD_ORIGIN_JOB,
  .may = invite_may,
  .apply = invite_apply,
  .inverse = invite_inverse,
  .summary = invite_summary,
};

/* member.set_role {id, role} */

static gboolean
role_may (const KdMutation *m,
          KdRows *rows,
          const KdContext *ctx,
          gconstpointer data,
          KdOutcome *outcome)
{
  const KdMemberRoleArgs *args = data;

  return may_give_role (ctx, args->role, outcome) && may_touch (rows, ctx, &args->id, outcome);
}

static gboolean
role_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdMemberRoleArgs *args = data;
  g_autoptr (KdRecord) record = (KdRecord *) edit_member (rows, ctx, &args->id, outcome);
  KdMember *member = (KdMember *) record;

  if (member == NULL)
    return FALSE;
  if (args->role != KD_ROLE_OWNER && is_last_owner (rows, member))
    return kd_outcome_refuse (outcome, "member.last_owner");
  member->role = args->role;
  record = NULL;
  return put_member (rows, member);
}

static void
role_inverse (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              GPtrArray *calls)
{
  const KdMemberRoleArgs *args = data;
  const KdMember *before = (const KdMember *) kd_rows_get (rows, &kd_kind_member, &args->id);
  KdCall *call;

  if (before == NULL || before->role == args->role)
    return;
  call = kd_call_new (m);
  *(KdMemberRoleArgs *) call->args = (KdMemberRoleArgs){ args->id, before->role };
  g_ptr_array_add (calls, call);
}

static void
role_summary (const KdMutation *m,
              gconstpointer data,
              KdSummary *summary)
{
  const KdMemberRoleArgs *args = data;

  if (kd_role_is_known (args->role))
    summary->values[0] = g_strdup (kd_names_role[args->role]);
}

#define KD_STRUCT KdMemberRoleArgs
static const KdField role_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, role, ENUM, .values = kd_names_role),
};
#undef KD_STRUCT
KD_ARGS (role_args, "member.set_role", KdMemberRoleArgs, role_fields);

const KdMutation kd_member_set_role = {
  .name = "member.set_role",
  .version = 1,
  .args = &role_args,
  .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGIN_DEVICE | KD_ORIGIN_JOB,
  .may = role_may,
  .apply = role_apply,
  .inverse = role_inverse,
  .summary = role_summary,
};

/* member.grant {id, grant, given}
 * Gives or takes a scope beyond the role's. */

static gboolean
grant_may (const KdMutation *m,
           KdRows *rows,
           const KdContext *ctx,
           gconstpointer data,
           KdOutcome *outcome)
{
  const KdMemberGrantArgs *args = data;
  KdScopes scopes = args->grant != NULL ? kd_grant_get_scopes (args->grant) : 0;

  if (scopes == 0)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "grant");
  if (!is_server (ctx) && (scopes & ~ctx->actor.scopes) != 0)
    return kd_outcome_refuse (outcome, "member.above");
  return may_touch (rows, ctx, &args->id, outcome);
}

static char **
with_grant (char **grants,
            const char *grant,
            gboolean given)
{
  const char *const one[] = { grant, NULL };
  char *none[] = { NULL };

  return given ? kd_text_set_merge (grants, none, (char **) one)
               : kd_text_set_merge (grants, (char **) one, none);
}

static gboolean
grant_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdMemberGrantArgs *args = data;
  KdMember *member = edit_member (rows, ctx, &args->id, outcome);
  char **grants;

  if (member == NULL)
    return FALSE;
  grants = with_grant (member->grants, args->grant, args->given);
  g_strfreev (member->grants);
  member->grants = grants;
  return put_member (rows, member);
}

static void
grant_inverse (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               GPtrArray *calls)
{
  const KdMemberGrantArgs *args = data;
  const KdMember *before = (const KdMember *) kd_rows_get (rows, &kd_kind_member, &args->id);
  KdCall *call;

  if (before == NULL || kd_text_set_has (before->grants, args->grant) == !!args->given)
    return;
  call = kd_call_new (m);
  *(KdMemberGrantArgs *) call->args
    = (KdMemberGrantArgs){ args->id, g_strdup (args->grant), !args->given };
  g_ptr_array_add (calls, call);
}

static void
grant_summary (const KdMutation *m,
               gconstpointer data,
               KdSummary *summary)
{
  const KdMemberGrantArgs *args = data;

  summary->key = args->given ? "member.grant.given" : "member.grant.taken";
  summary->values[0] = g_strdup (args->grant);
}

#define KD_STRUCT KdMemberGrantArgs
static const KdField grant_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, grant, TEXT, .flags = KD_FIELD_REQUIRED, .max = 40),
  KD_ARG (3, given, BOOL),
};
#undef KD_STRUCT
KD_ARGS (grant_args, "member.grant", KdMemberGrantArgs, grant_fields);

const KdMutation kd_member_grant = {
  .name = "member.grant",
  .version = 1,
  .args = &grant_args,
  .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGIN_DEVICE | KD_ORIGIN_JOB,
  .may = grant_may,
  .apply = grant_apply,
  .inverse = grant_inverse,
  .summary = grant_summary,
};

/* member.remove {id}
 * The row stays, so that the history keeps its names. */

static gboolean
remove_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  return may_touch (rows, ctx, &((const KdMemberRemoveArgs *) data)->id, outcome);
}

static gboolean
remove_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdMemberRemoveArgs *args = data;
  const KdMember *before
    = (const KdMember *) kd_rows_need (rows, ctx, &kd_kind_member, &args->id, outcome);
  KdMember *member;

  if (before == NULL)
    return FALSE;
  if (before->removed)
    return TRUE;
  if (is_last_owner (rows, before))
    return kd_outcome_refuse (outcome, "member.last_owner");
  member = (KdMember *) kd_record_copy (&before->parent);
  member->removed = TRUE;
  return put_member (rows, member);
}

static void
remove_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdMemberRemoveArgs *args = data;
  const KdMember *before = (const KdMember *) kd_rows_get (rows, &kd_kind_member, &args->id);
  KdCall *call;

  if (before == NULL || before->removed)
    return;
  call = kd_call_new (&kd_member_invite);
  *(KdMemberInviteArgs *) call->args
    = (KdMemberInviteArgs){ args->id, g_strdup (before->name), before->role };
  g_ptr_array_add (calls, call);
  for (guint i = 0; before->grants != NULL && before->grants[i] != NULL; i++)
    {
      call = kd_call_new (&kd_member_grant);
      *(KdMemberGrantArgs *) call->args
        = (KdMemberGrantArgs){ args->id, g_strdup (before->grants[i]), TRUE };
      g_ptr_array_add (calls, call);
    }
}

#define KD_STRUCT KdMemberRemoveArgs
static const KdField remove_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (remove_args, "member.remove", KdMemberRemoveArgs, remove_fields);

const KdMutation kd_member_remove = {
  .name = "member.remove",
  .version = 1,
  .args = &remove_args,
  .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGIN_DEVICE | KD_ORIGIN_JOB,
  .may = remove_may,
  .apply = remove_apply,
  .inverse = remove_inverse,
};
