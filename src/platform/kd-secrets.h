/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Refresh tokens and keys of this computer, by name. They lie in the desktop's keyring where one
 * answers, else in a file of mode 0600 in the data folder. Calls block, for KD_SECRETS_WAIT_MS at
 * most when the keyring is slow: never on the main thread of a window. A handle may be used by
 * one thread at a time; several handles and processes may share a folder. */

#define KD_SECRETS_WAIT_MS 2000
#define KD_SECRETS_NAME_MAX 120
#define KD_SECRETS_VALUE_MAX 4096
#define KD_SECRETS_COUNT_MAX 1000

/* Set to "file", KEDAI_SECRETS passes the keyring by; tests and servers do. */
#define KD_SECRETS_ENV "KEDAI_SECRETS"

typedef enum
{
  KD_SECRETS_FILE,
  KD_SECRETS_KEYRING,
} KdSecretsBackend;

typedef struct _KdSecrets KdSecrets;

/**
 * kd_secrets_open:
 * @folder: the data folder, which exists; what is kept belongs to it
 *
 * Finds out, within %KD_SECRETS_WAIT_MS, whether an unlocked keyring answers. A locked one counts
 * as absent: nobody is asked for a password by a sync in the background.
 */
KdSecrets *kd_secrets_open (const char *folder);
void kd_secrets_free (KdSecrets *secrets);

KdSecretsBackend kd_secrets_get_backend (KdSecrets *secrets);

/**
 * kd_secrets_store:
 * @name: lower-case letters, digits, '.', '-' and '_'
 * @label: what the keyring's own window shows; no secret
 * @value: UTF-8 text, %KD_SECRETS_VALUE_MAX bytes at most
 *
 * Replaces the secret of that name. If the keyring fails now, the file takes it.
 */
gboolean kd_secrets_store (KdSecrets *secrets,
                           const char *name,
                           const char *label,
                           const char *value,
                           GError **error);

/**
 * kd_secrets_lookup:
 *
 * Returns: (nullable) (transfer full): the secret; %NULL without an error if there is none. Give
 *   it back with kd_secrets_value_free()
 */
char *kd_secrets_lookup (KdSecrets *secrets,
                         const char *name,
                         GError **error);

/**
 * kd_secrets_delete:
 *
 * Removes it from keyring and file; one that isn't there is no error. %FALSE if it may still
 * stand somewhere.
 */
gboolean kd_secrets_delete (KdSecrets *secrets,
                            const char *name,
                            GError **error);

/**
 * kd_secrets_value_free:
 *
 * Overwrites a secret in memory, then frees it.
 */
void kd_secrets_value_free (char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSecrets, kd_secrets_free)

G_END_DECLS
