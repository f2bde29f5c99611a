/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sync-engine.h"
#include "kd-sync-world.h"

G_BEGIN_DECLS

/* A network between an engine and the world's server, with faults on demand, and a clock for the
 * engine that stands still until the test lets time pass. */

#define KD_TYPE_FAKE_TRANSPORT (kd_fake_transport_get_type ())
G_DECLARE_FINAL_TYPE (KdFakeTransport, kd_fake_transport, KD, FAKE_TRANSPORT, GObject)

typedef enum
{
  KD_FAULT_NONE,
  KD_FAULT_UNREACHABLE,   /* nothing arrives: an error at once */
  KD_FAULT_SILENT,        /* nothing arrives, nothing comes back */
  KD_FAULT_ANSWER_LOST,   /* it arrives; an error comes back */
  KD_FAULT_ANSWER_LATE,   /* it arrives; the answer is held until kd_fake_transport_release() */
  KD_FAULT_CUT,           /* half of the answer */
  KD_FAULT_PORTAL,        /* somebody else's page */
  KD_FAULT_BUSY,          /* 503, Retry-After */
  KD_FAULT_TOO_LARGE,     /* 413 where more than `most` mutations come */
  KD_FAULT_AUTH,
} KdFault;

struct _KdFakeTransport
{
  GObject parent_instance;

  KdSyncDevice *device;
  KdFault fault;
  guint most;
  guint random_faults;    /* of 16 requests, so many have a fault */
  guint n_push, n_pull, n_blob, n_busy;
  gint64 busy_s;
  GPtrArray *late;        /* of answers that wait */
  gboolean live_down, live_lossy;
  gboolean live_mute;     /* open, and nothing comes */
  KdSyncLiveFunc live;
  gpointer live_data;
  GHashTable *blobs;      /* hex hash -> GByteArray: what was uploaded */
  guint blob_cut;         /* each piece is cut to so many bytes; 0: none is */
  /* (nullable): takes every request, and answers @task when and how it likes */
  void (*hold) (KdFakeTransport *self, const KdSyncRequest *request, GTask *task, gpointer data);
  gpointer hold_data;
};

KdFakeTransport *kd_fake_transport_new (KdSyncDevice *device);
/* What the world's server says to it, now. */
KdSyncReply *kd_fake_transport_serve (KdFakeTransport *self, const KdSyncRequest *request);
void kd_fake_transport_release (KdFakeTransport *self);
/* The server closes the socket. */
void kd_fake_transport_hang_up (KdFakeTransport *self);
/* Says to all sockets where the shop is. */
void kd_fake_world_moved (KdSyncWorld *world, GPtrArray *transports);

/* Time for engines. */
typedef struct _KdFakeTime KdFakeTime;
KdFakeTime *kd_fake_time_new (KdSyncWorld *world);
void kd_fake_time_free (KdFakeTime *time);
KdSyncTimers kd_fake_time_get_timers (KdFakeTime *time);
/* Runs what is ready; then lets time pass up to @ms, timer by timer. */
void kd_fake_time_pass (KdFakeTime *time, gint64 ms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdFakeTime, kd_fake_time_free)

G_END_DECLS
