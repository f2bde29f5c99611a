/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-item-cache.h"
#include "kd-window-model.h"
#include "kd-window-read.h"

G_BEGIN_DECLS

struct _KdWindowModel
{
  GObject parent_instance;

  KdSession *session;           /* (owned) */
  KdListQuery *query;           /* (owned) (nullable) */
  KdItemCache *cache;           /* (owned) (nullable): of the query's kind */

  GArray *rids;                 /* (owned): of gint64 */
  /* while ranges are told one by one: rows up to new_end stand as in `rids`, the rest as before */
  GArray *old;                  /* (owned) (nullable) */
  guint new_end, old_end;

  GCancellable *cancellable;    /* (owned): of the present query */
  gboolean loading, complete, active;
  char *message;                /* (nullable) */

  guint64 place_generation;     /* of the last change that may move rows */
  guint64 rids_generation;      /* of the rids */
  gboolean refreshing;
  gint64 refresh_began, refreshed; /* monotonic ms */
  gint64 refresh_wait;          /* ms from one to the next */
  guint refresh_source;

  GHashTable *asked;            /* (owned): pages asked for in this turn: place of the page */
  gboolean reload;              /* stale items that somebody holds are to be read again */
  gboolean reading;
  guint read_source;

  GPtrArray *locates;           /* (owned): of GTask that wait for the whole list */
};

/* kd-window-model.c: what the model says of itself */
void kd_window_model_set_message (KdWindowModel *self, const char *message);
void kd_window_model_set_loading (KdWindowModel *self, gboolean loading);
void kd_window_model_set_complete (KdWindowModel *self, gboolean complete);
/* (transfer full) @rids: both */
void kd_window_model_take_all (KdWindowModel *self, GArray *rids);
void kd_window_model_take_ranges (KdWindowModel *self, GArray *rids, const GArray *ranges);
KdSession *kd_window_model_get_session (KdWindowModel *self);

/* kd-window-refresh.c: reading */
void kd_window_model_start_query (KdWindowModel *self);
void kd_window_model_forget_reads (KdWindowModel *self);
void kd_window_model_released_cb (KdWindowModel *self); /* the first frame is drawn */
void kd_window_model_schedule_read (KdWindowModel *self);
void kd_window_model_schedule_refresh (KdWindowModel *self);

/* kd-window-changes.c: what the store says */
void kd_window_model_want_all (KdWindowModel *self, guint64 generation, gboolean waiting_alone);
void kd_window_model_changes_cb (KdSession *session, const KdChangeSet *changes, KdWindowModel *self);
void kd_window_model_pending_cb (KdSession *session, const KdId *id, KdWindowModel *self);

G_END_DECLS
