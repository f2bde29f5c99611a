/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-admin.h"
#include "kd-child.h"
#include "kd-config.h"
#include "kd-data-folder.h"
#include "kd-http.h"
#include "kd-log.h"
#include "kd-quit.h"
#include "kd-random.h"
#include "kd-real-clock.h"
#include "kd-server.h"
#include "kd-web.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* kedai-server: puts the parts together, listens, and ends in order. */

enum
{
  EXIT_DONE = 0,
  EXIT_REFUSED = 1,
  EXIT_USAGE = 2,
  EXIT_OPEN = 3,       /* a folder, database or certificate can't be used */
  EXIT_PORT = 4,       /* another program has the port */
};

typedef struct
{
  KdConfig *config;
  KdParent *parent;
  KdDataFolder *folder;
  KdServer *server;
  KdHttp *http;
  KdWeb *web;
  GMainLoop *loop;
  gboolean stopping;
} Program;

static void
drained_cb (gpointer data)
{
  g_main_loop_quit (((Program *) data)->loop);
}

static void
stop_cb (gpointer data)
{
  Program *self = data;

  /* asked twice: now */
  if (self->stopping || self->http == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  self->stopping = TRUE;
  g_message ("Stopping");
  kd_http_drain (self->http, drained_cb, self);
}

/* What a person reads who started it, in words, besides the log. */
static int
fail (int code,
      const char *what,
      const GError *error)
{
  fprintf (stderr, "kedai-server: %s%s%s\n", what, *what != '\0' ? ": " : "", error->message);
  return code;
}

static int
fail_storage (Program *self,
              const GError *error)
{
  static const struct { KdSqlError code; const char *words; } known[] = {
    { KD_SQL_ERROR_NEWER, "was written by a newer version of Kedai; update the program, the data are left as they are" },
    { KD_SQL_ERROR_CORRUPT, "is damaged; restore a backup, nothing was changed" },
    { KD_SQL_ERROR_NOT_DATABASE, "is no database of Kedai; nothing was changed" },
    { KD_SQL_ERROR_READ_ONLY, "can't be written: the file or folder is read-only" },
    { KD_SQL_ERROR_FULL, "can't grow: the disk is full" },
    { KD_SQL_ERROR_LOCKED, "is locked by another program" },
    { KD_SQL_ERROR_BUSY, "is locked by another program" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_error_matches (error, KD_SQL_ERROR, (int) known[i].code))
      {
        fprintf (stderr, "kedai-server: the database in %s %s (%s)\n", kd_data_folder_get_path (self->folder), known[i].words,
                 error->message);
        return EXIT_OPEN;
      }
  return fail (EXIT_OPEN, kd_data_folder_get_path (self->folder), error);
}

static int
open_data (Program *self)
{
  g_autoptr (GError) error = NULL;
  KdServerSetup setup = { .clock = kd_real_clock, .random = kd_random };

  self->folder = kd_data_folder_open (self->config->data, &error);
  if (self->folder == NULL)
    return fail (EXIT_OPEN, g_error_matches (error, KD_DATA_ERROR, KD_DATA_ERROR_HELD) ? "" : self->config->data, error);
  setup.folder = kd_data_folder_get_path (self->folder);
  memcpy (setup.master_key, kd_data_folder_get_master_key (self->folder), sizeof setup.master_key);
  self->server = kd_server_open (&setup, &error);
  sodium_memzero (setup.master_key, sizeof setup.master_key);
  return self->server != NULL ? EXIT_DONE : fail_storage (self, error);
}

static guint16
choose_port (Program *self)
{
  return self->config->port >= 0 ? (guint16) self->config->port : kd_data_folder_get_port (self->folder);
}

static int
start_http (Program *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *media = g_build_filename (kd_data_folder_get_path (self->folder), "blobs", NULL);
  KdConfig *config = self->config;
  KdHttpSetup setup = {
    .server = self->server, .make_demo = kd_admin_make_demo, .host = config->listen, .port = choose_port (self),
    .names = (const char *const *) config->names, .proxies = (const char *const *) config->proxies,
    .embedded = config->embedded, .sign_up = config->sign_up,
    .owner_token = self->parent != NULL ? kd_parent_get_secret (self->parent) : NULL,
    .run_key = *kd_data_folder_get_run_key (self->folder),
    .header_ms = (guint) config->header_ms, .body_ms = (guint) config->body_ms, .live_check_ms = (guint) config->live_check_ms, .media_folder = media,
  };

  if (config->certificate != NULL)
    {
      certificate = g_tls_certificate_new_from_files (config->certificate, config->key, &error);
      if (certificate == NULL)
        return fail (EXIT_OPEN, config->certificate, error);
      setup.certificate = certificate;
    }
  self->http = kd_http_start (&setup, &error);
  if (self->http != NULL)
    {
      self->web = kd_web_new ();
      kd_http_set_buyers (self->http, kd_web_get_buyers (self->web));
      return EXIT_DONE;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return fail (EXIT_OPEN, config->listen, error);
  fprintf (stderr, "kedai-server: port %u of %s is in use by another program; choose another one with --port\n", setup.port,
           config->listen);
  return EXIT_PORT;
}

static int
announce (Program *self)
{
  g_autoptr (GError) error = NULL;
  const char *address = kd_http_get_address (self->http);

  if ((self->config->embedded && !kd_data_folder_keep_port (self->folder, kd_http_get_port (self->http), &error))
      || !kd_data_folder_write_run (self->folder, address, &kd_server_get_control (self->server)->server_id, &error))
    return fail (EXIT_OPEN, kd_data_folder_get_path (self->folder), error);
  g_message ("Listening on %s", address);
  if (self->config->print_address)
    {
      printf ("%s\n", address);
      fflush (stdout);
    }
  return EXIT_DONE;
}

static int
serve (Program *self)
{
  int code;

  kd_quit_watch (stop_cb, self);
  code = start_http (self);
  if (code == EXIT_DONE)
    code = announce (self);
  if (code != EXIT_DONE)
    return code;
  if (self->parent != NULL)
    kd_parent_watch (self->parent, stop_cb, self);
  g_main_loop_run (self->loop);
  return EXIT_DONE;
}

/* A command, or serving. */
static int
work (Program *self)
{
  g_autoptr (GError) error = NULL;

  if (self->config->command != NULL)
    return kd_admin_run (self->server, (const char *const *) self->config->command);
  if (self->config->demo && !kd_admin_ensure_demo (self->server, &error))
    return fail (EXIT_REFUSED, "the demo shop", error);
  return serve (self);
}

static void
program_clear (Program *self)
{
  g_clear_pointer (&self->http, kd_http_free);
  g_clear_pointer (&self->web, kd_web_free);
  g_clear_pointer (&self->server, kd_server_close);
  g_clear_pointer (&self->folder, kd_data_folder_close);
  g_clear_pointer (&self->parent, kd_parent_free);
  g_clear_pointer (&self->config, kd_config_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  Program self = { 0 };
  int code;

  if (sodium_init () < 0)
    return EXIT_OPEN;
  self.config = kd_config_load (&argc, &argv, &error);
  if (self.config == NULL)
    return fail (g_error_matches (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_FILE) ? EXIT_OPEN : EXIT_USAGE, "", error);
  if (self.config->print_version || self.config->print_config)
    {
      g_autofree char *text = self.config->print_version ? g_strdup ("kedai-server " KD_VERSION "\n") : kd_config_to_text (self.config);

      fputs (text, stdout);
      program_clear (&self);
      return EXIT_DONE;
    }
  kd_log_start (self.config->log_level);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.parent = kd_parent_open (&error);
  if (error != NULL)
    code = fail (EXIT_USAGE, "", error);
  else if ((code = open_data (&self)) == EXIT_DONE)
    code = work (&self);
  program_clear (&self);
  return code;
}
