/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-fake-transport.h"

G_BEGIN_DECLS

/* The simulator of the sync protocol: desktops with their engines, a server, people, buyers and a
 * network, on virtual time in one thread. All chance comes from the seed, and each step has its own
 * part of it: the same seed gives the same run, and a step that is left out leaves the others
 * (nearly) what they were, which is what shrinking lives from. */

typedef struct _KdSim KdSim;

/* A request that is on its way, or its answer. */
typedef struct
{
  guint n;
  KdFakeTransport *line;        /* (owned) */
  char *method, *path;
  GBytes *body;                 /* (nullable) */
  gint64 upload_offset;
  GTask *task;                  /* (owned) (nullable): who waits for the answer */
  KdSyncReply *reply;           /* (owned) (nullable): the server has answered */
  KdMark mark;                  /* of the snapshot in it */
} KdSimRequest;

/* One computer with its engine. */
typedef struct
{
  KdSim *sim;
  KdSyncDevice *device;
  KdFakeTransport *line;        /* (owned) */
  KdSyncEngine *engine;         /* (owned) (nullable): between stop and start */
  gboolean restored;            /* put back to an older copy: it may find a fork */
  gboolean moved;               /* its user's rights changed: it may be told so */
  gboolean revoked;
  gboolean asleep;              /* switched off */
  gboolean touched;             /* to be checked */
  char *copy;                   /* (owned) (nullable): name of the older copy of its files */
  gint64 waiting;               /* in its outbox when it stopped */
} KdSimDesk;

typedef struct
{
  const char *name;
  guint weight;
  void (*run) (KdSim *sim);
} KdSimStep;

/* Which faults there are. Each name stands in `./dev sim --help`. */
typedef struct
{
  const char *name, *about;
  const KdSimStep *steps;       /* ends with a NULL name */
  guint lost, doubled, cut, late, busy; /* of 100 messages */
} KdSimProfile;

typedef struct
{
  guint64 seed;
  guint steps, devices;
  const KdSimProfile *profile;
  const guint8 *keep;           /* (nullable): of each step whether it is run */
  gboolean trace;
  int state;                    /* file that always says where we are; -1: none */
} KdSimOptions;

struct _KdSim
{
  KdSimOptions options;
  KdSyncWorld *world;
  KdFakeTime *time;
  KdRandom *random;             /* the world's */
  GPtrArray *desks;             /* (owned) of KdSimDesk */
  GPtrArray *wire;              /* (owned) of KdSimRequest */
  GHashTable *checked;          /* (owned): uids whose overwritten values were looked for */
  gboolean rolled_back;         /* the server was put back to a backup */
  gboolean backup;              /* there is one */
  gboolean calm;                /* no faults */
  guint step, n_requests, n_checks, n_stopped;
  guint n_edits;                /* of all devices, to see that something happens */
};

/* Runs it to its end; any violation ends the program. */
void kd_sim_run (const KdSimOptions *options);

const KdSimProfile *kd_sim_find_profile (const char *name);
/* (transfer none): ends with a NULL name */
const KdSimProfile *kd_sim_profiles (void);

/* ---- what the steps do with ---- */

guint kd_sim_below (KdSim *sim, guint n);
gboolean kd_sim_chance (KdSim *sim, guint percent);
/* (nullable): one that is switched on */
KdSimDesk *kd_sim_pick_desk (KdSim *sim);
KdSimDesk *kd_sim_add_desk (KdSim *sim, const KdId *user);
void kd_sim_desk_start (KdSimDesk *desk);
void kd_sim_desk_stop (KdSimDesk *desk);
gboolean kd_sim_desk_has_stopped (KdSimDesk *desk, char **ret_reason);
void kd_sim_pass (KdSim *sim, gint64 ms);
void kd_sim_trace (KdSim *sim, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The last six digits. */
const char *kd_sim_short (const KdId *id, char text[7]);

/* ---- the wire ---- */

void kd_sim_hold (KdFakeTransport *line, const KdSyncRequest *request, GTask *task, gpointer data);
void kd_sim_request_free (gpointer request);
/* One message meets its fate. */
void kd_sim_deliver_one (KdSim *sim);
/* Answers @desk's requests; and brings it the first answer. */
void kd_sim_serve_desk (KdSim *sim, KdSimDesk *desk);
void kd_sim_deliver_to (KdSim *sim, KdSimDesk *desk);
/* The pushes that are on their way are answered, before any pull's answer arrives. */
void kd_sim_deliver_pushes (KdSim *sim);
/* Everything in order, without faults, until nothing is under way. */
void kd_sim_deliver_all (KdSim *sim);
/* What the server makes of a request; its answer is put on the wire again. */
void kd_sim_serve (KdSim *sim, KdSimRequest *request);
void kd_sim_hint (KdSim *sim, guint percent);
void kd_sim_prune (KdSim *sim);

/* ---- steps ---- */

void kd_sim_step_edit (KdSim *sim);
void kd_sim_step_burst (KdSim *sim);
void kd_sim_step_problem (KdSim *sim);
void kd_sim_step_discard (KdSim *sim);
void kd_sim_step_deliver (KdSim *sim);
void kd_sim_step_buyer (KdSim *sim);
void kd_sim_step_rest (KdSim *sim);
void kd_sim_step_hint (KdSim *sim);
void kd_sim_step_socket (KdSim *sim);
void kd_sim_step_wait (KdSim *sim);
void kd_sim_step_retry (KdSim *sim);
void kd_sim_step_clock (KdSim *sim);
void kd_sim_step_quiet (KdSim *sim);
void kd_sim_step_join (KdSim *sim);
void kd_sim_step_sleep (KdSim *sim);

void kd_sim_step_reopen (KdSim *sim);
void kd_sim_step_crash_desk (KdSim *sim);
void kd_sim_step_copy_desk (KdSim *sim);
void kd_sim_step_restore_desk (KdSim *sim);
void kd_sim_step_restart_server (KdSim *sim);
void kd_sim_step_crash_server (KdSim *sim);
void kd_sim_step_backup (KdSim *sim);
void kd_sim_step_rollback (KdSim *sim);
void kd_sim_step_role (KdSim *sim);
void kd_sim_step_revoke (KdSim *sim);
void kd_sim_step_purge (KdSim *sim);

/* ---- checks ---- */

/* What must hold at each moment, of the desks that were touched. */
void kd_sim_check (KdSim *sim);
/* Without faults all come to rest; then everything is compared. */
void kd_sim_quiet (KdSim *sim);

G_END_DECLS
