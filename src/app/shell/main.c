/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "main-host.h"

#include "kd-memory.h"
#include "kd-profile.h"
#include "kd-quit.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>

#define HASH_DIGITS 8

typedef struct
{
  char *data;
  gboolean demo, version, sync_status;
  char **targets;   /* (nullable) */
} Options;

static gboolean
read_options (Options *options,
              int *argc,
              char ***argv)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, N_("Folder of the shops (default: $XDG_DATA_HOME/kedai)"), N_("FOLDER") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, N_("Open the demo shop if there is no shop yet"), NULL },
    { "sync-status", 0, 0, G_OPTION_ARG_NONE, &options->sync_status, N_("Print what waits to be sent, and end"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("Print the version, and end"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->targets, NULL, N_("[kedai:KIND/ID]") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  fprintf (stderr, "kedai: %s\n", error->message);
  return FALSE;
}

static void
set_locale (void)
{
  const char *folder = g_getenv ("KEDAI_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL && *folder != '\0' ? folder : KD_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* One program for each data folder: one that isn't the default has a name of its own on the bus. */
static char *
application_id (const char *given,
                const char *data)
{
  g_autoptr (GFile) file = g_file_new_for_path (data);
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *hash = NULL;

  if (given == NULL)
    return g_strdup (KD_APP_ID);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  return g_strdup_printf ("%s.Data%.*s", KD_APP_ID, HASH_DIGITS, hash);
}

static void
quit_cb (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
}

/* GTK says no more than that it could not. */
static gboolean
have_display (void)
{
  if (gtk_init_check ())
    return TRUE;
  fprintf (stderr, "kedai: %s\n%s\n%s\n", _("There is no display to open a window on."),
           _("Start it in a desktop session or over `ssh -X`; on a computer without a screen as"),
           "  xvfb-run -a dbus-run-session -- kedai");
  return FALSE;
}

/* GApplication parses what is left: the targets, as files to open. */
static int
run (GApplication *application,
     const char *program,
     char **targets)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();

  g_ptr_array_add (args, (char *) program);
  for (guint i = 0; targets != NULL && targets[i] != NULL; i++)
    g_ptr_array_add (args, targets[i]);
  g_ptr_array_add (args, NULL);
  kd_quit_watch (quit_cb, application);
  return g_application_run (application, (int) args->len - 1, (char **) args->pdata);
}

int
main (int argc,
      char **argv)
{
  g_autofree char *given = NULL, *data = NULL, *id = NULL;
  g_auto (GStrv) targets = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdMainHost) host = NULL;
  g_autoptr (KdApplication) application = NULL;
  KdApplicationHost functions;
  Options options = { 0 };
  gboolean read;

  kd_memory_be_frugal ();
  set_locale ();
  read = read_options (&options, &argc, &argv);
  given = options.data;
  targets = options.targets;
  if (!read)
    return 2;
  if (options.version)
    {
      printf ("kedai %s\n", KD_VERSION);
      return 0;
    }
  data = kd_profile_data_folder (given, &error);
  if (data == NULL)
    {
      fprintf (stderr, "kedai: %s\n", error->message);
      return 3;
    }
  if (options.sync_status)
    return kd_main_print_sync_status (data);
  if (!have_display ())
    return 3;
  g_set_application_name ("Kedai");
  g_set_prgname (KD_APP_ID);
  id = application_id (given, data);
  host = kd_main_host_new (data);
  functions = kd_main_host_get_interface (host);
  application = kd_application_new (id, &functions, options.demo);
  return run (G_APPLICATION (application), argv[0], targets);
}
