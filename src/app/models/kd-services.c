/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-services.h"

G_DEFINE_INTERFACE (KdSyncControl, kd_sync_control, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (KdServerControl, kd_server_control, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (KdAccounts, kd_accounts, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (KdNotifier, kd_notifier, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (KdInstance, kd_instance, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (KdKeyring, kd_keyring, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (KdBackground, kd_background, G_TYPE_OBJECT)

G_DEFINE_QUARK (kd-account-error-quark, kd_accounts_error)

static guint
new_signal (gpointer iface,
            const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static guint
new_target_signal (gpointer iface,
                   const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static guint accounts_pairing_digits;
static guint notifier_activated;
static guint instance_open;

static void
kd_sync_control_default_init (KdSyncControlInterface *iface)
{
  new_signal (iface, "changed");
}

static void
kd_server_control_default_init (KdServerControlInterface *iface)
{
  new_signal (iface, "changed");
}

static void
kd_accounts_default_init (KdAccountsInterface *iface)
{
  accounts_pairing_digits = new_target_signal (iface, "pairing-digits");
}

static void
kd_notifier_default_init (KdNotifierInterface *iface)
{
  notifier_activated = new_target_signal (iface, "activated");
}

static void
kd_instance_default_init (KdInstanceInterface *iface)
{
  instance_open = new_target_signal (iface, "open");
}

static void
kd_keyring_default_init (KdKeyringInterface *iface)
{
}

static void
kd_background_default_init (KdBackgroundInterface *iface)
{
}

/* ---- the sync engine ---- */

void
kd_sync_control_start (KdSyncControl *self)
{
  KD_SYNC_CONTROL_GET_IFACE (self)->start (self);
}

void
kd_sync_control_stop (KdSyncControl *self)
{
  KD_SYNC_CONTROL_GET_IFACE (self)->stop (self);
}

void
kd_sync_control_retry_now (KdSyncControl *self)
{
  KD_SYNC_CONTROL_GET_IFACE (self)->retry_now (self);
}

KdSyncPhase
kd_sync_control_get_phase (KdSyncControl *self)
{
  return KD_SYNC_CONTROL_GET_IFACE (self)->get_phase (self);
}

gint64
kd_sync_control_get_next_try (KdSyncControl *self)
{
  return KD_SYNC_CONTROL_GET_IFACE (self)->get_next_try (self);
}

const char *
kd_sync_control_get_message (KdSyncControl *self)
{
  return KD_SYNC_CONTROL_GET_IFACE (self)->get_message (self);
}

void
kd_sync_control_get_progress (KdSyncControl *self,
                              guint64 *ret_done,
                              guint64 *ret_total)
{
  KD_SYNC_CONTROL_GET_IFACE (self)->get_progress (self, ret_done, ret_total);
}

void
kd_sync_control_put_blob_async (KdSyncControl *self,
                                GBytes *bytes,
                                const char *mime,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  KD_SYNC_CONTROL_GET_IFACE (self)->put_blob_async (self, bytes, mime, cancellable, callback, data);
}

gboolean
kd_sync_control_put_blob_finish (KdSyncControl *self,
                                 GAsyncResult *result,
                                 KdHash *ret_hash,
                                 GError **error)
{
  return KD_SYNC_CONTROL_GET_IFACE (self)->put_blob_finish (self, result, ret_hash, error);
}

void
kd_sync_control_get_blob_async (KdSyncControl *self,
                                const KdHash *hash,
                                guint size,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  KD_SYNC_CONTROL_GET_IFACE (self)->get_blob_async (self, hash, size, cancellable, callback, data);
}

GBytes *
kd_sync_control_get_blob_finish (KdSyncControl *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  return KD_SYNC_CONTROL_GET_IFACE (self)->get_blob_finish (self, result, error);
}

/* ---- the embedded server ---- */

void
kd_server_control_start (KdServerControl *self)
{
  KD_SERVER_CONTROL_GET_IFACE (self)->start (self);
}

void
kd_server_control_stop (KdServerControl *self)
{
  KD_SERVER_CONTROL_GET_IFACE (self)->stop (self);
}

KdServerState
kd_server_control_get_state (KdServerControl *self)
{
  return KD_SERVER_CONTROL_GET_IFACE (self)->get_state (self);
}

const char *
kd_server_control_get_address (KdServerControl *self)
{
  return KD_SERVER_CONTROL_GET_IFACE (self)->get_address (self);
}

const char *
kd_server_control_get_message (KdServerControl *self)
{
  return KD_SERVER_CONTROL_GET_IFACE (self)->get_message (self);
}

/* ---- accounts ---- */

void
kd_accounts_result_free (KdAccountsResult *result)
{
  if (result == NULL)
    return;
  g_free (result->shop_name);
  g_free (result->profile_path);
  g_free (result);
}

void
kd_accounts_start_shop_async (KdAccounts *self,
                             const char *shop_name,
                             const char *owner_name,
                             const char *currency,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->start_shop_async (self, shop_name, owner_name, currency, cancellable, callback, data);
}

void
kd_accounts_start_demo_async (KdAccounts *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->start_demo_async (self, cancellable, callback, data);
}

void
kd_accounts_sign_in_async (KdAccounts *self,
                          const char *address,
                          const char *user,
                          const char *password,
                          const char *shop,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->sign_in_async (self, address, user, password, shop, cancellable, callback, data);
}

void
kd_accounts_pair_async (KdAccounts *self,
                       const char *address,
                       const char *code,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->pair_async (self, address, code, cancellable, callback, data);
}

KdAccountsResult *
kd_accounts_finish (KdAccounts *self,
                   GAsyncResult *result,
                   GError **error)
{
  return KD_ACCOUNTS_GET_IFACE (self)->finish (self, result, error);
}

void
kd_accounts_make_pairing_async (KdAccounts *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->make_pairing_async (self, cancellable, callback, data);
}

void
kd_accounts_look_pairing_async (KdAccounts *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->look_pairing_async (self, cancellable, callback, data);
}

void
kd_accounts_answer_pairing_async (KdAccounts *self,
                                  gboolean allow,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  KD_ACCOUNTS_GET_IFACE (self)->answer_pairing_async (self, allow, cancellable, callback, data);
}

KdPairingNews *
kd_accounts_pairing_finish (KdAccounts *self,
                            GAsyncResult *result,
                            GError **error)
{
  return KD_ACCOUNTS_GET_IFACE (self)->pairing_finish (self, result, error);
}

void
kd_accounts_emit_pairing_digits (KdAccounts *self,
                                 const char *digits)
{
  g_signal_emit (self, accounts_pairing_digits, 0, digits);
}

void
kd_pairing_news_free (KdPairingNews *news)
{
  g_free (news->address);
  g_free (news->name);
  g_free (news->device_name);
  g_free (news->digits);
  g_free (news);
}

void
kd_accounts_sign_out (KdAccounts *self)
{
  KD_ACCOUNTS_GET_IFACE (self)->sign_out (self);
}

/* ---- desktop ---- */

void
kd_notifier_show (KdNotifier *self,
                  const char *tag,
                  const char *title,
                  const char *body,
                  const char *target)
{
  KD_NOTIFIER_GET_IFACE (self)->show (self, tag, title, body, target);
}

void
kd_notifier_withdraw (KdNotifier *self,
                      const char *tag)
{
  KD_NOTIFIER_GET_IFACE (self)->withdraw (self, tag);
}

void
kd_notifier_emit_activated (KdNotifier *self,
                            const char *target)
{
  g_signal_emit (self, notifier_activated, 0, target);
}

gboolean
kd_instance_acquire (KdInstance *self,
                     const char *target,
                     GError **error)
{
  return KD_INSTANCE_GET_IFACE (self)->acquire (self, target, error);
}

void
kd_instance_release (KdInstance *self)
{
  KD_INSTANCE_GET_IFACE (self)->release (self);
}

void
kd_instance_emit_open (KdInstance *self,
                       const char *target)
{
  g_signal_emit (self, instance_open, 0, target);
}

void
kd_keyring_store_async (KdKeyring *self,
                        const char *name,
                        const char *label,
                        const char *value,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  KD_KEYRING_GET_IFACE (self)->store_async (self, name, label, value, cancellable, callback, data);
}

gboolean
kd_keyring_store_finish (KdKeyring *self,
                         GAsyncResult *result,
                         GError **error)
{
  return KD_KEYRING_GET_IFACE (self)->store_finish (self, result, error);
}

void
kd_keyring_lookup_async (KdKeyring *self,
                         const char *name,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  KD_KEYRING_GET_IFACE (self)->lookup_async (self, name, cancellable, callback, data);
}

char *
kd_keyring_lookup_finish (KdKeyring *self,
                          GAsyncResult *result,
                          GError **error)
{
  return KD_KEYRING_GET_IFACE (self)->lookup_finish (self, result, error);
}

void
kd_keyring_remove_async (KdKeyring *self,
                         const char *name,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  KD_KEYRING_GET_IFACE (self)->remove_async (self, name, cancellable, callback, data);
}

gboolean
kd_keyring_remove_finish (KdKeyring *self,
                          GAsyncResult *result,
                          GError **error)
{
  return KD_KEYRING_GET_IFACE (self)->remove_finish (self, result, error);
}

void
kd_background_hold (KdBackground *self)
{
  KD_BACKGROUND_GET_IFACE (self)->hold (self);
}

void
kd_background_release (KdBackground *self)
{
  KD_BACKGROUND_GET_IFACE (self)->release (self);
}

gboolean
kd_background_is_held (KdBackground *self)
{
  return KD_BACKGROUND_GET_IFACE (self)->is_held (self);
}

void
kd_background_set_badge (KdBackground *self,
                         guint count)
{
  KD_BACKGROUND_GET_IFACE (self)->set_badge (self, count);
}
