/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-kinds.h"
#include "kd-mutation.h"
#include "kd-sql-worker.h"

G_BEGIN_DECLS

/* The desktop's local database: the full working copy of one shop for one user, the outbox, and
 * everything local. One writer thread, two readers. What the screen shows is base rows + replay of
 * the pending mutations; the working tables hold exactly that. */

#define KD_TYPE_STORE (kd_store_get_type ())
G_DECLARE_FINAL_TYPE (KdStore, kd_store, KD, STORE, GObject)

typedef enum
{
  KD_STORE_ERROR_NEWER,       /* made by a newer version: nothing is touched */
  KD_STORE_ERROR_IN_USE,      /* another program holds the profile */
  KD_STORE_ERROR_CORRUPT,
  KD_STORE_ERROR_FULL,
  KD_STORE_ERROR_READ_ONLY,
  KD_STORE_ERROR_REFUSED,     /* a call's check or apply refused; see the KdCommit */
  KD_STORE_ERROR_OTHER,
} KdStoreError;
#define KD_STORE_ERROR (kd_store_error_quark ())
GQuark kd_store_error_quark (void);

typedef enum
{
  KD_STORE_DEFAULT = 0,
  KD_STORE_READ_ONLY = 1 << 0,  /* reading commands beside a running desktop */
  KD_STORE_INLINE = 1 << 1,     /* no threads: tests and the simulator */
  KD_STORE_NO_INDEXES = 1 << 2, /* a bulk first copy; kd_store_build_indexes() follows */
} KdStoreFlags;

/* Who this profile is. Written once when it is made, later by sync. */
typedef struct
{
  KdId server_id, shop_id, user_id, device_id;
  guint8 shop_pub[32];          /* the shop's Ed25519 public key */
  guint8 install_nonce[16];
  char *letter;                 /* (owned) (nullable) */
  gint64 next_alias;
  KdRole role;
  KdScopes scopes;
} KdStoreIdentity;
void kd_store_identity_clear (KdStoreIdentity *identity);

/**
 * kd_store_open:
 * @path: profiles/<shop-id>/<user-id>.db
 * @clock: ms UTC; called on any thread
 * @random: called on the writer's thread
 *
 * Opens or makes the database. The program holds the profile's lock (platform/) unless it reads alone.
 */
KdStore *kd_store_open (const char *path, KdStoreFlags flags, gint64 (*clock) (gpointer data),
                        gpointer clock_data, KdRandomFunc random, gpointer random_data, GError **error);
/* Finishes what is queued, closes. Idempotent. */
void kd_store_close (KdStore *store);

/* After a bulk load: the indexes and full texts that were left out. Waits. */
gboolean kd_store_build_indexes (KdStore *store, GError **error);

gboolean kd_store_set_identity (KdStore *store, const KdStoreIdentity *identity, GError **error);
/* (transfer none): as of the last commit */
const KdStoreIdentity *kd_store_get_identity (KdStore *store);
/* The shop's profile row, NULL before the first pull: (transfer full) */
KdShopProfile *kd_store_dup_profile (KdStore *store);
gint64 kd_store_now (KdStore *store);
KdId kd_store_new_id (KdStore *store); /* any thread */

/* ---- Writing -------------------------------------------------------------------------------- */

/**
 * KdCommit:
 *
 * What became of one operation.
 */
typedef struct
{
  KdId operation;
  guint64 generation;     /* of the commit; 0 if nothing was written */
  int refused;            /* index of the call that was refused, -1 for none */
  KdOutcome outcome;      /* of the refused call, or of the last one */
  GArray *uids;           /* of KdId: of the mutations queued */
  char *label, *value;    /* (nullable): of the operation undone or redone */
  guint n_left;           /* fields or rows that an undo had to leave */
  GPtrArray *refused_rows; /* (nullable): of GVariant: each call's "refused", the rows it left out */
} KdCommit;
void kd_commit_free (KdCommit *commit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdCommit, kd_commit_free)

/**
 * kd_store_commit_async:
 * @label: a msgid the app translates for undo ("Edit product"), with @label_value for its %s
 * @calls: (transfer full) (element-type KdCall)
 * @priority: KD_SQL_INTERACTIVE for what a person typed, KD_SQL_BULK for an import's chunk
 *
 * The only way to change synced rows: one operation, one transaction; each call is checked,
 * applied with the server's own handler, and queued in the outbox with its inverse. All or none.
 * A refusal is no error: the KdCommit says which call and why.
 */
void kd_store_commit_async (KdStore *store, const char *label, const char *label_value, GPtrArray *calls,
                            KdSqlPriority priority, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);
KdCommit *kd_store_commit_finish (KdStore *store, GAsyncResult *result, GError **error);

/**
 * kd_store_commit_in:
 * @operation: (nullable): joins an operation that has begun (imports: many chunks, one undo)
 * @also: (nullable): more to write in the same transaction (an import's saved state)
 *
 * The same, on the writer's own thread.
 */
KdCommit *kd_store_commit_in (KdStore *store, KdSqlConnection *connection, const KdId *operation,
                              const char *label, const char *label_value, GPtrArray *calls,
                              gboolean (*also) (KdSqlConnection *connection, gpointer data, GError **error),
                              gpointer also_data, GError **error);

/* The same, waiting: command line and tests alone. */
KdCommit *kd_store_commit (KdStore *store, const char *label, GPtrArray *calls, GError **error);

/**
 * kd_store_undo_async:
 * @operation: (nullable): NULL for the newest one that has inverses
 *
 * Discards the operation's unsealed entries and answers the sealed ones by their inverses, in one
 * commit (rules 7). Redo is the undo of an undo. Where there is nothing to take back (none is left;
 * the one named isn't known, or was taken back before) the commit's generation is 0.
 */
void kd_store_undo_async (KdStore *store, const KdId *operation, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
void kd_store_redo_async (KdStore *store, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
KdCommit *kd_store_undo_finish (KdStore *store, GAsyncResult *result, GError **error);

/**
 * kd_store_discard_async:
 * @uid: of an unsealed entry; what depends on it goes along (@dry lists it alone)
 */
void kd_store_discard_async (KdStore *store, const KdId *uid, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
gboolean kd_store_discard_finish (KdStore *store, GAsyncResult *result, GError **error);
/* A rejected change: queued again as a new one, or put away. */
void kd_store_settle_problem_async (KdStore *store, const KdId *uid, gboolean retry, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data);
gboolean kd_store_settle_problem_finish (KdStore *store, GAsyncResult *result, GError **error);

/* ---- What changed --------------------------------------------------------------------------- */

typedef enum
{
  KD_CHANGE_EDIT, KD_CHANGE_UNDO, KD_CHANGE_PULL, KD_CHANGE_FULL, KD_CHANGE_DISCARD,
} KdChangeOrigin;

typedef enum { KD_ROW_PUT, KD_ROW_REMOVED } KdRowHow;

typedef struct
{
  KdId id, parent;        /* parent: none where the kind has none */
  gint64 rid_before, rid_after; /* 0: did not exist, no longer exists */
  KdRowHow how;
  gboolean created;
  guint64 fields;         /* which changed; all ones for a new row */
} KdRowChange;

#define KD_CHANGE_ROWS_MAX 1000 /* above that the kind is `whole` */

typedef struct
{
  gboolean whole;
  GArray *rows;           /* of KdRowChange */
} KdKindChange;

typedef struct
{
  guint64 generation;
  guint32 origins;        /* 1 << KdChangeOrigin, of all merged sets */
  GArray *uids;           /* of KdId */
  KdKindChange kinds[32]; /* by kind number */
  gboolean status;        /* outbox, problems or sync state changed */
} KdChangeSet;

typedef void (*KdStoreWatchFunc) (KdStore *store, const KdChangeSet *changes, gpointer data);

/**
 * kd_store_watch:
 * @context: (nullable): where @func runs, the default one if NULL
 *
 * Delivers after commit, in order; sets that were not taken yet are merged. The only way to hear
 * of a change. Returns an id for kd_store_unwatch().
 */
guint kd_store_watch (KdStore *store, GMainContext *context, KdStoreWatchFunc func, gpointer data,
                      GDestroyNotify destroy);
void kd_store_unwatch (KdStore *store, guint id);
guint64 kd_store_get_generation (KdStore *store); /* counts commits; any thread */

/* ---- Reading -------------------------------------------------------------------------------- */

typedef enum { KD_READER_INTERACTIVE, KD_READER_BULK } KdReaderKind;

/**
 * KdReadFunc:
 * @generation: loaded before the read's transaction began
 *
 * Runs on the reader's thread inside one read transaction. Returns (transfer full) what it read.
 */
typedef gpointer (*KdReadFunc) (KdStore *store, KdSqlConnection *connection, gpointer data, GError **error);

/**
 * kd_store_read_async:
 * @free_result: (nullable): frees the result if nobody takes it
 *
 * Cancelling interrupts the statement if it is running.
 */
void kd_store_read_async (KdStore *store, KdReaderKind reader, KdReadFunc func, gpointer data,
                          GDestroyNotify destroy, GDestroyNotify free_result, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
gpointer kd_store_read_finish (KdStore *store, GAsyncResult *result, guint64 *ret_generation, GError **error);
/* Waiting: command line and tests alone. */
gpointer kd_store_read (KdStore *store, KdReadFunc func, gpointer data, GError **error);

/* The writer, for what sync does; and for local tables. */
KdSqlWorker *kd_store_get_writer (KdStore *store);

/* ---- Status --------------------------------------------------------------------------------- */

typedef struct
{
  guint waiting;            /* outbox entries not yet acknowledged */
  gint64 oldest;            /* ms of the oldest, 0 */
  guint problems;           /* refused changes */
  guint conflicts, tasks;   /* open ones */
  gint64 last_pull_ok, last_push_ok;
  gint64 clock_offset;      /* ms that the server's clock is ahead */
  gint64 cur_seq, seen_head;
  char *state;              /* "new", "ok", "stopped" */
  char *pause_reason;       /* (nullable): why sync stopped: "fork", "rollback", "digest", "auth", ... */
  guint indexing;           /* rows still to be indexed in the background */
} KdStoreStatus;
KdStoreStatus *kd_store_status (KdStore *store, KdSqlConnection *connection, GError **error);
void kd_store_status_free (KdStoreStatus *status);

/* An entry of the outbox, or a refused one, as the sync drawer shows it. */
typedef struct
{
  KdId uid, operation;
  gint64 made_at;
  gboolean sealed, problem, waits;
  char *name;               /* of the mutation */
  KdSummary summary;
  char *code, *detail;      /* (nullable): why it was refused; detail is JSON */
  guint attempts;
  char *last_error;         /* (nullable) */
} KdQueueEntry;
void kd_queue_entry_free (KdQueueEntry *entry);
/* (element-type KdQueueEntry): problems first, then the outbox in order */
GPtrArray *kd_store_queue (KdStore *store, KdSqlConnection *connection, guint limit, GError **error);

/* Unsent work as JSON, for a person to keep. */
char *kd_store_export_unsent (KdStore *store, KdSqlConnection *connection, GError **error);

G_END_DECLS
