/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "kd-id.h"

G_BEGIN_DECLS

/* A shape describes a plain C struct: its fields, their types, limits and how two edits of one
 * field meet. The record of every kind and the arguments of every mutation have one; memory
 * handling, JSON, SQL, merging, REST and the property tests all come from it. */

typedef struct _KdField KdField;
typedef struct _KdShape KdShape;
typedef struct _KdKind KdKind;
typedef struct _KdRecord KdRecord;

/* An empty number, money, quantity or date: the cell inherits, or nothing is known. */
#define KD_EMPTY G_MININT64

/* Bounds that hold everywhere (a field may set narrower ones). */
#define KD_MONEY_MAX G_GINT64_CONSTANT (1000000000000000)    /* minor units */
#define KD_QUANTITY_MAX G_GINT64_CONSTANT (1000000000000)    /* thousandths */
#define KD_TIME_MIN G_GINT64_CONSTANT (946684800000)         /* 2000-01-01, ms */
#define KD_TIME_MAX G_GINT64_CONSTANT (7258118400000)        /* 2200-01-01, ms */
#define KD_POSITION_MAX 64                                   /* bytes */
#define KD_TEXT_MAX 256                                      /* bytes, where a field says nothing */
#define KD_LONG_TEXT_MAX 65536
#define KD_SET_MAX 256                                       /* members of a set */

typedef enum
{
  KD_TYPE_ID = 1,    /* KdId */
  KD_TYPE_REF,       /* KdId of a row of kind `ref` */
  KD_TYPE_TEXT,      /* char *, NULL when empty */
  KD_TYPE_INT,       /* gint64 */
  KD_TYPE_QUANTITY,  /* gint64, integer thousandths */
  KD_TYPE_MONEY,     /* gint64, minor units */
  KD_TYPE_BOOL,      /* gboolean */
  KD_TYPE_TIME,      /* gint64, milliseconds since 1970 UTC; 0 when empty */
  KD_TYPE_DATE,      /* gint64, days since 1970-01-01; KD_EMPTY when empty; "YYYY-MM-DD" in JSON */
  KD_TYPE_ENUM,      /* int; see kd_enum_to_text() */
  KD_TYPE_TEXT_SET,  /* char **, sorted, without repeats; NULL when empty */
  KD_TYPE_REF_SET,   /* GArray * of KdId, sorted, without repeats; NULL when empty */
  KD_TYPE_HTML,      /* char *, kept as typed, cleaned at every rendering */
  KD_TYPE_POSITION,  /* char *, fractional key, compared bytewise */
  KD_TYPE_BLOB_HASH, /* KdHash */
  KD_TYPE_BLOB_LIST, /* GArray * of KdHash, in order; NULL when empty */
  KD_TYPE_JSON,      /* char *, canonical JSON that the field's validator accepts */
  /* in arguments alone */
  KD_TYPE_PARTIAL,   /* KdPartial *: some fields of a record of kind `ref`, or of the struct's own
                        `kind` field where `ref` is 0 */
  KD_TYPE_LIST,      /* GPtrArray * of structs of shape `item`, at most `max` */
} KdType;

typedef enum
{
  KD_FIELD_REQUIRED = 1 << 0,     /* may not be empty */
  KD_FIELD_EMPTY = 1 << 1,        /* a number that may be KD_EMPTY (its default then) */
  KD_FIELD_UNIQUE = 1 << 2,       /* within the shop; compared trimmed and case-folded */
  KD_FIELD_SEARCH = 1 << 3,       /* in the full text index at once */
  KD_FIELD_SEARCH_LATER = 1 << 4, /* long text, indexed in the background */
  KD_FIELD_SERVER_ONLY = 1 << 5,  /* never leaves the server */
  KD_FIELD_LOCAL_ONLY = 1 << 6,   /* never leaves the device */
  KD_FIELD_DERIVED = 1 << 7,      /* written by handlers alone */
  KD_FIELD_APPEND_ONLY = 1 << 8,  /* set once */
  KD_FIELD_PARENT = 1 << 9,       /* the ref to the parent: deleting that deletes this row */
  KD_FIELD_BY_SERVER = 1 << 10,   /* an argument that session or connection fills; refused if sent */
  KD_FIELD_SECRET = 1 << 11,      /* left out of history, exports and REST */
  KD_FIELD_MULTILINE = 1 << 12,   /* text that may hold line breaks */
  KD_FIELD_CANONICAL = 1 << 13,   /* JSON that was written canonical: it goes out as it stands */
} KdFieldFlags;

/* How two edits of one field that have not seen each other meet (SYNC 4.9). */
typedef enum
{
  KD_MERGE_LATER = 0, /* the later edit wins, the other value goes to the conflict table */
  KD_MERGE_SET,       /* members added and removed against base, both sides kept */
  KD_MERGE_MAX,       /* the larger value */
  KD_MERGE_LAST,      /* the server's order decides, no conflict entry */
} KdMerge;

struct _KdField
{
  const char *name;
  guint16 number;       /* stable within its shape, never reused */
  KdType type;
  guint16 offset;       /* in the struct */
  KdMerge merge;
  guint32 flags;        /* KdFieldFlags */
  gint64 min, max;      /* of the value; of a text its bytes, of a set its members; 0,0: the type's own */
  guint16 since;        /* schema number that brought it */
  guint16 ref;          /* kind number, for REF, REF_SET, PARTIAL */
  const char *const *values;                                   /* ENUM: NULL-terminated, index = value */
  const KdShape *item;                                         /* LIST */
  gboolean (*valid) (const char *json);                        /* JSON */
};

struct _KdShape
{
  const char *name;
  gsize size;
  const KdField *fields;
  guint n_fields;       /* at most 64: a guint64 is a set of fields */
};

/**
 * KdPartial:
 *
 * Some fields of a record, as a patch carries them: @mask has a bit for each field's index that is
 * present.
 */
typedef struct
{
  KdRecord *record;     /* (owned) */
  guint64 mask;
} KdPartial;

const KdField *kd_shape_find (const KdShape *shape, const char *name);
int kd_shape_index (const KdShape *shape, const char *name);
void kd_shape_init (const KdShape *shape, gpointer object);
void kd_shape_clear (const KdShape *shape, gpointer object);
void kd_shape_copy (const KdShape *shape, gpointer to, gconstpointer from);
gboolean kd_shape_equal (const KdShape *shape, gconstpointer a, gconstpointer b);
gpointer kd_shape_new (const KdShape *shape) G_GNUC_WARN_UNUSED_RESULT;
void kd_shape_free (const KdShape *shape, gpointer object);

/* One field of an object of its shape. */
gpointer kd_field_at (const KdField *field, gconstpointer object);
gboolean kd_field_is_default (const KdField *field, gconstpointer object);
gboolean kd_field_equal (const KdField *field, gconstpointer a, gconstpointer b);
void kd_field_reset (const KdField *field, gpointer object);
void kd_field_copy (const KdField *field, gpointer to, gconstpointer from);

/**
 * kd_field_check:
 * @ret_code: (out) (transfer none): a stable code such as "field.required" or "number.range"
 *
 * Whether the value keeps the field's limits (length, range, required, UTF-8, no NUL, line breaks
 * where they are not allowed).
 */
gboolean kd_field_check (const KdField *field, gconstpointer object, const char **ret_code);

/**
 * kd_enum_to_text:
 *
 * Enum values that a newer version wrote are kept: they stand as numbers from KD_ENUM_UNKNOWN up,
 * which name an interned string.
 */
#define KD_ENUM_UNKNOWN 1000
const char *kd_enum_to_text (const KdField *field, int value);
int kd_enum_from_text (const KdField *field, const char *text);

KdPartial *kd_partial_new (const KdKind *kind);
KdPartial *kd_partial_copy (const KdPartial *partial);
void kd_partial_free (KdPartial *partial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdPartial, kd_partial_free)

/**
 * kd_partial_take:
 * @field: name of a field of the partial's kind
 *
 * Marks the field as present and gives the address of its value, for the caller to fill.
 */
gpointer kd_partial_field (KdPartial *partial, const char *field);
gboolean kd_partial_has (const KdPartial *partial, const char *field);

/* Sets. All results are sorted and without repeats; NULL stands for the empty set. */
char **kd_text_set_new (const char *const *members);
char **kd_text_set_merge (char **current, char **base, char **wanted);
gboolean kd_text_set_has (char **set, const char *member);
GArray *kd_ref_set_new (const KdId *members, guint n);
GArray *kd_ref_set_merge (GArray *current, GArray *base, GArray *wanted);
gboolean kd_ref_set_has (GArray *set, const KdId *id);
GArray *kd_ref_set_add (GArray *set, const KdId *id);
GArray *kd_ref_set_remove (GArray *set, const KdId *id);

G_END_DECLS
