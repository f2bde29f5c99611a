/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-activity.h"
#include "kd-counts.h"
#include "kd-services.h"
#include "kd-store.h"

G_BEGIN_DECLS

/*
 * One open profile. It owns the store, values typed and not yet committed, drafts, activities, the
 * saved state and the registry of open records. Windows and pages borrow it and keep nothing that
 * outlives it. On the main thread alone; it touches no SQL and no file there.
 *
 * Signals:
 *   changes (gpointer KdChangeSet)   after each commit, in order; merged where main was slow
 *   pending-changed (gpointer KdId)  a value typed, or one that was refused and left
 *   committed (gpointer KdCommit, const char *label, const char *value)
 *       an operation of this session was written: the toast with its undo
 *   refused (gpointer KdCommit, const char *label)
 *   trouble (gpointer GError)        the disk: full, read-only, damaged; the banner
 *   profile-changed ()               the shop's own row, or who we are in it
 *   released ()                      the window stands: what could wait is read now
 */
#define KD_TYPE_SESSION (kd_session_get_type ())
G_DECLARE_FINAL_TYPE (KdSession, kd_session, KD, SESSION, GObject)

KdSession *kd_session_new (KdStore *store);

/* Reads the saved state and the shop's profile; nothing else waits for it. */
void kd_session_load_async (KdSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kd_session_load_finish (KdSession *self, GAsyncResult *result, GError **error);

/* Writes drafts and state that wait, lets go of everything. The store is closed by who opened it. */
void kd_session_close (KdSession *self);

/* Until the first window is drawn lists read what is in view and nothing counts anything. */
void kd_session_hold (KdSession *self);
void kd_session_release (KdSession *self);
gboolean kd_session_is_held (KdSession *self);

KdStore *kd_session_get_store (KdSession *self);
/* (nullable) (transfer none): NULL before the first pull */
const KdShopProfile *kd_session_get_profile (KdSession *self);
/* "IDR" where the profile isn't there yet */
const char *kd_session_get_currency (KdSession *self);
KdRole kd_session_get_role (KdSession *self);
KdScopes kd_session_get_scopes (KdSession *self);
gint64 kd_session_now (KdSession *self);
KdId kd_session_new_id (KdSession *self);

/* ---- writing ---- */

/**
 * kd_session_commit_async:
 * @label: a msgid ("Edit product"), with @value (nullable) for its %s
 * @calls: (transfer full) (element-type KdCall): see kd-calls.h
 *
 * The only way to write: one operation, one transaction, one undo. Once queued it can't be
 * cancelled. What patches set shows at once everywhere, before the commit.
 *
 * Finish: a refusal is no error; the KdCommit says which call and why (kd-store.h).
 */
void kd_session_commit_async (KdSession *self, const char *label, const char *value, GPtrArray *calls,
                              GAsyncReadyCallback callback, gpointer data);
KdCommit *kd_session_commit_finish (KdSession *self, GAsyncResult *result, GError **error);
/* The same for one call: (transfer full) */
void kd_session_commit_one_async (KdSession *self, const char *label, const char *value, KdCall *call,
                                  GAsyncReadyCallback callback, gpointer data);

/* @operation: (nullable): the newest that can be undone. Finish gives a KdCommit with its label. */
void kd_session_undo_async (KdSession *self, const KdId *operation, GAsyncReadyCallback callback, gpointer data);
void kd_session_redo_async (KdSession *self, GAsyncReadyCallback callback, gpointer data);
KdCommit *kd_session_undo_finish (KdSession *self, GAsyncResult *result, GError **error);

/* ---- values typed and not yet committed ---- */

/* Lays them over a record read before their commit. Returns whether there were any. */
gboolean kd_session_apply_pending (KdSession *self, KdRecord *record, guint64 generation);
gboolean kd_session_has_pending (KdSession *self, const KdId *id);
/* (nullable): the value of one text or number field as it was typed, for rows of lists */
const KdRecord *kd_session_get_pending (KdSession *self, const KdKind *kind, const KdId *id, guint64 *ret_mask);

/* ---- searching, the queue ---- */

/* Everything (Ctrl+K): finish gives a GPtrArray of KdFound. A newer search cancels an older one
 * by its cancellable. */
void kd_session_search_async (KdSession *self, const char *text, guint per_kind, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
GPtrArray *kd_session_search_finish (KdSession *self, GAsyncResult *result, GError **error);

/* What waits and what failed: finish gives a GPtrArray of KdQueueEntry. */
void kd_session_queue_async (KdSession *self, guint limit, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
GPtrArray *kd_session_queue_finish (KdSession *self, GAsyncResult *result, GError **error);

/* Rows of a small kind, all of them in the order of an index (categories, locations, members,
 * settings): finish gives a GPtrArray of KdRecord. */
void kd_session_records_async (KdSession *self, const KdKind *kind, const char *index, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
GPtrArray *kd_session_records_finish (KdSession *self, GAsyncResult *result, GError **error);

/* A scan: finish gives whether the code is known, and whose it is. */
void kd_session_find_code_async (KdSession *self, const char *code, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data);
gboolean kd_session_find_code_finish (KdSession *self, GAsyncResult *result, KdId *ret_product, KdId *ret_variant,
                                      GError **error);

/* ---- what is kept ---- */

/* local_state of the profile; in memory after kd_session_load_async(). Written 1 s after the last
 * change and at close. Ids, never positions or pixels. (nullable) (transfer none) */
const char *kd_session_get_state (KdSession *self, const char *key);
/* @value: (nullable): NULL forgets it */
void kd_session_set_state (KdSession *self, const char *key, const char *value);

/* (transfer none): a GListModel of KdActivity, newest first */
GListModel *kd_session_get_activities (KdSession *self);
void kd_session_add_activity (KdSession *self, KdActivity *activity);
void kd_session_remove_activity (KdSession *self, KdActivity *activity);

KdCounts *kd_session_get_counts (KdSession *self);

/* Outside services; each is NULL until main.c or a test sets it. */
const KdServices *kd_session_get_services (KdSession *self);
void kd_session_set_services (KdSession *self, const KdServices *services);

G_END_DECLS
