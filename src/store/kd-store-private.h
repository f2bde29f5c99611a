/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"

#include "kd-row-cache.h"
#include "kd-wire-sync.h"

G_BEGIN_DECLS

struct _KdStore
{
  GObject parent_instance;

  char *path;
  KdStoreFlags flags;
  gint64 (*clock) (gpointer data);
  gpointer clock_data;
  KdRandomFunc random;
  gpointer random_data;

  KdSqlWorker *writer;          /* (owned) (nullable): NULL when read-only */
  KdSqlWorker *readers[2];      /* (owned): by KdReaderKind */

  GMutex mutex;
  GPtrArray *watches;           /* (mutex) (owned): KdStoreWatch */
  guint next_watch;             /* (mutex) */
  KdStoreIdentity identity;     /* (mutex) */
  guint64 generation;           /* (atomic) */
  gboolean closed;
  gboolean closing;             /* (mutex) */
  guint n_runs;                 /* (mutex): long works of other threads */
  GCond runs_cond;

  /* the writer's thread alone */
  guint32 stale;                /* kinds whose full text index waits for a rebuild */
};

/* A long work on a thread of its own (an import). Closing waits for its end, and it ends soon once
 * kd_store_is_closing(). FALSE with an error: it is being closed already. */
gboolean kd_store_enter (KdStore *store, GError **error);
void kd_store_leave (KdStore *store);
gboolean kd_store_is_closing (KdStore *store);

/* (transfer full): KD_STORE_ERROR where it is one of those */
GError *kd_store_translate (GError *error);

/* ---- the row of a transaction: KdRows over the device's tables ---- */

typedef struct
{
  KdRows rows;
  KdStore *store;
  KdSqlConnection *connection;
  KdRowCache *cache;            /* (owned) */
  KdChangeSet *changes;         /* (owned) */
  GHashTable *first_seen;       /* (owned): kind and id -> what the row was before */
  gint64 outbox_id;             /* entry whose mutation runs; 0: base rows are written as they are */
  KdId by;
  gboolean bulk;           /* a bulk load, which others pass by */
  GHashTable *vacant;           /* (owned): kind and millisecond -> whether no row has such an id */
  GHashTable *fresh;            /* (owned): kind and id of rows that this entry makes, not yet kept */
  gboolean wrote;               /* this entry */
  guint search_max, searched;   /* rows indexed one by one before their kinds wait for a rebuild; 0: all */
  GError *error;                /* (owned) (nullable): the first failure */
} KdStoreRows;

KdStoreRows *kd_store_rows_new (KdStore *store, KdSqlConnection *connection, KdChangeOrigin origin);
void kd_store_rows_free (KdStoreRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdStoreRows, kd_store_rows_free)
/* Before each mutation: forgets what was read, names the entry. */
void kd_store_rows_begin (KdStoreRows *rows, gint64 outbox_id, const KdId *by);
/* After each mutation that was applied: writes what was held back. */
gboolean kd_store_rows_end (KdStoreRows *rows);

/* ---- rows that a bulk load makes (kd-store-rows-fresh.c) ---- */

typedef struct
{
  KdId id;
  guint kind;
} KdRowKey;
guint kd_row_key_hash (gconstpointer key);
gboolean kd_row_key_equal (gconstpointer a, gconstpointer b);
/* Keeps the first failure; gives @ok back. */
/* @error: by its address, for the call that sets it stands among the same arguments */
gboolean kd_store_rows_note (KdStoreRows *rows, gboolean ok, GError **error);
/* Whether no row, live or gone, has this id, but for those that the cache knows. */
gboolean kd_store_rows_vacant (KdStoreRows *rows, const KdKind *kind, const KdId *id);
/* Whether the row is one that this entry makes, here or earlier; its base is kept by _end(). */
gboolean kd_store_rows_keep_fresh (KdStoreRows *rows, const KdKind *kind, const KdId *id, gboolean absent);

/* Writes a row of the server (seq and by in it), past the outbox. */
gboolean kd_store_rows_write (KdStoreRows *rows, const KdRecord *record, gint64 rid);
gboolean kd_store_rows_erase (KdStoreRows *rows, const KdKind *kind, const KdId *id);
/* Takes back what was written since the savepoint; the change set is netted when it is published. */
gboolean kd_store_rows_rollback_to (KdStoreRows *rows, const char *savepoint, GError **error);
gboolean kd_store_rows_failed_with (KdStoreRows *rows, GError **error);
/* After the commit: nets what was restored and replayed, counts the commit, tells the watchers. */
guint64 kd_store_rows_publish (KdStoreRows *rows);

/* ---- change sets (kd-store-change.c) ---- */

KdChangeSet *kd_change_set_new (KdChangeOrigin origin);
KdChangeSet *kd_change_set_copy (const KdChangeSet *set);
void kd_change_set_free (KdChangeSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdChangeSet, kd_change_set_free)
gboolean kd_change_set_is_empty (const KdChangeSet *set);
/* Counts a commit and tells the watchers: (transfer full). */
guint64 kd_store_publish (KdStore *store, KdChangeSet *set);
void kd_store_publish_status (KdStore *store); /* outbox or sync state alone changed */
void kd_store_watch_free (gpointer watch);

/* ---- schema and search ---- */

/* For who reads alone. */
gboolean kd_store_schema_check (KdSqlConnection *connection, GError **error);
gboolean kd_store_schema_ensure (KdStore *store, KdSqlConnection *connection, GError **error);
gboolean kd_store_load_identity (KdStore *store, KdSqlConnection *connection, GError **error);

gboolean kd_store_search_ensure (KdSqlConnection *connection, GError **error);
/* Indexes that the kinds don't declare because only the desktop's lists need them. */
gboolean kd_store_local_indexes (KdSqlConnection *connection, GError **error);
/* A long bulk load goes without the index of names, whose pages it would all write again and again;
 * kd_store_local_indexes() makes it anew, at the latest when the store is opened. */
gboolean kd_store_leave_order (KdSqlConnection *connection, GError **error);
/* What was @before (nullable) is @after (nullable) now. */
gboolean kd_store_search_update (KdStoreRows *rows, const KdRecord *before, gint64 rid_before, const KdRecord *after,
                                 gint64 rid_after, GError **error);
gboolean kd_store_search_set_stale (KdStore *store, KdSqlConnection *connection, const KdKind *kind, GError **error);
/* Products, variants and codes wait for a rebuild; set @store's stale back if the transaction fails. */
gboolean kd_store_rows_leave_search (KdStoreRows *rows, GError **error);
/* Rebuilds the indexes that are stale. */
gboolean kd_store_search_rebuild (KdStore *store, KdSqlConnection *connection, GError **error);
/* "kind_fts", or NULL where the kind has no full text */
char *kd_store_search_table (const KdKind *kind);
gboolean kd_store_search_load (KdStore *store, KdSqlConnection *connection, GError **error);

/* ---- outbox, replay ---- */

typedef struct
{
  gint64 id, mut_no, made_at, base_seq;
  KdId uid, op;
  char *name, *args;
  guint ver;
} KdOutboxEntry;
void kd_outbox_entry_clear (KdOutboxEntry *entry);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdOutboxEntry, kd_outbox_entry_clear)
#define KD_OUTBOX_COLUMNS "id, mut_no, made_at, base_seq, uid, op, name, args, ver"
void kd_outbox_entry_read (KdSqlStatement *statement, KdOutboxEntry *ret_entry);

void kd_store_context (KdStore *store, const KdOutboxEntry *entry, KdContext *ret_context);

/* Step 1 of an apply or a discard: every row of base_row back to what the server has. */
gboolean kd_store_restore_base (KdStoreRows *rows, GError **error);
/* The same but for what is staged or has its key in @page: that becomes the server's new version
 * where it stands. The shadow stays until kd_store_forget_base(). */
gboolean kd_store_restore_others (KdStoreRows *rows, GHashTable *page, GError **error);
gboolean kd_store_forget_base (KdSqlConnection *connection, GError **error);
/* Step 4: the waiting entries again, in order. */
gboolean kd_store_replay (KdStoreRows *rows, GError **error);
/* Base, less the given entries of the outbox, replayed: a discard. In the caller's transaction. */
gboolean kd_store_drop_entries (KdStoreRows *rows, GArray *ids, GError **error);

/* Adds one call to the outbox and runs it. FALSE with @error unset: refused, see @outcome. */
gboolean kd_store_enqueue (KdStoreRows *rows, KdCall *call, const KdId *operation, guint *position,
                           gboolean courtesy, KdCommit *commit, GError **error);

gboolean kd_store_chain_at (KdSqlConnection *connection, gint64 number, KdHash *ret_chain, gboolean *ret_known, GError **error);
gboolean kd_store_keep_results (KdSqlConnection *connection, GPtrArray *results, GError **error);

G_END_DECLS
