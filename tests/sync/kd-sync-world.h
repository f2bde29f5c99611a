/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-random-record.h"
#include "kd-shop.h"
#include "kd-store-blobs.h"
#include "kd-store-check.h"
#include "kd-store-sync.h"

G_BEGIN_DECLS

/* A shop's server and several desktops in one process: the real stores and the real server core on
 * SQLite files, a clock that the test moves, one seed for all chance, and between them a network of
 * messages that the test delivers, doubles, delays, reorders, cuts or loses. After each step the
 * invariants of SYNC 4.1 are asserted. */

/* An id as text, for the JSON of a call; each in one line has a name of its own. */
#define T(id, text) kd_id_to_text (&(id), (char[KD_ID_TEXT_LENGTH + 1]){ 0 })

#define KD_WORLD_TIME G_GINT64_CONSTANT (1790000000000)

typedef struct _KdSyncWorld KdSyncWorld;
typedef struct _KdSyncDevice KdSyncDevice;

typedef enum
{
  KD_WIRE_PUSH,
  KD_WIRE_PUSH_ANSWER,
  KD_WIRE_PULL,
  KD_WIRE_PULL_ANSWER,
} KdWireType;

/* A message on its way. */
typedef struct
{
  KdWireType type;
  KdSyncDevice *device;
  guint status;           /* of an answer */
  char *body;
  gsize len;
  char *cursor;           /* of a pull */
  KdPull pull;
  guint64 request;        /* which pull of the device */
} KdWireMessage;

struct _KdSyncDevice
{
  KdSyncWorld *world;
  guint n;
  KdStore *store;
  char *path;
  KdId user, session, id;
  KdRole role;
  gint64 skew;            /* of its clock */
  gint64 base_head;       /* whose snapshot its base rows are; -1: not known */
  KdMark base_mark;       /* of that commit, for a head may come twice; none: by the head alone */
  char *stopped;          /* why the server's answer made it stop */
  guint64 request;        /* newest pull */
  guint limit;            /* rows a page; 0: the protocol's */
  gint64 waited;          /* highest head seen */
  gboolean may_fail;      /* its storage; else that ends the program */
  GError *failed;         /* of the last such failure */
};

struct _KdSyncWorld
{
  char *folder;
  guint64 seed;
  KdRandom random;
  gint64 now;
  KdShop shop;
  char *server_path;
  KdSqlConnection *server;
  KdId owner, manager, agent, cashier, location;
  GPtrArray *devices;     /* of KdSyncDevice */
  GPtrArray *network;     /* of KdWireMessage */
  GHashTable *snapshots;  /* mark -> KdWorldSnapshot */
  gint64 last_snapshot;
  GHashTable *issued;     /* uid -> KdIssued */
  guint n_refused, n_applied, n_conflicts;
  gboolean quiet;         /* don't assert after each delivery */
  gboolean rolled_back;   /* the server was put back: what devices know of it may be too new */
  gboolean may_fail;      /* the server's storage: answered with 503 */
};

/* What a device promised a person. */
typedef struct
{
  KdSyncDevice *device;
  gboolean discarded;
  gboolean maybe_sent;    /* its device was put back to before it knew */
  gboolean unknown;       /* its device was put back to before it: it may have been sent, or not */
} KdIssued;

/* The server's rows after a commit. */
typedef struct
{
  gint64 head;
  KdMark mark;
  GHashTable *rows;       /* (owned): of KdWorldRow */
  GHashTable *last;       /* (owned): device -> gint64, its highest number in them */
} KdWorldSnapshot;

KdSyncWorld *kd_sync_world_new (guint64 seed);
/* With @n desktops of the owner that know all there is. */
KdSyncWorld *kd_sync_world_new_with (guint64 seed, guint n);
void kd_sync_world_free (KdSyncWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSyncWorld, kd_sync_world_free)

/* ---- peers ---- */

/* A new desktop of @user, registered, with nothing pulled. */
KdSyncDevice *kd_sync_world_add_device (KdSyncWorld *world, const KdId *user);
/* The same database on a second computer: same device, same session. */
KdSyncDevice *kd_sync_device_clone (KdSyncDevice *device);
/* Closes and opens it again, as a restart does. */
void kd_sync_device_reopen (KdSyncDevice *device);
/* Copies of its files as they are now; and back to them. */
void kd_sync_device_save_copy (KdSyncDevice *device, const char *name);
void kd_sync_device_restore_copy (KdSyncDevice *device, const char *name);
/* After its file was closed. */
void kd_sync_world_open_server (KdSyncWorld *world);
void kd_sync_world_restart_server (KdSyncWorld *world);
void kd_sync_world_save_server (KdSyncWorld *world, const char *name);
void kd_sync_world_restore_server (KdSyncWorld *world, const char *name);

/* ---- what people do ---- */

KdId kd_sync_world_id (KdSyncWorld *world);

/**
 * kd_sync_device_do:
 * @args: printf format of the arguments' JSON
 *
 * One operation of one call, as the console makes it.
 *
 * Returns: whether it was queued; with its uid
 */
gboolean kd_sync_device_do (KdSyncDevice *device, KdId *ret_uid, const char *name, const char *args, ...)
  G_GNUC_PRINTF (4, 5);
gboolean kd_sync_device_undo (KdSyncDevice *device, gboolean redo);
gboolean kd_sync_device_discard (KdSyncDevice *device, const KdId *uid);
/* A random thing that its user may do; often refused, sometimes nothing. */
void kd_sync_device_do_something (KdSyncDevice *device);

KdId kd_sync_device_add_category (KdSyncDevice *device, const char *name);
/* Products, contacts and orders to begin with, made on the first device. */
void kd_sync_world_stock_up (KdSyncWorld *world);

/* A buyer, through the server alone. Returns the status. */
KdStatus kd_sync_world_buyer (KdSyncWorld *world, const KdId *conversation, const KdId *contact, const char *idempotency,
                              const char *name, const char *args, ...) G_GNUC_PRINTF (6, 7);

/* ---- the network ---- */

/* Puts a request on the wire. FALSE: nothing to send, or it has stopped. */
gboolean kd_sync_device_push (KdSyncDevice *device, guint max);
gboolean kd_sync_device_pull (KdSyncDevice *device);

/* The newest message on the wire; (transfer none) */
KdWireMessage *kd_sync_world_newest (KdSyncWorld *world);
KdWireMessage *kd_sync_world_take (KdSyncWorld *world, guint index);
KdWireMessage *kd_wire_message_copy (const KdWireMessage *message);
void kd_wire_message_free (KdWireMessage *message);
/* Delivers it: a request gives an answer on the wire. @message: (transfer full) */
void kd_sync_world_deliver (KdSyncWorld *world, KdWireMessage *message);
/* Delivers everything in order until nothing is on the wire. */
void kd_sync_world_deliver_all (KdSyncWorld *world);

/* Push and pull over a network without faults until it has nothing more to do. */
void kd_sync_device_sync (KdSyncDevice *device);
/* All devices, until all agree; asserts convergence. */
void kd_sync_world_settle (KdSyncWorld *world);

/* ---- looking ---- */

GHashTable *kd_sync_world_server_rows (KdSyncWorld *world);
GHashTable *kd_sync_device_rows (KdSyncDevice *device);
GHashTable *kd_sync_device_base (KdSyncDevice *device);
/* (transfer full) (nullable): a row as the device's screen, or the server, has it */
KdRecord *kd_sync_device_get (KdSyncDevice *device, const KdKind *kind, const KdId *id);
KdRecord *kd_sync_world_get (KdSyncWorld *world, const KdKind *kind, const KdId *id);
gint64 kd_sync_device_count (KdSyncDevice *device, const char *sql);
gint64 kd_sync_world_count (KdSyncWorld *world, const char *sql);
gint64 kd_sync_device_on_hand (KdSyncDevice *device, const KdId *variant);
/* (transfer full): JSON of an order's lines as its screen has them, for order.place */
char *kd_sync_device_lines_seen (KdSyncDevice *device, const KdId *order);
void kd_sync_device_add_blob (KdSyncDevice *device, const KdStoreBlob *blob);
KdSyncState *kd_sync_device_state (KdSyncDevice *device);
/* Reads in its database whose snapshot its base is, for who applied behind our back. */
void kd_sync_device_find_base (KdSyncDevice *device);
/* Id of a random row of the screen, FALSE if there is none. */
gboolean kd_sync_device_pick (KdSyncDevice *device, const char *sql, KdId *ret_id);

/* The message of the last failure of its storage (nullable); forgets it. */
char *kd_sync_device_take_failure (KdSyncDevice *device);

/* The invariants that hold at every moment, of one device or of all. */
void kd_sync_device_check (KdSyncDevice *device);
void kd_sync_world_check (KdSyncWorld *world);

#define kd_world_assert(world, expr) \
  G_STMT_START { if (!(expr)) kd_sync_world_fail (world, "%s:%d: %s", __FILE__, __LINE__, #expr); } G_STMT_END

/* Ends the program and says the seed. */
void kd_sync_world_fail (KdSyncWorld *world, const char *format, ...) G_GNUC_NORETURN G_GNUC_PRINTF (2, 3);
void kd_sync_world_note_snapshot (KdSyncWorld *world);
/* Forgets those that are neither the newest, nor a device's base, nor in @marks (of KdMark). */
void kd_sync_world_prune_snapshots (KdSyncWorld *world, GArray *marks);
void kd_world_snapshot_free (gpointer snapshot);
/* What convergence means: every desktop that has not stopped agrees with the server. */
void kd_sync_world_check_converged (KdSyncWorld *world);
void kd_sync_device_note_uids (KdSyncDevice *device, GArray *uids);
/* (transfer full): set of the uids in its outbox and its archive */
GHashTable *kd_sync_device_uids (KdSyncDevice *device);

G_END_DECLS
