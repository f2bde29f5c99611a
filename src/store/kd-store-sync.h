/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"
#include "kd-wire-sync.h"

G_BEGIN_DECLS

/* What the sync engine does with the store, each inside one transaction on the writer's thread
 * (SYNC 4.5-4.8). The engine decides when; these decide what. */

typedef struct _KdSyncState KdSyncState;

struct _KdSyncState
{
  KdId shop_id, device_id;
  char *cursor;           /* as the server gave it; "" for a full pass */
  gint64 cur_seq;
  KdWitness witness;      /* head 0: none yet */
  gint64 sealed;          /* highest number given out */
  gint64 acked;           /* highest number whose result is stored */
  KdHash chain;           /* after the last sealed mutation */
  gboolean full_pass;
  char *pause_reason;     /* (nullable): sync has stopped */
};
KdSyncState *kd_store_sync_state (KdStore *store, KdSqlConnection *connection, GError **error);
void kd_sync_state_free (KdSyncState *state);

/**
 * kd_store_sync_seal:
 * @max: mutations, @max_bytes: of their arguments
 *
 * Gives the next unsent entries their numbers (sealed ones first, interactive before bulk unless
 * they depend on each other), and returns them ready to send; NULL when nothing waits.
 * (element-type KdPushMutation). With @device and witness it makes a push.
 */
GPtrArray *kd_store_sync_seal (KdStore *store, KdSqlConnection *connection, guint max, gsize max_bytes,
                               gint64 *ret_sealed, GError **error);

/* Stores the results and receipts of a push answer; they become visible with the next apply. A
 * chain that differs from ours is a fork: sync stops. */
gboolean kd_store_sync_take_results (KdStore *store, KdSqlConnection *connection,
                                     const KdPushAnswer *answer, GError **error);

typedef enum
{
  KD_APPLY_FAILED,     /* storage failed, @error is set; nothing changed */
  KD_APPLY_MORE,       /* staged; ask for the next page */
  KD_APPLY_DONE,
  KD_APPLY_STALE,      /* the page is not for our cursor: ask again */
  KD_APPLY_STOPPED,    /* fork, rollback or digest mismatch: sync has stopped, the outbox is kept */
} KdApplyResult;

/* One page of /changes: staged, or with the last page applied in one transaction (restore base,
 * write rows, check digests, drop acknowledged entries, replay). */
KdApplyResult kd_store_sync_apply (KdStore *store, KdSqlConnection *connection,
                                   const KdChanges *page, GError **error);

/**
 * kd_store_sync_restart:
 * @witness: (nullable): the server's, where ours is too old for it
 *
 * The next pull begins a full pass. The stage is thrown away; what is shown, and what waits, stays.
 */
gboolean kd_store_sync_restart (KdStore *store, KdSqlConnection *connection, const KdWitness *witness, GError **error);

/**
 * kd_store_verify_async:
 *
 * Counts all base rows anew and compares them with their digests, beside everything else, in one
 * snapshot. Takes seconds for a large shop.
 *
 * kd_store_verify_finish() gives in @ret_wrong a kind whose rows are not what the server sent;
 * NULL when all are.
 */
void kd_store_verify_async (KdStore *store, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kd_store_verify_finish (KdStore *store, GAsyncResult *result, const KdKind **ret_wrong, GError **error);

/* Sync stops with a reason that a person reads ("rollback", "fork", "digest", "auth"); the outbox
 * stays. Or goes on (reason NULL). */
gboolean kd_store_sync_stop (KdStore *store, KdSqlConnection *connection, const char *reason, GError **error);

/* A failed try of the first entries in the queue, for the drawer. */
gboolean kd_store_sync_note_error (KdStore *store, KdSqlConnection *connection, const char *message, GError **error);
gboolean kd_store_sync_note_clock (KdStore *store, KdSqlConnection *connection, gint64 offset_ms, GError **error);

G_END_DECLS
