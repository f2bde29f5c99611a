/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-id.h"

G_BEGIN_DECLS

/* What the program needs of the outside, as interfaces: main.c passes the implementations in,
 * tests pass fakes. All are called and answer on the main context. */

/* ---- the sync engine ---- */

typedef enum
{
  KD_LINK_OFF,            /* not started, or no server */
  KD_LINK_OFFLINE,        /* tried and couldn't reach it; tries again by itself */
  KD_LINK_BUSY,
  KD_LINK_IDLE,           /* all sent, all received */
  KD_LINK_STOPPED,        /* needs a person: see the store's pause_reason */
} KdSyncPhase;

/* Signal of implementations: changed (). */
#define KD_TYPE_SYNC_CONTROL (kd_sync_control_get_type ())
G_DECLARE_INTERFACE (KdSyncControl, kd_sync_control, KD, SYNC_CONTROL, GObject)

struct _KdSyncControlInterface
{
  GTypeInterface parent;

  void (*start) (KdSyncControl *self);
  void (*stop) (KdSyncControl *self);
  void (*retry_now) (KdSyncControl *self);
  KdSyncPhase (*get_phase) (KdSyncControl *self);
  /* ms UTC of the next try while offline, 0 */
  gint64 (*get_next_try) (KdSyncControl *self);
  /* (nullable): the last failure, for the drawer */
  const char *(*get_message) (KdSyncControl *self);
  /* first copy: rows received and, where known, to come */
  void (*get_progress) (KdSyncControl *self, guint64 *ret_done, guint64 *ret_total);
  /* A blob to be sent or fetched: path of the file in the media folder when it is there. */
  void (*put_blob_async) (KdSyncControl *self, GBytes *bytes, const char *mime, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
  gboolean (*put_blob_finish) (KdSyncControl *self, GAsyncResult *result, KdHash *ret_hash, GError **error);
  void (*get_blob_async) (KdSyncControl *self, const KdHash *hash, guint size, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
  GBytes *(*get_blob_finish) (KdSyncControl *self, GAsyncResult *result, GError **error);
};

void kd_sync_control_start (KdSyncControl *self);
void kd_sync_control_stop (KdSyncControl *self);
void kd_sync_control_retry_now (KdSyncControl *self);
KdSyncPhase kd_sync_control_get_phase (KdSyncControl *self);
gint64 kd_sync_control_get_next_try (KdSyncControl *self);
const char *kd_sync_control_get_message (KdSyncControl *self);
void kd_sync_control_get_progress (KdSyncControl *self, guint64 *ret_done, guint64 *ret_total);
/* Keeps a picture here and queues it for the server. */
void kd_sync_control_put_blob_async (KdSyncControl *self, GBytes *bytes, const char *mime, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer data);
gboolean kd_sync_control_put_blob_finish (KdSyncControl *self, GAsyncResult *result, KdHash *ret_hash, GError **error);
/* The bytes of a picture, from here or the server. @size: longest side wanted, 0: as it is. */
void kd_sync_control_get_blob_async (KdSyncControl *self, const KdHash *hash, guint size, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer data);
GBytes *kd_sync_control_get_blob_finish (KdSyncControl *self, GAsyncResult *result, GError **error);

/* ---- the embedded server ---- */

typedef enum
{
  KD_SERVER_NONE,         /* this profile's server is elsewhere */
  KD_SERVER_STOPPED,
  KD_SERVER_STARTING,
  KD_SERVER_RUNNING,
  KD_SERVER_FAILED,
} KdServerState;

/* Signal of implementations: changed (). */
#define KD_TYPE_SERVER_CONTROL (kd_server_control_get_type ())
G_DECLARE_INTERFACE (KdServerControl, kd_server_control, KD, SERVER_CONTROL, GObject)

struct _KdServerControlInterface
{
  GTypeInterface parent;

  void (*start) (KdServerControl *self);
  void (*stop) (KdServerControl *self);
  KdServerState (*get_state) (KdServerControl *self);
  const char *(*get_address) (KdServerControl *self);
  const char *(*get_message) (KdServerControl *self);
};

void kd_server_control_start (KdServerControl *self);
void kd_server_control_stop (KdServerControl *self);
KdServerState kd_server_control_get_state (KdServerControl *self);
/* (nullable): "http://127.0.0.1:41234" */
const char *kd_server_control_get_address (KdServerControl *self);
/* (nullable): why it doesn't run, as a code: server.missing, server.not_ours, server.start, server.port */
const char *kd_server_control_get_message (KdServerControl *self);

/* ---- accounts: how a profile comes to be ---- */

#define KD_TYPE_ACCOUNTS (kd_accounts_get_type ())
G_DECLARE_INTERFACE (KdAccounts, kd_accounts, KD, ACCOUNTS, GObject)

/* What became of it: the profile to open. */
typedef struct
{
  KdId shop, user;
  char *shop_name;
  char *profile_path;
} KdAccountsResult;
void kd_accounts_result_free (KdAccountsResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdAccountsResult, kd_accounts_result_free)

/* Errors carry the server's stable code as message; codes of this domain say what kind it is. */
typedef enum
{
  KD_ACCOUNTS_ERROR_REFUSED,     /* wrong password, unknown code, taken name */
  KD_ACCOUNTS_ERROR_UNREACHABLE,
  KD_ACCOUNTS_ERROR_CERTIFICATE,
  KD_ACCOUNTS_ERROR_OTHER,
} KdAccountsError;
#define KD_ACCOUNTS_ERROR (kd_accounts_error_quark ())
GQuark kd_accounts_error_quark (void);

/**
 * KdPairingStep:
 * @KD_PAIRING_WAITS: nobody has typed the code yet
 * @KD_PAIRING_ASKS: somebody has: do both screens show the same digits?
 * @KD_PAIRING_LET_IN: it was allowed
 * @KD_PAIRING_OVER: it was refused, or its time is over
 */
typedef enum
{
  KD_PAIRING_WAITS,
  KD_PAIRING_ASKS,
  KD_PAIRING_LET_IN,
  KD_PAIRING_OVER,
} KdPairingStep;

/* Where *Add a computer* stands. */
typedef struct
{
  KdPairingStep step;
  char *address, *name;         /* what the other computer's person types; name is six digits */
  char *device_name, *digits;   /* (nullable): who asks, and what its screen must show */
  gint64 until;                 /* ms UTC */
} KdPairingNews;
void kd_pairing_news_free (KdPairingNews *news);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdPairingNews, kd_pairing_news_free)

struct _KdAccountsInterface
{
  GTypeInterface parent;

  void (*start_shop_async) (KdAccounts *self, const char *shop_name, const char *owner_name, const char *currency,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  void (*start_demo_async) (KdAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  void (*sign_in_async) (KdAccounts *self, const char *address, const char *user, const char *password,
                         const char *shop, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  void (*pair_async) (KdAccounts *self, const char *address, const char *code, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data);
  KdAccountsResult *(*finish) (KdAccounts *self, GAsyncResult *result, GError **error);
  void (*make_pairing_async) (KdAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  void (*look_pairing_async) (KdAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  void (*answer_pairing_async) (KdAccounts *self, gboolean allow, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
  KdPairingNews *(*pairing_finish) (KdAccounts *self, GAsyncResult *result, GError **error);
  void (*sign_out) (KdAccounts *self);
};

/* A shop here, with the embedded server. */
void kd_accounts_start_shop_async (KdAccounts *self, const char *shop_name, const char *owner_name,
                                  const char *currency, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data);
void kd_accounts_start_demo_async (KdAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* @shop: (nullable): its address, where the account has several */
void kd_accounts_sign_in_async (KdAccounts *self, const char *address, const char *user, const char *password,
                               const char *shop, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
/* This computer joins a shop by the code that another one shows. The signal "pairing-digits" (const
 * char *) of the accounts then says what both screens show, until somebody there has answered. */
void kd_accounts_pair_async (KdAccounts *self, const char *address, const char *code, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);
/* Of the four above. */
KdAccountsResult *kd_accounts_finish (KdAccounts *self, GAsyncResult *result, GError **error);
/* *Add a computer*, on the one that is in the shop: opens a pairing, looks where it stands, and lets
 * the newcomer in or not. Each ends with kd_accounts_pairing_finish(). */
void kd_accounts_make_pairing_async (KdAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
void kd_accounts_look_pairing_async (KdAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
void kd_accounts_answer_pairing_async (KdAccounts *self, gboolean allow, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer data);
KdPairingNews *kd_accounts_pairing_finish (KdAccounts *self, GAsyncResult *result, GError **error);
/* For implementations. */
void kd_accounts_emit_pairing_digits (KdAccounts *self, const char *digits);
void kd_accounts_sign_out (KdAccounts *self);

/* ---- desktop ---- */

/* Signal of implementations: activated (const char *target). */
#define KD_TYPE_NOTIFIER (kd_notifier_get_type ())
G_DECLARE_INTERFACE (KdNotifier, kd_notifier, KD, NOTIFIER, GObject)

struct _KdNotifierInterface
{
  GTypeInterface parent;

  void (*show) (KdNotifier *self, const char *tag, const char *title, const char *body, const char *target);
  void (*withdraw) (KdNotifier *self, const char *tag);
};

/* One per @tag (a conversation's id), replaced by the next; @target opens when it is clicked. */
void kd_notifier_show (KdNotifier *self, const char *tag, const char *title, const char *body, const char *target);
void kd_notifier_withdraw (KdNotifier *self, const char *tag);
/* For implementations. */
void kd_notifier_emit_activated (KdNotifier *self, const char *target);

/* One program per data folder. Signal of implementations: open (const char *target). */
#define KD_TYPE_INSTANCE (kd_instance_get_type ())
G_DECLARE_INTERFACE (KdInstance, kd_instance, KD, INSTANCE, GObject)

struct _KdInstanceInterface
{
  GTypeInterface parent;

  /* TRUE: this is the first one. FALSE: @target was handed to the one that runs. */
  gboolean (*acquire) (KdInstance *self, const char *target, GError **error);
  void (*release) (KdInstance *self);
};

gboolean kd_instance_acquire (KdInstance *self, const char *target, GError **error);
void kd_instance_release (KdInstance *self);
void kd_instance_emit_open (KdInstance *self, const char *target);

/* Refresh tokens and keys of this computer; off the main thread behind it. */
#define KD_TYPE_KEYRING (kd_keyring_get_type ())
G_DECLARE_INTERFACE (KdKeyring, kd_keyring, KD, KEYRING, GObject)

struct _KdKeyringInterface
{
  GTypeInterface parent;

  void (*store_async) (KdKeyring *self, const char *name, const char *label, const char *value,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  gboolean (*store_finish) (KdKeyring *self, GAsyncResult *result, GError **error);
  void (*lookup_async) (KdKeyring *self, const char *name, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data);
  char *(*lookup_finish) (KdKeyring *self, GAsyncResult *result, GError **error);
  void (*remove_async) (KdKeyring *self, const char *name, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data);
  gboolean (*remove_finish) (KdKeyring *self, GAsyncResult *result, GError **error);
};

void kd_keyring_store_async (KdKeyring *self, const char *name, const char *label, const char *value,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kd_keyring_store_finish (KdKeyring *self, GAsyncResult *result, GError **error);
void kd_keyring_lookup_async (KdKeyring *self, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
/* (nullable) (transfer full): NULL without an error if there is none */
char *kd_keyring_lookup_finish (KdKeyring *self, GAsyncResult *result, GError **error);
void kd_keyring_remove_async (KdKeyring *self, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
gboolean kd_keyring_remove_finish (KdKeyring *self, GAsyncResult *result, GError **error);

/* Whether the program stays when its last window closes. */
#define KD_TYPE_BACKGROUND (kd_background_get_type ())
G_DECLARE_INTERFACE (KdBackground, kd_background, KD, BACKGROUND, GObject)

struct _KdBackgroundInterface
{
  GTypeInterface parent;

  void (*hold) (KdBackground *self);
  void (*release) (KdBackground *self);
  gboolean (*is_held) (KdBackground *self);
  /* Unread conversations on the program's icon, where the desktop shows that. */
  void (*set_badge) (KdBackground *self, guint count);
};

void kd_background_hold (KdBackground *self);
void kd_background_release (KdBackground *self);
gboolean kd_background_is_held (KdBackground *self);
void kd_background_set_badge (KdBackground *self, guint count);

/* All of them; (owned by who made it) (nullable) members. */
typedef struct
{
  KdSyncControl *sync;
  KdServerControl *server;
  KdAccounts *account;
  KdNotifier *notifier;
  KdInstance *instance;
  KdKeyring *keyring;
  KdBackground *background;
} KdServices;

G_END_DECLS
