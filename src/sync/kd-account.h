/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-secrets.h"
#include "kd-wire-sync.h"

G_BEGIN_DECLS

/* One session with one server: who this installation is there, and its tokens. The refresh token
 * lies in the keyring (kd-secrets.h) by server and user, the access token in memory alone; neither
 * ever in a profile or a log. Any thread may ask for the token; the requests run on the thread and
 * context they are called from. */

#define KD_TYPE_ACCOUNT (kd_account_get_type ())
G_DECLARE_FINAL_TYPE (KdAccount, kd_account, KD, ACCOUNT, GObject)

/**
 * KdAccountError:
 * @KD_ACCOUNT_ERROR_REFUSED: wrong password, code or token
 * @KD_ACCOUNT_ERROR_EXPIRED: the session has ended: sign in again
 * @KD_ACCOUNT_ERROR_UNREACHABLE: the server did not answer
 * @KD_ACCOUNT_ERROR_NOT_KEDAI: something answered that is no Kedai server, or not the one expected
 * @KD_ACCOUNT_ERROR_CERTIFICATE: the certificate is not the pinned one, or not trusted
 * @KD_ACCOUNT_ERROR_BUSY: too many tries: later
 */
typedef enum
{
  KD_ACCOUNT_ERROR_REFUSED,
  KD_ACCOUNT_ERROR_EXPIRED,
  KD_ACCOUNT_ERROR_UNREACHABLE,
  KD_ACCOUNT_ERROR_NOT_KEDAI,
  KD_ACCOUNT_ERROR_CERTIFICATE,
  KD_ACCOUNT_ERROR_BUSY,
  KD_ACCOUNT_ERROR_OTHER,
} KdAccountError;
#define KD_ACCOUNT_ERROR (kd_account_error_quark ())
GQuark kd_account_error_quark (void);

/* A shop the user is a member of. */
typedef struct
{
  KdId id;
  char *name;
  KdRole role;
} KdAccountShop;

/**
 * kd_account_new:
 * @address: "http://127.0.0.1:8123" or "https://..."; plain HTTP on loopback alone
 * @fingerprint: (nullable): hex SHA-256 of the certificate pinned when pairing
 */
KdAccount *kd_account_new (KdSecrets *secrets, const char *address, const char *fingerprint);

/* Takes up a session that was made earlier: the refresh token is looked up in the keyring. */
KdAccount *kd_account_open (KdSecrets *secrets, const char *address, const char *fingerprint,
                            const KdId *server, const KdId *user, GError **error);

/* The server moved to another port. */
void kd_account_set_address (KdAccount *account, const char *address);
char *kd_account_dup_address (KdAccount *account);
char *kd_account_dup_fingerprint (KdAccount *account);
KdId kd_account_get_server (KdAccount *account);
KdId kd_account_get_user (KdAccount *account);

/* (element-type KdAccountShop) (transfer full): as told at sign-in; free with g_ptr_array_unref() */
GPtrArray *kd_account_dup_shops (KdAccount *account);

/* (transfer full) (nullable): for an Authorization header; NULL before signing in */
char *kd_account_dup_access_token (KdAccount *account);

void kd_account_sign_in_async (KdAccount *account, const char *login, const char *password,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* The one-time token that the embedded server's parent gave it (kd-embedded.h). */
void kd_account_sign_in_owner_async (KdAccount *account, const char *owner_token,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kd_account_sign_in_finish (KdAccount *account, GAsyncResult *result, GError **error);

/**
 * kd_account_take_answer:
 * @answer: with both tokens: what a pairing ended with
 *
 * As signing in does: keeps the tokens, and who this is.
 */
gboolean kd_account_take_answer (KdAccount *account, const KdAuthAnswer *answer, GError **error);

/**
 * kd_account_refresh_async:
 * @stale: (nullable): the access token that was refused; if it has been replaced meanwhile there is
 *   nothing to do
 *
 * Several at once are one request. A lost answer is no harm: the server gives the same one again
 * for a while.
 */
void kd_account_refresh_async (KdAccount *account, const char *stale, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kd_account_refresh_finish (KdAccount *account, GAsyncResult *result, GError **error);

/* POST /v1/shops/{shop}/devices: idempotent by the install nonce. */
void kd_account_register_device_async (KdAccount *account, const KdId *shop, const KdDeviceRequest *request,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
KdDeviceAnswer *kd_account_register_device_finish (KdAccount *account, GAsyncResult *result, GError **error);

/* Ends the session there and forgets the tokens here; the latter also when nobody answers. */
void kd_account_sign_out_async (KdAccount *account, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
gboolean kd_account_sign_out_finish (KdAccount *account, GAsyncResult *result, GError **error);

G_END_DECLS
