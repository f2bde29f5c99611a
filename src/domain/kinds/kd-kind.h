/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shape.h"

G_BEGIN_DECLS

/* Who receives the rows of a kind (rules 8). A device holds rows of its scopes alone. */
typedef enum
{
  KD_SCOPE_EVERYONE = 0,
  KD_SCOPE_CHAT = 1,
  KD_SCOPE_MANAGER = 2,
  KD_SCOPE_OWNER = 3,
  KD_SCOPE_OF_REF = 15, /* the scope of the row it speaks of; the row's own `scope` field says it */
} KdScope;

typedef guint32 KdScopes; /* a bit for each KdScope up to OWNER */
#define KD_SCOPES_ALL ((KdScopes) 0xf)

typedef enum
{
  KD_ROLE_OWNER = 0,
  KD_ROLE_MANAGER,
  KD_ROLE_AGENT,
  KD_ROLE_CASHIER,
  KD_ROLE_VIEWER,
} KdRole;

typedef guint32 KdRoles; /* a bit for each KdRole */
#define KD_ROLES_OWNER (1u << KD_ROLE_OWNER)
#define KD_ROLES_MANAGERS (KD_ROLES_OWNER | 1u << KD_ROLE_MANAGER)
#define KD_ROLES_CHAT (KD_ROLES_MANAGERS | 1u << KD_ROLE_AGENT)
#define KD_ROLES_SELLING (KD_ROLES_CHAT | 1u << KD_ROLE_CASHIER)
#define KD_ROLES_ALL (KD_ROLES_SELLING | 1u << KD_ROLE_VIEWER)

typedef enum
{
  KD_KIND_APPEND_ONLY = 1 << 0,
  KD_KIND_DERIVED = 1 << 1,
  KD_KIND_BY_HAND = 1 << 2,     /* no generated mutation, reading REST alone */
  KD_KIND_TIME_RID = 1 << 3,    /* rid is the row's `at` in ms << 20 and a tie-breaker */
  KD_KIND_HAS_OP = 1 << 4,      /* has the derived field `op` */
} KdKindFlags;

#define KD_INDEX_FIELDS_MAX 4

typedef struct
{
  const char *name;
  const char *fields[KD_INDEX_FIELDS_MAX + 1]; /* NULL-terminated field names */
  gboolean unique;
} KdIndex;

struct _KdKind
{
  KdShape shape;         /* name, struct size, fields */
  guint16 number;        /* stable, stands in keys and on the wire */
  KdScope scope;
  guint32 flags;         /* KdKindFlags */
  KdRoles roles;         /* who may create, patch and delete, where generated */
  const KdIndex *indexes;
  guint n_indexes;
  guint16 since;
};

/**
 * KdRecord:
 *
 * What every synced struct begins with.
 */
struct _KdRecord
{
  const KdKind *kind;
  KdId id;
  gint64 seq;            /* the shop's sequence that wrote it last; 0 while it only waits here */
  KdId by;               /* actor of the last mutation */
  char *extra;           /* (nullable): canonical JSON object with the fields of a newer version */
};

KdRecord *kd_record_new (const KdKind *kind) G_GNUC_WARN_UNUSED_RESULT;
KdRecord *kd_record_copy (const KdRecord *record) G_GNUC_WARN_UNUSED_RESULT;
void kd_record_free (KdRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdRecord, kd_record_free)

/* Values alone: id, fields and extra; seq and by are left out. */
gboolean kd_record_equal (const KdRecord *a, const KdRecord *b);

/* A bit for each field whose value differs. */
guint64 kd_record_diff (const KdRecord *a, const KdRecord *b);

/**
 * kd_record_apply:
 *
 * Copies the fields that @partial has onto @record.
 */
void kd_record_apply (KdRecord *record, const KdPartial *partial);

/**
 * kd_record_partial:
 *
 * The fields of @mask, copied out of @record.
 */
KdPartial *kd_record_partial (const KdRecord *record, guint64 mask);

/**
 * kd_record_get_scope:
 *
 * The scope of this row: the kind's, or the one it carries where the kind says of_ref.
 */
KdScope kd_record_get_scope (const KdRecord *record);

/**
 * kd_record_get_rid:
 *
 * For kinds with KD_KIND_TIME_RID: the rowid that keeps rid order the order of time.
 */
gint64 kd_record_get_rid (const KdRecord *record);

const KdIndex *kd_kind_find_index (const KdKind *kind, const char *name);

/* The table of all kinds (kd-kinds.c). */
const KdKind *const *kd_kinds (guint *ret_n);
const KdKind *kd_kind_by_number (guint number);
const KdKind *kd_kind_by_name (const char *name);

G_END_DECLS
