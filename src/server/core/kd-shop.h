/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"
#include "kd-mutation.h"
#include "kd-sql.h"
#include "kd-wire-sync.h"

G_BEGIN_DECLS

/* The use cases of one shop. All run on the thread that owns @connection, one writer per shop at a
 * time; readers have connections of their own. */

typedef struct
{
  KdId id;
  guint8 key[32];               /* the shop's secret: marks, receipts, stored uids */
  gint64 (*clock) (gpointer data); /* ms UTC */
  gpointer clock_data;
  KdRandomFunc random;
  gpointer random_data;
  /* after a commit that moved the head; any thread. (nullable) */
  void (*moved) (gpointer data, const KdId *shop, gint64 seq, const KdId *epoch);
  gpointer moved_data;
} KdShop;

#define KD_SHOP_ERROR (kd_shop_error_quark ())
GQuark kd_shop_error_quark (void);
typedef enum { KD_SHOP_ERROR_BUSY, KD_SHOP_ERROR_STORAGE } KdShopError;

/* Tables of a shop's database, and what a newer version adds. Refuses a newer database. */
gboolean kd_shop_schema_ensure (KdSqlConnection *connection, const char *path, GError **error);

typedef struct
{
  const char *name, *slug, *currency, *region, *timezone, *language, *owner_name, *location;
  KdId owner;
} KdShopNew;

/**
 * kd_shop_create:
 *
 * Writes the head of a new shop and its first rows (profile, owner, location).
 */
gboolean kd_shop_create (KdSqlConnection *connection, const KdShop *shop, const KdShopNew *what, GError **error);

/* Who asks. Everything but the ids is read from the shop's rows at each request. */
typedef struct
{
  KdId user, session, device;   /* device: none for REST */
} KdShopAuth;

/* Role and scopes of a user now; FALSE: no member of this shop (any more). */
gboolean kd_shop_get_member (KdSqlConnection *connection, const KdShop *shop, const KdId *user,
                             KdRole *ret_role, KdScopes *ret_scopes, GError **error);

typedef struct
{
  KdId device_id, epoch;
  char *letter;
  gint64 next_alias;
  KdRole role;
  KdScopes scopes;
} KdShopDevice;
void kd_shop_device_clear (KdShopDevice *device);

/**
 * kd_shop_register_device:
 * @asked: (nullable): the id it had
 *
 * One device per shop and session, idempotent by install_nonce within the user.
 *
 * Returns: %FALSE with @ret_problem (revoked, no member) or @error
 */
gboolean kd_shop_register_device (KdSqlConnection *connection, const KdShop *shop, const KdShopAuth *auth,
                                  const guint8 install_nonce[16], const KdId *asked, const char *app_version,
                                  KdShopDevice *ret_device, KdProblem **ret_problem, GError **error);
gboolean kd_shop_revoke_device (KdSqlConnection *connection, const KdShop *shop, const KdId *device, GError **error);

typedef struct
{
  KdId device, user, session;
  char *letter, *app_version;
  gint64 seen_at, last_mut;
  gboolean revoked;
} KdShopDeviceInfo;
void kd_shop_device_info_free (KdShopDeviceInfo *info);

/* Devices of the shop: all for the owner, one's own for the others. (element-type KdShopDeviceInfo) */
GPtrArray *kd_shop_list_devices (KdSqlConnection *connection, const KdShop *shop, const KdId *user,
                                 KdProblem **ret_problem, GError **error);

/**
 * kd_shop_revoke_device_by:
 * @ret_session: (out): to be ended by the caller
 *
 * The owner revokes any device, others their own.
 */
gboolean kd_shop_revoke_device_by (KdSqlConnection *connection, const KdShop *shop, const KdId *user, const KdId *device,
                                   KdId *ret_session, KdProblem **ret_problem, GError **error);

/* Those of @uids that @user's devices sent and that are known here. (element-type KdId) */
GArray *kd_shop_known (KdSqlConnection *connection, const KdShop *shop, const KdId *user, GArray *uids, GError **error);

/**
 * kd_shop_push:
 *
 * SYNC 4.5. Returns: (nullable): the answer; or NULL with @ret_problem (fork, gap, resync, scope)
 * or @error (temporary: 503)
 */
KdPushAnswer *kd_shop_push (KdSqlConnection *connection, const KdShop *shop, const KdShopAuth *auth,
                            const KdPush *push, KdProblem **ret_problem, GError **error);

typedef struct
{
  const char *cursor;           /* (nullable): NULL for a full pass */
  guint limit;                  /* 0: the protocol's */
  gint64 sealed, ack;
  KdWitness witness;
  gboolean has_witness;
  gint64 proto, schema;
} KdPull;

/* SYNC 4.6, in one read transaction. */
KdChanges *kd_shop_changes (KdSqlConnection *connection, const KdShop *shop, const KdShopAuth *auth,
                            const KdPull *pull, KdProblem **ret_problem, GError **error);

/* An id that only this caller's @name gives, and always the same: for what a repeat must make once. */
KdId kd_shop_named_id (const KdShop *shop, const char *credential, const char *name);

/**
 * KdShopRun:
 *
 * What became of an un-numbered call (buyer, REST, hook, job).
 */
typedef struct
{
  KdStatus status;
  char *code;                   /* (nullable) */
  char *detail;                 /* (nullable): JSON */
  gint64 seq;                   /* head after it */
  KdId uid;                     /* as stored */
  gboolean repeated;            /* it had been run before: this is the recorded result */
} KdShopRun;
void kd_shop_run_clear (KdShopRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdShopRun, kd_shop_run_clear)

typedef struct _KdShopTx KdShopTx;

/**
 * kd_shop_run:
 * @actor: role and scopes of a member are read anew here
 * @credential: session, API key, connection or job id: a caller's bytes are bound to it
 * @idempotency: (nullable): what the caller sent to name this call
 * @base_seq: 0 if unknown
 * @check: whether check() runs (it does where the change is made)
 * @also: (nullable): written in the same transaction after a success (a buyer's session)
 *
 * A repeat with the same @idempotency gives the recorded result; with other content "uid_reused".
 */
gboolean kd_shop_run (KdSqlConnection *connection, const KdShop *shop, const KdActor *actor,
                      const char *credential, const char *idempotency, gint64 base_seq, gboolean check,
                      const KdCall *call,
                      gboolean (*also) (KdShopTx *tx, gpointer data, GError **error), gpointer also_data,
                      KdShopRun *ret_run, GError **error);

/* Reading for pages and REST, in the caller's transaction. */
KdRecord *kd_shop_get (KdSqlConnection *connection, const KdShop *shop, const KdKind *kind, const KdId *id, GError **error);
GPtrArray *kd_shop_scan (KdSqlConnection *connection, const KdShop *shop, const KdKind *kind, const char *index,
                         const KdRecord *like, guint n_fields, guint limit, GError **error);
/**
 * kd_shop_list:
 * @scopes: rows of others are passed over
 * @field: (nullable): of @kind, with its wanted value in @like
 * @after: none: from the first
 *
 * (element-type KdRecord): at most @limit, in the order of their ids
 */
GPtrArray *kd_shop_list (KdSqlConnection *connection, const KdShop *shop, const KdKind *kind, KdScopes scopes, const KdField *field,
                         const KdRecord *like, const KdId *after, guint limit, GError **error);

/* What was done to one field, or to the row as a whole (field NULL: made, or deleted as `old` was). */
typedef struct
{
  gint64 number;                /* in the audit */
  const KdField *field;         /* (nullable) */
  char *old, *new;              /* (nullable): JSON */
  KdId actor, uid, op;
  gint64 at;
} KdShopHistory;
void kd_shop_history_free (KdShopHistory *entry);

/**
 * kd_shop_history:
 * @field: (nullable): of this field alone
 * @before: 0: from the newest
 *
 * (element-type KdShopHistory) (nullable): newest first; NULL without @error: not a row of these
 * scopes
 */
GPtrArray *kd_shop_history (KdSqlConnection *connection, const KdShop *shop, const KdKind *kind, const KdId *id, KdScopes scopes,
                            const KdField *field, gint64 before, guint limit, GError **error);

gint64 kd_shop_get_head (KdSqlConnection *connection, const KdShop *shop, KdId *ret_epoch, GError **error);

G_END_DECLS
