/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"

G_BEGIN_DECLS

#define KD_DRAFT_DELAY_MS 300 /* from the last key to the disk */

/*
 * What is typed into a form and not saved yet: text by field, kept on disk over crashes. One
 * object per (kind, id) in a session: two windows on one record share it. The record may be one
 * that doesn't exist yet, and a field's name anything ("body" of a composer).
 *
 * Signal: changed (const char *field): NULL when several changed. Property: dirty (read only).
 */
#define KD_TYPE_DRAFT (kd_draft_get_type ())
G_DECLARE_FINAL_TYPE (KdDraft, kd_draft, KD, DRAFT, GObject)

/* (transfer full) */
KdDraft *kd_draft_get (KdSession *session, const KdKind *kind, const KdId *id);

const KdKind *kd_draft_get_kind (KdDraft *self);
const KdId *kd_draft_get_id (KdDraft *self);
/* FALSE until what is on disk was read; `changed` (NULL) follows. What is typed before wins. */
gboolean kd_draft_is_loaded (KdDraft *self);
/* Whether any field has text. */
gboolean kd_draft_is_dirty (KdDraft *self);

/* (nullable): the text as typed */
const char *kd_draft_get_text (KdDraft *self, const char *field);

/**
 * kd_draft_set_text:
 * @text: (nullable): NULL forgets the field (it is as stored again)
 * @shown: (nullable): the record as it stood in the form; its value of the field is kept as base
 *   when typing begins
 */
void kd_draft_set_text (KdDraft *self, const char *field, const char *text, const KdRecord *shown);

/* (transfer full): the names of fields with text, NULL-terminated */
char **kd_draft_list_fields (KdDraft *self);

/**
 * kd_draft_get_base:
 *
 * The values that the fields named by @set had when typing began: what a patch sends as base.
 * Fields without a draft take @now's.
 *
 * Returns: (transfer full)
 */
KdPartial *kd_draft_get_base (KdDraft *self, const KdPartial *set, const KdRecord *now);
/* Whether the stored value is another one than when typing began: both are then shown. */
gboolean kd_draft_changed_underneath (KdDraft *self, const char *field, const KdRecord *now);

/* Why saving a field was refused: a stable code; NULL: not. In memory alone. */
void kd_draft_set_reason (KdDraft *self, const char *field, const char *code);
const char *kd_draft_get_reason (KdDraft *self, const char *field);

/* Writes what waits for its 300 ms now: at focus-out and close. */
void kd_draft_flush (KdDraft *self);
/* Forgets everything: saved, or *Discard*. */
void kd_draft_clear (KdDraft *self);

G_END_DECLS
