/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-wire-message.h"

G_BEGIN_DECLS

/**
 * KdCursor:
 *
 * Where a device stands in a shop's history. Opaque to everyone but the server; its text is
 * "shop.epoch.seq.full_start.scopes".
 */
typedef struct
{
  KdId shop, epoch;
  gint64 seq;
  gint64 full_start; /* > 0 while a full pass is being paged */
  KdScopes scopes;
} KdCursor;

char *kd_cursor_to_text (const KdCursor *cursor) G_GNUC_WARN_UNUSED_RESULT;
gboolean kd_cursor_parse (const char *text,
                          KdCursor *ret_cursor);

/**
 * KdWireRow:
 *
 * One row of a page: [kind, id, seq, "U", {fields}, by] or [kind, id, seq, "D", {"moved_to"}].
 */
typedef struct
{
  guint kind_number;
  const KdKind *kind;   /* (nullable): a kind of a newer version */
  KdId id;
  gint64 seq;
  gboolean deleted;
  KdId moved_to;        /* of a tombstone: the row it was merged into, or none */
  KdRecord *record;     /* (owned) (nullable): of a kind that is known; with seq and by */
} KdWireRow;

typedef struct
{
  gint64 proto, schema;
  char *from, *next;    /* cursors */
  gboolean more;
  gint64 last_mut;
  KdHash chain;
  gint64 head;
  KdMark mark;
  gint64 now;
  GPtrArray *results;   /* of KdResult */
  GArray *digests;      /* of KdDigest; meaningful where `more` is not set */
  GArray *rows;         /* of KdWireRow, as parsed */
  GString *written;     /* rows to send, as kd_changes_add_*() wrote them */
  guint n_written;
} KdChanges;

KdChanges *kd_changes_new (void);
void kd_changes_free (KdChanges *changes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdChanges, kd_changes_free)

/**
 * kd_changes_add_record:
 * @canonical: (nullable): the record's canonical form, where the caller has it
 *
 * Writes a row of the page at once; its record need not live on.
 *
 * Returns: bytes of all rows so far, for %KD_CHANGES_MAX_BYTES
 */
gsize kd_changes_add_record (KdChanges *changes,
                             const KdRecord *record,
                             const char *canonical);
gsize kd_changes_add_tombstone (KdChanges *changes,
                                guint kind,
                                const KdId *id,
                                gint64 seq,
                                const KdId *moved_to);

char *kd_changes_to_json (const KdChanges *changes,
                          gsize *ret_len) G_GNUC_WARN_UNUSED_RESULT;

/* Rows come as the server wrote them: unknown fields stay in `extra`, unknown kinds have no record. */
KdChanges *kd_changes_parse (const char *text,
                             gssize len,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One row's text, as a page has it and a device may stage it. Of a kind that is not known there is
 * nothing but its tombstone to write. */
char *kd_wire_row_to_text (const KdWireRow *row) G_GNUC_WARN_UNUSED_RESULT;
gboolean kd_wire_row_parse (const char *text,
                            gssize len,
                            KdWireRow *ret_row,
                            GError **error);
void kd_wire_row_clear (KdWireRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdWireRow, kd_wire_row_clear)

G_END_DECLS
