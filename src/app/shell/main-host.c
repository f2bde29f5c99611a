/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "main-host.h"

#include "kd-desktop-accounts.h"
#include "kd-desktop-notifier.h"
#include "kd-desktop-sync.h"
#include "kd-memory.h"
#include "kd-real-clock.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define LOCK_WAIT_MS 500  /* a program that is just ending lets go of it */

struct _KdMainHost
{
  char *data;
  KdDesktopServer *server;        /* (owned) */
  KdDesktopAccounts *accounts;    /* (owned) */
  KdNotifier *notifier;       /* (owned) (nullable) */

  /* of the open profile */
  KdProfile *profile;         /* (owned) (nullable) */
  KdLock *lock;               /* (owned) (nullable) */
  KdStore *store;             /* (owned) (nullable) */
  KdDesktopSync *sync;        /* (owned) (nullable) */
  KdServices services;        /* borrows all of the above */
};

static KdProfile *
find_profile (const char *data,
              const char *database,
              GError **error)
{
  g_autoptr (GPtrArray) profiles = kd_profile_list (data, error);

  for (guint i = 0; profiles != NULL && i < profiles->len; i++)
    {
      const KdProfile *profile = g_ptr_array_index (profiles, i);
      g_autofree char *path = kd_profile_database (profile);

      if (g_strcmp0 (path, database) == 0)
        return kd_profile_copy (profile);
    }
  if (profiles != NULL)
    g_set_error_literal (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_NONE, _("There is no such shop on this computer."));
  return NULL;
}

static void
close_profile (KdMainHost *host)
{
  if (host->sync != NULL)
    kd_sync_control_stop (KD_SYNC_CONTROL (host->sync));
  if (host->accounts != NULL)
    kd_desktop_accounts_set_sync (host->accounts, NULL);
  g_clear_object (&host->sync);
  if (host->store != NULL)
    kd_store_close (host->store);
  g_clear_object (&host->store);
  g_clear_pointer (&host->lock, kd_lock_free);
  g_clear_pointer (&host->profile, kd_profile_free);
}

static KdSession *
open_profile (gpointer data,
              const char *profile_path,
              const KdServices **ret_services,
              GError **error)
{
  KdMainHost *host = data;
  g_autoptr (GError) problem = NULL;

  close_profile (host);
  host->profile = find_profile (host->data, profile_path, error);
  if (host->profile == NULL)
    return NULL;
  host->lock = kd_profile_lock (host->profile, LOCK_WAIT_MS, &problem);
  if (host->lock == NULL)
    {
      /* the window has its own words for it */
      if (g_error_matches (problem, KD_PROFILE_ERROR, KD_PROFILE_ERROR_IN_USE))
        g_set_error_literal (error, KD_STORE_ERROR, KD_STORE_ERROR_IN_USE, problem->message);
      else
        g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  host->store = kd_profile_open_store (host->profile, KD_STORE_DEFAULT, error);
  if (host->store == NULL)
    return NULL;
  if (!kd_profile_touch (host->profile, kd_real_clock (NULL), &problem))
    g_message ("the profile can't be written: %s", problem->message);
  kd_desktop_server_set_remote (host->server, host->profile->embedded ? NULL : host->profile->address);
  host->sync = kd_desktop_sync_new (host->profile, host->store, host->server);
  kd_desktop_accounts_set_sync (host->accounts, host->sync);
  if (host->notifier == NULL)
    host->notifier = kd_desktop_notifier_new ("Kedai", KD_APP_ID);
  host->services = (KdServices) {
    .sync = KD_SYNC_CONTROL (host->sync),
    .server = KD_SERVER_CONTROL (host->server),
    .account = KD_ACCOUNTS (host->accounts),
    .notifier = host->notifier,
  };
  *ret_services = &host->services;
  return kd_session_new (host->store);
}

/* Sync starts the embedded server before itself. */
static void
start_services (gpointer data)
{
  KdMainHost *host = data;

  if (host->sync != NULL)
    kd_sync_control_start (KD_SYNC_CONTROL (host->sync));
}

static void
rest (gpointer data)
{
  kd_memory_give_back ();
}

static void
stop (gpointer data)
{
  KdMainHost *host = data;

  close_profile (host);
  kd_desktop_server_end (host->server);
}

static char *
last_profile (gpointer data)
{
  KdMainHost *host = data;
  g_autoptr (KdProfile) profile = kd_profile_find (host->data, NULL, NULL);

  return profile != NULL ? kd_profile_database (profile) : NULL;
}

static KdAccounts *
get_accounts (gpointer data)
{
  return KD_ACCOUNTS (((KdMainHost *) data)->accounts);
}

KdMainHost *
kd_main_host_new (const char *data)
{
  KdMainHost *host = g_new0 (KdMainHost, 1);
  g_autofree char *folder = kd_profile_server_folder (data);

  host->data = g_strdup (data);
  host->server = kd_desktop_server_new (folder);
  host->accounts = kd_desktop_accounts_new (data, host->server);
  return host;
}

void
kd_main_host_free (KdMainHost *host)
{
  close_profile (host);
  g_clear_object (&host->accounts);
  g_clear_object (&host->server);
  g_clear_object (&host->notifier);
  g_free (host->data);
  g_free (host);
}

KdApplicationHost
kd_main_host_get_interface (KdMainHost *host)
{
  return (KdApplicationHost) {
    .open_profile = open_profile,
    .start_services = start_services,
    .rest = rest,
    .stop = stop,
    .last_profile = last_profile,
    .get_accounts = get_accounts,
    .data = host,
  };
}

/* ---- --sync-status ---- */

static gpointer
read_status (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  return kd_store_status (store, connection, error);
}

static void
print_time (const char *name,
            gint64 ms)
{
  g_autoptr (GDateTime) when = ms > 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *text = when != NULL ? g_date_time_format_iso8601 (when) : g_strdup ("never");

  printf ("%s: %s\n", name, text);
}

int
kd_main_print_sync_status (const char *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdProfile) profile = kd_profile_find (data, NULL, &error);
  g_autoptr (KdStore) store = profile != NULL ? kd_profile_open_store (profile, KD_STORE_READ_ONLY, &error) : NULL;
  KdStoreStatus *status = store != NULL ? kd_store_read (store, read_status, NULL, &error) : NULL;

  if (status == NULL)
    {
      fprintf (stderr, "kedai: %s\n", error->message);
      if (store != NULL)
        kd_store_close (store);
      return 1;
    }
  printf ("shop: %s\nwaiting: %u\nproblems: %u\nconflicts: %u\n", profile->shop_name, status->waiting, status->problems,
          status->conflicts);
  print_time ("received", status->last_pull_ok);
  print_time ("sent", status->last_push_ok);
  if (status->pause_reason != NULL)
    printf ("stopped: %s\n", status->pause_reason);
  kd_store_status_free (status);
  kd_store_close (store);
  return 0;
}
