/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-id.h"

G_BEGIN_DECLS

typedef enum
{
  KD_ACTIVITY_RUNNING,
  KD_ACTIVITY_DONE,
  KD_ACTIVITY_CANCELLED,
  KD_ACTIVITY_FAILED,
} KdActivityState;

#define KD_ACTIVITY_UPDATE_MS 100 /* at most ten updates a second */

/*
 * A long work (an import, a bulk edit). It lives in the session's list, never in a dialog: window,
 * header and palette show the same object.
 *
 * Signals: changed (); cancel (): somebody wants it to stop, the runner ends at its chunk's end;
 * resume (): the runner goes on where it stood.
 */
#define KD_TYPE_ACTIVITY (kd_activity_get_type ())
G_DECLARE_FINAL_TYPE (KdActivity, kd_activity, KD, ACTIVITY, GObject)

/* @title: translated by the app */
KdActivity *kd_activity_new (const char *title);

const char *kd_activity_get_title (KdActivity *self);
void kd_activity_set_title (KdActivity *self, const char *title);
/* (nullable): "3,200 of 10,000 products", or the outcome */
const char *kd_activity_get_words (KdActivity *self);
guint64 kd_activity_get_done (KdActivity *self);
guint64 kd_activity_get_total (KdActivity *self); /* 0: not known */
KdActivityState kd_activity_get_state (KdActivity *self);

/* From any thread; `changed` comes on the main context, at most ten times a second. */
void kd_activity_update (KdActivity *self, guint64 done, guint64 total, const char *words);
/* The end; the last word is said at once. From any thread. */
void kd_activity_finish (KdActivity *self, KdActivityState state, const char *words);

/* The operation that undoes it, none where there is nothing to undo. */
const KdId *kd_activity_get_operation (KdActivity *self);
void kd_activity_set_operation (KdActivity *self, const KdId *operation);

gboolean kd_activity_can_cancel (KdActivity *self);
gboolean kd_activity_can_resume (KdActivity *self);
void kd_activity_set_can_cancel (KdActivity *self, gboolean can_cancel);
void kd_activity_set_can_resume (KdActivity *self, gboolean can_resume);
void kd_activity_cancel (KdActivity *self);
void kd_activity_resume (KdActivity *self); /* running again */
/* For the runner: asked to stop? Any thread. */
gboolean kd_activity_is_cancelled (KdActivity *self);

G_END_DECLS
