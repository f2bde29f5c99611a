/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store-sync.h"
#include "kd-sync-transport.h"

G_BEGIN_DECLS

/* Keeps a store and its server together (SYNC 4.5-4.15): sends what waits, fetches what changed,
 * uploads pictures, each in a lane of its own, so that none waits for another. It decides when;
 * the store decides what. Local work never waits for it. */

#define KD_TYPE_SYNC_ENGINE (kd_sync_engine_get_type ())
G_DECLARE_FINAL_TYPE (KdSyncEngine, kd_sync_engine, KD, SYNC_ENGINE, GObject)

typedef enum
{
  KD_SYNC_OFF,          /* not started */
  KD_SYNC_CONNECTING,   /* started, nothing was heard yet */
  KD_SYNC_OFFLINE,      /* the server does not answer; tries again at `retry_at` */
  KD_SYNC_ONLINE,       /* all that is known is here and there */
  KD_SYNC_BUSY,         /* online, sending or fetching */
  KD_SYNC_STOPPED,      /* a person must know: see `reason` */
} KdSyncActivity;

/**
 * KdSyncStatus:
 *
 * How sync stands. What waits in the outbox is told by kd_store_status(); both change sets and the
 * signal "changed" say when to look again.
 *
 * Reasons of a stop: "fork" (this database is older than what it already told the server),
 * "rollback" (the server was restored from a backup), "scope" (rights
 * changed), "digest" (contents differ), "auth" (sign in again), "device_revoked", "upgrade" (this
 * program is too old), "moved", "bad_request" (a fault of the program). The outbox is kept in
 * every case.
 */
typedef struct
{
  KdSyncActivity activity;
  char *reason;         /* (nullable): of a stop */
  char *error;          /* (nullable): of the last failure, English, for a log or a details row */
  gboolean live;        /* the socket is open */
  gboolean full;        /* the first copy, or a full pass, is being fetched */
  gint64 rows_done;     /* of it */
  gint64 rows_total;    /* of it, as far as the server says; 0: unknown */
  guint uploads;        /* pictures still to be sent */
  gint64 retry_at;      /* ms UTC of the next try; 0: none is due */
  gint64 last_contact;  /* ms UTC of the last good answer; 0: never */
  gint64 clock_offset;  /* ms to add to this computer's clock for the server's */
} KdSyncStatus;

KdSyncStatus *kd_sync_status_copy (const KdSyncStatus *status);
void kd_sync_status_free (KdSyncStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSyncStatus, kd_sync_status_free)

/**
 * KdSyncTimers:
 *
 * Where time and chance come from; tests pass their own. All members NULL: the real ones.
 */
typedef struct
{
  guint (*add) (gpointer data, guint ms, GSourceFunc func, gpointer func_data); /* once */
  void (*remove) (gpointer data, guint id);
  guint32 (*random) (gpointer data);
  gpointer data;
} KdSyncTimers;

typedef struct
{
  GMainContext *context;    /* (nullable): NULL makes a thread with a context of its own */
  KdSyncTimers timers;
  const char *media_folder; /* (nullable): where pictures to upload lie, DATA/media */
  gboolean no_live;         /* one pull and push, no socket: the command line's `sync` */
} KdSyncOptions;

/**
 * kd_sync_engine_new:
 * @store: with its identity set
 * @transport: used on the engine's thread alone
 * @options: (nullable)
 *
 * The signal "changed" is emitted on the context that was the thread's default here, at most once
 * for what happened since it was handled last.
 */
KdSyncEngine *kd_sync_engine_new (KdStore *store,
                                  KdSyncTransport *transport,
                                  const KdSyncOptions *options);

void kd_sync_engine_start (KdSyncEngine *engine);

/**
 * kd_sync_engine_stop:
 *
 * Cancels what is under way and waits for the thread's end; a request that the server got is none
 * the worse for it. Idempotent; also done by the last unref.
 */
void kd_sync_engine_stop (KdSyncEngine *engine);

/* (transfer full): as of now. Any thread. */
KdSyncStatus *kd_sync_engine_get_status (KdSyncEngine *engine);

/* Tries at once: the person pressed the button, the network changed, the computer woke up. */
void kd_sync_engine_retry (KdSyncEngine *engine);

/**
 * kd_sync_engine_resume:
 *
 * Goes on after a stop whose reason is gone (signed in again, program updated). What the reason
 * was is forgotten; where it still holds the engine stops again.
 */
void kd_sync_engine_resume (KdSyncEngine *engine);

/**
 * kd_sync_engine_flush_async:
 *
 * Ends when nothing waits any more and all that the server had when this was called is here; or
 * with an error when that cannot be: %G_IO_ERROR_FAILED with the reason of a stop,
 * %G_IO_ERROR_HOST_UNREACHABLE when the server did not answer @tries times in a row. @callback
 * comes on the caller's context.
 */
void kd_sync_engine_flush_async (KdSyncEngine *engine,
                                 guint tries,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
gboolean kd_sync_engine_flush_finish (KdSyncEngine *engine,
                                      GAsyncResult *result,
                                      GError **error);

G_END_DECLS
