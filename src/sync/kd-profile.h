/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-account.h"
#include "kd-lock.h"
#include "kd-store.h"

G_BEGIN_DECLS

/* Where things lie in the data folder, and the profiles in it (DESIGN 1):
 *
 *   DATA/profiles/<shop-id>/<user-id>.db     the working copy
 *   DATA/profiles/<shop-id>/<user-id>.ini    its server, address, certificate; the install nonce
 *   DATA/profiles/<shop-id>/<user-id>.lock   held by the program that writes
 *   DATA/media/                              pictures by their hash
 *   DATA/server/                             the embedded server's own
 */

#define KD_PROFILE_ERROR (kd_profile_error_quark ())
GQuark kd_profile_error_quark (void);
typedef enum
{
  KD_PROFILE_ERROR_NONE,      /* there is no such profile: `init` or `login` first */
  KD_PROFILE_ERROR_IN_USE,    /* Kedai is open on this profile */
  KD_PROFILE_ERROR_DAMAGED,
  KD_PROFILE_ERROR_OTHER,
} KdProfileError;

/* DATA: $XDG_DATA_HOME/kedai where @given is NULL. Makes it (0700). */
char *kd_profile_data_folder (const char *given, GError **error);
char *kd_profile_server_folder (const char *data);
char *kd_profile_media_folder (const char *data);

typedef struct
{
  char *data;             /* the data folder */
  KdId shop, user, server;
  char *shop_name;        /* for lists */
  char *address;          /* of the server; of an embedded one as it was last */
  char *fingerprint;      /* (nullable): pinned certificate */
  gboolean embedded;      /* the server in DATA/server */
  guint8 install_nonce[16]; /* outside the database: a copied database is noticed by it */
  gint64 used_at;         /* ms UTC */
} KdProfile;

KdProfile *kd_profile_copy (const KdProfile *profile);
void kd_profile_free (KdProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdProfile, kd_profile_free)

/* (element-type KdProfile): the last used one first */
GPtrArray *kd_profile_list (const char *data, GError **error);

/* The last used one, or the one of @shop: an id, or the shop's name. */
KdProfile *kd_profile_find (const char *data, const char *shop, GError **error);

/* Writes the .ini, by rename. */
gboolean kd_profile_save (const KdProfile *profile, GError **error);

/* Marks it as the last used one. */
gboolean kd_profile_touch (KdProfile *profile, gint64 now, GError **error);

char *kd_profile_database (const KdProfile *profile);

/**
 * kd_profile_lock:
 *
 * For who writes. %KD_PROFILE_ERROR_IN_USE where another program does.
 */
KdLock *kd_profile_lock (const KdProfile *profile, guint wait_ms, GError **error);

/* Opens its database with the real clock and randomness. The lock is the caller's business. */
KdStore *kd_profile_open_store (const KdProfile *profile, KdStoreFlags flags, GError **error);

/**
 * kd_profile_create_async:
 * @account: signed in
 *
 * Registers a device of the shop and makes folder, nonce and database; the first copy is the
 * engine's. A profile of the same shop and user that is there is taken up again with its device.
 */
void kd_profile_create_async (const char *data, KdAccount *account, const KdAccountShop *shop, gboolean embedded,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
KdProfile *kd_profile_create_finish (GAsyncResult *result, GError **error);

G_END_DECLS
