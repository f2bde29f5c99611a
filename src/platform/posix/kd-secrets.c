/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-secrets.h"

#include "kd-files.h"
#include "kd-keyring-private.h"
#include "kd-lock.h"

#include <string.h>

#define SECRETS_FILE "secrets"
#define SECRETS_LOCK "secrets.lock"
#define SECRETS_GROUP "secrets"
#define SECRETS_FILE_MAX (16 * 1024 * 1024)

struct _KdSecrets
{
  char *path;
  char *lock_path;
  KdKeyring *keyring;
};

static gboolean
check_name (const char *name,
            GError **error)
{
  gsize n = strlen (name);

  if (n > 0 && n <= KD_SECRETS_NAME_MAX
      && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == n)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” can't name a secret", name);
  return FALSE;
}

/* ---- the file ---- */

static GKeyFile *
file_load (KdSecrets *self,
           GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = kd_files_read (self->path, SECRETS_FILE_MAX, &local);

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_steal_pointer (&file);
  if (!bytes)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (g_bytes_get_size (bytes) > 0
      && !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, error))
    return NULL;
  return g_steal_pointer (&file);
}

static gboolean
file_save (KdSecrets *self,
           GKeyFile *file,
           GError **error)
{
  gsize size = 0;
  char *text = g_key_file_to_data (file, &size, NULL);
  gboolean ok = kd_files_write (self->path, text, size, error);

  kd_secrets_value_free (text);
  return ok;
}

/* @value NULL removes the name. */
static gboolean
file_change (KdSecrets *self,
             const char *name,
             const char *value,
             GError **error)
{
  g_autoptr (GKeyFile) file = NULL;
  g_autoptr (KdLock) lock = NULL;
  gsize count = 0;

  lock = kd_lock_acquire (self->lock_path, KD_SECRETS_WAIT_MS, NULL, error);
  if (!lock || !(file = file_load (self, error)))
    return FALSE;
  if (!value)
    return !g_key_file_remove_key (file, SECRETS_GROUP, name, NULL) || file_save (self, file, error);
  g_strfreev (g_key_file_get_keys (file, SECRETS_GROUP, &count, NULL));
  if (count >= KD_SECRETS_COUNT_MAX && !g_key_file_has_key (file, SECRETS_GROUP, name, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "There are too many secrets");
      return FALSE;
    }
  g_key_file_set_string (file, SECRETS_GROUP, name, value);
  return file_save (self, file, error);
}

static char *
file_lookup (KdSecrets *self,
             const char *name,
             GError **error)
{
  g_autoptr (GKeyFile) file = file_load (self, error);

  return file ? g_key_file_get_string (file, SECRETS_GROUP, name, NULL) : NULL;
}

/* ---- public ---- */

KdSecrets *
kd_secrets_open (const char *folder)
{
  KdSecrets *self = g_new0 (KdSecrets, 1);

  self->path = g_build_filename (folder, SECRETS_FILE, NULL);
  self->lock_path = g_build_filename (folder, SECRETS_LOCK, NULL);
  if (g_strcmp0 (g_getenv (KD_SECRETS_ENV), "file") != 0)
    {
      g_autoptr (GError) local = NULL;

      self->keyring = kd_keyring_open (folder, KD_SECRETS_WAIT_MS, &local);
      if (!self->keyring)
        g_debug ("No keyring, secrets lie in a file: %s", local->message);
    }
  return self;
}

void
kd_secrets_free (KdSecrets *self)
{
  if (!self)
    return;
  kd_keyring_free (self->keyring);
  g_free (self->path);
  g_free (self->lock_path);
  g_free (self);
}

KdSecretsBackend
kd_secrets_get_backend (KdSecrets *self)
{
  return self->keyring ? KD_SECRETS_KEYRING : KD_SECRETS_FILE;
}

gboolean
kd_secrets_store (KdSecrets *self,
                  const char *name,
                  const char *label,
                  const char *value,
                  GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!check_name (name, error))
    return FALSE;
  if (strlen (value) > KD_SECRETS_VALUE_MAX || !g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "The secret “%s” is too long or no text", name);
      return FALSE;
    }
  if (self->keyring && kd_keyring_store (self->keyring, name, label, value, &local))
    /* An older one in the file must not come back on a day without keyring. */
    return file_change (self, name, NULL, error);
  if (local)
    g_debug ("The keyring did not take a secret, the file does: %s", local->message);
  return file_change (self, name, value, error);
}

char *
kd_secrets_lookup (KdSecrets *self,
                   const char *name,
                   GError **error)
{
  g_autoptr (GError) local = NULL;
  char *value;

  if (!check_name (name, error))
    return NULL;
  /* The file first: it holds a name only while it is newer than the keyring's. */
  value = file_lookup (self, name, &local);
  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (value || !self->keyring)
    return value;
  return kd_keyring_lookup (self->keyring, name, error);
}

gboolean
kd_secrets_delete (KdSecrets *self,
                   const char *name,
                   GError **error)
{
  if (!check_name (name, error))
    return FALSE;
  if (!file_change (self, name, NULL, error))
    return FALSE;
  return !self->keyring || kd_keyring_delete (self->keyring, name, error);
}

void
kd_secrets_value_free (char *value)
{
  if (!value)
    return;
  explicit_bzero (value, strlen (value));
  g_free (value);
}
