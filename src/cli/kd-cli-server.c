/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-sync-http.h"

#include <string.h>

/* The server a command needs: the embedded one runs as long as the command does. */

#define FLUSH_TRIES 4

static gboolean
start_embedded (KdCli *cli,
                GError **error)
{
  g_autofree char *folder = kd_profile_server_folder (cli->data);
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  cli->embedded = kd_embedded_new (folder);
  kd_embedded_start_async (cli->embedded, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  return kd_embedded_start_finish (cli->embedded, result, error);
}

gboolean
kd_cli_start_server (KdCli *cli,
                     GError **error)
{
  if (cli->embedded != NULL || (cli->profile != NULL && !cli->profile->embedded))
    return TRUE;
  return start_embedded (cli, error);
}

/* A session of an earlier run; an embedded server's owner needs none, as long as we started it. */
static gboolean
open_account (KdCli *cli,
              GError **error)
{
  const KdProfile *profile = cli->profile;
  g_autofree char *address = cli->embedded != NULL ? kd_embedded_dup_address (cli->embedded) : g_strdup (profile->address);
  g_autoptr (GError) failed = NULL;
  g_autofree char *token = NULL;
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  cli->secrets = kd_secrets_open (cli->data);
  cli->account = kd_account_open (cli->secrets, address, profile->fingerprint, &profile->server, &profile->user, &failed);
  if (cli->account != NULL)
    return TRUE;
  token = cli->embedded != NULL ? kd_embedded_take_owner_token (cli->embedded) : NULL;
  if (token == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  cli->account = kd_account_new (cli->secrets, address, profile->fingerprint);
  kd_account_sign_in_owner_async (cli->account, token, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  return kd_account_sign_in_finish (cli->account, result, error);
}

/* The embedded server got another port, or was started by another program that ends. */
static void
server_changed_cb (KdEmbedded *embedded,
                   gpointer data)
{
  KdCli *cli = data;
  g_autofree char *address = kd_embedded_dup_address (embedded);

  if (kd_embedded_get_state (embedded) != KD_EMBEDDED_RUNNING || cli->account == NULL || address == NULL)
    return;
  kd_account_set_address (cli->account, address);
  if (cli->engine != NULL)
    kd_sync_engine_retry (cli->engine);
}

gboolean
kd_cli_start_engine (KdCli *cli,
                     gboolean live,
                     GError **error)
{
  g_autoptr (KdSyncTransport) transport = NULL;
  g_autofree char *media = kd_profile_media_folder (cli->data);
  KdSyncOptions options = { .media_folder = media, .no_live = !live };

  if (!kd_cli_start_server (cli, error) || (cli->account == NULL && !open_account (cli, error)))
    return FALSE;
  if (cli->embedded != NULL)
    g_signal_connect (cli->embedded, "changed", G_CALLBACK (server_changed_cb), cli);
  transport = kd_sync_http_new (cli->account, &cli->profile->shop);
  cli->engine = kd_sync_engine_new (cli->store, transport, &options);
  kd_sync_engine_start (cli->engine);
  return TRUE;
}

gboolean
kd_cli_flush (KdCli *cli,
              GError **error)
{
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  kd_sync_engine_flush_async (cli->engine, FLUSH_TRIES, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  return kd_sync_engine_flush_finish (cli->engine, result, error);
}

void
kd_cli_stop_all (KdCli *cli)
{
  if (cli->engine != NULL)
    kd_sync_engine_stop (cli->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&cli->engine);
  g_clear_object (&cli->account);
  g_clear_pointer (&cli->secrets, kd_secrets_free);
  if (cli->embedded != NULL)
    {
      g_signal_handlers_disconnect_by_data (cli->embedded, cli);
      kd_embedded_stop (cli->embedded);
    }
  g_clear_object (&cli->embedded);
}

/* ---- server ARGUMENTS ---- */

KdCliCode
kd_cli_server (KdCli *cli)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = kd_embedded_find_program (&error);

  if (program == NULL)
    return kd_cli_fail (cli, error);
  g_ptr_array_add (argv, program);
  if (kd_cli_option (cli, "data") != NULL)
    {
      g_ptr_array_add (argv, (gpointer) "--data");
      g_ptr_array_add (argv, cli->data);
    }
  for (guint i = 0; i < cli->n_words; i++)
    g_ptr_array_add (argv, cli->words[i]);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_STDIN_INHERIT, &error);
  if (process == NULL || !g_subprocess_wait (process, NULL, &error))
    return kd_cli_fail (cli, error);
  return g_subprocess_get_if_exited (process) ? (KdCliCode) g_subprocess_get_exit_status (process) : KD_CLI_OPEN;
}
