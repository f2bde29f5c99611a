/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-data-folder.h"

#include "kd-files.h"
#include "kd-lock.h"
#include "kd-random.h"
#include "kd-wire-auth.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define KEY_FILE "master.key"
#define PORT_FILE "port"
#define LOCK_FILE "lock"
#define SMALL_FILE 4096

G_DEFINE_QUARK (kd-data-error-quark, kd_data_error)

struct _KdDataFolder
{
  char *path;
  KdLock *lock;
  KdHash master_key, run_key;
  char *run_path;
  gboolean running;
};

static char *
inside (KdDataFolder *self,
        const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

static gboolean
take_lock (KdDataFolder *self,
           GError **error)
{
  g_autofree char *path = inside (self, LOCK_FILE);
  g_autoptr (GError) failed = NULL;
  gint64 holder = 0;

  self->lock = kd_lock_acquire (path, 0, &holder, &failed);
  if (self->lock != NULL)
    return TRUE;
  if (g_error_matches (failed, KD_LOCK_ERROR, KD_LOCK_ERROR_HELD))
    g_set_error (error, KD_DATA_ERROR, KD_DATA_ERROR_HELD,
                 "Another kedai-server (process %" G_GINT64_FORMAT ") runs in %s", holder, self->path);
  else
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

/* Only a folder without data gets a new key: with another one its data could never be read again. */
static gboolean
make_key (KdDataFolder *self,
          const char *path,
          GError **error)
{
  g_autofree char *control = inside (self, "control.db");
  char text[KD_HASH_TEXT_LENGTH + 2];

  if (g_file_test (control, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, KD_DATA_ERROR, KD_DATA_ERROR_KEY,
                   "%s is missing; without it the data in this folder can't be decrypted. Put it back.", path);
      return FALSE;
    }
  kd_random (NULL, self->master_key.b, sizeof self->master_key.b);
  kd_hash_to_text (&self->master_key, text);
  text[KD_HASH_TEXT_LENGTH] = '\n';
  return kd_files_write (path, text, KD_HASH_TEXT_LENGTH + 1, error);
}

static gboolean
load_key (KdDataFolder *self,
          GError **error)
{
  g_autofree char *path = inside (self, KEY_FILE);
  g_autoptr (GError) failed = NULL;
  g_autoptr (GBytes) bytes = kd_files_read (path, SMALL_FILE, &failed);
  g_autofree char *text = NULL;

  if (bytes == NULL)
    {
      if (g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return make_key (self, path, error);
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  text = g_strstrip (g_strdup (g_bytes_get_data (bytes, NULL)));
  if (kd_hash_parse (text, &self->master_key))
    return TRUE;
  g_set_error (error, KD_DATA_ERROR, KD_DATA_ERROR_KEY, "%s holds no key of 64 hexadecimal digits", path);
  return FALSE;
}

KdDataFolder *
kd_data_folder_open (const char *data,
                     GError **error)
{
  g_autoptr (KdDataFolder) self = g_new0 (KdDataFolder, 1);
  g_autofree char *shops = NULL, *blobs = NULL;

  self->path = g_build_filename (data, "server", NULL);
  self->run_path = inside (self, KD_RUN_FILE_NAME);
  shops = inside (self, "shops");
  blobs = inside (self, "blobs");
  if (!kd_files_ensure_folder (data, error) || !kd_files_ensure_folder (self->path, error) || !take_lock (self, error)
      || !kd_files_ensure_folder (shops, error) || !kd_files_ensure_folder (blobs, error) || !load_key (self, error))
    return NULL;
  kd_random (NULL, self->run_key.b, sizeof self->run_key.b);
  return g_steal_pointer (&self);
}

void
kd_data_folder_close (KdDataFolder *self)
{
  if (self->running)
    g_unlink (self->run_path);
  g_clear_pointer (&self->lock, kd_lock_free);
  sodium_memzero (&self->master_key, sizeof self->master_key);
  sodium_memzero (&self->run_key, sizeof self->run_key);
  g_free (self->run_path);
  g_free (self->path);
  g_free (self);
}

const char *
kd_data_folder_get_path (KdDataFolder *self)
{
  return self->path;
}

const guint8 *
kd_data_folder_get_master_key (KdDataFolder *self)
{
  return self->master_key.b;
}

const KdHash *
kd_data_folder_get_run_key (KdDataFolder *self)
{
  return &self->run_key;
}

guint16
kd_data_folder_get_port (KdDataFolder *self)
{
  g_autofree char *path = inside (self, PORT_FILE);
  g_autoptr (GBytes) bytes = kd_files_read (path, SMALL_FILE, NULL);
  g_autofree char *text = NULL;
  gint64 port;

  if (bytes == NULL)
    return 0;
  text = g_strstrip (g_strdup (g_bytes_get_data (bytes, NULL)));
  return g_ascii_string_to_signed (text, 10, 1, 65535, &port, NULL) ? (guint16) port : 0;
}

gboolean
kd_data_folder_keep_port (KdDataFolder *self,
                          guint16 port,
                          GError **error)
{
  g_autofree char *path = inside (self, PORT_FILE);
  g_autofree char *text = g_strdup_printf ("%u\n", port);

  return kd_data_folder_get_port (self) == port || kd_files_write (path, text, strlen (text), error);
}

gboolean
kd_data_folder_write_run (KdDataFolder *self,
                          const char *address,
                          const KdId *server_id,
                          GError **error)
{
  g_autoptr (KdRunFile) run = kd_run_file_new ();
  g_autofree char *json = NULL;
  gboolean written;

  run->address = g_strdup (address);
  run->pid = getpid ();
  run->run_key = self->run_key;
  run->server_id = *server_id;
  run->version = g_strdup (KD_VERSION);
  json = kd_run_file_to_json (run);
  written = kd_files_write (self->run_path, json, strlen (json), error);
  sodium_memzero (json, strlen (json));
  self->running = written;
  return written;
}
