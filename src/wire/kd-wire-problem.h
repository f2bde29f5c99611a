/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation.h"
#include "kd-wire-message.h"

G_BEGIN_DECLS

#define KD_PROBLEM_MEDIA_TYPE "application/problem+json"
#define KD_PROBLEM_MAX_BYTES 65536

/**
 * KdProblem:
 *
 * A refusal (RFC 9457) with what each code of ours adds. The words are for people who read logs;
 * programs go by `code`.
 */
typedef struct
{
  char *type;        /* (nullable): a URI; "about:blank" where absent */
  char *title;       /* (nullable) */
  char *detail;      /* (nullable) */
  gint64 status;     /* of HTTP */
  char *code;        /* "gap", "fork", "resync", "bad_field", ... */
  char *field;       /* (nullable): path of the field */
  char *reason;      /* (nullable): code of what is wrong with it */
  KdId row;
  char *why;         /* resync: "rollback", "horizon", "scope" */
  gint64 last;       /* gap: last number taken */
  gint64 head;       /* resync: the witness to go on with */
  KdMark mark;
  KdId epoch;
  gint64 now;
  char *address, *fingerprint; /* moved */
  KdId server_id;
  gboolean wipe;     /* device_revoked */
  KdId request;      /* the request that a signed answer belongs to */
  char *signature;   /* (nullable): hex, where the answer is signed */
  char *values;      /* (nullable): JSON object with everything else, e.g. an outcome's detail */
} KdProblem;

KdProblem *kd_problem_new (guint status,
                           const char *code);
void kd_problem_free (KdProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdProblem, kd_problem_free)

char *kd_problem_to_json (const KdProblem *problem,
                          gsize *ret_len) G_GNUC_WARN_UNUSED_RESULT;

/* An object without `code` is none of ours: an error. */
KdProblem *kd_problem_parse (const char *text,
                             gssize len,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* 400 with "bad_json" or "bad_field", and where. */
KdProblem *kd_problem_from_error (const GError *error);

/**
 * kd_outcome_detail_to_json:
 *
 * The outcome's detail as a canonical JSON object; %NULL where there is none. The outcome stays as
 * it is (its dictionary may be another object afterwards).
 */
char *kd_outcome_detail_to_json (KdOutcome *outcome) G_GNUC_WARN_UNUSED_RESULT;

/* @json: (nullable): an object; whatever else is passed over */
GVariantDict *kd_outcome_detail_parse (const char *json) G_GNUC_WARN_UNUSED_RESULT;

/**
 * KdLiveHead:
 *
 * The one frame of the live socket that sync needs: {"t":"head","shop","seq","epoch"}.
 */
typedef struct
{
  KdId shop;
  gint64 seq;
  KdId epoch;
} KdLiveHead;

#define KD_LIVE_MAX_BYTES 4096
#define KD_LIVE_HEAD "head"

char *kd_live_head_to_json (const KdLiveHead *head) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_live_parse:
 * @ret_type: (out) (transfer full): the frame's `t`
 * @ret_head: (out): filled where that is %KD_LIVE_HEAD
 */
gboolean kd_live_parse (const char *text,
                        gssize len,
                        char **ret_type,
                        KdLiveHead *ret_head,
                        GError **error);

G_END_DECLS
