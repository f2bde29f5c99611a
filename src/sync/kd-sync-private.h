/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sync-engine.h"

#include "kd-store-blobs.h"

G_BEGIN_DECLS

#define KD_SYNC_BACKOFF_MIN_MS 1000
#define KD_SYNC_BACKOFF_MAX_MS (5 * 60 * 1000)
#define KD_SYNC_LIVE_BACKOFF_MAX_MS (60 * 1000)
#define KD_SYNC_REQUEST_MS 45000       /* a request that takes longer has failed */
#define KD_SYNC_UPLOAD_MS 120000
#define KD_SYNC_POLL_MS 30000          /* while the socket is down */
#define KD_SYNC_LOST_MS 1000           /* when it was just lost: at most so much later */
#define KD_SYNC_SILENT_MS 55000        /* while it is up and says nothing: something may hold it back */
#define KD_SYNC_MANY_TOUCHED 5000      /* rows that wait: a pull is then applied now and again only */
#define KD_SYNC_MANY_PAUSE_MS 2000
#define KD_SYNC_REPLAY_ROWS_PER_MS 20  /* what an apply takes with that many waiting, before one was timed */
#define KD_SYNC_STALE_MAX 5            /* pages in a row that are not for our cursor */
#define KD_SYNC_CLOCK_MS 2000          /* an offset below is none */
#define KD_SYNC_ANSWER_MAX KD_ANSWER_MAX_BYTES

/* One kind of work: at most one piece of it is under way, and a failure of one is none of the
 * others'. All on the engine's context. */
typedef struct
{
  KdSyncEngine *engine;         /* whose it is */
  GSourceFunc kick;             /* begins its work, given the engine */
  guint backoff_max;
  gboolean unreachable;         /* the last failure was the network's */
  gboolean running;
  gboolean again;               /* asked for while it ran */
  guint timer;                  /* 0: none */
  gint64 due;                   /* ms UTC of the timer */
  guint failures;               /* in a row */
  guint64 request;              /* number of the newest; an older one's answer is nobody's */
  guint deadline;               /* timer of the request */
  GCancellable *cancellable;    /* (owned) (nullable): of the request */
} KdSyncLane;

typedef struct
{
  GTask *task;                  /* (owned): of kd_sync_engine_flush_async() */
  guint tries;                  /* failures it bears */
  guint rounds;                 /* in which nothing moved though something waits */
  guint64 after;                /* pulls that had begun */
  gboolean pulled;              /* one that began later has come to its end */
} KdSyncFlush;

struct _KdSyncEngine
{
  GObject parent_instance;

  KdStore *store;               /* (owned) */
  KdSyncTransport *transport;   /* (owned) */
  KdSyncTimers timers;
  char *media_folder;           /* (owned) (nullable) */
  gboolean no_live;
  GMainContext *context;        /* (owned): the engine's */
  GMainContext *owner;          /* (owned): where "changed" is emitted */
  GThread *thread;              /* (owned) (nullable) */
  GMainLoop *loop;              /* (owned) (nullable): of the thread */
  gboolean own_context;
  gboolean started;

  GMutex mutex;
  KdSyncStatus status;          /* (mutex) */
  gboolean clock_known;         /* (mutex): status.clock_offset is of this run */
  GSource *changed;             /* (mutex) (owned) (nullable) */

  /* the engine's context alone */
  gboolean running;             /* between start and stop or a stop of its own */
  KdId shop;
  KdSyncLane push, pull, live, blobs;
  guint watch;                  /* of the store */
  guint poll;                   /* timer */
  guint batch;                  /* mutations a push, halved by 413 */
  gboolean live_open;
  gint64 cur_seq;               /* where base stands */
  gint64 wanted;                /* a head that somebody told of */
  guint stale;
  gboolean many;                /* very many rows wait */
  gint64 applied_at;            /* monotonic ms of the last apply's end, and what it took */
  gint64 applied_ms;
  guint64 pulls;                /* begun so far */
  gboolean outbox_empty;
  guint verify;                 /* timer */
  gboolean verifying;
  GCancellable *verify_cancellable; /* (owned) (nullable) */
  guint outstanding;            /* callbacks that are still to come */
  GPtrArray *flushes;           /* (owned) of KdSyncFlush */
  GQueue fetches;               /* of KdSyncFetch: pictures somebody looks at, newest first */
  guint fetching;               /* of them, how many are asked for */
};

/* ---- the engine (kd-sync-engine.c) ---- */

/* Runs @func on the store's writer; then @done on the engine's context, unless it was stopped. */
typedef void (*KdSyncDoneFunc) (KdSyncEngine *self, gpointer data, const GError *error);
void kd_sync_engine_work (KdSyncEngine *self, KdSqlWorkFunc func, gpointer data, GDestroyNotify destroy,
                          KdSyncDoneFunc done);
/* Everything stops for @reason, which the store keeps. */
void kd_sync_engine_halt (KdSyncEngine *self, const char *reason);
/* Something changed in the status. */
void kd_sync_engine_update (KdSyncEngine *self, const char *error);
/* A good answer came: with the server's clock, and ours when it was sent (0: not known). */
void kd_sync_engine_heard (KdSyncEngine *self, gint64 server_now, gint64 sent_at);
/* Waiting is over: the network is there again. */
void kd_sync_engine_wake (KdSyncEngine *self, gboolean unreachable_only);
/* The drawer shows it at what could not be sent. */
void kd_sync_engine_note_failure (KdSyncEngine *self, const char *message);

/* ---- who waits for the end of it (kd-sync-flush.c) ---- */

void kd_sync_flush_free (gpointer flush);
void kd_sync_engine_add_flush (KdSyncEngine *self, KdSyncFlush *flush);
void kd_sync_engine_check_flushes (KdSyncEngine *self);
void kd_sync_engine_flush_failed (KdSyncEngine *self, const char *message);

/* ---- lanes (kd-sync-lane.c) ---- */

void kd_sync_lane_init (KdSyncEngine *self, KdSyncLane *lane, GSourceFunc kick, guint backoff_max);
guint kd_sync_timer (KdSyncEngine *self, guint ms, GSourceFunc func, gpointer data);
void kd_sync_timer_clear (KdSyncEngine *self, guint *timer);
/* Full jitter, never below what the server asked for. */
guint kd_sync_backoff (KdSyncEngine *self, guint failures, guint max_ms, gint64 retry_after_ms);

/* TRUE: go on; FALSE: it runs already, or waits. */
gboolean kd_sync_lane_begin (KdSyncEngine *self, KdSyncLane *lane, gboolean force);
void kd_sync_lane_clear (KdSyncEngine *self, KdSyncLane *lane);
/* After a failure: begins again after the backoff. */
void kd_sync_lane_retry (KdSyncLane *lane, gint64 retry_after_ms, const char *error);
/* After success: TRUE where it was asked for again meanwhile. */
gboolean kd_sync_lane_done (KdSyncLane *lane);

typedef struct
{
  KdSyncLane *lane;
  guint64 number;
  gint64 sealed;                /* when it was sent: to tell a fork from a race of the lanes */
  gint64 sent_at;
  gpointer data;
} KdSyncSent;

/* @reply: (nullable): NULL with @error, or where the time is up. */
typedef void (*KdSyncAnswerFunc) (KdSyncEngine *self, const KdSyncSent *sent, KdSyncReply *reply, const GError *error);

void kd_sync_lane_send (KdSyncLane *lane, const KdSyncRequest *request, gint64 sealed,
                        gpointer data, GDestroyNotify destroy, KdSyncAnswerFunc answered);

/**
 * kd_sync_lane_refused:
 *
 * What every lane does with an answer that is no success (SYNC 4.15): halts the engine, or tries
 * again later.
 */
void kd_sync_lane_refused (const KdSyncSent *sent, KdSyncReply *reply, const GError *error);

/* ---- the work ---- */

gboolean kd_sync_push_kick (gpointer self);
gboolean kd_sync_pull_kick (gpointer self);
gboolean kd_sync_live_kick (gpointer self);
/* Where a pull was put off because very many rows waited: now. */
void kd_sync_pull_end_pause (KdSyncEngine *self);
void kd_sync_pull_expect (KdSyncEngine *self, gint64 ms);
gboolean kd_sync_blobs_kick (gpointer self);
void kd_sync_live_close (KdSyncEngine *self);
/* Arms the poll for where hints may not come. */
void kd_sync_poll_arm (KdSyncEngine *self);

/* ---- all rows against their digests, once a day (kd-sync-verify.c) ---- */

/* ms UTC of the last time that it went well; 0: never. On the store's writer. */
gint64 kd_sync_verify_last (KdStore *store, KdSqlConnection *connection);
void kd_sync_verify_arm (KdSyncEngine *self, gint64 last);
void kd_sync_verify_now (KdSyncEngine *self);
void kd_sync_verify_stop (KdSyncEngine *self);

G_END_DECLS
