/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-wire-canonical.h"
#include "kd-wire-record.h"

G_BEGIN_DECLS

/* The bodies of KSP/1. Each is read leniently (members of a newer version are passed over) and
 * with exact paths; each is written in name order. */

#define KD_PROTO 1            /* version of the protocol */
#define KD_SCHEMA 1           /* newest schema of kinds and mutations this program knows */

#define KD_PUSH_MAX_MUTATIONS 200
#define KD_PUSH_MAX_BYTES (1024 * 1024)
#define KD_CHANGES_MAX_ROWS 2000
#define KD_CHANGES_MAX_BYTES (1024 * 1024) /* soft: a page ends with the row that passes it */
#define KD_ANSWER_MAX_BYTES (16 * 1024 * 1024)

/* 16 bytes that only the shop's key makes: marks of commits, receipts of results. */
typedef KdId KdMark;

/**
 * KdWitness:
 *
 * The newest head that a client accepted, and its mark: which history it knows. A head of 0 has
 * none.
 */
typedef struct
{
  gint64 head;
  KdMark mark;
} KdWitness;

/* "head.mark", as the query of a pull carries it. */
char *kd_witness_to_text (const KdWitness *witness) G_GNUC_WARN_UNUSED_RESULT;
gboolean kd_witness_parse (const char *text,
                           KdWitness *ret_witness);

/**
 * KdAgain:
 *
 * What a mutation was told the first time, when it goes to a restored server again.
 */
typedef struct
{
  gint64 accepted;
  int status;       /* KdStatus */
  char *detail;     /* (nullable): canonical JSON object */
  KdMark receipt;
} KdAgain;

typedef struct
{
  gint64 no;
  KdId uid;
  KdId op;          /* none: the uid */
  char *name;
  gint64 v;
  gint64 made_at;   /* as the device's clock had it */
  gint64 base_seq;
  char *args;       /* canonical JSON */
  KdAgain *again;   /* (nullable) */
} KdPushMutation;

KdAgain *kd_again_new (void); /* freed with its mutation */
KdPushMutation *kd_push_mutation_new (void);
void kd_push_mutation_free (KdPushMutation *mutation);
KdHash kd_push_mutation_hash (const KdPushMutation *mutation);

typedef struct
{
  gint64 proto, schema;
  KdId device;
  gint64 sealed;    /* highest number the client ever sealed */
  gint64 ack;       /* highest result it has stored */
  gint64 clock;     /* its clock as it sends */
  KdWitness witness;
  GPtrArray *mutations; /* of KdPushMutation */
} KdPush;

KdPush *kd_push_new (void);
void kd_push_free (KdPush *push);
char *kd_push_to_json (const KdPush *push,
                       gsize *ret_len) G_GNUC_WARN_UNUSED_RESULT;
KdPush *kd_push_parse (const char *text,
                       gssize len,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdPush, kd_push_free)

/**
 * KdResult:
 *
 * What became of one mutation of a device.
 */
typedef struct
{
  gint64 no;
  KdId uid;
  int status;       /* KdStatus: KD_APPLIED or KD_REFUSED */
  char *code;       /* (nullable) */
  char *detail;     /* (nullable): canonical JSON object */
  gint64 seq;
  gint64 conflicts;
  gint64 accepted;
  KdMark receipt;
} KdResult;

KdResult *kd_result_new (void);
void kd_result_free (KdResult *result);

typedef struct
{
  gint64 proto, schema;
  gint64 last;      /* number of the last mutation taken */
  KdHash chain;
  gint64 head;
  KdMark mark;
  gint64 now;
  GPtrArray *results; /* of KdResult */
} KdPushAnswer;

KdPushAnswer *kd_push_answer_new (void);
void kd_push_answer_free (KdPushAnswer *answer);
char *kd_push_answer_to_json (const KdPushAnswer *answer,
                              gsize *ret_len) G_GNUC_WARN_UNUSED_RESULT;
KdPushAnswer *kd_push_answer_parse (const char *text,
                                    gssize len,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdPushAnswer, kd_push_answer_free)

G_END_DECLS
