/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-control.h"

#include <sodium.h>
#include <string.h>

/* Argon2id with 64 MiB. */

#define OPS 2
#define MEMORY (64 * 1024 * 1024)

char *
kd_password_hash (const char *password,
                  GError **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (crypto_pwhash_str_alg (hash, password, strlen (password), OPS, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
    {
      g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_BUSY, "no memory for hashing a password");
      return NULL;
    }
  return g_strdup (hash);
}

gboolean
kd_password_check (const char *hash,
                   const char *password)
{
  guint8 out[32];
  static const guint8 salt[crypto_pwhash_SALTBYTES];

  if (hash != NULL)
    return crypto_pwhash_str_verify (hash, password, strlen (password)) == 0;
  /* nobody learns from the time it takes whether an account exists */
  if (crypto_pwhash (out, sizeof out, password, strlen (password), salt, OPS, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return FALSE;
  return FALSE;
}
