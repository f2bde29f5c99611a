/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-json-writer.h"

#include <stdio.h>
#include <string.h>

/* ---- options ---- */

GPtrArray *
kd_cli_options (KdCli *cli,
                const char *name)
{
  return g_hash_table_lookup (cli->options, name);
}

const char *
kd_cli_option (KdCli *cli,
               const char *name)
{
  GPtrArray *values = kd_cli_options (cli, name);

  return values != NULL ? g_ptr_array_index (values, values->len - 1) : NULL;
}

gboolean
kd_cli_flag (KdCli *cli,
             const char *name)
{
  return kd_cli_options (cli, name) != NULL;
}

/* ---- saying something ---- */

void
kd_cli_say (KdCli *cli,
            const char *format,
            ...)
{
  va_list args;

  if (cli->json)
    return;
  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  putchar ('\n');
  fflush (stdout);
}

void
kd_cli_result (KdCli *cli,
               const char *json,
               const char *format,
               ...)
{
  va_list args;

  if (cli->json)
    puts (json);
  else
    {
      va_start (args, format);
      vprintf (format, args);
      va_end (args);
      putchar ('\n');
    }
  fflush (stdout);
}

KdCliCode
kd_cli_usage (KdCli *cli,
              const char *format,
              ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return kd_cli_refuse (cli, KD_CLI_USAGE, "usage", message);
}

KdCliCode
kd_cli_refuse (KdCli *cli,
               KdCliCode code,
               const char *error,
               const char *message)
{
  fprintf (stderr, "kedai-cli: %s\n", message);
  if (cli->json)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      KdJsonWriter writer = KD_JSON_WRITER (out);

      kd_json_begin_object (&writer);
      kd_json_member (&writer, "error");
      kd_json_string (&writer, error);
      kd_json_member (&writer, "message");
      kd_json_string (&writer, message);
      kd_json_end_object (&writer);
      puts (out->str);
      fflush (stdout);
    }
  return code;
}

/* A word that programs can act on, for each error that has one. */
static const char *
error_name (const GError *error,
            KdCliCode *ret_code)
{
  static const struct { int code; const char *name; } profile[] = {
    { KD_PROFILE_ERROR_NONE, "no_profile" }, { KD_PROFILE_ERROR_IN_USE, "in_use" }, { KD_PROFILE_ERROR_DAMAGED, "damaged" },
  };
  static const struct { int code; const char *name; } store[] = {
    { KD_STORE_ERROR_NEWER, "newer" }, { KD_STORE_ERROR_IN_USE, "in_use" }, { KD_STORE_ERROR_CORRUPT, "damaged" },
    { KD_STORE_ERROR_FULL, "disk_full" }, { KD_STORE_ERROR_READ_ONLY, "read_only" },
  };

  *ret_code = KD_CLI_OPEN;
  if (error->domain == KD_PROFILE_ERROR)
    for (guint i = 0; i < G_N_ELEMENTS (profile); i++)
      if (error->code == profile[i].code)
        return profile[i].name;
  if (error->domain == KD_STORE_ERROR)
    for (guint i = 0; i < G_N_ELEMENTS (store); i++)
      if (error->code == store[i].code)
        return store[i].name;
  if (g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_REFUSED)
      || g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_EXPIRED)
      || g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_BUSY)
      || g_error_matches (error, KD_STORE_ERROR, KD_STORE_ERROR_REFUSED))
    *ret_code = KD_CLI_REFUSED;
  if (g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_EXPIRED))
    return "auth";
  if (g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_UNREACHABLE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
    return "unreachable";
  if (error->domain == G_IO_ERROR && (error->code == G_IO_ERROR_FAILED || error->code == G_IO_ERROR_PENDING))
    {
      *ret_code = KD_CLI_REFUSED;
      return error->message;
    }
  return *ret_code == KD_CLI_REFUSED ? error->message : "failed";
}

KdCliCode
kd_cli_fail (KdCli *cli,
             const GError *error)
{
  KdCliCode code;
  const char *name = error_name (error, &code);

  return kd_cli_refuse (cli, code, name, error->message);
}

/* ---- waiting ---- */

void
kd_cli_wait_cb (GObject *source,
                GAsyncResult *result,
                gpointer data)
{
  KdCliWait *wait = data;

  wait->result = g_object_ref (result);
}

GAsyncResult *
kd_cli_wait (KdCliWait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (&wait->result);
}

/* ---- the profile ---- */

static gboolean
open_profile (KdCli *cli,
              gboolean write,
              GError **error)
{
  cli->profile = kd_profile_find (cli->data, kd_cli_option (cli, "shop"), error);
  if (cli->profile == NULL)
    return FALSE;
  if (write)
    {
      cli->lock = kd_profile_lock (cli->profile, 0, error);
      if (cli->lock == NULL)
        return FALSE;
    }
  cli->store = kd_profile_open_store (cli->profile, write ? KD_STORE_DEFAULT : KD_STORE_READ_ONLY, error);
  return cli->store != NULL;
}

static gboolean
open_or_fail (KdCli *cli,
              gboolean write,
              KdCliCode *ret_code)
{
  g_autoptr (GError) error = NULL;

  if (open_profile (cli, write, &error))
    return TRUE;
  *ret_code = kd_cli_fail (cli, error);
  return FALSE;
}

gboolean
kd_cli_open_to_read (KdCli *cli,
                     KdCliCode *ret_code)
{
  return open_or_fail (cli, FALSE, ret_code);
}

gboolean
kd_cli_open_to_write (KdCli *cli,
                      KdCliCode *ret_code)
{
  return open_or_fail (cli, TRUE, ret_code);
}

void
kd_cli_close (KdCli *cli)
{
  if (cli->store != NULL)
    kd_store_close (cli->store);
  g_clear_object (&cli->store);
  g_clear_pointer (&cli->lock, kd_lock_free);
}
