/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#include "kd-fault-vfs.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

/* Runs seeds one after another; what fails ends the program. tests/sim/run.py runs it many at a
 * time, shrinks what failed, and keeps it. */

#define STEPS_MAX 1000000
#define DEVICES_MAX 8

static gint64 seed = 1, seeds = 1;
static int steps = 120, devices = 3;
static char *profile_name, *keep_list, *state_path;
static gboolean trace;

static const GOptionEntry entries[] = {
  { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "The first seed", "N" },
  { "seeds", 0, 0, G_OPTION_ARG_INT64, &seeds, "How many", "N" },
  { "steps", 0, 0, G_OPTION_ARG_INT, &steps, "Steps of each", "N" },
  { "devices", 0, 0, G_OPTION_ARG_INT, &devices, "Desktops to begin with", "N" },
  { "profile", 0, 0, G_OPTION_ARG_STRING, &profile_name, "Which faults there are", "NAME" },
  { "keep", 0, 0, G_OPTION_ARG_STRING, &keep_list, "Only these steps, such as 1-5,9", "LIST" },
  { "state", 0, 0, G_OPTION_ARG_FILENAME, &state_path, "File that says where it is", "FILE" },
  { "trace", 0, 0, G_OPTION_ARG_NONE, &trace, "Say what happens", NULL },
  { NULL },
};

/* "1-5,9": of each step whether it is run; NULL if it can't be read */
static guint8 *
parse_keep (const char *text,
            guint n)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autofree guint8 *keep = g_new0 (guint8, n + 2);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *dash = strchr (parts[i], '-');
      guint64 from, to;

      if (dash != NULL)
        *dash = '\0';
      if (*parts[i] == '\0')
        continue;
      if (!g_ascii_string_to_unsigned (parts[i], 10, 1, n, &from, NULL))
        return NULL;
      to = from;
      if (dash != NULL && !g_ascii_string_to_unsigned (dash + 1, 10, from, n, &to, NULL))
        return NULL;
      memset (keep + from, 1, to - from + 1);
    }
  return g_steal_pointer (&keep);
}

static char *
about_profiles (void)
{
  GString *text = g_string_new ("Profiles:\n");

  for (const KdSimProfile *profile = kd_sim_profiles (); profile->name != NULL; profile++)
    g_string_append_printf (text, "  %-10s %s\n", profile->name, profile->about);
  return g_string_free (text, FALSE);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *about = about_profiles ();
  g_autofree guint8 *keep = NULL;
  KdSimOptions options = { .state = -1 };

  setlocale (LC_ALL, "");
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  g_option_context_set_description (context, about);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  options.profile = kd_sim_find_profile (profile_name != NULL ? profile_name : "all");
  if (options.profile == NULL || seeds < 0 || steps < 1 || steps > STEPS_MAX || devices < 1 || devices > DEVICES_MAX)
    {
      g_printerr ("%s, 1 to %d steps, 1 to %d devices\n", options.profile == NULL ? "no such profile" : "a number is out of range",
                  STEPS_MAX, DEVICES_MAX);
      return 2;
    }
  options.steps = (guint) steps;
  options.devices = (guint) devices;
  options.trace = trace;
  if (keep_list != NULL && (options.keep = keep = parse_keep (keep_list, options.steps)) == NULL)
    {
      g_printerr ("--keep takes numbers and ranges of steps\n");
      return 2;
    }
  if (state_path != NULL && (options.state = open (state_path, O_WRONLY | O_CREAT | O_TRUNC, 0600)) < 0)
    {
      g_printerr ("%s can't be written\n", state_path);
      return 2;
    }
  kd_fault_vfs_install ();
  for (gint64 i = 0; i < seeds; i++)
    {
      options.seed = (guint64) (seed + i);
      kd_sim_run (&options);
    }
  return 0;
}
