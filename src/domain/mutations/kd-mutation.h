/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-rows.h"

G_BEGIN_DECLS

/* A mutation is a named, versioned change, described once: who may make it, its arguments, what it
 * does to the rows, how it is taken back. The same handler runs on the desktop at once and on the
 * server, which is the truth. No clock, no randomness, no I/O besides KdRows. */

typedef enum
{
  KD_SIDE_DEVICE = 0, /* own waiting values stand; no conflict, merge, suffix or task is written */
  KD_SIDE_SERVER,
} KdSide;

typedef enum
{
  KD_ORIGIN_DEVICE = 1 << 0,
  KD_ORIGIN_BUYER = 1 << 1,
  KD_ORIGIN_KEY = 1 << 2,
  KD_ORIGIN_HOOK = 1 << 3,
  KD_ORIGIN_JOB = 1 << 4,
} KdOrigin;
#define KD_ORIGINS_STAFF (KD_ORIGIN_DEVICE | KD_ORIGIN_KEY)
#define KD_ORIGINS_ALL 0x1fu

typedef enum
{
  KD_ACTOR_MEMBER = 0,
  KD_ACTOR_CONTACT,
  KD_ACTOR_KEY,
  KD_ACTOR_JOB,
  KD_ACTOR_CONNECTOR,
} KdActorType;

typedef struct
{
  KdActorType type;
  KdId id;                /* member: the user id; contact: the buyer's contact, none before it exists */
  KdOrigin origin;
  KdRole role;            /* of a member */
  KdScopes scopes;        /* what this actor may read */
  const char *letter;     /* (nullable): the pushing device's letter */
  const KdId *conversation; /* (nullable): a buyer session's own conversation */
} KdActor;

typedef struct
{
  KdActor actor;
  KdId uid;               /* of this mutation */
  KdId op;                /* stored form of the operation: kd_op_stored() */
  KdId op_named;          /* the operation as the device named it */
  gint64 made;            /* when the device says it was made, ms */
  gint64 edited;          /* made, clamped (SYNC 4.9), ms */
  gint64 accepted;        /* server: strictly increasing per mutation; device: the time made */
  gint64 base_seq;        /* the sequence the edit was based on, 0 if unknown */
  KdSide side;
  /* (nullable): when a conflict-checked field was last edited and by whom; only on the server. */
  gboolean (*last_edit) (gpointer data, const KdKind *kind, const KdId *id, guint field,
                         gint64 *ret_edited, KdId *ret_uid, KdId *ret_actor);
  gpointer last_edit_data;
  const char *currency;   /* the shop's, e.g. "IDR" */
} KdContext;

typedef enum
{
  KD_APPLIED = 0,
  KD_REFUSED,   /* the rows are as before; `code` says why */
  KD_WAITS,     /* needs a row this device doesn't hold; shown as waiting */
} KdStatus;

/**
 * KdOutcome:
 *
 * What became of a mutation. @detail holds what a person needs to understand @code: names such as
 * "field", "row", "state", "actor", "available", and "left" and "refused" (arrays of problems).
 */
typedef struct
{
  KdStatus status;
  char *code;             /* (owned) (nullable): stable, e.g. "stock.insufficient" */
  GVariantDict *detail;   /* (owned) (nullable) */
  guint conflicts;        /* conflict rows written */
} KdOutcome;

void kd_outcome_init (KdOutcome *outcome);
void kd_outcome_clear (KdOutcome *outcome);

/**
 * kd_outcome_refuse:
 * @code: stable code of the reason
 * @format: (nullable): GVariant dictionary entries as of kd_outcome_add()
 *
 * Returns: %FALSE, so that a handler can `return kd_outcome_refuse (...)`
 */
gboolean kd_outcome_refuse (KdOutcome *outcome, const char *code);
gboolean kd_outcome_refuse_with (KdOutcome *outcome, const char *code, const char *key, const char *value);
gboolean kd_outcome_wait (KdOutcome *outcome, const KdKind *kind, const KdId *id);
void kd_outcome_add (KdOutcome *outcome, const char *key, GVariant *value);
void kd_outcome_add_text (KdOutcome *outcome, const char *key, const char *value);
/* Adds {row, field, code} to the array @key ("left", "refused"). */
void kd_outcome_add_problem (KdOutcome *outcome, const char *key, const KdId *row, const char *field, const char *code);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdOutcome, kd_outcome_clear)

typedef struct _KdMutation KdMutation;

/**
 * KdCall:
 *
 * A mutation with its arguments: what an outbox entry, an inverse, or a REST request is.
 */
typedef struct
{
  const KdMutation *mutation;
  gpointer args;          /* (owned): a struct of mutation->args */
} KdCall;

KdCall *kd_call_new (const KdMutation *mutation) G_GNUC_WARN_UNUSED_RESULT; /* args set to defaults */
KdCall *kd_call_new_by_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;
KdCall *kd_call_copy (const KdCall *call) G_GNUC_WARN_UNUSED_RESULT;
void kd_call_free (KdCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdCall, kd_call_free)

/**
 * KdSummary:
 *
 * What a call says of itself, for the sync drawer and the history: a key such as
 * "product.patch" or "order.transition.shipped", and up to three values. The words are made in
 * the app.
 */
typedef struct
{
  const char *key;
  char *values[3];        /* (owned) (nullable) */
} KdSummary;
void kd_summary_clear (KdSummary *summary);

struct _KdMutation
{
  const char *name;
  guint16 version;
  const KdShape *args;
  const KdKind *kind;     /* (nullable): of a generated mutation, the kind it changes */
  KdRoles roles;          /* which members may make it, besides may() */
  guint32 origins;        /* KdOrigin bits */
  /* The fence, on the server every time, before any row's value is compared. (nullable) */
  gboolean (*may) (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);
  /* Courtesy, once, where the change is made. (nullable) */
  gboolean (*check) (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);
  gboolean (*apply) (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);
  /* Calls that take it back, judged on the rows before it ran; appended to @calls. (nullable) */
  void (*inverse) (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, GPtrArray *calls);
  void (*summary) (const KdMutation *m, gconstpointer args, KdSummary *summary);
  guint64 (*weight) (gconstpointer args); /* (nullable): rows in its arguments, 1 if NULL */
};

/* The table of all mutations, generated ones included (kd-mutations.c). */
const KdMutation *kd_mutation_by_name (const char *name, guint version); /* version 0: the newest */
const KdMutation *const *kd_mutations (guint *ret_n);

/**
 * kd_mutation_may:
 *
 * Roles, origins, server-filled arguments and may(), in that order. Refuses with "scope",
 * "origin" or a code of its own.
 */
gboolean kd_mutation_may (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);

/**
 * kd_mutation_check_args:
 *
 * Every argument's own limits; refuses with "bad_field" and detail.field (a path such as
 * "lines/2/quantity").
 */
gboolean kd_mutation_check_args (const KdMutation *m, gconstpointer args, KdOutcome *outcome);

gboolean kd_mutation_check (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);
gboolean kd_mutation_apply (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args, KdOutcome *outcome);
/* (transfer container) (element-type KdCall): empty where there is no inverse */
GPtrArray *kd_mutation_inverse (const KdMutation *m, KdRows *rows, const KdContext *ctx, gconstpointer args);
gboolean kd_mutation_has_inverse (const KdMutation *m);
void kd_mutation_summary (const KdMutation *m, gconstpointer args, KdSummary *summary);

/**
 * kd_op_stored:
 *
 * The form in which an operation's id is stored on rows: BLAKE2b (actor, op), so that nobody
 * writes into another's operation.
 */
KdId kd_op_stored (const KdId *actor, const KdId *op);

G_END_DECLS
