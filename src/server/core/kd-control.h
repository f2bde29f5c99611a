/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-clock.h"
#include "kd-id.h"
#include "kd-sql.h"

G_BEGIN_DECLS

/* What a server knows beside its shops: accounts, sessions and their tokens (hashed), the directory
 * of shops with their keys (encrypted), pairings, throttles. Declared here, implemented in storage/.
 * All calls run on the thread that owns control.db's connection. */

typedef struct
{
  guint8 master_key[32];
  KdClockFunc clock;
  gpointer clock_data;
  KdRandomFunc random;
  gpointer random_data;
  KdId server_id;       /* kd_control_ensure() fills it */
} KdControl;

#define KD_CONTROL_ERROR (kd_control_error_quark ())
GQuark kd_control_error_quark (void);
typedef enum
{
  KD_CONTROL_ERROR_TAKEN,    /* that login or slug is another's */
  KD_CONTROL_ERROR_REFUSED,  /* unknown, wrong or expired; never more than that */
  KD_CONTROL_ERROR_REVOKED,  /* a session whose device was revoked */
  KD_CONTROL_ERROR_KEY,      /* the master key is not the one that encrypted this */
  KD_CONTROL_ERROR_BUSY,     /* too many tries: later */
} KdControlError;

#define KD_ACCESS_MS (G_GINT64_CONSTANT (3600) * 1000)
#define KD_REFRESH_MS (G_GINT64_CONSTANT (180) * 24 * 3600 * 1000)
#define KD_REFRESH_GRACE_MS (60 * 1000)
#define KD_PAIRING_MS (10 * 60 * 1000)

/* Tables, what a newer version adds, and the server's id. Refuses a newer database. */
gboolean kd_control_ensure (KdSqlConnection *connection, const char *path, KdControl *control, GError **error);

/* ---- accounts ---- */

typedef struct
{
  KdId user;
  char *login, *name;
  char *password;       /* (nullable): Argon2id; NULL: signs in by owner token or pairing alone */
  gboolean disabled;
} KdControlAccount;
void kd_control_account_clear (KdControlAccount *account);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdControlAccount, kd_control_account_clear)

/* FALSE without @error: there is none. */
gboolean kd_control_find_account (KdSqlConnection *connection, const char *login, KdControlAccount *ret_account, GError **error);
gboolean kd_control_get_account (KdSqlConnection *connection, const KdId *user, KdControlAccount *ret_account, GError **error);

/**
 * kd_control_add_account:
 * @password: (nullable): as kd_password_hash() made it
 *
 * Returns: %FALSE with %KD_CONTROL_ERROR_TAKEN where the login is another's
 */
gboolean kd_control_add_account (KdSqlConnection *connection, const KdControl *control, const char *login, const char *name,
                                 const char *password, KdId *ret_user, GError **error);
/* The account of who runs the server here, made where there is none: it has no password at first.
 * @name: (nullable) */
#define KD_OWNER_LOGIN "owner"
gboolean kd_control_ensure_owner (KdSqlConnection *connection, const KdControl *control, const char *name, KdId *ret_user, GError **error);
gboolean kd_control_set_password (KdSqlConnection *connection, const KdId *user, const char *password, GError **error);

/* ---- sessions ---- */

typedef struct
{
  KdId session, user;
  char *access, *refresh;
  gint64 access_until, refresh_until;
} KdControlTokens;
void kd_control_tokens_clear (KdControlTokens *tokens); /* overwrites them */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdControlTokens, kd_control_tokens_clear)

/* @device_name: (nullable) */
gboolean kd_control_open_session (KdSqlConnection *connection, const KdControl *control, const KdId *user,
                                  const char *device_name, KdControlTokens *ret_tokens, GError **error);

/**
 * kd_control_refresh:
 *
 * Rotates. The token before is taken for %KD_REFRESH_GRACE_MS, and for as long as its successor was
 * never seen, and gives the same answer again. Later it shows that two hold it: the session ends.
 */
gboolean kd_control_refresh (KdSqlConnection *connection, const KdControl *control, const char *refresh,
                             KdControlTokens *ret_tokens, GError **error);

typedef struct
{
  KdId session, user;
  gint64 until;         /* of the access token */
} KdControlSession;

/* Who holds this access token now: REFUSED where nobody does. */
gboolean kd_control_find_access (KdSqlConnection *connection, const KdControl *control, const char *access,
                                 KdControlSession *ret_session, GError **error);
gboolean kd_control_session_is_open (KdSqlConnection *connection, const KdId *session, gboolean *ret_open, GError **error);
/* @revoked: its installation is told so (KD_CONTROL_ERROR_REVOKED), not just refused. */
gboolean kd_control_end_session (KdSqlConnection *connection, const KdId *session, gboolean revoked, GError **error);
/* By its refresh token: signing out needs no access token. (out): none if it isn't known */
gboolean kd_control_end_session_of (KdSqlConnection *connection, const char *refresh, KdId *ret_session, GError **error);

/* ---- shops ---- */

typedef struct
{
  KdId id;
  char *slug, *name;
  guint8 key[32];
} KdControlShop;
void kd_control_shop_free (KdControlShop *shop);
KdControlShop *kd_control_shop_copy (const KdControlShop *shop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdControlShop, kd_control_shop_free)

/* (element-type KdControlShop) */
GPtrArray *kd_control_list_shops (KdSqlConnection *connection, const KdControl *control, GError **error);
gboolean kd_control_add_shop (KdSqlConnection *connection, const KdControl *control, const KdControlShop *shop, GError **error);

/* Where a user may be a member; whether it is, the shop's rows say. (element-type KdId) */
GArray *kd_control_list_user_shops (KdSqlConnection *connection, const KdId *user, GError **error);
gboolean kd_control_add_user_shop (KdSqlConnection *connection, const KdId *user, const KdId *shop, GError **error);

/* Small facts of the server: "demo", "owner". (nullable) (transfer full) */
char *kd_control_get_fact (KdSqlConnection *connection, const char *name, GError **error);
gboolean kd_control_set_fact (KdSqlConnection *connection, const char *name, const char *value, GError **error);

/* ---- throttles ---- */

/**
 * kd_control_throttle:
 * @max: how many in @window_ms
 *
 * Counts one. FALSE with %KD_CONTROL_ERROR_BUSY beyond @max.
 */
gboolean kd_control_throttle (KdSqlConnection *connection, const KdControl *control, const char *key, guint max,
                              gint64 window_ms, GError **error);
gboolean kd_control_throttle_clear (KdSqlConnection *connection, const char *key, GError **error);

/* ---- pairings (SECURITY 3) ---- */

typedef enum
{
  KD_PAIRING_OPEN,      /* waits for a newcomer */
  KD_PAIRING_TAKEN,     /* one has committed */
  KD_PAIRING_ASKED,     /* and revealed: the first computer asks its user */
  KD_PAIRING_ALLOWED,
  KD_PAIRING_DENIED,
} KdPairingState;

typedef struct
{
  KdId id, user;
  char *name, *device_name;
  KdPairingState state;
  KdHash commitment, server_nonce, nonce;
  gint64 until;
} KdPairing;
void kd_pairing_clear (KdPairing *pairing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdPairing, kd_pairing_clear)

/* One a user: an open one is replaced. */
gboolean kd_control_pair_open (KdSqlConnection *connection, const KdControl *control, const KdId *user, KdPairing *ret_pairing, GError **error);
/* REFUSED: no such name, expired, or another newcomer was first. */
gboolean kd_control_pair_take (KdSqlConnection *connection, const KdControl *control, const char *name, const KdHash *commitment,
                               const char *device_name, KdPairing *ret_pairing, GError **error);
gboolean kd_control_pair_reveal (KdSqlConnection *connection, const KdControl *control, const KdId *pairing, const KdHash *nonce, GError **error);
/* FALSE without @error: none is open. */
gboolean kd_control_pair_find (KdSqlConnection *connection, const KdControl *control, const KdId *user, KdPairing *ret_pairing, GError **error);
gboolean kd_control_pair_answer (KdSqlConnection *connection, const KdControl *control, const KdId *user, gboolean allow, GError **error);
/* The newcomer proves itself by its nonce. Tokens come only where the state is ALLOWED; asked
 * again (a lost answer), new ones replace them. */
gboolean kd_control_pair_finish (KdSqlConnection *connection, const KdControl *control, const KdId *pairing, const KdHash *nonce,
                                 KdPairing *ret_pairing, KdControlTokens *ret_tokens, GError **error);

/* ---- passwords; take long and 64 MiB: at most two at once, never on the main thread ---- */

char *kd_password_hash (const char *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @hash: (nullable): NULL takes as long and gives FALSE */
gboolean kd_password_check (const char *hash, const char *password);

G_END_DECLS
